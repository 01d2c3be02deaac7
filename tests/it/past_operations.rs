//! The past of a random life with all operations: what the store showed after each commit is kept whole, and
//! the past has to be just that again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use backlot_core::{
    CardEdit, CardPlace, ColumnPlace, DifferenceKind, IssueEdit, IssueSummary, LabelEdit,
    MilestoneEdit, NewIssue, NewLabel, NewMilestone, NewProject, Past, Point, ProjectEdit,
    ProjectOwner, QueryOptions, RepositoryEdit, Snapshot, Store, SubIssuePlace,
};
use backlot_model::{
    Actor, Field, IssueReference, LockReason, ParseOptions, Query, Record, RecordId, RecordKind,
    State, StateReason, Timestamp,
};

use crate::past::{Clock, Numbers, clocked};
use crate::support::name;

const REPOSITORIES: [&str; 3] = ["octo/hello", "octo/other", "acme/third"];
const LABELS: [&str; 4] = ["bug", "UI", "docs", "later"];
const PEOPLE: [&str; 3] = ["mona", "hubot", "lee"];

/// All records that are there.
type Records = BTreeMap<RecordId, Record>;

/// A random life, and what was there after each commit.
struct Life {
    store: Store,
    clock: Arc<Clock>,
    numbers: Numbers,
    now: i64,
    ids: BTreeSet<RecordId>,
    kinds: BTreeMap<RecordId, RecordKind>,
    states: Vec<(i64, Records)>,
    snapshots: Vec<(i64, Snapshot)>,
}

impl Life {
    fn new(seed: u64) -> Self {
        let (store, clock) = clocked();
        Self {
            store,
            clock,
            numbers: Numbers(seed),
            now: 1_700_000_000_000,
            ids: BTreeSet::new(),
            kinds: BTreeMap::new(),
            states: Vec::new(),
            snapshots: Vec::new(),
        }
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        match from.len() as u64 {
            0 => None,
            length => from.get(self.numbers.below(length) as usize).cloned(),
        }
    }

    fn any(&mut self, kind: RecordKind) -> RecordId {
        let of = self.kinds.iter().filter(|(_, known)| **known == kind);
        let of: Vec<RecordId> = of.map(|(id, _)| *id).collect();
        self.pick(&of).unwrap_or(RecordId::NIL)
    }

    fn number(&mut self) -> u64 {
        1 + self.numbers.below(12)
    }

