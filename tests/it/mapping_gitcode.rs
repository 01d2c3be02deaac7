//! Other names on the way out of GitCode's objects, in what is kept in its own words too.

use std::collections::BTreeMap;
use std::path::Path;

use backlot_core::{SnapshotLookup, Store};
use backlot_gitcode::{WriteOptions, Writer};
use backlot_model::{Mapper, Mapping, Mentions, Outgoing};
use serde_json::{Value, json};

use crate::support::gitcode::try_import;
use crate::support::{World, name, read_folder};

const REPOSITORY: &str = "octo/hello";
const PAGE: &str = "https://gitcode.com/octo/hello";
const WHEN: &str = "2026-01-02T03:04:05+08:00";

fn user(login: &str) -> Value {
    json!({
        "html_url": format!("https://gitcode.com/{login}"), "id": "695337496415d64a21d4d6c7",
        "object_id": "695337496415d64a21d4d6c7", "login": login, "name": "Somebody",
    })
}

fn log(id: u64, action: &str, content: &str) -> Value {
    json!({
        "id": id, "user": user("mona"), "content": content,
        "created_at": format!("2026-01-02T03:04:{id}+08:00"), "action_type": action,
        "update_at": WHEN, "issue_id": "120",
    })
}

/// A backlog in which the names to be mapped stand in every place that can have one.
fn backup(world: &World) -> std::path::PathBuf {
    let label = json!({"id": 7, "name": "bug", "color": "#2865E0", "updated_at": WHEN});
    let milestone = json!({
        "created_at": WHEN, "description": "", "due_on": "2026-07-15", "number": 253_899,
        "repository_id": 900, "state": "active", "title": "v1", "updated_at": WHEN,
        "url": format!("{PAGE}/milestones/4"),
    });
    let issue = json!({
        "id": 120, "html_url": format!("{PAGE}/issues/12"), "number": "12", "state": "open",
        "title": "It crashes", "body": "ask @mona", "user": user("mona"), "assignee": user("mona"),
        "assignees": [user("mona"), user("hubot")], "created_at": WHEN, "updated_at": WHEN,
        "finished_at": "", "labels": [label], "comments": 1, "priority": 0, "milestone": milestone,
        "custom_fields": [{
            "field_name": "tester", "field_type": "member_multi", "field_visibility": "1",
            "field_values": ["mona", "hubot"],
        }, {
            "field_name": "made by", "field_type": "text_single", "field_visibility": "1",
            "field_values": ["hand"],
        }],
        "repository": {"id": 900, "full_name": REPOSITORY, "assigner": user("mona"), "paas": ""},
    });
    let comment = json!({
        "id": 99, "body": "so says @mona", "user": user("mona"),
        "target": {"issue": {"id": 120, "title": "", "number": 12}},
        "created_at": WHEN, "updated_at": WHEN,
    });
    let logs = [
        log(55, "label", "add label help, bug"),
        log(54, "milestone", "changed milestone to v1"),
        log(53, "assignee", "assigned to @mona"),
        log(
            52,
            "title",
            "changed title from **It fails** to **It crashes**",
        ),
    ];
    let history = json!({
        "id": "61", "content": "ask @mona again", "created": false, "deleted": false, "created_at": WHEN,
        "updated_at": WHEN, "user": user("mona"), "updated_user": user("mona"),
    });
    let hook = json!({
        "object_kind": "note", "event_type": "note",
        "user": {"id": 17, "name": "Somebody", "username": "mona"},
        "project": {"web_url": PAGE},
        "object_attributes": {
            "author_id": 17, "id": 98, "note": "and @mona says", "noteable_id": 120,
            "noteable_type": "Issue", "created_at": WHEN, "updated_at": WHEN,
            "url": format!("{PAGE}/issues/12#note_d3"),
        },
        "issue": {
            "id": 120, "iid": 12, "labels": [{"id": 7, "title": "bug", "color": "#2865E0"}],
            "milestone": {"title": "v1"}, "description": "ask @mona",
        },
    });
    world.backup(
        "backup",
        &[
            ("labels.ndjson", &[label]),
            ("milestones.ndjson", &[milestone]),
            ("issues.ndjson", &[issue]),
            ("comments.ndjson", &[comment]),
            ("operate_logs/12.ndjson", &logs),
            ("modify_history/12.ndjson", &[history]),
            ("note_hooks.ndjson", &[hook]),
        ],
    )
}

/// Exports with a mapping.
fn export(store: &Store, out: &Path, mapping: &Mapping) -> BTreeMap<String, Vec<Value>> {
    let mut writer = Writer::create(out, &WriteOptions::default()).unwrap();
    let mut mapper = Mapper::new(mapping, Some(name(REPOSITORY)));
    let passes = writer.passes();
    let written = store.read().unwrap().export::<backlot_core::Error>(
        &name(REPOSITORY),
        &passes,
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
            if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
                writer.write(&mapped, &mut mapper.lookup(lookup)).unwrap();
            }
            Ok(())
        },
    );
    written.unwrap();
    writer.finish().unwrap();
    read_folder(out)
}

/// Says where a text with an old name stands.
fn old_names(path: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if ["mona", "bug", "v1"].iter().any(|old| text.contains(old)) => {
            found.push(format!("{path}: {text}"));
        }
        Value::Array(values) => {
            for value in values {
                old_names(path, value, found);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                old_names(&format!("{path}.{key}"), value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn what_goes_out_has_the_new_names_everywhere() {
    let world = World::new();
    let backup = backup(&world);
    let report = try_import(&world.store, &backup, |options| options).unwrap();
    assert_eq!(report.skipped, []);
    let mapping = Mapping::default()
        .user("mona", "grace")
        .and_then(|mapping| mapping.label("bug", "defect"))
        .and_then(|mapping| mapping.milestone("v1", "One"))
        .unwrap()
        .mentions(Mentions::Keep);
    let mut out = export(&world.store, &world.path("out"), &mapping);
    out.remove("losses.ndjson");
    let mut found = Vec::new();
    for (file, objects) in &out {
        let objects = objects.iter();
        objects.for_each(|object| old_names(file, object, &mut found));
    }
    assert_eq!(found, [""; 0]);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["user"]["html_url"], "https://gitcode.com/grace");
    assert_eq!(
        issue["custom_fields"][0]["field_values"],
        json!(["grace", "hubot"])
    );
    assert_eq!(issue["custom_fields"][1]["field_values"], json!(["hand"]));
    assert_eq!(issue["repository"]["assigner"]["login"], "grace");
    assert_eq!(issue["labels"][0]["name"], "defect");
    let logs = &out["operate_logs/12.ndjson"];
    let said: Vec<_> = logs
        .iter()
        .map(|log| log["content"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "add label help, defect",
            "changed milestone to One",
            "assigned to @grace",
            "changed title from **It fails** to **It crashes**",
        ]
    );
    let hook = &out["note_hooks.ndjson"][0];
    assert_eq!(hook["issue"]["labels"][0]["title"], "defect");
    assert_eq!(hook["issue"]["milestone"]["title"], "One");
    assert_eq!(hook["object_attributes"]["note"], "and @grace says");
    // With no other names, all of it goes out as it came.
    let plain = export(&world.store, &world.path("plain"), &Mapping::default());
    let mut before = read_folder(&backup);
    for file in ["labels.ndjson", "milestones.ndjson"] {
        before.remove(file);
    }
    for (file, objects) in before {
        assert_eq!(plain.get(&file), Some(&objects), "{file}");
    }
}
