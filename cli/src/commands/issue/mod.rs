//! `backlot issue`

mod body;
mod close;
mod comment;
mod create;
mod edit;
mod events;
mod list;
mod page;
mod rows;
mod view;

use backlot_core::{IssueEdit, RepositoryWriter};
use backlot_model::RepositoryName;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::repository::{ActorArgs, RepositoryArgs};

/// List, show and edit issues and pull requests
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  backlot issue list --label bug
  backlot issue view 12
  backlot issue create --title 'Crash on start' --label bug
  backlot issue close 12")]
pub(crate) enum IssueCommand {
    List(list::ListArgs),
    View(view::ViewArgs),
    Create(create::CreateArgs),
    Edit(edit::EditArgs),
    Close(close::CloseArgs),
    Reopen(close::ReopenArgs),
    Comment(comment::CommentArgs),
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
    }
}

/// Where an edit is made, and by whom.
#[derive(Args, Debug)]
struct EditorArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// What an edit did.
struct Edited {
    repository: RepositoryName,
    number: u64,
    is_changed: bool,
}

const FIELDS: Fields<Edited> = &[
    ("repository", |edited| json!(edited.repository.as_str())),
    ("number", |edited| json!(edited.number)),
    ("changed", |edited| json!(edited.is_changed)),
];

impl EditorArgs {
    /// Makes one edit a commit with this reason. `edit` gives the number of the issue.
    fn commit(
        &self,
        reason: String,
        context: &Context<'_>,
        edit: impl FnOnce(&mut RepositoryWriter<'_>) -> backlot_core::Result<u64>,
    ) -> Result<Edited> {
        let store = context.open_to_write()?;
        let repository = self.repository.resolve(&store.read()?)?;
        let mut transaction = store.write(self.actor.actor(), reason)?;
        let number = edit(&mut transaction.repository(repository.as_str())?)?;
        let is_changed = transaction.commit()?.is_some();
        Ok(Edited {
            repository,
            number,
            is_changed,
        })
    }

    /// Edits an issue and says so.
    fn edit(
        &self,
        number: u64,
        edit: &IssueEdit,
        (verb, done): (&str, &str),
        context: &mut Context<'_>,
    ) -> Result<Exit> {
        let json = context.json(FIELDS)?;
        let edited = self.commit(format!("{verb} #{number}"), context, |repository| {
            repository.edit_issue(number, edit).map(|_| number)
        })?;
        let told = match edited.is_changed {
            true => format!("{done} {}#{number}", edited.repository),
            false => format!("nothing to change in {}#{number}", edited.repository),
        };
        match json {
            Some(json) => json.object(&edited, context.out)?,
            None => context.tell(&told)?,
        }
        Ok(Exit::DONE)
    }
}
