//! Ordinary objects cost a few bytes and become the values that they state.

use backlot_model::{Field, ForeignId, RecordKind, StateReason};

use super::{EXAMPLES, read, written};
use backlot_forge::json::equal;

#[test]
fn every_kind_comes_back_as_it_was() {
    for (kind, text) in EXAMPLES {
        let mut store = read(text, kind);
        assert!(store.skipped.is_empty(), "{kind}: {:?}", store.skipped);
        let out = written(&mut store);
        assert_eq!(out.len(), 1, "{kind}");
        assert!(equal(text, &out[0]), "{kind}:\n{text}\n{}", out[0]);
    }
}

#[test]
fn an_ordinary_issue_needs_no_extras() {
    let store = read(super::ISSUE, "issue");
    assert_eq!(store.extras, 0);
    let record = &store.records[0].record;
    assert_eq!(
        (record.kind(), record.number(), record.title()),
        (RecordKind::Issue, Some(12), Some("It crashes"))
    );
    assert_eq!(record.state_reason(), Some(&StateReason::Completed));
    assert_eq!((record.labels().len(), record.assignees().len()), (2, 2));
    assert!(record.is_locked() && record.milestone().is_some() && record.closed_by().is_some());
    assert_eq!(record.reactions().total(), 3);
    assert_eq!(store.repositories.len(), 1);
    assert!(store.repositories[0].is_main && store.repositories[0].name == "octo/hello");
}

#[test]
fn events_say_what_they_were_about() {
    let store = read(super::EVENT, "issue-event");
    let record = &store.records[0].record;
    assert_eq!(
        (record.event(), record.subject()),
        (Some("labeled"), Some("bug"))
    );
    let store = read(super::TIMELINE, "timeline");
    let record = &store.records[0].record;
    assert_eq!(
        record.subject(),
        Some("https://github.com/octo/other/issues/4")
    );
    assert!(record.author().is_some());
}

#[test]
fn what_is_not_understood_is_reported_and_kept() {
    let text = super::ISSUE
        .replace("\"title\":\"It crashes\"", "\"title\":5")
        .replace("2020-01-02T03:04:05Z", "2020-01-02T04:04:05.5+01:00");
    let mut store = read(&text, "issue");
    assert_eq!(store.skipped.len(), 1);
    let skipped = &store.skipped[0];
    assert_eq!(
        (skipped.place.path.as_str(), skipped.kept),
        ("$.title", true)
    );
    assert_eq!(skipped.reason, "expected a string, found a number");
    let record = &store.records[0].record;
    assert_eq!(record.get(Field::Title), None);
    assert_eq!(record.created_at().unwrap().unix_milliseconds() % 1000, 500);
    assert!(equal(&text, &written(&mut store)[0]));
}

