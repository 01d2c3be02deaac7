//! Dates, moments and numbers of a search, and the ranges made of them.
//!
//! What is written names all of its last part: a date is the whole day, `T09:30Z` the whole minute, so
//! that `>2024-05-01` begins on the second of May and `..2024-05-01` ends with the first. Days are days of
//! UTC; a time without an offset is one of UTC too.

use std::fmt;

use chrono::{
    DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike,
};

use super::{Bounds, ParseOptions};
use crate::time::Timestamp;

const DAY: i64 = 86_400_000;

/// Why a date cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateError {
    /// It is no date.
    NotADate,
    /// It counts from today, and nobody said when that is.
    NoToday,
}

/// The first and the last millisecond of what a text names.
type Span = (i64, i64);

/// A range of time: one date, one with an operator before it, or two around `..`.
pub(super) fn time(text: &str, options: &ParseOptions) -> Result<Bounds<Timestamp>, DateError> {
    let span = |text: &str| named(text, options);
    range(text, span, |(from, to)| (from - 1, to + 1)).map(|bounds| Bounds {
        from: bounds.from.map(Timestamp::from_unix_milliseconds),
        to: bounds.to.map(Timestamp::from_unix_milliseconds),
    })
}

/// A range of numbers, written like one of time.
pub(super) fn number(text: &str) -> Option<Bounds<u64>> {
    let parse = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number: u64 = text.parse().ok().filter(|_| digits).ok_or(())?;
        Ok::<_, ()>((i128::from(number), i128::from(number)))
    };
    let bounds = range(text, parse, |(from, to)| (from - 1, to + 1)).ok()?;
    let fits = |end: Option<i128>| end.map(u64::try_from).transpose().ok();
    Some(match (fits(bounds.from), fits(bounds.to)) {
        (Some(from), Some(to)) => Bounds { from, to },
        // Less than zero, or more than can be counted.
        _ => Bounds {
            from: Some(1),
            to: Some(0),
        },
    })
}

/// The range that a text names, where `span` reads one end and `beside` gives what lies directly before
/// and after it.
fn range<T, E>(
    text: &str,
    span: impl Fn(&str) -> Result<(T, T), E>,
    beside: impl Fn((T, T)) -> (T, T),
) -> Result<Bounds<T>, E> {
    let mut bounds = Bounds {
        from: None,
        to: None,
    };
    if let Some((from, to)) = text.split_once("..") {
        if from != "*" {
            bounds.from = Some(span(from)?.0);
        }
        if to != "*" {
            bounds.to = Some(span(to)?.1);
        }
    } else if let Some(text) = text.strip_prefix(">=") {
        bounds.from = Some(span(text)?.0);
    } else if let Some(text) = text.strip_prefix("<=") {
        bounds.to = Some(span(text)?.1);
    } else if let Some(text) = text.strip_prefix('>') {
        bounds.from = Some(beside(span(text)?).1);
    } else if let Some(text) = text.strip_prefix('<') {
        bounds.to = Some(beside(span(text)?).0);
    } else if text != "*" {
        let (from, to) = span(text)?;
        (bounds.from, bounds.to) = (Some(from), Some(to));
    }
    Ok(bounds)
}

fn named(text: &str, options: &ParseOptions) -> Result<Span, DateError> {
    if text
        .get(..6)
        .is_some_and(|at| at.eq_ignore_ascii_case("@today"))
    {
        let offset = text.get(6..).unwrap_or_default();
        let offset = Offset::parse(offset).ok_or(DateError::NotADate)?;
        let now = options.now.ok_or(DateError::NoToday)?;
        let today = DateTime::from_timestamp_millis(now.unix_milliseconds())
            .ok_or(DateError::NotADate)?
            .date_naive();
        return day(offset.from(today).ok_or(DateError::NotADate)?);
    }
    let (date, time) = match text.split_once(['T', 't']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = calendar_day(date).ok_or(DateError::NotADate)?;
    match time {
        None => day(date),
        Some(time) => moment(date, time).ok_or(DateError::NotADate),
    }
}

fn day(date: NaiveDate) -> Result<Span, DateError> {
    let start = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    in_era(start, start + DAY - 1).ok_or(DateError::NotADate)
}

/// Both ends, if their years have four digits.
fn in_era(from: i64, to: i64) -> Option<Span> {
    let first = NaiveDate::from_ymd_opt(0, 1, 1)?.and_time(NaiveTime::MIN);
    let after = NaiveDate::from_ymd_opt(10_000, 1, 1)?.and_time(NaiveTime::MIN);
    let era = first.and_utc().timestamp_millis()..after.and_utc().timestamp_millis();
    (era.contains(&from) && era.contains(&to)).then_some((from, to))
}

fn number_of(digits: &str, length: usize) -> Option<u32> {
    let fits = digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| fits)
}

