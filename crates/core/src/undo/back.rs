//! Taking back what a commit did, record by record, the last one first.

use backlot_model::{
    Change, Embedded, Event, EventKind, Field, Parent, Record, RecordId, RecordKind, Statement,
    Value, View, ViewId,
};

use super::fields::{Fields, compare, events, same};
use super::past::{Around, Past, event_at, later_commits};
use super::run::Undoing;
use super::scan::references;
use crate::codec::{EventPointer, Head, TextPointer, decode_event, decode_head};
use crate::derive::{EMBEDDED_FORM, fingerprint, kept_view, no_statement};
use crate::error::Result;
use crate::read::rows::child_rows;
use crate::store::reading::Read;

impl Undoing<'_, '_> {
    pub(super) fn take_back(&mut self) -> Result<()> {
        for row in self.touched.backwards() {
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let Some(touch) = self.touched.rows.get(&row) else {
                continue;
            };
            if touch.created {
                self.make_absent(row, &head)?;
            } else {
                self.restore(row, &head)?;
            }
        }
        Ok(())
    }

    /// Makes a record that the commit created absent, unless something was done to it since.
    fn make_absent(&mut self, row: u32, head: &Head) -> Result<()> {
        if head.record.is_absent() {
            return Ok(());
        }
        let (id, kind) = (head.record.id(), head.record.kind());
        let later = later_commits(&self.writer, &self.standing, row)?;
        if kind == RecordKind::User && (!later.is_empty() || self.used.contains(&id)) {
            self.report.kept_users += 1;
            return Ok(());
        }
        self.check_unchanged(row, head)?;
        let names = self.names_of(row);
        let mut event = Event::new(EventKind::Undone, id, kind);
        event.changes.push(Change::Set(Value::Absent(true)));
        event.embedded = (!names.is_empty()).then(|| listed(names));
        self.writer.append(&event)?;
        self.report.count(kind);
        Ok(())
    }

    /// Notes every later commit that changed a record which is to be gone or absent.
    fn check_unchanged(&mut self, row: u32, head: &Head) -> Result<()> {
        for (at, sequence) in later_commits(&self.writer, &self.standing, row)? {
            let event = event_at(&self.writer, at)?;
            let changes = event.map(|event| event.changes).unwrap_or_default();
            let field = changes.first().map(Change::field);
            self.obstruct(head, field, sequence)?;
        }
        Ok(())
    }

    fn names_of(&mut self, row: u32) -> Vec<u8> {
        let touch = self.touched.rows.get_mut(&row);
        touch.map_or_else(Vec::new, |touch| std::mem::take(&mut touch.embedded))
    }

    /// Makes a record that was there before what it was.
    fn restore(&mut self, row: u32, head: &Head) -> Result<()> {
        let around = Around::of(&self.writer, &self.standing, row, head)?;
        let (from, to) = (&around.after, &around.before);
        let fields = self.compare(from, to, head)?;
        self.check(row, head, &around, &fields, &to.head.record)?;
        let mut views = self
            .touched
            .rows
            .get(&row)
            .map_or_else(Vec::new, |touch| touch.views.clone());
        if self
            .touched
            .rows
            .get(&row)
            .is_some_and(|touch| touch.withdrawn)
        {
            views = to.statements.keys().copied().collect();
        }
        let names = self.names_of(row);
        let nothing = fields.changes.is_empty() && views.is_empty() && names.is_empty();
        if nothing {
            return Ok(());
        }
        self.report.count(head.record.kind());
        if views.is_empty() {
            self.change(row, head, fields, false)?;
        } else {
            self.restate(row, head, &around, fields, &views)?;
        }
        if !names.is_empty() {
            let mut event = Event::new(EventKind::Undone, head.record.id(), head.record.kind());
            event.embedded = Some(listed(names));
            self.writer.append(&event)?;
        }
        Ok(())
    }

    pub(super) fn compare(&self, from: &Past, to: &Past, now: &Head) -> Result<Fields> {
        let text = |pointer: TextPointer| self.writer.text(pointer);
        compare(&from.head.record, &to.head.record, &now.record, &text)
    }

