//! Events, as they stand in the log and as commits are hashed over them.

use backlot_model::{
    Actor, Change, Embedded, Event, EventKind, ForeignId, RecordId, RecordKind, Statement,
    Timestamp, View, ViewId,
};

use super::value::{GetBody, get_change, put_change};
use super::wire::{Malformed, Reader, put_bytes, put_signed, put_varint};
use super::{EventPointer, TextPointer};

const HAS_ACTOR: u8 = 1;
const HAS_MOMENT: u8 = 2;
const HAS_HELD: u8 = 4;
const HAS_STATEMENT: u8 = 8;
const HAS_EMBEDDED: u8 = 16;
const HAS_EXTRAS: u8 = 32;
const HAS_FOREIGN_NUMBER: u8 = 64;

const TEXT_ID: u8 = 1;
const HAS_POSITION: u8 = 2;
const HAS_FINGERPRINT: u8 = 4;

/// Appends an event, its length first. These bytes are canonical: the same event always gives the
/// same ones, with ULIDs and whole texts, so that hashes over them hold in every copy of the log.
pub(crate) fn encode_event(out: &mut Vec<u8>, scratch: &mut Vec<u8>, event: &Event) {
    scratch.clear();
    encode_body(scratch, event);
    put_bytes(out, scratch);
}

fn encode_body(out: &mut Vec<u8>, event: &Event) {
    put_varint(out, event.kind.tag());
    out.push(event.record_kind.tag());
    let flag = |present: bool, flag: u8| if present { flag } else { 0 };
    let statement = event.statement.as_ref();
    let foreign_number = statement.and_then(|statement| statement.number);
    out.push(
        flag(event.actor.is_some(), HAS_ACTOR)
            | flag(event.at.is_some(), HAS_MOMENT)
            | flag(!event.held.is_empty(), HAS_HELD)
            | flag(event.statement.is_some(), HAS_STATEMENT)
            | flag(event.embedded.is_some(), HAS_EMBEDDED)
            | flag(statement.is_some_and(|s| s.has_extras), HAS_EXTRAS)
            | flag(foreign_number.is_some(), HAS_FOREIGN_NUMBER),
    );
    out.extend_from_slice(&event.record.to_bytes());
    if let Some(actor) = &event.actor {
        put_bytes(out, actor.as_str().as_bytes());
    }
    if let Some(at) = event.at {
        put_signed(out, at.unix_milliseconds());
    }
    put_changes(out, &event.changes);
    if !event.held.is_empty() {
        put_changes(out, &event.held);
    }
    if let Some(statement) = &event.statement {
        put_statement(out, statement);
    }
    if let Some(embedded) = &event.embedded {
        put_bytes(out, &embedded.bytes);
    }
    // Behind all that earlier versions know, which pass over what they do not.
    if let Some(number) = foreign_number {
        put_varint(out, number);
    }
}

fn put_changes(out: &mut Vec<u8>, changes: &[Change]) {
    put_varint(out, changes.len() as u64);
    for change in changes {
        put_change(out, change, &mut |out, text: &String| {
            put_bytes(out, text.as_bytes());
        });
    }
}

fn put_statement(out: &mut Vec<u8>, statement: &Statement) {
    out.extend_from_slice(&[statement.view.forge, statement.view.form]);
    let mut flags = 0;
    if matches!(statement.id, ForeignId::Text(_)) {
        flags |= TEXT_ID;
    }
    if statement.position.is_some() {
        flags |= HAS_POSITION;
    }
    if statement.fingerprint.is_some() {
        flags |= HAS_FINGERPRINT;
    }
    out.push(flags);
    put_varint(out, statement.stated);
    match &statement.id {
        ForeignId::Number(number) => put_varint(out, *number),
        ForeignId::Text(text) => put_bytes(out, text.as_bytes()),
    }
    if let Some(position) = statement.position {
        put_varint(out, position);
    }
    if let Some(fingerprint) = statement.fingerprint {
        out.extend_from_slice(&fingerprint);
    }
    put_bytes(out, &statement.overlay);
}

