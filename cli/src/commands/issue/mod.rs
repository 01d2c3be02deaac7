//! `backlot issue`

mod block;
pub(crate) mod body;
mod close;
mod comment;
mod create;
mod delete;
mod duplicate;
mod edit;
pub(crate) mod events;
pub(crate) mod facets;
mod links;
mod list;
mod lock;
mod page;
mod past_view;
mod pin;
mod react;
pub(crate) mod reference;
pub(crate) mod rows;
mod set;
mod sub;
mod transfer;
mod unknown;
mod view;

use backlot_core::{RepositoryWriter, Snapshot};
use clap::Subcommand;
pub(crate) use page::{print_item, reactions};
use reference::IssueRef;
pub(crate) use view::{TIMELINE, reactions_json};

use crate::context::Context;
use crate::edit::{Edited, EditorArgs, NUMBERED, sentence};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// List, show and edit issues and pull requests
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot issue list --label bug
  backlot issue view 12
  backlot issue create --title 'Crash on start' --label bug
  backlot issue label 12 bug --remove triage
  backlot issue close 12")]
pub(crate) enum IssueCommand {
    List(list::ListArgs),
    View(view::ViewArgs),
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Close(close::CloseArgs),
    Reopen(close::ReopenArgs),
    Comment(comment::CommentArgs),
    Label(set::LabelArgs),
    Assign(set::AssignArgs),
    Type(set::TypeArgs),
    Lock(lock::LockArgs),
    Unlock(lock::UnlockArgs),
    Pin(pin::PinArgs),
    Unpin(pin::UnpinArgs),
    #[command(subcommand)]
    Sub(sub::SubCommand),
    #[command(subcommand)]
    Block(block::BlockCommand),
    Duplicate(duplicate::DuplicateArgs),
    React(react::ReactArgs),
    Unreact(react::UnreactArgs),
    Transfer(transfer::TransferArgs),
    Delete(delete::DeleteArgs),
}

pub(crate) fn run(command: &IssueCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        IssueCommand::List(args) => list::list(args, context),
        IssueCommand::View(args) => view::view(args, context),
        IssueCommand::Create(args) => create::create(args, context),
        IssueCommand::Edit(args) => edit::edit(args, context),
        IssueCommand::Close(args) => close::close(args, context),
        IssueCommand::Reopen(args) => close::reopen(args, context),
        IssueCommand::Comment(args) => comment::comment(args, context),
        IssueCommand::Label(args) => set::label(args, context),
        IssueCommand::Assign(args) => set::assign(args, context),
        IssueCommand::Type(args) => set::issue_type(args, context),
        IssueCommand::Lock(args) => lock::lock(args, context),
        IssueCommand::Unlock(args) => lock::unlock(args, context),
        IssueCommand::Pin(args) => pin::pin(args, context),
        IssueCommand::Unpin(args) => pin::unpin(args, context),
        IssueCommand::Sub(command) => sub::run(command, context),
        IssueCommand::Block(command) => block::run(command, context),
        IssueCommand::Duplicate(args) => duplicate::duplicate(args, context),
        IssueCommand::React(args) => react::react(args, context),
        IssueCommand::Unreact(args) => react::unreact(args, context),
        IssueCommand::Transfer(args) => transfer::transfer(args, context),
        IssueCommand::Delete(args) => delete::delete(args, context),
    }
}

/// What an edit does to one issue, and whether it changes anything.
type Change<'a> = &'a dyn Fn(&Snapshot, &mut RepositoryWriter<'_>, u64) -> Result<bool>;

/// Edits issues, all of them or none, and says so.
fn edit_all(
    editor: &EditorArgs,
    issues: &[IssueRef],
    change: Change<'_>,
    (verb, done): (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(NUMBERED)?;
    let mut numbers: Vec<String> = Vec::new();
    for number in issues.iter().map(|issue| format!("#{}", issue.number)) {
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let reason = format!("{verb} {}", numbers.join(", "));
    let edited = editor
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let mut edited: Vec<Edited> = Vec::with_capacity(issues.len());
            for issue in issues {
                let repository = issue.repository(&editor.repository, snapshot)?;
                let number = issue.number;
                let what = format!("{repository}#{number}");
                if edited.iter().any(|known| known.what == what) {
                    continue;
                }
                let mut writer = transaction.repository(repository.as_str())?;
                let is_changed =
                    change(snapshot, &mut writer, number).map_err(|error| match issues {
                        [_] => error,
                        _ if error.to_string().contains(&format!("#{number}")) => error,
                        _ => error.about(&what),
                    })?;
                edited.push(Edited::issue(repository.as_str(), number, is_changed));
            }
            Ok(edited)
        })?;
    match (json, issues) {
        (Some(json), [_]) => {
            for only in &edited {
                json.object(only, context.out)?;
            }
        }
        (Some(json), _) => json.array(&edited, context.out)?,
        (None, _) => {
            for edited in &edited {
                context.tell(&sentence(edited, done))?;
            }
        }
    }
    Ok(Exit::DONE)
}

/// Edits one issue and says so.
fn edit_one(
    editor: &EditorArgs,
    issue: &IssueRef,
    change: Change<'_>,
    words: (&str, &str),
    context: &mut Context<'_>,
) -> Result<Exit> {
    edit_all(editor, std::slice::from_ref(issue), change, words, context)
}

/// The error for an edit that names nothing to change.
fn nothing_to_edit(command: &str) -> Error {
    Error::usage("there is nothing to edit").hint(format!(
        "`backlot {command} --help` lists what can be changed"
    ))
}
