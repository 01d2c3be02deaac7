//! Moments as a user writes them.

use backlot_model::Timestamp;

/// A moment: a day, which is meant from its beginning in UTC, or RFC 3339.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    Timestamp::parse(&whole)
        .map_err(|_| "write a day as 2026-03-01, or a moment as 2026-03-01T12:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        let day = parse("2026-03-01").unwrap();
        assert_eq!(day.to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(parse("2026-03-01T00:00:00Z"), Ok(day));
        for wrong in ["", "today", "2026-13-01", "2026-3-1"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
