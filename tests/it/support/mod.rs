//! What the tests are made with: folders of JSON, stores, and comparison of JSON values.

pub(crate) mod boards;
pub(crate) mod conversions;
pub(crate) mod gitcode;
pub(crate) mod losses;
pub(crate) mod other_forge;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use backlot_core::{
    ImportError, ImportOptions, ImportReport, SeededEnvironment, SnapshotLookup, Store,
    StoreOptions,
};
use backlot_github::{ReadOptions, Reader, Source, WriteOptions, WriteSummary, Writer};
use backlot_model::{Outgoing, RecordId, RepositoryName, Timestamp};
use serde_json::{Value, json};

/// A temporary folder with a store in it and places for backups and exports.
pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::in_environment(environment())
    }

    /// One whose clock begins at this moment.
    pub(crate) fn at(start: Timestamp) -> Self {
        Self::in_environment(SeededEnvironment::new(start, 7))
    }

    fn in_environment(environment: SeededEnvironment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions::new().environment(environment);
        let store = options.create(folder.path().join("work.backlot")).unwrap();
        Self { folder, store }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a backup in the `rest` layout: each file holds these objects, one a line.
    pub(crate) fn backup(&self, name: &str, files: &[(&str, &[Value])]) -> PathBuf {
        let folder = self.path(name);
        for (file, objects) in files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
            std::fs::write(path, lines).unwrap();
        }
        folder
    }

    pub(crate) fn import(&self, path: &Path) -> ImportReport {
        self.try_import(path, |options| options).unwrap()
    }

    pub(crate) fn import_with(
        &self,
        path: &Path,
        adjust: impl FnOnce(ImportOptions) -> ImportOptions,
    ) -> ImportReport {
        self.try_import(path, adjust).unwrap()
    }

    pub(crate) fn try_import(
        &self,
        path: &Path,
        adjust: impl FnOnce(ImportOptions) -> ImportOptions,
    ) -> Result<ImportReport, ImportError<backlot_github::Error>> {
        import_into(&self.store, path, ReadOptions::default(), adjust)
    }

    /// Exports a repository and gives the objects of each file.
    pub(crate) fn export(&self, repository: &str) -> BTreeMap<String, Vec<Value>> {
        self.export_with(repository, WriteOptions::default()).0
    }

    pub(crate) fn export_with(
        &self,
        repository: &str,
        options: WriteOptions,
    ) -> (BTreeMap<String, Vec<Value>>, WriteSummary) {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap();
        let out = folder.path().join("out");
        let summary = export_to(&self.store, repository, &out, options);
        (read_folder(&out), summary)
    }

    pub(crate) fn issue(&self, repository: &str, number: u64) -> backlot_core::IssueDetail {
        self.store
            .read()
            .unwrap()
            .issue(&name(repository), number)
            .unwrap()
    }

    /// Everything that must hold of any store: it verifies, and a rebuild changes no table.
    pub(crate) fn assert_sound(&mut self) {
        assert_sound(&mut self.store);
    }
}

/// A clock and random bits that are the same in every run.
pub(crate) fn environment() -> SeededEnvironment {
    SeededEnvironment::new(Timestamp::parse("2024-01-01T00:00:00Z").unwrap(), 7)
}

pub(crate) fn assert_sound(store: &mut Store) {
    let before = store.verify().unwrap();
    assert_eq!(before.problems, []);
    store.rebuild().unwrap();
    let after = store.verify().unwrap();
    assert_eq!(after.problems, []);
    assert_eq!(before.tables, after.tables);
}

pub(crate) fn name(name: &str) -> RepositoryName {
    name.parse().unwrap()
}

pub(crate) fn import_into(
    store: &Store,
    path: &Path,
    read: ReadOptions,
    adjust: impl FnOnce(ImportOptions) -> ImportOptions,
) -> Result<ImportReport, ImportError<backlot_github::Error>> {
    let source = Source::open(path, Default::default()).map_err(ImportError::Input)?;
    let reader = Reader::open(source, read).map_err(ImportError::Input)?;
    let options = adjust(ImportOptions::new("github", path.to_string_lossy()));
    store.import(&options, reader.batches())
}

pub(crate) fn export_to(
    store: &Store,
    repository: &str,
    out: &Path,
    options: WriteOptions,
) -> WriteSummary {
    let wanted = options;
    let mut writer = Writer::create(out, &wanted).unwrap();
    let snapshot = store.read().unwrap();
    let passes = writer.passes();
    let written = snapshot.export::<backlot_core::Error>(
        &name(repository),
        &passes,
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
            writer.write(outgoing, lookup).unwrap();
            Ok(())
        },
    );
    written.unwrap();
    writer.finish().unwrap()
}

/// An export without the events that happened here: what was done and undone is told for ever.
pub(crate) fn without_own_events(
    mut files: BTreeMap<String, Vec<Value>>,
) -> BTreeMap<String, Vec<Value>> {
    for items in files.values_mut() {
        items.retain(|item| {
            let id = item["id"].as_u64().filter(|_| item.get("event").is_some());
            id.is_none_or(|id| !RecordId::is_minted(id))
        });
    }
    files.retain(|file, items| {
        let is_history = file.starts_with("events/") || file.starts_with("timeline/");
        !(file.starts_with("losses") || is_history && items.is_empty())
    });
    files
}

