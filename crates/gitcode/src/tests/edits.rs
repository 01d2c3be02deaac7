//! What was edited here goes out changed; all else stays as it came.

use std::sync::Arc;

use backlot_forge::json::equal;
use backlot_model::{Change, Field, State, Timestamp, Value};
use serde_json::json;

use super::{EXAMPLES, ISSUE, read, written, written_in};
use crate::Shape;
use crate::stand_in::StandIn;

pub(super) fn edit(store: &mut StandIn, at: usize, changes: &[Change]) {
    let outgoing = &mut store.records[at];
    let base = Arc::clone(&outgoing.record);
    let mut record = (*base).clone();
    changes.iter().for_each(|change| record.apply(change));
    outgoing.record = Arc::new(record);
    outgoing.base = Some(base);
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn an_edit_changes_its_own_keys() {
    let mut store = read(ISSUE, "issue");
    let labels = store.records[0].record.labels().to_vec();
    edit(
        &mut store,
        0,
        &[
            Change::Set(Value::Title("It crashed".into())),
            Change::Set(Value::State(State::Closed)),
            Change::Set(Value::ClosedAt(at("2026-03-01T00:00:00Z"))),
            Change::Set(Value::IssueType("Feature".into())),
            Change::Remove(Field::Labels, labels[0]),
            Change::Clear(Field::Assignees),
            Change::Clear(Field::Milestone),
        ],
    );
    let mut wanted: serde_json::Value = serde_json::from_str(ISSUE).unwrap();
    wanted["title"] = "It crashed".into();
    wanted["state"] = "closed".into();
    wanted["finished_at"] = "2026-03-01T08:00:00+08:00".into();
    wanted["issue_type"] = "Feature".into();
    wanted["issue_type_detail"] = json!({"title": "Feature"});
    wanted["labels"].as_array_mut().unwrap().remove(0);
    wanted["assignees"] = json!([]);
    for gone in ["assignee", "milestone"] {
        wanted.as_object_mut().unwrap().remove(gone);
    }
    let out = written(&mut store);
    assert!(equal(&wanted.to_string(), &out[0]), "{wanted}\n{}", out[0]);
    for null in ["assignee", "milestone"] {
        wanted[null] = serde_json::Value::Null;
    }
    let out = written_in(&mut store, Shape::Documented).0;
    assert!(equal(&wanted.to_string(), &out[0]), "{wanted}\n{}", out[0]);
}

#[test]
fn what_was_closed_and_is_open_again_says_so_in_its_own_words() {
    let mut store = read(EXAMPLES[5].1, "issue");
    edit(
        &mut store,
        0,
        &[
            Change::Set(Value::State(State::Open)),
            Change::Clear(Field::ClosedAt),
            Change::Set(Value::Number(14)),
        ],
    );
    let out: serde_json::Value = serde_json::from_str(&written(&mut store)[0]).unwrap();
    assert_eq!(out["state"], "open");
    assert_eq!(out["finished_at"], "");
    assert_eq!(out["number"], 14);
}

#[test]
fn a_milestone_is_due_on_a_day() {
    let mut store = read(EXAMPLES[3].1, "milestone");
    edit(
        &mut store,
        0,
        &[Change::Set(Value::DueOn(at("2026-08-01T12:00:00Z")))],
    );
    let (out, losses) = written_in(&mut store, Shape::Live);
    let wanted = EXAMPLES[3].1.replace("2026-07-15", "2026-08-01");
    assert!(equal(&wanted, &out[0]), "{}", out[0]);
    assert_eq!(losses.len(), 1);
    assert_eq!(
        (losses[0].kind.name(), &*losses[0].field),
        ("altered", "due_on")
    );
    assert_eq!(
        losses[0].record,
        "https://gitcode.com/octo/hello/milestones/4"
    );

    edit(&mut store, 0, &[Change::Clear(Field::DueOn)]);
    let out: serde_json::Value = serde_json::from_str(&written(&mut store)[0]).unwrap();
    assert_eq!(out.get("due_on"), None);
    let out = written_in(&mut store, Shape::Documented).0;
    let out: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(out["due_on"], serde_json::Value::Null);
}

#[test]
fn a_colour_keeps_its_sign() {
    let short = r##"{"id":1,"name":"wide","color":"#fff"}"##;
    let mut store = read(short, "label");
    edit(&mut store, 0, &[Change::Set(Value::Color("aabbcc".into()))]);
    assert_eq!(written(&mut store), [short.replace("fff", "abc")]);
    edit(&mut store, 0, &[Change::Set(Value::Color("a0b0c0".into()))]);
    assert_eq!(written(&mut store), [short.replace("fff", "a0b0c0")]);
}

#[test]
fn what_no_key_says_is_reported() {
    let mut store = read(ISSUE, "issue");
    edit(&mut store, 0, &[Change::Set(Value::Locked(true))]);
    let (out, losses) = written_in(&mut store, Shape::Live);
    assert!(equal(ISSUE, &out[0]));
    assert_eq!(losses.len(), 1);
    assert_eq!(
        (losses[0].kind.name(), &*losses[0].field),
        ("dropped", "locked")
    );
}
