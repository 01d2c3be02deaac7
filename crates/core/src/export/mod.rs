//! Export: one snapshot as a stream of records, pass by pass, as a forge's writer asks for them.

mod boards;
mod history;
mod lookup;
mod numbers;
mod order;
mod single;
mod tallies;

use std::cell::OnceCell;
use std::sync::Arc;

use backlot_model::{
    ForeignId, Outgoing, Parent, Pass, RecordKind, RepositoryName, Timestamp, View,
};

use crate::codec::{Head, decode_head};
use crate::derive::{EMBEDDED_FORM, StatementEntry};
use crate::error::{Error, Result};
use crate::read::{Snapshot, for_each_row};
use crate::store::keys;
use crate::store::reading::Read;

use numbers::Numbers;

pub use lookup::SnapshotLookup;

/// One export: what is asked for, and of which repository.
struct Export<'a> {
    snapshot: &'a Snapshot,
    repository: u32,
    /// The forms that the passes want, by kind of record.
    covered: Vec<(RecordKind, Vec<View>)>,
    /// The forms in which what happened here goes out.
    forms: OnceCell<Vec<View>>,
    numbers: Numbers<'a>,
    /// Whether anybody but imports has done anything here.
    is_worked_on: OnceCell<bool>,
    /// The boards that go along.
    boards: OnceCell<Vec<u32>>,
}

/// What a pass comes to next.
enum Going {
    /// The record in a row, if the pass wants it.
    Row(u32),
    /// An event that happened here.
    Event(Box<Outgoing>),
}

impl<'a> Export<'a> {
    fn new(snapshot: &'a Snapshot, repository: u32, passes: &[Pass]) -> Self {
        let mut covered: Vec<(RecordKind, Vec<View>)> = Vec::new();
        for wanted in passes.iter().flat_map(|pass| &pass.wanted) {
            match covered.iter_mut().find(|(kind, _)| *kind == wanted.kind) {
                Some((_, views)) => views.extend(&wanted.views),
                None => covered.push((wanted.kind, wanted.views.clone())),
            }
        }
        Self {
            snapshot,
            repository,
            covered,
            forms: OnceCell::new(),
            numbers: Numbers::new(snapshot, forge_of(passes)),
            is_worked_on: OnceCell::new(),
            boards: OnceCell::new(),
        }
    }

    fn covered(&self, kind: RecordKind) -> &[View] {
        let forms = self.covered.iter().find(|(known, _)| *known == kind);
        forms.map_or(&[], |(_, views)| views)
    }

    /// The record in a row as a pass wants it: as it was stated in one of its forms, as it was last seen
    /// inside another object, or as it is now where the export has no form of it. None when the pass does
    /// not want it.
    fn outgoing(&self, row: u32, pass: &Pass) -> Result<Option<Outgoing>> {
        let snapshot = self.snapshot;
        let head = snapshot.head(row)?;
        let kind = head.record.kind();
        let Some(views) = pass.views(kind) else {
            return Ok(None);
        };
        // A user belongs to no repository: only a list of users can put one into a list again.
        if kind == RecordKind::User && !snapshot.is_stated(row, views)? {
            return Ok(None);
        }
        // What belongs to a tombstone is as gone as that.
        if snapshot
            .parent(&head)?
            .is_some_and(|parent| parent.record.is_deleted())
        {
            return Ok(None);
        }
        if head.record.is_deleted() {
            return Ok(None);
        }
        let mut stated = None;
        for view in views {
            stated = snapshot.stated(row, *view)?;
            if stated.is_some() {
                break;
            }
        }
        let is_stated = stated.is_some();
        if !is_stated && !self.takes_unstated(row, &head, pass)? {
            return Ok(None);
        }
        let mut outgoing = snapshot.outgoing_from(row, &head, stated)?;
        outgoing.wanted = views.first().copied().filter(|_| !is_stated);
        self.numbers.fit(row, &mut outgoing)?;
        Ok(Some(outgoing))
    }
}

/// The forge for which passes are, as the forms that they want say.
fn forge_of(passes: &[Pass]) -> Option<u8> {
    let mut wanted = passes.iter().flat_map(|pass| &pass.wanted);
    let view = wanted.find_map(|wanted| wanted.views.first())?;
    Some(view.forge)
}