fn calendar_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let year = number_of(parts.next()?, 4)?;
    let month = number_of(parts.next()?, 2)?;
    let day = number_of(parts.next()?, 2)?;
    let year = i32::try_from(year).ok()?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| parts.next().is_none())
}

/// `HH:MM`, `HH:MM:SS` or with a fraction, then `Z`, `+HH:MM`, `+HHMM` or nothing.
fn moment(date: NaiveDate, text: &str) -> Option<Span> {
    let ends = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at_checked(ends)?;
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = whole.split(':');
    let hour = number_of(parts.next()?, 2)?;
    let minute = number_of(parts.next()?, 2)?;
    let second = parts.next().map(|s| number_of(s, 2).ok_or(())).transpose();
    let second = second.ok()?;
    if parts.next().is_some() || (fraction.is_some() && second.is_none()) {
        return None;
    }
    let millisecond = match fraction {
        None => 0,
        Some(digits) => {
            let digits = digits.get(..digits.len().min(3))?;
            number_of(digits, digits.len()).filter(|_| !digits.is_empty())?
                * 10u32.pow(3 - u32::try_from(digits.len()).ok()?)
        }
    };
    let unit = match (second, fraction) {
        (None, _) => 60_000,
        (Some(_), None) => 1000,
        (Some(_), Some(_)) => 1,
    };
    let time = NaiveTime::from_hms_milli_opt(hour, minute, second.unwrap_or(0), millisecond)?;
    let local: NaiveDateTime = date.and_time(time);
    let from = local.checked_sub_offset(zone_offset(zone)?)?;
    let from = from.and_utc().timestamp_millis();
    in_era(from, from + unit - 1)
}

fn zone_offset(zone: &str) -> Option<FixedOffset> {
    if matches!(zone, "" | "Z" | "z") {
        return FixedOffset::east_opt(0);
    }
    let (sign, digits) = zone.split_at_checked(1)?;
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(2)?,
    };
    let minutes = number_of(minutes, 2).filter(|m| *m < 60)?;
    let seconds = i32::try_from(number_of(hours, 2)? * 3600 + minutes * 60).ok()?;
    match sign {
        "+" => FixedOffset::east_opt(seconds),
        "-" => FixedOffset::west_opt(seconds),
        _ => None,
    }
}

/// What `@today` is moved by: `-7d`, `+1w`, `-1m`, `-1y`.
struct Offset {
    is_back: bool,
    amount: u32,
    unit: char,
}

impl Offset {
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self {
                is_back: false,
                amount: 0,
                unit: 'd',
            });
        }
        let is_back = text.starts_with('-');
        let text = text.strip_prefix(['-', '+'])?;
        let unit = text.chars().next_back()?.to_ascii_lowercase();
        let digits = text.get(..text.len() - unit.len_utf8())?;
        let amount = number_of(digits, digits.len()).filter(|_| !digits.is_empty())?;
        Some(Self {
            is_back,
            amount,
            unit,
        })
    }

    fn from(&self, today: NaiveDate) -> Option<NaiveDate> {
        let days = |days: u64| match self.is_back {
            true => today.checked_sub_days(Days::new(days)),
            false => today.checked_add_days(Days::new(days)),
        };
        let months = |months: u32| match self.is_back {
            true => today.checked_sub_months(Months::new(months)),
            false => today.checked_add_months(Months::new(months)),
        };
        match self.unit {
            'd' => days(u64::from(self.amount)),
            'w' => days(u64::from(self.amount) * 7),
            'm' => months(self.amount),
            'y' => months(self.amount.checked_mul(12)?),
            _ => None,
        }
    }
}

