//! What octocrab's structs do to objects that pass through them, undone as far as it can be told.
//!
//! Keys whose value was null are left out, templates are percent-encoded, and users get keys that no
//! user has. Null is put back just where GitHub's answer always has the key, so that its absence can
//! mean nothing else.

use std::borrow::Cow;

use super::build::Build;
use backlot_forge::json::{Cursor, Fault};
use backlot_forge::slots::entries;

/// Appends a value, which stands under a key, with all that is in it repaired.
pub(super) fn value(key: &str, raw: &str, out: &mut String) -> Result<(), Fault> {
    match raw.as_bytes().first() {
        Some(b'{') => out.push_str(&object(key, raw)?),
        Some(b'[') => {
            let mut cursor = Cursor::new(raw);
            let mut more = cursor.open_list()?;
            out.push('[');
            while more {
                value(key, cursor.value()?, out)?;
                more = cursor.more_elements()?;
                if more {
                    out.push(',');
                }
            }
            out.push(']');
        }
        _ if is_template(key) => out.push_str(&template(raw)),
        _ => out.push_str(raw),
    }
    Ok(())
}

fn object(key: &str, raw: &str) -> Result<String, Fault> {
    let known = entries(raw)?;
    let has = |name: &str| known.iter().any(|(known, _)| *known == name);
    let is_user = has("login");
    let mut build = Build::new(raw.len() + 64);
    for (key, raw) in &known {
        // No user that stands in another object has these keys; their nulls say nothing.
        if is_user && matches!(*key, "name" | "patch_url") && *raw == "null" {
            continue;
        }
        value(key, raw, build.key(key))?;
    }
    let always: &[&str] = match key {
        "labels" if has("color") && has("id") => &["description"],
        "milestone" if has("number") => &["description", "creator", "due_on", "closed_at"],
        _ => &[],
    };
    for key in always.iter().filter(|key| !has(key)) {
        build.raw(key, "null");
    }
    Ok(build.end())
}

/// Whether the value of a key may be a template of addresses, such as `.../labels{/name}`.
fn is_template(key: &str) -> bool {
    key.ends_with("_url") && !matches!(key, "html_url" | "avatar_url" | "diff_url" | "patch_url")
}

/// The template with its braces.
fn template(raw: &str) -> Cow<'_, str> {
    if memchr::memmem::find(raw.as_bytes(), b"%7").is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("%7B", "{").replace("%7D", "}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(key: &str, raw: &str) -> String {
        let mut out = String::new();
        value(key, raw, &mut out).unwrap();
        out
    }

    #[test]
    fn templates_get_their_braces_back_and_other_addresses_stay() {
        for (key, raw, wanted) in [
            (
                "labels_url",
                "\"u/labels%7B/name%7D\"",
                "\"u/labels{/name}\"",
            ),
            ("contents_url", "\"u/%7B+path%7D\"", "\"u/{+path}\""),
            ("notifications_url", "\"u%7B?all}\"", "\"u{?all}\""),
            ("html_url", "\"u/%7Bx%7D\"", "\"u/%7Bx%7D\""),
            ("url", "\"u/good%20first%7B\"", "\"u/good%20first%7B\""),
            ("body", "\"%7B\"", "\"%7B\""),
        ] {
            assert_eq!(repaired(key, raw), wanted);
        }
    }

    #[test]
    fn nulls_come_back_where_they_can_mean_nothing_else() {
        let user = r#"{"login":"mona","name":null,"patch_url":null,"gists_url":"g%7B/gist_id%7D"}"#;
        assert_eq!(
            repaired("user", user),
            r#"{"login":"mona","gists_url":"g{/gist_id}"}"#
        );
        let named = r#"{"login":"mona","name":"Mona"}"#;
        assert_eq!(repaired("user", named), named);
        let labels = r#"[{"id":7,"name":"bug","color":"d73a4a"},{"name":"old","color":"ffffff"}]"#;
        assert_eq!(
            repaired("labels", labels),
            r#"[{"id":7,"name":"bug","color":"d73a4a","description":null},{"name":"old","color":"ffffff"}]"#
        );
        // The milestone of an event has a title alone.
        assert_eq!(
            repaired("milestone", r#"{"title":"v1"}"#),
            r#"{"title":"v1"}"#
        );
        assert!(repaired("milestone", r#"{"number":1}"#).contains(r#""due_on":null"#));
    }
}
