//! The past of a store: the same questions, asked of an earlier state.

use std::fmt;
use std::sync::Mutex;

use backlot_model::{Record, RecordId, RecordKind, RepositoryName, Timestamp};

use super::fields::FieldSet;
use super::kept::Kept;
use super::looking::{Cut, Looking, Then, is_of};
use super::rows::{children_ever, rows_ever};
use crate::error::{Error, Result};
use crate::read::{IssueSummary, Snapshot};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// An earlier state of a store: what it knew after a commit ([`Snapshot::as_known`]), or what was so at a
/// moment ([`Snapshot::as_of`]). What each field is certain by, `docs/time.md` says.
///
/// An issue costs its own history. A list needs that of all the issues that its repositories ever had; what it
/// found of them is kept for the next list of this past, about as much memory as the list columns of now.
///
/// ```
/// # use backlot_core::{NewIssue, QueryOptions, StoreOptions};
/// # use backlot_model::{Actor, ParseOptions, Query};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = StoreOptions::new().in_memory()?;
/// let mut tx = store.write(Actor::login("mona"), "first issues")?;
/// let mut repository = tx.create_repository(&"octo/hello".parse()?)?;
/// repository.create_issue(NewIssue::titled("Crash on start"))?;
/// let first = tx.commit()?.ok_or("nothing was done")?;
/// let mut tx = store.write(Actor::login("mona"), "gone again")?;
/// tx.repository("octo/hello")?.delete_issue(1)?;
/// tx.commit()?;
///
/// let snapshot = store.read()?;
/// let query = Query::parse("is:open crash", &ParseOptions::default())?;
/// let past = snapshot.as_known(first.sequence);
/// let mut list = past.query(&query, &QueryOptions::new())?;
/// for issue in list.page(1, 30)? {
///     assert_eq!(issue.summary.title, "Crash on start");
///     assert!(issue.unknown.is_empty());
/// }
/// assert_eq!(list.total(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Past<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) cut: Cut,
    pub(super) kept: Mutex<Kept>,
}

impl fmt::Debug for Past<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Past");
        shown.field("cut", &self.cut).finish_non_exhaustive()
    }
}

/// An issue as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIssue {
    /// What a list shows of it.
    pub summary: IssueSummary,
    /// The body, if it had one.
    pub body: Option<String>,
    /// The record. A label or a milestone that the forge's events tell of and that has no record stands in
    /// it under an identifier made of its name.
    pub record: Record,
    /// The fields whose value is not known: what stands there is the best guess.
    pub unknown: FieldSet,
}

/// A label, a milestone, a comment or another record as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRecord {
    /// The record.
    pub record: Record,
    /// The fields whose value is not known: what stands there is the best guess. [`Absent`] among them
    /// says that it is not known whether the record was there already, [`Deleted`] that it may have been
    /// gone.
    ///
    /// [`Absent`]: backlot_model::Field::Absent
    /// [`Deleted`]: backlot_model::Field::Deleted
    pub unknown: FieldSet,
}

impl Snapshot {
    /// What the store knew after the commit at this place of the log, just as it knew it then. A place
    /// beyond the last commit means the last one; 0 means the empty store.
    pub fn as_known(&self, sequence: u64) -> Past<'_> {
        Past::new(self, Cut::Known(sequence))
    }

    /// What was so at a moment, as far as this snapshot knows: exactly where it was done here, and as far as
    /// the forge's events tell where it was imported. Each answer says which fields are not known.
    pub fn as_of(&self, moment: Timestamp) -> Past<'_> {
        Past::new(self, Cut::Of(moment))
    }

    /// The row of a record.
    pub(crate) fn row(&self, id: RecordId) -> Result<Option<u32>> {
        self.tables.row_of(id.to_bytes())
    }
}

impl<'a> Past<'a> {
    fn new(snapshot: &'a Snapshot, cut: Cut) -> Self {
        Self {
            snapshot,
            cut,
            kept: Mutex::default(),
        }
    }

