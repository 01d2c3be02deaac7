//! From a condition to what one repository's index is asked: names become rows, and what holds of a whole
//! repository is decided here.

use backlot_model::{
    Aspect, Bounds, Condition, RepositoryName, SortKey, State, StateReason, Test, TextTest,
    Timestamp,
};

use super::names::Names;
use super::segment::Dimension;
use crate::derive::ColumnEntry;
use crate::error::Result;

/// A condition in the terms of one repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Everything,
    Nothing,
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Leaf(Leaf),
}

/// A test in the terms of one repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Leaf {
    /// It has this flag.
    Flag(u32),
    /// It is open.
    Open,
    /// It has any of these rows in a dimension.
    Rows(Dimension, Vec<u32>),
    /// A text of it, by flag, is one of these, which are in lower case.
    Word(u32, Vec<String>),
    /// The value that it is sorted by lies between these two.
    Range(SortKey, i64, i64),
    /// A moment of it, by flag, lies in this time.
    Moment(u32, Bounds<Timestamp>),
    /// It waits for an open issue.
    Blocked,
    /// Its title has this in it, which is in lower case.
    TitleHas(String),
    /// Its text says this.
    Text(TextTest),
    /// Its text or a comment mentions any of these logins.
    Mentions(Vec<String>),
    /// Any of these users commented on it.
    Commenter(Vec<u32>),
}

impl Leaf {
    /// Whether entries do not answer it, so that it is asked last, and only of what is left.
    pub(super) const fn is_costly(&self) -> bool {
        matches!(
            self,
            Self::Blocked
                | Self::TitleHas(_)
                | Self::Text(_)
                | Self::Mentions(_)
                | Self::Commenter(_)
        )
    }
}

impl Node {
    pub(super) fn is_costly(&self) -> bool {
        match self {
            Self::Everything | Self::Nothing => false,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::is_costly),
            Self::Not(node) => node.is_costly(),
            Self::Leaf(leaf) => leaf.is_costly(),
        }
    }

    /// The texts that a match has to say, or may say: those by which it is ranked.
    pub(super) fn texts<'a>(&'a self, into: &mut Vec<&'a TextTest>) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.texts(into)),
            Self::Leaf(Leaf::Text(test)) => into.push(test),
            _ => {}
        }
    }

    fn all(nodes: impl IntoIterator<Item = Result<Self>>) -> Result<Self> {
        let mut kept = Vec::new();
        for node in nodes {
            match node? {
                Self::Everything => {}
                Self::Nothing => return Ok(Self::Nothing),
                Self::All(nodes) => kept.extend(nodes),
                node => kept.push(node),
            }
        }
        Ok(match kept.len() {
            0 => Self::Everything,
            1 => kept.remove(0),
            _ => Self::All(kept),
        })
    }

    fn any(nodes: impl IntoIterator<Item = Result<Self>>) -> Result<Self> {
        let mut kept = Vec::new();
        for node in nodes {
            match node? {
                Self::Nothing => {}
                Self::Everything => return Ok(Self::Everything),
                Self::Any(nodes) => kept.extend(nodes),
                node => kept.push(node),
            }
        }
        Ok(match kept.len() {
            0 => Self::Nothing,
            1 => kept.remove(0),
            _ => Self::Any(kept),
        })
    }

    fn not(node: Self) -> Self {
        match node {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Not(node) => *node,
            node => Self::Not(Box::new(node)),
        }
    }

    fn when(holds: bool) -> Self {
        match holds {
            true => Self::Everything,
            false => Self::Nothing,
        }
    }

    /// The test, or that it does not hold.
    fn is(leaf: Leaf, holds: bool) -> Self {
        match holds {
            true => Self::Leaf(leaf),
            false => Self::not(Self::Leaf(leaf)),
        }
    }

    fn both(a: Leaf, b: Leaf) -> Self {
        Self::All(vec![Self::Leaf(a), Self::Leaf(b)])
    }
}

/// What a condition is resolved against: a repository, and who asks.
pub(crate) struct Planner<'a> {
    pub(crate) names: &'a dyn Names,
    pub(crate) repository: u32,
    pub(crate) repository_name: &'a str,
    pub(crate) viewer: Option<&'a str>,
}