    fn repository(&mut self) -> &'static str {
        REPOSITORIES[self.numbers.below(8).saturating_sub(5) as usize]
    }

    fn reference(&mut self) -> IssueReference {
        let (repository, number) = (self.repository(), self.number());
        format!("{repository}#{number}").parse().unwrap()
    }

    fn word(&mut self) -> String {
        let words = ["crash", "menu", "start", "@hubot", "again", "octo/hello#2"];
        let (a, b) = (self.pick(&words), self.pick(&words));
        format!("{} {}", a.unwrap(), b.unwrap())
    }

    /// One commit, in which some operations may be refused.
    fn step(&mut self) {
        self.now += 1 + i64::try_from(self.numbers.below(50_000)).unwrap();
        self.clock.now.store(self.now, Ordering::Relaxed);
        let before = self.store.read().unwrap().sequence();
        let actor = Actor::login(PEOPLE[self.numbers.below(3) as usize]);
        if self.states.len() > 10 && self.numbers.below(10) == 0 {
            let sequence = before.saturating_sub(self.numbers.below(6));
            let _ = match self.numbers.below(2) {
                0 => self.store.undo(sequence, actor),
                _ => self.store.redo(sequence, actor),
            };
        } else {
            let store = self.store.clone();
            let mut tx = store.write(actor, "work").unwrap();
            if self.states.is_empty() {
                for repository in REPOSITORIES {
                    tx.create_repository(&name(repository)).unwrap();
                }
            }
            for _ in 0..=self.numbers.below(3) {
                self.operation(&mut tx);
            }
            tx.commit().unwrap();
        }
        self.keep(before);
    }

    fn operation(&mut self, tx: &mut backlot_core::WriteTransaction) {
        match self.numbers.below(5) {
            0 => self.on_boards(tx),
            1 => self.on_repository(tx),
            _ => self.on_issues(tx),
        }
    }

    fn on_issues(&mut self, tx: &mut backlot_core::WriteTransaction) {
        let (home, number) = (self.repository(), self.number());
        let (other, word, comment) = (self.reference(), self.word(), self.any(RecordKind::Comment));
        let (label, person) = (self.pick(&LABELS).unwrap(), self.pick(&PEOPLE).unwrap());
        let issue = self.any(RecordKind::Issue);
        let (operation, is) = (self.numbers.below(32), self.numbers.below(2) == 0);
        let place = match self.numbers.below(4) {
            0 => SubIssuePlace::First,
            1 => SubIssuePlace::Last,
            2 => SubIssuePlace::Before(self.reference()),
            _ => SubIssuePlace::After(self.reference()),
        };
        let to = self.repository();
        let Ok(mut repository) = tx.repository(home) else {
            return;
        };
        let repository = &mut repository;
        let edit = IssueEdit::default();
        let _ = match operation {
            0..5 => repository
                .create_issue(NewIssue::titled(word.clone()).body(word))
                .map(|_| true),
            5 => repository.edit_issue(number, &edit.title(word)),
            6 => repository.edit_issue(number, &edit.body(is.then_some(word))),
            7 | 8 => {
                let state = if is { State::Closed } else { State::Open };
                let reason = is.then_some(StateReason::NotPlanned);
                repository.edit_issue(number, &edit.state(state, reason))
            }
            9 => repository.edit_issue(number, &edit.add_label(label)),
            10 => repository.edit_issue(number, &edit.remove_label(label)),
            11 => repository.edit_issue(number, &edit.add_assignee(person)),
            12 => repository.edit_issue(number, &edit.remove_assignee(person)),
            13 => repository.edit_issue(number, &edit.milestone(is.then_some(1 + number % 3))),
            14 => repository.edit_issue(number, &edit.issue_type(is.then(|| "Bug".to_owned()))),
            15 => repository.lock_issue(number, is.then_some(LockReason::Spam)),
            16 => repository.unlock_issue(number),
            17 if is => repository.pin_issue(number),
            17 => repository.unpin_issue(number),
            18 if is => repository.add_sub_issue(number, &other, true),
            18 => repository.add_sub_issue(number, &other, false),
            19 => repository.remove_sub_issue(number, &other),
            20 => repository.move_sub_issue(number, &other, &place),
            21 => repository.add_blocked_by(number, &other),
            22 => repository.remove_blocked_by(number, &other),
            23 if is => repository.mark_duplicate(number, &other),
            23 => repository.unmark_duplicate(number),
            24 => repository.comment(number, word).map(|_| true),
            25 if is => repository.edit_comment(comment, word),
            25 => repository.delete_comment(comment).map(|()| true),
            26 if is => repository.minimize_comment(comment, Some("spam")),
            26 => repository.unminimize_comment(comment),
            27 if is => repository.pin_comment(comment),
            27 => repository.unpin_comment(comment),
            28 if is => repository.react(issue, "heart"),
            28 => repository.react(comment, "+1"),
            29 if is => repository.unreact(issue, "heart"),
            29 => repository.unreact(comment, "+1"),
            30 if to != home => repository.transfer_issue(number, to).map(|_| true),
            31 if number > 7 => repository.delete_issue(number).map(|()| true),
            _ => repository.comment(number, word).map(|_| true),
        };
    }

    fn on_repository(&mut self, tx: &mut backlot_core::WriteTransaction) {
        let (home, number) = (self.repository(), 1 + self.numbers.below(3));
        let (label, to) = (self.pick(&LABELS).unwrap(), self.pick(&LABELS).unwrap());
        let (operation, is) = (self.numbers.below(9), self.numbers.below(2) == 0);
        let Ok(mut repository) = tx.repository(home) else {
            return;
        };
        let repository = &mut repository;
        let title = format!("Version {number}");
        let _ = match operation {
            0 | 1 => repository
                .create_label(NewLabel::named(label))
                .map(|_| true),
            2 => repository.edit_label(label, &LabelEdit::default().name(to)),
            3 => repository.delete_label(label).map(|()| true),
            4 | 5 => repository
                .create_milestone(NewMilestone::titled(title))
                .map(|_| true),
            6 => {
                let edit = MilestoneEdit::default().title(format!("{title} {is}"));
                repository.edit_milestone(number, &edit)
            }
            7 if is => repository.delete_milestone(number).map(|()| true),
            7 => {
                let edit = MilestoneEdit::default().state(State::Closed);
                repository.edit_milestone(number, &edit)
            }
            _ => {
                let text = format!("About {label}");
                repository.edit(&RepositoryEdit::default().description(Some(text)))
            }
        };
    }

    fn on_boards(&mut self, tx: &mut backlot_core::WriteTransaction) {
        let (project, column, card) = (
            self.any(RecordKind::Project),
            self.any(RecordKind::Column),
            self.any(RecordKind::Card),
        );
        let (beside, into) = (self.any(RecordKind::Card), self.any(RecordKind::Column));
        let (home, number, word) = (self.repository(), self.number(), self.word());
        let (operation, is) = (self.numbers.below(16), self.numbers.below(2) == 0);
        let _ = match operation {
            0 | 1 => {
                let owner = ProjectOwner::Repository(name(home));
                tx.create_project(&owner, NewProject::named(word))
                    .map(|_| true)
            }
            2 => tx.edit_project(project, &ProjectEdit::default().name(word)),
            3..6 => tx.create_column(project, &word).map(|_| true),
            6 => tx.rename_column(column, &word),
            7 => {
                let place = if is {
                    ColumnPlace::First
                } else {
                    ColumnPlace::After(into)
                };
                tx.move_column(column, place)
            }
            8 if is => tx.delete_column(column).map(|()| true),
            8 if number == 1 => tx.delete_project(project).map(|()| true),
            9 => tx.create_note(column, word).map(|_| true),
            10 | 11 => tx.add_card(column, &name(home), number).map(|_| true),
            12 => tx.edit_card(card, &CardEdit::default().archived(is)),
            13 if is => tx.delete_card(card).map(|()| true),
            13 => tx.convert_note(card, &name(home), None).map(|_| true),
            _ => {
                let place = if is {
                    CardPlace::Bottom
                } else {
                    CardPlace::After(beside)
                };
                tx.move_card(card, place, (number % 2 == 0).then_some(into))
            }
        };
    }

    /// Keeps what the store shows after the commits since one.
    fn keep(&mut self, before: u64) {
        let snapshot = self.store.read().unwrap();
        for sequence in before + 1..=snapshot.sequence() {
            for event in snapshot.events(sequence, usize::MAX).unwrap() {
                self.ids.insert(event.record);
                self.kinds.insert(event.record, event.record_kind);
            }
        }
        let mut state = Records::new();
        for id in &self.ids {
            let record = snapshot.record(*id).unwrap();
            if let Some(record) = record.filter(|record| !record.is_deleted()) {
                state.insert(*id, record);
            }
        }
        if snapshot.sequence() > before {
            assert_eq!(snapshot.sequence(), before + 1);
            self.states.push((self.now, state));
            if snapshot.sequence().is_multiple_of(15) {
                self.snapshots.push((self.now, snapshot));
            }
        }
    }
}

