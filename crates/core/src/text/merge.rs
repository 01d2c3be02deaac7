//! Merging what was gathered into the blocks of the index: only blocks around what changes are read, and only
//! those that become others are written.

use std::iter::Peekable;

use rustc_hash::FxHashSet;

use super::gather::{Delta, Sorted};
use super::posting::{
    Entries, Posting, begins_block, chunk_of, ends_block, get_postings, put_entry, put_key,
    put_postings, split_key,
};
use crate::codec::Malformed;
use crate::error::Result;
use crate::store::block::{Packer, unpack};
use crate::store::texts::TextTables;

/// Blocks to be taken out, and blocks to be written.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) removed: Vec<Vec<u8>>,
    pub(super) put: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
}

/// One entry's changes.
struct EntryDelta {
    key: Vec<u8>,
    chunk: u32,
    deltas: Vec<Delta>,
}

/// Merges what was gathered from the key `from` on, about `slice` bytes of blocks. What has to be
/// written, and the key from which the merge has to go on after that, if it is not done.
pub(super) fn merge(
    old: &TextTables,
    sorted: &Sorted<'_>,
    from: &[u8],
    slice: usize,
) -> Result<(Changes, Option<Vec<u8>>)> {
    let mut deltas = entry_deltas(sorted, from).peekable();
    let mut merger = Merger::new()?;
    while let Some(delta) = deltas.peek() {
        let mut current = old.block_until(&delta.key)?;
        let mut next = match &current {
            Some((key, _)) => old.block_after(key)?,
            None => old.first_block()?,
        };
        if let Some((key, _)) = &current
            && let Some(before) = old.block_before(key)?
        {
            // Its end moves when the first entry after it goes.
            merger.take(
                &before.0,
                &before.1,
                &mut std::iter::empty().peekable(),
                Some(&[]),
            )?;
        }
        // A run of blocks that have to be looked at, until a boundary behind which nothing changes.
        loop {
            let until = next.as_ref().map(|(key, _)| key.as_slice());
            match &current {
                Some((key, value)) => merger.take(key, value, &mut deltas, until)?,
                None => merger.insert(&mut deltas, until)?,
            }
            let Some((next_key, next_value)) = next else {
                merger.close()?;
                break;
            };
            let after = old.block_after(&next_key)?;
            if merger.is_boundary_before(&next_value)? {
                let rest = deltas.peek().map(|delta| delta.key.as_slice());
                if merger.changes.bytes >= slice
                    && let Some(rest) = rest
                {
                    merger.close()?;
                    return Ok((merger.finished(), Some(rest.to_vec())));
                }
                let is_next = rest.is_some_and(|rest| {
                    after
                        .as_ref()
                        .is_none_or(|(after, _)| rest < after.as_slice())
                });
                if !is_next {
                    merger.close()?;
                    break;
                }
            }
            (current, next) = (Some((next_key, next_value)), after);
        }
    }
    Ok((merger.finished(), None))
}

fn entry_deltas<'a>(
    sorted: &'a Sorted<'_>,
    from: &'a [u8],
) -> impl Iterator<Item = EntryDelta> + 'a {
    let first = split_key(from).map_or(&[][..], |(term, _)| term);
    let terms = sorted.iter().skip_while(move |(term, _)| *term < first);
    let entries = terms.flat_map(|(term, deltas)| {
        let mut entries: Vec<EntryDelta> = Vec::new();
        for delta in deltas {
            let chunk = chunk_of(delta.row);
            match entries.last_mut() {
                Some(entry) if entry.chunk == chunk => entry.deltas.push(delta),
                _ => {
                    let mut key = Vec::with_capacity(term.len() + 4);
                    put_key(&mut key, term, chunk);
                    entries.push(EntryDelta {
                        key,
                        chunk,
                        deltas: vec![delta],
                    });
                }
            }
        }
        entries
    });
    entries.skip_while(move |delta| delta.key.as_slice() < from)
}

struct Merger {
    packer: Packer,
    changes: Changes,
    /// The keys of the old blocks that were taken, and of those that are the same again.
    taken: Vec<Vec<u8>>,
    kept: FxHashSet<Vec<u8>>,
    /// Old blocks that may come out the same.
    values: Vec<(Vec<u8>, Vec<u8>)>,
    /// The block that is being filled.
    block: Vec<u8>,
    first: Vec<u8>,
    last: Vec<u8>,
    ended: bool,
    key: Vec<u8>,
    bytes: Vec<u8>,
    postings: Vec<Posting>,
}

impl Merger {
    fn new() -> Result<Self> {
        Ok(Self {
            packer: Packer::new()?,
            changes: Changes::default(),
            taken: Vec::new(),
            kept: FxHashSet::default(),
            values: Vec::new(),
            block: Vec::new(),
            first: Vec::new(),
            last: Vec::new(),
            ended: false,
            key: Vec::new(),
            bytes: Vec::new(),
            postings: Vec::new(),
        })
    }

