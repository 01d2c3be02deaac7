//! Migration archives through a store: they meet what came by the REST API, and come back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_github::{Attachments, Layout, Reader, Source, WriteOptions};
use backlot_model::RecordKind;
use proptest::prelude::{Strategy, any, prop, proptest};
use serde_json::{Value, json};

use crate::support::losses::trip;
use crate::support::{
    World, backlot, comment, expect, issue, label, objects, read_folder, real_data, user, walk,
    with,
};

const REPOSITORY: &str = "octo/hello";
const PAGE: &str = "https://github.com/octo/hello";
const API: &str = "https://api.github.com/repos/octo/hello";

fn milestone(number: u64, title: &str) -> Value {
    let url = format!("{API}/milestones/{number}");
    json!({
        "url": url, "html_url": format!("{PAGE}/milestone/{number}"), "labels_url": format!("{url}/labels"),
        "id": 300 + number, "node_id": "opaque", "number": number, "title": title, "description": null,
        "creator": user("mona", 1), "open_issues": 1, "closed_issues": 0, "state": "open",
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z", "due_on": null,
        "closed_at": null,
    })
}

fn event(id: u64, kind: &str, own: Value) -> Value {
    let event = json!({
        "id": id, "node_id": "opaque", "url": format!("{API}/issues/events/{id}"), "actor": user("mona", 1),
        "event": kind, "commit_id": null, "commit_url": null, "created_at": "2023-01-03T00:00:00Z",
        "performed_via_github_app": null,
    });
    with(event, own)
}

fn reaction(id: u64, login: &str, content: &str) -> Value {
    json!({
        "id": id, "node_id": "opaque", "user": user(login, 2), "content": content,
        "created_at": "2023-01-04T00:00:00Z",
    })
}

/// A label whose name is encoded in URLs.
fn spaced() -> Value {
    with(label(REPOSITORY, "a%20b", 7), json!({"name": "a b"}))
}

