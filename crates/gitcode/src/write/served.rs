//! Objects as an API serves them: any record in any form, with every address beginning with the API's own.

use std::sync::Arc;

use backlot_forge::WriteError;
use backlot_forge::bytes::find;
use backlot_forge::json::{Keys, write_string};
use backlot_forge::served::{Base as Addresses, Names, put_kept, repository_in};
use backlot_forge::sink::put_decimal;
use backlot_forge::slots::entries;
use backlot_model::{Lookup, Outgoing, Record, RecordKind};

use super::facts::{edited, facts, own_number};
use super::object::Job;
use super::render::{Context, Renderer};
use crate::shape::{Base, Embedded, ExtraKey, FORGE, Form, HOST, Overlay, Rule, Site};

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

/// The most hosts whose addresses are known when they stand in what was only kept.
const MAX_HOSTS: usize = 64;

/// Where everything stands that is served, and what it was called before.
pub(super) struct Served {
    pub(super) base: Arc<Addresses>,
    /// The hosts from which something came.
    hosts: Vec<String>,
    names: Names,
}

/// The addresses as a site has them.
pub(super) fn base_of(addresses: &Addresses) -> Base<'_> {
    Base {
        api: &addresses.api,
        html: &addresses.html,
    }
}

/// Where one object stands.
#[derive(Default)]
pub(super) struct Placed {
    base: Option<Arc<Addresses>>,
    name: Option<Arc<str>>,
}

impl Placed {
    /// The site of an object that came from `came`.
    pub(super) fn site<'s>(&'s self, came: Site<'s>) -> Site<'s> {
        Site {
            base: self.base.as_deref().map(base_of),
            repo: self.name.as_deref().unwrap_or(came.repo),
            ..came
        }
    }
}

impl Renderer {
    /// Has everything stand at an API's address, such as `http://127.0.0.1:8080/api/v5`: every address that follows
    /// from what an object is begins with it, whatever host it came from, and what belongs to a repository stands
    /// under the name that the repository has here. Pages stand at `html`, which follows from the address of the
    /// API where it is not given.
    ///
    /// Any record then goes out in the form in which it is wanted, whatever forms its sources stated, as the running
    /// API answers, and with what is counted here. No losses are reported.
    #[must_use]
    pub fn served(mut self, api: impl Into<String>, html: Option<String>) -> Self {
        let api = api.into();
        let api = api.trim_end_matches('/').to_owned();
        let pages = api.strip_suffix("/api/v5").unwrap_or(&api);
        let html = html.unwrap_or_else(|| pages.replacen("://api.", "://", 1));
        self.shape = super::layout::Shape::Live;
        self.served = Some(Box::new(Served {
            base: Arc::new(Addresses { api, html }),
            hosts: vec![HOST.to_owned(), "atomgit.com".to_owned()],
            names: Names::default(),
        }));
        self
    }

    /// Forgets what was true of records in the state of the store in which they were looked up, for when the store
    /// has changed. What follows from bytes alone stays.
    pub fn forget_records(&mut self) {
        self.edited.clear();
        if let Some(served) = &mut self.served {
            served.names.forget();
        }
    }

    pub(super) const fn is_served(&self) -> bool {
        self.served.is_some()
    }

    /// Where an embedded object stands that came from a site.
    pub(super) fn placed(&mut self, came: Site<'_>) -> Placed {
        let Some(served) = &mut self.served else {
            return Placed::default();
        };
        served.note_host(came.host);
        let name = served.names.moved(came.forge(), came.repo).map(Arc::clone);
        Placed {
            base: Some(Arc::clone(&served.base)),
            name,
        }
    }

    /// Where a record stands that came from a site.
    fn placed_record(&mut self, record: &Record, came: Site<'_>) -> Placed {
        let mut placed = self.placed(came);
        if let Some(served) = &self.served
            && !came.repo.is_empty()
            && let Some(name) = served.names.here(record)
        {
            placed.name = Some(Arc::clone(name));
        }
        placed
    }

    /// Notes what the repository of a record is called here.
    fn note_name<L: Lookup>(&mut self, record: &Record, context: &mut Context<'_, L>) -> Done<L> {
        let Some(served) = &mut self.served else {
            return Ok(());
        };
        let Some(id) = served.names.unnoted(record) else {
            return Ok(());
        };
        let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
        let found = found.as_deref().map(|found| &*found.record);
        if served.names.note(id, found) {
            self.forget_rendered();
        }
        Ok(())
    }

