//! `backlot issue duplicate`

use clap::Args;

use super::edit_one;
use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Mark an issue as a duplicate of another one, which closes it; or as none
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue duplicate 12 --of 14
  backlot issue duplicate 12 --none       take the mark away; the issue stays closed")]
pub(crate) struct DuplicateArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// The issue that it says again
    #[arg(long, value_name = "ISSUE", required_unless_present = "none")]
    of: Option<IssueRef>,

    /// It is no duplicate
    #[arg(long, conflicts_with = "of")]
    none: bool,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn duplicate(args: &DuplicateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let words = match &args.of {
        Some(_) => ("mark the duplicate", "marked as a duplicate:"),
        None => ("unmark the duplicate", "marked as no duplicate:"),
    };
    edit_one(
        &args.editor,
        &args.issue,
        &|snapshot, writer, number| match &args.of {
            Some(of) => {
                let of = of.in_full(&args.editor.repository, snapshot)?;
                Ok(writer.mark_duplicate(number, &of)?)
            }
            None => Ok(writer.unmark_duplicate(number)?),
        },
        words,
        context,
    )
}
