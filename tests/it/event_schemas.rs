//! Events and timelines that are written for a version of GitHub's API against GitHub's own schemas. These cannot
//! tell events apart: `event` is any text, and an object with the nine common keys is valid by all of them. So each event is held against the schema of its own kind.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_github::WriteOptions;
use serde_json::Value;

use crate::local_history::do_everything;
use crate::schemas::{schemas, validator};
use crate::support::{World, export_to, read_folder, real_data, root};

/// Which schema the objects of a file have to satisfy.
const SCHEMAS: [(&str, &str); 7] = [
    ("issues.ndjson", "issue"),
    ("comments.ndjson", "issue-comment"),
    ("labels.ndjson", "label"),
    ("milestones.ndjson", "milestone"),
    ("events.ndjson", "issue-event"),
    ("events/", "issue-event-for-issue"),
    ("timeline/", "timeline-issue-events"),
];

/// The keys of every event that has no schema of its own.
const COMMON: [&str; 9] = [
    "id",
    "node_id",
    "url",
    "actor",
    "event",
    "commit_id",
    "commit_url",
    "created_at",
    "performed_via_github_app",
];

/// The schema of one kind of event, in one form; none where GitHub has none for it.
fn schema_of_event(form: &str, event: &str) -> Option<String> {
    if form == "timeline-issue-events" {
        let own = match event {
            "assigned" => "timeline-assigned-issue-event",
            "unassigned" => "timeline-unassigned-issue-event",
            "commented" => "timeline-comment-event",
            "cross-referenced" => "timeline-cross-referenced-event",
            "committed" => "timeline-committed-event",
            "reviewed" => "timeline-reviewed-event",
            "line-commented" => "timeline-line-commented-event",
            "commit-commented" => "timeline-commit-commented-event",
            "closed" | "reopened" => "state-change-issue-event",
            _ => "",
        };
        if !own.is_empty() {
            return Some(own.to_owned());
        }
    }
    Some(match event {
        "moved_columns_in_project" => "moved-column-in-project-issue-event".to_owned(),
        "labeled"
        | "unlabeled"
        | "milestoned"
        | "demilestoned"
        | "renamed"
        | "assigned"
        | "unassigned"
        | "locked"
        | "review_requested"
        | "review_request_removed"
        | "review_dismissed"
        | "added_to_project"
        | "removed_from_project"
        | "converted_note_to_issue"
        | "issue_type_added"
        | "issue_type_removed"
        | "issue_type_changed"
        | "sub_issue_added"
        | "sub_issue_removed"
        | "parent_issue_added"
        | "parent_issue_removed"
        | "blocked_by_added"
        | "blocked_by_removed"
        | "blocking_added"
        | "blocking_removed" => {
            format!("{}-issue-event", event.replace('_', "-"))
        }
        _ => return None,
    })
}

/// The schemas of a version, each read once.
struct Schemas {
    folder: PathBuf,
    known: BTreeMap<String, Option<jsonschema::Validator>>,
}

impl Schemas {
    fn validator(&mut self, schema: &str) -> Option<&jsonschema::Validator> {
        let known = self.known.entry(schema.to_owned()).or_insert_with(|| {
            let path = self.folder.join(format!("{schema}.schema.json"));
            path.exists().then(|| validator(&self.folder, schema, ""))
        });
        known.as_ref()
    }

    fn check(&mut self, schema: &str, object: &Value) {
        let validator = self.validator(schema);
        let validator = validator.unwrap_or_else(|| panic!("there is no schema {schema}"));
        if let Err(error) = validator.validate(object) {
            panic!("{schema} {}: {error} in {object:#}", object["url"]);
        }
    }

    fn check_event(&mut self, form: &str, event: &Value) {
        let kind = event["event"].as_str().unwrap();
        let own = schema_of_event(form, kind).filter(|own| self.validator(own).is_some());
        match own {
            Some(own) => self.check(&own, event),
            None => {
                let missing = COMMON.iter().find(|key| event.get(**key).is_none());
                assert_eq!(missing, None, "{kind} in {event:#}");
            }
        }
        // The union of timelines takes nearly anything, and takes long.
        if form != "timeline-issue-events" {
            self.check(form, event);
        }
    }
}

/// Holds every object of these files, each event by its kind, against the schemas of a version; how many.
pub(crate) fn check(schemas: &Path, version: &str, files: &BTreeMap<String, Vec<Value>>) -> usize {
    let mut schemas = Schemas {
        folder: schemas.join("github").join(version),
        known: BTreeMap::new(),
    };
    let mut checked = 0;
    for (file, objects) in files {
        let matching = |(name, _): &&(&str, &str)| match name.strip_suffix('/') {
            Some(_) => file.starts_with(name),
            None => file == name,
        };
        let Some((_, schema)) = SCHEMAS.iter().find(matching) else {
            continue;
        };
        for object in objects {
            if schema.contains("event") {
                schemas.check_event(schema, object);
            } else {
                schemas.check(schema, object);
            }
            checked += 1;
        }
    }
    checked
}

#[test]
fn every_kind_of_local_event_is_valid_by_the_schema_of_its_kind() {
    let Some(schemas) = schemas() else { return };
    let world = World::new();
    do_everything(&world.store);
    let elsewhere = World::new();
    let out = world.path("out");
    export_to(&world.store, "octo/hello", &out, WriteOptions::default());
    elsewhere.import(&out);
    for version in ["2022-11-28", "2026-03-10"] {
        for (world, repository) in [
            (&world, "octo/hello"),
            (&world, "octo/other"),
            (&elsewhere, "octo/hello"),
        ] {
            let options = WriteOptions {
                api_version: Some(version.parse().unwrap()),
                ..WriteOptions::default()
            };
            let (mut files, _) = world.export_with(repository, options);
            // What each event is in the list of a repository: with its issue.
            if let (Some(events), Some(issues)) = (
                files.get("events/1.ndjson").cloned(),
                files.get("issues.ndjson"),
            ) {
                let issue = issues[0].clone();
                let with_issue = events.into_iter().map(|mut event| {
                    event["issue"] = issue.clone();
                    event
                });
                let with_issue = with_issue.collect();
                files.insert("events.ndjson".to_owned(), with_issue);
            }
            let checked = check(&schemas, version, &files);
            eprintln!("{repository} for {version}: {checked} objects of a local history are valid");
            assert!(checked > 1);
        }
    }
}

#[test]
fn what_is_written_for_a_version_is_valid_by_its_schemas() {
    let Some(schemas) = schemas() else { return };
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let mut repositories = vec!["tidepool/kelp"];
    if let Some(data) = real_data("real backlogs against the schemas") {
        world.import(&data.join("github/whatsapi.tar.zst"));
        repositories.push("venomous0x/WhatsAPI");
    }
    for version in ["2022-11-28", "2026-03-10"] {
        for repository in &repositories {
            let folder = tempfile::tempdir_in(world.folder.path()).unwrap();
            let out = folder.path().join("out");
            let api_version = Some(version.parse().unwrap());
            let options = WriteOptions {
                api_version,
                ..WriteOptions::default()
            };
            export_to(&world.store, repository, &out, options);
            let checked = check(&schemas, version, &read_folder(&out));
            eprintln!("{repository} for {version}: {checked} objects are valid");
            assert!(checked > 100);
        }
    }
}
