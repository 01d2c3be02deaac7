//! Lists of issues: which ones, in which order, and a page at a time.

use std::cmp::Ordering;
use std::sync::Arc;

use backlot_model::{RecordId, RecordKind, RepositoryName, State, StateReason, Timestamp};

use super::rows::rows_of_login;
use super::snapshot::{RepositorySummary, Snapshot};
use crate::derive::{ColumnEntry, RepositoryColumns};
use crate::error::{Error, Result};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// Which issues by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StateFilter {
    /// Open ones, which is what forges list by default.
    #[default]
    Open,
    /// Closed ones.
    Closed,
    /// All.
    All,
}

/// Issues, pull requests, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum KindFilter {
    /// Both, as forges list them.
    #[default]
    All,
    /// Only what is no pull request.
    Issues,
    /// Only pull requests.
    PullRequests,
}

/// Which issues by a user or a milestone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<T> {
    /// Those that have any.
    Any,
    /// Those that have none.
    None,
    /// Those that have this one.
    Is(T),
}

/// Which issues by milestone: by its number or by its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MilestoneFilter {
    /// The number of the milestone.
    Number(u64),
    /// The title of the milestone, without regard to case.
    Title(String),
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum IssueSort {
    /// When the issue was created, which is the default of forges.
    #[default]
    Created,
    /// When the issue was last changed.
    Updated,
    /// How many comments it has.
    Comments,
    /// Its number.
    Number,
}

/// In which direction a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    /// The greatest first, which is the default of forges.
    #[default]
    Descending,
    /// The smallest first.
    Ascending,
}

/// Which issues of a repository, and in which order. Every part that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct IssueFilter {
    /// By state.
    pub state: StateFilter,
    /// Issues, pull requests, or both.
    pub kind: KindFilter,
    /// The labels that an issue must all have, by name without regard to case.
    pub labels: Vec<String>,
    /// By milestone.
    pub milestone: Option<Named<MilestoneFilter>>,
    /// By assignee, by login.
    pub assignee: Option<Named<String>>,
    /// By author, by login.
    pub author: Option<String>,
    /// Only issues whose title has this text, without regard to case.
    pub title: Option<String>,
    /// By what the list is sorted; ties go by number, in the same direction.
    pub sort: IssueSort,
    /// In which direction.
    pub direction: Direction,
}

/// An issue as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueSummary {
    /// The record.
    pub id: RecordId,
    /// The number.
    pub number: u64,
    /// The title.
    pub title: String,
    /// Open or closed.
    pub state: State,
    /// Why the state is what it is.
    pub state_reason: Option<StateReason>,
    /// Whether it is a pull request.
    pub is_pull_request: bool,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether its conversation is locked.
    pub is_locked: bool,
    /// The author's login.
    pub author: Option<String>,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// The logins of its assignees.
    pub assignees: Vec<String>,
    /// The title of its milestone.
    pub milestone: Option<String>,
    /// How many comments it has.
    pub comments: u64,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// The issues that match a filter. They are found at once, and read a page at a time.
pub struct IssueList<'a> {
    snapshot: &'a Snapshot,
    columns: Arc<RepositoryColumns>,
    matches: Vec<u32>,
    order: (IssueSort, Direction),
}

impl Snapshot {
    /// The issues of a repository that match a filter.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository. A label, a milestone or a user that does not
    /// exist is no error: nothing matches it.
    pub fn issues(
        &self,
        repository: &RepositoryName,
        filter: &IssueFilter,
    ) -> Result<IssueList<'_>> {
        let repository = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let columns = self.list_columns(repository.row)?;
        let order = (filter.sort, filter.direction);
        let mut matches = Vec::new();
        if let Some(plan) = Plan::new(self, &repository, filter)? {
            for (at, entry) in columns.entries.iter().enumerate() {
                if plan.matches(&columns, entry) {
                    matches.push(at as u32);
                }
            }
        }
        if let Some(title) = &filter.title {
            let wanted = title.to_lowercase();
            let mut kept = Vec::new();
            for at in matches {
                let Some(entry) = columns.entries.get(at as usize) else {
                    continue;
                };
                let record = self.head(entry.row)?.record;
                if record
                    .title()
                    .is_some_and(|title| title.to_lowercase().contains(&wanted))
                {
                    kept.push(at);
                }
            }
            matches = kept;
        }
        Ok(IssueList {
            snapshot: self,
            columns,
            matches,
            order,
        })
    }

    pub(crate) fn summary(&self, row: u32) -> Result<IssueSummary> {
        let record = self.head(row)?.record;
        let name = |id: RecordId| -> Result<String> { Ok(self.login(id)?.unwrap_or_default()) };
        Ok(IssueSummary {
            id: record.id(),
            number: record.number().unwrap_or(0),
            title: record.title().unwrap_or_default().to_owned(),
            state: record.state().cloned().unwrap_or(State::Open),
            state_reason: record.state_reason().cloned(),
            is_pull_request: record.is_pull_request(),
            is_draft: record.is_draft(),
            is_locked: record.is_locked(),
            author: record.author().map(name).transpose()?,
            labels: record
                .labels()
                .iter()
                .map(|id| name(*id))
                .collect::<Result<_>>()?,
            assignees: record
                .assignees()
                .iter()
                .map(|id| name(*id))
                .collect::<Result<_>>()?,
            milestone: record.milestone().map(name).transpose()?,
            comments: record.comment_count(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
            closed_at: record.closed_at(),
        })
    }
}

