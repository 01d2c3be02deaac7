//! Values of an embedded object as bytes, and how a value is found.

use backlot_model::{Field, Reactions, Shape, Timestamp, Value, ViewId};

use super::wire::{Bytes, put_bytes, put_number, put_view};

/// Values in the order of their fields.
pub type ValueList = Vec<Value<String, ViewId>>;

/// The value of a field among values that are in the order of their fields.
pub fn find<R>(values: &[Value<String, R>], field: Field) -> Option<&Value<String, R>> {
    values.iter().find(|value| value.field() == field)
}

/// Appends values; a kind of value that embedded objects never have is left out.
pub fn write<'a>(values: impl Iterator<Item = &'a Value<String, ViewId>>, out: &mut Vec<u8>) {
    for value in values {
        let start = out.len();
        out.push(value.field().tag());
        match value.shape() {
            Shape::Id(id) => put_view(id, out),
            Shape::Number(number) => put_number(number, out),
            Shape::Text(text) | Shape::Body(text) => put_bytes(text.as_bytes(), out),
            Shape::Flag => {}
            Shape::Moment(moment) => {
                let seconds = moment.unix_milliseconds();
                put_number((seconds << 1 ^ seconds >> 63) as u64, out);
            }
            Shape::Reactions(reactions) => {
                for count in reactions.counts {
                    put_number(count, out);
                }
            }
            Shape::Ids(_) | Shape::Parent(_) => out.truncate(start),
        }
    }
}

/// Reads the values that are left in `bytes`.
pub fn read(bytes: &mut Bytes<'_>) -> Option<ValueList> {
    let mut values = Vec::new();
    while !bytes.0.is_empty() {
        let field = Field::from_tag(bytes.byte()?)?;
        let shape = match field {
            Field::Author => Shape::Id(bytes.view()?),
            Field::Number | Field::CommentCount => Shape::Number(bytes.number()?),
            Field::Default | Field::Locked | Field::Draft | Field::PullRequest => Shape::Flag,
            Field::CreatedAt
            | Field::UpdatedAt
            | Field::ClosedAt
            | Field::MergedAt
            | Field::DueOn => {
                let zigzag = bytes.number()?;
                let seconds = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                Shape::Moment(Timestamp::from_unix_milliseconds(seconds))
            }
            Field::Reactions => {
                let mut reactions = Reactions::default();
                for count in &mut reactions.counts {
                    *count = bytes.number()?;
                }
                Shape::Reactions(reactions)
            }
            Field::Body => Shape::Body(bytes.text()?.to_owned()),
            _ => Shape::Text(bytes.text()?.to_owned()),
        };
        values.push(Value::from_shape(field, shape)?);
    }
    Some(values)
}
