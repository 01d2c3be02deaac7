//! Issues as lists show them.

use backlot_model::{Reactions, RecordId, State, StateReason, Timestamp};
use rustc_hash::FxHashMap;

use super::snapshot::Snapshot;
use crate::error::Result;

/// An issue as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueSummary {
    /// The record.
    pub id: RecordId,
    /// The `owner/name` of its repository.
    pub repository: String,
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
    /// The name of its type.
    pub issue_type: Option<String>,
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
    /// How many reactions of each kind it has.
    pub reactions: Reactions,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// Reads the issues of a page, and each name in it once.
pub(crate) struct Summaries<'a> {
    snapshot: &'a Snapshot,
    names: FxHashMap<RecordId, String>,
}

impl<'a> Summaries<'a> {
    pub(crate) fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            names: FxHashMap::default(),
        }
    }

    /// What a list shows of the issue in this row.
    pub(crate) fn summary(&mut self, row: u32) -> Result<IssueSummary> {
        let record = self.snapshot.head(row)?.record;
        let mut name = |id: RecordId| -> Result<String> {
            if let Some(name) = self.names.get(&id) {
                return Ok(name.clone());
            }
            let name = self.snapshot.login(id)?.unwrap_or_default();
            self.names.insert(id, name.clone());
            Ok(name)
        };
        let mut names =
            |ids: &[RecordId]| -> Result<Vec<String>> { ids.iter().map(|id| name(*id)).collect() };
        let (labels, assignees) = (names(record.labels())?, names(record.assignees())?);
        Ok(IssueSummary {
            id: record.id(),
            repository: record.repository().map_or(Ok(String::new()), &mut name)?,
            number: record.number().unwrap_or(0),
            title: record.title().unwrap_or_default().to_owned(),
            state: record.state().cloned().unwrap_or(State::Open),
            state_reason: record.state_reason().cloned(),
            is_pull_request: record.is_pull_request(),
            is_draft: record.is_draft(),
            is_locked: record.is_locked(),
            issue_type: record.issue_type().map(str::to_owned),
            author: record.author().map(&mut name).transpose()?,
            labels,
            assignees,
            milestone: record.milestone().map(&mut name).transpose()?,
            comments: record.comment_count(),
            reactions: record.reactions(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
            closed_at: record.closed_at(),
        })
    }
}

impl Snapshot {
    /// What a list shows of the issue in this row.
    pub(crate) fn summary(&self, row: u32) -> Result<IssueSummary> {
        Summaries::new(self).summary(row)
    }
}
