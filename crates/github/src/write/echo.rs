//! What comes back of an object that was written: it is read again, and written for a version.

use std::convert::Infallible;
use std::sync::Arc;

use backlot_model::{
    Change, Field, Incoming, Lookup, Loss, Outgoing, Parent, Record, RecordId, RecordKind,
    Timestamp, Value, View, ViewId,
};
use rustc_hash::FxHashMap;

use super::render::Renderer;
use super::version::ApiVersion;
use crate::read::{Around, Intake};
use crate::shape::{Form, Site};

/// Reads objects as a reader does, and writes each as an export of a new store would.
pub(super) struct Echo {
    renderer: Renderer,
    losses: Vec<Loss>,
}

impl Echo {
    /// One that writes for a version.
    pub(super) fn new(version: ApiVersion) -> Self {
        Self {
            renderer: Renderer::new(Some(version)),
            losses: Vec::new(),
        }
    }

    /// The object that is exported after this text was read in a repository, as what belongs to the issue of
    /// the number `parent`; none when a reader does not keep it.
    pub(super) fn of(
        &mut self,
        form: Form,
        kind: RecordKind,
        text: &str,
        site: Site<'_>,
        parent: Option<u64>,
    ) -> Option<String> {
        let mut intake = Intake::new((site.api.to_owned(), site.repo.to_owned()));
        let around = Around {
            site,
            parent,
            position: None,
            comment: None,
        };
        intake.record(form, kind, text, &around).ok()?;
        let mut known = Known::default();
        let mut found = None;
        for incoming in intake.out.drain(..) {
            match incoming {
                Incoming::Embedded(embedded) => {
                    known.embedded.insert(embedded.id, embedded.bytes.into());
                }
                Incoming::Record(record) => found = Some(record),
                Incoming::Repository(_) | Incoming::Skipped(_) => {}
            }
        }
        let found = found?;
        let mut record = Record::new(known.draw(), found.kind);
        for change in found.changes {
            let named: Result<Change, Infallible> =
                change.try_map_refs(&mut |view| Ok(known.id_of(view)));
            let Ok(change) = named;
            record.apply(&change);
        }
        let parent_number = match record.get(Field::Parent) {
            Some(Value::Parent(Parent::Number(number))) => Some(*number),
            _ => None,
        };
        let outgoing = Outgoing {
            record: Arc::new(record),
            base: None,
            stated: Some((found.view, found.id, found.overlay)),
            parent_number,
            wanted: None,
            about: None,
            elsewhere: Vec::new(),
            own_number: None,
            is_named: false,
        };
        let mut out = Vec::with_capacity(text.len());
        let done = self
            .renderer
            .render(&outgoing, &mut known, &mut out, &mut self.losses);
        self.losses.clear();
        done.ok()?;
        String::from_utf8(out).ok()
    }
}

/// The embedded objects of one object, each depicting a record that was never edited.
#[derive(Default)]
struct Known {
    embedded: FxHashMap<ViewId, Arc<[u8]>>,
    ids: FxHashMap<ViewId, RecordId>,
    drawn: u128,
}

impl Known {
    fn draw(&mut self) -> RecordId {
        self.drawn += 1;
        RecordId::from_parts(Timestamp::default(), self.drawn)
    }

    fn id_of(&mut self, view: ViewId) -> RecordId {
        if let Some(known) = self.ids.get(&view) {
            return *known;
        }
        let id = self.draw();
        self.ids.insert(view, id);
        id
    }
}

impl Lookup for Known {
    type Error = Infallible;

    fn embedded(&mut self, id: ViewId) -> Result<Option<Arc<[u8]>>, Infallible> {
        Ok(self.embedded.get(&id).cloned())
    }

    fn record(&mut self, _: RecordId) -> Result<Option<Arc<Outgoing>>, Infallible> {
        Ok(None)
    }

    fn stated(&mut self, _: RecordId, _: View) -> Result<Option<Outgoing>, Infallible> {
        Ok(None)
    }
}
