//! Whether two JSON texts hold the same value.

use super::cursor::{Cursor, Fault};
use super::text::string;

/// Whether two valid texts hold the same JSON value, every digit counted; the order of keys, white
/// space and the way of escaping do not count.
pub fn equal(a: &str, b: &str) -> bool {
    a == b || compare(a.trim(), b.trim()).unwrap_or(false)
}

fn compare(a: &str, b: &str) -> Result<bool, Fault> {
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(b'"'), Some(b'"')) => {
            let (a, b) = (string(a), string(b));
            Ok(a.is_some() && a == b)
        }
        (Some(b'{'), Some(b'{')) => {
            let (a, b) = (entries(a)?, entries(b)?);
            Ok(a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.0 == b.0 && equal(a.1, b.1)))
        }
        (Some(b'['), Some(b'[')) => {
            let (a, b) = (elements(a)?, elements(b)?);
            Ok(a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| equal(a, b)))
        }
        _ => Ok(a == b),
    }
}

/// The entries of an object, the last key first; of a key that comes twice, the last.
pub fn entries(text: &str) -> Result<Vec<(String, &str)>, Fault> {
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    let mut more = cursor.open_object()?;
    while more {
        let key = cursor.key()?;
        let key = string(&format!("\"{key}\""))
            .unwrap_or_default()
            .into_owned();
        found.push((key, cursor.value()?));
        more = cursor.more_entries()?;
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.reverse();
    found.dedup_by(|later, kept| later.0 == kept.0);
    Ok(found)
}

/// The elements of a list.
pub(super) fn elements(text: &str) -> Result<Vec<&str>, Fault> {
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    let mut more = cursor.open_list()?;
    while more {
        found.push(cursor.value()?);
        more = cursor.more_elements()?;
    }
    Ok(found)
}

/// Appends a valid JSON text without the white space between its parts.
pub fn minify(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += Cursor::new(&text[at..]).value().map_or(1, str::len),
            b' ' | b'\n' | b'\r' | b'\t' => {
                out.extend_from_slice(&bytes[copied..at]);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    out.extend_from_slice(&bytes[copied..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_space_and_escapes_do_not_count() {
        assert!(equal(
            "{\"a\":1,\"b\":[\"\\u0041\"]}",
            "{ \"b\" : [\"A\"], \"a\": 1 }"
        ));
        assert!(equal("{\"a\":1,\"a\":2}", "{\"a\":2}"));
        for (a, b) in [
            ("1", "1.0"),
            ("0", "-0"),
            ("\"1\"", "1"),
            ("[1,2]", "[2,1]"),
            ("{}", "[]"),
            ("{\"a\":1}", "{}"),
        ] {
            assert!(!equal(a, b), "{a} {b}");
        }
    }

    #[test]
    fn only_space_between_parts_goes() {
        let mut out = Vec::new();
        minify("{ \"a b\" : [ 1 ,\n \" x\\\" \" ] }", &mut out);
        assert_eq!(out, br#"{"a b":[1," x\" "]}"#);
    }
}
