//! The day when a milestone is due, as GitHub keeps it.
//!
//! GitHub drops the time of day, and its days are those of US Pacific time: of `2020-09-24T06:59:00Z` it makes
//! `2020-09-23T07:00:00Z`, which is where that day began there.

use backlot_model::Timestamp;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Weekday};

/// The beginning of a moment's day in US Pacific time.
pub(super) fn midnight(moment: Timestamp) -> Timestamp {
    let begin = begin_of_day(moment);
    begin.unwrap_or(moment)
}

fn begin_of_day(moment: Timestamp) -> Option<Timestamp> {
    let utc = DateTime::from_timestamp_millis(moment.unix_milliseconds())?.naive_utc();
    // The hours of the moment itself, which differ from those of midnight on the days of change alone.
    let standard = utc.checked_sub_signed(Duration::hours(8))?;
    let (begins, ends) = summer(standard.year())?;
    // Summer begins and ends at two o'clock by the clock that was valid until then.
    let is_summer =
        standard >= begins.and_hms_opt(2, 0, 0)? && standard < ends.and_hms_opt(1, 0, 0)?;
    let local = match is_summer {
        true => utc.checked_sub_signed(Duration::hours(7))?,
        false => standard,
    };
    let day = local.date();
    // On both days of change midnight comes before the change.
    let offset = match begins < day && day <= ends {
        true => Duration::hours(7),
        false => Duration::hours(8),
    };
    let begin = day.and_hms_opt(0, 0, 0)?.checked_add_signed(offset)?;
    let milliseconds = begin.and_utc().timestamp_millis();
    Some(Timestamp::from_unix_milliseconds(milliseconds))
}

/// The days on which summer time begins and ends: the second Sunday of March and the first one of November, as it
/// has been since 2007.
fn summer(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    Some((
        NaiveDate::from_weekday_of_month_opt(year, 3, Weekday::Sun, 2)?,
        NaiveDate::from_weekday_of_month_opt(year, 11, Weekday::Sun, 1)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_where_they_do_on_the_pacific() {
        for (given, kept) in [
            ("2020-09-24T06:59:00Z", "2020-09-23T07:00:00Z"),
            ("2020-09-24T07:01:00Z", "2020-09-24T07:00:00Z"),
            ("2012-10-09T23:39:01Z", "2012-10-09T07:00:00Z"),
            ("2022-11-14T07:00:00Z", "2022-11-13T08:00:00Z"),
            ("2022-11-14T12:00:00Z", "2022-11-14T08:00:00Z"),
            // The days on which the clocks change.
            ("2022-03-13T08:00:00Z", "2022-03-13T08:00:00Z"),
            ("2022-03-13T20:00:00Z", "2022-03-13T08:00:00Z"),
            ("2022-03-14T06:59:00Z", "2022-03-13T08:00:00Z"),
            ("2022-03-14T07:00:00Z", "2022-03-14T07:00:00Z"),
            ("2022-11-06T07:00:00Z", "2022-11-06T07:00:00Z"),
            ("2022-11-07T07:59:00Z", "2022-11-06T07:00:00Z"),
            ("2022-11-07T08:00:00Z", "2022-11-07T08:00:00Z"),
        ] {
            let moment = Timestamp::parse(given).unwrap();
            assert_eq!(midnight(moment).to_string(), kept, "{given}");
            assert_eq!(midnight(midnight(moment)).to_string(), kept, "{given}");
        }
    }

    #[test]
    fn moments_out_of_all_calendars_stay() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let moment = Timestamp::from_unix_milliseconds(milliseconds);
            assert_eq!(midnight(moment), moment);
        }
    }
}