/// Writes a range of time so that it is read back as the same one.
pub(super) fn write_time(f: &mut fmt::Formatter<'_>, bounds: &Bounds<Timestamp>) -> fmt::Result {
    let first = |from: Timestamp| End::first(from.unix_milliseconds()).to_string();
    let last = |to: Timestamp| End::last(to.unix_milliseconds()).to_string();
    match (bounds.from, bounds.to) {
        (None, None) => f.write_str("*"),
        // An end outside the years that can be written is what lies beside one inside.
        (Some(from), None) => match in_era(from.unix_milliseconds(), from.unix_milliseconds()) {
            Some(_) => write!(f, ">={}", first(from)),
            None => write!(f, ">{}", End::exact(from.unix_milliseconds() - 1)),
        },
        (None, Some(to)) => match in_era(to.unix_milliseconds(), to.unix_milliseconds()) {
            Some(_) => write!(f, "<={}", last(to)),
            None => write!(f, "<{}", End::exact(to.unix_milliseconds() + 1)),
        },
        (Some(from), Some(to)) => match (first(from), last(to)) {
            (first, last) if first == last => f.write_str(&first),
            (first, last) => write!(f, "{first}..{last}"),
        },
    }
}

/// Writes a range of numbers so that it is read back as the same one.
pub(super) fn write_number(f: &mut fmt::Formatter<'_>, bounds: &Bounds<u64>) -> fmt::Result {
    match (bounds.from, bounds.to) {
        (None, None) => f.write_str("*"),
        (Some(from), None) => write!(f, ">={from}"),
        (None, Some(to)) => write!(f, "<={to}"),
        (Some(from), Some(to)) if from == to => write!(f, "{from}"),
        (Some(from), Some(to)) => write!(f, "{from}..{to}"),
    }
}

/// One end of a range, written as shortly as it can be.
struct End {
    at: i64,
    unit: Unit,
}

/// How much of a moment is written.
enum Unit {
    Day,
    Second,
    Millisecond,
}

impl End {
    const fn exact(at: i64) -> Self {
        let unit = Unit::Millisecond;
        Self { at, unit }
    }

    /// The begin of what is written.
    const fn first(at: i64) -> Self {
        Self {
            at,
            unit: Self::unit(at),
        }
    }

    /// The end of what is written.
    const fn last(at: i64) -> Self {
        let unit = Self::unit(at + 1);
        let at = match unit {
            Unit::Day => at + 1 - DAY,
            Unit::Second => at - 999,
            Unit::Millisecond => at,
        };
        Self { at, unit }
    }

