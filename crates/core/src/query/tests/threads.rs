//! Snapshots of different age in several threads: each sees the issues of its own commit and no other.

use std::sync::atomic::{AtomicBool, Ordering};

use backlot_model::{Actor, Condition, Query, RepositoryName, State, Test};

use crate::read::Snapshot;
use crate::{IssueEdit, NewIssue, QueryOptions, Store, StoreOptions};

const ISSUES: u64 = 40;
const COMMITS: u64 = 400;

/// Commit `n` labels issue `n % ISSUES + 1` with `on`, or takes the label away, and closes or opens it.
fn is_on(issue: u64, sequence: u64) -> bool {
    // The first commit makes the issues; each later one turns one of them.
    let turns = (2..=sequence).filter(|n| n % ISSUES + 1 == issue).count();
    turns % 2 == 1
}

fn check(snapshot: &Snapshot) {
    let sequence = snapshot.sequence();
    let expected: Vec<u64> = (1..=ISSUES)
        .filter(|issue| is_on(*issue, sequence))
        .collect();
    for test in [
        Test::Label(vec!["ON".to_owned()]),
        Test::State(State::Closed),
    ] {
        let query = Query {
            condition: Condition::Is(test),
            sort: Some(backlot_model::Sort {
                key: backlot_model::SortKey::Number,
                direction: backlot_model::Direction::Ascending,
            }),
        };
        let list = snapshot.query(&query, &QueryOptions::new()).unwrap();
        assert_eq!(list.total(), expected.len(), "at {sequence}");
        let page = list.page(1, 100).unwrap();
        let numbers: Vec<u64> = page.iter().map(|issue| issue.number).collect();
        assert_eq!(numbers, expected, "at {sequence}");
    }
}

fn write(store: &Store, name: &RepositoryName) {
    for sequence in 2..=COMMITS {
        let number = sequence % ISSUES + 1;
        let edit = match is_on(number, sequence) {
            true => IssueEdit::default()
                .add_label("on")
                .state(State::Closed, None),
            false => IssueEdit::default()
                .remove_label("on")
                .state(State::Open, None),
        };
        let mut tx = store.write(Actor::login("mona"), "turn").unwrap();
        let mut repository = tx.repository(name.as_str()).unwrap();
        repository.edit_issue(number, &edit).unwrap();
        let commit = tx.commit().unwrap().unwrap();
        assert_eq!(commit.sequence, sequence);
    }
}

#[test]
fn a_snapshot_sees_only_its_own_commit() {
    let store = StoreOptions::new().in_memory().unwrap();
    let name: RepositoryName = "octo/hello".parse().unwrap();
    let mut tx = store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name).unwrap();
    for number in 1..=ISSUES {
        let issue = NewIssue::titled(format!("{number}"));
        repository.create_issue(issue).unwrap();
    }
    tx.commit().unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for reader in 0..3 {
            let (store, is_done) = (&store, &is_done);
            scope.spawn(move || {
                let mut kept = vec![store.read().unwrap()];
                while !is_done.load(Ordering::Relaxed) {
                    let snapshot = store.read().unwrap();
                    // Some are asked at once, some only when they are old, some both.
                    let turn = kept.len() + reader;
                    if turn % 3 != 0 {
                        check(&snapshot);
                    }
                    kept.push(snapshot);
                    if kept.len() > 20 {
                        let old = kept.remove(reader * 7 % kept.len());
                        check(&old);
                    }
                }
                kept.iter().for_each(check);
            });
        }
        write(&store, &name);
        is_done.store(true, Ordering::Relaxed);
    });
    check(&store.read().unwrap());
}
