//! What was: what imports and the forge's events tell of the past, and what they do not.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use backlot_core::{DifferenceKind, ErrorKind, IssueEdit, IssueFilter, Point, StateFilter};
use backlot_model::{Actor, Digest, Field, RecordKind, State};
use serde_json::{Value, json};

use crate::past::{REPOSITORY, at, clocked};
use crate::support::{World, comment, issue, label, name, real_data, user, with};

/// An event of a forge's past.
fn event(number: u64, id: u64, when: &str, what: &str, more: Value) -> Value {
    let api = format!("https://api.github.com/repos/{REPOSITORY}/issues");
    with(
        json!({
            "id": id, "node_id": "opaque", "url": format!("{api}/events/{id}"),
            "actor": user("hubot", 2), "event": what, "commit_id": null, "commit_url": null,
            "created_at": when, "issue": { "number": number, "url": format!("{api}/{number}") },
        }),
        more,
    )
}

fn named(what: &str, name: &str) -> Value {
    json!({ what: { "name": name, "color": "d73a4a" } })
}

fn unknown(found: &backlot_core::PastIssue) -> Vec<&'static str> {
    found.unknown.iter().map(Field::name).collect()
}

fn bug() -> Value {
    label(REPOSITORY, "bug", 71)
}

#[test]
fn an_imported_history_is_known_as_far_as_the_forge_tells() {
    let world = World::new();
    let closed = with(
        issue(REPOSITORY, 1),
        json!({
            "title": "Now", "state": "closed", "state_reason": "completed", "locked": true,
            "closed_at": "2023-01-20T00:00:00Z", "closed_by": user("hubot", 2), "comments": 1,
            "assignee": user("lee", 3), "assignees": [user("lee", 3)], "labels": [bug()],
        }),
    );
    let rename = json!({ "rename": { "from": "Then", "to": "Now" } });
    let events = [
        event(
            1,
            1,
            "2023-01-02T00:00:00Z",
            "labeled",
            named("label", "bug"),
        ),
        event(
            1,
            2,
            "2023-01-03T00:00:00Z",
            "labeled",
            named("label", "docs"),
        ),
        event(1, 3, "2023-01-04T00:00:00Z", "closed", json!({})),
        event(1, 4, "2023-01-05T00:00:00Z", "reopened", json!({})),
        event(1, 5, "2023-01-06T00:00:00Z", "renamed", rename),
        event(
            1,
            6,
            "2023-01-07T00:00:00Z",
            "unlabeled",
            named("label", "docs"),
        ),
        event(
            1,
            7,
            "2023-01-08T00:00:00Z",
            "assigned",
            json!({ "assignee": user("lee", 3) }),
        ),
        event(1, 8, "2023-01-10T00:00:00Z", "locked", json!({})),
        event(1, 9, "2023-01-20T00:00:00Z", "closed", json!({})),
    ];
    let comments = [comment(REPOSITORY, 1, 10)];
    world.import(&world.backup(
        "backup",
        &[
            ("issues.ndjson", &[closed, issue(REPOSITORY, 2)]),
            ("events.ndjson", &events),
            ("comments.ndjson", &comments),
        ],
    ));
    let snapshot = world.store.read().unwrap();
    let repository = name(REPOSITORY);
    let then = |when: &str| snapshot.as_of(at(when)).issue(&repository, 1).unwrap();

    let error = snapshot
        .as_of(at("2022-12-31T00:00:00Z"))
        .issue(&repository, 1);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::UnknownRecord);
    let born = then("2023-01-01T00:00:00Z");
    assert_eq!(
        (born.summary.title.as_str(), &born.summary.state),
        ("Then", &State::Open)
    );
    assert_eq!(
        (born.summary.labels.len(), born.summary.is_locked),
        (0, false)
    );
    assert_eq!((born.summary.closed_at, born.summary.comments), (None, 0));
    assert_eq!(unknown(&born), ["body", "updated_at", "author_association"]);
    let two = then("2023-01-03T12:00:00Z").summary;
    assert_eq!(
        (two.labels, two.comments),
        (vec!["bug".to_owned(), "docs".into()], 1)
    );
    let once_closed = then("2023-01-04T12:00:00Z");
    assert_eq!(once_closed.summary.state, State::Closed);
    assert_eq!(
        once_closed.summary.closed_at,
        Some(at("2023-01-04T00:00:00Z"))
    );
    // Its event does not say why, and the last statement is about another closing.
    assert_eq!(
        unknown(&once_closed),
        ["body", "state_reason", "updated_at", "author_association"]
    );
    let open = then("2023-01-07T00:00:00Z").summary;
    assert_eq!((open.title.as_str(), open.state), ("Now", State::Open));
    assert_eq!(
        (open.labels, open.assignees.len()),
        (vec!["bug".to_owned()], 0)
    );
    assert_eq!(then("2023-01-08T00:00:00Z").summary.assignees, ["lee"]);
    assert!(then("2023-01-10T00:00:00Z").summary.is_locked);
    // Nothing changed since the moment of its last change, but what does not count as a change.
    let last = then("2023-02-01T00:00:00Z");
    assert_eq!(unknown(&last), ["author_association"]);
    assert_eq!(last.body.as_deref(), Some("The body of 1."));
    let now = then("2024-06-01T00:00:00Z");
    assert_eq!(
        (unknown(&now), now.summary),
        (Vec::new(), world.issue(REPOSITORY, 1).summary)
    );

    // No event is known of the second one: until its last change, nothing is.
    let other = snapshot
        .as_of(at("2023-01-15T00:00:00Z"))
        .issue(&repository, 2)
        .unwrap();
    let fields = "title, body, state, state_reason, assignees, labels, milestone, updated_at, closed_at, \
                  closed_by, locked, lock_reason, author_association";
    assert_eq!(other.unknown.to_string(), fields);
    let found = snapshot.contradictions(&repository).unwrap();
    assert_eq!(
        found
            .map(|found| found.unwrap().to_string())
            .collect::<Vec<_>>(),
        [""; 0]
    );

    // The comment was not changed after it was written, and so its text is certain.
    let early = snapshot
        .as_of(at("2023-01-02T00:00:00Z"))
        .comments(&repository, 1)
        .unwrap();
    assert_eq!(early[0].record.body().unwrap(), "Comment 10.");
    assert!(!early[0].unknown.contains(Field::Body));
    let none = snapshot
        .as_of(at("2023-01-01T23:00:00Z"))
        .comments(&repository, 1)
        .unwrap();
    assert_eq!(none.len(), 0);
}

