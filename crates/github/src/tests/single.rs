//! Single answers and lists of them, told by their keys, and what versions to come may add.

use backlot_model::{Field, ForeignId, RecordKind, Value};

use super::{COMMENT, EVENT, EXAMPLES, ISSUE, LABEL, TIMELINE, USER, read, written};
use crate::stand_in::StandIn;
use crate::{Limits, ReadOptions, Reader, Source};
use backlot_forge::json::equal;

/// Reads an answer of which nobody said what it is.
fn answer(text: &str) -> StandIn {
    let source = Source::from_reader(text.as_bytes(), "answer", Limits::default()).unwrap();
    let mut store = StandIn::default();
    store
        .take_all(
            Reader::open(source, ReadOptions::default())
                .unwrap()
                .batches(),
        )
        .unwrap();
    store
}

#[test]
fn every_kind_is_told_by_its_keys() {
    let with_issue = format!("{},\"issue\":{ISSUE}}}", EVENT.trim_end_matches('}'));
    let repository = r#"{"id":3,"name":"hello","full_name":"octo/hello","url":"https://api.github.com/repos/octo/hello","private":false}"#;
    let examples = EXAMPLES.iter().map(|(_, text)| *text);
    for text in examples.chain([&*with_issue, repository, TIMELINE]) {
        for text in [text.to_owned(), format!("[{text}]")] {
            let mut store = answer(&text);
            assert!(store.skipped.is_empty(), "{text}: {:?}", store.skipped);
            let out = written(&mut store);
            let inner = text.trim_matches(['[', ']']);
            assert!(out.len() == 1 && equal(inner, &out[0]), "{text}\n{out:?}");
        }
    }
    for (text, kind) in [
        (format!("[{USER},{USER}]"), RecordKind::User),
        (format!("[{LABEL}]"), RecordKind::Label),
        (
            r#"[{"id":1,"node_id":"x","user":null,"content":"+1","created_at":"2020-01-02T03:04:05Z"}]"#
                .to_owned(),
            RecordKind::Reaction,
        ),
        (format!("[{COMMENT}]"), RecordKind::Comment),
        (
            format!(r#"{{"total_count":1,"incomplete_results":false,"items":[{ISSUE}]}}"#),
            RecordKind::Issue,
        ),
    ] {
        let store = answer(&text);
        assert_eq!(store.records[0].record.kind(), kind, "{text}");
    }
}

#[test]
fn what_is_no_object_of_a_backlog_is_told_from_what_is() {
    let many = "x".repeat(2_000);
    for (text, reason) in [
        (r#"{}"#.to_owned(), "an empty object says nothing"),
        (
            r#"[{"id":1,"user":null,"body":"b","diff_hunk":"@@","path":"a","pull_request_review_id":2}]"#
                .to_owned(),
            "its keys do not tell what it is; say which kind it is",
        ),
        (
            r#"{"id":1,"user":null,"body":"b","state":"APPROVED","submitted_at":"2020-01-02T03:04:05Z"}"#
                .to_owned(),
            "its keys do not tell what it is; say which kind it is",
        ),
        (
            r#"[{"id":1,"node_id":"IT_x","name":"Bug","description":null,"color":"red","is_enabled":true}]"#
                .to_owned(),
            "its keys do not tell what it is; say which kind it is",
        ),
        (
            r#"{"message":"Gone","documentation_url":"u"}"#.to_owned(),
            "the forge answered with an error: Gone",
        ),
        (
            r#"{"message":"Bad","status":"401"}"#.to_owned(),
            "the forge answered with an error: Bad",
        ),
        (
            format!(r#"{{ "message":"Long","errors":["{many}"],"documentation_url":"u"}}"#),
            "the forge answered with an error: Long",
        ),
    ] {
        let store = answer(&text);
        assert!(store.records.is_empty(), "{text}");
        let told: Vec<_> = store.skipped.iter().map(|one| (&*one.reason, one.kept)).collect();
        assert_eq!(told, [(reason, false)], "{text}");
    }
}

#[test]
fn what_later_versions_add_survives() {
    const BIG: &str = "9223372036854775807";
    let archived = LABEL.replace(
        "\"default\":true",
        "\"default\":true,\"archived_at\":\"2026-10-01T00:00:00Z\",\"archived_by\":{\"login\":\"mona\",\"id\":1}",
    );
    let fields = r#""issue_field_values":[{"issue_field_id":5,"node_id":"IFSS_x","data_type":"single_select","value":1,"single_select_option":{"id":1,"name":"High","color":"red"}}]"#;
    let issue = ISSUE
        .replace(LABEL, &archived)
        .replace(
            "\"type\":null",
            &format!("\"type\":{{\"id\":9,\"name\":\"Bug\",\"is_enabled\":true}},{fields}"),
        )
        .replace("\"id\":120", &format!("\"id\":{BIG}"))
        .replace(
            "\"state_reason\":\"completed\"",
            "\"state_reason\":\"superseded\",\"agents\":[{\"x\":1e400}]",
        );
    let relates = EVENT
        .replace("\"labeled\"", "\"relates_to_added\"")
        .replace("\"label\":{\"name\":\"bug\",\"color\":\"d73a4a\"}", "\"relates_to\":{\"number\":4,\"title\":\"Other\"},\"intent\":{\"rationale\":\"r\",\"confidence\":\"LOW\"}")
        .replace("\"id\":55,", &format!("\"id\":{BIG},"));
    for (text, kind) in [
        (&archived, "label"),
        (&issue, "issue"),
        (&relates, "issue-event"),
        (&relates, "timeline"),
        (&issue, ""),
        (&relates, ""),
        (&archived, ""),
    ] {
        let mut store = match kind {
            "" => answer(text),
            kind => read(text, kind),
        };
        assert!(store.skipped.is_empty(), "{kind}: {:?}", store.skipped);
        let out = written(&mut store);
        assert!(
            out.len() == 1 && equal(text, &out[0]),
            "{kind}:\n{text}\n{out:?}"
        );
    }
    let store = read(&issue, "issue");
    let one = &store.records[0];
    let name = one.stated.as_ref().map(|stated| stated.1.clone());
    assert_eq!(name, Some(ForeignId::Number(9_223_372_036_854_775_807)));
    assert_eq!(
        one.record.get(Field::IssueType),
        Some(&Value::IssueType("Bug".into()))
    );
    let store = read(&relates, "timeline");
    let event = store.records[0].record.get(Field::Event);
    assert_eq!(event, Some(&Value::Event("relates_to_added".into())));
}
