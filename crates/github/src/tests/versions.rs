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
        wanted: None,
        about: None,
        elsewhere: Vec::new(),
        own_number: None,
        is_named: false,
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

fn complete(text: &str, kind: &str) -> (serde_json::Value, Vec<(LossKind, String)>) {
    let mut store = read(text, kind);
    let (out, losses) = written_for(&mut store, Some("2022-11-28".parse().unwrap()));
    let losses = losses.into_iter().map(|loss| (loss.kind, loss.field));
    (serde_json::from_str(&out[0]).unwrap(), losses.collect())
}

#[test]
fn events_get_what_their_own_descriptions_want() {
    let minted = |field: &str| (LossKind::Minted, field.to_owned());
    let (out, losses) = complete(
        r#"{"id":5,"event":"labeled","actor":{"login":"mona","id":1,"url":"https://api.github.com/users/mona"},"commit_id":null,"created_at":"2020-01-02T03:04:05Z","issue_url":"https://api.github.com/repos/octo/hello/issues/3","label":{"name":"bug"}}"#,
        "timeline",
    );
    assert_eq!(
        out["url"],
        "https://api.github.com/repos/octo/hello/issues/events/5"
    );
    assert_eq!(out["label"]["color"], "ededed");
    for key in ["commit_url", "performed_via_github_app"] {
        assert_eq!(out.get(key), Some(&serde_json::Value::Null), "{key}");
        assert!(losses.contains(&minted(key)), "{losses:?}");
    }
    assert!(losses.contains(&minted("label.color")) && losses.contains(&minted("node_id")));
    assert!(!losses.contains(&minted("url")));

    let (out, losses) = complete(
        r#"{"event":"committed","sha":"abc","url":"https://api.github.com/repos/octo/hello/git/commits/abc","verification":{"verified":true,"reason":"valid","signature":"s","payload":null}}"#,
        "timeline",
    );
    assert_eq!(out["html_url"], "https://github.com/octo/hello/commit/abc");
    assert_eq!(out["verification"]["verified_at"], serde_json::Value::Null);
    assert!(losses.contains(&minted("verification.verified_at")));
    assert_eq!(out.get("performed_via_github_app"), None);

    let (out, losses) = complete(
        r#"{"event":"reviewed","id":9,"user":null,"state":"approved","pull_request_url":"https://api.github.com/repos/octo/hello/pulls/3"}"#,
        "timeline",
    );
    assert_eq!(out["user"]["login"], "ghost");
    assert_eq!(
        out["_links"]["html"]["href"],
        "https://github.com/octo/hello/pull/3#pullrequestreview-9"
    );
    assert!(losses.contains(&(LossKind::Altered, "user".to_owned())));
    assert!(losses.contains(&minted("commit_id")));

    let (out, _) = complete(
        r#"{"event":"locked","id":4,"actor":null,"created_at":"2020-01-02T03:04:05Z"}"#,
        "issue-event",
    );
    assert_eq!(out["lock_reason"], serde_json::Value::Null);
    assert_eq!(out["actor"]["login"], "ghost");
}

#[test]
fn items_without_an_id_get_ids_that_differ() {
    let text = r#"{"event":"mentioned","actor":null,"created_at":"2020-01-02T03:04:05Z"} {"event":"mentioned","actor":null,"created_at":"2020-01-02T03:04:05Z"}"#;
    let mut store = read(text, "timeline");
    let (out, _) = written_for(&mut store, Some("2026-03-10".parse().unwrap()));
    let ids: Vec<u64> = out
        .iter()
        .map(|text| {
            let object: serde_json::Value = serde_json::from_str(text).unwrap();
            object["id"].as_u64().unwrap()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
}
