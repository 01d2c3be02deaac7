//! `backlot issue sub`

use backlot_core::SubIssuePlace;
use clap::{Args, Subcommand};

use super::reference::IssueRef;
use super::{edit_one, links};
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;
use crate::repository::RepositoryArgs;

/// List, add, remove and reorder the sub-issues of an issue
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot issue sub list 12
  backlot issue sub add 12 14
  backlot issue sub move 12 14 --first")]
pub(crate) enum SubCommand {
    List(ListArgs),
    Add(AddArgs),
    Remove(RemoveArgs),
    Move(MoveArgs),
}

/// List the sub-issues of an issue, in their order
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue sub list 12
  backlot issue sub list 12 --json=number,state")]
pub(crate) struct ListArgs {
    /// The number of the parent, or its address
    #[arg(value_name = "PARENT")]
    parent: IssueRef,

    #[command(flatten)]
    repository: RepositoryArgs,
}

/// Make an issue a sub-issue of another one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue sub add 12 14
  backlot issue sub add 12 octo/other#3 --replace-parent")]
pub(crate) struct AddArgs {
    /// The number of the parent, or its address
    #[arg(value_name = "PARENT")]
    parent: IssueRef,

    /// The number of the sub-issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Take it from the parent that it has
    #[arg(long)]
    replace_parent: bool,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Make an issue no longer a sub-issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue sub remove 12 14")]
pub(crate) struct RemoveArgs {
    /// The number of the parent, or its address
    #[arg(value_name = "PARENT")]
    parent: IssueRef,

    /// The number of the sub-issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Move a sub-issue among its siblings
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue sub move 12 14 --first
  backlot issue sub move 12 14 --after 15")]
pub(crate) struct MoveArgs {
    /// The number of the parent, or its address
    #[arg(value_name = "PARENT")]
    parent: IssueRef,

    /// The number of the sub-issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    place: PlaceArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// Before all others
    #[arg(long)]
    first: bool,

    /// After all others
    #[arg(long)]
    last: bool,

    /// Right before this one
    #[arg(long, value_name = "ISSUE")]
    before: Option<IssueRef>,

    /// Right after this one
    #[arg(long, value_name = "ISSUE")]
    after: Option<IssueRef>,
}

pub(super) fn run(command: &SubCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        SubCommand::List(args) => list(args, context),
        SubCommand::Add(args) => add(args, context),
        SubCommand::Remove(args) => remove(args, context),
        SubCommand::Move(args) => move_one(args, context),
    }
}

fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(links::FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let (_, issue) = args.parent.find(&args.repository, &snapshot, context)?;
    drop(snapshot);
    match json {
        Some(json) => json.array(&issue.sub_issues, context.out)?,
        None if issue.sub_issues.is_empty() => context.note("it has no sub-issues")?,
        None => links::print(&issue.sub_issues, context)?,
    }
    Ok(Exit::DONE)
}

fn add(args: &AddArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.parent,
        &|snapshot, writer, number| {
            let issue = args.issue.in_full(&args.editor.repository, snapshot)?;
            Ok(writer.add_sub_issue(number, &issue, args.replace_parent)?)
        },
        ("add a sub-issue to", "added a sub-issue to"),
        context,
    )
}

fn remove(args: &RemoveArgs, context: &mut Context<'_>) -> Result<Exit> {
    edit_one(
        &args.editor,
        &args.parent,
        &|snapshot, writer, number| {
            let issue = args.issue.in_full(&args.editor.repository, snapshot)?;
            Ok(writer.remove_sub_issue(number, &issue)?)
        },
        ("remove a sub-issue from", "removed a sub-issue from"),
        context,
    )
}

fn move_one(args: &MoveArgs, context: &mut Context<'_>) -> Result<Exit> {
    let editor = &args.editor;
    edit_one(
        editor,
        &args.parent,
        &|snapshot, writer, number| {
            let full = |issue: &IssueRef| issue.in_full(&editor.repository, snapshot);
            let place = match (&args.place.before, &args.place.after) {
                (Some(other), _) => SubIssuePlace::Before(full(other)?),
                (_, Some(other)) => SubIssuePlace::After(full(other)?),
                _ if args.place.first => SubIssuePlace::First,
                _ => SubIssuePlace::Last,
            };
            Ok(writer.move_sub_issue(number, &full(&args.issue)?, &place)?)
        },
        ("move a sub-issue of", "moved a sub-issue of"),
        context,
    )
}
