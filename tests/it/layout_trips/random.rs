//! Random backlogs in the layout `rest`, with all that can be odd about one.

use serde_json::{Value, json};

use crate::support::{comment, issue, label, user, with};

const API: &str = "https://api.github.com";
pub(crate) const REPOSITORY: &str = "octo/hello";
const BODIES: [Option<&str>; 7] = [
    Some("It works here."),
    None,
    Some(""),
    Some("> `hubot` wrote on 2020-01-02 at 03:04:05 UTC:\n\nquoted"),
    Some("> Somebody wrote:"),
    Some("\r\nspaces \u{1f600}  \n"),
    Some(
        "No issue of the backlog that was imported has this number. It is taken so that the issues after it \
         keep theirs.",
    ),
];
const CONTENTS: [&str; 4] = ["+1", "heart", "eyes", "+1"];

/// Choices out of bytes: fewer and smaller bytes make a smaller backlog.
pub(crate) struct Dice<'d>(pub(crate) &'d [u8]);

impl Dice<'_> {
    fn below(&mut self, sides: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % sides
    }

    fn is(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    /// Two moments are often the same.
    fn moment(&mut self) -> String {
        format!("2023-01-0{}T00:00:00Z", 1 + self.below(4))
    }
}

/// A file name and the objects in it.
pub(crate) type File = (String, Vec<Value>);

fn milestone(number: u64, dice: &mut Dice<'_>) -> Value {
    let url = format!("{API}/repos/{REPOSITORY}/milestones/{number}");
    let closed = dice.is();
    json!({
        "url": url, "html_url": format!("https://github.com/{REPOSITORY}/milestone/{number}"),
        "labels_url": format!("{url}/labels"), "id": 500 + number, "node_id": "opaque", "number": number,
        "title": dice.one(&["v1", "Placeholder for milestone 2", "v3"]),
        "description": dice.one(&[json!(null), json!("all of it")]), "creator": user("mona", 1),
        "open_issues": 1, "closed_issues": 0, "state": if closed { "closed" } else { "open" },
        "created_at": dice.moment(), "updated_at": dice.moment(),
        "due_on": dice.one(&[json!(null), json!("2024-01-01T08:00:00Z")]),
        "closed_at": if closed { json!(dice.moment()) } else { json!(null) },
    })
}

fn event(number: u64, id: u64, dice: &mut Dice<'_>) -> Value {
    json!({
        "id": id, "node_id": "opaque", "url": format!("{API}/repos/{REPOSITORY}/issues/events/{id}"),
        "actor": dice.one(&[user("hubot", 2), json!(null)]), "event": dice.one(&["closed", "pinned", "assigned"]),
        "commit_id": null, "commit_url": null, "created_at": dice.moment(),
        "performed_via_github_app": null, "position_of_issue": number,
    })
}

/// The objects of one issue, each into its file.
struct Thread {
    issues: Vec<Value>,
    pulls: Vec<Value>,
    comments: Vec<Value>,
    events: Vec<Value>,
    reactions: Vec<File>,
    lists: Vec<File>,
}

fn changed_issue(number: u64, milestones: &[Value], dice: &mut Dice<'_>) -> Value {
    let closed = dice.is();
    let labels = match dice.below(3) {
        0 => json!([]),
        1 => json!([label(REPOSITORY, "bug", 71)]),
        _ => {
            json!([label(REPOSITORY, "good first issue", 72), {"name": "bare", "color": "ffffff"}])
        }
    };
    let assignees = match dice.below(3) {
        0 => json!([]),
        1 => json!([user("hubot", 2)]),
        _ => json!([user("mona", 1), user("hubot", 2)]),
    };
    let milestone = match milestones.is_empty() || dice.is() {
        true => json!(null),
        false => dice.one(milestones),
    };
    let mut object = with(
        issue(REPOSITORY, number),
        json!({
            "title": dice.one(&["Title".to_owned(), " blank ".to_owned(), format!("Placeholder for #{number}")]),
            "body": dice.one(&BODIES), "labels": labels, "assignee": assignees[0], "assignees": assignees,
            "milestone": milestone, "state": if closed { "closed" } else { "open" },
            "closed_at": if closed && dice.is() { json!(dice.moment()) } else { json!(null) },
            "state_reason": dice.one(&[json!(null), json!("not_planned"), json!("reopened")]),
            "locked": dice.is(), "user": dice.one(&[user("mona", 1), json!(null), user("a`b", 9)]),
            "created_at": dice.moment(),
        }),
    );
    let map = object.as_object_mut().unwrap();
    for key in [
        "assignee",
        "node_id",
        "closed_by",
        "html_url",
        "user",
        "locked",
    ] {
        if dice.below(6) == 5 {
            map.remove(key);
        }
    }
    if dice.below(3) == 2 {
        let url = format!("{API}/repos/{REPOSITORY}/pulls/{number}");
        map.insert(
            "pull_request".to_owned(),
            json!({"url": url, "merged_at": null}),
        );
    }
    if dice.below(6) == 5 {
        map.insert(
            dice.one(&["event_data", "odd"]).to_owned(),
            json!([{"x": 1.5}]),
        );
    }
    object
}