    /// Appends a record in the form in which it is wanted.
    pub(super) fn serve<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        self.note_name(record, context)?;
        let wanted = outgoing.wanted.and_then(Form::from_view);
        let Some(form) = wanted.or_else(|| Form::of_kind(record.kind())) else {
            out.extend_from_slice(b"{}");
            return Ok(());
        };
        let told = context.losses.len();
        let stated = outgoing.stated.as_ref();
        let by_gitcode = stated.is_some_and(|(view, ..)| Form::from_view(*view).is_some());
        // Another forge's word may have come before this one's. Users belong to no repository whose forges are known.
        let mut elsewhere = outgoing.elsewhere.iter();
        let is_behind = elsewhere.any(|other| other.view.forge == FORGE)
            || (stated.is_some() && record.kind() == RecordKind::User);
        let own = match is_behind && !by_gitcode {
            true => own_statement(record, context)?,
            false => None,
        };
        let own = own.map(|own| Outgoing {
            parent_number: outgoing.parent_number,
            record: Arc::clone(&outgoing.record),
            ..own
        });
        let done = self.serve_as(own.as_ref().unwrap_or(outgoing), form, context, out);
        context.losses.truncate(told);
        done
    }

    fn serve_as<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        form: Form,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let stated = outgoing.stated.as_ref();
        let stated = stated
            .and_then(|(view, id, bytes)| Some((Form::from_view(*view)?, id, bytes.as_slice())));
        let Some((came, id, bytes)) = stated else {
            return self.made(outgoing, form, None, context, out);
        };
        let id = own_number(id);
        if Embedded::is(bytes) {
            return match Embedded::parse(bytes).ok_or(WriteError::Damaged)? {
                Embedded::Object(came, number, overlay, _) if came == form => {
                    let id = number.or(id);
                    let mut said = Vec::new();
                    self.serve_stated(outgoing, form, id, overlay, context, &mut said)?;
                    // What stands inside of others says less than what stands by itself.
                    if context.depth > 0 {
                        out.extend_from_slice(&said);
                        return Ok(());
                    }
                    let mut made = Vec::new();
                    self.made(outgoing, form, id, context, &mut made)?;
                    merge(&said, &made, out);
                    Ok(())
                }
                Embedded::Object(_, number, ..) => {
                    self.made(outgoing, form, number.or(id), context, out)
                }
                Embedded::Raw(_) => self.made(outgoing, form, id, context, out),
            };
        }
        if came != form {
            let id = id.filter(|_| !matches!(came, Form::LogPart));
            return self.made(outgoing, form, id, context, out);
        }
        let overlay = Overlay::parse(bytes, form.table()).ok_or(WriteError::Damaged)?;
        self.serve_stated(outgoing, form, id, overlay, context, out)
    }

    /// Appends a record by what its source said in the form that is wanted.
    fn serve_stated<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        form: Form,
        id: Option<u64>,
        mut overlay: Overlay<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        let table = form.table();
        if form == Form::Repository {
            // They follow from the name that it has here.
            for name in ["path", "human_name"] {
                if let Some(at) = table.find(name) {
                    overlay.mask &= !(1 << at);
                    overlay
                        .extras
                        .retain(|(key, _)| !matches!(key, ExtraKey::Known(known) if *known == at));
                }
            }
        }
        let placed = self.placed_record(record, overlay.site);
        let job = Job {
            form,
            table,
            facts: facts(
                placed.site(overlay.site),
                id,
                outgoing.parent_number,
                record.values(),
            ),
            values: record.values(),
            overlay: &overlay,
            edited: edited(outgoing),
            outgoing: Some(outgoing),
        };
        self.object(&job, context, out)
    }

    /// Appends a key as the running API gives it now, whatever the source said of it; false where the key is none of
    /// these.
    pub(super) fn served_key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        name: &str,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Result<bool, WriteError<L::Error>> {
        let Some(outgoing) = job.outgoing else {
            return Ok(false);
        };
        let record = &*outgoing.record;
        match (job.form, name) {
            (Form::Milestone, "open_issues" | "closed_issues") => {
                if context.depth == 0 {
                    let tallies = context.lookup.tallies(outgoing);
                    let tallies = tallies.map_err(WriteError::Lookup)?;
                    let count = match name {
                        "open_issues" => tallies.open_issues,
                        _ => tallies.closed_issues,
                    };
                    put_decimal(count, keys.key(name));
                }
            }
            (Form::Issue, "number") => {
                let number = record.number().unwrap_or_default();
                write_string(&number.to_string(), keys.key(name));
            }
            (Form::Issue | Form::Milestone, "state") => {
                let open = if job.form == Form::Issue {
                    "open"
                } else {
                    "active"
                };
                write_string(super::born::state(record, open), keys.key(name));
            }
            (Form::Issue, "finished_at") if record.closed_at().is_none() => {
                keys.key(name).extend_from_slice(b"\"\"");
            }
            (Form::Issue, "labels") if record.labels().is_empty() => {
                keys.key(name).extend_from_slice(b"[]");
            }
            (Form::Issue, "comments") => put_decimal(record.comment_count(), keys.key(name)),
            // Answers to writing had none.
            (Form::Issue, "repository")
                if job.facts.site.repo != job.overlay.site.repo || !says(job, name) =>
            {
                let home = self.home(outgoing, context)?;
                super::born::put_repository(&home, keys.key(name));
            }
            (Form::Repository, "path") => {
                write_string(super::born::path(job.facts.site.repo), keys.key(name));
            }
            (Form::Repository, "human_name") => {
                write_string(&job.facts.site.repo.replace('/', " / "), keys.key(name));
            }
            _ => {
                let first = job.table.find(name).unwrap_or_default();
                let mut places = job.table.same_name(first);
                // What is not there is absent.
                let is_null = places.any(|at| {
                    let Rule::None(field, "null") = job.table.keys[at].rule else {
                        return false;
                    };
                    find(job.values, field).is_none() && job.overlay.mask & 1 << at != 0
                });
                if !is_null {
                    return Ok(false);
                }
                if matches!(name, "body" | "description") {
                    keys.key(name).extend_from_slice(b"\"\"");
                }
            }
        }
        Ok(true)
    }
}

