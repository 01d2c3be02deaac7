//! What can be asked of the tables, in a snapshot and in a write transaction alike.

use redb::{ReadTransaction, ReadableTable};

use super::keys;
use super::tables::{BLOCKS, COMMITS, META, PIECE, ReadTables, Tables};
use crate::codec::EventPointer;
use crate::error::{Error, Result};

type Bytes = &'static [u8];

/// What can be asked of the table that is the same in every version.
pub(crate) trait Meta {
    fn meta_value(&self, key: &str) -> Result<Option<Vec<u8>>>;
}

impl Meta for Tables<'_> {
    fn meta_value(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.meta.get(key)?.map(|bytes| bytes.value().to_vec()))
    }
}

/// The one table that can be read before the version of the others is known.
pub(crate) struct MetaTable(redb::ReadOnlyTable<&'static str, Bytes>);

impl MetaTable {
    pub(crate) fn open(transaction: &ReadTransaction) -> Result<Option<Self>> {
        match transaction.open_table(META) {
            Ok(table) => Ok(Some(Self(table))),
            Err(
                redb::TableError::TableDoesNotExist(_) | redb::TableError::TableTypeMismatch { .. },
            ) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Meta for MetaTable {
    fn meta_value(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.0.get(key)?.map(|bytes| bytes.value().to_vec()))
    }
}

const FIRST: EventPointer = EventPointer {
    block: 0,
    offset: 0,
};
const LAST: EventPointer = EventPointer {
    block: u64::MAX,
    offset: u32::MAX,
};

/// What both kinds of transaction can be asked, so that reading is written once.
pub(crate) trait Read: ReadLog {
    fn record(&self, row: u32) -> Result<Option<Vec<u8>>>;
    fn row_of(&self, ulid: [u8; 16]) -> Result<Option<u32>>;
    fn foreign_row(&self, key: &[u8]) -> Result<Option<u32>>;
    /// The first foreign identity whose key is not before this one.
    fn next_foreign(&self, from: &[u8]) -> Result<Option<Vec<u8>>>;
    fn statement(&self, key: [u8; 6]) -> Result<Option<Vec<u8>>>;
    fn statements_of(&self, row: u32) -> Result<Vec<([u8; 6], Vec<u8>)>>;
    fn embedded_entry(&self, key: [u8; 20]) -> Result<Option<Vec<u8>>>;
    fn first_embedded(&self, from: [u8; 20], to: [u8; 20]) -> Result<Option<Vec<u8>>>;
    fn number(&self, key: [u8; 13]) -> Result<Option<[u8; 5]>>;
    fn last_number(&self, from: [u8; 13], to: [u8; 13]) -> Result<Option<[u8; 13]>>;
    fn name(&self, key: &[u8]) -> Result<Option<u32>>;
    fn base(&self, row: u32) -> Result<Option<Vec<u8>>>;
    /// What sources said last of each record that was edited here since.
    fn bases(&self, visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>) -> Result<()>;
    fn column_chunk(&self, key: [u8; 8]) -> Result<Option<Vec<u8>>>;
    fn last_row(&self) -> Result<u32>;
    fn orphans_of(&self, from: [u8; 16], to: [u8; 16]) -> Result<Vec<[u8; 16]>>;
    fn happened_to(&self, row: u32) -> Result<Vec<(EventPointer, u64)>>;
    fn content_page(&self, from: &[u8], to: &[u8], most: usize) -> Result<Vec<Vec<u8>>>;
    fn last_content(&self, from: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>>;
    fn number_page(
        &self,
        from: [u8; 13],
        to: [u8; 13],
        most: usize,
    ) -> Result<Vec<([u8; 13], [u8; 5])>>;
    fn moment_page(
        &self,
        from: [u8; 21],
        to: [u8; 21],
        most: usize,
    ) -> Result<Vec<([u8; 21], u32)>>;
    fn child_page(&self, from: [u8; 20], to: [u8; 20], most: usize)
    -> Result<Vec<([u8; 20], u32)>>;
    fn name_page(&self, from: &[u8], to: &[u8], most: usize) -> Result<Vec<(Vec<u8>, u32)>>;
    fn column_chunks(
        &self,
        from: [u8; 8],
        to: [u8; 8],
        visit: &mut dyn FnMut(&[u8]) -> Result<()>,
    ) -> Result<()>;
}

/// What can be asked of the log alone, which is the same in every version of the derived tables.
pub(crate) trait ReadLog {
    fn block_bytes(&self, block: u64) -> Result<Option<Vec<u8>>>;
    fn commit_bytes(&self, sequence: u64) -> Result<Option<Vec<u8>>>;
    fn last_commit(&self) -> Result<Option<(u64, Vec<u8>)>>;
}

/// The tables of the log inside a snapshot.
pub(crate) struct LogTables {
    commits: redb::ReadOnlyTable<u64, Bytes>,
    blocks: redb::ReadOnlyTable<u64, Bytes>,
}

impl LogTables {
    pub(crate) fn open(transaction: &ReadTransaction) -> Result<Self> {
        let commits = transaction.open_table(COMMITS)?;
        Ok(Self {
            commits,
            blocks: transaction.open_table(BLOCKS)?,
        })
    }
}

/// The place of the last commit, without opening any other table.
pub(crate) fn last_sequence(transaction: &ReadTransaction) -> Result<u64> {
    let commits = transaction.open_table(COMMITS)?;
    Ok(commits.last()?.map_or(0, |(sequence, _)| sequence.value()))
}

macro_rules! impl_read_log {
    ($target:ty) => {
        impl ReadLog for $target {
            fn block_bytes(&self, block: u64) -> Result<Option<Vec<u8>>> {
                let mut bytes = Vec::with_capacity(16 * PIECE);
                for piece in self.blocks.range(block << 16..=block << 16 | 0xffff)? {
                    bytes.extend_from_slice(piece?.1.value());
                }
                Ok((!bytes.is_empty()).then_some(bytes))
            }
            fn commit_bytes(&self, sequence: u64) -> Result<Option<Vec<u8>>> {
                Ok(self
                    .commits
                    .get(sequence)?
                    .map(|bytes| bytes.value().to_vec()))
            }
            fn last_commit(&self) -> Result<Option<(u64, Vec<u8>)>> {
                let last = self.commits.last()?;
                Ok(last.map(|(sequence, bytes)| (sequence.value(), bytes.value().to_vec())))
            }
        }
    };
}

impl_read_log!(Tables<'_>);
impl_read_log!(ReadTables);
impl_read_log!(LogTables);

/// At most so many entries of a table of rows.
fn page<const N: usize>(
    table: &impl ReadableTable<&'static [u8; N], u32>,
    from: [u8; N],
    to: [u8; N],
    most: usize,
) -> Result<Vec<([u8; N], u32)>> {
    let mut found = Vec::new();
    for entry in table.range::<&[u8; N]>(&from..=&to)?.take(most) {
        let (key, row) = entry?;
        found.push((*key.value(), row.value()));
    }
    Ok(found)
}

macro_rules! impl_read {
    ($target:ty) => {
        impl Read for $target {
            fn record(&self, row: u32) -> Result<Option<Vec<u8>>> {
                Ok(self.records.get(row)?.map(|bytes| bytes.value().to_vec()))
            }
            fn row_of(&self, ulid: [u8; 16]) -> Result<Option<u32>> {
                Ok(self.ulids.get(&ulid)?.map(|row| row.value()))
            }
            fn foreign_row(&self, key: &[u8]) -> Result<Option<u32>> {
                Ok(self.foreign.get(key)?.map(|row| row.value()))
            }
            fn next_foreign(&self, from: &[u8]) -> Result<Option<Vec<u8>>> {
                let next = self.foreign.range::<&[u8]>(from..)?.next();
                Ok(next.transpose()?.map(|(key, _)| key.value().to_vec()))
            }
            fn statement(&self, key: [u8; 6]) -> Result<Option<Vec<u8>>> {
                Ok(self
                    .statements
                    .get(&key)?
                    .map(|bytes| bytes.value().to_vec()))
            }
            fn statements_of(&self, row: u32) -> Result<Vec<([u8; 6], Vec<u8>)>> {
                let (mut from, mut to) = ([0; 6], [0xff; 6]);
                from[..4].copy_from_slice(&row.to_be_bytes());
                to[..4].copy_from_slice(&row.to_be_bytes());
                let mut found = Vec::new();
                for entry in self.statements.range::<&[u8; 6]>(&from..=&to)? {
                    let (key, value) = entry?;
                    found.push((*key.value(), value.value().to_vec()));
                }
                Ok(found)
            }
            fn first_embedded(&self, from: [u8; 20], to: [u8; 20]) -> Result<Option<Vec<u8>>> {
                let first = self.embedded.range::<&[u8; 20]>(&from..=&to)?.next();
                Ok(first.transpose()?.map(|(_, bytes)| bytes.value().to_vec()))
            }
            fn embedded_entry(&self, key: [u8; 20]) -> Result<Option<Vec<u8>>> {
                Ok(self.embedded.get(&key)?.map(|bytes| bytes.value().to_vec()))
            }
            fn number(&self, key: [u8; 13]) -> Result<Option<[u8; 5]>> {
                Ok(self.numbers.get(&key)?.map(|value| *value.value()))
            }
            fn last_number(&self, from: [u8; 13], to: [u8; 13]) -> Result<Option<[u8; 13]>> {
                let last = self.numbers.range::<&[u8; 13]>(&from..=&to)?.next_back();
                Ok(last.transpose()?.map(|(key, _)| *key.value()))
            }
            fn name(&self, key: &[u8]) -> Result<Option<u32>> {
                Ok(self.names.get(key)?.map(|row| row.value()))
            }
            fn base(&self, row: u32) -> Result<Option<Vec<u8>>> {
                Ok(self.bases.get(row)?.map(|bytes| bytes.value().to_vec()))
            }
            fn bases(&self, visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>) -> Result<()> {
                for entry in self.bases.range::<u32>(..)? {
                    let (row, bytes) = entry?;
                    visit(row.value(), bytes.value())?;
                }
                Ok(())
            }
            fn column_chunk(&self, key: [u8; 8]) -> Result<Option<Vec<u8>>> {
                Ok(self.columns.get(&key)?.map(|bytes| bytes.value().to_vec()))
            }
            fn last_row(&self) -> Result<u32> {
                Ok(self.records.last()?.map_or(0, |(row, _)| row.value()))
            }
            fn orphans_of(&self, from: [u8; 16], to: [u8; 16]) -> Result<Vec<[u8; 16]>> {
                let range = self.orphans.range::<&[u8; 16]>(&from..=&to)?;
                range.map(|entry| Ok(*entry?.0.value())).collect()
            }
            fn happened_to(&self, row: u32) -> Result<Vec<(EventPointer, u64)>> {
                let (from, to) = (keys::happened(row, FIRST), keys::happened(row, LAST));
                let mut found = Vec::new();
                for entry in self.happened.range::<&[u8; 16]>(&from..=&to)? {
                    let (key, sequence) = entry?;
                    found.push((keys::happened_at(key.value()), sequence.value()));
                }
                Ok(found)
            }
            fn content_page(&self, from: &[u8], to: &[u8], most: usize) -> Result<Vec<Vec<u8>>> {
                let range = self.contents.range::<&[u8]>(from..to)?.take(most);
                range.map(|entry| Ok(entry?.0.value().to_vec())).collect()
            }
            fn last_content(&self, from: &[u8], to: &[u8]) -> Result<Option<Vec<u8>>> {
                let last = self.contents.range::<&[u8]>(from..to)?.next_back();
                Ok(last.transpose()?.map(|(key, _)| key.value().to_vec()))
            }
            fn number_page(
                &self,
                from: [u8; 13],
                to: [u8; 13],
                most: usize,
            ) -> Result<Vec<([u8; 13], [u8; 5])>> {
                let range = self.numbers.range::<&[u8; 13]>(&from..=&to)?.take(most);
                range
                    .map(|entry| {
                        entry
                            .map(|(k, v)| (*k.value(), *v.value()))
                            .map_err(Error::from)
                    })
                    .collect()
            }
            fn moment_page(
                &self,
                from: [u8; 21],
                to: [u8; 21],
                most: usize,
            ) -> Result<Vec<([u8; 21], u32)>> {
                page(&self.moments, from, to, most)
            }
            fn child_page(
                &self,
                from: [u8; 20],
                to: [u8; 20],
                most: usize,
            ) -> Result<Vec<([u8; 20], u32)>> {
                page(&self.children, from, to, most)
            }
            fn name_page(
                &self,
                from: &[u8],
                to: &[u8],
                most: usize,
            ) -> Result<Vec<(Vec<u8>, u32)>> {
                let range = self.names.range::<&[u8]>(from..to)?.take(most);
                range
                    .map(|entry| {
                        entry
                            .map(|(k, v)| (k.value().to_vec(), v.value()))
                            .map_err(Error::from)
                    })
                    .collect()
            }
            fn column_chunks(
                &self,
                from: [u8; 8],
                to: [u8; 8],
                visit: &mut dyn FnMut(&[u8]) -> Result<()>,
            ) -> Result<()> {
                for entry in self.columns.range::<&[u8; 8]>(&from..=&to)? {
                    visit(entry?.1.value())?;
                }
                Ok(())
            }
        }
    };
}

impl_read!(Tables<'_>);
impl_read!(ReadTables);
