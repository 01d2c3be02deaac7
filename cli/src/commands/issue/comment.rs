//! `backlot issue comment`

use clap::Args;

use super::body::BodyArgs;
use super::{EditorArgs, FIELDS};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;

/// Comment on an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue comment 12 --body 'Seen on 1.2, too.'
  backlot issue comment 12 --body-file -   from standard input")]
pub(crate) struct CommentArgs {
    /// The number of the issue
    number: u64,

    #[command(flatten)]
    body: BodyArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn comment(args: &CommentArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let number = args.number;
    let Some(body) = args.body.read()? else {
        return Err(
            Error::usage("there is no comment").hint("give one with `--body` or `--body-file`")
        );
    };
    let reason = format!("comment on #{number}");
    let commented = args.editor.commit(reason, context, |repository| {
        repository.comment(number, body).map(|()| number)
    })?;
    match json {
        Some(json) => json.object(&commented, context.out)?,
        None => context.tell(&format!("commented on {}#{number}", commented.repository))?,
    }
    Ok(Exit::DONE)
}
