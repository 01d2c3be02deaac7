//! An application keeps its store open for writing, and the command line reads beside it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use backlot_core::{ErrorKind, IssueFilter, NewIssue, StateFilter, Store, StoreOptions};
use backlot_model::Actor;

use crate::support::{World, backlot_command, name};

fn add_issues(store: &Store, count: u64) {
    let mut tx = store.write(Actor::login("mona"), "more").unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    for number in 0..count {
        let issue = NewIssue::titled(format!("Number {number}")).body("word ".repeat(200));
        repository.create_issue(issue).unwrap();
    }
    tx.commit().unwrap().unwrap();
}

fn world() -> World {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "start").unwrap();
    tx.create_repository(&name("octo/hello")).unwrap();
    tx.commit().unwrap();
    world
}

fn total(store: &Store) -> usize {
    let filter = IssueFilter {
        state: StateFilter::All,
        ..IssueFilter::default()
    };
    let snapshot = store.read().unwrap();
    snapshot
        .issues(&name("octo/hello"), &filter)
        .unwrap()
        .total()
}

#[test]
fn the_command_line_reads_what_an_application_last_committed() {
    let world = world();
    add_issues(&world.store, 3);
    let list = |expected: usize| {
        let arguments = ["--store", "work.backlot", "issue", "list", "--json=number"];
        let output = backlot_command(world.folder.path(), &arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let shown: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(shown.len(), expected);
    };
    list(3);
    // What is not committed is not seen.
    let mut tx = world.store.write(Actor::login("mona"), "open").unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    repository.create_issue(NewIssue::titled("Four")).unwrap();
    list(3);
    tx.commit().unwrap();
    list(4);
    // Writing has to wait for the application, and says so when it waited in vain.
    let arguments = [
        "--store",
        "work.backlot",
        "--wait",
        "0",
        "issue",
        "close",
        "1",
    ];
    let output = backlot_command(world.folder.path(), &arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5), "{output:?}");
}

#[test]
fn a_view_beside_a_writer_is_always_whole_and_never_written_to() {
    let world = world();
    let path = world.store.path().to_owned();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                add_issues(&world.store, 10);
                std::thread::sleep(Duration::from_millis(60));
            }
        });
        let mut last = 0;
        for _ in 0..8 {
            let beside = match StoreOptions::new().open_beside_writer(&path) {
                // Commits may come too fast; that is said, and is no damage.
                Err(error) if error.kind() == ErrorKind::InUse => continue,
                opened => opened.unwrap(),
            };
            let commits = usize::try_from(beside.read().unwrap().sequence()).unwrap();
            assert_eq!(total(&beside), (commits - 1) * 10);
            assert!(commits >= last);
            last = commits;
            let refused = beside.write(Actor::login("mona"), "no").err().unwrap();
            assert_eq!(refused.kind(), ErrorKind::ReadOnly);
        }
        done.store(true, Ordering::Relaxed);
        assert!(last > 1);
    });
}
