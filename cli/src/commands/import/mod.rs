//! `backlot import`

mod carried;
mod collisions;
mod csv;
mod forge;
mod gitcode;
mod github;
mod help;
mod report;
pub(crate) mod sniff;
mod troubles;

use backlot_core::ImportReport;
use clap::Subcommand;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

pub(crate) use report::counts_json;

/// Bring a backlog in from a forge's data, or from a table
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot import github octo-hello.tar.zst
  backlot import github backup/ --dry-run
  backlot import gitcode backup/
  backlot import csv issues.csv --repo octo/hello")]
pub(crate) enum ImportCommand {
    Csv(csv::CsvArgs),
    Github(github::GithubArgs),
    Gitcode(gitcode::GitcodeArgs),
}

/// How an import ends: not all is well where something could not be kept.
const fn exit_of(report: &ImportReport) -> Exit {
    match report.counts.skipped {
        0 => Exit::DONE,
        _ => Exit::SKIPPED,
    }
}

pub(crate) fn run(command: &ImportCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        ImportCommand::Csv(args) => csv::import(args, context),
        ImportCommand::Github(args) => github::import(args, context),
        ImportCommand::Gitcode(args) => gitcode::import(args, context),
    }
}
