//! List columns: for each issue the few values by which lists are filtered and sorted, in chunks that
//! load fast. Lists never touch heads or the log until they know which issues they show.

use std::ops::Range;

use backlot_model::{Record, State, Timestamp};

use super::apply::Derived;
use crate::codec::{Malformed, Reader, TextPointer, put_varint};
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

/// How many rows share a chunk, as a power of two. An edit rewrites one chunk.
const CHUNK_BITS: u32 = 7;
/// How many changed issues are held back before their chunks are written.
const HELD_BACK: usize = 4096;

/// The issues whose columns have to be brought up to date.
#[derive(Default)]
pub(crate) struct Columns {
    dirty: Vec<(u32, u32)>,
}

impl Columns {
    pub(super) fn touch(&mut self, repository: u32, row: u32) {
        if self.dirty.last() != Some(&(repository, row)) {
            self.dirty.push((repository, row));
        }
    }

    /// What was touched, to be given to the next piece of the same commit.
    pub(crate) fn into_touched(self) -> Vec<(u32, u32)> {
        self.dirty
    }

    pub(crate) const fn from_touched(dirty: Vec<(u32, u32)>) -> Self {
        Self { dirty }
    }

    pub(super) fn is_full(&self) -> bool {
        self.dirty.len() >= HELD_BACK
    }
}

/// What a list knows of one issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ColumnEntry {
    pub(crate) row: u32,
    pub(crate) number: u64,
    pub(crate) flags: u8,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) comments: u64,
    pub(crate) author: u32,
    pub(crate) milestone: u32,
    pub(crate) labels: Range<u32>,
    pub(crate) assignees: Range<u32>,
}

impl ColumnEntry {
    pub(crate) const CLOSED: u8 = 1;
    pub(crate) const OTHER_STATE: u8 = 2;
    pub(crate) const PULL_REQUEST: u8 = 4;

    pub(crate) const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The list columns of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RepositoryColumns {
    pub(crate) entries: Vec<ColumnEntry>,
    rows: Vec<u32>,
}

impl RepositoryColumns {
    /// The rows of the labels or assignees that an entry points to.
    pub(crate) fn rows(&self, range: &Range<u32>) -> &[u32] {
        self.rows
            .get(range.start as usize..range.end as usize)
            .unwrap_or_default()
    }

    /// Adds the entries of one chunk.
    pub(crate) fn load(&mut self, chunk: &[u8]) -> std::result::Result<(), Malformed> {
        let mut reader = Reader::new(chunk);
        while !reader.is_empty() {
            let entry = self.read_entry(&mut reader)?;
            self.entries.push(entry);
        }
        Ok(())
    }

    fn read_entry(
        &mut self,
        reader: &mut Reader<'_>,
    ) -> std::result::Result<ColumnEntry, Malformed> {
        let mut row = || -> std::result::Result<u32, Malformed> {
            u32::try_from(reader.varint()?).map_err(|_| Malformed("row"))
        };
        let (entry_row, author, milestone) = (row()?, row()?, row()?);
        let number = reader.varint()?;
        let flags = reader.byte()?;
        let created_at = reader.signed()?;
        let updated_at = created_at.wrapping_add(reader.signed()?);
        let comments = reader.varint()?;
        let labels = self.read_rows(reader)?;
        let assignees = self.read_rows(reader)?;
        Ok(ColumnEntry {
            row: entry_row,
            number,
            flags,
            created_at,
            updated_at,
            comments,
            author,
            milestone,
            labels,
            assignees,
        })
    }

    fn read_rows(&mut self, reader: &mut Reader<'_>) -> std::result::Result<Range<u32>, Malformed> {
        let place = |length: usize| u32::try_from(length).map_err(|_| Malformed("columns"));
        let start = place(self.rows.len())?;
        for _ in 0..reader.length()? {
            self.rows
                .push(u32::try_from(reader.varint()?).map_err(|_| Malformed("row"))?);
        }
        Ok(start..place(self.rows.len())?)
    }