    pub(super) fn looking(&self) -> Looking<'a> {
        Looking::new(self.snapshot, self.cut)
    }

    /// The issue or pull request that had this number.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository or no such issue in it, `Gone` when it was deleted
    /// by then, `Moved` when it had gone to another repository.
    pub fn issue(&self, repository: &RepositoryName, number: u64) -> Result<PastIssue> {
        let mut looking = self.looking();
        let then = self.find_issue(&mut looking, repository, number)?;
        self.issue_in_full(&mut looking, then)
    }

    fn issue_in_full(&self, looking: &mut Looking<'a>, then: Then) -> Result<PastIssue> {
        let summary = looking.summary(&then)?;
        let record = looking.in_full(then.record)?;
        Ok(PastIssue {
            summary,
            body: record.body().cloned(),
            record,
            unknown: then.unknown,
        })
    }

    fn find_issue(
        &self,
        looking: &mut Looking<'a>,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Then> {
        let known = looking.repository(repository)?;
        let name = || format!("{repository}#{number}");
        let tables = &self.snapshot.tables;
        let now = tables.number(keys::number(known.row, Space::Issue, number))?;
        let mut elsewhere = None;
        let mut was_deleted = false;
        let first = now.map(|[row @ .., _]| u32::from_be_bytes(row));
        let mut rows: Vec<u32> = first.into_iter().collect();
        let mut is_all = false;
        let mut next = 0;
        loop {
            let Some(row) = rows.get(next).copied() else {
                if is_all || was_deleted {
                    break;
                }
                // The number may have passed to another issue since.
                is_all = true;
                rows.extend(rows_ever(self.snapshot, known.row, RecordKind::Issue)?);
                continue;
            };
            next += 1;
            let Some(then) = looking.then(row)? else {
                continue;
            };
            let is_here = is_of(&then, known.record.id());
            let is_numbered = is_here && then.record.number() == Some(number);
            if is_numbered && then.is_there() {
                return Ok(then);
            }
            was_deleted |= is_numbered && then.record.is_deleted();
            if next == 1 && !is_here && then.is_there() {
                elsewhere = then.record.repository().zip(then.record.number());
            }
        }
        if was_deleted {
            return Err(Error::gone("issue", name()));
        }
        if let Some((id, there)) = elsewhere {
            let new_home = looking.name(id)?.unwrap_or_default();
            return Err(Error::moved(name(), new_home, there));
        }
        Err(Error::unknown("issue", name()))
    }

    /// The labels that a repository had, by name.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository.
    pub fn labels(&self, repository: &RepositoryName) -> Result<Vec<PastRecord>> {
        let mut labels = self.records(repository, RecordKind::Label)?;
        labels.sort_by_cached_key(|label| label.record.name().map(str::to_lowercase));
        Ok(labels)
    }

    /// The milestones that a repository had, by number.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository.
    pub fn milestones(&self, repository: &RepositoryName) -> Result<Vec<PastRecord>> {
        let mut milestones = self.records(repository, RecordKind::Milestone)?;
        milestones.sort_by_key(|milestone| milestone.record.number());
        Ok(milestones)
    }

    fn records(&self, repository: &RepositoryName, kind: RecordKind) -> Result<Vec<PastRecord>> {
        let mut looking = self.looking();
        let known = looking.repository(repository)?;
        let rows = rows_ever(self.snapshot, known.row, kind)?;
        let mut found = Vec::new();
        for row in rows {
            let then = looking.then(row)?.filter(Then::is_there);
            if let Some(then) = then.filter(|then| is_of(then, known.record.id())) {
                found.push(PastRecord {
                    record: looking.in_full(then.record)?,
                    unknown: then.unknown,
                });
            }
        }
        Ok(found)
    }

    /// The comments that an issue had, the oldest first.
    ///
    /// # Errors
    /// As [`Past::issue`].
    pub fn comments(&self, repository: &RepositoryName, number: u64) -> Result<Vec<PastRecord>> {
        let mut looking = self.looking();
        let issue = self.find_issue(&mut looking, repository, number)?;
        let mut found = Vec::new();
        for row in children_ever(self.snapshot, issue.row, RecordKind::Comment)? {
            let Some(then) = looking.then(row)?.filter(Then::is_there) else {
                continue;
            };
            let id = self.snapshot.head(row)?.foreign_id;
            let order = (then.record.created_at(), keys::tie(id, row));
            let record = PastRecord {
                record: looking.in_full(then.record)?,
                unknown: then.unknown,
            };
            found.push((order, record));
        }
        found.sort_by_key(|(order, _)| *order);
        Ok(found.into_iter().map(|(_, record)| record).collect())
    }

    /// A record as it was; none when it was not there.
    pub fn record(&self, id: RecordId) -> Result<Option<PastRecord>> {
        let mut looking = self.looking();
        match looking.then_of(id)?.filter(Then::is_there) {
            None => Ok(None),
            Some(then) => Ok(Some(PastRecord {
                record: looking.in_full(then.record)?,
                unknown: then.unknown,
            })),
        }
    }
}
