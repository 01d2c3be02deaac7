//! Undo and redo of imports: the same import brings the same records back.

use std::collections::BTreeMap;
use std::time::Instant;

use backlot_core::{ErrorKind, IssueEdit, IssueFilter, StateFilter, Store};
use backlot_model::{EventKind, RecordId, RecordKind};
use serde_json::{Value, json};

use crate::support::{
    World, assert_sound, comment, import_into, issue, label, name, real_data, root, user, with,
};
use crate::undo::{REPOSITORY, begun, last, mona, see, write};

fn ids(store: &Store, repository: &str) -> BTreeMap<u64, RecordId> {
    let snapshot = store.read().unwrap();
    let filter = IssueFilter {
        state: StateFilter::All,
        ..IssueFilter::default()
    };
    let list = snapshot.issues(&name(repository), &filter).unwrap();
    let total = list.total();
    let page = list.page(1, total.max(1)).unwrap();
    page.into_iter()
        .map(|issue| (issue.number, issue.id))
        .collect()
}

#[test]
fn an_import_is_undone_and_comes_again_under_the_same_identifiers() {
    let mut world = World::new();
    let sample = root().join("docs/sample");
    let repository = "tidepool/kelp";
    let report = world.import(&sample);
    let (before, known) = (see(&world.store), ids(&world.store, repository));
    let full = world.export(repository);
    let timeline = |store: &Store| {
        let snapshot = store.read().unwrap();
        let issue = snapshot.issue(&name(repository), 3).unwrap();
        snapshot.timeline(&issue).unwrap()
    };
    let told = timeline(&world.store);
    let undone = world.store.undo(1, mona()).unwrap();
    let snapshot = world.store.read().unwrap();
    assert_eq!(snapshot.repositories().unwrap(), []);
    assert_eq!(snapshot.stats().unwrap().users, 0);
    for id in known.values() {
        assert_eq!(snapshot.record(*id).unwrap(), None);
    }
    drop(snapshot);
    assert_sound(&mut world.store);
    let again = world.import(&sample);
    assert_eq!(again.counts, report.counts);
    assert_eq!(
        (see(&world.store), ids(&world.store, repository)),
        (before.clone(), known.clone())
    );
    assert_eq!(world.export(repository), full);
    assert_eq!(timeline(&world.store), told);
    assert_eq!(world.import(&sample).commit, None);
    assert_sound(&mut world.store);
    // The old one cannot be redone beside the new one, but after it.
    let error = world.store.redo(1, mona()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
    assert!(error.obstacle_count() > 100 && error.obstacles().len() == 100);
    world.store.undo(undone.sequence + 1, mona()).unwrap();
    world.store.redo(1, mona()).unwrap();
    assert_eq!(
        (see(&world.store), ids(&world.store, repository)),
        (before, known)
    );
    assert_eq!(world.export(repository), full);
    assert_eq!(world.import(&sample).commit, None);
    assert_sound(&mut world.store);
}

fn newer() -> Vec<Value> {
    vec![
        with(
            issue(REPOSITORY, 1),
            json!({"title": "New", "body": "New.", "labels": [label(REPOSITORY, "docs", 72)], "comments": 3,
                   "user": with(user("mona", 1), json!({"type": "Bot"})), "state": "closed", "extra": [1],
                   "closed_at": "2023-03-01T00:00:00Z", "updated_at": "2023-03-01T00:00:00Z"}),
        ),
        issue(REPOSITORY, 3),
    ]
}

#[test]
fn what_an_import_stated_anew_is_taken_back_with_what_its_source_said() {
    for is_edited in [false, true] {
        let mut world = World::new();
        let old = world.backup(
            "old",
            &[(
                "issues.ndjson",
                &[issue(REPOSITORY, 1), issue(REPOSITORY, 2)],
            )],
        );
        world.import(&old);
        if is_edited {
            write(&world.store, "edit", |repository| {
                let edit = IssueEdit::default()
                    .body(Some("Mine.".into()))
                    .add_label("mine");
                repository.edit_issue(1, &edit).unwrap();
            });
        }
        let before = see(&world.store);
        let new = world.backup("new", &[("issues.ndjson", &newer())]);
        let report = world.import(&new);
        let sequence = report.commit.unwrap().sequence;
        let after = see(&world.store);
        world.store.undo(sequence, mona()).unwrap();
        assert_eq!(see(&world.store), before);
        assert_sound(&mut world.store);
        assert_eq!(world.import(&old).commit, None, "the source said this last");
        world.store.redo(sequence, mona()).unwrap();
        assert_eq!(see(&world.store), after);
        assert_eq!(world.import(&new).commit, None);
        world.store.undo(sequence, mona()).unwrap();
        let again = world.import(&new);
        assert_eq!(again.counts, report.counts);
        assert_eq!(see(&world.store), after);
        assert_sound(&mut world.store);
        if is_edited {
            let last = last(&world.store);
            world.store.undo(last, mona()).unwrap();
            // The local edit can be undone in turn, and nothing is left of it.
            world.store.undo(2, mona()).unwrap();
            world.import(&new);
            assert_eq!(world.issue(REPOSITORY, 1).body.as_deref(), Some("New."));
            assert_sound(&mut world.store);
        }
    }
}

#[test]
fn a_later_import_stands_in_the_way_of_an_earlier_one() {
    let world = World::new();
    let old = world.backup("old", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    world.import(&old);
    let new = world.backup("new", &[("issues.ndjson", &newer())]);
    world.import(&new);
    let error = world.store.undo(1, mona()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
    assert!(error.obstacles().iter().all(|o| o.sequence == 2));
    world.store.undo(2, mona()).unwrap();
    world.store.undo(1, mona()).unwrap();
    assert_eq!(world.store.read().unwrap().repositories().unwrap(), []);
}

#[test]
fn what_an_import_withdrew_is_there_again() {
    let mut world = World::new();
    let both = [issue(REPOSITORY, 1), issue(REPOSITORY, 2)];
    let full = world.backup("full", &[("issues.ndjson", &both)]);
    world.import(&full);
    let before = see(&world.store);
    let part = world.backup("part", &[("issues.ndjson", &both[..1])]);
    let complete = |options: backlot_core::ImportOptions| options.complete(RecordKind::Issue);
    assert_eq!(
        world
            .import_with(&part, complete)
            .counts
            .kind(RecordKind::Issue)
            .withdrawn,
        1
    );
    let after = see(&world.store);
    world.store.undo(2, mona()).unwrap();
    assert_eq!(see(&world.store), before);
    assert_eq!(world.import(&full).commit, None);
    world.store.redo(2, mona()).unwrap();
    assert_eq!(see(&world.store), after);
    world.store.undo(2, mona()).unwrap();
    assert_eq!(
        world
            .import_with(&part, complete)
            .counts
            .kind(RecordKind::Issue)
            .withdrawn,
        1
    );
    assert_eq!(see(&world.store), after);
    assert_sound(&mut world.store);
}

#[test]
fn what_an_import_renumbered_has_its_number_again() {
    let mut world = begun();
    let (before, known) = (see(&world.store), ids(&world.store, REPOSITORY));
    let backup = world.backup("backup", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    let report = world.import(&backup);
    assert_eq!(report.renumbered.len(), 1);
    let moved = &report.renumbered[0];
    assert_eq!((moved.from, moved.to), (1, 3));
    let after = see(&world.store);
    let snapshot = world.store.read().unwrap();
    let events = snapshot.events(2, 100).unwrap();
    let told = events
        .iter()
        .find(|event| event.kind == EventKind::Renumbered);
    assert_eq!(told.unwrap().detail.as_deref(), Some("#1 -> #3"));
    drop(snapshot);
    world.store.undo(2, mona()).unwrap();
    assert_eq!(ids(&world.store, REPOSITORY), known);
    assert_eq!(see(&world.store), before);
    assert_sound(&mut world.store);
    world.store.redo(2, mona()).unwrap();
    assert_eq!(see(&world.store), after);
    world.store.undo(2, mona()).unwrap();
    world.import(&backup);
    assert_eq!(see(&world.store), after);
    assert_sound(&mut world.store);
}

#[test]
fn comments_that_came_first_wait_for_their_issue_again() {
    let mut world = World::new();
    let comments = world.backup(
        "comments",
        &[("comments.ndjson", &[comment(REPOSITORY, 1, 9)])],
    );
    world.import(&comments);
    let orphans = |store: &Store| store.read().unwrap().stats().unwrap().repositories[0].orphans;
    assert_eq!(orphans(&world.store), 1);
    let before = see(&world.store);
    let issues = world.backup("issues", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    world.import(&issues);
    assert_eq!(orphans(&world.store), 0);
    let after = see(&world.store);
    world.store.undo(2, mona()).unwrap();
    assert_eq!((orphans(&world.store), see(&world.store)), (1, before));
    assert_sound(&mut world.store);
    world.store.redo(2, mona()).unwrap();
    assert_eq!((orphans(&world.store), see(&world.store)), (0, after));
    assert_sound(&mut world.store);
}

#[test]
fn real_imports_are_undone_and_come_again() {
    let Some(data) = real_data("undoing the import of whatsapi and rust-early") else {
        return;
    };
    let imports = [
        ("github/whatsapi.tar.zst", "venomous0x/WhatsAPI"),
        ("github/rust-early", "rust-lang/rust"),
    ];
    for (path, repository) in imports {
        let mut world = World::new();
        let import = |store: &Store| {
            let start = Instant::now();
            let report = import_into(store, &data.join(path), Default::default(), |options| {
                options.repository(name(repository))
            });
            (report.unwrap(), start.elapsed())
        };
        let (report, imported) = import(&world.store);
        let (before, known) = (see(&world.store), ids(&world.store, repository));
        let start = Instant::now();
        world.store.undo(1, mona()).unwrap();
        let undone = start.elapsed();
        assert_eq!(world.store.read().unwrap().repositories().unwrap(), []);
        let (again, second) = import(&world.store);
        assert_eq!(again.counts, report.counts);
        assert!(ids(&world.store, repository) == known && see(&world.store) == before);
        world.store.undo(3, mona()).unwrap();
        let start = Instant::now();
        world.store.redo(1, mona()).unwrap();
        let redone = start.elapsed();
        assert!(ids(&world.store, repository) == known && see(&world.store) == before);
        eprintln!(
            "{repository}: import {imported:?}, undo {undone:?}, import again {second:?}, redo {redone:?}"
        );
        world.assert_sound();
    }
}