impl Planner<'_> {
    /// The condition in the terms of the repository.
    pub(crate) fn plan(&self, condition: &Condition) -> Result<Node> {
        match condition {
            Condition::All(parts) => {
                // Tests of the repository cost least, and may say that nothing else need be looked at.
                let (cheap, rest): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_scope(part));
                Node::all(cheap.into_iter().chain(rest).map(|part| self.plan(part)))
            }
            Condition::Any(parts) => Node::any(parts.iter().map(|part| self.plan(part))),
            Condition::Not(part) => Ok(Node::not(self.plan(part)?)),
            Condition::Is(test) => self.test(test),
        }
    }

    fn test(&self, test: &Test) -> Result<Node> {
        let flag = |flag, holds: bool| Ok(Node::is(Leaf::Flag(flag), holds));
        match test {
            Test::State(State::Open) => Ok(Node::Leaf(Leaf::Open)),
            Test::State(State::Closed) => flag(ColumnEntry::CLOSED, true),
            Test::State(State::Other(word)) => Ok(word_of(ColumnEntry::OTHER_STATE, &[word])),
            Test::PullRequest(holds) => flag(ColumnEntry::PULL_REQUEST, *holds),
            Test::Merged(holds) => {
                let merged = Node::both(
                    Leaf::Flag(ColumnEntry::PULL_REQUEST),
                    Leaf::Flag(ColumnEntry::MERGED_AT),
                );
                Ok(if *holds { merged } else { Node::not(merged) })
            }
            Test::Draft(holds) => flag(ColumnEntry::DRAFT, *holds),
            Test::Locked(holds) => flag(ColumnEntry::LOCKED, *holds),
            Test::Pinned(holds) => flag(ColumnEntry::PINNED, *holds),
            Test::Blocked(holds) => Ok(Node::is(Leaf::Blocked, *holds)),
            Test::Blocking(holds) => {
                let blocking = Node::both(Leaf::Open, Leaf::Flag(ColumnEntry::BLOCKING));
                Ok(if *holds {
                    blocking
                } else {
                    Node::not(blocking)
                })
            }
            Test::Private(holds) => Ok(Node::when(
                self.names.standing(self.repository)?.0 == *holds,
            )),
            Test::Archived(holds) => Ok(Node::when(
                self.names.standing(self.repository)?.1 == *holds,
            )),
            Test::Reason(reason) => Ok(reason_of(reason)),
            Test::Label(names) => {
                let find = |name: &String| self.names.labels(self.repository, name);
                let found = names.iter().map(find).collect::<Result<Vec<_>>>()?;
                Ok(rows(Dimension::Label, found.concat()))
            }
            Test::Milestone(titles) => {
                let find = |title: &String| self.names.milestones(self.repository, title);
                let found = titles.iter().map(find).collect::<Result<Vec<_>>>()?;
                Ok(rows(Dimension::Milestone, found.concat()))
            }
            Test::MilestoneNumber(number) => {
                let found = self.names.milestone(self.repository, *number)?;
                Ok(rows(Dimension::Milestone, found.into_iter().collect()))
            }
            Test::Assignee(logins) => Ok(rows(Dimension::Assignee, self.users(logins)?)),
            Test::Author(logins) => Ok(rows(Dimension::Author, self.users(logins)?)),
            Test::Mentions(logins) => Ok(self.mentions(logins)),
            Test::Commenter(logins) => self.commenter(logins),
            Test::Involves(logins) => {
                let users = self.users(logins)?;
                Node::any([
                    Ok(rows(Dimension::Author, users.clone())),
                    Ok(rows(Dimension::Assignee, users)),
                    Ok(self.mentions(logins)),
                    self.commenter(logins),
                ])
            }
            Test::Type(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                Ok(word_of(ColumnEntry::TYPE, &names))
            }
            Test::ParentIssue(repository, number) => self.parent(repository.as_ref(), *number),
            Test::Has(aspect) => flag(aspect_flag(*aspect), true),
            Test::No(aspect) => flag(aspect_flag(*aspect), false),
            Test::Created(bounds) => Ok(time(SortKey::Created, bounds)),
            Test::Updated(bounds) => Ok(time(SortKey::Updated, bounds)),
            Test::Closed(bounds) => Ok(Node::both(
                Leaf::Flag(ColumnEntry::CLOSED),
                Leaf::Moment(ColumnEntry::CLOSED_AT, *bounds),
            )),
            Test::MergedAt(bounds) => Ok(Node::Leaf(Leaf::Moment(ColumnEntry::MERGED_AT, *bounds))),
            Test::Comments(bounds) => Ok(count(SortKey::Comments, bounds)),
            Test::Reactions(bounds) => Ok(count(SortKey::Reactions, bounds)),
            Test::Interactions(bounds) => Ok(count(SortKey::Interactions, bounds)),
            Test::Number(bounds) => Ok(count(SortKey::Number, bounds)),
            Test::Repository(names) => {
                let own = self.repository_name.to_lowercase();
                Ok(Node::when(names.iter().any(|name| name.key() == own)))
            }
            Test::Owner(owners) => {
                let own = self.repository_name.split('/').next().unwrap_or_default();
                let own = own.to_lowercase();
                let is_own =
                    |owner: &String| self.me(owner).is_some_and(|o| o.to_lowercase() == own);
                Ok(Node::when(owners.iter().any(is_own)))
            }
            Test::Text(test) => Ok(Node::Leaf(Leaf::Text(test.clone()))),
        }
    }

    /// The login, or the viewer's for `@me`.
    fn me<'a>(&'a self, login: &'a str) -> Option<&'a str> {
        match login.eq_ignore_ascii_case("@me") {
            true => self.viewer,
            false => Some(login),
        }
    }

    fn users(&self, logins: &[String]) -> Result<Vec<u32>> {
        let mut found = Vec::new();
        for login in logins.iter().filter_map(|login| self.me(login)) {
            found.extend(self.names.users(login)?);
        }
        Ok(found)
    }

    fn mentions(&self, logins: &[String]) -> Node {
        let logins = logins.iter().filter_map(|login| self.me(login));
        let logins: Vec<String> = logins.map(str::to_lowercase).collect();
        match logins.is_empty() {
            true => Node::Nothing,
            false => Node::Leaf(Leaf::Mentions(logins)),
        }
    }

    fn commenter(&self, logins: &[String]) -> Result<Node> {
        let users = self.users(logins)?;
        Ok(match users.is_empty() {
            true => Node::Nothing,
            false => Node::Leaf(Leaf::Commenter(users)),
        })
    }

    fn parent(&self, repository: Option<&RepositoryName>, number: u64) -> Result<Node> {
        let repository = match repository {
            Some(name) => self.names.repository(name)?,
            None => Some(self.repository),
        };
        let Some(repository) = repository else {
            return Ok(Node::Nothing);
        };
        let issue = self.names.issue(repository, number)?;
        Ok(rows(Dimension::Parent, issue.into_iter().collect()))
    }
}

