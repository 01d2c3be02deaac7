//! Who is who: which record an object of a source is about, whatever it is called and in whatever form and
//! order it comes.

use backlot_core::{ErrorKind, ImportError, ImportReport, IssueEdit, NewIssue};
use backlot_model::{Actor, RecordKind, State};
use serde_json::{Value, json};

use crate::support::{World, assert_same, export_to, issue, label, name, user, with};

const REPOSITORY: &str = "octo/hello";

fn import(world: &World, files: &[(&str, &[Value])]) -> ImportReport {
    let backup = tempfile::tempdir_in(world.folder.path()).unwrap();
    world.import(&world.backup(&backup.path().join("in").to_string_lossy(), files))
}

fn issues(world: &World, objects: &[Value]) -> ImportReport {
    import(world, &[("issues.ndjson", objects)])
}

#[test]
fn a_label_that_takes_over_a_name_is_another_label() {
    let mut world = World::new();
    let bug = |id| label(REPOSITORY, "bug", id);
    issues(
        &world,
        &[with(issue(REPOSITORY, 1), json!({"labels": [bug(1)]}))],
    );
    // The source renames label 1 and makes a new one of the old name, which comes first.
    let defect = label(REPOSITORY, "defect", 1);
    let later = "2023-05-01T00:00:00Z";
    let newer = [
        with(
            issue(REPOSITORY, 2),
            json!({"labels": [bug(2)], "updated_at": later}),
        ),
        with(
            issue(REPOSITORY, 1),
            json!({"labels": [defect], "updated_at": later}),
        ),
    ];
    issues(&world, &newer);
    assert_eq!(world.issue(REPOSITORY, 1).summary.labels, ["defect"]);
    assert_eq!(world.issue(REPOSITORY, 2).summary.labels, ["bug"]);
    assert_eq!(world.export(REPOSITORY)["labels.ndjson"].len(), 2);
    assert_eq!(issues(&world, &newer).commit, None);
    assert_same(&newer, &world.export(REPOSITORY)["issues.ndjson"], "number");
    world.assert_sound();
}

#[test]
fn two_users_of_one_login_stay_two() {
    let mut world = World::new();
    let by = |number, login, id| with(issue(REPOSITORY, number), json!({"user": user(login, id)}));
    issues(&world, &[by(1, "sam", 5), by(2, "sam", 9)]);
    let later = with(
        by(1, "sammy", 5),
        json!({"updated_at": "2023-05-01T00:00:00Z"}),
    );
    issues(&world, &[later]);
    assert_eq!(
        world.issue(REPOSITORY, 1).summary.author.as_deref(),
        Some("sammy")
    );
    assert_eq!(
        world.issue(REPOSITORY, 2).summary.author.as_deref(),
        Some("sam")
    );
    world.assert_sound();
}

#[test]
fn a_complete_source_says_nothing_of_other_repositories() {
    let world = World::new();
    let other: Vec<_> = (1..=3).map(|number| issue("octo/other", number)).collect();
    issues(&world, &other);
    let moved = with(
        issue("octo/other", 1),
        json!({"updated_at": "2023-05-01T00:00:00Z"}),
    );
    let files: [(&str, &[Value]); 1] = [(
        "issues.ndjson",
        &[issue(REPOSITORY, 1), issue(REPOSITORY, 2), moved],
    )];
    let report = world.import_with(&world.backup("hello", &files), |o| {
        o.complete(RecordKind::Issue)
    });
    assert_eq!(report.counts.kind(RecordKind::Issue).withdrawn, 0);
    assert_eq!(world.export("octo/other")["issues.ndjson"].len(), 3);
}

