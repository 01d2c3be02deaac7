//! Lists of comments and events of which nothing is read yet but what lists are cut by.

use std::sync::Arc;

use backlot_model::{Parent, RecordId, RecordKind, RepositoryName, Timestamp};

use super::find::Known;
use super::history_since::Since;
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::store::keys;
use crate::store::reading::Read;

/// A comment or an event in a list: what a page is cut by, and what `SnapshotLookup::item` reads it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryItem {
    at: Option<Timestamp>,
    /// Where it stands that has no moment.
    placed: Option<Placed>,
    updated_at: Option<Timestamp>,
    kind: RecordKind,
    issue: Option<RecordId>,
    event: Option<Arc<str>>,
    /// Whether it happened to a comment.
    is_below: bool,
    number: u64,
    listed: Listed,
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// A record, by its row, and what decides between it and others of the same moment.
    Record(u32, u64),
    /// An event that happened here to the issue in a row.
    Here(u32, RecordId),
}

/// Where something stands that has no moment of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Right before what is of this moment.
    Before(Timestamp),
    /// Right after what is of this moment.
    After(Timestamp),
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

    /// Has it stand where it was listed.
    pub(super) const fn place(&mut self, placed: Option<Placed>) {
        self.placed = placed;
    }

    pub(crate) const fn listed(&self) -> Listed {
        self.listed
    }

    /// The number by which exports call it where no forge has given it one.
    pub(super) const fn minted_number(&self) -> u64 {
        self.number
    }

    /// What lists are sorted by: the order of time; of one moment, what forges tell before what happened here.
    fn order(&self) -> (Timestamp, u64, u32) {
        let placed = match (self.placed, self.listed) {
            (Some(Placed::Before(at)), Listed::Record(row, _)) => return (at, 0, row),
            (Some(Placed::After(at)), _) => Some(at),
            _ => None,
        };
        let at = self.at.or(placed).unwrap_or_default();
        match self.listed {
            Listed::Record(row, tie) => (at, tie, row),
            Listed::Here(issue, _) => (at, u64::MAX, issue),
        }
    }
}

impl Snapshot {
    /// The comments and events of an issue, those of its forge's past and those that happened here, in the order
    /// of time; or what a forge tells to have happened to a comment, such as its earlier texts. No text is read for
    /// it, and what was listed once is kept for later snapshots.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such issue or comment, `Gone` when it was deleted.
    pub fn thread(&self, of: RecordId) -> Result<Arc<Vec<HistoryItem>>> {
        let row = self.row_of_living(of, &[RecordKind::Issue, RecordKind::Comment])?;
        let (earlier, ticket) = self.caches().history.earlier_thread(row, self.sequence());
        let items = match earlier {
            Some((sequence, items)) if sequence == self.sequence() => return Ok(items),
            Some((sequence, items)) => match self.since(sequence, &LISTED)? {
                Some(since) => self.thread_brought_forward(of, row, items, &since)?,
                None => Arc::new(self.whole_thread(row)?),
            },
            None => Arc::new(self.whole_thread(row)?),
        };
        self.caches()
            .history
            .keep_thread(row, self.sequence(), &items, ticket);
        Ok(items)
    }

    pub(super) fn whole_thread(&self, row: u32) -> Result<Vec<HistoryItem>> {
        let (mut items, mut known) = (Vec::new(), Known::default());
        rows::children(&self.tables, row, &mut |row| -> Result<()> {
            items.extend(self.listed(row, None, &mut known)?);
            Ok(())
        })?;
        self.list_told(row, None, &mut known, &mut items)?;
        self.place_untimed(&mut items)?;
        items.sort_by_key(HistoryItem::order);
        Ok(items)
    }

