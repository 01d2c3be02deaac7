//! The past of what was moved, deleted or taken back, by events written into the log directly.

use backlot_model::{
    Actor, Change, CommitId, Event, EventKind, Field, Origin, Parent, RecordId, RecordKind,
    ReplicaId, RepositoryName, State, Timestamp, Value,
};

use crate::derive::Derived;
use crate::error::ErrorKind;
use crate::query::IssueFilter;
use crate::store::log::{CommitHead, CommitWriter, OpenCommit};
use crate::store::tables::Tables;
use crate::{Store, StoreOptions};

fn id(n: u128) -> RecordId {
    RecordId::from_parts(Timestamp::default(), n)
}

fn at(n: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(n * 1_000)
}

fn name(name: &str) -> RepositoryName {
    name.parse().unwrap()
}

/// Writes one commit, recorded so many seconds after the beginning.
fn commit(store: &Store, seconds: i64, events: Vec<Event>) {
    let transaction = store.begin_write().unwrap();
    {
        let mut tables = Tables::open(&transaction).unwrap();
        let open = OpenCommit::new(&tables).unwrap();
        let mut writer = CommitWriter::new(Derived::new(&mut tables).unwrap(), open);
        for event in events {
            writer.append(&event).unwrap();
        }
        let head = CommitHead {
            id: CommitId::from_parts(at(seconds), 1),
            replica: ReplicaId::from_random(1),
            actor: Actor::login("mona"),
            reason: String::new(),
            recorded_at: at(seconds),
        };
        writer.finish(head, Origin::Local).unwrap();
    }
    transaction.commit().unwrap();
}

fn created(n: u128, kind: RecordKind, seconds: i64, values: Vec<Value>) -> Event {
    let mut event = Event::new(EventKind::Created, id(n), kind);
    event.changes = values.into_iter().map(Change::Set).collect();
    event
        .changes
        .push(Change::Set(Value::CreatedAt(at(seconds))));
    event
}

fn changed(what: EventKind, n: u128, kind: RecordKind, values: Vec<Value>) -> Event {
    let mut event = Event::new(what, id(n), kind);
    event.changes = values.into_iter().map(Change::Set).collect();
    event
}

fn issue(n: u128, number: u64) -> Event {
    let values = vec![
        Value::Repository(id(1)),
        Value::Number(number),
        Value::Title(format!("Issue {number}")),
        Value::State(State::Open),
    ];
    created(n, RecordKind::Issue, 1, values)
}

fn repositories() -> Vec<Event> {
    let of = |n, name: &str| {
        let values = vec![Value::Name(name.to_owned())];
        created(n, RecordKind::Repository, 1, values)
    };
    vec![of(1, "octo/one"), of(2, "octo/two")]
}

#[test]
fn a_board_shows_the_columns_and_cards_of_then_in_their_order() {
    let store = StoreOptions::new().in_memory().unwrap();
    let column = |n, name: &str, rank: &str| {
        let values = vec![
            Value::Name(name.to_owned()),
            Value::Container(id(10)),
            Value::Rank(rank.to_owned()),
        ];
        created(n, RecordKind::Column, 1, values)
    };
    let card = |n, column, rank: &str| {
        let values = vec![
            Value::Body(format!("Note {n}")),
            Value::Container(id(column)),
            Value::Rank(rank.to_owned()),
        ];
        created(n, RecordKind::Card, 1, values)
    };
    let mut events = repositories();
    let project = vec![Value::Repository(id(1)), Value::Name("Board".to_owned())];
    events.push(created(10, RecordKind::Project, 1, project));
    events.extend([column(11, "Doing", "n"), column(12, "To do", "c")]);
    events.extend([card(21, 12, "n"), card(22, 12, "c"), card(23, 11, "n")]);
    commit(&store, 1, events);
    let moved = vec![Value::Container(id(11)), Value::Rank("c".to_owned())];
    let edited = EventKind::Edited;
    commit(
        &store,
        2,
        vec![changed(edited, 21, RecordKind::Card, moved)],
    );
    let gone = vec![Value::Deleted(true)];
    let deleted = |n, kind| changed(EventKind::Deleted, n, kind, gone.clone());
    commit(
        &store,
        3,
        vec![
            deleted(22, RecordKind::Card),
            deleted(12, RecordKind::Column),
        ],
    );
    commit(&store, 4, vec![deleted(10, RecordKind::Project)]);
    let snapshot = store.read().unwrap();
    let board = |past: crate::Past<'_>| -> Vec<(String, Vec<RecordId>)> {
        let columns = past.board(id(10)).unwrap().into_iter();
        columns
            .map(|column| {
                let cards = column.cards.iter().map(|card| card.record.id());
                let name = column.column.record.name().unwrap_or_default().to_owned();
                (name, cards.collect())
            })
            .collect()
    };
    let expected: [&[(&str, &[u128])]; 3] = [
        &[("To do", &[22, 21]), ("Doing", &[23])],
        &[("To do", &[22]), ("Doing", &[21, 23])],
        &[("Doing", &[21, 23])],
    ];
    for (seconds, expected) in (1..).zip(expected) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, cards)| {
                let cards = cards.iter().copied().map(id).collect::<Vec<_>>();
                ((*name).to_owned(), cards)
            })
            .collect();
        assert_eq!(board(snapshot.as_of(at(seconds))), expected);
        let sequence = seconds.cast_unsigned();
        assert_eq!(board(snapshot.as_known(sequence)), expected);
    }
    let kind = |seconds| {
        snapshot
            .as_of(at(seconds))
            .board(id(10))
            .unwrap_err()
            .kind()
    };
    assert_eq!(
        (kind(0), kind(4)),
        (ErrorKind::UnknownRecord, ErrorKind::Gone)
    );
}

