//! A backlog that was born offline, and what was made here in an imported one, as GitHub would give it.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::{IssueEdit, MilestoneList, NewIssue, NewLabel, NewMilestone, Store};
use backlot_github::{ApiVersion, WriteOptions};
use backlot_model::{Actor, LockReason, State, StateReason, Timestamp};
use base64::Engine as _;
use serde_json::{Value, json};

use crate::support::{World, assert_same, comment, issue, name, user, with};

/// The repository of the backlog that was born offline.
pub(crate) const BORN: &str = "mona/notes";

/// A backlog in which every field that an issue can have here has a value somewhere.
pub(crate) fn born() -> World {
    let world = World::at(Timestamp::parse("2024-05-01T09:30:00Z").unwrap());
    let mut tx = world
        .store
        .write(Actor::login("mona"), "a backlog of one's own")
        .unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    let bug = NewLabel::named("bug").color("d73a4a");
    let odd = NewLabel::named("good first [issue]").description("For newcomers: \"easy\"");
    repository.create_label(bug).unwrap();
    repository.create_label(odd).unwrap();
    let due = Timestamp::parse("2024-07-01T00:00:00Z").unwrap();
    let first = NewMilestone::titled("1.0")
        .description("The first")
        .due_on(due);
    repository.create_milestone(first).unwrap();
    let second = NewMilestone::titled("Later").state(State::Closed);
    repository.create_milestone(second).unwrap();
    let crash = NewIssue::titled("It crashes")
        .body("Each time.\r\nSee #2 — naïve \u{1f600}")
        .label("bug")
        .label("good first [issue]")
        .assignee("hubot")
        .assignee("mona")
        .milestone(1)
        .issue_type("Bug");
    repository.create_issue(crash).unwrap();
    repository
        .create_issue(NewIssue::titled("Part one").milestone(1))
        .unwrap();
    repository
        .create_issue(NewIssue::titled("Part two").milestone(2))
        .unwrap();
    repository.create_issue(NewIssue::titled("Again")).unwrap();
    repository.add_sub_issue(1, &reference(2), false).unwrap();
    repository.add_sub_issue(1, &reference(3), false).unwrap();
    repository.add_blocked_by(1, &reference(4)).unwrap();
    repository.add_blocked_by(1, &reference(3)).unwrap();
    repository
        .lock_issue(1, Some(LockReason::TooHeated))
        .unwrap();
    repository.pin_issue(1).unwrap();
    let one = repository.comment(1, "Mine").unwrap();
    let two = repository.comment(1, "Spam, spam").unwrap();
    repository.pin_comment(one).unwrap();
    repository.minimize_comment(two, Some("spam")).unwrap();
    repository.react(one, "heart").unwrap();
    repository.comment(2, "Of the second").unwrap();
    let close = IssueEdit::default().state(State::Closed, Some(StateReason::NotPlanned));
    repository.edit_issue(2, &close).unwrap();
    let close = IssueEdit::default()
        .state(State::Closed, Some(StateReason::Completed))
        .milestone(Some(1));
    repository.edit_issue(3, &close).unwrap();
    let again = IssueEdit::default()
        .state(State::Closed, Some(StateReason::Duplicate))
        .duplicate_of(reference(1));
    repository.edit_issue(4, &again).unwrap();
    tx.commit().unwrap();
    let mut tx = world
        .store
        .write(Actor::login("hubot"), "another one joins in")
        .unwrap();
    let first = world.issue(BORN, 1).record.id();
    let mut repository = tx.repository(BORN).unwrap();
    repository.react(first, "+1").unwrap();
    repository.react(first, "rocket").unwrap();
    repository.react(one, "heart").unwrap();
    repository.comment(1, "From another one").unwrap();
    tx.commit().unwrap();
    world
}

fn reference(number: u64) -> backlot_model::IssueReference {
    format!("#{number}").parse().unwrap()
}

/// An export for a version, with its report of losses.
fn exported(world: &World, repository: &str, version: &str) -> BTreeMap<String, Vec<Value>> {
    let options = WriteOptions {
        api_version: Some(version.parse().unwrap()),
        ..WriteOptions::default()
    };
    world.export_with(repository, options).0
}

