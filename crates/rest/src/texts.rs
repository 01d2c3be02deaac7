//! The texts of issues and comments as media types want them, put into objects that are written already.

use backlot_forge::json::{self, Keys};
use backlot_forge::slots;

use crate::access::Permission;
use crate::markdown::{self, References};
use crate::media::Media;

/// The keys of rendered texts.
const RENDERED: [&str; 2] = ["body_text", "body_html"];

/// Makes of an object, which begins at `start` of what is written, one with the text as it was written alone. Few
/// objects have come with rendered texts as well.
pub(crate) fn keep_raw(out: &mut Vec<u8>, start: usize) {
    let object = out.get(start..).unwrap_or_default();
    if memchr::memmem::find(object, b"\"body_").is_some() {
        rewrite(out, start, |key| !RENDERED.contains(&key), |_| {});
    }
}

/// Makes of an object, which begins at `start` of what is written, one with the texts that a media type has: `body`,
/// `body_text` and `body_html`. Rendered texts with which it came are not kept: the text may have changed since.
pub(crate) fn fit(out: &mut Vec<u8>, start: usize, media: Media, references: &References<'_>) {
    let Ok(object) = std::str::from_utf8(out.get(start..).unwrap_or_default()) else {
        return;
    };
    let body = slots::entry(object, "body").and_then(json::string);
    let body = body.unwrap_or_default().into_owned();
    let keeps_body = matches!(media, Media::Raw | Media::Full);
    let keeps = |key: &str| !RENDERED.contains(&key) && (keeps_body || key != "body");
    rewrite(out, start, keeps, |keys| {
        if matches!(media, Media::Text | Media::Full) {
            json::write_string(&markdown::text(&body, references), keys.key("body_text"));
        }
        if matches!(media, Media::Html | Media::Full) {
            json::write_string(&markdown::html(&body, references), keys.key("body_html"));
        }
    });
}

/// Makes an empty text of one that is not there, which GitHub's searches do not tell as null.
pub(crate) fn put_text(out: &mut Vec<u8>, start: usize) {
    let object = std::str::from_utf8(out.get(start..).unwrap_or_default());
    if object.is_ok_and(|object| slots::entry(object, "body") == Some("null")) {
        put_entry(out, start, "body", b"\"\"");
    }
}

/// Writes an object anew with some of its entries, as they are, and more.
fn rewrite(
    out: &mut Vec<u8>,
    start: usize,
    keeps: impl Fn(&str) -> bool,
    more: impl FnOnce(&mut Keys<'_>),
) {
    let Ok(object) = std::str::from_utf8(out.get(start..).unwrap_or_default()) else {
        return;
    };
    let Ok(entries) = slots::entries(object) else {
        return;
    };
    let mut anew = Vec::with_capacity(object.len() * 2);
    let mut keys = Keys::begin(&mut anew);
    for (key, value) in entries {
        if keeps(key) {
            keys.key(key).extend_from_slice(value.as_bytes());
        }
    }
    more(&mut keys);
    keys.end();
    out.truncate(start);
    out.append(&mut anew);
}

/// Gives an object, which begins at `start` of what is written, this value for a key, whether it has it or not.
pub(crate) fn put_entry(out: &mut Vec<u8>, start: usize, key: &str, value: &[u8]) {
    rewrite(
        out,
        start,
        |other| other != key,
        |keys| {
            keys.key(key).extend_from_slice(value);
        },
    );
}

/// Tells in the object of a repository, which begins at `start` of what is written, what the one who looks may do there.
/// Who has no name is told nothing.
pub(crate) fn put_permissions(out: &mut Vec<u8>, start: usize, permission: Option<Permission>) {
    let Some(permission) = permission else {
        return rewrite(out, start, |key| key != "permissions", |_| {});
    };
    let told = serde_json::json!({
        "admin": permission >= Permission::Admin,
        "maintain": permission >= Permission::Admin,
        "push": permission.can_push(),
        "triage": permission.can_triage(),
        "pull": permission >= Permission::Read,
    });
    put_entry(out, start, "permissions", told.to_string().as_bytes());
}