    const fn unit(boundary: i64) -> Unit {
        match boundary {
            _ if boundary.rem_euclid(DAY) == 0 => Unit::Day,
            _ if boundary.rem_euclid(1000) == 0 => Unit::Second,
            _ => Unit::Millisecond,
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = DateTime::from_timestamp_millis(self.at).unwrap_or(DateTime::UNIX_EPOCH);
        let (year, month, day) = (moment.year(), moment.month(), moment.day());
        write!(f, "{year:04}-{month:02}-{day:02}")?;
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        let millisecond = moment.timestamp_subsec_millis();
        match self.unit {
            Unit::Day => Ok(()),
            Unit::Second => write!(f, "T{hour:02}:{minute:02}:{second:02}Z"),
            Unit::Millisecond => {
                write!(f, "T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<String>, Option<String>), DateError> {
        let options = ParseOptions {
            now: Timestamp::parse("2024-03-31T23:30:00Z").ok(),
            ..ParseOptions::default()
        };
        let bounds = time(text, &options)?;
        let shown = |at: Option<Timestamp>| at.map(|at| format!("{at:?}"));
        Ok((shown(bounds.from), shown(bounds.to)))
    }

    #[test]
    fn a_date_is_the_whole_day_and_a_moment_its_last_part() {
        for (text, from, to) in [
            (
                "2024-05-01",
                "2024-05-01T00:00:00Z+0ms",
                "2024-05-01T23:59:59Z+999ms",
            ),
            (">2024-05-01", "2024-05-02T00:00:00Z+0ms", ""),
            (">=2024-05-01", "2024-05-01T00:00:00Z+0ms", ""),
            ("<2024-05-01", "", "2024-04-30T23:59:59Z+999ms"),
            ("<=2024-05-01", "", "2024-05-01T23:59:59Z+999ms"),
            (
                "2024-05-01..2024-05-03",
                "2024-05-01T00:00:00Z+0ms",
                "2024-05-03T23:59:59Z+999ms",
            ),
            ("2024-05-01..*", "2024-05-01T00:00:00Z+0ms", ""),
            ("*..2024-05-01", "", "2024-05-01T23:59:59Z+999ms"),
            (
                "2024-05-01T09:30Z",
                "2024-05-01T09:30:00Z+0ms",
                "2024-05-01T09:30:59Z+999ms",
            ),
            (
                "2024-05-01T09:30:05",
                "2024-05-01T09:30:05Z+0ms",
                "2024-05-01T09:30:05Z+999ms",
            ),
            (">2024-05-01T09:30:05+07:00", "2024-05-01T02:30:06Z+0ms", ""),
            (
                "<2024-05-01T09:30:05-0130",
                "",
                "2024-05-01T11:00:04Z+999ms",
            ),
            (
                "2024-05-01T09:30:05.5Z",
                "2024-05-01T09:30:05Z+500ms",
                "2024-05-01T09:30:05Z+500ms",
            ),
            (
                "@today",
                "2024-03-31T00:00:00Z+0ms",
                "2024-03-31T23:59:59Z+999ms",
            ),
            (">=@today-7d", "2024-03-24T00:00:00Z+0ms", ""),
            (">=@today-1w", "2024-03-24T00:00:00Z+0ms", ""),
            (">=@today-1m", "2024-02-29T00:00:00Z+0ms", ""),
            (">=@TODAY-1y", "2023-03-31T00:00:00Z+0ms", ""),
            (
                "@today-1d..@today+1d",
                "2024-03-30T00:00:00Z+0ms",
                "2024-04-01T23:59:59Z+999ms",
            ),
            ("*", "", ""),
            ("*..*", "", ""),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            assert_eq!(read(text), Ok((some(from), some(to))), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2024",
            "2024-05",
            "2024-5-1",
            "2024-02-30",
            "yesterday",
            ">",
            "..",
            "*..",
            ">*",
            "2024-05-01T",
            "2024-05-01T9:30Z",
            "2024-05-01T25:00Z",
            "2024-05-01T09:30:05+7",
            "2024-05-01T09:30:05+07:99",
            "2024-05-01T09:30.5Z",
            "@today-",
            "@today-d",
            "@today-7x",
            "@today7d",
            "@today-99999999999d",
            "@today-9999999y",
            "@today-é",
            "0000-01-01T00:00:00+01:00",
            "2024-05-01..2024-05-02..2024-05-03",
            "9999-12-31T23:59:59-12:00",
        ] {
            assert_eq!(read(text), Err(DateError::NotADate), "{text}");
        }
        let nothing = ParseOptions::default();
        assert_eq!(time("@today", &nothing), Err(DateError::NoToday));
    }

    #[test]
    fn numbers_have_ranges_too() {
        let of = |from, to| Some(Bounds { from, to });
        for (text, bounds) in [
            ("5", of(Some(5), Some(5))),
            (">5", of(Some(6), None)),
            (">=5", of(Some(5), None)),
            ("<5", of(None, Some(4))),
            ("<=5", of(None, Some(5))),
            ("5..9", of(Some(5), Some(9))),
            ("5..*", of(Some(5), None)),
            ("*..9", of(None, Some(9))),
            ("<0", of(Some(1), Some(0))),
            (">18446744073709551615", of(Some(1), Some(0))),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("many", None),
            ("18446744073709551616", None),
        ] {
            assert_eq!(number(text), bounds, "{text}");
        }
    }
}
