//! Real data comes back as it was. `BACKLOT_DATA` names the folder that holds it.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use backlot_model::RecordKind;

use crate::stand_in::StandIn;
use crate::{Flow, Limits, ReadOptions, Reader, Source};
use backlot_forge::json::{equal, minify};
use backlot_forge::slots::entry;

/// How many objects of a file are compared where the code is slow because it is built for tests.
const FEW: usize = if cfg!(debug_assertions) {
    2_000
} else {
    usize::MAX
};

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("BACKLOT_DATA").map(|data| PathBuf::from(data).join("github"));
    if folder.is_none() {
        println!("skipped: BACKLOT_DATA is not set");
    }
    folder
}

fn read(path: &Path) -> StandIn {
    let mut store = StandIn::default();
    let source = Source::open(path, Limits::default()).unwrap();
    store
        .take_all(
            Reader::open(source, ReadOptions::default())
                .unwrap()
                .batches(),
        )
        .unwrap();
    store
}

#[test]
fn the_early_issues_of_rust() {
    let Some(folder) = data() else { return };
    for name in ["issues.ndjson", "comments.ndjson"] {
        let mut texts = String::new();
        let mut source = Source::open(
            &folder.join(format!("rust-early/{name}.zst")),
            Limits::default(),
        )
        .unwrap();
        let visited = source.visit(&mut |_, reader| {
            for line in BufReader::new(reader).lines().take(FEW) {
                texts.push_str(&line?);
                texts.push('\n');
            }
            Ok(Flow::Stop)
        });
        visited.unwrap();
        let file = tempfile::tempdir().unwrap();
        std::fs::write(file.path().join(name), &texts).unwrap();
        let mut store = read(file.path());
        assert!(store.skipped.is_empty());
        assert_eq!(
            store.extras, 0,
            "every key of an ordinary object can be derived"
        );
        let per_record = store.overlay_bytes / store.records.len();
        assert!(
            per_record < 100,
            "{per_record} bytes of overlay to a record"
        );
        let written = super::written(&mut store);
        assert_eq!(written.len(), texts.lines().count());
        for (before, after) in texts.lines().zip(&written) {
            assert!(equal(before, after), "{before}\n{after}");
        }
    }
}

#[test]
fn a_backup_of_2015() {
    let Some(folder) = data() else { return };
    let path = folder.join("whatsapi.tar.zst");
    let mut wanted: HashMap<String, u32> = HashMap::new();
    let mut want = |text: &str| {
        let mut minified = Vec::new();
        minify(text, &mut minified);
        *wanted
            .entry(sorted(&String::from_utf8(minified).unwrap()))
            .or_default() += 1;
    };
    let visited = Source::open(&path, Limits::default())
        .unwrap()
        .visit(&mut |member, reader| {
            let mut text = String::new();
            reader.read_to_string(&mut text)?;
            let elements = |list: &str| -> Vec<String> {
                let list: Vec<&serde_json::value::RawValue> = serde_json::from_str(list).unwrap();
                list.iter()
                    .map(|element| element.get().to_owned())
                    .collect()
            };
            if member.name().contains("/issues/") {
                for list in ["comment_data", "event_data"] {
                    elements(entry(&text, list).unwrap())
                        .iter()
                        .for_each(|element| want(element));
                }
                let mut issue: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(&text).unwrap();
                issue.remove("comment_data");
                issue.remove("event_data");
                want(&serde_json::to_string(&issue).unwrap());
            } else if text.starts_with('[') {
                elements(&text).iter().for_each(|element| want(element));
            } else {
                want(&text);
            }
            Ok(Flow::Continue)
        });
    visited.unwrap();
    let mut store = read(&path);
    for text in super::written(&mut store) {
        match wanted.get_mut(&sorted(&text)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => panic!("not in the backup: {text}"),
        }
    }
    assert!(
        wanted.values().all(|count| *count == 0),
        "objects are missing"
    );
}

#[test]
fn odd_cases() {
    let Some(folder) = data() else { return };
    let mut count = 0;
    for file in std::fs::read_dir(folder.join("odd-cases")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".json") {
            continue;
        }
        let mut store = read(&path);
        let written = super::written(&mut store);
        if name.starts_with("error-") {
            assert!(written.is_empty() && store.skipped.len() == 1, "{name}");
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(written.len() == 1 && equal(&text, &written[0]), "{name}");
        count += 1;
    }
    assert_eq!(count, 127);
}

/// The text with the keys of every object in order.
fn sorted(text: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    value.to_string()
}

#[test]
fn a_backup_that_went_through_octocrab() {
    let Some(folder) = data() else { return };
    let store = read(&folder.join("bitcoin-core-gui.tar.zst"));
    let count = |kind| {
        store
            .records
            .iter()
            .filter(|record| record.record.kind() == kind)
            .count()
    };
    assert_eq!(count(RecordKind::Issue), 341 + 537);
    assert_eq!(
        count(RecordKind::Comment) + count(RecordKind::HistoryEvent),
        19_604
    );
    assert!(
        store.skipped.iter().all(|skipped| skipped.kept),
        "nothing is lost"
    );
    let reasons: std::collections::BTreeSet<&str> = store
        .skipped
        .iter()
        .map(|skipped| skipped.reason.as_str())
        .collect();
    assert!(
        reasons
            .iter()
            .all(|reason| reason.contains("review comment")),
        "{reasons:?}"
    );
    println!(
        "{} of {} records have extras, {} bytes",
        store.extras,
        store.records.len(),
        store.overlay_bytes
    );
}
