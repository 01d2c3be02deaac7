//! A view of the store as one commit left it.

use std::sync::{Arc, Mutex, PoisonError};

use backlot_model::{Record, RecordId, RecordKind, RepositoryName};
use rustc_hash::FxHashMap;

use super::cache::{Caches, Start};
use super::rows;
use crate::codec::{
    EventPointer, Head, Malformed, TextPointer, decode_event, decode_head, head_id,
};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::query::Index;
use crate::store::Store;
use crate::store::keys;
use crate::store::log::{read_block, text_in};
use crate::store::reading::{Read, ReadLog};
use crate::store::tables::ReadTables;

/// A view of the store as one commit left it. It never changes and never blocks a writer; while it
/// lives, the file keeps what it shows.
pub struct Snapshot {
    store: Store,
    pub(crate) tables: ReadTables,
    sequence: u64,
    // The indexes that it used, which may be gone from the store's caches.
    indexes: Mutex<FxHashMap<u32, Arc<Index>>>,
}

/// A repository of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositorySummary {
    pub(crate) row: u32,
    /// The repository's record.
    pub id: RecordId,
    /// Its `owner/name` here.
    pub name: String,
    /// The host and name at the forge that it came from.
    pub foreign: Option<(String, String)>,
}

impl Store {
    /// A view of the store as the last commit left it.
    pub fn read(&self) -> Result<Snapshot> {
        let tables = self.read_tables()?;
        let sequence = tables.last_commit()?.map_or(0, |(sequence, _)| sequence);
        Ok(Snapshot {
            store: self.clone(),
            tables,
            sequence,
            indexes: Mutex::default(),
        })
    }
}

impl Snapshot {
    /// The place of the last commit that the snapshot shows; 0 for an empty log.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The store's file; empty for a store in memory.
    pub(crate) fn path(&self) -> &std::path::Path {
        self.store.path()
    }

