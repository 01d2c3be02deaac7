//! Edits: by whom they are made, what they did, and how that is told.

use backlot_core::{Snapshot, WriteTransaction};
use backlot_model::RecordId;
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::{Field, Fields, Selection};
use crate::output::text;
use crate::repository::{ActorArgs, RepositoryArgs};

/// Where an edit is made, and by whom.
#[derive(Args, Debug)]
pub(crate) struct EditorArgs {
    #[command(flatten)]
    pub(crate) repository: RepositoryArgs,

    #[command(flatten)]
    pub(crate) actor: ActorArgs,
}

/// What an edit did to one thing.
#[derive(Debug, Default)]
pub(crate) struct Edited {
    /// What a person calls it.
    pub(crate) what: String,
    /// Its repository, or the login that it belongs to.
    pub(crate) owner: Option<String>,
    pub(crate) number: Option<u64>,
    pub(crate) name: Option<String>,
    pub(crate) id: Option<RecordId>,
    pub(crate) is_changed: bool,
    pub(crate) is_dry_run: bool,
}

impl Edited {
    /// The issue of this number.
    pub(crate) fn issue(repository: &str, number: u64, is_changed: bool) -> Self {
        Self {
            what: format!("{repository}#{number}"),
            owner: Some(repository.to_owned()),
            number: Some(number),
            is_changed,
            ..Self::default()
        }
    }

    /// Something that is called so, for people.
    pub(crate) fn called(what: impl Into<String>, is_changed: bool) -> Self {
        Self {
            what: what.into(),
            is_changed,
            ..Self::default()
        }
    }

    pub(crate) fn of(mut self, owner: impl Into<String>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    pub(crate) const fn number(mut self, number: u64) -> Self {
        self.number = Some(number);
        self
    }

    pub(crate) fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub(crate) const fn id(mut self, id: RecordId) -> Self {
        self.id = Some(id);
        self
    }
}

const REPOSITORY: Field<Edited> = ("repository", |edited| json!(edited.owner));
const OWNER: Field<Edited> = ("owner", |edited| json!(edited.owner));
const NUMBER: Field<Edited> = ("number", |edited| json!(edited.number));
const NAME: Field<Edited> = ("name", |edited| json!(edited.name));
const ID: Field<Edited> = ("id", |edited| json!(edited.id.map(|id| id.to_string())));
const CHANGED: Field<Edited> = ("changed", |edited| json!(edited.is_changed));
const DRY_RUN: Field<Edited> = ("dry_run", |edited| json!(edited.is_dry_run));

/// What is said of an issue or a milestone that was edited.
pub(crate) const NUMBERED: Fields<Edited> = &[REPOSITORY, NUMBER, CHANGED];
/// What is said of an issue or a milestone that was deleted or moved.
pub(crate) const NUMBERED_FINAL: Fields<Edited> = &[REPOSITORY, NUMBER, CHANGED, DRY_RUN];
/// What is said of a label.
pub(crate) const NAMED: Fields<Edited> = &[REPOSITORY, NAME, CHANGED, DRY_RUN];
/// What is said of a comment or of what was reacted to.
pub(crate) const COMMENT: Fields<Edited> = &[REPOSITORY, NUMBER, ID, CHANGED, DRY_RUN];
/// What is said of a board.
pub(crate) const BOARD: Fields<Edited> = &[OWNER, NUMBER, NAME, ID, CHANGED, DRY_RUN];
/// What is said of a column or a card of a board.
pub(crate) const PLACED: Fields<Edited> = &[NAME, ID, CHANGED, DRY_RUN];

/// What is said of something edited: all of it as JSON, or a sentence.
pub(crate) fn tell(
    edited: &Edited,
    json: Option<&Selection<Edited>>,
    done: &str,
    context: &mut Context<'_>,
) -> Result<Exit> {
    match json {
        Some(json) => json.object(edited, context.out)?,
        None => context.tell(&sentence(edited, done))?,
    }
    Ok(Exit::DONE)
}

/// What was done to it, in the past tense.
pub(crate) fn sentence(edited: &Edited, done: &str) -> String {
    let what = text::line(&edited.what);
    match (edited.is_changed, edited.is_dry_run) {
        (false, _) => format!("nothing to change in {what}"),
        (true, false) => format!("{done} {what}"),
        (true, true) => format!("would have {done} {what}: a dry run, nothing was written"),
    }
}

impl ActorArgs {
    /// Makes edits one commit with this reason.
    pub(crate) fn commit<T>(
        &self,
        reason: String,
        context: &Context<'_>,
        edit: impl FnOnce(&Snapshot, &mut WriteTransaction) -> Result<T>,
    ) -> Result<T> {
        self.try_out(false, reason, context, edit)
    }

    /// Makes edits one commit with this reason, or does all but commit them.
    pub(crate) fn try_out<T>(
        &self,
        is_dry_run: bool,
        reason: String,
        context: &Context<'_>,
        edit: impl FnOnce(&Snapshot, &mut WriteTransaction) -> Result<T>,
    ) -> Result<T> {
        let store = context.open_to_write()?;
        let snapshot = store.read()?;
        let mut transaction = store.write(self.actor(), reason)?;
        let done = edit(&snapshot, &mut transaction)?;
        if !is_dry_run {
            transaction.commit()?;
        }
        Ok(done)
    }
}
