//! One import from its first object to its commit.

use std::collections::BTreeMap;

use backlot_model::{
    Change, CommitId, Event, EventKind, ImportOrigin, Incoming, Origin, Parent, RecordId,
    RecordKind, Skipped, Value, ViewId,
};
use rustc_hash::FxHashMap;

use super::options::{Collision, ImportError, ImportOptions, ImportReport, Outcome, Renumbered};
use super::own_history::OwnHistory;
use super::rebound::Referring;
use super::repository::LocalRepository;
use crate::codec::{Head, TextPointer};
use crate::derive::{Derived, EMBEDDED_FORM, EmbeddedEntry};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::store::keys::{self, Space};
use crate::store::log::{CommitHead, CommitWriter, OpenCommit};
use crate::store::meta;
use crate::store::reading::Read;
use crate::store::tables::Tables;
use crate::watch::CommitSummary;

/// How many embedded objects are remembered with the records they depict.
const REMEMBERED_VIEWS: usize = 1 << 14;

/// Rows of issues, each behind that of its repository.
type Rows = Vec<(u32, u32)>;

impl Store {
    /// Imports what a reader hands in: compares it with what the source stated last, and writes what is
    /// new as one commit, all of it or nothing. Memory does not grow with the input.
    ///
    /// # Errors
    /// The first error of the input, or an error of the store; either way the store is as it was.
    pub fn import<E>(
        &self,
        options: &ImportOptions,
        input: impl IntoIterator<Item = std::result::Result<Vec<Incoming>, E>>,
    ) -> std::result::Result<ImportReport, ImportError<E>> {
        let lock = self.lock_writer()?;
        let report = self.import_locked(options, input);
        drop(lock);
        report.map_err(|error| match error {
            ImportError::Store(error) => ImportError::Store(error.at(self.path())),
            input @ ImportError::Input(_) => input,
        })
    }

    fn import_locked<E>(
        &self,
        options: &ImportOptions,
        input: impl IntoIterator<Item = std::result::Result<Vec<Incoming>, E>>,
    ) -> std::result::Result<ImportReport, ImportError<E>> {
        let mut transaction = self.begin_write()?;
        // After an import that is killed, the store opens as fast as ever.
        transaction.set_quick_repair(true);
        let (report, told, touched) = {
            let mut tables = Tables::open(&transaction)?;
            let identity = meta::file_identity(self.path());
            let replica = meta::writing_replica(&mut tables, &identity, self.environment())?;
            let now = self.environment().now();
            let head = CommitHead {
                id: CommitId::from_parts(now, self.environment().random()),
                replica,
                actor: options.actor.clone(),
                reason: format!("import of {}", options.name),
                recorded_at: now,
            };
            let mut session = Session::new(options, Derived::new(&mut tables)?)?;
            for batch in input {
                for incoming in batch.map_err(ImportError::Input)? {
                    session.take(incoming)?;
                }
            }
            session.finish(head)?
        };
        if options.dry_run || report.commit.is_none() {
            transaction.abort().map_err(Error::from)?;
            return Ok(ImportReport {
                commit: None,
                ..report
            });
        }
        if let Some(told) = &told {
            self.caches().publish(told.commit.sequence, touched);
            self.caches().pins.change(told.commit.sequence);
        }
        transaction
            .commit()
            .inspect_err(|_| self.caches().forget_indexes())
            .map_err(Error::from)?;
        if let Some(told) = told {
            self.watchers().tell(told);
        }
        Ok(report)
    }
}

/// A record that cannot have its number: one that was born here, or came from another forge, whose number was
/// taken by one from the forge.
struct Displaced {
    repository: u32,
    kind: RecordKind,
    space: Space,
    row: u32,
    id: RecordId,
    number: u64,
}

