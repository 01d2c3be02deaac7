//! What footers below texts carry, put back where it was.

use backlot_core::{
    ErrorKind, IssueEdit, NewIssue, RestoreOptions, RestoreReport, Store, WhyNotRestored,
};
use backlot_model::carry::{Carried, Damage, put_below, take};
use backlot_model::{
    Actor, Authorship, Field, Mapping, Mentions, Reactions, RecordKind, Timestamp,
};
use serde_json::{Value, json};

use crate::support::{
    World, backlot, comment, expect, issue, label, name, root, user, with, without_own_events,
};

const REPOSITORY: &str = "octo/hello";
const API: &str = "https://api.github.com/repos/octo/hello";

fn moment(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn put(text: Option<&str>, carried: &Carried) -> String {
    put_below(text, carried).unwrap()
}

fn options() -> RestoreOptions {
    RestoreOptions::new(Actor::login("ada")).authorship(true)
}

fn restore(store: &Store) -> RestoreReport {
    store.restore_carried(&options()).unwrap()
}

fn milestone(number: u64, description: Option<&str>) -> Value {
    json!({
        "url": format!("{API}/milestones/{number}"), "id": 300 + number, "node_id": "opaque",
        "html_url": format!("https://github.com/octo/hello/milestone/{number}"),
        "labels_url": format!("{API}/milestones/{number}/labels"), "number": number,
        "title": format!("v{number}"), "description": description, "creator": user("bridge", 9),
        "open_issues": 0, "closed_issues": 0, "state": "open",
        "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z",
        "due_on": "2024-03-01T00:00:00Z", "closed_at": null,
    })
}

/// An issue as a target has it that knows only its number, title, text and state, and says that a bridge wrote it.
fn sent(number: u64, body: &str) -> Value {
    let known = json!({
        "user": user("bridge", 9), "body": body, "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z", "labels": [label(REPOSITORY, "bug", 71)],
    });
    with(issue(REPOSITORY, number), known)
}

fn closed(number: u64, body: &str) -> Value {
    let closed = json!({
        "state": "closed", "closed_at": "2024-01-01T00:00:01Z", "closed_by": user("bridge", 9),
    });
    with(sent(number, body), closed)
}

fn closing() -> Carried {
    Carried::new()
        .with(Field::State, "closed")
        .with(Field::StateReason, "not_planned")
        .with(Field::ClosedBy, "mona")
        .with_moment(Field::ClosedAt, moment("2012-01-02T03:04:05.250Z"))
}

fn everything() -> Carried {
    let mut reactions = Reactions::default();
    reactions.counts[0] = 3;
    closing()
        .with(Field::Number, "1")
        .with(Field::Author, "octocat")
        .with(Field::AuthorAssociation, "MEMBER")
        .with_moment(Field::CreatedAt, moment("2011-05-27T03:46:15Z"))
        .with_moment(Field::UpdatedAt, moment("2013-05-27T03:46:15Z"))
        .with_flag(Field::Locked)
        .with(Field::LockReason, "too heated")
        .with(Field::IssueType, "Bug")
        .with_names(
            Field::Labels,
            [
                "help wanted",
                "bug",
                "a label that is longer than fifty characters, and more",
            ],
        )
        .with_names(Field::Assignees, ["hubot", "octocat"])
        .with_milestone("Beta", Some(12))
        .with_reactions(&reactions)
        .with_flag(Field::Pinned)
}

/// A backlog with footers below the texts of an issue, a comment and a milestone.
fn backup(world: &World) -> std::path::PathBuf {
    let said = Carried::new()
        .with(Field::Author, "octocat")
        .with_moment(Field::CreatedAt, moment("2011-06-01T00:00:00Z"))
        .with(Field::MinimizedReason, "outdated");
    let of_comment =
        json!({"user": user("bridge", 9), "body": put(Some("It crashes, see #2."), &said)});
    let due = Carried::new()
        .with(Field::Author, "mona")
        .with_moment(Field::DueOn, moment("2024-03-01T07:00:00Z"));
    world.backup(
        "backup",
        &[
            ("milestones.ndjson", &[milestone(4, Some(&put(None, &due)))]),
            (
                "issues.ndjson",
                &[
                    closed(1, &put(Some("The body.\n\nOf two lines."), &everything())),
                    sent(2, "No footer."),
                ],
            ),
            (
                "comments.ndjson",
                &[with(comment(REPOSITORY, 1, 501), of_comment)],
            ),
        ],
    )
}

#[test]
fn what_was_carried_is_there_again() {
    let mut world = World::new();
    let folder = backup(&world);
    world.import(&folder);
    let before = world.export(REPOSITORY);
    assert_eq!(
        world
            .store
            .restore_carried(&options().dry_run(true))
            .unwrap()
            .texts(),
        3
    );
    let report = restore(&world.store);
    assert_eq!(
        (report.milestones, report.issues, report.comments),
        (1, 1, 1)
    );
    assert_eq!(report.not_restored, []);
    assert_eq!(report.fields[&Field::Author], 3);
    assert_eq!(report.fields[&Field::StateReason], 1);
    let sequence = report.commit.unwrap().sequence;

    let out = world.export(REPOSITORY);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["body"], "The body.\n\nOf two lines.");
    assert_eq!(issue["user"]["login"], "octocat");
    assert_eq!(issue["closed_by"]["login"], "mona");
    for (key, expected) in [
        ("state_reason", json!("not_planned")),
        ("created_at", json!("2011-05-27T03:46:15Z")),
        ("updated_at", json!("2013-05-27T03:46:15Z")),
        ("closed_at", json!("2012-01-02T03:04:05Z")),
        ("author_association", json!("MEMBER")),
        ("locked", json!(true)),
        ("active_lock_reason", json!("too heated")),
    ] {
        assert_eq!(issue[key], expected, "{key}");
    }
    let names = |list: &Value, key: &str| -> Vec<String> {
        let items = list.as_array().unwrap().iter();
        items
            .map(|item| item[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&issue["labels"], "name"),
        [
            "help wanted",
            "bug",
            "a label that is longer than fifty characters, and more"
        ]
    );
    assert_eq!(names(&issue["assignees"], "login"), ["hubot", "octocat"]);
    assert_eq!(issue["milestone"]["title"], "Beta");
    assert_eq!(issue["milestone"]["number"], 12);
    let detail = world.issue(REPOSITORY, 1);
    assert_eq!(
        detail.summary.closed_at,
        Some(moment("2012-01-02T03:04:05.250Z"))
    );
    assert!(detail.is_pinned);
    assert_eq!(detail.reactions.counts[0], 3);
    let said = &out["comments.ndjson"][0];
    assert_eq!(said["body"], "It crashes, see #2.");
    assert_eq!(said["user"]["login"], "octocat");
    assert_eq!(said["created_at"], "2011-06-01T00:00:00Z");
    let due = &out["milestones.ndjson"][0];
    assert_eq!(due["description"], Value::Null);
    assert_eq!(due["due_on"], "2024-03-01T07:00:00Z");
    assert_eq!(due["creator"]["login"], "mona");

    // A second time there is nothing to do, and the same input brings nothing new.
    assert_eq!(restore(&world.store), RestoreReport::default());
    let again = world.import(&folder);
    assert_eq!((again.commit, again.conflicts), (None, vec![]));
    assert_eq!(restore(&world.store), RestoreReport::default());
    world.assert_sound();

    // The past knows the text with its footer, and an undo brings it back.
    let snapshot = world.store.read().unwrap();
    let then = snapshot.as_known(1).issue(&name(REPOSITORY), 1).unwrap();
    assert!(take(then.body.as_deref().unwrap()).unwrap().is_intact());
    drop(snapshot);
    world.store.undo(sequence, Actor::login("ada")).unwrap();
    assert_eq!(
        without_own_events(world.export(REPOSITORY)),
        without_own_events(before)
    );
    world.assert_sound();
    assert_eq!(restore(&world.store).texts(), 3);
}

#[test]
fn an_edited_text_is_reported_and_other_ends_of_lines_are_none() {
    let mut world = World::new();
    let text = put(Some("One line.\nAnother line."), &closing());
    let edited = text.replace("Another", "A better");
    let broken = text.replace("digest=", "digest");
    let below = format!("{text}\n\nP.S.");
    let carriages = text.replace('\n', "\r\n");
    let bodies = [&carriages, &edited, &broken, &below];
    let issues: Vec<Value> = (1..)
        .zip(bodies)
        .map(|(number, body)| closed(number, body))
        .collect();
    let said = with(
        comment(REPOSITORY, 2, 502),
        json!({"body": put(Some("Yes."), &Carried::new()).replace("Yes", "No")}),
    );
    let folder = world.backup(
        "backup",
        &[("issues.ndjson", &issues), ("comments.ndjson", &[said])],
    );
    world.import(&folder);
    let report = restore(&world.store);
    assert_eq!((report.texts(), report.inexact, report.damaged), (1, 0, 4));
    let told: Vec<String> = report
        .not_restored
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "octo/hello#2: the text was edited since it was sent",
            "octo/hello#3: the footer cannot be read: it has no digest",
            "octo/hello#4: something was written below the footer",
            "octo/hello#2 comment 502: the text was edited since it was sent",
        ]
    );
    assert_eq!(
        report.not_restored[0].why,
        WhyNotRestored::Footer(Damage::Edited)
    );
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][0]["body"], "One line.\nAnother line.");
    for (after, before) in out["issues.ndjson"].iter().zip(&issues).skip(1) {
        assert_eq!(after, before);
    }
    // What was not restored is told again, and nothing is written.
    let again = restore(&world.store);
    assert_eq!((again.commit, again.damaged), (None, 4));
    world.assert_sound();
}

