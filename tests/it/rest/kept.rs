//! Answers that are kept: what is answered from memory is what would be found in the store.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use backlot_core::Store;
use backlot_model::Actor;
use backlot_rest::{Api, ApiOptions, Caller, Permission};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::client::small_store;
use crate::support::{root, walk};

fn options() -> ApiOptions {
    let reader = Caller {
        login: "reader".to_owned(),
        permission: Permission::Read,
    };
    ApiOptions::with_tokens()
        .token("mona-token", Caller::admin("mona"))
        .token("reader-token", reader)
}

/// One API that keeps answers, and one that does not, on the same store.
fn both(store: &Store, kept: usize) -> (Api, Api) {
    let keeps = Api::new(store.clone(), options().keep_answers(kept));
    (keeps, Api::new(store.clone(), options().keep_answers(0)))
}

/// What a reader asks, but for its path.
#[derive(Clone, Copy, Debug)]
struct Manner {
    token: Option<&'static str>,
    host: &'static str,
    version: &'static str,
    accept: &'static str,
}

fn ask(api: &Api, method: &Method, path: &str, manner: Manner, body: &str) -> Asked {
    let mut request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header("host", manner.host)
        .header("accept", manner.accept)
        .header("x-github-api-version", manner.version);
    if let Some(token) = manner.token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = Bytes::copy_from_slice(body.as_bytes());
    let response = api.call(request.body(body).unwrap());
    let (mut head, mut body) = response.into_parts();
    // It follows the clock.
    head.headers.remove("x-ratelimit-reset");
    if path.starts_with("/api/v5") && !head.status.is_success() {
        // Each refusal has a number of its own.
        body.clear();
    }
    (head.status, head.headers, body)
}

type Asked = (StatusCode, HeaderMap, Bytes);

const MONA: Manner = Manner {
    token: Some("mona-token"),
    host: "127.0.0.1:8417",
    version: "2022-11-28",
    accept: "application/json",
};

fn manner() -> impl Strategy<Value = Manner> {
    let token = prop_oneof![
        Just(None),
        Just(Some("mona-token")),
        Just(Some("reader-token"))
    ];
    let host = prop_oneof![Just("127.0.0.1:8417"), Just("localhost")];
    let version = prop_oneof![Just("2022-11-28"), Just("2026-03-10")];
    let accept = prop_oneof![
        Just("application/json"),
        Just("application/vnd.github.full+json"),
        Just("application/vnd.github.raw+json"),
    ];
    (token, host, version, accept).prop_map(|(token, host, version, accept)| Manner {
        token,
        host,
        version,
        accept,
    })
}

fn read() -> impl Strategy<Value = String> {
    let paths = [
        "/repos/octo/hello/issues?state=all",
        "/repos/octo/hello/issues?labels=bug",
        "/repos/octo/hello/issues?state=all&per_page=1&page=2",
        "/repos/Octo/Hello/issues/1",
        "/repos/octo/hello/issues/2",
        "/repos/octo/hello/issues/1/comments",
        "/repos/octo/hello/issues/1/labels",
        "/repos/octo/hello/issues/1/timeline",
        "/repos/octo/hello/issues/events",
        "/repos/octo/hello/labels",
        "/repos/octo/hello/milestones",
        "/repos/octo/hello/milestones/1",
        "/repos/octo/hello/assignees",
        "/repos/octo/hello",
        "/issues",
        "/user",
        "/search/issues?q=crash",
        "/search/issues?q=created:%3E@today-1d",
        "/repositories/1/issues",
    ];
    let under = prop_oneof![Just(""), Just("/api/v3"), Just("/api/v5")];
    (under, 0..paths.len()).prop_map(move |(under, at)| format!("{under}{}", paths[at]))
}

