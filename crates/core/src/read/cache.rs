//! What snapshots share: blocks of the log that were unpacked lately, indexes of repositories, and lists of history.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::history_cache::HistoryCache;
use super::pins::PinCache;
use crate::error::Result;
use crate::query::Index;
use crate::text::TextCache;

/// How many bytes of unpacked blocks are kept.
const BLOCK_BYTES: usize = 24 * 1024 * 1024;
/// How many issues all indexes together may have; beyond that, the ones that were not used for longest
/// are dropped. Each takes some hundred bytes.
const ISSUES: usize = 1 << 20;
/// Of how many commits it is remembered which issues they touched.
const COMMITS: usize = 4096;
/// How many issues a commit may touch for them to be remembered.
const MOST_TOUCHED: usize = 512;

/// The issues that a commit touched: their repositories' rows and their own, in order.
type Touched = Vec<(u32, u32)>;

/// Caches of one open store. Blocks never change once they are written, so they are good for any
/// snapshot. An index is good for one commit, and leads to that of another commit where it is known
/// which issues all commits between the two touched.
#[derive(Default)]
pub(crate) struct Caches {
    blocks: Mutex<Blocks>,
    pub(crate) texts: TextCache,
    pub(crate) history: HistoryCache,
    pub(crate) pins: PinCache,
    indexes: Mutex<Indexes>,
}

#[derive(Default)]
struct Blocks {
    held: FxHashMap<u64, Arc<Vec<u8>>>,
    order: VecDeque<u64>,
    bytes: usize,
}

#[derive(Default)]
struct Indexes {
    held: FxHashMap<u32, Held>,
    issues: usize,
    clock: u64,
    // By commit, one after another: which issues each touched, with their repositories.
    commits: VecDeque<(u64, Option<Touched>)>,
    // How often all was forgotten.
    forgotten: u64,
}

struct Held {
    sequence: u64,
    index: Arc<Index>,
    used: u64,
}

/// What a snapshot can begin with when it needs an index.
pub(crate) enum Start {
    /// The index itself.
    Ready(Arc<Index>),
    /// The index of another commit, and the rows that may differ, in their order.
    Near(Arc<Index>, Vec<u32>),
    /// Nothing.
    Cold,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Caches {
    /// The block, from memory or else as `load` gives it.
    pub(crate) fn block(
        &self,
        number: u64,
        load: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<Arc<Vec<u8>>> {
        if let Some(block) = lock(&self.blocks).held.get(&number) {
            return Ok(Arc::clone(block));
        }
        let block = Arc::new(load()?);
        let mut blocks = lock(&self.blocks);
        if blocks.held.insert(number, Arc::clone(&block)).is_none() {
            blocks.order.push_back(number);
            blocks.bytes += block.len();
        }
        while blocks.bytes > BLOCK_BYTES && blocks.order.len() > 1 {
            let Some(oldest) = blocks.order.pop_front() else {
                break;
            };
            if let Some(dropped) = blocks.held.remove(&oldest) {
                blocks.bytes -= dropped.len();
            }
        }
        Ok(block)
    }

    /// Remembers which issues a commit touches; none when they are too many to say. To be called before
    /// the commit can be seen, by who has the right to write; when the commit then fails,
    /// [`Caches::forget_indexes`] has to follow.
    pub(crate) fn publish(&self, sequence: u64, touched: Option<Touched>) {
        let touched = touched.filter(|rows| rows.len() <= MOST_TOUCHED);
        let mut indexes = lock(&self.indexes);
        let commits = &mut indexes.commits;
        while commits.back().is_some_and(|(last, _)| *last >= sequence) {
            commits.pop_back();
        }
        commits.push_back((sequence, touched));
        if commits.len() > COMMITS {
            commits.pop_front();
        }
    }

    /// Forgets the indexes and the lists of history, because the tables they came from were filled anew, or because it is not
    /// known what became of a commit.
    pub(crate) fn forget_indexes(&self) {
        self.history.forget();
        self.pins.forget();
        let mut indexes = lock(&self.indexes);
        let forgotten = indexes.forgotten + 1;
        *indexes = Indexes {
            forgotten,
            ..Indexes::default()
        };
    }

    /// What there is for the index of a repository as of a commit, and a ticket to be given back with the
    /// index that is made of it.
    pub(crate) fn start(&self, repository: u32, sequence: u64) -> (Start, u64) {
        let mut indexes = lock(&self.indexes);
        indexes.clock += 1;
        let (clock, ticket) = (indexes.clock, indexes.forgotten);
        let Some(held) = indexes.held.get_mut(&repository) else {
            return (Start::Cold, ticket);
        };
        held.used = clock;
        let (known, index) = (held.sequence, Arc::clone(&held.index));
        if known == sequence {
            return (Start::Ready(index), ticket);
        }
        let Some(rows) = indexes.touched(repository, known, sequence) else {
            return (Start::Cold, ticket);
        };
        if !rows.is_empty() {
            return (Start::Near(index, rows), ticket);
        }
        if let Some(held) = indexes.held.get_mut(&repository) {
            held.sequence = held.sequence.max(sequence);
        }
        (Start::Ready(index), ticket)
    }

    /// Keeps an index for other snapshots, unless there is one of a later commit already.
    pub(crate) fn keep(&self, repository: u32, sequence: u64, index: &Arc<Index>, ticket: u64) {
        let mut indexes = lock(&self.indexes);
        let is_old = indexes
            .held
            .get(&repository)
            .is_some_and(|held| held.sequence >= sequence);
        if is_old || indexes.forgotten != ticket {
            return;
        }
        indexes.clock += 1;
        let held = Held {
            sequence,
            index: Arc::clone(index),
            used: indexes.clock,
        };
        indexes.issues += index.weight();
        if let Some(replaced) = indexes.held.insert(repository, held) {
            indexes.issues -= replaced.index.weight();
        }
        while indexes.issues > ISSUES && indexes.held.len() > 1 {
            let oldest = indexes.held.iter().min_by_key(|(_, held)| held.used);
            let Some(oldest) = oldest.map(|(repository, _)| *repository) else {
                return;
            };
            if let Some(dropped) = indexes.held.remove(&oldest) {
                indexes.issues -= dropped.index.weight();
            }
        }
    }
}

impl Indexes {
    /// The rows of a repository that the commits between two touched, in their order; none when that is
    /// not known of all of them.
    fn touched(&self, repository: u32, a: u64, b: u64) -> Option<Vec<u32>> {
        let (from, to) = (a.min(b) + 1, a.max(b));
        let first = self
            .commits
            .partition_point(|(sequence, _)| *sequence < from);
        let mut rows = Vec::new();
        let mut expected = from;
        for (sequence, touched) in self.commits.range(first..) {
            if expected > to {
                break;
            }
            if *sequence != expected {
                return None;
            }
            let touched = touched.as_ref()?;
            let start = touched.partition_point(|(known, _)| *known < repository);
            let own = touched.iter().skip(start);
            rows.extend(
                own.take_while(|(known, _)| *known == repository)
                    .map(|(_, row)| *row),
            );
            expected += 1;
        }
        if expected <= to {
            return None;
        }
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }
}
