//! Lists of issues as they were.

use backlot_model::{Direction, Query, RecordId, RecordKind, RepositoryName, Sort, SortKey};

use super::fields::FieldSet;
use super::looking::{Looking, Then, is_of};
use super::rows::rows_ever;
use super::view::Past;
use crate::error::Result;
use crate::query::IssueFilter;
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

/// The issues of a repository that matched at a past moment. They are found and put in order at once, and
/// read a page at a time.
pub struct PastList<'a> {
    looking: Looking<'a>,
    rows: Vec<u32>,
}

impl<'a> Past<'a> {
    /// The issues of a repository that matched a filter.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository. A label, a milestone or a user that did not exist
    /// is no error: nothing matches it.
    pub fn issues(
        &self,
        repository: &RepositoryName,
        filter: &IssueFilter,
    ) -> Result<PastList<'a>> {
        let title = filter.title.as_ref().map(|title| title.to_lowercase());
        self.list(repository, &filter.to_query(), title.as_deref())
    }

    /// The issues of a repository that matched a query.
    ///
    /// # Errors
    /// `UnknownRecord` when there was no such repository.
    pub fn query(&self, repository: &RepositoryName, query: &Query) -> Result<PastList<'a>> {
        self.list(repository, query, None)
    }

    fn list(
        &self,
        repository: &RepositoryName,
        query: &Query,
        title: Option<&str>,
    ) -> Result<PastList<'a>> {
        let mut looking = self.looking();
        let known = looking.repository(repository)?;
        let sort = query.sort.unwrap_or(Sort {
            key: SortKey::Created,
            direction: Direction::Descending,
        });
        let mut found = Vec::new();
        for row in rows_ever(self.snapshot, known.row, RecordKind::Issue)? {
            let Some(then) = issue_of(&mut looking, row, known.record.id())? else {
                continue;
            };
            let has_title = title.is_none_or(|wanted| {
                let title = then.record.title().unwrap_or_default();
                title.to_lowercase().contains(wanted)
            });
            if has_title && looking.matches(&known, &then, &query.condition)? {
                found.push((place(&sort, &then), row));
            }
        }
        found.sort_by(|(a, _), (b, _)| match sort.direction {
            Direction::Ascending => a.cmp(b),
            Direction::Descending => b.cmp(a),
        });
        Ok(PastList {
            looking,
            rows: found.into_iter().map(|(_, row)| row).collect(),
        })
    }
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

/// Where an issue stands in an order: by what is asked for, then by creation and number.
fn place(sort: &Sort, then: &Then) -> (i128, i64, u64) {
    let record = &then.record;
    let created = record
        .created_at()
        .map_or(i64::MIN, |at| at.unix_milliseconds());
    let reactions = record.reactions();
    let first = match sort.key {
        SortKey::Created | SortKey::Relevance => i128::from(created),
        SortKey::Updated => record
            .updated_at()
            .map_or(i128::MIN, |at| i128::from(at.unix_milliseconds())),
        SortKey::Comments => i128::from(record.comment_count()),
        SortKey::Reactions => i128::from(reactions.total()),
        SortKey::Reaction(kind) => {
            let count = reactions.counts.get(usize::from(kind)).copied();
            i128::from(count.unwrap_or(0))
        }
        SortKey::Interactions => i128::from(record.comment_count()) + i128::from(reactions.total()),
        SortKey::Number => i128::from(record.number().unwrap_or(0)),
    };
    (first, created, record.number().unwrap_or(0))
}

impl PastList<'_> {
    /// How many issues matched.
    pub fn total(&self) -> usize {
        self.rows.len()
    }

    /// The issues of a page, counted from 1. A page after the last one is empty.
    pub fn page(&mut self, page: usize, per_page: usize) -> Result<Vec<PastSummary>> {
        let start = page.saturating_sub(1).saturating_mul(per_page);
        let rows = self.rows.iter().skip(start).take(per_page);
        let mut found = Vec::new();
        for row in rows {
            if let Some(then) = self.looking.then(*row)? {
                found.push(PastSummary {
                    summary: self.looking.summary(&then)?,
                    unknown: then.unknown,
                });
            }
        }
        Ok(found)
    }
}
