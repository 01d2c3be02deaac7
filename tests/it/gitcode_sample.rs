//! GitCode's bundled sample: all of it that belongs to a backlog comes in, and goes out as it came in.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::IssueEdit;
use backlot_gitcode::{Layout, Shape, WriteOptions};
use backlot_model::{Actor, RecordKind, State, StateReason};
use serde_json::{Value, json};

use crate::support::gitcode::{SAMPLED, export, export_to, import, sample, sampled, try_import};
use crate::support::{World, assert_same, name, with};

/// A store that holds the sample.
fn imported() -> World {
    let world = World::new();
    import(&world.store, &sample());
    world
}

fn rest(world: &World) -> BTreeMap<String, Vec<Value>> {
    export(world, SAMPLED, &WriteOptions::default()).0
}

/// The keys in which two objects differ.
fn differing(before: &Value, after: &Value) -> BTreeSet<String> {
    let (before, after) = (before.as_object().unwrap(), after.as_object().unwrap());
    let keys = before.keys().chain(after.keys());
    keys.filter(|key| before.get(*key) != after.get(*key))
        .cloned()
        .collect()
}

fn of_number(objects: &[Value], number: u64) -> Value {
    let is_it = |object: &&Value| match &object["number"] {
        Value::String(text) => text.parse() == Ok(number),
        other => other.as_u64() == Some(number),
    };
    objects.iter().find(is_it).unwrap().clone()
}

/// The sample's issues with one changed, as a backup of its own.
fn changed(world: &World, backup: &str, number: u64, changes: Value) -> std::path::PathBuf {
    let issues = &sampled()["issues.ndjson"];
    let issue = with(of_number(issues, number), changes);
    world.backup(backup, &[("issues.ndjson", &[issue])])
}

#[test]
fn the_sample_comes_back_equal_file_by_file() {
    let mut world = World::new();
    let report = import(&world.store, &sample());
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .filter(|skipped| !skipped.kept)
        .map(|skipped| skipped.place.file.rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(skipped, ["issues.ndjson", "8.json"]);
    assert_eq!(report.not_understood, 0, "{:?}", report.skipped);
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 10);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 12);
    assert_eq!(report.counts.total(|kind| kind.orphans), 0);
    let (out, summary) = export(&world, SAMPLED, &WriteOptions::default());
    assert_eq!(summary.losses.values().sum::<u64>(), 0, "{summary:?}");
    let before = sampled();
    for (file, objects) in &before {
        let found = out
            .get(file)
            .unwrap_or_else(|| panic!("{file} is not in the export: {:?}", out.keys()));
        let key = match file.as_str() {
            "milestones.ndjson" => "number",
            "users.ndjson" => "login",
            _ => "id",
        };
        assert_same(objects, found, key);
        if file.starts_with("operate_logs") || file.starts_with("modify_history") {
            assert_eq!(objects, found, "the order of {file}");
        }
    }
    let files: Vec<_> = before
        .keys()
        .chain([&"losses.ndjson".to_owned()])
        .cloned()
        .collect();
    let files: BTreeSet<_> = files.into_iter().collect();
    assert_eq!(out.keys().cloned().collect::<BTreeSet<_>>(), files);
    world.assert_sound();
}

#[test]
fn the_sample_again_is_nothing_new() {
    let world = imported();
    let again = import(&world.store, &sample());
    assert_eq!(again.commit, None, "{:?}", again.counts);
    let folder = world.path("export");
    export_to(&world.store, SAMPLED, &folder, &WriteOptions::default());
    let again = import(&world.store, &folder);
    assert_eq!((again.commit, again.skipped), (None, vec![]));
}

#[test]
fn an_export_is_deterministic_and_reads_back_as_the_same() {
    let world = imported();
    for (pages, shape) in [
        (false, Shape::Live),
        (true, Shape::Live),
        (false, Shape::Documented),
    ] {
        let options = WriteOptions {
            pages,
            shape,
            ..WriteOptions::default()
        };
        let first = export(&world, SAMPLED, &options).0;
        assert_eq!(first, export(&world, SAMPLED, &options).0);
        let other = World::new();
        let folder = other.path("export");
        export_to(&world.store, SAMPLED, &folder, &options);
        let report = import(&other.store, &folder);
        assert_eq!(report.skipped, vec![]);
        assert_eq!(rest(&other), rest(&world), "{pages} {shape}");
    }
}

#[test]
fn an_edit_changes_just_the_keys_that_it_is_about() {
    let world = imported();
    let before = rest(&world);
    let mut tx = world
        .store
        .write(Actor::login("lin-qiu"), "triage")
        .unwrap();
    let mut repo = tx.repository(SAMPLED).unwrap();
    let title = IssueEdit::default().title("节气要算到秒");
    repo.edit_issue(4, &title).unwrap();
    let close = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
    repo.edit_issue(2, &close).unwrap();
    tx.commit().unwrap();
    let after = rest(&world);
    let keys = |number| {
        let of = |files: &BTreeMap<String, Vec<Value>>| of_number(&files["issues.ndjson"], number);
        differing(&of(&before), &of(&after))
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(4), ["title", "updated_at"]);
    assert_eq!(keys(2), ["finished_at", "state", "updated_at"]);
    let closed = of_number(&after["issues.ndjson"], 2);
    assert_eq!(closed["state"], "closed");
    assert!(
        closed["finished_at"].as_str().unwrap().len() > 18,
        "{closed}"
    );
    for number in [1, 3, 5, 6, 8, 9, 10, 12] {
        assert_eq!(keys(number), [""; 0], "issue {number}");
    }
    for (file, objects) in &before {
        if !file.starts_with("operate_logs") && file != "issues.ndjson" && file != "losses.ndjson" {
            assert_eq!(after.get(file), Some(objects), "{file}");
        }
    }
}