    fn write_entry(&self, out: &mut Vec<u8>, entry: &ColumnEntry) {
        for row in [entry.row, entry.author, entry.milestone] {
            put_varint(out, u64::from(row));
        }
        put_varint(out, entry.number);
        out.push(entry.flags);
        crate::codec::put_signed(out, entry.created_at);
        crate::codec::put_signed(out, entry.updated_at.wrapping_sub(entry.created_at));
        put_varint(out, entry.comments);
        for range in [&entry.labels, &entry.assignees] {
            let rows = self.rows(range);
            put_varint(out, rows.len() as u64);
            rows.iter().for_each(|row| put_varint(out, u64::from(*row)));
        }
    }
}

impl Derived<'_, '_> {
    /// Writes the chunks of the issues that were touched.
    pub(super) fn flush_columns(&mut self) -> Result<()> {
        let mut dirty = std::mem::take(&mut self.columns.dirty);
        dirty.sort_unstable();
        dirty.dedup();
        for chunk in dirty.chunk_by(|a, b| a.0 == b.0 && a.1 >> CHUNK_BITS == b.1 >> CHUNK_BITS) {
            let Some(&(repository, row)) = chunk.first() else {
                continue;
            };
            let key = keys::column(repository, row >> CHUNK_BITS);
            let mut columns = RepositoryColumns::default();
            if let Some(bytes) = self.tables.column_chunk(key)? {
                columns.load(&bytes)?;
            }
            for &(_, row) in chunk {
                self.update_entry(&mut columns, repository, row)?;
            }
            let mut out = Vec::with_capacity(columns.entries.len() * 40);
            columns
                .entries
                .iter()
                .for_each(|entry| columns.write_entry(&mut out, entry));
            if out.is_empty() {
                self.tables.columns.remove(&key)?;
            } else {
                self.tables.columns.insert(&key, out.as_slice())?;
            }
        }
        Ok(())
    }

    /// Puts the present state of an issue into its chunk, or takes it out when it is gone.
    fn update_entry(
        &mut self,
        columns: &mut RepositoryColumns,
        repository: u32,
        row: u32,
    ) -> Result<()> {
        let place = columns
            .entries
            .binary_search_by_key(&row, |entry| entry.row);
        let mut head = self.head(row)?.filter(|head| !head.record.is_deleted());
        // One that went to another repository, or was never here, is none of this one's.
        let belongs = match head.as_ref().and_then(|head| head.record.repository()) {
            Some(id) => self.known_row(id)? == repository,
            None => false,
        };
        head = head.filter(|_| belongs);
        match (head, place) {
            (Some(head), Ok(at)) => columns.entries[at] = self.entry(columns, row, &head.record)?,
            (Some(head), Err(at)) => {
                let entry = self.entry(columns, row, &head.record)?;
                columns.entries.insert(at, entry);
            }
            (None, Ok(at)) => {
                columns.entries.remove(at);
            }
            (None, Err(_)) => {}
        }
        Ok(())
    }

    fn entry(
        &mut self,
        columns: &mut RepositoryColumns,
        row: u32,
        record: &Record<TextPointer>,
    ) -> Result<ColumnEntry> {
        let mut rows = |ids: &[backlot_model::RecordId]| -> Result<Range<u32>> {
            let start = columns.rows.len() as u32;
            for id in ids {
                columns.rows.push(self.known_row(*id)?);
            }
            Ok(start..columns.rows.len() as u32)
        };
        let labels = rows(record.labels())?;
        let assignees = rows(record.assignees())?;
        let mut flags = match record.state() {
            Some(State::Closed) => ColumnEntry::CLOSED,
            Some(State::Other(_)) => ColumnEntry::OTHER_STATE,
            _ => 0,
        };
        if record.is_pull_request() {
            flags |= ColumnEntry::PULL_REQUEST;
        }
        let moment = |at: Option<Timestamp>| at.unwrap_or_default().unix_milliseconds();
        Ok(ColumnEntry {
            row,
            number: record.number().unwrap_or(0),
            flags,
            created_at: moment(record.created_at()),
            updated_at: moment(record.updated_at().or(record.created_at())),
            comments: record.comment_count(),
            author: record.author().map_or(Ok(0), |id| self.known_row(id))?,
            milestone: record.milestone().map_or(Ok(0), |id| self.known_row(id))?,
            labels,
            assignees,
        })
    }
}
