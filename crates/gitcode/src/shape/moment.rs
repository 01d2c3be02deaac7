//! The ways in which GitCode writes moments.

use backlot_forge::bytes::{Bytes, put_number};
use backlot_forge::sink::Sink;
use backlot_model::Timestamp;

/// China's time is eight hours ahead.
const AHEAD: i64 = 8 * 3_600_000;

/// A way to write a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `2026-06-24T15:42:38+08:00`, as nearly everywhere.
    Seconds,
    /// `2026-06-24T15:42:38.325+08:00`, as in lists of labels.
    Milliseconds,
    /// `2026-06-24T07:42:38Z`.
    Zulu,
    /// `2026-06-24T07:42:38.325Z`.
    ZuluMilliseconds,
    /// `2026-06-24`, the day in UTC.
    Date,
}

impl Style {
    const ALL: [Self; 5] = [
        Self::Seconds,
        Self::Milliseconds,
        Self::Zulu,
        Self::ZuluMilliseconds,
        Self::Date,
    ];

    /// The style of a number.
    pub(crate) fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// A moment, and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// None where it was written in a way that is not known.
    pub(crate) style: Option<Style>,
}

impl Moment {
    /// The moment that a text says: one of RFC 3339, or a day.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let at = if text.len() == 10 {
            Timestamp::parse(&format!("{text}T00:00:00Z")).ok()?
        } else {
            Timestamp::parse(text).ok()?
        };
        let written = |style: &Style| {
            let mut out = Vec::with_capacity(32);
            put_moment(at, *style, &mut out);
            out == text.as_bytes()
        };
        let style = Style::ALL.into_iter().find(written);
        Some(Self { at, style })
    }

    /// Appends a moment in a style.
    pub(crate) fn write(at: Timestamp, style: Style, out: &mut Vec<u8>) {
        out.push(style as u8);
        let at = at.unix_milliseconds();
        put_number((at << 1 ^ at >> 63) as u64, out);
    }

    /// Reads a moment and its style.
    pub(crate) fn read(bytes: &mut Bytes<'_>) -> Option<(Timestamp, Style)> {
        let style = Style::of(bytes.byte()?)?;
        let zigzag = bytes.number()?;
        let at = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        Some((Timestamp::from_unix_milliseconds(at), style))
    }
}

/// Puts a moment, without quotes.
pub(crate) fn put_moment(at: Timestamp, style: Style, sink: &mut impl Sink) {
    let milliseconds = at.unix_milliseconds();
    let ahead = match style {
        Style::Seconds | Style::Milliseconds => AHEAD,
        _ => 0,
    };
    let mut text = Vec::with_capacity(32);
    Timestamp::from_unix_milliseconds(milliseconds.saturating_add(ahead)).write_seconds(&mut text);
    text.pop();
    if style == Style::Date {
        text.truncate(10);
        return sink.put(&text);
    }
    if matches!(style, Style::Milliseconds | Style::ZuluMilliseconds) {
        let fraction = milliseconds.rem_euclid(1000);
        text.extend_from_slice(format!(".{fraction:03}").as_bytes());
    }
    sink.put(&text);
    sink.put(match ahead {
        0 => b"Z",
        _ => b"+08:00",
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_way_comes_back() {
        for (text, style) in [
            ("2026-06-24T15:42:38+08:00", Some(Style::Seconds)),
            ("2026-06-27T14:47:15.325+08:00", Some(Style::Milliseconds)),
            ("2026-06-24T15:42:38Z", Some(Style::Zulu)),
            ("2026-06-24T15:42:38.001Z", Some(Style::ZuluMilliseconds)),
            ("2024-04-19", Some(Style::Date)),
            ("2026-06-24T15:42:38+01:00", None),
            ("2026-06-24T15:42:60+08:00", None),
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.style, style, "{text}");
        }
        for text in ["", "2024-4-19", "2024-04-1é", "yesterday.", "20240419"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
        let day = Moment::parse("2024-04-19").unwrap().at;
        assert_eq!(day.to_string(), "2024-04-19T00:00:00Z");
    }
}