/// What an import knows while it runs.
pub(super) struct Session<'a, 'txn> {
    pub(super) options: &'a ImportOptions,
    pub(super) writer: CommitWriter<'a, 'txn>,
    pub(super) repositories: Vec<LocalRepository>,
    pub(super) report: ImportReport,
    depicted: FxHashMap<(ViewId, u32), RecordId>,
    seen: BTreeMap<u8, Vec<u64>>,
    displaced: Vec<Displaced>,
    pub(super) referring: Vec<Referring>,
    /// The first row that a new record of this import is given.
    pub(super) first_row: u32,
    /// The ranks of what was listed last in each project and column.
    pub(super) places: FxHashMap<u32, String>,
    /// The organisations and people whose boards came.
    pub(super) owners: Vec<u32>,
    pub(super) own_history: OwnHistory,
    pub(super) encoded: Vec<u8>,
    pub(super) scratch: Vec<u8>,
}

impl<'a, 'txn> Session<'a, 'txn> {
    fn new(options: &'a ImportOptions, derived: Derived<'a, 'txn>) -> Result<Self> {
        let open = OpenCommit::large(derived.tables())?;
        let first_row = derived.tables().last_row()? + 1;
        Ok(Self {
            options,
            writer: CommitWriter::new(derived, open),
            repositories: Vec::new(),
            report: ImportReport::default(),
            depicted: FxHashMap::default(),
            seen: BTreeMap::new(),
            displaced: Vec::new(),
            referring: Vec::new(),
            first_row,
            places: FxHashMap::default(),
            owners: Vec::new(),
            own_history: OwnHistory::default(),
            encoded: Vec::new(),
            scratch: Vec::new(),
        })
    }

    fn take(&mut self, incoming: Incoming) -> Result<()> {
        match incoming {
            Incoming::Repository(repository) => self.take_repository(repository),
            Incoming::Embedded(embedded) => self.take_embedded(*embedded),
            Incoming::Record(record) => self.take_record(*record),
            Incoming::Skipped(skipped) => {
                self.skip(*skipped);
                Ok(())
            }
        }
    }

    fn skip(&mut self, skipped: Skipped) {
        if skipped.kept {
            self.report.not_understood += 1;
        } else {
            self.report.counts.skipped += 1;
        }
        if self.report.skipped.len() < ImportReport::LISTED {
            self.report.skipped.push(skipped);
        }
    }

    /// What was done, and the issues that it touched where they are few enough to be known.
    fn finish(
        mut self,
        head: CommitHead,
    ) -> Result<(ImportReport, Option<CommitSummary>, Option<Rows>)> {
        self.settle_waiting()?;
        self.withdraw_missing()?;
        self.renumber_displaced()?;
        self.report_rebound()?;
        self.count_orphans()?;
        self.count_waiting()?;
        let mut report = self.report;
        let mut told = None;
        for repository in &self.repositories {
            let local = repository.name.clone();
            report
                .repositories
                .push((repository.foreign_name.clone(), local));
        }
        let touched = self.writer.derived.columns.all_touched();
        if self.writer.events() > 0 {
            let origin = Origin::Import(Box::new(ImportOrigin {
                forge: self.options.forge.clone(),
                name: self.options.name.clone(),
                source: self.options.source.clone(),
                counts: report.counts.clone(),
            }));
            told = Some(self.writer.finish(head, origin)?);
            report.commit = told.as_ref().map(|told| told.commit.clone());
        }
        Ok((report, told, touched))
    }

    /// Remembers which record of a repository (or, for row 0, of none) an embedded object depicts.
    pub(super) fn remember(&mut self, view: ViewId, repository: u32, record: RecordId) {
        if self.depicted.len() >= REMEMBERED_VIEWS {
            self.depicted.clear();
        }
        self.depicted.insert((view, repository), record);
    }

    /// The record of a repository (or, for row 0, of none) that an embedded object depicts, if the object
    /// is known there.
    pub(super) fn depicted(&mut self, view: ViewId, repository: u32) -> Result<Option<RecordId>> {
        if let Some(record) = self.depicted.get(&(view, repository)) {
            return Ok(Some(*record));
        }
        let key = keys::embedded(view, repository);
        let Some(bytes) = self.tables().embedded_entry(key)? else {
            return Ok(None);
        };
        let row = EmbeddedEntry::decode(&bytes)?.depicts;
        let head = self.writer.derived.head(row)?;
        // What was undone is not known: the object is news again.
        if head.as_ref().is_some_and(|head| head.record.is_absent()) {
            return Ok(None);
        }
        let record = head.map_or(RecordId::NIL, |head| head.record.id());
        self.remember(view, repository, record);
        Ok(Some(record))
    }

