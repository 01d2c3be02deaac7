//! Lists of comments and events of which nothing is read yet but what lists are cut by.

use std::sync::Arc;

use backlot_model::{Origin, Parent, RecordId, RecordKind, RepositoryName, Timestamp, Value};
use rustc_hash::FxHashSet;

use super::rows;
use super::snapshot::Snapshot;
use crate::codec::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::store::log::{for_each_event, read_commit};
use crate::store::reading::Read;

/// A comment or an event in a list: what a page is cut by, and what `SnapshotLookup::item` reads it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryItem {
    at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    kind: RecordKind,
    issue: Option<RecordId>,
    event: Option<Arc<str>>,
    listed: Listed,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// A record, by its row.
    Record(u32),
    /// An event that happened here to the issue in a row.
    Here(u32, RecordId),
}

impl HistoryItem {
    /// When it was written or happened.
    pub const fn at(&self) -> Option<Timestamp> {
        self.at
    }

    /// When a comment was last changed.
    pub const fn updated_at(&self) -> Option<Timestamp> {
        self.updated_at
    }

    /// Whether it is a comment or an event.
    pub const fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The issue that it belongs to, where that is known.
    pub const fn issue(&self) -> Option<RecordId> {
        self.issue
    }

    /// The word for what happened; none for a comment.
    pub fn event(&self) -> Option<&str> {
        self.event.as_deref()
    }

    pub(crate) const fn listed(&self) -> Listed {
        self.listed
    }
}

impl Snapshot {
    /// The comments and events of an issue, those of its forge's past and those that happened here, in the order
    /// of time. No text is read for it.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such issue, `Gone` when it was deleted.
    pub fn thread(&self, issue: RecordId) -> Result<Vec<HistoryItem>> {
        let row = self.row_of_living(issue, &[RecordKind::Issue])?;
        let mut items = Vec::new();
        rows::children(&self.tables, row, &mut |row| -> Result<()> {
            items.extend(self.listed(row)?);
            Ok(())
        })?;
        self.list_told(row, issue, &mut items)?;
        items.sort_by_key(|item| item.at);
        Ok(items)
    }

    /// All comments or all events of a repository, those of its forge's past and those that happened here, in the
    /// order of time. No text is read for it.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, `Invalid` for another kind of record.
    pub fn history_of(
        &self,
        repository: &RepositoryName,
        kind: RecordKind,
    ) -> Result<Vec<HistoryItem>> {
        if !matches!(kind, RecordKind::Comment | RecordKind::HistoryEvent) {
            let detail = "only comments and events are listed by time";
            return Err(Error::new(ErrorKind::Invalid, kind.plural(), detail));
        }
        let home = self.known_repository(repository)?;
        let mut items = Vec::new();
        rows::for_each_row(&self.tables, home.row, kind, &mut |row| -> Result<()> {
            items.extend(self.listed(row)?);
            Ok(())
        })?;
        if kind == RecordKind::HistoryEvent {
            for row in self.issues_worked_on()? {
                let issue = self.head(row)?.record;
                if issue.repository() == Some(home.id) && self.is_there(&issue)? {
                    self.list_told(row, issue.id(), &mut items)?;
                }
            }
            items.sort_by_key(|item| item.at);
        }
        Ok(items)
    }

    /// The event of a repository's past that a forge calls by this number, or that exports call so because it
    /// happened here.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn event_with_number(
        &self,
        repository: &RepositoryName,
        forge: u8,
        number: u64,
    ) -> Result<Option<HistoryItem>> {
        let home = self.known_repository(repository)?.row;
        let kind = RecordKind::HistoryEvent;
        if let Some(row) = self.row_called(kind, forge, number, Some(home))? {
            return self.listed(row);
        }
        if !RecordId::is_minted(number) {
            return Ok(None);
        }
        let all = self.history_of(repository, kind)?;
        let found = all.into_iter().find(|item| match item.listed {
            Listed::Here(_, id) => id.minted_number() == number,
            Listed::Record(_) => false,
        });
        Ok(found)
    }

    /// The comment or the event in a row as lists have it; none where it is gone, or refers to what is.
    fn listed(&self, row: u32) -> Result<Option<HistoryItem>> {
        let Head { record, .. } = self.head(row)?;
        let kind = record.kind();
        let is_listed = matches!(kind, RecordKind::Comment | RecordKind::HistoryEvent);
        if !is_listed || !self.is_there(&record)? {
            return Ok(None);
        }
        if let Some(source) = record.source()
            && self.link(source)?.is_none()
        {
            return Ok(None);
        }
        Ok(Some(HistoryItem {
            at: record.created_at(),
            updated_at: record.updated_at(),
            kind,
            issue: match record.parent() {
                Some(Parent::Record(parent)) => Some(parent),
                _ => None,
            },
            event: record.event().map(Arc::from),
            listed: Listed::Record(row),
        }))
    }

    /// Adds what happened to an issue here.
    fn list_told(&self, row: u32, issue: RecordId, items: &mut Vec<HistoryItem>) -> Result<()> {
        let told = self.told(row)?.into_iter();
        items.extend(told.map(|told| HistoryItem {
            at: Some(told.at),
            updated_at: None,
            kind: RecordKind::HistoryEvent,
            issue: Some(issue),
            event: Some(Arc::from(told.kind.name())),
            listed: Listed::Here(row, told.id),
        }));
        Ok(())
    }

    /// The rows of the issues to which anything could have happened here: what was only imported has no history
    /// but its forge's.
    fn issues_worked_on(&self) -> Result<Vec<u32>> {
        let mut issues: FxHashSet<RecordId> = FxHashSet::default();
        for sequence in 1..=self.sequence() {
            let Some((commit, extent)) = read_commit(&self.tables, sequence)? else {
                continue;
            };
            if matches!(commit.origin, Origin::Import(_)) {
                continue;
            }
            for_each_event(&self.tables, extent, &mut |logged| {
                let Some(event) = logged.event else {
                    return Ok(());
                };
                match event.record_kind {
                    RecordKind::Issue => _ = issues.insert(event.record),
                    RecordKind::Card => {
                        if let Some(row) = self.tables.row_of(event.record.to_bytes())? {
                            issues.extend(self.head(row)?.record.issue());
                        }
                        let changes = event.changes.iter();
                        issues.extend(changes.filter_map(|change| match change {
                            backlot_model::Change::Set(Value::Issue(issue)) => Some(*issue),
                            _ => None,
                        }));
                    }
                    _ => {}
                }
                Ok(())
            })?;
        }
        let mut rows = Vec::with_capacity(issues.len());
        for issue in issues {
            rows.extend(self.tables.row_of(issue.to_bytes())?);
        }
        rows.sort_unstable();
        Ok(rows)
    }
}
