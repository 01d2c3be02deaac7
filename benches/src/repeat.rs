//! The data many times over, in one repository or in one each: numbers and ids are moved, texts are kept.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// How often the data is repeated: 17 times 12,000 issues.
pub(crate) const COPIES: u64 = 17;
/// By how much the numbers of issues move from copy to copy.
const NUMBERS: u64 = 20_000;
/// By how much ids move.
const IDS: u64 = 10_000_000_000;

/// Where the copies go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Into {
    One,
    Many,
}

/// One copy of an object.
struct Copy<'a> {
    owner: &'a str,
    new_owner: String,
    numbers: u64,
    ids: u64,
    into: Into,
}

/// Writes both files, each object once for every copy.
pub(crate) fn repeat(
    from: &Path,
    repository: &str,
    out: &Path,
    into: Into,
) -> Result<(), Box<dyn Error>> {
    let owner = repository.split('/').next().unwrap_or_default();
    for file in ["issues.ndjson", "comments.ndjson"] {
        let text = std::fs::read(from.join(file))?;
        let lines = text.split(|byte| *byte == b'\n');
        let objects = lines.filter(|line| !line.is_empty());
        let objects: Vec<Value> = objects
            .map(serde_json::from_slice)
            .collect::<Result<_, _>>()?;
        let mut writer = BufWriter::new(File::create(out.join(file))?);
        for number in 0..COPIES {
            let copy = Copy {
                owner,
                new_owner: match into {
                    Into::One => owner.to_owned(),
                    Into::Many => format!("copy-{number}"),
                },
                numbers: match into {
                    Into::One => number * NUMBERS,
                    Into::Many => 0,
                },
                ids: number * IDS,
                into,
            };
            for object in &objects {
                let mut object = object.clone();
                copy.object(&mut object);
                serde_json::to_writer(&mut writer, &object)?;
                writer.write_all(b"\n")?;
            }
        }
        writer.flush()?;
    }
    Ok(())
}

impl Copy<'_> {
    fn object(&self, object: &mut Value) {
        let number = object.get("number").and_then(Value::as_u64);
        let url = object.get("issue_url").and_then(Value::as_str);
        let of_issue = url.and_then(|url| url.rsplit('/').next()?.parse().ok());
        let number = number.or(of_issue).unwrap_or(0);
        let id = object.get("id").and_then(Value::as_u64).unwrap_or(0);
        self.names(object, number, id);
        self.identity(object);
        if let Some(held) = object.get_mut("number") {
            *held = (number + self.numbers).into();
        }
        if self.into == Into::Many {
            let labels = object.get_mut("labels").and_then(Value::as_array_mut);
            labels
                .into_iter()
                .flatten()
                .for_each(|label| self.identity(label));
            if let Some(milestone) = object
                .get_mut("milestone")
                .filter(|value| value.is_object())
            {
                self.identity(milestone);
            }
        }
    }

    /// Moves the ids of one object.
    fn identity(&self, object: &mut Value) {
        let Some(id) = object.get("id").and_then(Value::as_u64) else {
            return;
        };
        let node = object.get("node_id").and_then(Value::as_str);
        let node = node.and_then(|node| String::from_utf8(STANDARD.decode(node).ok()?).ok());
        let moved = id + self.ids;
        let node = node.and_then(|node| {
            let kind = node.strip_suffix(&id.to_string())?;
            Some(STANDARD.encode(format!("{kind}{moved}")))
        });
        if let Some(object) = object.as_object_mut() {
            object.insert("id".to_owned(), moved.into());
            match node {
                Some(node) => object.insert("node_id".to_owned(), node.into()),
                None => object.remove("node_id"),
            };
        }
    }

    /// Moves the addresses in an object and in what it has inside.
    fn names(&self, value: &mut Value, number: u64, id: u64) {
        match value {
            Value::Object(members) => {
                let inner = members
                    .iter_mut()
                    .filter(|(name, _)| *name != "body" && *name != "title");
                inner.for_each(|(_, value)| self.names(value, number, id));
            }
            Value::Array(values) => values
                .iter_mut()
                .for_each(|value| self.names(value, number, id)),
            Value::String(text) if text.starts_with("https://") => {
                // Some issues went to another repository of the same owner.
                let mut moved = text.replace(
                    &format!("/{}/", self.owner),
                    &format!("/{}/", self.new_owner),
                );
                let (number_now, id_now) = (number + self.numbers, id + self.ids);
                for part in ["/issues/comments/", "#issuecomment-"] {
                    moved = step(&moved, part, id, id_now);
                }
                for part in ["/issues/", "/pull/", "/pulls/"] {
                    moved = step(&moved, part, number, number_now);
                }
                *text = moved;
            }
            _ => {}
        }
    }
}

/// Another number behind a part of an address.
fn step(text: &str, part: &str, from: u64, to: u64) -> String {
    let found = format!("{part}{from}");
    match text.split_once(&found) {
        Some((before, after)) if !after.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{before}{part}{to}{after}")
        }
        _ => text.to_owned(),
    }
}
