//! Postings: which issues have a term, and how often; and the blocks in which they lie.
//!
//! An entry is a term and a chunk of rows with its postings. Its key is the term, 0, and the chunk in three
//! bytes, so that bytes sort as entries do. Where one block ends and the next begins follows from the
//! entries alone, so that the same texts give the same blocks, however they came to be.

use crate::codec::{Malformed, Reader, put_varint};

/// How many rows share a chunk, as a power of two.
const CHUNK_BITS: u32 = 12;
/// How many bytes of entries a block gathers, about.
const TARGET: u64 = 4 * 1024;
/// An entry of so many bytes has a block to itself.
const LARGE: usize = 1536;
/// The bytes of a key after the term.
const AFTER_TERM: usize = 4;

/// With what the term of a comment's author begins.
pub(super) const AUTHOR: u8 = 1;
/// With what the term of a mentioned login begins.
pub(super) const MENTION: u8 = 2;
/// The term of how many words there are.
pub(super) const LENGTH: &[u8] = &[3];

/// The term of comments by the user in this row. Its bytes are never 0.
pub(super) fn author_term(row: u32) -> [u8; 6] {
    let group = |shift: u32| 0x80 | (row >> shift & 0x7f) as u8;
    [AUTHOR, group(28), group(21), group(14), group(7), group(0)]
}

/// The term of mentions of this login.
pub(super) fn mention_term(login: &str) -> Vec<u8> {
    let mut term = vec![MENTION];
    term.extend(
        login
            .bytes()
            .map(|b| b.to_ascii_lowercase())
            .filter(|b| *b != 0),
    );
    term
}

/// How often a term stands in the title, the body and the comments.
pub(super) type Counts = [u32; 3];

/// An issue that has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) row: u32,
    pub(super) counts: Counts,
}

/// The chunk that a row belongs to.
pub(super) const fn chunk_of(row: u32) -> u32 {
    row >> CHUNK_BITS
}

/// The rows of a chunk: the first and the last.
pub(super) const fn rows_of_chunk(chunk: u32) -> (u32, u32) {
    let first = chunk << CHUNK_BITS;
    (first, first | ((1 << CHUNK_BITS) - 1))
}

/// Writes the key of an entry into `out`, which is cleared first.
pub(super) fn put_key(out: &mut Vec<u8>, term: &[u8], chunk: u32) {
    out.clear();
    out.extend_from_slice(term);
    let [_, a, b, c] = chunk.to_be_bytes();
    out.extend_from_slice(&[0, a, b, c]);
}

/// The term and the chunk of a key.
pub(super) fn split_key(key: &[u8]) -> Result<(&[u8], u32), Malformed> {
    let term = key.len().checked_sub(AFTER_TERM).map(|at| key.split_at(at));
    match term {
        Some((term, [0, a, b, c])) => Ok((term, u32::from_be_bytes([0, *a, *b, *c]))),
        _ => Err(Malformed("key of postings")),
    }
}

/// Appends the postings of a chunk, in the order of rows: how many, the steps from row to row, the counts.
pub(super) fn put_postings(out: &mut Vec<u8>, chunk: u32, postings: &[Posting]) {
    put_varint(out, postings.len() as u64);
    let mut last = rows_of_chunk(chunk).0;
    for posting in postings {
        put_varint(out, u64::from(posting.row.wrapping_sub(last)));
        last = posting.row;
    }
    for posting in postings {
        put_counts(out, posting.counts);
    }
}

/// Small counts take one byte; 0 says that three numbers follow.
fn put_counts(out: &mut Vec<u8>, [title, body, comments]: Counts) {
    if title < 2 && body < 8 && comments < 16 && title + body + comments > 0 {
        out.push((title | body << 1 | comments << 4) as u8);
    } else {
        out.push(0);
        for count in [title, body, comments] {
            put_varint(out, u64::from(count));
        }
    }
}

/// Reads the postings of a chunk.
pub(super) fn get_postings(
    bytes: &[u8],
    chunk: u32,
    out: &mut Vec<Posting>,
) -> Result<(), Malformed> {
    let mut reader = Reader::new(bytes);
    let count = reader.length()?;
    if count > bytes.len() {
        return Err(Malformed("postings"));
    }
    let begin = out.len();
    let (mut row, last) = rows_of_chunk(chunk);
    out.reserve(count);
    for _ in 0..count {
        let step = u32::try_from(reader.varint()?).map_err(|_| Malformed("postings"))?;
        row = row
            .checked_add(step)
            .filter(|row| *row <= last)
            .ok_or(Malformed("postings"))?;
        out.push(Posting {
            row,
            counts: [0; 3],
        });
    }
    for posting in out.get_mut(begin..).unwrap_or_default() {
        let byte = u32::from(reader.byte()?);
        posting.counts = if byte == 0 {
            let mut count = || -> Result<u32, Malformed> {
                u32::try_from(reader.varint()?).map_err(|_| Malformed("postings"))
            };
            [count()?, count()?, count()?]
        } else {
            [byte & 1, byte >> 1 & 7, byte >> 4]
        };
    }
    Ok(())
}

