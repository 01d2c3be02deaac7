//! Layouts that cannot hold everything: what comes back is all that went out, but for exactly the losses that
//! were reported.

pub(crate) mod random;

use std::collections::BTreeMap;
use std::path::Path;

use backlot_github::{Layout, WriteOptions};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use serde_json::{Value, json};

use self::random::{Dice, REPOSITORY, backlog};
use crate::support::losses::trip;
use crate::support::{
    World, comment, export_to, issue, label, name, objects, read_folder, real_data, root, with,
};

const SAMPLE: &str = "tidepool/kelp";

fn sample_trip(layout: Layout) {
    let losses = trip(layout, &root().join("docs/sample"), SAMPLE);
    eprintln!("the sample through {layout}: {losses} losses, each of them true");
    assert!(losses > 0);
}

#[test]
fn the_sample_loses_in_a_github_backup_what_the_report_says() {
    sample_trip(Layout::GithubBackup);
}

#[test]
fn the_sample_loses_in_requests_to_import_it_what_the_report_says() {
    sample_trip(Layout::ImportApi);
}

fn random_trip(layout: Layout, bytes: &[u8]) {
    let world = World::new();
    let files = backlog(&mut Dice(bytes));
    let named: Vec<(&str, &[Value])> = files.iter().map(|(file, all)| (&**file, &**all)).collect();
    trip(layout, &world.backup("in", &named), REPOSITORY);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_backlog_loses_in_a_github_backup_what_the_report_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random_trip(Layout::GithubBackup, &bytes);
    }

    #[test]
    fn any_backlog_loses_in_requests_to_import_it_what_the_report_says(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        random_trip(Layout::ImportApi, &bytes);
    }
}

/// The files of an export in a layout.
fn written(world: &World, layout: Layout, repository: &str) -> BTreeMap<String, Vec<Value>> {
    let options = WriteOptions {
        layout,
        ..WriteOptions::default()
    };
    world.export_with(repository, options).0
}

#[test]
fn a_github_backup_comes_out_as_it_was() {
    let world = World::new();
    let event = json!({"id": 7, "event": "closed", "actor": null, "created_at": "2023-01-03T00:00:00Z",
        "url": format!("https://api.github.com/repos/{REPOSITORY}/issues/events/7")});
    let whole = with(
        issue(REPOSITORY, 2),
        json!({"comment_data": [comment(REPOSITORY, 2, 9)], "event_data": [event], "body": "Größe \"1\"\n"}),
    );
    let pull = json!({"url": format!("https://api.github.com/repos/{REPOSITORY}/pulls/3"), "id": 33, "number": 3,
        "title": "Fix", "state": "open", "head": {}, "comment_data": [], "commit_data": [{"sha": "abc"}]});
    let input = [
        ("hello/issues/2.json", vec![whole]),
        ("hello/pulls/3.json", vec![pull]),
        (
            "hello/labels/labels.json",
            vec![label(REPOSITORY, "bug", 71)],
        ),
    ];
    let named: Vec<(&str, &[Value])> = input.iter().map(|(file, all)| (*file, &**all)).collect();
    world.import(&world.backup("backup", &named));
    let out = written(&world, Layout::GithubBackup, REPOSITORY);
    for (file, objects) in &input {
        assert_eq!(
            &out[file.strip_prefix("hello/").unwrap()],
            objects,
            "{file}"
        );
    }
    assert_eq!(out.len(), input.len() + 1, "{:?}", out.keys());
    assert!(out["losses.ndjson"].is_empty());
    // The files look as those of python-github-backup do, byte for byte.
    let folder = world.path("looks");
    let options = WriteOptions {
        layout: Layout::GithubBackup,
        ..WriteOptions::default()
    };
    export_to(&world.store, REPOSITORY, &folder, options);
    let text = std::fs::read_to_string(folder.join("issues/2.json")).unwrap();
    assert!(text.starts_with(
        "{\n    \"active_lock_reason\": null,\n    \"assignee\": null,\n    \"assignees\": [],"
    ));
    assert!(text.contains("\n    \"body\": \"Größe \\\"1\\\"\\n\",\n    \"closed_at\": null,"));
    assert!(
        text.contains("\n    \"comment_data\": [\n        {\n            \"author_association\": ")
    );
    assert!(text.ends_with("\n}"));
}

