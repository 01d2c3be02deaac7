//! What the texts of a snapshot's records refer to, for those who render them.

use std::cell::RefCell;
use std::collections::HashMap;

use backlot_core::{Snapshot, SnapshotLookup};
use backlot_github::{FORGE, Resource};
use backlot_model::{ForeignId, Record, RecordId, RepositoryName};

use crate::address::Address;
use crate::markdown::{Known, KnownIssue, References};
use crate::problem::Problem;

/// What the texts of a snapshot's records refer to.
pub(crate) struct Rendering<'s> {
    snapshot: &'s Snapshot,
    base: String,
    homes: HashMap<RecordId, Option<Home>>,
    known: Present<'s>,
}

/// A repository with texts.
struct Home {
    name: RepositoryName,
    /// The host of the forge that it came from.
    host: Option<String>,
}

impl<'s> Rendering<'s> {
    pub(crate) fn new(snapshot: &'s Snapshot, address: &Address) -> Self {
        Self {
            snapshot,
            base: address.html.clone(),
            homes: HashMap::new(),
            known: Present {
                snapshot,
                lookup: RefCell::new(snapshot.lookup_of(FORGE)),
            },
        }
    }

    /// Does something with what the text of an issue or a comment can refer to. None where it is in no repository.
    pub(crate) fn with<T>(
        &mut self,
        record: &Record,
        render: impl FnOnce(&References<'_>) -> T,
    ) -> Result<Option<T>, Problem> {
        let Some(id) = record.repository() else {
            return Ok(None);
        };
        if !self.homes.contains_key(&id) {
            let home = self.home(id)?;
            self.homes.insert(id, home);
        }
        let Some(Some(home)) = self.homes.get(&id) else {
            return Ok(None);
        };
        let hosts: Vec<&str> = home.host.as_deref().into_iter().collect();
        Ok(Some(render(&References {
            base: &self.base,
            hosts: &hosts,
            repository: &home.name,
            known: &self.known,
        })))
    }

    fn home(&self, id: RecordId) -> Result<Option<Home>, Problem> {
        let name = self.snapshot.login(id)?;
        let Some(name) = name.and_then(|name| name.parse::<RepositoryName>().ok()) else {
            return Ok(None);
        };
        let summary = self.snapshot.repository(&name)?;
        let foreign = summary.and_then(|summary| summary.foreign);
        Ok(Some(Home {
            name,
            host: foreign.map(|(host, _)| host),
        }))
    }
}

/// What there is in a snapshot. What cannot be read is not there.
struct Present<'s> {
    snapshot: &'s Snapshot,
    lookup: RefCell<SnapshotLookup<'s>>,
}

impl Known for Present<'_> {
    fn issue(&self, repository: &RepositoryName, number: u64) -> Option<KnownIssue> {
        let id = self.snapshot.issue_id(repository, number).ok()?;
        let mut lookup = self.lookup.try_borrow_mut().ok()?;
        let outgoing = lookup.wanted(id, Resource::Issue.views()).ok()??;
        Some(KnownIssue {
            id: match outgoing.stated {
                Some((_, ForeignId::Number(number), _)) => number,
                _ => id.minted_number(),
            },
            is_pull: outgoing.record.is_pull_request(),
        })
    }

    fn login(&self, login: &str) -> Option<String> {
        self.snapshot.user(login).ok().map(|user| user.login)
    }
}
