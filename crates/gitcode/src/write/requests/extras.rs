//! What GitCode said of an object that no field of the model holds, on its way into requests.

use backlot_forge::WriteError;
use backlot_forge::json::{digest, ended, entries, put, string};
use backlot_forge::output::Output;
use backlot_forge::slots::{elements, entry};
use backlot_model::{Lookup, Loss, LossKind, Outgoing, RecordKind};

use crate::write::names::Names;
use crate::write::render::Renderer;

/// What goes along with the request that makes an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Extras {
    /// Whether few may see the issue.
    pub(super) is_confidential: bool,
    /// Its custom fields, as the request takes them.
    pub(super) custom_fields: Option<String>,
}

const NOT_SET: &str = "no request sets it";

/// Notes every value of an object of GitCode's that no field of the model holds and no request sets; gives what
/// requests set all the same.
pub(super) fn note<L: Lookup>(
    outgoing: &Outgoing,
    names: &Names,
    renderer: &mut Renderer,
    lookup: &mut L,
    output: &mut Output,
) -> Result<Extras, WriteError<L::Error>> {
    let mut extras = Extras::default();
    if outgoing.stated.is_none() {
        return Ok(extras);
    }
    let mut object = Vec::new();
    let mut unused = Vec::new();
    renderer.render(outgoing, lookup, &mut object, &mut unused)?;
    let text = std::str::from_utf8(&object).map_err(|_| WriteError::Damaged)?;
    let kind = outgoing.record.kind();
    let mut lose = |field: &str, loss: LossKind, reason: &str, value: &str| {
        output.noted.push(Loss {
            kind: loss,
            record_kind: kind,
            record: names.of(outgoing),
            field: field.to_owned(),
            reason: reason.to_owned(),
            value: Some(digest(value)),
        });
    };
    for (key, value) in entries(text).unwrap_or_default().iter().rev() {
        let is_empty = matches!(*value, "null" | "\"\"" | "0" | "false" | "[]" | "{}");
        if is_empty || is_told(kind, key) {
            continue;
        }
        match key.as_str() {
            "visibility_reason" if *value == "\"public\"" => {}
            "visibility_reason" => {
                extras.is_confidential = true;
                let reason = "an issue that is not public is sent as a security hole";
                lose(key, LossKind::Altered, reason, value);
            }
            "custom_fields" if let Some(fields) = custom_fields(value) => {
                extras.custom_fields = Some(fields);
            }
            "id" => lose(key, LossKind::Altered, "GitCode gives another one", value),
            _ => lose(key, LossKind::Dropped, NOT_SET, value),
        }
    }
    Ok(extras)
}

/// Whether a field of the model says the same as a key, or the key follows from where the object is.
fn is_told(kind: RecordKind, key: &str) -> bool {
    let everywhere = [
        "number",
        "html_url",
        "url",
        "repository",
        "repository_id",
        "repository_url",
        "title",
        "name",
        "body",
        "description",
        "state",
        "user",
        "created_at",
        "updated_at",
    ];
    let own: &[&str] = match kind {
        RecordKind::Issue => &[
            "assignee",
            "assignees",
            "labels",
            "milestone",
            "comments",
            "finished_at",
            "issue_type",
        ],
        RecordKind::Milestone => &["due_on", "open_issues", "closed_issues"],
        RecordKind::Label => &["color", "text_color", "textColor"],
        RecordKind::Comment => &["target"],
        _ => &[],
    };
    everywhere.contains(&key) || own.contains(&key)
}

/// Custom fields as a request takes them: the name and the values of each.
fn custom_fields(list: &str) -> Option<String> {
    let mut fields = Vec::new();
    for field in elements(list)? {
        let name = entry(field, "field_name")?;
        string(name)?;
        let values = entry(field, "field_values").unwrap_or("[]");
        let mut out = Vec::new();
        put("field_name", name, &mut out);
        put("field_values", values, &mut out);
        fields.push(ended(out));
    }
    Some(format!("[{}]", fields.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_go_along_by_name_and_values() {
        let list = r#"[{"field_name":"Area","field_type":"text_single","field_values":["a"]}]"#;
        let expected = r#"[{"field_name":"Area","field_values":["a"]}]"#;
        assert_eq!(custom_fields(list).as_deref(), Some(expected));
        assert_eq!(custom_fields(r#"[{"field_values":[]}]"#), None);
        assert_eq!(custom_fields("5"), None);
    }
}
