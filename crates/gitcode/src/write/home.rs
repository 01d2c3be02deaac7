//! Where what GitCode never stated would stand.

use std::sync::Arc;

use backlot_forge::WriteError;
use backlot_model::{Lookup, Outgoing, RecordKind};

use super::render::{Context, Renderer};
use super::served::base_of;
use crate::shape::{HOST, Site};

/// What an export is told about what no forge knows yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// The host where it is to stand.
    pub(super) host: Option<String>,
    /// The `owner/name` that the repository is to have.
    pub(super) name: Option<String>,
}

/// Where a record stands at a forge, or would stand.
pub(super) struct Home {
    host: String,
    name: String,
    served: Option<Arc<backlot_forge::served::Base>>,
    /// The repository.
    pub(super) repository: Option<Arc<Outgoing>>,
}

impl Home {
    pub(super) fn site(&self) -> Site<'_> {
        Site {
            base: self.served.as_deref().map(base_of),
            ..Site::new(&self.host, &self.name)
        }
    }
}

impl Renderer {
    /// Where a record stands by the repository that it belongs to now.
    pub(super) fn home<L: Lookup>(
        &self,
        outgoing: &Outgoing,
        context: &mut Context<'_, L>,
    ) -> Result<Home, WriteError<L::Error>> {
        let record = &*outgoing.record;
        let repository = match record.repository() {
            Some(id) => context.lookup.record(id).map_err(WriteError::Lookup)?,
            None => (record.kind() == RecordKind::Repository).then(|| Arc::new(outgoing.clone())),
        };
        let home = repository.as_deref();
        let own = home.and_then(host_of).or(host_of(outgoing));
        let name = name_of(home, self.target.name.as_deref());
        let name = match (self.is_served(), home) {
            (true, home) => home
                .map(|home| backlot_forge::served::name_here(&home.record))
                .unwrap_or_default(),
            (false, _) if name.contains('/') || name.is_empty() => name.to_owned(),
            (false, _) => format!("local/{name}"),
        };
        let host = own.or(self.target.host.as_deref()).unwrap_or(HOST);
        Ok(Home {
            host: host.to_owned(),
            name,
            served: self.served.as_ref().map(|served| Arc::clone(&served.base)),
            repository,
        })
    }
}

/// The name that a repository has at the target: another one may be given to it unless GitCode itself named it.
pub(super) fn name_of<'n>(repository: Option<&'n Outgoing>, given: Option<&'n str>) -> &'n str {
    let is_elsewhere = repository.is_some_and(Outgoing::is_from_elsewhere);
    let record = repository.map(|found| &*found.record);
    let foreign = record.and_then(|record| record.foreign_name());
    let own = record.and_then(|record| record.name());
    let name = match is_elsewhere {
        true => given.or(foreign),
        false => foreign.or(given),
    };
    name.or(own).unwrap_or_default()
}

/// The host at which a record stands, as far as it is one of GitCode's.
pub(super) fn host_of(outgoing: &Outgoing) -> Option<&str> {
    let host = outgoing.record.host();
    host.filter(|_| !outgoing.is_from_elsewhere())
}
