//! Objects as an API serves them: any record in any form, with every address beginning with the API's own.

use std::sync::Arc;

use backlot_model::{Lookup, Outgoing, Record, RecordId, RecordKind, Value};

use super::edit::own_number;
use super::facts::facts;
use super::object::Job;
use super::render::{Context, Renderer};
use super::version::ApiVersion;
use crate::shape::{Embedded, ExtraKey, FORGE, Form, Overlay, Rule, Site};
use backlot_forge::WriteError;
use backlot_forge::served::{Base, Names, put_kept, repository_in};

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

/// The most hosts whose addresses are known when they stand in what was only kept.
const MAX_HOSTS: usize = 64;

/// Where everything stands that is served, and what it was called before.
pub(super) struct Served {
    pub(super) base: Arc<Base>,
    /// The hosts from which something came, but for `github.com`.
    pub(super) hosts: Vec<(String, String)>,
    names: Names,
}

/// Where one object stands.
#[derive(Default)]
pub(super) struct Placed {
    base: Option<Arc<Base>>,
    name: Option<Arc<str>>,
}

impl Placed {
    /// The site of an object that came from `came`.
    pub(super) fn site<'s>(&'s self, came: Site<'s>) -> Site<'s> {
        let repo = self.name.as_deref().unwrap_or(came.repo);
        match &self.base {
            Some(base) => Site {
                api: &base.api,
                html: &base.html,
                repo,
            },
            None => Site { repo, ..came },
        }
    }
}

impl Renderer {
    /// Has everything stand at an API's address: every address that follows from what an object is begins with
    /// it, whatever host it came from, and what belongs to a repository stands under the name that the repository
    /// has here. Pages stand at `html`, which follows from the address of the API where it is not given.
    ///
    /// Any record then goes out in the form in which it is wanted, whatever forms its sources stated, complete for
    /// the version (2022-11-28 without one), and with what is counted here. No losses are reported.
    #[must_use]
    pub fn served(mut self, api: impl Into<String>, html: Option<String>) -> Self {
        let api = api.into();
        let api = api.trim_end_matches('/').to_owned();
        let site = Site::new(&api, "");
        let base = Base {
            html: html.unwrap_or_else(|| site.html.to_owned()),
            api: site.api.to_owned(),
        };
        self.version.get_or_insert(ApiVersion::V2022);
        self.served = Some(Box::new(Served {
            base: Arc::new(base),
            hosts: Vec::new(),
            names: Names::default(),
        }));
        self
    }

    /// Forgets what was true of records in the state of the store in which they were looked up, for when the store
    /// has changed. What follows from bytes alone stays.
    pub fn forget_records(&mut self) {
        self.edited.clear();
        self.current.clear();
        self.current_bytes = 0;
        self.target.forget();
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
        served.note_host(came);
        let name = served.names.moved(came.host(), came.repo).map(Arc::clone);
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
            self.rendered.clear();
            self.rendered_bytes = 0;
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
        let kind = record.kind();
        self.note_name(record, context)?;
        let wanted = outgoing.wanted.and_then(Form::from_view);
        let Some(form) = wanted.or_else(|| Form::of_kind(kind)) else {
            out.extend_from_slice(b"{}");
            return Ok(());
        };
        let told = context.losses.len();
        let stated = outgoing.stated.as_ref();
        let by_github = stated.is_some_and(|(view, ..)| Form::from_view(*view).is_some());
        // Another forge's word may have come before this one's. Users belong to no repository whose forges are known.
        let mut elsewhere = outgoing.elsewhere.iter();
        let is_behind = elsewhere.any(|other| other.view.forge == FORGE)
            || (stated.is_some() && kind == RecordKind::User);
        let own = match is_behind && !by_github {
            true => own_statement(record.id(), kind, context)?,
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
            return self.serve_unstated(outgoing, form, None, None, context, out);
        };
        let kind = outgoing.record.kind();
        let table = form.table(kind);
        let id = own_number(kind, id);
        if Embedded::is(bytes) {
            return match Embedded::parse(bytes).ok_or(WriteError::Damaged)? {
                Embedded::Object(came, number, overlay, _)
                    if std::ptr::eq(came.table(kind), table) =>
                {
                    self.serve_stated(outgoing, form, number.or(id), overlay, context, out)
                }
                Embedded::Object(came, number, overlay, _) => {
                    let said = Some((came, overlay.site));
                    self.serve_unstated(outgoing, form, number.or(id), said, context, out)
                }
                Embedded::Raw(_) => self.serve_unstated(outgoing, form, id, None, context, out),
            };
        }
        let came_table = came.table(kind);
        let overlay = Overlay::parse(bytes, came_table).ok_or(WriteError::Damaged)?;
        if std::ptr::eq(came_table, table) {
            return self.serve_stated(outgoing, form, id, overlay, context, out);
        }
        let said = Some((came, overlay.site));
        self.serve_unstated(outgoing, form, id, said, context, out)
    }

