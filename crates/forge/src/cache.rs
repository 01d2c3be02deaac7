//! Embedded objects by their text: a user stands in thousands of objects, letter for letter.

use std::hash::Hasher as _;

use backlot_model::ViewId;
use rustc_hash::{FxHashMap, FxHasher};

/// The form of JSON that is only kept.
pub const KEPT: u8 = 0;
/// The most objects and bytes of text that are remembered.
const MAX_ENTRIES: usize = 16_384;
const MAX_BYTES: usize = 4 << 20;
/// How much of the beginning of an object tells it apart.
const HEAD: usize = 96;

struct Entry {
    form: u8,
    text: Box<str>,
    id: ViewId,
}

/// Embedded objects by their text.
#[derive(Default)]
pub struct Cache {
    entries: FxHashMap<u64, Entry>,
    heads: FxHashMap<u64, u64>,
    bytes: usize,
}

fn hash(form: u8, bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u8(form);
    hasher.write(bytes);
    hasher.finish()
}

impl Cache {
    /// The object that `text` begins with, and its length. As an object ends where its last brace
    /// is, equal bytes at the beginning are an equal object.
    pub fn starts(&self, form: u8, text: &str) -> Option<(usize, ViewId)> {
        let head = text.as_bytes().get(..HEAD)?;
        let entry = self.entries.get(self.heads.get(&hash(form, head))?)?;
        (entry.form == form && text.starts_with(&*entry.text))
            .then_some((entry.text.len(), entry.id))
    }

    /// The object of just this text in a form; none for the form of kept JSON.
    pub fn get(&self, form: u8, text: &str) -> Option<ViewId> {
        let entry = self.entries.get(&hash(form, text.as_bytes()))?;
        (entry.form == form && *entry.text == *text).then_some(entry.id)
    }

    /// Remembers an object.
    pub fn put(&mut self, form: u8, text: &str, id: ViewId) {
        if text.len() > MAX_BYTES / 4 {
            return;
        }
        if self.entries.len() >= MAX_ENTRIES || self.bytes + text.len() > MAX_BYTES {
            self.entries.clear();
            self.heads.clear();
            self.bytes = 0;
        }
        let key = hash(form, text.as_bytes());
        if let Some(head) = text.as_bytes().get(..HEAD).filter(|_| form != KEPT) {
            self.heads.insert(hash(form, head), key);
        }
        self.bytes += text.len();
        let text = text.into();
        self.entries.insert(key, Entry { form, text, id });
    }
}
