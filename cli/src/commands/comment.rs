//! `backlot comment`

use backlot_core::{CommentDetail, RepositoryWriter, Revision, Snapshot};
use backlot_model::{Parent, RecordId};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::issue::body::BodyArgs;
use super::issue::reference::IssueRef;
use crate::context::Context;
use crate::edit::{COMMENT, Edited, tell};
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text;
use crate::repository::{ActorArgs, RepositoryArgs};
use crate::sure::SureArgs;

/// List, edit, minimise, pin and delete comments, by their ids
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot issue comment 12 --body 'Seen on 1.2, too.'    writes one
  backlot comment list 12                                shows their ids
  backlot comment edit 01JC3Z8T0V7R9KX2M4N6P8Q0AB --body 'Seen on 1.3, too.'")]
pub(crate) enum CommentCommand {
    List(ListArgs),
    View(ViewArgs),
    Edit(EditArgs),
    Minimize(MinimizeArgs),
    Unminimize(UnminimizeArgs),
    Pin(PinArgs),
    Unpin(UnpinArgs),
    Delete(DeleteArgs),
}

fn id(text: &str) -> std::result::Result<RecordId, &'static str> {
    text.parse()
        .map_err(|_| "give the id of a comment, which `backlot comment list ISSUE` shows")
}

/// List the comments of an issue, in the order of time, with their ids
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment list 12
  backlot comment list 12 --json=id,author,body")]
pub(crate) struct ListArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    repository: RepositoryArgs,
}

/// Show a comment, and with --edits the texts that it had before
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment view 01JC3Z8T0V7R9KX2M4N6P8Q0AB
  backlot comment view 01JC3Z8T0V7R9KX2M4N6P8Q0AB --edits")]
pub(crate) struct ViewArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    /// Show the texts that it had before, too
    #[arg(long)]
    edits: bool,
}

/// Give a comment another text
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment edit 01JC3Z8T0V7R9KX2M4N6P8Q0AB --body 'Seen on 1.3, too.'")]
pub(crate) struct EditArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    #[command(flatten)]
    body: BodyArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Minimise a comment
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment minimize 01JC3Z8T0V7R9KX2M4N6P8Q0AB --reason outdated")]
pub(crate) struct MinimizeArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    /// Why
    #[arg(short, long)]
    reason: Option<ReasonArg>,

    #[command(flatten)]
    actor: ActorArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum ReasonArg {
    Abuse,
    #[value(alias = "off-topic")]
    OffTopic,
    Outdated,
    Resolved,
    Duplicate,
    Spam,
}

impl ReasonArg {
    const fn word(self) -> &'static str {
        match self {
            Self::Abuse => "abuse",
            Self::OffTopic => "off-topic",
            Self::Outdated => "outdated",
            Self::Resolved => "resolved",
            Self::Duplicate => "duplicate",
            Self::Spam => "spam",
        }
    }
}

/// Show a minimised comment again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment unminimize 01JC3Z8T0V7R9KX2M4N6P8Q0AB")]
pub(crate) struct UnminimizeArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Pin a comment to the top of its issue, in place of the one that is pinned
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment pin 01JC3Z8T0V7R9KX2M4N6P8Q0AB")]
pub(crate) struct PinArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Unpin a comment
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment unpin 01JC3Z8T0V7R9KX2M4N6P8Q0AB")]
pub(crate) struct UnpinArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Delete a comment
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot comment delete 01JC3Z8T0V7R9KX2M4N6P8Q0AB            asks first
  backlot comment delete 01JC3Z8T0V7R9KX2M4N6P8Q0AB --yes")]
