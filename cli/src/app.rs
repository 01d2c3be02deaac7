//! The command line: what can be written on it, and its help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    burn_down, comment, completions, contradictions, convert, diff, export, import, imports, index,
    init, issue, label, lint, log, milestone, project, repo, search, serve, timeline, undo,
};
use crate::exit;
use crate::output::json::FieldNames;

const OUTPUT: &str = "\
Output:
  On a terminal, lists are tables that fit it, and times are told as distances from now.
  Elsewhere, each row of a list is a line with tabs between its cells, nothing is cut, and times
  are RFC 3339. Control characters in titles, bodies and names are shown as escapes. For programs
  there is --json.";

const ENVIRONMENT: &str = "\
Environment:
  BACKLOT_STORE  the store, as with --store
  BACKLOT_REPO   the repository, as with --repo
  BACKLOT_USER   who makes edits, as with --as; else USER, if that can be a login
  NO_COLOR       no colours, if set
  One that is empty counts as not set.";

const EXAMPLES: &str = "\
Examples:
  backlot init                                     make backlog.backlot here
  backlot import github octo-hello.tar.zst         read a backup or an export of GitHub's JSON
  backlot issue list --label bug --sort updated    look around
  backlot search 'crash is:open label:bug'         find
  backlot issue close 12 --reason not_planned      work, with no network
  backlot undo                                     change your mind
  backlot export github --out hello-json           hand it on as GitHub's JSON";

/// A whole issue backlog in one file
///
/// Import it from GitHub's JSON or GitCode's, work on it with no network, and export it again: nothing is lost silently.
/// Every change is a commit in the store's log.
#[derive(Debug, Parser)]
#[command(
    name = "backlot",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
#[command(subcommand_required = true, infer_subcommands = false)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub(crate) struct App {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

fn long_help() -> String {
    [EXAMPLES, OUTPUT, ENVIRONMENT, exit::HELP].join("\n\n")
}

/// What every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// The store; without it, the nearest *.backlot in this folder or above it
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "BACKLOT_STORE",
        hide_env_values = true
    )]
    pub(crate) store: Option<PathBuf>,

    /// Print JSON: whole objects, or just the fields named, as in --json=number,title
    #[arg(long, global = true, value_name = "FIELDS")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(crate) json: Option<FieldNames>,

    /// How long to wait for a store that another process uses; 0 for not at all
    #[arg(long, global = true, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(crate) wait: Duration,

    /// When to use colours
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    #[arg(help = "When to use colours: auto, always or never")]
    pub(crate) color: Colour,

    /// Print only what was asked for, and warnings: no progress, no summary
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    match seconds {
        Some(Ok(seconds)) => Ok(seconds),
        _ => Err("give a number of seconds, such as 20 or 0.5"),
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(init::InitArgs),
    #[command(subcommand)]
    Import(import::ImportCommand),
    #[command(subcommand)]
    Export(export::ExportCommand),
    Convert(convert::ConvertArgs),
    #[command(subcommand)]
    Issue(issue::IssueCommand),
    #[command(subcommand)]
    Comment(comment::CommentCommand),
    #[command(subcommand)]
    Label(label::LabelCommand),
    #[command(subcommand)]
    Milestone(milestone::MilestoneCommand),
    #[command(subcommand)]
    Project(project::ProjectCommand),
    #[command(subcommand)]
    Repo(repo::RepoCommand),
    Search(search::SearchArgs),
    Serve(serve::ServeArgs),
    Timeline(timeline::TimelineArgs),
    Diff(diff::DiffArgs),
    BurnDown(burn_down::BurnDownArgs),
    Contradictions(contradictions::ContradictionsArgs),
    Lint(lint::LintArgs),
    Log(log::LogArgs),
    Undo(undo::UndoArgs),
    Redo(undo::RedoArgs),
    Index(index::IndexArgs),
    Imports(imports::ImportsArgs),
    /// Show how much the store holds
    #[command(after_help = "Examples:\n  backlot stats\n  backlot stats --json=repositories")]
    Stats,
    /// Check that the store is sound
    ///
    /// Checks the engine's own checksums, the chain of hashes over the log, and every derived table against
    /// a replay of the log. Nothing is changed. Ends with code 7 when something is wrong.
    #[command(after_help = "Examples:\n  backlot verify\n  backlot verify --json=tables")]
    Verify,
    /// Fill everything that follows from the log again from the log
    #[command(after_help = "Examples:\n  backlot rebuild --store work.backlot")]
    Rebuild,
    /// Give space that is no longer needed back to the disk
    #[command(after_help = "Examples:\n  backlot compact")]
    Compact,
    Completions(completions::CompletionsArgs),
}

#[cfg(test)]
mod page;

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        App::command().debug_assert();
    }

    #[test]
    fn waiting_takes_some_seconds_or_none() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["", "x", "-1", "NaN", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_command_has_examples() {
        fn check(command: &clap::Command) {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                help.starts_with("Examples:\n  backlot "),
                "{}",
                command.get_name()
            );
            command.get_subcommands().for_each(check);
        }
        check(&App::command());
    }
}
