//! Counts of what matches, by what it has.

use std::collections::BTreeSet;

use backlot_model::{Query, RecordId, RepositoryName};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::explain::{ExplainedOrder, ExplainedRepository, Explanation};
use super::filter::Paging;
use super::list::Found;
use super::options::QueryOptions;
use super::order::choose;
use super::segment::{Dimension, Segment};
use crate::derive::ColumnEntry;
use crate::error::Result;
use crate::read::Snapshot;

/// How many issues match a query, by what they have. Lists begin with what most of them have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Facets {
    /// All that match.
    pub total: u64,
    /// Those that are open.
    pub open: u64,
    /// Those that are closed. What is neither has a state that this version does not know.
    pub closed: u64,
    /// By label. Labels of one name, whatever its case, count as one across repositories.
    pub labels: Vec<Facet>,
    /// Those without a label.
    pub without_label: u64,
    /// By milestone. Milestones of one title count as one across repositories.
    pub milestones: Vec<Facet>,
    /// Those without a milestone.
    pub without_milestone: u64,
    /// By assignee.
    pub assignees: Vec<Facet>,
    /// Those without an assignee.
    pub without_assignee: u64,
    /// By author.
    pub authors: Vec<Facet>,
    /// Those without an author.
    pub without_author: u64,
}

/// How many of the matches have one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The record of the label, the milestone or the user; where several count as one, that of the first.
    pub id: RecordId,
    /// Its name, title or login.
    pub name: String,
    /// How many of the matches have it.
    pub count: u64,
}

type Counts = FxHashMap<u32, u64>;

/// Gives the record and the name of what stands in a row.
pub(crate) type Describe<'a> = dyn FnMut(u32) -> Result<(RecordId, String)> + 'a;

impl Found {
    /// How many of the matches there are by what they have.
    pub(crate) fn facets(&self, most: usize, describe: &mut Describe<'_>) -> Result<Facets> {
        let mut facets = Facets {
            total: self.total(),
            ..Facets::default()
        };
        let mut counts: [Counts; 4] = Default::default();
        for part in &self.parts {
            let [(base, _), (delta, _)] = part.index.parts();
            for (segment, matches) in [(base, &part.matches.base), (delta, &part.matches.delta)] {
                let having = |flag| segment.flag(flag).intersection_len(matches);
                let all = matches.len();
                let closed = having(ColumnEntry::CLOSED);
                facets.closed += closed;
                facets.open += all - closed - having(ColumnEntry::OTHER_STATE);
                facets.without_label += all - having(ColumnEntry::LABELS);
                facets.without_milestone += all - having(ColumnEntry::MILESTONE);
                facets.without_assignee += all - having(ColumnEntry::ASSIGNEES);
                facets.without_author += all - having(ColumnEntry::AUTHOR);
                for (dimension, counts) in DIMENSIONS.into_iter().zip(&mut counts) {
                    count(segment, dimension, matches, counts);
                }
            }
        }
        let [labels, milestones, assignees, authors] = counts;
        facets.labels = by_name(&labels, most, describe)?;
        facets.milestones = by_name(&milestones, most, describe)?;
        facets.assignees = by_record(&assignees, most, describe)?;
        facets.authors = by_record(&authors, most, describe)?;
        Ok(facets)
    }
}

/// Of users, only those that are shown are looked up: a login is one user's at one host.
fn by_record(counts: &Counts, most: usize, describe: &mut Describe<'_>) -> Result<Vec<Facet>> {
    let mut sorted: Vec<(u64, u32)> = counts.iter().map(|(row, count)| (*count, *row)).collect();
    sorted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    sorted.truncate(most);
    let mut facets = Vec::with_capacity(sorted.len());
    for (count, row) in sorted {
        let (id, name) = describe(row)?;
        facets.push(Facet { id, name, count });
    }
    sort(&mut facets);
    Ok(facets)
}

fn by_name(counts: &Counts, most: usize, describe: &mut Describe<'_>) -> Result<Vec<Facet>> {
    let mut rows: Vec<(u32, u64)> = counts.iter().map(|(row, count)| (*row, *count)).collect();
    rows.sort_unstable();
    let mut named: FxHashMap<String, Facet> = FxHashMap::default();
    for (row, count) in rows {
        let (id, name) = describe(row)?;
        let held = named
            .entry(name.to_lowercase())
            .or_insert(Facet { id, name, count: 0 });
        held.count += count;
    }
    let mut facets: Vec<Facet> = named.into_values().collect();
    sort(&mut facets);
    facets.truncate(most);
    Ok(facets)
}

impl Snapshot {
    /// How many issues match a query by state, label, milestone, assignee and author; of each at most the
    /// `most` that the most issues have.
    ///
    /// # Errors
    /// As [`Snapshot::query`].
    pub fn facets(&self, query: &Query, options: &QueryOptions, most: usize) -> Result<Facets> {
        let found = self.find_issues(query, options, None, false)?;
        found.facets(most, &mut |row| {
            let record = self.head(row)?.record;
            let name = record.name().or(record.title()).unwrap_or_default();
            Ok((record.id(), name.to_owned()))
        })
    }

