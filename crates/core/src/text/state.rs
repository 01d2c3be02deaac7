//! How far the index is.

use crate::codec::{Malformed, Reader, decode_commit, put_varint};
use crate::error::Result;
use crate::store::reading::ReadLog;
use crate::store::texts::TextTables;

/// The version of the terms and of the tables. What another version indexed is dropped.
const VERSION: u64 = 1;

/// How far the index is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// How many blocks of the log are indexed, but for texts that are being indexed.
    pub(super) mark: u64,
    /// Where the merge of what is being indexed goes on.
    pub(super) merging: Option<Vec<u8>>,
}

impl State {
    /// What the tables say. None when they are of another version, or there are none.
    pub(super) fn read(tables: &TextTables) -> Result<Option<Self>> {
        let Some(bytes) = tables.state()? else {
            return Ok(None);
        };
        let mut reader = Reader::new(&bytes);
        if reader.varint()? != VERSION {
            return Ok(None);
        }
        let mark = reader.varint()?;
        let merging = (reader.byte()? != 0).then(|| reader.rest().to_vec());
        Ok(Some(Self { mark, merging }))
    }

    /// The bytes by which the tables keep it.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, VERSION);
        put_varint(&mut out, self.mark);
        out.push(u8::from(self.merging.is_some()));
        out.extend_from_slice(self.merging.as_deref().unwrap_or_default());
        out
    }
}

/// How many blocks the log has.
pub(super) fn log_end(log: &impl ReadLog) -> Result<u64> {
    match log.last_commit()? {
        None => Ok(0),
        Some((sequence, bytes)) => {
            let (_, extent) = decode_commit(sequence, &bytes)?;
            extent
                .first_block
                .checked_add(extent.blocks)
                .ok_or_else(|| Malformed("extent of a commit").into())
        }
    }
}
