//! What was edited here, and numbers for what was born here.

use backlot_model::{Field, ForeignId, Outgoing, Record, RecordKind, Shape, Value, ViewId};

use crate::shape::NUMBERED;

/// The fields whose values differ from what the source said last, a bit for each.
pub(super) fn edited(outgoing: &Outgoing) -> u64 {
    match &outgoing.base {
        Some(base) => difference(&outgoing.record, base),
        None => 0,
    }
}

/// The fields that have a value, a bit for each.
pub(super) fn held(record: &Record) -> u64 {
    let values = record.values().iter();
    values.fold(0, |bits, value| bits | 1 << value.field().tag())
}

fn difference(record: &Record, base: &Record) -> u64 {
    let differs = |field: &&Field| record.get(**field) != base.get(**field);
    Field::ALL
        .iter()
        .filter(differs)
        .fold(0, |bits, field| bits | 1 << field.tag())
}

/// The record with the values that one form of it states, but for those that were edited here.
pub(super) fn with_own(record: &Record, own: &[Value<String, ViewId>], edited: u64) -> Record {
    let mut merged = Record::new(record.id(), record.kind());
    let is_edited = |field: Field| edited & 1 << field.tag() != 0;
    for value in record.values() {
        if is_edited(value.field()) || is_reference(value) {
            merged.set(value.clone());
        }
    }
    for value in own.iter().filter(|value| !is_edited(value.field())) {
        let shape = match value.shape() {
            Shape::Number(number) => Shape::Number(number),
            Shape::Text(text) => Shape::Text(text),
            Shape::Body(text) => Shape::Body(text),
            Shape::Flag => Shape::Flag,
            Shape::Moment(moment) => Shape::Moment(moment),
            Shape::Reactions(reactions) => Shape::Reactions(reactions),
            Shape::Id(_) | Shape::Ids(_) | Shape::Parent(_) => continue,
        };
        if let Some(value) = Value::from_shape(value.field(), shape) {
            merged.set(value);
        }
    }
    merged
}

fn is_reference(value: &Value) -> bool {
    matches!(
        value.shape(),
        Shape::Id(_) | Shape::Ids(_) | Shape::Parent(_)
    )
}

/// The forge's own number in its name for an object.
pub(super) fn own_number(kind: RecordKind, id: &ForeignId) -> Option<u64> {
    match id {
        ForeignId::Number(number) => Some(*number),
        ForeignId::Text(text) => {
            let (space, number) = text.split_once(' ')?;
            let own = match kind {
                RecordKind::Issue => space == "pull",
                RecordKind::HistoryEvent => NUMBERED.iter().any(|known| known.1 == space),
                _ => false,
            };
            own.then(|| number.parse().ok())?
        }
    }
}
