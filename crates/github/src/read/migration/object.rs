//! The text of an object in the making.

use crate::shape::{Facts, Rule, derive};
use backlot_forge::json::{Cursor, string, write_string};

/// Keys that records of an archive have whether there is something to say or not. Where there is not, the
/// object of the API is better without them: it has none of them.
const EMPTY: [&str; 26] = [
    "name",
    "bio",
    "company",
    "website",
    "location",
    "email",
    "emails",
    "social_accounts",
    "billing_plan",
    "created_at",
    "members",
    "base",
    "head",
    "merge_commit_sha",
    "review_requests",
    "close_issue_references",
    "collaborators",
    "webhooks",
    "public_keys",
    "repository_topics",
    "autolinks",
    "page",
    "wiki_url",
    "git_url",
    "default_branch",
    "label_text_color",
];

/// A JSON object that is written key by key.
pub(super) struct Text(Vec<u8>);

impl Text {
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(512))
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        write_string(key, &mut self.0);
        self.0.push(b':');
        &mut self.0
    }

    /// A key with JSON as it is.
    pub(super) fn raw(&mut self, key: &str, json: &str) {
        self.key(key).extend_from_slice(json.as_bytes());
    }

    /// A key with a text.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        write_string(text, self.key(key));
    }

    /// A key with what a rule derives from facts; none where a fact is missing.
    pub(super) fn derived(&mut self, key: &str, rule: Rule, facts: &Facts<'_>) {
        let mut json = Vec::new();
        if derive(rule, facts, &mut json) {
            self.key(key).extend_from_slice(&json);
        }
    }

    /// The whole object.
    pub(super) fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        String::from_utf8(self.0).unwrap_or_default()
    }
}

/// The entries of a record of an archive, in their order; of a key that comes twice, the last.
pub(super) struct Entries<'t>(pub(super) Vec<(&'t str, &'t str)>);

impl<'t> Entries<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, backlot_forge::json::Fault> {
        let found = backlot_forge::slots::entries(text)?;
        Cursor::new(text).value()?;
        let mut kept: Vec<(&str, &str)> = Vec::with_capacity(found.len());
        for (key, raw) in found {
            match kept.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = raw,
                None => kept.push((key, raw)),
            }
        }
        Ok(Self(kept))
    }

    /// The value of a key as it is written; empty when there is none.
    pub(super) fn get(&self, key: &str) -> &'t str {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map_or("", |(_, raw)| raw)
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        string(self.get(key)).map(std::borrow::Cow::into_owned)
    }

    /// Whether a key has a value that is not null.
    pub(super) fn says(&self, key: &str) -> bool {
        !matches!(self.get(key), "" | "null")
    }

    /// Copies what stands under these keys, where there is anything.
    pub(super) fn copy(&self, keys: &[&str], out: &mut Text) {
        for key in keys {
            if !self.get(key).is_empty() {
                out.raw(key, self.get(key));
            }
        }
    }

    /// Copies what stands under all keys but these, and but for keys of an archive that say nothing.
    pub(super) fn copy_others(&self, known: &[&str], out: &mut Text) {
        for (key, raw) in &self.0 {
            let is_empty = matches!(*raw, "null" | "[]") && EMPTY.contains(key);
            if !known.contains(key) && !is_empty {
                // The key is written as it came, escapes and all.
                out.0.push(if out.0.is_empty() { b'{' } else { b',' });
                out.0.push(b'"');
                out.0.extend_from_slice(key.as_bytes());
                out.0.extend_from_slice(b"\":");
                out.0.extend_from_slice(raw.as_bytes());
            }
        }
    }
}
