//! Where what was made here would stand at a forge.

use backlot_model::{Lookup, Outgoing, Record, RecordId, RecordKind};

use super::render::{Context, Renderer};
use crate::shape::{Form, Site};
use backlot_forge::WriteError;

/// Where a record stands at a forge, or would stand.
pub(super) struct Home {
    api: String,
    /// Where its pages are, where that does not follow from the address of the API.
    html: Option<String>,
    name: String,
    /// The forge's number of the repository, or the one that it is given.
    pub(super) id: Option<u64>,
}

impl Home {
    pub(super) fn site(&self) -> Site<'_> {
        let site = Site::new(&self.api, &self.name);
        match &self.html {
            Some(html) => Site { html, ..site },
            None => site,
        }
    }
}

/// What an export is told about what no forge knows yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// The host where it is to stand.
    pub(super) host: Option<String>,
    /// The `owner/name` that the exported repository is to have.
    pub(super) name: Option<String>,
    /// The exported repository, and its own host.
    repository: Option<(RecordId, Option<String>)>,
}

impl Target {
    /// Forgets which repository is exported.
    pub(super) fn forget(&mut self) {
        self.repository = None;
    }
}

impl Renderer {
    /// Has what was made here stand at a host, in place of `github.com`, and its repository be called
    /// `owner/name`. What came from a forge keeps its own.
    #[must_use]
    pub fn at(mut self, host: Option<String>, name: Option<String>) -> Self {
        self.target.host = host;
        self.target.name = name;
        self
    }

    /// Notes which repository is exported: the first one of which something goes out.
    pub(super) fn note_repository<L: Lookup>(
        &mut self,
        record: &Record,
        context: &mut Context<'_, L>,
    ) -> Result<(), WriteError<L::Error>> {
        let own = record.kind() == RecordKind::Repository;
        let Some(id) = record.repository().or(own.then_some(record.id())) else {
            return Ok(());
        };
        let found = context.lookup.record(id).map_err(WriteError::Lookup)?;
        let host = match &found {
            Some(found) => host_of(found),
            None => record.host(),
        };
        let host = host.map(str::to_owned);
        self.target.repository = Some((id, host));
        Ok(())
    }

    /// Whether it is known which repository is exported.
    pub(super) const fn knows_repository(&self) -> bool {
        self.target.repository.is_some()
    }

    /// Where a record stands by the repository that it belongs to now.
    pub(super) fn home<L: Lookup>(
        &self,
        outgoing: &Outgoing,
        form: Form,
        context: &mut Context<'_, L>,
    ) -> Result<Home, WriteError<L::Error>> {
        let record = &*outgoing.record;
        let found = match record.repository() {
            Some(repository) => context
                .lookup
                .record(repository)
                .map_err(WriteError::Lookup)?,
            None => None,
        };
        if let Some(served) = &self.served {
            let own = (record.kind() == RecordKind::Repository).then_some(record);
            let repository = found.as_deref().map(|found| &*found.record).or(own);
            return Ok(Home {
                api: served.base.api.clone(),
                html: Some(served.base.html.clone()),
                name: repository
                    .filter(|_| form != Form::User)
                    .map(backlot_forge::served::name_here)
                    .unwrap_or_default(),
                id: found.as_deref().map(id_of).or(own.map(|_| id_of(outgoing))),
            });
        }
        // The board of an organisation or a person is in no repository, but at the host of that.
        if let (None, Some(owner)) = (record.repository(), record.owner()) {
            let owner = context.lookup.record(owner).map_err(WriteError::Lookup)?;
            let host = owner.as_ref().and_then(|owner| host_of(owner));
            return Ok(Home {
                api: Site::api_of_host(host.or(self.target.host.as_deref()).unwrap_or_default()),
                html: None,
                name: String::new(),
                id: None,
            });
        }
        let home = found
            .as_deref()
            .or((form == Form::Repository).then_some(outgoing));
        let exported = self.target.repository.as_ref();
        let name = home.and_then(|home| {
            let is_elsewhere = home.is_from_elsewhere();
            let home = &home.record;
            let given = self
                .target
                .name
                .as_deref()
                .filter(|_| exported.is_some_and(|(id, _)| *id == home.id()));
            match is_elsewhere {
                true => given.or(home.foreign_name()).or(home.name()),
                false => home.foreign_name().or(given).or(home.name()),
            }
        });
        let name = name.unwrap_or_default();
        let name = match form {
            Form::User => String::new(),
            _ if name.contains('/') || name.is_empty() => name.to_owned(),
            _ => format!("local/{name}"),
        };
        // Who is known only here is taken to be where the exported repository is.
        let host = home
            .and_then(host_of)
            .or(host_of(outgoing))
            .or(exported
                .filter(|_| home.is_none())
                .and_then(|(_, host)| host.as_deref()))
            .or(self.target.host.as_deref());
        let api = Site::api_of_host(host.unwrap_or_default());
        let id = home.map(id_of);
        Ok(Home {
            api,
            html: None,
            name,
            id,
        })
    }
}

/// GitHub's number of a record, or the one that it is given in place of one.
pub(super) fn id_of(outgoing: &Outgoing) -> u64 {
    let kind = outgoing.record.kind();
    // Another forge's number says nothing here.
    let stated = outgoing.stated.as_ref();
    stated
        .filter(|(view, ..)| Form::from_view(*view).is_some())
        .and_then(|(_, id, _)| super::edit::own_number(kind, id))
        .unwrap_or_else(|| outgoing.record.id().minted_number())
}

/// The host at which a record stands, as far as it is one of GitHub's.
fn host_of(outgoing: &Outgoing) -> Option<&str> {
    let host = outgoing.record.host();
    host.filter(|_| !outgoing.is_from_elsewhere())
}