/// A repository with something of everything.
fn rich() -> Vec<(String, Vec<Value>)> {
    let roll = |total: u64| {
        json!({
            "url": format!("{API}/issues/1/reactions"), "total_count": total, "+1": total, "-1": 0, "laugh": 0,
            "hooray": 0, "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
        })
    };
    let pull = json!({
        "url": format!("{API}/pulls/2"), "html_url": format!("{PAGE}/pull/2"),
        "diff_url": format!("{PAGE}/pull/2.diff"), "patch_url": format!("{PAGE}/pull/2.patch"),
        "merged_at": "2023-02-01T00:00:00Z",
    });
    let issues = vec![
        with(
            issue(REPOSITORY, 1),
            json!({
                "milestone": milestone(3, "3"), "assignee": user("hubot", 2), "state": "closed",
                "assignees": [user("hubot", 2), user("mona", 1)], "closed_at": "2023-02-01T00:00:00Z",
                "reactions": roll(1), "labels": [spaced()], "locked": true,
                "state_reason": "completed", "closed_by": user("hubot", 2), "type": null,
            }),
        ),
        with(
            issue(REPOSITORY, 2),
            json!({
                "pull_request": pull, "html_url": format!("{PAGE}/pull/2"), "state": "closed", "draft": false,
                "closed_at": "2023-02-01T00:00:00Z", "labels": [], "user": with(user("a[bot]", 9), json!({
                    "type": "Bot", "url": "https://api.github.com/users/a%5Bbot%5D",
                    "html_url": "https://github.com/apps/a",
                })),
            }),
        ),
        with(
            issue(REPOSITORY, 3),
            json!({"user": null, "labels": [], "state": "closed", "body": null}),
        ),
    ];
    let head = json!({"label": "octo:mend", "ref": "mend", "sha": "cd", "user": user("mona", 1), "repo": null});
    let pulls = vec![json!({
        "url": format!("{API}/pulls/2"), "id": 77, "node_id": "opaque", "html_url": format!("{PAGE}/pull/2"),
        "issue_url": format!("{API}/issues/2"), "number": 2, "state": "closed", "locked": false, "title": "Issue 2",
        "user": user("mona", 1), "body": null, "created_at": "2023-01-01T00:00:00Z", "head": head,
        "updated_at": "2023-02-01T00:00:00Z", "closed_at": null, "merged_at": "2023-02-01T00:00:00Z",
        "merge_commit_sha": "abc", "base": {"ref": "main", "sha": "ab", "user": user("octo", 4), "repo": null},
    })];
    let first = vec![
        event(
            11,
            "labeled",
            json!({"label": {"name": "a b", "color": "d73a4a"}}),
        ),
        event(12, "renamed", json!({"rename": {"from": "x", "to": "y"}})),
        event(
            13,
            "assigned",
            json!({"assignee": user("hubot", 2), "assigner": user("mona", 1)}),
        ),
        event(14, "milestoned", json!({"milestone": {"title": "3"}})),
        event(
            15,
            "closed",
            json!({
                "commit_id": "abc1", "commit_url": format!("{API}/commits/abc1"), "state_reason": null,
            }),
        ),
        event(16, "locked", json!({"lock_reason": "too heated"})),
        event(17, "sub_issue_added", json!({"sub_issue": null})),
        event(18, "something_new", json!({"novel": [1, 2]})),
    ];
    let timeline = vec![
        first[0].clone(),
        json!({
            "actor": user("mona", 1), "created_at": "2023-01-05T00:00:00Z", "updated_at": "2023-01-05T00:00:00Z",
            "event": "cross-referenced", "source": {"type": "issue", "issue": {"number": 4}},
        }),
    ];
    let comments = vec![
        comment(REPOSITORY, 1, 21),
        with(
            comment(REPOSITORY, 2, 22),
            json!({"html_url": format!("{PAGE}/pull/2#issuecomment-22"), "user": null, "body": ""}),
        ),
        comment(REPOSITORY, 50, 23),
    ];
    let repository = json!({
        "id": 5, "node_id": "opaque", "name": "hello", "full_name": REPOSITORY, "private": false,
        "owner": with(user("octo", 4), json!({"type": "Organization"})), "html_url": PAGE, "description": "Hi",
        "fork": false, "url": API, "created_at": "2020-01-01T00:00:00Z", "archived": false,
    });
    [
        ("repository.json", vec![repository]),
        (
            "users.ndjson",
            vec![
                user("mona", 1),
                with(user("hubot", 2), json!({"name": "Hubot", "bio": null})),
            ],
        ),
        (
            "labels.ndjson",
            vec![label(REPOSITORY, "bug", 71), spaced()],
        ),
        (
            "milestones.ndjson",
            vec![milestone(3, "3"), milestone(4, "Later")],
        ),
        ("issues.ndjson", issues),
        ("pulls.ndjson", pulls),
        ("comments.ndjson", comments),
        ("events/1.ndjson", first),
        ("timeline/1.ndjson", timeline),
        (
            "reactions/1.ndjson",
            vec![reaction(31, "hubot", "+1"), reaction(32, "mona", "heart")],
        ),
    ]
    .into_iter()
    .map(|(file, objects)| (file.to_owned(), objects))
    .collect()
}

fn write(folder: &Path, files: &[(String, Vec<Value>)]) {
    for (file, objects) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
        std::fs::write(path, lines).unwrap();
    }
}

fn exported(
    world: &World,
    repository: &str,
    attachments: Option<PathBuf>,
) -> BTreeMap<String, Vec<Value>> {
    let options = WriteOptions {
        layout: Layout::Migration,
        losses: Some(world.path("losses.ndjson")),
        attachments,
        ..WriteOptions::default()
    };
    world.export_with(repository, options).0
}

#[test]
fn what_an_archive_loses_is_what_its_report_says() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rich());
    let losses = trip(Layout::Migration, folder.path(), REPOSITORY);
    assert!(losses > 50, "{losses}");
}