#[test]
fn what_was_changed_at_the_target_since_stays() {
    let world = World::new();
    let opened_again = sent(1, &put(Some("Opened again."), &closing()));
    let lists = Carried::new()
        .with_names(Field::Labels, ["bug", "help wanted", "wontfix"])
        .given_names(Field::Labels, ["bug", "help wanted"])
        .with_moment(Field::UpdatedAt, moment("2013-05-27T03:46:15Z"));
    let relabeled = json!({"labels": [label(REPOSITORY, "bug", 71), label(REPOSITORY, "new", 74)]});
    let relabeled = with(sent(2, &put(Some("Relabeled."), &lists)), relabeled);
    let titled = |title: &str| {
        Carried::new()
            .with(Field::Title, "A title that was too long")
            .given(Field::Title, title)
    };
    let cut = with(
        sent(3, &put(Some("Cut."), &titled("A title"))),
        json!({"title": "A title"}),
    );
    let renamed = with(
        sent(4, &put(Some("Renamed."), &titled("A title"))),
        json!({"title": "Another title", "milestone": milestone(4, None)}),
    );
    let elsewhere = Carried::new()
        .with_milestone("Beta", None)
        .with(Field::Number, "77")
        .with(Field::MinimizedReason, "spam")
        .with_moment(Field::UpdatedAt, moment("2013-05-27T03:46:15Z"))
        .with(Field::Author, "no login at all");
    let elsewhere = with(
        sent(5, &put(Some("Moved."), &elsewhere)),
        json!({"milestone": milestone(4, None)}),
    );
    let due = Carried::new().with_moment(Field::DueOn, moment("2023-03-01T07:00:00Z"));
    world.import(&world.backup(
        "backup",
        &[
            (
                "milestones.ndjson",
                &[milestone(4, Some(&put(Some("Soon."), &due)))],
            ),
            (
                "issues.ndjson",
                &[opened_again, relabeled, cut, renamed, elsewhere],
            ),
        ],
    ));
    let report = restore(&world.store);
    assert_eq!(report.texts(), 6);
    let told: Vec<String> = report
        .not_restored
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "octo/hello milestone 4: due_on was changed since",
            "octo/hello#1: state_reason was changed since",
            "octo/hello#1: closed_at was changed since",
            "octo/hello#1: closed_by was changed since",
            "octo/hello#4: title was changed since",
            "octo/hello#5: it had the number 77",
            "octo/hello#5: the carried author is of no use",
            "octo/hello#5: milestone was changed since",
            "octo/hello#5: the carried minimized_reason is of no use",
            "octo/hello#5: updated_at was changed since",
        ]
    );
    assert_eq!(report.kept[&Field::Milestone], 1);
    let out = world.export(REPOSITORY);
    let issues = &out["issues.ndjson"];
    assert_eq!(issues[0]["state"], "open");
    assert_eq!(issues[0]["state_reason"], Value::Null);
    let labels = issues[1]["labels"].as_array().unwrap().iter();
    let labels: Vec<&Value> = labels.map(|label| &label["name"]).collect();
    assert_eq!(labels, ["bug", "wontfix", "new"]);
    assert_eq!(issues[1]["updated_at"], "2013-05-27T03:46:15Z");
    assert_eq!(issues[2]["title"], "A title that was too long");
    assert_eq!(issues[3]["title"], "Another title");
    assert_eq!(issues[4]["milestone"]["title"], "v4");
    assert_eq!(issues[4]["number"], 5);
    assert_eq!(
        out["milestones.ndjson"][0]["due_on"],
        "2024-03-01T00:00:00Z"
    );
}

