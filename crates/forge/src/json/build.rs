//! Objects that are put together from values which are JSON already.

use backlot_model::Digest;

use super::sorted::canonical;
use super::text::write_string;

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_string(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends a key and its value to an object that is not ended yet.
pub fn put(key: &str, value: &str, out: &mut Vec<u8>) {
    out.push(if out.is_empty() { b'{' } else { b',' });
    write_string(key, out);
    out.push(b':');
    out.extend_from_slice(value.as_bytes());
}

/// The object whose keys were put.
pub fn ended(mut out: Vec<u8>) -> String {
    if out.is_empty() {
        out.push(b'{');
    }
    out.push(b'}');
    String::from_utf8_lossy(&out).into_owned()
}

/// The digest of a JSON value, by which reports of losses name it.
pub fn digest(text: &str) -> Digest {
    let mut out = Vec::with_capacity(text.len());
    canonical(text, &mut out);
    Digest::of(&out)
}