    /// An earlier list of an issue, with what became different since.
    fn thread_brought_forward(
        &self,
        of: RecordId,
        row: u32,
        earlier: Arc<Vec<HistoryItem>>,
        since: &Since,
    ) -> Result<Arc<Vec<HistoryItem>>> {
        let was_told = since.issues.binary_search(&row).is_ok();
        let is_same = |item: &&HistoryItem| match item.listed {
            Listed::Record(row, _) => since.records.binary_search(&row).is_err(),
            Listed::Here(..) => !was_told,
        };
        let mut own = Vec::new();
        for record in &since.records {
            if self.head(*record)?.record.parent() == Some(Parent::Record(of)) {
                own.push(*record);
            }
        }
        if !was_told && own.is_empty() && earlier.iter().all(|item| is_same(&item)) {
            return Ok(earlier);
        }
        let mut items: Vec<_> = earlier.iter().filter(is_same).cloned().collect();
        let mut known = Known::default();
        for record in own {
            items.extend(self.listed(record, None, &mut known)?);
        }
        if was_told {
            self.list_told(row, None, &mut known, &mut items)?;
        }
        self.place_untimed(&mut items)?;
        items.sort_by_key(HistoryItem::order);
        Ok(Arc::new(items))
    }

    /// All comments or all events of a repository, those of its forge's past and those that happened here, in the
    /// order of time: those of all its issues, and what belongs to no known one. No text is read for it, and what
    /// was listed once is kept for later snapshots.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, `Invalid` for another kind of record.
    pub fn history_of(
        &self,
        repository: &RepositoryName,
        kind: RecordKind,
    ) -> Result<Arc<Vec<HistoryItem>>> {
        if !is_listed(kind) {
            let detail = "only comments and events are listed by time";
            return Err(Error::new(ErrorKind::Invalid, kind.plural(), detail));
        }
        let home = self.known_repository(repository)?.row;
        self.history_at(home, kind)
    }

    /// The event of a repository's past that a forge calls by this number, or that exports call so because it
    /// happened here.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, `Gone` when the issue was deleted to which an event happened
    /// that the forge itself gave this number.
    pub fn event_with_number(
        &self,
        repository: &RepositoryName,
        forge: u8,
        number: u64,
    ) -> Result<Option<HistoryItem>> {
        let home = self.known_repository(repository)?.row;
        let kind = RecordKind::HistoryEvent;
        if let Some(row) = self.row_called(kind, forge, number, Some(home))? {
            return self.listed(row, Some(home), &mut Known::default());
        }
        let key = keys::foreign_in(&home.to_be_bytes(), kind, forge, number);
        if let Some(row) = self.tables.foreign_row(&key)?
            && let Some(Parent::Record(issue)) = self.head(row)?.record.parent()
            && let Some(row) = self.tables.row_of(issue.to_bytes())?
            && self.head(row)?.record.is_deleted()
        {
            return Err(Error::gone("issue", issue));
        }
        if !RecordId::is_minted(number) {
            return Ok(None);
        }
        let all = self.history_at(home, kind)?;
        let found = all
            .iter()
            .find(|item| matches!(item.listed, Listed::Here(..)) && item.minted_number() == number);
        Ok(found.cloned())
    }

    /// The list of a repository in a row, from memory where nothing or little happened since it was made.
    pub(super) fn history_at(&self, home: u32, kind: RecordKind) -> Result<Arc<Vec<HistoryItem>>> {
        let of = (home, kind);
        let (earlier, ticket) = self.caches().history.earlier(of, self.sequence());
        let items = match earlier {
            Some((sequence, items)) if sequence == self.sequence() => return Ok(items),
            Some((sequence, items)) => match self.since(sequence, &[kind])? {
                Some(since) => self.brought_forward(home, &items, &since)?,
                None => self.all_history(home, kind)?,
            },
            None => self.all_history(home, kind)?,
        };
        let items = Arc::new(items);
        self.caches()
            .history
            .keep(of, self.sequence(), &items, ticket);
        Ok(items)
    }

