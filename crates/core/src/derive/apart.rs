//! Numbers of forges that are not those of the repository: what each of them calls a record.

use backlot_model::{Record, Statement};

use super::apply::Derived;
use super::statement::StatementEntry;
use crate::codec::TextPointer;
use crate::error::Result;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

impl Derived<'_, '_> {
    /// Makes a record known by the number that a forge has for it, where that forge's numbers are apart.
    pub(super) fn expect_number(
        &mut self,
        row: u32,
        record: &Record<TextPointer>,
        statement: &Statement,
    ) -> Result<()> {
        let Some(number) = statement.number else {
            return Ok(());
        };
        if let Some(key) = self.number_apart(record, statement.view.forge, number)? {
            let [a, b, c, d] = row.to_be_bytes();
            let value = [a, b, c, d, keys::FOREIGN];
            self.tables.numbers.insert(&key, &value)?;
            self.forget_parent();
        }
        Ok(())
    }

    /// The key of such a number; none for what has no number of its own.
    fn number_apart(
        &mut self,
        record: &Record<TextPointer>,
        forge: u8,
        number: u64,
    ) -> Result<Option<[u8; 13]>> {
        let (Some(space), Some(owner)) = (Space::of(record.kind()), record.belongs_to()) else {
            return Ok(None);
        };
        let owner = self.known_row(owner)?;
        Ok(Some(keys::foreign_number(owner, space, forge, number)))
    }

    /// Takes out what a forge said of a record in one form, and the number that only this form gave it.
    pub(super) fn take_statement(
        &mut self,
        record: &Record<TextPointer>,
        row: u32,
        key: [u8; 6],
    ) -> Result<()> {
        let taken = self.tables.statement(key)?;
        self.tables.statements.remove(&key)?;
        let taken = taken
            .map(|bytes| StatementEntry::decode(&bytes))
            .transpose()?;
        let Some(number) = taken.and_then(|entry| entry.number) else {
            return Ok(());
        };
        let [.., forge, _] = key;
        for ([.., other, _], bytes) in self.tables.statements_of(row)? {
            if other == forge && StatementEntry::decode(&bytes)?.number == Some(number) {
                return Ok(());
            }
        }
        if let Some(key) = self.number_apart(record, forge, number)?
            && let Some(value) = self.tables.number(key)?
            && value[..4] == row.to_be_bytes()
        {
            self.tables.numbers.remove(&key)?;
            self.forget_parent();
        }
        Ok(())
    }

    /// The forge whose numbers are apart that stated a record, and the number by which it calls the record or
    /// its issue.
    pub(crate) fn numbered_apart(&self, row: u32) -> Result<Option<(u8, u64)>> {
        for ([.., forge, _], bytes) in self.tables.statements_of(row)? {
            if let Some(number) = StatementEntry::decode(&bytes)?.number {
                return Ok(Some((forge, number)));
            }
        }
        Ok(None)
    }

    /// Whether the forge whose numbers the repository has stated a record.
    pub(super) fn is_numbered_by_its_forge(&self, row: u32) -> Result<bool> {
        for ([.., forge, _], bytes) in self.tables.statements_of(row)? {
            if forge != 0 && StatementEntry::decode(&bytes)?.number.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
