//! `backlot label`

use backlot_core::{LabelEdit, LabelSummary, NewLabel};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NAMED, tell};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::repository::RepositoryArgs;
use crate::sure::SureArgs;

/// List, create, edit and delete labels
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot label list
  backlot label create bug --rgb d73a4a --description 'It does not work'
  backlot label edit bug --name defect
  backlot issue label 12 bug              puts it on an issue")]
pub(crate) enum LabelCommand {
    List(ListArgs),
    Create(CreateArgs),
    Edit(EditArgs),
    Delete(DeleteArgs),
}

/// List the labels of a repository, by name
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot label list
  backlot label list --json=name,color")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    repository: RepositoryArgs,
}

/// Create a label
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot label create bug --rgb d73a4a --description 'It does not work'")]
pub(crate) struct CreateArgs {
    /// Its name
    name: String,

    /// Its colour, as six hexadecimal digits
    #[arg(short = 'c', long, value_name = "RRGGBB")]
    rgb: Option<String>,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Edit a label, which reaches every issue that has it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot label edit bug --name defect
  backlot label edit bug --rgb ee0701 --description ''   no description")]
pub(crate) struct EditArgs {
    /// The label
    label: String,

    /// Another name
    #[arg(short, long, value_name = "TEXT")]
    name: Option<String>,

    /// Another colour, as six hexadecimal digits
    #[arg(short = 'c', long, value_name = "RRGGBB")]
    rgb: Option<String>,

    /// What it is for
    #[arg(short, long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    editor: EditorArgs,
}

/// Delete a label, also from every issue that has it
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot label delete bug            asks first
  backlot label delete bug --dry-run
  backlot label delete bug --yes")]
pub(crate) struct DeleteArgs {
    /// The label
    label: String,

    #[command(flatten)]
    sure: SureArgs,

    #[command(flatten)]
    editor: EditorArgs,
}

const FIELDS: Fields<LabelSummary> = &[
    ("id", |label| json!(label.id.to_string())),
    ("name", |label| json!(label.name)),
    ("color", |label| json!(label.color)),
    ("description", |label| json!(label.description)),
    ("default", |label| json!(label.is_default)),
];

pub(crate) fn run(command: &LabelCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        LabelCommand::List(args) => list(args, context),
        LabelCommand::Create(args) => create(args, context),
        LabelCommand::Edit(args) => edit(args, context),
        LabelCommand::Delete(args) => delete(args, context),
    }
}

fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let labels = snapshot.labels(&repository)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&labels, context.out)?;
        return Ok(Exit::DONE);
    }
    if labels.is_empty() {
        context.note(&format!("{repository} has no labels"))?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::flexible("NAME"),
        Column::left("COLOUR"),
        Column::main("DESCRIPTION"),
    ]);
    for label in &labels {
        table.row(vec![
            Cell::new(&label.name, Style::Cyan),
            Cell::plain(&label.color),
            Cell::plain(label.description.as_deref().unwrap_or_default()),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn called(name: &str, repository: &str, is_changed: bool) -> Edited {
    Edited::called(format!("the label {name} of {repository}"), is_changed)
        .of(repository)
        .name(name)
}

fn create(args: &CreateArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NAMED)?;
    let mut label = NewLabel::named(&args.name);
    if let Some(color) = &args.rgb {
        label = label.color(color);
    }
    if let Some(description) = &args.description {
        label = label.description(description);
    }
    let reason = format!("create the label {}", args.name);
    let editor = &args.editor;
    let created = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            writer.create_label(label)?;
            Ok(called(&args.name, repository.as_str(), true))
        })?;
    tell(&created, json.as_ref(), "created", context)
}

fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NAMED)?;
    let mut edit = LabelEdit::default();
    if let Some(name) = &args.name {
        edit = edit.name(name);
    }
    if let Some(color) = &args.rgb {
        edit = edit.color(color);
    }
    if let Some(description) = &args.description {
        let description = Some(description.clone());
        edit = edit.description(description.filter(|text| !text.is_empty()));
    }
    if args.name.is_none() && args.rgb.is_none() && args.description.is_none() {
        return Err(Error::usage("there is nothing to edit")
            .hint("`backlot label edit --help` lists what can be changed"));
    }
    let reason = format!("edit the label {}", args.label);
    let editor = &args.editor;
    let edited = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let mut writer = transaction.repository(repository.as_str())?;
            let is_changed = writer.edit_label(&args.label, &edit)?;
            let name = args.name.as_ref().unwrap_or(&args.label);
            Ok(called(name, repository.as_str(), is_changed))
        })?;
    tell(&edited, json.as_ref(), "edited", context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NAMED)?;
    args.sure
        .ask(&format!("deleting the label {}", args.label), context)?;
    let reason = format!("delete the label {}", args.label);
    let (editor, is_dry_run) = (&args.editor, args.sure.dry_run);
    let deleted =
        (editor.actor).try_out(is_dry_run, reason, context, |snapshot, transaction| {
            let repository = editor.repository.resolve(snapshot)?;
            let name = snapshot.label(&repository, &args.label)?.name;
            transaction
                .repository(repository.as_str())?
                .delete_label(&name)?;
            let mut deleted = called(&name, repository.as_str(), true);
            deleted.is_dry_run = is_dry_run;
            Ok(deleted)
        })?;
    tell(&deleted, json.as_ref(), "deleted", context)
}
