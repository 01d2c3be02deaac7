//! `backlot issue comment`

use clap::Args;

use super::body::BodyArgs;
use super::reference::IssueRef;
use crate::context::Context;
use crate::edit::{COMMENT, Edited, EditorArgs, tell};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Comment on an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue comment 12 --body 'Seen on 1.2, too.'
  backlot issue comment 12 --body-file -   from standard input")]
pub(crate) struct CommentArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    body: BodyArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn comment(args: &CommentArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(COMMENT)?;
    let number = args.issue.number;
    let Some(body) = args.body.read()? else {
        return Err(
            Error::usage("there is no comment").hint("give one with `--body` or `--body-file`")
        );
    };
    let reason = format!("comment on #{number}");
    let editor = &args.editor;
    let commented = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = args.issue.repository(&editor.repository, snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            let id = writer.comment(number, body)?;
            Ok(Edited::issue(repository.as_str(), number, true).id(id))
        })?;
    tell(&commented, json.as_ref(), "commented on", context)
}
