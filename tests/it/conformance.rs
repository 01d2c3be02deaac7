//! Real backlogs, where `BACKLOT_DATA` says where they are: everything that came in goes out equal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_core::Store;
use backlot_github::{ReadOptions, WriteOptions};
use backlot_model::RecordKind;
use serde_json::Value;

use crate::support::{
    World, assert_same, assert_sound, environment, export_to, import_into, name, objects,
    read_folder, real_data, walk,
};

type Export = BTreeMap<String, Vec<Value>>;

fn import(store: &Store, path: &Path, repository: Option<&str>) -> backlot_core::ImportReport {
    let report = import_into(
        store,
        path,
        ReadOptions::default(),
        |options| match repository {
            Some(repository) => options.repository(name(repository)),
            None => options,
        },
    );
    report.unwrap()
}

fn export(world: &World, repository: &str) -> Export {
    let out = tempfile::tempdir_in(world.folder.path()).unwrap();
    let folder = out.path().join("out");
    export_to(&world.store, repository, &folder, WriteOptions::default());
    read_folder(&folder)
}

fn rust_early_is_equal(world: &World, data: &Path) {
    let out = export(world, "rust-lang/rust");
    let mut issues = out["issues.ndjson"].clone();
    issues.extend(export(world, "rust-lang/rfcs")["issues.ndjson"].clone());
    let folder = data.join("github/rust-early");
    assert_same(&objects(&folder.join("issues.ndjson.zst")), &issues, "url");
    assert_same(
        &objects(&folder.join("comments.ndjson.zst")),
        &out["comments.ndjson"],
        "id",
    );
}

/// What a python-github-backup holds, taken apart: each issue without `comment_data` and `event_data`,
/// the comments and events out of these, and pulls, labels and milestones whole.
fn taken_apart(data: &Path, folder: &Path) -> Export {
    let archive = std::fs::File::open(data.join("github/whatsapi.tar.zst")).unwrap();
    tar::Archive::new(zstd::Decoder::new(archive).unwrap())
        .unpack(folder)
        .unwrap();
    let mut parts = Export::new();
    for path in walk(folder) {
        let kind = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        for mut object in objects(&path) {
            if kind == "issues" {
                let map = object.as_object_mut().unwrap();
                for (key, part) in [("comment_data", "comments"), ("event_data", "events")] {
                    let Some(Value::Array(items)) = map.remove(key) else {
                        panic!("no {key}")
                    };
                    parts.entry(part.to_owned()).or_default().extend(items);
                }
            }
            parts.entry(kind.clone()).or_default().push(object);
        }
    }
    parts
}

fn whatsapi_is_equal(world: &World, parts: &Export) {
    let out = export(world, "venomous0x/WhatsAPI");
    assert_same(&parts["issues"], &out["issues.ndjson"], "number");
    assert_same(&parts["comments"], &out["comments.ndjson"], "id");
    assert_same(&parts["pulls"], &out["pulls.ndjson"], "number");
    assert_same(&parts["labels"], &out["labels.ndjson"], "name");
    assert_same(&parts["milestones"], &out["milestones.ndjson"], "number");
    let events: Vec<Value> = out
        .iter()
        .filter(|(file, _)| file.starts_with("events"))
        .flat_map(|(_, events)| events.clone())
        .collect();
    assert_same(&parts["events"], &events, "id");
}

#[test]
fn two_real_backlogs_in_one_store_come_back_equal_in_either_order() {
    let Some(data) = real_data("the round trip of rust-early and whatsapi") else {
        return;
    };
    let unpacked = tempfile::tempdir().unwrap();
    let parts = taken_apart(&data, unpacked.path());
    let rust: PathBuf = data.join("github/rust-early");
    let whatsapi = data.join("github/whatsapi.tar.zst");
    for rust_first in [true, false] {
        let world = World::new();
        if rust_first {
            import(&world.store, &rust, Some("rust-lang/rust"));
        }
        let report = import(&world.store, &whatsapi, None);
        assert_eq!(report.counts.kind(RecordKind::Issue).created, 1_139);
        assert_eq!(report.counts.kind(RecordKind::Comment).created, 6_720);
        assert_eq!(report.counts.kind(RecordKind::HistoryEvent).created, 5_030);
        assert_eq!(report.counts.skipped, 0);
        if !rust_first {
            import(&world.store, &rust, Some("rust-lang/rust"));
        }
        rust_early_is_equal(&world, &data);
        whatsapi_is_equal(&world, &parts);
        for path in [&rust, &whatsapi] {
            let again = import(&world.store, path, None);
            assert_eq!(
                again.commit,
                None,
                "the second import of {} wrote something",
                path.display()
            );
            assert_eq!(again.counts.total(|kind| kind.created + kind.updated), 0);
        }
        let mut store = world.store;
        assert_sound(&mut store);
    }
}

#[test]
fn every_odd_case_is_read_and_comes_back_equal() {
    let Some(data) = real_data("the odd cases") else {
        return;
    };
    let (mut read, mut kept) = (0, 0);
    for path in walk(&data.join("github/odd-cases")) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        if file.starts_with("error") {
            continue;
        }
        let store = backlot_core::StoreOptions::new()
            .environment(environment())
            .in_memory()
            .unwrap();
        let report = import_into(&store, &path, ReadOptions::default(), |options| {
            // What they are, they say by their keys; some of them name no repository.
            options.repository(name("octo/odd"))
        })
        .unwrap_or_else(|error| panic!("{file}: {error}"));
        read += 1;
        assert_eq!(report.counts.skipped, 0, "{file}: {:?}", report.skipped);
        let folder = tempfile::tempdir().unwrap();
        let snapshot = store.read().unwrap();
        let mut out = Vec::new();
        for (at, repository) in snapshot.repositories().unwrap().iter().enumerate() {
            let folder = folder.path().join(at.to_string());
            export_to(&store, &repository.name, &folder, WriteOptions::default());
            out.extend(read_folder(&folder).into_values().flatten());
        }
        let original = &objects(&path)[0];
        assert!(
            out.contains(original),
            "{file} came back different: {out:#?}"
        );
        kept += 1;
    }
    eprintln!("{read} odd cases read, {kept} of them equal");
    assert!(kept > 100);
}
