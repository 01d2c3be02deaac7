//! `backlot project column`

use backlot_core::{ColumnPlace, ColumnSummary, ProjectDetail, Snapshot};
use clap::{Args, Subcommand};

use super::reference::{self, OwnerArgs, ProjectRef};
use crate::context::Context;
use crate::edit::{Edited, PLACED, tell};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::text::count;
use crate::repository::ActorArgs;
use crate::sure::SureArgs;

/// Add, rename, move and delete the columns of a board
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot project column add 1 'To do'
  backlot project column move 1 Done --last")]
pub(crate) enum ColumnCommand {
    Add(AddArgs),
    Rename(RenameArgs),
    Move(MoveArgs),
    Delete(DeleteArgs),
}

/// A column of a board, and who edits it.
#[derive(Args, Debug)]
struct WhichArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    /// The column: its name, its place from 1, or its id
    #[arg(value_name = "COLUMN")]
    column: String,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Add a column, after all others
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project column add 1 'To do'")]
pub(crate) struct AddArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    /// Its name
    name: String,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Rename a column
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project column rename 1 'To do' Next")]
pub(crate) struct RenameArgs {
    #[command(flatten)]
    which: WhichArgs,

    /// The new name
    name: String,
}

/// Move a column on its board
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project column move 1 Done --last
  backlot project column move 1 Next --after 'To do'")]
pub(crate) struct MoveArgs {
    #[command(flatten)]
    which: WhichArgs,

    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// Before all others
    #[arg(long)]
    first: bool,

    /// After all others
    #[arg(long)]
    last: bool,

    /// Right after this one
    #[arg(long, value_name = "COLUMN")]
    after: Option<String>,
}

/// Delete a column with its cards; the issues stay
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project column delete 1 Done            asks first
  backlot project column delete 1 Done --yes")]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    which: WhichArgs,

    #[command(flatten)]
    sure: SureArgs,
}

pub(super) fn run(command: &ColumnCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ColumnCommand::Add(args) => add(args, context),
        ColumnCommand::Rename(args) => rename(args, context),
        ColumnCommand::Move(args) => move_one(args, context),
        ColumnCommand::Delete(args) => delete(args, context),
    }
}

impl WhichArgs {
    fn find(&self, snapshot: &Snapshot) -> Result<(ProjectDetail, ColumnSummary)> {
        let project = self.project.find(&self.owner, snapshot)?;
        let column = reference::column(&self.column, &project, snapshot)?;
        Ok((project, column))
    }
}

fn called(name: &str, project: &ProjectDetail, is_changed: bool) -> Edited {
    let what = format!("the column {name} of the project {}", project.name);
    Edited::called(what, is_changed).name(name)
}

fn add(args: &AddArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let reason = format!("add the column {}", args.name);
    let added = args
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let project = args.project.find(&args.owner, snapshot)?;
            let id = transaction.create_column(project.id, &args.name)?;
            Ok(called(&args.name, &project, true).id(id))
        })?;
    tell(&added, json.as_ref(), "added", context)
}

fn rename(args: &RenameArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let reason = format!("rename the column {}", args.which.column);
    let actor = &args.which.actor;
    let renamed = actor.commit(reason, context, |snapshot, transaction| {
        let (project, column) = args.which.find(snapshot)?;
        let is_changed = transaction.rename_column(column.id, &args.name)?;
        Ok(called(&column.name, &project, is_changed)
            .id(column.id)
            .name(&args.name))
    })?;
    tell(&renamed, json.as_ref(), "renamed", context)
}

fn move_one(args: &MoveArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let reason = format!("move the column {}", args.which.column);
    let actor = &args.which.actor;
    let moved = actor.commit(reason, context, |snapshot, transaction| {
        let (project, column) = args.which.find(snapshot)?;
        let place = match &args.place.after {
            Some(other) => ColumnPlace::After(reference::column(other, &project, snapshot)?.id),
            None if args.place.first => ColumnPlace::First,
            None => ColumnPlace::Last,
        };
        let is_changed = transaction.move_column(column.id, place)?;
        Ok(called(&column.name, &project, is_changed).id(column.id))
    })?;
    tell(&moved, json.as_ref(), "moved", context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let snapshot = context.open_to_read()?.read()?;
    let (project, column) = args.which.find(&snapshot)?;
    drop(snapshot);
    let mut deleted = called(&column.name, &project, true).id(column.id);
    deleted.is_dry_run = args.sure.dry_run;
    let cards = count(column.cards + column.archived_cards, "card", "cards");
    deleted.what = format!("{} with {cards}", deleted.what);
    args.sure
        .ask(&format!("deleting {}", deleted.what), context)?;
    let reason = format!("delete the column {}", column.name);
    let (actor, is_dry_run) = (&args.which.actor, args.sure.dry_run);
    actor.try_out(is_dry_run, reason, context, |_, transaction| {
        Ok(transaction.delete_column(column.id)?)
    })?;
    tell(&deleted, json.as_ref(), "deleted", context)
}
