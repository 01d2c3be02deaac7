//! Issues as rows of a list.

use std::ops::Deref;

use backlot_core::{FieldSet, IssueSummary};
use backlot_model::{Field, SortKey, State, StateReason};
use serde_json::json;

use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

/// An issue of a list, as it is or as it was.
pub(crate) struct Listed {
    pub(crate) summary: IssueSummary,
    /// Of the past: the fields whose value is not certain.
    pub(crate) unknown: Option<FieldSet>,
}

impl Deref for Listed {
    type Target = IssueSummary;

    fn deref(&self) -> &IssueSummary {
        &self.summary
    }
}

impl From<IssueSummary> for Listed {
    fn from(summary: IssueSummary) -> Self {
        Self {
            summary,
            unknown: None,
        }
    }
}

impl Listed {
    /// The text of a field, with a mark where it is not certain.
    fn sure(&self, field: Field, text: &str) -> String {
        match self.unknown {
            Some(unknown) if unknown.contains(field) => format!("{text} ?").trim_start().to_owned(),
            _ => text.to_owned(),
        }
    }
}

pub(crate) const FIELDS: Fields<Listed> = &[
    ("id", |issue| json!(issue.id.to_string())),
    ("repository", |issue| json!(issue.repository)),
    ("number", |issue| json!(issue.number)),
    ("title", |issue| json!(issue.title)),
    ("state", |issue| json!(issue.state.as_word())),
    ("state_reason", |issue| {
        json!(issue.state_reason.as_ref().map(StateReason::as_word))
    }),
    ("pull_request", |issue| json!(issue.is_pull_request)),
    ("draft", |issue| json!(issue.is_draft)),
    ("locked", |issue| json!(issue.is_locked)),
    ("type", |issue| json!(issue.issue_type)),
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
    ("reactions", |issue| super::reactions_json(issue.reactions)),
    ("unknown", |issue| {
        let unknown = issue
            .unknown
            .map(|fields| fields.iter().map(Field::name).collect::<Vec<_>>());
        json!(unknown)
    }),
];

/// What a person wants to see of a list: what is the same everywhere is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// Open and closed ones are mixed.
    pub(crate) states: bool,
    /// Several repositories are mixed.
    pub(crate) repositories: bool,
    pub(crate) sort: SortKey,
}

/// A table for people.
pub(crate) fn columns(wanted: Wanted, issues: &[Listed], screen: &Screen) -> Table {
    let by_comments = matches!(wanted.sort, SortKey::Comments | SortKey::Interactions);
    let (time, at): (_, fn(&IssueSummary) -> _) = match wanted.sort {
        SortKey::Updated => ("UPDATED", |issue| issue.updated_at),
        _ => ("CREATED", |issue| issue.created_at),
    };
    let mut columns = vec![Column::right("ID")];
    columns.extend(wanted.states.then(|| Column::left("STATE")));
    columns.extend([Column::main("TITLE"), Column::flexible("LABELS")]);
    columns.extend(by_comments.then(|| Column::right("COMMENTS")));
    columns.push(Column::left(time));
    let mut table = Table::new(columns);
    for issue in issues {
        let style = style(issue);
        let place = match wanted.repositories {
            true => format!("{}#{}", issue.repository, issue.number),
            false => format!("#{}", issue.number),
        };
        let state = issue.sure(Field::State, issue.state.as_word());
        let labels = issue.sure(Field::Labels, &issue.labels.join(", "));
        let mut cells = vec![Cell::new(&place, style)];
        cells.extend(wanted.states.then(|| Cell::new(&state, style)));
        cells.extend([
            Cell::plain(&issue.sure(Field::Title, issue.title.trim())),
            Cell::new(&labels, Style::Cyan),
        ]);
        cells.extend(by_comments.then(|| Cell::number(issue.comments)));
        cells.push(Cell::new(&screen.time(at(issue)), Style::Dim));
        table.row(cells);
    }
    table
}

/// What a program wants to cut up: always the same columns.
pub(crate) fn lines(wanted: Wanted, issues: &[Listed], screen: &Screen) -> Table {
    let mut heads = vec![
        "number", "state", "title", "labels", "author", "comments", "created", "updated",
    ];
    heads.extend(wanted.repositories.then_some("repository"));
    let mut table = Table::new(heads.into_iter().map(Column::left).collect());
    for issue in issues {
        let labels = issue.labels.join(", ");
        let author = issue.author.as_deref().unwrap_or_default();
        let mut cells = vec![
            Cell::number(issue.number),
            Cell::plain(&issue.sure(Field::State, issue.state.as_word())),
            Cell::plain(&issue.sure(Field::Title, &issue.title)),
            Cell::plain(&issue.sure(Field::Labels, &labels)),
            Cell::plain(&issue.sure(Field::Author, author)),
            Cell::number(issue.comments),
            Cell::plain(&screen.time(issue.created_at)),
            Cell::plain(&screen.time(issue.updated_at)),
        ];
        cells.extend(wanted.repositories.then(|| Cell::plain(&issue.repository)));
        table.row(cells);
    }
    table
}

/// The colour of an issue's state.
pub(crate) fn style(issue: &IssueSummary) -> Style {
    match (&issue.state, &issue.state_reason) {
        (State::Open, _) if issue.is_draft => Style::Dim,
        (State::Open, _) => Style::Green,
        (_, Some(StateReason::NotPlanned | StateReason::Duplicate)) => Style::Red,
        (State::Closed, _) => Style::Purple,
        _ => Style::Plain,
    }
}
