//! `backlot project create`, `edit`, `close`, `reopen` and `delete`

use backlot_core::{NewProject, ProjectDetail, ProjectEdit};
use backlot_model::State;
use clap::Args;

use super::reference::{OwnerArgs, ProjectRef};
use crate::context::Context;
use crate::edit::{BOARD, Edited, tell};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::repository::ActorArgs;
use crate::sure::SureArgs;

/// Create a project board
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project create 'Release 1.2'
  backlot project create Roadmap --org octo --body 'What comes when'")]
pub(crate) struct CreateArgs {
    /// Its name
    name: String,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    body: Option<String>,

    /// Make it private
    #[arg(long)]
    private: bool,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Edit a project board; what is not mentioned stays as it is
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project edit 1 --name 'Release 1.3'
  backlot project edit 1 --org octo --permission write")]
pub(crate) struct EditArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    /// Another name
    #[arg(short, long, value_name = "TEXT")]
    name: Option<String>,

    /// What it is for; an empty text for nothing
    #[arg(short, long, value_name = "TEXT")]
    body: Option<String>,

    /// Whether it is private
    #[arg(long, value_name = "true|false")]
    private: Option<bool>,

    /// What the members of the organisation may do: read, write, admin or none
    #[arg(long, value_name = "WORD")]
    permission: Option<String>,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Close a project board
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project close 1")]
pub(crate) struct CloseArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Open a closed project board again
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project reopen 1")]
pub(crate) struct ReopenArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// Delete a project board with its columns and cards; the issues stay
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project delete 1            asks first
  backlot project delete 1 --dry-run
  backlot project delete 1 --yes")]
pub(crate) struct DeleteArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    #[command(flatten)]
    owner: OwnerArgs,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

fn called(project: &ProjectDetail, is_changed: bool) -> Edited {
    let (owner, number, name) = (&project.owner, project.number, &project.name);
    Edited::called(
        format!("the project {name} ({number}) of {owner}"),
        is_changed,
    )
    .of(owner)
    .number(number)
    .name(name)
    .id(project.id)
}

pub(super) fn create(args: &CreateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let mut project = NewProject::named(&args.name).private(args.private);
    if let Some(body) = &args.body {
        project = project.body(body);
    }
    let reason = format!("create the project {}", args.name);
    let store = context.open_to_write()?;
    let owner = args.owner.resolve(&store.read()?)?;
    let mut transaction = store.write(args.actor.actor(), reason)?;
    let id = transaction.create_project(&owner, project)?;
    transaction.commit()?;
    let created = called(&store.read()?.project(id)?, true);
    drop(store);
    tell(&created, json.as_ref(), "created", context)
}

pub(super) fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut edit = ProjectEdit::default();
    if let Some(name) = &args.name {
        edit = edit.name(name);
    }
    if let Some(body) = &args.body {
        let body = Some(body.clone());
        edit = edit.body(body.filter(|text| !text.is_empty()));
    }
    if let Some(is_private) = args.private {
        edit = edit.private(is_private);
    }
    if let Some(permission) = &args.permission {
        edit = edit.permission(permission);
    }
    if edit == ProjectEdit::default() {
        return Err(Error::usage("there is nothing to edit")
            .hint("`backlot project edit --help` lists what can be changed"));
    }
    let words = ("edit", "edited");
    change(
        &args.project,
        &args.owner,
        &args.actor,
        &edit,
        words,
        context,
    )
}

pub(super) fn close(args: &CloseArgs, context: &mut Context<'_>) -> Result<Exit> {
    let edit = ProjectEdit::default().state(State::Closed);
    let words = ("close", "closed");
    change(
        &args.project,
        &args.owner,
        &args.actor,
        &edit,
        words,
        context,
    )
}

pub(super) fn reopen(args: &ReopenArgs, context: &mut Context<'_>) -> Result<Exit> {
    let edit = ProjectEdit::default().state(State::Open);
    let words = ("reopen", "reopened");
    change(
        &args.project,
        &args.owner,
        &args.actor,
        &edit,
        words,
        context,
    )
}

fn change(
    project: &ProjectRef,
    owner: &OwnerArgs,
    actor: &ActorArgs,
    edit: &ProjectEdit,
    (verb, done): (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let reason = format!("{verb} a project");
    let edited = actor.commit(reason, context, |snapshot, transaction| {
        let known = project.find(owner, snapshot)?;
        let is_changed = transaction.edit_project(known.id, edit)?;
        Ok(called(&known, is_changed))
    })?;
    tell(&edited, json.as_ref(), done, context)
}

pub(super) fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(BOARD)?;
    let snapshot = context.open_to_read()?.read()?;
    let known = args.project.find(&args.owner, &snapshot)?;
    drop(snapshot);
    let mut deleted = called(&known, true);
    deleted.is_dry_run = args.sure.dry_run;
    let question = format!("deleting {} with its columns and cards", deleted.what);
    args.sure.ask(&question, context)?;
    let reason = format!("delete the project {}", known.name);
    (args.actor).try_out(args.sure.dry_run, reason, context, |_, transaction| {
        Ok(transaction.delete_project(known.id)?)
    })?;
    tell(&deleted, json.as_ref(), "deleted", context)
}
