//! JSON objects written key by key, out of parts that are JSON already.

use crate::shape::Site;

/// An object that is being written.
pub(super) struct Build {
    text: String,
}

impl Build {
    /// An object without entries, that will be about as long as this.
    pub(super) fn new(capacity: usize) -> Self {
        let mut text = String::with_capacity(capacity);
        text.push('{');
        Self { text }
    }

    /// Appends a key, as it is written between its quotes, and gives where its value goes.
    pub(super) fn key(&mut self, key: &str) -> &mut String {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text.push('"');
        self.text.push_str(key);
        self.text.push_str("\":");
        &mut self.text
    }

    /// Appends an entry whose value is JSON already.
    pub(super) fn raw(&mut self, key: &str, value: &str) {
        self.key(key).push_str(value);
    }

    /// Appends an entry whose value is a string of parts that need no escape, such as addresses.
    pub(super) fn plain(&mut self, key: &str, parts: &[&str]) {
        let text = self.key(key);
        text.push('"');
        parts.iter().for_each(|part| text.push_str(part));
        text.push('"');
    }

    /// The whole object.
    pub(super) fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// The address of an issue, or of another thing with a number, at the API.
pub(super) fn address(site: Site<'_>, kind: &str, number: u64) -> String {
    format!("{}/repos/{}/{kind}/{number}", site.api, site.repo)
}
