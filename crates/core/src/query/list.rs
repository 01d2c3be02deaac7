//! Lists of issues: which ones match, and reading them in order.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::fmt;
use std::sync::Arc;

use backlot_model::{Condition, Direction, ParseOptions, Query, RecordId, Sort, SortKey, Test};

use super::cursor::Cursor;
use super::evaluate::{Evaluation, Matches};
use super::explain::ExplainedStep;
use super::filter::Paging;
use super::index::Index;
use super::names::Names;
use super::options::QueryOptions;
use super::order::{Key, Stream};
use super::plan::{Leaf, Node, Planner};
use super::text_source::{Indexed, TextSource};
use crate::error::{Error, ErrorKind, Result};
use crate::read::{IssueSummary, Snapshot, Summaries};
use crate::store::reading::Read;

/// The issues that match a query. They are found at once, and read a page at a time.
pub struct IssueList<'a> {
    snapshot: &'a Snapshot,
    found: Found,
}

/// What is asked of a store, or of its past.
pub(crate) struct Asked<'a> {
    pub(crate) condition: &'a Condition,
    pub(crate) sort: Sort,
    pub(crate) viewer: Option<&'a str>,
    /// What every title has to have in it.
    pub(crate) title: Option<&'a str>,
    /// Whether the steps are to be kept.
    pub(crate) explain: bool,
}

impl<'a> Asked<'a> {
    /// A query, with what it does not say itself.
    pub(crate) fn new(
        query: &'a Query,
        options: &'a QueryOptions,
        title: Option<&'a str>,
        explain: bool,
    ) -> Self {
        Self {
            condition: &query.condition,
            sort: query.sort.or(options.sort).unwrap_or(Sort {
                key: SortKey::Created,
                direction: Direction::Descending,
            }),
            viewer: options.viewer.as_deref(),
            title,
            explain,
        }
    }
}

/// What is asked, and what answers.
pub(crate) struct Sources<'a> {
    pub(crate) names: &'a dyn Names,
    pub(crate) text: &'a dyn TextSource,
    pub(crate) index: &'a dyn Fn(u32) -> Result<Arc<Index>>,
}

/// The matches of all repositories.
pub(crate) struct Found {
    pub(crate) parts: Vec<Part>,
    pub(crate) sort: Sort,
    pub(crate) left_out: usize,
}

/// The matches of one repository.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) index: Arc<Index>,
    pub(crate) matches: Matches,
    pub(crate) steps: Vec<ExplainedStep>,
    /// By row, in order.
    scores: Vec<(u32, i64)>,
}

/// Finds what matches in some repositories, which are given with their names. Indexes of those where
/// nothing can match are not looked at.
pub(crate) fn find(
    sources: &Sources<'_>,
    repositories: impl IntoIterator<Item = (u32, String)>,
    asked: &Asked<'_>,
) -> Result<Found> {
    let mut found = Found {
        parts: Vec::new(),
        sort: asked.sort,
        left_out: 0,
    };
    for (repository, name) in repositories {
        let planner = Planner {
            names: sources.names,
            repository,
            repository_name: &name,
            viewer: asked.viewer,
        };
        let mut node = planner.plan(asked.condition)?;
        if let Some(title) = asked.title {
            let title = Node::Leaf(Leaf::TitleHas(title.to_lowercase()));
            node = match node {
                Node::Nothing => Node::Nothing,
                node => Node::All(vec![node, title]),
            };
        }
        if node == Node::Nothing {
            found.left_out += 1;
            continue;
        }
        let index = (sources.index)(repository)?;
        let evaluation = Evaluation {
            repository,
            index: &index,
            names: sources.names,
            text: sources.text,
            steps: asked.explain.then(RefCell::default),
        };
        let matches = evaluation.matches(&node)?;
        let steps = evaluation.steps.map(RefCell::into_inner);
        let mut part = Part {
            name,
            index,
            matches,
            steps: steps.unwrap_or_default(),
            scores: Vec::new(),
        };
        let mut texts = Vec::new();
        node.texts(&mut texts);
        if asked.sort.key == SortKey::Relevance && !texts.is_empty() {
            part.scores = sources.text.scores(repository, &texts, &part.rows())?;
            part.scores.sort_unstable_by_key(|(row, _)| *row);
        }
        found.parts.push(part);
    }
    Ok(found)
}

impl Part {
    /// The rows of all matches.
    fn rows(&self) -> roaring::RoaringBitmap {
        let [(base, _), (delta, _)] = self.index.parts();
        base.rows(&self.matches.base) | delta.rows(&self.matches.delta)
    }
}

impl Found {
    /// How well a match fits the texts, if the list is sorted by that. Any commit can change all scores, so
    /// that those of two snapshots do not compare.
    fn score(&self, row: u32) -> Option<i64> {
        let mut parts = self.parts.iter();
        parts.find_map(|part| {
            let at = part.scores.binary_search_by_key(&row, |(row, _)| *row);
            at.ok()
                .and_then(|at| part.scores.get(at))
                .map(|(_, score)| *score)
        })
    }

