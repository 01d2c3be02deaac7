//! The way through a repository that lint takes: labels, milestones, issues with their comments.

use backlot_model::lint::{
    Around, Checker, Finding, IssueView, LabelView, LostLabel, MilestoneView, Numbers, Person,
    Target, Totals,
};
use backlot_model::{Query, Record, RecordId, RecordKind, RepositoryName, State};
use roaring::RoaringBitmap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codec::TextPointer;
use crate::error::{Error, Result};
use crate::query::QueryOptions;
use crate::read::{Snapshot, children, for_each_row};
use crate::store::reading::Read;

/// How many users are kept in memory.
const KEPT: usize = 1 << 13;

/// How much lint looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LintReport {
    /// Labels.
    pub labels: usize,
    /// Milestones.
    pub milestones: usize,
    /// Issues and pull requests.
    pub issues: usize,
    /// Comments.
    pub comments: usize,
}

impl Snapshot {
    /// Tells what a target would refuse, cut, change or lose of a repository: of its labels, its milestones, its
    /// issues with their comments in the order of numbers, and at last of the whole. With a query, of the issues
    /// that match and their comments alone.
    ///
    /// ```
    /// # use backlot_core::{NewIssue, Result, StoreOptions};
    /// # use backlot_model::lint::{Code, Limit, Rule, Severity, Target};
    /// # use backlot_model::Actor;
    /// # fn main() -> Result<()> {
    /// let store = StoreOptions::new().in_memory()?;
    /// let mut tx = store.write(Actor::login("mona"), "start")?;
    /// let hello = "octo/hello".parse().expect("owner/name");
    /// tx.create_repository(&hello)?.create_issue(NewIssue::titled("Crash on start"))?;
    /// tx.commit()?;
    ///
    /// let rule = Rule {
    ///     code: Code::TitleTooLong,
    ///     severity: Severity::Error,
    ///     limit: Limit::Most(10),
    ///     says: "a title has at most 10 characters",
    ///     source: "an example",
    /// };
    /// let mut found = Vec::new();
    /// store.read()?.lint(&hello, &Target::new("example", &[rule]), None, &mut |finding| {
    ///     found.push(finding.code);
    ///     Result::Ok(())
    /// })?;
    /// assert_eq!(found, [Code::TitleTooLong]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, and whatever `tell` fails with.
    pub fn lint<E: From<Error>>(
        &self,
        repository: &RepositoryName,
        target: &Target,
        only: Option<(&Query, &QueryOptions)>,
        tell: &mut dyn FnMut(Finding) -> std::result::Result<(), E>,
    ) -> std::result::Result<LintReport, E> {
        let mut walk = Walk::new(self, repository, only)?;
        let around = walk.around()?;
        let checker = Checker::new(target, &around);
        let mut report = LintReport::default();
        let mut totals = Totals::default();
        let mut found = Vec::new();
        let (label_ids, labels) = walk.labels()?;
        let (milestone_ids, milestones) = walk.milestones()?;
        if only.is_none() {
            report.labels = labels.len();
            report.milestones = milestones.len();
            checker.labels(&labels, &mut |finding| found.push(finding));
            checker.milestones(&milestones, &mut |finding| found.push(finding));
            found.drain(..).try_for_each(&mut *tell)?;
        }
        let names: FxHashSet<String> = labels
            .iter()
            .map(|label| label.name.to_lowercase())
            .collect();
        drop((labels, milestones));
        walk.issues(&mut |walk, row, record| {
            let issue = walk.snapshot.in_text(record)?;
            let assignees = walk.people(issue.assignees())?;
            let lost_labels = walk.lost_labels(&issue, &label_ids, &names)?;
            let view = IssueView {
                record: &issue,
                assignees: &assignees,
                lost_labels: &lost_labels,
                has_milestone: issue
                    .milestone()
                    .is_none_or(|milestone| milestone_ids.contains(&milestone)),
            };
            checker.issue(&view, &mut |finding| found.push(finding));
            found.drain(..).try_for_each(&mut *tell)?;
            totals.issues += 1;
            totals.pull_requests += usize::from(issue.is_pull_request());
            totals.reactions += issue.reactions().total();
            let number = issue.number().unwrap_or(0);
            walk.belongings(row, &mut |record| {
                match record.kind() {
                    RecordKind::Comment => {
                        let comment = walk.snapshot.in_text(record)?;
                        let body = comment.body().map(String::as_str).unwrap_or_default();
                        checker.comment(comment.id(), number, body, &mut |finding| {
                            found.push(finding);
                        });
                        totals.comments += 1;
                        totals.reactions += comment.reactions().total();
                    }
                    RecordKind::HistoryEvent => totals.events += 1,
                    _ => {}
                }
                found.drain(..).try_for_each(&mut *tell)
            })
        })?;
        report.issues = totals.issues;
        report.comments = totals.comments;
        if only.is_none() {
            totals.milestones = report.milestones;
            checker.repository(&totals, &mut |finding| found.push(finding));
            found.drain(..).try_for_each(&mut *tell)?;
        }
        Ok(report)
    }

    pub(super) fn in_text(&self, record: Record<TextPointer>) -> Result<Record> {
        record.try_map_text(&mut |pointer: TextPointer| self.text(pointer))
    }
}

