//! `backlot issue`

mod body;
mod close;
mod comment;
mod create;
mod edit;
mod events;
mod list;
mod page;
mod reference;
mod rows;
mod unknown;
mod view;

use backlot_core::{IssueEdit, Snapshot, WriteTransaction};
use backlot_model::RepositoryName;
use clap::{Args, Subcommand};
use reference::IssueRef;
use serde_json::json;

use crate::context::Context;
use crate::error::{Error, Result};
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
    /// Makes edits one commit with this reason.
    fn commit<T>(
        &self,
        reason: String,
        context: &Context<'_>,
        edit: impl FnOnce(&Snapshot, &mut WriteTransaction) -> Result<T>,
    ) -> Result<T> {
        let store = context.open_to_write()?;
        let snapshot = store.read()?;
        let mut transaction = store.write(self.actor.actor(), reason)?;
        let done = edit(&snapshot, &mut transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Edits issues, all of them or none, and says so.
    fn edit(
        &self,
        issues: &[IssueRef],
        edit: &IssueEdit,
        (verb, done): (&str, &str),
        context: &mut Context<'_>,
    ) -> Result<Exit> {
        let json = context.json(FIELDS)?;
        let mut numbers: Vec<String> = Vec::new();
        for number in issues.iter().map(|issue| format!("#{}", issue.number)) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let reason = format!("{verb} {}", numbers.join(", "));
        let edited = self.commit(reason, context, |snapshot, transaction| {
            let mut edited: Vec<Edited> = Vec::with_capacity(issues.len());
            for issue in issues {
                let repository = issue.repository(&self.repository, snapshot)?;
                let number = issue.number;
                let is_it =
                    |known: &Edited| known.repository == repository && known.number == number;
                if !edited.iter().any(is_it) {
                    let mut writer = transaction.repository(repository.as_str())?;
                    let is_changed = writer.edit_issue(number, edit).map_err(|error| {
                        let error = Error::from(error);
                        match issues {
                            [_] => error,
                            _ if error.to_string().contains(&format!("#{number}")) => error,
                            _ => error.about(&format!("{repository}#{number}")),
                        }
                    })?;
                    edited.push(Edited {
                        repository,
                        number,
                        is_changed,
                    });
                }
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
                    let told = if edited.is_changed {
                        done
                    } else {
                        "nothing to change in"
                    };
                    context.tell(&format!("{told} {}#{}", edited.repository, edited.number))?;
                }
            }
        }
        Ok(Exit::DONE)
    }
}
