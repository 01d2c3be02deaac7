//! `backlot repo`

use backlot_core::{NewRepository, RepositoryEdit};
use backlot_model::{Record, RepositoryName};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::context::Context;
use crate::edit::{BOARD, Edited, tell};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::repository::{ActorArgs, known_by};
use crate::sure::SureArgs;

/// List, create, edit, rename, archive and delete repositories
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot repo list
  backlot repo create octo/hello --description 'A greeting'
  backlot repo rename octo/hello octo/greeting")]
pub(crate) enum RepoCommand {
    List(ListArgs),
    Create(CreateArgs),
    Edit(EditArgs),
    Rename(RenameArgs),
    Archive(ArchiveArgs),
    Unarchive(UnarchiveArgs),
    Delete(DeleteArgs),
}

/// List the repositories of the store, by name
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo list
  backlot repo list --json=name,archived")]
pub(crate) struct ListArgs {}

/// Create a repository, with the labels that GitHub gives a new one
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo create octo/hello
  backlot repo create octo/hello --private --no-labels")]
pub(crate) struct CreateArgs {
    /// Its name
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    /// Make it private
    #[arg(long)]
    private: bool,

    /// Without any labels
    #[arg(long)]
    no_labels: bool,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Edit a repository; what is not mentioned stays as it is
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo edit octo/hello --description 'A greeting'
  backlot repo edit octo/hello --private true --projects false")]
pub(crate) struct EditArgs {
    /// The repository
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    /// What it is for; an empty text for nothing
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    /// Whether it is private
    #[arg(long, value_name = "true|false")]
    private: Option<bool>,

    /// Whether it takes new issues
    #[arg(long, value_name = "true|false")]
    issues: Option<bool>,

    /// Whether its project boards can be written to
    #[arg(long, value_name = "true|false")]
    projects: Option<bool>,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Give a repository another name; the forge's name for it stays known
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo rename octo/hello octo/greeting")]
pub(crate) struct RenameArgs {
    /// The repository
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    /// The new name
    #[arg(value_name = "OWNER/NAME")]
    to: RepositoryName,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Archive a repository, so that it can only be read
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo archive octo/hello")]
pub(crate) struct ArchiveArgs {
    /// The repository
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Make an archived repository writable again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo unarchive octo/hello")]
pub(crate) struct UnarchiveArgs {
    /// The repository
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Delete a repository with everything in it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot repo delete octo/hello            asks first
  backlot repo delete octo/hello --dry-run
  backlot repo delete octo/hello --yes --force")]
pub(crate) struct DeleteArgs {
    /// The repository
    #[arg(value_name = "OWNER/NAME")]
    name: RepositoryName,

