//! Moments: as RFC 3339 for programs, as a distance from now for people.

use backlot_model::Timestamp;

use super::text::count;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// How long ago a moment was; one that is still to come is given in full.
pub(crate) fn ago(moment: Timestamp, now: Timestamp) -> String {
    let passed = now
        .unix_milliseconds()
        .saturating_sub(moment.unix_milliseconds());
    if passed < -MINUTE {
        return moment.to_string();
    }
    let (size, one, many) = match passed {
        ..MINUTE => return "just now".to_owned(),
        MINUTE..HOUR => (MINUTE, "minute ago", "minutes ago"),
        HOUR..DAY => (HOUR, "hour ago", "hours ago"),
        DAY..MONTH => (DAY, "day ago", "days ago"),
        MONTH..YEAR => (MONTH, "month ago", "months ago"),
        YEAR.. => (YEAR, "year ago", "years ago"),
    };
    count((passed / size).unsigned_abs(), one, many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_rounded_down() {
        let now = Timestamp::parse("2026-03-01T12:00:00Z").unwrap();
        for (moment, expected) in [
            ("2026-03-01T12:00:30Z", "just now"),
            ("2026-03-01T11:59:30Z", "just now"),
            ("2026-03-01T11:59:00Z", "1 minute ago"),
            ("2026-03-01T09:30:00Z", "2 hours ago"),
            ("2026-02-27T12:00:00Z", "2 days ago"),
            ("2025-12-01T12:00:00Z", "3 months ago"),
            ("2010-06-21T15:10:39Z", "15 years ago"),
            ("2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z"),
        ] {
            assert_eq!(ago(Timestamp::parse(moment).unwrap(), now), expected);
        }
    }
}
