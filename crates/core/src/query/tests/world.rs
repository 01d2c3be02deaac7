//! A random store, and beside it the plain records that it should hold.

use std::collections::BTreeMap;

use backlot_model::{
    Actor, Change, CommitId, Event, EventKind, Field, Origin, Parent, Reactions, Record, RecordId,
    RecordKind, ReplicaId, State, StateReason, Timestamp, Value,
};

use crate::derive::Derived;
use crate::store::Store;
use crate::store::log::{CommitHead, CommitWriter, OpenCommit};
use crate::store::tables::Tables;
use crate::{SeededEnvironment, StoreOptions};

pub(super) const REPOSITORIES: [&str; 3] = ["acme/one", "acme/Two", "solo/three"];
pub(super) const LABELS: [&str; 4] = ["bug", "UI", "docs", "später"];
pub(super) const MILESTONES: [&str; 2] = ["1.0", "Zwei"];
pub(super) const USERS: [&str; 3] = ["mona", "Hub-Ot", "sam"];
pub(super) const TYPES: [&str; 2] = ["Bug", "Task"];
pub(super) const WORDS: [&str; 5] = ["crash", "menu", "Crashes", "späte", "崩溃"];

/// Numbers that follow from a seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }

    pub(super) fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A moment of a small range, so that equals are common.
    pub(super) fn moment(&mut self) -> Timestamp {
        Timestamp::from_unix_milliseconds(1_000_000 + 1000 * self.below(12) as i64)
    }
}

/// What a store should hold.
#[derive(Clone, Default)]
pub(super) struct Plain {
    /// Records that are no issues, by their names in lower case, with their repositories.
    pub(super) named: Vec<(RecordKind, Option<RecordId>, String, RecordId)>,
    /// Issues, with the order in which they first came.
    pub(super) issues: BTreeMap<RecordId, (usize, Record)>,
    /// Comments: issue, author, text.
    pub(super) comments: Vec<(RecordId, RecordId, String)>,
}

