//! Any record in any form of the API, at the address of a server.

use std::sync::Arc;

use backlot_model::{Change, Loss, Outgoing, Tallies, Value as Field};
use serde_json::Value;

use super::{EXAMPLES, read};
use crate::stand_in::StandIn;
use crate::{ApiVersion, Renderer, Resource};

const BASE: &str = "http://127.0.0.1:8080/api/v3";
const PAGES: &str = "http://127.0.0.1:8080";

fn renderer() -> Renderer {
    Renderer::new(Some(ApiVersion::V2022)).served(BASE, None)
}

fn serve(renderer: &mut Renderer, store: &mut StandIn, of: &Outgoing, form: Resource) -> Value {
    let mut losses: Vec<Loss> = Vec::new();
    let mut out = Vec::new();
    let wanted = Outgoing {
        wanted: form.views().first().copied(),
        ..of.clone()
    };
    renderer
        .render(&wanted, store, &mut out, &mut losses)
        .unwrap();
    assert_eq!(losses, []);
    serde_json::from_slice(&out).unwrap()
}

fn served(text: &str, kind: &str, form: Resource) -> Value {
    let mut store = read(text, kind);
    let of = store.records[0].clone();
    serve(&mut renderer(), &mut store, &of, form)
}

fn assert_based(value: &Value, key: &str) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| assert_based(value, key)),
        Value::Array(elements) => elements.iter().for_each(|value| assert_based(value, key)),
        Value::String(text) if key == "html_url" => {
            assert!(text.starts_with(PAGES) && !text.contains("/api/"), "{text}");
        }
        Value::String(text) if key != "avatar_url" && key.ends_with("url") => {
            assert!(
                !text.contains("github.com") || key == "git_url" || key == "ssh_url",
                "{key} {text}"
            );
        }
        _ => {}
    }
}

#[test]
fn every_form_of_every_object_stands_at_the_address_of_the_server() {
    for (kind, text) in EXAMPLES {
        let mut store = read(text, kind);
        let mut renderer = renderer();
        for of in store.records.clone() {
            let forms = Resource::ALL.iter().filter(|form| form.has(&of));
            let mut served = 0;
            for form in forms {
                let object = serve(&mut renderer, &mut store, &of, *form);
                assert_based(&object, "");
                let said: Value = serde_json::from_str(text).unwrap();
                for key in ["title", "body", "name", "login", "number", "event", "note"] {
                    if said[key].is_string() || said[key].is_number() {
                        assert_eq!(object[key], said[key], "{kind} {key}");
                    }
                }
                if said["id"].is_number() {
                    assert_eq!(object["id"], said["id"], "{kind}");
                }
                served += 1;
            }
            assert!(served > 0, "{kind}");
        }
    }
}

#[test]
fn an_event_goes_over_into_the_other_forms() {
    let mut store = read(super::EVENT, "issue-event");
    let event = store.records[0].clone();
    let known = read(super::ISSUE, "issue");
    store.embedded.extend(known.embedded);
    let mut issue = known.records[0].clone();
    let mut record = (*event.record).clone();
    record.set(Field::Parent(backlot_model::Parent::Record(
        issue.record.id(),
    )));
    let id = issue.record.id();
    issue.base = None;
    store.by_id.insert(id, Arc::new(issue));
    let event = Outgoing {
        record: Arc::new(record),
        ..event
    };
    let mut renderer = renderer();
    let whole = serve(&mut renderer, &mut store, &event, Resource::IssueEvent);
    assert_eq!(whole["issue"]["title"], "It crashes");
    assert_eq!(
        whole["issue"]["url"],
        format!("{BASE}/repos/octo/hello/issues/12")
    );
    assert_eq!(whole["event"], "labeled");
    for form in [Resource::Event, Resource::Timeline] {
        let alone = serve(&mut renderer, &mut store, &event, form);
        assert!(alone.get("issue").is_none());
        assert_eq!(alone["id"], 55);
        assert_eq!(alone["performed_via_github_app"], Value::Null);
    }
}

#[test]
fn a_comment_is_an_item_of_a_timeline_and_the_other_way_round() {
    let item = served(super::COMMENT, "comment", Resource::Timeline);
    assert_eq!(item["event"], "commented");
    assert_eq!(item["actor"]["login"], "mona");
    let told = super::COMMENT.replacen(
        "\"body\"",
        "\"event\":\"commented\",\"actor\":{\"login\":\"mona\",\"id\":1},\"body\"",
        1,
    );
    let comment = served(&told, "timeline", Resource::Comment);
    assert!(comment.get("event").is_none() && comment.get("actor").is_none());
    assert_eq!(comment["id"], 99);
    assert_eq!(comment["body"], "Me too");
}

