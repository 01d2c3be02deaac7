//! What was: earlier states of a store, as far as everything was done here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use backlot_core::{
    DifferenceKind, Environment, ErrorKind, IssueEdit, IssueFilter, NewIssue, Point, QueryOptions,
    StateFilter, Store, StoreOptions,
};
use backlot_model::{Actor, Condition, Field, Query, State, StateReason, Test, Timestamp};

use crate::support::name;

pub(crate) const REPOSITORY: &str = "octo/hello";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A clock that stands still until it is set.
#[derive(Default)]
pub(crate) struct Clock {
    pub(crate) now: AtomicI64,
    drawn: AtomicU64,
}

impl Environment for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_milliseconds(self.now.load(Ordering::Relaxed))
    }

    fn random(&self) -> u128 {
        u128::from(self.drawn.fetch_add(1, Ordering::Relaxed)) << 20
    }
}

struct Shared(Arc<Clock>);

impl Environment for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> u128 {
        self.0.random()
    }
}

/// A store in memory whose clock the test sets.
pub(crate) fn clocked() -> (Store, Arc<Clock>) {
    let clock = Arc::new(Clock::default());
    let options = StoreOptions::new().environment(Shared(Arc::clone(&clock)));
    (options.in_memory().unwrap(), clock)
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// An issue as the plain model has it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Plain {
    title: String,
    body: Option<String>,
    is_closed: bool,
    reason: Option<StateReason>,
    labels: Vec<String>,
    assignees: Vec<String>,
    comments: Vec<String>,
    updated_at: i64,
    closed_at: Option<i64>,
}

type Model = BTreeMap<u64, Plain>;

fn random_edit(numbers: &mut Numbers, plain: &mut Plain, step: u64, now: i64) -> IssueEdit {
    let mut edit = IssueEdit::default();
    let before = plain.clone();
    for _ in 0..1 + numbers.below(2) {
        match numbers.below(7) {
            0 => {
                plain.title = format!("Title {}", numbers.below(4));
                edit = edit.title(plain.title.clone());
            }
            1 => {
                plain.body = Some(format!("Body {step}"));
                edit = edit.body(plain.body.clone());
            }
            2 if edit == IssueEdit::default() => {
                let is_closed = !plain.is_closed;
                plain.is_closed = is_closed;
                plain.closed_at = is_closed.then_some(now);
                plain.reason = Some(if is_closed {
                    StateReason::NotPlanned
                } else {
                    StateReason::Reopened
                });
                edit = if is_closed {
                    edit.state(State::Closed, Some(StateReason::NotPlanned))
                } else {
                    edit.state(State::Open, None)
                };
            }
            3 | 4 => {
                let label = format!("label {}", numbers.below(4));
                if let Some(place) = plain.labels.iter().position(|known| *known == label) {
                    if before.labels.contains(&label) {
                        plain.labels.remove(place);
                        edit = edit.remove_label(label);
                    }
                } else if !before.labels.contains(&label) {
                    plain.labels.push(label.clone());
                    edit = edit.add_label(label);
                }
            }
            _ => {
                let login = ["mona", "hubot", "lee"][numbers.below(3) as usize].to_owned();
                if let Some(place) = plain.assignees.iter().position(|known| *known == login) {
                    if before.assignees.contains(&login) {
                        plain.assignees.remove(place);
                        edit = edit.remove_assignee(login);
                    }
                } else if !before.assignees.contains(&login) {
                    plain.assignees.push(login.clone());
                    edit = edit.add_assignee(login);
                }
            }
        }
    }
    if *plain != before {
        plain.updated_at = now;
    }
    edit
}