    /// Notes every later commit that stands in the way of changing these fields.
    pub(super) fn check(
        &mut self,
        row: u32,
        head: &Head,
        around: &Around,
        fields: &Fields,
        target: &Record<TextPointer>,
    ) -> Result<()> {
        let views = self
            .touched
            .rows
            .get(&row)
            .map_or_else(Vec::new, |touch| touch.views.clone());
        for later in &around.later {
            let event = &later.event;
            let touches = |field: Field, changes: &[Change<TextPointer>]| {
                changes.iter().any(|change| change.field() == field)
            };
            for field in &fields.touched {
                // What its source says of it now has been set against what is taken back here.
                let is_held = touches(*field, &event.held);
                let is_changed = fields.blocked.contains(field) && touches(*field, &event.changes);
                if is_held || is_changed {
                    self.obstruct(head, Some(*field), later.sequence)?;
                }
            }
            let is_restated = event.statement.as_ref().is_some_and(|statement| {
                let view = kept_view(statement, event.embedded.is_some());
                views.contains(&view)
            });
            if is_restated {
                self.obstruct(head, None, later.sequence)?;
            }
            // What is gone or absent since cannot be changed.
            let is_gone = head.record.is_deleted() && !fields.touched.contains(&Field::Deleted);
            for (is_so, field) in [
                (is_gone, Field::Deleted),
                (head.record.is_absent(), Field::Absent),
            ] {
                if is_so && touches(field, &event.changes) && !fields.touched.is_empty() {
                    self.obstruct(head, Some(field), later.sequence)?;
                }
            }
        }
        if head.record.is_deleted() && !target.is_deleted() {
            let values: Vec<_> = target.values().iter().cloned().map(Change::Set).collect();
            self.check_references(&values)?;
            self.check_home(target)?;
        } else {
            self.check_references(&fields.changes)?;
        }
        if fields.touched.contains(&Field::Repository) {
            self.check_belongings(row, target)?;
        }
        if target.is_deleted() && !head.record.is_deleted() {
            self.check_unchanged(row, head)?;
        }
        let places = [
            Field::Number,
            Field::Name,
            Field::Title,
            Field::Repository,
            Field::Owner,
            Field::Host,
            Field::Deleted,
        ];
        if fields.touched.iter().any(|field| places.contains(field)) {
            self.check_place(row, target, Some(&head.record))?;
        }
        let bears = [Field::Repository, Field::Labels, Field::Milestone];
        if head.record.kind() == RecordKind::Issue
            && !target.is_deleted()
            && !target.is_absent()
            && fields.touched.iter().any(|field| bears.contains(field))
        {
            self.check_bears(row, head, around, fields)?;
        }
        Ok(())
    }

    /// Notes as obstacles the labels and the milestone of another repository that an issue would bear, because
    /// it went from one to another meanwhile.
    fn check_bears(
        &mut self,
        row: u32,
        head: &Head,
        around: &Around,
        fields: &Fields,
    ) -> Result<()> {
        let mut moved = head.record.clone();
        fields.changes.iter().for_each(|change| moved.apply(change));
        let labels = moved.labels().iter().map(|id| (Field::Labels, *id));
        let milestone = moved.milestone().map(|id| (Field::Milestone, id));
        for (field, id) in labels.chain(milestone).collect::<Vec<_>>() {
            let Some(owner) = self.writer.derived.row(id)? else {
                continue;
            };
            let owner = self.writer.derived.head(owner)?;
            let home = match owner {
                // One that comes back by this very undo comes back where it was made.
                Some(owner) if owner.record.is_absent() => self.birthplace(&owner)?,
                Some(owner) => owner.record.repository(),
                None => continue,
            };
            if home != moved.repository() {
                let by = around.later.iter().rev().find(|later| {
                    let mut changes = later.event.changes.iter();
                    changes.any(|change| change.field() == field)
                });
                let sequence = match by {
                    Some(later) => later.sequence,
                    None => self.last_touch(row)?,
                };
                self.obstruct(head, Some(field), sequence)?;
            }
        }
        Ok(())
    }

