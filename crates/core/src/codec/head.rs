//! Heads: the present state of a record as the derived tables hold it.

use backlot_model::{Change, Record, RecordId, RecordKind};

use super::value::{get_change, put_value};
use super::wire::{Malformed, Reader, put_varint};
use super::{EventPointer, TextPointer};

/// A record and what the tables have to know about it beside its values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// The record, its long text a pointer into the log.
    pub(crate) record: Record<TextPointer>,
    /// Whether a forge stated it, in its own right or inside another object.
    pub(crate) is_foreign: bool,
    /// The number by which the forge that stated it first names it, if it has one.
    pub(crate) foreign_id: Option<u64>,
    /// Whether it differs from what its source said last; that is kept in the table of bases.
    pub(crate) is_edited: bool,
    /// The event that first named the record, and the sequence of its commit.
    pub(crate) first: (EventPointer, u64),
}

const FOREIGN: u8 = 1;
const EDITED: u8 = 2;
const NUMBERED: u8 = 4;

impl Head {
    /// A record that nothing is known of yet.
    pub(crate) const fn new(id: RecordId, kind: RecordKind) -> Self {
        Self {
            record: Record::new(id, kind),
            is_foreign: false,
            foreign_id: None,
            is_edited: false,
            first: (
                EventPointer {
                    block: 0,
                    offset: 0,
                },
                0,
            ),
        }
    }
}

/// Writes a head into `out`, which is cleared first.
pub(crate) fn encode_head(out: &mut Vec<u8>, head: &Head) {
    out.clear();
    out.push(head.record.kind().tag());
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    out.push(
        flag(head.is_foreign, FOREIGN)
            | flag(head.is_edited, EDITED)
            | flag(head.foreign_id.is_some(), NUMBERED),
    );
    out.extend_from_slice(&head.record.id().to_bytes());
    if let Some(id) = head.foreign_id {
        put_varint(out, id);
    }
    let (at, sequence) = head.first;
    put_varint(out, at.block);
    put_varint(out, u64::from(at.offset));
    put_varint(out, sequence);
    for value in head.record.values() {
        put_value(out, value, &mut |out, pointer: &TextPointer| {
            let mut place = Vec::with_capacity(16);
            put_varint(&mut place, pointer.block);
            put_varint(&mut place, u64::from(pointer.offset));
            put_varint(&mut place, u64::from(pointer.length));
            super::wire::put_bytes(out, &place);
        });
    }
}

/// The identifier of the record in a head, without reading the rest.
pub(crate) fn head_id(bytes: &[u8]) -> Result<RecordId, Malformed> {
    let mut reader = Reader::new(bytes);
    reader.take(2)?;
    Ok(RecordId::from_bytes(reader.array()?))
}

/// Reads a head.
pub(crate) fn decode_head(bytes: &[u8]) -> Result<Head, Malformed> {
    let mut reader = Reader::new(bytes);
    let kind = RecordKind::from_tag(reader.byte()?).ok_or(Malformed("record kind"))?;
    let flags = reader.byte()?;
    let mut record = Record::new(RecordId::from_bytes(reader.array()?), kind);
    let foreign_id = if flags & NUMBERED == 0 {
        None
    } else {
        Some(reader.varint()?)
    };
    let first = EventPointer {
        block: reader.varint()?,
        offset: u32::try_from(reader.varint()?).map_err(|_| Malformed("event offset"))?,
    };
    let first = (first, reader.varint()?);
    let mut pointer = |bytes: &[u8], _: usize| {
        let mut reader = Reader::new(bytes);
        let block = reader.varint()?;
        let offset = u32::try_from(reader.varint()?).map_err(|_| Malformed("text offset"))?;
        let length = u32::try_from(reader.varint()?).map_err(|_| Malformed("text length"))?;
        Ok(TextPointer {
            block,
            offset,
            length,
        })
    };
    while !reader.is_empty() {
        if let Some(Change::Set(value)) = get_change(&mut reader, &mut pointer)? {
            record.set(value);
        }
    }
    let (is_foreign, is_edited) = (flags & FOREIGN != 0, flags & EDITED != 0);
    Ok(Head {
        record,
        is_foreign,
        foreign_id,
        is_edited,
        first,
    })
}