#[test]
fn what_contradicts_itself_is_listed_and_not_known_meanwhile() {
    let world = World::new();
    let rename = json!({ "rename": { "from": "A", "to": "B" } });
    let objects = [
        with(issue(REPOSITORY, 1), json!({ "labels": [bug()] })),
        with(
            issue(REPOSITORY, 2),
            json!({ "labels": [], "state": "closed", "closed_at": "2023-01-09T00:00:00Z" }),
        ),
    ];
    let events = [
        event(1, 1, "2023-01-02T00:00:00Z", "closed", json!({})),
        event(1, 2, "2023-01-03T00:00:00Z", "renamed", rename),
        event(
            1,
            3,
            "2023-01-04T00:00:00Z",
            "labeled",
            named("label", "lost"),
        ),
        event(
            1,
            4,
            "2023-01-05T00:00:00Z",
            "unlabeled",
            named("label", "bug"),
        ),
        event(2, 5, "2023-01-02T00:00:00Z", "reopened", json!({})),
        event(2, 6, "2023-01-03T00:00:00Z", "locked", json!({})),
        event(2, 7, "2023-01-04T00:00:00Z", "unlocked", json!({})),
        event(2, 8, "2023-01-05T00:00:00Z", "unlocked", json!({})),
    ];
    world.import(&world.backup(
        "backup",
        &[("issues.ndjson", &objects), ("events.ndjson", &events)],
    ));
    let snapshot = world.store.read().unwrap();
    let found: Vec<_> = snapshot
        .contradictions(&name(REPOSITORY))
        .unwrap()
        .map(|found| found.unwrap().to_string())
        .collect();
    assert_eq!(
        found,
        [
            "#1 labels 2023-01-01T00:00:00Z [no event] label \"bug\", and no event gave it",
            "#1 state 2023-01-02T00:00:00Z [state] closed, but it is not so",
            "#1 title 2023-01-03T00:00:00Z [state] renamed to \"B\", but it is \"Issue 1\"",
            "#1 labels 2023-01-04T00:00:00Z [unknown name] labeled \"lost\", but it is not so",
            "#1 labels 2023-01-05T00:00:00Z [state] unlabeled \"bug\", but it is still so",
            "#2 state 2023-01-01T00:00:00Z [no event] closed, and no event closed it",
            "#2 state 2023-01-02T00:00:00Z [state] reopened, but it is still so",
            "#2 locked 2023-01-04T00:00:00Z [order] unlocked, but the next event ends it again",
        ]
    );
    let then = |when: &str| {
        snapshot
            .as_of(at(when))
            .issue(&name(REPOSITORY), 1)
            .unwrap()
    };
    let closed = then("2023-01-02T00:00:00Z");
    assert!(closed.unknown.contains(Field::State) && !closed.unknown.contains(Field::Locked));
    assert_eq!(
        (closed.summary.state, closed.summary.title),
        (State::Closed, "A".into())
    );
    assert_eq!(closed.summary.labels, ["bug"]);
    let lost = then("2023-01-04T00:00:00Z");
    assert_eq!(lost.summary.labels, ["bug", "lost"]);
    assert!(lost.unknown.contains(Field::Labels) && lost.unknown.contains(Field::Title));
}

