//! `backlot issue lock` and `unlock`

use backlot_model::LockReason;
use clap::{Args, ValueEnum};

use super::edit_one;
use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Lock the conversation of an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue lock 12
  backlot issue lock 12 --reason too_heated")]
pub(crate) struct LockArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Why
    #[arg(short, long)]
    reason: Option<ReasonArg>,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Unlock the conversation of an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue unlock 12")]
pub(crate) struct UnlockArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ReasonArg {
    /// It left its subject
    #[value(alias = "off-topic")]
    OffTopic,
    /// It became unkind
    #[value(alias = "too-heated", alias = "too heated")]
    TooHeated,
    /// There is nothing left to say
    Resolved,
    /// It drew spam
    Spam,
}

pub(super) fn lock(args: &LockArgs, context: &mut Context<'_>) -> Result<Exit> {
    let reason = args.reason.map(|reason| match reason {
        ReasonArg::OffTopic => LockReason::OffTopic,
        ReasonArg::TooHeated => LockReason::TooHeated,
        ReasonArg::Resolved => LockReason::Resolved,
        ReasonArg::Spam => LockReason::Spam,
    });
    edit_one(
        &args.editor,
        &args.issue,
        &|_, writer, number| Ok(writer.lock_issue(number, reason.clone())?),
        ("lock", "locked"),
        context,
    )
}

pub(super) fn unlock(args: &UnlockArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.issue,
        &|_, writer, number| Ok(writer.unlock_issue(number)?),
        ("unlock", "unlocked"),
        context,
    )
}
