//! A mapping at work on what goes out.

mod losses;
mod people;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Authorship, Mapping, TextContext, key};
use crate::attribution::Attribution;
use crate::change::Change;
use crate::event::View;
use crate::exchange::{Lookup, Loss, Outgoing, Tallies};
use crate::id::{RecordId, ViewId};
use crate::kind::RecordKind;
use crate::name::RepositoryName;
use crate::record::Record;
use crate::value::{Field, Value};

/// Applies a mapping to the records of one repository on their way out.
///
/// A mapped record looks like one that was edited here: its `base` is the record as it was. A writer that is
/// given mapped records and the [`Mapper::lookup`] needs to know nothing of the mapping.
pub struct Mapper<'m> {
    mapping: &'m Mapping,
    inverse: Mapping,
    repository: Option<RepositoryName>,
    host: Option<String>,
    // The first label or milestone that goes out under a name that the mapping gives.
    holders: BTreeMap<(RecordKind, String), RecordId>,
    // The others, and which one stands for them.
    redirected: BTreeMap<RecordId, RecordId>,
    // The old names that were reported.
    reported: BTreeSet<(RecordKind, String)>,
    losses: Vec<Loss>,
    // What the record that is going out is called.
    current: (RecordKind, String),
}

impl<'m> Mapper<'m> {
    /// What applies a mapping to what goes out of a repository.
    pub fn new(mapping: &'m Mapping, repository: Option<RepositoryName>) -> Self {
        Self {
            mapping,
            inverse: mapping.inverse().mapping,
            repository,
            host: None,
            holders: BTreeMap::new(),
            redirected: BTreeMap::new(),
            reported: BTreeSet::new(),
            losses: Vec::new(),
            current: (RecordKind::Repository, String::new()),
        }
    }

    /// The record as the mapping has it; none where another one stands for it, because both have the same name
    /// now.
    ///
    /// # Errors
    /// What looking up other records fails with.
    pub fn outgoing<'o, L: Lookup>(
        &mut self,
        outgoing: &'o Outgoing,
        lookup: &mut L,
    ) -> Result<Option<Cow<'o, Outgoing>>, L::Error> {
        let record = &*outgoing.record;
        let kind = record.kind();
        if kind == RecordKind::Repository {
            self.host = record.host().map(str::to_owned);
        }
        self.current = (kind, self.shown(outgoing));
        if self.is_stood_for(outgoing) {
            return Ok(None);
        }
        let mut changes = Vec::new();
        self.names(record, outgoing, &mut changes);
        self.body(record, lookup, &mut changes)?;
        self.lists(record, lookup, &mut changes)?;
        Ok(Some(match changes.is_empty() {
            true => Cow::Borrowed(outgoing),
            false => Cow::Owned(changed(outgoing, &changes)),
        }))
    }

    /// What a writer may ask, with the answers that the mapping gives.
    pub const fn lookup<'l, L>(&'l mut self, lookup: &'l mut L) -> MappedLookup<'l, 'm, L> {
        MappedLookup {
            mapper: self,
            lookup,
        }
    }

    /// What was altered since this was last asked: each name that became another one, once, and each record
    /// whose text or lists did.
    pub fn take_losses(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.losses)
    }

    /// Where texts of the repository stand.
    const fn context(&self) -> TextContext<'_> {
        TextContext {
            repository: self.repository.as_ref(),
            host: match &self.host {
                Some(host) => Some(host.as_str()),
                None => None,
            },
        }
    }

    /// Whether another label or milestone stands for this one.
    fn is_stood_for(&mut self, outgoing: &Outgoing) -> bool {
        let record = &*outgoing.record;
        let kind = record.kind();
        let Some(name) = own_name(record) else {
            return false;
        };
        if !matches!(kind, RecordKind::Label | RecordKind::Milestone) {
            return false;
        }
        let new = self.mapping.name(kind, name).unwrap_or(name);
        let name_key = key(kind, new);
        // Where the name is nobody's new one, nobody else can have it.
        if self.inverse.name(kind, new).is_none() {
            return false;
        }
        let id = record.id();
        let holder = *self.holders.entry((kind, name_key)).or_insert(id);
        if holder == id {
            return false;
        }
        self.redirected.insert(id, holder);
        self.merged(name, new);
        true
    }

    /// The own name of a user, a label or a milestone, and the name that an event made here is about.
    fn names(&mut self, record: &Record, outgoing: &Outgoing, changes: &mut Vec<Change>) {
        let kind = record.kind();
        if let Some(name) = own_name(record) {
            match self.renamed(kind, name) {
                Some(new) => changes.push(Change::Set(match kind {
                    RecordKind::Milestone => Value::Title(new),
                    _ => Value::Name(new),
                })),
                None => self.had_the_name(kind, name),
            }
        }
        // Of an event that a forge stated, its own words are kept, and looked through there.
        if kind == RecordKind::HistoryEvent
            && outgoing.stated.is_none()
            && let Some(subject) = record.subject()
        {
            let about = match record.event() {
                Some("labeled" | "unlabeled") => RecordKind::Label,
                Some("milestoned" | "demilestoned") => RecordKind::Milestone,
                _ => return,
            };
            if let Some(new) = self.renamed(about, subject) {
                changes.push(Change::Set(Value::Subject(new)));
            }
        }
    }

    /// The text, and the header above it.
    fn body<L: Lookup>(
        &mut self,
        record: &Record,
        lookup: &mut L,
        changes: &mut Vec<Change>,
    ) -> Result<(), L::Error> {
        let kind = record.kind();
        let is_text = match kind {
            RecordKind::HistoryEvent => record.event() != Some("committed"),
            kind => matches!(
                kind,
                RecordKind::Issue | RecordKind::Comment | RecordKind::Card | RecordKind::Project
            ),
        };
        if !is_text {
            return Ok(());
        }
        let body = record.body().map(String::as_str);
        let is_signed = matches!(kind, RecordKind::Issue | RecordKind::Comment);
        let rule = self.mapping.authorship;
        let attribution = match rule {
            Authorship::PutAbove | Authorship::TakeOff if is_signed => {
                Some(self.attribution(record, lookup)?)
            }
            _ => None,
        };
        let mut bare = body;
        if let (Authorship::TakeOff, Some(expected), Some(text)) = (rule, &attribution, body)
            && let Some((said, rest)) = Attribution::take(text)
            && said == *expected
        {
            // A text that was not there at all is told from an empty one by what follows the header.
            bare = (text != said.put_above("")).then_some(rest);
        }
        let mapped = bare.map(|text| {
            self.mapping
                .checked_text(&self.inverse, text, &self.context())
        });
        let is_reversible = mapped.as_ref().is_none_or(|mapped| mapped.is_reversible);
        let text = mapped.map(|mapped| mapped.text);
        let new = match (rule, &attribution) {
            (Authorship::PutAbove, Some(attribution)) => Some(Cow::Owned(match text.as_deref() {
                Some("") => attribution.put_above("") + "\n\n",
                Some(text) => attribution.put_above(text),
                None => attribution.put_above(""),
            })),
            _ => text,
        };
        if new.as_deref() != body {
            let value = new.map(|text| Value::Body(text.into_owned()));
            changes.push(Change::set_or_clear(Field::Body, value));
            self.altered("body", body.unwrap_or_default(), is_reversible);
        } else if !is_reversible {
            self.looks_mapped("body");
        }
        Ok(())
    }
}

