//! Who wrote a text and when, as a quoted line above the text.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::time::Timestamp;

/// Between the header and the text.
const GAP: &str = "\n\n";
/// The gap where a forge made the ends of lines its own.
const GAP_OF_CARRIAGES: &str = "\r\n\r\n";
/// Who wrote, where nobody is named.
const NOBODY: &str = "Somebody";

/// Who wrote a text and when, as a quoted line above it says it where a target keeps neither.
///
/// The line is Markdown that people read, and it notifies nobody, since the name stands in a code span. It is
/// exact: whatever the name, the moment and the text are, they come back as they were.
///
/// ```
/// use backlot_model::{Attribution, Timestamp};
///
/// let attribution = Attribution {
///     author: "octocat".to_owned(),
///     created_at: Timestamp::parse("2024-05-01T09:30:12Z").ok(),
/// };
/// let text = attribution.put_above("It works here.");
/// assert_eq!(
///     text,
///     "> `octocat` wrote on 2024-05-01 at 09:30:12 UTC:\n\nIt works here."
/// );
/// assert_eq!(Attribution::take(&text), Some((attribution, "It works here.")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// The login or the name of the author; empty where it is not known.
    pub author: String,
    /// When the text was written, where that is known.
    pub created_at: Option<Timestamp>,
}

impl Attribution {
    /// The text with the attribution as a quoted header above it.
    pub fn put_above(&self, text: &str) -> String {
        let author = match self.author.is_empty() {
            true => NOBODY.to_owned(),
            false => format!("`{}`", escaped(&self.author)),
        };
        let moment = self.created_at.map(said).unwrap_or_default();
        let gap = if text.is_empty() { "" } else { GAP };
        format!("> {author} wrote{moment}:{gap}{text}")
    }

    /// What a text says above itself, and the text without it; none where there is no such header.
    pub fn take(text: &str) -> Option<(Self, &str)> {
        let rest = text.strip_prefix("> ")?;
        let (author, rest) = match rest.strip_prefix('`') {
            Some(rest) => {
                let (author, rest) = rest.split_once('`')?;
                (unescaped(author)?, rest)
            }
            None => (String::new(), rest.strip_prefix(NOBODY)?),
        };
        let rest = rest.strip_prefix(" wrote")?;
        let (created_at, rest) = match rest.strip_prefix(':') {
            Some(rest) => (None, rest),
            None => {
                let (moment, rest) = rest
                    .split_once(['\r', '\n'])
                    .map_or_else(|| (rest, ""), |(moment, _)| rest.split_at(moment.len()));
                (Some(heard(moment.strip_suffix(':')?)?), rest)
            }
        };
        let text = match rest {
            "" => "",
            _ => rest
                .strip_prefix(GAP)
                .or_else(|| rest.strip_prefix(GAP_OF_CARRIAGES))?,
        };
        Some((Self { author, created_at }, text))
    }
}

/// A moment as the header says it, with the words before it.
fn said(moment: Timestamp) -> String {
    let milliseconds = moment.unix_milliseconds();
    let shown = DateTime::from_timestamp_millis(milliseconds)
        .filter(|moment| (0..=9999).contains(&moment.year()));
    match shown {
        Some(shown) => {
            let (date, time) = (shown.date_naive(), shown.time());
            let [hour, minute, second] = [time.hour(), time.minute(), time.second()];
            let seconds = format!(" on {date} at {hour:02}:{minute:02}:{second:02}");
            match milliseconds.rem_euclid(1000) {
                0 => format!("{seconds} UTC"),
                fraction => format!("{seconds}.{fraction:03} UTC"),
            }
        }
        None => format!(" {milliseconds} ms after 1970 began"),
    }
}

/// The moment that the header says in exactly these words.
fn heard(words: &str) -> Option<Timestamp> {
    let moment = match words.strip_suffix(" UTC") {
        Some(words) => {
            let (date, time) = words.strip_prefix(" on ")?.split_once(" at ")?;
            let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
            let time = NaiveTime::parse_from_str(time, "%H:%M:%S%.f").ok()?;
            NaiveDateTime::new(date, time).and_utc().timestamp_millis()
        }
        None => words
            .strip_suffix(" ms after 1970 began")?
            .trim_start()
            .parse()
            .ok()?,
    };
    let moment = Timestamp::from_unix_milliseconds(moment);
    (said(moment) == words).then_some(moment)
}

