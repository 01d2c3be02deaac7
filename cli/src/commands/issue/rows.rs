//! Issues as rows of a list.

use backlot_core::{IssueFilter, IssueSummary, StateFilter};
use backlot_model::{SortKey, State, StateReason};
use serde_json::json;

use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

pub(super) const FIELDS: Fields<IssueSummary> = &[
    ("id", |issue| json!(issue.id.to_string())),
    ("number", |issue| json!(issue.number)),
    ("title", |issue| json!(issue.title)),
    ("state", |issue| json!(issue.state.as_word())),
    ("state_reason", |issue| {
        json!(issue.state_reason.as_ref().map(StateReason::as_word))
    }),
    ("pull_request", |issue| json!(issue.is_pull_request)),
    ("draft", |issue| json!(issue.is_draft)),
    ("locked", |issue| json!(issue.is_locked)),
    ("author", |issue| json!(issue.author)),
    ("labels", |issue| json!(issue.labels)),
    ("assignees", |issue| json!(issue.assignees)),
    ("milestone", |issue| json!(issue.milestone)),
    ("comments", |issue| json!(issue.comments)),
    ("created_at", |issue| {
        json!(issue.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |issue| {
        json!(issue.updated_at.map(|at| at.to_string()))
    }),
    ("closed_at", |issue| {
        json!(issue.closed_at.map(|at| at.to_string()))
    }),
];

/// What a person wants to see: what is the same everywhere is left out.
pub(super) fn columns(filter: &IssueFilter, issues: &[IssueSummary], screen: &Screen) -> Table {
    let is_mixed = filter.state == StateFilter::All;
    let by_comments = filter.sort == SortKey::Comments;
    let (time, at): (_, fn(&IssueSummary) -> _) = match filter.sort {
        SortKey::Updated => ("UPDATED", |issue| issue.updated_at),
        _ => ("CREATED", |issue| issue.created_at),
    };
    let mut columns = vec![Column::right("ID")];
    columns.extend(is_mixed.then(|| Column::left("STATE")));
    columns.extend([Column::main("TITLE"), Column::flexible("LABELS")]);
    columns.extend(by_comments.then(|| Column::right("COMMENTS")));
    columns.push(Column::left(time));
    let mut table = Table::new(columns);
    for issue in issues {
        let style = style(issue);
        let mut cells = vec![Cell::new(&format!("#{}", issue.number), style)];
        cells.extend(is_mixed.then(|| Cell::new(issue.state.as_word(), style)));
        cells.extend([
            Cell::plain(issue.title.trim()),
            Cell::new(&issue.labels.join(", "), Style::Cyan),
        ]);
        cells.extend(by_comments.then(|| Cell::number(issue.comments)));
        cells.push(Cell::new(&screen.time(at(issue)), Style::Dim));
        table.row(cells);
    }
    table
}

/// What a program wants to cut up: always the same columns.
pub(super) fn lines(issues: &[IssueSummary], screen: &Screen) -> Table {
    let columns = [
        "number", "state", "title", "labels", "author", "comments", "created", "updated",
    ];
    let mut table = Table::new(columns.map(Column::left).into());
    for issue in issues {
        table.row(vec![
            Cell::number(issue.number),
            Cell::plain(issue.state.as_word()),
            Cell::plain(&issue.title),
            Cell::plain(&issue.labels.join(", ")),
            Cell::plain(issue.author.as_deref().unwrap_or_default()),
            Cell::number(issue.comments),
            Cell::plain(&screen.time(issue.created_at)),
            Cell::plain(&screen.time(issue.updated_at)),
        ]);
    }
    table
}

/// The colour of an issue's state.
pub(super) fn style(issue: &IssueSummary) -> Style {
    match (&issue.state, &issue.state_reason) {
        (State::Open, _) if issue.is_draft => Style::Dim,
        (State::Open, _) => Style::Green,
        (_, Some(StateReason::NotPlanned | StateReason::Duplicate)) => Style::Red,
        (State::Closed, _) => Style::Purple,
        _ => Style::Plain,
    }
}
