//! Any record in any form of the API, at the address of a server.

use std::sync::Arc;

use backlot_model::{Change, Loss, Outgoing, Value as Field};
use serde_json::Value;

use super::{EXAMPLES, read};
use crate::stand_in::StandIn;
use crate::{Renderer, Resource, Shape};

const BASE: &str = "http://127.0.0.1:8080/api/v5";
const PAGES: &str = "http://127.0.0.1:8080";

fn serve(store: &mut StandIn, of: &Outgoing, form: Resource) -> Value {
    let mut losses: Vec<Loss> = Vec::new();
    let mut out = Vec::new();
    let wanted = Outgoing {
        wanted: form.views().first().copied(),
        ..of.clone()
    };
    Renderer::new(Shape::Documented)
        .served(BASE, None)
        .render(&wanted, store, &mut out, &mut losses)
        .unwrap();
    assert_eq!(losses, []);
    serde_json::from_slice(&out).unwrap()
}

fn served(text: &str, kind: &str, form: Resource) -> Value {
    let mut store = read(text, kind);
    let of = store.records[0].clone();
    serve(&mut store, &of, form)
}

fn assert_based(value: &Value, key: &str) {
    match value {
        Value::Object(entries) => entries
            .iter()
            .for_each(|(key, value)| assert_based(value, key)),
        Value::Array(elements) => elements.iter().for_each(|value| assert_based(value, key)),
        Value::String(text) if key.ends_with("url") => {
            assert!(!text.contains("gitcode.com"), "{key} {text}");
        }
        _ => {}
    }
}

#[test]
fn every_form_of_every_object_stands_at_the_address_of_the_server() {
    for (kind, text) in EXAMPLES {
        let mut store = read(text, kind);
        for of in store.records.clone() {
            let mut served = 0;
            for form in Resource::ALL.iter().filter(|form| form.has(&of)) {
                let object = serve(&mut store, &of, *form);
                assert_based(&object, "");
                let said: Value = serde_json::from_str(text).unwrap();
                for key in ["title", "login", "content", "id"] {
                    if !said[key].is_null() {
                        assert_eq!(object[key], said[key], "{kind} {key}");
                    }
                }
                served += 1;
            }
            assert!(served > 0, "{kind}");
        }
    }
}

#[test]
fn what_was_stated_as_documented_is_served_as_the_running_api_answers() {
    let issue = served(super::OLD_ISSUE, "issue", Resource::Issue);
    assert_eq!(issue["number"], "13");
    assert_eq!(issue["body"], "");
    assert!(issue.get("milestone").is_none());
    assert_eq!(issue["html_url"], format!("{PAGES}/octo/hello/issues/13"));
    let open = super::OLD_ISSUE.replace("\"closed\"", "\"opened\"");
    assert_eq!(served(&open, "issue", Resource::Issue)["state"], "open");
}

#[test]
fn what_a_webhook_told_is_served_as_an_issue_and_a_comment() {
    let issue = served(super::ISSUE_HOOK, "issue-hook", Resource::Issue);
    assert_eq!(issue["number"], "12");
    assert_eq!(issue["title"], "It crashes");
    assert!(issue.get("object_kind").is_none());
    let comment = served(super::NOTE_HOOK, "note-hook", Resource::Comment);
    assert_eq!(comment["body"], "Me too");
    assert_eq!(comment["id"], 99);
}

#[test]
fn the_name_that_a_repository_has_here_is_in_every_address() {
    let (_, text) = EXAMPLES[10];
    let mut store = read(text, "repository");
    let mut of = store.records[0].clone();
    let mut record = (*of.record).clone();
    record.apply(&Change::Set(Field::Name("mine/hi".into())));
    of.record = Arc::new(record);
    store.by_id.insert(of.record.id(), Arc::new(of.clone()));
    let repository = serve(&mut store, &of, Resource::Repository);
    assert_eq!(repository["full_name"], "mine/hi");
    assert_eq!(repository["path"], "hi");
    assert_eq!(repository["human_name"], "mine / hi");
    assert_eq!(repository["url"], format!("{BASE}/repos/mine/hi"));
    assert_eq!(repository["web_url"], format!("{PAGES}/mine/hi"));
}
