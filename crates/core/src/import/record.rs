//! Whole objects: new ones become records, known ones are compared with what the source stated last.

use backlot_model::{
    Change, Conflict, Digest, Event, EventKind, ForeignId, IncomingRecord, Merged, Parent, Prefer,
    Record, RecordId, RecordKind, Statement, Value, View, merge,
};

use super::embedded::{derive_id, says_something, updated_at};
use super::options::{ConflictReport, ImportReport};
use super::session::Session;
use crate::codec::{decode_head, encode_event};
use crate::derive::StatementEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::store::keys::{self, Space};
use crate::store::tables::Read;

impl Session<'_, '_> {
    pub(super) fn take_record(&mut self, mut incoming: IncomingRecord) -> Result<()> {
        let (repository_row, repository) = {
            let local = self.repository(incoming.repository)?;
            (local.row, local.id)
        };
        let kind = incoming.kind;
        if incoming.has_extras {
            self.report.counts.kind_mut(kind).with_extras += 1;
            self.report.counts.extras_bytes += incoming.overlay.len() as u64;
        }
        let mut said = self.resolve(std::mem::take(&mut incoming.changes))?;
        let known = if kind == RecordKind::Repository {
            // What a repository is called here, and what its forge called it first, is settled.
            said.retain(|change| {
                use backlot_model::Field;
                !matches!(
                    change.field(),
                    Field::Name | Field::Host | Field::ForeignName
                )
            });
            Some((repository_row, repository))
        } else {
            said.insert(0, Change::Set(Value::Repository(repository)));
            self.find(repository_row, &incoming, &said)?
        };
        let record = match known {
            Some((_, record)) => record,
            None => new_id(repository, &incoming, &said),
        };
        let mut event = Event::new(EventKind::Imported, record, kind);
        event.changes = said;
        event.statement = Some(Statement {
            view: incoming.view,
            id: incoming.id,
            overlay: incoming.overlay,
            position: incoming.position,
            fingerprint: None,
        });
        // What was said to be absent matters only in a comparison; it is set aside meanwhile.
        let cleared: Vec<_> = event
            .changes
            .extract_if(.., |change| !says_something(change))
            .collect();
        self.encoded.clear();
        encode_event(&mut self.encoded, &mut self.scratch, &event);
        match known {
            None => {
                let encoded = std::mem::take(&mut self.encoded);
                let row = self.writer.append_bytes(&encoded)?;
                self.encoded = encoded;
                self.mark_seen(incoming.view.form, row);
                self.report.counts.kind_mut(kind).created += 1;
            }
            Some((row, _)) => {
                let fingerprint = Digest::of(&self.encoded).short();
                event.changes.extend(cleared);
                self.take_known(row, event, incoming.view, fingerprint)?;
            }
        }
        Ok(())
    }

    /// The record that an object is about, if it is known: by the forge's identity, else by number or
    /// name.
    fn find(
        &mut self,
        repository: u32,
        incoming: &IncomingRecord,
        said: &[Change],
    ) -> Result<Option<(u32, RecordId)>> {
        let scope = keys::Scope::Repository(repository);
        let key = keys::foreign(scope, incoming.kind, incoming.view.forge, &incoming.id);
        if let Some(row) = self.tables().foreign_row(&key)? {
            return self.known(row);
        }
        if let (Some(space), Some(number)) = (Space::of(incoming.kind), number_of(said)) {
            let Some(value) = self
                .tables()
                .number(keys::number(repository, space, number))?
            else {
                return Ok(None);
            };
            let [row @ .., is_foreign] = value;
            let row = u32::from_be_bytes(row);
            let Some((row, id)) = self.known(row)? else {
                return Ok(None);
            };
            if is_foreign == 0 {
                self.displaced.push((repository, id, number));
                return Ok(None);
            }
            let same_form = keys::statement(row, incoming.view);
            if self.tables().statement(same_form)?.is_some() {
                let detail = format!(
                    "{}: {} number {number} has two identities at the forge: this one is {}, and another \
                     was imported before; import it into another repository with --repo",
                    incoming.place,
                    incoming.kind.name(),
                    show(&incoming.id),
                );
                return Err(Error::new(ErrorKind::Contradiction, "", detail));
            }
            return Ok(Some((row, id)));
        }
        if incoming.kind == RecordKind::Label {
            let name = said.iter().find_map(|change| match change {
                Change::Set(Value::Name(name)) => Some(name.as_str()),
                _ => None,
            });
            let key = keys::name(repository, RecordKind::Label, name.unwrap_or_default());
            if let Some(row) = self.tables().name(&key)? {
                return self.known(row);
            }
        }
        Ok(None)
    }

    fn known(&self, row: u32) -> Result<Option<(u32, RecordId)>> {
        Ok(self
            .writer
            .derived
            .head(row)?
            .map(|head| (row, head.record.id())))
    }

