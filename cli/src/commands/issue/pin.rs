//! `backlot issue pin` and `unpin`

use clap::Args;

use super::edit_one;
use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Pin an issue to the top of its repository; three can be
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue pin 12")]
pub(crate) struct PinArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Unpin an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue unpin 12")]
pub(crate) struct UnpinArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn pin(args: &PinArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.issue,
        &|_, writer, number| Ok(writer.pin_issue(number)?),
        ("pin", "pinned"),
        context,
    )
}

pub(super) fn unpin(args: &UnpinArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.issue,
        &|_, writer, number| Ok(writer.unpin_issue(number)?),
        ("unpin", "unpinned"),
        context,
    )
}
