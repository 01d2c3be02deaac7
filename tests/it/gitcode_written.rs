//! Backlogs on their way out as GitCode's: files, losses, footers, and the requests that make them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use backlot_core::{NewLabel, NewProject, ProjectOwner, SnapshotLookup, Store};
use backlot_gitcode::{Layout, WriteOptions, WriteSummary, Writer, fate};
use backlot_model::carry::{Carried, take};
use backlot_model::{Actor, Attribution, Field, Outgoing, RecordId, StateReason, Timestamp};
use serde_json::{Value, json};

use crate::born_here::{BORN, born};
use crate::support::{World, name, read_folder, root};

/// Writes a repository; gives what is in the files, and the summary.
fn written(
    store: &Store,
    repository: &str,
    options: &WriteOptions,
) -> (BTreeMap<String, Vec<Value>>, WriteSummary) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let summary = write_to(store, repository, options, &out);
    (read_folder(&out), summary)
}

fn write_to(store: &Store, repository: &str, options: &WriteOptions, out: &Path) -> WriteSummary {
    let mut writer = Writer::create(out, options).unwrap();
    let passes = writer.passes();
    let snapshot = store.read().unwrap();
    let done = snapshot.export::<backlot_core::Error>(
        &name(repository),
        &passes,
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
            writer.write(outgoing, lookup).unwrap();
            Ok(())
        },
    );
    done.unwrap();
    writer.finish().unwrap()
}

fn requests() -> WriteOptions {
    WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    }
}

/// A backlog with a value for every field, and a board.
fn full() -> World {
    let world = born();
    let mut tx = world
        .store
        .write(Actor::login("mona"), "what has no place elsewhere")
        .unwrap();
    let owner = ProjectOwner::Repository(name(BORN));
    let board = tx
        .create_project(&owner, NewProject::named("Plan"))
        .unwrap();
    let column = tx.create_column(board, "Doing").unwrap();
    tx.create_note(column, "Think").unwrap();
    let mut repository = tx.repository(BORN).unwrap();
    let long = NewLabel::named("regression-pipeline-running");
    repository.create_label(long).unwrap();
    let edit = backlot_core::IssueEdit::default()
        .title("It still crashes")
        .add_label("regression-pipeline-running");
    repository.edit_issue(1, &edit).unwrap();
    tx.commit().unwrap();
    world
}

/// The lines of a report, each as record, field and reason, with how often.
fn shown(losses: &[Value]) -> String {
    let mut lines: BTreeMap<String, u64> = BTreeMap::new();
    for loss in losses {
        let of = |key: &str| loss[key].as_str().unwrap();
        let record = of("record").trim_start_matches("https://gitcode.com/");
        // Numbers that were made up say nothing.
        let record = match record.split_once(' ') {
            Some((kind, number)) if number.parse().is_ok_and(RecordId::is_minted) => kind,
            _ => record,
        };
        let (kind, field, reason) = (of("kind"), of("field"), of("reason"));
        let line = format!("{kind} {} {record} [{field}] {reason}", of("record_kind"));
        *lines.entry(line).or_default() += 1;
    }
    let mut out = String::new();
    for (line, count) in lines {
        writeln!(out, "{count} {line}").unwrap();
    }
    out
}

#[test]
fn all_that_gitcode_cannot_hold_is_named() {
    let world = full();
    let (files, summary) = written(&world.store, BORN, &WriteOptions::default());
    let losses = &files["losses.ndjson"];
    insta::assert_snapshot!(shown(losses));
    assert_eq!(summary.losses.values().sum::<u64>(), losses.len() as u64);
    for loss in losses.iter().filter(|loss| loss["kind"] != "minted") {
        assert_eq!(loss["value"].as_str().unwrap().len(), 64, "{loss}");
    }
}

