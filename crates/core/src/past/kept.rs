//! What a past remembers from one question to the next.

use std::sync::Arc;

use backlot_model::RecordId;
use rustc_hash::FxHashMap;

use crate::query::Index;

/// What a past remembers: that of the repositories that were asked.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) indexes: FxHashMap<u32, Arc<Index>>,
    /// Labels and milestones, by repository and the tag of their kind.
    pub(super) named: FxHashMap<(u32, u8), Arc<Vec<Named>>>,
    /// Users by login in lower case.
    pub(super) users: Option<Arc<FxHashMap<String, Vec<u32>>>>,
    pub(super) made: Made,
}

/// A label or a milestone that was there.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) row: u32,
    pub(super) number: Option<u64>,
    /// In lower case.
    pub(super) name: String,
}

/// Rows behind all others for what has no record: labels and milestones that only the forge's events name.
#[derive(Debug, Default)]
pub(super) struct Made {
    places: FxHashMap<RecordId, u32>,
    known: Vec<(RecordId, Option<String>)>,
}

impl Made {
    /// The row of this one; `first` is the first of such rows. The name is that in the events, where one has
    /// been read.
    pub(super) fn row(&mut self, first: u32, id: RecordId, name: Option<&str>) -> u32 {
        let next = self.known.len() as u32;
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.known.push((id, None));
        }
        if let Some((_, held @ None)) = self.known.get_mut(place as usize) {
            *held = name.map(str::to_owned);
        }
        first.saturating_add(place)
    }

    /// What stands in a row of these.
    pub(super) fn get(&self, first: u32, row: u32) -> Option<(RecordId, String)> {
        let place = row.checked_sub(first)?;
        let (id, name) = self.known.get(place as usize)?;
        Some((*id, name.clone().unwrap_or_default()))
    }
}
