//! `backlot issue close` and `backlot issue reopen`

use backlot_core::IssueEdit;
use backlot_model::{State, StateReason};
use clap::{Args, ValueEnum};

use super::EditorArgs;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

/// Close an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue close 12
  backlot issue close 12 --reason not_planned")]
pub(crate) struct CloseArgs {
    /// The number of the issue
    number: u64,

    /// Why
    #[arg(short, long, default_value = "completed")]
    reason: ReasonArg,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Open a closed issue again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue reopen 12")]
pub(crate) struct ReopenArgs {
    /// The number of the issue
    number: u64,

    #[command(flatten)]
    editor: EditorArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ReasonArg {
    /// It is done
    Completed,
    /// It will not be done
    #[value(alias = "not-planned", alias = "not planned")]
    NotPlanned,
    /// Another issue says the same
    Duplicate,
}

pub(super) fn close(args: &CloseArgs, context: &mut Context<'_>) -> Result<Exit> {
    let reason = match args.reason {
        ReasonArg::Completed => StateReason::Completed,
        ReasonArg::NotPlanned => StateReason::NotPlanned,
        ReasonArg::Duplicate => StateReason::Duplicate,
    };
    let edit = IssueEdit::default().state(State::Closed, Some(reason));
    args.editor
        .edit(args.number, &edit, ("close", "closed"), context)
}

pub(super) fn reopen(args: &ReopenArgs, context: &mut Context<'_>) -> Result<Exit> {
    let edit = IssueEdit::default().state(State::Open, Some(StateReason::Reopened));
    args.editor
        .edit(args.number, &edit, ("reopen", "reopened"), context)
}
