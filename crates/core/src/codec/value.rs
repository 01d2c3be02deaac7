//! Values and changes: a key of the field's number and the wire type, then the payload. A field that
//! this version does not know can be passed over, because the wire type says how long it is.

use backlot_model::{Change, Field, Parent, Reactions, RecordId, Shape, Timestamp, Value};

use super::wire::{Malformed, Reader, put_bytes, put_signed, put_varint};

/// Makes a long text out of its bytes and of where they begin.
pub(super) type GetBody<'a, T> = dyn FnMut(&[u8], usize) -> Result<T, Malformed> + 'a;

const CLEAR: u64 = 0;
const ADD: u64 = 1;
const REMOVE: u64 = 2;
const VARINT: u64 = 3;
const BYTES: u64 = 4;
const ID: u64 = 5;
const FLAG: u64 = 6;

fn put_key(out: &mut Vec<u8>, field: Field, wire: u64) {
    put_varint(out, u64::from(field.tag()) << 3 | wire);
}

/// Appends a value; `put_body` appends a long text, or the place where it lies.
pub(super) fn put_value<T: Clone>(
    out: &mut Vec<u8>,
    value: &Value<T>,
    put_body: &mut dyn FnMut(&mut Vec<u8>, &T),
) {
    let field = value.field();
    // The common texts are written from where they are; only rarer values take the way over a shape.
    if let Value::Title(text) | Value::Name(text) | Value::Subject(text) = value {
        put_key(out, field, BYTES);
        return put_bytes(out, text.as_bytes());
    }
    if let Value::Body(body) = value {
        put_key(out, field, BYTES);
        return put_body(out, body);
    }
    match value.shape() {
        Shape::Id(id) => {
            put_key(out, field, ID);
            out.extend_from_slice(&id.to_bytes());
        }
        Shape::Ids(ids) => {
            put_key(out, field, BYTES);
            put_varint(out, ids.len() as u64 * 16);
            ids.iter()
                .for_each(|id| out.extend_from_slice(&id.to_bytes()));
        }
        Shape::Number(number) => {
            put_key(out, field, VARINT);
            put_varint(out, number);
        }
        Shape::Moment(moment) => {
            put_key(out, field, VARINT);
            put_signed(out, moment.unix_milliseconds());
        }
        Shape::Text(text) => {
            put_key(out, field, BYTES);
            put_bytes(out, text.as_bytes());
        }
        Shape::Body(body) => {
            put_key(out, field, BYTES);
            put_body(out, &body);
        }
        Shape::Flag => put_key(out, field, FLAG),
        Shape::Reactions(reactions) => {
            put_key(out, field, BYTES);
            let mut counts = Vec::with_capacity(8);
            reactions
                .counts
                .iter()
                .for_each(|count| put_varint(&mut counts, *count));
            put_bytes(out, &counts);
        }
        Shape::Parent(Parent::Record(id)) => {
            put_key(out, field, ID);
            out.extend_from_slice(&id.to_bytes());
        }
        Shape::Parent(Parent::Number(number)) => {
            put_key(out, field, VARINT);
            put_varint(out, number);
        }
    }
}

/// Appends a change.
pub(super) fn put_change<T: Clone>(
    out: &mut Vec<u8>,
    change: &Change<T>,
    put_body: &mut dyn FnMut(&mut Vec<u8>, &T),
) {
    match change {
        Change::Set(value) => put_value(out, value, put_body),
        Change::Clear(field) => put_key(out, *field, CLEAR),
        Change::Add(field, id) => {
            put_key(out, *field, ADD);
            out.extend_from_slice(&id.to_bytes());
        }
        Change::Remove(field, id) => {
            put_key(out, *field, REMOVE);
            out.extend_from_slice(&id.to_bytes());
        }
    }
}

/// Reads a change. `get_body` is given the bytes of a long text and where they begin. None for a field
/// of a later version, which is passed over.
pub(super) fn get_change<T: Clone>(
    reader: &mut Reader<'_>,
    get_body: &mut GetBody<'_, T>,
) -> Result<Option<Change<T>>, Malformed> {
    let key = reader.varint()?;
    let field = u8::try_from(key >> 3).ok().and_then(Field::from_tag);
    let wire = key & 7;
    let payload = match wire {
        CLEAR | FLAG => &[][..],
        ADD | REMOVE | ID => reader.take(16)?,
        VARINT => {
            let mut ahead = Reader::new(reader.rest());
            ahead.varint()?;
            reader.take(ahead.position())?
        }
        BYTES => reader.bytes()?,
        _ => return Err(Malformed("wire type")),
    };
    let end = reader.position();
    let Some(field) = field else { return Ok(None) };
    let id = |bytes: &[u8]| -> Result<RecordId, Malformed> {
        Ok(RecordId::from_bytes(
            bytes.try_into().map_err(|_| Malformed("identifier"))?,
        ))
    };
    match wire {
        CLEAR => return Ok(Some(Change::Clear(field))),
        ADD => return Ok(Some(Change::Add(field, id(payload)?))),
        REMOVE => return Ok(Some(Change::Remove(field, id(payload)?))),
        _ => {}
    }
    if field == Field::Body && wire == BYTES {
        return Ok(Some(Change::Set(Value::Body(get_body(
            payload,
            end - payload.len(),
        )?))));
    }
    let mut inner = Reader::new(payload);
    let shape = match (field, wire) {
        (_, FLAG) => Shape::Flag,
        (Field::Parent, ID) => Shape::Parent(Parent::Record(id(payload)?)),
        (Field::Parent, VARINT) => Shape::Parent(Parent::Number(inner.varint()?)),
        (_, ID) => Shape::Id(id(payload)?),
        (Field::Number | Field::CommentCount | Field::ForeignContainer, VARINT) => {
            Shape::Number(inner.varint()?)
        }
        (_, VARINT) => Shape::Moment(Timestamp::from_unix_milliseconds(inner.signed()?)),
        (field, _) if field.is_list() => {
            Shape::Ids(payload.chunks(16).map(id).collect::<Result<_, _>>()?)
        }
        (Field::Reactions, _) => {
            let mut reactions = Reactions::default();
            for count in &mut reactions.counts {
                *count = inner.varint()?;
            }
            Shape::Reactions(reactions)
        }
        _ => {
            let text = std::str::from_utf8(payload).map_err(|_| Malformed("text"))?;
            Shape::Text(text.to_owned())
        }
    };
    Value::from_shape(field, shape)
        .map(|value| Some(Change::Set(value)))
        .ok_or(Malformed("value"))
}