#[test]
fn what_cannot_be_complete_is_refused() {
    let world = World::new();
    issues(&world, &[issue(REPOSITORY, 1), issue(REPOSITORY, 2)]);
    let broken = json!({"message": "Server Error"});
    let files: [(&str, &[Value]); 1] = [("issues.ndjson", &[issue(REPOSITORY, 1), broken])];
    let skipping = world.backup("skipping", &files);
    for kind in [RecordKind::Issue, RecordKind::Milestone, RecordKind::User] {
        match world.try_import(&skipping, |options| options.complete(kind)) {
            Err(ImportError::Store(error)) => assert_eq!(error.kind(), ErrorKind::Contradiction),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(world.export(REPOSITORY)["issues.ndjson"].len(), 2);
}

#[test]
fn a_number_beyond_counting_is_kept_and_not_counted_on() {
    let mut world = World::new();
    let huge = with(issue(REPOSITORY, 1), json!({"number": u64::MAX, "id": 9}));
    issues(&world, &[huge.clone(), issue(REPOSITORY, 7)]);
    let mut tx = world.store.write(Actor::login("mona"), "more").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    assert_eq!(
        repository.create_issue(NewIssue::titled("Next")).unwrap(),
        8
    );
    tx.commit().unwrap();
    let out = &world.export(REPOSITORY)["issues.ndjson"];
    assert_eq!(out.len(), 3);
    assert!(out.contains(&huge));
    world.assert_sound();
}

#[test]
fn repositories_are_not_mixed_up_and_may_be_renamed() {
    let world = World::new();
    let at = |name: &str, objects: &[Value]| world.backup(name, &[("issues.ndjson", objects)]);
    let into = |path: &std::path::Path, repository: &str| {
        world.import_with(path, |options| options.repository(name(repository)))
    };
    into(&at("one", &[issue("thing/one", 1)]), REPOSITORY);
    // The real octo/hello must not land among the issues of thing/one.
    match world.try_import(&at("hello", &[issue(REPOSITORY, 1)]), |options| options) {
        Err(ImportError::Store(error)) => assert_eq!(error.kind(), ErrorKind::Contradiction),
        other => panic!("{other:?}"),
    }
    // Renamed at the forge, and imported into the same repository: both names are known from then on.
    let renamed = at("renamed", &[issue("thing/two", 1), issue("thing/two", 2)]);
    into(&renamed, REPOSITORY);
    assert_eq!(world.import(&renamed).commit, None);
    assert_eq!(world.store.read().unwrap().repositories().unwrap().len(), 1);
    assert_eq!(world.export(REPOSITORY)["issues.ndjson"].len(), 2);
}

#[test]
fn objects_without_a_moment_do_not_take_turns() {
    let mut world = World::new();
    let red = label(REPOSITORY, "bug", 71);
    let blue = with(red.clone(), json!({"color": "0000ff"}));
    let event = |kind: &str| {
        json!({
            "id": 5, "event": kind, "actor": user("mona", 1), "created_at": "2023-01-03T00:00:00Z",
            "url": format!("https://api.github.com/repos/{REPOSITORY}/issues/events/5"),
            "issue": issue(REPOSITORY, 1),
        })
    };
    let (labels, events) = ([red, blue], [event("closed"), event("reopened")]);
    let files: [(&str, &[Value]); 2] = [("labels.ndjson", &labels), ("events.ndjson", &events)];
    let report = import(&world, &files);
    assert_eq!(report.counts.kind(RecordKind::Label).duplicates, 1);
    for _ in 0..3 {
        assert_eq!(import(&world, &files).commit, None);
    }
    assert_eq!(world.export(REPOSITORY)["labels.ndjson"], labels[..1]);
    world.assert_sound();
}

fn pull(changes: Value) -> Value {
    let pull = json!({
        "id": 900, "number": 1, "title": "Issue 1", "state": "open", "user": user("mona", 1),
        "url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/1"), "body": "pull body",
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-02-01T00:00:00Z",
        "merged_at": "2023-01-05T00:00:00Z",
    });
    with(pull, changes)
}

#[test]
fn the_order_of_forms_makes_no_difference() {
    let stated = with(issue(REPOSITORY, 1), json!({"body": null}));
    let issues: (&str, &[Value]) = ("issues.ndjson", std::slice::from_ref(&stated));
    let pulls: (&str, &[Value]) = ("pulls.ndjson", &[pull(json!({}))]);
    let mut found = Vec::new();
    for order in [[issues, pulls], [pulls, issues]] {
        let mut world = World::new();
        for file in order {
            import(&world, &[file]);
        }
        // What the issue says of itself stands, null or not; the pull adds what it alone knows.
        let record = world.issue(REPOSITORY, 1).record;
        assert_eq!(record.body(), None);
        assert!(record.merged_at().is_some());
        found.push(record);
        assert_same(
            std::slice::from_ref(&stated),
            &world.export(REPOSITORY)["issues.ndjson"],
            "number",
        );
        world.assert_sound();
    }
    assert_eq!(found[0].values(), found[1].values());
}

#[test]
fn a_form_of_lower_rank_never_overrides_the_higher_one() {
    let mut world = World::new();
    let stated = [issue(REPOSITORY, 1)];
    import(
        &world,
        &[
            ("issues.ndjson", &stated),
            ("pulls.ndjson", &[pull(json!({}))]),
        ],
    );
    let restated = pull(json!({"title": "Another", "merged_at": "2023-01-06T00:00:00Z"}));
    import(&world, &[("pulls.ndjson", std::slice::from_ref(&restated))]);
    assert_eq!(world.issue(REPOSITORY, 1).summary.title, "Issue 1");
    let out = world.export(REPOSITORY);
    assert_same(&stated, &out["issues.ndjson"], "number");
    assert_same(&[restated], &out["pulls.ndjson"], "number");
    world.assert_sound();
}

#[test]
fn an_older_form_inside_another_object_does_not_replace_the_newer_one() {
    let mut world = World::new();
    let milestone = |title: &str, updated_at: &str| {
        json!({
            "id": 500, "number": 3, "title": title, "state": "open", "creator": null,
            "created_at": "2023-01-01T00:00:00Z", "updated_at": updated_at,
            "url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/3"),
        })
    };
    let (old, new) = (
        milestone("old", "2023-02-01T00:00:00Z"),
        milestone("new", "2023-03-01T00:00:00Z"),
    );
    issues(
        &world,
        &[
            with(issue(REPOSITORY, 1), json!({"milestone": new})),
            with(issue(REPOSITORY, 2), json!({"milestone": old})),
        ],
    );
    let out = world.export(REPOSITORY);
    assert_eq!(out["milestones.ndjson"], [new]);
    assert_eq!(out["issues.ndjson"][1]["milestone"], old);
    world.assert_sound();
}

