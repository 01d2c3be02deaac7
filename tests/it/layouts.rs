//! The same backlog in every layout and packing that is read: always the same records.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use backlot_core::{ImportReport, StoreOptions};
use backlot_github::{Kind, ReadOptions, Reader, Source, WriteOptions};
use backlot_model::RecordKind;
use serde_json::{Value, json};

use crate::support::{
    World, assert_same, comment, environment, export_to, import_into, issue, label, objects,
    read_folder, user, with,
};

const REPOSITORY: &str = "octo/hello";

fn issues() -> Vec<Value> {
    (1..=5).map(|number| issue(REPOSITORY, number)).collect()
}

fn lines(objects: &[Value]) -> String {
    objects.iter().map(|object| format!("{object}\n")).collect()
}

fn imported(path: &Path) -> ImportReport {
    let store = StoreOptions::new()
        .environment(environment())
        .in_memory()
        .unwrap();
    import_into(&store, path, ReadOptions::default(), |options| options).unwrap()
}

#[test]
fn files_may_be_lines_arrays_pages_or_packed() {
    let world = World::new();
    let issues = issues();
    let array = Value::from(issues.clone()).to_string();
    let pages = format!(
        "{}{}\n{}",
        Value::from(issues[..2].to_vec()),
        Value::from(issues[2..4].to_vec()),
        Value::from(issues[4..].to_vec())
    );
    let pretty = serde_json::to_string_pretty(&issues).unwrap();
    let gzip = |text: &str| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    let windows = lines(&issues).replace('\n', "\r\n");
    let files: [(&str, Vec<u8>); 8] = [
        ("issues.ndjson", lines(&issues).into_bytes()),
        ("issues.jsonl", format!("\u{feff}{windows}").into_bytes()),
        ("issues.json", array.clone().into_bytes()),
        ("issues.json", pages.into_bytes()),
        ("issues.json", pretty.into_bytes()),
        ("issues.ndjson.gz", gzip(&lines(&issues))),
        ("issues.json.zst", zstd(&array)),
        // Packing is known by content, whatever the name says.
        ("issues.ndjson", zstd(&lines(&issues))),
    ];
    for (at, (name, content)) in files.into_iter().enumerate() {
        let folder = world.path(&at.to_string());
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join(name), content).unwrap();
        for path in [folder.clone(), folder.join(name)] {
            let report = imported(&path);
            assert_eq!(
                report.counts.kind(RecordKind::Issue).created,
                5,
                "{at} {name}"
            );
            assert_eq!(report.counts.skipped, 0, "{at} {name}");
        }
    }
}

#[test]
fn numbered_pages_are_one_list() {
    let world = World::new();
    let issues = issues();
    let folder = world.path("pages");
    std::fs::create_dir_all(folder.join("comments")).unwrap();
    std::fs::write(
        folder.join("issues.1.json"),
        Value::from(issues[..3].to_vec()).to_string(),
    )
    .unwrap();
    std::fs::write(
        folder.join("issues.2.json"),
        Value::from(issues[3..].to_vec()).to_string(),
    )
    .unwrap();
    std::fs::write(
        folder.join("comments/1.json"),
        json!([comment(REPOSITORY, 1, 9)]).to_string(),
    )
    .unwrap();
    let report = imported(&folder);
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 5);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 1);
    assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
}

fn backup_event(id: u64, kind: &str) -> Value {
    json!({
        "id": id, "event": kind, "commit_id": null, "created_at": "2023-01-03T00:00:00Z",
        "actor": user("mona", 1), "url": format!("https://api.github.com/repos/{REPOSITORY}/issues/events/{id}"),
    })
}

