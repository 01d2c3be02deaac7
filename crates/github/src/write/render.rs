//! One record in one form as a JSON object.

use std::sync::Arc;

use backlot_model::{Field, Lookup, Loss, Outgoing, RecordId, RecordKind, Tallies, ViewId};
use rustc_hash::FxHashMap;

use super::facts::facts;
use super::home::{Home, Target};
use super::object::Job;
use super::served::Served;
use super::version::ApiVersion;
use crate::shape::{Embedded, Form, Overlay, bit};
use backlot_forge::WriteError;

/// The most bytes of rendered objects that are remembered.
pub(super) const MAX_BYTES: usize = 16 << 20;
/// The most records of which it is remembered whether they were edited.
const MAX_RECORDS: usize = 1 << 16;

/// Writes records as GitHub's objects, and remembers embedded ones from one to the next.
#[derive(Default)]
pub struct Renderer {
    pub(super) version: Option<ApiVersion>,
    pub(super) target: Target,
    pub(super) rendered: FxHashMap<ViewId, Box<[u8]>>,
    pub(super) rendered_bytes: usize,
    pub(super) edited: FxHashMap<RecordId, Option<Arc<Outgoing>>>,
    /// Where everything stands that is served.
    pub(super) served: Option<Box<Served>>,
    /// Whole records inside others, as they are in the state of the store that is served.
    pub(super) current: FxHashMap<RecordId, Box<[u8]>>,
    pub(super) current_bytes: usize,
}

/// Who is asked, and where losses go.
pub(super) struct Context<'c, L> {
    pub(super) lookup: &'c mut L,
    pub(super) losses: &'c mut Vec<Loss>,
    pub(super) depth: u32,
    /// Whether what is written is kept JSON, which is mapped when all of it is there.
    pub(super) is_kept: bool,
}

/// Writes one record as its source stated it; complete for a version of the API, if one is given.
pub fn render<L: Lookup>(
    outgoing: &Outgoing,
    lookup: &mut L,
    version: Option<ApiVersion>,
    out: &mut Vec<u8>,
    losses: &mut Vec<Loss>,
) -> Result<(), WriteError<L::Error>> {
    Renderer::new(version).render(outgoing, lookup, out, losses)
}

impl Renderer {
    /// A renderer for a version of the API; without one, objects go out as they came.
    pub fn new(version: Option<ApiVersion>) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    /// Appends one record as a JSON object.
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
        if !self.knows_repository() {
            self.note_repository(&outgoing.record, &mut context)?;
        }
        self.outgoing(outgoing, &mut context, out)
    }

    pub(super) fn outgoing<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if self.is_served() {
            return self.serve(outgoing, context, out);
        }
        let record = &*outgoing.record;
        let Some((view, id, bytes)) = &outgoing.stated else {
            return self.born_here(outgoing, context, out);
        };
        let Some(form) = Form::from_view(*view) else {
            return self.born_here(outgoing, context, out);
        };
        let table = form.table(record.kind());
        if Embedded::is(bytes) {
            return self.seen_inside(outgoing, bytes, context, out);
        }
        let overlay = Overlay::parse(bytes, table).ok_or(WriteError::Damaged)?;
        let id = super::edit::own_number(record.kind(), id);
        let edited = super::edit::edited(outgoing);
        let merged;
        let values = if form == Form::Pull {
            merged = super::edit::with_own(record, &overlay.own, edited);
            merged.values()
        } else {
            record.values()
        };
        // What was transferred here stands at its new place in every address.
        let home = match edited & bit(Field::Repository) {
            0 => None,
            _ => Some(self.home(outgoing, form, context)?),
        };
        let tallies = match form {
            Form::Issue | Form::Comment => self.tallies(outgoing, context)?,
            _ => Tallies::default(),
        };
        let job = Job {
            form,
            table,
            repository_id: None,
            tallies,
            facts: facts(
                home.as_ref().map_or(overlay.site, Home::site),
                record.kind(),
                id,
                outgoing.parent_number,
                values,
            ),
            values,
            overlay: Some(&overlay),
            edited,
            outgoing: Some(outgoing),
            minted_id: false,
        };
        if job.edited != 0 && Form::of_kind(record.kind()) == Some(form) {
            super::complete::dropped(&job, context.losses);
        }
        self.object(&job, context, out)
    }

    fn born_here<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let record = &*outgoing.record;
        let wanted = outgoing.wanted.and_then(Form::from_view);
        let Some(form) = wanted.or_else(|| Form::of_kind(record.kind())) else {
            out.extend_from_slice(b"{}");
            return Ok(());
        };
        if record.kind() == RecordKind::HistoryEvent {
            return self.happened(outgoing, form, context, out);
        }
        if (record.kind(), form) == (RecordKind::Comment, Form::Timeline) {
            return self.commented(outgoing, context, out);
        }
        let home = self.home(outgoing, form, context)?;
        let tallies = self.tallies(outgoing, context)?;
        let minted = record.id().minted_number();
        let job = Job {
            form,
            repository_id: home.id,
            tallies,
            table: form.table(record.kind()),
            facts: facts(
                home.site(),
                record.kind(),
                Some(minted),
                outgoing.parent_number,
                record.values(),
            ),
            values: record.values(),
            overlay: None,
            edited: super::edit::held(record),
            outgoing: Some(outgoing),
            minted_id: true,
        };
        super::complete::dropped(&job, context.losses);
        if form == Form::Repository {
            return self.repository(&job, context, out);
        }
        self.object(&job, context, out)
    }

    pub(super) fn tallies<L: Lookup>(
        &self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
    ) -> Result<Tallies, WriteError<L::Error>> {
        context.lookup.tallies(outgoing).map_err(WriteError::Lookup)
    }

    /// Appends a comment that was made here as a timeline has it: itself, what it is there, and who did it.
    pub(super) fn commented<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        let comment = Outgoing {
            wanted: None,
            ..outgoing.clone()
        };
        let told = context.losses.len();
        self.born_here(&comment, context, out)?;
        // What is lost of the comment is reported where it stands among the comments.
        context.losses.truncate(told);
        out.pop();
        out.extend_from_slice(b",\"event\":\"commented\",\"actor\":");
        match outgoing.record.author() {
            Some(author) => self.reference(author, context, out)?,
            None => {
                let home = self.home(outgoing, Form::Comment, context)?;
                super::complete::ghost(home.site(), out);
            }
        }
        out.push(b'}');
        Ok(())
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
            Some(found) if context.depth < 8 => {
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

/// The name by which reports call a record.
pub(super) fn shown(
    kind: RecordKind,
    url: Option<String>,
    id: Option<u64>,
    number: Option<u64>,
) -> String {
    url.unwrap_or_else(|| match (number, id) {
        (Some(number), _) => format!("{} #{number}", kind.name()),
        (None, Some(id)) => format!("{} {id}", kind.name()),
        (None, None) => kind.name().to_owned(),
    })
}
