//! The index of one repository: what it held at some commit, and what became of it since.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::segment::Segment;
use crate::derive::{ColumnEntry, RepositoryColumns};

/// How many changed issues are kept beside the base before both become a new base.
const CHANGED: u64 = if cfg!(test) { 12 } else { 512 };

/// The place of an entry that no longer holds.
const GONE: u32 = u32::MAX;

/// The issues of a repository as one commit left them. It never changes: a later commit makes another one
/// that shares the base.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    base: Arc<Segment>,
    /// The places of the base that still hold.
    visible: Arc<RoaringBitmap>,
    delta: Arc<Segment>,
    all_of_delta: RoaringBitmap,
}

impl Index {
    /// The index of these entries, which are in the order of their rows.
    pub(crate) fn from_entries(columns: RepositoryColumns) -> Self {
        let base = Segment::new(columns);
        let visible = Arc::new(all_of(&base));
        Self {
            base: Arc::new(base),
            visible,
            delta: Arc::default(),
            all_of_delta: RoaringBitmap::new(),
        }
    }

    /// The index after these rows changed, in their order; `fresh` has the entries of those that are
    /// there.
    pub(crate) fn with_changes(&self, rows: &[u32], fresh: &RepositoryColumns) -> Self {
        let mut visible = (*self.visible).clone();
        for row in rows {
            if let Ok(place) = self.base.columns.place(*row) {
                visible.remove(place as u32);
            }
        }
        let kept = |row: u32| rows.binary_search(&row).is_err();
        let mut delta = RepositoryColumns::default();
        let old = &self.delta.columns;
        let held = old.entries.iter().filter(|entry| kept(entry.row));
        merge(
            &mut delta,
            held.map(|entry| (old, entry)),
            fresh.entries.iter().map(|entry| (fresh, entry)),
        );
        let hidden = self.base.len() as u64 - visible.len();
        if hidden.max(delta.entries.len() as u64) > CHANGED {
            return self.fold(&visible, &delta);
        }
        let delta = Segment::new(delta);
        Self {
            base: Arc::clone(&self.base),
            visible: Arc::new(visible),
            all_of_delta: all_of(&delta),
            delta: Arc::new(delta),
        }
    }

    /// A new base of what still holds and what changed. Orders that were known are merged with the few
    /// changes instead of being sorted again.
    fn fold(&self, visible: &RoaringBitmap, delta: &RepositoryColumns) -> Self {
        let base = &self.base.columns;
        let mut columns = RepositoryColumns::default();
        columns.reserve(base);
        let held = visible.iter().filter_map(|place| self.base.entry(place));
        merge(
            &mut columns,
            held.map(|entry| (base, entry)),
            delta.entries.iter().map(|entry| (delta, entry)),
        );
        let index = Self::from_entries(columns);
        let delta = Segment::new(delta.clone());
        let rows = &index.base.columns.entries;
        // Where each entry of the old base went: both are in the order of rows.
        let mut moved = vec![GONE; self.base.len()];
        let mut next = 0;
        for place in visible {
            let row = self.base.entry(place).map(|entry| entry.row);
            while rows.get(next).map(|entry| entry.row) != row && next < rows.len() {
                next += 1;
            }
            if let Some(moved) = moved.get_mut(place as usize) {
                *moved = next as u32;
            }
        }
        for (key, order) in self.base.known_orders() {
            let went = |place: &u32| moved.get(*place as usize).copied();
            let held = order.places.iter().filter_map(went);
            let held: Vec<u32> = held.filter(|place| *place != GONE).collect();
            let changed = delta.order(key).map(|order| order.places.as_slice());
            let changed = changed.unwrap_or_default().iter().filter_map(|at| {
                let row = delta.entry(*at)?.row;
                Some(index.base.columns.place(row).ok()? as u32)
            });
            let places = index.base.merge_orders(key, &held, changed);
            index.base.set_order(key, places);
        }
        index
    }

    /// The two parts of the index, each with the places that hold.
    pub(super) fn parts(&self) -> [(&Segment, &RoaringBitmap); 2] {
        [
            (&self.base, &self.visible),
            (&self.delta, &self.all_of_delta),
        ]
    }

    /// How many issues there are.
    pub(crate) fn len(&self) -> u64 {
        self.visible.len() + self.all_of_delta.len()
    }

    /// How many open and closed issues there are, then how many open and closed pull requests. What has a
    /// state that this version does not know counts as open.
    pub(crate) fn counts(&self) -> [u64; 4] {
        let mut counts = [0; 4];
        for (segment, visible) in self.parts() {
            let closed = segment.flag(ColumnEntry::CLOSED) & visible;
            let pulls = segment.flag(ColumnEntry::PULL_REQUEST) & visible;
            let closed_pulls = closed.intersection_len(&pulls);
            let open_pulls = pulls.len() - closed_pulls;
            let closed = closed.len() - closed_pulls;
            let open = visible.len() - closed - pulls.len();
            for (sum, count) in counts
                .iter_mut()
                .zip([open, closed, open_pulls, closed_pulls])
            {
                *sum += count;
            }
        }
        counts
    }

    /// How many issues the index keeps in memory.
    pub(crate) fn weight(&self) -> usize {
        self.base.len() + self.delta.len()
    }

    /// The entry of an issue, with the columns that it stands in.
    pub(super) fn entry(&self, row: u32) -> Option<(&RepositoryColumns, &ColumnEntry)> {
        self.parts().into_iter().find_map(|(segment, visible)| {
            let place = segment.columns.place(row).ok()? as u32;
            let entry = segment.entry(place)?;
            visible.contains(place).then_some((&segment.columns, entry))
        })
    }
}

fn all_of(segment: &Segment) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    all.insert_range(0..segment.len() as u32);
    all
}

type Borrowed<'a> = (&'a RepositoryColumns, &'a ColumnEntry);

/// Copies two sequences of entries, each in the order of rows, into one.
fn merge<'a>(
    into: &mut RepositoryColumns,
    a: impl Iterator<Item = Borrowed<'a>>,
    b: impl Iterator<Item = Borrowed<'a>>,
) {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some((_, first)), Some((_, second))) if first.row <= second.row => a.next(),
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        match next {
            Some((columns, entry)) => into.push_from(columns, entry),
            None => return,
        }
    }
}