#[test]
fn numbers_that_nothing_has_are_taken_by_placeholders_that_do_not_come_back() {
    let world = World::new();
    let said = with(comment(REPOSITORY, 3, 9), json!({"body": "Yes.\n"}));
    let issues = [
        issue(REPOSITORY, 3),
        with(issue(REPOSITORY, 5), json!({"state": "closed"})),
    ];
    world.import(&world.backup(
        "in",
        &[("issues.ndjson", &issues), ("comments.ndjson", &[said])],
    ));
    let out = world.path("bodies");
    let options = WriteOptions {
        layout: Layout::ImportApi,
        ..WriteOptions::default()
    };
    let summary = export_to(&world.store, REPOSITORY, &out, options);
    assert_eq!(summary.objects_by_file["issues/"], 2);
    assert_eq!(summary.objects_by_file["issues/ (placeholders)"], 3);
    let files = read_folder(&out);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let bodies: Vec<String> = (1..=5)
        .map(|number| format!("issues/{number:08}.json"))
        .collect();
    assert_eq!(
        names[1..6],
        bodies.iter().map(String::as_str).collect::<Vec<_>>()
    );
    assert_eq!(files[&bodies[3]][0]["issue"]["title"], "Placeholder for #4");
    let body = &files[&bodies[2]][0];
    assert_eq!(
        body["issue"]["body"],
        "> `mona` wrote on 2023-01-01 at 00:00:00 UTC:\n\nThe body of 3."
    );
    assert_eq!(body["issue"]["labels"], json!(["bug"]));
    let expected = json!([{"created_at": "2023-01-02T00:00:00Z",
        "body": "> `hubot` wrote on 2023-01-02 at 00:00:00 UTC:\n\nYes.\n"}]);
    assert_eq!(body["comments"], expected);
    assert_eq!(
        files["labels/00000001.json"],
        [json!({"name": "bug", "color": "d73a4a"})]
    );
    // It says itself where it belongs.
    let after = World::new();
    after.import(&out);
    let back = after.export(REPOSITORY);
    let numbers: Vec<u64> = back["issues.ndjson"]
        .iter()
        .map(|issue| issue["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [3, 5]);
    assert_eq!(back["comments.ndjson"][0]["body"], "Yes.\n");
    assert_eq!(back["comments.ndjson"][0]["user"]["login"], "hubot");
    assert_eq!(
        after.import(&out).commit,
        None,
        "the same again is nothing new"
    );
}

#[test]
fn a_body_that_will_be_refused_is_told_and_a_gap_that_is_too_wide_is_an_error() {
    let world = World::new();
    let long = with(issue(REPOSITORY, 1), json!({"body": "x".repeat(65_537)}));
    world.import(&world.backup("in", &[("issues.ndjson", &[long])]));
    for layout in [Layout::ImportApi, Layout::Requests] {
        let out = written(&world, layout, REPOSITORY);
        let refused: Vec<&Value> = out["losses.ndjson"]
            .iter()
            .filter(|loss| loss["kind"] == "refused")
            .collect();
        assert_eq!(refused.len(), 1, "{layout}");
        assert_eq!(refused[0]["field"], "body");
    }
    world.import(&world.backup("far", &[("issues.ndjson", &[issue(REPOSITORY, 1_000_000)])]));
    for layout in ["import-api", "requests"] {
        let mut writer = backlot_github::Writer::create(
            &world.path("out"),
            &WriteOptions {
                layout: layout.parse().unwrap(),
                ..WriteOptions::default()
            },
        )
        .unwrap();
        let snapshot = world.store.read().unwrap();
        let mut failed = None;
        let passes = writer.passes();
        let done = snapshot.export::<backlot_core::Error>(
            &name(REPOSITORY),
            &passes,
            &mut |outgoing, lookup| {
                if let Err(error) = writer.write(outgoing, lookup) {
                    failed.get_or_insert(error.to_string());
                }
                Ok(())
            },
        );
        done.unwrap();
        assert!(failed.unwrap().contains("from 1 to 1000000"), "{layout}");
        drop(writer);
        assert!(!world.path("out").exists());
    }
}

#[test]
fn real_backlogs_lose_what_the_report_says() {
    let Some(data) = real_data("the trips of rust-early and whatsapi") else {
        return;
    };
    let whatsapi = data.join("github/whatsapi.tar.zst");
    let rust = tempfile::tempdir().unwrap();
    first_issues(&data.join("github/rust-early"), rust.path(), 500);
    for layout in [Layout::GithubBackup, Layout::ImportApi] {
        let losses = trip(layout, rust.path(), "rust-lang/rust");
        eprintln!("500 issues of rust through {layout}: {losses} losses, each of them true");
        let losses = trip(layout, &whatsapi, "venomous0x/WhatsAPI");
        eprintln!("whatsapi through {layout}: {losses} losses, each of them true");
    }
    let world = World::new();
    world.import(&whatsapi);
    let out = world.path("out");
    let options = WriteOptions {
        layout: Layout::GithubBackup,
        ..WriteOptions::default()
    };
    export_to(&world.store, "venomous0x/WhatsAPI", &out, options);
    let (mut files, mut exact) = (0, 0);
    let folder = tempfile::tempdir().unwrap();
    let archive = std::fs::File::open(&whatsapi).unwrap();
    tar::Archive::new(zstd::Decoder::new(archive).unwrap())
        .unpack(folder.path())
        .unwrap();
    let before = folder.path().join("whatsapi");
    for path in crate::support::walk(&before) {
        let after = out.join(path.strip_prefix(&before).unwrap());
        let (mut old, mut new) = (objects(&path), objects(&after));
        if path.ends_with("labels/labels.json") {
            old.sort_by_key(|label| label["name"].to_string());
            new.sort_by_key(|label| label["name"].to_string());
        }
        assert_eq!(old, new, "{}", path.display());
        files += 1;
        exact += usize::from(std::fs::read(&path).unwrap() == std::fs::read(&after).unwrap());
    }
    eprintln!(
        "whatsapi as a github-backup again: {files} files equal, {exact} of them byte for byte"
    );
}

/// The first issues of a backlog, with their comments.
fn first_issues(from: &Path, to: &Path, last: u64) {
    let number = |value: &Value, key: &str| -> u64 {
        let text = value[key].to_string();
        let digits = text
            .trim_matches('"')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        digits.parse().unwrap_or(u64::MAX)
    };
    for (file, key) in [
        ("issues.ndjson", "number"),
        ("comments.ndjson", "issue_url"),
    ] {
        let all = objects(&from.join(format!("{file}.zst")));
        let first = all.iter().filter(|value| number(value, key) <= last);
        let lines: String = first.map(|value| format!("{value}\n")).collect();
        std::fs::write(to.join(file), lines).unwrap();
    }
}
