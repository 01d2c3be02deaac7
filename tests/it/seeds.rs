//! The examples of the documents that the forge's part follows: GitHub's pages about milestones, classic
//! projects and, for an Enterprise server 2.20, issues. Each example of an answer is read, and goes out as
//! it came; each of a request is there for what writes requests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_github::{ReadOptions, WriteOptions};
use serde_json::Value;

use crate::schemas::{schemas, validator};
use crate::support::{World, import_into, name, objects, root, walk};

/// A document: its folder, where its schemas are, and the version for which its examples go out as they came
/// too; that version's demands are what they meet already.
const DOCUMENTS: [(&str, &str, Option<&str>); 4] = [
    (
        "000-milestones-2026-03-10",
        "2026-03-10",
        Some("2026-03-10"),
    ),
    (
        "001-milestones-2022-11-28",
        "2022-11-28",
        Some("2022-11-28"),
    ),
    (
        "003-classic-projects",
        "classic-projects",
        Some("2022-11-28"),
    ),
    ("004-issues-ghes-2.20", "2022-11-28", None),
];

/// What an endpoint gives, by the end of its path: the first that fits. The kind by which it is read, the files
/// that it goes out into, and its schema.
const ENDPOINTS: [(&str, &str, &str, &str); 16] = [
    ("-assignees", "user", "users", "simple-user"),
    (
        "-issue-number-timeline",
        "timeline",
        "timeline/",
        "timeline-issue-events",
    ),
    (
        "-issue-number-events",
        "issue-event",
        "events/",
        "issue-event-for-issue",
    ),
    ("-events", "event", "events.", "issue-event"),
    ("-event-id", "event", "events.", "issue-event"),
    ("-comments", "comment", "comments", "issue-comment"),
    ("-comment-id", "comment", "comments", "issue-comment"),
    ("-labels", "label", "labels", "label"),
    ("-labels-name", "label", "labels", "label"),
    ("-milestones", "milestone", "milestones", "milestone"),
    ("-milestone-number", "milestone", "milestones", "milestone"),
    ("-projects", "project", "projects", "project"),
    ("-project-id", "project", "projects", "project"),
    ("-issues", "issue", "issues", "issue"),
    ("-issue-number", "issue", "issues", "issue"),
    ("-issue-number-assignees", "issue", "issues", "issue"),
];

/// Examples that even GitHub's own schemas refuse: issues with repositories that lack keys, and an event that
/// does not say by which app it was made.
const INVALID: [&str; 4] = [
    "get-issues",
    "get-orgs-org-issues",
    "get-user-issues",
    "get-repos-owner-repo-issues-issue-number-events",
];

fn files(document: &str) -> Vec<PathBuf> {
    walk(&root().join("tests/fixtures/seeds").join(document))
}

fn stem(file: &Path) -> String {
    let name = file.file_name().unwrap().to_string_lossy();
    name.split(".json").next().unwrap().to_owned()
}

fn is_request(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".request.json")
}

/// What an endpoint gives. Who is assigned is told of an issue by the issue.
fn endpoint(stem: &str) -> (&'static str, &'static str, &'static str) {
    let of_issue = stem.ends_with("-issue-number-assignees");
    let found = ENDPOINTS
        .into_iter()
        .find(|(end, kind, ..)| stem.ends_with(end) && !(of_issue && *kind == "user"));
    let (_, kind, file, schema) = found.unwrap_or_else(|| panic!("{stem}"));
    (kind, file, schema)
}

/// The objects of a form that an export has, in a store that got nothing but this file.
fn there_and_back(file: &Path, kind: &str, written: &str, version: Option<&str>) -> Vec<Value> {
    let mut world = World::new();
    let read = ReadOptions {
        kind: Some(kind.parse().unwrap()),
    };
    let repository = "octocat/hello-world";
    let report = import_into(&world.store, file, read, |options| {
        options.repository(name(repository))
    });
    let report = report.unwrap();
    assert_eq!(report.skipped, [], "{file:?}");
    let again = import_into(&world.store, file, read, |options| {
        options.repository(name(repository))
    });
    assert_eq!(again.unwrap().commit, None, "{file:?}");
    let options = WriteOptions {
        api_version: version.map(|version| version.parse().unwrap()),
        ..WriteOptions::default()
    };
    let (files, _) = world.export_with(repository, options);
    world.assert_sound();
    let own = files
        .into_iter()
        .filter(|(name, _)| name.starts_with(written));
    own.flat_map(|(_, objects)| objects).collect()
}

fn sorted(objects: &[Value]) -> Vec<String> {
    let mut texts: Vec<_> = objects.iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

#[test]
fn every_example_of_an_answer_is_read_and_goes_out_as_it_came() {
    let mut counts = BTreeMap::new();
    for (document, _, version) in DOCUMENTS {
        for file in files(document).iter().filter(|file| !is_request(file)) {
            let (kind, written, _) = endpoint(&stem(file));
            for version in [None, version] {
                let back = there_and_back(file, kind, written, version);
                assert_eq!(
                    sorted(&objects(file)),
                    sorted(&back),
                    "{file:?} {version:?}"
                );
            }
            *counts.entry(document).or_insert(0) += 1;
        }
    }
    let counts: Vec<_> = counts.into_values().collect();
    assert_eq!(counts, [4, 4, 8, 32]);
}

#[test]
fn every_example_is_valid_by_its_schema() {
    let Some(schemas) = schemas() else { return };
    let mut refused = Vec::new();
    for (document, version, _) in DOCUMENTS {
        for file in files(document).iter().filter(|file| !is_request(file)) {
            let (_, _, schema) = endpoint(&stem(file));
            let validator = validator(&schemas.join("github").join(version), schema, "");
            if objects(file)
                .iter()
                .any(|object| !validator.is_valid(object))
            {
                refused.push(stem(file));
            }
        }
    }
    refused.sort();
    let mut expected = INVALID.to_vec();
    expected.sort_unstable();
    assert_eq!(refused, expected);
}

#[test]
fn every_example_of_a_request_is_an_object() {
    let mut count = 0;
    for (document, ..) in DOCUMENTS {
        for file in files(document).iter().filter(|file| is_request(file)) {
            let bodies = objects(file);
            let body = bodies.first().and_then(Value::as_object);
            assert!(
                bodies.len() == 1 && body.is_some_and(|body| !body.is_empty()),
                "{file:?}"
            );
            count += 1;
        }
    }
    assert_eq!(count, 21);
}
