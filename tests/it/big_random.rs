//! A big random backlog, exported for each version of GitHub's API: every object is valid by GitHub's own schemas,
//! every kind of event that can come to be here is told, and an export is the same each time, byte for byte.
//! `BACKLOT_ISSUES` says how many issues there are, `BACKLOT_SEED` which backlog it is, and
//! `BACKLOT_KEEP_EXPORT` names a folder in which the exports stay, for other judges.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use backlot_github::{ApiVersion, WriteOptions};
use serde_json::Value;

use crate::random_backlog::{HERE, THERE, fill};
use crate::schemas::{Judge, schemas, validator};
use crate::support::{World, export_to, read_folder, walk};

/// How many issues there are when nobody says how many.
const ISSUES: u64 = 300;

/// Every kind of event that something done here is told as, and the comments that stand among them.
const KINDS: [&str; 36] = [
    "added_to_project",
    "assigned",
    "blocked_by_added",
    "blocked_by_removed",
    "blocking_added",
    "blocking_removed",
    "closed",
    "comment_deleted",
    "commented",
    "converted_note_to_issue",
    "cross-referenced",
    "demilestoned",
    "issue_type_added",
    "issue_type_changed",
    "issue_type_removed",
    "labeled",
    "locked",
    "marked_as_duplicate",
    "mentioned",
    "milestoned",
    "moved_columns_in_project",
    "parent_issue_added",
    "parent_issue_removed",
    "pinned",
    "removed_from_project",
    "renamed",
    "reopened",
    "sub_issue_added",
    "sub_issue_removed",
    "subscribed",
    "transferred",
    "unassigned",
    "unlabeled",
    "unlocked",
    "unmarked_as_duplicate",
    "unpinned",
];

fn number(name: &str, default: u64) -> u64 {
    let given = std::env::var_os(name);
    given.map_or(default, |text| text.to_str().unwrap().parse().unwrap())
}

fn exported(world: &World, repository: &str, version: ApiVersion, out: &Path) {
    let options = WriteOptions {
        api_version: Some(version),
        ..WriteOptions::default()
    };
    export_to(&world.store, repository, out, options);
}

/// Asserts that two folders hold the same files with the same bytes.
fn assert_same_bytes(one: &Path, other: &Path) {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let files = walk(folder);
        let files = files.iter();
        files
            .map(|path| path.strip_prefix(folder).unwrap().to_owned())
            .collect()
    };
    let files = inside(one);
    assert_eq!(files, inside(other));
    for file in files {
        let bytes = |folder: &Path| std::fs::read(folder.join(&file)).unwrap();
        assert!(bytes(one) == bytes(other), "{}", file.display());
    }
}

/// Holds boards, which are the same in every version that has them, against the schemas of their own.
fn check_boards(folder: &Path, files: &BTreeMap<String, Vec<Value>>) -> usize {
    let mut checked = 0;
    for (file, schema) in [
        ("projects", "project"),
        ("columns", "project-column"),
        ("cards", "project-card"),
    ] {
        let validator = validator(folder, schema, "");
        for (_, objects) in files.iter().filter(|(name, _)| name.starts_with(file)) {
            for object in objects {
                if let Err(error) = validator.validate(object) {
                    panic!("{schema}: {error}\n{object}");
                }
                checked += 1;
            }
        }
    }
    checked
}

#[test]
fn every_object_of_a_big_random_backlog_is_valid_for_every_version() {
    let issues = number("BACKLOT_ISSUES", ISSUES);
    let world = World::new();
    fill(&world.store, number("BACKLOT_SEED", 1), issues).unwrap();
    let kept = std::env::var_os("BACKLOT_KEEP_EXPORT").map(PathBuf::from);
    let schemas = schemas();
    for version in ApiVersion::ALL {
        let (mut kinds, mut found) = (BTreeSet::new(), 0);
        for repository in [HERE, THERE] {
            let (out, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            let out = match &kept {
                Some(folder) => folder.join(version.name()).join(repository),
                None => out.path().join("out"),
            };
            std::fs::create_dir_all(out.parent().unwrap()).unwrap();
            exported(&world, repository, *version, &out);
            exported(&world, repository, *version, &again.path().join("out"));
            assert_same_bytes(&out, &again.path().join("out"));
            let files = read_folder(&out);
            found += files["issues.ndjson"].len() as u64;
            let told = files
                .iter()
                .filter(|(name, _)| name.starts_with("timeline/") || name.starts_with("events"));
            let told = told.flat_map(|(_, items)| items);
            kinds.extend(told.map(|item| item["event"].as_str().unwrap().to_owned()));
            let Some(schemas) = &schemas else { continue };
            let mut judge = Judge::new(schemas, *version);
            judge.check_all(&files);
            let (events, boards) = match version {
                ApiVersion::V2026 => (
                    crate::event_schemas::check(schemas, version.name(), &files),
                    0,
                ),
                ApiVersion::V2022 => (
                    crate::event_schemas::check(schemas, version.name(), &files),
                    check_boards(&schemas.join("github/classic-projects"), &files),
                ),
                // Its events are those of the version after it, which has schemas of theirs.
                _ => (
                    0,
                    check_boards(&schemas.join(format!("github/{version}")), &files),
                ),
            };
            eprintln!(
                "{repository} for {version}, valid: {:?}, {events} with events, {boards} of boards",
                judge.checked
            );
        }
        assert!(found >= issues, "{found} issues");
        let expected: BTreeSet<String> = KINDS.map(str::to_owned).into();
        let missing: Vec<_> = expected.difference(&kinds).collect();
        let unexpected: Vec<_> = kinds.difference(&expected).collect();
        assert!(
            missing.is_empty() && unexpected.is_empty(),
            "{version}: missing {missing:?}, unexpected {unexpected:?}"
        );
    }
}
