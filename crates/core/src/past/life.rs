//! The life of one record: what it was at first, and every change since with its moment.

use backlot_model::{Change, Field, Record, RecordId, Timestamp};

use super::contradictions::Finding;
use super::fields::FieldSet;
use crate::codec::TextPointer;

/// Before everything.
pub(super) const BEGINNING: Timestamp = Timestamp::from_unix_milliseconds(i64::MIN);

/// A change with its moment.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) at: Timestamp,
    pub(super) change: Change<TextPointer>,
}

/// A time, its end left out, in which the value of a field is not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unknown {
    pub(super) field: Field,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// What a record was at every moment, as far as that is known.
#[derive(Clone, Debug)]
pub(super) struct Life {
    /// What it was at first.
    pub(super) initial: Record<TextPointer>,
    /// From when on it was there.
    pub(super) born: Timestamp,
    /// What became different, in the order of time.
    pub(super) steps: Vec<Step>,
    /// What is not known.
    pub(super) unknown: Vec<Unknown>,
    /// Names of labels and titles of milestones that the forge's events tell of and that have no record.
    pub(super) names: Vec<(RecordId, String)>,
    /// Where the forge's data contradicts itself.
    pub(super) findings: Vec<Finding>,
}

impl Life {
    pub(super) const fn new(initial: Record<TextPointer>, born: Timestamp) -> Self {
        Self {
            initial,
            born,
            steps: Vec::new(),
            unknown: Vec::new(),
            names: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The record at a moment, a deleted or an absent one included; none before it was there.
    pub(super) fn at(&self, moment: Timestamp) -> Option<(Record<TextPointer>, FieldSet)> {
        if moment < self.born {
            return None;
        }
        let mut record = self.initial.clone();
        for step in self.steps.iter().take_while(|step| step.at <= moment) {
            record.apply(&step.change);
        }
        let unknown = self
            .unknown
            .iter()
            .filter(|unknown| unknown.from <= moment && moment < unknown.to);
        Some((record, unknown.map(|unknown| unknown.field).collect()))
    }

    pub(super) fn step(&mut self, at: Timestamp, change: Change<TextPointer>) {
        let at = at.max(self.born);
        self.steps.push(Step { at, change });
    }

    pub(super) fn not_known(&mut self, field: Field, from: Timestamp, to: Timestamp) {
        if from < to {
            self.unknown.push(Unknown { field, from, to });
        }
    }

    /// Puts the steps in the order of time; those of one moment keep theirs.
    pub(super) fn finish(&mut self) {
        self.steps.sort_by_key(|step| step.at);
    }
}
