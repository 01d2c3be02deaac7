//! The text of a record in the making.

use backlot_forge::json::write_string;

/// A record that is written key by key.
pub(super) struct Record(Vec<u8>);

impl Record {
    /// A record of a type.
    pub(super) fn new(kind: &str) -> Self {
        let mut record = Self(Vec::with_capacity(512));
        record.text("type", kind);
        record
    }

    /// Part of a record, without a type.
    pub(super) fn part() -> Self {
        Self(Vec::with_capacity(128))
    }

    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        write_string(key, &mut self.0);
        self.0.push(b':');
        &mut self.0
    }

    /// A key with JSON as it is; null where there is none.
    pub(super) fn raw(&mut self, key: &str, json: &str) {
        let json = if json.is_empty() { "null" } else { json };
        self.key(key).extend_from_slice(json.as_bytes());
    }

    /// A key with a text.
    pub(super) fn text(&mut self, key: &str, text: &str) {
        write_string(text, self.key(key));
    }

    /// A key with a text, or null.
    pub(super) fn maybe(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.raw(key, "null"),
        }
    }

    /// A key with a list of texts.
    pub(super) fn list(&mut self, key: &str, texts: &[String]) {
        let out = self.key(key);
        out.push(b'[');
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_string(text, out);
        }
        out.push(b']');
    }

    /// The whole record.
    pub(super) fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        String::from_utf8(self.0).unwrap_or_default()
    }
}