/// Reads the event at `at` in the uncompressed bytes of a block, its texts as pointers, and says where
/// the next one begins. None for an event about a kind of record that only a later version knows.
pub(crate) fn decode_event(
    block: &[u8],
    at: EventPointer,
) -> Result<(Option<Event<TextPointer>>, u32), Malformed> {
    let start = at.offset as usize;
    let mut outer = Reader::new(block.get(start..).ok_or(Malformed("event pointer"))?);
    let bytes = outer.bytes()?;
    let end = start + outer.position();
    let begin = end - bytes.len();
    let next = u32::try_from(end).map_err(|_| Malformed("block length"))?;
    let pointer = |bytes: &[u8], offset: usize| {
        Ok(TextPointer {
            block: at.block,
            offset: u32::try_from(begin + offset).map_err(|_| Malformed("text offset"))?,
            length: u32::try_from(bytes.len()).map_err(|_| Malformed("text length"))?,
        })
    };
    Ok((decode_body(bytes, pointer)?, next))
}

fn decode_body<T: Clone>(
    bytes: &[u8],
    mut get_body: impl FnMut(&[u8], usize) -> Result<T, Malformed>,
) -> Result<Option<Event<T>>, Malformed> {
    let mut reader = Reader::new(bytes);
    let kind = EventKind::from_tag(reader.varint()?);
    let Some(record_kind) = RecordKind::from_tag(reader.byte()?) else {
        return Ok(None);
    };
    let flags = reader.byte()?;
    let record = RecordId::from_bytes(reader.array()?);
    let mut event = Event::new(kind, record, record_kind);
    if flags & HAS_ACTOR != 0 {
        event.actor = Some(Actor::login(reader.text()?));
    }
    if flags & HAS_MOMENT != 0 {
        event.at = Some(Timestamp::from_unix_milliseconds(reader.signed()?));
    }
    event.changes = get_changes(&mut reader, &mut get_body)?;
    if flags & HAS_HELD != 0 {
        event.held = get_changes(&mut reader, &mut get_body)?;
    }
    if flags & HAS_STATEMENT != 0 {
        event.statement = Some(get_statement(&mut reader)?);
    }
    if flags & HAS_EMBEDDED != 0 {
        let bytes = reader.bytes()?.to_vec();
        event.embedded = Some(Embedded {
            id: ViewId::of(&bytes),
            bytes,
        });
    }
    let foreign_number = match flags & HAS_FOREIGN_NUMBER {
        0 => None,
        _ => Some(reader.varint()?),
    };
    if let Some(statement) = &mut event.statement {
        statement.number = foreign_number;
        statement.has_extras = flags & HAS_EXTRAS != 0;
    }
    Ok(Some(event))
}

fn get_changes<T: Clone>(
    reader: &mut Reader<'_>,
    get_body: &mut GetBody<'_, T>,
) -> Result<Vec<Change<T>>, Malformed> {
    let count = reader.length()?;
    let mut changes = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        changes.extend(get_change(reader, get_body)?);
    }
    Ok(changes)
}