/// What is true of a repository, without the names of records, which are other ones in another store.
fn state(store: &Store, repository: &str) -> Value {
    let snapshot = store.read().unwrap();
    let repository = name(repository);
    let shown = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let reactions = |of| -> Vec<Value> {
        let found = snapshot.reactions(of).unwrap();
        let mut found: Vec<_> = found
            .iter()
            .map(|one| json!([one.content, one.user, shown(one.created_at)]))
            .collect();
        found.sort_by_key(Value::to_string);
        found
    };
    let issues = (1..).map_while(|number| snapshot.issue(&repository, number).ok());
    let issues: Vec<Value> = issues
        .map(|issue| {
            let summary = &issue.summary;
            let comments = snapshot.comments(&repository, summary.number).unwrap();
            let comments = comments.iter().map(|comment| {
                json!({
                    "body": comment.body, "author": comment.author, "at": shown(comment.created_at),
                    "changed": shown(comment.updated_at), "pinned": comment.is_pinned,
                    "minimized": comment.is_minimized, "reason": comment.minimized_reason,
                    "association": comment.author_association.as_ref().map(|word| word.as_word().to_owned()),
                    "counts": comment.reactions.counts, "reactions": reactions(comment.id),
                })
            });
            json!({
                "number": summary.number, "title": summary.title, "body": issue.body,
                "state": summary.state.as_word(), "locked": summary.is_locked,
                "reason": summary.state_reason.as_ref().map(|word| word.as_word().to_owned()),
                "lock": issue.lock_reason.as_ref().map(|word| word.as_word().to_owned()),
                "labels": summary.labels, "assignees": summary.assignees, "milestone": summary.milestone,
                "type": summary.issue_type, "author": summary.author, "comments": summary.comments,
                "created": shown(summary.created_at), "updated": shown(summary.updated_at),
                "closed": shown(summary.closed_at), "closed_by": issue.closed_by,
                "association": issue.author_association.as_ref().map(|word| word.as_word().to_owned()),
                "counts": issue.reactions.counts, "reactions": reactions(summary.id),
                "thread": comments.collect::<Vec<_>>(),
            })
        })
        .collect();
    let labels = snapshot.labels(&repository).unwrap();
    let labels = labels
        .iter()
        .map(|label| json!([label.name, label.color, label.description, label.is_default]));
    let milestones = snapshot
        .milestones(&repository, &MilestoneList::default())
        .unwrap();
    let milestones = milestones.iter().map(|milestone| {
        json!([
            milestone.number,
            milestone.title,
            milestone.description,
            milestone.state.as_word(),
            milestone.creator,
            milestone.open_issues,
            milestone.closed_issues,
            shown(milestone.due_on),
            shown(milestone.created_at),
            shown(milestone.updated_at),
            shown(milestone.closed_at),
        ])
    });
    json!({
        "issues": issues,
        "labels": labels.collect::<Vec<_>>(),
        "milestones": milestones.collect::<Vec<_>>(),
    })
}

#[test]
fn what_was_born_here_is_counted_and_summed_up() {
    let world = born();
    let files = exported(&world, BORN, "2022-11-28");
    let first = &files["issues.ndjson"][0];
    assert_eq!(
        first["sub_issues_summary"],
        json!({"total": 2, "completed": 2, "percent_completed": 100})
    );
    assert_eq!(
        first["issue_dependencies_summary"],
        json!({"blocked_by": 0, "total_blocked_by": 2, "blocking": 0, "total_blocking": 0})
    );
    assert_eq!(first["comments"], 3);
    assert_eq!(first["reactions"]["total_count"], 2);
    assert_eq!(first["reactions"]["rocket"], 1);
    assert_eq!(first["active_lock_reason"], "too heated");
    assert_eq!(first["author_association"], "OWNER");
    assert_eq!(first["type"]["name"], "Bug");
    assert_eq!(first["milestone"]["open_issues"], 1);
    assert_eq!(first["milestone"]["closed_issues"], 2);
    assert_eq!(first["pinned_comment"]["body"], "Mine");
    let pin = &first["pinned_comment"]["pin"];
    assert_eq!(pin["pinned_by"]["login"], "mona");
    assert_eq!(first["pinned_comment"], files["comments.ndjson"][0]);
    assert_eq!(
        files["comments.ndjson"][1]["minimized"],
        json!({"reason": "spam"})
    );
    let second = &files["issues.ndjson"][1];
    assert_eq!(
        second["parent_issue_url"],
        "https://api.github.com/repos/mona/notes/issues/1"
    );
    assert_eq!(second["closed_by"]["login"], "mona");
    assert_eq!(second["state_reason"], "not_planned");
    assert_eq!(files["milestones.ndjson"][0]["closed_issues"], 2);
    assert_eq!(files["repository.json"][0]["owner"], second["user"]);
    assert_eq!(files["repository.json"][0]["full_name"], BORN);
    assert_eq!(files["reactions/1.ndjson"].len(), 2);
    let comment = files["comments.ndjson"][0]["id"].as_u64().unwrap();
    assert_eq!(
        files[&format!("reactions/comments/{comment}.ndjson")].len(),
        2
    );
    assert_eq!(exported(&world, BORN, "2022-11-28"), files);
}

