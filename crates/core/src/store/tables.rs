//! Every table of the file: its name with the version of its layout, its key and its value. This
//! folder alone knows the engine.

use redb::{ReadTransaction, ReadableTable, Table, TableDefinition, WriteTransaction};

use super::keys;
use super::texts::TextTables;
use crate::error::{Error, Result};

type Bytes = &'static [u8];

/// The engine's write transaction, under a name that other folders may use.
pub(crate) type Transaction = WriteTransaction;

/// What the file is: format, replica, the file's own identity. Key: a word. See `meta.rs`.
pub(crate) const META: TableDefinition<'static, &'static str, Bytes> = TableDefinition::new("meta");

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
            pub(crate) texts: TextTables,
            $(pub(crate) $field: redb::ReadOnlyTable<$key, $value>,)+
        }

        impl ReadTables {
            pub(crate) fn open(transaction: &ReadTransaction) -> Result<Self> {
                Ok(Self {
                    texts: TextTables::open(transaction)?, $($field: transaction.open_table($constant)?,)+ })
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
    /// Derived. Key: `keys::embedded`. Value: row that it depicts or 0, pointer to its event.
    embedded: EMBEDDED = "embedded_v1", &'static [u8; 20] => Bytes;
    /// Derived. Key: repository's row, number space, number. Value: row, then flags
    /// (`keys::FOREIGN`, `keys::MOVED`).
    numbers: NUMBERS = "numbers_v1", &'static [u8; 13] => &'static [u8; 5];
    /// Derived. Key: owner's row or 0, kind, name in lower case. Value: row.
    names: NAMES = "names_v1", Bytes => u32;
    /// Derived. Key: parent's row, moment, tie (`keys::child`). Value: row.
    children: CHILDREN = "children_v1", &'static [u8; 20] => u32;
    /// Derived. Key: project's row, rank, column's row; column's row, rank, card's row; issue's row,
    /// no rank, row of a card that shows it; issue's row, `=`, row of an issue that says it again;
    /// repository's row, no rank, row of a pinned issue; or 0, `~`, row of a project of no repository
    /// (`keys::content`). Value: nothing.
    contents: CONTENTS = "contents_v1", Bytes => ();
    /// Derived. Key: row, block and offset of an event that happened to the record after the one that
    /// first named it (which its head names). Value: the sequence of its commit.
    happened: HAPPENED = "happened_v1", &'static [u8; 16] => u64;
    /// Derived. Key: repository's row, kind, moment, tie (`keys::moment`). Value: row.
    moments: MOMENTS = "moments_v1", &'static [u8; 21] => u32;
    /// Derived. Key: repository's row, number it waits for, row; of a column or a card 0 and the highest
    /// number (`keys::orphan`). Value: nothing.
    orphans: ORPHANS = "orphans_v1", &'static [u8; 16] => ();
    /// Derived. Key: row of a record that was edited here. Value: head as its source stated it last.
    bases: BASES = "bases_v1", u32 => Bytes;
    /// Derived. Key: repository's row, chunk (`columns.rs`). Value: the list columns of its issues.
    columns: COLUMNS = "columns_v1", &'static [u8; 8] => Bytes;
}

/// How long the pieces are in which blocks are kept: three of them fill a page of the engine, which
/// would otherwise round every block up to a power of two.
pub(super) const PIECE: usize = 1300;

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
