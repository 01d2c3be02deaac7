//! JSON that is kept as it came, with the objects in it that come again and again kept only once.

use backlot_forge::cache::KEPT;
use backlot_model::{Incoming, IncomingEmbedded, ViewId};

use super::intake::{Around, Intake};
use crate::shape::{Embedded, Form};
use backlot_forge::bytes::RawWriter;
use backlot_forge::json::{Cursor, Fault, minify};

/// Shorter texts are not searched for objects.
const WORTH_IT: usize = 120;
/// Objects are looked for no deeper than this; what lies deeper is kept all the same.
const MAX_DEPTH: u32 = 16;

impl Intake {
    /// Keeps a text.
    pub(super) fn keep(
        &mut self,
        raw: &str,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        let mut writer = RawWriter::default();
        self.keep_part(raw, around, 0, &mut writer)?;
        writer.finish(out);
        Ok(())
    }

    /// Keeps a text once for all that have the same.
    pub(super) fn share(
        &mut self,
        raw: &str,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        if raw.len() < 40 {
            return self.keep(raw, around, out);
        }
        let mut writer = RawWriter::default();
        writer.hole(self.shared(raw, around, 0)?);
        writer.finish(out);
        Ok(())
    }

    fn shared(&mut self, raw: &str, around: &Around<'_>, depth: u32) -> Result<ViewId, Fault> {
        if let Some(id) = self.cache.get(KEPT, raw) {
            return Ok(id);
        }
        let mut bytes = Vec::new();
        Embedded::begin_raw(&mut bytes);
        let mut writer = RawWriter::default();
        self.keep_part(raw, around, depth + 1, &mut writer)?;
        writer.finish(&mut bytes);
        let id = ViewId::of(&bytes);
        self.cache.put(KEPT, raw, id);
        let depicts = None;
        let embedded = IncomingEmbedded { id, bytes, depicts };
        self.out.push(Incoming::Embedded(Box::new(embedded)));
        Ok(id)
    }

    fn keep_part(
        &mut self,
        raw: &str,
        around: &Around<'_>,
        depth: u32,
        writer: &mut RawWriter,
    ) -> Result<(), Fault> {
        if raw.len() < WORTH_IT || depth > MAX_DEPTH {
            minify(raw, writer.text());
            return Ok(());
        }
        let mut cursor = Cursor::new(raw);
        if raw.starts_with('{') {
            writer.text().push(b'{');
            let mut more = cursor.open_object()?;
            let mut first = true;
            while more {
                let key = cursor.key()?;
                if !first {
                    writer.text().push(b',');
                }
                first = false;
                writer.text().push(b'"');
                writer.text().extend_from_slice(key.as_bytes());
                writer.text().extend_from_slice(b"\":");
                self.keep_entry(key, cursor.value()?, around, depth, writer)?;
                more = cursor.more_entries()?;
            }
            writer.text().push(b'}');
        } else if raw.starts_with('[') {
            writer.text().push(b'[');
            let mut more = cursor.open_list()?;
            let mut first = true;
            while more {
                if !first {
                    writer.text().push(b',');
                }
                first = false;
                self.keep_entry("", cursor.value()?, around, depth, writer)?;
                more = cursor.more_elements()?;
            }
            writer.text().push(b']');
        } else {
            minify(raw, writer.text());
        }
        Ok(())
    }

    fn keep_entry(
        &mut self,
        key: &str,
        raw: &str,
        around: &Around<'_>,
        depth: u32,
        writer: &mut RawWriter,
    ) -> Result<(), Fault> {
        if raw.len() >= WORTH_IT && raw.starts_with('{') {
            let user = matches!(
                key,
                "user" | "owner" | "creator" | "assignee" | "author" | "updated_user" | ""
            );
            if user
                && raw.contains("\"login\"")
                && let Some(id) = self.embed(Form::User, raw, around)?
            {
                writer.hole(id);
                return Ok(());
            }
            if matches!(key, "repository" | "project" | "namespace" | "enterprise") {
                let id = self.shared(raw, around, depth)?;
                writer.hole(id);
                return Ok(());
            }
        }
        self.keep_part(raw, around, depth + 1, writer)
    }
}
