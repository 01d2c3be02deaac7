//! `backlot issue label`, `assign` and `type`

use backlot_core::IssueEdit;
use clap::Args;

use super::reference::IssueRef;
use super::{edit_one, nothing_to_edit};
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Add labels to an issue, take some away, or set all of them
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue label 12 bug 'good first issue'
  backlot issue label 12 bug --remove triage
  backlot issue label 12 --set             no label at all
  backlot issue label 12 bug ui --set      these two and no others")]
pub(crate) struct LabelArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// The labels; one that the repository lacks is made
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Take a label away (may be repeated)
    #[arg(long, value_name = "NAME")]
    remove: Vec<String>,

    /// These labels and no others
    #[arg(long)]
    set: bool,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Assign an issue to users, unassign some, or set all of them
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue assign 12 mona hubot
  backlot issue assign 12 --remove mona
  backlot issue assign 12 --set            to nobody")]
pub(crate) struct AssignArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Who is to do it, by login
    #[arg(value_name = "LOGIN")]
    logins: Vec<String>,

    /// Unassign a user, by login (may be repeated)
    #[arg(long, value_name = "LOGIN")]
    remove: Vec<String>,

    /// To these users and no others
    #[arg(long)]
    set: bool,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Give an issue a type, or none
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue type 12 Bug
  backlot issue type 12 none")]
pub(crate) struct TypeArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// The type, or `none`
    #[arg(value_name = "NAME|none")]
    name: String,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn label(args: &LabelArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = match args.set {
        true => IssueEdit::default().set_labels(args.names.clone()),
        false => (args.names.iter()).fold(IssueEdit::default(), IssueEdit::add_label),
    };
    edit = args.remove.iter().fold(edit, IssueEdit::remove_label);
    apply(
        &args.editor,
        &args.issue,
        &edit,
        "issue label",
        ("label", "labelled"),
        context,
    )
}

pub(super) fn assign(args: &AssignArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = match args.set {
        true => IssueEdit::default().set_assignees(args.logins.clone()),
        false => (args.logins.iter()).fold(IssueEdit::default(), IssueEdit::add_assignee),
    };
    edit = args.remove.iter().fold(edit, IssueEdit::remove_assignee);
    apply(
        &args.editor,
        &args.issue,
        &edit,
        "issue assign",
        ("assign", "assigned"),
        context,
    )
}

pub(super) fn issue_type(args: &TypeArgs, context: &mut Context<'_>) -> Result<Exit> {
    let name = Some(args.name.clone()).filter(|name| name != "none");
    let edit = IssueEdit::default().issue_type(name);
    apply(
        &args.editor,
        &args.issue,
        &edit,
        "issue type",
        ("type", "typed"),
        context,
    )
}

fn apply(
    editor: &EditorArgs,
    issue: &IssueRef,
    edit: &IssueEdit,
    command: &str,
    words: (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    if *edit == IssueEdit::default() {
        return Err(nothing_to_edit(command));
    }
    let change = |writer: &mut backlot_core::RepositoryWriter<'_>, number| {
        Ok(writer.edit_issue(number, edit)?)
    };
    edit_one(
        editor,
        issue,
        &|_, writer, number| change(writer, number),
        words,
        context,
    )
}
