//! Backlogs in any state, through GitCode's objects in either shape into another store: the same state, but for what
//! is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use backlot_core::{IssueDetail, IssueFilter, MilestoneList, Snapshot, StateFilter, Store};
use backlot_gitcode::{Shape, WriteOptions};
use backlot_model::{RecordId, Timestamp};
use serde_json::{Value, json};

use crate::random_backlog::{HERE, THERE, fill};
use crate::support::gitcode::{export_to, try_import};
use crate::support::{World, name, objects, read_folder};

/// How many backlogs are made.
const STATES: u64 = 4;
/// How many issues each of them has.
const ISSUES: u64 = 14;

/// A record as reports call it, and one of its fields.
type Place = (String, String);
type Facts = BTreeMap<Place, Value>;

fn shown(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| json!(at.to_string()))
}

/// A text: GitCode does not tell one that is not there from an empty one.
fn said(text: Option<&str>) -> Value {
    json!(text.unwrap_or_default())
}

/// The values in an order that does not depend on the names of records.
fn sorted(mut values: Vec<Value>) -> Value {
    values.sort_by_key(Value::to_string);
    Value::Array(values)
}

fn put(facts: &mut Facts, record: &str, fields: Value) {
    let Value::Object(fields) = fields else {
        panic!("fields are an object");
    };
    for (field, value) in fields {
        let is_new = facts.insert((record.to_owned(), field), value).is_none();
        assert!(is_new, "two of {record}");
    }
}

fn reactions(snapshot: &Snapshot, of: RecordId) -> Value {
    let found = snapshot.reactions(of).unwrap();
    sorted(
        found
            .iter()
            .map(|one| json!([one.content, one.user]))
            .collect(),
    )
}

fn issue(snapshot: &Snapshot, repository: &str, issue: &IssueDetail, facts: &mut Facts) {
    let summary = &issue.summary;
    let comments = snapshot
        .comments(&name(repository), summary.number)
        .unwrap();
    let comments = comments.iter().map(|comment| {
        json!({
            "body": comment.body, "author": comment.author, "at": shown(comment.created_at),
            "changed": shown(comment.updated_at), "reactions": reactions(snapshot, comment.id),
        })
    });
    let links = |links: &[backlot_core::IssueLink]| {
        let links = links.iter();
        let links = links.map(|link| json!(format!("{}#{}", link.repository, link.number)));
        Value::Array(links.collect())
    };
    let fields = json!({
        "title": summary.title, "body": said(issue.body.as_deref()), "state": summary.state.as_word(),
        "state_reason": summary.state_reason.as_ref().map(|word| word.as_word()),
        "locked": summary.is_locked, "labels": summary.labels, "assignees": summary.assignees,
        "milestone": summary.milestone, "issue_type": issue.issue_type, "author": summary.author,
        "comments": summary.comments, "created_at": shown(summary.created_at),
        "updated_at": shown(summary.updated_at), "closed_at": shown(summary.closed_at),
        "closed_by": issue.closed_by, "pinned": issue.is_pinned,
        "sub_issues": links(&issue.sub_issues), "blocked_by": links(&issue.blocked_by),
        "duplicate_of": links(issue.duplicate_of.as_slice()),
        "reactions given": reactions(snapshot, summary.id), "thread": sorted(comments.collect()),
    });
    let record = format!("https://gitcode.com/{repository}/issues/{}", summary.number);
    put(facts, &record, fields);
}

