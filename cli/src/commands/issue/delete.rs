//! `backlot issue delete`

use clap::Args;

use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NUMBERED_FINAL, tell};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::text::count;
use crate::sure::SureArgs;

/// Delete an issue with its comments
///
/// A tombstone is left: whoever asks for it learns that it is gone, and its number is never used again. `backlot
/// undo` brings it back.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue delete 12            asks first
  backlot issue delete 12 --dry-run
  backlot issue delete 12 --yes")]
pub(crate) struct DeleteArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED_FINAL)?;
    let editor = &args.editor;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.issue.repository(&editor.repository, &snapshot)?;
    let number = args.issue.number;
    let summary = snapshot.issue(&repository, number)?.summary;
    drop(snapshot);
    let what = format!(
        "{repository}#{number}, {}, with {}",
        summary.title.trim(),
        count(summary.comments, "comment", "comments")
    );
    args.sure.ask(&format!("deleting {what}"), context)?;
    let is_dry_run = args.sure.dry_run;
    let reason = format!("delete #{number}");
    (editor.actor).try_out(is_dry_run, reason, context, |_, transaction| {
        Ok(transaction
            .repository(repository.as_str())?
            .delete_issue(number)?)
    })?;
    let mut edited = Edited::issue(repository.as_str(), number, true);
    edited.is_dry_run = is_dry_run;
    edited.what = what;
    tell(&edited, json.as_ref(), "deleted", context)
}
