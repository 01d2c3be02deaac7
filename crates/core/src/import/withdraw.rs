//! What a complete source no longer has.

use backlot_model::{Change, Conflict, Event, EventKind, Field, Prefer, RecordKind, Value};

use super::session::Session;
use crate::error::{Error, ErrorKind, Result};
use crate::read::rows_of_kind;
use crate::store::reading::Read;

impl Session<'_, '_> {
    /// Leaves a tombstone for every record of a complete kind that this import has not seen in the input's
    /// main repository. One that was edited here stays and is reported instead.
    pub(super) fn withdraw_missing(&mut self) -> Result<()> {
        for kind in self.options.complete.clone() {
            self.check_complete(kind)?;
            for repository in self.repositories.clone() {
                // Of other repositories the input has only what moved there.
                if repository.is_main {
                    for row in rows_of_kind(self.tables(), repository.row, kind)? {
                        // Of what another forge has stated, this one cannot say that it is gone.
                        if repository.is_shared && self.is_of_others(row, repository.forge)? {
                            continue;
                        }
                        self.withdraw_unseen(row, kind)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses to take for complete what cannot be: a mistake here would withdraw whole backlogs.
    fn check_complete(&self, kind: RecordKind) -> Result<()> {
        let counts = &self.report.counts;
        let why = if matches!(kind, RecordKind::User | RecordKind::Repository) {
            "a source has only those that it mentions".to_owned()
        } else if counts.skipped > 0 {
            format!("{} of its objects had to be skipped", counts.skipped)
        } else if counts.kind(kind).total() == 0 {
            "it has none at all".to_owned()
        } else {
            return Ok(());
        };
        let detail = format!(
            "cannot be complete for {}: {why}; nothing was written",
            kind.plural()
        );
        Err(Error::new(ErrorKind::Contradiction, "input", detail))
    }

    fn is_of_others(&self, row: u32, forge: u8) -> Result<bool> {
        let statements = self.tables().statements_of(row)?;
        Ok(statements.iter().any(|([.., by, _], _)| *by != forge))
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
            return self.report_conflicts(kind, &now, &[], &[conflict]);
        }
        let mut event = Event::new(EventKind::Withdrawn, head.record.id(), kind);
        event.changes.push(Change::Set(Value::Deleted(true)));
        self.writer.append(&event)?;
        self.report.counts.kind_mut(kind).withdrawn += 1;
        Ok(())
    }
}
