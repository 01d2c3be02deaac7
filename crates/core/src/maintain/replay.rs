//! Replaying the log, wherever the tables are that it fills.

use crate::derive::Derived;
use crate::error::{Error, Result};
use crate::store::log::{for_each_event, read_commit};
use crate::store::reading::ReadLog;

/// Applies every event of `log` in order. How many commits and events there were.
pub(super) fn replay(log: &impl ReadLog, derived: &mut Derived<'_, '_>) -> Result<(u64, u64)> {
    let last = log.last_commit()?.map_or(0, |(sequence, _)| sequence);
    let mut events = 0;
    for sequence in 1..=last {
        let broken = |detail: &str| Error::corrupt("", format_args!("commit {sequence}: {detail}"));
        let (commit, extent) = read_commit(log, sequence)?.ok_or_else(|| broken("is missing"))?;
        let before = events;
        for_each_event(log, extent, &mut |logged| {
            events += 1;
            if let Some(event) = logged.event {
                derived.apply(&event, logged.at, logged.bytes, sequence)?;
            }
            Ok(())
        })?;
        if events - before != commit.events {
            return Err(broken("it has another number of events than it says"));
        }
    }
    derived.finish()?;
    Ok((last, events))
}
