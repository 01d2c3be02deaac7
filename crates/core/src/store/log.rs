//! The log: appending the events of a commit, and reading them back.

use std::cell::RefCell;
use std::collections::VecDeque;

use backlot_model::{
    Actor, Commit, CommitId, Digest, Event, HybridTime, Origin, RecordId, ReplicaId, Timestamp,
};

use super::block;
use super::packing::Packing;
use super::reading::ReadLog;
use crate::codec::{
    EventPointer, Extent, Malformed, TextPointer, decode_commit, decode_event, encode_commit,
    encode_event, hash_commit,
};
use crate::derive::{Columns, Derived, Touched};
use crate::error::Result;
use crate::watch::{CommitSummary, Gathered};

/// Who makes a commit, why, and when.
#[derive(Clone, Debug)]
pub(crate) struct CommitHead {
    pub(crate) id: CommitId,
    pub(crate) replica: ReplicaId,
    pub(crate) actor: Actor,
    pub(crate) reason: String,
    pub(crate) recorded_at: Timestamp,
}

/// Appends the events of one commit to the log and applies each to the derived tables.
pub(crate) struct CommitWriter<'a, 'txn> {
    pub(crate) derived: Derived<'a, 'txn>,
    state: OpenCommit,
    recent: RefCell<VecDeque<(u64, Vec<u8>)>>,
}

/// How many unpacked blocks are kept while a commit is written.
const RECENT: usize = 8;

/// A commit that is being written: what there is of it beside the tables.
pub(crate) struct OpenCommit {
    open_block: Vec<u8>,
    open_block_number: u64,
    first_block: u64,
    sequence: u64,
    previous: Option<Commit>,
    events: u64,
    // Issues whose list columns are brought up to date when the commit ends.
    touched: Touched,
    packing: Packing,
    scratch: Vec<u8>,
    // What listeners are told.
    gathered: Gathered,
}

impl OpenCommit {
    /// A commit after the last one of the log.
    pub(crate) fn new(tables: &impl ReadLog) -> Result<Self> {
        Self::with_packing(tables, Packing::here()?)
    }

    /// A commit with so many events that a thread of its own is worth it.
    pub(crate) fn large(tables: &impl ReadLog) -> Result<Self> {
        Self::with_packing(tables, Packing::in_thread()?)
    }

    fn with_packing(tables: &impl ReadLog, packing: Packing) -> Result<Self> {
        let (sequence, previous, first_block) = match tables.last_commit()? {
            None => (1, None, 0),
            Some((sequence, bytes)) => {
                let (commit, extent) = decode_commit(sequence, &bytes)?;
                (
                    sequence + 1,
                    Some(commit),
                    extent.first_block + extent.blocks,
                )
            }
        };
        Ok(Self {
            open_block: Vec::new(),
            open_block_number: first_block,
            first_block,
            sequence,
            previous,
            events: 0,
            touched: Touched::default(),
            packing,
            scratch: Vec::new(),
            gathered: Gathered::default(),
        })
    }

    /// How many events the commit has so far.
    pub(crate) const fn events(&self) -> u64 {
        self.events
    }
}

impl<'a, 'txn> CommitWriter<'a, 'txn> {
    pub(crate) fn new(mut derived: Derived<'a, 'txn>, mut state: OpenCommit) -> Self {
        derived.columns = Columns::from_touched(std::mem::take(&mut state.touched));
        Self {
            derived,
            state,
            recent: RefCell::default(),
        }
    }

    /// Gives the open commit back, to be taken up again later in the same transaction.
    pub(crate) fn suspend(mut self) -> OpenCommit {
        self.state.touched = self.derived.columns.into_touched();
        self.state
    }

    /// How many events the commit has so far.
    pub(crate) const fn events(&self) -> u64 {
        self.state.events
    }

    /// The identifier of the next record to be created here: it follows from the commit's name and the
    /// event's place in it, so that no further random bits are drawn.
    pub(crate) fn next_id(&self, commit: CommitId, now: Timestamp) -> RecordId {
        RecordId::derive(now, &[&commit.to_bytes(), &self.state.events.to_be_bytes()])
    }

    /// Appends an event, and gives the row of the record that it is about.
    pub(crate) fn append(&mut self, event: &Event) -> Result<u32> {
        let start = self.state.open_block.len();
        let state = &mut self.state;
        encode_event(&mut state.open_block, &mut state.scratch, event);
        self.append_encoded(start)
    }

    /// Appends an event that is encoded already, its length first.
    pub(crate) fn append_bytes(&mut self, encoded: &[u8]) -> Result<u32> {
        let start = self.state.open_block.len();
        self.state.open_block.extend_from_slice(encoded);
        self.append_encoded(start)
    }

    fn append_encoded(&mut self, start: usize) -> Result<u32> {
        let offset = u32::try_from(start).map_err(|_| Malformed("block length"))?;
        let at = EventPointer {
            block: self.state.open_block_number,
            offset,
        };
        let (decoded, next) = decode_event(&self.state.open_block, at)?;
        self.state.events += 1;
        let row = match decoded {
            Some(decoded) => {
                let bytes = self
                    .state
                    .open_block
                    .get(start..next as usize)
                    .unwrap_or_default();
                let row = self
                    .derived
                    .apply(&decoded, at, bytes, self.state.sequence)?;
                let repository = self.derived.last_repository;
                self.state.gathered.add(row, &decoded, repository);
                row
            }
            None => 0,
        };
        if self.state.open_block.len() >= block::TARGET {
            self.close_block()?;
        }
        Ok(row)
    }

