//! Events of an issue's past, as sentences.

use backlot_core::TimelineItem;
use backlot_model::{LockReason, StateReason};

use crate::output::text;

/// How much of a commit's hash tells it apart.
const SHORT_HASH: usize = 10;

/// What happened, to be read after the name of who did it.
pub(crate) fn sentence(item: &TimelineItem) -> String {
    let record = &item.record;
    let event = record.event().unwrap_or("event");
    let subject = text::line(record.subject().unwrap_or_default());
    let from = text::line(record.from().unwrap_or_default());
    let to = text::line(record.to().unwrap_or_default());
    let person = match &item.person {
        Some(login) if item.actor.as_ref() == Some(login) => "themselves".into(),
        Some(login) => text::line(login),
        None if subject.is_empty() => "somebody".into(),
        None => subject.clone(),
    };
    match event {
        "assigned" => format!("assigned {person}"),
        "unassigned" => format!("unassigned {person}"),
        "labeled" => format!("added the label {subject}"),
        "unlabeled" => format!("removed the label {subject}"),
        "milestoned" => format!("put this into the milestone {subject}"),
        "demilestoned" => format!("took this out of the milestone {subject}"),
        // Not everybody says what the title was.
        "renamed" if from.is_empty() => format!("changed the title to \"{to}\""),
        "renamed" => format!("changed the title from \"{from}\" to \"{to}\""),
        "closed" => closed(record.state_reason(), &subject),
        "reopened" => "reopened this".to_owned(),
        "merged" => format!("merged this{}", in_commit(" as", &subject)),
        "referenced" => format!("referred to this{}", in_commit(" in", &subject)),
        "committed" => {
            let message = record
                .body()
                .and_then(|body| body.lines().next())
                .unwrap_or_default();
            format!("commit {}: {}", short(&subject), text::line(message))
        }
        "cross-referenced" => {
            let source = item
                .issue
                .as_ref()
                .map(|issue| format!("{}#{}", issue.repository, issue.number));
            format!(
                "mentioned this in {}",
                source.unwrap_or_else(|| subject.into_owned())
            )
        }
        "mentioned" => "was mentioned".to_owned(),
        "subscribed" => "subscribed".to_owned(),
        "unsubscribed" => "unsubscribed".to_owned(),
        "locked" => match record.lock_reason().map(LockReason::as_word) {
            Some(reason) => format!("locked the conversation as {}", text::line(reason)),
            None => "locked the conversation".to_owned(),
        },
        "unlocked" => "unlocked the conversation".to_owned(),
        "pinned" => "pinned this".to_owned(),
        "unpinned" => "unpinned this".to_owned(),
        "transferred" if !from.is_empty() => format!("moved this here from {from}"),
        "transferred" => "moved this here from another repository".to_owned(),
        "comment_deleted" => "deleted a comment".to_owned(),
        "marked_as_duplicate" if !subject.is_empty() => {
            format!("marked this as a duplicate of {subject}")
        }
        "marked_as_duplicate" => "marked this as a duplicate".to_owned(),
        "unmarked_as_duplicate" => "marked this as no duplicate".to_owned(),
        "review_requested" => format!("asked {person} for a review"),
        "review_request_removed" => format!("no longer asks {person} for a review"),
        "reviewed" => "reviewed this".to_owned(),
        "review_dismissed" => "dismissed a review".to_owned(),
        "ready_for_review" => "marked this as ready for review".to_owned(),
        "convert_to_draft" | "converted_to_draft" => "made this a draft".to_owned(),
        "head_ref_deleted" => "deleted the branch".to_owned(),
        "head_ref_restored" => "restored the branch".to_owned(),
        "head_ref_force_pushed" => "force-pushed the branch".to_owned(),
        "base_ref_force_pushed" => "force-pushed the base branch".to_owned(),
        "base_ref_changed" => "changed the base branch".to_owned(),
        "connected" => "linked this with a pull request or an issue".to_owned(),
        "disconnected" => "removed a link with a pull request or an issue".to_owned(),
        // A forge tells the column alone; what was done here tells the project as well.
        "added_to_project" if !to.is_empty() => {
            format!("added this to the column {to} of {subject}")
        }
        "added_to_project" => format!("added this to the column {subject} of a project"),
        "removed_from_project" if !to.is_empty() => {
            format!("removed this from the column {to} of {subject}")
        }
        "removed_from_project" => format!("removed this from the column {subject} of a project"),
        "moved_columns_in_project" => format!("moved this from {from} to {to} in a project"),
        "converted_note_to_issue" => "made this issue from a note of a project".to_owned(),
        "issue_type_added" => format!("gave this the type {}", either(&subject, &to)),
        "issue_type_removed" => format!("removed the type {}", either(&subject, &from)),
        "issue_type_changed" => {
            format!("changed the type from {from} to {}", either(&subject, &to))
        }
        "sub_issue_added" => format!("added the sub-issue {subject}"),
        "sub_issue_removed" => format!("removed the sub-issue {subject}"),
        "parent_issue_added" => format!("made this a sub-issue of {subject}"),
        "parent_issue_removed" => format!("made this no longer a sub-issue of {subject}"),
        "blocked_by_added" => format!("marked this as blocked by {subject}"),
        "blocked_by_removed" => format!("marked this as no longer blocked by {subject}"),
        "blocking_added" => format!("marked this as blocking {subject}"),
        "blocking_removed" => format!("marked this as no longer blocking {subject}"),
        other => format!("{} {subject}", text::line(other).replace('_', " ")),
    }
    .trim_end()
    .to_owned()
}

