//! Users, labels and milestones inside other objects.

use backlot_model::{Change, Depicted, Incoming, IncomingEmbedded, ViewId};

use super::intake::{Around, Intake};
use crate::shape::{Embedded, Form, write_overlay};
use backlot_forge::json::Fault;

impl Intake {
    /// The name of an embedded object, which is handed on if it is new; none for one that does not
    /// even say its name.
    pub(super) fn embed(
        &mut self,
        form: Form,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<Option<ViewId>, Fault> {
        if let Some(id) = self.cache.get(form as u8, raw) {
            return Ok(Some(id));
        }
        let depth = self.trail.len();
        if depth > 8 {
            return Ok(None);
        }
        self.trail.push(match form {
            Form::User => "user",
            Form::Label => "labels",
            _ => "milestone",
        });
        let object = self.object(form, form.kind(), raw, around);
        self.trail.truncate(depth);
        let object = object?;
        let name = match form {
            Form::Milestone => object.changes.iter().find_map(|change| match change {
                Change::Set(backlot_model::Value::Title(title)) => Some(title.clone()),
                _ => None,
            }),
            _ => Some(object.gathered.name.to_string()),
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Ok(None);
        };
        if form == Form::Milestone && object.gathered.number.is_none() {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(96 + object.extras.len());
        Embedded::begin(form, object.gathered.id, &mut bytes);
        object.write_overlay(&mut bytes);
        let values = object.changes.iter().filter_map(|change| match change {
            Change::Set(value) => Some(value),
            _ => None,
        });
        Embedded::end(values, &mut bytes);
        let id = ViewId::of(&bytes);
        let site = object.gathered.site;
        // What does not say where it is means something else in another repository.
        if object.gathered.says_site {
            self.cache.put(form as u8, raw, id);
        }
        let repository = match form {
            Form::User => None,
            _ => Some(self.repository(site)),
        };
        let depicts = Some(Depicted {
            repository,
            host: self.host(site),
            kind: form.kind(),
            minted: None,
            view: form.view(),
            id: object.gathered.id,
            name,
            changes: object.changes,
        });
        let embedded = IncomingEmbedded { id, bytes, depicts };
        self.out.push(Incoming::Embedded(Box::new(embedded)));
        Ok(Some(id))
    }

    /// A name for the comment of an id, of which nothing is said but that something belongs to it.
    pub(super) fn comment(&mut self, id: u64, around: &Around<'_>) -> ViewId {
        let form = Form::Comment;
        let mut bytes = Vec::with_capacity(64);
        Embedded::begin(form, Some(id), &mut bytes);
        let table = form.table(form.kind());
        write_overlay(around.site, table, 0, &[], (0, &[]), &mut bytes);
        Embedded::end(std::iter::empty(), &mut bytes);
        let view = ViewId::of(&bytes);
        let depicts = Some(Depicted {
            repository: Some(self.repository(around.site)),
            host: self.host(around.site),
            kind: form.kind(),
            minted: None,
            view: form.view(),
            id: Some(id),
            name: id.to_string(),
            changes: Vec::new(),
        });
        let embedded = IncomingEmbedded {
            id: view,
            bytes,
            depicts,
        };
        self.out.push(Incoming::Embedded(Box::new(embedded)));
        view
    }
}
