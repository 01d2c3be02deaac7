//! Moments, to the millisecond, in UTC.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// A moment in UTC, counted in milliseconds from 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A text that is no RFC 3339 moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a moment such as 2024-05-01T09:30:00Z")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// The moment that lies this many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_unix_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn unix_milliseconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 moment of any offset; fractions below a millisecond are cut.
    pub fn parse(text: &str) -> Result<Self, InvalidTimestamp> {
        if let Some(exact) = Self::parse_seconds(text.as_bytes()) {
            return Ok(exact);
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| InvalidTimestamp)?;
        Ok(Self(moment.timestamp_millis()))
    }

    /// Reads exactly `YYYY-MM-DDTHH:MM:SSZ`, the one form that forges use nearly always.
    fn parse_seconds(text: &[u8]) -> Option<Self> {
        let [
            y0,
            y1,
            y2,
            y3,
            b'-',
            mo0,
            mo1,
            b'-',
            d0,
            d1,
            b'T',
            h0,
            h1,
            b':',
            mi0,
            mi1,
            b':',
            s0,
            s1,
            b'Z',
        ] = *text
        else {
            return None;
        };
        let digits = |digits: &[u8]| {
            digits.iter().try_fold(0u32, |n, d| {
                d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0'))
            })
        };
        let year = i32::try_from(digits(&[y0, y1, y2, y3])?).ok()?;
        let moment = NaiveDate::from_ymd_opt(year, digits(&[mo0, mo1])?, digits(&[d0, d1])?)?
            .and_hms_opt(digits(&[h0, h1])?, digits(&[mi0, mi1])?, digits(&[s0, s1])?)?;
        Some(Self(moment.and_utc().timestamp_millis()))
    }

    /// Whether the moment falls on a whole second.
    pub const fn is_whole_second(self) -> bool {
        self.0 % 1000 == 0
    }

    /// Appends `YYYY-MM-DDTHH:MM:SSZ` to `out`, the form of the forges; milliseconds are dropped.
    pub fn write_seconds(self, out: &mut Vec<u8>) {
        let Some(moment) = DateTime::from_timestamp_millis(self.0) else {
            out.extend_from_slice(b"1970-01-01T00:00:00Z");
            return;
        };
        let year = moment.year().clamp(0, 9999).unsigned_abs();
        let mut text = *b"0000-00-00T00:00:00Z";
        let mut put = |at: usize, value: u32| {
            text[at] = b'0' + (value / 10 % 10) as u8;
            text[at + 1] = b'0' + (value % 10) as u8;
        };
        put(0, year / 100);
        put(2, year % 100);
        put(5, moment.month());
        put(8, moment.day());
        put(11, moment.hour());
        put(14, moment.minute());
        put(17, moment.second());
        out.extend_from_slice(&text);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(20);
        self.write_seconds(&mut text);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}+{}ms", self.0.rem_euclid(1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forge_times_come_back_as_they_were() {
        for text in [
            "2010-06-21T15:10:39Z",
            "1970-01-01T00:00:00Z",
            "2024-02-29T23:59:59Z",
        ] {
            assert_eq!(
                Timestamp::parse(text).map(|t| t.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn offsets_and_fractions_keep_the_instant() {
        let with_offset = Timestamp::parse("2024-02-04T11:33:47.324+01:00").unwrap();
        assert_eq!(with_offset.unix_milliseconds() % 1000, 324);
        assert_eq!(with_offset.to_string(), "2024-02-04T10:33:47Z");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-02-29T00:00:00Z",
            "2023-01-01",
            "2023-13-01T00:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(InvalidTimestamp), "{text}");
        }
    }
}
