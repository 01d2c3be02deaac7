//! A user's issues across repositories.

use backlot_model::{Condition, Direction, Query, Sort, SortKey, Test, Timestamp};

use super::filter::{KindFilter, Named, StateFilter, common};
use super::list::IssueList;
use super::options::QueryOptions;
use crate::error::Result;
use crate::read::Snapshot;

/// Which issues of a user, across repositories, and in which order: what forges list at `/issues`,
/// `/orgs/{org}/issues` and `/user/issues`. What is not given is as they have it: open issues and pull
/// requests that the user is assigned to, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct InboxFilter {
    /// The login of the user.
    pub user: String,
    /// What the user has to do with an issue.
    pub kind: InboxKind,
    /// Of which repositories.
    pub scope: InboxScope,
    /// By state.
    pub state: StateFilter,
    /// Issues, pull requests, or both.
    pub issues: KindFilter,
    /// The labels that an issue must all have, by name without regard to case.
    pub labels: Vec<String>,
    /// By type, by name without regard to case.
    pub issue_type: Option<Named<String>>,
    /// Only issues that were changed at this moment or later.
    pub since: Option<Timestamp>,
    /// By what the list is sorted; ties go by creation, then number, in the same direction.
    pub sort: SortKey,
    /// In which direction.
    pub direction: Direction,
}

/// What a user has to do with an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum InboxKind {
    /// They are assigned to it.
    #[default]
    Assigned,
    /// They wrote it.
    Created,
    /// It or a comment on it mentions them.
    Mentioned,
    /// They are told of what happens to it. A store does not know who subscribed by hand; it takes those
    /// whom forges subscribe by themselves: who wrote it, is assigned to it, commented on it or is
    /// mentioned in it.
    Subscribed,
    /// Anything or nothing: all issues that they can see. The endpoints' `repos` is the same.
    All,
}

/// Of which repositories a user's issues are listed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum InboxScope {
    /// All of the store, as `/issues` lists all that the user can see.
    #[default]
    Everything,
    /// Those of one owner, as `/orgs/{org}/issues` has it.
    Owner(String),
    /// Those that the user owns or is a member of, as `/user/issues` has it. A store does not know who is
    /// a member of what, and holds only what its user took part in, so that these are all of it.
    OwnedOrMember,
}

impl InboxFilter {
    /// The issues that a user is assigned to.
    pub fn of(user: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            ..Self::default()
        }
    }

    /// The same as a query.
    pub fn to_query(&self) -> Query {
        let mut parts = common(
            self.state,
            self.issues,
            &self.labels,
            self.issue_type.as_ref(),
            self.since,
        );
        let user = vec![self.user.clone()];
        let mut tests = Vec::new();
        match self.kind {
            InboxKind::Assigned => tests.push(Test::Assignee(user)),
            InboxKind::Created => tests.push(Test::Author(user)),
            InboxKind::Mentioned => tests.push(Test::Mentions(user)),
            InboxKind::Subscribed => tests.push(Test::Involves(user)),
            InboxKind::All => {}
        }
        if let InboxScope::Owner(owner) = &self.scope {
            tests.push(Test::Owner(vec![owner.clone()]));
        }
        parts.extend(tests.into_iter().map(Condition::Is));
        Query {
            condition: Condition::All(parts),
            sort: Some(Sort {
                key: self.sort,
                direction: self.direction,
            }),
        }
    }
}

impl Snapshot {
    /// The issues of a user across repositories. A user who does not exist is no error: nothing matches.
    pub fn inbox(&self, filter: &InboxFilter) -> Result<IssueList<'_>> {
        self.query(&filter.to_query(), &QueryOptions::new())
    }
}
