//! Entries of the tables of statements and of embedded objects: where in the log they stand.

use backlot_model::Statement;

use crate::codec::{EventPointer, Malformed, Reader, put_varint};

/// What a source last said about a record in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatementEntry {
    /// The fingerprint of all that it said: the same object again needs no closer look.
    pub(crate) fingerprint: [u8; 16],
    /// The event that holds the overlay.
    pub(crate) event: EventPointer,
    /// Which fields the source stated in this form.
    pub(crate) stated: u64,
    /// The place in a list whose order counts.
    pub(crate) position: Option<u64>,
    /// The number by which the forge calls the record, or its issue, where its numbers are not those here.
    pub(crate) number: Option<u64>,
    /// Whether the overlay holds anything but which keys were there.
    pub(crate) has_extras: bool,
}

const HAS_POSITION: u8 = 1;
const HAS_NUMBER: u8 = 2;
const HAS_EXTRAS: u8 = 4;

impl StatementEntry {
    /// The entry for what `statement` says in the event at `event`.
    pub(crate) fn of(statement: &Statement, event: EventPointer, fingerprint: [u8; 16]) -> Self {
        Self {
            fingerprint,
            event,
            stated: statement.stated,
            position: statement.position,
            number: statement.number,
            has_extras: statement.has_extras,
        }
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(28);
        out.extend_from_slice(&self.fingerprint);
        put_varint(&mut out, self.event.block);
        put_varint(&mut out, u64::from(self.event.offset));
        put_varint(&mut out, self.stated);
        let flag = |present: bool, flag: u8| if present { flag } else { 0 };
        out.push(
            flag(self.position.is_some(), HAS_POSITION)
                | flag(self.number.is_some(), HAS_NUMBER)
                | flag(self.has_extras, HAS_EXTRAS),
        );
        for number in [self.position, self.number].into_iter().flatten() {
            put_varint(&mut out, number);
        }
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let fingerprint = reader.array()?;
        let event = pointer(&mut reader)?;
        let stated = reader.varint()?;
        let flags = reader.byte()?;
        let mut number = |flag: u8| (flags & flag != 0).then(|| reader.varint()).transpose();
        Ok(Self {
            fingerprint,
            event,
            stated,
            position: number(HAS_POSITION)?,
            number: number(HAS_NUMBER)?,
            has_extras: flags & HAS_EXTRAS != 0,
        })
    }
}

/// An embedded object in one exact form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EmbeddedEntry {
    /// The row of the record that it depicts; 0 for an object that is only kept.
    pub(crate) depicts: u32,
    /// The event that holds its bytes.
    pub(crate) event: EventPointer,
}

impl EmbeddedEntry {
    pub(crate) fn encode(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(12);
        put_varint(&mut out, u64::from(self.depicts));
        put_varint(&mut out, self.event.block);
        put_varint(&mut out, u64::from(self.event.offset));
        out
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::new(bytes);
        let depicts = u32::try_from(reader.varint()?).map_err(|_| Malformed("row"))?;
        Ok(Self {
            depicts,
            event: pointer(&mut reader)?,
        })
    }
}

fn pointer(reader: &mut Reader<'_>) -> Result<EventPointer, Malformed> {
    let block = reader.varint()?;
    let offset = u32::try_from(reader.varint()?).map_err(|_| Malformed("event offset"))?;
    Ok(EventPointer { block, offset })
}