    /// The record that an object of a repository means by an embedded object: one of the same repository,
    /// or a user.
    fn meant(&mut self, view: ViewId, repository: u32) -> Result<Option<RecordId>> {
        // Users are the most frequent by far, and are nearly always remembered.
        if let Some(record) = self.depicted.get(&(view, 0)) {
            return Ok(Some(*record));
        }
        match self.depicted(view, repository)? {
            Some(record) => Ok(Some(record)),
            None => self.depicted(view, 0),
        }
    }

    /// The changes of an object of a repository (or, for row 0, of none) with their references turned from
    /// embedded objects into records.
    pub(super) fn resolve(
        &mut self,
        changes: Vec<Change<String, ViewId>>,
        repository: u32,
    ) -> Result<Vec<Change>> {
        let watched = !self.options.complete.is_empty();
        let mut resolved = Vec::with_capacity(changes.len() + 1);
        for change in changes {
            let change = change.try_map_refs(&mut |view| -> Result<RecordId> {
                let record = self.meant(view, repository)?.ok_or_else(|| {
                    let detail = "the reader refers to an object that it has not handed in";
                    Error::new(ErrorKind::Contradiction, format_args!("{view:?}"), detail)
                })?;
                // What stands inside another object is not missing from a complete source.
                if watched && let Some(row) = self.writer.derived.row(record)? {
                    self.mark_seen(EMBEDDED_FORM, row);
                }
                Ok(record)
            })?;
            if matches!(&change, Change::Set(Value::Parent(Parent::Record(id))) if *id == RecordId::NIL)
            {
                continue;
            }
            // A value that says nothing is none, whichever way the reader puts it.
            resolved.push(match change {
                Change::Set(value) if value.says_nothing() => Change::Clear(value.field()),
                change => change,
            });
        }
        Ok(resolved)
    }

    /// Marks a record as seen in a form, and says whether this import had seen it before.
    pub(super) fn mark_seen(&mut self, form: u8, row: u32) -> bool {
        let bits = self.seen.entry(form).or_default();
        let (word, bit) = (row as usize / 64, 1u64 << (row % 64));
        if bits.len() <= word {
            bits.resize((word + 1).max(bits.len() * 2), 0);
        }
        let before = bits.get(word).is_some_and(|bits| bits & bit != 0);
        if let Some(bits) = bits.get_mut(word) {
            *bits |= bit;
        }
        before
    }

    /// Whether this import has seen the record in this form.
    pub(super) fn was_seen_in(&self, form: u8, row: u32) -> bool {
        let (word, bit) = (row as usize / 64, 1u64 << (row % 64));
        let bits = self.seen.get(&form);
        bits.is_some_and(|bits| bits.get(word).is_some_and(|bits| bits & bit != 0))
    }

    /// Whether this import has seen the record in any form.
    pub(super) fn was_seen(&self, row: u32) -> bool {
        let (word, bit) = (row as usize / 64, 1u64 << (row % 64));
        self.seen
            .values()
            .any(|bits| bits.get(word).is_some_and(|bits| bits & bit != 0))
    }

