//! Export: one snapshot as a stream of records, pass by pass, as a forge's writer asks for them.

mod boards;
mod lookup;
mod tallies;

use std::sync::Arc;

use backlot_model::{
    ForeignId, Outgoing, Parent, Pass, PassOrder, RecordKind, RepositoryName, Timestamp, View,
};

use crate::codec::{Head, decode_head};
use crate::derive::{EMBEDDED_FORM, StatementEntry};
use crate::error::{Error, Result};
use crate::read::{Snapshot, children, for_each_row};
use crate::store::keys;
use crate::store::reading::Read;

pub use lookup::SnapshotLookup;

/// The forms that the passes of an export want, by kind of record.
struct Covered(Vec<(RecordKind, Vec<View>)>);

impl Covered {
    fn by(passes: &[Pass]) -> Self {
        let mut forms: Vec<(RecordKind, Vec<View>)> = Vec::new();
        for wanted in passes.iter().flat_map(|pass| &pass.wanted) {
            match forms.iter_mut().find(|(kind, _)| *kind == wanted.kind) {
                Some((_, views)) => views.extend(&wanted.views),
                None => forms.push((wanted.kind, wanted.views.clone())),
            }
        }
        Self(forms)
    }

    fn of(&self, kind: RecordKind) -> &[View] {
        let forms = self.0.iter().find(|(known, _)| *known == kind);
        forms.map_or(&[], |(_, views)| views)
    }
}

impl Snapshot {
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
        let mut lookup = SnapshotLookup::new(self);
        let covered = Covered::by(passes);
        for pass in passes {
            let mut visit = |row: u32| -> std::result::Result<(), E> {
                match self.outgoing(row, pass, &covered)? {
                    Some(outgoing) => sink(&outgoing, &mut lookup),
                    None => Ok(()),
                }
            };
            match pass.order {
                PassOrder::Issue => self.issue_pass(repository, pass, &mut visit)?,
                PassOrder::Board => self.board_pass(repository, pass, &mut visit)?,
                PassOrder::Thread => self.thread_pass(repository, pass, &mut visit)?,
                _ => {
                    for wanted in &pass.wanted {
                        for_each_row(&self.tables, repository, wanted.kind, &mut visit)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Visits the records of a repository that were made here and that none of these passes takes, such as its
    /// reactions, if the format has no place for them: the kind of each, and what it is called. A writer
    /// reports them as lost. What happened to issues here is told by [`Snapshot::local_events`].
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
        let is_taken = |kind: &RecordKind| {
            let mut takers = passes.iter().filter(|pass| pass.views(*kind).is_some());
            takers.any(|pass| pass.includes_unstated)
        };
        for kind in RecordKind::ALL.into_iter().filter(|kind| !is_taken(kind)) {
            // Users belong to no repository, and local events stand in the log.
            if matches!(kind, RecordKind::User | RecordKind::HistoryEvent) {
                continue;
            }
            for_each_row(
                &self.tables,
                repository,
                kind,
                &mut |row| -> std::result::Result<(), E> {
                    let head = self.head(row)?;
                    let record = &head.record;
                    if head.is_foreign || record.is_deleted() || record.is_absent() {
                        return Ok(());
                    }
                    let id = record.id().to_string();
                    visit(kind, record.name().or(record.content()).unwrap_or(&id))
                },
            )?;
        }
        Ok(())
    }

    /// Issue by issue, then what belongs to no known issue.
    fn issue_pass<E: From<Error>>(
        &self,
        repository: u32,
        pass: &Pass,
        visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let mut items: Vec<(u64, u32)> = Vec::new();
        for_each_row(&self.tables, repository, RecordKind::Issue, &mut |issue| {
            items.clear();
            children(&self.tables, issue, &mut |row| -> Result<()> {
                if let Some(entry) = self.first_statement(row, pass)? {
                    items.push((entry.position.unwrap_or(0), row));
                }
                Ok(())
            })?;
            // Without positions the order of time, in which they were found, stays.
            items.sort_by_key(|(position, _)| *position);
            items.iter().try_for_each(|(_, row)| visit(*row))
        })?;
        let from = keys::orphan(repository, 0, 0);
        let to = keys::orphan(repository, u64::MAX, u32::MAX);
        items.clear();
        let mut last = None;
        for key in self.tables.orphans_of(from, to)? {
            let [_, _, _, _, number @ .., a, b, c, d] = key;
            let row = u32::from_be_bytes([a, b, c, d]);
            if last != Some(number) {
                items.sort_by_key(|(position, _)| *position);
                items.drain(..).try_for_each(|(_, row)| visit(row))?;
                last = Some(number);
            }
            if let Some(entry) = self.first_statement(row, pass)? {
                items.push((entry.position.unwrap_or(0), row));
            }
        }
        items.sort_by_key(|(position, _)| *position);
        items.iter().try_for_each(|(_, row)| visit(*row))
    }

    /// Each issue, and after it what belongs to it.
    fn thread_pass<E: From<Error>>(
        &self,
        repository: u32,
        pass: &Pass,
        visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let reactions = pass.views(RecordKind::Reaction).is_some();
        let place = |kind: RecordKind| pass.wanted.iter().position(|wanted| wanted.kind == kind);
        let mut items: Vec<(usize, u32)> = Vec::new();
        for_each_row(&self.tables, repository, RecordKind::Issue, &mut |issue| {
            visit(issue)?;
            items.clear();
            children(&self.tables, issue, &mut |row| -> Result<()> {
                if let Some(place) = place(self.head(row)?.record.kind()) {
                    items.push((place, row));
                }
                Ok(())
            })?;
            // Inside a kind the order of time, in which they were found, stays.
            items.sort_by_key(|(place, _)| *place);
            for (at, row) in &items {
                visit(*row)?;
                if reactions && pass.wanted[*at].kind == RecordKind::Comment {
                    children(&self.tables, *row, visit)?;
                }
            }
            Ok(())
        })
    }

    /// The statement of a record in the first of the forms in which a pass wants it.
    fn first_statement(&self, row: u32, pass: &Pass) -> Result<Option<StatementEntry>> {
        for view in pass.wanted.iter().flat_map(|wanted| &wanted.views) {
            if let Some(entry) = self.tables.statement(keys::statement(row, *view))? {
                return Ok(Some(StatementEntry::decode(&entry)?));
            }
        }
        Ok(None)
    }

    /// The record in a row as a pass wants it: as it was stated in one of its forms, as it was last seen
    /// inside another object, or as it is now where the export has no form of it. None when the pass does
    /// not want it.
    fn outgoing(&self, row: u32, pass: &Pass, covered: &Covered) -> Result<Option<Outgoing>> {
        let head = self.head(row)?;
        let kind = head.record.kind();
        let Some(views) = pass.views(kind) else {
            return Ok(None);
        };
        // A user belongs to no repository: only a list of users can put one into a list again.
        if kind == RecordKind::User && !self.is_stated(row, views)? {
            return Ok(None);
        }
        // What belongs to a tombstone is as gone as that.
        if self
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
            stated = self.stated(row, *view)?;
            if stated.is_some() {
                break;
            }
        }
        if stated.is_none() {
            // What another pass has a form of comes in that pass alone.
            let elsewhere = head.is_foreign && self.is_stated(row, covered.of(kind))?;
            if elsewhere || !pass.includes_unstated {
                return Ok(None);
            }
        }
        Ok(Some(self.outgoing_from(row, &head, stated)?))
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