#[test]
fn every_field_that_a_record_has_has_a_fate() {
    let (born, sample) = (full(), World::new());
    sample.import(&root().join("docs/sample"));
    let mut seen = BTreeSet::new();
    for (world, repository) in [(&born, BORN), (&sample, "tidepool/kelp")] {
        let snapshot = world.store.read().unwrap();
        let passes = backlot_github::Layout::Rest.passes();
        snapshot
            .export::<backlot_core::Error>(&name(repository), &passes, &mut |outgoing, _| {
                let record = &outgoing.record;
                for value in record.values() {
                    let (kind, field) = (record.kind(), value.field());
                    assert!(fate(kind, field).is_some(), "{kind:?} {field:?}");
                    seen.insert((kind, field));
                }
                Ok(())
            })
            .unwrap();
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

#[test]
fn the_same_backlog_gives_the_same_bytes() {
    let world = full();
    let carried = WriteOptions {
        carry: true,
        due_on: Some("2030-12-31".to_owned()),
        ..requests()
    };
    for options in [WriteOptions::default(), requests(), carried] {
        let one = written(&world.store, BORN, &options);
        assert_eq!(one, written(&world.store, BORN, &options));
    }
}

#[test]
fn what_is_lost_of_texts_is_carried_below_them() {
    let world = full();
    let options = WriteOptions {
        carry: true,
        ..requests()
    };
    let (plain, _) = written(&world.store, BORN, &requests());
    let (files, summary) = written(&world.store, BORN, &options);
    let sent = &files["requests.ndjson"];
    let find = |id: &str| sent.iter().find(|line| line["id"] == id).unwrap();
    let taken = take(find("issue-2")["body"]["body"].as_str().unwrap()).unwrap();
    assert!(taken.is_intact());
    assert_eq!(taken.text_above, None);
    let carried: &Carried = &taken.carried;
    assert_eq!(carried.said_of().unwrap(), ["issue", "2"]);
    assert_eq!(carried.text(Field::State), Some("closed"));
    assert_eq!(
        carried.text(Field::StateReason),
        Some(StateReason::NotPlanned.as_word())
    );
    assert_eq!(carried.text(Field::Author), Some("mona"));
    let created = Timestamp::parse("2024-05-01T09:30:00Z").unwrap();
    assert!(carried.moment(Field::CreatedAt).unwrap() >= created);
    let comment = find("comment-1-1")["body"]["body"].as_str().unwrap();
    assert_eq!(take(comment).unwrap().text_above.as_deref(), Some("Mine"));
    // What is carried is not lost: every line of the other report is either here or counted.
    let carried: u64 = summary.carried.values().sum();
    let (less, all) = (files["losses.ndjson"].len(), plain["losses.ndjson"].len());
    assert_eq!(less as u64 + carried, all as u64);
    let fields: BTreeSet<&str> = summary
        .carried
        .keys()
        .map(|(_, field)| field.as_str())
        .collect();
    assert!(
        fields.contains("locked") && fields.contains("author"),
        "{fields:?}"
    );
}

#[test]
fn a_text_that_would_become_too_long_carries_nothing_and_says_so() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "long").unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    let issue = backlot_core::NewIssue::titled("Long").body("é".repeat(65_530));
    repository.create_issue(issue).unwrap();
    repository.lock_issue(1, None).unwrap();
    tx.commit().unwrap();
    let options = WriteOptions {
        carry: true,
        ..WriteOptions::default()
    };
    let (files, summary) = written(&world.store, BORN, &options);
    let losses = shown(&files["losses.ndjson"]);
    assert!(losses.contains("[locked] GitCode has no locks"), "{losses}");
    assert!(summary.carried.is_empty());
}

