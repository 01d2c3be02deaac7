//! Watching: every commit is told, in order, to everybody who listens, or they learn that they missed some.

use std::time::Duration;

use backlot_core::{IssueEdit, NewIssue, Notice, Store, StoreOptions};
use backlot_model::{Actor, EventKind, RecordKind};

use crate::support::{World, environment, issue, root};

const REPOSITORY: &str = "octo/hello";
const SOON: Duration = Duration::from_secs(20);

fn store() -> Store {
    let store = StoreOptions::new()
        .environment(environment())
        .in_memory()
        .unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    let mut repository = tx.create_repository(&REPOSITORY.parse().unwrap()).unwrap();
    repository.create_issue(NewIssue::titled("One")).unwrap();
    tx.commit().unwrap();
    store
}

fn rename(store: &Store, title: &str) {
    let mut tx = store.write(Actor::login("mona"), title).unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    let edit = IssueEdit::default().title(title);
    assert!(repository.edit_issue(1, &edit).unwrap());
    tx.commit().unwrap();
}

#[test]
fn a_listener_is_told_what_a_commit_did() {
    let store = store();
    let watch = store.watch();
    assert_eq!(watch.try_next(), None);
    rename(&store, "Two");
    let Some(Notice::Commit(summary)) = watch.next(SOON) else {
        panic!("nothing was told")
    };
    assert_eq!(
        (summary.commit.sequence, summary.commit.reason.as_str()),
        (2, "Two")
    );
    let names: Vec<_> = summary
        .repositories
        .iter()
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(names, [REPOSITORY]);
    assert_eq!(summary.records.len(), 1);
    let record = &summary.records[0];
    assert_eq!((record.kind, record.number), (RecordKind::Issue, Some(1)));
    assert_eq!(record.events, [EventKind::Renamed]);
    assert_eq!(record.repository, Some(summary.repositories[0].0));
    assert!(!summary.is_cut);
    // What is dropped or refused is told to nobody.
    let tx = store.write(Actor::login("mona"), "nothing").unwrap();
    assert_eq!(tx.commit().unwrap(), None);
    assert!(store.undo(99, Actor::login("mona")).is_err());
    store.undo_dry_run(2).unwrap();
    assert_eq!(watch.next(Duration::from_millis(1)), None);
    store.undo(2, Actor::login("hubot")).unwrap();
    let Some(Notice::Commit(summary)) = watch.try_next() else {
        panic!("nothing was told")
    };
    assert_eq!(summary.commit.actor.as_str(), "hubot");
}

#[test]
fn imports_are_told_and_long_ones_are_cut() {
    let world = World::new();
    let watch = world.store.watch();
    world.import(&root().join("docs/sample"));
    let Some(Notice::Commit(summary)) = watch.try_next() else {
        panic!("nothing was told")
    };
    assert!(
        summary
            .repositories
            .iter()
            .any(|(_, name)| name == "tidepool/kelp")
    );
    let issues: Vec<_> = (1..=1500)
        .map(|number| issue("octo/many", number))
        .collect();
    world.import(&world.backup("many", &[("issues.ndjson", &issues)]));
    let Some(Notice::Commit(summary)) = watch.try_next() else {
        panic!("nothing was told")
    };
    assert!(summary.is_cut);
    assert_eq!(summary.records.len(), backlot_core::CommitSummary::LISTED);
    world.import(&world.path("many"));
    assert_eq!(watch.try_next(), None);
}

#[test]
fn a_listener_that_lags_learns_that_it_must_read_again() {
    let store = store();
    let (slow, fast) = (store.watch_with(3), store.watch());
    for round in 0..8 {
        rename(&store, &format!("Title {round}"));
    }
    assert_eq!(slow.try_next(), Some(Notice::Missed { since: 2 }));
    let mut last = 0;
    while let Some(notice) = slow.try_next() {
        let Notice::Commit(summary) = notice else {
            panic!("missed twice")
        };
        last = summary.commit.sequence;
    }
    assert_eq!(last, 9);
    let told: Vec<_> = std::iter::from_fn(|| fast.try_next())
        .map(sequence)
        .collect();
    assert_eq!(told, (2..=9).collect::<Vec<_>>());
}

fn sequence(notice: Notice) -> u64 {
    match notice {
        Notice::Commit(summary) => summary.commit.sequence,
        Notice::Missed { since } => panic!("commit {since} was missed"),
    }
}

#[test]
fn nothing_is_lost_between_threads() {
    const EACH: usize = 50;
    let store = store();
    let listeners: Vec<_> = [10_000, 5, 1].map(|most| store.watch_with(most)).into();
    let handles: Vec<_> = listeners
        .into_iter()
        .map(|watch| {
            std::thread::spawn(move || {
                // What is told and what is known to be missed must give the whole log.
                let (mut next, mut is_missing) = (2, false);
                for notice in watch.notices() {
                    match notice {
                        Notice::Missed { since } => {
                            assert!(since == next || (is_missing && since > next));
                            is_missing = true;
                        }
                        Notice::Commit(summary) => {
                            let sequence = summary.commit.sequence;
                            assert!(sequence == next || (is_missing && sequence > next));
                            is_missing = false;
                            next = summary.commit.sequence + 1;
                        }
                    }
                    if next % 7 == 0 {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                }
                next
            })
        })
        .collect();
    let all = store.watch_with(10_000);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..EACH {
                    rename(store, &format!("{writer}.{round}"));
                }
            });
        }
    });
    let told: Vec<_> = std::iter::from_fn(|| all.try_next())
        .map(sequence)
        .collect();
    assert_eq!(told, (2..2 + 4 * EACH as u64).collect::<Vec<_>>());
    drop(store);
    for (handle, is_complete) in handles.into_iter().zip([true, false, false]) {
        let next = handle.join().unwrap();
        assert!(next == 2 + 4 * EACH as u64 || !is_complete);
    }
}

#[test]
fn a_listener_ends_with_its_store() {
    let store = store();
    let watch = store.watch();
    drop(store.watch());
    rename(&store, "Last");
    drop(store);
    assert_eq!(watch.notices().map(sequence).collect::<Vec<_>>(), [2]);
    assert_eq!(watch.next(SOON), None);
}
