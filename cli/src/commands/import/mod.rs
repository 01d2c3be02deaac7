//! `backlot import`

mod github;
mod help;
mod report;
mod troubles;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

pub(crate) use report::counts_json;

/// Bring a backlog in from a forge's data
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot import github octo-hello.tar.zst
  backlot import github backup/ --dry-run")]
pub(crate) enum ImportCommand {
    Github(github::GithubArgs),
}

pub(crate) fn run(command: &ImportCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ImportCommand::Github(args) => github::import(args, context),
    }
}
