//! `backlot issue transfer`

use backlot_model::RepositoryName;
use clap::Args;

use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NUMBERED_FINAL};
use crate::error::Result;
use crate::exit::Exit;
use crate::output::text;
use crate::sure::SureArgs;

/// Move an issue to another repository of the store
///
/// It keeps its comments, reactions and assignees, and the labels and the milestone that the other repository
/// has, too. The old number leads to the new one.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue transfer 12 octo/other --dry-run
  backlot issue transfer 12 octo/other --yes")]
pub(crate) struct TransferArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Where it goes
    #[arg(value_name = "OWNER/NAME")]
    to: RepositoryName,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn transfer(args: &TransferArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED_FINAL)?;
    let number = args.issue.number;
    args.sure
        .ask(&format!("moving #{number} to {}", args.to), context)?;
    let (editor, is_dry_run) = (&args.editor, args.sure.dry_run);
    let reason = format!("transfer #{number} to {}", args.to);
    let moved = editor
        .actor
        .try_out(is_dry_run, reason, context, |snapshot, transaction| {
            let repository = args.issue.repository(&editor.repository, snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            let new = writer.transfer_issue(number, args.to.as_str())?;
            let mut edited = Edited::issue(args.to.as_str(), new, true);
            edited.is_dry_run = is_dry_run;
            Ok((format!("{repository}#{number}"), edited))
        })?;
    let (from, edited) = moved;
    match json {
        Some(json) => json.object(&edited, context.out)?,
        None => {
            let is_now = match is_dry_run {
                true => "would be",
                false => "is now",
            };
            let end = match is_dry_run {
                true => ": a dry run, nothing was written",
                false => "",
            };
            let told = format!("{from} {is_now} {}{end}", edited.what);
            context.tell(&text::line(&told))?;
        }
    }
    Ok(Exit::DONE)
}