    /// Also when there are issues or pull requests in it
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

struct Row {
    name: String,
    foreign: Option<(String, String)>,
    record: Record,
}

const FIELDS: Fields<Row> = &[
    ("id", |row| json!(row.record.id().to_string())),
    ("name", |row| json!(row.name)),
    ("host", |row| {
        json!(row.foreign.as_ref().map(|(host, _)| host))
    }),
    ("foreign_name", |row| {
        json!(row.foreign.as_ref().map(|(_, name)| name))
    }),
    ("description", |row| json!(row.record.description())),
    ("private", |row| json!(row.record.is_private())),
    ("archived", |row| json!(row.record.is_archived())),
];

pub(crate) fn run(command: &RepoCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        RepoCommand::List(_) => list(context),
        RepoCommand::Create(args) => create(args, context),
        RepoCommand::Edit(args) => edit(args, context),
        RepoCommand::Rename(args) => {
            let edit = RepositoryEdit::default().name(args.to.clone());
            change(
                &args.actor,
                &args.name,
                &edit,
                ("rename", "renamed"),
                context,
            )
        }
        RepoCommand::Archive(args) => {
            let edit = RepositoryEdit::default().archived(true);
            change(
                &args.actor,
                &args.name,
                &edit,
                ("archive", "archived"),
                context,
            )
        }
        RepoCommand::Unarchive(args) => {
            let edit = RepositoryEdit::default().archived(false);
            let words = ("unarchive", "unarchived");
            change(&args.actor, &args.name, &edit, words, context)
        }
        RepoCommand::Delete(args) => delete(args, context),
    }
}

fn list(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let mut rows = Vec::new();
    for repository in snapshot.repositories()? {
        if let Some(record) = snapshot.record(repository.id)? {
            rows.push(Row {
                name: repository.name,
                foreign: repository.foreign,
                record,
            });
        }
    }
    drop(snapshot);
    if let Some(json) = json {
        json.array(&rows, context.out)?;
        return Ok(Exit::DONE);
    }
    if rows.is_empty() {
        context.note("the store has no repository yet")?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::left("NAME"),
        Column::left("KIND"),
        Column::flexible("FROM"),
        Column::main("DESCRIPTION"),
    ]);
    for row in &rows {
        let kind = match (row.record.is_archived(), row.record.is_private()) {
            (true, _) => "archived",
            (false, true) => "private",
            (false, false) => "public",
        };
        let from = row.foreign.as_ref();
        let from = from.map(|(host, name)| format!("{host}/{name}"));
        table.row(vec![
            Cell::new(&row.name, Style::Cyan),
            Cell::plain(kind),
            Cell::plain(&from.unwrap_or_default()),
            Cell::plain(row.record.description().unwrap_or_default()),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn called(name: &RepositoryName, is_changed: bool) -> Edited {
    Edited::called(name.as_str(), is_changed)
        .of(name.owner())
        .name(name.as_str())
}

fn create(args: &CreateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let mut repository = NewRepository::default().private(args.private);
    if let Some(description) = &args.description {
        repository = repository.description(description);
    }
    if !args.no_labels {
        repository = repository.default_labels();
    }
    let reason = format!("create {}", args.name);
    let created = args.actor.commit(reason, context, |_, transaction| {
        transaction.create_repository_with(&args.name, repository)?;
        Ok(called(&args.name, true))
    })?;
    tell(&created, json.as_ref(), "created", context)
}

fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = RepositoryEdit::default();
    if let Some(description) = &args.description {
        let description = Some(description.clone());
        edit = edit.description(description.filter(|text| !text.is_empty()));
    }
    if let Some(is_private) = args.private {
        edit = edit.private(is_private);
    }
    if let Some(are_enabled) = args.issues {
        edit = edit.issues(are_enabled);
    }
    if let Some(are_enabled) = args.projects {
        edit = edit.projects(are_enabled);
    }
    if edit == RepositoryEdit::default() {
        return Err(Error::usage("there is nothing to edit")
            .hint("`backlot repo edit --help` lists what can be changed"));
    }
    change(&args.actor, &args.name, &edit, ("edit", "edited"), context)
}

fn change(
    actor: &ActorArgs,
    name: &RepositoryName,
    edit: &RepositoryEdit,
    (verb, done): (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let edited = actor.commit(
        format!("{verb} {name}"),
        context,
        |snapshot, transaction| {
            let name = known_by(name, snapshot)?;
            let is_changed = transaction.repository(name.as_str())?.edit(edit)?;
            Ok(called(&name, is_changed))
        },
    )?;
    tell(&edited, json.as_ref(), done, context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let snapshot = context.open_to_read()?.read()?;
    let name = known_by(&args.name, &snapshot)?;
    drop(snapshot);
    args.sure
        .ask(&format!("deleting {name} with everything in it"), context)?;
    let reason = format!("delete {name}");
    (args.actor).try_out(args.sure.dry_run, reason, context, |_, transaction| {
        Ok(transaction.repository(name.as_str())?.delete(args.force)?)
    })?;
    let mut deleted = called(&name, true);
    deleted.is_dry_run = args.sure.dry_run;
    tell(&deleted, json.as_ref(), "deleted", context)
}
