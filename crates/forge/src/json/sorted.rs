//! JSON with its keys in order, so that equal values are equal texts.

use super::equal::{elements, entries};
use super::text::{string, write_string};

/// Appends a valid JSON text with the keys of every object sorted, the last of keys that repeat, and no white
/// space between its parts.
pub fn canonical(text: &str, out: &mut Vec<u8>) {
    put(text.trim(), None, out);
}

/// Appends the same with a line for each entry and element, four spaces deeper than what it stands in; the
/// first line begins where `out` ends, and the others `level` times four spaces deep.
pub fn indented(text: &str, level: usize, out: &mut Vec<u8>) {
    put(text.trim(), Some(level), out);
}

fn put(text: &str, level: Option<usize>, out: &mut Vec<u8>) {
    let inner = level.map(|level| level + 1);
    match text.as_bytes().first() {
        Some(b'"') => match string(text) {
            Some(plain) => write_string(&plain, out),
            None => out.extend_from_slice(text.as_bytes()),
        },
        Some(b'{') if let Ok(mut found) = entries(text) => {
            found.reverse();
            out.push(b'{');
            for (at, (key, value)) in found.iter().enumerate() {
                part(at, inner, out);
                write_string(key, out);
                out.extend_from_slice(if level.is_some() { b": " } else { b":" });
                put(value, inner, out);
            }
            end(found.is_empty(), level, b'}', out);
        }
        Some(b'[') if let Ok(found) = elements(text) => {
            out.push(b'[');
            for (at, value) in found.iter().enumerate() {
                part(at, inner, out);
                put(value, inner, out);
            }
            end(found.is_empty(), level, b']', out);
        }
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

fn part(at: usize, level: Option<usize>, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
    line(level, out);
}

fn end(is_empty: bool, level: Option<usize>, close: u8, out: &mut Vec<u8>) {
    if !is_empty {
        line(level, out);
    }
    out.push(close);
}

fn line(level: Option<usize>, out: &mut Vec<u8>) {
    if let Some(level) = level {
        out.push(b'\n');
        out.resize(out.len() + 4 * level, b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#" {"b":[1, {"d":"\u00e9\u000a","c":[]}],"a":{},"b":[1.50,null,[true]]} "#;

    #[test]
    fn equal_values_are_equal_texts() {
        let mut out = Vec::new();
        canonical(TEXT, &mut out);
        assert_eq!(out, br#"{"a":{},"b":[1.50,null,[true]]}"#);
    }

    #[test]
    fn every_part_has_a_line_of_its_own() {
        let mut out = Vec::new();
        indented(r#"{"b":[1,{"d":"\u00e9\n","c":[]}],"a":{}}"#, 1, &mut out);
        let lines = [
            "{",
            "        \"a\": {},",
            "        \"b\": [",
            "            1,",
            "            {",
            "                \"c\": [],",
            "                \"d\": \"é\\n\"",
            "            }",
            "        ]",
            "    }",
        ];
        assert_eq!(String::from_utf8(out).unwrap(), lines.join("\n"));
    }
}