fn edit() -> impl Strategy<Value = (Method, &'static str, Value)> {
    let label = prop_oneof![Just("bug"), Just("new"), Just("other")];
    prop_oneof![
        any::<u8>().prop_map(|n| {
            let title = json!({"title": format!("Crash {n}")});
            (Method::PATCH, "/repos/octo/hello/issues/1", title)
        }),
        any::<bool>().prop_map(|open| {
            let state = json!({"state": if open { "open" } else { "closed" }});
            (Method::PATCH, "/repos/octo/hello/issues/2", state)
        }),
        label.clone().prop_map(|name| {
            let labels = json!({"labels": [name]});
            (Method::PATCH, "/repos/octo/hello/issues/2", labels)
        }),
        label.prop_map(|name| {
            let renamed = json!({"new_name": name});
            (Method::PATCH, "/repos/octo/hello/labels/bug", renamed)
        }),
        any::<u8>().prop_map(|n| {
            let text = json!({"body": format!("See #2, {n}")});
            (Method::POST, "/repos/octo/hello/issues/1/comments", text)
        }),
        any::<u8>().prop_map(|n| {
            let title = json!({"title": format!("Beta {n}")});
            (Method::PATCH, "/repos/octo/hello/milestones/1", title)
        }),
        any::<u8>().prop_map(|n| {
            let new = json!({"title": format!("New {n}"), "milestone": 1});
            (Method::POST, "/repos/octo/hello/issues", new)
        }),
        Just((Method::PUT, "/repos/octo/hello/issues/1/lock", json!({}))),
    ]
}

#[derive(Clone, Debug)]
enum Step {
    Read(String, Manner),
    Edit(Method, &'static str, Value, bool),
}

#[test]
fn what_is_kept_is_what_would_be_found() {
    let read = (read(), manner()).prop_map(|(path, manner)| Step::Read(path, manner));
    let edit = (edit(), any::<bool>())
        .prop_map(|((method, path, body), is_own)| Step::Edit(method, path, body, is_own));
    let steps = proptest::collection::vec(prop_oneof![4 => read, 1 => edit], 1..40);
    let kept = prop_oneof![Just(20_000), Just(1 << 20)];
    let mut runner = TestRunner::new(Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    });
    let ran = runner.run(&(steps, kept), |(steps, kept)| {
        let store = small_store();
        let (keeps, finds) = both(&store, kept);
        for step in steps {
            match step {
                Step::Read(path, manner) => {
                    let found = ask(&finds, &Method::GET, &path, manner, "");
                    for _ in 0..2 {
                        let given = ask(&keeps, &Method::GET, &path, manner, "");
                        assert_eq!(given, found, "{path} {manner:?}");
                    }
                    let head = ask(&keeps, &Method::HEAD, &path, manner, "");
                    assert_eq!((&head.0, &head.1), (&found.0, &found.1), "{path}");
                    assert!(head.2.is_empty());
                }
                Step::Edit(method, path, body, is_own) => {
                    let api = if is_own { &keeps } else { &finds };
                    let before = store.last_sequence().unwrap();
                    let done = ask(api, &method, path, MONA, &body.to_string());
                    let changed = store.last_sequence().unwrap() > before;
                    assert!(!changed || done.0.is_success(), "{path}: {done:?}");
                }
            }
        }
        Ok(())
    });
    ran.unwrap();
}

/// Readers beside writers: each writer finds what it wrote, and whoever reads while nothing is written gets what is there.
#[test]
fn who_writes_reads_what_was_written() {
    let store = small_store();
    let (keeps, finds) = both(&store, 1 << 20);
    let is_over = AtomicBool::new(false);
    let list = "/repos/octo/hello/issues?state=all";
    let compared = thread::scope(|scope| {
        let writers: Vec<_> = [1, 2]
            .map(|issue| {
                let keeps = &keeps;
                scope.spawn(move || {
                    let path = format!("/repos/octo/hello/issues/{issue}");
                    for round in 0..60 {
                        let title = format!("Title {round}");
                        let edit = json!({"title": &title}).to_string();
                        let done = ask(keeps, &Method::PATCH, &path, MONA, &edit);
                        assert_eq!(done.0, 200, "{done:?}");
                        let (_, _, body) = ask(keeps, &Method::GET, &path, MONA, "");
                        let shown: Value = serde_json::from_slice(&body).unwrap();
                        assert_eq!(shown["title"], title.as_str());
                        let (_, _, body) = ask(keeps, &Method::GET, list, MONA, "");
                        let shown: Value = serde_json::from_slice(&body).unwrap();
                        let mut all = shown.as_array().unwrap().iter();
                        assert!(
                            all.any(|one| one["number"] == issue && one["title"] == title.as_str())
                        );
                    }
                })
            })
            .into_iter()
            .collect();
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut compared = 0;
                    while !is_over.load(Ordering::Relaxed) {
                        let before = store.last_sequence().unwrap();
                        let given = ask(&keeps, &Method::GET, list, MONA, "");
                        let found = ask(&finds, &Method::GET, list, MONA, "");
                        if store.last_sequence().unwrap() == before {
                            assert_eq!(given, found);
                            compared += 1;
                        }
                    }
                    compared
                })
            })
            .collect();
        let written: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        is_over.store(true, Ordering::Relaxed);
        let compared: u32 = readers.into_iter().map(|one| one.join().unwrap()).sum();
        written.into_iter().for_each(|one| one.unwrap());
        compared
    });
    assert!(compared > 0);
    let (given, found) = (
        ask(&keeps, &Method::GET, list, MONA, ""),
        ask(&finds, &Method::GET, list, MONA, ""),
    );
    assert_eq!(given, found);
}

