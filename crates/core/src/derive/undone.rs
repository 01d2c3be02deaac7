//! What an event of an undone commit takes out of the tables beside its changes.

use backlot_model::{Event, ForeignId, Record, Statement, View};

use super::apply::{Derived, EMBEDDED_FORM};
use super::statement::StatementEntry;
use crate::codec::{EventPointer, Head, TextPointer};
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

/// A statement that stands for none: the view in which the source stated the record is taken back, and
/// nothing was stated in it before.
#[expect(dead_code, reason = "undo is on its way")]
pub(crate) fn no_statement(view: View, id: ForeignId) -> Statement {
    Statement {
        view,
        id,
        overlay: Vec::new(),
        position: None,
        stated: 0,
        fingerprint: Some([0; 16]),
    }
}

fn states_nothing(statement: &Statement) -> bool {
    statement.stated == 0 && statement.overlay.is_empty() && statement.fingerprint == Some([0; 16])
}

impl Derived<'_, '_> {
    /// Takes back what the undone event stated: the statement becomes the one before it, or none.
    /// `before` is the record as it stood before this event.
    pub(super) fn unstate(
        &mut self,
        before: &Record<TextPointer>,
        head: &mut Head,
        event: &Event<TextPointer>,
        at: EventPointer,
    ) -> Result<()> {
        let row = self.known_row(event.record)?;
        if let Some(statement) = &event.statement {
            let View { forge, form } = statement.view;
            let embedded = if event.embedded.is_some() {
                EMBEDDED_FORM
            } else {
                0
            };
            let key = keys::statement(
                row,
                View {
                    forge,
                    form: form | embedded,
                },
            );
            if states_nothing(statement) {
                self.tables.statements.remove(&key)?;
                let foreign = self.foreign_key(before, forge, &statement.id)?;
                if self.tables.foreign_row(&foreign)? == Some(row) {
                    self.tables.foreign.remove(foreign.as_slice())?;
                }
            } else {
                let entry = StatementEntry {
                    fingerprint: statement.fingerprint.unwrap_or_default(),
                    event: at,
                    stated: statement.stated,
                    position: statement.position,
                };
                self.tables
                    .statements
                    .insert(&key, entry.encode().as_slice())?;
            }
        }
        if let Some(embedded) = &event.embedded {
            let repository = match before.repository() {
                Some(repository) => self.known_row(repository)?,
                None => 0,
            };
            let key = keys::embedded(embedded.id, repository);
            self.tables.embedded.remove(&key)?;
        }
        if head.record.is_absent() {
            let minted = ForeignId::Number(before.id().minted_number());
            let key = self.foreign_key(before, keys::BORN_HERE, &minted)?;
            self.tables.foreign.remove(key.as_slice())?;
        }
        if head.is_foreign && self.tables.statements_of(row)?.is_empty() {
            head.is_foreign = false;
            head.foreign_id = None;
            head.is_edited = false;
            self.tables.bases.remove(row)?;
        }
        Ok(())
    }
}