#[test]
fn requests_make_a_backlog_anew() {
    let world = full();
    let options = WriteOptions {
        due_on: Some("2030-12-31".to_owned()),
        ..requests()
    };
    let (files, summary) = written(&world.store, BORN, &options);
    let sent = &files["requests.ndjson"];
    let lines: Vec<String> = sent.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
    insta::assert_snapshot!(shown(&files["losses.ndjson"]));
    let plan = &files["requests.json"][0];
    assert_eq!(plan["requests"], json!(sent.len()));
    assert_eq!(
        plan["estimated_seconds"],
        json!(summary.sending_seconds.unwrap())
    );
    let mut forge = Forge::default();
    sent.iter().for_each(|line| forge.take(line));
    assert_eq!(forge.labels.len(), 3);
    let issues: Vec<(&str, &str, &str)> = forge
        .issues
        .iter()
        .map(|issue| {
            let text = |key: &str| issue[key].as_str().unwrap_or_default();
            (text("title"), text("state"), text("labels"))
        })
        .collect();
    assert_eq!(
        issues,
        [
            (
                "It still crashes",
                "",
                "bug,good first [issue],regression-pipeline-running"
            ),
            ("Part one", "close", ""),
            ("Part two", "close", ""),
            ("Again", "close", ""),
        ]
    );
    assert_eq!(forge.issues[1]["milestone"], json!(500_001));
    let body = forge.issues[0]["body"].as_str().unwrap();
    let (by, text) = Attribution::take(body).unwrap();
    assert_eq!(
        (by.author.as_str(), text),
        ("mona", "Each time.\r\nSee #2 — naïve \u{1f600}")
    );
    assert_eq!(forge.comments.len(), 4);
}

#[test]
fn numbers_that_nothing_has_are_taken() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "a gap").unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    for title in ["One", "Two", "Three"] {
        repository
            .create_issue(backlot_core::NewIssue::titled(title))
            .unwrap();
    }
    repository.delete_issue(2).unwrap();
    tx.commit().unwrap();
    let (files, _) = written(&world.store, BORN, &requests());
    let mut forge = Forge::default();
    files["requests.ndjson"]
        .iter()
        .for_each(|line| forge.take(line));
    let titles: Vec<&Value> = forge.issues.iter().map(|issue| &issue["title"]).collect();
    assert_eq!(titles, ["One", "Placeholder for #2", "Three"]);
    assert_eq!(forge.issues[1]["state"], "close");
}

#[test]
fn a_day_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let options = WriteOptions {
        due_on: Some("soon".to_owned()),
        ..requests()
    };
    let out = folder.path().join("out");
    let error = Writer::create(&out, &options).err().unwrap().to_string();
    assert!(error.contains("\"soon\" is no day"), "{error}");
    assert!(!out.exists());
}

#[test]
fn a_text_that_looks_like_a_place_stays_a_text() {
    const PLACE: &str = "{{milestone-1.number}}";
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "braces").unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    let milestone = backlot_core::NewMilestone::titled(PLACE);
    let milestone = repository.create_milestone(milestone).unwrap();
    let issue = backlot_core::NewIssue::titled(PLACE).milestone(milestone);
    repository.create_issue(issue).unwrap();
    tx.commit().unwrap();
    let options = WriteOptions {
        due_on: Some("2030-12-31".to_owned()),
        ..requests()
    };
    let (files, _) = written(&world.store, BORN, &options);
    let mut forge = Forge::default();
    files["requests.ndjson"]
        .iter()
        .for_each(|line| forge.take(line));
    assert_eq!(forge.issues[0]["title"], PLACE);
    assert_eq!(forge.issues[0]["milestone"], json!(500_001));
    assert_eq!(forge.milestones[0]["title"], PLACE);
}

#[test]
fn what_gitcode_refuses_is_reported_of_objects_too() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "too long").unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    let label = NewLabel::named("a/b").color("d73a4a");
    repository.create_label(label).unwrap();
    let milestone = backlot_core::NewMilestone::titled("never");
    repository.create_milestone(milestone).unwrap();
    let issue = backlot_core::NewIssue::titled("x".repeat(256));
    repository.create_issue(issue).unwrap();
    tx.commit().unwrap();
    for options in [WriteOptions::default(), requests()] {
        let (files, _) = written(&world.store, BORN, &options);
        let refused = files["losses.ndjson"].iter();
        let refused = refused.filter(|loss| loss["kind"] == "refused");
        let refused: BTreeSet<_> = refused
            .map(|loss| {
                (
                    loss["record_kind"].as_str().unwrap(),
                    loss["field"].as_str().unwrap(),
                )
            })
            .collect();
        for expected in [
            ("label", "name"),
            ("milestone", "due_on"),
            ("issue", "title"),
        ] {
            assert!(refused.contains(&expected), "{expected:?}: {refused:?}");
        }
    }
}

