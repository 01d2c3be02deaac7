//! Entries that never change, and the sets and orders of them that queries have asked for so far.

use std::sync::OnceLock;

use backlot_model::{Direction, Sort, SortKey};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::order::{Key, key_of, value};
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
        let places = rows.iter().filter_map(|row| self.columns.place(row).ok());
        places.map(|place| place as u32).collect()
    }

    /// The rows at these places.
    pub(super) fn rows(&self, places: &RoaringBitmap) -> RoaringBitmap {
        let entries = places.iter().filter_map(|place| self.entry(place));
        entries.map(|entry| entry.row).collect()
    }

    /// The places of the entries that have a flag.
    pub(super) fn flag(&self, flag: u32) -> &RoaringBitmap {
        let Some(held) = self.flags.get(flag.trailing_zeros() as usize) else {
            return empty();
        };
        held.get_or_init(|| {
            let entries = (0..).zip(&self.columns.entries);
            let places = entries.filter(|(_, entry)| entry.has(flag));
            places.map(|(place, _)| place).collect()
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
            sets.map(|(row, places)| (row, places.into_iter().collect()))
                .collect()
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

    fn sort(&self, key: SortKey) -> Order {
        let entries = (0..).zip(&self.columns.entries);
        let mut sorted: Vec<(i64, u32)> = entries
            .map(|(place, entry)| (value(key, &self.columns, entry), place))
            .collect();
        let tie = |place: u32| self.entry(place).map(|entry| Key::new(0, entry));
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1).cmp(&tie(b.1))));
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

/// The set of nothing.
pub(super) fn empty() -> &'static RoaringBitmap {
    static EMPTY: OnceLock<RoaringBitmap> = OnceLock::new();
    EMPTY.get_or_init(RoaringBitmap::new)
}
