//! What was edited here goes out changed; all else stays as it came.

use std::sync::Arc;

use backlot_model::{Change, Field, Outgoing, Record, State, Value};

use super::{read, written};
use crate::stand_in::StandIn;
use backlot_forge::json::equal;

fn edit(store: &mut StandIn, at: usize, changes: &[Change]) {
    let outgoing = &mut store.records[at];
    let base = Arc::clone(&outgoing.record);
    let mut record = (*base).clone();
    changes.iter().for_each(|change| record.apply(change));
    outgoing.record = Arc::new(record);
    outgoing.base = Some(base);
}

#[test]
fn an_edit_changes_its_own_keys() {
    let mut store = read(super::ISSUE, "issue");
    let labels = store.records[0].record.labels().to_vec();
    edit(
        &mut store,
        0,
        &[
            Change::Set(Value::Title("It crashed".into())),
            Change::Set(Value::State(State::Open)),
            Change::Clear(Field::ClosedAt),
            Change::Remove(Field::Labels, labels[0]),
            Change::Clear(Field::Assignees),
        ],
    );
    let mut wanted: serde_json::Value = serde_json::from_str(super::ISSUE).unwrap();
    wanted["title"] = "It crashed".into();
    wanted["state"] = "open".into();
    wanted["closed_at"] = serde_json::Value::Null;
    wanted["labels"].as_array_mut().unwrap().remove(0);
    wanted["assignee"] = serde_json::Value::Null;
    wanted["assignees"] = serde_json::json!([]);
    let out = written(&mut store);
    assert!(equal(&wanted.to_string(), &out[0]), "{wanted}\n{}", out[0]);
}

#[test]
fn an_edit_of_a_key_that_was_odd_replaces_it() {
    let text = super::ISSUE.replace("\"title\":\"It crashes\"", "\"title\":5");
    let mut store = read(&text, "issue");
    edit(
        &mut store,
        0,
        &[Change::Set(Value::Title("It crashes".into()))],
    );
    assert!(equal(super::ISSUE, &written(&mut store)[0]));
}

#[test]
fn a_pull_request_keeps_what_only_it_said() {
    let mut store = read(super::PULL, "pull");
    let pull = store.records[0].record.clone();
    let other = read(super::ISSUE, "issue").records[0].record.clone();
    let mut record = Record::new(other.id(), other.kind());
    let of_issue = |field: Field| {
        !matches!(
            field,
            Field::Author | Field::Labels | Field::Assignees | Field::Milestone | Field::ClosedBy
        )
    };
    for value in other
        .values()
        .iter()
        .filter(|value| of_issue(value.field()))
    {
        record.set(value.clone());
    }
    record.set(Value::Author(pull.author().unwrap()));
    store.records[0].record = Arc::new(record);
    assert!(equal(super::PULL, &written(&mut store)[0]));
    edit(&mut store, 0, &[Change::Set(Value::Title("Mended".into()))]);
    assert!(equal(
        &super::PULL.replace("Mend it", "Mended"),
        &written(&mut store)[0]
    ));
}

#[test]
fn null_stays_null_when_another_form_knew_more() {
    let text = super::ISSUE.replace(r#""body":"Each time.\r\nHere.""#, r#""body":null"#);
    let mut store = read(&text, "issue");
    let mut record = (*store.records[0].record).clone();
    assert_eq!(record.body(), None);
    record.set(Value::Body("from elsewhere".into()));
    store.records[0].record = Arc::new(record);
    assert!(written(&mut store)[0].contains("\"body\":null"));
    edit(&mut store, 0, &[Change::Set(Value::Body("new".into()))]);
    assert!(written(&mut store)[0].contains("\"body\":\"new\""));
}

#[test]
fn what_was_only_seen_inside_others_goes_out_too() {
    let mut store = read(super::ISSUE, "issue");
    let bytes = store
        .embedded
        .values()
        .find(|bytes| bytes[1] == 0x83)
        .unwrap()
        .to_vec();
    let mut record: Record = Record::new(
        store.records[0].record.labels()[0],
        backlot_model::RecordKind::Label,
    );
    record.set(Value::Name("defect".into()));
    let view = backlot_model::View { forge: 1, form: 3 };
    let outgoing = Outgoing {
        record: Arc::new(record),
        base: None,
        stated: Some((view, backlot_model::ForeignId::Number(7), bytes)),
        parent_number: None,
        wanted: None,
        about: None,
        elsewhere: Vec::new(),
        own_number: None,
        is_named: false,
    };
    store.records = vec![outgoing];
    let label = &written(&mut store)[0];
    assert!(
        equal(label, super::LABEL)
            || equal(
                label,
                &super::LABEL
                    .replace("bug", "help")
                    .replace("\"id\":7", "\"id\":8")
            ),
        "{label}"
    );
}

#[test]
fn an_edited_label_shows_in_its_issues() {
    let mut store = read(super::ISSUE, "issue");
    let id = store.records[0].record.labels()[0];
    let mut base: Record = Record::new(id, backlot_model::RecordKind::Label);
    base.set(Value::Name("bug".into()));
    base.set(Value::Color("d73a4a".into()));
    let mut record = base.clone();
    record.set(Value::Name("defect".into()));
    let outgoing = Outgoing {
        record: Arc::new(record),
        base: Some(Arc::new(base)),
        stated: None,
        parent_number: None,
        wanted: None,
        about: None,
        elsewhere: Vec::new(),
        own_number: None,
        is_named: false,
    };
    store.by_id.insert(id, Arc::new(outgoing));
    let wanted = super::ISSUE
        .replace("labels/bug", "labels/defect")
        .replace("\"name\":\"bug\"", "\"name\":\"defect\"");
    let out = written(&mut store);
    assert!(equal(&wanted, &out[0]), "{}", out[0]);
}

#[test]
fn a_type_that_was_set_here_goes_out_by_its_name() {
    let mut store = read(super::ISSUE, "issue");
    edit(
        &mut store,
        0,
        &[Change::Set(Value::IssueType("Bug".into()))],
    );
    let (out, losses) = super::written_for(&mut store, None);
    let object: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(object["type"]["name"], "Bug");
    assert_eq!(losses.len(), 1);
    edit(
        &mut store,
        0,
        &[
            Change::Clear(Field::IssueType),
            Change::Set(Value::To("x".into())),
        ],
    );
    let (_, losses) = super::written_for(&mut store, None);
    assert_eq!(
        losses
            .iter()
            .map(|loss| loss.field.as_str())
            .collect::<Vec<_>>(),
        ["to"]
    );
}