/// A random history: the model after each commit, with the moment of it.
fn random_history(store: &Store, clock: &Clock, commits: u64) -> Vec<(i64, Model)> {
    let mut numbers = Numbers(20_240_501);
    let mut model = Model::new();
    let mut states = Vec::new();
    let mut now = 1_700_000_000_000;
    for step in 0..commits {
        now += 1 + i64::try_from(numbers.below(50_000)).unwrap();
        clock.now.store(now, Ordering::Relaxed);
        let mut tx = store.write(Actor::login("mona"), "work").unwrap();
        let mut repository = if step == 0 {
            tx.create_repository(&name(REPOSITORY)).unwrap()
        } else {
            tx.repository(REPOSITORY).unwrap()
        };
        if model.is_empty() || numbers.below(6) == 0 {
            let title = format!("Issue of step {step}");
            let number = repository
                .create_issue(NewIssue::titled(title.clone()))
                .unwrap();
            let plain = Plain {
                title,
                updated_at: now,
                ..Plain::default()
            };
            model.insert(number, plain);
        } else {
            let number = 1 + numbers.below(model.len() as u64);
            let plain = model.get_mut(&number).unwrap();
            if numbers.below(4) == 0 {
                let body = format!("Comment of step {step}");
                repository.comment(number, body.clone()).unwrap();
                plain.comments.push(body);
                plain.updated_at = now;
            } else {
                let edit = random_edit(&mut numbers, plain, step, now);
                repository.edit_issue(number, &edit).unwrap();
            }
        }
        tx.commit().unwrap();
        states.push((now, model.clone()));
    }
    states
}

fn milliseconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::unix_milliseconds)
}

/// Asserts that a past is just what the model had then, every field certain.
fn assert_past(past: &backlot_core::Past<'_>, model: &Model, number: u64) {
    let repository = name(REPOSITORY);
    match model.get(&number) {
        None => {
            let error = past.issue(&repository, number).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownRecord);
        }
        Some(plain) => {
            let found = past.issue(&repository, number).unwrap();
            assert!(found.unknown.is_empty(), "{:?}", found.unknown);
            let comments = past.comments(&repository, number).unwrap();
            assert!(comments.iter().all(|comment| comment.unknown.is_empty()));
            let summary = found.summary;
            let comments: Vec<_> = comments
                .iter()
                .map(|comment| comment.record.body().unwrap().clone())
                .collect();
            assert_eq!(summary.comments, comments.len() as u64);
            let found = Plain {
                title: summary.title,
                body: found.body,
                is_closed: summary.state == State::Closed,
                reason: summary.state_reason,
                labels: summary.labels,
                assignees: summary.assignees,
                comments,
                updated_at: milliseconds(summary.updated_at).unwrap(),
                closed_at: milliseconds(summary.closed_at),
            };
            assert_eq!(&found, plain);
        }
    }
}

fn assert_lists(past: &backlot_core::Past<'_>, model: &Model) {
    for (state, closed) in [(StateFilter::Open, false), (StateFilter::Closed, true)] {
        let filter = IssueFilter {
            state,
            ..IssueFilter::default()
        };
        let mut list = past.issues(&name(REPOSITORY), &filter).unwrap();
        let found: Vec<_> = list.page(1, 1000).unwrap();
        let found: Vec<_> = found.iter().map(|issue| issue.summary.number).collect();
        let mut expected: Vec<_> = model
            .iter()
            .filter(|(_, plain)| plain.is_closed == closed)
            .map(|(number, _)| *number)
            .collect();
        expected.reverse();
        assert_eq!((list.total(), found), (expected.len(), expected));
    }
    let labeled = Query {
        condition: Condition::Is(Test::Label(vec!["LABEL 1".into()])),
        sort: None,
    };
    let found = past.query(&labeled, &QueryOptions::new()).unwrap().total();
    let has = |plain: &&Plain| plain.labels.iter().any(|label| label == "label 1");
    assert_eq!(found, model.values().filter(has).count());
}

#[test]
fn a_local_history_is_known_exactly_at_every_moment() {
    let (store, clock) = clocked();
    let states = random_history(&store, &clock, 400);
    let snapshot = store.read().unwrap();
    let (first, last) = (states[0].0, states.last().unwrap().0);
    let mut numbers = Numbers(7);
    for round in 0..1_000 {
        let span = u64::try_from(last - first + 5_000).unwrap();
        let moment = match round {
            0 => first - 1,
            // Just at, before and after a commit.
            1..300 => {
                let place = numbers.below(states.len() as u64) as usize;
                states[place].0 + i64::try_from(numbers.below(3)).unwrap() - 1
            }
            _ => first + i64::try_from(numbers.below(span)).unwrap(),
        };
        let past = snapshot.as_of(Timestamp::from_unix_milliseconds(moment));
        let then = states.iter().rev().find(|(now, _)| *now <= moment);
        let Some((_, model)) = then else {
            let error = past.issue(&name(REPOSITORY), 1).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownRecord);
            continue;
        };
        for _ in 0..5 {
            assert_past(&past, model, 1 + numbers.below(model.len() as u64 + 1));
        }
        if round % 50 == 0 {
            assert_lists(&past, model);
        }
    }
}

