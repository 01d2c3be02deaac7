//! What a complete source no longer has.

use backlot_model::{Change, Conflict, Event, EventKind, Field, Prefer, RecordKind, Value};

use super::session::Session;
use crate::error::Result;
use crate::read::rows_of_kind;

impl Session<'_, '_> {
    /// Leaves a tombstone for every record of a complete kind that this import has not seen. One that
    /// was edited here stays and is reported instead.
    pub(super) fn withdraw_missing(&mut self) -> Result<()> {
        for kind in self.options.complete.clone() {
            // Users belong to no repository, and a source has only those that it mentions.
            if matches!(kind, RecordKind::User | RecordKind::Repository) {
                continue;
            }
            for repository in self.repositories.clone() {
                let rows = rows_of_kind(self.tables(), repository.row, kind)?;
                for row in rows {
                    self.withdraw_unseen(row, kind)?;
                }
            }
        }
        Ok(())
    }

    fn withdraw_unseen(&mut self, row: u32, kind: RecordKind) -> Result<()> {
        if self.was_seen(row) {
            return Ok(());
        }
        let Some(head) = self.writer.derived.head(row)? else {
            return Ok(());
        };
        if !head.is_foreign || head.record.is_deleted() {
            return Ok(());
        }
        if head.is_edited {
            let now = self.in_full(head)?;
            let conflict = Conflict {
                field: Field::Deleted,
                kept: Prefer::Ours,
            };
            self.report_conflicts(kind, &now, &[conflict]);
            return Ok(());
        }
        let mut event = Event::new(EventKind::Withdrawn, head.record.id(), kind);
        event.changes.push(Change::Set(Value::Deleted(true)));
        self.writer.append(&event)?;
        self.report.counts.kind_mut(kind).withdrawn += 1;
        Ok(())
    }
}
