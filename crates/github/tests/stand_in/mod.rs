//! The least of a store: records by what their source calls them, embedded objects by name.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use backlot_model::{
    Change, ForeignId, Incoming, IncomingRecord, Lookup, Outgoing, Parent, Record, RecordId,
    RecordKind, Skipped, Timestamp, Value, View, ViewId,
};

type Name = (u32, RecordKind, View, ForeignId);

/// Everything that a reader handed in.
#[derive(Default)]
pub(crate) struct StandIn {
    pub(crate) embedded: HashMap<ViewId, Arc<[u8]>>,
    depicted: HashMap<ViewId, RecordId>,
    named: HashMap<(Option<u32>, RecordKind, String), RecordId>,
    places: HashMap<Name, usize>,
    pub(crate) records: Vec<Outgoing>,
    pub(crate) by_id: HashMap<RecordId, Arc<Outgoing>>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) repositories: Vec<backlot_model::SourceRepository>,
    pub(crate) overlay_bytes: usize,
    pub(crate) extras: usize,
    next: u128,
}

impl StandIn {
    /// Takes everything that a reader gives.
    pub(crate) fn take_all<E>(
        &mut self,
        batches: impl Iterator<Item = Result<Vec<Incoming>, E>>,
    ) -> Result<(), E> {
        for batch in batches {
            batch?.into_iter().for_each(|one| self.take(one));
        }
        Ok(())
    }

    fn draw(&mut self) -> RecordId {
        self.next += 1;
        RecordId::from_parts(Timestamp::default(), self.next)
    }

    pub(crate) fn take(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Repository(repository) => self.repositories.push(repository),
            Incoming::Skipped(skipped) => self.skipped.push(*skipped),
            Incoming::Embedded(embedded) => {
                assert_eq!(embedded.id, ViewId::of(&embedded.bytes));
                if let Some(depicted) = &embedded.depicts {
                    assert!(
                        depicted
                            .repository
                            .is_none_or(|at| (at as usize) < self.repositories.len())
                    );
                    let key = (
                        depicted.repository,
                        depicted.kind,
                        depicted.name.to_lowercase(),
                    );
                    let drawn = self.draw();
                    let id = *self.named.entry(key).or_insert(drawn);
                    self.depicted.insert(embedded.id, id);
                }
                self.embedded.insert(embedded.id, embedded.bytes.into());
            }
            Incoming::Record(record) => self.state(*record),
        }
    }

    fn state(&mut self, record: IncomingRecord) {
        assert!((record.repository as usize) < self.repositories.len());
        assert!(
            record
                .changes
                .windows(2)
                .all(|pair| pair[0].field() < pair[1].field())
        );
        self.overlay_bytes += record.overlay.len();
        self.extras += usize::from(record.has_extras);
        let mut state = Record::new(self.draw(), record.kind);
        for change in record.changes {
            let resolved: Result<Change, Infallible> = change.try_map_refs(&mut |view| {
                Ok(*self.depicted.get(&view).expect("a known reference"))
            });
            let Ok(resolved) = resolved;
            state.apply(&resolved);
        }
        let parent_number = match state.get(backlot_model::Field::Parent) {
            Some(Value::Parent(Parent::Number(number))) => Some(*number),
            _ => None,
        };
        let name = (
            record.repository,
            record.kind,
            record.view,
            record.id.clone(),
        );
        let outgoing = Outgoing {
            record: Arc::new(state),
            base: None,
            stated: Some((record.view, record.id, record.overlay)),
            parent_number,
            wanted: None,
            about: None,
            elsewhere: Vec::new(),
            own_number: None,
            is_named: false,
        };
        match self.places.get(&name) {
            Some(at) => self.records[*at] = outgoing,
            None => {
                self.places.insert(name, self.records.len());
                self.records.push(outgoing);
            }
        }
    }
}

impl Lookup for StandIn {
    type Error = Infallible;

    fn embedded(&mut self, id: ViewId) -> Result<Option<Arc<[u8]>>, Infallible> {
        Ok(self.embedded.get(&id).cloned())
    }

    fn record(&mut self, id: RecordId) -> Result<Option<Arc<Outgoing>>, Infallible> {
        Ok(self.by_id.get(&id).cloned())
    }

    fn stated(&mut self, id: RecordId, view: View) -> Result<Option<Outgoing>, Infallible> {
        let is_it = |outgoing: &&Outgoing| {
            let stated = outgoing.stated.as_ref();
            outgoing.record.id() == id && stated.is_some_and(|(known, ..)| *known == view)
        };
        Ok(self.records.iter().find(is_it).cloned())
    }
}
