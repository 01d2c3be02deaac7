//! `backlot issue block`

use backlot_core::IssueLink;
use clap::{Args, Subcommand};

use super::reference::IssueRef;
use super::{edit_one, links};
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::repository::RepositoryArgs;

/// Say which issues an issue waits for
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot issue block add 12 --by 14
  backlot issue block list 12")]
pub(crate) enum BlockCommand {
    List(ListArgs),
    Add(AddArgs),
    Remove(RemoveArgs),
}

/// List the issues that an issue waits for, and those that wait for it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue block list 12
  backlot issue block list 12 --json=blocked_by")]
pub(crate) struct ListArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    repository: RepositoryArgs,
}

/// Make an issue wait for another one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue block add 12 --by 14
  backlot issue block add 12 --by octo/other#3")]
pub(crate) struct AddArgs {
    /// The number of the issue that waits, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// The one that it waits for
    #[arg(long, value_name = "ISSUE")]
    by: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Make an issue wait no longer for another one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue block remove 12 --by 14")]
pub(crate) struct RemoveArgs {
    /// The number of the issue that waits, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// The one that it waits for
    #[arg(long, value_name = "ISSUE")]
    by: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

struct Blocks {
    blocked_by: Vec<IssueLink>,
    blocking: Vec<IssueLink>,
}

const FIELDS: Fields<Blocks> = &[
    ("blocked_by", |blocks| {
        blocks.blocked_by.iter().map(links::link_json).collect()
    }),
    ("blocking", |blocks| {
        blocks.blocking.iter().map(links::link_json).collect()
    }),
];

pub(super) fn run(command: &BlockCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        BlockCommand::List(args) => list(args, context),
        BlockCommand::Add(args) => add(args, context),
        BlockCommand::Remove(args) => remove(args, context),
    }
}

fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let (repository, issue) = args.issue.find(&args.repository, &snapshot, context)?;
    drop(snapshot);
    let blocks = Blocks {
        blocked_by: issue.blocked_by,
        blocking: issue.blocking,
    };
    if let Some(json) = json {
        json.object(&blocks, context.out)?;
        return Ok(Exit::DONE);
    }
    let pairs = [
        ("blocked by", &blocks.blocked_by),
        ("blocking", &blocks.blocking),
    ];
    let pairs: Vec<_> = pairs
        .into_iter()
        .flat_map(|(what, links)| links.iter().map(move |link| (what, link)))
        .map(|(what, link)| (what, links::shown(link, repository.as_str())))
        .collect();
    if pairs.is_empty() {
        context.note("it waits for nothing, and nothing waits for it")?;
    }
    context.screen.pairs(&pairs, context.out)?;
    Ok(Exit::DONE)
}

fn add(args: &AddArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.issue,
        &|snapshot, writer, number| {
            let blocker = args.by.in_full(&args.editor.repository, snapshot)?;
            Ok(writer.add_blocked_by(number, &blocker)?)
        },
        ("block", "blocked"),
        context,
    )
}

fn remove(args: &RemoveArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.issue,
        &|snapshot, writer, number| {
            let blocker = args.by.in_full(&args.editor.repository, snapshot)?;
            Ok(writer.remove_blocked_by(number, &blocker)?)
        },
        ("unblock", "unblocked"),
        context,
    )
}
