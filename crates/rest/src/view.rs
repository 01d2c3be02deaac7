//! Records of a snapshot as GitHub's JSON.

use std::collections::HashMap;

use backlot_core::{HistoryItem, RepositorySummary, Snapshot, SnapshotLookup};
use backlot_github::{ApiVersion, FORGE, Renderer, Resource};
use backlot_model::{ForeignId, Outgoing, RecordId, RecordKind};

use crate::access::Permission;
use crate::address::Address;
use crate::media::Media;
use crate::problem::Problem;
use crate::rendering::Rendering;
use crate::texts;

/// Writes records of a snapshot as GitHub's JSON.
pub(crate) struct View<'s> {
    snapshot: &'s Snapshot,
    lookup: SnapshotLookup<'s>,
    renderer: Renderer,
    rendering: Rendering<'s>,
    media: Media,
    /// What the one who looks may do; none for who has no name.
    permission: Option<Permission>,
}

impl<'s> View<'s> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        version: ApiVersion,
        media: Media,
        address: &Address,
    ) -> Self {
        Self {
            snapshot,
            lookup: snapshot.lookup_of(FORGE),
            renderer: Renderer::new(Some(version))
                .served(address.api.as_str(), Some(address.html.clone())),
            rendering: Rendering::new(snapshot, address),
            media,
            permission: None,
        }
    }

    /// The same for one who may do so much.
    pub(crate) const fn seen_by(mut self, permission: Option<Permission>) -> Self {
        self.permission = permission;
        self
    }

    pub(crate) const fn snapshot(&self) -> &'s Snapshot {
        self.snapshot
    }

    /// Appends a record as an object.
    ///
    /// # Errors
    /// 404 where there is no such record.
    pub(crate) fn put(
        &mut self,
        id: RecordId,
        resource: Resource,
        out: &mut Vec<u8>,
    ) -> Result<(), Problem> {
        let outgoing = self
            .lookup
            .wanted(id, resource.views())?
            .ok_or_else(Problem::not_found)?;
        self.put_outgoing(&outgoing, out)
    }

    /// A record as an object.
    pub(crate) fn object(&mut self, id: RecordId, resource: Resource) -> Result<Vec<u8>, Problem> {
        let mut out = Vec::with_capacity(4096);
        self.put(id, resource, &mut out)?;
        Ok(out)
    }

    /// Records as a list.
    pub(crate) fn list(
        &mut self,
        ids: impl IntoIterator<Item = RecordId>,
        resource: Resource,
    ) -> Result<Vec<u8>, Problem> {
        let mut out = vec![b'['];
        for id in ids {
            if out.len() > 1 {
                out.push(b',');
            }
            self.put(id, resource, &mut out)?;
        }
        out.push(b']');
        Ok(out)
    }

    /// Issues as a list, each with its repository, as lists across repositories have it.
    pub(crate) fn issues_with_repositories(
        &mut self,
        ids: impl IntoIterator<Item = RecordId>,
    ) -> Result<Vec<u8>, Problem> {
        let mut repositories: HashMap<RecordId, Vec<u8>> = HashMap::new();
        let mut out = vec![b'['];
        for id in ids {
            if out.len() > 1 {
                out.push(b',');
            }
            let start = out.len();
            let outgoing = self
                .lookup
                .wanted(id, Resource::Issue.views())?
                .ok_or_else(Problem::not_found)?;
            self.put_outgoing(&outgoing, &mut out)?;
            if let Some(home) = outgoing.record.repository() {
                let repository = match repositories.remove(&home) {
                    Some(known) => known,
                    None => self.object(home, Resource::Repository)?,
                };
                texts::put_entry(&mut out, start, "repository", &repository);
                repositories.insert(home, repository);
            }
        }
        out.push(b']');
        Ok(out)
    }

    /// Comments and events as a list.
    pub(crate) fn items(
        &mut self,
        items: &[HistoryItem],
        resource: Resource,
    ) -> Result<Vec<u8>, Problem> {
        let mut out = vec![b'['];
        for item in items {
            let outgoing = self.lookup.item(item, resource.views())?;
            let Some(outgoing) = outgoing.filter(|outgoing| resource.has(outgoing)) else {
                continue;
            };
            if out.len() > 1 {
                out.push(b',');
            }
            self.put_outgoing(&outgoing, &mut out)?;
        }
        out.push(b']');
        Ok(out)
    }

    /// One comment or event as an object.
    ///
    /// # Errors
    /// 404 where it is gone.
    pub(crate) fn item(
        &mut self,
        item: &HistoryItem,
        resource: Resource,
    ) -> Result<Vec<u8>, Problem> {
        let outgoing = self.lookup.item(item, resource.views())?;
        let outgoing = outgoing
            .filter(|outgoing| resource.has(outgoing))
            .ok_or_else(Problem::not_found)?;
        let mut out = Vec::with_capacity(4096);
        self.put_outgoing(&outgoing, &mut out)?;
        Ok(out)
    }

    fn put_outgoing(&mut self, outgoing: &Outgoing, out: &mut Vec<u8>) -> Result<(), Problem> {
        let mut losses = Vec::new();
        let start = out.len();
        self.renderer
            .render(outgoing, &mut self.lookup, out, &mut losses)?;
        let record = &outgoing.record;
        if record.kind() == RecordKind::Repository {
            texts::put_permissions(out, start, self.permission);
        }
        if !matches!(record.kind(), RecordKind::Issue | RecordKind::Comment) {
            return Ok(());
        }
        if self.media == Media::Raw {
            texts::keep_raw(out, start);
            return Ok(());
        }
        let media = self.media;
        self.rendering.with(record, |references| {
            texts::fit(out, start, media, references);
        })?;
        Ok(())
    }

    /// The number by which GitHub calls a repository, or by which exports would.
    pub(crate) fn repository_number(&self, repository: &RepositorySummary) -> Result<u64, Problem> {
        repository_number(self.snapshot, repository)
    }
}

/// The number by which GitHub calls a repository, or by which exports would.
fn repository_number(snapshot: &Snapshot, repository: &RepositorySummary) -> Result<u64, Problem> {
    let mut lookup = snapshot.lookup_of(FORGE);
    let outgoing = lookup.wanted(repository.id, Resource::Repository.views())?;
    let stated = outgoing.and_then(|outgoing| outgoing.stated);
    Ok(match stated {
        Some((_, ForeignId::Number(number), _)) => number,
        _ => repository.id.minted_number(),
    })
}

/// The repository of such a number.
pub(crate) fn repository_with_number(
    snapshot: &Snapshot,
    number: u64,
) -> Result<RepositorySummary, Problem> {
    for repository in snapshot.repositories()? {
        if repository_number(snapshot, &repository)? == number {
            return Ok(repository);
        }
    }
    Err(Problem::not_found())
}
