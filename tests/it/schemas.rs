//! Exports for a version of GitHub's API against GitHub's own schemas, where `BACKLOT_SCHEMAS` says where
//! they are. GitHub's schemas of events cannot tell events apart, so only the keys that all events have
//! are held against theirs here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_github::WriteOptions;
use serde_json::Value;

use crate::support::{World, export_to, read_folder, real_data, root};

/// Which schema the objects of a file have to satisfy.
const SCHEMAS: [(&str, &str); 5] = [
    ("issues.ndjson", "issue"),
    ("comments.ndjson", "issue-comment"),
    ("labels.ndjson", "label"),
    ("milestones.ndjson", "milestone"),
    ("events.ndjson", "issue-event"),
];

/// The folder of GitHub's schemas, if the environment names one; else says that the test is skipped.
pub(crate) fn schemas() -> Option<PathBuf> {
    let folder = std::env::var_os("BACKLOT_SCHEMAS")
        .map(PathBuf::from)
        .filter(|path| path.is_dir());
    if folder.is_none() {
        eprintln!("skipped, because BACKLOT_SCHEMAS names no folder of GitHub's schemas");
    }
    folder
}

/// What holds objects against a schema of a version.
pub(crate) fn validator(schemas: &Path, version: &str, schema: &str) -> jsonschema::Validator {
    let path = schemas.join(format!("github/{version}/{schema}.schema.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn check(schemas: &Path, version: &str, files: &BTreeMap<String, Vec<Value>>) -> usize {
    let mut checked = 0;
    for (file, schema) in SCHEMAS {
        let Some(objects) = files.get(file) else {
            continue;
        };
        let validator = validator(schemas, version, schema);
        for object in objects {
            if let Err(error) = validator.validate(object) {
                panic!("{version} {file} {}: {error}", object["url"]);
            }
            checked += 1;
        }
    }
    checked
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
