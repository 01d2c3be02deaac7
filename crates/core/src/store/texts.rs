//! The tables of the text index, which follow the log at their own pace and may be missing.

use std::ops::Bound;

use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, Table, TableDefinition, TableError};

use super::tables::{PIECE, ReadTables, Transaction};
use crate::error::{Error, Result};

type Bytes = &'static [u8];

/// Derived, at its own pace. Key: the key of the first entry of a block (`text/posting.rs`), then the piece in
/// two bytes. Value: a piece of at most [`PIECE`] bytes of the block.
const BLOCKS: TableDefinition<'static, Bytes, Bytes> = TableDefinition::new("text_blocks_v1");
/// Derived, at its own pace. Key: 0 for how far the index is; row of an issue; the same beyond [`PENDING`] while
/// the issue is being indexed anew. Value: which texts are indexed (`text/document.rs`), empty for none.
const DOCUMENTS: TableDefinition<'static, u64, Bytes> = TableDefinition::new("text_documents_v1");

/// The name of the table of blocks, for reports.
pub(crate) const BLOCKS_NAME: &str = "text_blocks_v1";
/// The name of the table of documents, for reports.
pub(crate) const DOCUMENTS_NAME: &str = "text_documents_v1";

/// What lies above the rows of documents that are being indexed.
const PENDING: u64 = 1 << 32;
/// How long the number of a piece is.
const PIECE_NUMBER: usize = 2;

/// The tables of the text index inside a snapshot.
pub(crate) struct TextTables {
    blocks: Option<ReadOnlyTable<Bytes, Bytes>>,
    documents: Option<ReadOnlyTable<u64, Bytes>>,
}

/// A block: the key of its first entry, and its value.
pub(crate) type Block = (Vec<u8>, Vec<u8>);

impl TextTables {
    pub(crate) fn open(transaction: &ReadTransaction) -> Result<Self> {
        Ok(Self {
            blocks: unless_missing(transaction.open_table(BLOCKS))?,
            documents: unless_missing(transaction.open_table(DOCUMENTS))?,
        })
    }

    /// How far the index is, as `text/state.rs` writes it.
    pub(crate) fn state(&self) -> Result<Option<Vec<u8>>> {
        self.document_at(0)
    }

    /// What is indexed of an issue.
    pub(crate) fn document(&self, row: u32) -> Result<Option<Vec<u8>>> {
        self.document_at(u64::from(row))
    }

    fn document_at(&self, key: u64) -> Result<Option<Vec<u8>>> {
        let Some(documents) = &self.documents else {
            return Ok(None);
        };
        Ok(documents.get(key)?.map(|value| value.value().to_vec()))
    }

    /// Visits what is indexed of every issue, by row.
    pub(crate) fn for_each_document(
        &self,
        visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.for_each_between(1, PENDING, visit)
    }

    /// Visits what is to be indexed of every issue that is being indexed anew, by row.
    pub(crate) fn for_each_pending(
        &self,
        visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.for_each_between(PENDING, u64::MAX, visit)
    }

    fn for_each_between(
        &self,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>,
    ) -> Result<()> {
        if let Some(documents) = &self.documents {
            for entry in documents.range(from..to)? {
                let (key, value) = entry?;
                visit((key.value() & (PENDING - 1)) as u32, value.value())?;
            }
        }
        Ok(())
    }

    /// The last block that begins at this key or before it.
    pub(crate) fn block_until(&self, key: &[u8]) -> Result<Option<Block>> {
        let last = piece_key(key, u16::MAX);
        self.block_of(|blocks| Ok(blocks.range::<&[u8]>(..=last.as_slice())?.next_back()))
    }

    /// The last block that begins before this key.
    pub(crate) fn block_before(&self, key: &[u8]) -> Result<Option<Block>> {
        let first = piece_key(key, 0);
        self.block_of(|blocks| Ok(blocks.range::<&[u8]>(..first.as_slice())?.next_back()))
    }

    /// The first block that begins after this key.
    pub(crate) fn block_after(&self, key: &[u8]) -> Result<Option<Block>> {
        let last = piece_key(key, u16::MAX);
        let from = (Bound::Excluded(last.as_slice()), Bound::Unbounded);
        self.block_of(|blocks| Ok(blocks.range::<&[u8]>(from)?.next()))
    }

    /// The first block.
    pub(crate) fn first_block(&self) -> Result<Option<Block>> {
        self.block_of(|blocks| Ok(blocks.range::<&[u8]>(..)?.next()))
    }