fn moment(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(milliseconds)
}

fn assert_record(past: &Past<'_>, state: &Records, id: RecordId) {
    let found = past.record(id).unwrap();
    if let Some(found) = &found {
        assert!(found.unknown.is_empty(), "{:?}", found.unknown);
    }
    let found = found.map(|found| found.record);
    assert_eq!(found.as_ref(), state.get(&id), "{past:?}");
}

/// Compares the boards, whose order is not that of any one record.
fn assert_boards(past: &Past<'_>, state: &Records) {
    let projects = state.values().filter(|r| r.kind() == RecordKind::Project);
    for project in projects {
        let inside = |kind: RecordKind, container: RecordId| -> Vec<RecordId> {
            let mut found: Vec<_> = state
                .values()
                .filter(|r| r.kind() == kind && r.container() == Some(container))
                .map(|r| (r.rank().unwrap().to_owned(), r.id()))
                .collect();
            found.sort();
            found.into_iter().map(|(_, id)| id).collect()
        };
        let board = past.board(project.id()).unwrap();
        let columns: Vec<_> = board.iter().map(|c| c.column.record.id()).collect();
        assert_eq!(columns, inside(RecordKind::Column, project.id()));
        for column in &board {
            let cards: Vec<_> = column.cards.iter().map(|c| c.record.id()).collect();
            assert_eq!(cards, inside(RecordKind::Card, column.column.record.id()));
        }
    }
}

const SEARCHES: [&str; 12] = [
    "",
    "crash",
    "\"menu start\" in:comments,body",
    "is:open is:blocked",
    "is:blocking sort:interactions",
    "label:bug,UI sort:updated-asc",
    "no:milestone no:project",
    "mentions:hubot sort:comments",
    "involves:lee repo:octo/hello",
    "commenter:mona -author:lee sort:reactions",
    "milestone:\"version 1\" is:closed",
    "crash menu sort:relevance",
];

fn searches() -> impl Iterator<Item = Query> {
    SEARCHES
        .iter()
        .map(|text| Query::parse(text, &ParseOptions::default()).unwrap())
}

