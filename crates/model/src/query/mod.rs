//! What can be asked of a backlog: conditions on issues, and the order in which they are wanted. The
//! typed filters of an application and the search language that people type become the same values, so
//! that there is one plan for both.
//!
//! [`Query::parse`] reads the search language, as GitHub documents it; a [`Query`] shows itself in it. Names
//! of qualifiers have any case. What GitHub leaves open, or what is different here:
//!
//! - `AND` binds closer than `OR`, and a space is an `AND`. Groups nest up to [`MAX_DEPTH`] deep. `NOT` and
//!   `-` negate whatever follows, but not `no:`, which has `has:` for its opposite.
//! - Several `repo:`, `org:` and `user:` with spaces between them are alternatives; with `AND` they are not.
//!   They may stand inside parentheses.
//! - A comma parts alternatives in every qualifier that takes names: `assignee:mona,hubot`.
//! - `type:issue` and `type:pr` are kinds; any other value, and any quoted one, is the name of a type.
//! - `milestone:*` and `assignee:*` ask for any, `milestone:none` and `assignee:none` for none; in quotes
//!   they are names. `label:*` and `type:*` ask for any too.
//! - `author:app/name` is the account `name[bot]`.
//! - `in:` holds for all text of the query, wherever it stands; several add up.
//! - A date is a whole day of UTC.
//! - `parent-issue:#12` and `parent-issue:12` mean the issue 12 of an issue's own repository.
//! - What looks like a qualifier and is none, such as `std::fmt` or `error:404`, is text. A qualifier of
//!   GitHub's that a backlog cannot answer, such as `review:`, is an error, because as text it would find
//!   something else than was meant; so is a bad value of a known one.
//! - `number:1..20` and `milestone-number:3` are known only here.

mod date;
mod display;
mod error;
mod lexer;
mod parser;
mod qualifier;
mod text;

#[cfg(test)]
mod tests;

pub use error::{PointedError, QueryError, QueryErrorKind};
pub use parser::{MAX_DEPTH, ParseOptions};
pub use text::{TextFields, TextTest};

use crate::name::RepositoryName;
use crate::time::Timestamp;
use crate::word::{State, StateReason};

/// Which issues and pull requests, and in which order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Query {
    /// What must hold of each.
    pub condition: Condition,
    /// In which order; without it, what the caller's list has by default.
    pub sort: Option<Sort>,
}

/// In which order issues are listed. Ties go by creation, then number, in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// In which direction.
    pub direction: Direction,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SortKey {
    /// When the issue was created, which is the default of forges' lists.
    #[default]
    Created,
    /// When the issue was last changed.
    Updated,
    /// How many comments it has.
    Comments,
    /// How many reactions it has.
    Reactions,
    /// How many reactions of one kind it has, by its place in `Reactions::CONTENTS`.
    Reaction(u8),
    /// Comments and reactions together.
    Interactions,
    /// How well its text fits the words that were asked for.
    Relevance,
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

/// What must hold of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of these; of none, everything.
    All(Vec<Self>),
    /// At least one of these; of none, nothing.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// One test.
    Is(Test),
}

impl Default for Condition {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One test of an issue. Names compare without regard to case; a name that does not exist matches
/// nothing and is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is open or closed.
    State(State),
    /// It is a pull request, or is none.
    PullRequest(bool),
    /// It is a pull request that was merged, or is none.
    Merged(bool),
    /// It is a draft, or is none.
    Draft(bool),
    /// Its conversation is locked, or is not.
    Locked(bool),
    /// It is pinned, or is not.
    Pinned(bool),
    /// It waits for an open issue, or does not.
    Blocked(bool),
    /// An issue waits for it, or none does.
    Blocking(bool),
    /// Its repository is private, or is public.
    Private(bool),
    /// Its repository is archived, or is not.
    Archived(bool),
    /// It is closed for this reason, or open again for it.
    Reason(StateReason),
    /// It has any of these labels.
    Label(Vec<String>),
    /// It is in a milestone with any of these titles.
    Milestone(Vec<String>),
    /// It is in the milestone of this number.
    MilestoneNumber(u64),
    /// Any of these users is assigned to it, by login.
    Assignee(Vec<String>),
    /// Any of these users wrote it, by login.
    Author(Vec<String>),
    /// Its text or a comment mentions any of these users, by login.
    Mentions(Vec<String>),
    /// Any of these users commented on it, by login.
    Commenter(Vec<String>),
    /// Any of these users wrote it, is assigned to it, is mentioned in it or commented on it.
    Involves(Vec<String>),
    /// It has any of these types, by name.
    Type(Vec<String>),
    /// It is a sub-issue of the issue of this number, in this repository or else its own.
    ParentIssue(Option<RepositoryName>, u64),
    /// It has at least one of these.
    Has(Aspect),
    /// It has none of these.
    No(Aspect),
    /// It was created in this time.
    Created(Bounds<Timestamp>),
    /// It was last changed in this time.
    Updated(Bounds<Timestamp>),
    /// It was closed in this time, and is closed.
    Closed(Bounds<Timestamp>),
    /// It was merged in this time.
    MergedAt(Bounds<Timestamp>),
    /// It has so many comments.
    Comments(Bounds<u64>),
    /// It has so many reactions.
    Reactions(Bounds<u64>),
    /// It has so many comments and reactions together.
    Interactions(Bounds<u64>),
    /// It has one of these numbers.
    Number(Bounds<u64>),
    /// It is in one of these repositories.
    Repository(Vec<RepositoryName>),
    /// It is in a repository of one of these owners, users or organisations.
    Owner(Vec<String>),
    /// Its text says this.
    Text(TextTest),
}

/// What an issue can have or lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// Labels.
    Label,
    /// A milestone.
    Milestone,
    /// Assignees.
    Assignee,
    /// A type.
    Type,
    /// A place on a project board.
    Project,
    /// An issue that it is a sub-issue of.
    ParentIssue,
    /// Sub-issues.
    SubIssue,
}

/// A range whose ends belong to it; an end that is not given is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds<T> {
    /// The least.
    pub from: Option<T>,
    /// The greatest.
    pub to: Option<T>,
}

impl<T: PartialOrd> Bounds<T> {
    /// Whether the value is in the range.
    pub fn contains(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| value >= from)
            && self.to.as_ref().is_none_or(|to| value <= to)
    }
}
