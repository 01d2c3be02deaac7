//! What was done to an issue here, as records that a forge's writer is handed.

use backlot_model::{
    Actor, EventKind, Parent, Record, RecordId, RecordKind, RepositoryName, Timestamp, Value,
};

use super::board_events::is_about_boards;
use super::board_undone::boards_undone;
use super::done_here::{event_id, for_each_done_here};
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::TextPointer;
use crate::error::{Error, Result};

/// An event that happened here, as forges tell it.
pub(crate) struct Happened {
    /// What the event says: an event of the past, with a stable identifier.
    pub(crate) record: Record,
    /// The other record that it was about: a label, a milestone, an issue or a card.
    pub(crate) about: Option<RecordId>,
}

/// An event that happened here, by what a list of events has to know of it.
pub(crate) struct Told {
    /// The event's identifier.
    pub(crate) id: RecordId,
    /// What it is told as.
    pub(crate) kind: EventKind,
    /// When it happened.
    pub(crate) at: Timestamp,
}

impl Snapshot {
    /// What [`Snapshot::happened`] gives, in the same order, without what each event says.
    pub(crate) fn told(&self, row: u32) -> Result<Vec<Told>> {
        let mut found = Vec::new();
        let event_at = |at| self.event(at);
        for_each_done_here(&self.tables, &event_at, row, &mut |done| {
            let at = done.moment();
            found.extend((0..).zip(done.told()).map(|(part, event)| Told {
                id: event_id(done, part),
                kind: event.kind,
                at,
            }));
            Ok(())
        })?;
        let undone = boards_undone(&self.tables, &event_at, row)?;
        found.extend(undone.into_iter().map(|undone| Told {
            id: undone.id,
            kind: undone.kind,
            at: undone.commit.recorded_at,
        }));
        found.sort_by_key(|told| told.at);
        Ok(found)
    }

    /// What happened to the issue in a row here and forges have events for, in the order of time; what
    /// happened at one moment in the order of the log.
    pub(crate) fn happened(&self, row: u32) -> Result<Vec<Happened>> {
        let mut found = Vec::new();
        let issue = self.head(row)?.record;
        let event_at = |at| self.event(at);
        for_each_done_here(&self.tables, &event_at, row, &mut |done| {
            let moment = done.moment();
            for (part, event) in (0..).zip(done.told()) {
                let (item, mut about) = self.particulars(done.before, &event)?;
                let mut record = Record::new(event_id(done, part), RecordKind::HistoryEvent);
                for value in item.record.values() {
                    record.set(value.clone());
                }
                if is_about_boards(event.kind) {
                    about = self.tell_board(done.at, &mut record)?;
                }
                self.tell_circumstances(&issue, done.actor(), moment, &mut record)?;
                found.push(Happened { record, about });
            }
            Ok(())
        })?;
        for undone in boards_undone(&self.tables, &event_at, row)? {
            let mut record = Record::new(undone.id, RecordKind::HistoryEvent);
            record.set(Value::Parent(Parent::Record(issue.id())));
            record.set(Value::Event(undone.kind.name().to_owned()));
            record.set(Value::To(self.login(undone.to)?.unwrap_or_default()));
            record.set(Value::Container(undone.to));
            if let Some(from) = undone.from {
                record.set(Value::From(self.login(from)?.unwrap_or_default()));
            }
            let commit = &undone.commit;
            self.tell_circumstances(&issue, &commit.actor, commit.recorded_at, &mut record)?;
            let about = Some(undone.card);
            found.push(Happened { record, about });
        }
        found.sort_by_key(|happened| happened.record.created_at());
        Ok(found)
    }

    /// Adds where, by whom and when to what happened.
    fn tell_circumstances(
        &self,
        issue: &Record<TextPointer>,
        actor: &Actor,
        at: Timestamp,
        event: &mut Record,
    ) -> Result<()> {
        if let Some(repository) = issue.repository() {
            event.set(Value::Repository(repository));
        }
        event.set(Value::CreatedAt(at));
        let login = actor.as_str();
        match rows::rows_of_login(&self.tables, login)?.first() {
            Some(user) => event.set(Value::Author(self.head(*user)?.record.id())),
            // Who only ever did something here is no record.
            None => event.set(Value::Name(login.to_owned())),
        }
        Ok(())
    }

    /// Visits what was done to the issues of a repository here and no export tells as an event, because no forge
    /// has one for it, such as another body: the issue's number, what happened, and when. A writer reports it
    /// as lost.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, and whatever `visit` fails with.
    pub fn untold_events<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        visit: &mut dyn FnMut(u64, &str, Timestamp) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let mut untold = Vec::new();
        rows::for_each_row(&self.tables, known.row, RecordKind::Issue, &mut |row| {
            let issue = self.head(row)?.record;
            if issue.is_deleted() {
                return Ok(());
            }
            let number = issue.number().unwrap_or(0);
            let event_at = |at| self.event(at);
            for_each_done_here(&self.tables, &event_at, row, &mut |done| {
                if !done.is_first && done.told().is_empty() {
                    untold.push((done.event.kind.name(), done.moment()));
                }
                Ok(())
            })?;
            untold
                .drain(..)
                .try_for_each(|(kind, at)| visit(number, kind, at))
        })
    }
}
