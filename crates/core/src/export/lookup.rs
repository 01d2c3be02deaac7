//! What a writer may look up while records stream out, with what it asked for lately kept in memory.

use std::sync::Arc;

use backlot_model::{Lookup, Outgoing, RecordId, Tallies, View, ViewId};
use rustc_hash::FxHashMap;

use super::numbers::Numbers;
use super::single::LastHappened;
use super::tallies::Counts;
use crate::derive::{EMBEDDED_FORM, EmbeddedEntry};
use crate::error::{Error, Result};
use crate::import::NO_FORGE;
use crate::read::{Snapshot, rows_of_login};
use crate::store::keys;
use crate::store::reading::Read;

/// How many answers of each kind are kept.
const KEPT: usize = 1 << 13;

/// Answers what a writer asks about embedded objects and records, from one snapshot.
pub struct SnapshotLookup<'a> {
    pub(super) snapshot: &'a Snapshot,
    embedded: FxHashMap<ViewId, Option<Arc<[u8]>>>,
    records: FxHashMap<RecordId, Option<Arc<Outgoing>>>,
    counts: Counts,
    pub(super) numbers: Numbers<'a>,
    pub(super) happened: LastHappened,
}

impl<'a> SnapshotLookup<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, forge: Option<u8>) -> Self {
        Self::with(snapshot, Numbers::new(snapshot, forge))
    }

    pub(super) fn with(snapshot: &'a Snapshot, numbers: Numbers<'a>) -> Self {
        Self {
            snapshot,
            embedded: FxHashMap::default(),
            records: FxHashMap::default(),
            counts: Counts::default(),
            numbers,
            happened: LastHappened::default(),
        }
    }

    fn load_embedded(&self, id: ViewId) -> Result<Option<Arc<[u8]>>> {
        // The bytes are the same, whichever repository's record they depict.
        let (from, to) = (keys::embedded(id, 0), keys::embedded(id, u32::MAX));
        let Some(entry) = self.snapshot.tables.first_embedded(from, to)? else {
            return Ok(None);
        };
        let event = self.snapshot.event(EmbeddedEntry::decode(&entry)?.event)?;
        Ok(event
            .and_then(|event| event.embedded)
            .map(|embedded| embedded.bytes.into()))
    }

    fn load_record(&self, id: RecordId) -> Result<Option<Arc<Outgoing>>> {
        let Some(row) = self.snapshot.tables.row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let head = self.snapshot.head(row)?;
        if head.record.is_absent() {
            return Ok(None);
        }
        // Its own list outranks how it looked inside other objects; the lowest form outranks the rest. What
        // another forge says of it is nothing that this one's writer can read.
        let statements = self.snapshot.tables.statements_of(row)?;
        let is_own = |by: u8| by != NO_FORGE && self.numbers.forge.is_none_or(|forge| forge == by);
        let forms = statements
            .iter()
            .filter(|([.., forge, _], _)| is_own(*forge));
        let best = forms.min_by_key(|([.., form], _)| (form & EMBEDDED_FORM, *form));
        let stated = match best {
            Some(([.., forge, form], _)) => {
                let view = View {
                    forge: *forge,
                    form: form & !EMBEDDED_FORM,
                };
                self.snapshot.stated(row, view)?
            }
            None => None,
        };
        let mut outgoing = self.snapshot.outgoing_from(row, &head, stated)?;
        self.numbers.fit(row, &mut outgoing)?;
        Ok(Some(Arc::new(outgoing)))
    }
}

impl Lookup for SnapshotLookup<'_> {
    type Error = Error;

    fn embedded(&mut self, id: ViewId) -> Result<Option<Arc<[u8]>>> {
        if let Some(known) = self.embedded.get(&id) {
            return Ok(known.clone());
        }
        let loaded = self.load_embedded(id)?;
        if self.embedded.len() >= KEPT {
            self.embedded.clear();
        }
        self.embedded.insert(id, loaded.clone());
        Ok(loaded)
    }

    fn record(&mut self, id: RecordId) -> Result<Option<Arc<Outgoing>>> {
        if let Some(known) = self.records.get(&id) {
            return Ok(known.clone());
        }
        let loaded = self.load_record(id)?;
        if self.records.len() >= KEPT {
            self.records.clear();
        }
        self.records.insert(id, loaded.clone());
        Ok(loaded)
    }

    fn user(&mut self, login: &str) -> Result<Option<Arc<Outgoing>>> {
        // Who is known only here comes first, then whom the forge of the export knows.
        let rows = rows_of_login(&self.snapshot.tables, login)?;
        let mut row = rows.first().copied();
        for known in rows {
            let statements = self.snapshot.tables.statements_of(known)?;
            let mut by = statements.iter().map(|([.., forge, _], _)| *forge);
            if statements.is_empty() || self.numbers.forge.is_none_or(|own| by.any(|by| by == own))
            {
                row = Some(known);
                break;
            }
        }
        let Some(row) = row else {
            return Ok(None);
        };
        let id = self.snapshot.head(row)?.record.id();
        self.record(id)
    }

    fn tallies(&mut self, of: &Outgoing) -> Result<Tallies> {
        self.counts.of(self.snapshot, of)
    }

    fn stated(&mut self, id: RecordId, view: View) -> Result<Option<Outgoing>> {
        let Some(row) = self.snapshot.tables.row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let Some(stated) = self.snapshot.stated(row, view)? else {
            return Ok(None);
        };
        let head = self.snapshot.head(row)?;
        let mut outgoing = self.snapshot.outgoing_from(row, &head, Some(stated))?;
        self.numbers.fit(row, &mut outgoing)?;
        Ok(Some(outgoing))
    }
}