#[test]
fn what_was_edited_here_stays() {
    let mut world = World::new();
    let first = closed(
        1,
        &put(Some("One."), &closing().with(Field::IssueType, "Bug")),
    );
    let second = closed(2, &put(Some("Two."), &closing()));
    world.import(&world.backup("backup", &[("issues.ndjson", &[first, second])]));
    let mut tx = world.store.write(Actor::login("ada"), "triage").unwrap();
    let mut repository = tx.repository(REPOSITORY).unwrap();
    let typed = IssueEdit::default().issue_type(Some("Task".to_owned()));
    repository.edit_issue(1, &typed).unwrap();
    let body = put(Some("Two, edited."), &closing());
    repository
        .edit_issue(2, &IssueEdit::default().body(Some(body.clone())))
        .unwrap();
    // What was born here was never sent anywhere.
    repository
        .create_issue(NewIssue::titled("Born here").body(body))
        .unwrap();
    tx.commit().unwrap();
    let report = restore(&world.store);
    assert_eq!(report.issues, 1);
    let told: Vec<&WhyNotRestored> = report.not_restored.iter().map(|one| &one.why).collect();
    assert_eq!(
        told,
        [
            &WhyNotRestored::EditedHere(Field::IssueType),
            &WhyNotRestored::TextEditedHere
        ]
    );
    assert_eq!(world.issue(REPOSITORY, 1).body.as_deref(), Some("One."));
    world.assert_sound();
}