#[test]
fn a_difference_between_two_imports_without_an_event_is_unknown_between_them() {
    let (store, clock) = clocked();
    let mut world = World::new();
    world.store = store;
    let set = |when: &str| {
        clock
            .now
            .store(at(when).unix_milliseconds(), Ordering::Relaxed);
    };
    let first = issue(REPOSITORY, 1);
    set("2023-03-01T00:00:00Z");
    let files: [(&str, &[Value]); 2] = [
        ("issues.ndjson", std::slice::from_ref(&first)),
        (
            "events.ndjson",
            &[event(
                1,
                1,
                "2023-01-01T00:00:00Z",
                "labeled",
                named("label", "bug"),
            )],
        ),
    ];
    world.import(&world.backup("first", &files));
    let second = with(
        first,
        json!({
            "title": "Later", "body": "Other.", "labels": [], "updated_at": "2023-05-01T00:00:00Z",
            "state": "closed", "closed_at": "2023-04-20T00:00:00Z", "state_reason": "completed",
        }),
    );
    let events = [
        event(
            1,
            2,
            "2023-04-10T00:00:00Z",
            "unlabeled",
            named("label", "bug"),
        ),
        event(1, 3, "2023-04-20T00:00:00Z", "closed", json!({})),
    ];
    set("2023-06-01T00:00:00Z");
    world.import(&world.backup(
        "second",
        &[("issues.ndjson", &[second]), ("events.ndjson", &events)],
    ));
    let snapshot = world.store.read().unwrap();
    let then = |when: &str| {
        snapshot
            .as_of(at(when))
            .issue(&name(REPOSITORY), 1)
            .unwrap()
    };
    let before = then("2023-02-28T00:00:00Z");
    assert_eq!(
        (unknown(&before), before.summary.title),
        (vec!["author_association"], "Issue 1".into())
    );
    assert_eq!(
        unknown(&then("2023-03-01T00:00:00Z")),
        ["title", "body", "updated_at"]
    );
    let between = then("2023-04-15T00:00:00Z");
    assert_eq!(unknown(&between), ["title", "body", "updated_at"]);
    assert_eq!(
        (between.summary.title, between.summary.labels),
        ("Issue 1".into(), Vec::<String>::new())
    );
    assert_eq!(between.summary.state, State::Open);
    let closed = then("2023-04-25T00:00:00Z");
    assert_eq!(
        (closed.summary.state, closed.summary.title.as_str()),
        (State::Closed, "Issue 1")
    );
    let after = then("2023-05-01T00:00:00Z");
    assert_eq!(
        (unknown(&after), after.summary),
        (Vec::new(), world.issue(REPOSITORY, 1).summary)
    );
    // What the store knew follows the log alone.
    let known = snapshot.as_known(1).issue(&name(REPOSITORY), 1).unwrap();
    assert_eq!(
        (unknown(&known), known.summary.title),
        (Vec::new(), "Issue 1".into())
    );
    assert_eq!(known.body.as_deref(), Some("The body of 1."));
}