impl IssueList<'_> {
    /// How many issues match.
    pub fn total(&self) -> usize {
        self.matches.len()
    }

    /// The issues of a page, counted from 1. A page after the last one is empty.
    pub fn page(&mut self, page: usize, per_page: usize) -> Result<Vec<IssueSummary>> {
        let start = page
            .saturating_sub(1)
            .saturating_mul(per_page)
            .min(self.matches.len());
        let end = start.saturating_add(per_page).min(self.matches.len());
        if start == end {
            return Ok(Vec::new());
        }
        let (columns, order) = (&self.columns, self.order);
        let compare = |a: &u32, b: &u32| match (
            columns.entries.get(*a as usize),
            columns.entries.get(*b as usize),
        ) {
            (Some(a), Some(b)) => compare(order, a, b),
            _ => Ordering::Equal,
        };
        // Only what stands before the end of the page has to be in order.
        if end < self.matches.len() {
            self.matches.select_nth_unstable_by(end, compare);
        }
        self.matches[..end].sort_unstable_by(compare);
        let rows = self.matches[start..end]
            .iter()
            .filter_map(|at| columns.entries.get(*at as usize));
        rows.map(|entry| self.snapshot.summary(entry.row)).collect()
    }
}

fn compare(
    (sort, direction): (IssueSort, Direction),
    a: &ColumnEntry,
    b: &ColumnEntry,
) -> Ordering {
    let ascending = match sort {
        IssueSort::Created => a.created_at.cmp(&b.created_at),
        IssueSort::Updated => a.updated_at.cmp(&b.updated_at),
        IssueSort::Comments => a.comments.cmp(&b.comments),
        IssueSort::Number => Ordering::Equal,
    }
    .then(a.number.cmp(&b.number));
    match direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    }
}

/// A filter with its names turned into rows.
struct Plan {
    state: StateFilter,
    kind: KindFilter,
    labels: Vec<u32>,
    milestones: Option<Named<Vec<u32>>>,
    assignee: Option<Named<Vec<u32>>>,
    author: Option<Vec<u32>>,
}

impl Plan {
    /// None when a name does not exist, so that nothing can match.
    fn new(
        snapshot: &Snapshot,
        repository: &RepositorySummary,
        filter: &IssueFilter,
    ) -> Result<Option<Self>> {
        let find = |owner: u32, kind: RecordKind, name: &str| {
            snapshot.tables.name(&keys::name(owner, kind, name))
        };
        let mut labels = Vec::new();
        for label in &filter.labels {
            match find(repository.row, RecordKind::Label, label)? {
                Some(row) => labels.push(row),
                None => return Ok(None),
            }
        }
        let assignee = match &filter.assignee {
            Some(Named::Is(login)) => Some(Named::Is(rows_of_login(&snapshot.tables, login)?)),
            Some(Named::Any) => Some(Named::Any),
            Some(Named::None) => Some(Named::None),
            None => None,
        };
        let author = match &filter.author {
            Some(login) => Some(rows_of_login(&snapshot.tables, login)?),
            None => None,
        };
        let milestones = match &filter.milestone {
            Some(Named::Is(wanted)) => {
                Some(Named::Is(snapshot.milestone_rows(repository.row, wanted)?))
            }
            Some(Named::Any) => Some(Named::Any),
            Some(Named::None) => Some(Named::None),
            None => None,
        };
        let (state, kind) = (filter.state, filter.kind);
        Ok(Some(Self {
            state,
            kind,
            labels,
            milestones,
            assignee,
            author,
        }))
    }

    fn matches(&self, columns: &RepositoryColumns, entry: &ColumnEntry) -> bool {
        let state = match self.state {
            StateFilter::Open => !entry.has(ColumnEntry::CLOSED | ColumnEntry::OTHER_STATE),
            StateFilter::Closed => entry.has(ColumnEntry::CLOSED),
            StateFilter::All => true,
        };
        let kind = match self.kind {
            KindFilter::All => true,
            KindFilter::Issues => !entry.has(ColumnEntry::PULL_REQUEST),
            KindFilter::PullRequests => entry.has(ColumnEntry::PULL_REQUEST),
        };
        state
            && kind
            && self
                .author
                .as_ref()
                .is_none_or(|rows| rows.contains(&entry.author))
            && match &self.milestones {
                None => true,
                Some(Named::Any) => entry.milestone != 0,
                Some(Named::None) => entry.milestone == 0,
                Some(Named::Is(rows)) => rows.contains(&entry.milestone),
            }
            && match &self.assignee {
                None => true,
                Some(Named::Any) => !entry.assignees.is_empty(),
                Some(Named::None) => entry.assignees.is_empty(),
                Some(Named::Is(rows)) => columns
                    .rows(&entry.assignees)
                    .iter()
                    .any(|row| rows.contains(row)),
            }
            && self
                .labels
                .iter()
                .all(|label| columns.rows(&entry.labels).contains(label))
    }
}

impl Snapshot {
    /// The milestones that a filter means. Titles need not be unique: all that bear it are meant.
    fn milestone_rows(&self, repository: u32, wanted: &MilestoneFilter) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        match wanted {
            MilestoneFilter::Number(number) => {
                let key = keys::number(repository, Space::Milestone, *number);
                if let Some([row @ .., _]) = self.tables.number(key)? {
                    found.push(u32::from_be_bytes(row));
                }
            }
            MilestoneFilter::Title(title) => {
                let wanted = title.to_lowercase();
                super::rows::for_each_row(
                    &self.tables,
                    repository,
                    RecordKind::Milestone,
                    &mut |row| -> Result<()> {
                        if self.name_at(row)?.to_lowercase() == wanted {
                            found.push(row);
                        }
                        Ok(())
                    },
                )?;
            }
        }
        Ok(found)
    }
}