#[test]
fn a_newer_backup_applies_its_changes_and_keeps_what_was_restored() {
    let mut world = World::new();
    world.import(&backup(&world));
    restore(&world.store);
    let body = put(Some("The body.\n\nOf two lines."), &everything());
    let newer = json!({"title": "Renamed there", "updated_at": "2024-02-01T00:00:00Z"});
    let said = json!({"body": put(Some("New."), &Carried::new().with(Field::Author, "hubot"))});
    let folder = world.backup(
        "newer",
        &[
            ("issues.ndjson", &[with(closed(1, &body), newer)]),
            (
                "comments.ndjson",
                &[with(comment(REPOSITORY, 1, 502), said)],
            ),
        ],
    );
    let report = world.import(&folder);
    assert_eq!(report.conflicts, []);
    assert_eq!(report.counts.kind(RecordKind::Issue).updated, 1);
    let report = restore(&world.store);
    assert_eq!((report.issues, report.comments), (0, 1));
    let issue = world.issue(REPOSITORY, 1);
    assert_eq!(issue.summary.title, "Renamed there");
    assert_eq!(issue.body.as_deref(), Some("The body.\n\nOf two lines."));
    assert_eq!(
        issue.summary.created_at,
        Some(moment("2011-05-27T03:46:15Z"))
    );
    assert_eq!(
        issue.summary.updated_at,
        Some(moment("2024-02-01T00:00:00Z"))
    );
    // Opened again there, it is open here, and nothing of its closing is left.
    let opened = with(
        sent(1, &body),
        json!({"title": "Renamed there", "updated_at": "2024-02-02T00:00:00Z"}),
    );
    let report = world.import(&world.backup("opened", &[("issues.ndjson", &[opened])]));
    assert_eq!(report.conflicts, []);
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][0]["state_reason"], Value::Null);
    assert_eq!(out["issues.ndjson"][0]["closed_by"], Value::Null);
    world.assert_sound();
}