#[test]
fn a_local_edit_between_two_imports_keeps_its_moment() {
    let (store, clock) = clocked();
    let mut world = World::new();
    world.store = store;
    let set = |when: &str| {
        clock
            .now
            .store(at(when).unix_milliseconds(), Ordering::Relaxed);
    };
    set("2023-03-01T00:00:00Z");
    world.import(&world.backup("first", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]));
    set("2023-03-10T00:00:00Z");
    let mut tx = world.store.write(Actor::login("local"), "edit").unwrap();
    let edit = IssueEdit::default().title("Ours").add_label("mine");
    tx.repository(REPOSITORY)
        .unwrap()
        .edit_issue(1, &edit)
        .unwrap();
    tx.commit().unwrap();
    set("2023-06-01T00:00:00Z");
    let newer = with(
        issue(REPOSITORY, 1),
        json!({ "title": "Theirs", "body": "Other.", "updated_at": "2023-05-01T00:00:00Z" }),
    );
    world.import(&world.backup("second", &[("issues.ndjson", &[newer])]));
    let snapshot = world.store.read().unwrap();
    let then = |when: &str| {
        snapshot
            .as_of(at(when))
            .issue(&name(REPOSITORY), 1)
            .unwrap()
            .summary
    };
    assert_eq!(then("2023-03-09T00:00:00Z").labels, ["bug"]);
    let edited = then("2023-03-10T00:00:00Z");
    assert_eq!((edited.title.as_str(), edited.labels.len()), ("Ours", 2));
    assert_eq!(
        then("2024-01-01T00:00:00Z"),
        world.issue(REPOSITORY, 1).summary
    );
}

#[test]
fn a_milestone_burns_down_as_its_issues_were_closed() {
    let world = World::new();
    let milestone = json!({
        "url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/1"), "id": 9, "number": 1,
        "node_id": "opaque", "title": "v1", "description": null, "state": "open", "open_issues": 1,
        "closed_issues": 1, "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z",
        "closed_at": null, "due_on": null, "creator": user("mona", 1),
        "html_url": format!("https://github.com/{REPOSITORY}/milestone/1"),
        "labels_url": format!("https://api.github.com/repos/{REPOSITORY}/milestones/1/labels"),
    });
    let objects = [
        with(
            issue(REPOSITORY, 1),
            json!({
                "milestone": milestone, "labels": [], "state": "closed",
                "closed_at": "2023-01-05T00:00:00Z",
            }),
        ),
        with(
            issue(REPOSITORY, 2),
            json!({ "milestone": milestone, "labels": [] }),
        ),
        with(issue(REPOSITORY, 3), json!({ "labels": [] })),
    ];
    let v1 = || json!({ "milestone": { "title": "v1" } });
    let events = [
        event(1, 1, "2023-01-02T00:00:00Z", "milestoned", v1()),
        event(2, 2, "2023-01-03T00:00:00Z", "milestoned", v1()),
        event(3, 3, "2023-01-03T00:00:00Z", "milestoned", v1()),
        event(3, 4, "2023-01-04T00:00:00Z", "demilestoned", v1()),
        event(1, 5, "2023-01-05T00:00:00Z", "closed", json!({})),
    ];
    world.import(&world.backup(
        "backup",
        &[("issues.ndjson", &objects), ("events.ndjson", &events)],
    ));
    let snapshot = world.store.read().unwrap();
    let past = snapshot.as_of(at("2024-06-01T00:00:00Z"));
    let (from, to) = (at("2023-01-01T12:00:00Z"), at("2023-01-05T12:00:00Z"));
    let day = Duration::from_secs(24 * 60 * 60);
    let points = past.burn_down(&name(REPOSITORY), 1, from, to, day).unwrap();
    let points: Vec<_> = points
        .iter()
        .map(|point| (point.open, point.closed, point.uncertain))
        .collect();
    assert_eq!(
        points,
        [(0, 0, 0), (1, 0, 0), (3, 0, 0), (2, 0, 0), (1, 1, 0)]
    );
    let too_fine = past.burn_down(&name(REPOSITORY), 1, from, to, Duration::ZERO);
    assert_eq!(too_fine.unwrap_err().kind(), ErrorKind::Invalid);
    let missing = past.burn_down(&name(REPOSITORY), 2, from, to, day);
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::UnknownRecord);
}

