//! The backlog of `backlog.txt` as plain data.

use std::collections::BTreeMap;

use backlot_model::Timestamp;

/// Repositories and issues, as the file says them.
#[derive(Default)]
pub(super) struct Backlog {
    pub(super) repositories: BTreeMap<String, Flags>,
    pub(super) issues: Vec<Issue>,
}

/// The words of a line `flags`.
pub(super) type Flags = Vec<String>;

#[derive(Clone, Default)]
pub(super) struct Issue {
    pub(super) repository: String,
    pub(super) number: u64,
    pub(super) is_pull: bool,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) author: String,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) closed: Option<Timestamp>,
    pub(super) merged: Option<Timestamp>,
    pub(super) reason: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) milestone: Option<String>,
    pub(super) assignees: Vec<String>,
    pub(super) issue_type: Option<String>,
    pub(super) parent: Option<String>,
    pub(super) blocked_by: Option<String>,
    pub(super) flags: Flags,
    /// How many of each reaction, by the forge's word.
    pub(super) reactions: BTreeMap<String, u64>,
    /// Who said what.
    pub(super) comments: Vec<(String, String)>,
}

impl Issue {
    pub(super) fn name(&self) -> String {
        format!("{}#{}", self.repository, self.number)
    }

    pub(super) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known == flag)
    }

    pub(super) fn closed_at(&self) -> Option<Timestamp> {
        self.closed.or(self.merged)
    }

    fn set(&mut self, key: &str, value: &str) {
        let moment = || Timestamp::parse(value).unwrap();
        let words = || value.split(' ').map(str::to_owned).collect();
        match key {
            "title" => self.title = value.to_owned(),
            "body" => self.body = value.to_owned(),
            "author" => self.author = value.to_owned(),
            "created" => self.created = moment(),
            "updated" => self.updated = moment(),
            "closed" => self.closed = Some(moment()),
            "merged" => self.merged = Some(moment()),
            "reason" => self.reason = Some(value.to_owned()),
            "labels" => self.labels = value.split(" | ").map(str::to_owned).collect(),
            "milestone" => self.milestone = Some(value.to_owned()),
            "assignees" => self.assignees = words(),
            "type" => self.issue_type = Some(value.to_owned()),
            "parent" => self.parent = Some(value.to_owned()),
            "blocked-by" => self.blocked_by = Some(value.to_owned()),
            "flags" => self.flags = words(),
            "reactions" => {
                for reaction in value.split(", ") {
                    let (word, count) = reaction.split_once(' ').unwrap();
                    self.reactions
                        .insert(word.to_owned(), count.parse().unwrap());
                }
            }
            "comment" => {
                let (who, what) = value.split_once(": ").unwrap();
                self.comments.push((who.to_owned(), what.to_owned()));
            }
            other => panic!("nothing is called {other}"),
        }
    }
}

impl Backlog {
    pub(super) fn parse(text: &str) -> Self {
        let mut backlog = Self::default();
        let mut repository = String::new();
        let lines = text.lines();
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (key, value) = line.trim_start().split_once(' ').unwrap();
            let value = value.trim_start();
            match (line.starts_with(' '), key, backlog.issues.last_mut()) {
                (false, "repository", _) => {
                    repository = value.to_owned();
                    backlog.repositories.insert(value.to_owned(), Flags::new());
                }
                (false, kind, _) => {
                    let (repository, number) = value.split_once('#').unwrap();
                    backlog.issues.push(Issue {
                        repository: repository.to_owned(),
                        number: number.parse().unwrap(),
                        is_pull: kind == "pull",
                        ..Issue::default()
                    });
                }
                (true, key, Some(issue)) => issue.set(key, value),
                (true, _, None) => {
                    let flags = backlog.repositories.get_mut(&repository).unwrap();
                    flags.extend(value.split(' ').map(str::to_owned));
                }
            }
        }
        for issue in &mut backlog.issues {
            if issue.updated == Timestamp::default() {
                issue.updated = issue.closed_at().unwrap_or(issue.created);
            }
        }
        backlog
    }

    pub(super) fn issue(&self, name: &str) -> &Issue {
        let found = self.issues.iter().find(|issue| issue.name() == name);
        found.unwrap_or_else(|| panic!("there is no {name}"))
    }

    pub(super) fn repository_is(&self, issue: &Issue, flag: &str) -> bool {
        self.repositories[&issue.repository]
            .iter()
            .any(|known| known == flag)
    }
}
