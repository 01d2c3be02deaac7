//! Other names on the way in and out, and back again.

use std::collections::BTreeMap;
use std::path::Path;

use backlot_core::{SnapshotLookup, Store};
use backlot_github::{WriteOptions, Writer};
use backlot_model::{Actor, Authorship, Mapper, Mapping, Mentions, Outgoing};
use serde_json::{Value, json};

use crate::support::{
    World, backlot, comment, expect, issue, label, name, read_folder, root, user, with,
    without_own_events,
};

const REPOSITORY: &str = "octo/hello";
const API: &str = "https://api.github.com/repos/octo/hello";

type Files = BTreeMap<String, Vec<Value>>;

fn milestone(title: &str, number: u64) -> Value {
    json!({
        "url": format!("{API}/milestones/{number}"), "id": 300 + number, "node_id": "opaque",
        "html_url": format!("https://github.com/octo/hello/milestone/{number}"),
        "labels_url": format!("{API}/milestones/{number}/labels"), "number": number, "title": title,
        "description": null, "creator": user("mona", 1), "open_issues": 1, "closed_issues": 0,
        "state": "open", "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z",
        "due_on": null, "closed_at": null,
    })
}

fn event(id: u64, happened: &str, more: Value) -> Value {
    let event = json!({
        "id": id, "node_id": "opaque", "url": format!("{API}/issues/events/{id}"),
        "actor": user("mona", 1), "event": happened, "commit_id": null, "commit_url": null,
        "created_at": "2023-01-05T00:00:00Z", "performed_via_github_app": null,
    });
    with(event, more)
}

/// Issues in which the names to be mapped stand in every key that can have one.
fn backup(world: &World) -> std::path::PathBuf {
    let first = with(
        issue(REPOSITORY, 1),
        json!({
            "body": "As @mona and @hubot said in #2:\r\n`@mona #2`",
            "assignee": user("mona", 1), "assignees": [user("mona", 1), user("hubot", 2)],
            "labels": [label(REPOSITORY, "bug", 71), label(REPOSITORY, "ui", 72)],
            "milestone": milestone("v1", 4), "comments": 1, "closed_by": user("mona", 1),
            "state": "closed", "closed_at": "2023-02-01T00:00:00Z",
        }),
    );
    let second = with(
        issue(REPOSITORY, 2),
        json!({"body": null, "user": user("hubot", 2)}),
    );
    let third = with(
        issue(REPOSITORY, 3),
        json!({"body": "", "milestone": milestone("v1", 4)}),
    );
    let said = with(
        comment(REPOSITORY, 1, 501),
        json!({"body": "> quoted\n\nsee octo/hello#1 and @Mona"}),
    );
    let small = json!({"name": "bug", "color": "d73a4a"});
    let inside = with(
        second.clone(),
        json!({"body": "ask @mona", "labels": [label(REPOSITORY, "bug", 71)]}),
    );
    let events = [
        event(601, "labeled", json!({"label": small, "issue": inside})),
        event(
            602,
            "milestoned",
            json!({"milestone": {"title": "v1"}, "issue": first}),
        ),
        event(
            603,
            "assigned",
            json!({"assignee": user("hubot", 2), "assigner": user("mona", 1), "issue": first}),
        ),
    ];
    let timeline = [
        event(601, "labeled", json!({"label": small})),
        with(
            said.clone(),
            json!({"event": "commented", "actor": user("hubot", 2)}),
        ),
    ];
    world.backup(
        "backup",
        &[
            (
                "labels.ndjson",
                &[label(REPOSITORY, "bug", 71), label(REPOSITORY, "ui", 72)],
            ),
            ("milestones.ndjson", &[milestone("v1", 4)]),
            ("issues.ndjson", &[first, second, third]),
            ("comments.ndjson", &[said]),
            ("events.ndjson", &events),
            ("timeline/1.ndjson", &timeline),
        ],
    )
}

fn names() -> Mapping {
    Mapping::default()
        .user("mona", "grace")
        .and_then(|mapping| mapping.label("bug", "defect/a b"))
        .and_then(|mapping| mapping.milestone("v1", "One"))
        .and_then(|mapping| mapping.issue(2.into(), "acme/tracker#40".parse().unwrap()))
        .unwrap()
}

