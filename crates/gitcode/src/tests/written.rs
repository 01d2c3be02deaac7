//! Whole exports of what GitCode stated.

use serde_json::Value;

use super::{EXAMPLES, ISSUE, LOG, read, read_as};
use crate::stand_in::StandIn;
use crate::{Layout, WriteOptions, WriteSummary, Writer};

/// Writes every record of a store; gives the summary, and a file when it is asked for.
fn written(store: &mut StandIn, options: &WriteOptions) -> (WriteSummary, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(&folder.path().join("out"), options).unwrap();
    for record in store.records.clone() {
        writer.write(&record, store).unwrap();
    }
    (writer.finish().unwrap(), folder)
}

fn file(folder: &tempfile::TempDir, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.path().join("out").join(name)).unwrap();
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn what_gitcode_stated_goes_into_the_file_of_its_form_without_a_loss() {
    let names = [
        ("label", "labels.ndjson"),
        ("milestone", "milestones.ndjson"),
        ("issue", "issues.ndjson"),
        ("comment", "comments.ndjson"),
        ("repository", "repository.json"),
        ("issue-hook", "issue_hooks.ndjson"),
        ("note-hook", "note_hooks.ndjson"),
    ];
    for (kind, text) in EXAMPLES {
        let Some((_, name)) = names.iter().find(|(known, _)| *known == kind) else {
            continue;
        };
        let (summary, folder) = written(&mut read(text, kind), &WriteOptions::default());
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(file(&folder, name), [expected], "{kind}");
        assert!(
            summary.losses.is_empty(),
            "{kind}: {:?}",
            summary.losses_by_field
        );
    }
}

#[test]
fn a_log_of_several_labels_goes_out_once() {
    let several = LOG.replace("help wanted", "help wanted, question");
    let mut store = read_as("operate_logs/12.ndjson", &several, "");
    assert!(store.records.len() > 1);
    let (summary, folder) = written(&mut store, &WriteOptions::default());
    let expected: Value = serde_json::from_str(&several).unwrap();
    assert_eq!(file(&folder, "operate_logs/12.ndjson"), [expected]);
    assert!(summary.losses.is_empty(), "{:?}", summary.losses_by_field);
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let (summary, _folder) = written(&mut store, &options);
    assert_eq!(summary.losses.values().sum::<u64>(), 1);
}

#[test]
fn requests_say_what_they_can_of_what_only_gitcode_has() {
    let fields = r#""custom_fields":[{"field_name":"Area","field_type":"text_single","field_values":["a"]}],"id":120"#;
    let issue = ISSUE.replace("\"id\":120", fields).replace(
        "\"visibility_reason\":\"public\"",
        "\"visibility_reason\":\"confidential\"",
    );
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let (summary, folder) = written(&mut read(&issue, "issue"), &options);
    let lines = file(&folder, "requests.ndjson");
    let sent = lines.iter().find(|line| line["id"] == "issue-12").unwrap();
    let body = &sent["body"];
    assert_eq!(body["custom_fields"][0]["field_name"], "Area");
    assert_eq!(body["custom_fields"][0]["field_values"][0], "a");
    assert_eq!(body["security_hole"], "true");
    assert_eq!(body["issue_type"], "Bug-Report");
    let fields: Vec<&str> = summary
        .losses_by_field
        .keys()
        .map(|group| group.field.as_str())
        .collect();
    for field in [
        "issue_state",
        "issue_state_detail",
        "visibility_reason",
        "author",
    ] {
        assert!(fields.contains(&field), "{field}: {fields:?}");
    }
    assert!(!fields.contains(&"custom_fields") && !fields.contains(&"title"));
}

#[test]
fn a_label_or_an_assignee_whose_record_is_missing_is_reported() {
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let mut store = read(ISSUE, "issue");
    let issue = store.records.first().unwrap().record.clone();
    assert!(!issue.labels().is_empty() && !issue.assignees().is_empty());
    let (_, folder) = written(&mut store, &options);
    let losses = file(&folder, "losses.ndjson");
    for field in ["labels", "assignees"] {
        let is_it = |loss: &&Value| loss["field"] == field && loss["kind"] == "dropped";
        let reason = &losses.iter().find(is_it).unwrap()["reason"];
        assert_eq!(
            reason,
            "the backlog does not know the name of one that the issue has"
        );
    }
}

#[test]
fn a_day_is_the_one_that_gitcode_meant() {
    let (_, milestone) = EXAMPLES[3];
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    for (due, day) in [
        ("2026-07-15", "2026-07-15"),
        ("2026-07-15T00:00:00+08:00", "2026-07-15"),
        ("2026-07-15T00:00:00.000+08:00", "2026-07-15"),
        ("2026-07-15T18:00:00Z", "2026-07-15"),
    ] {
        let text = milestone.replace("2026-07-15", due);
        let (_, folder) = written(&mut read(&text, "milestone"), &options);
        let lines = file(&folder, "requests.ndjson");
        assert_eq!(lines[0]["body"]["due_on"], day, "{due}");
    }
}
