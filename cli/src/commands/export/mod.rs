//! `backlot export`

mod csv;
mod forge;
pub(crate) mod gitcode;
pub(crate) mod github;
mod report;

use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Hand a backlog on in a forge's format, or as a table
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot export github --out hello-json
  backlot export gitcode --out hello-json
  backlot export csv --out issues.csv")]
pub(crate) enum ExportCommand {
    Csv(csv::CsvArgs),
    Github(github::GithubArgs),
    Gitcode(gitcode::GitcodeArgs),
}

pub(crate) fn run(command: &ExportCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ExportCommand::Csv(args) => csv::export(args, context),
        ExportCommand::Github(args) => github::export(args, context),
        ExportCommand::Gitcode(args) => gitcode::export(args, context),
    }
}