#[test]
fn without_an_identity_nothing_is_kept() {
    for (kind, text) in [
        ("issue", r#"{"title":"x"}"#),
        ("comment", r#"{"body":"x"}"#),
        ("label", r#"{"color":"ffffff"}"#),
        ("issue", "[5]"),
        (
            "issue",
            r#"{"message":"Not Found","documentation_url":"https://docs.github.com"}"#,
        ),
    ] {
        let store = read(text, kind);
        assert!(store.records.is_empty());
        assert_eq!(store.skipped.len(), 1, "{text}");
        assert!(!store.skipped[0].kept);
    }
}

#[test]
fn a_lone_surrogate_is_replaced_and_reported() {
    let text = super::COMMENT.replace("Me too", "Me \\ud83d too");
    let mut store = read(&text, "comment");
    assert_eq!(
        store.skipped[0].reason,
        "a lone surrogate was replaced by U+FFFD"
    );
    assert_eq!(store.records[0].record.body().unwrap(), "Me \u{fffd} too");
    assert!(equal(
        &text.replace("\\ud83d", "\u{fffd}"),
        &written(&mut store)[0]
    ));
}

#[test]
fn an_object_that_is_skipped_is_only_skipped() {
    let store = read(
        r#"{"id":1,"number":"x","title":5,"user":{"login":"mona","id":1,"url":"https://api.github.com/users/mona"}}"#,
        "issue",
    );
    assert!(store.records.is_empty() && store.embedded.is_empty());
    let [skipped] = &store.skipped[..] else {
        panic!("{:?}", store.skipped);
    };
    assert!(!skipped.kept && skipped.place.path.is_empty());
}

#[test]
fn what_is_dropped_of_a_key_that_stands_twice_is_said() {
    for (text, reason) in [
        (
            r#"{"id":1,"number":2,"title":"a","title":"b"}"#,
            "the key stands twice; the first value was dropped",
        ),
        (
            r#"{"id":1,"number":2,"x":1,"x":2,"x":3}"#,
            "the key stands 3 times; all values but the last were dropped",
        ),
    ] {
        let store = read(text, "issue");
        assert_eq!(store.skipped.len(), 1, "{text}");
        assert_eq!(store.skipped[0].reason, reason);
        // The object is kept, and a value of it is not.
        assert!(!store.skipped[0].kept && !store.skipped[0].place.path.is_empty());
        assert_eq!(store.records.len(), 1);
    }
}

#[test]
fn an_object_that_is_plainly_something_else_is_skipped() {
    let bare = r#"{"id":3,"number":7,"title":"T","labels":[]}"#;
    for (text, kind, reason) in [
        (super::ISSUE, "comment", "this is an issue, not a comment"),
        (bare, "comment", "this is an issue, not a comment"),
        (
            super::ISSUE,
            "milestone",
            "this is an issue, not a milestone",
        ),
        (super::ISSUE, "label", "this is an issue, not a label"),
        (super::ISSUE, "timeline", "this is an issue, not an event"),
        (super::ISSUE, "reaction", ""),
        (super::COMMENT, "issue", "this is a comment, not an issue"),
        (super::COMMENT, "event", "this is a comment, not an event"),
        (super::COMMENT, "label", "this is a comment, not a label"),
        (super::LABEL, "issue", "this is a label, not an issue"),
        (super::LABEL, "comment", "this is a label, not a comment"),
        (super::LABEL, "issue-event", "this is a label, not an event"),
        (
            super::MILESTONE,
            "issue",
            "this is a milestone, not an issue",
        ),
        (
            super::MILESTONE,
            "comment",
            "this is a milestone, not a comment",
        ),
        (super::EVENT, "issue", "this is an event, not an issue"),
        (super::EVENT, "comment", "this is an event, not a comment"),
        (
            super::PULL,
            "comment",
            "this is a pull request, not a comment",
        ),
        (super::PULL, "issue", ""),
    ] {
        let store = read(text, kind);
        let reasons: Vec<&str> = store.skipped.iter().map(|one| &*one.reason).collect();
        if reason.is_empty() {
            assert!(reasons.is_empty(), "{kind}: {reasons:?}");
        } else {
            assert_eq!(reasons, [reason], "{kind}");
            assert!(store.records.is_empty() && store.embedded.is_empty());
        }
    }
}

#[test]
fn a_review_and_an_event_of_the_same_number_are_two() {
    let text = r#"[{"id":7,"event":"reviewed","user":null,"state":"commented","pull_request_url":"https://api.github.com/repos/octo/hello/pulls/12"},
        {"id":7,"event":"closed","actor":null,"url":"https://api.github.com/repos/octo/hello/issues/events/7"}]"#;
    let mut store = read(text, "timeline");
    let names: Vec<_> = store
        .records
        .iter()
        .map(|one| one.stated.clone().unwrap().1)
        .collect();
    assert_eq!(
        names,
        [ForeignId::Text("review 7".into()), ForeignId::Number(7)]
    );
    let values: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    for (came, goes) in values.iter().zip(super::written(&mut store)) {
        assert_eq!(
            *came,
            serde_json::from_str::<serde_json::Value>(&goes).unwrap()
        );
    }
}
