//! What the layout `rest` has of a repository, object by object.

use backlot_forge::WriteError;
use backlot_forge::json::string;
use backlot_forge::slots::entry;
use backlot_model::{Lookup, Loss, Outgoing, Pass, RecordKind};

use super::layout::{Layout, Shape};
use super::render::Renderer;
use super::writer::{form_of, has_words};
use crate::shape::Form;

/// An object as the layout `rest` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    name: String,
    text: String,
    kind: RecordKind,
    form: Form,
}

impl Object {
    /// How reports name it: its address, or what it is and its id or name.
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
    pub const fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The number of its form: what happened to an issue can be a log or an earlier text.
    pub const fn form(&self) -> u8 {
        self.form.view().form
    }
}

/// Makes the objects that the layout `rest` has of records, so that what two stores hold can be compared object
/// by object. What GitCode stated is as it came, all else in the live shape.
pub struct Objects {
    renderer: Renderer,
    unused: Vec<Loss>,
}

impl Default for Objects {
    fn default() -> Self {
        Self {
            renderer: Renderer::new(Shape::Live),
            unused: Vec::new(),
        }
    }
}

impl Objects {
    /// The passes in which the layout takes records, one for each form of an object.
    pub fn passes() -> Vec<Pass> {
        Layout::Rest.passes()
    }

    /// The object of a record in the form in which a pass hands it out; none where the layout has none.
    ///
    /// # Errors
    /// What the store refuses, or the damage of what was kept of the object.
    pub fn object<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Option<Object>, WriteError<L::Error>> {
        let record = &*outgoing.record;
        let is_stated = outgoing.stated.is_some();
        let Some(form) = form_of(outgoing).filter(|_| is_stated || has_words(outgoing)) else {
            return Ok(None);
        };
        // The log that tells a part comes by itself, and of a repository that was only named nothing is known.
        let is_part = is_stated && form == Form::LogPart;
        let is_bare = form == Form::Repository && !is_stated && record.created_at().is_none();
        if is_part || is_bare {
            return Ok(None);
        }
        let mut out = Vec::new();
        self.unused.clear();
        self.renderer
            .render(outgoing, lookup, &mut out, &mut self.unused)?;
        let text = String::from_utf8(out).map_err(|_| WriteError::Damaged)?;
        Ok(Some(Object {
            name: name(form, &text),
            text,
            kind: record.kind(),
            form,
        }))
    }
}

/// By what reports call an object.
fn name(form: Form, text: &str) -> String {
    let get = |key: &str| entry(text, key);
    let address = |key: &str| get(key).and_then(string).filter(|url| !url.is_empty());
    if let Some(address) = address("url").or_else(|| address("html_url")) {
        return address.into_owned();
    }
    let kind = form.kind().name();
    let key = match form {
        Form::User => "login",
        Form::Label => "name",
        _ => "id",
    };
    match get(key) {
        Some(raw) => match string(raw) {
            Some(login) if form == Form::User => format!("{kind} {}", login.to_lowercase()),
            Some(text) => format!("{kind} {text}"),
            None => format!("{kind} {raw}"),
        },
        None => kind.to_owned(),
    }
}
