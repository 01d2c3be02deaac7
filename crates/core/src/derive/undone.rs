//! What an event of an undone commit takes out of the tables beside its changes.
//!
//! An event of kind `Undone` can say three things beyond its changes. With a statement: this is what the
//! source said last in that form (or nothing, see [`no_statement`]); `embedded` then tells that it is the
//! form of an object seen inside others. With `embedded` alone: the names of the exact forms that are known
//! no longer, one after another. And that the record is absent: then no statement of it is left.

use backlot_model::{Digest, Event, ForeignId, Parent, Record, Statement, Value, View, ViewId};

use super::apply::{Derived, EMBEDDED_FORM};
use super::statement::{EmbeddedEntry, StatementEntry};
use crate::codec::{EventPointer, Head, TextPointer};
use crate::error::Result;
use crate::read::rows;
use crate::store::keys;
use crate::store::reading::Read;

/// A statement that stands for none: the view in which the source stated the record is taken back, and
/// nothing was stated in it before.
pub(crate) const fn no_statement(view: View, id: ForeignId) -> Statement {
    Statement {
        view,
        id,
        overlay: Vec::new(),
        position: None,
        stated: 0,
        fingerprint: Some([0; 16]),
        number: None,
        has_extras: false,
    }
}

/// Whether a statement stands for none.
pub(crate) fn states_nothing(statement: &Statement) -> bool {
    statement.stated == 0 && statement.overlay.is_empty() && statement.fingerprint == Some([0; 16])
}

/// The form under which a statement of this event is kept.
pub(crate) const fn kept_view(statement: &Statement, is_embedded: bool) -> View {
    View {
        forge: statement.view.forge,
        form: statement.view.form | if is_embedded { EMBEDDED_FORM } else { 0 },
    }
}

/// The fingerprint of a statement in the event of these bytes.
pub(crate) fn fingerprint(statement: &Statement, bytes: &[u8]) -> [u8; 16] {
    statement
        .fingerprint
        .unwrap_or_else(|| Digest::of(bytes).short())
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
        match (&event.statement, &event.embedded) {
            (Some(statement), embedded) => {
                let key = keys::statement(row, kept_view(statement, embedded.is_some()));
                if states_nothing(statement) {
                    self.take_statement(before, row, key)?;
                    self.forget_identity(before, row, statement.view.forge, &statement.id)?;
                } else {
                    head.is_foreign = true;
                    let fingerprint = statement.fingerprint.unwrap_or_default();
                    let entry = StatementEntry::of(statement, at, fingerprint);
                    self.tables
                        .statements
                        .insert(&key, entry.encode().as_slice())?;
                    self.expect_number(row, before, statement)?;
                }
            }
            (None, Some(forgotten)) => {
                let repository = match before.repository() {
                    Some(repository) => self.known_row(repository)?,
                    None => 0,
                };
                for name in forgotten.bytes.as_chunks::<16>().0 {
                    let key = keys::embedded(ViewId::from_bytes(*name), repository);
                    let entry = self.tables.embedded_entry(key)?;
                    let entry = entry
                        .map(|bytes| EmbeddedEntry::decode(&bytes))
                        .transpose()?;
                    if entry.is_some_and(|entry| entry.depicts == row) {
                        self.tables.embedded.remove(&key)?;
                    }
                }
            }
            (None, None) => {}
        }
        if head.record.is_absent() {
            for (key, _) in self.tables.statements_of(row)? {
                self.take_statement(before, row, key)?;
            }
            let minted = ForeignId::Number(before.id().minted_number());
            self.forget_identity(before, row, keys::BORN_HERE, &minted)?;
            self.forget_parent();
        }
        if head.is_foreign && self.tables.statements_of(row)?.is_empty() {
            head.is_foreign = false;
            head.foreign_id = None;
            head.is_edited = false;
            self.tables.bases.remove(row)?;
        }
        Ok(())
    }

    fn forget_identity(
        &mut self,
        record: &Record<TextPointer>,
        row: u32,
        forge: u8,
        id: &ForeignId,
    ) -> Result<()> {
        let key = self.foreign_key(record, forge, id)?;
        if self.tables.foreign_row(&key)? == Some(row) {
            self.tables.foreign.remove(key.as_slice())?;
        }
        Ok(())
    }

    /// Makes orphans of the comments and events that came before their issue, which is absent again.
    pub(super) fn release_children(&mut self, row: u32, issue: &Record<TextPointer>) -> Result<()> {
        let (Some(number), Some(repository)) = (issue.number(), issue.repository()) else {
            return Ok(());
        };
        let repository = self.known_row(repository)?;
        for child in rows::child_rows(self.tables, row)? {
            let Some(mut head) = self.head(child)? else {
                continue;
            };
            let at = head.record.created_at().unwrap_or_default();
            let key = keys::child(row, at, keys::tie(head.foreign_id, child));
            self.tables.children.remove(&key)?;
            let number = match self.numbered_apart(child)? {
                Some((_, number)) => number,
                None => number,
            };
            head.record.set(Value::Parent(Parent::Number(number)));
            self.put_head(child, &head)?;
            let key = keys::orphan(repository, number, child);
            self.tables.orphans.insert(&key, ())?;
        }
        Ok(())
    }
}