#[test]
fn a_github_backup_is_read_from_a_folder_and_from_archives_in_any_order() {
    let world = World::new();
    let labeled = with(
        backup_event(50, "labeled"),
        json!({"label": {"name": "bug", "color": "d73a4a"}}),
    );
    let backup_issue = with(
        issue(REPOSITORY, 2),
        json!({
            "pull_request": {"url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/2")},
            "comment_data": [comment(REPOSITORY, 2, 9)], "event_data": [labeled],
        }),
    );
    let pull = json!({
        "id": 900, "number": 2, "title": "Issue 2", "state": "open", "user": user("mona", 1),
        "url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/2"), "body": "The body of 2.",
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-02-02T00:00:00Z", "merged_at": null,
        "head": {"ref": "fix", "sha": "abc", "user": user("mona", 1)}, "commit_data": [{"sha": "abc"}],
        "comment_data": [],
    });
    let files = [
        ("hello/pulls/2.json", pull.clone()),
        ("hello/issues/2.json", backup_issue.clone()),
        (
            "hello/labels/labels.json",
            json!([label(REPOSITORY, "bug", 71)]),
        ),
    ];
    let folder = world.path("backup");
    for (name, object) in &files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, serde_json::to_string_pretty(object).unwrap()).unwrap();
    }
    let archive = |names: [usize; 3]| {
        let mut tar = tar::Builder::new(Vec::new());
        for at in names {
            let (name, object) = &files[at];
            let content = object.to_string();
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, content.as_bytes())
                .unwrap();
        }
        zstd::encode_all(tar.into_inner().unwrap().as_slice(), 1).unwrap()
    };
    let mut paths = vec![folder];
    for (at, order) in [[0, 1, 2], [2, 1, 0], [1, 0, 2]].into_iter().enumerate() {
        let path = world.path(&format!("{at}.tar.zst"));
        std::fs::write(&path, archive(order)).unwrap();
        paths.push(path);
    }
    let mut ids = Vec::new();
    for path in paths {
        let world = World::new();
        let report = world.import(&path);
        assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
        let out = world.export(REPOSITORY);
        let mut whole = backup_issue.clone();
        whole
            .as_object_mut()
            .unwrap()
            .retain(|key, _| !key.ends_with("_data"));
        assert_same(&[whole], &out["issues.ndjson"], "number");
        assert_same(std::slice::from_ref(&pull), &out["pulls.ndjson"], "number");
        assert_same(&[comment(REPOSITORY, 2, 9)], &out["comments.ndjson"], "id");
        assert_same(
            std::slice::from_ref(&labeled),
            &out["events/2.ndjson"],
            "id",
        );
        assert_eq!(world.import(&path).commit, None);
        ids.push(world.issue(REPOSITORY, 2).record.id());
    }
    ids.dedup();
    assert_eq!(
        ids.len(),
        1,
        "the order of the archive changed what the record is called"
    );
}

#[test]
fn single_objects_and_standard_input_are_told_what_they_are() {
    let text = issue(REPOSITORY, 4).to_string();
    let world = World::new();
    let source =
        Source::from_reader(text.as_bytes(), "standard input", Default::default()).unwrap();
    let kind = Some("issue".parse::<Kind>().unwrap());
    let reader = Reader::open(source, ReadOptions { kind }).unwrap();
    let options = backlot_core::ImportOptions::new("github", "standard input");
    let report = world.store.import(&options, reader.batches()).unwrap();
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 1);
    let file = world.path("whatever.json");
    std::fs::write(&file, label(REPOSITORY, "bug", 71).to_string()).unwrap();
    let kind = Some("labels".parse::<Kind>().unwrap());
    let report = import_into(&world.store, &file, ReadOptions { kind }, |options| options).unwrap();
    assert_eq!(report.counts.kind(RecordKind::Label).total(), 1);
    assert_eq!(objects(&file).len(), 1);
}

#[test]
fn what_is_not_of_the_layout_is_named() {
    let world = World::new();
    let backup = world.backup("backup", &[("issues.ndjson", &issues())]);
    std::fs::write(backup.join("notes.txt"), "not ours").unwrap();
    std::fs::write(backup.join("README.md"), "about it").unwrap();
    let report = world.import(&backup);
    assert_eq!(report.counts.skipped, 1);
    assert!(report.skipped[0].place.file.ends_with("notes.txt"));
}

/// The files of a backup in a folder, and packed: a tar with zstd, and a zip.
fn packed(world: &World, name: &str, files: &[(&str, Value)]) -> Vec<std::path::PathBuf> {
    let (folder, tar, zip) = (
        world.path(name),
        world.path(&format!("{name}.tar.zst")),
        world.path(&format!("{name}.zip")),
    );
    let mut packed = tar::Builder::new(Vec::new());
    let mut zipped = zip::ZipWriter::new(std::fs::File::create(&zip).unwrap());
    for (name, object) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let content = object.to_string();
        std::fs::write(path, &content).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        packed
            .append_data(&mut header, name, content.as_bytes())
            .unwrap();
        let options = zip::write::SimpleFileOptions::default();
        zipped.start_file(*name, options).unwrap();
        zipped.write_all(content.as_bytes()).unwrap();
    }
    zipped.finish().unwrap();
    let packed = zstd::encode_all(packed.into_inner().unwrap().as_slice(), 1).unwrap();
    std::fs::write(&tar, packed).unwrap();
    vec![folder, tar, zip]
}

/// Imports each packing of a backup into a store of its own, and gives the export of the last one.
fn the_same_from_each(paths: &[std::path::PathBuf]) -> BTreeMap<String, Vec<Value>> {
    let mut exports = Vec::new();
    for path in paths {
        let mut world = World::new();
        let report = world.import(path);
        assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
        assert_eq!(world.import(path).commit, None, "{}", path.display());
        let out = world.path("out");
        export_to(&world.store, REPOSITORY, &out, WriteOptions::default());
        // What goes out is what came in, also where objects have no id.
        let again = world.import(&out);
        assert_eq!(again.counts.skipped, 0, "{:?}", again.skipped);
        assert_eq!(again.counts.total(|kind| kind.created + kind.updated), 0);
        exports.push(read_folder(&out));
        world.assert_sound();
    }
    assert!(exports.windows(2).all(|pair| pair[0] == pair[1]));
    exports.pop().unwrap()
}