pub(super) struct World {
    pub(super) store: Store,
    pub(super) plain: Plain,
    pub(super) random: Random,
    made: u64,
    pub(super) next_number: u64,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let start = Timestamp::from_unix_milliseconds(1_000_000);
        let store = StoreOptions::new()
            .environment(SeededEnvironment::new(start, seed))
            .in_memory()
            .unwrap();
        let mut world = Self {
            store,
            plain: Plain::default(),
            random: Random(seed),
            made: 0,
            next_number: 1,
        };
        let mut events = Vec::new();
        for (at, name) in REPOSITORIES.iter().enumerate() {
            let mut values = vec![Value::Name((*name).to_owned())];
            if at == 1 {
                values.push(Value::Private(true));
            }
            if at == 2 {
                values.push(Value::Archived(true));
            }
            let repository = world.named(&mut events, RecordKind::Repository, None, name, values);
            for label in LABELS {
                let values = vec![Value::Repository(repository), Value::Name(label.to_owned())];
                world.named(
                    &mut events,
                    RecordKind::Label,
                    Some(repository),
                    label,
                    values,
                );
            }
            for (number, title) in (1..).zip(MILESTONES) {
                let values = vec![
                    Value::Repository(repository),
                    Value::Number(number),
                    Value::Title(title.to_owned()),
                ];
                world.named(
                    &mut events,
                    RecordKind::Milestone,
                    Some(repository),
                    title,
                    values,
                );
            }
        }
        for login in USERS {
            let values = vec![Value::Name(login.to_owned())];
            world.named(&mut events, RecordKind::User, None, login, values);
        }
        world.commit(&events, true);
        world
    }

    fn id(&mut self) -> RecordId {
        self.made += 1;
        RecordId::derive(Timestamp::default(), &[&self.made.to_be_bytes()])
    }

    fn named(
        &mut self,
        events: &mut Vec<Event>,
        kind: RecordKind,
        owner: Option<RecordId>,
        name: &str,
        values: Vec<Value>,
    ) -> RecordId {
        let id = self.id();
        events.push(event(EventKind::Created, id, kind, values));
        self.plain
            .named
            .push((kind, owner, name.to_lowercase(), id));
        id
    }

    /// Commits these events, and says which issues they touched unless that is to stay unknown.
    fn commit(&mut self, events: &[Event], is_known: bool) {
        let _lock = self.store.lock_writer().unwrap();
        let transaction = self.store.begin_write().unwrap();
        let (commit, touched) = {
            let mut tables = Tables::open(&transaction).unwrap();
            let open = OpenCommit::new(&tables).unwrap();
            let mut writer = CommitWriter::new(Derived::new(&mut tables).unwrap(), open);
            for event in events {
                writer.append(event).unwrap();
            }
            let touched = writer.derived.columns.all_touched();
            let head = CommitHead {
                id: CommitId::from_parts(Timestamp::default(), u128::from(self.made)),
                replica: ReplicaId::from_bytes([1; 16]),
                actor: Actor::login("mona"),
                reason: String::new(),
                recorded_at: Timestamp::default(),
            };
            (writer.finish(head, Origin::Local).unwrap(), touched)
        };
        if is_known {
            self.store.caches().publish(commit.commit.sequence, touched);
        }
        transaction.commit().unwrap();
    }

    fn any(&mut self, kind: RecordKind, owner: Option<RecordId>) -> RecordId {
        let fit = self.plain.named.iter();
        let fit: Vec<RecordId> = fit
            .filter(|(k, o, ..)| *k == kind && *o == owner)
            .map(|(.., id)| *id)
            .collect();
        self.random.pick(&fit)
    }

    fn text(&mut self) -> String {
        let mut text: Vec<&str> = Vec::new();
        for _ in 0..=self.random.below(3) {
            text.push(self.random.pick(&WORDS));
        }
        text.join(" ")
    }

    fn issue(&mut self) -> RecordId {
        let ids: Vec<RecordId> = self.plain.issues.keys().copied().collect();
        self.random.pick(&ids)
    }

    fn several(&mut self, kind: RecordKind, owner: Option<RecordId>) -> Vec<RecordId> {
        let mut ids = Vec::new();
        for _ in 0..self.random.below(4) {
            let id = self.any(kind, owner);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// One random change of an issue.
    fn change(&mut self, repository: RecordId) -> Change {
        let value = match self.random.below(19) {
            0 => Value::State(State::Open),
            1 => Value::State(State::Closed),
            2 => Value::State(State::from_word("triaged")),
            3 => {
                let words = ["completed", "not_planned", "duplicate", "reopened", "moot"];
                Value::StateReason(StateReason::from_word(self.random.pick(&words)))
            }
            4 => Value::Labels(self.several(RecordKind::Label, Some(repository))),
            5 => Value::Assignees(self.several(RecordKind::User, None)),
            6 => Value::Milestone(self.any(RecordKind::Milestone, Some(repository))),
            7 => Value::UpdatedAt(self.random.moment()),
            8 => Value::CommentCount(self.random.below(4) as u64),
            9 => {
                let mut counts = [0; 8];
                counts[self.random.below(3)] = self.random.below(3) as u64;
                Value::Reactions(Reactions { counts })
            }
            10 => Value::IssueType(self.random.pick(&TYPES).to_owned()),
            11 => Value::ClosedAt(self.random.moment()),
            12 => Value::MergedAt(self.random.moment()),
            13 => match self.random.below(4) {
                0 => Value::Draft(true),
                1 => Value::Locked(true),
                2 => Value::Pinned(true),
                _ => Value::PullRequest(true),
            },
            14 => Value::ParentIssue(self.issue()),
            15 => Value::SubIssues(vec![self.issue()]),
            16 => Value::BlockedBy(vec![self.issue()]),
            17 => Value::Blocking(vec![self.issue()]),
            _ => {
                let fields = [
                    Field::Milestone,
                    Field::IssueType,
                    Field::ParentIssue,
                    Field::BlockedBy,
                    Field::SubIssues,
                    Field::Blocking,
                    Field::Draft,
                    Field::Locked,
                    Field::Pinned,
                ];
                return Change::Clear(self.random.pick(&fields));
            }
        };
        Change::Set(value)
    }

    fn new_issue(&mut self, events: &mut Vec<Event>) {
        let repository = self.any(RecordKind::Repository, None);
        let mut values = vec![
            Value::Repository(repository),
            Value::Number(self.next_number),
            Value::Title(self.text()),
            Value::State(State::Open),
            Value::CreatedAt(self.random.moment()),
        ];
        self.next_number += 1;
        if !self.random.chance(4) {
            values.push(Value::Author(self.any(RecordKind::User, None)));
        }
        if self.random.chance(2) {
            let mention = if self.random.chance(2) { " @mona!" } else { "" };
            values.push(Value::Body(format!("{}{mention}", self.text())));
        }
        let id = self.id();
        self.change_issue(events, EventKind::Created, id, values);
    }

    fn change_issue(
        &mut self,
        events: &mut Vec<Event>,
        kind: EventKind,
        id: RecordId,
        values: Vec<Value>,
    ) {
        let event = event(kind, id, RecordKind::Issue, values);
        self.put(events, event);
    }

    fn put(&mut self, events: &mut Vec<Event>, event: Event) {
        let next = self.plain.issues.len();
        let fresh = || (next, Record::new(event.record, RecordKind::Issue));
        let (_, record) = self.plain.issues.entry(event.record).or_insert_with(fresh);
        event.changes.iter().for_each(|change| record.apply(change));
        events.push(event);
    }

    /// Makes random changes in one commit, and says which issues it touched.
    pub(super) fn step(&mut self) -> Vec<RecordId> {
        let mut events = Vec::new();
        for _ in 0..=self.random.below(3) {
            if self.plain.issues.len() < 4 || self.random.chance(3) {
                self.new_issue(&mut events);
                continue;
            }
            let id = self.issue();
            let record = &self.plain.issues[&id].1;
            if record.is_deleted() {
                continue;
            }
            let repository = record.repository().unwrap();
            match self.random.below(20) {
                0 => {
                    self.change_issue(
                        &mut events,
                        EventKind::Deleted,
                        id,
                        vec![Value::Deleted(true)],
                    );
                }
                1 => {
                    let to = self.any(RecordKind::Repository, None);
                    let values = vec![
                        Value::Repository(to),
                        Value::Number(self.next_number),
                        Value::Labels(vec![]),
                    ];
                    if to != repository {
                        self.next_number += 1;
                        self.change_issue(&mut events, EventKind::Transferred, id, values);
                        let clear = vec![Change::Clear(Field::Milestone)];
                        let mut event = Event::new(EventKind::Edited, id, RecordKind::Issue);
                        event.changes = clear;
                        self.put(&mut events, event);
                    }
                }
                2 => {
                    let (comment, author) = (self.id(), self.any(RecordKind::User, None));
                    let text = self.text();
                    let values = vec![
                        Value::Repository(repository),
                        Value::Parent(Parent::Record(id)),
                        Value::Author(author),
                        Value::Body(text.clone()),
                        Value::CreatedAt(self.random.moment()),
                    ];
                    events.push(event(
                        EventKind::Created,
                        comment,
                        RecordKind::Comment,
                        values,
                    ));
                    self.plain.comments.push((id, author, text));
                    // What is searched changed, so that the issue did, for who reads a list by texts.
                    let touch = vec![Value::UpdatedAt(self.random.moment())];
                    self.change_issue(&mut events, EventKind::Edited, id, touch);
                }
                _ => {
                    let mut event = Event::new(EventKind::Edited, id, RecordKind::Issue);
                    for _ in 0..=self.random.below(2) {
                        let change = self.change(repository);
                        event.changes.push(change);
                    }
                    self.put(&mut events, event);
                }
            }
        }
        let touched = events.iter().map(|event| event.record).collect();
        if !events.is_empty() {
            let is_known = !self.random.chance(12);
            self.commit(&events, is_known);
        }
        touched
    }
}

fn event(kind: EventKind, id: RecordId, record_kind: RecordKind, values: Vec<Value>) -> Event {
    let mut event = Event::new(kind, id, record_kind);
    event.changes = values.into_iter().map(Change::Set).collect();
    event
}