fn get_statement(reader: &mut Reader<'_>) -> Result<Statement, Malformed> {
    let view = View {
        forge: reader.byte()?,
        form: reader.byte()?,
    };
    let flags = reader.byte()?;
    let stated = reader.varint()?;
    let id = if flags & TEXT_ID == 0 {
        ForeignId::Number(reader.varint()?)
    } else {
        ForeignId::Text(reader.text()?.to_owned())
    };
    let position = if flags & HAS_POSITION == 0 {
        None
    } else {
        Some(reader.varint()?)
    };
    let fingerprint = if flags & HAS_FINGERPRINT == 0 {
        None
    } else {
        Some(reader.array()?)
    };
    Ok(Statement {
        view,
        id,
        position,
        stated,
        fingerprint,
        overlay: reader.bytes()?.to_vec(),
        number: None,
        has_extras: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_model::{Field, Parent, Reactions, Shape, Value};
    use proptest::prelude::*;

    fn id() -> impl Strategy<Value = RecordId> {
        any::<[u8; 16]>().prop_map(RecordId::from_bytes)
    }

    fn value() -> impl Strategy<Value = Value> {
        let shape = prop_oneof![
            id().prop_map(Shape::Id),
            proptest::collection::vec(id(), 0..4).prop_map(Shape::Ids),
            any::<u64>().prop_map(Shape::Number),
            any::<String>().prop_map(Shape::Text),
            any::<String>().prop_map(Shape::Body),
            Just(Shape::Flag),
            any::<i64>().prop_map(|n| Shape::Moment(Timestamp::from_unix_milliseconds(n))),
            any::<[u64; 8]>().prop_map(|counts| Shape::Reactions(Reactions { counts })),
            id().prop_map(|id| Shape::Parent(Parent::Record(id))),
            any::<u64>().prop_map(|n| Shape::Parent(Parent::Number(n))),
        ];
        (0..Field::ALL.len(), shape).prop_filter_map("fits", |(at, shape)| {
            Value::from_shape(Field::ALL[at], shape)
        })
    }

    fn change() -> impl Strategy<Value = Change> {
        let field = (0..Field::ALL.len()).prop_map(|at| Field::ALL[at]);
        prop_oneof![
            4 => value().prop_map(Change::Set),
            1 => field.clone().prop_map(Change::Clear),
            1 => (field.clone(), id()).prop_map(|(field, id)| Change::Add(field, id)),
            1 => (field, id()).prop_map(|(field, id)| Change::Remove(field, id)),
        ]
    }

    fn statement() -> impl Strategy<Value = Statement> {
        let name = prop_oneof![
            any::<u64>().prop_map(ForeignId::Number),
            any::<String>().prop_map(ForeignId::Text)
        ];
        (
            any::<(u8, u8)>(),
            name,
            any::<Vec<u8>>(),
            any::<Option<u64>>(),
            any::<Option<[u8; 16]>>(),
            any::<u64>(),
            any::<(Option<u64>, bool)>(),
        )
            .prop_map(
                |((forge, form), id, overlay, position, fingerprint, stated, beyond)| Statement {
                    number: beyond.0,
                    has_extras: beyond.1,
                    stated,
                    view: View { forge, form },
                    id,
                    overlay,
                    position,
                    fingerprint,
                },
            )
    }

    proptest! {
        #[test]
        fn events_come_back(
            record in id(), changes in proptest::collection::vec(change(), 0..6),
            held in proptest::collection::vec(change(), 0..2), statement in proptest::option::of(statement()),
            actor in any::<Option<String>>(), at in any::<Option<i64>>(), embedded in any::<Option<Vec<u8>>>(),
        ) {
            let event = Event {
                actor: actor.map(Actor::login),
                at: at.map(Timestamp::from_unix_milliseconds),
                changes, held, statement,
                embedded: embedded.map(|bytes| Embedded { id: ViewId::of(&bytes), bytes }),
                ..Event::new(EventKind::Imported, record, RecordKind::Issue)
            };
            let mut block = vec![7; 5];
            encode_event(&mut block, &mut Vec::new(), &event);
            let (decoded, next) = decode_event(&block, EventPointer { block: 9, offset: 5 }).unwrap();
            prop_assert_eq!(next as usize, block.len());
            let decoded = decoded.unwrap();
            let text = &mut |p: TextPointer| -> Result<String, Malformed> {
                let bytes = &block[p.offset as usize..(p.offset + p.length) as usize];
                Ok(String::from_utf8(bytes.to_vec()).unwrap())
            };
            let changes: Result<Vec<_>, _> =
                decoded.changes.iter().cloned().map(|c| c.try_map_text(text)).collect();
            prop_assert_eq!(changes.unwrap(), event.changes);
            prop_assert_eq!(decoded.statement, event.statement);
            prop_assert_eq!(decoded.embedded, event.embedded);
            prop_assert_eq!((decoded.actor, decoded.at), (event.actor, event.at));
            prop_assert_eq!(decoded.held.len(), event.held.len());
        }

        #[test]
        fn garbage_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode_event(&bytes, EventPointer { block: 0, offset: 0 });
        }
    }

    #[test]
    fn a_field_and_a_kind_of_a_later_version_are_passed_over() {
        let event = Event::new(EventKind::Other(999), RecordId::NIL, RecordKind::Issue);
        let mut block = Vec::new();
        encode_event(&mut block, &mut Vec::new(), &event);
        // One change instead of none: field 500 as bytes, then nothing else.
        let body_start = block.len() - 1;
        block.truncate(body_start);
        block.push(1);
        put_varint(&mut block, 500 << 3 | 4);
        put_bytes(&mut block, b"from the future");
        block[0] = (block.len() - 1) as u8;
        let (decoded, _) = decode_event(
            &block,
            EventPointer {
                block: 0,
                offset: 0,
            },
        )
        .unwrap();
        let decoded = decoded.unwrap();
        assert_eq!(
            (decoded.kind, decoded.changes.len()),
            (EventKind::Other(999), 0)
        );
        block[3] = 200;
        let (decoded, next) = decode_event(
            &block,
            EventPointer {
                block: 0,
                offset: 0,
            },
        )
        .unwrap();
        assert_eq!((decoded, next as usize), (None, block.len()));
    }
}