/// Exports with a mapping.
fn export(store: &Store, out: &Path, mapping: &Mapping) -> Files {
    let mut writer = Writer::create(out, &WriteOptions::default()).unwrap();
    let mut mapper = Mapper::new(mapping, Some(name(REPOSITORY)));
    let snapshot = store.read().unwrap();
    let written = snapshot.export::<backlot_core::Error>(
        &name(REPOSITORY),
        &backlot_github::Layout::Rest.passes(),
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
            if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
                writer.write(&mapped, &mut mapper.lookup(lookup)).unwrap();
            }
            for loss in mapper.take_losses() {
                writer.loss(loss).unwrap();
            }
            Ok(())
        },
    );
    written.unwrap();
    writer.finish().unwrap();
    read_folder(out)
}

/// Every text of an export with the path at which it stands.
fn texts(files: &Files) -> Vec<(String, String)> {
    fn walk(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::String(text) => found.push((path.to_owned(), text.clone())),
            Value::Array(values) => {
                for value in values {
                    walk(path, value, found);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    walk(&format!("{path}.{key}"), value, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (file, objects) in files.iter().filter(|(file, _)| *file != "losses.ndjson") {
        for object in objects {
            walk(file, object, &mut found);
        }
    }
    found
}

#[test]
fn what_goes_out_has_the_new_names_everywhere() {
    let world = World::new();
    world.import(&backup(&world));
    let mapping = names().mentions(Mentions::Defuse);
    let out = export(&world.store, &world.path("out"), &mapping);
    for (path, text) in texts(&out) {
        let is_code = text.contains("`@mona #2`");
        for old in ["mona", "Mona", "bug", "v1"] {
            // GitHub has no word for what it does not know, and node ids stay.
            assert!(is_code || !text.contains(old), "{path}: {text}");
        }
    }
    let issue = &out["issues.ndjson"][0];
    assert_eq!(
        issue["body"],
        "As @grace and `@hubot` said in acme/tracker#40:\r\n`@mona #2`"
    );
    assert_eq!(
        issue["labels"][0]["url"],
        format!("{API}/labels/defect/a%20b")
    );
    assert_eq!(issue["milestone"]["creator"]["login"], "grace");
    assert_eq!(
        issue["assignee"]["url"],
        "https://api.github.com/users/grace"
    );
    assert_eq!(
        out["comments.ndjson"][0]["body"],
        "> quoted\n\nsee octo/hello#1 and @grace"
    );
    let events = &out["events.ndjson"];
    assert_eq!(events[0]["label"]["name"], "defect/a b");
    assert_eq!(events[0]["issue"]["body"], "ask @grace");
    assert_eq!(events[1]["milestone"]["title"], "One");
    assert_eq!(events[2]["assigner"]["login"], "grace");
    assert_eq!(events[0]["commit_id"], Value::Null);
    let lost: Vec<String> = out["losses.ndjson"]
        .iter()
        .map(|loss| {
            assert_eq!(loss["kind"], "altered");
            format!("{}: {}: {}", loss["record"], loss["field"], loss["reason"])
        })
        .collect();
    insta::assert_snapshot!(lost.join("\n"));
}

#[test]
fn a_mapped_export_comes_back_by_the_inverse_map() {
    let world = World::new();
    world.import(&backup(&world));
    let before = world.export(REPOSITORY);
    let there = names()
        .mentions(Mentions::Defuse)
        .authorship(Authorship::PutAbove);
    export(&world.store, &world.path("there"), &there);
    let mut other = World::new();
    assert_eq!(other.import(&world.path("there")).counts.skipped, 0);
    assert!(
        other
            .issue(REPOSITORY, 2)
            .body
            .is_some_and(|body| body.starts_with("> `hubot` wrote on 2023-01-01 at 00:00:00 UTC:"))
    );
    let back = there.inverse();
    assert_eq!(back.ambiguous, []);
    let mut after = export(&other.store, &other.path("back"), &back.mapping);
    // `@Mona` was written with a capital letter, which the map does not know.
    for file in ["comments.ndjson", "timeline/1.ndjson"] {
        for object in after.get_mut(file).unwrap() {
            if let Some(body) = object.get_mut("body") {
                *body = json!(body.as_str().unwrap().replace("and @mona", "and @Mona"));
            }
        }
    }
    for files in [&mut after, &mut before.clone()] {
        files.remove("losses.ndjson");
    }
    let mut before = before;
    before.remove("losses.ndjson");
    assert_eq!(before, after);
    other.assert_sound();
}

#[test]
fn the_sample_goes_there_and_back() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let snapshot = world.store.read().unwrap();
    let mut mapping = Mapping::default().mentions(Mentions::Defuse);
    for user in snapshot.users().unwrap() {
        mapping = mapping
            .user(
                &user.login,
                &format!("x-{}", user.login.replace("[bot]", "")),
            )
            .unwrap();
    }
    for label in snapshot.labels(&name("tidepool/kelp")).unwrap() {
        mapping = mapping
            .label(&label.name, &format!("x {}", label.name))
            .unwrap();
    }
    for number in 1..=40u64 {
        mapping = mapping
            .issue(number.into(), (1000 + number).into())
            .unwrap();
    }
    drop(snapshot);
    let write = |store: &Store, out: &Path, mapping: &Mapping| -> Files {
        let mut writer = Writer::create(out, &WriteOptions::default()).unwrap();
        let mut mapper = Mapper::new(mapping, Some(name("tidepool/kelp")));
        let written = store.read().unwrap().export::<backlot_core::Error>(
            &name("tidepool/kelp"),
            &backlot_github::Layout::Rest.passes(),
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
    };
    let there = world.path("there");
    write(&world.store, &there, &mapping);
    let other = World::new();
    other.import(&there);
    let after = write(
        &other.store,
        &other.path("back"),
        &mapping.inverse().mapping,
    );
    let before = world.export("tidepool/kelp");
    for (file, objects) in &before {
        for (before, after) in objects.iter().zip(&after[file]) {
            assert_eq!(before, after, "{file}");
        }
        assert_eq!(objects.len(), after[file].len(), "{file}");
    }
}

fn apply(world: &World, mapping: &Mapping) -> (backlot_core::MappingReport, bool) {
    let actor = Actor::login("ada");
    let mut transaction = world.store.write(actor, "mapping").unwrap();
    let report = transaction
        .repository(REPOSITORY)
        .unwrap()
        .apply_mapping(mapping)
        .unwrap();
    (report, transaction.commit().unwrap().is_some())
}

#[test]
fn an_import_is_mapped_by_edits_and_the_second_time_by_none() {
    let mut world = World::new();
    let folder = backup(&world);
    world.import(&folder);
    let mapping = names().mentions(Mentions::Defuse);
    let (report, is_commit) = apply(&world, &mapping);
    assert!(is_commit);
    assert_eq!(
        (report.renamed, report.merged, report.reassigned),
        (3, 0, 0)
    );
    assert_eq!((report.texts, report.irreversible), (2, 1));
    let issue = world.issue(REPOSITORY, 1);
    assert_eq!(
        issue.body.as_deref(),
        Some("As @grace and `@hubot` said in acme/tracker#40:\r\n`@mona #2`")
    );
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][0]["user"]["login"], "grace");
    assert_eq!(out["labels.ndjson"][0]["name"], "defect/a b");
    assert_eq!(out["milestones.ndjson"][0]["title"], "One");
    // The same input is known again, and so is the mapping.
    assert_eq!(world.import(&folder).commit, None);
    assert_eq!(apply(&world, &mapping), (Default::default(), false));
    world.assert_sound();
}

#[test]
fn names_that_are_taken_go_together_and_swapped_ones_do_not() {
    let mut world = World::new();
    let folder = backup(&world);
    world.import(&folder);
    let before = world.export(REPOSITORY);
    let mapping = Mapping::default()
        .user("mona", "hubot")
        .and_then(|mapping| mapping.label("bug", "ui"))
        .unwrap();
    let (report, _) = apply(&world, &mapping);
    assert_eq!((report.renamed, report.merged), (0, 1));
    assert!(report.reassigned >= 6, "{report:?}");
    let out = world.export(REPOSITORY);
    assert_eq!(out["labels.ndjson"].len(), 1);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["labels"].as_array().unwrap().len(), 1);
    assert_eq!(issue["labels"][0]["name"], "ui");
    assert_eq!(
        (&issue["user"]["login"], &issue["closed_by"]["login"]),
        (&json!("hubot"), &json!("hubot"))
    );
    assert_eq!(issue["assignees"].as_array().unwrap().len(), 1);
    assert_eq!(world.import(&folder).commit, None);
    assert_eq!(apply(&world, &mapping), (Default::default(), false));
    world.assert_sound();
    // Undone, all is as it was.
    let last = world
        .store
        .read()
        .unwrap()
        .commits()
        .next()
        .unwrap()
        .unwrap();
    world
        .store
        .undo(last.sequence, Actor::login("ada"))
        .unwrap();
    assert_eq!(
        without_own_events(world.export(REPOSITORY)),
        without_own_events(before)
    );
    let swapped = Mapping::default()
        .user("mona", "hubot")
        .and_then(|mapping| mapping.user("hubot", "mona"))
        .and_then(|mapping| mapping.label("bug", "ui"))
        .and_then(|mapping| mapping.label("ui", "bug"))
        .unwrap();
    let (report, _) = apply(&world, &swapped);
    assert_eq!((report.renamed, report.merged), (4, 0));
    let out = world.export(REPOSITORY);
    assert_eq!(out["issues.ndjson"][0]["user"]["login"], "hubot");
    assert_eq!(out["labels.ndjson"].len(), 2);
    assert_eq!(out["issues.ndjson"][1]["labels"][0]["name"], "ui");
    assert_eq!(apply(&world, &swapped), (Default::default(), false));
    world.assert_sound();
}

#[test]
fn on_export_too_what_has_one_name_is_one() {
    let world = World::new();
    world.import(&backup(&world));
    let mapping = Mapping::default()
        .user("mona", "hubot")
        .and_then(|mapping| mapping.label("bug", "UI"))
        .unwrap();
    let out = export(&world.store, &world.path("out"), &mapping);
    assert_eq!(out["labels.ndjson"].len(), 1);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["labels"].as_array().unwrap().len(), 1);
    assert_eq!(issue["assignees"].as_array().unwrap().len(), 1);
    let dropped = |loss: &&Value| loss["kind"] == "dropped";
    assert_eq!(out["losses.ndjson"].iter().filter(dropped).count(), 1);
}

