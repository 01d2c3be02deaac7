//! Records on their way out of a store: under the names of a mapping, with addresses of the other forge in their
//! texts, and without what is left out.

use std::borrow::Cow;
use std::sync::Arc;

use backlot_core::Error as StoreError;
use backlot_model::{
    Lookup, Mapper, Mapping, Outgoing, Parent, RecordId, RecordKind, RepositoryName, Value,
};

use rustc_hash::FxHashSet;

use crate::addresses::Way;
use crate::error::Error;

/// What is done to records that go out.
#[derive(Clone, Copy, Default)]
pub(crate) struct Changes<'a> {
    pub(crate) mapping: Option<&'a Mapping>,
    pub(crate) addresses: Option<Way>,
    /// Whether pull requests are left out, with all that belongs to them.
    pub(crate) without_pulls: bool,
    /// Issues that are left out, with all that belongs to them.
    pub(crate) without: Option<&'a FxHashSet<RecordId>>,
}

/// Why a record is left out.
pub(crate) const PULLS: &str = "pull requests were to be left out";
pub(crate) const CONFIDENTIAL: &str =
    "the issue is confidential, and the target would show it to everybody";

/// Whoever takes records that go out.
pub(crate) trait Take {
    /// Takes a record.
    fn take<L: Lookup<Error = StoreError>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), Error>;

    /// Is told of a record that is left out, and why.
    fn leave(&mut self, outgoing: &Outgoing, reason: &'static str) -> Result<(), Error> {
        let _ = (outgoing, reason);
        Ok(())
    }
}

/// Hands records on as they are to go out.
pub(crate) struct Outward<'a> {
    mapper: Option<Mapper<'a>>,
    addresses: Option<Way>,
    without_pulls: bool,
    without: Option<&'a FxHashSet<RecordId>>,
    repository: &'a RepositoryName,
    /// The issue that was asked for last, and why it is left out.
    last: Option<(RecordId, Option<&'static str>)>,
}

impl<'a> Outward<'a> {
    /// One that makes these changes.
    pub(crate) fn new(changes: Changes<'a>, repository: &'a RepositoryName) -> Self {
        let mapper = |mapping| Mapper::new(mapping, Some(repository.clone()));
        Self {
            mapper: changes.mapping.map(mapper),
            addresses: changes.addresses,
            without_pulls: changes.without_pulls,
            without: changes.without,
            repository,
            last: None,
        }
    }

    /// Hands on a record.
    pub(crate) fn put<L: Lookup<Error = StoreError>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
        to: &mut impl Take,
    ) -> Result<(), Error> {
        if let Some(reason) = self.left_out(outgoing, lookup)? {
            return to.leave(outgoing, reason);
        }
        // A mapping knows GitHub's addresses, so texts come to it with these.
        let early = self.addresses.filter(|way| *way == Way::ToGithub);
        let late = self.addresses.filter(|way| *way != Way::ToGithub);
        let outgoing = addressed(early, outgoing, self.repository);
        let Some(mapper) = &mut self.mapper else {
            return to.take(&addressed(late, &outgoing, self.repository), lookup);
        };
        if let Some(mapped) = mapper.outgoing(&outgoing, lookup)? {
            let mapped = addressed(late, &mapped, self.repository);
            to.take(&mapped, &mut mapper.lookup(lookup))?;
        }
        mapper.take_losses();
        Ok(())
    }

    /// Why a record is left out, or the issue that it belongs to; none where it goes out.
    fn left_out<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Option<&'static str>, L::Error> {
        if !self.without_pulls && self.without.is_none() {
            return Ok(None);
        }
        let record = &*outgoing.record;
        if record.kind() == RecordKind::Issue {
            let is_without = self.without.is_some_and(|all| all.contains(&record.id()));
            return Ok(match (is_without, self.without_pulls) {
                (true, _) => Some(CONFIDENTIAL),
                (false, true) if record.is_pull_request() => Some(PULLS),
                _ => None,
            });
        }
        let Some(Parent::Record(parent)) = record.parent() else {
            return Ok(None);
        };
        if let Some((last, reason)) = self.last
            && last == parent
        {
            return Ok(reason);
        }
        let reason = match lookup.record(parent)? {
            Some(parent) => self.left_out(&parent, lookup)?,
            None => None,
        };
        self.last = Some((parent, reason));
        Ok(reason)
    }
}

/// A record with the addresses in its text as they are at the other forge.
fn addressed<'o>(
    way: Option<Way>,
    outgoing: &'o Outgoing,
    repository: &RepositoryName,
) -> Cow<'o, Outgoing> {
    let record = &*outgoing.record;
    let is_text = matches!(record.kind(), RecordKind::Issue | RecordKind::Comment);
    let (Some(way), Some(body)) = (way, record.body().filter(|_| is_text)) else {
        return Cow::Borrowed(outgoing);
    };
    let Cow::Owned(text) = way.text(body, repository) else {
        return Cow::Borrowed(outgoing);
    };
    let mut record = record.clone();
    record.set(Value::Body(text));
    let base = outgoing.base.as_ref().unwrap_or(&outgoing.record);
    Cow::Owned(Outgoing {
        record: Arc::new(record),
        base: Some(Arc::clone(base)),
        ..outgoing.clone()
    })
}
