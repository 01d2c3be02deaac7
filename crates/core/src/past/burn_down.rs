//! How a milestone came along.

use std::time::Duration;

use backlot_model::{
    Field, InvalidField, Record, RecordId, RecordKind, RepositoryName, Rule, State, Timestamp,
};

use super::life::Life;
use super::looking::{Cut, Then};
use super::rows::rows_ever;
use super::view::Past;
use crate::codec::TextPointer;
use crate::error::{Error, Result};

/// The most moments that one burn-down may ask for.
const POINTS: i64 = 100_000;

/// How many issues and pull requests of a milestone were open and closed at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurnDownPoint {
    /// The moment.
    pub at: Timestamp,
    /// How many were open.
    pub open: u64,
    /// How many were closed.
    pub closed: u64,
    /// How many of the issues of the repository that have been in the milestone at some time or may have
    /// been are counted, or left out, without it being known that this is right.
    pub uncertain: u64,
}

impl Past<'_> {
    /// How many issues of a milestone were open and closed at each moment from `from` to `to`, in equal
    /// steps, in one pass over the histories of the repository's issues. For [`Snapshot::as_of`], no moment
    /// after the one asked for is given; for [`Snapshot::as_known`], only the log up to that commit counts.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository or milestone; `Invalid` when the step is shorter
    /// than a millisecond or there would be more than 100,000 moments.
    ///
    /// [`Snapshot::as_of`]: crate::Snapshot::as_of
    /// [`Snapshot::as_known`]: crate::Snapshot::as_known
    pub fn burn_down(
        &self,
        repository: &RepositoryName,
        milestone: u64,
        from: Timestamp,
        to: Timestamp,
        step: Duration,
    ) -> Result<Vec<BurnDownPoint>> {
        let mut looking = self.looking();
        let known = looking.repository(repository)?;
        let mut wanted = None;
        for row in rows_ever(self.snapshot, known.row, RecordKind::Milestone)? {
            let then = looking.then(row)?.filter(Then::is_there);
            if let Some(then) = then.filter(|then| then.record.number() == Some(milestone)) {
                wanted = Some(then.record.id());
            }
        }
        let wanted = wanted.ok_or_else(|| Error::unknown("milestone", milestone))?;
        let to = match self.cut {
            Cut::Of(moment) => to.min(moment),
            Cut::Known(_) => to,
        };
        let mut points = moments(from, to, step)?;
        for row in rows_ever(self.snapshot, known.row, RecordKind::Issue)? {
            if let Some(life) = looking.evidence.life(row)? {
                count(&life, known.record.id(), wanted, &mut points);
            }
        }
        Ok(points)
    }
}

fn moments(from: Timestamp, to: Timestamp, step: Duration) -> Result<Vec<BurnDownPoint>> {
    let (first, last) = (from.unix_milliseconds(), to.unix_milliseconds());
    let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
    let invalid = |detail: &str| {
        Error::from(InvalidField {
            object: "burn-down",
            field: "step",
            rule: Rule::Invalid,
            detail: detail.to_owned(),
        })
    };
    if step == 0 {
        return Err(invalid("is shorter than a millisecond"));
    }
    if last.saturating_sub(first) / step >= POINTS {
        return Err(invalid("gives more than 100,000 moments"));
    }
    let mut points = Vec::new();
    let mut at = first;
    while at <= last {
        points.push(BurnDownPoint {
            at: Timestamp::from_unix_milliseconds(at),
            open: 0,
            closed: 0,
            uncertain: 0,
        });
        let Some(next) = at.checked_add(step) else {
            break;
        };
        at = next;
    }
    Ok(points)
}

/// Counts an issue at each of the moments, in one pass over its life.
fn count(life: &Life, repository: RecordId, milestone: RecordId, points: &mut [BurnDownPoint]) {
    let is_in = |record: &Record<TextPointer>| record.milestone() == Some(milestone);
    let mut steps = life.steps.iter().peekable();
    let mut record = life.initial.clone();
    let ever = is_in(&record)
        || life.steps.iter().any(|step| {
            matches!(&step.change, backlot_model::Change::Set(backlot_model::Value::Milestone(id)) if *id == milestone)
        });
    if !ever {
        return;
    }
    for point in points {
        while let Some(step) = steps.next_if(|step| step.at <= point.at) {
            record.apply(&step.change);
        }
        let is_here = record.repository() == Some(repository);
        if point.at < life.born || !is_here || record.is_deleted() || record.is_absent() {
            continue;
        }
        let doubt = |field| {
            life.unknown.iter().any(|unknown| {
                unknown.field == field && unknown.from <= point.at && point.at < unknown.to
            })
        };
        if doubt(Field::Milestone) || (is_in(&record) && doubt(Field::State)) {
            point.uncertain += 1;
        }
        if is_in(&record) {
            if record.state() == Some(&State::Closed) {
                point.closed += 1;
            } else {
                point.open += 1;
            }
        }
    }
}