    /// How many open and closed issues each milestone of a repository has, by the milestone's row; pull
    /// requests count, as they do at GitHub.
    pub(crate) fn milestone_counts(&self, repository: u32) -> Result<FxHashMap<u32, (u64, u64)>> {
        let index = self.index(repository)?;
        let mut counts: FxHashMap<u32, (u64, u64)> = FxHashMap::default();
        for (segment, visible) in index.parts() {
            let closed = segment.flag(ColumnEntry::CLOSED) & visible;
            let other = segment.flag(ColumnEntry::OTHER_STATE);
            let open = &(visible - &closed) - other;
            for (row, set) in segment.postings(Dimension::Milestone) {
                let held = counts.entry(*row).or_default();
                held.0 += set.intersection_len(&open);
                held.1 += set.intersection_len(&closed);
            }
        }
        Ok(counts)
    }

    /// How many open and closed issues a repository has; pull requests count, as they do at GitHub.
    pub(crate) fn issue_counts(&self, repository: u32) -> Result<(u64, u64)> {
        let index = self.index(repository)?;
        let (mut all_open, mut all_closed) = (0, 0);
        for (segment, visible) in index.parts() {
            let closed = segment.flag(ColumnEntry::CLOSED) & visible;
            let open = &(visible - &closed) - segment.flag(ColumnEntry::OTHER_STATE);
            all_open += open.len();
            all_closed += closed.len();
        }
        Ok((all_open, all_closed))
    }

    /// The rows of the labels that the issues of a milestone bear.
    pub(crate) fn labels_with_milestone(
        &self,
        repository: u32,
        milestone: u32,
    ) -> Result<BTreeSet<u32>> {
        let index = self.index(repository)?;
        let mut found = BTreeSet::new();
        for (segment, visible) in index.parts() {
            let within = segment.posting(Dimension::Milestone, milestone) & visible;
            for (row, set) in segment.postings(Dimension::Label) {
                if !set.is_disjoint(&within) {
                    found.insert(*row);
                }
            }
        }
        Ok(found)
    }

    /// The rows of the users who wrote an issue of a repository or are assigned to one.
    pub(crate) fn people(&self, repository: u32) -> Result<BTreeSet<u32>> {
        let index = self.index(repository)?;
        let mut found = BTreeSet::new();
        for (segment, visible) in index.parts() {
            for dimension in [Dimension::Author, Dimension::Assignee] {
                for (row, set) in segment.postings(dimension) {
                    if !set.is_disjoint(visible) {
                        found.insert(*row);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The types that the issues of a repository have, by name without regard to case.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn issue_types(&self, repository: &RepositoryName) -> Result<Vec<String>> {
        let index = self.index(self.known_repository(repository)?.row)?;
        let mut found = BTreeSet::new();
        for (segment, visible) in index.parts() {
            let used = segment.postings(Dimension::Type).iter();
            let used = used.filter(|(_, set)| !set.is_disjoint(visible));
            found.extend(used.filter_map(|(place, _)| {
                let name = segment.columns.text_at(*place)?;
                Some((name.to_lowercase(), name.to_owned()))
            }));
        }
        Ok(found.into_iter().map(|(_, name)| name).collect())
    }

    /// How a query is answered: which index serves which part, how many matches each part was expected to
    /// have and has, and how the first page is brought into order.
    ///
    /// # Errors
    /// As [`Snapshot::query`].
    pub fn explain(&self, query: &Query, options: &QueryOptions) -> Result<Explanation> {
        let found = self.find_issues(query, options, None, true)?;
        let (total, sort, left_out) = (found.total(), found.sort, found.left_out);
        let repositories = found.parts.into_iter().map(|part| {
            let [(base, _), _] = part.index.parts();
            let (all, matches) = (base.len() as u64, part.matches.base.len());
            let wanted = Paging::PER_PAGE as u64;
            let order = match base.order(sort.key) {
                Some(_) => {
                    let way = choose(all, matches, wanted);
                    ExplainedOrder::new(way, all, matches, wanted)
                }
                None => ExplainedOrder::Gather(part.matches.len()),
            };
            ExplainedRepository {
                name: part.name,
                issues: part.index.len(),
                matches: part.matches.len(),
                steps: part.steps,
                order,
            }
        });
        Ok(Explanation {
            repositories: repositories.collect(),
            left_out,
            total,
            sort,
        })
    }
}

const DIMENSIONS: [Dimension; 4] = [
    Dimension::Label,
    Dimension::Milestone,
    Dimension::Assignee,
    Dimension::Author,
];

/// Counts what the matches have in a dimension: by sets, or by the matches where these are fewer.
fn count(segment: &Segment, dimension: Dimension, matches: &RoaringBitmap, counts: &mut Counts) {
    let postings = segment.postings(dimension);
    // To join a set costs about as much as to look at a few matches.
    if matches.len() < 4 * postings.len() as u64 {
        let entries = matches.iter().filter_map(|place| segment.entry(place));
        for entry in entries {
            for row in dimension.of(&segment.columns, entry) {
                *counts.entry(*row).or_default() += 1;
            }
        }
        return;
    }
    for (row, set) in postings {
        let both = set.intersection_len(matches);
        if both > 0 {
            *counts.entry(*row).or_default() += both;
        }
    }
}

fn sort(facets: &mut [Facet]) {
    facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
}
