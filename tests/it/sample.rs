//! The bundled sample: all of it comes in, and all of it goes out as it came in.

use std::path::PathBuf;

use backlot_github::WriteOptions;
use backlot_model::RecordKind;

use crate::support::{World, assert_same, name, read_folder, root};

const REPOSITORY: &str = "tidepool/kelp";

fn sample() -> PathBuf {
    root().join("docs/sample")
}

#[test]
fn the_sample_comes_back_equal_file_by_file() {
    let mut world = World::new();
    let report = world.import(&sample());
    assert_eq!(
        (report.counts.skipped, report.not_understood),
        (0, 0),
        "{:?}",
        report.skipped
    );
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 40);
    assert_eq!(report.counts.total(|kind| kind.orphans), 0);
    assert_eq!(world.import(&sample()).commit, None);
    let out = world.export(REPOSITORY);
    let mut files = 0;
    for (file, objects) in before() {
        let found = out
            .get(&file)
            .unwrap_or_else(|| panic!("{file} is not in the export"));
        let key = if file.starts_with("timeline") {
            "created_at"
        } else {
            "id"
        };
        assert_same(&objects, found, key);
        if file.starts_with("timeline") {
            assert_eq!(&objects, found, "a timeline keeps its order");
        }
        files += 1;
    }
    assert_eq!(files, 11);
    world.assert_sound();
}

fn before() -> std::collections::BTreeMap<String, Vec<serde_json::Value>> {
    let folder = tempfile::tempdir().unwrap();
    for path in crate::support::walk(&sample()) {
        if path.extension().is_some_and(|extension| extension != "md") {
            let to = folder.path().join(path.strip_prefix(sample()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, to).unwrap();
        }
    }
    read_folder(folder.path())
}

#[test]
fn an_export_is_deterministic_and_reads_back_as_the_same() {
    let world = World::new();
    world.import(&sample());
    for pages in [false, true] {
        let options = || WriteOptions {
            pages,
            ..WriteOptions::default()
        };
        let (first, _) = world.export_with(REPOSITORY, options());
        let (second, _) = world.export_with(REPOSITORY, options());
        assert_eq!(first, second);
        let other = World::new();
        let folder = other.path("export");
        crate::support::export_to(&world.store, REPOSITORY, &folder, options());
        let report = other.import(&folder);
        assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
        assert_eq!(other.export(REPOSITORY), world.export(REPOSITORY));
    }
}

#[test]
fn a_version_makes_objects_complete_and_says_what_was_made_up() {
    let world = World::new();
    let mut bare = crate::support::issue("octo/hello", 1);
    let map = bare.as_object_mut().unwrap();
    map.retain(|key, _| !["assignees", "assignee", "user", "node_id"].contains(&key.as_str()));
    world.import(&world.backup("backup", &[("issues.ndjson", &[bare])]));
    let version = |version: &str| WriteOptions {
        api_version: Some(version.parse().unwrap()),
        ..WriteOptions::default()
    };
    let (out, summary) = world.export_with("octo/hello", version("2022-11-28"));
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["user"]["login"], "ghost");
    assert_eq!(issue["assignee"], serde_json::Value::Null);
    let lost = &out["losses.ndjson"];
    assert_eq!(lost.len() as u64, summary.losses.values().sum::<u64>());
    let minted = |field: &str| {
        lost.iter()
            .any(|loss| loss["kind"] == "minted" && loss["field"] == field)
    };
    assert!(minted("user"), "{lost:?}");
    let (out, _) = world.export_with("octo/hello", version("2026-03-10"));
    assert!(out["issues.ndjson"][0].get("assignee").is_none());
    assert!("2019-01-01".parse::<backlot_github::ApiVersion>().is_err());
}

#[test]
fn an_issue_shows_its_whole_timeline() {
    let world = World::new();
    world.import(&sample());
    let snapshot = world.store.read().unwrap();
    let issue = snapshot.issue(&name(REPOSITORY), 3).unwrap();
    let items = snapshot.timeline(&issue).unwrap();
    let moments: Vec<_> = items.iter().map(|item| item.at).collect();
    assert!(moments.is_sorted(), "{moments:?}");
    let comments = items
        .iter()
        .filter(|item| item.record.kind() == RecordKind::Comment)
        .count();
    assert_eq!(comments as u64, issue.summary.comments);
    assert!(
        items
            .iter()
            .any(|item| item.record.event() == Some("cross-referenced"))
    );
}

#[test]
fn what_was_closed_and_said_here_comes_back_as_what_it_is() {
    let start = backlot_model::Timestamp::parse("2026-11-21T08:50:53.417Z").unwrap();
    let world = World::at(start);
    world.import(&root().join("docs/sample"));
    let mut tx = world
        .store
        .write(backlot_model::Actor::login("local"), "done here")
        .unwrap();
    let mut repository = tx.repository("tidepool/kelp").unwrap();
    let close = backlot_core::IssueEdit::default().state(
        backlot_model::State::Closed,
        Some(backlot_model::StateReason::Completed),
    );
    repository.edit_issue(42, &close).unwrap();
    repository.comment(42, "x").unwrap();
    tx.commit().unwrap();
    let out = world.path("out");
    crate::support::export_to(&world.store, "tidepool/kelp", &out, Default::default());
    let report = world.import(&out);
    assert_eq!(report.conflicts, []);
    assert_eq!(report.counts.total(|kind| kind.created), 0);
    assert_eq!(world.import(&out).commit, None);
}
