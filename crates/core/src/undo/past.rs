//! What a record was before and after a commit, from the events that happened to it.

use std::collections::BTreeMap;

use backlot_model::{Event, EventKind, View};

use super::standing::Standing;
use crate::codec::{EventPointer, Head, TextPointer, decode_event};
use crate::derive::{advance, kept_view, states_nothing};
use crate::error::Result;
use crate::store::log::CommitWriter;
use crate::store::reading::Read;

/// A record as it was at one moment.
#[derive(Clone)]
pub(super) struct Past {
    pub(super) head: Head,
    /// What its source had said last, where that was something else.
    pub(super) base: Option<Head>,
    /// The events that hold what its source had said last, by form.
    pub(super) statements: BTreeMap<View, EventPointer>,
    is_known: bool,
}

impl Past {
    fn new(now: &Head) -> Self {
        Self {
            head: Head::new(now.record.id(), now.record.kind()),
            base: None,
            statements: BTreeMap::new(),
            is_known: false,
        }
    }

    /// Whether the record was there.
    pub(super) fn exists(&self) -> bool {
        self.is_known && !self.head.record.is_absent()
    }

    /// What its source had said last.
    pub(super) fn said(&self) -> &Head {
        self.base.as_ref().unwrap_or(&self.head)
    }

    fn step(&mut self, event: &Event<TextPointer>, at: EventPointer) {
        let is_new = !self.exists();
        self.is_known = true;
        self.base = advance(&mut self.head, self.base.take(), event, is_new);
        let undone = event.kind == EventKind::Undone;
        if let Some(statement) = &event.statement {
            let view = kept_view(statement, event.embedded.is_some());
            if undone && states_nothing(statement) {
                self.statements.remove(&view);
            } else {
                self.statements.insert(view, at);
                self.head.is_foreign = true;
            }
        }
        if self.head.record.is_absent() {
            self.statements.clear();
        }
        if self.statements.is_empty() {
            self.head.is_foreign = false;
            self.head.is_edited = false;
            self.base = None;
        }
    }
}

/// A later event about the record, and the sequence of its commit.
pub(super) struct Later {
    pub(super) sequence: u64,
    pub(super) event: Event<TextPointer>,
}

/// A record before and after a commit, and what happened to it later.
pub(super) struct Around {
    pub(super) before: Past,
    pub(super) after: Past,
    pub(super) later: Vec<Later>,
}

/// Reads the event at a place in the log.
pub(super) fn event_at(
    writer: &CommitWriter<'_, '_>,
    at: EventPointer,
) -> Result<Option<Event<TextPointer>>> {
    writer.in_block(at.block, |block| Ok(decode_event(block, at)?.0))
}

impl Around {
    /// What the record in this row was around the root of an undo.
    pub(super) fn of(
        writer: &CommitWriter<'_, '_>,
        standing: &Standing,
        row: u32,
        now: &Head,
    ) -> Result<Self> {
        let mut past = Past::new(now);
        let mut before = None;
        let mut later = Vec::new();
        let happened = writer.derived.tables().happened_to(row)?;
        for (at, sequence) in std::iter::once(now.first).chain(happened) {
            let root = standing.root.sequence;
            if sequence > root && !standing.is_later(sequence) {
                continue;
            }
            let Some(event) = event_at(writer, at)? else {
                continue;
            };
            if sequence > root {
                later.push(Later { sequence, event });
                continue;
            }
            if sequence == root && before.is_none() {
                before = Some(past.clone());
            }
            past.step(&event, at);
        }
        Ok(Self {
            before: before.unwrap_or_else(|| past.clone()),
            after: past,
            later,
        })
    }
}

/// The first event about the record in this row in each commit that came later and counts.
pub(super) fn later_commits(
    writer: &CommitWriter<'_, '_>,
    standing: &Standing,
    row: u32,
) -> Result<Vec<(EventPointer, u64)>> {
    let mut later = writer.derived.tables().happened_to(row)?;
    later.retain(|(_, sequence)| standing.is_later(*sequence));
    later.dedup_by_key(|(_, sequence)| *sequence);
    Ok(later)
}
