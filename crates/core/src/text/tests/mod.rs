//! Tests of the whole index.

mod cases;
mod oracle;
mod properties;
mod timing;

use std::ops::ControlFlow;

use backlot_model::{
    Actor, Change, Event, ForeignId, Incoming, IncomingRecord, Parent, Place, RecordKind,
    SourceRepository, TextFields, TextTest, Timestamp, Value, View,
};
use roaring::RoaringBitmap;

use super::catch_up::Limits;
use super::{TextQuestion, check_texts};
use crate::derive::Derived;
use crate::environment::SeededEnvironment;
use crate::import::ImportOptions;
use crate::read::Snapshot;
use crate::store::log::{CommitHead, CommitWriter, OpenCommit};
use crate::store::tables::Tables;
use crate::store::texts::{drop_texts, raw_texts};
use crate::store::{Store, StoreOptions};

const REPOSITORY: &str = "octo/hello";

/// What somebody types; a star at the end makes it a prefix.
fn text(typed: &str) -> TextTest {
    TextTest {
        text: typed.trim_end_matches('*').to_owned(),
        is_phrase: false,
        is_prefix: typed.ends_with('*'),
        fields: TextFields::default(),
    }
}

fn phrase(typed: &str) -> TextTest {
    TextTest {
        is_phrase: true,
        ..text(typed)
    }
}

fn mentions(login: &str) -> Vec<String> {
    vec![login.to_owned()]
}

fn users(snapshot: &Snapshot, login: &str) -> Vec<u32> {
    crate::read::rows_of_login(&snapshot.tables, login).unwrap()
}

fn store() -> Store {
    let options = StoreOptions::new().environment(SeededEnvironment::new(Timestamp::default(), 7));
    let store = options.in_memory().unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    tx.create_repository(&REPOSITORY.parse().unwrap()).unwrap();
    tx.commit().unwrap();
    store
}

fn index(store: &Store) {
    let report = store
        .index_texts(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert!(report.is_complete);
}

fn index_within(store: &Store, limits: Limits) -> bool {
    store
        .index_texts_within(&limits, &mut |_| ControlFlow::Continue(()))
        .is_ok()
}

/// The numbers of the issues in rows.
fn numbers(snapshot: &Snapshot, rows: &RoaringBitmap) -> Vec<u64> {
    let numbers = rows
        .iter()
        .map(|row| snapshot.head(row).unwrap().record.number().unwrap());
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    numbers
}

/// The numbers of the issues that answer a question.
fn found(snapshot: &Snapshot, question: TextQuestion<'_>) -> Vec<u64> {
    let search = snapshot.search_texts(&[question], None).unwrap();
    numbers(snapshot, &search.sets(None).unwrap()[0])
}

/// The index is what a full build makes, and says what the texts say.
fn assert_canonical(store: &Store) {
    index(store);
    let snapshot = store.read().unwrap();
    let check = check_texts(&snapshot).unwrap().unwrap();
    assert!(check.blocks && check.documents, "{check:?}");
    let grown = raw_texts(&snapshot.tables.texts).unwrap();
    drop(snapshot);
    let transaction = store.begin_write().unwrap();
    drop_texts(&transaction).unwrap();
    transaction.commit().unwrap();
    store.caches().texts.forget();
    index(store);
    let built = raw_texts(&store.read().unwrap().tables.texts).unwrap();
    assert_eq!(grown.len(), built.len());
    assert!(grown == built);
}

/// Appends events as they are, whatever the API would say.
fn append(store: &Store, events: &[Event]) {
    let lock = store.lock_writer().unwrap();
    let transaction = store.begin_write().unwrap();
    {
        let mut tables = Tables::open(&transaction).unwrap();
        let replica =
            crate::store::meta::writing_replica(&mut tables, b"", store.environment()).unwrap();
        let open = OpenCommit::new(&tables).unwrap();
        let mut writer = CommitWriter::new(Derived::new(&mut tables).unwrap(), open);
        for event in events {
            writer.append(event).unwrap();
        }
        let now = store.environment().now();
        let head = CommitHead {
            id: backlot_model::CommitId::from_parts(now, store.environment().random()),
            replica,
            actor: Actor::login("mona"),
            reason: String::new(),
            recorded_at: now,
        };
        writer.finish(head, backlot_model::Origin::Local).unwrap();
    }
    transaction.commit().unwrap();
    drop(lock);
}

/// A record as a forge states it.
fn incoming(
    kind: RecordKind,
    id: u64,
    values: Vec<Value<String, backlot_model::ViewId>>,
) -> Incoming {
    let changes = values.into_iter().map(Change::Set).collect();
    Incoming::Record(Box::new(IncomingRecord {
        place: Place::default(),
        repository: 0,
        kind,
        view: View {
            forge: 1,
            form: if kind == RecordKind::Issue { 1 } else { 2 },
        },
        id: ForeignId::Number(id),
        changes,
        overlay: Vec::new(),
        links: Vec::new(),
        position: None,
        has_extras: false,
    }))
}

fn incoming_issue(number: u64, title: &str, body: &str, at: i64) -> Incoming {
    incoming(
        RecordKind::Issue,
        number,
        vec![
            Value::Number(number),
            Value::Title(title.to_owned()),
            Value::Body(body.to_owned()),
            Value::CreatedAt(Timestamp::from_unix_milliseconds(1)),
            Value::UpdatedAt(Timestamp::from_unix_milliseconds(at)),
        ],
    )
}

fn incoming_comment(id: u64, number: u64, body: &str, at: i64) -> Incoming {
    incoming(
        RecordKind::Comment,
        id,
        vec![
            Value::Parent(Parent::Number(number)),
            Value::Body(body.to_owned()),
            Value::CreatedAt(Timestamp::from_unix_milliseconds(1)),
            Value::UpdatedAt(Timestamp::from_unix_milliseconds(at)),
        ],
    )
}

fn import(store: &Store, complete: bool, mut objects: Vec<Incoming>) {
    let mut options = ImportOptions::new("test", "source").repository(REPOSITORY.parse().unwrap());
    if complete {
        options = options.complete(RecordKind::Comment);
    }
    let repository = SourceRepository {
        host: "example.com".to_owned(),
        name: REPOSITORY.to_owned(),
        is_main: true,
        forge: 1,
        separate_numbers: false,
    };
    objects.insert(0, Incoming::Repository(repository));
    let batch: Result<_, std::convert::Infallible> = Ok(objects);
    store.import(&options, [batch]).unwrap();
}
