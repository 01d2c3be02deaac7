//! What became different between two commits or two moments.

use std::collections::BTreeSet;

use backlot_model::{Field, Record, RecordId, RecordKind, Timestamp, Value};

use super::fields::FieldSet;
use super::looking::{Cut, Looking, Then};
use crate::error::Result;
use crate::read::Snapshot;
use crate::store::log::{for_each_event, read_commit};
use crate::store::reading::Read;

/// One end of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// What the store knew after the commit at this place of the log; 0 is the empty store.
    Commit(u64),
    /// What was so at this moment, as far as is known now.
    Moment(Timestamp),
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// It was not there before.
    Created,
    /// It was there before and after.
    Changed,
    /// It is not there any more.
    Deleted,
}

/// A field that became different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference {
    /// The field.
    pub field: Field,
    /// Its value before.
    pub before: Option<Value>,
    /// Its value after.
    pub after: Option<Value>,
    /// Whether both values are certain.
    pub is_certain: bool,
}

/// A record that became different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The record.
    pub id: RecordId,
    /// What it is.
    pub record_kind: RecordKind,
    /// The number, name or title by which it was known, after where it was there after.
    pub label: String,
    /// The name of the repository that it belongs to.
    pub repository: Option<String>,
    /// What became of it.
    pub kind: DifferenceKind,
    /// What became different, in the order of the fields: of a record that was created, what it has, and of
    /// one that was deleted, what it had.
    pub fields: Vec<FieldDifference>,
}

/// Walks through the records that became different, in the order in which the store first named them.
pub struct Diff<'a> {
    before: Looking<'a>,
    after: Looking<'a>,
    rows: Rows,
    snapshot: &'a Snapshot,
}

enum Rows {
    Touched(std::collections::btree_set::IntoIter<u32>),
    All { next: u32, last: u32 },
}

impl Iterator for Rows {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Touched(rows) => rows.next(),
            Self::All { next, last } => {
                let row = *next;
                *next = next.checked_add(1)?;
                (row <= *last).then_some(row)
            }
        }
    }
}

impl Snapshot {
    /// What became different from one point to another: which records were created, changed field by field,
    /// or deleted. Between two commits, only the events between them are read, and memory holds a row
    /// number for each record that they touch; where a moment is an end, all records are compared, one after
    /// another. Users and events of a forge's past are left out. Places beyond the last commit mean the last one.
    pub fn diff(&self, before: Point, after: Point) -> Result<Diff<'_>> {
        let cut = |point| match point {
            Point::Commit(sequence) => Cut::Known(sequence),
            Point::Moment(moment) => Cut::Of(moment),
        };
        let rows = match (before, after) {
            (Point::Commit(a), Point::Commit(b)) => {
                Rows::Touched(self.touched(a.min(b), a.max(b))?.into_iter())
            }
            _ => Rows::All {
                next: 1,
                last: self.tables.last_row()?,
            },
        };
        Ok(Diff {
            before: Looking::new(self, cut(before)),
            after: Looking::new(self, cut(after)),
            rows,
            snapshot: self,
        })
    }

    /// The rows of the records that the commits after one and up to another are about.
    fn touched(&self, after: u64, last: u64) -> Result<BTreeSet<u32>> {
        let mut rows = BTreeSet::new();
        let mut previous = (RecordId::NIL, None);
        for sequence in after.saturating_add(1)..=last.min(self.sequence()) {
            let Some((_, extent)) = read_commit(&self.tables, sequence)? else {
                continue;
            };
            for_each_event(&self.tables, extent, &mut |logged| {
                let Some(event) = logged.event.filter(|event| is_compared(event.record_kind))
                else {
                    return Ok(());
                };
                if previous.0 != event.record {
                    previous = (event.record, self.row(event.record)?);
                }
                rows.extend(previous.1);
                Ok(())
            })?;
        }
        Ok(rows)
    }
}

const fn is_compared(kind: RecordKind) -> bool {
    !matches!(kind, RecordKind::User | RecordKind::HistoryEvent)
}

impl Diff<'_> {
    fn compare(&mut self, row: u32) -> Result<Option<Difference>> {
        let Some(bytes) = self.snapshot.tables.record(row)? else {
            return Ok(None);
        };
        if !is_compared(crate::codec::decode_head(&bytes)?.record.kind()) {
            return Ok(None);
        }
        let before = self.before.then(row)?.filter(Then::is_there);
        let after = self.after.then(row)?.filter(Then::is_there);
        let kind = match (&before, &after) {
            (None, None) => return Ok(None),
            (None, Some(_)) => DifferenceKind::Created,
            (Some(_), None) => DifferenceKind::Deleted,
            (Some(_), Some(_)) => DifferenceKind::Changed,
        };
        let unknown =
            |then: &Option<Then>| then.as_ref().map_or(FieldSet::EMPTY, |then| then.unknown);
        let doubts = (unknown(&before), unknown(&after));
        let full =
            |then: Option<Then>| then.map(|then| self.after.in_full(then.record)).transpose();
        let (before, after) = (full(before)?, full(after)?);
        let mut fields = Vec::new();
        for field in Field::ALL.iter().copied() {
            let value = |record: &Option<Record>| {
                let record = record.as_ref()?;
                record.get(field).cloned()
            };
            let (old, new) = (value(&before), value(&after));
            if old != new {
                fields.push(FieldDifference {
                    field,
                    before: old,
                    after: new,
                    is_certain: !doubts.0.contains(field) && !doubts.1.contains(field),
                });
            }
        }
        let Some(record) = after.or(before).filter(|_| !fields.is_empty()) else {
            return Ok(None);
        };
        let repository = match record.repository() {
            Some(id) => match self.after.name(id)? {
                Some(name) => Some(name),
                None => self.before.name(id)?,
            },
            None => None,
        };
        Ok(Some(Difference {
            id: record.id(),
            record_kind: record.kind(),
            label: label(&record),
            repository,
            kind,
            fields,
        }))
    }
}

/// What a record is called for short.
fn label(record: &Record) -> String {
    let title = record.title().or(record.name()).or(record.content());
    match (record.number(), title) {
        (Some(number), Some(title)) => format!("#{number} {title}"),
        (Some(number), None) => format!("#{number}"),
        (None, title) => title.unwrap_or_default().to_owned(),
    }
}

impl Iterator for Diff<'_> {
    type Item = Result<Difference>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let row = self.rows.next()?;
            match self.compare(row) {
                Ok(None) => {}
                Ok(Some(difference)) => return Some(Ok(difference)),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
