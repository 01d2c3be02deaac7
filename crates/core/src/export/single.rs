//! Single records on their way out, for those who answer single requests.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use backlot_model::{Outgoing, RecordId, RecordKind, View};
use rustc_hash::FxHashMap;

use super::lookup::SnapshotLookup;
use super::numbers::Numbers;
use crate::error::Result;
use crate::read::{Happened, HistoryItem, Listed, Snapshot};
use crate::store::reading::Read;

/// How many events are kept, of all issues together.
const EVENTS: usize = 1 << 13;

/// What happened here to the issues in some rows, by the events' identifiers: the events of a page are of few issues,
/// and those of one do not stand together where the page is of a repository.
#[derive(Default)]
pub(super) struct LastHappened {
    issues: FxHashMap<u32, FxHashMap<RecordId, Happened>>,
    events: usize,
}

impl LastHappened {
    /// What happened to the issue in a row.
    fn of(&mut self, snapshot: &Snapshot, row: u32) -> Result<&FxHashMap<RecordId, Happened>> {
        if self.events > EVENTS && !self.issues.contains_key(&row) {
            *self = Self::default();
        }
        Ok(match self.issues.entry(row) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(room) => {
                let happened = snapshot.happened(row)?.into_iter();
                let by_id = happened.map(|event| (event.record.id(), event));
                let by_id: FxHashMap<_, _> = by_id.collect();
                self.events += by_id.len().max(1);
                room.insert(by_id)
            }
        })
    }
}

impl Snapshot {
    /// What the writer of one forge may look up, for those who hand it single records: what another forge stated
    /// is nothing that it could read, as with [`Snapshot::lookup_for`], but numbers are those of the store, as with
    /// [`Snapshot::lookup`]. Where several forges have stated records of one repository, they are not those by
    /// which the forge itself calls them.
    pub fn lookup_of(&self, forge: u8) -> SnapshotLookup<'_> {
        SnapshotLookup::with(self, Numbers::new(self, Some(forge)).unfitted())
    }
}

impl SnapshotLookup<'_> {
    /// A record ready for a writer, in the first of these forms in which it was stated, or as it is now where it
    /// was stated in none of them. The first form is the one that is wanted, either way. None where there is no
    /// such record, or it is gone, or what it belongs to is.
    pub fn wanted(&mut self, id: RecordId, views: &[View]) -> Result<Option<Outgoing>> {
        match self.snapshot.tables.row_of(id.to_bytes())? {
            Some(row) => self.wanted_row(row, views),
            None => Ok(None),
        }
    }

    /// The same for a comment or an event of a list.
    pub fn item(&mut self, item: &HistoryItem, views: &[View]) -> Result<Option<Outgoing>> {
        let (row, id) = match item.listed() {
            Listed::Record(row, _) => return self.wanted_row(row, views),
            Listed::Here(row, id) => (row, id),
        };
        let issue = self.snapshot.head(row)?.record;
        if !self.snapshot.is_there(&issue)? {
            return Ok(None);
        }
        let Some(found) = self.happened.of(self.snapshot, row)?.get(&id) else {
            return Ok(None);
        };
        let mut outgoing = Outgoing {
            record: Arc::new(found.record.clone()),
            base: None,
            stated: None,
            parent_number: issue.number(),
            wanted: views.first().copied(),
            about: found.about,
            elsewhere: Vec::new(),
            own_number: None,
            is_named: false,
        };
        self.numbers.parent(issue.id(), &mut outgoing)?;
        Ok(Some(outgoing))
    }

    fn wanted_row(&mut self, row: u32, views: &[View]) -> Result<Option<Outgoing>> {
        let snapshot = self.snapshot;
        let head = snapshot.head(row)?;
        if !snapshot.is_there(&head.record)? {
            return Ok(None);
        }
        if head.record.kind() == RecordKind::HistoryEvent
            && let Some(source) = head.record.source()
            && snapshot.link(source)?.is_none()
        {
            return Ok(None);
        }
        let mut stated = None;
        for view in views {
            stated = snapshot.stated(row, *view)?;
            if stated.is_some() {
                break;
            }
        }
        let mut outgoing = snapshot.outgoing_from(row, &head, stated)?;
        outgoing.wanted = views.first().copied();
        self.numbers.fit(row, &mut outgoing)?;
        Ok(Some(outgoing))
    }
}