pub(crate) struct DeleteArgs {
    /// The id of the comment
    #[arg(value_name = "COMMENT", value_parser = id)]
    comment: RecordId,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

struct Shown {
    comment: CommentDetail,
    edits: Option<Vec<Revision>>,
}

const FIELDS: Fields<Shown> = &[
    ("id", |shown| json!(shown.comment.id.to_string())),
    ("author", |shown| json!(shown.comment.author)),
    ("author_association", |shown| {
        let association = shown.comment.author_association.as_ref();
        json!(association.map(|association| association.as_word()))
    }),
    ("created_at", |shown| {
        json!(shown.comment.created_at.map(|at| at.to_string()))
    }),
    ("updated_at", |shown| {
        json!(shown.comment.updated_at.map(|at| at.to_string()))
    }),
    ("minimized", |shown| json!(shown.comment.is_minimized)),
    ("minimized_reason", |shown| {
        json!(shown.comment.minimized_reason)
    }),
    ("pinned", |shown| json!(shown.comment.is_pinned)),
    ("reactions", |shown| {
        super::issue::reactions_json(shown.comment.reactions)
    }),
    ("body", |shown| json!(shown.comment.body)),
    ("edits", |shown| match &shown.edits {
        Some(edits) => edits.iter().map(edit_json).collect(),
        None => Value::Null,
    }),
];

fn edit_json(edit: &Revision) -> Value {
    json!({"body": edit.body, "editor": edit.editor, "at": edit.at.to_string()})
}

pub(crate) fn run(command: &CommentCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        CommentCommand::List(args) => list(args, context),
        CommentCommand::View(args) => view(args, context),
        CommentCommand::Edit(args) => edit(args, context),
        CommentCommand::Minimize(args) => change(
            &args.actor,
            args.comment,
            ("minimize", "minimized"),
            &|writer, id| Ok(writer.minimize_comment(id, args.reason.map(ReasonArg::word))?),
            context,
        ),
        CommentCommand::Unminimize(args) => change(
            &args.actor,
            args.comment,
            ("unminimize", "unminimized"),
            &|writer, id| Ok(writer.unminimize_comment(id)?),
            context,
        ),
        CommentCommand::Pin(args) => change(
            &args.actor,
            args.comment,
            ("pin", "pinned"),
            &|writer, id| Ok(writer.pin_comment(id)?),
            context,
        ),
        CommentCommand::Unpin(args) => change(
            &args.actor,
            args.comment,
            ("unpin", "unpinned"),
            &|writer, id| Ok(writer.unpin_comment(id)?),
            context,
        ),
        CommentCommand::Delete(args) => delete(args, context),
    }
}

/// The comment's issue, as what is edited.
pub(crate) fn place(snapshot: &Snapshot, id: RecordId) -> Result<Edited> {
    let record = snapshot.comment(id)?.record;
    let issue = match record.parent() {
        Some(Parent::Record(issue)) => snapshot.record(issue.to_owned())?,
        _ => None,
    };
    let repository = match record.repository() {
        Some(repository) => snapshot.login(repository)?,
        None => None,
    };
    let (Some(repository), Some(number)) = (repository, issue.and_then(|issue| issue.number()))
    else {
        let nowhere = format!("the comment {id} belongs to no issue that is known yet");
        return Err(Error::new(Kind::UnknownRecord, nowhere));
    };
    let mut edited = Edited::issue(&repository, number, true).id(id);
    edited.what = format!("the comment {id} on {repository}#{number}");
    Ok(edited)
}

fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let (repository, issue) = args.issue.find(&args.repository, &snapshot, context)?;
    let comments = snapshot.comments(&repository, issue.summary.number)?;
    drop(snapshot);
    let comments: Vec<Shown> = comments
        .into_iter()
        .map(|comment| Shown {
            comment,
            edits: None,
        })
        .collect();
    if let Some(json) = json {
        json.array(&comments, context.out)?;
        return Ok(Exit::DONE);
    }
    if comments.is_empty() {
        context.note("it has no comments")?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::left("ID"),
        Column::flexible("AUTHOR"),
        Column::left("WHEN"),
        Column::main("TEXT"),
    ]);
    for Shown { comment, .. } in &comments {
        let text = match context.screen.is_terminal() {
            true => comment.body.lines().next().unwrap_or_default(),
            false => &comment.body,
        };
        table.row(vec![
            Cell::plain(&comment.id.to_string()),
            Cell::new(comment.author.as_deref().unwrap_or_default(), Style::Cyan),
            Cell::new(&context.screen.time(comment.created_at), Style::Dim),
            Cell::plain(text),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn view(args: &ViewArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let comment = snapshot.comment(args.comment)?;
    let issue = place(&snapshot, args.comment).ok();
    let edits = match args.edits {
        true => Some(snapshot.edits(args.comment)?),
        false => None,
    };
    drop(snapshot);
    let shown = Shown { comment, edits };
    if let Some(json) = json {
        json.object(&shown, context.out)?;
        return Ok(Exit::DONE);
    }
    let Shown { comment, edits } = shown;
    let issue = issue.and_then(|issue| Some(format!("{}#{}", issue.owner?, issue.number?)));
    let yes_no = |yes: bool| if yes { "yes" } else { "" }.to_owned();
    let minimized = match &comment.minimized_reason {
        Some(reason) => format!("yes, {reason}"),
        None => yes_no(comment.is_minimized),
    };
    let mut pairs = vec![
        ("comment", comment.id.to_string()),
        ("on", issue.unwrap_or_default()),
        ("author", comment.author.unwrap_or_default()),
        ("created", context.screen.time(comment.created_at)),
        ("updated", context.screen.time(comment.updated_at)),
        ("minimized", minimized),
        ("pinned", yes_no(comment.is_pinned)),
        ("reactions", super::issue::reactions(comment.reactions)),
    ];
    let is_terminal = context.screen.is_terminal();
    pairs.retain(|(_, value)| !is_terminal || !value.is_empty());
    context.screen.pairs(&pairs, context.out)?;
    let parting = if is_terminal { "" } else { "--" };
    writeln!(
        context.out,
        "{parting}\n{}",
        text::body(comment.body.trim_end())
    )?;
    for edit in edits.iter().flatten() {
        let at = context.screen.time(Some(edit.at));
        let who = text::line(&edit.editor);
        let body = edit.body.as_deref().unwrap_or_default().trim_end();
        writeln!(
            context.out,
            "\n-- {who} had written {at}\n{}",
            text::body(body)
        )?;
    }
    Ok(Exit::DONE)
}

fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let Some(body) = args.body.read()? else {
        return Err(
            Error::usage("there is no text").hint("give one with `--body` or `--body-file`")
        );
    };
    change(
        &args.actor,
        args.comment,
        ("edit", "edited"),
        &|writer, id| Ok(writer.edit_comment(id, body.as_str())?),
        context,
    )
}

fn change(
    actor: &ActorArgs,
    id: RecordId,
    (verb, done): (&str, &str),
    change: &dyn Fn(&mut RepositoryWriter<'_>, RecordId) -> Result<bool>,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(COMMENT)?;
    let reason = format!("{verb} a comment");
    let edited = actor.commit(reason, context, |snapshot, transaction| {
        let mut edited = place(snapshot, id)?;
        let repository = edited.owner.clone().unwrap_or_default();
        edited.is_changed = change(&mut transaction.repository(&repository)?, id)?;
        Ok(edited)
    })?;
    tell(&edited, json.as_ref(), done, context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(COMMENT)?;
    let snapshot = context.open_to_read()?.read()?;
    let mut edited = place(&snapshot, args.comment)?;
    drop(snapshot);
    args.sure
        .ask(&format!("deleting {}", edited.what), context)?;
    edited.is_dry_run = args.sure.dry_run;
    let repository = edited.owner.clone().unwrap_or_default();
    let reason = "delete a comment".to_owned();
    (args.actor).try_out(args.sure.dry_run, reason, context, |_, transaction| {
        Ok(transaction
            .repository(&repository)?
            .delete_comment(args.comment)?)
    })?;
    tell(&edited, json.as_ref(), "deleted", context)
}