#[test]
fn the_log_is_followed_commit_by_commit() {
    let (store, clock) = clocked();
    let states = random_history(&store, &clock, 120);
    let snapshot = store.read().unwrap();
    let commits: Vec<_> = snapshot.commits().map(Result::unwrap).collect();
    for commit in &commits {
        let recorded_at = commit.recorded_at.unix_milliseconds();
        let (_, model) = states.iter().find(|(now, _)| *now == recorded_at).unwrap();
        let past = snapshot.as_known(commit.sequence);
        for number in 1..=model.len() as u64 + 1 {
            assert_past(&past, model, number);
        }
        assert_lists(&past, model);
    }
    let nothing = snapshot.as_known(0).labels(&name(REPOSITORY));
    assert_eq!(nothing.unwrap_err().kind(), ErrorKind::UnknownRecord);
    assert_eq!(
        snapshot
            .as_known(u64::MAX)
            .labels(&name(REPOSITORY))
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn a_difference_has_what_was_created_and_what_changed_from_which_value_to_which() {
    let (store, clock) = clocked();
    let write = |now: i64, work: &dyn Fn(&mut backlot_core::WriteTransaction)| {
        clock.now.store(now, Ordering::Relaxed);
        let mut tx = store.write(Actor::login("mona"), "work").unwrap();
        work(&mut tx);
        tx.commit().unwrap();
    };
    write(1_000, &|tx| {
        let mut repository = tx.create_repository(&name(REPOSITORY)).unwrap();
        repository.create_issue(NewIssue::titled("One")).unwrap();
        repository.create_issue(NewIssue::titled("Two")).unwrap();
    });
    write(2_000, &|tx| {
        let mut repository = tx.repository(REPOSITORY).unwrap();
        let edit = IssueEdit::default().title("Uno").body(Some("Text.".into()));
        repository.edit_issue(1, &edit).unwrap();
        repository.create_issue(NewIssue::titled("Three")).unwrap();
    });
    write(3_000, &|tx| {
        let mut repository = tx.repository(REPOSITORY).unwrap();
        repository
            .edit_issue(1, &IssueEdit::default().title("Eins"))
            .unwrap();
    });
    let snapshot = store.read().unwrap();
    let moment = |ms| Point::Moment(Timestamp::from_unix_milliseconds(ms));
    for (a, b) in [
        (Point::Commit(1), Point::Commit(3)),
        (moment(1_500), moment(3_000)),
        (Point::Commit(1), moment(9_000)),
    ] {
        let found: Vec<_> = snapshot.diff(a, b).unwrap().map(Result::unwrap).collect();
        let labels: Vec<_> = found
            .iter()
            .map(|found| (found.label.as_str(), found.kind))
            .collect();
        let expected = [
            ("#1 Eins", DifferenceKind::Changed),
            ("#3 Three", DifferenceKind::Created),
        ];
        assert_eq!(labels, expected, "{a:?} {b:?}");
        assert_eq!(found[0].repository.as_deref(), Some(REPOSITORY));
        let fields: Vec<_> = found[0].fields.iter().map(|field| field.field).collect();
        assert_eq!(fields, [Field::Title, Field::Body, Field::UpdatedAt]);
        let title = &found[0].fields[0];
        let value = |text: &str| Some(backlot_model::Value::Title(text.to_owned()));
        assert_eq!(
            (&title.before, &title.after),
            (&value("One"), &value("Eins"))
        );
        assert!(title.is_certain);
    }
    let back: Vec<_> = snapshot
        .diff(Point::Commit(3), Point::Commit(1))
        .unwrap()
        .map(|found| found.unwrap().kind)
        .collect();
    assert_eq!(back, [DifferenceKind::Changed, DifferenceKind::Deleted]);
    assert_eq!(
        snapshot
            .diff(Point::Commit(3), Point::Commit(3))
            .unwrap()
            .count(),
        0
    );
}
