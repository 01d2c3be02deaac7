//! By what issues are sorted, and reading the matches of one segment in that order.

use std::cmp::Ordering;

use backlot_model::{Direction, Sort, SortKey};
use roaring::RoaringBitmap;

use super::segment::{Order, Segment};
use crate::derive::{ColumnEntry, RepositoryColumns};

/// Up to how many matches are sorted by themselves, so that they need no order of all entries.
const FEW: u64 = if cfg!(test) { 2 } else { 64 };

/// Where an issue stands in a list: the value that is sorted by, then what decides between equals. No two
/// issues of a store have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) value: i64,
    pub(crate) created_at: i64,
    pub(crate) number: u64,
    pub(crate) row: u32,
}

impl Key {
    pub(super) const fn new(value: i64, entry: &ColumnEntry) -> Self {
        Self {
            value,
            created_at: entry.created_at,
            number: entry.number,
            row: entry.row,
        }
    }

    /// Which of two comes first in a direction.
    pub(super) fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        match direction {
            Direction::Ascending => self.cmp(other),
            Direction::Descending => other.cmp(self),
        }
    }
}

/// What an entry is sorted by; by relevance, nothing that the entry knows.
pub(super) fn value(key: SortKey, columns: &RepositoryColumns, entry: &ColumnEntry) -> i64 {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    match key {
        SortKey::Created => entry.created_at,
        SortKey::Updated => entry.updated_at,
        SortKey::Comments => i64::from(entry.comments),
        SortKey::Reactions => count(columns.reactions(entry)),
        SortKey::Reaction(which) => {
            let counts = columns.part(entry, ColumnEntry::REACTIONS);
            counts.get(usize::from(which)).map_or(0, |n| i64::from(*n))
        }
        SortKey::Interactions => count(columns.reactions(entry) + u64::from(entry.comments)),
        SortKey::Number => count(entry.number),
        SortKey::Relevance => 0,
    }
}

/// Where an entry stands in a list that is sorted by what entries know.
pub(super) fn key_of(sort: Sort, columns: &RepositoryColumns, entry: &ColumnEntry) -> Key {
    Key::new(value(sort.key, columns, entry), entry)
}

/// How the matches of a segment are brought into order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The known order is walked, and each entry tested: cheap when many match.
    Walk,
    /// The places in the known order of all matches are gathered and sorted: cheap when few match.
    Gather,
}

/// Which way costs less to find the first `wanted` of `matches` among `all`. A step of the walk tests
/// membership, which costs somewhat more than a step of gathering.
pub(super) fn choose(all: u64, matches: u64, wanted: u64) -> Way {
    let steps = wanted.min(matches).saturating_mul(all) / matches.max(1);
    match steps < matches {
        true => Way::Walk,
        false => Way::Gather,
    }
}

/// The matches of one segment, one after another in order.
pub(super) struct Stream<'a> {
    segment: &'a Segment,
    sort: Sort,
    source: Source<'a>,
    next: Option<Key>,
}

enum Source<'a> {
    Walk {
        order: &'a Order,
        // How many of the order, in the direction asked for, lie behind.
        at: usize,
        // Where it costs less to gather the rest: matches may all lie far behind.
        until: usize,
        wanted: usize,
        matches: &'a RoaringBitmap,
        is_all: bool,
    },
    Keys(std::vec::IntoIter<Key>),
}

impl<'a> Stream<'a> {
    /// The matches behind `after`, of which the first `wanted` are asked for. `scores` gives the value of
    /// a row where the list is sorted by relevance.
    pub(super) fn new(
        segment: &'a Segment,
        matches: &'a RoaringBitmap,
        sort: Sort,
        after: Option<&Key>,
        wanted: usize,
        scores: &dyn Fn(u32) -> i64,
    ) -> Self {
        let (all, found) = (segment.len() as u64, matches.len());
        let source = match segment.order_unless(found <= FEW, sort.key) {
            None => {
                let entries = matches.iter().filter_map(|place| segment.entry(place));
                let mut keys: Vec<Key> = entries
                    .map(|entry| match sort.key {
                        SortKey::Relevance => Key::new(scores(entry.row), entry),
                        _ => key_of(sort, &segment.columns, entry),
                    })
                    .filter(|key| {
                        after.is_none_or(|after| key.compare(after, sort.direction).is_gt())
                    })
                    .collect();
                let compare = |a: &Key, b: &Key| a.compare(b, sort.direction);
                if wanted < keys.len() {
                    keys.select_nth_unstable_by(wanted, compare);
                    keys.truncate(wanted);
                }
                keys.sort_unstable_by(compare);
                Source::Keys(keys.into_iter())
            }
            Some(order) => {
                let at = after.map_or(0, |after| start(segment, order, sort, after));
                match choose(all, found, wanted as u64) {
                    Way::Walk => Source::Walk {
                        order,
                        at,
                        until: at.saturating_add(usize::try_from(found).unwrap_or(usize::MAX)),
                        wanted,
                        matches,
                        is_all: found == all,
                    },
                    Way::Gather => gather(segment, order, matches, sort, at, wanted),
                }
            }
        };
        let mut stream = Self {
            segment,
            sort,
            source,
            next: None,
        };
        stream.next = stream.pull();
        stream
    }