#[test]
fn an_archive_has_all_that_it_has_a_place_for() {
    let world = World::new();
    write(&world.path("in"), &rich());
    world.import(&world.path("in"));
    let files = exported(&world, REPOSITORY, None);
    assert_eq!(files, exported(&world, REPOSITORY, None), "twice the same");
    assert_eq!(files["schema.json"], [json!({"version": "1.2.0"})]);
    assert!(files["urls.json"][0]["issue_comment"]["pull_request"].is_string());
    let issue = &files["issues_000001.json"][0];
    assert_eq!(issue["url"], json!(format!("{PAGE}/issues/1")));
    assert_eq!(issue["milestone"], json!(format!("{PAGE}/milestones/3")));
    assert_eq!(issue["labels"], json!([format!("{PAGE}/labels/a%20b")]));
    assert_eq!(issue["reactions"].as_array().unwrap().len(), 2);
    assert!(issue.get("number").is_none() && issue.get("id").is_none());
    let pull = &files["pull_requests_000001.json"][0];
    assert_eq!(pull["head"]["sha"], json!("cd"));
    assert_eq!(pull["merge_commit_sha"], json!("abc"));
    assert_eq!(pull["merged_at"], json!("2023-02-01T00:00:00Z"));
    let comments = &files["issue_comments_000001.json"];
    assert_eq!(comments[1]["pull_request"], json!(format!("{PAGE}/pull/2")));
    assert_eq!(
        comments[2]["url"],
        json!(format!("{PAGE}/issues/50#issuecomment-23")),
        "its issue is not known"
    );
    let events = &files["issue_events_000001.json"];
    assert_eq!(events.len(), 8);
    assert_eq!(events[2]["actor"], json!("https://github.com/hubot"));
    assert_eq!(events[2]["subject"], json!("https://github.com/mona"));
    let mut logins: Vec<&str> = files
        .iter()
        .filter(|(file, _)| {
            file.starts_with("users") || file.starts_with("bots") || file.starts_with("organ")
        })
        .flat_map(|(_, users)| users)
        .map(|user| user["login"].as_str().unwrap())
        .collect();
    logins.sort_unstable();
    assert_eq!(logins, ["a[bot]", "hubot", "mona", "octo"], "each once");
}

#[test]
fn files_have_a_hundred_records_at_most() {
    let world = World::new();
    let issues: Vec<Value> = (1..=250).map(|number| issue(REPOSITORY, number)).collect();
    world.import(&world.backup("in", &[("issues.ndjson", &issues)]));
    let files = exported(&world, REPOSITORY, None);
    let counts: Vec<usize> = (1..=3)
        .map(|part| files[&format!("issues_{part:06}.json")].len())
        .collect();
    assert_eq!(counts, [100, 100, 50]);
    assert!(!files.contains_key("issues_000004.json"));
}

#[test]
fn the_same_repository_by_rest_and_from_an_archive_is_one() {
    let other = World::new();
    write(&other.path("in"), &rich());
    other.import(&other.path("in"));
    let out = other.path("archive");
    let options = WriteOptions {
        layout: Layout::Migration,
        ..WriteOptions::default()
    };
    crate::support::export_to(&other.store, REPOSITORY, &out, options);
    for archive_first in [false, true] {
        let mut world = World::new();
        write(&world.path("rest"), &rich());
        let mut paths = [world.path("rest"), out.clone()];
        if archive_first {
            paths.reverse();
        }
        world.import(&paths[0]);
        let report = world.import(&paths[1]);
        for kind in [
            RecordKind::Issue,
            RecordKind::Comment,
            RecordKind::Label,
            RecordKind::Milestone,
        ] {
            assert_eq!(
                report.counts.kind(kind).created,
                0,
                "{kind:?} {archive_first}"
            );
        }
        assert_eq!(report.counts.conflicts, 0);
        world.assert_sound();
    }
}

#[test]
fn an_archive_comes_back_as_it_was() {
    let first = World::new();
    write(&first.path("in"), &rich());
    first.import(&first.path("in"));
    let out = first.path("archive");
    let options = WriteOptions {
        layout: Layout::Migration,
        ..WriteOptions::default()
    };
    crate::support::export_to(&first.store, REPOSITORY, &out, options);
    let mut second = World::new();
    let report = second.import(&out);
    assert_eq!(
        (report.counts.skipped, report.not_understood),
        (0, 0),
        "{:?}",
        report.skipped
    );
    assert_eq!(
        second.import(&out).commit,
        None,
        "the same again is nothing new"
    );
    let mut before = read_folder(&out);
    before.remove("losses.ndjson");
    let sorted = |files: BTreeMap<String, Vec<Value>>| -> BTreeMap<String, Vec<String>> {
        let lines = |objects: Vec<Value>| {
            let mut lines: Vec<String> = objects.iter().map(Value::to_string).collect();
            lines.sort();
            lines
        };
        files
            .into_iter()
            .map(|(file, objects)| (file, lines(objects)))
            .collect()
    };
    let (before, mut after) = (sorted(before), sorted(exported(&second, REPOSITORY, None)));
    for (file, lines) in before {
        assert_eq!(Some(lines), after.remove(&file), "{file}");
    }
    assert!(after.is_empty(), "{after:?}");
    second.assert_sound();
}

