//! The typed filter of a repository's list, which becomes a query.

use backlot_model::{
    Aspect, Bounds, Condition, Direction, InvalidField, Query, RepositoryName, Rule, Sort, SortKey,
    State, Test, Timestamp,
};

use super::list::IssueList;
use super::names::Names;
use super::options::QueryOptions;
use crate::error::{Error, Result};
use crate::read::Snapshot;

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

/// Which issues by a user, a milestone or a type.
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
    /// The number of the milestone, which has to be there.
    Number(u64),
    /// The title of the milestone, without regard to case.
    Title(String),
}

/// Which issues of a repository, and in which order. Every part that is given must hold. What is not given
/// is as forges' list endpoints have it: open issues and pull requests, the newest first.
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
    /// By author, by login: the endpoints' `creator`.
    pub author: Option<String>,
    /// Only issues whose text or a comment of which mentions this user, by login.
    pub mentioned: Option<String>,
    /// By type, by name without regard to case.
    pub issue_type: Option<Named<String>>,
    /// Only issues that were changed at this moment or later.
    pub since: Option<Timestamp>,
    /// Only issues whose title has this text in it, also inside a word, without regard to case. The search
    /// language has no such test.
    pub title: Option<String>,
    /// By what the list is sorted; ties go by creation, then number, in the same direction.
    pub sort: SortKey,
    /// In which direction.
    pub direction: Direction,
}

/// Which page, as forges' list endpoints count: from 1, with 30 issues each unless more are asked for, and
/// at most 100. What lies outside is brought to the nearest that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    page: usize,
    per_page: usize,
}

impl Paging {
    /// How many issues a page has when nothing is said.
    pub const PER_PAGE: usize = 30;
    /// How many issues a page has at most.
    pub const MOST_PER_PAGE: usize = 100;

    /// The page of this number, with so many issues.
    pub fn new(page: Option<usize>, per_page: Option<usize>) -> Self {
        let per_page = per_page.unwrap_or(Self::PER_PAGE);
        Self {
            page: page.unwrap_or(1).max(1),
            per_page: per_page.clamp(1, Self::MOST_PER_PAGE),
        }
    }

    /// The number of the page.
    pub const fn page(self) -> usize {
        self.page
    }

    /// How many issues it has.
    pub const fn per_page(self) -> usize {
        self.per_page
    }
}

impl Default for Paging {
    fn default() -> Self {
        Self::new(None, None)
    }
}

/// The tests of a state, a kind, labels, a type and a moment, which all typed filters have.
pub(super) fn common(
    state: StateFilter,
    kind: KindFilter,
    labels: &[String],
    issue_type: Option<&Named<String>>,
    since: Option<Timestamp>,
) -> Vec<Condition> {
    let mut parts = Vec::new();
    match state {
        StateFilter::Open => parts.push(Test::State(State::Open)),
        StateFilter::Closed => parts.push(Test::State(State::Closed)),
        StateFilter::All => {}
    }
    match kind {
        KindFilter::All => {}
        KindFilter::Issues => parts.push(Test::PullRequest(false)),
        KindFilter::PullRequests => parts.push(Test::PullRequest(true)),
    }
    let labels = labels.iter();
    parts.extend(labels.map(|label| Test::Label(vec![label.clone()])));
    parts.extend(issue_type.map(|named| match named {
        Named::Any => Test::Has(Aspect::Type),
        Named::None => Test::No(Aspect::Type),
        Named::Is(name) => Test::Type(vec![name.clone()]),
    }));
    parts.extend(since.map(|since| {
        Test::Updated(Bounds {
            from: Some(since),
            to: None,
        })
    }));
    parts.into_iter().map(Condition::Is).collect()
}

impl IssueFilter {
    /// The same as a query, apart from the text in the title, for which the search language has no test.
    pub fn to_query(&self) -> Query {
        let mut parts = common(
            self.state,
            self.kind,
            &self.labels,
            self.issue_type.as_ref(),
            self.since,
        );
        let mut tests = Vec::new();
        tests.extend(self.milestone.as_ref().map(|named| match named {
            Named::Any => Test::Has(Aspect::Milestone),
            Named::None => Test::No(Aspect::Milestone),
            Named::Is(MilestoneFilter::Number(number)) => Test::MilestoneNumber(*number),
            Named::Is(MilestoneFilter::Title(title)) => Test::Milestone(vec![title.clone()]),
        }));
        tests.extend(self.assignee.as_ref().map(|named| match named {
            Named::Any => Test::Has(Aspect::Assignee),
            Named::None => Test::No(Aspect::Assignee),
            Named::Is(login) => Test::Assignee(vec![login.clone()]),
        }));
        let author = self.author.as_ref();
        tests.extend(author.map(|login| Test::Author(vec![login.clone()])));
        let mentioned = self.mentioned.as_ref();
        tests.extend(mentioned.map(|login| Test::Mentions(vec![login.clone()])));
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
    /// The issues of a repository that match a filter.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository; `Invalid` when the filter names the number of a
    /// milestone that is not there, as GitHub answers with 422. A label, a title or a user that does not
    /// exist is no error: nothing matches it.
    pub fn issues(
        &self,
        repository: &RepositoryName,
        filter: &IssueFilter,
    ) -> Result<IssueList<'_>> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        check_milestone(self, known.row, filter)?;
        let options = QueryOptions::new().repository(repository.clone());
        let title = filter.title.as_deref();
        let found = self.find_issues(&filter.to_query(), &options, title, false)?;
        Ok(self.list(found))
    }
}

/// Refuses a filter that names the number of a milestone that is not there.
pub(crate) fn check_milestone(
    names: &dyn Names,
    repository: u32,
    filter: &IssueFilter,
) -> Result<()> {
    if let Some(Named::Is(MilestoneFilter::Number(number))) = filter.milestone
        && names.milestone(repository, number)?.is_none()
    {
        return Err(Error::from(InvalidField {
            object: "issue",
            field: "milestone",
            rule: Rule::Invalid,
            detail: format!("{number} does not exist"),
        }));
    }
    Ok(())
}
