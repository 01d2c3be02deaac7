//! An issue as it was.

use backlot_core::{PastIssue, PastRecord, Snapshot};
use backlot_model::{Field, LockReason, RepositoryName, StateReason};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::text;
use crate::past::{PastArgs, sure, unknown};

struct Then {
    repository: RepositoryName,
    issue: PastIssue,
    comments: Vec<(Option<String>, PastRecord)>,
}

const FIELDS: Fields<Then> = &[
    ("id", |then| json!(then.issue.summary.id.to_string())),
    ("repository", |then| json!(then.repository.as_str())),
    ("number", |then| json!(then.issue.summary.number)),
    ("title", |then| json!(then.issue.summary.title)),
    ("state", |then| json!(then.issue.summary.state.as_word())),
    ("state_reason", |then| {
        let reason = then.issue.summary.state_reason.as_ref();
        json!(reason.map(StateReason::as_word))
    }),
    ("type", |then| json!(then.issue.summary.issue_type)),
    ("pull_request", |then| {
        json!(then.issue.summary.is_pull_request)
    }),
    ("locked", |then| json!(then.issue.summary.is_locked)),
    ("lock_reason", |then| {
        json!(then.issue.record.lock_reason().map(LockReason::as_word))
    }),
    ("author", |then| json!(then.issue.summary.author)),
    ("labels", |then| json!(then.issue.summary.labels)),
    ("assignees", |then| json!(then.issue.summary.assignees)),
    ("milestone", |then| json!(then.issue.summary.milestone)),
    ("created_at", |then| {
        json!(then.issue.summary.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |then| {
        json!(then.issue.summary.updated_at.map(|at| at.to_string()))
    }),
    ("closed_at", |then| {
        json!(then.issue.summary.closed_at.map(|at| at.to_string()))
    }),
    ("body", |then| json!(then.issue.body)),
    ("unknown", |then| unknown(then.issue.unknown)),
    ("comments", |then| {
        then.comments.iter().map(comment_json).collect()
    }),
];

fn comment_json((author, comment): &(Option<String>, PastRecord)) -> Value {
    json!({
        "id": comment.record.id().to_string(),
        "author": author,
        "created_at": comment.record.created_at().map(|at| at.to_string()),
        "body": comment.record.body(),
        "unknown": unknown(comment.unknown),
    })
}

/// Shows the issue of this number as it was, with the comments that it had.
pub(super) fn view(
    snapshot: Snapshot,
    args: &PastArgs,
    repository: RepositoryName,
    number: u64,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let Some(past) = args.of(&snapshot) else {
        return Ok(Exit::DONE);
    };
    let issue = past.issue(&repository, number)?;
    let mut comments = Vec::new();
    for comment in past.comments(&repository, number)? {
        let author = match comment.record.author() {
            Some(author) => snapshot.login(author)?,
            None => None,
        };
        comments.push((author, comment));
    }
    drop(snapshot);
    let then = Then {
        repository,
        issue,
        comments,
    };
    if let Some(json) = json {
        json.object(&then, context.out)?;
        return Ok(Exit::DONE);
    }
    print(&then, context)?;
    Ok(Exit::DONE)
}

fn print(then: &Then, context: &mut Context<'_>) -> Result<()> {
    let screen = context.screen;
    let (summary, fields) = (&then.issue.summary, then.issue.unknown);
    let time = |at| screen.time(at);
    let mut state = summary.state.as_word().to_owned();
    if let Some(reason) = &summary.state_reason {
        state.push_str(&format!(" ({})", reason.as_word().replace('_', " ")));
    }
    let shown = |field, text: String| sure(fields, field, text);
    let mut pairs = vec![
        ("title", shown(Field::Title, summary.title.clone())),
        ("repository", then.repository.to_string()),
        ("number", summary.number.to_string()),
        ("state", shown(Field::State, state)),
        (
            "author",
            shown(Field::Author, summary.author.clone().unwrap_or_default()),
        ),
        ("labels", shown(Field::Labels, summary.labels.join(", "))),
        (
            "assignees",
            shown(Field::Assignees, summary.assignees.join(", ")),
        ),
        (
            "milestone",
            shown(
                Field::Milestone,
                summary.milestone.clone().unwrap_or_default(),
            ),
        ),
        (
            "type",
            shown(
                Field::IssueType,
                summary.issue_type.clone().unwrap_or_default(),
            ),
        ),
        ("created", shown(Field::CreatedAt, time(summary.created_at))),
        ("updated", shown(Field::UpdatedAt, time(summary.updated_at))),
        ("closed", shown(Field::ClosedAt, time(summary.closed_at))),
    ];
    pairs.retain(|(_, value)| !screen.is_terminal() || !value.is_empty());
    screen.pairs(&pairs, context.out)?;
    let parting = if screen.is_terminal() { "" } else { "--" };
    let mark = match fields.contains(Field::Body) {
        true => " ? the text may have been another one",
        false => "",
    };
    writeln!(context.out, "{parting}{mark}")?;
    let body = then.issue.body.as_deref().unwrap_or_default().trim_end();
    if !body.is_empty() {
        writeln!(context.out, "{}", text::body(body))?;
    }
    for (author, comment) in &then.comments {
        let who = text::line(author.as_deref().unwrap_or_default()).into_owned();
        let at = screen.paint(Style::Dim, &screen.time(comment.record.created_at()));
        let mark = match comment.unknown.contains(Field::Body) {
            true => " ?",
            false => "",
        };
        let who = screen.paint(Style::Cyan, &who);
        writeln!(context.out, "\n-- {who} commented {at}{mark}")?;
        let body = comment
            .record
            .body()
            .map(String::as_str)
            .unwrap_or_default();
        writeln!(context.out, "{}", text::body(body.trim_end()))?;
    }
    Ok(())
}
