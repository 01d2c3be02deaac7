//! Where what GitCode never stated would stand.

use std::sync::Arc;

use backlot_forge::WriteError;
use backlot_model::{Lookup, Outgoing, RecordKind};

use super::render::{Context, Renderer};
use crate::shape::{Form, HOST, Site};

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
    /// The repository.
    pub(super) repository: Option<Arc<Outgoing>>,
}

impl Home {
    pub(super) fn site(&self) -> Site<'_> {
        Site::new(&self.host, &self.name)
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
        let home = repository.as_deref().map(|found| &*found.record);
        let stated = |found: &Outgoing| {
            let stated = found.stated.as_ref();
            stated.is_some_and(|(view, ..)| Form::from_view(*view).is_some())
        };
        let own = home.and_then(|home| home.host()).or(record.host());
        let is_stated = repository.as_deref().is_some_and(stated);
        let own = own.filter(|host| is_stated || is_ours(host));
        let foreign = home.and_then(|home| home.foreign_name());
        let name = foreign
            .filter(|_| own.is_some())
            .or(self.target.name.as_deref())
            .or(foreign)
            .or(home.and_then(|home| home.name()))
            .unwrap_or_default();
        let name = match name.contains('/') || name.is_empty() {
            true => name.to_owned(),
            false => format!("local/{name}"),
        };
        let host = own.or(self.target.host.as_deref()).unwrap_or(HOST);
        Ok(Home {
            host: host.to_owned(),
            name,
            repository,
        })
    }
}

/// Whether a host is one of GitCode's names, so that what came from there stays there.
pub(super) fn is_ours(host: &str) -> bool {
    host.split('.')
        .any(|part| matches!(part, "gitcode" | "atomgit"))
}