    /// Takes the entries of an old block, with the deltas before `until` merged in.
    fn take(
        &mut self,
        key: &[u8],
        value: &[u8],
        deltas: &mut Peekable<impl Iterator<Item = EntryDelta>>,
        until: Option<&[u8]>,
    ) -> Result<()> {
        let raw = unpack(value)?;
        self.taken.push(key.to_vec());
        self.values.push((key.to_vec(), value.to_vec()));
        let mut entries = Entries::new(&raw);
        let mut entry_key = std::mem::take(&mut self.key);
        while entries.advance()? {
            put_key(&mut entry_key, entries.term(), entries.chunk);
            while let Some(delta) = deltas.next_if(|delta| delta.key < entry_key) {
                self.postings.clear();
                self.change(&delta)?;
            }
            match deltas.next_if(|delta| delta.key == entry_key) {
                Some(delta) => {
                    self.postings.clear();
                    get_postings(entries.postings, entries.chunk, &mut self.postings)?;
                    self.change(&delta)?;
                }
                None => self.push(&entry_key, entries.postings)?,
            }
        }
        self.key = entry_key;
        self.insert(deltas, until)
    }

    /// Inserts entries before `until` where there were none.
    fn insert(
        &mut self,
        deltas: &mut Peekable<impl Iterator<Item = EntryDelta>>,
        until: Option<&[u8]>,
    ) -> Result<()> {
        let is_before = |delta: &EntryDelta| until.is_none_or(|until| delta.key.as_slice() < until);
        while let Some(delta) = deltas.next_if(is_before) {
            self.postings.clear();
            self.change(&delta)?;
        }
        Ok(())
    }

    /// Changes the postings of one entry, and pushes what is left.
    fn change(&mut self, delta: &EntryDelta) -> Result<()> {
        let old = std::mem::take(&mut self.postings);
        let mut postings = Vec::with_capacity(old.len() + delta.deltas.len());
        let (mut old_rest, mut new_rest) = (old.iter().peekable(), delta.deltas.iter().peekable());
        loop {
            let row = match (old_rest.peek(), new_rest.peek()) {
                (None, None) => break,
                (Some(old), None) => old.row,
                (None, Some(new)) => new.row,
                (Some(old), Some(new)) => old.row.min(new.row),
            };
            let before = old_rest
                .next_if(|old| old.row == row)
                .map_or([0; 3], |old| old.counts);
            let by = new_rest
                .next_if(|new| new.row == row)
                .map_or([0; 3], |new| new.counts);
            let mut counts = [0; 3];
            for ((count, before), by) in counts.iter_mut().zip(before).zip(by) {
                *count = before
                    .checked_add_signed(by)
                    .ok_or(Malformed("count of the text index"))?;
            }
            if counts != [0; 3] {
                postings.push(Posting { row, counts });
            }
        }
        if !postings.is_empty() {
            let mut bytes = std::mem::take(&mut self.bytes);
            bytes.clear();
            put_postings(&mut bytes, delta.chunk, &postings);
            self.push(&delta.key, &bytes)?;
            self.bytes = bytes;
        }
        postings.clear();
        self.postings = old;
        Ok(())
    }

    fn push(&mut self, key: &[u8], postings: &[u8]) -> Result<()> {
        if self.ended || begins_block(key, postings.len()) {
            self.close()?;
        }
        if self.block.is_empty() {
            self.first.extend_from_slice(key);
        }
        put_entry(&mut self.block, &mut self.last, key, postings);
        self.ended = ends_block(postings.len());
        Ok(())
    }

    /// Whether a block ends between what was pushed last and the block of this value.
    fn is_boundary_before(&mut self, value: &[u8]) -> Result<bool> {
        if self.block.is_empty() || self.ended {
            return Ok(true);
        }
        let raw = unpack(value)?;
        let mut entries = Entries::new(&raw);
        if !entries.advance()? {
            return Ok(true);
        }
        put_key(&mut self.key, entries.term(), entries.chunk);
        Ok(begins_block(&self.key, entries.postings.len()))
    }

    /// Ends the block that is being filled.
    fn close(&mut self) -> Result<()> {
        if !self.block.is_empty() {
            let value = self.packer.pack(&self.block)?;
            let same = self
                .values
                .iter()
                .any(|(key, old)| *key == self.first && *old == value);
            let key = std::mem::take(&mut self.first);
            if same {
                self.kept.insert(key);
            } else {
                self.changes.bytes += key.len() + value.len();
                self.changes.put.push((key, value));
            }
        }
        // Only the block before and this one can come out under the key that they had.
        let last = split_key(&self.last)
            .map(|_| self.last.as_slice())
            .unwrap_or_default();
        self.values.retain(|(key, _)| key.as_slice() > last);
        self.block.clear();
        self.first.clear();
        self.last.clear();
        self.ended = false;
        Ok(())
    }

    /// What has to be written. The old blocks are used up.
    fn finished(mut self) -> Changes {
        let mut changes = self.changes;
        let put: FxHashSet<&[u8]> = changes.put.iter().map(|(key, _)| key.as_slice()).collect();
        let mut removed = std::mem::take(&mut self.taken);
        removed.retain(|key| !put.contains(key.as_slice()) && !self.kept.contains(key));
        changes.removed = removed;
        changes
    }
}