fn closed(reason: Option<&StateReason>, commit: &str) -> String {
    let reason = match reason {
        Some(StateReason::NotPlanned) => " as not planned",
        Some(StateReason::Duplicate) => " as a duplicate",
        Some(StateReason::Completed) => " as completed",
        _ => "",
    };
    format!("closed this{reason}{}", in_commit(" with", commit))
}

/// The first of two texts that says something.
const fn either<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.is_empty() { second } else { first }
}

fn in_commit(preposition: &str, commit: &str) -> String {
    match commit {
        "" => String::new(),
        commit => format!("{preposition} commit {}", short(commit)),
    }
}

/// The first digits of a commit's hash; any other text as it is.
fn short(commit: &str) -> &str {
    match commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => &commit[..SHORT_HASH],
        false => commit,
    }
}

#[cfg(test)]
mod tests {
    use backlot_model::{Record, RecordId, RecordKind, Value};

    use super::*;

    fn said(values: Vec<Value>, person: Option<&str>) -> String {
        let mut record = Record::new(RecordId::NIL, RecordKind::HistoryEvent);
        values.into_iter().for_each(|value| record.set(value));
        sentence(&TimelineItem {
            record,
            actor: Some("mona".to_owned()),
            person: person.map(str::to_owned),
            issue: None,
            at: None,
        })
    }

    #[test]
    fn known_events_are_sentences() {
        let event = |event: &str| Value::Event(event.to_owned());
        let subject = |subject: &str| Value::Subject(subject.to_owned());
        assert_eq!(
            said(vec![event("labeled"), subject("bug\u{1b}")], None),
            "added the label bug\\u{1b}"
        );
        assert_eq!(
            said(vec![event("assigned")], Some("hubot")),
            "assigned hubot"
        );
        assert_eq!(
            said(vec![event("assigned")], Some("mona")),
            "assigned themselves"
        );
        let commit = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
        assert_eq!(
            said(vec![event("merged"), subject(commit)], None),
            "merged this as commit 6dcb09b5b5"
        );
        let not_planned = Value::StateReason(StateReason::NotPlanned);
        assert_eq!(
            said(vec![event("closed"), not_planned], None),
            "closed this as not planned"
        );
    }

    #[test]
    fn unknown_events_are_named() {
        let event = Value::Event("sent_to_mars".to_owned());
        assert_eq!(said(vec![event], None), "sent to mars");
        assert_eq!(said(vec![], None), "event");
    }
}
