//! GitCode's objects that take less common ways in and out again.

use std::collections::BTreeMap;
use std::path::Path;

use backlot_gitcode::WriteOptions;
use backlot_model::RecordKind;
use serde_json::{Value, json};

use crate::support::gitcode::{SAMPLED, export, export_to, import, sample, sampled, try_import};
use crate::support::{World, issue, name, user, with};

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

/// What a webhook tells of an issue.
fn issue_hook(iid: u64, title: &str, updated_at: &str) -> Value {
    json!({
        "object_kind": "issue", "event_type": "issue", "uuid": format!("{iid}-{title}"),
        "user": {"id": 4711, "name": "Wren Calder", "username": "wren"},
        "project": {"id": 77, "name": "nongli", "web_url": "https://gitcode.com/yunlu/nongli"},
        "object_attributes": {
            "id": 900_000 + iid, "iid": iid, "title": title, "description": "Since today.",
            "state": "opened", "action": "open", "created_at": "2025-09-01T08:00:00+08:00",
            "updated_at": updated_at, "url": format!("https://gitcode.com/yunlu/nongli/issues/{iid}"),
        },
    })
}

fn note_hook() -> Value {
    json!({
        "object_kind": "note", "event_type": "note", "uuid": "n-1",
        "user": {"id": 4711, "name": "Wren Calder", "username": "wren"},
        "project": {"id": 77, "name": "nongli", "web_url": "https://gitcode.com/yunlu/nongli"},
        "object_attributes": {
            "id": 158_900_001, "note": "It still does.", "noteable_type": "Issue", "author_id": 4711,
            "created_at": "2025-09-02T08:00:00+08:00", "updated_at": "2025-09-02T08:00:00+08:00",
            "url": "https://gitcode.com/yunlu/nongli/issues/21#note_158900001",
        },
        "issue": {"id": 900_021, "iid": 21, "title": "Rain"},
    })
}

#[test]
fn webhooks_come_back_and_the_latest_of_several_is_kept() {
    let world = World::new();
    let early = issue_hook(21, "Rain", "2025-09-01T08:00:00+08:00");
    let late = issue_hook(21, "Rain again", "2025-09-03T08:00:00+08:00");
    let other = issue_hook(22, "Snow", "2025-09-01T08:00:00+08:00");
    let note = note_hook();
    let sent = [&early, &early, &late, &other, &note].map(Value::to_string);
    let folder = world.path("sent");
    put(
        &folder,
        &[("webhooks.ndjson".to_owned(), sent.join("\n"))].into(),
    );
    let report = import(&world.store, &folder);
    let told: Vec<_> = report
        .skipped
        .iter()
        .map(|skipped| (skipped.place.line, skipped.kept, skipped.reason.as_str()))
        .collect();
    let reason = "another webhook has told of the same; only the latest of them is kept";
    assert_eq!(told, [(3, false, reason)]);
    assert_eq!(world.issue(SAMPLED, 21).summary.title, "Rain again");
    let (files, _) = export(&world, SAMPLED, &WriteOptions::default());
    assert_eq!(files["issue_hooks.ndjson"], [late, other]);
    assert_eq!(files["note_hooks.ndjson"], [note]);
    let out = world.path("out");
    export_to(&world.store, SAMPLED, &out, &WriteOptions::default());
    let again = import(&world.store, &out);
    assert_eq!((again.commit, again.skipped), (None, vec![]));
}

#[test]
fn what_only_another_forge_stated_stands_where_the_export_is_for() {
    let world = World::new();
    let mut issue = issue("octo/hello", 1);
    issue["user"] = with(user("helper-bot", 77), json!({"type": "Bot"}));
    let text = issue.to_string();
    let text = text
        .replace("api.github.com", "gitcode.example.org/api/v3")
        .replace("github.com", "gitcode.example.org");
    let second = text.replace("/issues/1", "/issues/2");
    let second: Value = serde_json::from_str(&second).unwrap();
    let second = with(second, json!({"number": 2, "id": 5002, "node_id": "I_2"}));
    let folder = world.path("server");
    let lines = [text, second.to_string()].join("\n");
    put(&folder, &[("issues.ndjson".to_owned(), lines)].into());
    world.import(&folder);
    let (files, _) = export(&world, "octo/hello", &WriteOptions::default());
    let issues = &files["issues.ndjson"];
    assert_eq!(issues.len(), 2);
    assert_eq!(
        issues[0]["html_url"],
        "https://gitcode.com/octo/hello/issues/1"
    );
    assert_eq!(
        issues[0]["user"]["html_url"],
        "https://gitcode.com/helper-bot"
    );
    let losses = &files["losses.ndjson"];
    let told = |field: &str, reason: &str| -> Vec<&str> {
        let said = losses
            .iter()
            .filter(|loss| loss["field"] == field && loss["reason"] == reason);
        said.map(|loss| loss["record"].as_str().unwrap()).collect()
    };
    assert_eq!(
        told(
            "",
            "another forge said more of it than GitCode's object has keys for"
        ),
        [
            "https://gitcode.com/octo/hello/issues/1",
            "https://gitcode.com/octo/hello/issues/2"
        ]
    );
    assert_eq!(
        told(
            "user_kind",
            "GitCode calls everybody inside other objects alike"
        ),
        ["https://gitcode.com/helper-bot"]
    );
}

