//! Whether the index says what the texts say.

use super::catch_up::document;
use super::document::Document;
use super::gather::Gather;
use super::posting::{Counts, Entries, begins_block, chunk_of, ends_block, get_postings, put_key};
use super::state::{State, log_end};
use super::tail::{dirty_rows, terms_of};
use crate::codec::Malformed;
use crate::error::Result;
use crate::read::Snapshot;
use crate::store::block::unpack;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

/// A hash over things in whatever order they come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum([u64; 2]);

impl Sum {
    fn add(&mut self, parts: &[&[u8]]) {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let bytes = hasher.finalize();
        for (sum, half) in self.0.iter_mut().zip(bytes.as_bytes().chunks_exact(8)) {
            let half: [u8; 8] = half.try_into().unwrap_or_default();
            *sum = sum.wrapping_add(u64::from_le_bytes(half));
        }
    }

    fn add_posting(&mut self, term: &[u8], row: u32, counts: Counts) {
        let counts = counts.map(u32::to_le_bytes).concat();
        self.add(&[term, &row.to_le_bytes(), &counts]);
    }
}

/// What was found about the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextCheck {
    /// Whether the documents are what the records say, but for what is not indexed yet.
    pub(crate) documents: bool,
    /// Whether the blocks are what the texts of the documents make of them.
    pub(crate) blocks: bool,
}

/// Compares the index with the texts. None when there is none.
///
/// # Errors
/// `Corrupt` when something cannot be read.
pub(crate) fn check_texts(snapshot: &Snapshot) -> Result<Option<TextCheck>> {
    let Some(state) = State::read(&snapshot.tables.texts)? else {
        return Ok(None);
    };
    let documents = documents_are_right(snapshot, &state)?;
    let expected = expected_postings(snapshot, &state)?;
    let blocks = blocks_hold(snapshot)?.is_some_and(|found| found == expected);
    Ok(Some(TextCheck { documents, blocks }))
}

/// Whether every document that is up to date says what its records say, and every issue has one.
fn documents_are_right(snapshot: &Snapshot, state: &State) -> Result<bool> {
    let end = log_end(&snapshot.tables)?;
    if state.mark > end {
        return Ok(false);
    }
    let waiting = dirty_rows(snapshot, state.mark, end)?;
    let mut known = RoaringBitmap::new();
    let mut is_right = true;
    snapshot.tables.texts.for_each_document(&mut |row, bytes| {
        known.insert(row);
        if !waiting.contains(row) {
            let is_same = Document::of(snapshot, row)?.map(|document| document.encode());
            is_right &= is_same.as_deref() == Some(bytes);
        }
        Ok(())
    })?;
    for row in dirty_rows(snapshot, 0, end)? {
        if !known.contains(row) && !waiting.contains(row) {
            is_right &= Document::of(snapshot, row)?.is_none();
        }
    }
    Ok(is_right)
}

/// What the postings of all documents come to.
fn expected_postings(snapshot: &Snapshot, state: &State) -> Result<Sum> {
    let mut sum = Sum::default();
    let (mut gather, mut word) = (Gather::new(), String::new());
    // Of an issue that is being indexed, terms before `merging` are those of its new texts.
    let mut pending = FxHashMap::default();
    if state.merging.is_some() {
        snapshot.tables.texts.for_each_pending(&mut |row, bytes| {
            pending.insert(row, bytes.to_vec());
            Ok(())
        })?;
    }
    let mut add = |row: u32, known: &Document, is_new: Option<bool>| -> Result<()> {
        let mut key = Vec::new();
        for (term, counts) in terms_of(snapshot, row, known, &mut gather, &mut word)? {
            put_key(&mut key, &term, chunk_of(row));
            let is_merged = state.merging.as_ref().is_some_and(|from| key < *from);
            if is_new.is_none_or(|is_new| is_new == is_merged) {
                sum.add_posting(&term, row, counts);
            }
        }
        Ok(())
    };
    for (row, bytes) in &pending {
        if !bytes.is_empty() {
            add(*row, &Document::decode(bytes)?, Some(true))?;
        }
        if let Some(old) = document(snapshot, *row)? {
            add(*row, &old, Some(false))?;
        }
    }
    snapshot.tables.texts.for_each_document(&mut |row, bytes| {
        if pending.contains_key(&row) {
            return Ok(());
        }
        add(row, &Document::decode(bytes)?, None)
    })?;
    Ok(sum)
}

/// What the postings in the blocks come to; none when blocks are not cut or sorted as they must be.
fn blocks_hold(snapshot: &Snapshot) -> Result<Option<Sum>> {
    let tables = &snapshot.tables.texts;
    let mut sum = Sum::default();
    let mut postings = Vec::new();
    let (mut last, mut key) = (Vec::new(), Vec::new());
    let mut ended = true;
    let mut block = tables.first_block()?;
    while let Some((begin, value)) = block {
        let raw = unpack(&value)?;
        let mut entries = Entries::new(&raw);
        let mut is_first = true;
        while entries.advance()? {
            put_key(&mut key, entries.term(), entries.chunk);
            let length = entries.postings.len();
            if key <= last || is_first != (ended || begins_block(&key, length)) {
                return Ok(None);
            }
            if is_first && key != begin {
                return Ok(None);
            }
            postings.clear();
            get_postings(entries.postings, entries.chunk, &mut postings)?;
            if postings.is_empty() || !postings.is_sorted_by(|a, b| a.row < b.row) {
                return Ok(None);
            }
            for posting in &postings {
                sum.add_posting(entries.term(), posting.row, posting.counts);
            }
            std::mem::swap(&mut last, &mut key);
            ended = ends_block(length);
            is_first = false;
        }
        if is_first {
            return Err(Malformed("block of the text index").into());
        }
        block = tables.block_after(&begin)?;
    }
    Ok(Some(sum))
}