    /// How many match in all.
    pub(crate) fn total(&self) -> u64 {
        self.parts.iter().map(|part| part.matches.len()).sum()
    }

    /// The matches of a page, counted from 1: which part each is of, and its key.
    pub(crate) fn page(&self, page: usize, per_page: usize) -> Vec<(usize, Key)> {
        let total = usize::try_from(self.total()).unwrap_or(usize::MAX);
        let start = page.saturating_sub(1).saturating_mul(per_page).min(total);
        let end = start.saturating_add(per_page).min(total);
        if start <= total / 2 {
            return self.read(self.sort, None, start, end - start);
        }
        // The end of the list is nearer.
        let direction = match self.sort.direction {
            Direction::Ascending => Direction::Descending,
            Direction::Descending => Direction::Ascending,
        };
        let sort = Sort {
            direction,
            ..self.sort
        };
        let mut page = self.read(sort, None, total - end, end - start);
        page.reverse();
        page
    }

    /// At most `count` matches behind a cursor, or the first ones, and whether there are more.
    ///
    /// # Errors
    /// `Invalid` when the cursor is of a list that is sorted otherwise.
    pub(crate) fn behind(
        &self,
        snapshot: &Snapshot,
        cursor: Option<&Cursor>,
        count: usize,
    ) -> Result<(Vec<(usize, Key)>, bool)> {
        let after = match cursor {
            None => None,
            Some(cursor) if cursor.sort != self.sort => {
                let detail = "the cursor is of a list that is sorted otherwise";
                return Err(Error::new(ErrorKind::Invalid, "", detail));
            }
            Some(cursor) => {
                let row = snapshot.tables.row_of(cursor.record.to_bytes())?;
                let row = row.unwrap_or(0);
                Some(Key {
                    value: self.score(row).unwrap_or(cursor.value),
                    created_at: cursor.created_at,
                    number: cursor.number,
                    row,
                })
            }
        };
        // One more, to know whether there are more.
        let mut keys = self.read(self.sort, after.as_ref(), 0, count.saturating_add(1));
        let has_more = keys.len() > count;
        keys.truncate(count);
        Ok((keys, has_more))
    }

    /// The cursor behind a match.
    pub(crate) const fn cursor(&self, key: &Key, record: RecordId) -> Cursor {
        Cursor {
            sort: self.sort,
            value: key.value,
            created_at: key.created_at,
            number: key.number,
            record,
        }
    }

    fn read(
        &self,
        sort: Sort,
        after: Option<&Key>,
        skip: usize,
        count: usize,
    ) -> Vec<(usize, Key)> {
        if count == 0 {
            return Vec::new();
        }
        let wanted = skip.saturating_add(count);
        let mut streams = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let [(base, _), (delta, _)] = part.index.parts();
            let scores = |row| {
                let at = part.scores.binary_search_by_key(&row, |(row, _)| *row);
                let found = at.ok().and_then(|at| part.scores.get(at));
                found.map_or(0, |(_, score)| *score)
            };
            for (segment, matches) in [(base, &part.matches.base), (delta, &part.matches.delta)] {
                if !matches.is_empty() {
                    let stream = Stream::new(segment, matches, sort, after, wanted, &scores);
                    streams.push((at, stream));
                }
            }
        }
        let mut page = Vec::with_capacity(count.min(1024));
        if let [(part, stream)] = streams.as_mut_slice() {
            stream.skip(skip);
            while page.len() < count
                && let Some(key) = stream.peek()
            {
                page.push((*part, *key));
                stream.advance();
            }
            return page;
        }
        let first = |(at, (_, stream)): (usize, &(usize, Stream<'_>))| {
            let key = *stream.peek()?;
            let direction = sort.direction;
            Some(Next { key, direction, at })
        };
        let mut heap: BinaryHeap<Next> = streams.iter().enumerate().filter_map(first).collect();
        let mut passed = 0;
        while page.len() < count
            && let Some(mut next) = heap.peek_mut()
        {
            let Some((part, stream)) = streams.get_mut(next.at) else {
                break;
            };
            if passed < skip {
                passed += 1;
            } else {
                page.push((*part, next.key));
            }
            stream.advance();
            match stream.peek() {
                Some(key) => next.key = *key,
                None => {
                    std::collections::binary_heap::PeekMut::pop(next);
                }
            }
        }
        page
    }
}