/// The past answers searches as the store did then.
fn assert_searches(past: &Past<'_>, then: &Snapshot) {
    let options = QueryOptions::new();
    for query in searches() {
        let mut list = past.query(&query, &options).unwrap();
        let found: Vec<IssueSummary> = list
            .page(1, 1000)
            .unwrap()
            .into_iter()
            .map(|issue| issue.summary)
            .collect();
        let expected = then.query(&query, &options).unwrap();
        assert_eq!(found, expected.page(1, 1000).unwrap(), "{query}");
        assert_eq!(list.total(), expected.total());
        let facets = then.facets(&query, &options, 9).unwrap();
        assert_eq!(past.facets(&query, &options, 9).unwrap(), facets, "{query}");
    }
}

/// Compares a difference with the two states.
fn assert_difference(life: &Life, snapshot: &Snapshot, a: (Point, usize), b: (Point, usize)) {
    let (before, after) = (&life.states[a.1].1, &life.states[b.1].1);
    let ids: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut expected = BTreeMap::new();
    for id in ids {
        let (old, new) = (before.get(id), after.get(id));
        let kind = match (old, new) {
            (None, _) => DifferenceKind::Created,
            (_, None) => DifferenceKind::Deleted,
            _ => DifferenceKind::Changed,
        };
        let fields: Vec<Field> = Field::ALL
            .iter()
            .copied()
            .filter(|field| old.and_then(|r| r.get(*field)) != new.and_then(|r| r.get(*field)))
            .collect();
        let is_told = !matches!(life.kinds[id], RecordKind::User | RecordKind::HistoryEvent);
        if is_told && !fields.is_empty() {
            expected.insert(*id, (kind, fields));
        }
    }
    let mut found = BTreeMap::new();
    for difference in snapshot.diff(a.0, b.0).unwrap() {
        let difference = difference.unwrap();
        assert!(difference.fields.iter().all(|field| field.is_certain));
        let fields = difference.fields.iter().map(|field| field.field).collect();
        found.insert(difference.id, (difference.kind, fields));
    }
    assert_eq!(found, expected, "{a:?} {b:?}");
}

fn lived() -> Life {
    let mut life = Life::new(20_260_214);
    while life.states.len() < 400 {
        life.step();
    }
    life
}

#[test]
fn every_moment_of_a_life_with_all_operations_is_known_exactly() {
    let life = lived();
    let snapshot = life.store.read().unwrap();
    let kinds: BTreeSet<RecordKind> = life.kinds.values().copied().collect();
    assert!(kinds.len() >= 9, "{kinds:?}");
    let ids: Vec<RecordId> = life.ids.iter().copied().collect();
    let mut numbers = Numbers(7);
    let first = life.states[0].0;
    let span = u64::try_from(life.now - first + 5_000).unwrap();
    for round in 0..1_000 {
        let at = match round {
            // Just at, before and after a commit.
            0..300 => {
                let place = numbers.below(life.states.len() as u64) as usize;
                life.states[place].0 + i64::try_from(numbers.below(3)).unwrap() - 1
            }
            _ => first + i64::try_from(numbers.below(span)).unwrap(),
        };
        let past = snapshot.as_of(moment(at));
        let nothing = Records::new();
        let then = life.states.iter().rev().find(|(now, _)| *now <= at);
        let state = then.map_or(&nothing, |(_, state)| state);
        if round % 50 == 0 {
            ids.iter().for_each(|id| assert_record(&past, state, *id));
            assert_boards(&past, state);
        }
        for _ in 0..5 {
            let id = ids[numbers.below(ids.len() as u64) as usize];
            assert_record(&past, state, id);
        }
    }
}

#[test]
fn every_commit_of_a_life_with_all_operations_is_followed() {
    let life = lived();
    let snapshot = life.store.read().unwrap();
    for (sequence, (_, state)) in (1..).zip(&life.states).step_by(10) {
        let past = snapshot.as_known(sequence);
        for id in &life.ids {
            assert_record(&past, state, *id);
        }
        assert_boards(&past, state);
    }
    for (now, then) in &life.snapshots {
        assert_searches(&snapshot.as_known(then.sequence()), then);
        assert_searches(&snapshot.as_of(moment(*now)), then);
    }
    let mut numbers = Numbers(11);
    for round in 0..60 {
        let mut place = || numbers.below(life.states.len() as u64) as usize;
        let (a, b) = (place(), place());
        let commit = |at: usize| (Point::Commit(at as u64 + 1), at);
        let at = |at: usize| (Point::Moment(moment(life.states[at].0)), at);
        match round % 3 {
            0 => assert_difference(&life, &snapshot, commit(a), commit(b)),
            1 => assert_difference(&life, &snapshot, at(a), at(b)),
            _ => assert_difference(&life, &snapshot, commit(a), at(b)),
        }
    }
}