    pub(super) fn tables(&self) -> &Tables<'txn> {
        self.writer.derived.tables()
    }

    /// The record of a head with its text in full.
    pub(super) fn in_full(&self, head: Head) -> Result<backlot_model::Record> {
        head.record
            .try_map_text(&mut |pointer: TextPointer| self.writer.text(pointer))
    }

    /// Notes that the record in this row cannot have its number, which belongs to another one.
    pub(super) fn displace(
        &mut self,
        row: u32,
        repository: u32,
        space: Space,
        number: u64,
    ) -> Result<()> {
        if let Some(head) = self.writer.derived.head(row)? {
            self.displaced.push(Displaced {
                repository,
                kind: head.record.kind(),
                space,
                row,
                id: head.record.id(),
                number,
            });
        }
        Ok(())
    }

    /// Gives what cannot have its number a new one, after all others.
    fn renumber_displaced(&mut self) -> Result<()> {
        for moved in std::mem::take(&mut self.displaced) {
            let to = next_number(self.tables(), moved.repository, moved.space)?;
            let mut event = Event::new(EventKind::Renumbered, moved.id, moved.kind);
            event.changes.push(Change::Set(Value::Number(to)));
            self.writer.append(&event)?;
            let (record, from) = (moved.id, moved.number);
            if let Some((_, number)) = self.writer.derived.numbered_apart(moved.row)? {
                self.report_collision(moved.row, Some(number), Outcome::Renumbered(to))?;
                continue;
            }
            self.report.renumbered.push(Renumbered { record, from, to });
        }
        Ok(())
    }

    /// Reports that two forges have given a number or a name.
    pub(super) fn report_collision(
        &mut self,
        row: u32,
        number: Option<u64>,
        outcome: Outcome,
    ) -> Result<()> {
        self.report.collision_count += 1;
        if self.report.collisions.len() < ImportReport::LISTED
            && let Some(head) = self.writer.derived.head(row)?
        {
            let record = &head.record;
            let name = record.title().or(record.name()).unwrap_or_default();
            self.report.collisions.push(Collision {
                kind: record.kind(),
                record: record.id(),
                number,
                name: name.chars().take(200).collect(),
                outcome,
            });
        }
        Ok(())
    }

    fn count_orphans(&mut self) -> Result<()> {
        for at in 0..self.repositories.len() {
            let Some(repository) = self.repositories.get(at) else {
                continue;
            };
            let from = keys::orphan(repository.row, 0, 0);
            let to = keys::orphan(repository.row, u64::MAX, u32::MAX);
            for key in self.tables().orphans_of(from, to)? {
                let [.., a, b, c, d] = key;
                if let Some(head) = self.writer.derived.head(u32::from_be_bytes([a, b, c, d]))? {
                    self.report.counts.kind_mut(head.record.kind()).orphans += 1;
                }
            }
        }
        Ok(())
    }
}

/// Numbers above this are kept, but do not count when the next one is chosen: no reader of JSON can count
/// that far.
const HIGHEST_NUMBER: u64 = 1 << 53;

/// The number after the highest one that a space of a repository has.
pub(crate) fn next_number(tables: &impl Read, repository: u32, space: Space) -> Result<u64> {
    let from = keys::number(repository, space, 0);
    let to = keys::number(repository, space, HIGHEST_NUMBER - 1);
    let Some(last) = tables.last_number(from, to)? else {
        return Ok(1);
    };
    let [_, _, _, _, _, number @ ..] = last;
    Ok(u64::from_be_bytes(number) + 1)
}

/// What is added to the number that a record has here, where a forge whose numbers are apart has given that to
/// another one: the power of ten above all numbers of both, so that it can be taken off again.
pub(crate) fn shift(tables: &impl Read, repository: u32, space: Space, forge: u8) -> Result<u64> {
    let from = keys::foreign_number(repository, space, forge, 0);
    let to = keys::foreign_number(repository, space, forge, HIGHEST_NUMBER - 1);
    let last = tables.last_number(from, to)?.map_or(0, |key| {
        let [_, _, _, _, _, number @ ..] = key;
        u64::from_be_bytes(number)
    });
    let here = next_number(tables, repository, space)? - 1;
    let digits = last
        .max(here)
        .checked_ilog10()
        .map_or(0, |digits| digits + 1);
    Ok(10u64.saturating_pow(digits))
}

/// The number that a record has here which was shifted on its way out.
pub(crate) fn unshifted(number: u64) -> Option<u64> {
    number.checked_sub(10u64.checked_pow(number.checked_ilog10()?)?)
}
