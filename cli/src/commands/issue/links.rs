//! Issues that an issue is linked with, as rows and as JSON.

use backlot_core::IssueLink;
use backlot_model::{State, StateReason};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

pub(super) const FIELDS: Fields<IssueLink> = &[
    ("id", |link| json!(link.id.to_string())),
    ("repository", |link| json!(link.repository)),
    ("number", |link| json!(link.number)),
    ("title", |link| json!(link.title)),
    ("state", |link| json!(link.state.as_word())),
    ("state_reason", |link| {
        json!(link.state_reason.as_ref().map(StateReason::as_word))
    }),
    ("pull_request", |link| json!(link.is_pull_request)),
];

pub(super) fn link_json(link: &IssueLink) -> Value {
    let fields = FIELDS.iter();
    Value::Object(
        fields
            .map(|(name, value)| ((*name).to_owned(), value(link)))
            .collect(),
    )
}

/// What a person reads of a link, which names the repository only where it is another one.
pub(super) fn shown(link: &IssueLink, repository: &str) -> String {
    format!(
        "{} {} ({})",
        place(link, repository),
        link.title.trim(),
        link.state.as_word()
    )
}

fn place(link: &IssueLink, repository: &str) -> String {
    match link.repository.eq_ignore_ascii_case(repository) {
        true => format!("#{}", link.number),
        false => format!("{}#{}", link.repository, link.number),
    }
}

/// Prints links as a list.
pub(super) fn print(links: &[IssueLink], context: &mut Context<'_>) -> Result<()> {
    let mut table = Table::new(vec![
        Column::left("ISSUE"),
        Column::left("STATE"),
        Column::main("TITLE"),
    ]);
    for link in links {
        let style = match link.state {
            State::Open => Style::Green,
            _ => Style::Purple,
        };
        table.row(vec![
            Cell::plain(&format!("{}#{}", link.repository, link.number)),
            Cell::new(link.state.as_word(), style),
            Cell::plain(&link.title),
        ]);
    }
    Ok(table.print_list(&context.screen, context.out)?)
}
