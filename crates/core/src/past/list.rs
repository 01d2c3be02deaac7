//! Lists of issues as they were, found by the query engine over an index of that time.

use backlot_model::{Query, RecordId, RepositoryName};

use super::asking::Asking;
use super::fields::FieldSet;
use super::looking::{Looking, Then, is_of};
use super::view::Past;
use crate::error::{Error, Result};
use crate::query::{
    Asked, Cursor, Facets, Found, IssueFilter, Paging, QueryOptions, check_milestone,
    names_repositories,
};
use crate::read::IssueSummary;

/// An issue as a list shows it, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastSummary {
    /// What a list shows of it.
    pub summary: IssueSummary,
    /// The fields whose value is not known: what stands there, and what the list went by, is the best
    /// guess.
    pub unknown: FieldSet,
}

/// The issues that matched at a past moment. They are found at once, and read a page at a time.
pub struct PastList<'a> {
    looking: Looking<'a>,
    found: Found,
}

impl<'a> Past<'a> {
    /// The issues that matched a query, by the same rules and in the same order as [`Snapshot::query`] finds
    /// them.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no repository of the name in the options. Any other name that did not
    /// exist is no error: nothing matches it.
    ///
    /// [`Snapshot::query`]: crate::Snapshot::query
    pub fn query(&self, query: &Query, options: &QueryOptions) -> Result<PastList<'a>> {
        let asking = Asking::new(self);
        let found = find(&asking, query, options, None)?;
        Ok(PastList {
            looking: asking.into_looking(),
            found,
        })
    }

    /// The issues of a repository that matched a filter.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository; `Invalid` when the filter names the number of a
    /// milestone that was not there. A label, a title or a user that did not exist is no error: nothing
    /// matches it.
    pub fn issues(
        &self,
        repository: &RepositoryName,
        filter: &IssueFilter,
    ) -> Result<PastList<'a>> {
        let asking = Asking::new(self);
        let (row, _) = asking.repository_named(repository)?;
        check_milestone(&asking, row, filter)?;
        let options = QueryOptions::new().repository(repository.clone());
        let title = filter.title.as_deref();
        let found = find(&asking, &filter.to_query(), &options, title)?;
        Ok(PastList {
            looking: asking.into_looking(),
            found,
        })
    }

    /// How many issues matched a query by state, label, milestone, assignee and author; of each at most the
    /// `most` that the most issues had. What is not known is counted by the best guess.
    ///
    /// # Errors
    /// As [`Past::query`].
    pub fn facets(&self, query: &Query, options: &QueryOptions, most: usize) -> Result<Facets> {
        let asking = Asking::new(self);
        let found = find(&asking, query, options, None)?;
        found.facets(most, &mut |row| asking.describe(row))
    }
}

fn find(
    asking: &Asking<'_, '_>,
    query: &Query,
    options: &QueryOptions,
    title: Option<&str>,
) -> Result<Found> {
    let asked = Asked::new(query, options, title, false);
    let repositories = match &options.repository {
        Some(name) if !names_repositories(&query.condition) => {
            vec![asking.repository_named(name)?]
        }
        _ => asking.repositories()?,
    };
    asking.find(repositories, &asked)
}

/// The issue in a row, if it was there and in this repository.
pub(super) fn issue_of(
    looking: &mut Looking<'_>,
    row: u32,
    repository: RecordId,
) -> Result<Option<Then>> {
    let then = looking.then(row)?;
    Ok(then.filter(|then| then.is_there() && is_of(then, repository)))
}

impl PastList<'_> {
    /// How many issues matched.
    pub fn total(&self) -> usize {
        usize::try_from(self.found.total()).unwrap_or(usize::MAX)
    }

    /// The issues of a page, counted from 1. A page after the last one is empty.
    pub fn page(&mut self, page: usize, per_page: usize) -> Result<Vec<PastSummary>> {
        let keys = self.found.page(page, per_page);
        self.show(keys.iter().map(|(_, key)| key.row))
    }

    /// The issues of a page as a forge's list endpoints count them.
    pub fn paged(&mut self, paging: Paging) -> Result<Vec<PastSummary>> {
        self.page(paging.page(), paging.per_page())
    }

    /// At most `count` issues behind a cursor, or the first ones, and the cursor behind the last of them;
    /// none when there are no more.
    ///
    /// # Errors
    /// `Invalid` when the cursor is of a list that is sorted otherwise.
    pub fn after(
        &mut self,
        cursor: Option<&Cursor>,
        count: usize,
    ) -> Result<(Vec<PastSummary>, Option<Cursor>)> {
        let (keys, has_more) = self.found.behind(self.looking.snapshot, cursor, count)?;
        let issues = self.show(keys.iter().map(|(_, key)| key.row))?;
        let last = keys.last().zip(issues.last()).filter(|_| has_more);
        let next = last.map(|((_, key), issue)| self.found.cursor(key, issue.summary.id));
        Ok((issues, next))
    }

    fn show(&mut self, rows: impl Iterator<Item = u32>) -> Result<Vec<PastSummary>> {
        let mut found = Vec::new();
        for row in rows {
            let then = self.looking.then(row)?;
            let then = then.ok_or_else(|| Error::corrupt("", "a match is not there"))?;
            found.push(PastSummary {
                summary: self.looking.summary(&then)?,
                unknown: then.unknown,
            });
        }
        Ok(found)
    }
}
