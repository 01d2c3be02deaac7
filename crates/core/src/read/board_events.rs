//! What the timeline tells of project boards.
//!
//! An event of an issue on a board carries no board: events hold only what changes the record they are
//! about. The event of the card follows right after it in the log, and tells the rest.

use backlot_model::{Change, Event, EventKind, Record, RecordId, RecordKind, Value};

use super::snapshot::Snapshot;
use crate::codec::{EventPointer, TextPointer};
use crate::error::Result;
use crate::store::reading::Read;

/// Whether an event of an issue says what happened to it on a project board.
pub(super) const fn is_about_boards(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::AddedToProject
            | EventKind::MovedColumnsInProject
            | EventKind::RemovedFromProject
            | EventKind::ConvertedNoteToIssue
    )
}

impl Snapshot {
    /// Adds to a timeline's entry what the card's event tells: the name of the project as its subject, the
    /// name of the column to which it came or in which it was, and of the one from which it came; all
    /// names as they are now. Gives the card.
    pub(super) fn tell_board(
        &self,
        at: EventPointer,
        entry: &mut Record,
    ) -> Result<Option<RecordId>> {
        let Some((next, event)) = self.event_after(at)? else {
            return Ok(None);
        };
        if event.record_kind != RecordKind::Card {
            return Ok(None);
        }
        let Some(row) = self.tables.row_of(event.record.to_bytes())? else {
            return Ok(None);
        };
        // In which columns the card was, up to this event.
        let mut columns = Vec::new();
        for (at, _) in self.history(row)? {
            if (at.block, at.offset) > (next.block, next.offset) {
                break;
            }
            let event = self.event(at)?;
            let changes = event.iter().flat_map(|event| &event.changes);
            columns.extend(changes.filter_map(|change| match change {
                Change::Set(Value::Container(column)) => Some(*column),
                _ => None,
            }));
        }
        if let Some(column) = columns.last() {
            let project = self
                .record_of(*column)?
                .and_then(|column| column.container());
            if let Some(project) = project {
                entry.set(Value::Subject(self.login(project)?.unwrap_or_default()));
            }
            entry.set(Value::To(self.login(*column)?.unwrap_or_default()));
            entry.set(Value::Container(*column));
        }
        if let [.., from, _] = columns.as_slice()
            && entry.event() == Some(EventKind::MovedColumnsInProject.name())
        {
            entry.set(Value::From(self.login(*from)?.unwrap_or_default()));
        }
        Ok(Some(event.record))
    }

    fn record_of(&self, id: RecordId) -> Result<Option<Record<TextPointer>>> {
        match self.tables.row_of(id.to_bytes())? {
            Some(row) => Ok(Some(self.head(row)?.record)),
            None => Ok(None),
        }
    }

    /// The event that follows this one in the log, in its block or at the beginning of the next one.
    fn event_after(&self, at: EventPointer) -> Result<Option<(EventPointer, Event<TextPointer>)>> {
        let Some(next) = self.end_of_event(at)? else {
            return Ok(None);
        };
        Ok(self.event(next)?.map(|event| (next, event)))
    }
}
