//! New names and texts inside of what is kept in GitHub's own words, for a lookup that maps.

use backlot_model::{Lookup, RecordKind, ViewId};

use super::render::{Context, Renderer};
use crate::shape::in_address;
use backlot_forge::WriteError;
use backlot_forge::bytes::Pieces;
use backlot_forge::json::{Cursor, Fault, string, write_string};

/// How deep kept JSON is looked through; what lies deeper goes out as it is.
const MAX_DEPTH: u32 = 32;

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
        map(key, start, context.lookup, out);
        Ok(())
    }

    /// Appends an embedded object of which it is not known whose record it shows.
    pub(super) fn unnamed<L: Lookup>(
        &mut self,
        key: &str,
        id: ViewId,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if context.is_kept || !context.lookup.maps() {
            return self.embedded(id, None, context, out);
        }
        let start = out.len();
        context.is_kept = true;
        let done = self.embedded(id, None, context, out);
        context.is_kept = false;
        done?;
        map(key, start, context.lookup, out);
        Ok(())
    }
}

/// Maps the JSON from `start` on.
fn map<L: Lookup>(key: &str, start: usize, lookup: &mut L, out: &mut Vec<u8>) {
    let mut mapped = Vec::with_capacity(out.len() - start);
    let written = std::str::from_utf8(&out[start..]);
    if written.is_ok_and(|json| value(key, json, lookup, 0, &mut mapped).is_ok()) {
        out.truncate(start);
        out.extend_from_slice(&mapped);
    }
}

/// Appends the value of a key as it goes out.
fn value<L: Lookup>(
    key: &str,
    raw: &str,
    lookup: &mut L,
    depth: u32,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    match raw.as_bytes().first() {
        Some(b'{') if depth < MAX_DEPTH => object(key, raw, lookup, depth, out),
        Some(b'[') if depth < MAX_DEPTH => {
            let mut cursor = Cursor::new(raw);
            let mut more = cursor.open_list()?;
            out.push(b'[');
            let mut comma = false;
            while more {
                if std::mem::replace(&mut comma, true) {
                    out.push(b',');
                }
                let element = key.strip_suffix('s').unwrap_or(key);
                value(element, cursor.value()?, lookup, depth + 1, out)?;
                more = cursor.more_elements()?;
            }
            out.push(b']');
            Ok(())
        }
        _ => {
            out.extend_from_slice(raw.as_bytes());
            Ok(())
        }
    }
}

fn object<L: Lookup>(
    key: &str,
    raw: &str,
    lookup: &mut L,
    depth: u32,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let mut entries = Vec::new();
    let mut cursor = Cursor::new(raw);
    let mut more = cursor.open_object()?;
    while more {
        entries.push((cursor.key()?, cursor.value()?));
        more = cursor.more_entries()?;
    }
    let text = |name: &str| {
        let found = entries.iter().find(|(key, _)| *key == name);
        found.and_then(|(_, raw)| string(raw))
    };
    let named = match (text("login"), key) {
        (Some(login), _) => Some(("login", RecordKind::User, login)),
        (None, "label") => text("name").map(|name| ("name", RecordKind::Label, name)),
        (None, "milestone") => text("title").map(|title| ("title", RecordKind::Milestone, title)),
        _ => None,
    };
    let renamed = named.and_then(|(key, kind, old)| {
        let new = lookup.new_name(kind, &old)?;
        Some((key, old, new))
    });
    out.push(b'{');
    let mut comma = false;
    for (key, raw) in &entries {
        if std::mem::replace(&mut comma, true) {
            out.push(b',');
        }
        out.push(b'"');
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(b"\":");
        let new = match &renamed {
            Some((name, _, new)) if name == key => Some(new.clone()),
            Some((name, old, new))
                if *name != "title" && (*key == "url" || key.ends_with("_url")) =>
            {
                string(raw).and_then(|address| moved(&address, old, new))
            }
            _ if *key == "body" => string(raw).and_then(|text| lookup.new_text(&text)),
            _ => None,
        };
        match new {
            Some(new) => write_string(&new, out),
            None => value(key, raw, lookup, depth + 1, out)?,
        }
    }
    out.push(b'}');
    Ok(())
}

/// An address with another name as one of the parts of its path; none where the old one is no part of it.
fn moved(address: &str, old: &str, new: &str) -> Option<String> {
    let (old, new) = (in_address(old), in_address(new));
    let (path, template) = address
        .split_once('{')
        .map_or((address, ""), |(path, _)| address.split_at(path.len()));
    // The name of a label can have slashes of its own.
    if let Some(before) = path.strip_suffix(&old)
        && before.ends_with('/')
    {
        return Some(format!("{before}{new}{template}"));
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    // The scheme, nothing, and the host come before the path.
    let part = parts.iter_mut().skip(3).find(|part| **part == old)?;
    *part = &new;
    Some(parts.join("/") + template)
}
