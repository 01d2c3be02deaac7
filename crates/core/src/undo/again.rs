//! Doing again what an undone commit did.

use backlot_model::{Change, Event, EventKind, Field, Origin, RecordId, RecordKind, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::fields::{is_soft, soft};
use super::past::Around;
use super::run::Undoing;
use super::scan::events_of;
use crate::codec::{Extent, Head, TextPointer};
use crate::error::Result;
use crate::store::log::read_block;

/// What the counts and the moment of a record that was there before are to be.
type Soft = Vec<(Field, Option<Value<TextPointer>>)>;

impl Undoing<'_, '_> {
    /// What was edited here is done again by its outcome; what an import stated, by its very events, with
    /// all that they say of the source.
    pub(super) fn do_again(&mut self) -> Result<()> {
        if matches!(self.standing.root.origin, Origin::Import(_)) {
            return self.state_again();
        }
        for row in self.touched.forwards() {
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let Some(touch) = self.touched.rows.get(&row) else {
                continue;
            };
            let created = touch.created;
            let around = Around::of(&self.writer, &self.standing, row, &head)?;
            if created {
                self.create_again(row, &head, &around)?;
                continue;
            }
            let fields = self.compare(&around.before, &around.after, &head)?;
            self.check(row, &head, &around, &fields, &around.after.head.record)?;
            if !fields.changes.is_empty() {
                self.report.count(head.record.kind());
                self.change(row, &head, fields, true)?;
            }
        }
        Ok(())
    }

    /// Whether a record that the commit created may be created again: users may have stayed, and anything
    /// else that is there again stands in the way.
    fn may_create(&mut self, row: u32, head: &Head, around: &Around) -> Result<bool> {
        if head.record.is_absent() {
            let target = &around.after.head.record;
            self.check_place(row, target, None)?;
            let values: Vec<_> = target.values().iter().cloned().map(Change::Set).collect();
            self.check_references(&values)?;
            self.check_home(target)?;
            return Ok(true);
        }
        if head.record.kind() != RecordKind::User {
            let sequence = self.last_touch(row)?;
            self.obstruct(head, None, sequence)?;
        }
        Ok(false)
    }

    fn create_again(&mut self, row: u32, head: &Head, around: &Around) -> Result<()> {
        if !self.may_create(row, head, around)? {
            return Ok(());
        }
        let (id, kind) = (head.record.id(), head.record.kind());
        let mut event = Event::new(EventKind::Created, id, kind);
        let values = around.after.head.record.values().iter().cloned();
        event.changes = self.in_full(values.map(Change::Set).collect())?;
        self.writer.append(&event)?;
        self.report.count(kind);
        Ok(())
    }

    fn state_again(&mut self) -> Result<()> {
        let mut skipped = FxHashSet::default();
        let mut softs: FxHashMap<u32, Soft> = FxHashMap::default();
        for row in self.touched.forwards() {
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let around = Around::of(&self.writer, &self.standing, row, &head)?;
            let created = self
                .touched
                .rows
                .get(&row)
                .is_some_and(|touch| touch.created);
            if created && !self.may_create(row, &head, &around)? {
                skipped.insert(row);
                continue;
            }
            if !created {
                let fields = self.compare(&around.before, &around.after, &head)?;
                self.check(row, &head, &around, &fields, &around.after.head.record)?;
                let (before, after) = (&around.before.head.record, &around.after.head.record);
                let each = [Field::CommentCount, Field::Reactions, Field::UpdatedAt];
                let each = each.map(|field| {
                    let (from, to) = (before.get(field), after.get(field));
                    (field, soft(field, from, to, head.record.get(field)))
                });
                softs.insert(row, each.to_vec());
            }
            self.report.count(head.record.kind());
        }
        let Extent {
            first_block,
            blocks,
        } = self.standing.extent;
        for number in first_block..first_block + blocks {
            let block = read_block(self.writer.derived.tables(), number)?;
            let mut events = Vec::new();
            events_of(&block, number, &mut |_, event| {
                events.push(event);
                Ok(())
            })?;
            for event in events {
                self.append_again(event, &skipped, &softs)?;
            }
        }
        Ok(())
    }

    fn append_again(
        &mut self,
        event: Event<TextPointer>,
        skipped: &FxHashSet<u32>,
        softs: &FxHashMap<u32, Soft>,
    ) -> Result<()> {
        // What is only kept was kept.
        if event.record == RecordId::NIL {
            return Ok(());
        }
        let Some(row) = self.writer.derived.row(event.record)? else {
            return Ok(());
        };
        if skipped.contains(&row) {
            return Ok(());
        }
        let mut changes = event.changes;
        let mut held = event.held;
        if let Some(softs) = softs.get(&row) {
            for change in &mut changes {
                let field = change.field();
                let Some((_, value)) = softs.iter().find(|(known, _)| *known == field) else {
                    continue;
                };
                let wanted = Change::set_or_clear(field, value.clone());
                if is_soft(field) && *change != wanted {
                    // The source says this all the same.
                    held.push(std::mem::replace(change, wanted));
                }
            }
        }
        let mut said = Event::new(event.kind, event.record, event.record_kind);
        said.actor = event.actor;
        said.at = event.at;
        said.changes = self.in_full(changes)?;
        said.held = self.in_full(held)?;
        said.statement = event.statement;
        said.embedded = event.embedded;
        self.writer.append(&said)?;
        Ok(())
    }
}