    fn block_of<'t>(
        &'t self,
        find: impl FnOnce(&'t ReadOnlyTable<Bytes, Bytes>) -> Result<FoundPiece<'t>>,
    ) -> Result<Option<Block>> {
        let Some(blocks) = &self.blocks else {
            return Ok(None);
        };
        let Some(found) = find(blocks)? else {
            return Ok(None);
        };
        let mut key = found?.0.value().to_vec();
        key.truncate(key.len().saturating_sub(PIECE_NUMBER));
        let (first, last) = (piece_key(&key, 0), piece_key(&key, u16::MAX));
        let mut bytes = Vec::with_capacity(2 * PIECE);
        for piece in blocks.range::<&[u8]>(first.as_slice()..=last.as_slice())? {
            bytes.extend_from_slice(piece?.1.value());
        }
        Ok(Some((key, bytes)))
    }
}

type FoundPiece<'t> = Option<
    std::result::Result<
        (redb::AccessGuard<'t, Bytes>, redb::AccessGuard<'t, Bytes>),
        redb::StorageError,
    >,
>;

fn piece_key(key: &[u8], piece: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + PIECE_NUMBER);
    out.extend_from_slice(key);
    out.extend_from_slice(&piece.to_be_bytes());
    out
}

fn unless_missing<T>(opened: std::result::Result<T, TableError>) -> Result<Option<T>> {
    match opened {
        Ok(table) => Ok(Some(table)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The tables of the text index inside a write transaction.
pub(crate) struct TextWriter<'txn> {
    blocks: Table<'txn, Bytes, Bytes>,
    documents: Table<'txn, u64, Bytes>,
}

impl<'txn> TextWriter<'txn> {
    pub(crate) fn open(transaction: &'txn Transaction) -> Result<Self> {
        let blocks = transaction.open_table(BLOCKS)?;
        Ok(Self {
            blocks,
            documents: transaction.open_table(DOCUMENTS)?,
        })
    }

    /// Says how far the index is.
    pub(crate) fn put_state(&mut self, state: &[u8]) -> Result<()> {
        self.documents.insert(0, state)?;
        Ok(())
    }

    /// Says what is indexed of an issue; nothing of one that has no texts any more.
    pub(crate) fn put_document(&mut self, row: u32, document: &[u8]) -> Result<()> {
        if document.is_empty() {
            self.documents.remove(u64::from(row))?;
        } else {
            self.documents.insert(u64::from(row), document)?;
        }
        Ok(())
    }

    /// Says what is being indexed of an issue.
    pub(crate) fn put_pending(&mut self, row: u32, document: &[u8]) -> Result<()> {
        self.documents.insert(PENDING | u64::from(row), document)?;
        Ok(())
    }

    /// Forgets what was being indexed of an issue.
    pub(crate) fn remove_pending(&mut self, row: u32) -> Result<()> {
        self.documents.remove(PENDING | u64::from(row))?;
        Ok(())
    }

    /// Takes a block out.
    pub(crate) fn remove_block(&mut self, key: &[u8]) -> Result<()> {
        let (first, last) = (piece_key(key, 0), piece_key(key, u16::MAX));
        let range = first.as_slice()..=last.as_slice();
        self.blocks.retain_in::<&[u8], _>(range, |_, _| false)?;
        Ok(())
    }

    /// Writes a block, in the place of one that begins at the same key.
    pub(crate) fn put_block(&mut self, key: &[u8], block: &[u8]) -> Result<()> {
        let mut pieces = 0;
        for (at, piece) in block.chunks(PIECE).enumerate() {
            let at = u16::try_from(at)
                .map_err(|_| Error::corrupt("", "a block of the text index is too long"))?;
            self.blocks.insert(piece_key(key, at).as_slice(), piece)?;
            pieces = at;
        }
        // What is left of a longer one.
        while let Some(next) = pieces.checked_add(1) {
            if self
                .blocks
                .remove(piece_key(key, next).as_slice())?
                .is_none()
            {
                break;
            }
            pieces = next;
        }
        Ok(())
    }
}

/// Drops the text index.
pub(crate) fn drop_texts(transaction: &Transaction) -> Result<()> {
    transaction.delete_table(BLOCKS)?;
    transaction.delete_table(DOCUMENTS)?;
    Ok(())
}

/// The keys and values of the tables as they lie in the file.
#[cfg(test)]
pub(crate) fn raw_texts(tables: &TextTables) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut all = Vec::new();
    if let Some(blocks) = &tables.blocks {
        for entry in blocks.iter()? {
            let (key, value) = entry?;
            all.push((key.value().to_vec(), value.value().to_vec()));
        }
    }
    if let Some(documents) = &tables.documents {
        for entry in documents.iter()? {
            let (key, value) = entry?;
            all.push((key.value().to_be_bytes().to_vec(), value.value().to_vec()));
        }
    }
    Ok(all)
}

/// The rows of all records of a kind, by its tag, in the order of the log.
pub(crate) fn rows_of_tag(tables: &ReadTables, tag: u8) -> Result<Vec<u32>> {
    let mut rows = Vec::new();
    for entry in tables.records.iter()? {
        let (row, head) = entry?;
        if head.value().first() == Some(&tag) {
            rows.push(row.value());
        }
    }
    Ok(rows)
}
