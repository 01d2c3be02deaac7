//! Undoing from its beginning to its commit.

use backlot_model::{Actor, Commit, CommitId, Field, Origin, Record, RecordId, RecordKind};
use rustc_hash::FxHashSet;

use super::obstacle::{Obstacle, Obstacles};
use super::report::UndoReport;
use super::scan::Touched;
use super::standing::{Standing, undo_of};
use crate::codec::{Head, TextPointer};
use crate::derive::Derived;
use crate::error::{Error, Result};
use crate::read::{for_each_row, rows};
use crate::store::keys::{self, Space};
use crate::store::log::{CommitHead, CommitWriter, OpenCommit, read_commit};
use crate::store::reading::Read;
use crate::store::tables::Tables;
use crate::store::{Store, meta};
use crate::watch::CommitSummary;

/// From so many events on, a commit is worth a thread of its own.
const LARGE: u64 = 1000;

impl Store {
    /// Takes back what a commit did, a local one or an import, by one commit of compensating events. What
    /// later commits changed of other fields stays. Records that the commit created are absent afterwards,
    /// as though they had never been: their numbers and names are free, and the same import brings them
    /// back under the same identifiers. Users stay where later commits speak of them. Counts of comments
    /// and reactions go back by as much as the commit moved them; `updated_at` only where it is still what
    /// the commit made it.
    ///
    /// # Errors
    /// `StandsInTheWay` when later commits stand on it, see [`Error::obstacles`]; commits that are undone
    /// themselves do not. `Invalid` when it is undone already, `UnknownRecord` when there is no such
    /// commit. Nothing is written then.
    pub fn undo(&self, sequence: u64, actor: Actor) -> Result<Commit> {
        committed(self.run(sequence, actor, Which::Undo, false)?)
    }

    /// Does again what a commit did that was undone. Either the undone commit or its undo can be named.
    ///
    /// # Errors
    /// As [`Store::undo`]; `Invalid` when the commit is not undone.
    pub fn redo(&self, sequence: u64, actor: Actor) -> Result<Commit> {
        committed(self.run(sequence, actor, Which::Redo, false)?)
    }

    /// What [`Store::undo`] would do. Nothing is written.
    ///
    /// # Errors
    /// As [`Store::undo`].
    pub fn undo_dry_run(&self, sequence: u64) -> Result<UndoReport> {
        self.run(sequence, Actor::login(""), Which::Undo, true)
    }

    /// What [`Store::redo`] would do. Nothing is written.
    ///
    /// # Errors
    /// As [`Store::redo`].
    pub fn redo_dry_run(&self, sequence: u64) -> Result<UndoReport> {
        self.run(sequence, Actor::login(""), Which::Redo, true)
    }

    fn run(&self, sequence: u64, actor: Actor, which: Which, dry_run: bool) -> Result<UndoReport> {
        let lock = self.lock_writer()?;
        let report = self.run_locked(sequence, actor, which, dry_run);
        drop(lock);
        report.map_err(|error| error.at(self.path()))
    }

    fn run_locked(
        &self,
        sequence: u64,
        actor: Actor,
        which: Which,
        dry_run: bool,
    ) -> Result<UndoReport> {
        let mut transaction = self.begin_write()?;
        let (report, told, touched, is_large) = {
            let mut tables = Tables::open(&transaction)?;
            let sequence = match which {
                Which::Undo => sequence,
                Which::Redo => undo_of(&tables, sequence)?,
            };
            let standing = Standing::of(&tables, sequence)?;
            let is_large = standing.root.events >= LARGE;
            let open = if is_large {
                OpenCommit::large(&tables)?
            } else {
                OpenCommit::new(&tables)?
            };
            let identity = meta::file_identity(self.path());
            let replica = meta::writing_replica(&mut tables, &identity, self.environment())?;
            let now = self.environment().now();
            let word = if standing.again { "redo" } else { "undo" };
            let root = &standing.root;
            let head = CommitHead {
                id: CommitId::from_parts(now, self.environment().random()),
                replica,
                actor,
                reason: format!("{word} #{}: {}", root.sequence, root.reason),
                recorded_at: now,
            };
            let writer = CommitWriter::new(Derived::new(&mut tables)?, open);
            let (report, told, touched) = Undoing::new(writer, standing)?.finish(head)?;
            (report, told, touched, is_large)
        };
        if dry_run {
            transaction.abort()?;
            return Ok(UndoReport {
                commit: None,
                ..report
            });
        }
        // After a long one that is killed, the store opens as fast as ever.
        transaction.set_quick_repair(is_large);
        self.caches().publish(told.commit.sequence, touched);
        self.caches().pins.change(told.commit.sequence);
        transaction
            .commit()
            .inspect_err(|_| self.caches().forget_indexes())?;
        self.watchers().tell(told);
        Ok(report)
    }
}

#[derive(Clone, Copy)]
enum Which {
    Undo,
    Redo,
}

fn committed(report: UndoReport) -> Result<Commit> {
    report
        .commit
        .ok_or_else(|| Error::corrupt("", "an undo ended without a commit"))
}

/// Rows of issues, each behind that of its repository.
type Rows = Vec<(u32, u32)>;

/// One undo at work.
pub(super) struct Undoing<'a, 'txn> {
    pub(super) writer: CommitWriter<'a, 'txn>,
    pub(super) standing: Standing,
    pub(super) touched: Touched,
    /// Users whom later commits speak of.
    pub(super) used: FxHashSet<RecordId>,
    pub(super) obstacles: Obstacles,
    pub(super) report: UndoReport,
}

