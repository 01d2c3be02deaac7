//! `backlot issue edit`

use std::str::FromStr;

use backlot_core::IssueEdit;
use clap::Args;

use super::body::BodyArgs;
use super::reference::IssueRef;
use super::{edit_one, nothing_to_edit};
use crate::context::Context;
use crate::edit::EditorArgs;
use crate::error::Result;
use crate::exit::Exit;

/// Edit an issue; what is not mentioned stays as it is
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue edit 12 --title 'Crash on start of 1.2'
  backlot issue edit 12 --add-label bug --remove-label triage
  backlot issue edit 12 --milestone 3
  backlot issue edit 12 --milestone none --body ''   no milestone and no body")]
pub(crate) struct EditArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    /// Another title
    #[arg(short, long, value_name = "TEXT")]
    title: Option<String>,

    #[command(flatten)]
    body: BodyArgs,

    /// Add a label, which is made if there is none of this name (may be repeated)
    #[arg(long, value_name = "NAME")]
    add_label: Vec<String>,

    /// Take a label away (may be repeated)
    #[arg(long, value_name = "NAME")]
    remove_label: Vec<String>,

    /// Assign a user, by login (may be repeated)
    #[arg(long, value_name = "LOGIN")]
    add_assignee: Vec<String>,

    /// Unassign a user, by login (may be repeated)
    #[arg(long, value_name = "LOGIN")]
    remove_assignee: Vec<String>,

    /// Put it into the milestone of this number, or into `none`
    #[arg(short, long, value_name = "NUMBER|none")]
    milestone: Option<MilestoneArg>,

    /// Give it a type, such as `Bug`, or `none`
    #[arg(long = "type", value_name = "NAME|none")]
    issue_type: Option<String>,

    #[command(flatten)]
    editor: EditorArgs,
}

#[derive(Clone, Copy, Debug)]
struct MilestoneArg(Option<u64>);

impl FromStr for MilestoneArg {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("none", _) => Ok(Self(None)),
            (_, Ok(number)) => Ok(Self(Some(number))),
            _ => Err("give the number of a milestone, or `none`"),
        }
    }
}

pub(super) fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = IssueEdit::default();
    if let Some(title) = &args.title {
        edit = edit.title(title);
    }
    if args.body.is_given() {
        edit = edit.body(args.body.read()?.filter(|body| !body.is_empty()));
    }
    edit = args.add_label.iter().fold(edit, IssueEdit::add_label);
    edit = args.remove_label.iter().fold(edit, IssueEdit::remove_label);
    edit = args.add_assignee.iter().fold(edit, IssueEdit::add_assignee);
    edit = args
        .remove_assignee
        .iter()
        .fold(edit, IssueEdit::remove_assignee);
    if let Some(milestone) = args.milestone {
        edit = edit.milestone(milestone.0);
    }
    if let Some(name) = &args.issue_type {
        edit = edit.issue_type(Some(name.clone()).filter(|name| name != "none"));
    }
    if edit == IssueEdit::default() {
        return Err(nothing_to_edit("issue edit"));
    }
    edit_one(
        &args.editor,
        &args.issue,
        &|_, writer, number| Ok(writer.edit_issue(number, &edit)?),
        ("edit", "edited"),
        context,
    )
}