    /// Compares an object with what its source stated last, and writes the difference.
    fn take_known(
        &mut self,
        row: u32,
        mut event: Event,
        view: View,
        fingerprint: [u8; 16],
    ) -> Result<()> {
        let kind = event.record_kind;
        let seen_before = self.mark_seen(view.form, row);
        let entry = self.tables().statement(keys::statement(row, view))?;
        let entry = entry
            .map(|bytes| StatementEntry::decode(&bytes))
            .transpose()?;
        if entry
            .as_ref()
            .is_some_and(|entry| entry.fingerprint == fingerprint)
        {
            let counts = self.report.counts.kind_mut(kind);
            if seen_before {
                counts.duplicates += 1;
            } else {
                counts.unchanged += 1;
            }
            return Ok(());
        }
        let head = self
            .writer
            .derived
            .head(row)?
            .ok_or(crate::codec::Malformed("row"))?;
        let base = match self.tables().base(row)? {
            Some(bytes) => decode_head(&bytes)?,
            None => head.clone(),
        };
        let (base, now) = (self.in_full(base)?, self.in_full(head)?);
        self.settle_parent(row, &base, &mut event.changes)?;
        if let (Some(_), Some(known), Some(said)) =
            (&entry, base.updated_at(), updated_at(&event.changes))
            && !base.is_deleted()
        {
            if seen_before && said <= known {
                self.report.counts.kind_mut(kind).duplicates += 1;
                return Ok(());
            }
            if said < known {
                self.report.counts.kind_mut(kind).stale += 1;
                return Ok(());
            }
        }
        if base.is_deleted() {
            event
                .changes
                .push(Change::Clear(backlot_model::Field::Deleted));
        }
        let merged = if entry.is_none() && self.is_outranked(row, view)? {
            additions(&base, &now, &event.changes)
        } else {
            merge(&base, &now, &event.changes, self.options.prefer)
        };
        let nothing_new = merged.changes.is_empty() && merged.held.is_empty();
        if let Some(entry) = &entry
            && nothing_new
            && entry.position == event.statement.as_ref().and_then(|s| s.position)
            && self.overlay(entry)? == event.statement.as_ref().map(|s| s.overlay.clone())
        {
            self.report.counts.kind_mut(kind).unchanged += 1;
            return Ok(());
        }
        self.report_conflicts(kind, &now, &merged.conflicts);
        let counts = self.report.counts.kind_mut(kind);
        match (seen_before, entry.is_some(), nothing_new) {
            (true, ..) => counts.duplicates += 1,
            // A repository is created when it is first named, and counted then.
            _ if kind == RecordKind::Repository && counts.created > 0 => {}
            // Another form of a record that is known already, saying nothing else about it.
            (false, false, true) => counts.unchanged += 1,
            _ => counts.updated += 1,
        }
        event.kind = EventKind::Restated;
        event.changes = merged.changes;
        event.held = merged.held;
        if let Some(statement) = &mut event.statement {
            statement.fingerprint = Some(fingerprint);
        }
        self.writer.append(&event)?;
        Ok(())
    }

    /// Says of a parent's number which record it means, where the store knows, so that it compares equal.
    fn settle_parent(&mut self, row: u32, base: &Record, said: &mut [Change]) -> Result<()> {
        let Some(Parent::Record(_)) = base.parent() else {
            return Ok(());
        };
        let Some(repository) = base.repository() else {
            return Ok(());
        };
        let repository = self.writer.derived.row(repository)?.unwrap_or(row);
        for change in said {
            if let Change::Set(Value::Parent(Parent::Number(number))) = change
                && let Some(issue) = self.writer.derived.foreign_issue(repository, *number)?
            {
                *change = Change::Set(Value::Parent(Parent::Record(issue)));
            }
        }
        Ok(())
    }

    /// Whether the record was stated in a form that counts for more than this one.
    fn is_outranked(&self, row: u32, view: View) -> Result<bool> {
        let statements = self.tables().statements_of(row)?;
        Ok(statements
            .iter()
            .any(|([.., forge, form], _)| *forge == view.forge && *form < view.form))
    }

    fn overlay(&self, entry: &StatementEntry) -> Result<Option<Vec<u8>>> {
        let block = self.writer.block(entry.event.block)?;
        let (event, _) = crate::codec::decode_event(&block, entry.event)?;
        Ok(event
            .and_then(|event| event.statement)
            .map(|statement| statement.overlay))
    }

    pub(super) fn report_conflicts(
        &mut self,
        kind: RecordKind,
        now: &Record,
        conflicts: &[Conflict],
    ) {
        self.report.counts.conflicts += conflicts.len() as u64;
        let room = ImportReport::LISTED.saturating_sub(self.report.conflicts.len());
        self.report
            .conflicts
            .extend(conflicts.iter().take(room).map(|conflict| ConflictReport {
                kind,
                record: now.id(),
                number: now.number(),
                field: conflict.field,
                kept: conflict.kept,
            }));
    }
}

/// What a form of lower rank adds to a record: only fields that have no value yet.
fn additions(base: &Record, now: &Record, said: &[Change]) -> Merged {
    let lacking = |change: &&Change| {
        base.get(change.field()).is_none()
            && now.get(change.field()).is_none()
            && says_something(change)
    };
    let added: Vec<_> = said.iter().filter(lacking).cloned().collect();
    merge(base, now, &added, Prefer::Ours)
}

pub(super) fn number_of(said: &[Change]) -> Option<u64> {
    said.iter().find_map(|change| match change {
        Change::Set(Value::Number(number)) => Some(*number),
        _ => None,
    })
}

/// The identifier of a new record.
fn new_id(repository: RecordId, incoming: &IncomingRecord, said: &[Change]) -> RecordId {
    derive_id(Some(repository), "", incoming.kind, &incoming.id, said)
}

fn show(id: &ForeignId) -> String {
    match id {
        ForeignId::Number(number) => number.to_string(),
        ForeignId::Text(text) => text.clone(),
    }
}