    /// Notes an obstacle where a change refers to a record that is gone or absent by now, or that stands on one.
    pub(super) fn check_references(&mut self, changes: &[Change<TextPointer>]) -> Result<()> {
        for id in changes.iter().flat_map(references) {
            self.check_standing(id)?;
        }
        Ok(())
    }

    /// The repository that the event which first named a record put it into.
    fn birthplace(&self, head: &Head) -> Result<Option<RecordId>> {
        let (at, _) = head.first;
        let event = self
            .writer
            .in_block(at.block, |block| Ok(decode_event(block, at)?.0))?;
        let mut changes = event.iter().flat_map(|event| &event.changes);
        Ok(changes.find_map(|change| match change {
            Change::Set(Value::Repository(repository)) => Some(*repository),
            _ => None,
        }))
    }

    /// Notes an obstacle where what belongs to a record, and did not go with it, is in another repository.
    fn check_belongings(&mut self, row: u32, target: &Record<TextPointer>) -> Result<()> {
        for row in child_rows(self.writer.derived.tables(), row)? {
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let record = &head.record;
            let is_there = !record.is_deleted() && !record.is_absent();
            if is_there && record.repository() != target.repository() && !self.touched.contains(row)
            {
                let sequence = self.last_touch(row)?;
                self.obstruct(&head, Some(Field::Repository), sequence)?;
            }
        }
        Ok(())
    }

    /// Notes an obstacle where what a record belongs to has gone to another repository.
    pub(super) fn check_home(&mut self, target: &Record<TextPointer>) -> Result<()> {
        let Some(Parent::Record(parent)) = target.parent() else {
            return Ok(());
        };
        let Some(row) = self.writer.derived.row(parent)? else {
            return Ok(());
        };
        let Some(head) = self.writer.derived.head(row)? else {
            return Ok(());
        };
        let mut home = head.record.repository();
        if self.touched.contains(row) {
            let around = Around::of(&self.writer, &self.standing, row, &head)?;
            let (before, after) = (
                around.before.head.record.repository(),
                around.after.head.record.repository(),
            );
            if before != after {
                home = if self.standing.again { after } else { before };
            }
        }
        if home.is_some() && home != target.repository() {
            let sequence = self.last_touch(row)?;
            self.obstruct(&head, Some(Field::Repository), sequence)?;
        }
        Ok(())
    }

    fn check_standing(&mut self, id: RecordId) -> Result<()> {
        let mut next = Some(id);
        while let Some(id) = next.take() {
            let Some(row) = self.writer.derived.row(id)? else {
                break;
            };
            let Some(head) = self.writer.derived.head(row)? else {
                break;
            };
            let record = &head.record;
            let is_gone = record.is_deleted() || record.is_absent();
            let returns = self.touched.rows.get(&row).is_some_and(|t| t.returns);
            if is_gone && !returns {
                let field = if record.is_absent() {
                    Field::Absent
                } else {
                    Field::Deleted
                };
                let sequence = self.last_touch(row)?;
                return self.obstruct(&head, Some(field), sequence);
            }
            // A column stands on its project, what belongs to an issue on the issue.
            next = match (record.container(), record.parent()) {
                (Some(container), _) => Some(container),
                (None, Some(Parent::Record(parent))) => Some(parent),
                _ => None,
            };
        }
        Ok(())
    }

    /// Appends the events by which fields become different.
    pub(super) fn change(
        &mut self,
        row: u32,
        head: &Head,
        fields: Fields,
        again: bool,
    ) -> Result<()> {
        let kind = head.record.kind();
        let base = self.base(row)?;
        for (event_kind, changes) in events(kind, &head.record, fields.changes, again) {
            let mut event = Event::new(event_kind, head.record.id(), kind);
            for change in &changes {
                let Some(base) = &base else { break };
                let text = |pointer: TextPointer| self.writer.text(pointer);
                if let Change::Set(value @ Value::Body(_)) = change
                    && same(Some(value), base.record.get(Field::Body), &text)?
                {
                    event.held.push(Change::Clear(Field::Body));
                }
            }
            event.changes = self.in_full(changes)?;
            self.writer.append(&event)?;
        }
        Ok(())
    }

