//! Every table of the file: its name with the version of its layout, its key and its value. This
//! folder alone knows the engine.

use std::borrow::Cow;

use backlot_model::Digest;
use redb::{ReadTransaction, ReadableTable, Table, TableDefinition, WriteTransaction};

use super::keys;
use crate::codec::EventPointer;
use crate::error::{Error, Result};

type Bytes = &'static [u8];

/// The engine's write transaction, under a name that other folders may use.
pub(crate) type Transaction = WriteTransaction;

/// What the file is: format, replica, the file's own identity. Key: a word. See `meta.rs`.
const META: TableDefinition<'static, &'static str, Bytes> = TableDefinition::new("meta");

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $constant:ident = $name:literal, $key:ty => $value:ty;)+) => {
        $($(#[$doc])* pub(crate) const $constant: TableDefinition<'static, $key, $value> =
            TableDefinition::new($name);)+

        /// The tables inside a write transaction.
        pub(crate) struct Tables<'txn> {
            pub(crate) meta: Table<'txn, &'static str, Bytes>,
            $(pub(crate) $field: Table<'txn, $key, $value>,)+
        }

        impl<'txn> Tables<'txn> {
            pub(crate) fn open(transaction: &'txn WriteTransaction) -> Result<Self> {
                Ok(Self {
                    meta: transaction.open_table(META)?, $($field: transaction.open_table($constant)?,)+ })
            }
        }

        /// The tables inside a snapshot.
        pub(crate) struct ReadTables {
            $(pub(crate) $field: redb::ReadOnlyTable<$key, $value>,)+
        }

        impl ReadTables {
            pub(crate) fn open(transaction: &ReadTransaction) -> Result<Self> {
                Ok(Self { $($field: transaction.open_table($constant)?,)+ })
            }
        }
    };
}

tables! {
    /// Log. Key: sequence from 1. Value: the head of the commit (`codec/commit.rs`).
    commits: COMMITS = "log_commits_v1", u64 => Bytes;
    /// Log. Key: block number from 0 in the upper 48 bits, piece in the lower 16. Value: a piece of at
    /// most [`PIECE`] bytes of a block of events (`store/block.rs`).
    blocks: BLOCKS = "log_blocks_v1", u64 => Bytes;
    /// Derived. Key: row, from 1, in the order in which the log first names records. Value: head.
    records: RECORDS = "records_v1", u32 => Bytes;
    /// Derived. Key: the record's ULID. Value: row.
    ulids: ULIDS = "ulids_v1", &'static [u8; 16] => u32;
    /// Derived. Key: `keys::foreign`. Value: row.
    foreign: FOREIGN = "foreign_v1", Bytes => u32;
    /// Derived. Key: row, forge, form. Value: `derive/statement.rs`.
    statements: STATEMENTS = "statements_v1", &'static [u8; 6] => Bytes;
    /// Derived. Key: name of the embedded form. Value: row that it depicts or 0, pointer to its event.
    embedded: EMBEDDED = "embedded_v1", &'static [u8; 16] => Bytes;
    /// Derived. Key: repository's row, number space, number. Value: row, then 1 if from a forge.
    numbers: NUMBERS = "numbers_v1", &'static [u8; 13] => &'static [u8; 5];
    /// Derived. Key: owner's row or 0, kind, name in lower case. Value: row.
    names: NAMES = "names_v1", Bytes => u32;
    /// Derived. Key: parent's row, moment, tie (`keys::child`). Value: row.
    children: CHILDREN = "children_v1", &'static [u8; 20] => u32;
    /// Derived. Key: issue's row, block and offset of an event that happened to it here. Value: the
    /// sequence of its commit.
    happened: HAPPENED = "happened_v1", &'static [u8; 16] => u64;
    /// Derived. Key: repository's row, kind, moment, tie (`keys::moment`). Value: row.
    moments: MOMENTS = "moments_v1", &'static [u8; 21] => u32;
    /// Derived. Key: repository's row, number it waits for, row. Value: nothing.
    orphans: ORPHANS = "orphans_v1", &'static [u8; 16] => ();
    /// Derived. Key: row of a record that was edited here. Value: head as its source stated it last.
    bases: BASES = "bases_v1", u32 => Bytes;
    /// Derived. Key: repository's row, chunk (`columns.rs`). Value: the list columns of its issues.
    columns: COLUMNS = "columns_v1", &'static [u8; 8] => Bytes;
}

/// How long the pieces are in which blocks are kept: three of them fill a page of the engine, which
/// would otherwise round every block up to a power of two.
const PIECE: usize = 1300;

impl Tables<'_> {
    /// Writes a block of the log.
    pub(crate) fn put_block(&mut self, number: u64, bytes: &[u8]) -> Result<()> {
        for (at, piece) in bytes.chunks(PIECE).enumerate() {
            let at = u16::try_from(at).map_err(|_| {
                Error::new(
                    crate::ErrorKind::Invalid,
                    "",
                    "a text is too long for the log",
                )
            })?;
            self.blocks.insert(number << 16 | u64::from(at), piece)?;
        }
        Ok(())
    }
}

