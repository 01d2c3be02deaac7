//! One record in one form as a JSON object.

use std::fmt;
use std::sync::Arc;

use backlot_model::{Field, Lookup, Loss, Outgoing, Record, RecordId, RecordKind, ViewId};
use rustc_hash::FxHashMap;

use super::facts::facts;
use super::object::Job;
use super::version::ApiVersion;
use crate::error::Error;
use crate::shape::{Embedded, Form, Overlay, Site, bit};

/// The most bytes of rendered objects that are remembered.
const MAX_BYTES: usize = 16 << 20;
/// The most records of which it is remembered whether they were edited.
const MAX_RECORDS: usize = 1 << 16;

/// Why an object could not be written.
#[derive(Debug)]
pub enum WriteError<E> {
    /// The store refused.
    Lookup(E),
    /// A file could not be written.
    File(Error),
    /// The bytes that this crate gave the store do not come back as they were, or a later version
    /// wrote them.
    Damaged,
}

impl<E: fmt::Display> fmt::Display for WriteError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Damaged => f.write_str(
                "what was kept of a GitHub object is damaged, or a later version wrote it",
            ),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for WriteError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lookup(error) => Some(error),
            Self::File(error) => Some(error),
            Self::Damaged => None,
        }
    }
}

/// Writes records as GitHub's objects, and remembers embedded ones from one to the next.
#[derive(Default)]
pub struct Renderer {
    pub(super) version: Option<ApiVersion>,
    pub(super) rendered: FxHashMap<ViewId, Box<[u8]>>,
    pub(super) rendered_bytes: usize,
    pub(super) edited: FxHashMap<RecordId, Option<Arc<Outgoing>>>,
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
        self.outgoing(outgoing, &mut context, out)
    }

    pub(super) fn outgoing<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
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
            _ => Some(Home::of(record, form, context)?),
        };
        let job = Job {
            form,
            table,
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
        let Some(form) = Form::of_kind(record.kind()) else {
            out.extend_from_slice(b"{}");
            return Ok(());
        };
        let home = Home::of(record, form, context)?;
        let minted = record.id().minted_number();
        let job = Job {
            form,
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
        self.object(&job, context, out)
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

/// Where a record stands at a forge, or would stand.
pub(super) struct Home {
    api: String,
    name: String,
}

impl Home {
    /// Where it is by the repository that it belongs to now.
    pub(super) fn of<L: Lookup>(
        record: &Record,
        form: Form,
        context: &mut Context<'_, L>,
    ) -> Result<Self, WriteError<L::Error>> {
        let home = match record.repository() {
            Some(repository) => context
                .lookup
                .record(repository)
                .map_err(WriteError::Lookup)?,
            None => None,
        };
        // The board of an organisation or a person is in no repository, but at the host of that.
        let owner = match (record.repository(), record.owner()) {
            (None, Some(owner)) => context.lookup.record(owner).map_err(WriteError::Lookup)?,
            _ => None,
        };
        if let Some(owner) = owner {
            let api = Site::api_of_host(owner.record.host().unwrap_or_default());
            let name = String::new();
            return Ok(Self { api, name });
        }
        let home = home
            .as_ref()
            .map(|home| &*home.record)
            .or((form == Form::Repository).then_some(record));
        let name = home
            .and_then(|home| home.foreign_name().or(home.name()))
            .unwrap_or_default();
        let name = match form {
            Form::User => String::new(),
            _ if name.contains('/') || name.is_empty() => name.to_owned(),
            _ => format!("local/{name}"),
        };
        let host = home.and_then(Record::host).or(record.host());
        let api = Site::api_of_host(host.unwrap_or_default());
        Ok(Self { api, name })
    }

    pub(super) fn site(&self) -> Site<'_> {
        Site::new(&self.api, &self.name)
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