#[test]
fn a_metadata_backup_is_read_from_a_folder_and_from_archives() {
    let world = World::new();
    let mut issue = issue(REPOSITORY, 1);
    let mut subject = issue.clone();
    // What octocrab leaves of an issue.
    let map = subject.as_object_mut().unwrap();
    map.retain(|_, value| !value.is_null());
    map["labels_url"] = json!(
        map["labels_url"]
            .as_str()
            .unwrap()
            .replace('{', "%7B")
            .replace('}', "%7D")
    );
    issue["state_reason"] = Value::Null;
    map.insert("state_reason".to_owned(), Value::Null);
    let url = format!("https://api.github.com/repos/{REPOSITORY}/issues/1");
    issue["timeline_url"] = json!(format!("{url}/timeline"));
    let said = with(
        comment(REPOSITORY, 1, 9),
        json!({"event": "commented", "actor": user("hubot", 2)}),
    );
    let crab = with(said.clone(), json!({"commit_id": null, "commit_url": null}));
    let pull = json!({
        "id": 900, "number": 2, "title": "Two", "state": "open", "user": user("mona", 1),
        "url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/2"),
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-02-02T00:00:00Z",
    });
    let out = the_same_from_each(&packed(
        &world,
        "metadata",
        &[
            (
                "hello/issues/1.json",
                json!({"type": "issue", "issue": subject, "events": [crab]}),
            ),
            (
                "hello/pulls/2.json",
                json!({"type": "pull", "pull": pull, "events": [], "comments": [{"id": 5, "diff_hunk": "@@"}]}),
            ),
            (
                "hello/state.json",
                json!({"version": 2, "last_backup": "2026-01-01T00:00:00Z", "failed_issues": []}),
            ),
        ],
    ));
    assert_same(&[issue], &out["issues.ndjson"], "number");
    assert_same(&[said], &out["timeline/1.ndjson"], "id");
    let pull = &out["pulls.ndjson"][0];
    assert_eq!(pull["comment_data"], json!([{"id": 5, "diff_hunk": "@@"}]));
    assert_eq!(pull["merged_at"], Value::Null);
}

#[test]
fn an_archive_json_is_read_from_a_folder_and_from_archives() {
    let world = World::new();
    let said = |author: &str, body: &str| {
        json!({
            "author": author, "authorAssociation": "NONE", "body": body,
            "createdAt": "2023-01-02T00:00:00Z", "updatedAt": "2023-01-02T00:00:00Z",
        })
    };
    let archive = json!({
        "magic": "E!vIA5L86J2I", "timestamp": "2023-03-01T00:00:00Z", "repo": REPOSITORY,
        "labels": [{"name": "bug", "description": null, "color": "d73a4a"}],
        "issues": [{
            "number": 1, "id": "MDU6SXNzdWUxMjA=", "title": "One", "state": "OPEN", "author": "mona",
            "url": format!("https://github.com/{REPOSITORY}/issues/1"), "labels": ["bug"], "assignees": [],
            "body": "b", "createdAt": "2023-01-01T00:00:00Z", "updatedAt": "2023-01-01T00:00:00Z",
            "closedAt": null, "comments": [said("mona", "x"), said("hubot", "y"), said("hubot", "z")],
        }],
        "pulls": [{
            "number": 2, "id": "MDExOlB1bGxSZXF1ZXN0OTk=", "title": "Two", "state": "MERGED", "author": "hubot",
            "url": format!("https://github.com/{REPOSITORY}/pull/2"), "labels": [], "assignees": ["mona"],
            "createdAt": "2023-01-03T00:00:00Z", "updatedAt": "2023-01-04T00:00:00Z",
            "closedAt": "2023-01-04T00:00:00Z", "comments": [said("mona", "v")],
            "reviews": [with(said("mona", "w"), json!({"state": "APPROVED"}))],
        }],
    });
    // Keys in the order of their names put what the file is about at its end.
    let out = the_same_from_each(&packed(&world, "ietf", &[("archive.json", archive)]));
    let bodies = |file: &str| -> Vec<Value> {
        out[file]
            .iter()
            .map(|object| object["body"].clone())
            .collect()
    };
    let mut comments = bodies("comments.ndjson");
    comments.sort_by_key(Value::to_string);
    assert_eq!(comments, ["v", "x", "y", "z"]);
    assert_eq!(bodies("timeline/2.ndjson"), ["w"]);
    assert_eq!(out["issues.ndjson"][0]["id"], 120);
    assert_eq!(out["pulls.ndjson"][0]["merged_at"], "2023-01-04T00:00:00Z");
}