#[test]
fn a_footer_in_a_footer_is_taken_off_once_for_each_way() {
    let world = World::new();
    let inner = put(Some(""), &Carried::new().with(Field::Author, "octocat"));
    let both = put(Some(&inner), &Carried::new().with(Field::Author, "mona"));
    world.import(&world.backup("backup", &[("issues.ndjson", &[sent(1, &both)])]));
    assert_eq!(restore(&world.store).issues, 1);
    assert_eq!(restore(&world.store), RestoreReport::default());
    let issue = world.issue(REPOSITORY, 1);
    assert_eq!(issue.body.as_deref(), Some(inner.as_str()));
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][0]["user"]["login"], "mona");
}

#[test]
fn a_footer_that_was_copied_to_another_record_is_reported() {
    let mut world = World::new();
    let of_issue = put(Some("Text."), &closing().of_issue(1));
    let written = Some(moment("2011-06-01T00:00:00Z"));
    let of_comment = put(
        Some("Yes."),
        &Carried::new()
            .with(Field::Author, "octocat")
            .of_comment(1, written),
    );
    let of_milestone = put(
        None,
        &Carried::new()
            .with(Field::Author, "mona")
            .of_milestone(9, "v4"),
    );
    let said = |issue: u64, id: u64, body: &str| {
        with(comment(REPOSITORY, issue, id), json!({"body": body}))
    };
    let folder = world.backup(
        "backup",
        &[
            (
                "milestones.ndjson",
                &[
                    milestone(4, Some(&of_milestone)),
                    milestone(5, Some(&of_milestone)),
                ],
            ),
            (
                "issues.ndjson",
                &[closed(1, &of_issue), closed(2, &of_issue)],
            ),
            (
                "comments.ndjson",
                &[
                    said(1, 501, &of_comment),
                    said(2, 502, &of_comment),
                    said(2, 503, &of_issue),
                ],
            ),
        ],
    );
    world.import(&folder);
    let report = restore(&world.store);
    assert_eq!(
        (report.milestones, report.issues, report.comments),
        (1, 1, 1)
    );
    assert_eq!(report.damaged, 4);
    let told: Vec<String> = report
        .not_restored
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "octo/hello milestone 5: the footer is of another record: milestone 9 v4",
            "octo/hello#2: the footer is of another record: issue 1",
            "octo/hello#2 comment 502: the footer is of another record: comment 1 2011-06-01T00:00:00Z",
            "octo/hello#2 comment 503: the footer is of another record: issue 1",
        ]
    );
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][1], closed(2, &of_issue));
    assert_eq!(out["issues.ndjson"][0]["closed_by"]["login"], "mona");
    world.assert_sound();
}