/// The text of a node id's numbers, after its prefix: the last one, and the repository's.
fn decoded(node: &str) -> (u64, Vec<u64>) {
    let (_, packed) = node.split_once('_').unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(packed)
        .unwrap();
    let count = bytes[0] - 0x90;
    assert_eq!(bytes[1], 0);
    let mut rest = &bytes[2..];
    let mut numbers = Vec::new();
    for _ in 1..count {
        let width = match rest[0] {
            0xce => 4,
            0xcf => 8,
            other => panic!("{other:#x} in {node}"),
        };
        let number = rest[1..=width].iter();
        numbers.push(number.fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        rest = &rest[width + 1..];
    }
    assert!(rest.is_empty(), "{node}");
    let own = numbers.pop().unwrap();
    (own, numbers)
}

/// Every object inside a value, with the value itself.
fn each_object<'v>(value: &'v Value, visit: &mut dyn FnMut(&'v Value)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| each_object(value, visit)),
        Value::Object(entries) => {
            visit(value);
            entries.values().for_each(|value| each_object(value, visit));
        }
        _ => {}
    }
}

#[test]
fn ids_are_unique_and_node_ids_say_them() {
    let world = born();
    let files = exported(&world, BORN, "2026-03-10");
    let repository = files["repository.json"][0]["id"].as_u64().unwrap();
    let mut known: BTreeMap<u64, String> = BTreeMap::new();
    let mut prefixes = BTreeSet::new();
    for (file, objects) in files.iter().filter(|(file, _)| *file != "losses.ndjson") {
        let mut seen = BTreeSet::new();
        for object in objects {
            let id = object["id"].as_u64();
            assert!(id.is_none_or(|id| seen.insert(id)), "{file} {object}");
            each_object(object, &mut |object| {
                let (Some(id), Some(node)) = (object["id"].as_u64(), object["node_id"].as_str())
                else {
                    return;
                };
                assert!(id < 1 << 53);
                let (own, between) = decoded(node);
                assert_eq!(own, id, "{object}");
                // No two things share an id.
                assert_eq!(known.entry(id).or_insert_with(|| node.to_owned()), node);
                let prefix = node.split_once('_').unwrap().0.to_owned();
                if object.get("event").is_some() && prefix != "IC" {
                    assert_eq!((between[0], between.len()), (repository, 2), "{object}");
                    return;
                }
                let alone = ["R", "U", "IT"].contains(&prefix.as_str());
                assert_eq!(
                    between,
                    if alone { vec![] } else { vec![repository] },
                    "{object}"
                );
                prefixes.insert(prefix);
            });
        }
    }
    let wanted = ["I", "IC", "IT", "LA", "MI", "R", "REA", "U"];
    assert_eq!(
        prefixes.iter().map(String::as_str).collect::<Vec<_>>(),
        wanted
    );
    let old = exported(&world, BORN, "ghes-2.20");
    let node = old["issues.ndjson"][0]["node_id"].as_str().unwrap();
    let plain = base64::engine::general_purpose::STANDARD
        .decode(node)
        .unwrap();
    let id = &old["issues.ndjson"][0]["id"];
    assert_eq!(String::from_utf8(plain).unwrap(), format!("05:Issue{id}"));
}

#[test]
fn a_backlog_that_was_born_here_is_the_same_in_another_store() {
    let world = born();
    let before = state(&world.store, BORN);
    for version in ApiVersion::ALL
        .iter()
        .map(|version| Some(*version))
        .chain([None])
    {
        let out = world.path(&format!("out-{version:?}"));
        let options = WriteOptions {
            api_version: version,
            ..WriteOptions::default()
        };
        crate::support::export_to(&world.store, BORN, &out, options);
        let mut other = World::new();
        let report = other.import(&out);
        assert_eq!(report.skipped, []);
        let mut after = state(&other.store, BORN);
        if version == Some(ApiVersion::Ghes220) {
            // What that version has no keys for is among its losses.
            let (before, after) = (&before["issues"], &mut after["issues"]);
            for at in 0..4 {
                let mut now = after[at].take();
                for key in ["type", "reason"] {
                    now[key] = before[at][key].clone();
                }
                for comment in 0..now["thread"].as_array().map_or(0, Vec::len) {
                    for key in ["pinned", "minimized", "reason"] {
                        now["thread"][comment][key] = before[at]["thread"][comment][key].clone();
                    }
                }
                if now["body"] == "" {
                    now["body"] = Value::Null;
                }
                after[at] = now;
            }
        }
        // Who is nobody in particular is said to be so.
        each_none(&mut after);
        let mut before = before.clone();
        each_none(&mut before);
        assert_eq!(after, before, "{version:?}");
        other.assert_sound();
        // From there it goes out as it came, but for the report of what was made up.
        let (mut again, _) = other.export_with(
            BORN,
            WriteOptions {
                api_version: version,
                ..Default::default()
            },
        );
        let mut first = crate::support::read_folder(&out);
        again.remove("losses.ndjson");
        first.remove("losses.ndjson");
        assert!(again.keys().eq(first.keys()), "{version:?}");
        // What was made in the same second has another order there, which goes by the numbers.
        for (file, objects) in &first {
            assert_same(objects, &again[file], "id");
        }
    }
}

