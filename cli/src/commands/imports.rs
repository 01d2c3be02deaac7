//! `backlot imports`

use backlot_model::{Commit, ImportOrigin, Origin};
use clap::Args;
use serde_json::json;

use crate::commands::import::counts_json;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

/// Show the imports that brought something new, the newest first
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot imports
  backlot imports --json=name,recorded_at,counts")]
pub(crate) struct ImportsArgs {
    /// How many imports to show
    #[arg(short = 'L', long, default_value = "30", value_name = "N")]
    limit: usize,
}

type Import = (Commit, ImportOrigin);

const FIELDS: Fields<Import> = &[
    ("name", |(_, import)| json!(import.name)),
    ("forge", |(_, import)| json!(import.forge)),
    ("source", |(_, import)| json!(import.source)),
    ("recorded_at", |(commit, _)| {
        json!(commit.recorded_at.to_string())
    }),
    ("actor", |(commit, _)| json!(commit.actor.as_str())),
    ("commit", |(commit, _)| json!(commit.sequence)),
    ("events", |(commit, _)| json!(commit.events)),
    ("counts", |(_, import)| counts_json(&import.counts)),
    ("skipped", |(_, import)| json!(import.counts.skipped)),
    ("conflicts", |(_, import)| json!(import.counts.conflicts)),
    ("extras_bytes", |(_, import)| {
        json!(import.counts.extras_bytes)
    }),
];

pub(crate) fn imports(args: &ImportsArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let mut imports: Vec<Import> = Vec::new();
    for commit in snapshot.commits() {
        if imports.len() >= args.limit {
            break;
        }
        let commit = commit?;
        if let Origin::Import(origin) = &commit.origin {
            let origin = (**origin).clone();
            imports.push((commit, origin));
        }
    }
    drop(snapshot);
    if let Some(json) = json {
        json.array(&imports, context.out)?;
        return Ok(Exit::DONE);
    }
    if imports.is_empty() {
        context.note("nothing was imported yet")?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::flexible("NAME"),
        Column::left("WHEN"),
        Column::flexible("SOURCE"),
        Column::right("CREATED"),
        Column::right("UPDATED"),
        Column::right("SKIPPED"),
        Column::right("CONFLICTS"),
    ]);
    for (commit, import) in &imports {
        table.row(vec![
            Cell::plain(&import.name),
            Cell::new(&context.screen.time(Some(commit.recorded_at)), Style::Dim),
            Cell::plain(&import.source),
            Cell::number(import.counts.total(|counts| counts.created)),
            Cell::number(import.counts.total(|counts| counts.updated)),
            Cell::number(import.counts.skipped),
            Cell::number(import.counts.conflicts),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}