#[test]
fn an_export_imported_again_is_the_same_backlog() {
    let mut world = World::new();
    issues(&world, &[issue(REPOSITORY, 1)]);
    let mut tx = world.store.write(Actor::login("mona"), "work").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    let number = repository
        .create_issue(NewIssue::titled("Born here").label("new"))
        .unwrap();
    repository.comment(number, "One.").unwrap();
    repository.comment(1, "Two.").unwrap();
    repository
        .edit_issue(number, &IssueEdit::default().state(State::Closed, None))
        .unwrap();
    tx.commit().unwrap();
    let out = world.path("out");
    export_to(&world.store, REPOSITORY, &out, Default::default());
    let report = world.import(&out);
    assert_eq!(report.renumbered, []);
    assert_eq!(report.conflicts, []);
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 0);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 0);
    let born = world.issue(REPOSITORY, number);
    assert_eq!(
        (born.summary.title.as_str(), born.summary.comments),
        ("Born here", 1)
    );
    assert_eq!(world.export(REPOSITORY)["comments.ndjson"].len(), 2);
    assert_eq!(world.import(&out).commit, None);
    world.assert_sound();
}

#[test]
fn one_source_under_two_names_makes_two_backlogs() {
    let mut world = World::new();
    let milestone = json!({
        "id": 500, "number": 3, "title": "0.1", "state": "open", "creator": user("mona", 1),
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z",
        "url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/3"),
    });
    let stated = [with(issue(REPOSITORY, 1), json!({"milestone": milestone}))];
    let backup = world.backup("backup", &[("issues.ndjson", &stated)]);
    for local in ["one/copy", "two/copy"] {
        world.import_with(&backup, |options| options.repository(name(local)));
    }
    let of = |local: &str| world.issue(local, 1).record;
    assert_ne!(of("one/copy").labels(), of("two/copy").labels());
    assert_ne!(of("one/copy").milestone(), of("two/copy").milestone());
    for local in ["one/copy", "two/copy"] {
        let labels = vec!["bug".to_owned()];
        let filter = backlot_core::IssueFilter {
            labels,
            ..Default::default()
        };
        let snapshot = world.store.read().unwrap();
        assert_eq!(
            snapshot.issues(&name(local), &filter).unwrap().total(),
            1,
            "{local}"
        );
        let out = world.export(local);
        assert_same(&stated, &out["issues.ndjson"], "number");
        assert_eq!(out["labels.ndjson"], [label(REPOSITORY, "bug", 71)]);
        let again = world.import_with(&backup, |options| options.repository(name(local)));
        assert_eq!(again.commit, None);
    }
    world.assert_sound();
}
