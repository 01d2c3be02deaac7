//! Undo and redo of what was done here: every event, and what stands in the way.

use std::collections::BTreeMap;

use backlot_core::{
    ErrorKind, IssueEdit, IssueFilter, NewIssue, RepositoryWriter, StateFilter, Store, StoreOptions,
};
use backlot_github::WriteOptions;
use backlot_model::{Actor, EventKind, Origin, RecordKind, State, StateReason};
use serde_json::Value;

use crate::support::{
    World, assert_sound, environment, export_to, name, read_folder, without_own_events,
};

pub(crate) const REPOSITORY: &str = "octo/hello";

pub(crate) fn mona() -> Actor {
    Actor::login("mona")
}

/// All that can be read of a store but what tells of its past: lists, counts, and exports.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    issues: BTreeMap<String, Vec<backlot_core::IssueSummary>>,
    files: BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    users: u64,
}

pub(crate) fn see(store: &Store) -> Seen {
    let snapshot = store.read().unwrap();
    let (mut issues, mut files) = (BTreeMap::new(), BTreeMap::new());
    for repository in snapshot.repositories().unwrap() {
        let filter = IssueFilter {
            state: StateFilter::All,
            sort: backlot_model::SortKey::Number,
            ..IssueFilter::default()
        };
        let list = snapshot.issues(&name(&repository.name), &filter).unwrap();
        let total = list.total();
        issues.insert(repository.name.clone(), list.page(1, total.max(1)).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        export_to(store, &repository.name, &out, WriteOptions::default());
        let exported = without_own_events(read_folder(&out));
        files.insert(repository.name, exported);
    }
    Seen {
        issues,
        files,
        users: snapshot.stats().unwrap().users,
    }
}

pub(crate) fn write(
    store: &Store,
    reason: &str,
    edit: impl FnOnce(&mut RepositoryWriter<'_>),
) -> u64 {
    let mut tx = store.write(mona(), reason).unwrap();
    edit(&mut tx.repository(REPOSITORY).unwrap());
    tx.commit().unwrap().unwrap().sequence
}

pub(crate) fn last(store: &Store) -> u64 {
    store.read().unwrap().sequence()
}

/// A repository with two issues, of which the first has three labels, two assignees and a comment.
pub(crate) fn begun() -> World {
    let mut world = World::new();
    world.store = StoreOptions::new()
        .environment(environment())
        .in_memory()
        .unwrap();
    let mut tx = world.store.write(mona(), "begin").unwrap();
    let mut repository = tx.create_repository(&name(REPOSITORY)).unwrap();
    let one = NewIssue::titled("One")
        .body("The body.")
        .label("a")
        .label("b")
        .label("c");
    repository
        .create_issue(one.assignee("hubot").assignee("lee"))
        .unwrap();
    repository.create_issue(NewIssue::titled("Two")).unwrap();
    repository.comment(1, "First.").unwrap();
    tx.commit().unwrap();
    world
}

fn edits() -> Vec<(&'static str, EventKind, IssueEdit)> {
    let edit = IssueEdit::default;
    let done = Some(StateReason::Completed);
    vec![
        ("title", EventKind::Renamed, edit().title("Uno")),
        (
            "body",
            EventKind::Edited,
            edit().body(Some("Another.".into())),
        ),
        ("no body", EventKind::Edited, edit().body(None)),
        (
            "close",
            EventKind::Reopened,
            edit().state(State::Closed, done),
        ),
        ("label", EventKind::Unlabeled, edit().add_label("new")),
        ("unlabel", EventKind::Labeled, edit().remove_label("b")),
        ("assign", EventKind::Unassigned, edit().add_assignee("new")),
        (
            "unassign",
            EventKind::Assigned,
            edit().remove_assignee("hubot"),
        ),
        (
            "all",
            EventKind::Renamed,
            edit()
                .title("Uno")
                .body(None)
                .add_label("x")
                .remove_label("a")
                .state(State::Closed, None),
        ),
    ]
}

#[test]
fn every_edit_is_undone_and_done_again() {
    for (what, back, edit) in edits() {
        let mut world = begun();
        let before = see(&world.store);
        let sequence = write(&world.store, what, |repository| {
            assert!(repository.edit_issue(1, &edit).unwrap());
        });
        let after = see(&world.store);
        assert_ne!(before, after, "{what}");
        let undone = world.store.undo(sequence, mona()).unwrap();
        assert_eq!(see(&world.store), before, "{what}");
        assert_eq!(undone.reason, format!("undo #{sequence}: {what}"));
        assert!(matches!(undone.origin, Origin::Undo(_)));
        let snapshot = world.store.read().unwrap();
        let events = snapshot.events(undone.sequence, 100).unwrap();
        assert!(
            events.iter().any(|event| event.kind == back),
            "{what}: {events:?}"
        );
        drop(snapshot);
        world.store.redo(sequence, mona()).unwrap();
        assert_eq!(see(&world.store), after, "{what}");
        let again = world.store.undo(sequence, mona()).unwrap();
        assert_eq!(see(&world.store), before, "{what}");
        // An undo that is undone is a redo, however deep.
        let redone = world.store.undo(again.sequence, mona()).unwrap();
        assert_eq!(see(&world.store), after, "{what}");
        world.store.undo(redone.sequence, mona()).unwrap();
        assert_eq!(see(&world.store), before, "{what}");
        assert_sound(&mut world.store);
    }
}

type Edit = fn(&mut RepositoryWriter<'_>);

#[test]
fn creating_is_undone_and_done_again() {
    let mut world = begun();
    let mut states = vec![see(&world.store)];
    let steps: [(&str, Edit); 3] = [
        ("comment", |repository| {
            repository.comment(1, "Second.").unwrap();
        }),
        ("issue", |repository| {
            let three = NewIssue::titled("Three").label("fresh").assignee("someone");
            assert_eq!(repository.create_issue(three).unwrap(), 3);
        }),
        ("discussion", |repository| {
            repository.comment(3, "Indeed.").unwrap();
            let edit = IssueEdit::default()
                .state(State::Closed, None)
                .remove_label("fresh");
            repository.edit_issue(3, &edit).unwrap();
        }),
    ];
    for (what, step) in steps {
        write(&world.store, what, step);
        states.push(see(&world.store));
    }
    for back in (1..=3).rev() {
        world.store.undo(back as u64 + 1, mona()).unwrap();
        assert_eq!(see(&world.store), states[back - 1]);
    }
    let issue = world.store.read().unwrap().issue(&name(REPOSITORY), 3);
    assert_eq!(issue.unwrap_err().kind(), ErrorKind::UnknownRecord);
    for (sequence, state) in (2..).zip(&states[1..]) {
        world.store.redo(sequence, mona()).unwrap();
        assert_eq!(&see(&world.store), state);
    }
    // Even the very first commit.
    let first = states[0].clone();
    for sequence in [4, 3, 2] {
        world.store.undo(sequence, mona()).unwrap();
    }
    world.store.undo(1, mona()).unwrap();
    assert_eq!(world.store.read().unwrap().repositories().unwrap(), []);
    assert_eq!(world.store.read().unwrap().stats().unwrap().users, 0);
    world.store.redo(1, mona()).unwrap();
    assert_eq!(see(&world.store), first);
    assert_sound(&mut world.store);
}

#[test]
fn what_is_undone_leaves_its_number_and_name_free() {
    let world = begun();
    let three = write(&world.store, "three", |repository| {
        assert_eq!(
            repository
                .create_issue(NewIssue::titled("Three").label("fresh"))
                .unwrap(),
            3
        );
    });
    world.store.undo(three, mona()).unwrap();
    write(&world.store, "another", |repository| {
        assert_eq!(
            repository
                .create_issue(NewIssue::titled("Other").label("fresh"))
                .unwrap(),
            3
        );
    });
    let error = world.store.redo(three, mona()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
    let labels: Vec<_> = error.obstacles().iter().map(|o| o.label.as_str()).collect();
    assert!(labels.contains(&"octo/hello#3"), "{labels:?}");
    assert!(labels.contains(&"label fresh of octo/hello"), "{labels:?}");
}

#[test]
fn what_stands_in_the_way_is_listed() {
    let world = begun();
    let edit = |edit: IssueEdit| {
        write(&world.store, "an edit", |repository| {
            repository.edit_issue(1, &edit).unwrap();
        })
    };
    let first = edit(
        IssueEdit::default()
            .title("Uno")
            .add_label("new")
            .body(None),
    );
    let second = edit(IssueEdit::default().title("Eins").remove_label("new"));
    let before = see(&world.store);
    let error = world.store.undo(first, mona()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
    let mut fields: Vec<_> = error
        .obstacles()
        .iter()
        .map(|o| (o.label.as_str(), o.field.unwrap().name(), o.sequence))
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("octo/hello#1", "labels", second),
            ("octo/hello#1", "title", second)
        ]
    );
    assert_eq!(error.obstacle_count(), 2);
    let said = error.to_string();
    assert!(
        said.contains("octo/hello#1 (title) in commit 3, an edit"),
        "{said}"
    );
    assert_eq!(see(&world.store), before);
    assert_eq!(last(&world.store), second);
    // Commits that are undone stand in nobody's way.
    world.store.undo(second, mona()).unwrap();
    world.store.undo(first, mona()).unwrap();
    assert_eq!(world.issue(REPOSITORY, 1).summary.title, "One");
    // Nor do those that touch other fields.
    let title = edit(IssueEdit::default().title("Un"));
    edit(
        IssueEdit::default()
            .add_label("other")
            .state(State::Closed, None),
    );
    world.store.undo(title, mona()).unwrap();
    let issue = world.issue(REPOSITORY, 1);
    assert_eq!(
        (issue.summary.title.as_str(), issue.summary.state),
        ("One", State::Closed)
    );
    assert!(issue.summary.labels.contains(&"other".to_owned()));
    let kind = |result: backlot_core::Result<backlot_model::Commit>| result.unwrap_err().kind();
    assert_eq!(kind(world.store.undo(title, mona())), ErrorKind::Invalid);
    assert_eq!(
        kind(world.store.undo(1000, mona())),
        ErrorKind::UnknownRecord
    );
    assert_eq!(kind(world.store.undo(0, mona())), ErrorKind::UnknownRecord);
    assert_eq!(kind(world.store.redo(1, mona())), ErrorKind::Invalid);
}

#[test]
fn a_comment_on_a_created_issue_stands_in_the_way_and_its_author_does_not() {
    let world = begun();
    let mut tx = world
        .store
        .write(Actor::login("newcomer"), "three")
        .unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    repository
        .create_issue(NewIssue::titled("Three").label("fresh"))
        .unwrap();
    let three = tx.commit().unwrap().unwrap().sequence;
    let mut tx = world.store.write(Actor::login("newcomer"), "talk").unwrap();
    tx.repository(REPOSITORY)
        .unwrap()
        .comment(3, "Well.")
        .unwrap();
    tx.repository(REPOSITORY)
        .unwrap()
        .comment(1, "Hm.")
        .unwrap();
    let talk = tx.commit().unwrap().unwrap().sequence;
    let error = world.store.undo(three, mona()).unwrap_err();
    let found: Vec<_> = error.obstacles().iter().map(|o| o.label.clone()).collect();
    assert!(
        found.contains(&"comment of octo/hello#3".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"octo/hello#3".to_owned()), "{found:?}");
    let used = write(&world.store, "use the label", |repository| {
        repository
            .edit_issue(1, &IssueEdit::default().add_label("fresh"))
            .unwrap();
    });
    world.store.undo(talk, mona()).unwrap();
    let error = world.store.undo(three, mona()).unwrap_err();
    let found: Vec<_> = error
        .obstacles()
        .iter()
        .map(|o| (o.label.as_str(), o.sequence))
        .collect();
    assert_eq!(found, [("octo/hello#1", used)]);
    world.store.undo(used, mona()).unwrap();
    // One who does something else later stays.
    let mut tx = world
        .store
        .write(Actor::login("newcomer"), "elsewhere")
        .unwrap();
    tx.repository(REPOSITORY)
        .unwrap()
        .comment(1, "Hm.")
        .unwrap();
    tx.commit().unwrap();
    let report = world.store.undo_dry_run(three).unwrap();
    assert_eq!((report.kept_users, report.commit), (1, None));
    assert_eq!(
        report.by_kind,
        [(RecordKind::Issue, 1), (RecordKind::Label, 1)]
    );
    world.store.undo(three, mona()).unwrap();
    world.store.redo(three, mona()).unwrap();
    assert_eq!(
        world.issue(REPOSITORY, 3).summary.author.as_deref(),
        Some("newcomer")
    );
}

#[test]
fn counts_go_back_by_as_much_as_the_commit_moved_them() {
    let world = begun();
    let second = write(&world.store, "second", |r| {
        r.comment(1, "Second.").unwrap();
    });
    let third = write(&world.store, "third", |r| {
        r.comment(1, "Third.").unwrap();
    });
    let moment = world.issue(REPOSITORY, 1).summary.updated_at;
    world.store.undo(second, mona()).unwrap();
    let issue = world.issue(REPOSITORY, 1).summary;
    assert_eq!((issue.comments, issue.updated_at), (2, moment));
    world.store.undo(third, mona()).unwrap();
    world.store.redo(second, mona()).unwrap();
    assert_eq!(world.issue(REPOSITORY, 1).summary.comments, 2);
}

#[test]
fn a_chain_of_undos_can_be_walked_back_from_anywhere() {
    let world = begun();
    let base = write(&world.store, "label", |repository| {
        repository
            .create_issue(NewIssue::titled("Three").label("fresh"))
            .unwrap();
    });
    let uses = write(&world.store, "use", |repository| {
        repository
            .edit_issue(1, &IssueEdit::default().add_label("fresh"))
            .unwrap();
    });
    world.store.undo(uses, mona()).unwrap();
    world.store.undo(base, mona()).unwrap();
    // The label that it would use is absent.
    let error = world.store.redo(uses, mona()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
    world.store.redo(base, mona()).unwrap();
    world.store.redo(uses, mona()).unwrap();
    assert!(
        world
            .issue(REPOSITORY, 1)
            .summary
            .labels
            .contains(&"fresh".to_owned())
    );
    assert_eq!(
        world.store.undo(base, mona()).unwrap_err().obstacles()[0].sequence,
        uses
    );
}
