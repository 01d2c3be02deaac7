//! `backlot issue react` and `unreact`

use clap::Args;

use super::reference::TargetRef;
use crate::commands::comment;
use crate::context::Context;
use crate::edit::{COMMENT, Edited, EditorArgs, tell};
use crate::error::Result;
use crate::exit::Exit;

/// React to an issue or a comment
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue react 12 heart
  backlot issue react 01JC3Z8T0V7R9KX2M4N6P8Q0AB rocket     a comment, by its id")]
pub(crate) struct ReactArgs {
    #[command(flatten)]
    reaction: ReactionArgs,
}

/// Take a reaction back
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue unreact 12 heart")]
pub(crate) struct UnreactArgs {
    #[command(flatten)]
    reaction: ReactionArgs,
}

#[derive(Args, Debug)]
struct ReactionArgs {
    /// The number of an issue, its address, or the id of a comment
    #[arg(value_name = "ISSUE|COMMENT")]
    target: TargetRef,

    /// Which: +1, -1, laugh, confused, heart, hooray, rocket or eyes
    #[arg(value_name = "REACTION", allow_hyphen_values = true)]
    content: String,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn react(args: &ReactArgs, context: &mut Context<'_>) -> Result<Exit> {
    change(&args.reaction, true, context)
}

pub(super) fn unreact(args: &UnreactArgs, context: &mut Context<'_>) -> Result<Exit> {
    change(&args.reaction, false, context)
}

fn change(args: &ReactionArgs, is_given: bool, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(COMMENT)?;
    let editor = &args.editor;
    let (verb, done) = match is_given {
        true => ("react with", "reacted to"),
        false => ("take back", "took a reaction back from"),
    };
    let reason = format!("{verb} {}", args.content);
    let edited = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let (mut edited, id) = match &args.target {
                TargetRef::Issue(issue) => {
                    let repository = issue.repository(&editor.repository, snapshot)?;
                    let number = issue.number;
                    let id = snapshot.issue(&repository, number)?.summary.id;
                    (Edited::issue(repository.as_str(), number, true), id)
                }
                TargetRef::Comment(id) => (comment::place(snapshot, *id)?, *id),
            };
            let repository = edited.owner.clone().unwrap_or_default();
            let mut writer = transaction.repository(&repository)?;
            edited.is_changed = match is_given {
                true => writer.react(id, &args.content)?,
                false => writer.unreact(id, &args.content)?,
            };
            Ok(edited.id(id))
        })?;
    tell(&edited, json.as_ref(), done, context)
}
