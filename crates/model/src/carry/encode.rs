//! Values as a footer spells them.

use chrono::{DateTime, Datelike};

use crate::time::Timestamp;

/// What stands for itself beside letters, digits and single dashes. A forge takes none of it for the sign of a mention
/// or a reference, and a comment of HTML and a list can bear it.
const PLAIN: &[u8] = b"_.:+/[]";
/// What stood for itself too in footers that were written first.
const ONCE_PLAIN: &[u8] = b"@()~*!?;&#$'";

/// A value with every byte as `%` and two hexadecimal digits but letters, digits, [`PLAIN`] and single dashes.
pub(super) fn escaped(value: &str, out: &mut String) {
    escaped_but(value, |byte| PLAIN.contains(&byte), out);
}

fn escaped_but(value: &str, is_spared: impl Fn(u8) -> bool, out: &mut String) {
    let mut is_after_dash = false;
    for byte in value.bytes() {
        let is_dash = byte == b'-';
        let is_plain = byte.is_ascii_alphanumeric() || is_spared(byte);
        if is_plain || (is_dash && !is_after_dash) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        is_after_dash = is_dash && !is_after_dash;
    }
}

/// The value that is spelled so; none where neither [`escaped`] spells it so nor it once was.
pub(super) fn unescaped(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut pieces = written.split('%');
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| !digits.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(piece.get(2..)?.as_bytes());
    }
    let value = String::from_utf8(bytes).ok()?;
    let mut again = String::with_capacity(written.len());
    escaped(&value, &mut again);
    if again != written {
        again.clear();
        let is_spared = |byte| PLAIN.contains(&byte) || ONCE_PLAIN.contains(&byte);
        escaped_but(&value, is_spared, &mut again);
    }
    (again == written).then_some(value)
}

/// A moment with its milliseconds, where it has some; outside of the years that people write, the number of
/// milliseconds since 1970 began.
pub(super) fn said(moment: Timestamp) -> String {
    let milliseconds = moment.unix_milliseconds();
    let shown = DateTime::from_timestamp_millis(milliseconds)
        .is_some_and(|shown| (0..=9999).contains(&shown.year()));
    match (shown, moment.to_string().strip_suffix('Z')) {
        (true, Some(seconds)) if !moment.is_whole_second() => {
            format!("{seconds}.{:03}Z", milliseconds.rem_euclid(1000))
        }
        (true, _) => moment.to_string(),
        (false, _) => milliseconds.to_string(),
    }
}

/// The moment that is said so.
pub(super) fn heard(words: &str) -> Option<Timestamp> {
    match words.parse() {
        Ok(milliseconds) => Some(Timestamp::from_unix_milliseconds(milliseconds)),
        Err(_) => Timestamp::parse(words).ok(),
    }
}
