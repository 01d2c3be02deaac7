//! `backlot project`

mod board;
mod card;
mod card_args;
mod column;
mod edit;
mod list;
mod past_board;
pub(crate) mod reference;
mod view;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

/// List, show and edit classic project boards, their columns and cards
///
/// A board is named by its number among those of its owner: a repository (-R), an organisation (--org) or a person
/// (--user).
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot project list
  backlot project create 'Release 1.2'
  backlot project view 1
  backlot project card add 1 'To do' 12")]
pub(crate) enum ProjectCommand {
    List(list::ListArgs),
    View(view::ViewArgs),
    Create(edit::CreateArgs),
    Edit(edit::EditArgs),
    Close(edit::CloseArgs),
    Reopen(edit::ReopenArgs),
    Delete(edit::DeleteArgs),
    #[command(subcommand)]
    Column(column::ColumnCommand),
    #[command(subcommand)]
    Card(card_args::CardCommand),
}

pub(crate) fn run(command: &ProjectCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ProjectCommand::List(args) => list::list(args, context),
        ProjectCommand::View(args) => view::view(args, context),
        ProjectCommand::Create(args) => edit::create(args, context),
        ProjectCommand::Edit(args) => edit::edit(args, context),
        ProjectCommand::Close(args) => edit::close(args, context),
        ProjectCommand::Reopen(args) => edit::reopen(args, context),
        ProjectCommand::Delete(args) => edit::delete(args, context),
        ProjectCommand::Column(command) => column::run(command, context),
        ProjectCommand::Card(command) => card::run(command, context),
    }
}
