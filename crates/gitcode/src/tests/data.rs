//! Recorded responses read without an error, and what is kept of them comes back equal. `BACKLOT_DATA` names
//! the folder that holds them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{read, written};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "json") {
            found.push(path);
        }
    }
}

#[test]
fn recorded_responses_come_back() {
    let Some(data) = std::env::var_os("BACKLOT_DATA") else {
        println!("skipped: BACKLOT_DATA is not set");
        return;
    };
    let mut found = Vec::new();
    files(&PathBuf::from(data).join("gitcode"), &mut found);
    for path in found {
        let mut text = std::fs::read_to_string(&path).unwrap();
        if path.to_string_lossy().contains("contracts-zh") {
            let contract: Value = serde_json::from_str(&text).unwrap();
            text = contract["responseExample"].to_string();
        }
        let mut store = read(&text, "");
        let expected: Value = serde_json::from_str(&text).unwrap();
        let expected = match expected {
            Value::Array(list) => list,
            one => vec![one],
        };
        let out: Vec<Value> = written(&mut store)
            .iter()
            .map(|text| serde_json::from_str(text).unwrap())
            .collect();
        let unread = store.skipped.iter().filter(|skipped| !skipped.kept).count();
        assert_eq!(out.len() + unread, expected.len(), "{}", path.display());
        for object in &out {
            assert!(expected.contains(object), "{}: {object}", path.display());
        }
    }
}
