//! Import as comparison: what a source says is held against what it said last.

use backlot_core::{ErrorKind, ImportError, IssueEdit, IssueFilter, NewIssue};
use backlot_model::{Actor, Field, Prefer, RecordKind, State, StateReason};
use serde_json::{Value, json};

use crate::support::{World, assert_same, comment, issue, label, name, user, with};

const REPOSITORY: &str = "octo/hello";

fn edit(world: &World, number: u64, edit: &IssueEdit) {
    let mut tx = world.store.write(Actor::login("local"), "triage").unwrap();
    assert!(
        tx.repository(REPOSITORY)
            .unwrap()
            .edit_issue(number, edit)
            .unwrap()
    );
    tx.commit().unwrap().unwrap();
}

fn issues(world: &World, backup: &str, objects: &[Value]) -> backlot_core::ImportReport {
    world.import(&world.backup(backup, &[("issues.ndjson", objects)]))
}

#[test]
fn the_same_again_is_nothing_new() {
    let mut world = World::new();
    let files: [(&str, &[Value]); 2] = [
        (
            "issues.ndjson",
            &[issue(REPOSITORY, 1), issue(REPOSITORY, 2)],
        ),
        (
            "comments.ndjson",
            &[comment(REPOSITORY, 1, 10), comment(REPOSITORY, 2, 11)],
        ),
    ];
    let backup = world.backup("backup", &files);
    let first = world.import(&backup);
    assert_eq!(first.counts.kind(RecordKind::Issue).created, 2);
    assert_eq!(first.counts.kind(RecordKind::Comment).created, 2);
    assert_eq!(first.commit.unwrap().sequence, 2 - 1);
    let second = world.import(&backup);
    assert_eq!(second.commit, None);
    assert_eq!(second.counts.total(|kind| kind.created + kind.updated), 0);
    assert_eq!(second.counts.kind(RecordKind::Issue).unchanged, 2);
    world.assert_sound();
    let out = world.export(REPOSITORY);
    assert_same(files[0].1, &out["issues.ndjson"], "number");
    assert_same(files[1].1, &out["comments.ndjson"], "id");
}

#[test]
fn an_old_backup_never_reverts_local_edits() {
    let mut world = World::new();
    let old = [issue(REPOSITORY, 1), issue(REPOSITORY, 2)];
    issues(&world, "old", &old);
    edit(
        &world,
        1,
        &IssueEdit::default().title("Edited here").add_label("mine"),
    );
    let again = issues(&world, "again", &old);
    assert_eq!((again.commit, again.conflicts.len()), (None, 0));
    assert_eq!(world.issue(REPOSITORY, 1).summary.title, "Edited here");

    let newer = with(
        issue(REPOSITORY, 2),
        json!({
            "title": "Newer", "updated_at": "2023-03-01T00:00:00Z",
        }),
    );
    let report = issues(&world, "newer", std::slice::from_ref(&newer));
    assert_eq!(report.counts.kind(RecordKind::Issue).updated, 1);
    // The first backup once more: what it says of issue 2 is older than what is known.
    let stale = issues(&world, "stale", &old);
    assert_eq!(stale.counts.kind(RecordKind::Issue).stale, 1);
    assert_eq!(stale.commit, None);
    assert_eq!(world.issue(REPOSITORY, 2).summary.title, "Newer");
    assert_same(
        &[newer],
        &world.export(REPOSITORY)["issues.ndjson"][1..],
        "number",
    );
    world.assert_sound();
}