#[test]
fn who_wrote_it_and_when_comes_back_only_where_that_is_asked_for() {
    let mut world = World::new();
    let folder = backup(&world);
    world.import(&folder);
    let without = RestoreOptions::new(Actor::login("ada"));
    let report = world.store.restore_carried(&without).unwrap();
    assert_eq!((report.texts(), report.not_restored_count), (3, 0));
    let left: Vec<(Field, u64)> = report.authorship_left.into_iter().collect();
    assert_eq!(
        left,
        [
            (Field::Author, 3),
            (Field::CreatedAt, 2),
            (Field::UpdatedAt, 1),
            (Field::AuthorAssociation, 1),
        ]
    );
    for field in RestoreOptions::AUTHORSHIP {
        assert!(!report.fields.contains_key(&field), "{}", field.name());
    }
    let out = world.export(REPOSITORY);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["body"], "The body.\n\nOf two lines.");
    assert_eq!(issue["user"]["login"], "bridge");
    assert_eq!(issue["created_at"], "2024-01-01T00:00:00Z");
    assert_eq!(issue["state_reason"], "not_planned");
    assert_eq!(issue["closed_by"]["login"], "mona");
    assert_eq!(issue["active_lock_reason"], "too heated");
    assert_eq!(out["comments.ndjson"][0]["user"]["login"], "bridge");
    assert_eq!(out["milestones.ndjson"][0]["creator"]["login"], "bridge");
    world.assert_sound();

    let sequence = report.commit.unwrap().sequence;
    world.store.undo(sequence, Actor::login("ada")).unwrap();
    let report = restore(&world.store);
    assert_eq!(report.fields[&Field::Author], 3);
    assert_eq!(report.authorship_left.len(), 0);
    world.assert_sound();
}

#[test]
fn a_pull_request_is_one_again() {
    let mut world = World::new();
    let merged = Carried::new()
        .with_flag(Field::PullRequest)
        .with_flag(Field::Draft)
        .with_moment(Field::MergedAt, moment("2012-01-02T03:04:05Z"));
    let plain = sent(2, "Plain.");
    let folder = world.backup(
        "backup",
        &[("issues.ndjson", &[closed(1, &put(None, &merged)), plain])],
    );
    world.import(&folder);
    assert_eq!(restore(&world.store).issues, 1);
    let issue = world.issue(REPOSITORY, 1);
    assert!(issue.summary.is_pull_request);
    assert_eq!(issue.body, None);
    assert_eq!(
        world
            .store
            .read()
            .unwrap()
            .search("is:pr is:merged draft:true")
            .unwrap()
            .total(),
        1
    );
    assert_eq!(world.import(&folder).commit, None);
    world.assert_sound();
}

#[test]
fn what_was_mapped_on_the_way_there_is_mapped_back_in_the_same_commit() {
    let mut world = World::new();
    let there = Mapping::default()
        .user("mona", "grace")
        .and_then(|mapping| mapping.user("octocat", "linus"))
        .and_then(|mapping| mapping.label("bug", "defect"))
        .unwrap()
        .mentions(Mentions::Defuse)
        .authorship(Authorship::PutAbove);
    let back = there.inverse().mapping;
    let text = "> `linus` wrote on 2011-05-27 at 03:46:15 UTC:\n\nAs @grace said.";
    let carried = closing()
        .with(Field::ClosedBy, "grace")
        .with_names(Field::Assignees, ["linus"])
        .with_names(Field::Labels, ["defect", "help wanted"]);
    let issues = [
        closed(1, &put(Some(text), &carried)),
        sent(2, "As @linus said."),
    ];
    let folder = world.backup("backup", &[("issues.ndjson", &issues)]);
    world.import(&folder);
    let report = world
        .store
        .restore_carried(&options().mapping(back.clone()))
        .unwrap();
    assert_eq!(report.not_restored, []);
    assert_eq!(report.mapping.unwrap().texts, 2);
    let out = world.export(REPOSITORY);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["body"], "As @mona said.");
    assert_eq!(issue["user"]["login"], "octocat");
    assert_eq!(issue["created_at"], "2011-05-27T03:46:15Z");
    assert_eq!(issue["closed_by"]["login"], "mona");
    assert_eq!(issue["assignees"][0]["login"], "octocat");
    assert_eq!(issue["labels"][0]["name"], "bug");
    assert_eq!(out["issues.ndjson"][1]["body"], "As @octocat said.");
    assert_eq!(world.import(&folder).commit, None);
    let again = world
        .store
        .restore_carried(&options().mapping(back))
        .unwrap();
    assert_eq!((again.texts(), again.commit), (0, None));
    world.assert_sound();
}

