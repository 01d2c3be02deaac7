//! What becomes of each key of an object that ordinary requests make anew.

use backlot_forge::slots::entry;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::write) enum Fate {
    /// A request sets it, or the forge comes to the same.
    Kept,
    /// The forge sets it anew: who sends the request is the author, now is the moment.
    Anew,
    /// It is not set at all.
    Dropped,
}

/// Of a key of a label.
pub(super) fn of_label(key: &str, value: &str) -> Fate {
    match key {
        "name" | "color" | "description" | "url" => Fate::Kept,
        "default" if value == "false" => Fate::Kept,
        "id" | "node_id" | "default" => Fate::Anew,
        _ => Fate::Dropped,
    }
}

/// Of a key of a milestone.
pub(super) fn of_milestone(key: &str, _: &str) -> Fate {
    match key {
        "url" | "html_url" | "labels_url" | "number" | "title" | "description" | "state"
        | "due_on" | "open_issues" | "closed_issues" => Fate::Kept,
        "id" | "node_id" | "creator" | "created_at" | "updated_at" | "closed_at" => Fate::Anew,
        _ => Fate::Dropped,
    }
}

/// Of a key of an issue, whose whole object is `text`.
pub(super) fn of_issue(key: &str, value: &str, text: &str) -> Fate {
    let kept = match key {
        "number" | "title" | "body" | "labels" | "assignee" | "assignees" | "milestone"
        | "comments" | "locked" | "parent_issue_url" => true,
        "url" | "html_url" | "repository_url" | "labels_url" | "comments_url" | "events_url"
        | "timeline_url" => !value.contains("/pull"),
        "state" => matches!(value, "\"open\"" | "\"closed\""),
        "state_reason" => is_state_reason(value) && entry(text, "state") == Some("\"closed\""),
        "active_lock_reason" => is_lock_reason(value) && entry(text, "locked") == Some("true"),
        "type" => entry(value, "name").is_some_and(|name| name.starts_with('"')),
        "reactions" => return of_reactions(value),
        "draft" => value == "false",
        "sub_issues_summary" | "issue_dependencies_summary" => {
            return match value.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
                true => Fate::Anew,
                false => Fate::Kept,
            };
        }
        "id" | "node_id" | "user" | "created_at" | "updated_at" | "closed_at" | "closed_by"
        | "author_association" => return Fate::Anew,
        _ => false,
    };
    if kept { Fate::Kept } else { Fate::Dropped }
}

/// Of a key of a comment.
pub(super) fn of_comment(key: &str, value: &str) -> Fate {
    match key {
        "url" | "html_url" | "issue_url" | "body" | "event" | "actor" => Fate::Kept,
        "reactions" => of_reactions(value),
        "id" | "node_id" | "user" | "created_at" | "updated_at" | "author_association" => {
            Fate::Anew
        }
        _ => Fate::Dropped,
    }
}

/// Of a key of a reaction, of which one of each kind is made.
pub(super) fn of_reaction(key: &str, _: &str) -> Fate {
    match key {
        "content" => Fate::Kept,
        _ => Fate::Anew,
    }
}

/// Everybody's reactions of a kind become one, that of who sends the requests.
fn of_reactions(value: &str) -> Fate {
    let few =
        |content: &&str| entry(value, content).is_none_or(|n| matches!(n, "0" | "1" | "null"));
    match backlot_model::Reactions::CONTENTS.iter().all(few) {
        true => Fate::Kept,
        false => Fate::Anew,
    }
}

/// Whether GitHub takes a reason for a state.
pub(super) fn is_state_reason(value: &str) -> bool {
    matches!(value, "\"completed\"" | "\"not_planned\"" | "\"duplicate\"")
}

/// Whether GitHub takes a reason for a lock.
pub(super) fn is_lock_reason(value: &str) -> bool {
    let reasons = [
        "\"off-topic\"",
        "\"too heated\"",
        "\"resolved\"",
        "\"spam\"",
    ];
    reasons.contains(&value)
}
