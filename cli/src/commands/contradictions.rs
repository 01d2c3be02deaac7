//! `backlot contradictions`

use backlot_core::Contradiction;
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::repository::RepositoryArgs;

/// List where imported data contradicts itself
///
/// Going back from each issue's imported state over its forge's events, an event sometimes says what cannot have been
/// so: a label taken away that was never there, an issue closed twice.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot contradictions
  backlot contradictions --json=number,field,detail")]
pub(crate) struct ContradictionsArgs {
    #[command(flatten)]
    repository: RepositoryArgs,
}

const FIELDS: Fields<Contradiction> = &[
    ("number", |found| json!(found.number)),
    ("field", |found| json!(found.field.name())),
    ("class", |found| json!(found.class.name())),
    ("at", |found| json!(found.at.to_string())),
    ("detail", |found| json!(found.detail)),
];

pub(crate) fn contradictions(args: &ContradictionsArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let found: Vec<Contradiction> = snapshot
        .contradictions(&repository)?
        .collect::<backlot_core::Result<_>>()?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&found, context.out)?;
        return Ok(Exit::DONE);
    }
    if found.is_empty() {
        context.note(&format!("nothing in {repository} contradicts itself"))?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::right("ISSUE"),
        Column::left("FIELD"),
        Column::left("CLASS"),
        Column::left("AT"),
        Column::main("DETAIL"),
    ]);
    for found in &found {
        table.row(vec![
            Cell::plain(&format!("#{}", found.number)),
            Cell::plain(found.field.name()),
            Cell::plain(found.class.name()),
            Cell::new(&context.screen.time(Some(found.at)), Style::Dim),
            Cell::plain(&found.detail),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}
