//! What the commit at the root touched, and who speaks of what it created.

use std::collections::BTreeMap;

use backlot_model::{Change, Event, EventKind, Parent, RecordId, RecordKind, Shape, View};
use rustc_hash::FxHashMap;

use super::past::Around;
use super::run::Undoing;
use crate::codec::{EventPointer, Extent, TextPointer, decode_event};
use crate::derive::{kept_view, states_nothing};
use crate::error::Result;
use crate::store::log::{for_each_event, read_block, read_commit};

/// What a commit did to one record.
pub(super) struct Touch {
    /// The places of its first and its last event about it.
    pub(super) first: u64,
    pub(super) last: u64,
    /// Whether it created the record.
    pub(super) created: bool,
    /// Whether the record is gone or absent after what is done here.
    pub(super) ends: bool,
    /// Whether what is done here brings the record back.
    pub(super) returns: bool,
    /// Whether it found the record gone from its source.
    pub(super) withdrawn: bool,
    /// The forms in which it stated the record.
    pub(super) views: Vec<View>,
    /// The names of the exact forms in which it saw the record inside others, one after another.
    pub(super) embedded: Vec<u8>,
}

/// The rows that a commit touched.
#[derive(Default)]
pub(super) struct Touched {
    pub(super) rows: BTreeMap<u32, Touch>,
}

impl Touched {
    pub(super) fn contains(&self, row: u32) -> bool {
        self.rows.contains_key(&row)
    }

    /// The rows by the last event about each, the last one first.
    pub(super) fn backwards(&self) -> Vec<u32> {
        let mut order: Vec<_> = self
            .rows
            .iter()
            .map(|(row, touch)| (touch.last, *row))
            .collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        order.into_iter().map(|(_, row)| row).collect()
    }

    /// The rows by the first event about each.
    pub(super) fn forwards(&self) -> Vec<u32> {
        let mut order: Vec<_> = self
            .rows
            .iter()
            .map(|(row, touch)| (touch.first, *row))
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, row)| row).collect()
    }
}

/// The records that a change refers to.
pub(super) fn references(change: &Change<TextPointer>) -> Vec<RecordId> {
    match change {
        Change::Set(value) => match value.shape() {
            Shape::Id(id) | Shape::Parent(Parent::Record(id)) => vec![id],
            Shape::Ids(ids) => ids,
            _ => Vec::new(),
        },
        Change::Add(_, id) => vec![*id],
        Change::Clear(_) | Change::Remove(..) => Vec::new(),
    }
}

/// The events of a block, in their order.
pub(super) fn events_of(
    block: &[u8],
    number: u64,
    visit: &mut dyn FnMut(EventPointer, Event<TextPointer>) -> Result<()>,
) -> Result<()> {
    let mut at = EventPointer {
        block: number,
        offset: 0,
    };
    while (at.offset as usize) < block.len() {
        let (event, end) = decode_event(block, at)?;
        if let Some(event) = event {
            visit(at, event)?;
        }
        at.offset = end;
    }
    Ok(())
}

impl Undoing<'_, '_> {
    /// Finds what the root touched, and which of its users later commits speak of.
    pub(super) fn scan(&mut self) -> Result<()> {
        let Extent {
            first_block,
            blocks,
        } = self.standing.extent;
        let mut place = 0;
        for number in first_block..first_block + blocks {
            let block = read_block(self.writer.derived.tables(), number)?;
            events_of(&block, number, &mut |_, event| {
                place += 1;
                self.note(place, &event)
            })?;
        }
        for (row, touch) in &mut self.touched.rows {
            let Some(head) = self.writer.derived.head(*row)? else {
                continue;
            };
            let again = self.standing.again;
            if head.first.1 == self.standing.root.sequence {
                (touch.created, touch.ends, touch.returns) = (true, !again, again);
                continue;
            }
            let around = Around::of(&self.writer, &self.standing, *row, &head)?;
            touch.created = !around.before.exists();
            if touch.created {
                (touch.ends, touch.returns) = (!again, again);
                continue;
            }
            let (from, to) = if again {
                (&around.before, &around.after)
            } else {
                (&around.after, &around.before)
            };
            let (was, is) = (from.head.record.is_deleted(), to.head.record.is_deleted());
            (touch.ends, touch.returns) = (!was && is, was && !is);
        }
        self.find_references()
    }

    fn note(&mut self, place: u64, event: &Event<TextPointer>) -> Result<()> {
        if event.record == RecordId::NIL {
            return Ok(());
        }
        let Some(row) = self.writer.derived.row(event.record)? else {
            return Ok(());
        };
        let touch = self.touched.rows.entry(row).or_insert_with(|| Touch {
            first: place,
            last: place,
            created: false,
            ends: false,
            returns: false,
            withdrawn: false,
            views: Vec::new(),
            embedded: Vec::new(),
        });
        touch.last = place;
        touch.withdrawn |= event.kind == EventKind::Withdrawn;
        if let Some(statement) = event.statement.as_ref().filter(|s| !states_nothing(s)) {
            let view = kept_view(statement, event.embedded.is_some());
            if !touch.views.contains(&view) {
                touch.views.push(view);
            }
        }
        if let Some(embedded) = &event.embedded {
            touch.embedded.extend_from_slice(&embedded.id.to_bytes());
        }
        Ok(())
    }

    /// Notes which records of later commits refer to one that is to be gone or absent: users stay, others
    /// stand in the way.
    fn find_references(&mut self) -> Result<()> {
        if self.standing.later().next().is_none() {
            return Ok(());
        }
        let mut ending: FxHashMap<RecordId, bool> = FxHashMap::default();
        for (row, _) in self.touched.rows.iter().filter(|(_, touch)| touch.ends) {
            if let Some(head) = self.writer.derived.head(*row)? {
                let is_user = head.record.kind() == RecordKind::User;
                ending.insert(head.record.id(), is_user);
            }
        }
        let mut found: Vec<(RecordId, RecordId, u64)> = Vec::new();
        for sequence in self.standing.later() {
            let tables = self.writer.derived.tables();
            let Some((_, extent)) = read_commit(tables, sequence)? else {
                continue;
            };
            for_each_event(tables, extent, &mut |logged| {
                let Some(event) = logged.event else {
                    return Ok(());
                };
                if ending.contains_key(&event.record) {
                    return Ok(());
                }
                let said = event.changes.iter().chain(&event.held);
                for id in said.flat_map(references) {
                    let is_known = found.last() == Some(&(event.record, id, sequence));
                    if ending.contains_key(&id) && !is_known {
                        found.push((event.record, id, sequence));
                    }
                }
                Ok(())
            })?;
        }
        for (by, id, sequence) in found {
            let Some(row) = self.writer.derived.row(by)? else {
                continue;
            };
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let values = head.record.values().iter().cloned().map(Change::Set);
            let refers = values.filter(|change| references(change).contains(&id));
            let fields: Vec<_> = refers.map(|change| change.field()).collect();
            if ending.get(&id) != Some(&true) {
                // Also where it is no longer referred to, it was seen there.
                self.obstruct(&head, fields.first().copied(), sequence)?;
            } else if !fields.is_empty() {
                self.used.insert(id);
            }
        }
        Ok(())
    }
}