#[test]
fn a_newer_backup_applies_its_changes_keeps_the_edits_and_reports_what_changed_on_both_sides() {
    let mut world = World::new();
    issues(&world, "old", &[issue(REPOSITORY, 1)]);
    edit(
        &world,
        1,
        &IssueEdit::default()
            .title("Ours")
            .add_label("mine")
            .body(Some("Our body.".into())),
    );
    let newer = with(
        issue(REPOSITORY, 1),
        json!({
            "title": "Theirs", "state": "closed", "state_reason": "completed",
            "closed_at": "2023-05-01T00:00:00Z", "closed_by": user("hubot", 2),
            "updated_at": "2023-05-01T00:00:00Z",
            "labels": [label(REPOSITORY, "bug", 71), label(REPOSITORY, "theirs", 72)],
        }),
    );
    let report = issues(&world, "newer", std::slice::from_ref(&newer));
    let fields: Vec<_> = report
        .conflicts
        .iter()
        .map(|conflict| (conflict.number, conflict.field))
        .collect();
    assert_eq!(fields, [(Some(1), Field::Title)]);
    assert_eq!(report.counts.conflicts, 1);
    let now = world.issue(REPOSITORY, 1);
    assert_eq!(now.summary.title, "Ours");
    assert_eq!(now.body.as_deref(), Some("Our body."));
    assert_eq!(now.summary.state, State::Closed);
    assert_eq!(now.summary.labels, ["bug", "mine", "theirs"]);
    // The same newer backup again: the conflict is settled and nothing is new.
    assert_eq!(issues(&world, "newer again", &[newer]).commit, None);
    // What was not edited here goes out as it came in; what was edited goes out as it is here.
    let out = &world.export(REPOSITORY)["issues.ndjson"][0];
    assert_eq!(out["title"], "Ours");
    assert_eq!(out["body"], "Our body.");
    assert_eq!(out["closed_by"], user("hubot", 2));
    let labels: Vec<_> = out["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["name"].clone())
        .collect();
    assert_eq!(labels, ["bug", "mine", "theirs"]);
    assert_eq!(out["labels"][1]["color"], "ededed");
    world.assert_sound();
}

#[test]
fn theirs_can_be_preferred() {
    let world = World::new();
    issues(&world, "old", &[issue(REPOSITORY, 1)]);
    edit(&world, 1, &IssueEdit::default().title("Ours"));
    let newer = with(
        issue(REPOSITORY, 1),
        json!({"title": "Theirs", "updated_at": "2025-01-01T00:00:00Z"}),
    );
    let backup = world.backup("newer", &[("issues.ndjson", std::slice::from_ref(&newer))]);
    let report = world.import_with(&backup, |options| options.prefer(Prefer::Theirs));
    assert_eq!(report.conflicts[0].kept, Prefer::Theirs);
    assert_eq!(world.issue(REPOSITORY, 1).summary.title, "Theirs");
    assert_same(
        &[newer],
        &world.export(REPOSITORY)["issues.ndjson"],
        "number",
    );
}

#[test]
fn absence_is_not_deletion_unless_the_source_is_complete() {
    let mut world = World::new();
    let both = [
        issue(REPOSITORY, 1),
        issue(REPOSITORY, 2),
        issue(REPOSITORY, 3),
    ];
    let comments = [comment(REPOSITORY, 2, 20), comment(REPOSITORY, 3, 30)];
    let files: [(&str, &[Value]); 2] = [("issues.ndjson", &both), ("comments.ndjson", &comments)];
    world.import(&world.backup("both", &files));
    edit(&world, 3, &IssueEdit::default().title("Edited here"));
    let partial = world.backup("partial", &[("issues.ndjson", &both[..1])]);
    assert_eq!(world.import(&partial).commit, None);
    let report = world.import_with(&partial, |options| options.complete(RecordKind::Issue));
    assert_eq!(report.counts.kind(RecordKind::Issue).withdrawn, 1);
    assert_eq!(report.conflicts[0].field, Field::Deleted);
    let snapshot = world.store.read().unwrap();
    let error = snapshot.issue(&name(REPOSITORY), 2).unwrap_err();
    assert!(error.to_string().contains("gone"), "{error}");
    let open = snapshot
        .issues(&name(REPOSITORY), &IssueFilter::default())
        .unwrap();
    assert_eq!(
        open.page(1, 10)
            .unwrap()
            .iter()
            .map(|i| i.number)
            .collect::<Vec<_>>(),
        [3, 1]
    );
    drop(snapshot);
    // What belongs to it is as gone as that.
    assert_eq!(world.export(REPOSITORY)["comments.ndjson"], comments[1..]);
    // What comes again is there again, the same record.
    let report = issues(&world, "back", &both);
    assert_eq!(report.counts.kind(RecordKind::Issue).updated, 1);
    assert_eq!(world.issue(REPOSITORY, 2).summary.title, "Issue 2");
    world.assert_sound();
}

#[test]
fn of_an_object_that_comes_twice_the_later_one_counts() {
    let mut world = World::new();
    let old = issue(REPOSITORY, 1);
    let new = with(
        old.clone(),
        json!({"title": "Later", "updated_at": "2023-06-01T00:00:00Z"}),
    );
    for order in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        let report = issues(&world, "twice", &order);
        assert_eq!(report.counts.kind(RecordKind::Issue).duplicates, 1);
        assert_eq!(world.issue(REPOSITORY, 1).summary.title, "Later");
        assert_eq!(issues(&world, "twice again", &order).commit, None);
    }
    // Two forms with the same moment: the first stands, in every import.
    let tie = with(
        old,
        json!({"title": "Tie", "updated_at": "2023-06-01T00:00:00Z"}),
    );
    assert_eq!(issues(&world, "tie", &[new, tie]).commit, None);
    world.assert_sound();
}