/// What is done with an issue: its row, and its record.
type VisitIssue<'v, 'a, E> =
    dyn FnMut(&mut Walk<'a>, u32, Record<TextPointer>) -> std::result::Result<(), E> + 'v;

/// A repository on its way.
pub(super) struct Walk<'a> {
    pub(super) snapshot: &'a Snapshot,
    repository: u32,
    name: RepositoryName,
    source: Option<(String, String)>,
    // The rows of the issues that are wanted; all, without it.
    wanted: Option<RoaringBitmap>,
    people: FxHashMap<RecordId, Person>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        repository: &RepositoryName,
        only: Option<(&Query, &QueryOptions)>,
    ) -> Result<Self> {
        let known = snapshot.known_repository(repository)?;
        let wanted = match only {
            Some((query, options)) => {
                let options = options.clone().repository(repository.clone());
                Some(snapshot.rows_matching(query, &options, &known.name)?)
            }
            None => None,
        };
        Ok(Self {
            snapshot,
            repository: known.row,
            name: repository.clone(),
            source: known.foreign,
            wanted,
            people: FxHashMap::default(),
        })
    }

    fn around(&self) -> Result<Around> {
        let mut numbers = Numbers::default();
        self.living(RecordKind::Issue, &mut |_, record| -> Result<()> {
            numbers.push(record.number().unwrap_or(0));
            Ok(())
        })?;
        Ok(Around {
            repository: self.name.clone(),
            source: self.source.clone(),
            numbers,
        })
    }

    /// Visits the records of a kind that are neither deleted nor absent.
    fn living<E: From<Error>>(
        &self,
        kind: RecordKind,
        visit: &mut dyn FnMut(u32, Record<TextPointer>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let tables = &self.snapshot.tables;
        for_each_row(tables, self.repository, kind, &mut |row| {
            let record = self.snapshot.head(row)?.record;
            match record.is_deleted() || record.is_absent() {
                true => Ok(()),
                false => visit(row, record),
            }
        })
    }

    /// The labels, by name, and which records they are.
    pub(super) fn labels(&self) -> Result<(FxHashSet<RecordId>, Vec<LabelView>)> {
        let (mut ids, mut labels) = (FxHashSet::default(), Vec::new());
        self.living(RecordKind::Label, &mut |_, record| -> Result<()> {
            ids.insert(record.id());
            labels.push(LabelView {
                name: record.name().unwrap_or_default().to_owned(),
                color: record.color().unwrap_or_default().to_owned(),
                description: record.description().map(str::to_owned),
            });
            Ok(())
        })?;
        Ok((ids, labels))
    }

    /// The milestones, by number, and which records they are.
    pub(super) fn milestones(&self) -> Result<(FxHashSet<RecordId>, Vec<MilestoneView>)> {
        let (mut ids, mut milestones) = (FxHashSet::default(), Vec::new());
        self.living(RecordKind::Milestone, &mut |_, record| -> Result<()> {
            ids.insert(record.id());
            milestones.push(MilestoneView {
                number: record.number().unwrap_or(0),
                title: record.title().unwrap_or_default().to_owned(),
                state: record.state().cloned().unwrap_or(State::Open),
                due_on: record.due_on(),
            });
            Ok(())
        })?;
        Ok((ids, milestones))
    }

    /// Visits the issues that are wanted, by number.
    pub(super) fn issues<E: From<Error>>(
        &mut self,
        visit: &mut VisitIssue<'_, 'a, E>,
    ) -> std::result::Result<(), E> {
        let snapshot = self.snapshot;
        let (tables, repository) = (&snapshot.tables, self.repository);
        for_each_row(tables, repository, RecordKind::Issue, &mut |row| {
            if self.wanted.as_ref().is_some_and(|rows| !rows.contains(row)) {
                return Ok(());
            }
            let record = snapshot.head(row)?.record;
            match record.is_deleted() || record.is_absent() {
                true => Ok(()),
                false => visit(self, row, record),
            }
        })
    }

    /// Visits what belongs to an issue and is neither deleted nor absent, in the order of time.
    pub(super) fn belongings<E: From<Error>>(
        &self,
        issue: u32,
        visit: &mut dyn FnMut(Record<TextPointer>) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        children(&self.snapshot.tables, issue, &mut |row| {
            let record = self.snapshot.head(row)?.record;
            match record.is_deleted() || record.is_absent() {
                true => Ok(()),
                false => visit(record),
            }
        })
    }

    fn people(&mut self, ids: &[RecordId]) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(person) = self.people.get(id) {
                people.push(person.clone());
                continue;
            }
            let person = match self.snapshot.tables.row_of(id.to_bytes())? {
                Some(row) => {
                    let record = self.snapshot.head(row)?.record;
                    let host = record.host().filter(|host| !host.is_empty());
                    Person {
                        login: record.name().unwrap_or_default().to_owned(),
                        host: host.map(str::to_owned),
                    }
                }
                None => Person::default(),
            };
            if self.people.len() >= KEPT {
                self.people.clear();
            }
            self.people.insert(*id, person.clone());
            people.push(person);
        }
        Ok(people)
    }

    /// The labels of an issue that are none of the repository's.
    fn lost_labels(
        &self,
        issue: &Record,
        known: &FxHashSet<RecordId>,
        names: &FxHashSet<String>,
    ) -> Result<Vec<LostLabel>> {
        let mut lost = Vec::new();
        for id in issue.labels().iter().filter(|id| !known.contains(id)) {
            let name = self.snapshot.login(*id)?.unwrap_or_default();
            let is_taken = names.contains(&name.to_lowercase());
            lost.push(LostLabel { name, is_taken });
        }
        Ok(lost)
    }
}
