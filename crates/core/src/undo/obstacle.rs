//! What stands in the way of an undo.

use std::fmt;

use backlot_model::{Field, RecordId, RecordKind};
use rustc_hash::FxHashSet;

use crate::error::{Error, ErrorKind};

/// Something that a later commit did and that an undo would take the ground from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// The record.
    pub record: RecordId,
    /// What the record is.
    pub kind: RecordKind,
    /// What the record is called, such as `octo/hello#12`.
    pub label: String,
    /// The field that is something else by now, or by which the record refers to one that would be absent.
    pub field: Option<Field>,
    /// The later commit.
    pub sequence: u64,
    /// The later commit's reason.
    pub reason: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)?;
        if let Some(field) = self.field {
            write!(f, " ({})", field.name())?;
        }
        write!(f, " in commit {}", self.sequence)?;
        if self.reason.is_empty() {
            return Ok(());
        }
        write!(f, ", {}", self.reason)
    }
}

/// How many obstacles are listed.
const LISTED: usize = 100;
/// How many of them a message says.
const SAID: usize = 3;

/// The obstacles that were found so far.
#[derive(Default)]
pub(super) struct Obstacles {
    listed: Vec<Obstacle>,
    seen: FxHashSet<(RecordId, Option<Field>, u64)>,
}

impl Obstacles {
    /// Whether this one is new and there is room to say more about it.
    pub(super) fn is_wanted(
        &mut self,
        record: RecordId,
        field: Option<Field>,
        sequence: u64,
    ) -> bool {
        self.seen.insert((record, field, sequence)) && self.listed.len() < LISTED
    }

    pub(super) fn add(&mut self, obstacle: Obstacle) {
        self.listed.push(obstacle);
    }

    /// The error that lists them, if there are any.
    pub(super) fn into_error(self, subject: &str) -> Option<Error> {
        if self.seen.is_empty() {
            return None;
        }
        let total = self.seen.len() as u64;
        let said: Vec<_> = self
            .listed
            .iter()
            .take(SAID)
            .map(ToString::to_string)
            .collect();
        let more = match total.saturating_sub(said.len() as u64) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let detail = format!("later commits stand in the way: {}{more}", said.join("; "));
        let error = Error::new(ErrorKind::StandsInTheWay, subject, detail);
        Some(error.with_obstacles(self.listed, total))
    }
}
