//! Entries that never change, and the sets and orders of them that queries have asked for so far.

use std::borrow::Cow;
use std::sync::OnceLock;

use backlot_model::{Direction, Sort, SortKey};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::order::{key_of, value};
use crate::derive::{ColumnEntry, RepositoryColumns};

/// Sets of places by the row of what the entries there have.
pub(super) type Postings = FxHashMap<u32, RoaringBitmap>;

/// How many orders there are: eight reactions and seven others.
const ORDERS: usize = 15;

/// Entries in the order of their rows. A place is where an entry stands among them.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    pub(crate) columns: RepositoryColumns,
    flags: [OnceLock<RoaringBitmap>; 32],
    by: [OnceLock<Postings>; 6],
    orders: [OnceLock<Order>; ORDERS],
    rows: OnceLock<RoaringBitmap>,
}

/// By what entries are gathered into sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Dimension {
    Label,
    Assignee,
    Author,
    Milestone,
    Type,
    Parent,
}

/// All places in the order of a sort key, the smallest first, and where in it each place stands.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) places: Vec<u32>,
    pub(super) ranks: Vec<u32>,
}

impl Segment {
    pub(crate) fn new(columns: RepositoryColumns) -> Self {
        Self {
            columns,
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.entries.len()
    }

    pub(super) fn entry(&self, place: u32) -> Option<&ColumnEntry> {
        self.columns.entries.get(place as usize)
    }

    /// The places of these rows.
    pub(super) fn places(&self, rows: &RoaringBitmap) -> RoaringBitmap {
        if rows.len() * 16 > self.len() as u64 {
            let entries = (0..).zip(&self.columns.entries);
            let mut wanted = rows.iter().peekable();
            let places = entries.filter_map(|(place, entry)| {
                while wanted.next_if(|row| *row < entry.row).is_some() {}
                wanted.next_if_eq(&entry.row).map(|_| place)
            });
            return sorted(places);
        }
        let places = rows.iter().filter_map(|row| self.columns.place(row).ok());
        sorted(places.map(|place| place as u32))
    }

    /// The rows at these places.
    pub(super) fn rows(&self, places: &RoaringBitmap) -> RoaringBitmap {
        let entries = places.iter().filter_map(|place| self.entry(place));
        sorted(entries.map(|entry| entry.row))
    }

    /// The rows at these places, and others where that costs less than to leave them out.
    pub(super) fn rows_at_least(&self, places: &RoaringBitmap) -> Cow<'_, RoaringBitmap> {
        if places.len() * 4 < self.len() as u64 * 3 {
            return Cow::Owned(self.rows(places));
        }
        let all = self.rows.get_or_init(|| {
            let entries = self.columns.entries.iter();
            sorted(entries.map(|entry| entry.row))
        });
        Cow::Borrowed(all)
    }

    /// The places of the entries that have a flag.
    pub(super) fn flag(&self, flag: u32) -> &RoaringBitmap {
        let Some(held) = self.flags.get(flag.trailing_zeros() as usize) else {
            return empty();
        };
        held.get_or_init(|| {
            let entries = (0..).zip(&self.columns.entries);
            let places = entries.filter(|(_, entry)| entry.has(flag));
            sorted(places.map(|(place, _)| place))
        })
    }

    /// The sets of a dimension.
    pub(super) fn postings(&self, dimension: Dimension) -> &Postings {
        self.by[dimension as usize].get_or_init(|| {
            let mut places: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
            for (place, entry) in (0..).zip(&self.columns.entries) {
                for row in dimension.of(&self.columns, entry) {
                    places.entry(*row).or_default().push(place);
                }
            }
            let sets = places.into_iter();
            sets.map(|(row, places)| (row, sorted(places))).collect()
        })
    }

    /// The places of the entries that have this row in a dimension.
    pub(super) fn posting(&self, dimension: Dimension, row: u32) -> &RoaringBitmap {
        self.postings(dimension)
            .get(&row)
            .unwrap_or_else(|| empty())
    }

    /// The order by a sort key; by relevance there is none that is known beforehand.
    pub(super) fn order(&self, key: SortKey) -> Option<&Order> {
        Some(self.orders.get(slot(key)?)?.get_or_init(|| self.sort(key)))
    }