#[test]
fn an_old_backup_never_reverts_local_edits_and_a_newer_one_brings_what_is_new() {
    let world = imported();
    let mut tx = world
        .store
        .write(Actor::login("lin-qiu"), "triage")
        .unwrap();
    let mut repo = tx.repository(SAMPLED).unwrap();
    repo.edit_issue(9, &IssueEdit::default().title("查表慢"))
        .unwrap();
    tx.commit().unwrap();
    assert_eq!(import(&world.store, &sample()).commit, None);
    let newer = json!({
        "body": "改成二分查找之后只要 0.02 s。", "issue_state": "已完成",
        "updated_at": "2025-11-05T10:00:00+08:00",
    });
    let newer = changed(&world, "newer", 9, newer);
    let report = import(&world.store, &newer);
    assert_eq!(report.counts.kind(RecordKind::Issue).updated, 1);
    assert_eq!(report.conflicts, vec![]);
    let issue = world.issue(SAMPLED, 9);
    assert_eq!(issue.summary.title, "查表慢");
    assert_eq!(issue.body.as_deref(), Some("改成二分查找之后只要 0.02 s。"));
    let out = of_number(&rest(&world)["issues.ndjson"], 9);
    assert_eq!(out["issue_state"], "已完成");
    let both = json!({"title": "查表慢极了", "updated_at": "2025-11-06T10:00:00+08:00"});
    let both = changed(&world, "both", 9, both);
    let report = import(&world.store, &both);
    assert_eq!(report.conflicts.len(), 1, "{report:?}");
    assert_eq!(world.issue(SAMPLED, 9).summary.title, "查表慢");
}

#[test]
fn what_a_complete_backup_lacks_is_gone() {
    let world = imported();
    let issues = std::fs::read_to_string(sample().join("issues.ndjson")).unwrap();
    let (_, rest) = issues.split_once('\n').unwrap();
    let fewer = world.path("fewer");
    std::fs::create_dir(&fewer).unwrap();
    std::fs::write(fewer.join("issues.ndjson"), rest).unwrap();
    assert_eq!(import(&world.store, &fewer).commit, None);
    let complete = |options: backlot_core::ImportOptions| options.complete(RecordKind::Issue);
    let report = try_import(&world.store, &fewer, complete).unwrap();
    assert_eq!(report.counts.kind(RecordKind::Issue).withdrawn, 1);
    assert!(
        world
            .store
            .read()
            .unwrap()
            .issue(&name(SAMPLED), 1)
            .is_err()
    );
}

#[test]
fn an_issue_shows_what_its_logs_tell() {
    let world = imported();
    let snapshot = world.store.read().unwrap();
    let issue = snapshot.issue(&name(SAMPLED), 1).unwrap();
    let items = snapshot.timeline(&issue).unwrap();
    let moments: Vec<_> = items.iter().map(|item| item.at).collect();
    assert!(moments.is_sorted(), "{moments:?}");
    let events: BTreeSet<_> = items
        .iter()
        .filter_map(|item| item.record.event())
        .map(str::to_owned)
        .collect();
    for event in ["labeled", "milestoned", "renamed"] {
        assert!(events.contains(event), "{events:?}");
    }
}

#[test]
fn what_happened_to_comments_goes_out_in_every_layout_or_is_reported() {
    let world = imported();
    let file = "modify_history/comments/158812300.ndjson";
    let earlier = &sampled()[file];
    assert!(earlier.len() > 1);
    assert_eq!(rest(&world).get(file), Some(earlier));
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let losses = export(&world, SAMPLED, &options).0.remove("losses.ndjson");
    let told = losses.unwrap();
    let told = told
        .iter()
        .filter(|loss| loss["record_kind"] == "event" && loss["field"] == "created");
    // The first text of an issue, and that of a comment.
    assert_eq!(told.count(), 2);
}

#[test]
fn logs_come_back_in_the_order_in_which_they_came() {
    let world = World::new();
    let folder = world.path("shuffled");
    std::fs::create_dir_all(folder.join("operate_logs")).unwrap();
    for file in ["repository.json", "issues.ndjson"] {
        std::fs::copy(sample().join(file), folder.join(file)).unwrap();
    }
    let logs = std::fs::read_to_string(sample().join("operate_logs/4.ndjson")).unwrap();
    let mut lines: Vec<_> = logs.lines().collect();
    lines.swap(0, 2);
    std::fs::write(folder.join("operate_logs/4.ndjson"), lines.join("\n")).unwrap();
    import(&world.store, &folder);
    let expected: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rest(&world)["operate_logs/4.ndjson"], expected);
    assert_eq!(import(&world.store, &folder).commit, None);
}