/// The next match of one stream; the greatest is the one that comes first.
#[derive(PartialEq, Eq)]
struct Next {
    key: Key,
    direction: Direction,
    at: usize,
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key.compare(&self.key, self.direction)
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Snapshot {
    /// The issues of the whole store that match a search in the language that people type, see
    /// [`Query::parse`]. `@today` is the day of the store's clock; for `@me`, other defaults, or one
    /// repository, parse the text and use [`Snapshot::query`].
    ///
    /// ```
    /// use backlot_core::{ErrorKind, StoreOptions};
    ///
    /// let snapshot = StoreOptions::new().in_memory()?.read()?;
    /// assert_eq!(snapshot.search("is:open label:bug")?.total(), 0);
    ///
    /// let error = snapshot.search("is:opne").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Invalid);
    /// assert_eq!(error.query_error().map(|error| error.span()), Some(3..7));
    /// # Ok::<(), backlot_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Invalid` when the text is no search; [`Error::query_error`] says where and why.
    pub fn search(&self, text: &str) -> Result<IssueList<'_>> {
        let options = ParseOptions {
            me: None,
            now: text
                .to_ascii_lowercase()
                .contains("@today")
                .then(|| self.environment().now()),
        };
        self.query(&Query::parse(text, &options)?, &QueryOptions::new())
    }

    /// The issues that match a query.
    ///
    /// # Errors
    /// `UnknownRecord` when the repository of the options does not exist. Any other name that does not
    /// exist is no error: nothing matches it.
    pub fn query(&self, query: &Query, options: &QueryOptions) -> Result<IssueList<'_>> {
        let found = self.find_issues(query, options, None, false)?;
        Ok(IssueList {
            snapshot: self,
            found,
        })
    }

    /// The rows of the issues of one repository that match a query.
    pub(crate) fn rows_matching(
        &self,
        query: &Query,
        options: &QueryOptions,
        repository: &str,
    ) -> Result<roaring::RoaringBitmap> {
        let found = self.find_issues(query, options, None, false)?;
        let mut parts = found.parts.iter();
        let part = parts.find(|part| part.name == repository);
        Ok(part.map(Part::rows).unwrap_or_default())
    }

    pub(super) fn find_issues(
        &self,
        query: &Query,
        options: &QueryOptions,
        title: Option<&str>,
        explain: bool,
    ) -> Result<Found> {
        let asked = Asked::new(query, options, title, explain);
        let repositories = match &options.repository {
            Some(name) if !names_repositories(&query.condition) => {
                let known = self.repository(name)?;
                vec![known.ok_or_else(|| Error::unknown("repository", name))?]
            }
            _ => self.repositories()?,
        };
        let repositories = repositories.into_iter();
        let sources = Sources {
            names: self,
            text: &Indexed::new(self),
            index: &|repository| self.index(repository),
        };
        find(
            &sources,
            repositories.map(|repository| (repository.row, repository.name)),
            &asked,
        )
    }

    pub(super) fn list(&self, found: Found) -> IssueList<'_> {
        IssueList {
            snapshot: self,
            found,
        }
    }
}

/// Whether a condition says itself which repositories it is about.
pub(crate) fn names_repositories(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(names_repositories),
        Condition::Not(part) => names_repositories(part),
        Condition::Is(test) => matches!(test, Test::Repository(_) | Test::Owner(_)),
    }
}

impl IssueList<'_> {
    /// How many issues match.
    pub fn total(&self) -> usize {
        usize::try_from(self.found.total()).unwrap_or(usize::MAX)
    }

    /// The issues of a page, counted from 1. A page after the last one is empty.
    pub fn page(&self, page: usize, per_page: usize) -> Result<Vec<IssueSummary>> {
        self.show(&self.found.page(page, per_page))
    }

    /// The same as identifiers alone, without reading the issues.
    pub fn ids(&self, page: usize, per_page: usize) -> Result<Vec<RecordId>> {
        let keys = self.found.page(page, per_page);
        keys.iter()
            .map(|(_, key)| self.snapshot.id_at(key.row))
            .collect()
    }

    /// The issues of a page as a forge's list endpoints count them.
    pub fn paged(&self, paging: Paging) -> Result<Vec<IssueSummary>> {
        self.page(paging.page(), paging.per_page())
    }

    /// At most `count` issues behind a cursor, or the first ones, and the cursor behind the last of them;
    /// none when there are no more.
    ///
    /// # Errors
    /// `Invalid` when the cursor is of a list that is sorted otherwise.
    pub fn after(
        &self,
        cursor: Option<&Cursor>,
        count: usize,
    ) -> Result<(Vec<IssueSummary>, Option<Cursor>)> {
        let (keys, has_more) = self.found.behind(self.snapshot, cursor, count)?;
        let issues = self.show(&keys)?;
        let last = keys.last().zip(issues.last()).filter(|_| has_more);
        let next = last.map(|((_, key), issue)| self.found.cursor(key, issue.id));
        Ok((issues, next))
    }

    fn show(&self, keys: &[(usize, Key)]) -> Result<Vec<IssueSummary>> {
        let mut summaries = Summaries::new(self.snapshot);
        keys.iter()
            .map(|(_, key)| summaries.summary(key.row))
            .collect()
    }
}

impl fmt::Debug for IssueList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssueList")
            .field("total", &self.total())
            .field("sort", &self.found.sort)
            .finish_non_exhaustive()
    }
}
