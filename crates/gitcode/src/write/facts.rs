//! The facts and the values of a record that goes out.

use backlot_forge::bytes::find;
use backlot_model::{Field, ForeignId, Outgoing, Parent, Record, Timestamp, Value};

use crate::shape::{Facts, Site};

/// The facts that a record's values give.
pub(super) fn facts<'a, R>(
    site: Site<'a>,
    id: Option<u64>,
    parent: Option<u64>,
    values: &'a [Value<String, R>],
) -> Facts<'a> {
    let mut facts = Facts {
        site,
        id,
        number: parent,
        name: "",
    };
    for value in values {
        match value {
            Value::Number(number) => facts.number = Some(*number),
            Value::Name(name) => facts.name = name,
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
        | Value::Content(text) => text,
        Value::State(word) => word.as_word(),
        _ => return None,
    })
}

/// The moment of a field.
pub(super) fn time<R>(values: &[Value<String, R>], field: Field) -> Option<Timestamp> {
    match find(values, field)? {
        Value::CreatedAt(at) | Value::UpdatedAt(at) | Value::ClosedAt(at) | Value::DueOn(at) => {
            Some(*at)
        }
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

/// The forge's own number in its name for an object.
pub(super) const fn own_number(id: &ForeignId) -> Option<u64> {
    match id {
        ForeignId::Number(number) => Some(*number),
        ForeignId::Text(_) => None,
    }
}

/// The forge's number of a record, or the one that it is given in place of one.
pub(super) fn id_of(outgoing: &Outgoing) -> u64 {
    let stated = outgoing.stated.as_ref();
    stated
        .filter(|(view, ..)| crate::shape::Form::from_view(*view).is_some())
        .and_then(|(_, id, _)| own_number(id))
        .unwrap_or_else(|| outgoing.record.id().minted_number())
}

/// The fields whose values differ from what the source said last, a bit for each.
pub(super) fn edited(outgoing: &Outgoing) -> u64 {
    let Some(base) = &outgoing.base else {
        return 0;
    };
    let differs = |field: &&Field| outgoing.record.get(**field) != base.get(**field);
    Field::ALL
        .iter()
        .filter(differs)
        .fold(0, |bits, field| bits | 1 << field.tag())
}

/// The fields that have a value, a bit for each.
pub(super) fn held(record: &Record) -> u64 {
    let values = record.values().iter();
    values.fold(0, |bits, value| bits | 1 << value.field().tag())
}
