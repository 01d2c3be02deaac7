//! Which comments of issues are pinned, kept from one snapshot to the next: an issue can have many comments, of which
//! hardly ever one is, and hardly any commit changes that.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use backlot_model::RecordId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::Result;

/// Of how many issues it is remembered.
const ISSUES: usize = 1 << 16;

/// What is known of the pinned comment of an issue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PinnedComment {
    pub(crate) comment: Option<RecordId>,
    /// Whether one that was made here is pinned.
    pub(crate) is_local: bool,
}

/// What was found about pinned comments in any snapshot, for all in which it is the same.
#[derive(Debug, Default)]
pub(crate) struct PinCache(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    /// The last commit that may have changed which comments are pinned, or where they are.
    changed: u64,
    // How often all was forgotten.
    forgotten: u64,
    // By the rows of issues, with the commit of the snapshot in which it was found.
    issues: FxHashMap<u32, (u64, PinnedComment)>,
    again: Option<(u64, Arc<FxHashSet<RecordId>>)>,
}

impl Held {
    /// Whether what one snapshot shows is what another one shows.
    fn is_same(&self, one: u64, other: u64) -> bool {
        self.changed <= one.min(other)
    }
}

impl PinCache {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a commit may change pins. To be called before the commit can be seen.
    pub(crate) fn change(&self, sequence: u64) {
        let mut held = self.lock();
        held.changed = held.changed.max(sequence);
        held.issues.clear();
        held.again = None;
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        let mut held = self.lock();
        *held = Held {
            changed: held.changed,
            forgotten: held.forgotten + 1,
            ..Held::default()
        };
    }

    /// The pinned comment of the issue in a row as a snapshot shows it, from memory or else as `load` finds it.
    pub(crate) fn of_issue(
        &self,
        sequence: u64,
        row: u32,
        load: impl FnOnce() -> Result<PinnedComment>,
    ) -> Result<PinnedComment> {
        let ticket = {
            let held = self.lock();
            if let Some((known, found)) = held.issues.get(&row)
                && held.is_same(*known, sequence)
            {
                return Ok(*found);
            }
            held.forgotten
        };
        let found = load()?;
        let mut held = self.lock();
        if held.forgotten == ticket && held.is_same(sequence, sequence) {
            if held.issues.len() >= ISSUES {
                held.issues.clear();
            }
            held.issues.insert(row, (sequence, found));
        }
        Ok(found)
    }

    /// The issues whose imported comments were pinned or unpinned here, as a snapshot shows them, from memory or else as
    /// `load` finds them.
    pub(crate) fn again(
        &self,
        sequence: u64,
        load: impl FnOnce() -> Result<FxHashSet<RecordId>>,
    ) -> Result<Arc<FxHashSet<RecordId>>> {
        let ticket = {
            let held = self.lock();
            if let Some((known, found)) = &held.again
                && held.is_same(*known, sequence)
            {
                return Ok(Arc::clone(found));
            }
            held.forgotten
        };
        let found = Arc::new(load()?);
        let mut held = self.lock();
        if held.forgotten == ticket && held.is_same(sequence, sequence) {
            held.again = Some((sequence, Arc::clone(&found)));
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_holds_until_pins_change() {
        let cache = PinCache::default();
        let pinned = PinnedComment {
            comment: None,
            is_local: true,
        };
        let none = PinnedComment::default();
        let of = |sequence, found| cache.of_issue(sequence, 7, || Ok(found)).unwrap();
        assert_eq!(of(3, none), none);
        assert_eq!(of(9, pinned), none, "nothing changed in between");
        cache.change(10);
        // An older snapshot shows what it did, and tells newer ones nothing.
        assert_eq!(of(9, none), none);
        assert_eq!(of(10, pinned), pinned);
        assert_eq!(of(9, none), none);
        assert_eq!(of(12, none), pinned);
        cache.forget();
        assert_eq!(of(12, none), none);
        let again = |sequence, found: &[RecordId]| {
            let found = found.iter().copied().collect();
            cache.again(sequence, || Ok(found)).unwrap().len()
        };
        let one = [RecordId::from_bytes([1; 16])];
        assert_eq!((again(12, &[]), again(13, &one)), (0, 0));
        cache.change(14);
        assert_eq!((again(13, &[]), again(14, &one), again(15, &[])), (0, 1, 1));
    }
}
