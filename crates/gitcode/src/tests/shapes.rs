//! Objects of every shape come back equal, and say what the model calls it.

use backlot_forge::json::equal;
use backlot_model::{Field, Parent, Record, State, Value};

use super::{EXAMPLES, ISSUE, LOG, read, written};

fn only(text: &str, kind: &str) -> std::sync::Arc<Record> {
    let store = read(text, kind);
    assert_eq!(store.records.len(), 1, "{:?}", store.skipped);
    store.records[0].record.clone()
}

#[test]
fn every_example_comes_back_and_is_known_by_its_keys() {
    for (kind, text) in EXAMPLES {
        for kind in [kind, ""] {
            let mut store = read(text, kind);
            assert!(store.skipped.is_empty(), "{kind} {:?}", store.skipped);
            let out = written(&mut store);
            assert_eq!(out.len(), 1, "{kind} {text}");
            assert!(equal(text, &out[0]), "{kind}\n{text}\n{}", out[0]);
        }
    }
}

#[test]
fn an_issue_of_today_leaves_little_to_be_kept() {
    let store = read(ISSUE, "issue");
    assert!(store.overlay_bytes < 400, "{}", store.overlay_bytes);
}

#[test]
fn values_are_what_the_model_means_by_them() {
    let issue = only(ISSUE, "issue");
    assert_eq!(issue.number(), Some(12));
    assert_eq!(issue.state(), Some(&State::Open));
    assert_eq!(issue.issue_type(), Some("Bug-Report"));
    assert_eq!(issue.closed_at(), None);
    assert_eq!(issue.labels().len(), 2);
    assert_eq!(issue.assignees().len(), 2);
    let created = issue.created_at().map(|at| at.to_string());
    assert_eq!(created.as_deref(), Some("2026-01-01T19:04:05Z"));

    let milestone = only(EXAMPLES[3].1, "milestone");
    assert_eq!(milestone.number(), Some(4));
    assert_eq!(milestone.state(), Some(&State::Open));
    let due = milestone.due_on().map(|at| at.to_string());
    assert_eq!(due.as_deref(), Some("2026-07-15T00:00:00Z"));

    let label = only(EXAMPLES[2].1, "label");
    assert_eq!((label.name(), label.color()), (Some("bug"), Some("DA203E")));
    let short = only(r##"{"id":1,"name":"wide","color":"#f0a"}"##, "");
    assert_eq!(short.color(), Some("ff00aa"));

    let comment = only(EXAMPLES[6].1, "comment");
    assert_eq!(comment.parent(), Some(Parent::Number(12)));
    let reaction = only(EXAMPLES[8].1, "");
    assert_eq!(reaction.content(), Some("+1"));
}

#[test]
fn a_log_tells_an_event_for_each_label() {
    let log = only(LOG, "");
    assert_eq!(log.event(), Some("labeled"));
    assert_eq!(log.subject(), Some("help wanted"));
    let several = LOG.replace("add label help wanted", "add label bug, help wanted");
    let mut store = read(&several, "");
    let told: Vec<_> = store
        .records
        .iter()
        .map(|outgoing| outgoing.record.subject().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(told, ["help wanted", "bug"]);
    assert!(store.records.iter().all(|outgoing| {
        outgoing.record.event() == Some("labeled") && outgoing.record.author().is_some()
    }));
    let out = written(&mut store);
    assert_eq!(out.len(), 1);
    assert!(equal(&several, &out[0]), "{}", out[0]);
}

#[test]
fn words_that_are_not_established_tell_no_event_of_another_forge() {
    for (action, content) in [
        ("closed", "closed from codehub"),
        ("unlabeled", "bug"),
        ("labeled", "bug"),
        ("renamed", "a to b"),
    ] {
        let text = LOG
            .replace("\"label\"", &format!("\"{action}\""))
            .replace("add label help wanted", content);
        let log = only(&text, "");
        assert_eq!(log.event(), Some(&*format!("gitcode:{action}")));
        assert_eq!(log.subject(), Some(content));
        let mut store = read(&text, "");
        let out = written(&mut store);
        assert!(equal(&text, &out[0]), "{}", out[0]);
    }
}

#[test]
fn a_log_of_very_many_labels_is_kept_whole() {
    let several = |count: usize| LOG.replace("help wanted", &vec!["a"; count].join(", "));
    assert_eq!(read(&several(100), "").records.len(), 100);
    let many = several(101);
    let mut store = read(&many, "");
    assert_eq!(store.records.len(), 1);
    assert_eq!(store.records[0].record.event(), Some("gitcode:label"));
    assert!(equal(&many, &written(&mut store)[0]));
}

#[test]
fn the_issue_of_a_log_is_known_by_the_forges_number() {
    let issue = ISSUE.to_owned();
    let store = read(&format!("[{issue},{LOG}]"), "");
    let log = &store.records[1].record;
    assert!(matches!(
        log.get(Field::Parent),
        Some(Value::Parent(Parent::Record(_)))
    ));
}

#[test]
fn both_hosts_are_one_forge() {
    let text = ISSUE.replace(
        "https://gitcode.com/octo/hello/issues/12",
        "https://atomgit.com/octo/hello/issues/12",
    );
    let mut store = read(&text, "issue");
    let hosts: Vec<_> = store
        .repositories
        .iter()
        .map(|repository| repository.host.as_str())
        .collect();
    assert_eq!(hosts, ["gitcode.com"]);
    assert!(equal(&text, &written(&mut store)[0]));
}

#[test]
fn labels_that_differ_only_in_case_are_said_to_become_one() {
    let label = r##"{"id":1,"name":"Bug","color":"#DA203E"}"##;
    let other = r##"{"id":2,"name":"bug","color":"#DA203E"}"##;
    let store = read(&format!("[{label},{label}]"), "label");
    assert!(store.skipped.is_empty());
    let store = read(&format!("[{label},{other}]"), "label");
    assert_eq!(store.skipped.len(), 1);
    let said = &store.skipped[0];
    assert_eq!(
        said.reason,
        "the label Bug differs only in case; only one of them is kept"
    );
    assert!(!said.kept);
}

#[test]
fn a_moment_of_a_webhook_that_is_none_is_said() {
    let (_, hook) = EXAMPLES[11];
    let text = hook.replace("\"closed_at\":null", "\"closed_at\":\"soon\"");
    let store = read(&text, "issue-hook");
    let said = &store.skipped[0];
    assert_eq!(said.place.path, "$.object_attributes.closed_at");
    assert!(said.kept);
}

#[test]
fn what_only_gitcode_says_counts_where_it_is_out_of_the_usual() {
    const PLAIN: &str = r#"{"id":1,"html_url":"https://gitcode.com/o/n/issues/1","number":"1","state":"open","title":"x","issue_state":"TODO","priority":0,"visibility_reason":"public"}"#;
    assert_eq!(read(PLAIN, "issue").extras, 0);
    for (usual, other) in [
        ("\"TODO\"", "\"WONTFIX\""),
        ("\"priority\":0", "\"priority\":3"),
        ("\"public\"", "\"confidential\""),
    ] {
        let store = read(&PLAIN.replace(usual, other), "issue");
        assert_eq!(store.extras, 1, "{other}");
    }
}

#[test]
fn what_is_not_kept_is_said() {
    for (text, reason) in [
        (
            r#"{"id":1,"html_url":"https://gitcode.com/o/n/merge_requests/1","number":1,"title":"x"}"#,
            "a pull request of GitCode is not kept",
        ),
        (
            r#"{"id":"5fe08624d805657db65c8250947487d48b77d062","body":"closed"}"#,
            "a comment on a pull request of GitCode is not kept",
        ),
        (
            r#"{"name":"main","commit":{},"protected":false}"#,
            "a branch of GitCode is not kept",
        ),
        (
            r#"{"error_code":404,"error_code_name":"NOT_PATH","error_message":"Label Not Found","trace_id":"8c"}"#,
            "the forge answered with an error: Label Not Found",
        ),
        (
            r#"{"message":"401 Unauthorized"}"#,
            "the forge answered with an error: 401 Unauthorized",
        ),
        (r#""bug""#, "expected an object"),
        ("{}", "an empty object says nothing"),
    ] {
        let store = read(text, "");
        assert!(store.records.is_empty(), "{text}");
        assert_eq!(store.skipped.len(), 1, "{text}");
        assert_eq!(store.skipped[0].reason, reason);
    }
}
