//! The lists of comments and events that snapshots share, each as of one commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use backlot_model::RecordKind;
use rustc_hash::FxHashMap;

use super::history_items::HistoryItem;

/// How many items all lists together may have; beyond that, the ones that were not used for longest are
/// dropped. Each takes some hundred bytes.
const ITEMS: usize = 1 << 18;

/// The lists, by repository and kind of record.
#[derive(Default)]
pub(crate) struct HistoryCache(Mutex<Lists>);

#[derive(Default)]
struct Lists {
    held: FxHashMap<(u32, RecordKind), Held>,
    items: usize,
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