/// All of a store that GitCode could hold, and what it cannot hold of issues.
fn facts(store: &Store) -> Facts {
    let snapshot = store.read().unwrap();
    let mut facts = Facts::new();
    for repository in [HERE, THERE] {
        let known = name(repository);
        let all = IssueFilter {
            state: StateFilter::All,
            ..IssueFilter::default()
        };
        let list = snapshot.issues(&known, &all).unwrap();
        for summary in list.page(1, 10_000).unwrap() {
            let found = snapshot.issue(&known, summary.number).unwrap();
            issue(&snapshot, repository, &found, &mut facts);
        }
        for label in snapshot.labels(&known).unwrap() {
            let fields =
                json!({"color": label.color, "description": said(label.description.as_deref())});
            put(
                &mut facts,
                &format!("{repository} label {}", label.name),
                fields,
            );
        }
        let all = MilestoneList {
            state: StateFilter::All,
            ..MilestoneList::default()
        };
        for milestone in snapshot.milestones(&known, &all).unwrap() {
            let record = format!(
                "https://gitcode.com/{repository}/milestones/{}",
                milestone.number
            );
            let fields = json!({
                "title": milestone.title, "description": said(milestone.description.as_deref()),
                "state": milestone.state.as_word(), "author": milestone.creator,
                "open_issues": milestone.open_issues, "closed_issues": milestone.closed_issues,
                "due_on": shown(milestone.due_on), "created_at": shown(milestone.created_at),
                "updated_at": shown(milestone.updated_at), "closed_at": shown(milestone.closed_at),
            });
            put(&mut facts, &record, fields);
        }
    }
    facts
}

/// What an export reports of fields.
fn reported(folder: &Path) -> BTreeSet<Place> {
    let losses = objects(&folder.join("losses.ndjson"));
    let text = |loss: &Value, key: &str| loss[key].as_str().unwrap().to_owned();
    losses
        .iter()
        .map(|loss| (text(loss, "record"), text(loss, "field")))
        .collect()
}

/// The objects of an export, without the report, in an order that does not depend on the names of records.
fn exported(store: &Store, repository: &str, out: &Path, shape: Shape) -> BTreeMap<String, Value> {
    let options = WriteOptions {
        shape,
        ..WriteOptions::default()
    };
    export_to(store, repository, out, &options);
    let mut files = read_folder(out);
    files.remove("losses.ndjson");
    let files = files.into_iter();
    files
        .map(|(file, objects)| (file, sorted(objects)))
        .collect()
}

#[test]
fn any_state_goes_to_gitcode_and_comes_back_as_the_same_but_for_what_is_reported() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (seed, shape) in
        (1..=STATES).flat_map(|seed| [(seed, Shape::Live), (seed, Shape::Documented)])
    {
        let (world, mut other) = (World::new(), World::new());
        fill(&world.store, seed, ISSUES).unwrap();
        let what = format!("seed {seed}, {shape}");
        let (mut losses, mut first) = (BTreeSet::new(), Vec::new());
        for repository in [HERE, THERE] {
            let out = world.path(&repository.replace('/', " "));
            first.push(exported(&world.store, repository, &out, shape));
            let import = || try_import(&other.store, &out, |options| options).unwrap();
            let report = import();
            assert_eq!(report.skipped, [], "{what}");
            assert_eq!(import().commit, None, "{what}: the same again was news");
            losses.extend(reported(&out));
        }
        let (before, after) = (facts(&world.store), facts(&other.store));
        let places: BTreeSet<&Place> = before.keys().chain(after.keys()).collect();
        compared += places.len();
        for place in places {
            let (before, after) = (before.get(place), after.get(place));
            if before != after && !losses.contains(place) {
                wrong.push(format!(
                    "{what}: {place:?}\nbefore {before:?}\nafter  {after:?}"
                ));
            }
        }
        // What came from GitCode goes out again as it came.
        for (repository, first) in [HERE, THERE].into_iter().zip(first) {
            let out = other.path(&repository.replace('/', " "));
            let again = exported(&other.store, repository, &out, shape);
            for file in first.keys().chain(again.keys()) {
                let (first, again) = (first.get(file), again.get(file));
                if first != again {
                    wrong.push(format!(
                        "{what}: {file}\nfirst  {first:?}\nsecond {again:?}"
                    ));
                }
            }
        }
        other.assert_sound();
    }
    let all = wrong.len();
    wrong.truncate(30);
    assert!(wrong.is_empty(), "{all} differences:\n{}", wrong.join("\n"));
    eprintln!("{compared} values went out and came back as the same, or are in the report");
}