    fn base(&self, row: u32) -> Result<Option<Head>> {
        let bytes = self.writer.derived.tables().base(row)?;
        Ok(bytes.map(|bytes| decode_head(&bytes)).transpose()?)
    }

    pub(super) fn in_full(&self, changes: Vec<Change<TextPointer>>) -> Result<Vec<Change>> {
        changes
            .into_iter()
            .map(|change| change.try_map_text(&mut |pointer| self.writer.text(pointer)))
            .collect()
    }

    /// Appends the events that make what the source said last what it was, and the record with it.
    fn restate(
        &mut self,
        row: u32,
        head: &Head,
        around: &Around,
        fields: Fields,
        views: &[View],
    ) -> Result<()> {
        let base = self.base(row)?.unwrap_or_else(|| head.clone());
        let held = self.held(around, &base, &fields.changes)?;
        let mut said = Some((self.in_full(fields.changes)?, self.in_full(held)?));
        for view in views {
            let (statement, embedded) = match around.before.statements.get(view) {
                Some(at) => self.statement_at(*at)?,
                None => self.no_statement(*view, around)?,
            };
            let mut event = Event::new(EventKind::Undone, head.record.id(), head.record.kind());
            (event.changes, event.held) = said.take().unwrap_or_default();
            event.statement = statement;
            event.embedded = embedded;
            self.writer.append(&event)?;
        }
        Ok(())
    }

    /// What has to be changed in what the source said, beyond the changes of the record itself, so that it
    /// is again what it had said before.
    fn held(
        &self,
        around: &Around,
        base: &Head,
        changes: &[Change<TextPointer>],
    ) -> Result<Vec<Change<TextPointer>>> {
        let text = |pointer: TextPointer| self.writer.text(pointer);
        let mut held = Vec::new();
        if !around.before.head.is_foreign {
            return Ok(held);
        }
        let (after, before) = (&around.after.said().record, &around.before.said().record);
        let mut found = base.record.clone();
        changes.iter().for_each(|change| found.apply(change));
        let mut all: Vec<Field> = [after, before, &base.record, &found]
            .iter()
            .flat_map(|record| record.values().iter().map(Value::field))
            .collect();
        all.sort_unstable();
        all.dedup();
        for field in all {
            let wanted = if same(after.get(field), before.get(field), &text)? {
                base.record.get(field)
            } else {
                before.get(field)
            };
            if !same(found.get(field), wanted, &text)? {
                held.push(Change::set_or_clear(field, wanted.cloned()));
            }
        }
        Ok(held)
    }

    /// What an event of the log said in a form, with its fingerprint.
    fn statement_at(&self, at: EventPointer) -> Result<(Option<Statement>, Option<Embedded>)> {
        self.writer.in_block(at.block, |block| {
            let (event, end) = decode_event(block, at)?;
            let bytes = block.get(at.offset as usize..end as usize);
            let Some(event) = event else {
                return Ok((None, None));
            };
            let statement = event.statement.map(|mut statement| {
                let fingerprint = fingerprint(&statement, bytes.unwrap_or_default());
                statement.fingerprint = Some(fingerprint);
                statement
            });
            Ok((statement, event.embedded))
        })
    }

    /// The statement that stands for none, in a form that the commit stated first.
    fn no_statement(
        &self,
        view: View,
        around: &Around,
    ) -> Result<(Option<Statement>, Option<Embedded>)> {
        let Some(at) = around.after.statements.get(&view) else {
            return Ok((None, None));
        };
        let (statement, _) = self.statement_at(*at)?;
        let form = View {
            forge: view.forge,
            form: view.form & !EMBEDDED_FORM,
        };
        let is_embedded = view.form & EMBEDDED_FORM != 0;
        let none = statement.map(|statement| no_statement(form, statement.id));
        Ok((none, is_embedded.then(|| listed(Vec::new()))))
    }
}

/// Names of exact forms, as an undone event lists them.
fn listed(names: Vec<u8>) -> Embedded {
    Embedded {
        id: ViewId::of(&names),
        bytes: names,
    }
}
