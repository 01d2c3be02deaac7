//! Collecting what many texts do to the counts of terms, sorted for the merge.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::FxHasher;

/// How many bytes of terms are gathered at most before they are merged.
const FULL_TERMS: usize = 12 * 1024 * 1024;

/// What changes about one term in one issue: title, body, comments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delta {
    term: u32,
    pub(super) row: u32,
    pub(super) counts: [i32; 3],
}

struct Term {
    at: Range<u32>,
    /// The place of the delta that was made last for it, after which comes the next.
    last: u32,
}

/// Terms and what changes about them, in the order in which they came.
pub(super) struct Gather {
    names: Vec<u8>,
    terms: Vec<Term>,
    /// Places of terms by hash; 0 is free.
    slots: Vec<u32>,
    deltas: Vec<Delta>,
}

impl Gather {
    pub(super) fn new() -> Self {
        Self {
            names: Vec::new(),
            terms: Vec::new(),
            slots: vec![0; 1 << 10],
            deltas: Vec::new(),
        }
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.names.clear();
        self.terms.clear();
        self.deltas.clear();
        if self.slots.len() > 1 << 14 {
            self.slots.truncate(1 << 14);
        }
        self.slots.fill(0);
    }

    /// Whether it is time to merge, after so many counts.
    pub(super) fn is_full(&self, counts: usize) -> bool {
        self.deltas.len() >= counts || self.names.len() >= FULL_TERMS
    }

    /// Adds to a count of a term. All that is about one row comes one after another.
    pub(super) fn add(&mut self, term: &[u8], row: u32, field: usize, by: i32) {
        let place = self.place(term);
        let Some(known) = self.terms.get_mut(place) else {
            return;
        };
        let same = self.deltas.get_mut(known.last as usize);
        if let Some(delta) = same.filter(|d| d.row == row && d.term as usize == place) {
            if let Some(count) = delta.counts.get_mut(field) {
                *count = count.saturating_add(by);
            }
            return;
        }
        let mut counts = [0; 3];
        if let Some(count) = counts.get_mut(field) {
            *count = by;
        }
        known.last = self.deltas.len() as u32;
        self.deltas.push(Delta {
            term: place as u32,
            row,
            counts,
        });
    }

    fn name(&self, place: usize) -> &[u8] {
        let term = self.terms.get(place);
        let at = term.map_or(0..0, |term| term.at.start as usize..term.at.end as usize);
        self.names.get(at).unwrap_or_default()
    }

    /// The place of a term, which is made if there is none.
    fn place(&mut self, term: &[u8]) -> usize {
        if self.terms.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(term) & mask;
        loop {
            match self.slots.get(slot).copied().unwrap_or(0) {
                0 => break,
                found if self.name(found as usize - 1) == term => return found as usize - 1,
                _ => slot = (slot + 1) & mask,
            }
        }
        let start = self.names.len() as u32;
        self.names.extend_from_slice(term);
        let at = start..self.names.len() as u32;
        self.terms.push(Term { at, last: u32::MAX });
        if let Some(free) = self.slots.get_mut(slot) {
            *free = self.terms.len() as u32;
        }
        self.terms.len() - 1
    }

    fn grow(&mut self) {
        let mut slots = vec![0u32; self.slots.len() * 2];
        let mask = slots.len() - 1;
        for place in 0..self.terms.len() {
            let mut slot = hash(self.name(place)) & mask;
            while slots.get(slot).is_some_and(|taken| *taken != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(free) = slots.get_mut(slot) {
                *free = place as u32 + 1;
            }
        }
        self.slots = slots;
    }

    /// What was gathered, by term and row, without what comes to nothing.
    pub(super) fn sorted(&self) -> Sorted<'_> {
        let mut order: Vec<u32> = (0..self.terms.len() as u32).collect();
        order.sort_unstable_by(|a, b| self.name(*a as usize).cmp(self.name(*b as usize)));
        // Counting sort: deltas come in the order of rows, and stay in it.
        let mut counts = vec![0u32; self.terms.len()];
        let changes = |delta: &&Delta| delta.counts != [0; 3];
        for delta in self.deltas.iter().filter(changes) {
            if let Some(count) = counts.get_mut(delta.term as usize) {
                *count += 1;
            }
        }
        let mut ends = counts;
        let mut end = 0;
        let mut ranges = Vec::with_capacity(order.len());
        for place in order {
            if let Some(count) = ends.get_mut(place as usize) {
                let start = end;
                end += *count;
                *count = start;
                if end > start {
                    ranges.push((place, start..end));
                }
            }
        }
        let mut places = vec![0u32; end as usize];
        for (at, delta) in self
            .deltas
            .iter()
            .enumerate()
            .filter(|(_, delta)| changes(delta))
        {
            if let Some(next) = ends.get_mut(delta.term as usize) {
                if let Some(place) = places.get_mut(*next as usize) {
                    *place = at as u32;
                }
                *next += 1;
            }
        }
        Sorted {
            gather: self,
            ranges,
            places,
        }
    }
}

fn hash(term: &[u8]) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(term);
    hasher.finish() as usize
}

/// What was gathered, in order.
pub(super) struct Sorted<'a> {
    gather: &'a Gather,
    ranges: Vec<(u32, Range<u32>)>,
    places: Vec<u32>,
}

impl Sorted<'_> {
    /// Each term in order, with what changes about it by row.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], impl Iterator<Item = Delta> + '_)> {
        self.ranges.iter().map(|(place, range)| {
            let places = self.places.get(range.start as usize..range.end as usize);
            let deltas = places.unwrap_or_default().iter();
            let deltas = deltas.filter_map(|at| self.gather.deltas.get(*at as usize).copied());
            (self.gather.name(*place as usize), deltas)
        })
    }
}