/// Nobody gets what was answered to another one: who may not ask is refused, and what is nobody's business is not told.
#[test]
fn who_may_not_ask_gets_nothing_that_is_kept() {
    let store = small_store();
    let suspended = Caller {
        login: "suspended".to_owned(),
        permission: Permission::None,
    };
    let options = options().token("suspended-token", suspended).private(true);
    let api = Arc::new(Api::new(store, options));
    let path = "/repos/octo/hello/issues";
    let status = |token: Option<&'static str>| {
        let manner = Manner { token, ..MONA };
        ask(&api, &Method::GET, path, manner, "").0.as_u16()
    };
    for _ in 0..2 {
        assert_eq!(status(Some("mona-token")), 200);
        assert_eq!(status(None), 401);
        assert_eq!(status(Some("guessed")), 401);
        assert_eq!(status(Some("suspended-token")), 403);
    }
    let login = |token: &'static str| {
        let token = Some(token);
        let manner = Manner { token, ..MONA };
        let (_, _, body) = ask(&api, &Method::GET, "/user", manner, "");
        serde_json::from_slice::<Value>(&body).unwrap()["login"].clone()
    };
    for _ in 0..2 {
        assert_eq!(
            (login("mona-token"), login("reader-token")),
            (json!("mona"), json!("reader"))
        );
    }
}

/// Whether a comment is pinned is remembered until it changes.
#[test]
fn the_pinned_comment_of_an_issue_is_the_present_one() {
    let store = small_store();
    let (api, _) = both(&store, 1 << 20);
    let issue = "/repos/octo/hello/issues/1";
    let asked = |method: Method, path: &str, body: &str| {
        let (status, _, body) = ask(&api, &method, path, MONA, body);
        assert!(status.is_success(), "{method} {path}: {status}");
        match body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice::<Value>(&body).unwrap(),
        }
    };
    let comment = |text: &str| {
        let body = json!({"body": text}).to_string();
        let made = asked(Method::POST, &format!("{issue}/comments"), &body);
        made["id"].clone()
    };
    let address = |id: &Value| format!("/repos/octo/hello/issues/comments/{id}");
    let pin = |method: Method, id: &Value| asked(method, &format!("{}/pin", address(id)), "");
    let pinned = || asked(Method::GET, issue, "")["pinned_comment"]["id"].clone();
    let (first, second) = (comment("First"), comment("Second"));
    assert_eq!(pinned(), Value::Null);
    pin(Method::PUT, &first);
    assert_eq!(pinned(), first);
    comment("Third");
    assert_eq!(pinned(), first);
    pin(Method::DELETE, &first);
    assert_eq!(pinned(), Value::Null);
    pin(Method::PUT, &second);
    assert_eq!(pinned(), second);
    asked(Method::DELETE, &address(&second), "");
    assert_eq!(pinned(), Value::Null);
    let deleted = store.last_sequence().unwrap();
    store.undo(deleted, Actor::login("mona")).unwrap();
    assert_eq!(pinned(), second);
}

/// What follows the clock is not kept, for which it must be asked in one place.
#[test]
fn one_place_asks_the_clock_for_endpoints() {
    let mut asking: Vec<String> = Vec::new();
    let sources = root().join("crates/rest/src");
    for path in walk(&sources) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&sources).unwrap();
        let name = name.to_string_lossy().replace('\\', "/");
        let asks = [
            "SystemTime::now",
            "SystemEnvironment",
            "Instant::now",
            "Utc::now",
            "Local::now",
        ];
        if !name.contains("tests") && asks.iter().any(|clock| text.contains(clock)) {
            asking.push(name);
        }
    }
    asking.sort();
    // The first tells of limits with every answer, the second is asked by endpoints, and the third refuses.
    assert_eq!(asking, ["api.rs", "exchange.rs", "gitcode/refusal.rs"]);
}