#[test]
fn what_no_request_sets_of_a_repository_is_reported() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "a home").unwrap();
    let mut repository = tx.create_repository(&name(BORN)).unwrap();
    let edit = backlot_core::RepositoryEdit::default().description(Some("A home".to_owned()));
    repository.edit(&edit).unwrap();
    tx.commit().unwrap();
    let (files, _) = written(&world.store, BORN, &requests());
    let losses = shown(&files["losses.ndjson"]);
    assert!(losses.contains("dropped repository"), "{losses}");
    assert!(losses.contains("[description]"), "{losses}");
}

/// A forge that has nothing but what the requests made.
#[derive(Default)]
struct Forge {
    labels: Vec<Value>,
    milestones: Vec<Value>,
    issues: Vec<Value>,
    comments: Vec<Value>,
    /// What each request was answered under `number`.
    answers: BTreeMap<String, u64>,
}

impl Forge {
    /// Does what a line asks for, in the only ways that the documentation knows.
    fn take(&mut self, line: &Value) {
        let (path, body) = self.filled(line);
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let number = match (line["method"].as_str().unwrap(), parts.as_slice()) {
            ("POST", ["repos", "{owner}", "{repo}", "labels"]) => {
                assert!(line.get("body").is_none());
                self.labels.push(line["form"].clone());
                0
            }
            ("POST", ["repos", "{owner}", "{repo}", "milestones"]) => {
                assert!(body["due_on"].is_string(), "{line}");
                self.milestones.push(body);
                500_000 + self.milestones.len() as u64
            }
            ("PATCH", ["repos", "{owner}", "{repo}", "milestones", number]) => {
                let at = number.parse::<usize>().unwrap() - 500_001;
                self.milestones[at]["state"] = body["state"].clone();
                0
            }
            ("POST", ["repos", "{owner}", "issues"]) => {
                assert_eq!(body["repo"], "{repo}");
                self.issues.push(body);
                self.issues.len() as u64
            }
            ("PATCH", ["repos", "{owner}", "issues", number]) => {
                let at = number.parse::<usize>().unwrap() - 1;
                assert_eq!(body["repo"], "{repo}");
                self.issues[at]["state"] = body["state"].clone();
                0
            }
            ("POST", ["repos", "{owner}", "{repo}", "issues", number, "labels"]) => {
                let at = number.parse::<usize>().unwrap() - 1;
                let names: Vec<&str> = body
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|name| name.as_str().unwrap())
                    .collect();
                self.issues[at]["labels"] = json!(names.join(","));
                0
            }
            ("POST", ["repos", "{owner}", "{repo}", "issues", number, "comments"]) => {
                assert!(number.parse::<usize>().unwrap() <= self.issues.len());
                self.comments.push(body);
                0
            }
            other => panic!("no such operation: {other:?}"),
        };
        if let Some(expected) = line.get("expect") {
            assert_eq!(expected["number"], json!(number), "{line}");
        }
        let id = line["id"].as_str().unwrap().to_owned();
        assert!(self.answers.insert(id, number).is_none(), "{line}");
    }

    /// The path and the body with the answers of earlier requests in their places.
    fn filled(&self, line: &Value) -> (String, Value) {
        let mut path = line["path"].as_str().unwrap().to_owned();
        let mut body = line["body"].clone();
        for need in line["needs"].as_array().unwrap_or(&Vec::new()) {
            let need = need.as_str().unwrap();
            let place = format!("{{{{{need}.number}}}}");
            let number = self.answers[need];
            path = path.replace(&place, &number.to_string());
            for pointer in line["places"].as_array().unwrap_or(&Vec::new()) {
                let value = body.pointer_mut(pointer.as_str().unwrap()).unwrap();
                assert_eq!(*value, json!(place), "{line}");
                *value = json!(number);
            }
        }
        (path, body)
    }
}
