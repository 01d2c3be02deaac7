//! The facts of a record that goes out.

use backlot_model::{Field, Parent, RecordKind, Value};

use crate::shape::{Facts, Site};
use backlot_forge::bytes::find;

/// The facts that a record's values give.
pub(super) fn facts<'a, R>(
    site: Site<'a>,
    kind: RecordKind,
    id: Option<u64>,
    parent: Option<u64>,
    values: &'a [Value<String, R>],
) -> Facts<'a> {
    let mut facts = Facts::at(site);
    facts.id = id;
    facts.is_comment = kind == RecordKind::Comment;
    facts.number = parent;
    for value in values {
        match value {
            Value::Number(number) => facts.number = Some(*number),
            Value::Name(name) => facts.name = name,
            Value::Subject(subject) => facts.subject = subject,
            Value::Event(event) => facts.event = event,
            Value::Reactions(reactions) => facts.reactions = *reactions,
            Value::MergedAt(at) => facts.merged_at = Some(*at),
            Value::Parent(Parent::Number(number)) if parent.is_none() => {
                facts.number = Some(*number);
            }
            _ => {}
        }
    }
    facts
}

/// The short text, word or body of a field.
pub(super) fn text<R>(values: &[Value<String, R>], field: Field) -> Option<&str> {
    Some(match find(values, field)? {
        Value::Title(text)
        | Value::Body(text)
        | Value::IssueType(text)
        | Value::Name(text)
        | Value::Color(text)
        | Value::Description(text)
        | Value::Event(text)
        | Value::Subject(text)
        | Value::From(text)
        | Value::To(text)
        | Value::Permission(text)
        | Value::Content(text) => text,
        Value::State(word) => word.as_word(),
        Value::StateReason(word) => word.as_word(),
        Value::LockReason(word) => word.as_word(),
        Value::AuthorAssociation(word) => word.as_word(),
        Value::UserKind(word) => word.as_word(),
        _ => return None,
    })
}

/// The moment of a field.
pub(super) fn time<R>(
    values: &[Value<String, R>],
    field: Field,
) -> Option<backlot_model::Timestamp> {
    match find(values, field)? {
        Value::CreatedAt(at)
        | Value::UpdatedAt(at)
        | Value::ClosedAt(at)
        | Value::MergedAt(at)
        | Value::DueOn(at) => Some(*at),
        _ => None,
    }
}

/// The number of a field.
pub(super) fn number<R>(values: &[Value<String, R>], field: Field) -> Option<u64> {
    match find(values, field)? {
        Value::Number(number) | Value::CommentCount(number) => Some(*number),
        _ => None,
    }
}