/// The row of a repository, without opening any other table.
pub(crate) fn repository_row(
    transaction: &WriteTransaction,
    name: &backlot_model::RepositoryName,
) -> Result<Option<u32>> {
    let key = keys::name(0, backlot_model::RecordKind::Repository, name.as_str());
    let names = transaction.open_table(NAMES)?;
    let row = names.get(key.as_slice())?.map(|row| row.value());
    Ok(row)
}

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
    fn statement(&self, key: [u8; 6]) -> Result<Option<Vec<u8>>>;
    fn statements_of(&self, row: u32) -> Result<Vec<([u8; 6], Vec<u8>)>>;
    fn embedded_entry(&self, id: [u8; 16]) -> Result<Option<Vec<u8>>>;
    fn number(&self, key: [u8; 13]) -> Result<Option<[u8; 5]>>;
    fn last_number(&self, from: [u8; 13], to: [u8; 13]) -> Result<Option<[u8; 13]>>;
    fn name(&self, key: &[u8]) -> Result<Option<u32>>;
    fn base(&self, row: u32) -> Result<Option<Vec<u8>>>;
    fn column_chunk(&self, key: [u8; 8]) -> Result<Option<Vec<u8>>>;
    fn last_row(&self) -> Result<u32>;
    fn orphans_of(&self, from: [u8; 16], to: [u8; 16]) -> Result<Vec<[u8; 16]>>;
    fn happened_to(&self, row: u32) -> Result<Vec<(EventPointer, u64)>>;
    fn number_page(
        &self,
        from: [u8; 13],
        to: [u8; 13],
        most: usize,
    ) -> Result<Vec<([u8; 13], u32)>>;
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
            fn embedded_entry(&self, id: [u8; 16]) -> Result<Option<Vec<u8>>> {
                Ok(self.embedded.get(&id)?.map(|bytes| bytes.value().to_vec()))
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
            fn number_page(
                &self,
                from: [u8; 13],
                to: [u8; 13],
                most: usize,
            ) -> Result<Vec<([u8; 13], u32)>> {
                let range = self.numbers.range::<&[u8; 13]>(&from..=&to)?.take(most);
                let row = |value: &[u8; 5]| {
                    let [row @ .., _] = *value;
                    u32::from_be_bytes(row)
                };
                range
                    .map(|entry| {
                        entry
                            .map(|(k, v)| (*k.value(), row(v.value())))
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
                let range = self.moments.range::<&[u8; 21]>(&from..=&to)?.take(most);
                range
                    .map(|entry| {
                        entry
                            .map(|(k, v)| (*k.value(), v.value()))
                            .map_err(Error::from)
                    })
                    .collect()
            }
            fn child_page(
                &self,
                from: [u8; 20],
                to: [u8; 20],
                most: usize,
            ) -> Result<Vec<([u8; 20], u32)>> {
                let range = self.children.range::<&[u8; 20]>(&from..=&to)?.take(most);
                range
                    .map(|entry| {
                        entry
                            .map(|(k, v)| (*k.value(), v.value()))
                            .map_err(Error::from)
                    })
                    .collect()
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

macro_rules! derived {
    ($($field:ident: $constant:ident,)+) => {
        /// Drops the derived tables, so that opening them again gives empty ones.
        pub(crate) fn drop_derived(transaction: &WriteTransaction) -> Result<()> {
            $(transaction.delete_table($constant)?;)+
            Ok(())
        }

        /// A hash over the keys and values of each derived table.
        pub(crate) fn digest_derived(tables: &ReadTables) -> Result<Vec<(&'static str, Digest)>> {
            let mut digests = Vec::new();
            $({
                let mut hasher = blake3::Hasher::new();
                for entry in tables.$field.iter()? {
                    let (key, value) = entry?;
                    for bytes in [key.value().as_digested(), value.value().as_digested()] {
                        hasher.update(&(bytes.len() as u64).to_le_bytes());
                        hasher.update(&bytes);
                    }
                }
                let digest = Digest::from_bytes(*hasher.finalize().as_bytes());
                digests.push((redb::TableHandle::name(&$constant), digest));
            })+
            Ok(digests)
        }
    };
}

derived! {
    records: RECORDS,
    ulids: ULIDS,
    foreign: FOREIGN,
    statements: STATEMENTS,
    embedded: EMBEDDED,
    numbers: NUMBERS,
    names: NAMES,
    children: CHILDREN,
    happened: HAPPENED,
    moments: MOMENTS,
    orphans: ORPHANS,
    bases: BASES,
    columns: COLUMNS,
}

/// A key or a value as bytes to be hashed.
trait AsDigested {
    fn as_digested(&self) -> Cow<'_, [u8]>;
}

impl AsDigested for &[u8] {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }
}

impl<const N: usize> AsDigested for &[u8; N] {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.as_slice())
    }
}

impl AsDigested for u32 {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_be_bytes().to_vec())
    }
}

impl AsDigested for u64 {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Owned(self.to_be_bytes().to_vec())
    }
}

impl AsDigested for () {
    fn as_digested(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&[])
    }
}

macro_rules! from_engine {
    ($($error:ty),+) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                redb::Error::from(error).into()
            }
        })+
    };
}

from_engine!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::DatabaseError,
    redb::SetDurabilityError,
    redb::CompactionError
);

impl From<redb::Error> for Error {
    fn from(error: redb::Error) -> Self {
        use crate::error::ErrorKind;
        match error {
            redb::Error::Io(error) => error.into(),
            redb::Error::DatabaseAlreadyOpen => Self::new(
                ErrorKind::InUse,
                "",
                "another process, or this one, has the store open",
            )
            .caused_by(error),
            redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::TableDoesNotExist(_)
            | redb::Error::TableTypeMismatch { .. } => Self::new(
                ErrorKind::Corrupt,
                "",
                format_args!("the store is damaged: {error}"),
            )
            .caused_by(error),
            other => Self::new(ErrorKind::Io, "", other.to_string()).caused_by(other),
        }
    }
}
