//! Values as a footer spells them.

use chrono::{DateTime, Datelike};

use crate::time::Timestamp;

/// A value with every byte as `%` and two hexadecimal digits but those that a footer, a comment of HTML and a list
/// can bear, and that no forge takes for the sign of a mention or a reference.
pub(super) fn escaped(value: &str, out: &mut String) {
    let mut is_after_dash = false;
    for byte in value.bytes() {
        let is_dash = byte == b'-';
        let is_plain = byte.is_ascii_alphanumeric() || b"_.:+/@[]()~*!?;&#$'".contains(&byte);
        if is_plain || (is_dash && !is_after_dash) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        is_after_dash = is_dash && !is_after_dash;
    }
}

/// The value that is spelled so; none where [`escaped`] would spell it otherwise.
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
