//! One issue with its text and its links to others.

use backlot_model::{
    AuthorAssociation, LockReason, Reactions, Record, RecordId, RecordKind, RepositoryName, State,
    StateReason,
};

use super::issues::IssueSummary;
use super::rows;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};
use crate::store::reading::Read;

/// An issue with its text and its links to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueDetail {
    /// What a list shows of it.
    pub summary: IssueSummary,
    /// The body, if it has one.
    pub body: Option<String>,
    /// Why its conversation is locked, if that was said.
    pub lock_reason: Option<LockReason>,
    /// Whether it is pinned to the top of its repository.
    pub is_pinned: bool,
    /// Its type.
    pub issue_type: Option<String>,
    /// What its author is to the repository, where that is known.
    pub author_association: Option<AuthorAssociation>,
    /// The login of who closed it.
    pub closed_by: Option<String>,
    /// How many reactions it has.
    pub reactions: Reactions,
    /// The issue that it is a sub-issue of.
    pub parent: Option<IssueLink>,
    /// Its sub-issues, in their order.
    pub sub_issues: Vec<IssueLink>,
    /// The issues that it waits for.
    pub blocked_by: Vec<IssueLink>,
    /// The issues that wait for it.
    pub blocking: Vec<IssueLink>,
    /// The issue that it says again.
    pub duplicate_of: Option<IssueLink>,
    /// The record.
    pub record: Record,
    pub(super) row: u32,
}

/// An issue as another one refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueLink {
    /// The record.
    pub id: RecordId,
    /// The `owner/name` of its repository.
    pub repository: String,
    /// Its number there.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Open or closed.
    pub state: State,
    /// Why the state is what it is.
    pub state_reason: Option<StateReason>,
    /// Whether it is a pull request.
    pub is_pull_request: bool,
}

impl Snapshot {
    /// The issue or pull request of this number.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or no such issue in it, `Gone` when it was deleted,
    /// `Moved` when it went to another repository.
    pub fn issue(&self, repository: &RepositoryName, number: u64) -> Result<IssueDetail> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let (row, head) = rows::issue(&self.tables, known.row, number)?;
        let record = self.with_reactions(row, head)?;
        let closed_by = match record.closed_by() {
            Some(user) => self.login(user)?,
            None => None,
        };
        Ok(IssueDetail {
            summary: IssueSummary {
                reactions: record.reactions(),
                ..self.summary(row)?
            },
            body: record.body().cloned(),
            lock_reason: record.lock_reason().cloned(),
            is_pinned: record.is_pinned(),
            issue_type: record.issue_type().map(str::to_owned),
            author_association: record.author_association().cloned(),
            closed_by,
            reactions: record.reactions(),
            parent: self.optional_link(record.parent_issue())?,
            sub_issues: self.links(record.sub_issues())?,
            blocked_by: self.links(record.blocked_by())?,
            blocking: self.links(record.blocking())?,
            duplicate_of: self.optional_link(record.duplicate_of())?,
            record,
            row,
        })
    }

    /// The record of the issue or pull request of this number, of which nothing else is read.
    ///
    /// # Errors
    /// Those of [`Snapshot::issue`].
    pub fn issue_id(&self, repository: &RepositoryName, number: u64) -> Result<RecordId> {
        let known = self.known_repository(repository)?.row;
        let (_, head) = rows::issue(&self.tables, known, number)?;
        Ok(head.record.id())
    }

    /// An issue as others refer to it; none when it was deleted or its creation was undone.
    pub(crate) fn link(&self, id: RecordId) -> Result<Option<IssueLink>> {
        let Some(row) = self.tables.row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let record = self.head(row)?.record;
        if record.kind() != RecordKind::Issue || record.is_deleted() || record.is_absent() {
            return Ok(None);
        }
        let repository = match record.repository() {
            Some(repository) => self.login(repository)?,
            None => None,
        };
        Ok(Some(IssueLink {
            id,
            repository: repository.unwrap_or_default(),
            number: record.number().unwrap_or(0),
            title: record.title().unwrap_or_default().to_owned(),
            state: record.state().cloned().unwrap_or(State::Open),
            state_reason: record.state_reason().cloned(),
            is_pull_request: record.is_pull_request(),
        }))
    }

    fn optional_link(&self, id: Option<RecordId>) -> Result<Option<IssueLink>> {
        match id {
            Some(id) => self.link(id),
            None => Ok(None),
        }
    }

    fn links(&self, ids: &[RecordId]) -> Result<Vec<IssueLink>> {
        let mut links = Vec::with_capacity(ids.len());
        for id in ids {
            links.extend(self.link(*id)?);
        }
        Ok(links)
    }
}
