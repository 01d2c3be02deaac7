//! The backlog of `backlog.txt` as a backup of GitHub's, and from there in a store.

use std::collections::BTreeMap;

use backlot_core::{NewProject, ProjectOwner};
use backlot_model::{Actor, IssueReference, Prefer, Reactions, Timestamp};
use serde_json::{Value, json};

use super::backlog::{Backlog, Issue};
use crate::support::{World, comment, issue, label, name, user, with};

/// Puts a backlog into an empty store.
///
/// What GitHub's backups do not say (who is the parent of whom, who waits for whom, what is pinned, what is
/// on a board) is made by edits. They move `updated_at`, so they stand between two imports, in a time before
/// all others: the first says that every issue was updated long ago, and the second the truth. Archived
/// repositories refuse edits, so they are that only in the second.
pub(super) fn fill(world: &World, backlog: &Backlog) {
    let mut early = Backlog {
        repositories: backlog.repositories.clone(),
        issues: backlog.issues.clone(),
    };
    for flags in early.repositories.values_mut() {
        flags.retain(|flag| flag != "archived");
    }
    for issue in &mut early.issues {
        issue.updated = Timestamp::parse("2001-01-01T00:00:00Z").unwrap();
    }
    import(world, &early, "early");
    relate(world, backlog);
    import(world, backlog, "late");
}

fn relate(world: &World, backlog: &Backlog) {
    let mut tx = world
        .store
        .write(Actor::login("mona"), "relations")
        .unwrap();
    for issue in &backlog.issues {
        let reference: IssueReference = issue.name().parse().unwrap();
        if let Some(parent) = &issue.parent {
            let (repository, number) = parent.split_once('#').unwrap();
            let mut repository = tx.repository(repository).unwrap();
            let number = number.parse().unwrap();
            repository.add_sub_issue(number, &reference, false).unwrap();
        }
        let mut repository = tx.repository(&issue.repository).unwrap();
        if let Some(blocker) = &issue.blocked_by {
            let blocker = blocker.parse().unwrap();
            repository.add_blocked_by(issue.number, &blocker).unwrap();
        }
        if issue.has("pinned") {
            repository.pin_issue(issue.number).unwrap();
        }
        if issue.has("project") {
            let owner = ProjectOwner::Repository(name(&issue.repository));
            let project = tx
                .create_project(&owner, NewProject::named("Board"))
                .unwrap();
            let column = tx.create_column(project, "To do").unwrap();
            tx.add_card(column, &name(&issue.repository), issue.number)
                .unwrap();
        }
    }
    tx.commit().unwrap();
}

fn import(world: &World, backlog: &Backlog, folder: &str) {
    let mut users: BTreeMap<String, u64> = BTreeMap::new();
    let mut labels: BTreeMap<String, u64> = BTreeMap::new();
    let mut ids = Ids {
        users: &mut users,
        labels: &mut labels,
    };
    for (at, (repository, flags)) in (1..).zip(&backlog.repositories) {
        let has = |flag: &str| flags.iter().any(|known| known == flag);
        let (owner, short) = repository.split_once('/').unwrap();
        let about = json!({
            "id": at, "name": short, "full_name": repository, "owner": ids.user(owner),
            "private": has("private"), "archived": has("archived"), "description": null,
            "fork": false, "html_url": format!("https://github.com/{repository}"),
            "url": format!("https://api.github.com/repos/{repository}"),
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
        });
        let of = backlog.issues.iter();
        let of: Vec<&Issue> = of.filter(|i| i.repository == *repository).collect();
        let issues: Vec<Value> = of.iter().map(|i| ids.issue(i, at)).collect();
        let comments: Vec<Value> = of.iter().flat_map(|i| ids.comments(i, at)).collect();
        let path = world.backup(
            &format!("{folder}-{at}"),
            &[
                ("repository.json", &[about][..]),
                ("issues.ndjson", &issues),
                ("comments.ndjson", &comments),
            ],
        );
        let report = world.import_with(&path, |options| options.prefer(Prefer::Theirs));
        assert_eq!(
            (report.counts.skipped, report.not_understood),
            (0, 0),
            "{:?}",
            report.skipped
        );
    }
}

