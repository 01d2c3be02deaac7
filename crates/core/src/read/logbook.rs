//! The log as people read it: commits, the newest first, and their events.

use backlot_model::{Change, Commit, Event, EventKind, Field, RecordId, RecordKind, Value};

use super::snapshot::Snapshot;
use crate::codec::{EventPointer, TextPointer};
use crate::error::{Error, Result};
use crate::store::log::{for_each_event, read_commit};
use crate::store::reading::Read;

/// Walks through the commits, the newest first.
pub struct CommitLog<'a> {
    snapshot: &'a Snapshot,
    next: u64,
}

/// An event as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// What happened.
    pub kind: EventKind,
    /// The record it happened to; nil for an object that is only kept.
    pub record: RecordId,
    /// What the record is.
    pub record_kind: RecordKind,
    /// The number, name or title of the record as it is now.
    pub label: String,
    /// Which fields became different.
    pub fields: Vec<Field>,
    /// What it became, in a few words, where that can be said so.
    pub detail: Option<String>,
}

impl Snapshot {
    /// The commits, the newest first.
    pub const fn commits(&self) -> CommitLog<'_> {
        CommitLog {
            snapshot: self,
            next: self.sequence(),
        }
    }

    /// The first `most` events of a commit.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such commit.
    pub fn events(&self, sequence: u64, most: usize) -> Result<Vec<LogEvent>> {
        let (_, mut extent) = read_commit(&self.tables, sequence)?
            .ok_or_else(|| Error::unknown("commit", sequence))?;
        let mut events = Vec::new();
        let end = extent.first_block + extent.blocks;
        extent.blocks = 1;
        while extent.first_block < end && events.len() < most {
            for_each_event(&self.tables, extent, &mut |logged| {
                if events.len() < most
                    && let Some(event) = logged.event
                {
                    let changes = event.changes.iter().chain(&event.held);
                    events.push(LogEvent {
                        kind: event.kind,
                        record: event.record,
                        record_kind: event.record_kind,
                        label: self.short_name(event.record)?,
                        fields: changes.map(Change::field).collect(),
                        detail: self.detail(&event, logged.at)?,
                    });
                }
                Ok(())
            })?;
            extent.first_block += 1;
        }
        Ok(events)
    }

    /// What an event that was made here made of its record.
    fn detail(&self, event: &Event<TextPointer>, at: EventPointer) -> Result<Option<String>> {
        if !event.kind.is_local() && event.kind != EventKind::Renumbered {
            return Ok(None);
        }
        for change in &event.changes {
            let detail = match change {
                Change::Set(Value::Title(text) | Value::Name(text)) => Some(text.clone()),
                Change::Set(Value::Number(number)) if event.kind == EventKind::Renumbered => {
                    let from = self.number_before(event.record, at)?;
                    Some(from.map_or_else(
                        || format!("now #{number}"),
                        |from| format!("#{from} -> #{number}"),
                    ))
                }
                Change::Set(Value::StateReason(reason)) => Some(reason.to_string()),
                Change::Set(Value::LockReason(reason)) => Some(reason.to_string()),
                Change::Set(Value::IssueType(name)) => Some(name.clone()),
                Change::Set(Value::ParentIssue(id) | Value::DuplicateOf(id))
                | Change::Add(Field::SubIssues | Field::BlockedBy | Field::Blocking, id)
                | Change::Remove(Field::SubIssues | Field::BlockedBy | Field::Blocking, id) => {
                    Some(self.short_name(*id)?)
                }
                Change::Set(Value::Milestone(id))
                | Change::Add(Field::Labels | Field::Assignees, id)
                | Change::Remove(Field::Labels | Field::Assignees, id) => self.login(*id)?,
                _ => None,
            };
            if detail.is_some() {
                return Ok(detail);
            }
        }
        Ok(None)
    }

    /// The number that a record had before the event at this place.
    fn number_before(&self, id: RecordId, before: EventPointer) -> Result<Option<u64>> {
        let Some(row) = self.tables.row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let place = |at: EventPointer| (at.block, at.offset);
        let mut number = None;
        for (at, _) in self.history(row)? {
            if place(at) >= place(before) {
                break;
            }
            let event = self.event(at)?;
            let changes = event.map(|event| event.changes).unwrap_or_default();
            for change in changes {
                if let Change::Set(Value::Number(known)) = change {
                    number = Some(known);
                }
            }
        }
        Ok(number)
    }

    /// What a record is called for short.
    fn short_name(&self, id: RecordId) -> Result<String> {
        let Some(row) = self.tables.row_of(id.to_bytes())? else {
            return Ok(String::new());
        };
        let record = self.head(row)?.record;
        Ok(match (record.kind(), record.number()) {
            (RecordKind::Issue, Some(number)) => {
                format!("#{number} {}", record.title().unwrap_or_default())
            }
            _ => {
                let name = record
                    .name()
                    .or(record.title())
                    .or(record.event())
                    .or(record.content());
                let of = match record.parent() {
                    Some(backlot_model::Parent::Record(parent)) => self.short_name(parent)?,
                    Some(backlot_model::Parent::Number(number)) => format!("#{number}"),
                    None => String::new(),
                };
                let name = name.unwrap_or_default();
                [name, &of]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join(" of ")
            }
        })
    }
}

impl Iterator for CommitLog<'_> {
    type Item = Result<Commit>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == 0 {
            return None;
        }
        let sequence = self.next;
        self.next -= 1;
        match read_commit(&self.snapshot.tables, sequence) {
            Ok(Some((commit, _))) => Some(Ok(commit)),
            Ok(None) => Some(Err(Error::corrupt(
                "",
                format_args!("commit {sequence} is missing"),
            ))),
            Err(error) => Some(Err(error)),
        }
    }
}