    fn close_block(&mut self) -> Result<()> {
        if self.state.open_block.is_empty() {
            return Ok(());
        }
        let room = Vec::with_capacity(self.state.open_block.capacity());
        let raw = std::mem::replace(&mut self.state.open_block, room);
        self.state.packing.push(self.state.open_block_number, raw)?;
        self.state.open_block_number += 1;
        while let Some((number, packed)) = self.state.packing.next_ready()? {
            self.derived.tables_mut().put_block(number, &packed)?;
        }
        Ok(())
    }

    /// Reads in the uncompressed bytes of a block, also of one that is still open or on its way. The last
    /// few blocks are kept: neighbours in an input are neighbours in the log.
    pub(crate) fn in_block<T>(
        &self,
        number: u64,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        if number == self.state.open_block_number {
            return read(&self.state.open_block);
        }
        if let Some(raw) = self.state.packing.raw(number) {
            return read(raw);
        }
        let mut recent = self.recent.borrow_mut();
        if let Some((_, block)) = recent.iter().find(|(known, _)| *known == number) {
            return read(block);
        }
        let block = read_block(self.derived.tables(), number)?;
        let result = read(&block);
        if recent.len() >= RECENT {
            recent.pop_front();
        }
        recent.push_back((number, block));
        result
    }

    /// A text in the log.
    pub(crate) fn text(&self, pointer: TextPointer) -> Result<String> {
        self.in_block(pointer.block, |block| text_in(block, pointer))
    }

    /// The hash of the newest commit of this replica: the last one of the log, nearly always.
    fn last_of_replica(&self, replica: ReplicaId) -> Result<Option<Digest>> {
        for sequence in (1..self.state.sequence).rev() {
            match read_commit(self.derived.tables(), sequence)? {
                Some((commit, _)) if commit.replica == replica => return Ok(Some(commit.hash)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Ends the commit: writes its head, which makes its hash final. What listeners are to be told once the
    /// commit is on disk.
    pub(crate) fn finish(mut self, head: CommitHead, origin: Origin) -> Result<CommitSummary> {
        self.close_block()?;
        let own = self.last_of_replica(head.replica)?;
        let (rest, events_hash) = self.state.packing.finish()?;
        for (number, packed) in rest {
            self.derived.tables_mut().put_block(number, &packed)?;
        }
        self.derived.finish()?;
        let time = self
            .state
            .previous
            .as_ref()
            .map_or(HybridTime::default(), |previous| previous.time);
        let seen = self
            .state
            .previous
            .as_ref()
            .filter(|previous| previous.replica != head.replica);
        let mut commit = Commit {
            id: head.id,
            sequence: self.state.sequence,
            replica: head.replica,
            time: time.next(head.recorded_at),
            actor: head.actor,
            reason: head.reason,
            recorded_at: head.recorded_at,
            origin,
            predecessor: own,
            seen: seen.map(|commit| commit.hash).into_iter().collect(),
            events: self.state.events,
            hash: Digest::default(),
        };
        commit.hash = hash_commit(&commit, events_hash);
        let extent = Extent {
            first_block: self.state.first_block,
            blocks: self.state.open_block_number - self.state.first_block,
        };
        let bytes = encode_commit(&commit, extent);
        self.derived
            .tables_mut()
            .commits
            .insert(self.state.sequence, bytes.as_slice())?;
        self.state.gathered.summary(commit, self.derived.tables())
    }
}

/// The uncompressed bytes of a block that is in the file.
pub(crate) fn read_block(tables: &impl ReadLog, number: u64) -> Result<Vec<u8>> {
    let packed = tables
        .block_bytes(number)?
        .ok_or(Malformed("log: a block is missing"))?;
    block::unpack(&packed)
}

/// The text that lies at `pointer` in the uncompressed bytes of its block.
pub(crate) fn text_in(block: &[u8], pointer: TextPointer) -> Result<String> {
    let start = pointer.offset as usize;
    let bytes = block
        .get(start..start + pointer.length as usize)
        .ok_or(Malformed("text pointer"))?;
    Ok(std::str::from_utf8(bytes)
        .map_err(|_| Malformed("text"))?
        .to_owned())
}

/// An event of the log: where it stands, its own bytes, and what they say; none where they are about a kind
/// of record that only a later version knows.
pub(crate) struct Logged<'a> {
    pub(crate) at: EventPointer,
    pub(crate) bytes: &'a [u8],
    pub(crate) event: Option<Event<TextPointer>>,
}

/// Walks through the events of a commit, block by block.
pub(crate) fn for_each_event(
    tables: &impl ReadLog,
    extent: Extent,
    visit: &mut dyn FnMut(Logged<'_>) -> Result<()>,
) -> Result<()> {
    for number in extent.first_block..extent.first_block + extent.blocks {
        let block = read_block(tables, number)?;
        let mut at = EventPointer {
            block: number,
            offset: 0,
        };
        while (at.offset as usize) < block.len() {
            let (event, end) = decode_event(&block, at)?;
            let bytes = block
                .get(at.offset as usize..end as usize)
                .unwrap_or_default();
            visit(Logged { at, bytes, event })?;
            at.offset = end;
        }
    }
    Ok(())
}

/// The head of a commit by its place in the log.
pub(crate) fn read_commit(
    tables: &impl ReadLog,
    sequence: u64,
) -> Result<Option<(Commit, Extent)>> {
    match tables.commit_bytes(sequence)? {
        Some(bytes) => Ok(Some(decode_commit(sequence, &bytes)?)),
        None => Ok(None),
    }
}
