//! `ETag` and `Last-Modified`, and answers of 304 to who has seen it.

use backlot_model::Timestamp;
use http::HeaderMap;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};

/// The weak tag of a body in the representation in which it was asked for.
pub(crate) fn tag(body: &[u8], representation: &str) -> String {
    let mut hash = blake3::Hasher::new();
    hash.update(representation.as_bytes());
    hash.update(&[0]);
    hash.update(body);
    format!("W/\"{}\"", hash.finalize().to_hex())
}

/// The first second that begins after a moment. Dates of HTTP are whole seconds: who read in the one of a change may
/// have read before it.
pub(crate) fn second_after(at: Timestamp) -> Option<u64> {
    u64::try_from(at.unix_milliseconds() / 1000 + 1).ok()
}

/// The second after a change as HTTP writes it, once it has come.
pub(crate) fn http_date(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = second_after(at).filter(|after| {
        i64::try_from(*after).is_ok_and(|after| after <= now.unix_milliseconds() / 1000)
    })?;
    let moment = std::time::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds))?;
    // Later years do not fit the format.
    (seconds < 253_402_300_800).then(|| httpdate::fmt_http_date(moment))
}

/// Whether a list of tags, as clients send it, names this one.
pub(crate) fn names(list: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let mut list = list.split(',');
    list.any(|one| one.trim() == "*" || bare(one) == bare(tag))
}

/// The seconds since 1970 of a date as HTTP writes it.
pub(crate) fn seconds(date: &str) -> Option<u64> {
    let moment = httpdate::parse_http_date(date).ok()?;
    let since = moment.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// Whether the client has what would be answered. A tag decides alone where the client sends one.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str, modified: Option<Timestamp>) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(known) = text(IF_NONE_MATCH) {
        return names(known, tag);
    }
    match (text(IF_MODIFIED_SINCE).and_then(seconds), modified) {
        (Some(since), Some(at)) => second_after(at).is_some_and(|after| after <= since),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_tag_decides_before_a_moment_does() {
        let tag = tag(b"[]", "json");
        let at = Timestamp::parse("2024-01-02T03:04:05Z").unwrap();
        let mut headers = HeaderMap::new();
        assert!(!is_known(&headers, &tag, Some(at)));
        // In the same second, something else may follow.
        let soon = Timestamp::parse("2024-01-02T03:04:05.999Z").unwrap();
        assert_eq!(http_date(at, soon), None);
        headers.insert(
            IF_MODIFIED_SINCE,
            HeaderValue::from_static("Tue, 02 Jan 2024 03:04:05 GMT"),
        );
        assert!(!is_known(&headers, &tag, Some(at)));
        let later = Timestamp::parse("2024-01-02T03:04:06Z").unwrap();
        let date = http_date(at, later).unwrap();
        assert_eq!(date, "Tue, 02 Jan 2024 03:04:06 GMT");
        headers.insert(IF_MODIFIED_SINCE, HeaderValue::from_str(&date).unwrap());
        assert!(is_known(&headers, &tag, Some(at)));
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"x\", W/\"y\""));
        assert!(!is_known(&headers, &tag, Some(at)));
        headers.insert(
            IF_NONE_MATCH,
            HeaderValue::from_str(&format!("\"x\", {}", &tag[2..])).unwrap(),
        );
        assert!(is_known(&headers, &tag, None));
    }
}
