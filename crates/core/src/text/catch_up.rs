//! Bringing the index up to the end of the log.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::PoisonError;

use super::document::{Document, gather_difference};
use super::gather::Gather;
use super::merge::{Changes, merge};
use super::state::{State, log_end};
use super::tail::dirty_rows;
use crate::error::{Error, ErrorKind, Result};
use crate::read::Snapshot;
use crate::store::Store;
use crate::store::texts::{TextWriter, drop_texts};

/// How far an indexing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextIndexProgress {
    /// How many issues have been looked at.
    pub done: u64,
    /// How many issues may have changed since they were indexed.
    pub total: u64,
}

/// After how many issues it is asked whether to go on.
const ASKED_EVERY: u64 = 64;

/// How large the parts of an indexing are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How many counts are gathered before they are merged into the index: about 40 MB.
    pub(super) counts: usize,
    /// How many bytes of blocks are written in one transaction, about.
    pub(super) slice: usize,
    /// How many transactions are written before it ends with an error, as if the process were killed.
    pub(super) transactions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            counts: 1_400_000,
            slice: 2 * 1024 * 1024,
            transactions: usize::MAX,
        }
    }
}

/// What an indexing did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextIndexReport {
    /// How many issues were indexed anew.
    pub issues: u64,
    /// Whether everything that was there at the beginning is indexed now.
    pub is_complete: bool,
}

impl Store {
    /// Brings the index of texts up to the end of the log. Searches find everything without it, only slower:
    /// an application calls this when it is idle, and the index of a fresh import saves each search
    /// from reading all texts. It is no commit. Writers wait for a part of it at most, each some tens of
    /// milliseconds, and memory is bounded; `progress` is asked often whether to go on, and the parts that were written
    /// by then stay.
    ///
    /// # Errors
    /// `ReadOnly`, `Busy` when this thread has a write transaction open.
    pub fn index_texts(
        &self,
        progress: &mut dyn FnMut(TextIndexProgress) -> ControlFlow<()>,
    ) -> Result<TextIndexReport> {
        let report = self.index_texts_within(&Limits::default(), progress);
        report.map_err(|error| error.at(self.path()))
    }

    /// The same in parts of another size.
    pub(super) fn index_texts_within(
        &self,
        limits: &Limits,
        progress: &mut dyn FnMut(TextIndexProgress) -> ControlFlow<()>,
    ) -> Result<TextIndexReport> {
        let caches = self.caches();
        let one = caches.texts.indexing.lock();
        let one = one.unwrap_or_else(PoisonError::into_inner);
        let mut report = TextIndexReport::default();
        let mut work = Work {
            store: self,
            limits: *limits,
            written: Cell::new(0),
            gather: Gather::new(),
            changed: Vec::new(),
        };
        let mut state = work.begin()?;
        let snapshot = self.read()?;
        let end = log_end(&snapshot.tables)?;
        if state.mark == end && snapshot.tables.texts.state()?.is_some() {
            report.is_complete = true;
            return Ok(report);
        }
        let dirty = dirty_rows(&snapshot, state.mark, end)?;
        drop(snapshot);
        let (mut done, total) = (0_u64, dirty.len());
        let mut rows = dirty.into_iter();
        let mut word = String::new();
        loop {
            let snapshot = self.read()?;
            work.gather.clear();
            work.changed.clear();
            let mut is_last = true;
            for row in rows.by_ref() {
                done += 1;
                let asks = done.is_multiple_of(ASKED_EVERY);
                // What is gathered is not written yet: who stops here does not wait for that.
                if asks && progress(TextIndexProgress { done, total }).is_break() {
                    return Ok(report);
                }
                let new = Document::of(&snapshot, row)?;
                let old = document(&snapshot, row)?;
                if old == new {
                    continue;
                }
                let (old, new) = (old.as_ref(), new.as_ref());
                gather_difference(&snapshot, row, old, new, &mut word, &mut work.gather)?;
                work.changed
                    .push((row, new.map(Document::encode).unwrap_or_default()));
                if work.gather.is_full(limits.counts) {
                    is_last = false;
                    break;
                }
            }
            report.issues += work.changed.len() as u64;
            if is_last {
                state.mark = end;
            }
            work.merge(snapshot, &state, Vec::new(), false)?;
            let flow = progress(TextIndexProgress { done, total });
            if is_last {
                report.is_complete = true;
                break;
            }
            if flow.is_break() {
                break;
            }
        }
        drop(one);
        Ok(report)
    }
}