/// A name for a code span: what would end it, or the line, is written as `%` and two hexadecimal digits for
/// each byte, and so is `%` itself.
fn escaped(author: &str) -> String {
    let inner = author.trim_matches(' ');
    let before = author.len() - author.trim_start_matches(' ').len();
    let mut out = String::with_capacity(author.len());
    for (at, c) in author.char_indices() {
        let is_edge = at < before || at >= before + inner.len();
        let breaks = c.is_control() || matches!(c, '`' | '%' | '\u{2028}' | '\u{2029}');
        if breaks || (c == ' ' && is_edge) {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The name that a code span says.
fn unescaped(written: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut pieces = written.split('%');
    bytes.extend_from_slice(pieces.next()?.as_bytes());
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| !digits.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(piece.get(2..)?.as_bytes());
    }
    let author = String::from_utf8(bytes).ok()?;
    (!author.is_empty() && escaped(&author) == written).then_some(author)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reference::find_references;

    fn by(author: &str, moment: Option<&str>) -> Attribution {
        Attribution {
            author: author.to_owned(),
            created_at: moment.map(|text| Timestamp::parse(text).unwrap()),
        }
    }

    #[test]
    fn the_header_is_a_quoted_line_that_people_read() {
        let cases = [
            (
                by("octocat", Some("2024-05-01T09:30:00Z")),
                "> `octocat` wrote on 2024-05-01 at 09:30:00 UTC:",
            ),
            (
                by("dependabot[bot]", Some("2024-05-01T09:30:00.250Z")),
                "> `dependabot[bot]` wrote on 2024-05-01 at 09:30:00.250 UTC:",
            ),
            (by("mona", None), "> `mona` wrote:"),
            (by("", None), "> Somebody wrote:"),
            (by("a`b%\n", None), "> `a%60b%25%0A` wrote:"),
        ];
        for (attribution, header) in cases {
            let text = attribution.put_above("> quoted\r\n\r\nbelow");
            assert_eq!(text, format!("{header}\n\n> quoted\r\n\r\nbelow"));
            assert_eq!(attribution.put_above(""), header);
        }
    }

    #[test]
    fn a_header_whose_lines_end_otherwise_is_still_one() {
        let text = "> `mona` wrote on 2024-05-01 at 09:30:00 UTC:\r\n\r\nyes\r\n";
        let expected = by("mona", Some("2024-05-01T09:30:00Z"));
        assert_eq!(Attribution::take(text), Some((expected, "yes\r\n")));
    }

    #[test]
    fn what_only_looks_like_a_header_is_text() {
        for text in [
            "",
            "text",
            "> `mona` wrote",
            "> `mona` wrote:\ntext",
            "> mona wrote:\n\ntext",
            "> `` wrote:\n\ntext",
            "> `%6d` wrote:\n\ntext",
            "> `%zz` wrote:\n\ntext",
            "> `%+1` wrote:\n\ntext",
            "> `mona` wrote on 2024-05-01 at 09:30 UTC:\n\ntext",
            "> `mona` wrote on 2024-02-30 at 09:30:00 UTC:\n\ntext",
            "> `mona` wrote 0 ms after 1970 began:\n\ntext",
        ] {
            assert_eq!(Attribution::take(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_put_above_a_text_is_taken_off_again(
            author in prop_oneof![
                "[a-z0-9](-?[a-z0-9]){0,8}(\\[bot\\])?",
                "[ -~\n\r`%é@]{0,6}",
                any::<String>(),
            ],
            moment in proptest::option::of(prop_oneof![
                any::<i64>(),
                -62_167_219_200_000i64..253_402_300_800_000,
            ]),
            text in prop_oneof![
                any::<String>(),
                "[>`*\r\n :ab]{0,12}",
                Just("> `mona` wrote:\n\nyes".to_owned()),
            ],
        ) {
            let created_at = moment.map(Timestamp::from_unix_milliseconds);
            let attribution = Attribution { author, created_at };
            let put = attribution.put_above(&text);
            prop_assert_eq!(Attribution::take(&put), Some((attribution, text.as_str())));
        }

        #[test]
        fn the_header_notifies_nobody_and_refers_to_nothing(author in "[@#a-z0-9 /-]{1,12}") {
            let attribution = Attribution { author, created_at: None };
            prop_assert_eq!(find_references(&attribution.put_above("")), vec![]);
        }
    }
}
