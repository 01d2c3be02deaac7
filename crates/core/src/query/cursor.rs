//! A place in a list that stays right while the backlog changes.

use std::fmt;
use std::str::FromStr;

use backlot_model::{Direction, RecordId, Sort, SortKey};

use crate::codec::{Malformed, Reader, put_signed, put_varint};

/// The version of the bytes of a cursor.
const VERSION: u8 = 1;

/// A place in a list: behind one issue, by what that issue was sorted by when it was shown. A list that is
/// read on from it shows no issue twice and leaves none out, except those that themselves moved past it. By
/// relevance any change moves all issues a little: there the list goes on behind the issue where that now
/// stands, and, when it is no longer in the list, about where it stood.
///
/// Its text is meant for nobody to read; it stays valid for every later version of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) sort: Sort,
    pub(super) value: i64,
    pub(super) created_at: i64,
    pub(super) number: u64,
    pub(super) record: RecordId,
}

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of a list")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.sort.direction {
            Direction::Ascending => 0,
            Direction::Descending => 1,
        };
        let mut bytes = vec![VERSION, tag(self.sort.key), direction];
        put_signed(&mut bytes, self.value);
        put_signed(&mut bytes, self.created_at);
        put_varint(&mut bytes, self.number);
        bytes.extend_from_slice(&self.record.to_bytes());
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes: Option<Vec<u8>> = pairs
            .iter()
            .map(|[high, low]| Some((digit(*high)? << 4 | digit(*low)?) as u8))
            .collect();
        let bytes = bytes.filter(|_| rest.is_empty()).ok_or(InvalidCursor)?;
        read(&mut Reader::new(&bytes))
            .ok()
            .flatten()
            .ok_or(InvalidCursor)
    }
}

fn read(reader: &mut Reader<'_>) -> Result<Option<Cursor>, Malformed> {
    if reader.byte()? != VERSION {
        return Ok(None);
    }
    let Some(key) = key(reader.byte()?) else {
        return Ok(None);
    };
    let direction = match reader.byte()? {
        0 => Direction::Ascending,
        1 => Direction::Descending,
        _ => return Ok(None),
    };
    let cursor = Cursor {
        sort: Sort { key, direction },
        value: reader.signed()?,
        created_at: reader.signed()?,
        number: reader.varint()?,
        record: RecordId::from_bytes(reader.array()?),
    };
    Ok(reader.is_empty().then_some(cursor))
}

const fn tag(key: SortKey) -> u8 {
    match key {
        SortKey::Created => 0,
        SortKey::Updated => 1,
        SortKey::Comments => 2,
        SortKey::Reactions => 3,
        SortKey::Interactions => 4,
        SortKey::Relevance => 5,
        SortKey::Number => 6,
        SortKey::Reaction(which) => 16 + (which & 7),
    }
}

const fn key(tag: u8) -> Option<SortKey> {
    Some(match tag {
        0 => SortKey::Created,
        1 => SortKey::Updated,
        2 => SortKey::Comments,
        3 => SortKey::Reactions,
        4 => SortKey::Interactions,
        5 => SortKey::Relevance,
        6 => SortKey::Number,
        16..=23 => SortKey::Reaction(tag - 16),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use backlot_model::Timestamp;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn cursors_come_back(
            tag in (0u8..23).prop_filter_map("a key", key),
            value in any::<i64>(), created_at in any::<i64>(), number in any::<u64>(),
            at in 0i64..4_000_000_000_000, is_ascending in any::<bool>(),
        ) {
            let direction = if is_ascending { Direction::Ascending } else { Direction::Descending };
            let record = RecordId::derive(Timestamp::from_unix_milliseconds(at), &[b"x"]);
            let sort = Sort { key: tag, direction };
            let cursor = Cursor { sort, value, created_at, number, record };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn other_texts_are_none(text in "[0-9a-fé]{0,60}") {
            if let Ok(cursor) = text.parse::<Cursor>() {
                prop_assert_eq!(cursor.to_string(), text);
            }
        }
    }

    use proptest::strategy::Strategy as _;

    #[test]
    fn what_was_cut_or_goes_on_is_none() {
        let sort = Sort {
            key: SortKey::Updated,
            direction: Direction::Descending,
        };
        let record = RecordId::derive(Timestamp::default(), &[]);
        let cursor = Cursor {
            sort,
            value: 5,
            created_at: -7,
            number: 300,
            record,
        };
        let text = cursor.to_string();
        assert!(text[2..].parse::<Cursor>().is_err());
        assert!(text[..text.len() - 2].parse::<Cursor>().is_err());
        assert!(format!("{text}00").parse::<Cursor>().is_err());
        assert!("".parse::<Cursor>().is_err());
    }
}
