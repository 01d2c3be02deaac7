//! The fields of records.

use std::rc::Rc;

use backlot_github::Resource;
use backlot_model::{Record, RecordId, RepositoryName};
use serde_json::Value;

use super::connection::{self, connection};
use super::fault::Fault;
use super::object::{Object, Resolved, Shown};
use super::run::{Ask, Run};
use crate::github;

/// GitHub's words for reactions in REST and in GraphQL.
const REACTIONS: [(&str, &str); 8] = [
    ("+1", "THUMBS_UP"),
    ("-1", "THUMBS_DOWN"),
    ("laugh", "LAUGH"),
    ("hooray", "HOORAY"),
    ("confused", "CONFUSED"),
    ("heart", "HEART"),
    ("rocket", "ROCKET"),
    ("eyes", "EYES"),
];

impl<'r> Run<'r> {
    /// A field of a record.
    pub(super) fn record(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        match shown.resource {
            Resource::Repository => self.of_repository(shown, ask),
            Resource::Issue => self.of_issue(shown, ask),
            Resource::Label => self.of_label(shown, ask),
            Resource::User => self.of_user(shown, ask),
            _ => {
                let json = self.json(shown)?;
                Ok(self.plainly(&json, ask.name))
            }
        }
    }

    /// The record itself.
    pub(super) fn head(&self, shown: &Shown) -> Result<Record, Fault> {
        let id = shown.id.ok_or_else(|| Fault::not_found("Not Found"))?;
        Ok(github::living(self.snapshot, id)?)
    }

    /// A field whose value stands in the JSON of a record.
    pub(super) fn plainly(&self, json: &Value, name: &str) -> Resolved {
        let html = &self.exchange.address.html;
        let value = match name {
            "id" => json["node_id"].clone(),
            "databaseId" => match json["id"].as_i64().map(i32::try_from) {
                Some(Ok(number)) => number.into(),
                _ => Value::Null,
            },
            "fullDatabaseId" => json["id"].to_string().into(),
            "url" => json["html_url"].clone(),
            "resourcePath" => {
                let url = json["html_url"].as_str().unwrap_or_default();
                url.strip_prefix(html.as_str()).unwrap_or(url).into()
            }
            // Where there is no text, there is an empty one.
            "body" => json["body"].as_str().unwrap_or_default().into(),
            "createdAt" | "publishedAt" => json["created_at"].clone(),
            "updatedAt" => json["updated_at"].clone(),
            "closedAt" => json["closed_at"].clone(),
            "dueOn" => json["due_on"].clone(),
            "closed" => (json["state"] == "closed").into(),
            "state" if !json["pull_request"]["merged_at"].is_null() => "MERGED".into(),
            "state" => word(&json["state"]),
            "stateReason" => word(&json["state_reason"]),
            "authorAssociation" => match word(&json["author_association"]) {
                Value::Null => "NONE".into(),
                known => known,
            },
            "activeLockReason" => word(&json["active_lock_reason"]),
            "locked" => (json["locked"] == true).into(),
            "isDraft" => (json["draft"] == true).into(),
            "isDefault" => (json["default"] == true).into(),
            "isMinimized" => json["minimized"].is_object().into(),
            "minimizedReason" => json["minimized"]["reason"].clone(),
            "includesCreatedEdit" => (json["created_at"] != json["updated_at"]).into(),
            "progressPercentage" => {
                let count = |name: &str| json[name].as_u64().unwrap_or(0);
                let (open, closed) = (count("open_issues"), count("closed_issues"));
                match open + closed {
                    0 => 0.0.into(),
                    all => (closed as f64 * 100.0 / all as f64).into(),
                }
            }
            "author" | "creator" => {
                let who = if name == "author" { "user" } else { "creator" };
                return Resolved::maybe(Shown::user(&json[who]));
            }
            "viewerDidAuthor" => self.is_viewer(&json["user"]["login"]).into(),
            "reactionGroups" => return reaction_groups(&json["reactions"]),
            "number" | "title" | "description" | "name" | "login" | "color" => json[name].clone(),
            _ => Value::Null,
        };
        value.into()
    }

