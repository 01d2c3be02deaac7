//! Text of unknown origin, made safe to show: it cannot command a terminal or turn around what
//! stands beside it. What is neutralised is shown by its escape, so that nothing hides.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text for one line: every control character is shown as an escape, `\n` and `\t` too.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escape(text, is_unsafe)
}

/// A text of many lines: newlines and tabs stay, and `\r\n` becomes a newline.
pub(crate) fn body(text: &str) -> Cow<'_, str> {
    let unsafe_in_body = |c| is_unsafe(c) && c != '\n' && c != '\t';
    match text.contains("\r\n") {
        true => Cow::Owned(escape(&text.replace("\r\n", "\n"), unsafe_in_body).into_owned()),
        false => escape(text, unsafe_in_body),
    }
}

/// Control characters, overrides of the direction of writing, and breaks of line and paragraph.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

fn escape(text: &str, is_unsafe: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_unsafe(c) {
            true => safe.extend(c.escape_default()),
            false => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// How many columns of a terminal a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to `most` columns, with `…` for what is missing.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut left = most.saturating_sub(1);
    let mut kept = String::new();
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if columns > left {
            break;
        }
        left -= columns;
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    if most > 0 {
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// A number and the word for what is counted, in the singular or the plural.
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number of bytes as people say it.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if number < 1024 {
        return count(number, "byte", "bytes");
    }
    let mut size = number as f64 / 1024.0;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let mut text = String::new();
    let _ = write!(text, "{size:.1} {}", UNITS.get(unit).unwrap_or(&""));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(
            line("a\u{1b}[31mb\u{9b}2J\u{7f}"),
            "a\\u{1b}[31mb\\u{9b}2J\\u{7f}"
        );
        assert_eq!(line("one\r\ntwo\tthree"), "one\\r\\ntwo\\tthree");
        assert_eq!(
            line("x\u{202e}y\u{2066}z\u{2069}"),
            "x\\u{202e}y\\u{2066}z\\u{2069}"
        );
        assert!(matches!(line("漢字 and 👩‍🚀"), Cow::Borrowed(_)));
    }

    #[test]
    fn bodies_keep_their_lines() {
        assert_eq!(body("one\r\n\ttwo\n\u{1b}c\rx"), "one\n\ttwo\n\\u{1b}c\\rx");
        assert!(matches!(body("one\n\ttwo"), Cow::Borrowed(_)));
    }

    #[test]
    fn cuts_by_columns() {
        assert_eq!(cut("Crash on start", 14), "Crash on start");
        assert_eq!(cut("Crash on start", 9), "Crash on…");
        assert_eq!(cut("Crash on start", 7), "Crash…");
        assert_eq!(cut("漢字漢字", 6), "漢字…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
        assert!(width(&cut("a漢b漢c漢", 5)) <= 5);
    }

    #[test]
    fn sizes_and_counts() {
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(1_536), "1.5 KiB");
        assert_eq!(bytes(3 << 30), "3.0 GiB");
        assert_eq!(count(1, "issue", "issues"), "1 issue");
        assert_eq!(count(0, "issue", "issues"), "0 issues");
    }
}