#[test]
fn two_identities_for_one_number_are_an_error_that_keeps_the_store_as_it_was() {
    let mut world = World::new();
    issues(&world, "one", &[issue(REPOSITORY, 1)]);
    let other = with(issue(REPOSITORY, 1), json!({"id": 777}));
    let new = issue(REPOSITORY, 5);
    let backup = world.backup("two", &[("issues.ndjson", &[new, other])]);
    match world.try_import(&backup, |options| options) {
        Err(ImportError::Store(error)) => {
            assert_eq!(error.kind(), ErrorKind::Contradiction);
            assert!(error.to_string().contains("issues.ndjson:2"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert!(
        world
            .store
            .read()
            .unwrap()
            .issue(&name(REPOSITORY), 5)
            .is_err()
    );
    world.assert_sound();
}

#[test]
fn a_local_issue_gives_its_number_to_one_from_the_forge() {
    let mut world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name(REPOSITORY)).unwrap();
    for title in ["First", "Second"] {
        repository.create_issue(NewIssue::titled(title)).unwrap();
    }
    repository.comment(1, "Mine.").unwrap();
    tx.commit().unwrap();
    let files: [(&str, &[Value]); 2] = [
        ("comments.ndjson", &[comment(REPOSITORY, 1, 10)]),
        (
            "issues.ndjson",
            &[issue(REPOSITORY, 1), issue(REPOSITORY, 7)],
        ),
    ];
    let report = world.import(&world.backup("backup", &files));
    let moves: Vec<_> = report
        .renumbered
        .iter()
        .map(|moved| (moved.from, moved.to))
        .collect();
    assert_eq!(moves, [(1, 8)]);
    assert_eq!(world.issue(REPOSITORY, 1).summary.title, "Issue 1");
    assert_eq!(world.issue(REPOSITORY, 8).summary.title, "First");
    assert_eq!(world.issue(REPOSITORY, 2).summary.title, "Second");
    let snapshot = world.store.read().unwrap();
    let comments = |number| -> Vec<_> {
        let issue = snapshot.issue(&name(REPOSITORY), number).unwrap();
        let items = snapshot.timeline(&issue).unwrap();
        items
            .into_iter()
            .map(|item| item.record.body().cloned().unwrap())
            .collect()
    };
    assert_eq!(comments(1), ["Comment 10."]);
    assert_eq!(comments(8), ["Mine."]);
    drop(snapshot);
    world.assert_sound();
}

#[test]
fn an_orphan_waits_is_exported_and_finds_its_issue() {
    let mut world = World::new();
    let orphan = comment(REPOSITORY, 4, 10);
    let report = world.import(&world.backup(
        "comments",
        &[("comments.ndjson", std::slice::from_ref(&orphan))],
    ));
    assert_eq!(report.counts.kind(RecordKind::Comment).orphans, 1);
    assert_same(
        std::slice::from_ref(&orphan),
        &world.export(REPOSITORY)["comments.ndjson"],
        "id",
    );
    world.assert_sound();
    let report = issues(&world, "issues", &[issue(REPOSITORY, 4)]);
    assert_eq!(report.counts.kind(RecordKind::Comment).orphans, 0);
    let snapshot = world.store.read().unwrap();
    let found = snapshot.issue(&name(REPOSITORY), 4).unwrap();
    assert_eq!(snapshot.timeline(&found).unwrap().len(), 1);
    drop(snapshot);
    let again = world.backup("comments", &[("comments.ndjson", &[orphan])]);
    assert_eq!(world.import(&again).commit, None);
    world.assert_sound();
}

#[test]
fn a_user_who_looks_different_elsewhere_changes_nothing_here() {
    let mut world = World::new();
    let here = issue("octo/one", 1);
    let renamed = with(
        user("mona", 1),
        json!({"avatar_url": "https://example.com/a.png", "bio": "x"}),
    );
    let there = with(issue("octo/two", 1), json!({"user": renamed}));
    issues(&world, "one", std::slice::from_ref(&here));
    issues(&world, "two", std::slice::from_ref(&there));
    assert_same(
        &[here],
        &world.export("octo/one")["issues.ndjson"],
        "number",
    );
    assert_same(
        &[there],
        &world.export("octo/two")["issues.ndjson"],
        "number",
    );
    world.assert_sound();
}

#[test]
fn the_main_repository_can_take_another_name_and_keeps_its_own() {
    let mut world = World::new();
    let moved = with(issue("octo/elsewhere", 9), json!({"id": 9}));
    let objects = [moved, issue(REPOSITORY, 1), issue(REPOSITORY, 2)];
    let backup = world.backup("backup", &[("issues.ndjson", &objects)]);
    world.import_with(&backup, |options| options.repository(name("me/mine")));
    assert_same(
        &objects[1..],
        &world.export("me/mine")["issues.ndjson"],
        "number",
    );
    assert_same(
        &objects[..1],
        &world.export("octo/elsewhere")["issues.ndjson"],
        "number",
    );
    // Without a name it goes where it went before.
    assert_eq!(world.import(&backup).commit, None);
    world.assert_sound();
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let world = World::new();
    let backup = world.backup("backup", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    let report = world.import_with(&backup, |options| options.dry_run(true));
    assert_eq!(
        (report.counts.kind(RecordKind::Issue).created, report.commit),
        (1, None)
    );
    assert_eq!(world.store.read().unwrap().repositories().unwrap(), []);
}

#[test]
fn closing_here_shows_in_the_export_even_where_the_source_lacked_the_keys() {
    let world = World::new();
    let mut old_shape = issue(REPOSITORY, 1);
    old_shape
        .as_object_mut()
        .unwrap()
        .retain(|key, _| key != "state_reason" && key != "closed_by");
    issues(&world, "old", &[old_shape]);
    edit(
        &world,
        1,
        &IssueEdit::default().state(State::Closed, Some(StateReason::NotPlanned)),
    );
    let out = &world.export(REPOSITORY)["issues.ndjson"][0];
    assert_eq!(
        (&out["state"], &out["state_reason"]),
        (&json!("closed"), &json!("not_planned"))
    );
    assert_eq!(out["closed_by"]["login"], "local");
}

#[test]
fn a_timeline_takes_the_order_in_which_it_was_received_last() {
    let mut world = World::new();
    let item = |id: u64| {
        json!({
            "id": id, "node_id": "opaque", "event": "subscribed", "actor": user("mona", 1),
            "url": format!("https://api.github.com/repos/{REPOSITORY}/issues/events/{id}"),
            "commit_id": null, "commit_url": null, "created_at": "2023-01-03T00:00:00Z",
            "performed_via_github_app": null,
        })
    };
    let timeline = |world: &World, name: &str, ids: &[u64]| {
        let items: Vec<_> = ids.iter().map(|id| item(*id)).collect();
        let issues = [issue(REPOSITORY, 1)];
        let files: [(&str, &[Value]); 2] =
            [("issues.ndjson", &issues), ("timeline/1.ndjson", &items)];
        world.import(&world.backup(name, &files));
        let out = world.export(REPOSITORY);
        let ids = out["timeline/1.ndjson"]
            .iter()
            .map(|item| item["id"].as_u64().unwrap());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(timeline(&world, "one", &[30, 10, 20]), [30, 10, 20]);
    assert_eq!(timeline(&world, "two", &[30, 40, 10, 20]), [30, 40, 10, 20]);
    world.assert_sound();
}

#[test]
fn what_stands_inside_another_object_is_not_missing_from_a_complete_source() {
    let world = World::new();
    let backup = world.backup(
        "backup",
        &[
            ("issues.ndjson", &[issue(REPOSITORY, 1)]),
            ("labels.ndjson", &[label(REPOSITORY, "other", 9)]),
        ],
    );
    for _ in 0..2 {
        let report = world.import_with(&backup, |options| options.complete(RecordKind::Label));
        assert_eq!(report.counts.kind(RecordKind::Label).withdrawn, 0);
    }
    assert_eq!(world.export(REPOSITORY)["labels.ndjson"].len(), 2);
}

#[test]
fn records_are_named_the_same_whichever_form_comes_first() {
    let milestone = json!({
        "id": 500, "number": 3, "title": "0.1", "state": "open", "created_at": "2023-01-01T00:00:00Z",
        "updated_at": "2023-01-01T00:00:00Z", "description": null, "creator": user("mona", 1),
        "url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/3"),
    });
    let with_milestone = with(issue(REPOSITORY, 1), json!({"milestone": milestone}));
    let issues: (&str, &[Value]) = ("issues.ndjson", &[with_milestone]);
    let milestones: (&str, &[Value]) = ("milestones.ndjson", &[milestone]);
    let mut found = Vec::new();
    for order in [[issues, milestones], [milestones, issues]] {
        let world = World::new();
        for (at, file) in order.into_iter().enumerate() {
            world.import(&world.backup(&at.to_string(), &[file]));
        }
        let issue = world.issue(REPOSITORY, 1).record;
        found.push((issue.milestone(), issue.labels().to_vec(), issue.author()));
    }
    assert_eq!(found[0], found[1]);
}

#[test]
fn comments_made_here_and_there_add_up() {
    let mut world = World::new();
    issues(
        &world,
        "old",
        &[with(issue(REPOSITORY, 1), json!({"comments": 1}))],
    );
    let mut tx = world.store.write(Actor::login("local"), "talk").unwrap();
    tx.repository(REPOSITORY)
        .unwrap()
        .comment(1, "Mine.")
        .unwrap();
    tx.commit().unwrap();
    let newer = with(
        issue(REPOSITORY, 1),
        json!({"comments": 3, "updated_at": "2023-05-01T00:00:00Z"}),
    );
    let report = issues(&world, "newer", std::slice::from_ref(&newer));
    assert_eq!(report.conflicts, []);
    assert_eq!(world.issue(REPOSITORY, 1).summary.comments, 4);
    world.assert_sound();
}

#[test]
fn a_reader_that_panics_does_not_keep_the_right_to_write() {
    let world = World::new();
    let store = &world.store;
    let panicking = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let input =
            std::iter::from_fn(|| -> Option<Result<_, backlot_core::Error>> { panic!("reader") });
        store.import(&backlot_core::ImportOptions::new("github", "x"), input)
    }));
    assert!(panicking.is_err());
    drop(store.write(Actor::login("mona"), "still possible").unwrap());
}