#[test]
fn a_pull_request_is_an_issue() {
    let issue = served(super::PULL, "pull", Resource::Issue);
    assert_eq!(issue["number"], 12);
    assert_eq!(issue["id"], 77);
    assert_eq!(issue["title"], "Mend it");
    let url = format!("{BASE}/repos/octo/hello/pulls/12");
    assert_eq!(issue["pull_request"]["url"], url);
    assert_eq!(issue["html_url"], format!("{PAGES}/octo/hello/pull/12"));
    assert!(issue.get("head").is_none());
    for key in [
        "labels",
        "comments",
        "locked",
        "state",
        "milestone",
        "comments_url",
    ] {
        assert!(issue.get(key).is_some(), "{key}");
    }
}

#[test]
fn what_was_only_kept_moves_to_the_server_and_texts_do_not() {
    let text = super::ISSUE
        .replace("Each time.", "See \\\"url\\\":\\\"https://api.github.com/repos/octo/hello\\\"")
        .replacen(
            "{",
            r#"{"_links":{"self":{"href":"https://api.github.com/repos/octo/hello/issues/12"}},"other_url":"https://github.com/octo/hello","more":[{"html_url":"https://github.com/octo","note":"https://github.com/octo"}],"#,
            1,
        );
    let issue = served(&text, "issue", Resource::Issue);
    let body = issue["body"].as_str().unwrap();
    assert!(body.contains("\"url\":\"https://api.github.com/repos/octo/hello\""));
    let link = format!("{BASE}/repos/octo/hello/issues/12");
    assert_eq!(issue["_links"]["self"]["href"], link);
    assert_eq!(issue["other_url"], format!("{PAGES}/octo/hello"));
    assert_eq!(issue["more"][0]["html_url"], format!("{PAGES}/octo"));
    assert_eq!(issue["more"][0]["note"], "https://github.com/octo");
}

#[test]
fn a_repository_has_all_keys_and_the_name_that_it_has_here() {
    let text = r#"{"id":5,"node_id":"MDEwOlJlcG9zaXRvcnk1","name":"hello","full_name":"octo/hello","private":false,"owner":{"login":"octo","id":9},"html_url":"https://github.com/octo/hello","description":null,"fork":false,"url":"https://api.github.com/repos/octo/hello","homepage":"https://github.com/octo","created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z"}"#;
    let repository = served(text, "repository", Resource::Repository);
    // What may be done there depends on who asks.
    assert_eq!(repository.get("permissions"), None);
    assert_eq!(repository["homepage"], "https://github.com/octo");
    for key in [
        "has_wiki",
        "default_branch",
        "visibility",
        "topics",
        "archive_url",
    ] {
        assert!(repository.get(key).is_some(), "{key}");
    }
    let mut store = read(text, "repository");
    let mut of = store.records[0].clone();
    let mut record = (*of.record).clone();
    record.apply(&Change::Set(Field::Name("mine/hi".into())));
    of.record = Arc::new(record);
    store.by_id.insert(of.record.id(), Arc::new(of.clone()));
    let repository = serve(&mut renderer(), &mut store, &of, Resource::Repository);
    assert_eq!(repository["full_name"], "mine/hi");
    assert_eq!(repository["name"], "hi");
    assert_eq!(repository["url"], format!("{BASE}/repos/mine/hi"));
    assert_eq!(repository["owner"]["login"], "mine");
}

#[test]
fn labels_say_that_they_are_in_use_and_counts_are_those_of_the_store() {
    let label = served(super::LABEL, "label", Resource::Label);
    assert_eq!(label["archived_at"], Value::Null);
    assert!(label.get("archived_by").is_some());
    let milestone = served(super::MILESTONE, "milestone", Resource::Milestone);
    // The stand-in counts nothing.
    let none = Tallies::default();
    assert_eq!(milestone["open_issues"], none.open_issues);
    assert_eq!(milestone["closed_issues"], none.closed_issues);
}

#[test]
fn what_a_renderer_remembers_of_records_can_be_forgotten() {
    let mut store = read(super::ISSUE, "issue");
    let issue = store.records[0].clone();
    let author = issue.record.author().unwrap();
    let mut renderer = renderer();
    let before = serve(&mut renderer, &mut store, &issue, Resource::Issue);
    let mut base = backlot_model::Record::new(author, backlot_model::RecordKind::User);
    base.set(Field::Name("mona".into()));
    let mut renamed = base.clone();
    renamed.set(Field::Name("lisa".into()));
    let user = Outgoing {
        record: Arc::new(renamed),
        base: Some(Arc::new(base)),
        stated: None,
        ..issue.clone()
    };
    store.by_id.insert(author, Arc::new(user));
    let kept = serve(&mut renderer, &mut store, &issue, Resource::Issue);
    assert_eq!(kept["user"], before["user"]);
    renderer.forget_records();
    let after = serve(&mut renderer, &mut store, &issue, Resource::Issue);
    assert_eq!(after["user"]["login"], "lisa");
    assert_eq!(after["user"]["url"], format!("{BASE}/users/lisa"));
}