#[test]
fn who_is_named_above_a_text_is_its_author_again() {
    let world = World::new();
    let text = "> `grace` wrote on 2022-05-01 at 09:30:12 UTC:\n\nIt works, @ada.";
    let imported = with(issue(REPOSITORY, 1), json!({"body": text}));
    world.import(&world.backup("backup", &[("issues.ndjson", &[imported])]));
    let mapping = Mapping::default()
        .user("grace", "hopper")
        .unwrap()
        .authorship(Authorship::TakeOff);
    assert_eq!(apply(&world, &mapping).0.texts, 1);
    let out = world.export(REPOSITORY);
    let issue = &out["issues.ndjson"][0];
    assert_eq!(issue["body"], "It works, @ada.");
    assert_eq!(issue["user"]["login"], "hopper");
    assert_eq!(issue["created_at"], "2022-05-01T09:30:12Z");
}

#[test]
fn the_program_maps_and_maps_back_by_files() {
    let world = World::new();
    backup(&world);
    let folder = world.folder.path();
    let out = |arguments: &[&str]| expect(&backlot(folder, arguments), 0);
    let failed = |arguments: &[&str]| {
        let output = backlot(folder, arguments);
        expect(&output, 3);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    std::fs::write(
        world.path("map.toml"),
        "defuse-mentions = true\n[users]\nmona = 'grace'\n[labels]\nbug = 'defect'\n[issues]\n2 = 40\n",
    )
    .unwrap();
    std::fs::write(
        world.path("wrong.toml"),
        "[users]\na = 'b'\n[label]\nx = 'y'\n",
    )
    .unwrap();
    out(&["init", "a.backlot"]);
    let a = ["--store", "a.backlot"];
    insta::assert_snapshot!(failed(
        &[
            &a[..],
            &["import", "github", "backup", "--map", "wrong.toml"]
        ]
        .concat()
    ));
    out(&[&a[..], &["import", "github", "backup"]].concat());
    out(&[&a[..], &["export", "github", "--out", "plain"]].concat());
    insta::assert_snapshot!(out(&[
        &a[..],
        &[
            "export",
            "github",
            "--out",
            "there",
            "--map",
            "map.toml",
            "--write-map",
            "applied.toml"
        ],
    ]
    .concat()));
    insta::assert_snapshot!(std::fs::read_to_string(world.path("applied.toml")).unwrap());
    out(&["init", "b.backlot"]);
    let b = ["--store", "b.backlot"];
    out(&[&b[..], &["import", "github", "there"]].concat());
    out(&[
        &b[..],
        &[
            "export",
            "github",
            "--out",
            "back",
            "--map-back",
            "applied.toml",
        ],
    ]
    .concat());
    let (before, after) = (
        read_folder(&world.path("plain")),
        read_folder(&world.path("back")),
    );
    assert_eq!(before["issues.ndjson"], after["issues.ndjson"]);
    assert_eq!(before["events.ndjson"], after["events.ndjson"]);
    out(&["init", "c.backlot"]);
    let mapped = [
        "--store",
        "c.backlot",
        "import",
        "github",
        "backup",
        "--map",
        "map.toml",
    ];
    insta::assert_snapshot!(out(&mapped));
    insta::assert_snapshot!(out(&[&mapped[..], &["--json=mapping"]].concat()));
}

#[test]
fn what_a_later_import_brings_is_mapped_like_the_rest() {
    let mut world = World::new();
    let of = |number: u64, title: &str, at: u64| {
        let texts = json!({
            "labels": [label(REPOSITORY, "bug", 71)], "milestone": milestone(title, at),
            "body": "@mona, see #1",
        });
        with(issue(REPOSITORY, number), texts)
    };
    let labels = [label(REPOSITORY, "bug", 71), label(REPOSITORY, "ui", 72)];
    let milestones = [milestone("v1", 4), milestone("v2", 5)];
    let first = [of(1, "v1", 4), of(2, "v2", 5)];
    let files: [(&str, &[Value]); 3] = [
        ("labels.ndjson", &labels),
        ("milestones.ndjson", &milestones),
        ("issues.ndjson", &first),
    ];
    world.import(&world.backup("first", &files));
    let mapping = Mapping::default()
        .label("bug", "ui")
        .and_then(|mapping| mapping.milestone("v1", "v2"))
        .and_then(|mapping| mapping.issue(1.into(), 7.into()))
        .unwrap();
    assert_eq!(apply(&world, &mapping).0.merged, 2);
    let later = [of(1, "v1", 4), of(2, "v2", 5), of(3, "v1", 4)];
    let files: [(&str, &[Value]); 3] = [
        ("labels.ndjson", &labels),
        ("milestones.ndjson", &milestones),
        ("issues.ndjson", &later),
    ];
    let folder = world.backup("later", &files);
    assert!(world.import(&folder).commit.is_some());
    let (report, _) = apply(&world, &mapping);
    assert_eq!((report.merged, report.reassigned, report.texts), (0, 1, 1));
    let out = world.export(REPOSITORY);
    for issue in &out["issues.ndjson"] {
        assert_eq!(issue["labels"][0]["name"], "ui");
        assert_eq!(issue["labels"].as_array().unwrap().len(), 1);
        assert_eq!(issue["milestone"]["title"], "v2");
        assert_eq!(issue["body"], "@mona, see #7");
    }
    assert_eq!(world.import(&folder).commit, None);
    assert_eq!(apply(&world, &mapping), (Default::default(), false));
    world.assert_sound();
}