impl Snapshot {
    /// What a writer may look up, for those who hand it records that no export streams, such as users. Issues
    /// and milestones have the numbers of the store there, not those of a forge.
    pub fn lookup(&self) -> SnapshotLookup<'_> {
        SnapshotLookup::new(self, None)
    }

    /// The same for the forge of a writer that asks for these passes: what another forge stated is nothing that it
    /// could read, and numbers are those of its forge.
    pub fn lookup_for(&self, passes: &[Pass]) -> SnapshotLookup<'_> {
        SnapshotLookup::new(self, forge_of(passes))
    }

    /// Streams a repository's records in the passes that a writer asks for. `sink` is given each record
    /// and what it may look up. The same snapshot always gives the same stream.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, and whatever `sink` fails with.
    pub fn export<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        passes: &[Pass],
        sink: &mut dyn FnMut(&Outgoing, &mut SnapshotLookup<'_>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let repository = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?
            .row;
        let mut lookup = SnapshotLookup::new(self, forge_of(passes));
        let export = Export::new(self, repository, passes);
        for pass in passes {
            let mut visit = |going: Going| -> std::result::Result<(), E> {
                match going {
                    Going::Row(row) => match export.outgoing(row, pass)? {
                        Some(outgoing) => sink(&outgoing, &mut lookup),
                        None => Ok(()),
                    },
                    Going::Event(outgoing) => sink(&outgoing, &mut lookup),
                }
            };
            export.pass(pass, &mut visit)?;
        }
        Ok(())
    }

    /// Visits the records of a repository that were made here, or that only other forges stated, and that none of
    /// these passes takes, such as its boards, if the format has no place for them: the kind of each, and what it is called. A writer
    /// reports them as lost. What happened to issues here is told by
    /// the events of an export, and else by [`Snapshot::untold_events`].
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, and whatever `visit` fails with.
    pub fn left_out<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        passes: &[Pass],
        visit: &mut dyn FnMut(RecordKind, &str) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let repository = self.known_repository(repository)?.row;
        let forge = forge_of(passes);
        let is_taken = |kind: &RecordKind| {
            let mut takers = passes.iter().filter(|pass| pass.views(*kind).is_some());
            takers.any(|pass| pass.includes_unstated)
        };
        for kind in RecordKind::ALL.into_iter().filter(|kind| !is_taken(kind)) {
            // Users belong to no repository.
            if kind == RecordKind::User {
                continue;
            }
            for_each_row(
                &self.tables,
                repository,
                kind,
                &mut |row| -> std::result::Result<(), E> {
                    let head = self.head(row)?;
                    let record = &head.record;
                    let statements = self.tables.statements_of(row)?;
                    let mut known = statements.iter().map(|([.., forge, _], _)| *forge);
                    // Local events stand in the log.
                    let is_own = match head.is_foreign {
                        true if kind == RecordKind::Repository => true,
                        true => forge.is_none_or(|forge| known.any(|by| by == forge)),
                        false => kind == RecordKind::HistoryEvent,
                    };
                    if is_own || record.is_deleted() || record.is_absent() {
                        return Ok(());
                    }
                    let id = record.id().to_string();
                    let name = record.name().or(record.content()).or(record.event());
                    visit(kind, name.unwrap_or(&id))
                },
            )?;
        }
        Ok(())
    }

    /// Whether a source stated a record in one of these forms.
    fn is_stated(&self, row: u32, views: &[View]) -> Result<bool> {
        for view in views {
            if self
                .tables
                .statement(keys::statement(row, *view))?
                .is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The issue that a record belongs to, if the store has it.
    fn parent(&self, head: &Head) -> Result<Option<Head>> {
        let Some(Parent::Record(parent)) = head.record.parent() else {
            return Ok(None);
        };
        let row = self.tables.row_of(parent.to_bytes())?;
        row.map(|row| self.head(row)).transpose()
    }

    pub(crate) fn outgoing_from(
        &self,
        row: u32,
        head: &Head,
        stated: Option<(View, ForeignId, Vec<u8>)>,
    ) -> Result<Outgoing> {
        let base = if head.is_edited {
            self.tables.base(row)?
        } else {
            None
        };
        let base = base
            .map(|bytes| self.in_full(decode_head(&bytes)?))
            .transpose()?;
        let parent_number = match head.record.parent() {
            Some(Parent::Number(number)) => Some(number),
            Some(Parent::Record(_)) => self.parent(head)?.and_then(|parent| parent.record.number()),
            None => None,
        };
        let record = Arc::new(self.in_full(head.clone())?);
        Ok(Outgoing {
            record,
            base: base.map(Arc::new),
            stated,
            parent_number,
            wanted: None,
            about: None,
            elsewhere: Vec::new(),
            own_number: None,
            is_named: false,
        })
    }

    /// What a source said about the record in this form, or how it last looked inside another object.
    pub(crate) fn stated(
        &self,
        row: u32,
        view: View,
    ) -> Result<Option<(View, ForeignId, Vec<u8>)>> {
        let embedded = View {
            forge: view.forge,
            form: view.form | EMBEDDED_FORM,
        };
        for form in [view, embedded] {
            let Some(entry) = self.tables.statement(keys::statement(row, form))? else {
                continue;
            };
            let entry = StatementEntry::decode(&entry)?;
            let Some(event) = self.event(entry.event)? else {
                continue;
            };
            let Some(statement) = event.statement else {
                continue;
            };
            let bytes = event
                .embedded
                .map_or(statement.overlay, |embedded| embedded.bytes);
            return Ok(Some((view, statement.id, bytes)));
        }
        Ok(None)
    }

    /// The moment at which the last commit was recorded.
    pub fn recorded_at(&self) -> Result<Option<Timestamp>> {
        self.commits()
            .next()
            .map(|commit| commit.map(|commit| commit.recorded_at))
            .transpose()
    }
}
