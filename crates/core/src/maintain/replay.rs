//! Replaying the log, wherever the tables are that it fills.

use crate::codec::{EventPointer, decode_event};
use crate::derive::Derived;
use crate::error::{Error, Result};
use crate::store::log::{read_block, read_commit};
use crate::store::tables::ReadLog;

/// Applies every event of `log` in order. How many commits and events there were.
pub(super) fn replay(log: &impl ReadLog, derived: &mut Derived<'_, '_>) -> Result<(u64, u64)> {
    let last = log.last_commit()?.map_or(0, |(sequence, _)| sequence);
    let mut events = 0;
    for sequence in 1..=last {
        let (_, extent) = read_commit(log, sequence)?
            .ok_or_else(|| Error::corrupt("", format_args!("commit {sequence} is missing")))?;
        for number in extent.first_block..extent.first_block + extent.blocks {
            let block = read_block(log, number)?;
            let mut at = EventPointer {
                block: number,
                offset: 0,
            };
            while (at.offset as usize) < block.len() {
                let (event, end) = decode_event(&block, at)?;
                if let Some(event) = event {
                    let bytes = block.get(at.offset as usize..end as usize);
                    derived.apply(&event, at, bytes.unwrap_or_default(), sequence)?;
                }
                events += 1;
                at.offset = end;
            }
        }
    }
    derived.finish()?;
    Ok((last, events))
}
