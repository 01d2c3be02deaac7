//! Embedded objects by their text: a user stands in thousands of objects, letter for letter.

use std::hash::Hasher as _;

use backlot_model::ViewId;
use rustc_hash::{FxHashMap, FxHasher};

use crate::shape::Form;

/// The most objects and bytes of text that are remembered.
const MAX_ENTRIES: usize = 16_384;
const MAX_BYTES: usize = 4 << 20;
/// How much of the beginning of an object tells it apart.
const HEAD: usize = 96;

struct Entry {
    form: Option<Form>,
    text: Box<str>,
    id: ViewId,
}

/// Embedded objects by their text.
#[derive(Default)]
pub(super) struct Cache {
    entries: FxHashMap<u64, Entry>,
    heads: FxHashMap<u64, u64>,
    bytes: usize,
}

fn hash(form: Option<Form>, bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u8(form.map_or(0, |form| form as u8));
    hasher.write(bytes);
    hasher.finish()
}

impl Cache {
    /// The object that `text` begins with, and its length. As an object ends where its last brace
    /// is, equal bytes at the beginning are an equal object.
    pub(super) fn starts(&self, form: Form, text: &str) -> Option<(usize, ViewId)> {
        let head = text.as_bytes().get(..HEAD)?;
        let entry = self.entries.get(self.heads.get(&hash(Some(form), head))?)?;
        (entry.form == Some(form) && text.starts_with(&*entry.text))
            .then_some((entry.text.len(), entry.id))
    }

    /// The object of just this text in a form; none for the form of kept JSON.
    pub(super) fn get(&self, form: Option<Form>, text: &str) -> Option<ViewId> {
        let entry = self.entries.get(&hash(form, text.as_bytes()))?;
        (entry.form == form && *entry.text == *text).then_some(entry.id)
    }

    /// Remembers an object.
    pub(super) fn put(&mut self, form: Option<Form>, text: &str, id: ViewId) {
        if text.len() > MAX_BYTES / 4 {
            return;
        }
        if self.entries.len() >= MAX_ENTRIES || self.bytes + text.len() > MAX_BYTES {
            self.entries.clear();
            self.heads.clear();
            self.bytes = 0;
        }
        let key = hash(form, text.as_bytes());
        if let (Some(head), Some(_)) = (text.as_bytes().get(..HEAD), form) {
            self.heads.insert(hash(form, head), key);
        }
        self.bytes += text.len();
        let text = text.into();
        self.entries.insert(key, Entry { form, text, id });
    }
}
