//! Strings and numbers of JSON.

use std::borrow::Cow;

/// The text of a JSON string; none when `raw` is something else, or holds half a character.
pub fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    unescape(inner)
}

/// The text of the inside of a JSON string.
fn unescape(inner: &str) -> Option<Cow<'_, str>> {
    let Some(mut slash) = memchr::memchr(b'\\', inner.as_bytes()) else {
        return Some(Cow::Borrowed(inner));
    };
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        let (before, after) = rest.split_at_checked(slash)?;
        text.push_str(before);
        let letter = *after.as_bytes().get(1)?;
        let mut used = 2;
        text.push(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let (c, length) = unicode(after)?;
                used = length;
                c
            }
            _ => return None,
        });
        rest = after.get(used..)?;
        match memchr::memchr(b'\\', rest.as_bytes()) {
            Some(at) => slash = at,
            None => break,
        }
    }
    text.push_str(rest);
    Some(Cow::Owned(text))
}

/// The character of one or two `\u` escapes, and their length.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let first = unit(2)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 6));
    }
    if first >= 0xdc00 || text.get(6..8) != Some("\\u") {
        return None;
    }
    let second = unit(8)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
    let c = char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?;
    Some((c, 12))
}

/// A number that is written with digits alone, as an `id` or a `number` is.
pub fn number(raw: &str) -> Option<u64> {
    let canonical = raw == "0" || matches!(raw.as_bytes(), [b'1'..=b'9', ..]);
    if canonical { raw.parse().ok() } else { None }
}

/// Appends `text` as a JSON string.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(chunk) = bytes[at..].first_chunk::<8>() {
            let marks = super::cursor::special(u64::from_le_bytes(*chunk));
            if marks == 0 {
                at += 8;
                continue;
            }
            at += (marks.trailing_zeros() / 8) as usize;
        }
        let byte = bytes[at];
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            8 => b'b',
            12 => b'f',
            0..0x20 => b'u',
            _ => {
                at += 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[copied..at]);
        out.extend_from_slice(&[b'\\', short]);
        if short == b'u' {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.extend_from_slice(b"00");
            out.extend_from_slice(&digits);
        }
        at += 1;
        copied = at;
    }
    out.extend_from_slice(&bytes[copied..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn numbers_are_digits_alone() {
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("0"), Some(0));
        for raw in [
            "-0",
            "1.0",
            "1e3",
            "007",
            "18446744073709551616",
            "\"1\"",
            "null",
        ] {
            assert_eq!(number(raw), None, "{raw}");
        }
    }

    #[test]
    fn half_a_character_is_no_text() {
        assert_eq!(string("\"\\ud83d\""), None);
        assert_eq!(string("\"\\ud83d\\ude00\"").as_deref(), Some("\u{1f600}"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(text in any::<String>()) {
            let mut out = Vec::new();
            write_string(&text, &mut out);
            let json = String::from_utf8(out).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text.clone());
            let read = string(&json).map(Cow::into_owned);
            prop_assert_eq!(read, Some(text));
        }
    }
}
