//! The examples of the document that GitCode's milestones follow: each answer goes out as it came, and each operation
//! done here gives the answer that it gives there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use backlot_core::{ErrorKind, MilestoneEdit, NewMilestone};
use backlot_gitcode::{Layout, Shape, WriteOptions};
use backlot_model::{Actor, Timestamp};
use serde_json::{Value, json};

use crate::support::gitcode::{export, try_import};
use crate::support::{World, name, objects, root, with};

const DOCUMENT: &str = "tests/fixtures/seeds/002-gitcode-milestones";
const LIST: &str = "get-repos-owner-repo-milestones";
const ONE: &str = "get-repos-owner-repo-milestones-number";
const UPDATE: &str = "patch-repos-owner-repo-milestones-number";
const CREATE: &str = "post-repos-owner-repo-milestones";
/// The repository that the examples name.
const HOME: &str = "dengmengmian/oneapi";
const FILE: &str = "milestones.ndjson";

fn file(stem: &str) -> PathBuf {
    root().join(DOCUMENT).join(format!("{stem}.json"))
}

fn example(stem: &str) -> Value {
    objects(&file(stem)).remove(0)
}

/// A store that got nothing but this answer, twice.
fn holding(stem: &str) -> World {
    let world = World::new();
    let report = try_import(&world.store, &file(stem), |options| options).unwrap();
    assert_eq!(report.skipped, [], "{stem}");
    let again = try_import(&world.store, &file(stem), |options| options).unwrap();
    assert_eq!(again.commit, None, "{stem}");
    world
}

fn in_shape(shape: Shape) -> WriteOptions {
    WriteOptions {
        shape,
        ..WriteOptions::default()
    }
}

/// The milestones of an export in a shape.
fn milestones(world: &World, shape: Shape) -> Vec<Value> {
    let (mut files, _) = export(world, HOME, &in_shape(shape));
    files.remove(FILE).unwrap_or_default()
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse(&format!("{text}T00:00:00Z")).unwrap()
}

/// The title and the day that the example of a request asks for.
fn asked(stem: &str) -> (String, Timestamp, Value) {
    let request = example(&format!("{stem}.request"));
    let title = request["title"].as_str().unwrap().to_owned();
    let due_on = day(request["due_on"].as_str().unwrap());
    (title, due_on, request)
}

#[test]
fn each_answer_is_read_and_goes_out_as_it_came() {
    for stem in [LIST, ONE, UPDATE, CREATE] {
        for shape in [Shape::Live, Shape::Documented] {
            let mut world = holding(stem);
            let (files, summary) = export(&world, HOME, &in_shape(shape));
            assert_eq!(files[FILE], objects(&file(stem)), "{stem}");
            assert_eq!(summary.losses, BTreeMap::new(), "{stem}");
            world.assert_sound();
        }
    }
    let world = holding(ONE);
    let found = world
        .store
        .read()
        .unwrap()
        .milestone(&name(HOME), 1)
        .unwrap();
    assert_eq!(found.title, "你好中国");
    assert_eq!(found.state.as_word(), "open");
    assert_eq!(found.due_on, Some(day("2024-11-08")));
}

#[test]
fn an_update_changes_the_keys_that_it_names() {
    let (title, due_on, request) = asked(UPDATE);
    for shape in [Shape::Live, Shape::Documented] {
        let world = holding(ONE);
        let mut tx = world.store.write(Actor::login("mona"), "update").unwrap();
        let edit = MilestoneEdit::default().title(&title).due_on(Some(due_on));
        let mut repository = tx.repository(HOME).unwrap();
        assert!(repository.edit_milestone(1, &edit).unwrap());
        tx.commit().unwrap();
        let updated = milestones(&world, shape);
        // The example of the answer shows what was there before.
        let wanted = with(example(UPDATE), request.clone());
        let at = updated[0]["updated_at"].clone();
        assert_eq!(updated, [with(wanted, json!({"updated_at": at}))]);
        // What happened here happened in the first seconds of 2024, by the clock of the tests.
        assert!(
            at.as_str().unwrap().starts_with("2024-01-01T08:00:0"),
            "{at}"
        );
    }
}

#[test]
fn a_milestone_that_is_created_here_has_every_key_of_the_answer() {
    let (title, due_on, request) = asked(CREATE);
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "create").unwrap();
    let mut repository = tx.create_repository(&name(HOME)).unwrap();
    let milestone = NewMilestone::titled(&title).due_on(due_on);
    assert_eq!(repository.create_milestone(milestone).unwrap(), 1);
    tx.commit().unwrap();
    let answer = example(CREATE);
    let keys = |object: &Value| -> Vec<String> {
        let mut keys: Vec<_> = object.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    for shape in [Shape::Live, Shape::Documented] {
        let created = milestones(&world, shape);
        assert_eq!(created.len(), 1);
        assert_eq!(keys(&created[0]), keys(&answer));
        for (key, value) in answer.as_object().unwrap() {
            let made = &created[0][key];
            match key.as_str() {
                "title" | "due_on" => assert_eq!(*made, request[key]),
                "description" => assert_eq!(*made, json!("")),
                "number" | "repository_id" => assert!(made.is_u64(), "{key} {made}"),
                "created_at" | "updated_at" => {
                    assert!(made.as_str().unwrap().ends_with("+08:00"), "{key} {made}");
                }
                // The state, the counts, and the address of the first one of the repository.
                _ => assert_eq!(made, value, "{key}"),
            }
        }
    }
    let requests = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let (files, _) = export(&world, HOME, &requests);
    let sent: Vec<&Value> = files["requests.ndjson"]
        .iter()
        .filter(|line| line["path"] == "/repos/{owner}/{repo}/milestones")
        .collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["method"], "POST");
    for (key, value) in request.as_object().unwrap() {
        assert_eq!(&sent[0]["body"][key], value);
    }
}

#[test]
fn a_milestone_that_is_deleted_is_gone() {
    let world = holding(LIST);
    let mut tx = world.store.write(Actor::login("mona"), "delete").unwrap();
    tx.repository(HOME).unwrap().delete_milestone(1).unwrap();
    tx.commit().unwrap();
    assert_eq!(milestones(&world, Shape::Live), Vec::<Value>::new());
    let found = world.store.read().unwrap().milestone(&name(HOME), 1);
    assert_eq!(found.err().map(|error| error.kind()), Some(ErrorKind::Gone));
}
