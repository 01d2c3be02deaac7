//! `backlot issue close` and `backlot issue reopen`

use backlot_core::IssueEdit;
use backlot_model::{State, StateReason};
use clap::{Args, ValueEnum};

use super::edit_all;
use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Close issues or pull requests
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue close 12
  backlot issue close 12 octo/hello#14 https://github.com/octo/hello/issues/15
  backlot issue close 12 --reason not_planned")]
pub(crate) struct CloseArgs {
    /// The numbers of the issues, or their addresses; all are closed, or none
    #[arg(value_name = "ISSUE", required = true)]
    issues: Vec<IssueRef>,

    /// Why
    #[arg(short, long, default_value = "completed")]
    reason: ReasonArg,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Open closed issues or pull requests again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue reopen 12")]
pub(crate) struct ReopenArgs {
    /// The numbers of the issues, or their addresses; all are opened, or none
    #[arg(value_name = "ISSUE", required = true)]
    issues: Vec<IssueRef>,

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
    edit_all(
        &args.editor,
        &args.issues,
        &|_, writer, number| Ok(writer.edit_issue(number, &edit)?),
        ("close", "closed"),
        context,
    )
}

pub(super) fn reopen(args: &ReopenArgs, context: &mut Context<'_>) -> Result<Exit> {
    let edit = IssueEdit::default().state(State::Open, Some(StateReason::Reopened));
    edit_all(
        &args.editor,
        &args.issues,
        &|_, writer, number| Ok(writer.edit_issue(number, &edit)?),
        ("reopen", "reopened"),
        context,
    )
}