/// What is indexed of an issue.
pub(super) fn document(snapshot: &Snapshot, row: u32) -> Result<Option<Document>> {
    let bytes = snapshot.tables.texts.document(row)?;
    Ok(bytes.map(|bytes| Document::decode(&bytes)).transpose()?)
}

struct Work<'a> {
    store: &'a Store,
    limits: Limits,
    written: Cell<usize>,
    gather: Gather,
    /// The issues whose texts are others, with the documents that they become.
    changed: Vec<(u32, Vec<u8>)>,
}

impl Work<'_> {
    /// How far the index is, after finishing what an earlier run began, or dropping what another version left.
    fn begin(&mut self) -> Result<State> {
        let snapshot = self.store.read()?;
        let Some(mut state) = State::read(&snapshot.tables.texts)? else {
            if snapshot.tables.texts.state()?.is_some() {
                self.write(|_, transaction| drop_texts(transaction))?;
            }
            return Ok(State::default());
        };
        let Some(from) = state.merging.take() else {
            return Ok(state);
        };
        let (changed, gather) = (&mut self.changed, &mut self.gather);
        let mut word = String::new();
        snapshot.tables.texts.for_each_pending(&mut |row, bytes| {
            let old = document(&snapshot, row)?;
            let new = match bytes {
                [] => None,
                bytes => Some(Document::decode(bytes)?),
            };
            gather_difference(
                &snapshot,
                row,
                old.as_ref(),
                new.as_ref(),
                &mut word,
                gather,
            )?;
            changed.push((row, bytes.to_vec()));
            Ok(())
        })?;
        self.merge(snapshot, &state, from, true)?;
        Ok(state)
    }

    /// Merges what was gathered into the index, in as many transactions as it takes, and notes `state`
    /// with the last one.
    fn merge(
        &self,
        mut snapshot: Snapshot,
        state: &State,
        mut from: Vec<u8>,
        mut is_noted: bool,
    ) -> Result<()> {
        let sorted = self.gather.sorted();
        loop {
            let (changes, rest) = merge(&snapshot.tables.texts, &sorted, &from, self.limits.slice)?;
            let before = State::read(&snapshot.tables.texts)?.unwrap_or_default();
            self.write(|work, transaction| {
                let mut writer = TextWriter::open(transaction)?;
                put_blocks(&mut writer, &changes)?;
                let Some(rest) = &rest else {
                    for (row, bytes) in &work.changed {
                        writer.put_document(*row, bytes)?;
                        if is_noted {
                            writer.remove_pending(*row)?;
                        }
                    }
                    return writer.put_state(&state.encode());
                };
                if !is_noted {
                    for (row, bytes) in &work.changed {
                        writer.put_pending(*row, bytes)?;
                    }
                }
                let state = State {
                    mark: before.mark,
                    merging: Some(rest.clone()),
                };
                writer.put_state(&state.encode())
            })?;
            let Some(rest) = rest else {
                return Ok(());
            };
            (from, is_noted) = (rest, true);
            snapshot = self.store.read()?;
        }
    }

    fn write(
        &self,
        write: impl FnOnce(&Self, &crate::store::tables::Transaction) -> Result<()>,
    ) -> Result<()> {
        if self.written.replace(self.written.get() + 1) >= self.limits.transactions {
            return Err(Error::new(ErrorKind::Busy, "", "the indexing was stopped"));
        }
        let lock = self.store.lock_writer()?;
        let transaction = self.store.begin_write()?;
        write(self, &transaction)?;
        transaction.commit()?;
        drop(lock);
        Ok(())
    }
}

fn put_blocks(writer: &mut TextWriter<'_>, changes: &Changes) -> Result<()> {
    for key in &changes.removed {
        writer.remove_block(key)?;
    }
    for (key, value) in &changes.put {
        writer.put_block(key, value)?;
    }
    Ok(())
}
