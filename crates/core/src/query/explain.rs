//! How a query was answered.

use std::fmt;

use backlot_model::{Direction, Sort, SortKey};

use super::order::Way;
use super::plan::Leaf;
use super::segment::Dimension;
use crate::derive::ColumnEntry;

/// How a query is answered: which index serves which part, and what that gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Each repository that was asked.
    pub repositories: Vec<ExplainedRepository>,
    /// How many repositories were left out, because by the query nothing in them can match.
    pub left_out: usize,
    /// How many issues match in all.
    pub total: u64,
    /// By what the list is sorted.
    pub sort: Sort,
}

/// How one repository answers a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedRepository {
    /// Its name.
    pub name: String,
    /// How many issues it has.
    pub issues: u64,
    /// How many of them match.
    pub matches: u64,
    /// Each test, in the order in which they were made; tests of what changed lately come last.
    pub steps: Vec<ExplainedStep>,
    /// How its first page is brought into order.
    pub order: ExplainedOrder,
}

/// One test of a query: what answered it, of how many issues it was asked, and how many passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedStep {
    /// The test, in words.
    pub test: String,
    /// What answered it.
    pub served_by: ServedBy,
    /// Of how many issues it was asked.
    pub candidates: u64,
    /// How many matches were expected.
    pub estimated: u64,
    /// How many there were.
    pub matches: u64,
}

/// What answers a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServedBy {
    /// Sets of issues that are kept in memory.
    Set,
    /// A part of a sorted order that is kept in memory.
    Order(SortKey),
    /// The list columns of each candidate.
    Entries,
    /// The state of other issues.
    OtherIssues,
    /// The titles of all candidates, which are read.
    Titles,
    /// The texts of all candidates, which are read.
    Texts,
    /// The index of words, and the texts that it does not have yet.
    Words,
}

/// How a page is brought into order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainedOrder {
    /// A sorted order is walked, and about so many issues of it are looked at.
    Walk(u64),
    /// So many matches are gathered and sorted.
    Gather(u64),
}

impl ExplainedOrder {
    pub(super) fn new(way: Way, all: u64, matches: u64, wanted: u64) -> Self {
        match way {
            Way::Walk => {
                let steps = wanted.min(matches).saturating_mul(all) / matches.max(1);
                Self::Walk(steps.min(all))
            }
            Way::Gather => Self::Gather(matches),
        }
    }
}

impl fmt::Display for ServedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set => f.write_str("set"),
            Self::Order(key) => write!(f, "order by {}", name(*key)),
            Self::Entries => f.write_str("columns of each"),
            Self::OtherIssues => f.write_str("state of other issues"),
            Self::Titles => f.write_str("titles read"),
            Self::Texts => f.write_str("texts read"),
            Self::Words => f.write_str("word index"),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = match self.sort.direction {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        };
        let key = name(self.sort.key);
        writeln!(f, "{} match, sorted by {key}, {direction}", self.total)?;
        for repository in &self.repositories {
            let ExplainedRepository {
                name,
                issues,
                matches,
                ..
            } = repository;
            writeln!(f, "{name}: {matches} of {issues}")?;
            for step in &repository.steps {
                writeln!(
                    f,
                    "  {}: {} of {} (about {} expected), by {}",
                    step.test, step.matches, step.candidates, step.estimated, step.served_by
                )?;
            }
            match repository.order {
                ExplainedOrder::Walk(steps) => {
                    writeln!(f, "  first page: walks about {steps} of the order")?;
                }
                ExplainedOrder::Gather(matches) => {
                    writeln!(f, "  first page: sorts {matches}")?;
                }
            }
        }
        if self.left_out > 0 {
            writeln!(f, "{} repositories left out", self.left_out)?;
        }
        Ok(())
    }
}

const fn name(key: SortKey) -> &'static str {
    match key {
        SortKey::Created => "creation",
        SortKey::Updated => "update",
        SortKey::Comments => "comments",
        SortKey::Reactions => "reactions",
        SortKey::Reaction(_) => "one reaction",
        SortKey::Interactions => "interactions",
        SortKey::Relevance => "relevance",
        SortKey::Number => "number",
    }
}

impl Leaf {
    /// The test in words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Flag(flag) => flag_name(*flag).to_owned(),
            Self::Open => "open".to_owned(),
            Self::Rows(dimension, rows) => {
                let name = match dimension {
                    Dimension::Label => "label",
                    Dimension::Assignee => "assignee",
                    Dimension::Author => "author",
                    Dimension::Milestone => "milestone",
                    Dimension::Type => "type",
                    Dimension::Parent => "parent issue",
                };
                match rows.len() {
                    1 => name.to_owned(),
                    several => format!("{name}, any of {several}"),
                }
            }
            Self::Word(flag, words) => format!("{} {}", flag_name(*flag), words.join(" or ")),
            Self::Range(key, ..) => format!("range of {}", name(*key)),
            Self::Moment(flag, _) => format!("time of {}", flag_name(*flag)),
            Self::Blocked => "blocked".to_owned(),
            Self::TitleHas(text) => format!("title with {text:?}"),
            Self::Text(test) => format!("text {:?}", test.text),
            Self::Mentions(logins) => format!("mentions {}", logins.join(" or ")),
            Self::Commenter(_) => "commenter".to_owned(),
        }
    }
}

const fn flag_name(flag: u32) -> &'static str {
    match flag {
        ColumnEntry::CLOSED => "closed",
        ColumnEntry::OTHER_STATE => "state",
        ColumnEntry::PULL_REQUEST => "pull request",
        ColumnEntry::DRAFT => "draft",
        ColumnEntry::LOCKED => "locked",
        ColumnEntry::PINNED => "pinned",
        ColumnEntry::CARD => "on a project board",
        ColumnEntry::LABELS => "any label",
        ColumnEntry::ASSIGNEES => "any assignee",
        ColumnEntry::BLOCKED_BY => "waits for issues",
        ColumnEntry::BLOCKING => "issues wait for it",
        ColumnEntry::SUB_ISSUES => "any sub-issue",
        ColumnEntry::PARENT => "any parent issue",
        ColumnEntry::DUPLICATE_OF => "duplicate of an issue",
        ColumnEntry::CLOSED_AT => "closing",
        ColumnEntry::MERGED_AT => "merging",
        ColumnEntry::REACTIONS => "any reaction",
        ColumnEntry::TYPE => "type",
        ColumnEntry::MILESTONE => "any milestone",
        ColumnEntry::AUTHOR => "any author",
        ColumnEntry::COMPLETED => "reason completed",
        ColumnEntry::NOT_PLANNED => "reason not planned",
        ColumnEntry::DUPLICATE => "reason duplicate",
        ColumnEntry::REOPENED => "reason reopened",
        _ => "reason",
    }
}
