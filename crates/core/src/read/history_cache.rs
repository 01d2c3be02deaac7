//! The lists of comments and events that snapshots share, each as of one commit.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use backlot_model::RecordKind;
use rustc_hash::FxHashMap;

use super::history_items::HistoryItem;

/// How many items all lists together may have; beyond that, the ones that were not used for longest are
/// dropped. Each takes some hundred bytes.
const ITEMS: usize = 1 << 18;
/// Of how many issues the list is kept.
const THREADS: usize = 64;
/// How many items the lists of issues together may have.
const THREAD_ITEMS: usize = 1 << 17;

/// The lists, by repository and kind of record, and those of the issues that were asked for last.
#[derive(Default)]
pub(crate) struct HistoryCache(Mutex<Lists>);

#[derive(Default)]
struct Lists {
    held: FxHashMap<(u32, RecordKind), Held>,
    items: usize,
    // By the rows of the issues, the last used last.
    threads: VecDeque<(u32, Held)>,
    clock: u64,
    // How often all was forgotten.
    forgotten: u64,
}

struct Held {
    sequence: u64,
    items: Arc<Vec<HistoryItem>>,
    used: u64,
}

/// A list of an earlier commit or of the one that is wanted, if there is one, and a ticket to be given back
/// with the list that is made of it.
pub(crate) type Earlier = (Option<(u64, Arc<Vec<HistoryItem>>)>, u64);

impl HistoryCache {
    fn lock(&self) -> MutexGuard<'_, Lists> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What there is of a list, as of a commit or before.
    pub(crate) fn earlier(&self, of: (u32, RecordKind), sequence: u64) -> Earlier {
        let mut lists = self.lock();
        lists.clock += 1;
        let (clock, ticket) = (lists.clock, lists.forgotten);
        let held = lists.held.get_mut(&of);
        let held = held.filter(|held| held.sequence <= sequence).map(|held| {
            held.used = clock;
            (held.sequence, Arc::clone(&held.items))
        });
        (held, ticket)
    }

    /// Keeps a list for other snapshots, unless there is one of a later commit already.
    pub(crate) fn keep(
        &self,
        of: (u32, RecordKind),
        sequence: u64,
        items: &Arc<Vec<HistoryItem>>,
        ticket: u64,
    ) {
        let mut lists = self.lock();
        let is_later = |held: &Held| held.sequence >= sequence;
        if lists.forgotten != ticket || lists.held.get(&of).is_some_and(is_later) {
            return;
        }
        lists.clock += 1;
        let held = Held {
            sequence,
            items: Arc::clone(items),
            used: lists.clock,
        };
        lists.items += items.len();
        if let Some(replaced) = lists.held.insert(of, held) {
            lists.items -= replaced.items.len();
        }
        while lists.items > ITEMS && lists.held.len() > 1 {
            let oldest = lists.held.iter().min_by_key(|(_, held)| held.used);
            let Some(oldest) = oldest.map(|(of, _)| *of) else {
                return;
            };
            if let Some(dropped) = lists.held.remove(&oldest) {
                lists.items -= dropped.items.len();
            }
        }
    }

    /// What there is of the list of an issue, as of a commit or before.
    pub(crate) fn earlier_thread(&self, issue: u32, sequence: u64) -> Earlier {
        let mut lists = self.lock();
        let ticket = lists.forgotten;
        let known = lists.threads.iter().position(|(known, _)| *known == issue);
        let Some(thread) = known.and_then(|at| lists.threads.remove(at)) else {
            return (None, ticket);
        };
        let held = &thread.1;
        let is_earlier = held.sequence <= sequence;
        let earlier = is_earlier.then(|| (held.sequence, Arc::clone(&held.items)));
        lists.threads.push_back(thread);
        (earlier, ticket)
    }

    /// Keeps the list of an issue for other snapshots, unless there is one of a later commit already.
    pub(crate) fn keep_thread(
        &self,
        issue: u32,
        sequence: u64,
        items: &Arc<Vec<HistoryItem>>,
        ticket: u64,
    ) {
        let mut lists = self.lock();
        if lists.forgotten != ticket {
            return;
        }
        let known = lists.threads.iter().position(|(known, _)| *known == issue);
        if let Some(at) = known {
            let is_later = |(_, held): &(u32, Held)| held.sequence >= sequence;
            if lists.threads.get(at).is_some_and(is_later) {
                return;
            }
            lists.threads.remove(at);
        }
        let held = Held {
            sequence,
            items: Arc::clone(items),
            used: lists.clock,
        };
        lists.threads.push_back((issue, held));
        let count = |lists: &Lists| -> usize {
            let counts = lists.threads.iter().map(|(_, held)| held.items.len());
            counts.sum()
        };
        while lists.threads.len() > 1
            && (lists.threads.len() > THREADS || count(&lists) > THREAD_ITEMS)
        {
            lists.threads.pop_front();
        }
    }

    /// Forgets all lists.
    pub(crate) fn forget(&self) {
        let mut lists = self.lock();
        let forgotten = lists.forgotten + 1;
        *lists = Lists {
            forgotten,
            ..Lists::default()
        };
    }
}