/// Takes an association that says nothing for none: the forge's word for it has to be written.
fn each_none(state: &mut Value) {
    match state {
        Value::Array(values) => values.iter_mut().for_each(each_none),
        Value::Object(entries) => {
            if entries.get("association") == Some(&json!("NONE")) {
                entries.insert("association".to_owned(), Value::Null);
            }
            entries.values_mut().for_each(each_none);
        }
        _ => {}
    }
}

#[test]
fn what_was_born_here_comes_back_as_nothing_new() {
    let mut world = born();
    let before = state(&world.store, BORN);
    let out = world.path("out");
    crate::support::export_to(&world.store, BORN, &out, WriteOptions::default());
    world.import(&out);
    let mut after = state(&world.store, BORN);
    each_none(&mut after);
    let mut wanted = before;
    each_none(&mut wanted);
    assert_eq!(after, wanted);
    let snapshot = world.store.read().unwrap();
    assert_eq!(snapshot.repositories().unwrap().len(), 1);
    let detail = snapshot.issue(&name(BORN), 1).unwrap();
    assert!(detail.is_pinned && detail.sub_issues.len() == 2 && detail.blocked_by.len() == 2);
    drop(snapshot);
    let again = world.import(&out);
    assert_eq!(again.commit.map(|commit| commit.sequence), None);
    world.assert_sound();
}

#[test]
fn a_host_and_a_name_can_be_given_to_what_was_born_here() {
    let world = born();
    let options = WriteOptions {
        host: Some("git.example.org".to_owned()),
        name: Some("octo/work".to_owned()),
        ..WriteOptions::default()
    };
    let (files, _) = world.export_with(BORN, options);
    for (file, objects) in &files {
        for object in objects {
            let text = object
                .to_string()
                .replace("https://avatars.githubusercontent.com", "");
            assert!(
                !text.contains("github.com") && !text.contains(BORN),
                "{file} {text}"
            );
        }
    }
    let first = &files["issues.ndjson"][0];
    assert_eq!(
        first["url"],
        "https://git.example.org/api/v3/repos/octo/work/issues/1"
    );
    assert_eq!(
        first["html_url"],
        "https://git.example.org/octo/work/issues/1"
    );
    assert_eq!(
        first["user"]["url"],
        "https://git.example.org/api/v3/users/mona"
    );
}