/// Whether a block ends after an entry with so many bytes of postings.
pub(super) const fn ends_block(length: usize) -> bool {
    length >= LARGE
}

/// Whether a block begins at this entry.
pub(super) fn begins_block(key: &[u8], length: usize) -> bool {
    // FNV-1a: part of the format, so it must not change with a library.
    let hash = key.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    ends_block(length) || (hash * TARGET) >> 32 < length as u64 + 8
}

/// Appends an entry to a block whose last key is `last`, which becomes this one.
pub(super) fn put_entry(block: &mut Vec<u8>, last: &mut Vec<u8>, key: &[u8], postings: &[u8]) {
    let (term, chunk) = split_key(key).unwrap_or_default();
    let before = split_key(last).unwrap_or_default().0;
    let shared = term.iter().zip(before).take_while(|(a, b)| a == b).count();
    put_varint(block, shared as u64);
    let rest = term.get(shared..).unwrap_or_default();
    put_varint(block, rest.len() as u64);
    block.extend_from_slice(rest);
    put_varint(block, u64::from(chunk));
    put_varint(block, postings.len() as u64);
    block.extend_from_slice(postings);
    last.clear();
    last.extend_from_slice(key);
}

/// The entries of a block, one after another.
pub(super) struct Entries<'a> {
    reader: Reader<'a>,
    term: Vec<u8>,
    pub(super) chunk: u32,
    pub(super) postings: &'a [u8],
}

impl<'a> Entries<'a> {
    pub(super) const fn new(block: &'a [u8]) -> Self {
        Self {
            reader: Reader::new(block),
            term: Vec::new(),
            chunk: 0,
            postings: &[],
        }
    }

    /// The term of the entry.
    pub(super) fn term(&self) -> &[u8] {
        &self.term
    }

    /// Goes to the next entry, if there is one.
    pub(super) fn advance(&mut self) -> Result<bool, Malformed> {
        if self.reader.is_empty() {
            return Ok(false);
        }
        let shared = self.reader.length()?;
        if shared > self.term.len() {
            return Err(Malformed("block of postings"));
        }
        self.term.truncate(shared);
        let rest = self.reader.bytes()?;
        self.term.extend_from_slice(rest);
        self.chunk = u32::try_from(self.reader.varint()?)
            .ok()
            .filter(|chunk| *chunk <= chunk_of(u32::MAX))
            .ok_or(Malformed("block of postings"))?;
        self.postings = self.reader.bytes()?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_come_back(
            entries in proptest::collection::btree_map(
                (proptest::collection::vec(1u8.., 0..5), 0u32..3),
                proptest::collection::btree_map(0u32..4096, any::<[u16; 3]>(), 1..5), 1..9),
        ) {
            let (mut block, mut last, mut key) = (Vec::new(), Vec::new(), Vec::new());
            let mut expected = Vec::new();
            for ((term, chunk), rows) in &entries {
                let postings: Vec<Posting> = rows.iter().map(|(row, counts)| Posting {
                    row: rows_of_chunk(*chunk).0 + row,
                    counts: counts.map(|count| u32::from(count) % 20),
                }).collect();
                put_key(&mut key, term, *chunk);
                prop_assert_eq!(split_key(&key), Ok((term.as_slice(), *chunk)));
                let mut bytes = Vec::new();
                put_postings(&mut bytes, *chunk, &postings);
                put_entry(&mut block, &mut last, &key, &bytes);
                expected.push((term.clone(), *chunk, postings));
            }
            let (mut found, mut entries) = (Vec::new(), Entries::new(&block));
            while entries.advance().unwrap() {
                let mut postings = Vec::new();
                get_postings(entries.postings, entries.chunk, &mut postings).unwrap();
                found.push((entries.term().to_vec(), entries.chunk, postings));
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn garbage_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut entries = Entries::new(&bytes);
            while entries.advance().unwrap_or(false) {
                let _ = get_postings(entries.postings, entries.chunk, &mut Vec::new());
            }
        }
    }
}
