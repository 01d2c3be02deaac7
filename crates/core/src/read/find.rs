//! Finding a record by the number by which a forge, or an export, calls it.

use backlot_model::{ForeignId, Parent, Record, RecordId, RecordKind, RepositoryName, View};

use rustc_hash::FxHashMap;

use super::history_items::{Listed, is_listed};
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::{TextPointer, head_id};
use crate::derive::EMBEDDED_FORM;
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

impl Snapshot {
    /// The record of a kind that a forge calls by this number, or that exports call so, because the forge has
    /// given it none: [`RecordId::minted_number`]. In a repository, or without one in all of the store, with the
    /// boards of organisations and people. Users belong to no repository, and are looked for at all hosts.
    /// None where there is none, or it is gone, or what it belongs to is.
    ///
    /// The number of an issue or a milestone in its repository is another one; [`Snapshot::issue`] and
    /// [`Snapshot::milestone`] take that.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn find(
        &self,
        kind: RecordKind,
        forge: u8,
        number: u64,
        repository: Option<&RepositoryName>,
    ) -> Result<Option<RecordId>> {
        let home = match repository {
            Some(name) if kind != RecordKind::User => Some(self.known_repository(name)?.row),
            _ => None,
        };
        let row = self.row_called(kind, forge, number, home)?;
        row.map(|row| Ok(self.head(row)?.record.id())).transpose()
    }

    /// The row of such a record.
    pub(super) fn row_called(
        &self,
        kind: RecordKind,
        forge: u8,
        number: u64,
        home: Option<u32>,
    ) -> Result<Option<u32>> {
        // Most of what is asked for stands where it was made.
        if let Some(home) = home
            && let Some(row) = self.row_in(&home.to_be_bytes(), kind, forge, number, Some(home))?
        {
            return Ok(Some(row));
        }
        let mut places = Vec::new();
        let mut from = Vec::new();
        while let Some(key) = self.tables.next_foreign(&from)? {
            let Some(scope) = keys::foreign_scope(&key) else {
                break;
            };
            // What was transferred is known where it was before.
            if let Some(row) = self.row_in(scope, kind, forge, number, home)? {
                return Ok(Some(row));
            }
            places.extend(keys::scope_row(scope));
            from = scope.to_vec();
            if !next_prefix(&mut from) {
                break;
            }
        }
        if !RecordId::is_minted(number) {
            return Ok(None);
        }
        // What only another forge stated has no number of this one, so that exports call it by that of its
        // identifier, which no table has.
        let places = match (home, kind) {
            (Some(home), _) => vec![home],
            (None, RecordKind::User) => vec![0],
            (None, RecordKind::Repository) => {
                let all = self.repositories()?;
                all.into_iter().map(|repository| repository.row).collect()
            }
            (None, _) => places,
        };
        for place in places {
            if let Some(row) = self.row_minted(place, kind, forge, number)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The row of the record that is known by a number in a scope.
    fn row_in(
        &self,
        scope: &[u8],
        kind: RecordKind,
        forge: u8,
        number: u64,
        home: Option<u32>,
    ) -> Result<Option<u32>> {
        let born_here = RecordId::is_minted(number).then_some(keys::BORN_HERE);
        for forge in [Some(forge), born_here].into_iter().flatten() {
            let key = keys::foreign_in(scope, kind, forge, number);
            if let Some(row) = self.tables.foreign_row(&key)?
                && self.is_at(row, kind, home)?
            {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The row of the record of a kind in a place whose identifier has this number, and to which the forge
    /// has not given another one.
    fn row_minted(
        &self,
        place: u32,
        kind: RecordKind,
        forge: u8,
        number: u64,
    ) -> Result<Option<u32>> {
        let mut found = Vec::new();
        if is_listed(kind) {
            let all = self.history_at(place, kind)?;
            let called = all.iter().filter(|item| item.minted_number() == number);
            found.extend(called.filter_map(|item| match item.listed() {
                Listed::Record(row, _) => Some(row),
                Listed::Here(..) => None,
            }));
        } else {
            rows::for_each_row(&self.tables, place, kind, &mut |row| -> Result<()> {
                if let Some(bytes) = self.tables.record(row)?
                    && head_id(&bytes)?.minted_number() == number
                {
                    found.push(row);
                }
                Ok(())
            })?;
        }
        for row in found {
            let home = (kind != RecordKind::User).then_some(place);
            if self.is_at(row, kind, home)? && !self.is_numbered_by(row, forge)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Whether a forge has given the record in a row a number.
    fn is_numbered_by(&self, row: u32, forge: u8) -> Result<bool> {
        for ([.., by, form], _) in self.tables.statements_of(row)? {
            let view = View {
                forge,
                form: form & !EMBEDDED_FORM,
            };
            if by == forge && matches!(self.stated(row, view)?, Some((_, ForeignId::Number(_), _)))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the record in a row is of a kind, there, and in this place, if one is named.
    fn is_at(&self, row: u32, kind: RecordKind, home: Option<u32>) -> Result<bool> {
        let record = self.head(row)?.record;
        let mut known = Known::default();
        Ok(record.kind() == kind && self.is_record_at(&record, row, home, &mut known)?)
    }

    /// The same of a record that has been read.
    pub(super) fn is_record_at(
        &self,
        record: &Record<TextPointer>,
        row: u32,
        home: Option<u32>,
        known: &mut Known,
    ) -> Result<bool> {
        if let Some(home) = home {
            let place = match (record.kind(), record.belongs_to()) {
                (RecordKind::Repository, _) => Some(row),
                (_, Some(place)) => self.tables.row_of(place.to_bytes())?,
                _ => None,
            };
            if place != Some(home) {
                return Ok(false);
            }
        }
        self.is_there_as_known(record, known)
    }

    /// Whether a record and all that it belongs to is there: what belongs to a tombstone is as gone as that.
    pub(crate) fn is_there(&self, record: &Record<TextPointer>) -> Result<bool> {
        self.is_there_as_known(record, &mut Known::default())
    }

    fn is_there_as_known(&self, record: &Record<TextPointer>, known: &mut Known) -> Result<bool> {
        if record.is_deleted() || record.is_absent() {
            return Ok(false);
        }
        let parent = match record.parent() {
            Some(Parent::Record(parent)) => Some(parent),
            _ => None,
        };
        let shown = record.issue().filter(|_| record.kind() == RecordKind::Card);
        let above = [parent, shown, record.container(), record.repository()];
        for id in above.into_iter().flatten() {
            if !self.is_known_there(id, known)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a record that others belong or refer to is there.
    pub(super) fn is_known_there(&self, id: RecordId, known: &mut Known) -> Result<bool> {
        if let Some(is_there) = known.there.get(&id) {
            return Ok(*is_there);
        }
        let is_there = match self.tables.row_of(id.to_bytes())? {
            Some(row) => self.is_there_as_known(&self.head(row)?.record, known)?,
            None => false,
        };
        known.there.insert(id, is_there);
        Ok(is_there)
    }

    /// The issue of a comment to which something happened; none of what is no comment.
    pub(super) fn commented(&self, id: RecordId, known: &mut Known) -> Result<Option<RecordId>> {
        if let Some(issue) = known.issues.get(&id) {
            return Ok(*issue);
        }
        let record = match self.tables.row_of(id.to_bytes())? {
            Some(row) => Some(self.head(row)?.record),
            None => None,
        };
        let comment = record.filter(|record| record.kind() == RecordKind::Comment);
        let issue = match comment.and_then(|comment| comment.parent()) {
            Some(Parent::Record(issue)) => Some(issue),
            _ => None,
        };
        known.issues.insert(id, issue);
        Ok(issue)
    }
}

/// What was found of records on one way through many that belong to them.
#[derive(Default)]
pub(super) struct Known {
    /// Whether they are there.
    there: FxHashMap<RecordId, bool>,
    /// The issues of comments; of what is no comment, none.
    issues: FxHashMap<RecordId, Option<RecordId>>,
}

/// Makes a prefix the smallest key after all that begin with it; whether there is any.
fn next_prefix(prefix: &mut Vec<u8>) -> bool {
    while let Some(last) = prefix.pop() {
        if let Some(next) = last.checked_add(1) {
            prefix.push(next);
            return true;
        }
    }
    false
}
