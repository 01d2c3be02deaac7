//! `backlot issue create`

use backlot_core::NewIssue;
use clap::Args;

use super::body::BodyArgs;
use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NUMBERED, sentence};
use crate::error::Result;
use crate::exit::Exit;

/// Create an issue
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue create --title 'Crash on start' --label bug
  backlot issue create -t 'Crash on start' --body-file report.md --assignee mona
  number=$(backlot issue create -t 'Crash on start' --quiet)   prints only the number")]
pub(crate) struct CreateArgs {
    /// The title
    #[arg(short, long, value_name = "TEXT")]
    title: String,

    #[command(flatten)]
    body: BodyArgs,

    /// A label, which is made if there is none of this name (may be repeated)
    #[arg(short, long = "label", value_name = "NAME")]
    labels: Vec<String>,

    /// Who is to do it, by login (may be repeated)
    #[arg(short, long = "assignee", value_name = "LOGIN")]
    assignees: Vec<String>,

    /// The number of its milestone
    #[arg(short, long, value_name = "NUMBER")]
    milestone: Option<u64>,

    /// Its type, such as `Bug`
    #[arg(long = "type", value_name = "NAME")]
    issue_type: Option<String>,

    #[command(flatten)]
    editor: EditorArgs,
}

pub(super) fn create(args: &CreateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED)?;
    let mut issue = NewIssue::titled(&args.title);
    if let Some(body) = args.body.read()? {
        issue = issue.body(body);
    }
    issue = args.labels.iter().fold(issue, NewIssue::label);
    issue = args.assignees.iter().fold(issue, NewIssue::assignee);
    if let Some(milestone) = args.milestone {
        issue = issue.milestone(milestone);
    }
    if let Some(name) = &args.issue_type {
        issue = issue.issue_type(name);
    }
    let reason = "create an issue".to_owned();
    let editor = &args.editor;
    let created = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            let number = writer.create_issue(issue)?;
            Ok((Edited::issue(repository.as_str(), number, true), number))
        })?;
    let (created, number) = created;
    match json {
        Some(json) => json.object(&created, context.out)?,
        None if context.global.quiet => writeln!(context.out, "{number}")?,
        None => context.tell(&sentence(&created, "created"))?,
    }
    Ok(Exit::DONE)
}