    /// Appends a record by what its source said in a form that has the same keys.
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
        let table = form.table(record.kind());
        for name in foreign_keys(form) {
            if let Some(first) = table.find(name) {
                for at in table.same_name(first) {
                    overlay.mask &= !(1 << at);
                }
                overlay
                    .extras
                    .retain(|(key, _)| !matches!(key, ExtraKey::Known(at) if *at == first));
            }
        }
        let placed = self.placed_record(record, overlay.site);
        let job = Job {
            form,
            table,
            repository_id: None,
            tallies: self.tallies(outgoing, context)?,
            facts: facts(
                placed.site(overlay.site),
                record.kind(),
                Some(id.unwrap_or_else(|| record.id().minted_number())),
                outgoing.parent_number,
                record.values(),
            ),
            values: record.values(),
            overlay: Some(&overlay),
            edited: super::edit::edited(outgoing),
            outgoing: Some(outgoing),
            minted_id: id.is_none(),
        };
        if form == Form::Repository {
            return self.serve_repository(&job, context, out);
        }
        self.object(&job, context, out)
    }

    /// Appends a record of which the forge said nothing in a form with these keys; at most its number, and where it
    /// stands, in another form.
    fn serve_unstated<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        form: Form,
        id: Option<u64>,
        said: Option<(Form, Site<'_>)>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let record = &*outgoing.record;
        if record.kind() == RecordKind::HistoryEvent {
            return self.happened(outgoing, form, context, out);
        }
        if (record.kind(), form) == (RecordKind::Comment, Form::Timeline) {
            return self.commented(outgoing, context, out);
        }
        let home = self.home(outgoing, form, context)?;
        let placed = said.map(|(_, site)| (self.placed_record(record, site), site));
        let site = match &placed {
            Some((placed, site)) => placed.site(*site),
            None => home.site(),
        };
        let mut pull;
        let record = match said {
            Some((Form::Pull, _)) => {
                pull = record.clone();
                pull.set(Value::PullRequest(true));
                &pull
            }
            _ => record,
        };
        let job = Job {
            form,
            repository_id: home.id,
            tallies: self.tallies(outgoing, context)?,
            table: form.table(record.kind()),
            facts: facts(
                site,
                record.kind(),
                Some(id.unwrap_or_else(|| record.id().minted_number())),
                outgoing.parent_number,
                record.values(),
            ),
            values: record.values(),
            overlay: None,
            edited: super::edit::held(record),
            outgoing: Some(outgoing),
            minted_id: id.is_none(),
        };
        if form == Form::Repository {
            return self.serve_repository(&job, context, out);
        }
        self.object(&job, context, out)
    }

    /// Appends a key whose value is what is true here now, whatever the source said of it; false where the key is
    /// none of these.
    pub(super) fn served_key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        name: &str,
        keys: &mut backlot_forge::json::Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Result<bool, WriteError<L::Error>> {
        let Some(outgoing) = job.outgoing else {
            return Ok(false);
        };
        match (job.form, name) {
            (Form::Event, "issue") => {
                let Some(backlot_model::Parent::Record(issue)) = outgoing.record.parent() else {
                    return Ok(false);
                };
                let start = keys.out.len();
                if !self.now(issue, context, keys.key(name))? {
                    keys.out.truncate(start);
                    return Ok(false);
                }
            }
            (Form::Milestone, "open_issues") => {
                backlot_forge::sink::put_decimal(job.tallies.open_issues, keys.key(name));
            }
            (Form::Milestone, "closed_issues") => {
                backlot_forge::sink::put_decimal(job.tallies.closed_issues, keys.key(name));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Whether an object that is served has the key that the places share although its source, which may be older than
    /// the key, has not: the keys that GitHub gives of every object of the form.
    pub(super) fn is_wanted_whole<R>(
        &self,
        job: &Job<'_, R>,
        places: &std::ops::Range<usize>,
    ) -> bool {
        let has_table = match job.form {
            // Their keys differ by what happened, and by where they stand.
            Form::Event | Form::IssueEvent | Form::Pull | Form::Repository => false,
            Form::Timeline => job.facts.is_comment,
            _ => true,
        };
        // Of what only stands inside of another object no list of other issues is known.
        let is_counted = |rule| matches!(rule, Rule::SubIssues | Rule::Dependencies);
        self.is_served()
            && has_table
            && places.clone().any(|at| job.table.usual & 1 << at != 0)
            && (job.outgoing.is_some() || !is_counted(job.table.keys[places.start].rule))
    }

    /// Appends a record as it is now in the form that is its own, which is remembered until the store changes; false
    /// where there is no such record.
    pub(super) fn now<L: Lookup>(
        &mut self,
        id: RecordId,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<bool, WriteError<L::Error>> {
        if let Some(known) = self.current.get(&id) {
            out.extend_from_slice(known);
            return Ok(true);
        }
        let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
        if found.is_none() {
            return Ok(false);
        }
        let start = out.len();
        self.reference(id, context, out)?;
        let (_, written) = out.split_at(start);
        if self.current_bytes + written.len() > super::render::MAX_BYTES {
            self.current.clear();
            self.current_bytes = 0;
        }
        self.current_bytes += written.len();
        self.current.insert(id, written.into());
        Ok(true)
    }
}

impl Served {
    fn note_host(&mut self, came: Site<'_>) {
        let is_known = self.hosts.iter().any(|(api, _)| api == came.api)
            || came.api == Site::new("", "").api
            || came.api == self.base.api;
        if !is_known && self.hosts.len() < MAX_HOSTS {
            self.hosts.push((came.api.to_owned(), came.html.to_owned()));
        }
    }

    /// Appends kept JSON; what it says under keys that end in `url`, or in `href`, begins with the address that is
    /// served where it began with that of a forge.
    pub(super) fn put_kept(&self, text: &str, out: &mut Vec<u8>) {
        put_kept(text, "html_url", out, |is_page, address, out| {
            self.put_address(address, is_page, out)
        });
    }

    /// Appends what stands for the beginning of an address, and gives how much of it that was.
    fn put_address(&self, address: &str, is_page: bool, out: &mut Vec<u8>) -> Option<usize> {
        let github = Site::new("", "");
        let hosts = self
            .hosts
            .iter()
            .map(|(api, html)| (api.as_str(), html.as_str()));
        for (api, html) in std::iter::once((github.api, github.html)).chain(hosts) {
            let under = |base: &str| {
                let rest = address.strip_prefix(base)?;
                rest.starts_with(['/', '"', '{', '?', '#']).then_some(rest)
            };
            let (rest, is_api) = match (under(api), under(html)) {
                (Some(rest), Some(_)) if api == html => (rest, !is_page),
                (Some(rest), _) => (rest, true),
                (None, Some(rest)) => (rest, false),
                (None, None) => continue,
            };
            let base = match is_api {
                true => &self.base.api,
                false => &self.base.html,
            };
            out.extend_from_slice(base.as_bytes());
            let mut taken = address.len() - rest.len();
            let prefix = if is_api { "/repos/" } else { "/" };
            let host = html.split_once("://").map_or(html, |(_, host)| host);
            if let Some(path) = rest.strip_prefix(prefix)
                && let Some(repo) = repository_in(path)
                && let Some(name) = self.names.moved(host, repo)
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

/// A record in one of the forms in which GitHub stated it.
fn own_statement<L: Lookup>(
    id: RecordId,
    kind: RecordKind,
    context: &mut Context<'_, L>,
) -> Result<Option<Outgoing>, WriteError<L::Error>> {
    let forms = Form::ALL.into_iter().filter(|form| {
        form.kind() == kind || (kind == RecordKind::Comment && *form == Form::Timeline)
    });
    for form in forms {
        let found = context.lookup.stated(id, form.view());
        if let Some(found) = found.map_err(WriteError::Lookup)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The keys that other forms of an object have, or that lists of another sort or other media types give, and that
/// the form itself does not.
const fn foreign_keys(form: Form) -> &'static [&'static str] {
    match form {
        Form::Issue => &["repository", "score", "body_html", "body_text"],
        Form::Comment => &["event", "actor", "body_html", "body_text"],
        Form::IssueEvent | Form::Timeline => &["issue"],
        _ => &[],
    }
}
