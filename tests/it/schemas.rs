//! Exports for a version of GitHub's API against GitHub's own schemas, where `BACKLOT_SCHEMAS` says where
//! they are. GitHub's schemas of events cannot tell events apart, so only the keys that all events have
//! are held against theirs here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_github::{ApiVersion, WriteOptions};
use serde_json::{Value, json};

use crate::support::{World, issue, real_data, root, user, with};

/// Which schema the objects of a file, or of the files of a folder, have to satisfy.
const SCHEMAS: [(&str, &str); 7] = [
    ("issues.ndjson", "issue"),
    ("comments.ndjson", "issue-comment"),
    ("labels.ndjson", "label"),
    ("milestones.ndjson", "milestone"),
    ("events.ndjson", "issue-event"),
    ("users.ndjson", "simple-user"),
    ("reactions/", "reaction"),
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

/// The validators of one version of the API, by the name of the schema.
pub(crate) struct Judge {
    folder: PathBuf,
    version: ApiVersion,
    validators: BTreeMap<String, jsonschema::Validator>,
    pub(crate) checked: BTreeMap<String, usize>,
}

impl Judge {
    pub(crate) fn new(schemas: &Path, version: ApiVersion) -> Self {
        Self {
            folder: schemas.join(format!("github/{version}")),
            version,
            validators: BTreeMap::new(),
            checked: BTreeMap::new(),
        }
    }

    fn check(&mut self, schema: &str, object: &Value) {
        let validator = self
            .validators
            .entry(schema.to_owned())
            .or_insert_with(|| validator(&self.folder, schema, ""));
        let mut object = object.clone();
        // The description of 2.20 has these words in lower case for comments alone, and its own examples
        // do not.
        if self.version == ApiVersion::Ghes220 && schema == "issue-comment" {
            let word = object["author_association"]
                .as_str()
                .unwrap()
                .to_lowercase();
            object["author_association"] = word.into();
        }
        if let Err(error) = validator.validate(&object) {
            panic!(
                "{} {schema} {}: {error}\n{object}",
                self.version, object["url"]
            );
        }
        *self.checked.entry(schema.to_owned()).or_default() += 1;
    }

    pub(crate) fn check_all(&mut self, files: &BTreeMap<String, Vec<Value>>) {
        for (file, schema) in SCHEMAS {
            let named = files.iter().filter(|(name, _)| match file.ends_with('/') {
                true => name.starts_with(file),
                false => *name == file,
            });
            // Events of that version are not complete yet.
            if schema == "issue-event" && self.version == ApiVersion::Ghes220 {
                continue;
            }
            for object in named.flat_map(|(_, objects)| objects) {
                self.check(schema, object);
                self.check_inside(object);
            }
        }
    }

    /// Holds what stands inside an issue against the schemas of its own kind.
    fn check_inside(&mut self, object: &Value) {
        if object.get("score").is_some() {
            self.check("issue-search-result-item", object);
        }
        for key in ["user", "closed_by", "creator", "assignee"] {
            if object[key].is_object() {
                self.check("simple-user", &object[key]);
            }
        }
        for user in object["assignees"].as_array().into_iter().flatten() {
            self.check("simple-user", user);
        }
        for label in object["labels"].as_array().into_iter().flatten() {
            self.check("label", label);
        }
        if object["milestone"].is_object() && object.get("event").is_none() {
            self.check("milestone", &object["milestone"]);
        }
        if object["reactions"].is_object() {
            self.check("reaction-rollup", &object["reactions"]);
        }
        if object["pinned_comment"].is_object() {
            self.check("issue-comment", &object["pinned_comment"]);
        }
    }
}

/// The validator of a schema, or of one of its definitions.
pub(crate) fn validator(folder: &Path, schema: &str, definition: &str) -> jsonschema::Validator {
    let path = folder.join(format!("{schema}.schema.json"));
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    if !definition.is_empty() {
        let definitions = schema["$defs"].clone();
        schema = definitions[definition].clone();
        schema["$defs"] = definitions;
    }
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap()
}

fn written(world: &World, repository: &str, version: ApiVersion) -> BTreeMap<String, Vec<Value>> {
    let options = WriteOptions {
        api_version: Some(version),
        ..WriteOptions::default()
    };
    world.export_with(repository, options).0
}

#[test]
fn what_is_written_for_a_version_is_valid_by_its_schemas() {
    let Some(schemas) = schemas() else { return };
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let mut repositories = vec!["tidepool/kelp"];
    if let Some(data) = real_data("real backlogs against the schemas") {
        world.import(&data.join("github/whatsapi.tar.zst"));
        world.import(&data.join("github/rust-early"));
        repositories.extend(["venomous0x/WhatsAPI", "rust-lang/rust"]);
    }
    for version in ApiVersion::ALL {
        for repository in &repositories {
            let mut judge = Judge::new(&schemas, *version);
            judge.check_all(&written(&world, repository, *version));
            eprintln!("{repository} for {version}, valid: {:?}", judge.checked);
            assert!(judge.checked["issue"] > 20);
        }
    }
}

#[test]
fn what_was_born_here_is_valid_by_the_schemas_of_every_version() {
    let Some(schemas) = schemas() else { return };
    let world = crate::born_here::born();
    for version in ApiVersion::ALL {
        let files = written(&world, crate::born_here::BORN, *version);
        let mut judge = Judge::new(&schemas, *version);
        judge.check_all(&files);
        // The schema of a repository stands inside that of an issue.
        let repository = validator(&judge.folder, "issue", "repository");
        for object in &files["repository.json"] {
            if let Err(error) = repository.validate(object) {
                panic!("{version} {error}: {object}");
            }
        }
        eprintln!("born here for {version}, valid: {:?}", judge.checked);
        let kinds: Vec<&str> = judge.checked.keys().map(String::as_str).collect();
        for kind in [
            "issue",
            "issue-comment",
            "label",
            "milestone",
            "reaction",
            "simple-user",
        ] {
            assert!(kinds.contains(&kind), "{kind} for {version}");
        }
    }
}

#[test]
fn a_repository_inside_an_issue_and_an_item_of_a_search_are_completed() {
    let world = World::new();
    let old = with(
        issue("octo/hello", 1),
        json!({
            "score": 1, "author_association": Value::Null, "body": Value::Null,
            "repository": {
                "id": 5, "node_id": "MDEwOlJlcG9zaXRvcnk1", "name": "hello", "full_name": "octo/hello",
                "owner": user("octo", 9), "url": "https://api.github.com/repos/octo/hello",
                "forks_count": 3, "has_downloads": true, "master_branch": "trunk",
            },
        }),
    );
    let mut old = old;
    old.as_object_mut().unwrap().remove("author_association");
    world.import(&world.backup("in", &[("issues.ndjson", &[old.clone()])]));
    let as_it_came = &world.export("octo/hello")["issues.ndjson"][0];
    assert_eq!(as_it_came, &old);
    for version in ApiVersion::ALL {
        let files = written(&world, "octo/hello", *version);
        let repository = &files["issues.ndjson"][0]["repository"];
        assert_eq!(repository["forks"], 3);
        let is_new = *version == ApiVersion::V2026;
        assert_eq!(repository.get("has_downloads").is_none(), is_new);
        assert_eq!(repository.get("master_branch").is_none(), is_new);
        let dropped: Vec<&str> = files["losses.ndjson"]
            .iter()
            .filter(|loss| loss["kind"] == "dropped")
            .map(|loss| loss["field"].as_str().unwrap())
            .collect();
        let gone = ["repository.has_downloads", "repository.master_branch"];
        assert_eq!(
            dropped,
            if is_new { gone.to_vec() } else { vec![] },
            "{version}"
        );
        if let Some(schemas) = schemas() {
            Judge::new(&schemas, *version).check_all(&files);
        }
    }
}
