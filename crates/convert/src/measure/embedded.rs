//! Values with what stands inside them by its name alone, so that a user whose picture is another one is still the
//! same user wherever they stand.

use backlot_forge::json::{Cursor, canonical, entries, string, write_string};
use backlot_model::RecordKind;

/// The issue that the objects of a group are about, by the names of its objects: inside them it is only meant.
#[derive(Clone, Copy, Default)]
pub(super) struct Own<'n> {
    pub(super) names: &'n [String],
}

/// What an object inside another one is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// What it depicts.
    pub(super) kind: RecordKind,
    /// The login, name or title; nothing for the issue itself.
    pub(super) name: String,
}

/// What an object under a key depicts, where it is compared by itself elsewhere.
pub(super) fn identity(key: &str, object: &[(String, &str)], own: Own<'_>) -> Option<Identity> {
    let text = |key: &str| {
        let value = object.iter().find(|(known, _)| known == key)?.1;
        Some(string(value)?.into_owned())
    };
    if let Some(login) = text("login") {
        return Some(Identity {
            kind: RecordKind::User,
            name: login.to_lowercase(),
        });
    }
    let url = text("url");
    // Where there is neither an address nor an id, there is nothing of which it could be a picture.
    let is_known = url.is_some() || object.iter().any(|(known, _)| known == "id");
    let (kind, name) = match key {
        "label" | "labels" if is_known => (RecordKind::Label, text("name")?),
        "milestone" if is_known => (RecordKind::Milestone, text("title")?),
        "issue" if own.names.contains(&url?) => (RecordKind::Issue, String::new()),
        _ => return None,
    };
    Some(Identity { kind, name })
}

/// Whether a key says where the forge keeps something, and nothing about it.
pub(super) fn is_identity(key: &str) -> bool {
    let ids = [
        "id",
        "node_id",
        "gravatar_id",
        "object_id",
        "repository_id",
        "issue_id",
        "url",
    ];
    ids.contains(&key) || key.ends_with("_url")
}

/// A value under a key in the one way in which values that say the same are equal: what is compared by itself
/// elsewhere by its name alone and, if wanted, without what is only identity.
pub(super) fn reduced(key: &str, text: &str, own: Own<'_>, without_identity: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    put(key, text.trim(), own, without_identity, &mut out);
    out
}

fn put(key: &str, text: &str, own: Own<'_>, without_identity: bool, out: &mut Vec<u8>) {
    match text.as_bytes().first() {
        Some(b'{') if let Ok(mut found) = entries(text) => {
            if let Some(identity) = identity(key, &found, own) {
                out.push(b'<');
                out.push(identity.kind.tag());
                write_string(&identity.name, out);
                return;
            }
            found.reverse();
            out.push(b'{');
            for (key, value) in &found {
                write_string(key, out);
                out.push(b':');
                match without_identity && is_identity(key) && value.trim() != "null" {
                    true => out.push(b'*'),
                    false => put(key, value.trim(), own, without_identity, out),
                }
                out.push(b',');
            }
            out.push(b'}');
        }
        Some(b'[') if let Some(found) = elements(text) => {
            out.push(b'[');
            for value in found {
                put(key, value.trim(), own, without_identity, out);
                out.push(b',');
            }
            out.push(b']');
        }
        _ => canonical(text, out),
    }
}

/// The elements of a list.
pub(super) fn elements(text: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::new(text);
    let mut found = Vec::new();
    let mut more = cursor.open_list().ok()?;
    while more {
        found.push(cursor.value().ok()?);
        more = cursor.more_elements().ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(key: &str, a: &str, b: &str, without_identity: bool) -> bool {
        let names = ["https://x/issues/7".to_owned()];
        let own = Own { names: &names };
        reduced(key, a, own, without_identity) == reduced(key, b, own, without_identity)
    }

    #[test]
    fn people_labels_and_milestones_count_by_name() {
        let mona = r#"{"login":"mona","id":1,"avatar_url":"https://a/1"}"#;
        assert!(equal("user", mona, r#"{"id":2,"login":"Mona"}"#, false));
        assert!(!equal("user", mona, r#"{"id":1,"login":"lisa"}"#, false));
        assert!(!equal("user", mona, "null", false));
        let bug = r#"[{"name":"bug","url":"u","color":"f00"}]"#;
        assert!(equal("labels", bug, r#"[{"name":"bug","url":"v"}]"#, false));
        assert!(!equal("labels", bug, "[]", false));
        // What says nothing of where it is has no place of its own in which it could be compared.
        let bare = r#"{"name":"bug","color":"f00"}"#;
        assert!(!equal("label", bare, r#"{"name":"bug"}"#, false));
        let due = r#"{"title":"1.0","url":"u","due_on":null}"#;
        assert!(equal(
            "milestone",
            due,
            r#"{"title":"1.0","url":"w"}"#,
            false
        ));
    }

    #[test]
    fn the_issue_itself_is_only_meant() {
        let issue = r#"{"url":"https://x/issues/7","title":"a"}"#;
        assert!(equal(
            "issue",
            issue,
            r#"{"url":"https://x/issues/7"}"#,
            false
        ));
        let other = issue.replace('7', "8");
        assert!(!equal(
            "issue",
            &other,
            r#"{"url":"https://x/issues/8"}"#,
            false
        ));
    }

    #[test]
    fn without_identity_ids_and_addresses_are_equal_where_there_are_some() {
        let a = r#"{"id":1,"x":{"html_url":"a","n":1.0}}"#;
        let b = r#"{"id":2,"x":{"html_url":"b","n":1.0}}"#;
        assert!(!equal("x", a, b, false));
        assert!(equal("x", a, b, true));
        assert!(!equal(
            "x",
            a,
            r#"{"id":null,"x":{"html_url":"b","n":1.0}}"#,
            true
        ));
        assert!(!equal(
            "x",
            a,
            r#"{"id":1,"x":{"html_url":"a","n":1}}"#,
            true
        ));
    }
}