/// What names a user, a label or a milestone.
fn own_name(record: &Record) -> Option<&str> {
    match record.kind() {
        RecordKind::User | RecordKind::Label => record.name(),
        RecordKind::Milestone => record.title(),
        _ => None,
    }
}

/// The record with changes, and what it was as its base.
fn changed(outgoing: &Outgoing, changes: &[Change]) -> Outgoing {
    let mut record = (*outgoing.record).clone();
    for change in changes {
        record.apply(change);
    }
    Outgoing {
        record: Arc::new(record),
        base: Some(
            outgoing
                .base
                .clone()
                .unwrap_or_else(|| Arc::clone(&outgoing.record)),
        ),
        ..outgoing.clone()
    }
}

/// A lookup whose answers a mapping has changed.
pub struct MappedLookup<'l, 'm, L> {
    mapper: &'l mut Mapper<'m>,
    lookup: &'l mut L,
}

impl<L: Lookup> Lookup for MappedLookup<'_, '_, L> {
    type Error = L::Error;

    fn embedded(&mut self, id: ViewId) -> Result<Option<Arc<[u8]>>, Self::Error> {
        self.lookup.embedded(id)
    }

    fn record(&mut self, id: RecordId) -> Result<Option<Arc<Outgoing>>, Self::Error> {
        let id = self.mapper.redirected.get(&id).copied().unwrap_or(id);
        let Some(found) = self.lookup.record(id)? else {
            return Ok(None);
        };
        let kind = found.record.kind();
        if !matches!(kind, RecordKind::Issue | RecordKind::Comment) {
            let mut changes = Vec::new();
            self.mapper.names(&found.record, &found, &mut changes);
            return Ok(Some(match changes.is_empty() {
                true => found,
                false => Arc::new(changed(&found, &changes)),
            }));
        }
        // Its texts go out inside the record that asks, and are reported where it stands by itself.
        let current = self.mapper.current.clone();
        let told = self.mapper.losses.len();
        let mapped = self.mapper.outgoing(&found, self.lookup)?;
        let mapped = match mapped {
            Some(Cow::Owned(mapped)) => Some(mapped),
            Some(Cow::Borrowed(_)) | None => None,
        };
        self.mapper.losses.truncate(told);
        self.mapper.current = current;
        Ok(Some(mapped.map_or(found, Arc::new)))
    }

    fn stated(&mut self, id: RecordId, view: View) -> Result<Option<Outgoing>, Self::Error> {
        let Some(found) = self.lookup.stated(id, view)? else {
            return Ok(None);
        };
        // What is written meanwhile is still the record that asked.
        let current = self.mapper.current.clone();
        let mapped = self.mapper.outgoing(&found, self.lookup)?;
        let mapped = mapped.map(Cow::into_owned);
        self.mapper.current = current;
        Ok(mapped)
    }

    fn user(&mut self, login: &str) -> Result<Option<Arc<Outgoing>>, Self::Error> {
        match self.lookup.user(login)? {
            Some(user) => self.record(user.record.id()),
            None => Ok(None),
        }
    }

    fn tallies(&mut self, of: &Outgoing) -> Result<Tallies, Self::Error> {
        self.lookup.tallies(of)
    }

    fn maps(&self) -> bool {
        true
    }

    fn new_name(&mut self, kind: RecordKind, name: &str) -> Option<String> {
        self.mapper.renamed(kind, name)
    }

    fn new_text(&mut self, text: &str) -> Option<String> {
        self.mapper.kept_text(text)
    }
}