    /// The key of the next match.
    pub(super) const fn peek(&self) -> Option<&Key> {
        self.next.as_ref()
    }

    /// Goes to the match after the next one.
    pub(super) fn advance(&mut self) {
        self.next = self.pull();
    }

    fn pull(&mut self) -> Option<Key> {
        match &mut self.source {
            Source::Keys(keys) => keys.next(),
            Source::Walk {
                order,
                at,
                until,
                wanted,
                matches,
                is_all,
            } => loop {
                if *at >= *until && !*is_all {
                    let (segment, sort) = (self.segment, self.sort);
                    self.source = gather(segment, order, matches, sort, *at, *wanted);
                    return self.pull();
                }
                let place = *match self.sort.direction {
                    Direction::Ascending => order.places.get(*at)?,
                    Direction::Descending => {
                        let from_the_end = order.places.len().checked_sub(*at + 1)?;
                        order.places.get(from_the_end)?
                    }
                };
                *at += 1;
                if *is_all || matches.contains(place) {
                    let entry = self.segment.entry(place)?;
                    return Some(key_of(self.sort, &self.segment.columns, entry));
                }
            },
        }
    }

    /// Passes over so many matches.
    pub(super) fn skip(&mut self, mut count: usize) {
        if count == 0 {
            return;
        }
        if let Source::Walk {
            order,
            at,
            is_all: true,
            ..
        } = &mut self.source
        {
            *at = at.saturating_add(count - 1).min(order.places.len());
            count = 1;
        }
        while count > 0 && self.next.is_some() {
            self.advance();
            count -= 1;
        }
    }
}

impl Segment {
    /// The order, unless the matches are so few that it is not needed.
    fn order_unless(&self, are_few: bool, key: SortKey) -> Option<&Order> {
        (!are_few).then(|| self.order(key)).flatten()
    }
}

/// How many entries of the order stand at or before a key, in the direction asked for.
fn start(segment: &Segment, order: &Order, sort: Sort, after: &Key) -> usize {
    let key = |place: &u32| {
        let entry = segment.entry(*place);
        entry.map(|entry| key_of(sort, &segment.columns, entry))
    };
    match sort.direction {
        Direction::Ascending => order
            .places
            .partition_point(|place| key(place).is_none_or(|key| key <= *after)),
        Direction::Descending => {
            let before = order
                .places
                .partition_point(|place| key(place).is_none_or(|key| key < *after));
            order.places.len() - before
        }
    }
}

/// The first `wanted` of the matches from a place of the order on.
fn gather<'a>(
    segment: &Segment,
    order: &Order,
    matches: &RoaringBitmap,
    sort: Sort,
    at: usize,
    wanted: usize,
) -> Source<'a> {
    let last = order.places.len().saturating_sub(1) as u32;
    let in_direction = |rank: u32| match sort.direction {
        Direction::Ascending => rank,
        Direction::Descending => last - rank.min(last),
    };
    let ranks = matches
        .iter()
        .filter_map(|place| order.ranks.get(place as usize));
    let mut ranks: Vec<u32> = ranks
        .map(|rank| in_direction(*rank))
        .filter(|rank| *rank as usize >= at)
        .collect();
    if wanted < ranks.len() {
        ranks.select_nth_unstable(wanted);
        ranks.truncate(wanted);
    }
    ranks.sort_unstable();
    let places = ranks
        .into_iter()
        .filter_map(|rank| order.places.get(in_direction(rank) as usize));
    let entries = places.filter_map(|place| segment.entry(*place));
    let keys: Vec<Key> = entries
        .map(|entry| key_of(sort, &segment.columns, entry))
        .collect();
    Source::Keys(keys.into_iter())
}
