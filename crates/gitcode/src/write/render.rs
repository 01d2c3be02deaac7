//! One record in one form as a JSON object.

use std::sync::Arc;

use backlot_forge::WriteError;
use backlot_model::{Field, Lookup, Loss, Outgoing, RecordId, ViewId};
use rustc_hash::FxHashMap;

use super::facts::{edited, facts, own_number};
use super::home::Target;
use super::layout::Shape;
use super::object::Job;
use super::served::Served;
use crate::shape::{Embedded, Form, Overlay, bit};

/// The most bytes of rendered objects that are remembered.
const MAX_BYTES: usize = 16 << 20;
/// The most records of which it is remembered whether they were edited.
const MAX_RECORDS: usize = 1 << 16;
/// References nest no deeper than this in what GitCode gives.
const MAX_DEPTH: u32 = 8;

/// Writes records as GitCode's objects, and remembers embedded ones from one to the next.
#[derive(Default)]
pub struct Renderer {
    pub(super) shape: Shape,
    pub(super) target: Target,
    pub(super) rendered: FxHashMap<ViewId, Box<[u8]>>,
    rendered_bytes: usize,
    pub(super) edited: FxHashMap<RecordId, Option<Arc<Outgoing>>>,
    /// Where everything stands that is served.
    pub(super) served: Option<Box<Served>>,
}

/// Who is asked, and where losses go.
pub(super) struct Context<'c, L> {
    pub(super) lookup: &'c mut L,
    pub(super) losses: &'c mut Vec<Loss>,
    /// How many objects the one that is written stands inside of.
    pub(super) depth: u32,
    /// Whether the object that is written stands inside of kept JSON, which is looked through when all of it is
    /// written.
    pub(super) is_kept: bool,
}

/// Writes one record as its source stated it; one that GitCode never stated in a shape.
pub fn render<L: Lookup>(
    outgoing: &Outgoing,
    lookup: &mut L,
    shape: Shape,
    out: &mut Vec<u8>,
    losses: &mut Vec<Loss>,
) -> Result<(), WriteError<L::Error>> {
    Renderer::new(shape).render(outgoing, lookup, out, losses)
}

impl Renderer {
    /// A renderer that gives a shape to what GitCode never stated.
    pub fn new(shape: Shape) -> Self {
        Self {
            shape,
            ..Self::default()
        }
    }

    /// Has what GitCode never stated stand at a host, in place of `gitcode.com`, and its repository be called
    /// `owner/name`.
    #[must_use]
    pub fn at(mut self, host: Option<String>, name: Option<String>) -> Self {
        self.target = Target { host, name };
        self
    }

    /// Appends one record as a JSON object; nothing for one that another record's object tells as well.
    pub fn render<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        out: &mut Vec<u8>,
        losses: &mut Vec<Loss>,
    ) -> Result<(), WriteError<L::Error>> {
        let mut context = Context {
            lookup,
            losses,
            depth: 0,
            is_kept: false,
        };
        self.outgoing(outgoing, &mut context, out)
    }

    fn outgoing<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if self.is_served() {
            return self.serve(outgoing, context, out);
        }
        let record = &*outgoing.record;
        let stated = outgoing.stated.as_ref();
        let form = stated.and_then(|(view, ..)| Form::from_view(*view));
        let (Some((_, id, bytes)), Some(form)) = (stated, form) else {
            return self.born_here(outgoing, context, out);
        };
        // The log that tells it goes out by itself.
        if form == Form::LogPart {
            return Ok(());
        }
        if Embedded::is(bytes) {
            return self.seen_inside(outgoing, bytes, context, out);
        }
        let overlay = Overlay::parse(bytes, form.table()).ok_or(WriteError::Damaged)?;
        let edited = edited(outgoing);
        // What was transferred here stands at its new place in every address.
        let home = match edited & bit(Field::Repository) {
            0 => None,
            _ => Some(self.home(outgoing, context)?),
        };
        let site = home.as_ref().map_or(overlay.site, |home| home.site());
        let values = record.values();
        let job = Job {
            form,
            table: form.table(),
            facts: facts(site, own_number(id), outgoing.parent_number, values),
            values,
            overlay: &overlay,
            edited,
            outgoing: Some(outgoing),
        };
        if edited != 0 {
            super::lost::dropped(&job, edited, context.losses);
        }
        self.object(&job, context, out)
    }

    pub(super) fn forget_rendered(&mut self) {
        self.rendered.clear();
        self.rendered_bytes = 0;
    }

    pub(super) fn remember(&mut self, id: ViewId, bytes: &[u8]) {
        if self.rendered_bytes + bytes.len() > MAX_BYTES {
            self.rendered.clear();
            self.rendered_bytes = 0;
        }
        self.rendered_bytes += bytes.len();
        self.rendered.insert(id, bytes.into());
    }

    /// A record, if it was edited here since its source stated it.
    pub(super) fn edited_record<L: Lookup>(
        &mut self,
        id: RecordId,
        context: &mut Context<'_, L>,
    ) -> Result<Option<Arc<Outgoing>>, WriteError<L::Error>> {
        if let Some(known) = self.edited.get(&id) {
            return Ok(known.clone());
        }
        let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
        let found = found.filter(|found| found.base.is_some());
        if self.edited.len() >= MAX_RECORDS {
            self.edited.clear();
        }
        self.edited.insert(id, found.clone());
        Ok(found)
    }

    /// Appends a record in its own form, where no embedded form of it is at hand.
    pub(super) fn reference<L: Lookup>(
        &mut self,
        id: RecordId,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
        match found {
            Some(found) if context.depth < MAX_DEPTH => {
                context.depth += 1;
                let done = self.outgoing(&found, context, out);
                context.depth -= 1;
                done
            }
            _ => {
                out.extend_from_slice(b"null");
                Ok(())
            }
        }
    }
}
