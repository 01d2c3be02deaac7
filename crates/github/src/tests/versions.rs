//! Objects made complete for a version of the API, and records that were born here.

use std::sync::Arc;

use backlot_model::{LossKind, Outgoing, Record, RecordId, RecordKind, State, Timestamp, Value};

use super::{read, written_for};
use crate::stand_in::StandIn;

#[test]
fn keys_that_an_old_source_lacks_are_made_up_and_reported() {
    let text = r#"{"url":"https://api.github.com/repos/octo/hello/issues/12","id":120,"number":12,"title":"Old","user":{"login":"mona","id":1,"url":"https://api.github.com/users/mona"},"labels":[{"name":"bug","color":"fc2929","url":"https://api.github.com/repos/octo/hello/labels/bug"}],"state":"open","locked":false,"assignee":null,"milestone":null,"comments":0,"created_at":"2015-01-02T03:04:05Z","updated_at":"2015-01-02T03:04:05Z","closed_at":null,"body":""}"#;
    let mut store = read(text, "issue");
    let (out, losses) = written_for(&mut store, Some("2022-11-28".parse().unwrap()));
    let object: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(
        object["events_url"],
        "https://api.github.com/repos/octo/hello/issues/12/events"
    );
    assert_eq!(object["node_id"], "MDU6SXNzdWUxMjA=");
    assert_eq!(object["user"]["gravatar_id"], "");
    assert_eq!(object["labels"][0]["default"], false);
    assert!(losses.iter().all(|loss| loss.kind == LossKind::Minted));
    assert!(
        losses
            .iter()
            .any(|loss| loss.field == "node_id" && loss.record.ends_with("/issues/12")),
        "{losses:?}"
    );
    let (out, _) = written_for(&mut store, Some("2026-03-10".parse().unwrap()));
    let object: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(object.get("assignee"), None);
}

#[test]
fn a_record_that_was_born_here_goes_out_complete() {
    let mut store = StandIn::default();
    let at = Timestamp::parse("2024-05-01T09:30:00Z").unwrap();
    let home = RecordId::derive(at, &[b"home"]);
    let mut repository: Record = Record::new(home, RecordKind::Repository);
    repository.set(Value::ForeignName("octo/hello".into()));
    let stated = |record: Record| Outgoing {
        record: Arc::new(record),
        base: None,
        stated: None,
        parent_number: None,
    };
    store.by_id.insert(home, Arc::new(stated(repository)));
    let mut issue: Record = Record::new(RecordId::derive(at, &[b"issue"]), RecordKind::Issue);
    issue.set(Value::Repository(home));
    issue.set(Value::Number(3));
    issue.set(Value::Title("New".into()));
    issue.set(Value::State(State::Open));
    issue.set(Value::CreatedAt(at));
    issue.set(Value::UpdatedAt(at));
    store.records.push(stated(issue));
    let (out, losses) = written_for(&mut store, None);
    let object: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(object["html_url"], "https://github.com/octo/hello/issues/3");
    assert_eq!(
        (&object["title"], &object["user"]["login"]),
        (&"New".into(), &"ghost".into())
    );
    assert!(
        object["id"]
            .as_u64()
            .is_some_and(|id| id > 1 << 40 && id < 1 << 53)
    );
    assert!(object["labels"].as_array().is_some_and(Vec::is_empty));
    assert!(losses.iter().any(|loss| loss.field == "id"));
    assert_eq!(written_for(&mut store, None).0, out);
}
