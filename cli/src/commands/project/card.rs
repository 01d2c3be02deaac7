//! `backlot project card`

use backlot_core::{CardDetail, CardEdit, CardPlace, ProjectDetail, Snapshot, WriteTransaction};

use super::card_args::{
    AddArgs, BoardArgs, CardCommand, ConvertArgs, DeleteArgs, EditArgs, MoveArgs, NoteArgs,
};
use super::reference;
use crate::commands::issue::body::BodyArgs;
use crate::context::Context;
use crate::edit::{Edited, NUMBERED, PLACED, tell};
use crate::error::{Error, Result};
use crate::exit::Exit;

pub(super) fn run(command: &CardCommand, context: &mut Context<'_>) -> Result<Exit> {
    match command {
        CardCommand::Add(args) => add(args, context),
        CardCommand::Note(args) => note(args, context),
        CardCommand::Edit(args) => edit(args, context),
        CardCommand::Move(args) => move_one(args, context),
        CardCommand::Archive(args) => archive(&args.board, &args.card, true, context),
        CardCommand::Unarchive(args) => archive(&args.board, &args.card, false, context),
        CardCommand::Convert(args) => convert(args, context),
        CardCommand::Delete(args) => delete(args, context),
    }
}

impl BoardArgs {
    fn find(&self, snapshot: &Snapshot) -> Result<ProjectDetail> {
        self.project.find(&self.owner, snapshot)
    }

    fn card(&self, text: &str, snapshot: &Snapshot) -> Result<(ProjectDetail, CardDetail)> {
        let project = self.find(snapshot)?;
        let card = reference::card(text, &project, &self.owner.repository, snapshot)?;
        Ok((project, card))
    }

    /// Changes a card in one commit, and says so.
    fn change(
        &self,
        card: &str,
        (verb, done): (&str, &str),
        change: &dyn Fn(
            &Snapshot,
            &mut WriteTransaction,
            &ProjectDetail,
            &CardDetail,
        ) -> Result<bool>,
        context: &mut Context<'_>,
    ) -> Result<Exit> {
        let json = context.json(PLACED)?;
        let reason = format!("{verb} a card");
        let edited = self
            .actor
            .commit(reason, context, |snapshot, transaction| {
                let (project, card) = self.card(card, snapshot)?;
                let is_changed = change(snapshot, transaction, &project, &card)?;
                Ok(called(&card, &project, is_changed))
            })?;
        tell(&edited, json.as_ref(), done, context)
    }
}

fn called(card: &CardDetail, project: &ProjectDetail, is_changed: bool) -> Edited {
    let name = match &card.issue {
        Some((repository, issue)) => format!("{repository}#{}", issue.number),
        None => card.id.to_string(),
    };
    let what = format!("the card {name} of the project {}", project.name);
    Edited::called(what, is_changed).name(name).id(card.id)
}

fn text(body: &BodyArgs) -> Result<String> {
    let missing =
        || Error::usage("there is no note").hint("give one with `--body` or `--body-file`");
    body.read()?.ok_or_else(missing)
}

fn add(args: &AddArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let board = &args.board;
    let reason = format!("add a card for #{}", args.issue.number);
    let added = board
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let project = board.find(snapshot)?;
            let column = reference::column(&args.column, &project, snapshot)?;
            let repository = args.issue.repository(&board.owner.repository, snapshot)?;
            let id = transaction.add_card(column.id, &repository, args.issue.number)?;
            let name = format!("{repository}#{}", args.issue.number);
            let what = format!(
                "{name} to the column {} of the project {}",
                column.name, project.name
            );
            Ok(Edited::called(what, true).name(name).id(id))
        })?;
    tell(&added, json.as_ref(), "added", context)
}

fn note(args: &NoteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let board = &args.board;
    let note = text(&args.body)?;
    let reason = "add a note".to_owned();
    let added = board
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let project = board.find(snapshot)?;
            let column = reference::column(&args.column, &project, snapshot)?;
            let id = transaction.create_note(column.id, note)?;
            let what = format!(
                "the note {id} to the column {} of the project {}",
                column.name, project.name
            );
            Ok(Edited::called(what, true).name(id.to_string()).id(id))
        })?;
    tell(&added, json.as_ref(), "added", context)
}

fn edit(args: &EditArgs, context: &mut Context<'_>) -> Result<Exit> {
    let note = text(&args.body)?;
    args.board.change(
        &args.card,
        ("edit", "edited"),
        &|_, transaction, _, card| {
            let edit = CardEdit::default().note(note.as_str());
            Ok(transaction.edit_card(card.id, &edit)?)
        },
        context,
    )
}

fn move_one(args: &MoveArgs, context: &mut Context<'_>) -> Result<Exit> {
    let place = &args.place;
    if args.column.is_none() && !place.top && !place.bottom && place.after.is_none() {
        return Err(Error::usage("there is no place to move it to")
            .hint("give one with `--column`, `--top`, `--bottom` or `--after`"));
    }
    args.board.change(
        &args.card,
        ("move", "moved"),
        &|snapshot, transaction, project, card| {
            let repository = &args.board.owner.repository;
            let to = match &place.after {
                Some(other) => {
                    let other = reference::card(other, project, repository, snapshot)?;
                    CardPlace::After(other.id)
                }
                None if place.bottom => CardPlace::Bottom,
                None => CardPlace::Top,
            };
            let column = match &args.column {
                Some(column) => Some(reference::column(column, project, snapshot)?.id),
                None => None,
            };
            Ok(transaction.move_card(card.id, to, column)?)
        },
        context,
    )
}

fn archive(
    board: &BoardArgs,
    card: &str,
    is_archived: bool,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let words = match is_archived {
        true => ("archive", "archived"),
        false => ("unarchive", "unarchived"),
    };
    board.change(
        card,
        words,
        &|_, transaction, _, card| {
            let edit = CardEdit::default().archived(is_archived);
            Ok(transaction.edit_card(card.id, &edit)?)
        },
        context,
    )
}

fn convert(args: &ConvertArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(NUMBERED)?;
    let board = &args.board;
    let body = args.body.read()?;
    let reason = "make an issue of a note".to_owned();
    let made = board
        .actor
        .commit(reason, context, |snapshot, transaction| {
            let (_, card) = board.card(&args.card, snapshot)?;
            let repository = board.owner.repository.resolve(snapshot)?;
            let number = transaction.convert_note(card.id, &repository, body)?;
            Ok(Edited::issue(repository.as_str(), number, true))
        })?;
    tell(&made, json.as_ref(), "created", context)
}

fn delete(args: &DeleteArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(PLACED)?;
    let board = &args.board;
    let snapshot = context.open_to_read()?.read()?;
    let (project, card) = board.card(&args.card, &snapshot)?;
    drop(snapshot);
    let mut deleted = called(&card, &project, true);
    deleted.is_dry_run = args.sure.dry_run;
    args.sure
        .ask(&format!("deleting {}", deleted.what), context)?;
    let reason = "delete a card".to_owned();
    (board.actor).try_out(args.sure.dry_run, reason, context, |_, transaction| {
        Ok(transaction.delete_card(card.id)?)
    })?;
    tell(&deleted, json.as_ref(), "deleted", context)
}
