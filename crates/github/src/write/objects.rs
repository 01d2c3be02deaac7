//! What the layout `rest` has of a repository, object by object and complete.

use backlot_model::{Lookup, Loss, Outgoing, Pass, RecordKind};

use super::happened::{CROSS_REFERENCED, node_prefix};
use super::layout::Layout;
use backlot_forge::WriteError;

use super::render::Renderer;
use super::version::ApiVersion;
use crate::shape::{Form, Site};
use backlot_forge::json::string;
use backlot_forge::slots::entry;

/// The version for which objects are written to be compared.
pub(super) const VERSION: ApiVersion = ApiVersion::V2022;

/// An object as the layout `rest` gives it, complete for version 2022-11-28.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) kind: RecordKind,
    pub(super) form: Form,
}

impl Object {
    /// How reports name it: its URL, or where it stands in the API.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The object, as JSON.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name and the object.
    pub fn into_parts(self) -> (String, String) {
        (self.name, self.text)
    }

    /// What its record is.
    pub fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The number of its form: the same record can be an issue and a pull request, or stand in two lists.
    pub fn form(&self) -> u8 {
        self.form.view().form
    }

    /// Whether it is a pull request as the API for pull requests gives it.
    pub(super) fn is_pull(&self) -> bool {
        self.form == Form::Pull
    }
}

/// Makes the objects that the layout `rest` has of records, so that what two stores hold can be compared object
/// by object.
pub struct Objects {
    renderer: Renderer,
    pub(super) unused: Vec<Loss>,
    /// The API's address, and the repository's `owner/name`.
    site: (String, String),
}

impl Default for Objects {
    fn default() -> Self {
        Self::at(None, None)
    }
}

impl Objects {
    /// One that has what was made here stand at a host and under a name; without them, where it stands there.
    pub fn at(host: Option<String>, name: Option<String>) -> Self {
        Self {
            renderer: Renderer::new(Some(VERSION)).at(host, name),
            unused: Vec::new(),
            site: Default::default(),
        }
    }

    /// The passes in which the layout takes records, one for each form of an object.
    pub fn passes() -> Vec<Pass> {
        Layout::Rest.passes()
    }

    /// The object of a record in the form in which a pass hands it out; none where the layout has none. The
    /// repository comes first, as it says where all else is.
    ///
    /// # Errors
    /// What the store refuses, or the damage of what was kept of the object.
    pub fn object<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Option<Object>, WriteError<L::Error>> {
        let Some(form) = form_of(outgoing) else {
            return Ok(None);
        };
        let record = &*outgoing.record;
        if form == Form::Repository {
            self.enter(outgoing, lookup)?;
        }
        let is_had = outgoing.stated.is_some()
            || match record.kind() {
                // Of a repository that was only named nothing is known but its name.
                RecordKind::Repository => record.created_at().is_some(),
                RecordKind::HistoryEvent => match record.event().unwrap_or_default() {
                    CROSS_REFERENCED => form == Form::Timeline,
                    event => node_prefix(event).is_some(),
                },
                _ => true,
            };
        match is_had {
            true => self.original(outgoing, lookup).map(Some),
            false => Ok(None),
        }
    }

    /// Where the repository is that is written.
    pub(super) fn site(&self) -> Site<'_> {
        Site::new(&self.site.0, &self.site.1)
    }

    /// The URL of the repository that is written.
    pub(super) fn repository_url(&self) -> String {
        let site = self.site();
        format!("{}/repos/{}", site.api, site.repo)
    }

    /// Learns from the record of the repository where everything is.
    pub(super) fn enter<L: Lookup>(
        &mut self,
        repository: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let text = self.text(repository, lookup)?;
        let url = entry(&text, "url")
            .and_then(string)
            .unwrap_or_default()
            .into_owned();
        if let Some(site) = Site::of_url(&url) {
            self.site = (site.api.to_owned(), site.repo.to_owned());
        }
        Ok(())
    }

    /// A record in the form that it is handed out in, as the layout `rest` gives it.
    fn text<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<String, WriteError<L::Error>> {
        let mut out = Vec::new();
        self.unused.clear();
        self.renderer
            .render(outgoing, lookup, &mut out, &mut self.unused)?;
        String::from_utf8(out).map_err(|_| WriteError::Damaged)
    }

    /// The same with the name by which reports call it.
    pub(super) fn original<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Object, WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        let form = form_of(outgoing).ok_or(WriteError::Damaged)?;
        let text = self.text(outgoing, lookup)?;
        let name = self.name(form, &text, outgoing.parent_number);
        Ok(Object {
            name,
            text,
            kind,
            form,
        })
    }

    fn name(&self, form: Form, text: &str, parent: Option<u64>) -> String {
        let get = |key: &str| entry(text, key);
        if let Some(url) = get("url").and_then(string)
            && !url.is_empty()
        {
            return url.into_owned();
        }
        let repository = self.repository_url();
        let issue = match parent {
            Some(number) => format!("{repository}/issues/{number}"),
            None => repository,
        };
        match (form, get("id")) {
            (Form::Reaction, Some(id)) => format!("{issue}/reactions/{id}"),
            (Form::Timeline, _) => format!("{issue}/timeline"),
            (Form::Repository, _) => issue,
            (_, Some(id)) => format!("{} {id}", form.kind().name()),
            (_, None) => form.kind().name().to_owned(),
        }
    }
}

/// The form that a record is handed out in.
pub(super) fn form_of(outgoing: &Outgoing) -> Option<Form> {
    let stated = outgoing.stated.as_ref();
    stated
        .and_then(|(view, ..)| Form::from_view(*view))
        .or_else(|| outgoing.wanted.and_then(Form::from_view))
        .or_else(|| Form::of_kind(outgoing.record.kind()))
}
