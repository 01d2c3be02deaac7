//! New names and texts inside of JSON that is kept in a forge's own words, for a lookup that maps.

use backlot_model::{Lookup, RecordKind};

use crate::json::{Cursor, Fault, string, write_string};

/// How deep kept JSON is looked through; what lies deeper goes out as it is.
const MAX_DEPTH: u32 = 32;

/// The entries of an object: keys without quotes, and what they lead to.
pub type Entries<'e> = [(&'e str, &'e str)];

/// Where a forge's objects say names and texts.
pub struct Words {
    /// The keys of a login, any of which tells a user.
    pub logins: &'static [&'static str],
    /// The keys of the name of a label.
    pub labels: &'static [&'static str],
    /// The keys of Markdown.
    pub texts: &'static [&'static str],
    /// The key of the logins that an object lists, if it is one of those that do.
    pub people: fn(&Entries<'_>) -> Option<&'static str>,
    /// A name as it stands in an address.
    pub in_address: fn(&str) -> String,
}

/// A name that an object says, and the one that takes its place.
struct Renamed {
    keys: &'static [&'static str],
    kind: RecordKind,
    old: String,
    new: String,
}

/// Puts the new names and texts into the JSON of a key, which begins at `start`. What is no JSON stays as it is.
pub fn rename<L: Lookup>(
    words: &Words,
    key: &str,
    start: usize,
    lookup: &mut L,
    out: &mut Vec<u8>,
) {
    let written = std::str::from_utf8(out.get(start..).unwrap_or_default());
    let Ok(json) = written else {
        return;
    };
    let mut renamed = Vec::with_capacity(json.len());
    if value(words, key, json, lookup, 0, &mut renamed).is_ok() {
        out.truncate(start);
        out.extend_from_slice(&renamed);
    }
}

/// Appends the value of a key as it goes out.
fn value<L: Lookup>(
    words: &Words,
    key: &str,
    raw: &str,
    lookup: &mut L,
    depth: u32,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    match raw.as_bytes().first() {
        Some(b'{') if depth < MAX_DEPTH => object(words, key, raw, lookup, depth, out),
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
                value(words, element, cursor.value()?, lookup, depth + 1, out)?;
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
    words: &Words,
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
    let renamed = renamed(words, key, &entries, lookup);
    let people = (words.people)(&entries);
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
            Some(name) if name.keys.contains(key) => string(raw)
                .filter(|said| *said == name.old)
                .map(|_| name.new.clone()),
            Some(name)
                if name.kind != RecordKind::Milestone
                    && (*key == "url" || key.ends_with("_url")) =>
            {
                string(raw).and_then(|address| moved(words, &address, &name.old, &name.new))
            }
            _ if words.texts.contains(key) => string(raw).and_then(|text| lookup.new_text(&text)),
            _ => None,
        };
        match new {
            Some(new) => write_string(&new, out),
            None if people == Some(*key) => logins(raw, lookup, out)?,
            None => value(words, key, raw, lookup, depth + 1, out)?,
        }
    }
    out.push(b'}');
    Ok(())
}

/// The user, the label or the milestone that an object is, if it has another name on its way out.
fn renamed<L: Lookup>(
    words: &Words,
    key: &str,
    entries: &Entries<'_>,
    lookup: &mut L,
) -> Option<Renamed> {
    let text = |names: &[&str]| {
        names.iter().find_map(|name| {
            let found = entries.iter().find(|(key, _)| key == name);
            found.and_then(|(_, raw)| string(raw))
        })
    };
    let titles: &[&str] = &["title"];
    let (keys, kind, old) = match (text(words.logins), key) {
        (Some(login), _) => (words.logins, RecordKind::User, login),
        (None, "label") => (words.labels, RecordKind::Label, text(words.labels)?),
        (None, "milestone") => (titles, RecordKind::Milestone, text(titles)?),
        _ => return None,
    };
    let new = lookup.new_name(kind, &old)?;
    Some(Renamed {
        keys,
        kind,
        old: old.into_owned(),
        new,
    })
}

/// Appends a list of logins.
fn logins<L: Lookup>(raw: &str, lookup: &mut L, out: &mut Vec<u8>) -> Result<(), Fault> {
    if !raw.starts_with('[') {
        out.extend_from_slice(raw.as_bytes());
        return Ok(());
    }
    let mut cursor = Cursor::new(raw);
    let mut more = cursor.open_list()?;
    out.push(b'[');
    let mut comma = false;
    while more {
        if std::mem::replace(&mut comma, true) {
            out.push(b',');
        }
        let raw = cursor.value()?;
        match string(raw).and_then(|login| lookup.new_name(RecordKind::User, &login)) {
            Some(new) => write_string(&new, out),
            None => out.extend_from_slice(raw.as_bytes()),
        }
        more = cursor.more_elements()?;
    }
    out.push(b']');
    Ok(())
}

/// An address with another name as one of the parts of its path; none where the old one is no part of it.
fn moved(words: &Words, address: &str, old: &str, new: &str) -> Option<String> {
    let (old, new) = ((words.in_address)(old), (words.in_address)(new));
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