impl Served {
    fn note_host(&mut self, host: &str) {
        if self.hosts.len() < MAX_HOSTS && !self.hosts.iter().any(|known| known == host) {
            self.hosts.push(host.to_owned());
        }
    }

    /// Appends kept JSON; what it says under keys that end in `url` begins with the address that is served where it
    /// began with that of a forge.
    pub(super) fn put_kept(&self, text: &str, out: &mut Vec<u8>) {
        put_kept(text, "html_url", out, |_, address, out| {
            self.put_address(address, out)
        });
    }

    /// A text that stands under a key, as it is served.
    pub(super) fn address(&self, key: &str, text: &str) -> Option<String> {
        if !key.ends_with("url") || key == "avatar_url" {
            return None;
        }
        let mut out = Vec::with_capacity(text.len() + 16);
        let skipped = self.put_address(text, &mut out)?;
        out.extend_from_slice(text.get(skipped..)?.as_bytes());
        String::from_utf8(out).ok()
    }

    /// Appends what stands for the beginning of an address, and gives how much of it that was.
    fn put_address(&self, address: &str, out: &mut Vec<u8>) -> Option<usize> {
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(['/', '"', '?', '#']);
        let after = |scheme: &str| address.strip_prefix(scheme);
        let path = after("https://").or_else(|| after("http://"))?;
        for host in &self.hosts {
            let bare = path.strip_prefix("api.").unwrap_or(path);
            let Some(rest) = bare.strip_prefix(host.as_str()).filter(|rest| ends(rest)) else {
                continue;
            };
            let api = rest.strip_prefix("/api/v5").filter(|rest| ends(rest));
            let (rest, base) = match api {
                Some(rest) => (rest, &self.base.api),
                None => (rest, &self.base.html),
            };
            out.extend_from_slice(base.as_bytes());
            let mut taken = address.len() - rest.len();
            let prefix = if api.is_some() { "/repos/" } else { "/" };
            if let Some(path) = rest.strip_prefix(prefix)
                && let Some(repo) = repository_in(path)
                && let Some(name) = self.names.moved(Site::new(host, "").forge(), repo)
            {
                out.extend_from_slice(prefix.as_bytes());
                out.extend_from_slice(name.as_bytes());
                taken += prefix.len() + repo.len();
            }
            return Some(taken);
        }
        None
    }
}

/// Whether an object had a key.
fn says<R>(job: &Job<'_, R>, name: &str) -> bool {
    job.table.find(name).is_some_and(|first| {
        let mut places = job.table.same_name(first);
        places.any(|at| job.overlay.mask & 1 << at != 0) || job.overlay.extra(first).is_some()
    })
}

/// A record in one of the forms in which GitCode stated it.
fn own_statement<L: Lookup>(
    record: &Record,
    context: &mut Context<'_, L>,
) -> Result<Option<Outgoing>, WriteError<L::Error>> {
    let forms = Form::ALL.into_iter();
    for form in forms.filter(|form| form.kind() == record.kind()) {
        let found = context.lookup.stated(record.id(), form.view());
        if let Some(found) = found.map_err(WriteError::Lookup)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Appends what was said of an object, and after it what it lacks of one that was made.
fn merge(said: &[u8], made: &[u8], out: &mut Vec<u8>) {
    let (said, made) = (std::str::from_utf8(said), std::str::from_utf8(made));
    let (Ok(said), Ok(made)) = (said, made) else {
        return;
    };
    let said = entries(said).unwrap_or_default();
    let mut keys = Keys::begin(out);
    for (name, value) in &said {
        keys.key(name).extend_from_slice(value.as_bytes());
    }
    for (name, value) in entries(made).unwrap_or_default() {
        let is_said = said.iter().any(|(known, _)| *known == name);
        if !is_said {
            keys.key(name).extend_from_slice(value.as_bytes());
        }
    }
    keys.end();
}
