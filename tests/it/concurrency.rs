//! Readers never block the writer, and a snapshot never changes.

use backlot_core::{IssueEdit, IssueFilter, NewIssue, StateFilter};
use backlot_model::{Actor, State};

use crate::support::{World, name};

const COMMITS: u64 = 300;

#[test]
fn snapshots_are_whole_while_another_thread_writes() {
    let mut world = World::new();
    let store = world.store.clone();
    let mut tx = store.write(Actor::login("mona"), "start").unwrap();
    tx.create_repository(&name("octo/hello")).unwrap();
    tx.commit().unwrap();
    let held = store.read().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                while last < COMMITS {
                    let snapshot = store.read().unwrap();
                    // Each commit opens one issue and closes the one before it.
                    let count = |state| {
                        let filter = IssueFilter {
                            state,
                            ..IssueFilter::default()
                        };
                        snapshot
                            .issues(&name("octo/hello"), &filter)
                            .unwrap()
                            .total() as u64
                    };
                    let (open, closed) = (count(StateFilter::Open), count(StateFilter::Closed));
                    let commits = snapshot.sequence() - 1;
                    assert_eq!((open, closed), (commits.min(1), commits.saturating_sub(1)));
                    assert_eq!(count(StateFilter::All), commits);
                    if commits > 0 {
                        let newest = snapshot.issue(&name("octo/hello"), commits).unwrap();
                        assert_eq!(newest.summary.state, State::Open);
                    }
                    assert!(commits >= last);
                    last = commits;
                }
            });
        }
        scope.spawn(|| {
            for number in 1..=COMMITS {
                let mut tx = store.write(Actor::login("mona"), "next").unwrap();
                let mut repository = tx.repository("octo/hello").unwrap();
                repository
                    .create_issue(NewIssue::titled(format!("{number}")))
                    .unwrap();
                if number > 1 {
                    let close = IssueEdit::default().state(State::Closed, None);
                    repository.edit_issue(number - 1, &close).unwrap();
                }
                tx.commit().unwrap().unwrap();
            }
        });
    });
    let list = held
        .issues(&name("octo/hello"), &IssueFilter::default())
        .unwrap();
    assert_eq!((list.total(), list.page(1, 30).unwrap().len()), (0, 0));
    drop(list);
    drop((held, store));
    world.assert_sound();
}