#[test]
fn only_the_repositories_that_are_named_are_restored() {
    let world = World::new();
    world.import(&backup(&world));
    let other = name("octo/other");
    let mut tx = world.store.write(Actor::login("ada"), "another").unwrap();
    tx.create_repository(&other).unwrap();
    tx.commit().unwrap();
    let report = world
        .store
        .restore_carried(&options().repository(other))
        .unwrap();
    assert_eq!(report, RestoreReport::default());
    let unknown = options().repository(name("octo/unknown"));
    let error = world.store.restore_carried(&unknown).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    let report = world
        .store
        .restore_carried(&options().repository(name(REPOSITORY)))
        .unwrap();
    assert_eq!(report.texts(), 3);
}

#[test]
fn the_program_restores_after_an_import_and_tells() {
    let world = World::new();
    backup(&world);
    let edited = put(Some("Text."), &closing()).replace("Text", "Another text");
    world.backup("backup", &[("issues/3.json", &[closed(3, &edited)])]);
    let folder = world.folder.path();
    let run = |arguments: &[&str]| {
        let all = [&["--store", "a.backlot"][..], arguments].concat();
        expect(&backlot(folder, &all), 0)
    };
    run(&["init"]);
    let import = ["import", "github", "backup", "--restore-carried"];
    insta::assert_snapshot!(run(&import));
    insta::assert_snapshot!(run(&import));
    run(&["undo", "2"]);
    let all = [&import[..], &["--restore-authorship"]].concat();
    let told = run(&all);
    assert!(told.contains("3 texts with 20 carried values"), "{told}");
    assert!(!told.contains("of who wrote what"), "{told}");
    run(&["undo", "4"]);
    let told = run(&[&import[..], &["--json=carried,mapping"]].concat());
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["mapping"], Value::Null);
    let told = &told["carried"];
    assert_eq!(told["issues"], 1);
    assert_eq!(told["fields"]["closed_by"], 1);
    assert_eq!(told["damaged"], 1);
    assert_eq!(told["not_restored"][0]["number"], 3);
    assert_eq!(told["authorship_left"]["author"], 3);
    assert_eq!(told["commit"]["sequence"], 6);
    let map = world.path("map.toml");
    std::fs::write(&map, "[users]\noctocat = 'mona'\n").unwrap();
    run(&["undo", "6"]);
    let mapped = run(&[&import[..], &["--map", "map.toml"]].concat());
    assert!(mapped.contains("restored in commit 8: 3 texts"), "{mapped}");
}

#[test]
fn the_example_of_the_page_is_a_footer() {
    let page = std::fs::read_to_string(root().join("docs/carry.md")).unwrap();
    let example = page.split("```markdown\n").nth(1).unwrap();
    let taken = take(example.split("```").next().unwrap()).unwrap();
    assert!(taken.is_intact() && taken.is_exact);
    assert_eq!(
        taken.text_above.as_deref(),
        Some("It crashes on start.\n\n- [ ] since 1.2")
    );
    assert_eq!(taken.carried.text(Field::ClosedBy), Some("hubot"));
}
