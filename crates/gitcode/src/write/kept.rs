//! New names and texts inside of what is kept in GitCode's own words, for a lookup that maps.

use backlot_forge::WriteError;
use backlot_forge::bytes::{Bytes, Pieces};
use backlot_forge::json::{digest, quoted, string, write_string};
use backlot_forge::renames::{Entries, Words, rename};
use backlot_model::{Lookup, Loss, LossKind, RecordKind};

use super::object::Job;
use super::render::{Context, Renderer};
use crate::log;
use crate::shape::Form;

/// Where GitCode's objects say names and texts. Webhooks call things as GitLab does.
const WORDS: Words = Words {
    logins: &["login", "username"],
    labels: &["name", "title"],
    texts: &["body", "description", "note"],
    people,
    in_address: str::to_owned,
};

/// The texts that are kept because no field of a record says them.
const TEXTS: [&str; 3] = ["body", "content", "description"];

impl Renderer {
    /// Appends the kept JSON of a key.
    pub(super) fn kept<L: Lookup>(
        &mut self,
        key: &str,
        pieces: Pieces<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if context.is_kept || !context.lookup.maps() {
            return self.pieces(pieces, context, out);
        }
        let start = out.len();
        context.is_kept = true;
        let done = self.pieces(pieces, context, out);
        context.is_kept = false;
        done?;
        renamed(key, start, context.lookup, out);
        Ok(())
    }
}

/// Puts new names and texts into the JSON of a key, which begins at `start`.
pub(super) fn renamed<L: Lookup>(key: &str, start: usize, lookup: &mut L, out: &mut Vec<u8>) {
    if !TEXTS.contains(&key) {
        return rename(&WORDS, key, start, lookup, out);
    }
    let said = std::str::from_utf8(out.get(start..).unwrap_or_default());
    let new = said
        .ok()
        .and_then(string)
        .and_then(|text| lookup.new_text(&text));
    if let Some(new) = new {
        out.truncate(start);
        write_string(&new, out);
    }
}

/// The words of an operate log on their way out, where names in them are other ones.
pub(super) fn told<R, L: Lookup>(
    job: &Job<'_, R>,
    content: &str,
    context: &mut Context<'_, L>,
) -> Option<String> {
    if job.form != Form::OperateLog || !context.lookup.maps() {
        return None;
    }
    let action = job.table.find("action_type");
    let action = action.and_then(|at| job.overlay.aux(at));
    let action = action.and_then(|aux| Bytes(aux).text()).unwrap_or_default();
    let lookup = &mut *context.lookup;
    let Some(told) = log::parse(action, content) else {
        return lookup.new_text(content);
    };
    match told.renamed(|kind, name| lookup.new_name(kind, name)) {
        Ok(new) => new,
        Err(log::Unsaid) => {
            let reason = "the words would not tell the new name, and keep the old one";
            let loss = super::lost::loss(job, LossKind::Altered, "content", reason);
            context.losses.push(Loss {
                value: Some(digest(&quoted(content))),
                ..loss
            });
            None
        }
    }
}

/// Custom fields of members list them by login.
fn people(entries: &Entries<'_>) -> Option<&'static str> {
    let mut types = entries.iter().filter(|(key, _)| *key == "field_type");
    let is_member = |raw: &str| string(raw).is_some_and(|word| word.starts_with("member"));
    types
        .any(|(_, raw)| is_member(raw))
        .then_some("field_values")
}

/// What the key of an embedded object of a form is called.
pub(super) const fn key_of(form: Form) -> &'static str {
    match form.kind() {
        RecordKind::Label => "label",
        RecordKind::Milestone => "milestone",
        _ => "",
    }
}