    fn is_viewer(&self, login: &Value) -> bool {
        let caller = self.exchange.caller.as_ref();
        let pair = caller.zip(login.as_str());
        pair.is_some_and(|(caller, login)| caller.login.eq_ignore_ascii_case(login))
    }

    fn of_issue(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        match ask.name {
            "labels" => {
                let window = self.window(ask, connection::LABELS)?;
                let labels = github::those_there(self.snapshot, self.head(shown)?.labels())?;
                let range = window.range(labels.len());
                let nodes = labels[range.clone()].iter().map(|id| label(*id)).collect();
                Ok(connection(connection::LABELS, labels.len(), &range, nodes))
            }
            "assignees" => {
                let window = self.window(ask, connection::USERS)?;
                let json = self.json(shown)?;
                let users = json["assignees"].as_array().map_or(&[][..], Vec::as_slice);
                let range = window.range(users.len());
                let nodes = users[range.clone()].iter();
                let nodes = nodes.map(|user| Resolved::maybe(Shown::user(user)));
                let nodes = nodes.collect();
                Ok(connection(connection::USERS, users.len(), &range, nodes))
            }
            "milestone" => {
                let milestone = self.head(shown)?.milestone();
                let there = github::those_there(self.snapshot, milestone.as_slice())?;
                Ok(Resolved::maybe(there.first().map(|id| milestone_of(*id))))
            }
            "comments" => self.comments(shown, ask),
            "projectCards" => self.cards(shown, ask),
            "isPinned" => Ok(Resolved::Scalar(self.head(shown)?.is_pinned().into())),
            "repository" => {
                let home = self.head(shown)?.repository();
                let home = home.ok_or_else(|| Fault::not_found("Not Found"))?;
                Ok(repository_of(self.snapshot, home)?.into())
            }
            "includesCreatedEdit" => {
                let id = shown.id.ok_or_else(|| Fault::not_found("Not Found"))?;
                let edits = self.snapshot.edits(id)?;
                Ok(Resolved::Scalar((!edits.is_empty()).into()))
            }
            name => {
                let json = self.json(shown)?;
                Ok(self.plainly(&json, name))
            }
        }
    }

    fn comments(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let (window, kind) = (
            self.window(ask, connection::COMMENTS)?,
            connection::COMMENTS,
        );
        if !self.wants(ask, kind.connection, &["nodes", "edges", "pageInfo"]) {
            let total = self.json(shown)?["comments"].as_u64().unwrap_or(0);
            let total = usize::try_from(total).unwrap_or(usize::MAX);
            return Ok(connection(kind, total, &(0..0), Vec::new()));
        }
        let id = shown.id.ok_or_else(|| Fault::not_found("Not Found"))?;
        let thread = self.snapshot.thread(id)?;
        let items: Vec<_> = thread
            .iter()
            .filter(|item| item.kind() == backlot_model::RecordKind::Comment)
            .collect();
        let range = window.range(items.len());
        let mut nodes = Vec::with_capacity(range.len());
        for item in &items[range.clone()] {
            let text = self.view.item(item, Resource::Comment)?;
            nodes.push(comment(&text)?);
        }
        Ok(connection(kind, items.len(), &range, nodes))
    }

