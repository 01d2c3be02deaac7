//! What an event of the past was about.

use std::hash::{Hash as _, Hasher as _};

use backlot_model::{Change, Field, Value};
use rustc_hash::FxHasher;

use super::intake::Intake;
use super::object::Object;
use backlot_forge::json::string;
use backlot_forge::slots::entry;

/// The subject of an event, what it was before and after, by the entries that say so.
pub(super) fn changes(object: &mut Object<'_>) {
    let get = |name: &str| object.slots.get(object.table, name);
    let text = |key: &str, inner: &str| {
        let raw = get(key);
        let found = if inner.is_empty() {
            Some(raw)
        } else {
            entry(raw, inner)
        };
        found.and_then(string).map(|text| text.into_owned())
    };
    let source = || {
        let issue = entry(get("source"), "issue")?;
        entry(issue, "html_url")
            .and_then(string)
            .map(|url| url.into_owned())
    };
    let referenced = |key: &str| {
        let reference = entry(get(key), "title").and_then(string)?;
        Some(reference.into_owned())
    };
    let subject = text("label", "name")
        .or_else(|| text("milestone", "title"))
        .or_else(source)
        .or_else(|| text("issue_type", "name"))
        .or_else(|| text("prev_issue_type", "name"))
        .or_else(|| text("project_card", "column_name"))
        .or_else(|| text("requested_team", "name"))
        .or_else(|| {
            ["sub_issue", "parent_issue", "blocked_by", "blocking"]
                .into_iter()
                .find_map(referenced)
        });
    let from = text("rename", "from")
        .or_else(|| text("project_card", "previous_column_name"))
        .or_else(|| text("prev_issue_type", "name"));
    let to = text("rename", "to")
        .or_else(|| text("project_card", "column_name").filter(|_| from.is_some()));
    if let Some(subject) = subject {
        object.set(Value::Subject(subject));
    }
    if let Some(from) = from {
        object.set(Value::From(from));
    }
    if let Some(to) = to {
        object.set(Value::To(to));
    }
}

/// The name of the type of an issue; the type itself is an extra.
pub(super) fn issue_type(object: &mut Object<'_>) {
    let raw = object.slots.get(object.table, "type");
    if raw.is_empty() {
        return;
    }
    let name = entry(raw, "name")
        .and_then(string)
        .map(|name| name.into_owned());
    object.change(Change::set_or_clear(
        Field::IssueType,
        name.map(Value::IssueType),
    ));
}

impl Intake {
    /// A name for a comment that has no id: issue, moment and author, and how many alike came before
    /// it; none for one that lacks any of these.
    pub(super) fn comment_name(&mut self, object: &Object<'_>) -> Option<String> {
        let get = |name: &str| object.slots.get(object.table, name);
        let issue = object.gathered.number?;
        let moment = string(get("created_at"))?;
        let author = entry(get("user"), "login")
            .and_then(string)
            .unwrap_or_default();
        let name = format!("comment {issue} {moment} {author}");
        // Wherever comments come from, those of the same moment come after one another.
        if self.alike.0 != moment {
            self.alike = (moment.into_owned(), Default::default());
        }
        let before = self.alike.1.entry(name.clone()).or_default();
        *before += 1;
        Some(format!("{name} {}", *before - 1))
    }

    /// A name for a timeline item that has no id: what tells it apart, and how many alike came
    /// before it in the same timeline.
    pub(super) fn timeline_name(&mut self, object: &Object<'_>) -> String {
        let gathered = &object.gathered;
        let get = |name: &str| object.slots.get(object.table, name);
        let mut hasher = FxHasher::default();
        for key in ["created_at", "submitted_at", "sha", "commit_id"] {
            get(key).hash(&mut hasher);
        }
        let plain = |raw: Option<&str>| raw.and_then(string).unwrap_or_default().into_owned();
        let actor = plain(entry(get("actor"), "login"));
        let source = entry(get("source"), "issue")
            .map_or(get("source"), |issue| entry(issue, "url").unwrap_or(issue));
        (actor.as_str(), source, get("label"), get("comments")).hash(&mut hasher);
        let mark = hasher.finish();
        let issue = gathered.number.unwrap_or_default();
        if self.repeats.0 != issue {
            self.repeats = (issue, Default::default());
        }
        gathered.event.hash(&mut hasher);
        let ordinal = self.repeats.1.entry(hasher.finish()).or_default();
        let name = format!(
            "{issue} {} {} {actor} {mark:016x} {ordinal}",
            gathered.event,
            plain(Some(get("created_at"))),
        );
        *ordinal += 1;
        name
    }
}