#[test]
fn what_a_complete_source_no_longer_has_was_there_before() {
    let (store, clock) = clocked();
    let mut world = World::new();
    world.store = store;
    let set = |when: &str| {
        clock
            .now
            .store(at(when).unix_milliseconds(), Ordering::Relaxed);
    };
    let docs = label(REPOSITORY, "docs", 72);
    let backup = |name: &str, comments: &[Value], labels: &[Value]| {
        let issues = [issue(REPOSITORY, 1)];
        let files = [
            ("issues.ndjson", &issues[..]),
            ("comments.ndjson", comments),
            ("labels.ndjson", labels),
        ];
        world.backup(name, &files)
    };
    set("2023-03-01T00:00:00Z");
    let (one, two) = (comment(REPOSITORY, 1, 10), comment(REPOSITORY, 1, 11));
    let first = backup("first", &[one.clone(), two], &[bug(), docs]);
    world.import(&first);
    set("2023-06-01T00:00:00Z");
    let second = backup("second", &[one], &[bug()]);
    world.import_with(&second, |options| {
        options
            .complete(RecordKind::Comment)
            .complete(RecordKind::Label)
    });
    let snapshot = world.store.read().unwrap();
    let repository = name(REPOSITORY);
    let past = |when: &str| {
        let past = snapshot.as_of(at(when));
        let comments = past.comments(&repository, 1).unwrap();
        let doubts = comments
            .iter()
            .map(|found| found.unknown.contains(Field::Deleted));
        (
            doubts.collect::<Vec<_>>(),
            past.labels(&repository).unwrap().len(),
        )
    };
    assert_eq!(past("2023-02-01T00:00:00Z"), (vec![false, false], 2));
    assert_eq!(past("2023-05-01T00:00:00Z"), (vec![false, true], 2));
    assert_eq!(past("2023-07-01T00:00:00Z"), (vec![false], 1));
    assert_eq!(
        snapshot.as_known(1).comments(&repository, 1).unwrap().len(),
        2
    );
    assert_eq!(
        snapshot.as_known(2).comments(&repository, 1).unwrap().len(),
        1
    );
    let early = snapshot
        .as_of(at("2023-02-01T00:00:00Z"))
        .labels(&repository)
        .unwrap();
    assert!(
        early
            .iter()
            .all(|label| label.unknown.contains(Field::Absent))
    );
    let gone: Vec<_> = snapshot
        .diff(Point::Commit(1), Point::Commit(2))
        .unwrap()
        .map(|found| found.unwrap().kind)
        .collect();
    assert_eq!(gone, [DifferenceKind::Deleted, DifferenceKind::Deleted]);
    drop(snapshot);
    world.assert_sound();
}

/// The contradictions of the real backlog, counted by field and class, and the hash of the whole list.
const WHATSAPI: [(&str, &str, usize); 3] = [
    ("title", "state", 1),
    ("labels", "no event", 8),
    ("milestone", "no event", 4),
];
const WHATSAPI_DIGEST: &str = "fe92438eabac4311bc6c8dc2e33dfc15ff2f8db35a778ac7b2c840b594c6b475";

#[test]
fn the_contradictions_of_a_real_backlog_are_the_ones_that_are_known() {
    let Some(data) = real_data("going back over the events of whatsapi") else {
        return;
    };
    let world = World::new();
    let report = world.import(&data.join("github/whatsapi.tar.zst"));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 1_139);
    let snapshot = world.store.read().unwrap();
    let repository = name("venomous0x/WhatsAPI");
    let now = snapshot.as_of(at("2030-01-01T00:00:00Z"));
    let filter = IssueFilter {
        state: StateFilter::All,
        ..IssueFilter::default()
    };
    let list = snapshot.issues(&repository, &filter).unwrap();
    let mut then = now.issues(&repository, &filter).unwrap();
    assert_eq!((list.total(), then.total()), (1_139, 1_139));
    for (now_is, then_was) in list
        .page(1, 2_000)
        .unwrap()
        .into_iter()
        .zip(then.page(1, 2_000).unwrap())
    {
        assert!(then_was.unknown.is_empty());
        assert_eq!(then_was.summary, now_is);
        let full = snapshot.issue(&repository, now_is.number).unwrap();
        let past = now.issue(&repository, now_is.number).unwrap();
        assert_eq!((past.record, past.body), (full.record, full.body));
    }
    let found = snapshot.contradictions(&repository).unwrap();
    let found: Vec<_> = found.map(Result::unwrap).collect();
    let mut counts: BTreeMap<(Field, _), usize> = BTreeMap::new();
    for contradiction in &found {
        *counts
            .entry((contradiction.field, contradiction.class))
            .or_default() += 1;
    }
    let counts: Vec<_> = counts
        .into_iter()
        .map(|((field, class), count)| (field.name(), class.name(), count))
        .collect();
    let lines: Vec<_> = found.iter().map(|found| format!("{found}\n")).collect();
    let digest = Digest::of(lines.concat().as_bytes()).to_string();
    if counts != WHATSAPI || digest != WHATSAPI_DIGEST {
        eprintln!("{}", lines.concat());
    }
    assert_eq!(counts, WHATSAPI);
    assert_eq!(digest, WHATSAPI_DIGEST);
}