    /// The cards that show an issue.
    fn cards(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::CARDS)?;
        let record = self.head(shown)?;
        let home = record.repository().map(|home| self.snapshot.login(home));
        let name = home.transpose()?.flatten();
        let name = name.and_then(|name| name.parse::<RepositoryName>().ok());
        let (Some(name), Some(number)) = (name, record.number()) else {
            return Err(Fault::not_found("Not Found"));
        };
        let cards = self
            .snapshot
            .cards_of(&self.snapshot.issue(&name, number)?)?;
        let range = window.range(cards.len());
        let mut nodes = Vec::with_capacity(range.len());
        for (project, column, card) in &cards[range.clone()] {
            let text = self.view.object(card.id, Resource::Card)?;
            let json: Value = serde_json::from_slice(&text).unwrap_or_default();
            let about = vec![
                ("name", Resolved::text(project.name.as_str())),
                ("number", Resolved::Scalar(project.number.into())),
            ];
            let column = vec![("name", Resolved::text(column.as_str()))];
            let fields = vec![
                ("id", json["node_id"].clone().into()),
                ("project", Object::plain("Project", about).into()),
                ("column", Object::plain("ProjectColumn", column).into()),
                ("isArchived", Resolved::Scalar(card.is_archived.into())),
                ("note", Resolved::maybe(card.note.clone().map(Value::from))),
            ];
            nodes.push(Object::plain("ProjectCard", fields).into());
        }
        Ok(connection(connection::CARDS, cards.len(), &range, nodes))
    }

    fn of_label(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let json = self.json(shown)?;
        let address = &self.exchange.address;
        // REST has no address of the page.
        let place = json["url"].as_str().unwrap_or_default();
        let place = place.strip_prefix(address.api.as_str()).unwrap_or(place);
        let place = place.strip_prefix("/repos").unwrap_or(place);
        Ok(match ask.name {
            "url" => Resolved::text(format!("{}{place}", address.html)),
            "resourcePath" => Resolved::text(place),
            "createdAt" => moment(self.head(shown)?.created_at()),
            "updatedAt" => moment(self.head(shown)?.updated_at()),
            name => self.plainly(&json, name),
        })
    }

    fn of_user(&mut self, shown: &Rc<Shown>, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let json = self.json(shown)?;
        let login = json["login"].as_str().unwrap_or_default();
        Ok(match ask.name {
            "avatarUrl" => json["avatar_url"].clone().into(),
            "isViewer" => Resolved::Scalar(self.is_viewer(&json["login"]).into()),
            "repository" => self.repository_named(login, ask.text("name").unwrap_or_default())?,
            "repositories" => self.repositories(login, ask)?,
            name => self.plainly(&json, name),
        })
    }
}

/// A word of REST as GraphQL has it: `too heated` is `TOO_HEATED`.
fn word(value: &Value) -> Value {
    match value.as_str() {
        Some(word) => word.to_ascii_uppercase().replace([' ', '-'], "_").into(),
        None => Value::Null,
    }
}

fn reaction_groups(reactions: &Value) -> Resolved {
    let groups = REACTIONS.iter().map(|(key, content)| {
        let count = reactions[*key].as_u64().unwrap_or(0);
        let counted = |of| {
            let fields = vec![("totalCount", Resolved::Scalar(count.into()))];
            Object::plain(of, fields).into()
        };
        let fields = vec![
            ("content", Resolved::text(*content)),
            ("users", counted("ReactingUserConnection")),
            ("reactors", counted("ReactorConnection")),
        ];
        Object::plain("ReactionGroup", fields).into()
    });
    Resolved::List(groups.collect())
}

/// A moment as GitHub writes it.
pub(super) fn moment(at: Option<backlot_model::Timestamp>) -> Resolved {
    let text = at.map(|at| {
        let mut text = Vec::with_capacity(24);
        at.write_seconds(&mut text);
        Value::from(String::from_utf8_lossy(&text))
    });
    Resolved::maybe(text)
}

/// A comment that is written already.
pub(super) fn comment(text: &[u8]) -> Result<Resolved, Fault> {
    let json = serde_json::from_slice(text)
        .map_err(|error| Fault::of_kind("INTERNAL", error.to_string()))?;
    Ok(Shown::read("IssueComment", Resource::Comment, json).into())
}

pub(super) fn label(id: RecordId) -> Resolved {
    Shown::of("Label", Resource::Label, id).into()
}

pub(super) fn milestone_of(id: RecordId) -> Resolved {
    Shown::of("Milestone", Resource::Milestone, id).into()
}

/// The repository of this record.
pub(super) fn repository_of(
    snapshot: &backlot_core::Snapshot,
    id: RecordId,
) -> Result<Rc<Shown>, Fault> {
    let name = snapshot.login(id)?.and_then(|name| name.parse().ok());
    let name = name.ok_or_else(|| Fault::not_found("Not Found"))?;
    Ok(Shown::repository(id, name))
}
