//! `backlot export`

mod github;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Hand a backlog on in a forge's format
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot export github --out hello-json")]
pub(crate) enum ExportCommand {
    Github(github::GithubArgs),
}

pub(crate) fn run(command: &ExportCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ExportCommand::Github(args) => github::export(args, context),
    }
}