#[test]
fn attachments_go_in_and_out_again() {
    let world = World::new();
    let input = world.path("in");
    let record = json!([{
        "type": "attachment", "url": "https://github.com/user-attachments/assets/1-2", "user": "https://github.com/mona",
        "issue": format!("{PAGE}/issues/1"), "asset_url": "tarball://root/attachments/1-2/shot.png",
    }, {
        "type": "attachment", "url": "https://github.com/user-attachments/assets/3", "issue": format!("{PAGE}/issues/1"),
        "asset_url": "tarball://root/attachments/../../secret",
    }]);
    let issue = json!([{"type": "issue", "url": format!("{PAGE}/issues/1"), "title": "One", "created_at": "2020-01-01T00:00:00Z"}]);
    std::fs::create_dir_all(input.join("attachments/1-2")).unwrap();
    std::fs::write(input.join("attachments/1-2/shot.png"), b"\x1f\x8bnot json").unwrap();
    std::fs::write(input.join("schema.json"), r#"{"version":"1.0.1"}"#).unwrap();
    std::fs::write(input.join("issues_000001.json"), issue.to_string()).unwrap();
    std::fs::write(input.join("attachments_000001.json"), record.to_string()).unwrap();
    let folder = world.path("work.backlot.attachments");
    let mut source = Source::open(&input, Default::default()).unwrap();
    let gathered = Attachments::gather(&mut source, &folder).unwrap().unwrap();
    let reader = Reader::open(source, Default::default())
        .unwrap()
        .without_attachments();
    let options = backlot_core::ImportOptions::new("github", "in");
    let report = world.store.import(&options, reader.batches()).unwrap();
    assert_eq!(report.counts.skipped, 0);
    gathered.keep().unwrap();
    let out = world.path("out");
    let options = WriteOptions {
        layout: Layout::Migration,
        attachments: Some(folder),
        ..WriteOptions::default()
    };
    crate::support::export_to(&world.store, REPOSITORY, &out, options);
    assert_eq!(
        std::fs::read(out.join("attachments/1-2/shot.png")).unwrap(),
        b"\x1f\x8bnot json"
    );
    let written: Value =
        serde_json::from_slice(&std::fs::read(out.join("attachments_000001.json")).unwrap())
            .unwrap();
    assert_eq!(written, record);
    let losses = std::fs::read_to_string(out.join("losses.ndjson")).unwrap();
    assert!(
        losses.contains("the file is not in the folder of attachments"),
        "{losses}"
    );
    assert!(
        !walk(world.folder.path())
            .iter()
            .any(|path| path.ends_with("secret"))
    );
}

#[test]
fn the_program_keeps_attachments_beside_the_store() {
    let world = World::new();
    let input = world.path("in");
    let record = json!([{
        "type": "attachment", "url": "https://github.com/user-attachments/assets/1-2",
        "issue": format!("{PAGE}/issues/1"), "asset_url": "tarball://root/attachments/1-2/shot.png",
    }]);
    let issue = json!([{
        "type": "issue", "url": format!("{PAGE}/issues/1"), "title": "One", "created_at": "2020-01-01T00:00:00Z",
    }]);
    std::fs::create_dir_all(input.join("attachments/1-2")).unwrap();
    std::fs::write(input.join("attachments/1-2/shot.png"), "picture").unwrap();
    std::fs::write(input.join("schema.json"), r#"{"version":"1.1.0"}"#).unwrap();
    std::fs::write(input.join("issues_000001.json"), issue.to_string()).unwrap();
    std::fs::write(input.join("attachments_000001.json"), record.to_string()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| expect(&backlot(folder.path(), arguments), 0);
    run(&["init", "a.backlot"]);
    let kept = folder.path().join("a.backlot.attachments");
    let path = input.to_string_lossy().into_owned();
    run(&["import", "github", &path, "--dry-run"]);
    assert!(!kept.exists(), "a dry run writes nothing");
    let said = run(&["import", "github", &path]);
    assert!(
        said.contains("1 attachment: 1 file with 7 bytes in "),
        "{said}"
    );
    assert_eq!(
        std::fs::read_to_string(kept.join("1-2/shot.png")).unwrap(),
        "picture"
    );
    run(&["issue", "create", "--title", "Born here", "--label", "new"]);
    run(&["issue", "comment", "2", "--body", "Also born here"]);
    run(&["export", "github", "--out", "out", "--layout", "migration"]);
    let out = folder.path().join("out");
    assert_eq!(
        std::fs::read_to_string(out.join("attachments/1-2/shot.png")).unwrap(),
        "picture"
    );
    let issues = objects(&out.join("issues_000001.json"));
    assert_eq!(issues[1]["title"], json!("Born here"));
    assert_eq!(issues[1]["labels"], json!([format!("{PAGE}/labels/new")]));
    let comment = &objects(&out.join("issue_comments_000001.json"))[0];
    let url = comment["url"].as_str().unwrap();
    assert!(
        url.starts_with(&format!("{PAGE}/issues/2#issuecomment-")),
        "{url}"
    );
    let losses = std::fs::read_to_string(out.join("losses.ndjson")).unwrap();
    assert!(losses.contains("it was never at the forge"), "{losses}");
}

#[test]
fn a_real_backlog_loses_what_the_report_says() {
    let Some(data) = real_data("a real backlog as a migration archive") else {
        return;
    };
    let losses = trip(
        Layout::Migration,
        &data.join("github/whatsapi.tar.zst"),
        "venomous0x/WhatsAPI",
    );
    eprintln!("whatsapi: {losses} losses");
}

#[test]
fn a_real_archive_is_read_whole() {
    let Some(data) = real_data("a real migration archive") else {
        return;
    };
    let archive = data.join("github/migration-archive.tar.zst");
    let mut world = World::new();
    let folder = world.path("attachments");
    let mut source = Source::open(&archive, Default::default()).unwrap();
    let gathered = Attachments::gather(&mut source, &folder).unwrap().unwrap();
    let reader = Reader::open(source, Default::default())
        .unwrap()
        .without_attachments();
    let options = backlot_core::ImportOptions::new("github", "archive");
    let report = world.store.import(&options, reader.batches()).unwrap();
    let kept = gathered.keep().unwrap();
    for kind in RecordKind::ALL {
        let counts = report.counts.kind(kind);
        if counts.created > 0 {
            eprintln!(
                "{}: {} created, {} with extras",
                kind.plural(),
                counts.created,
                counts.with_extras
            );
        }
    }
    eprintln!(
        "attachments: {} records, {} files",
        kept.records, kept.files
    );
    assert_eq!(
        (report.counts.skipped, report.not_understood),
        (0, 0),
        "{:?}",
        report.skipped
    );
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 80);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 52);
    assert_eq!(report.counts.kind(RecordKind::HistoryEvent).created, 128);
    assert_eq!(report.counts.kind(RecordKind::Reaction).created, 13);
    let mut events: BTreeMap<String, u64> = BTreeMap::new();
    for (file, objects) in world.export("milahu/nixpkgs") {
        if file.starts_with("events/") {
            for object in objects {
                *events
                    .entry(object["event"].as_str().unwrap().to_owned())
                    .or_default() += 1;
            }
        }
    }
    eprintln!("{events:?}");
    let unpacked = tempfile::tempdir().unwrap();
    let file = std::fs::File::open(&archive).unwrap();
    tar::Archive::new(zstd::Decoder::new(file).unwrap())
        .unpack(unpacked.path())
        .unwrap();
    let before = read_folder(&unpacked.path().join("migration-archive"));
    let after = exported(&world, "milahu/nixpkgs", Some(folder));
    let by_url = |files: &BTreeMap<String, Vec<Value>>, stem: &str| -> BTreeMap<String, Value> {
        let files = files.iter().filter(|(file, _)| file.starts_with(stem));
        let records = files.flat_map(|(_, records)| records);
        records
            .map(|record| (record["url"].as_str().unwrap().to_owned(), record.clone()))
            .collect()
    };
    for stem in [
        "issues_",
        "pull_requests_",
        "issue_comments_",
        "issue_events_",
        "repositories_",
        "attachments_",
    ] {
        let (before, after) = (by_url(&before, stem), by_url(&after, stem));
        assert_eq!(before.len(), after.len(), "{stem}");
        for (url, record) in &before {
            assert_eq!(Some(record), after.get(url), "{stem}");
        }
    }
    let (before, after) = (by_url(&before, "users_"), by_url(&after, "users_"));
    for (url, record) in &before {
        assert_eq!(Some(record), after.get(url));
    }
    world.assert_sound();
}

/// A backlog of a few issues with what can be there and what can be missing.
fn backlogs() -> impl Strategy<Value = Vec<(String, Vec<Value>)>> {
    let text = || prop::option::of(any::<String>());
    let issues = prop::collection::vec((text(), any::<[bool; 6]>(), 0u64..4, text()), 1..5);
    let comments = prop::collection::vec((0u64..6, any::<bool>(), text()), 0..4);
    let kinds = prop::sample::select(vec![
        "closed", "labeled", "renamed", "assigned", "reopened", "merged", "new",
    ]);
    let events = prop::collection::vec((1u64..5, kinds, any::<[bool; 3]>(), any::<String>()), 0..5);
    (issues, comments, events).prop_map(|(issues, comments, events)| {
        let made = issues.into_iter().enumerate().map(|(at, (body, flags, reactions, title))| {
            let number = at as u64 + 1;
            let [closed, pull, milestoned, labeled, ghost, locked] = flags;
            let mut changes = json!({
                "body": body, "title": title.unwrap_or_default(), "locked": locked,
                "labels": if labeled { json!([label(REPOSITORY, "bug", 71)]) } else { json!([]) },
                "milestone": if milestoned { milestone(3, "v3") } else { Value::Null },
                "state": if closed { "closed" } else { "open" },
                "closed_at": if closed { json!("2023-02-01T00:00:00Z") } else { Value::Null },
                "user": if ghost { Value::Null } else { user("mona", 1) },
                "reactions": {
                    "url": format!("{API}/issues/{number}/reactions"), "total_count": reactions, "+1": reactions,
                    "-1": 0, "laugh": 0, "hooray": 0, "confused": 0, "heart": 0, "rocket": 0, "eyes": 0,
                },
            });
            if pull {
                let merged = if closed { json!("2023-02-01T00:00:00Z") } else { Value::Null };
                changes["html_url"] = json!(format!("{PAGE}/pull/{number}"));
                changes["pull_request"] = json!({
                    "url": format!("{API}/pulls/{number}"), "html_url": format!("{PAGE}/pull/{number}"),
                    "diff_url": format!("{PAGE}/pull/{number}.diff"),
                    "patch_url": format!("{PAGE}/pull/{number}.patch"), "merged_at": merged,
                });
            }
            with(issue(REPOSITORY, number), changes)
        });
        let made: Vec<Value> = made.collect();
        let comments = comments.into_iter().enumerate().map(|(at, (number, ghost, body))| {
            let user = if ghost { Value::Null } else { user("hubot", 2) };
            let made = comment(REPOSITORY, number + 1, 100 + at as u64);
            with(made, json!({"user": user, "body": body.unwrap_or_default()}))
        });
        let mut files: Vec<(String, Vec<Value>)> = vec![
            ("issues.ndjson".to_owned(), made),
            ("comments.ndjson".to_owned(), comments.collect()),
        ];
        for (at, (number, kind, [has_actor, has_commit, has_other], text)) in events.into_iter().enumerate() {
            let mut own = match kind {
                "labeled" => json!({"label": {"name": text, "color": "d73a4a"}}),
                "renamed" => json!({"rename": {"from": text, "to": "to"}}),
                "assigned" => json!({"assignee": user("hubot", 2), "assigner": user("mona", 1)}),
                _ => json!({}),
            };
            if !has_actor {
                own["actor"] = Value::Null;
            }
            if has_commit {
                own["commit_id"] = json!("abc1");
                own["commit_url"] = json!(format!("{API}/commits/abc1"));
            }
            if has_other {
                own["other"] = json!(text);
            }
            let event = event(200 + at as u64, kind, own);
            files.push((format!("events/{number}.{at}.ndjson"), vec![event]));
        }
        files
    })
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn random_backlogs_lose_what_the_report_says(files in backlogs()) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &files);
        trip(Layout::Migration, folder.path(), REPOSITORY);
    }
}
