//! What stands in one cell: lists, moments, and texts that a spreadsheet must not take for formulas.

use std::borrow::Cow;

use backlot_model::Timestamp;
use chrono::{NaiveDate, NaiveDateTime};

/// The signs with which a spreadsheet lets a formula begin.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The text so that no spreadsheet takes it for a formula: behind an apostrophe where it could be one. A text
/// that begins with an apostrophe gets another one, so that [`unguard`] gives back what it was.
pub(crate) fn guard(text: &str) -> Cow<'_, str> {
    match text.starts_with(FORMULA) || text.starts_with('\'') {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text that was guarded.
pub(crate) fn unguard(text: &str) -> &str {
    text.strip_prefix('\'').unwrap_or(text)
}

/// A list in one cell: names with commas between them; a name with a comma, a quote, or space around it is
/// quoted like a cell.
pub(crate) fn join<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut out = String::new();
    for name in names {
        if !out.is_empty() {
            out.push_str(", ");
        }
        let quoted = name.is_empty() || name.contains([',', '"', ';']) || name.trim() != name;
        if quoted {
            out.push('"');
            out.push_str(&name.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(name);
        }
    }
    out
}

/// The names of a list. Where there is no comma at all, semicolons separate, as some trackers have it.
pub(crate) fn split(list: &str) -> Vec<String> {
    let separator = match list.contains(',') || list.contains('"') {
        true => ',',
        false => ';',
    };
    let mut names = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('"').map(quoted) {
            Some(Some((name, after))) => {
                let end = after.find(separator);
                (name, end.map_or("", |end| &after[end + 1..]))
            }
            _ => match rest.split_once(separator) {
                Some((name, after)) => (name.trim_end().to_owned(), after),
                None => (rest.trim_end().to_owned(), ""),
            },
        };
        if !name.is_empty() {
            names.push(name);
        }
        rest = after.trim_start();
    }
    names
}

/// The text up to the closing quote, and what follows that.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, rest)),
        }
    }
}

/// A moment as forges write it, or as spreadsheets and trackers show it in universal time.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = Timestamp::parse(text) {
        return Some(moment);
    }
    const SHAPES: [&str; 4] = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M",
    ];
    let text = text.trim().trim_end_matches(" UTC");
    let moment = SHAPES
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
        })?;
    let moment = moment.and_utc().timestamp_millis();
    Some(Timestamp::from_unix_milliseconds(moment))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_people_and_of_trackers_are_understood() {
        for (list, names) in [
            ("", vec![]),
            ("bug", vec!["bug"]),
            ("bug, needs info", vec!["bug", "needs info"]),
            ("bug,ui", vec!["bug", "ui"]),
            ("bug;ui", vec!["bug", "ui"]),
            ("\"a, b\", c", vec!["a, b", "c"]),
            ("\"unclosed, b", vec!["\"unclosed", "b"]),
            (" , ,x", vec!["x"]),
        ] {
            assert_eq!(split(list), names, "{list}");
        }
    }

    #[test]
    fn moments_of_spreadsheets_are_in_universal_time() {
        let exact = Timestamp::parse("2024-05-01T09:30:00Z").unwrap();
        for text in [
            "2024-05-01T09:30:00Z",
            "2024-05-01T11:30:00+02:00",
            "2024-05-01 09:30:00",
            "2024-05-01 09:30",
            "2024-05-01 09:30:00 UTC",
        ] {
            assert_eq!(moment(text), Some(exact), "{text}");
        }
        assert_eq!(
            moment("2024-05-01"),
            Some(Timestamp::parse("2024-05-01T00:00:00Z").unwrap())
        );
        assert_eq!(moment("soon"), None);
    }

    proptest! {
        #[test]
        fn lists_come_back(names in proptest::collection::vec("[ -~é]{1,12}", 0..6)) {
            let list = join(names.iter().map(String::as_str));
            prop_assert_eq!(split(&list), names);
        }

        #[test]
        fn guarded_texts_come_back_and_are_no_formulas(text in "[=+@\\-'\t\ra]{0,6}") {
            let guarded = guard(&text);
            prop_assert!(!guarded.starts_with(FORMULA));
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