fn thread(number: u64, milestones: &[Value], dice: &mut Dice<'_>, all: &mut Thread) {
    let object = changed_issue(number, milestones, dice);
    let is_there = dice.below(8) != 7;
    if dice.below(4) == 3 || !is_there && dice.is() {
        let pull = json!({
            "url": format!("{API}/repos/{REPOSITORY}/pulls/{number}"), "id": 3000 + number, "number": number,
            "title": object["title"], "state": object["state"], "user": user("mona", 1), "body": object["body"],
            "created_at": object["created_at"], "updated_at": object["updated_at"], "merged_at": null,
            "labels": object["labels"], "commits_url": "opaque", "head": {"ref": "fix"},
        });
        all.pulls.push(pull);
    }
    if is_there {
        all.issues.push(object);
    }
    let mut items = Vec::new();
    for at in 0..dice.below(4) as u64 {
        let id = number * 100 + at;
        let moment = dice.moment();
        let mut said = with(
            comment(REPOSITORY, number, id),
            json!({"body": dice.one(&BODIES).unwrap_or("text"), "created_at": moment,
                "updated_at": dice.one(&[moment.clone(), "2024-01-01T00:00:00Z".to_owned()]),
                "user": dice.one(&[user("hubot", 2), json!(null)])}),
        );
        if dice.below(4) == 3 {
            said["reactions"] = json!({"url": "opaque", "total_count": 2, "+1": 2, "-1": 0});
        }
        let item = with(
            said.clone(),
            json!({"event": "commented", "actor": user("hubot", 2)}),
        );
        match dice.below(4) {
            0 | 1 => all.comments.push(said),
            2 => items.push(item),
            _ => {
                items.push(item);
                all.comments.push(said);
            }
        }
    }
    let mut listed = Vec::new();
    for at in 0..dice.below(4) as u64 {
        let happened = event(number, number * 1000 + at, dice);
        let within = json!({"issue": issue(REPOSITORY, number)});
        match dice.below(5) {
            0 => all.events.push(with(happened, within)),
            1 => listed.push(happened),
            2 => items.push(happened),
            3 => {
                items.push(happened.clone());
                listed.push(happened);
            }
            _ => {
                all.events.push(with(happened.clone(), within));
                listed.push(happened);
            }
        }
    }
    for _ in 0..dice.below(3) {
        items.push(
            json!({"event": "cross-referenced", "created_at": dice.moment(),
            "updated_at": "2023-01-05T00:00:00Z", "actor": user("mona", 1),
            "source": {"type": "issue", "issue": {"number": dice.below(3)}}}),
        );
    }
    if dice.is() {
        items.push(json!({"event": "reviewed", "id": 70_000 + number, "node_id": "opaque", "user": user("mona", 1),
            "body": "fine", "state": "approved", "submitted_at": dice.moment()}));
    }
    let reacted: Vec<Value> = (0..dice.below(3) as u64)
        .map(|at| {
            json!({"id": 90_000 + number * 10 + at, "node_id": "opaque", "user": user("hubot", 2),
                "content": dice.one(&CONTENTS), "created_at": dice.moment()})
        })
        .collect();
    all.reactions
        .push((format!("reactions/{number}.ndjson"), reacted));
    all.lists.push((format!("timeline/{number}.ndjson"), items));
    all.lists.push((format!("events/{number}.ndjson"), listed));
}

/// A backlog; every object that belongs to an issue may come without it.
pub(crate) fn backlog(dice: &mut Dice<'_>) -> Vec<File> {
    let mut milestones = Vec::new();
    for number in [1, 2, 4] {
        if dice.is() {
            milestones.push(milestone(number, dice));
        }
    }
    let mut all = Thread {
        issues: Vec::new(),
        pulls: Vec::new(),
        comments: Vec::new(),
        events: Vec::new(),
        reactions: Vec::new(),
        lists: Vec::new(),
    };
    for number in 1..8 {
        if number == 1 || dice.is() {
            thread(number, &milestones, dice, &mut all);
        }
    }
    // There is always something that says which repository it is.
    all.issues.push(issue(REPOSITORY, 9));
    let labels = match dice.is() {
        true => vec![
            label(REPOSITORY, "bug", 71),
            label(REPOSITORY, "unused", 73),
        ],
        false => Vec::new(),
    };
    let users = match dice.is() {
        true => vec![user("mona", 1)],
        false => Vec::new(),
    };
    let repository = match dice.is() {
        true => vec![
            json!({"id": 1, "name": "hello", "full_name": REPOSITORY, "private": false,
            "url": format!("{API}/repos/{REPOSITORY}")}),
        ],
        false => Vec::new(),
    };
    let mut files = vec![
        ("repository.json".to_owned(), repository),
        ("users.ndjson".to_owned(), users),
        ("labels.ndjson".to_owned(), labels),
        ("milestones.ndjson".to_owned(), milestones),
        ("issues.ndjson".to_owned(), all.issues),
        ("pulls.ndjson".to_owned(), all.pulls),
        ("comments.ndjson".to_owned(), all.comments),
        ("events.ndjson".to_owned(), all.events),
    ];
    files.extend(all.reactions);
    files.extend(all.lists);
    files.retain(|(_, objects)| !objects.is_empty());
    files
}