/// The objects of every file in a folder, by the file's path inside it.
pub(crate) fn read_folder(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let mut files = BTreeMap::new();
    for path in walk(folder) {
        let inside = path
            .strip_prefix(folder)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        files.insert(inside, objects(&path));
    }
    files
}

pub(crate) fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The objects of a file: NDJSON, an array, or arrays one after another; `.zst` and `.gz` too.
pub(crate) fn objects(path: &Path) -> Vec<Value> {
    let bytes = std::fs::read(path).unwrap();
    let bytes = match path.extension().and_then(|extension| extension.to_str()) {
        Some("zst") => zstd::decode_all(bytes.as_slice()).unwrap(),
        _ => bytes,
    };
    let mut found = Vec::new();
    for value in serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>() {
        match value.unwrap() {
            Value::Array(values) => found.extend(values),
            value => found.push(value),
        }
    }
    found
}

/// Asserts that two sets of objects are equal as JSON values, pairing them by a key.
pub(crate) fn assert_same(before: &[Value], after: &[Value], key: &str) {
    let by_key = |objects: &[Value]| -> BTreeMap<String, Vec<Value>> {
        let mut map: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for object in objects {
            map.entry(object[key].to_string())
                .or_default()
                .push(object.clone());
        }
        map
    };
    let (before, after) = (by_key(before), by_key(after));
    for (key, object) in &before {
        assert_eq!(
            Some(object),
            after.get(key),
            "the object of {key} came back different"
        );
    }
    assert_eq!(before.len(), after.len(), "objects were added");
}

const API: &str = "https://api.github.com";

pub(crate) fn user(login: &str, id: u64) -> Value {
    let url = format!("{API}/users/{login}");
    json!({
        "login": login, "id": id, "node_id": format!("opaque-{id}"), "gravatar_id": "", "url": url,
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}?v=4"),
        "html_url": format!("https://github.com/{login}"), "type": "User", "site_admin": false,
    })
}

pub(crate) fn label(repository: &str, name: &str, id: u64) -> Value {
    json!({
        "id": id, "node_id": "opaque", "url": format!("{API}/repos/{repository}/labels/{name}"),
        "name": name, "color": "d73a4a", "default": false, "description": null,
    })
}

/// An open issue as GitHub gives it, with every field that the tests look at.
pub(crate) fn issue(repository: &str, number: u64) -> Value {
    let url = format!("{API}/repos/{repository}/issues/{number}");
    json!({
        "url": url, "repository_url": format!("{API}/repos/{repository}"),
        "labels_url": format!("{url}/labels{{/name}}"), "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": format!("https://github.com/{repository}/issues/{number}"),
        "id": 1000 + number, "node_id": "opaque", "number": number, "title": format!("Issue {number}"),
        "user": user("mona", 1), "labels": [label(repository, "bug", 71)], "state": "open",
        "locked": false, "assignee": null, "assignees": [], "milestone": null, "comments": 0,
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-02-01T00:00:00Z",
        "closed_at": null, "author_association": "NONE", "active_lock_reason": null,
        "body": format!("The body of {number}."), "closed_by": null, "state_reason": null,
    })
}

pub(crate) fn comment(repository: &str, number: u64, id: u64) -> Value {
    json!({
        "url": format!("{API}/repos/{repository}/issues/comments/{id}"),
        "html_url": format!("https://github.com/{repository}/issues/{number}#issuecomment-{id}"),
        "issue_url": format!("{API}/repos/{repository}/issues/{number}"), "id": id,
        "node_id": "opaque", "user": user("hubot", 2), "created_at": "2023-01-02T00:00:00Z",
        "updated_at": "2023-01-02T00:00:00Z", "author_association": "MEMBER",
        "body": format!("Comment {id}."),
    })
}

/// The value with some of its keys given other values.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let (Some(object_map), Value::Object(changes)) = (object.as_object_mut(), changes) else {
        panic!("objects are changed by objects");
    };
    object_map.extend(changes);
    object
}

/// The folder of real data, if the environment names one; else says what is skipped.
pub(crate) fn real_data(what: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BACKLOT_DATA")
        .map(PathBuf::from)
        .filter(|path| path.is_dir());
    if folder.is_none() {
        eprintln!("skipped, because BACKLOT_DATA names no folder of real data: {what}");
    }
    folder
}

/// The project's own folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The `backlot` program, built as the tests are.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let me = std::env::current_exe().unwrap();
        let profile = me
            .ancestors()
            .find(|path| path.ends_with("deps"))
            .unwrap()
            .parent()
            .unwrap();
        let mut build = Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "--package", "backlot"])
            .current_dir(root());
        build.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(
            build.status().unwrap().success(),
            "the program does not build"
        );
        profile.join(format!("backlot{}", std::env::consts::EXE_SUFFIX))
    })
}

/// Runs the program in a folder, with no environment that could change what it does.
pub(crate) fn backlot(folder: &Path, arguments: &[&str]) -> Output {
    backlot_command(folder, arguments).output().unwrap()
}

pub(crate) fn backlot_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("BACKLOT_USER", "mona");
    command.stdin(std::process::Stdio::null());
    command
}

/// What the program printed, after it ended with this exit code.
pub(crate) fn expect(output: &Output, code: i32) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(
        output.status.code(),
        Some(code),
        "stdout:\n{out}\nstderr:\n{err}"
    );
    out.into_owned()
}