impl<'a, 'txn> Undoing<'a, 'txn> {
    fn new(writer: CommitWriter<'a, 'txn>, standing: Standing) -> Result<Self> {
        let mut undoing = Self {
            writer,
            standing,
            touched: Touched::default(),
            used: FxHashSet::default(),
            obstacles: Obstacles::default(),
            report: UndoReport::default(),
        };
        undoing.scan()?;
        Ok(undoing)
    }

    /// What was done, and the issues that it touched where they are few enough to be known.
    fn finish(mut self, head: CommitHead) -> Result<(UndoReport, CommitSummary, Option<Rows>)> {
        if self.standing.again {
            self.do_again()?;
        } else {
            self.take_back()?;
        }
        let subject = format!("commit {}", self.standing.named.sequence);
        if let Some(error) = self.obstacles.into_error(&subject) {
            return Err(error);
        }
        let mut report = self.report;
        let touched = self.writer.derived.columns.all_touched();
        let told = self
            .writer
            .finish(head, Origin::Undo(self.standing.named.id))?;
        report.commit = Some(told.commit.clone());
        Ok((report, told, touched))
    }

    /// Notes that a later commit stands in the way by what it did to a record.
    pub(super) fn obstruct(
        &mut self,
        head: &Head,
        field: Option<Field>,
        sequence: u64,
    ) -> Result<()> {
        let record = &head.record;
        if !self.obstacles.is_wanted(record.id(), field, sequence) {
            return Ok(());
        }
        let commit = read_commit(self.writer.derived.tables(), sequence)?;
        let obstacle = Obstacle {
            record: record.id(),
            kind: record.kind(),
            label: self.label(record)?,
            field,
            sequence,
            reason: commit.map_or_else(String::new, |(commit, _)| commit.reason),
        };
        self.obstacles.add(obstacle);
        Ok(())
    }

    /// What a record is called in a message.
    fn label(&self, record: &Record<TextPointer>) -> Result<String> {
        let tables = self.writer.derived.tables();
        let owner = match record.repository() {
            Some(id) => match tables.row_of(id.to_bytes())? {
                Some(row) => rows::head(tables, row)?.record.name().map(str::to_owned),
                None => None,
            },
            None => None,
        };
        let owner = owner.unwrap_or_default();
        if let (RecordKind::Issue, Some(number)) = (record.kind(), record.number()) {
            return Ok(format!("{owner}#{number}"));
        }
        if let Some(backlot_model::Parent::Record(parent)) = record.parent()
            && let Some(row) = tables.row_of(parent.to_bytes())?
        {
            let parent = self.label(&rows::head(tables, row)?.record)?;
            return Ok(format!("{} of {parent}", record.kind().name()));
        }
        let name = record.name().or(record.title()).unwrap_or_default();
        let mut label = record.kind().name().to_owned();
        if !name.is_empty() {
            label = format!("{label} {name}");
        }
        if !owner.is_empty() {
            label = format!("{label} of {owner}");
        }
        Ok(label)
    }

    /// The sequence of the last later commit that touched a record, or of the last one at all.
    pub(super) fn last_touch(&self, row: u32) -> Result<u64> {
        let happened = self.writer.derived.tables().happened_to(row)?;
        let head = self.writer.derived.head(row)?;
        let first = head.map_or(0, |head| head.first.1);
        Ok(happened.last().map_or(first, |(_, sequence)| *sequence))
    }

    /// Notes an obstacle where the number, the name or the title that a record is given has passed to another one that
    /// this undo does not touch.
    pub(super) fn check_place(
        &mut self,
        row: u32,
        target: &Record<TextPointer>,
        now: Option<&Record<TextPointer>>,
    ) -> Result<()> {
        let owner = match target.belongs_to() {
            Some(id) => self.writer.derived.row(id)?.unwrap_or(0),
            None => 0,
        };
        let tables = self.writer.derived.tables();
        let mut taken = Vec::new();
        if let (Some(space), Some(number)) = (Space::of(target.kind()), target.number())
            && now.is_none_or(|now| {
                now.number() != Some(number) || now.belongs_to() != target.belongs_to()
            })
            && let Some([by @ .., flags]) = tables.number(keys::number(owner, space, number))?
            && flags & keys::MOVED == 0
        {
            taken.push((Field::Number, u32::from_be_bytes(by)));
        }
        if let Some(name) = target.name().filter(|_| !target.is_deleted()) {
            let key = match target.kind() {
                RecordKind::User => Some(keys::login(name, target.host().unwrap_or_default())),
                kind @ (RecordKind::Label | RecordKind::Repository) => {
                    Some(keys::name(owner, kind, name))
                }
                _ => None,
            };
            let stays = now.is_some_and(|now| !now.is_deleted() && now.name() == Some(name));
            if let Some(key) = key.filter(|_| !stays)
                && let Some(by) = tables.name(&key)?
            {
                taken.push((Field::Name, by));
            }
        }
        if let (RecordKind::Milestone, Some(title)) = (target.kind(), target.title())
            && !target.is_deleted()
            && !matches!(self.standing.root.origin, Origin::Import(_))
        {
            for_each_row(tables, owner, RecordKind::Milestone, &mut |by| {
                let record = rows::head(tables, by)?.record;
                let is_there = !record.is_deleted() && !record.is_absent();
                if is_there && record.title() == Some(title) {
                    taken.push((Field::Title, by));
                }
                Ok::<(), Error>(())
            })?;
        }
        for (field, by) in taken {
            if by == row || self.touched.contains(by) {
                continue;
            }
            let Some(head) = self.writer.derived.head(by)? else {
                continue;
            };
            let sequence = self.last_touch(by)?;
            self.obstruct(&head, Some(field), sequence)?;
        }
        Ok(())
    }
}