/// Whether a condition is decided by the repository alone.
fn is_scope(condition: &Condition) -> bool {
    match condition {
        Condition::Is(test) => matches!(
            test,
            Test::Repository(_) | Test::Owner(_) | Test::Private(_) | Test::Archived(_)
        ),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(is_scope),
        Condition::Not(part) => is_scope(part),
    }
}

fn rows(dimension: Dimension, mut rows: Vec<u32>) -> Node {
    rows.sort_unstable();
    rows.dedup();
    match rows.is_empty() {
        true => Node::Nothing,
        false => Node::Leaf(Leaf::Rows(dimension, rows)),
    }
}

fn word_of(flag: u32, words: &[impl AsRef<str>]) -> Node {
    let words = words.iter().map(|word| word.as_ref().to_lowercase());
    Node::Leaf(Leaf::Word(flag, words.collect()))
}

fn reason_of(reason: &StateReason) -> Node {
    Node::Leaf(match reason {
        StateReason::Completed => Leaf::Flag(ColumnEntry::COMPLETED),
        StateReason::NotPlanned => Leaf::Flag(ColumnEntry::NOT_PLANNED),
        StateReason::Duplicate => Leaf::Flag(ColumnEntry::DUPLICATE),
        StateReason::Reopened => Leaf::Flag(ColumnEntry::REOPENED),
        StateReason::Other(word) => {
            Leaf::Word(ColumnEntry::OTHER_REASON, vec![word.to_lowercase()])
        }
    })
}

const fn aspect_flag(aspect: Aspect) -> u32 {
    match aspect {
        Aspect::Label => ColumnEntry::LABELS,
        Aspect::Milestone => ColumnEntry::MILESTONE,
        Aspect::Assignee => ColumnEntry::ASSIGNEES,
        Aspect::Type => ColumnEntry::TYPE,
        Aspect::Project => ColumnEntry::CARD,
        Aspect::ParentIssue => ColumnEntry::PARENT,
        Aspect::SubIssue => ColumnEntry::SUB_ISSUES,
    }
}

fn range(key: SortKey, from: i64, to: i64) -> Node {
    match (from, to) {
        (i64::MIN, i64::MAX) => Node::Everything,
        (from, to) if from > to => Node::Nothing,
        (from, to) => Node::Leaf(Leaf::Range(key, from, to)),
    }
}

fn time(key: SortKey, bounds: &Bounds<Timestamp>) -> Node {
    let at = |at: Timestamp| at.unix_milliseconds();
    range(
        key,
        bounds.from.map_or(i64::MIN, at),
        bounds.to.map_or(i64::MAX, at),
    )
}

fn count(key: SortKey, bounds: &Bounds<u64>) -> Node {
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    range(
        key,
        bounds.from.map_or(i64::MIN, count),
        bounds.to.map_or(i64::MAX, count),
    )
}