    /// All repositories, by name.
    pub fn repositories(&self) -> Result<Vec<RepositorySummary>> {
        let mut found = Vec::new();
        rows::by_name(
            &self.tables,
            0,
            RecordKind::Repository,
            &mut |row| -> Result<()> {
                found.push(self.repository_at(row)?);
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// The repository of this name, without regard to case; none when there is none.
    pub fn repository(&self, name: &RepositoryName) -> Result<Option<RepositorySummary>> {
        let key = keys::name(0, RecordKind::Repository, name.as_str());
        self.tables
            .name(&key)?
            .map(|row| self.repository_at(row))
            .transpose()
    }

    fn repository_at(&self, row: u32) -> Result<RepositorySummary> {
        let record = self.head(row)?.record;
        let foreign = record.host().zip(record.foreign_name());
        Ok(RepositorySummary {
            row,
            id: record.id(),
            name: record.name().unwrap_or_default().to_owned(),
            foreign: foreign.map(|(host, name)| (host.to_owned(), name.to_owned())),
        })
    }

    /// A record of any kind as it is now, with its text; a tombstone where it was deleted. None when there is
    /// no such record, or its creation was undone.
    pub fn record(&self, id: RecordId) -> Result<Option<Record>> {
        let Some(row) = self.tables.row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let head = Some(self.head(row)?).filter(|head| !head.record.is_absent());
        head.map(|head| self.in_full(head)).transpose()
    }

    /// The head in a row that must be there.
    pub(crate) fn head(&self, row: u32) -> Result<Head> {
        let bytes = self.tables.record(row)?;
        let bytes = bytes
            .ok_or_else(|| Error::corrupt("", "a table refers to a record that is not there"))?;
        decode_head(&bytes).map_err(|error| Error::from(error).at(self.path()))
    }

    /// The identifier of the record in a row that must be there.
    pub(crate) fn id_at(&self, row: u32) -> Result<RecordId> {
        let bytes = self.tables.record(row)?;
        let bytes = bytes
            .ok_or_else(|| Error::corrupt("", "a table refers to a record that is not there"))?;
        head_id(&bytes).map_err(|error| Error::from(error).at(self.path()))
    }

    pub(crate) fn in_full(&self, head: Head) -> Result<Record> {
        head.record
            .try_map_text(&mut |pointer: TextPointer| self.text(pointer))
    }

    /// A text in the log.
    pub(crate) fn text(&self, pointer: TextPointer) -> Result<String> {
        text_in(self.block(pointer.block)?.as_slice(), pointer)
    }

    /// What `read` makes of a text in the log.
    pub(crate) fn with_text<T>(
        &self,
        pointer: TextPointer,
        read: impl FnOnce(&str) -> T,
    ) -> Result<T> {
        let block = self.block(pointer.block)?;
        let start = pointer.offset as usize;
        let text = block
            .get(start..start + pointer.length as usize)
            .and_then(|bytes| std::str::from_utf8(bytes).ok());
        Ok(read(text.ok_or(Malformed("text pointer"))?))
    }

    /// An event in the log.
    pub(crate) fn event(
        &self,
        at: EventPointer,
    ) -> Result<Option<backlot_model::Event<TextPointer>>> {
        Ok(decode_event(&self.block(at.block)?, at)?.0)
    }

    /// Where the event after this one stands; none at the end of the log.
    pub(crate) fn end_of_event(&self, at: EventPointer) -> Result<Option<EventPointer>> {
        let block = self.block(at.block)?;
        let (_, end) = decode_event(&block, at)?;
        if (end as usize) < block.len() {
            let block = at.block;
            return Ok(Some(EventPointer { block, offset: end }));
        }
        let block = at.block + 1;
        let is_there = self.tables.block_bytes(block)?.is_some();
        Ok(is_there.then_some(EventPointer { block, offset: 0 }))
    }

    /// Every event that happened to the record in this row, in the order of the log: where it stands, and
    /// the sequence of its commit.
    pub(crate) fn history(&self, row: u32) -> Result<Vec<(EventPointer, u64)>> {
        let mut events = vec![self.head(row)?.first];
        events.extend(self.tables.happened_to(row)?);
        Ok(events)
    }

    /// A block of the log.
    pub(crate) fn block(&self, number: u64) -> Result<Arc<Vec<u8>>> {
        let block = self
            .caches()
            .block(number, || read_block(&self.tables, number));
        block.map_err(|error| error.at(self.path()))
    }

    pub(crate) fn environment(&self) -> &dyn Environment {
        self.store.environment()
    }

    pub(crate) fn caches(&self) -> &Caches {
        self.store.caches()
    }

    /// The index of a repository's issues, exactly as this snapshot shows them.
    pub(crate) fn index(&self, repository: u32) -> Result<Arc<Index>> {
        let mut used = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = used.get(&repository) {
            return Ok(Arc::clone(index));
        }
        let (start, ticket) = self.caches().start(repository, self.sequence);
        let index = match start {
            Start::Ready(index) => index,
            Start::Near(near, rows) => {
                let fresh = rows::load_entries(&self.tables, repository, &rows)?;
                Arc::new(near.with_changes(&rows, &fresh))
            }
            Start::Cold => {
                let columns = rows::load_columns(&self.tables, repository)?;
                Arc::new(Index::from_entries(columns))
            }
        };
        self.caches()
            .keep(repository, self.sequence, &index, ticket);
        used.insert(repository, Arc::clone(&index));
        Ok(index)
    }

    /// The name of the user, label, milestone or repository in this row.
    pub(crate) fn name_at(&self, row: u32) -> Result<String> {
        let record = self.head(row)?.record;
        Ok(record
            .name()
            .or(record.title())
            .unwrap_or_default()
            .to_owned())
    }

    /// The login of a user; none when there is no such record.
    pub fn login(&self, id: RecordId) -> Result<Option<String>> {
        match self.tables.row_of(id.to_bytes())? {
            Some(row) => self.name_at(row).map(Some),
            None => Ok(None),
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}
