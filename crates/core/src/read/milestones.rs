//! The milestones of a repository, with how far each has come.

use std::cmp::Ordering;

use backlot_model::{Direction, RecordId, RecordKind, RepositoryName, State, Timestamp};

use super::rows;
use super::snapshot::Snapshot;
use crate::error::Result;
use crate::query::StateFilter;

/// By what milestones are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MilestoneSort {
    /// When they are due; those that are not due at any time come last, in either direction.
    #[default]
    DueOn,
    /// Which part of their issues is closed; none of none is nothing.
    Completeness,
}

/// Which milestones of a repository, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneList {
    /// By state.
    pub state: StateFilter,
    /// By what the list is sorted; ties go by number.
    pub sort: MilestoneSort,
    /// In which direction.
    pub direction: Direction,
}

/// Open ones, the next due first, which is what GitHub lists by default.
impl Default for MilestoneList {
    fn default() -> Self {
        Self {
            state: StateFilter::Open,
            sort: MilestoneSort::DueOn,
            direction: Direction::Ascending,
        }
    }
}

/// A milestone as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneSummary {
    /// The record.
    pub id: RecordId,
    /// The number.
    pub number: u64,
    /// The title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Open or closed.
    pub state: State,
    /// Who created it, by login.
    pub creator: Option<String>,
    /// How many open issues and pull requests it has.
    pub open_issues: u64,
    /// How many closed ones.
    pub closed_issues: u64,
    /// When it is due.
    pub due_on: Option<Timestamp>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

impl Snapshot {
    /// The milestones of a repository that match, in order.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn milestones(
        &self,
        repository: &RepositoryName,
        list: &MilestoneList,
    ) -> Result<Vec<MilestoneSummary>> {
        let repository = self.known_repository(repository)?.row;
        let counts = self.milestone_counts(repository)?;
        let mut found = Vec::new();
        let kind = RecordKind::Milestone;
        rows::for_each_row(&self.tables, repository, kind, &mut |row| -> Result<()> {
            let record = self.head(row)?.record;
            let matches = !record.is_deleted()
                && !record.is_absent()
                && match list.state {
                    StateFilter::All => true,
                    StateFilter::Open => record.state() != Some(&State::Closed),
                    StateFilter::Closed => record.state() == Some(&State::Closed),
                };
            if matches {
                found.push(self.milestone_at(row, counts.get(&row))?);
            }
            Ok(())
        })?;
        // Stable: what is equal stays in the order of numbers.
        found.sort_by(|a, b| compare(list, a, b));
        Ok(found)
    }

    /// The milestone of this number.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or milestone, `Gone` when it was deleted.
    pub fn milestone(&self, repository: &RepositoryName, number: u64) -> Result<MilestoneSummary> {
        let repository = self.known_repository(repository)?.row;
        let (row, _) = rows::milestone(&self.tables, repository, number)?;
        let counts = self.milestone_counts(repository)?;
        self.milestone_at(row, counts.get(&row))
    }

    fn milestone_at(&self, row: u32, counts: Option<&(u64, u64)>) -> Result<MilestoneSummary> {
        let record = self.head(row)?.record;
        let creator = record.author().map(|id| self.login(id)).transpose()?;
        let (open_issues, closed_issues) = counts.copied().unwrap_or_default();
        Ok(MilestoneSummary {
            id: record.id(),
            number: record.number().unwrap_or(0),
            title: record.title().unwrap_or_default().to_owned(),
            description: record.description().map(str::to_owned),
            state: record.state().cloned().unwrap_or(State::Open),
            creator: creator.flatten(),
            open_issues,
            closed_issues,
            due_on: record.due_on(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
            closed_at: record.closed_at(),
        })
    }
}

fn compare(list: &MilestoneList, a: &MilestoneSummary, b: &MilestoneSummary) -> Ordering {
    let directed = |ascending: Ordering| match list.direction {
        Direction::Ascending => ascending,
        Direction::Descending => ascending.reverse(),
    };
    match list.sort {
        MilestoneSort::DueOn => match (a.due_on, b.due_on) {
            (Some(a), Some(b)) => directed(a.cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        },
        MilestoneSort::Completeness => {
            // As fractions, without a division: a/b against c/d is a*d against c*b.
            let parts = |milestone: &MilestoneSummary| {
                let closed = u128::from(milestone.closed_issues);
                (closed, (closed + u128::from(milestone.open_issues)).max(1))
            };
            let ((a, of_a), (b, of_b)) = (parts(a), parts(b));
            directed((a * of_b).cmp(&(b * of_a)))
        }
    }
}