/// Numbers for what GitHub numbers, the same in each import.
struct Ids<'a> {
    users: &'a mut BTreeMap<String, u64>,
    labels: &'a mut BTreeMap<String, u64>,
}

impl Ids<'_> {
    fn user(&mut self, login: &str) -> Value {
        let next = self.users.len() as u64 + 1;
        user(login, *self.users.entry(login.to_owned()).or_insert(next))
    }

    fn label(&mut self, repository: &str, name: &str) -> Value {
        let next = self.labels.len() as u64 + 1;
        let key = format!("{repository} {name}");
        label(repository, name, *self.labels.entry(key).or_insert(next))
    }

    fn milestone(&mut self, repository: &str, title: &str, at: u64) -> Value {
        // The number of a title is its place among the few that there are.
        let titles = ["1.0", "2.0 beta", "none"];
        let number = 1 + titles.iter().position(|t| *t == title).unwrap() as u64;
        let url = format!("https://api.github.com/repos/{repository}/milestones/{number}");
        json!({
            "url": url, "id": at * 100 + number, "number": number, "title": title,
            "description": null, "creator": self.user("mona"), "state": "open",
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
            "due_on": null, "closed_at": null,
        })
    }

    fn issue(&mut self, said: &Issue, at: u64) -> Value {
        let repository = said.repository.as_str();
        let labels = said.labels.iter();
        let labels: Vec<Value> = labels.map(|name| self.label(repository, name)).collect();
        let assignees = said.assignees.iter();
        let assignees: Vec<Value> = assignees.map(|login| self.user(login)).collect();
        let milestone = said.milestone.as_ref();
        let milestone = milestone.map(|title| self.milestone(repository, title, at));
        let mut reactions = json!({
            "url": format!("https://api.github.com/repos/{repository}/issues/{}/reactions", said.number),
            "total_count": said.reactions.values().sum::<u64>(),
        });
        for word in Reactions::CONTENTS {
            reactions[word] = said.reactions.get(word).copied().unwrap_or(0).into();
        }
        let closed = said.closed_at();
        let mut object = with(
            issue(repository, said.number),
            json!({
                "id": at * 1000 + said.number, "title": said.title, "user": self.user(&said.author),
                "body": said.body, "labels": labels, "assignee": assignees.first(),
                "assignees": assignees, "milestone": milestone, "comments": said.comments.len(),
                "state": if closed.is_some() { "closed" } else { "open" },
                "state_reason": said.reason, "locked": said.has("locked"), "reactions": reactions,
                "created_at": said.created.to_string(), "updated_at": said.updated.to_string(),
                "closed_at": closed.map(|at| at.to_string()),
                "type": said.issue_type.as_ref().map(|name| json!({
                    "id": 1, "node_id": "opaque", "name": name, "description": null,
                    "color": "red", "created_at": "2020-01-01T00:00:00Z",
                    "updated_at": "2020-01-01T00:00:00Z", "is_enabled": true,
                })),
            }),
        );
        if said.is_pull {
            let html = format!("https://github.com/{repository}/pull/{}", said.number);
            let pull = json!({
                "url": format!("https://api.github.com/repos/{repository}/pulls/{}", said.number),
                "html_url": html, "diff_url": format!("{html}.diff"),
                "patch_url": format!("{html}.patch"),
                "merged_at": said.merged.map(|at| at.to_string()),
            });
            let changes =
                json!({"draft": said.has("draft"), "pull_request": pull, "html_url": html});
            object = with(object, changes);
        }
        object
    }

    fn comments(&mut self, said: &Issue, at: u64) -> Vec<Value> {
        let comments = (1..).zip(&said.comments);
        comments
            .map(|(place, (who, what))| {
                let id = (at * 1000 + said.number) * 100 + place;
                let object = comment(&said.repository, said.number, id);
                with(object, json!({"user": self.user(who), "body": what}))
            })
            .collect()
    }
}
