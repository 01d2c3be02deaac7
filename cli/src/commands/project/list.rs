//! `backlot project list`

use backlot_core::{ProjectDetail, StateFilter};
use backlot_model::State;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::reference::{OwnerArgs, owner_name};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

/// List the project boards of a repository, an organisation or a person
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project list
  backlot project list --org octo --state all --json=number,name")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    owner: OwnerArgs,

    /// Open or closed ones
    #[arg(short, long, default_value = "open")]
    state: StateArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StateArg {
    Open,
    Closed,
    All,
}

const FIELDS: Fields<ProjectDetail> = &[
    ("id", |project| json!(project.id.to_string())),
    ("owner", |project| json!(project.owner)),
    ("number", |project| json!(project.number)),
    ("name", |project| json!(project.name)),
    ("body", |project| json!(project.body)),
    ("state", |project| json!(project.state.as_word())),
    ("private", |project| json!(project.is_private)),
    ("permission", |project| json!(project.permission)),
    ("creator", |project| json!(project.creator)),
    ("created_at", |project| {
        json!(project.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |project| {
        json!(project.updated_at.map(|at| at.to_string()))
    }),
];

pub(super) fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let owner = args.owner.resolve(&snapshot)?;
    let state = match args.state {
        StateArg::Open => StateFilter::Open,
        StateArg::Closed => StateFilter::Closed,
        StateArg::All => StateFilter::All,
    };
    let projects = snapshot.projects(&owner, state)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&projects, context.out)?;
        return Ok(Exit::DONE);
    }
    if projects.is_empty() {
        context.note(&format!("no project of {} matches", owner_name(&owner)))?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::right("NUMBER"),
        Column::left("STATE"),
        Column::main("NAME"),
        Column::flexible("CREATOR"),
        Column::left("UPDATED"),
    ]);
    for project in &projects {
        let style = match project.state {
            State::Open => Style::Green,
            _ => Style::Purple,
        };
        table.row(vec![
            Cell::new(&project.number.to_string(), style),
            Cell::new(project.state.as_word(), style),
            Cell::plain(&project.name),
            Cell::new(project.creator.as_deref().unwrap_or_default(), Style::Cyan),
            Cell::new(&context.screen.time(project.updated_at), Style::Dim),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}