#[test]
fn a_later_key_that_said_something_is_a_loss_in_an_old_version() {
    let world = born();
    let files = exported(&world, BORN, "ghes-2.20");
    let first = files["issues.ndjson"][0].as_object().unwrap();
    for key in [
        "type",
        "state_reason",
        "sub_issues_summary",
        "pinned_comment",
        "draft",
    ] {
        assert!(!first.contains_key(key), "{key}");
    }
    assert!(first.contains_key("assignee") && first.contains_key("author_association"));
    assert!(first["user"].get("user_view_type").is_none());
    let dropped: BTreeSet<(&str, &str)> = files["losses.ndjson"]
        .iter()
        .filter(|loss| loss["kind"] == "dropped" && loss["reason"] == "the version has no such key")
        .map(|loss| {
            let record = loss["record"].as_str().unwrap();
            let (_, record) = record.split_once("/issues/").unwrap();
            let record = record.split('/').next().unwrap();
            (record, loss["field"].as_str().unwrap())
        })
        .collect();
    let wanted = [
        ("1", "issue_dependencies_summary"),
        ("1", "pinned_comment"),
        ("1", "sub_issues_summary"),
        ("1", "type"),
        ("2", "parent_issue_url"),
        ("2", "state_reason"),
        ("3", "issue_dependencies_summary"),
        ("3", "parent_issue_url"),
        ("3", "state_reason"),
        ("4", "issue_dependencies_summary"),
        ("4", "state_reason"),
        ("comments", "minimized"),
        ("comments", "pin"),
    ];
    assert_eq!(dropped.into_iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn an_imported_issue_counts_what_was_done_here_and_changes_nothing_else() {
    const HERE: &str = "octo/hello";
    let world = World::new();
    let summary = json!({"total": 3, "completed": 1, "percent_completed": 33});
    let of = |number: u64| {
        with(
            issue(HERE, number),
            json!({
                "comments": 1, "pinned_comment": null, "sub_issues_summary": summary,
                "reactions": {
                    "url": format!("https://api.github.com/repos/{HERE}/issues/{number}/reactions"),
                    "total_count": 1, "+1": 1, "-1": 0, "laugh": 0, "hooray": 0, "confused": 0,
                    "heart": 0, "rocket": 0, "eyes": 0,
                },
            }),
        )
    };
    let issues: Vec<Value> = (1..=3).map(of).collect();
    let with_pin = |number: u64| with(comment(HERE, number, 500 + number), json!({"pin": null}));
    let comments: Vec<Value> = (1..=3).map(with_pin).collect();
    let files: &[(&str, &[Value])] = &[("issues.ndjson", &issues), ("comments.ndjson", &comments)];
    world.import(&world.backup("in", files));
    let mut tx = world.store.write(Actor::login("mona"), "edits").unwrap();
    let imported = tx.repository(HERE).map(|_| ()).is_ok();
    assert!(imported);
    let first = world.issue(HERE, 1).record.id();
    let comments = world
        .store
        .read()
        .unwrap()
        .comments(&name(HERE), 2)
        .unwrap();
    let mut repository = tx.repository(HERE).unwrap();
    repository.comment(1, "Mine").unwrap();
    repository.react(first, "heart").unwrap();
    repository.add_sub_issue(1, &reference(3), false).unwrap();
    repository.pin_comment(comments[0].id).unwrap();
    tx.commit().unwrap();
    let files = world.export(HERE);
    let now = &files["issues.ndjson"];
    let changed = |before: &Value, after: &Value| -> Vec<String> {
        let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let differs = |key: &&&String| before.get(**key) != after.get(**key);
        keys.iter()
            .filter(differs)
            .map(|key| (*key).clone())
            .collect()
    };
    assert_eq!(
        changed(&issues[0], &now[0]),
        ["comments", "reactions", "sub_issues_summary", "updated_at"]
    );
    assert_eq!(now[0]["comments"], 2);
    assert_eq!(now[0]["reactions"]["total_count"], 2);
    assert_eq!(
        now[0]["sub_issues_summary"],
        json!({"total": 4, "completed": 1, "percent_completed": 25})
    );
    assert_eq!(changed(&issues[1], &now[1]), ["pinned_comment"]);
    assert_eq!(now[1]["pinned_comment"]["id"], 502);
    assert_eq!(
        now[1]["pinned_comment"]["pin"]["pinned_by"]["login"],
        "mona"
    );
    assert_eq!(
        changed(&issues[2], &now[2]),
        ["parent_issue_url", "updated_at"]
    );
    assert_eq!(files["comments.ndjson"].len(), 4);
    assert_eq!(files["reactions/1.ndjson"].len(), 1);
}

#[test]
fn reactions_to_comments_come_in_and_go_out_by_their_comment() {
    let world = World::new();
    let reaction = |id: u64| {
        json!({
            "id": id, "node_id": "opaque", "user": user("mona", 1), "content": "heart",
            "created_at": "2023-01-03T00:00:00Z",
        })
    };
    let files: &[(&str, &[Value])] = &[
        ("issues.ndjson", &[issue("octo/hello", 1)]),
        ("comments.ndjson", &[comment("octo/hello", 1, 501)]),
        ("reactions/comments/501.ndjson", &[reaction(7), reaction(8)]),
        ("reactions/comments/999.ndjson", &[reaction(9)]),
    ];
    let folder = world.backup("in", files);
    let report = world.import(&folder);
    assert_eq!(report.skipped, []);
    let comments = world
        .store
        .read()
        .unwrap()
        .comments(&name("octo/hello"), 1)
        .unwrap();
    assert_eq!(comments.len(), 1);
    let held = world
        .store
        .read()
        .unwrap()
        .reactions(comments[0].id)
        .unwrap();
    assert_eq!(held.len(), 2);
    let out = world.export("octo/hello");
    assert_eq!(out["reactions/comments/501.ndjson"], files[2].1);
    // Of a comment that is not known nothing is made up.
    assert_eq!(out["comments.ndjson"], files[1].1);
    assert_eq!(out["reactions.ndjson"], files[3].1);
    let again = world.import(&folder);
    assert!(again.commit.is_none());
}