    pub(super) fn all_history(&self, home: u32, kind: RecordKind) -> Result<Vec<HistoryItem>> {
        let (mut items, mut known) = (Vec::new(), Known::default());
        rows::for_each_row(&self.tables, home, kind, &mut |row| -> Result<()> {
            let item = self.listed(row, Some(home), &mut known)?;
            items.extend(item.filter(|item| !item.is_below));
            Ok(())
        })?;
        if kind == RecordKind::HistoryEvent {
            for issue in self.issues_worked_on()? {
                self.list_told(issue, Some(home), &mut known, &mut items)?;
            }
        }
        items.sort_by_key(HistoryItem::order);
        Ok(items)
    }

    /// An earlier list, with what became different since.
    fn brought_forward(
        &self,
        home: u32,
        earlier: &[HistoryItem],
        since: &Since,
    ) -> Result<Vec<HistoryItem>> {
        let is_same = |item: &&HistoryItem| match item.listed {
            Listed::Record(row, _) => since.records.binary_search(&row).is_err(),
            Listed::Here(issue, _) => since.issues.binary_search(&issue).is_err(),
        };
        let mut items: Vec<_> = earlier.iter().filter(is_same).cloned().collect();
        let mut known = Known::default();
        for row in &since.records {
            let item = self.listed(*row, Some(home), &mut known)?;
            items.extend(item.filter(|item| !item.is_below));
        }
        for issue in &since.issues {
            self.list_told(*issue, Some(home), &mut known, &mut items)?;
        }
        items.sort_by_key(HistoryItem::order);
        Ok(items)
    }

    /// The comment or the event in a row as lists have it; none where it is gone, or refers to what is, or is
    /// not in this repository, if one is named.
    fn listed(
        &self,
        row: u32,
        home: Option<u32>,
        known: &mut Known,
    ) -> Result<Option<HistoryItem>> {
        let Head {
            record, foreign_id, ..
        } = self.head(row)?;
        let kind = record.kind();
        if !is_listed(kind) || !self.is_record_at(&record, row, home, known)? {
            return Ok(None);
        }
        if let Some(source) = record.source()
            && !self.is_known_there(source, known)?
        {
            return Ok(None);
        }
        let parent = match record.parent() {
            Some(Parent::Record(parent)) => Some(parent),
            _ => None,
        };
        let commented = match parent.filter(|_| kind == RecordKind::HistoryEvent) {
            Some(parent) => self.commented(parent, known)?,
            None => None,
        };
        Ok(Some(HistoryItem {
            at: record.created_at(),
            placed: None,
            updated_at: record.updated_at(),
            kind,
            issue: commented.or(parent),
            event: record.event().map(Arc::from),
            is_below: commented.is_some(),
            number: record.id().minted_number(),
            listed: Listed::Record(row, keys::tie(foreign_id, row)),
        }))
    }

    /// Adds what happened here to the issue in a row, if it is there, and in this repository, if one is named.
    fn list_told(
        &self,
        row: u32,
        home: Option<u32>,
        known: &mut Known,
        items: &mut Vec<HistoryItem>,
    ) -> Result<()> {
        let issue = self.head(row)?.record;
        let is_issue = issue.kind() == RecordKind::Issue;
        if !is_issue || !self.is_record_at(&issue, row, home, known)? {
            return Ok(());
        }
        let told = self.told(row)?.into_iter();
        items.extend(told.map(|told| HistoryItem {
            at: Some(told.at),
            placed: None,
            updated_at: None,
            kind: RecordKind::HistoryEvent,
            issue: Some(issue.id()),
            event: Some(Arc::from(told.kind.name())),
            is_below: false,
            number: told.id.minted_number(),
            listed: Listed::Here(row, told.id),
        }));
        Ok(())
    }
}

/// The kinds of records that are listed by time.
const LISTED: [RecordKind; 2] = [RecordKind::Comment, RecordKind::HistoryEvent];

/// Whether records of a kind are listed by time.
pub(super) fn is_listed(kind: RecordKind) -> bool {
    LISTED.contains(&kind)
}
