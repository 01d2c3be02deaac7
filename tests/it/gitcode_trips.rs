//! GitCode's objects that take less common ways in and out again.

use std::collections::BTreeMap;
use std::path::Path;

use backlot_gitcode::WriteOptions;
use serde_json::{Value, json};

use crate::support::gitcode::{SAMPLED, export, export_to, import, sample, sampled, try_import};
use crate::support::{World, name};

/// A text of the same value with the keys of all objects turned round.
fn turned(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let parts = entries
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", json!(key), turned(value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(elements) => {
            let parts: Vec<_> = elements.iter().map(turned).collect();
            format!("[{}]", parts.join(","))
        }
        plain => plain.to_string(),
    }
}

/// Writes files, whose folders are made.
fn put(folder: &Path, files: &BTreeMap<String, String>) {
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn keys_in_another_order_are_nothing_new() {
    let world = World::new();
    import(&world.store, &sample());
    let folder = world.path("turned");
    let mut files = BTreeMap::new();
    for (file, objects) in sampled() {
        let lines: Vec<_> = objects.iter().map(turned).collect();
        files.insert(file, lines.join("\n"));
    }
    put(&folder, &files);
    let again = import(&world.store, &folder);
    assert_eq!(again.commit, None, "{:?}", again.counts);
}

#[test]
fn reactions_that_are_known_one_by_one_are_counted() {
    let world = World::new();
    import(&world.store, &sample());
    let counts = |number| world.issue(SAMPLED, number).reactions.counts;
    assert_eq!(counts(4), [1, 0, 0, 0, 0, 0, 1, 1]);
    let mut tx = world
        .store
        .write(backlot_model::Actor::login("mona"), "thumbs up")
        .unwrap();
    let id = world.issue(SAMPLED, 4).summary.id;
    tx.repository(SAMPLED).unwrap().react(id, "+1").unwrap();
    tx.commit().unwrap();
    assert_eq!(counts(4), [2, 0, 0, 0, 0, 0, 1, 1]);
    let issue = world.issue(SAMPLED, 4);
    assert_eq!(issue.summary.reactions, issue.reactions);
    let snapshot = world.store.read().unwrap();
    let comments = snapshot.comments(&name(SAMPLED), 9).unwrap();
    let of_comments: u64 = comments.iter().map(|c| c.reactions.total()).sum();
    assert_eq!(of_comments, 1);
}