    /// Stable sorts, because much is in order already: issues mostly come in the order of their creation.
    fn sort(&self, key: SortKey) -> Order {
        let by_creation = match key {
            SortKey::Created => None,
            _ => self.order(SortKey::Created),
        };
        let Some(by_creation) = by_creation else {
            let entries = (0..).zip(&self.columns.entries);
            let mut sorted: Vec<(i64, u64, u32)> = entries
                .map(|(place, entry)| (entry.created_at, entry.number, place))
                .collect();
            sorted.sort();
            return Order::new(sorted.into_iter().map(|(_, _, place)| place).collect());
        };
        // What is equal stays in the order of creation.
        let entries = by_creation.places.iter();
        let mut sorted: Vec<(i64, u32)> = entries
            .filter_map(|place| {
                let entry = self.entry(*place)?;
                Some((value(key, &self.columns, entry), *place))
            })
            .collect();
        sorted.sort_by_key(|(value, _)| *value);
        Order::new(sorted.into_iter().map(|(_, place)| place).collect())
    }

    /// Puts a few places into many; both are in the order of a sort key.
    pub(super) fn merge_orders(
        &self,
        key: SortKey,
        many: &[u32],
        few: impl Iterator<Item = u32>,
    ) -> Vec<u32> {
        let sort = Sort {
            key,
            direction: Direction::Ascending,
        };
        let key = |place: u32| {
            let entry = self.entry(place);
            entry.map(|entry| key_of(sort, &self.columns, entry))
        };
        let mut merged = Vec::with_capacity(self.len());
        let mut rest = many;
        for place in few {
            let own = key(place);
            let before = rest.partition_point(|other| key(*other) < own);
            let (first, after) = rest.split_at(before);
            merged.extend_from_slice(first);
            merged.push(place);
            rest = after;
        }
        merged.extend_from_slice(rest);
        merged
    }

    /// Gives the segment an order that is known already.
    pub(super) fn set_order(&self, key: SortKey, places: Vec<u32>) {
        if let Some(held) = slot(key).and_then(|slot| self.orders.get(slot)) {
            let _ = held.set(Order::new(places));
        }
    }

    /// The orders that were asked for so far.
    pub(super) fn known_orders(&self) -> impl Iterator<Item = (SortKey, &Order)> {
        let reactions = (0..8).map(SortKey::Reaction);
        let keys = [
            SortKey::Created,
            SortKey::Updated,
            SortKey::Comments,
            SortKey::Reactions,
            SortKey::Interactions,
            SortKey::Number,
        ];
        let keys = keys.into_iter().chain(reactions);
        keys.filter_map(|key| Some((key, self.orders.get(slot(key)?)?.get()?)))
    }
}

impl Order {
    fn new(places: Vec<u32>) -> Self {
        let mut ranks = vec![0; places.len()];
        for (rank, place) in (0..).zip(&places) {
            if let Some(held) = ranks.get_mut(*place as usize) {
                *held = rank;
            }
        }
        Self { places, ranks }
    }
}

impl Dimension {
    /// What an entry has in this dimension; for types, the places of their texts in its columns.
    pub(super) fn of<'a>(
        self,
        columns: &'a RepositoryColumns,
        entry: &'a ColumnEntry,
    ) -> &'a [u32] {
        let one = |row: &'a u32| match row {
            0 => &[],
            row => std::slice::from_ref(row),
        };
        match self {
            Self::Label => columns.part(entry, ColumnEntry::LABELS),
            Self::Assignee => columns.part(entry, ColumnEntry::ASSIGNEES),
            Self::Author => one(&entry.author),
            Self::Milestone => one(&entry.milestone),
            Self::Type => columns.part(entry, ColumnEntry::TYPE),
            Self::Parent => columns.part(entry, ColumnEntry::PARENT),
        }
    }
}

fn slot(key: SortKey) -> Option<usize> {
    Some(match key {
        SortKey::Created => 0,
        SortKey::Updated => 1,
        SortKey::Comments => 2,
        SortKey::Reactions => 3,
        SortKey::Interactions => 4,
        SortKey::Number => 5,
        SortKey::Reaction(which) => 6 + usize::from(which),
        SortKey::Relevance => return None,
    })
}

/// The set of numbers that come in order; where they do not, of all of them just the same.
fn sorted(numbers: impl IntoIterator<Item = u32>) -> RoaringBitmap {
    let mut set = RoaringBitmap::new();
    let mut numbers = numbers.into_iter();
    loop {
        let mut late = None;
        let before = set.max();
        let mut last = before;
        let in_order = numbers.by_ref().take_while(|number| {
            let is_next = last.is_none_or(|last| last < *number);
            if is_next {
                last = Some(*number);
            } else {
                late = Some(*number);
            }
            is_next
        });
        let _ = set.append(in_order);
        match late {
            Some(number) => set.insert(number),
            None => return set,
        };
    }
}

/// The set of nothing.
pub(super) fn empty() -> &'static RoaringBitmap {
    static EMPTY: OnceLock<RoaringBitmap> = OnceLock::new();
    EMPTY.get_or_init(RoaringBitmap::new)
}
