//! Records of a snapshot as GitCode's JSON.

use backlot_core::{HistoryItem, Snapshot, SnapshotLookup};
use backlot_gitcode::{FORGE, Renderer, Resource, Shape};
use backlot_model::{Outgoing, RecordId};
use http::header::HeaderName;
use serde_json::Value;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;

/// Writes records of a snapshot as the running API of GitCode gives them, with the numbers of the store.
pub(super) struct View<'s> {
    lookup: SnapshotLookup<'s>,
    renderer: Renderer,
}

impl<'s> View<'s> {
    pub(super) fn of(exchange: &Exchange<'_>, snapshot: &'s Snapshot) -> Self {
        let address = &exchange.address;
        Self {
            lookup: snapshot.lookup_of(FORGE),
            renderer: Renderer::new(Shape::Live)
                .served(address.api.as_str(), Some(address.html.clone())),
        }
    }

    /// A record on its way out, in the form in which it is wanted; none where there is no such record.
    pub(super) fn outgoing(
        &mut self,
        id: RecordId,
        resource: Resource,
    ) -> Result<Option<Outgoing>, Problem> {
        Ok(self.lookup.wanted(id, resource.views())?)
    }

    /// The same for a comment or an event of a list.
    pub(super) fn item(
        &mut self,
        item: &HistoryItem,
        resource: Resource,
    ) -> Result<Option<Outgoing>, Problem> {
        Ok(self.lookup.item(item, resource.views())?)
    }

    /// A record as an object.
    ///
    /// # Errors
    /// 404 where there is no such record.
    pub(super) fn object(&mut self, id: RecordId, resource: Resource) -> Result<Vec<u8>, Problem> {
        let outgoing = self.outgoing(id, resource)?;
        let mut out = Vec::with_capacity(2048);
        self.put(&outgoing.ok_or_else(Problem::not_found)?, &mut out)?;
        Ok(out)
    }

    /// The same as a value, for what stands in objects that no export has.
    pub(super) fn value(&mut self, id: RecordId, resource: Resource) -> Result<Value, Problem> {
        parsed(&self.object(id, resource)?)
    }

    /// Records as a list.
    pub(super) fn list(
        &mut self,
        ids: impl IntoIterator<Item = RecordId>,
        resource: Resource,
    ) -> Result<Vec<u8>, Problem> {
        let mut found = Vec::new();
        for id in ids {
            found.extend(self.outgoing(id, resource)?);
        }
        self.all(&found)
    }

    /// Comments or events as a list.
    pub(super) fn items(
        &mut self,
        items: &[HistoryItem],
        resource: Resource,
    ) -> Result<Vec<u8>, Problem> {
        let mut found = Vec::new();
        for item in items {
            found.extend(self.item(item, resource)?);
        }
        self.all(&found)
    }

    /// Records on their way out as a list.
    pub(super) fn all(&mut self, found: &[Outgoing]) -> Result<Vec<u8>, Problem> {
        let mut out = vec![b'['];
        for outgoing in found {
            if out.len() > 1 {
                out.push(b',');
            }
            self.put(outgoing, &mut out)?;
        }
        out.push(b']');
        Ok(out)
    }

    fn put(&mut self, outgoing: &Outgoing, out: &mut Vec<u8>) -> Result<(), Problem> {
        // What GitCode has no place for is documented, and told by exports.
        let mut losses = Vec::new();
        self.renderer
            .render(outgoing, &mut self.lookup, out, &mut losses)?;
        Ok(())
    }
}

/// What was rendered as a value.
pub(super) fn parsed(object: &[u8]) -> Result<Value, Problem> {
    serde_json::from_slice(object).map_err(|_| {
        Problem::new(
            http::StatusCode::INTERNAL_SERVER_ERROR,
            "a record cannot be shown",
        )
    })
}

/// A page of a list of `total` objects, with the headers by which GitCode counts.
pub(super) fn paged(paging: Paging, total: usize, body: Vec<u8>) -> Answer {
    Answer::ok(body)
        .header(HeaderName::from_static("total_count"), &total.to_string())
        .header(
            HeaderName::from_static("total_page"),
            &paging.pages(total).to_string(),
        )
}

/// A page of a list that is there as a whole.
pub(super) fn page_of(paging: Paging, all: &[Value]) -> Answer {
    let page = all.get(paging.range(all.len())).unwrap_or_default();
    let body = Value::Array(page.to_vec()).to_string();
    paged(paging, all.len(), body.into_bytes())
}