#[test]
fn responses_under_names_of_ones_own_are_read_by_their_keys() {
    let sampled = sampled();
    let list = |file: &str| Value::Array(sampled[file].clone()).to_string();
    let mut files: BTreeMap<String, String> = [
        ("a-comments__api.json", list("comments.ndjson")),
        ("list-issues__api.json", list("issues.ndjson")),
        ("list-logs__api.json", list("operate_logs/4.ndjson")),
        ("settings.json", json!({"tabs": 4}).to_string()),
        ("broken.json", "{\"a\": // what".to_owned()),
        ("notes.txt", "nothing".to_owned()),
    ]
    .map(|(file, text)| (file.to_owned(), text))
    .into();
    let world = World::new();
    put(&world.path("saved"), &files);
    let report = import(&world.store, &world.path("saved"));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 10);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 12);
    assert_eq!(report.counts.total(|kind| kind.orphans), 0);
    let unread: Vec<_> = report
        .skipped
        .iter()
        .filter(|skipped| !skipped.kept)
        .map(|skipped| skipped.place.file.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(unread, ["notes.txt", "broken.json", "settings.json"]);
    // Beside a file of a known name the others are none of the layout.
    files.insert("labels.ndjson".to_owned(), list("labels.ndjson"));
    let named = World::new();
    put(&named.path("named"), &files);
    let options = |options: backlot_core::ImportOptions| options.repository(name(SAMPLED));
    let report = try_import(&named.store, &named.path("named"), options).unwrap();
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 0);
    // Of what says nothing, nothing comes.
    let foreign = World::new();
    put(
        &foreign.path("foreign"),
        &[("x.json".to_owned(), "{\"a\":1}".to_owned())].into(),
    );
    let error = try_import(&foreign.store, &foreign.path("foreign"), |options| options);
    assert!(error.unwrap_err().to_string().contains("by its keys"));
}

#[test]
fn a_log_of_unestablished_words_is_no_event_of_github() {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (file, objects) in sampled() {
        let lines: Vec<String> = objects.iter().map(Value::to_string).collect();
        let text = lines.join("\n");
        files.insert(
            file,
            text.replace(
                "\"action_type\":\"description\"",
                "\"action_type\":\"closed\"",
            ),
        );
    }
    let world = World::new();
    put(&world.path("closed"), &files);
    import(&world.store, &world.path("closed"));
    let out = world.export(SAMPLED);
    let events = out
        .values()
        .flatten()
        .filter(|object| object.get("event").is_some());
    let names: Vec<_> = events
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"labeled"), "{names:?}");
    assert!(
        !names.iter().any(|name| name.contains("gitcode")),
        "{names:?}"
    );
    let losses = &out["losses.ndjson"];
    let of = |loss: &&Value| loss["field"] == "gitcode:closed";
    let reasons: Vec<_> = losses
        .iter()
        .filter(of)
        .map(|loss| &loss["reason"])
        .collect();
    assert_eq!(reasons, ["GitHub has no such event"]);
}

#[test]
fn what_was_closed_and_said_here_comes_back_as_what_it_is() {
    let start = backlot_model::Timestamp::parse("2026-11-21T08:50:53.417Z").unwrap();
    let world = World::at(start);
    import(&world.store, &sample());
    let mut tx = world
        .store
        .write(backlot_model::Actor::login("local"), "done here")
        .unwrap();
    let mut repository = tx.repository(SAMPLED).unwrap();
    let close = backlot_core::IssueEdit::default().state(
        backlot_model::State::Closed,
        Some(backlot_model::StateReason::Completed),
    );
    repository.edit_issue(4, &close).unwrap();
    repository.comment(4, "x").unwrap();
    tx.commit().unwrap();
    let out = world.path("out");
    export_to(&world.store, SAMPLED, &out, &WriteOptions::default());
    let report = import(&world.store, &out);
    assert_eq!(report.conflicts, []);
    assert_eq!(report.counts.total(|kind| kind.created), 0);
    assert_eq!(import(&world.store, &out).commit, None);
}