#[test]
fn what_was_deleted_moved_or_taken_back_is_where_it_was_then() {
    let store = StoreOptions::new().in_memory().unwrap();
    let mut events = repositories();
    let label = |n, name: &str| {
        let values = vec![Value::Repository(id(1)), Value::Name(name.to_owned())];
        created(n, RecordKind::Label, 1, values)
    };
    events.extend([label(31, "bug"), label(32, "docs")]);
    let mut first = issue(41, 1);
    first
        .changes
        .push(Change::Set(Value::Labels(vec![id(31), id(32)])));
    events.extend([first, issue(42, 2), issue(43, 3)]);
    let comment = vec![
        Value::Repository(id(1)),
        Value::Parent(Parent::Record(id(41))),
        Value::Body("Said.".to_owned()),
    ];
    events.push(created(51, RecordKind::Comment, 1, comment));
    commit(&store, 1, events);
    let gone = vec![Value::Deleted(true)];
    let there = vec![Value::Repository(id(2)), Value::Number(1)];
    let bug = vec![Value::Name("defect".to_owned())];
    commit(
        &store,
        2,
        vec![
            changed(EventKind::Deleted, 32, RecordKind::Label, gone.clone()),
            changed(EventKind::Edited, 31, RecordKind::Label, bug),
            changed(EventKind::Deleted, 51, RecordKind::Comment, gone.clone()),
            changed(EventKind::Transferred, 42, RecordKind::Issue, there),
            changed(
                EventKind::Undone,
                43,
                RecordKind::Issue,
                vec![Value::Absent(true)],
            ),
        ],
    );
    commit(
        &store,
        3,
        vec![changed(EventKind::Deleted, 41, RecordKind::Issue, gone)],
    );
    let snapshot = store.read().unwrap();
    let one = name("octo/one");
    for past in [snapshot.as_of(at(1)), snapshot.as_known(1)] {
        let issue = past.issue(&one, 1).unwrap();
        assert_eq!(issue.summary.labels, ["bug", "docs"]);
        assert!(issue.unknown.is_empty());
        assert_eq!(past.issue(&one, 3).unwrap().summary.title, "Issue 3");
        assert_eq!(past.labels(&one).unwrap().len(), 2);
        assert_eq!(past.comments(&one, 1).unwrap().len(), 1);
        let list = |name| past.issues(&name, &IssueFilter::default()).unwrap().total();
        assert_eq!((list(one.clone()), list(name("octo/two"))), (3, 0));
    }
    for past in [snapshot.as_of(at(2)), snapshot.as_known(2)] {
        assert_eq!(past.issue(&one, 1).unwrap().summary.labels, ["defect"]);
        let moved = past.issue(&one, 2).unwrap_err();
        assert_eq!(moved.moved_to(), Some(("octo/two", 1)));
        assert_eq!(
            past.issue(&name("octo/two"), 1).unwrap().summary.title,
            "Issue 2"
        );
        let absent = past.issue(&one, 3).unwrap_err();
        assert_eq!(absent.kind(), ErrorKind::UnknownRecord);
        assert_eq!(past.comments(&one, 1).unwrap().len(), 0);
        assert_eq!(past.labels(&one).unwrap().len(), 1);
        assert!(past.record(id(51)).unwrap().is_none());
    }
    let now = snapshot.as_of(at(9));
    assert_eq!(now.issue(&one, 1).unwrap_err().kind(), ErrorKind::Gone);
    let fields = |found: &crate::Difference| -> Vec<Field> {
        found.fields.iter().map(|field| field.field).collect()
    };
    let found = snapshot
        .diff(crate::Point::Commit(1), crate::Point::Commit(2))
        .unwrap();
    let found: Vec<_> = found.map(Result::unwrap).collect();
    let moved = found.iter().find(|found| found.id == id(42)).unwrap();
    assert_eq!(fields(moved), [Field::Repository, Field::Number]);
    let deleted = crate::DifferenceKind::Deleted;
    assert_eq!(
        found.iter().filter(|found| found.kind == deleted).count(),
        3
    );
}
