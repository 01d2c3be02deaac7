//! A client that calls an API in process and remembers what it asked and what came.

use std::sync::{Arc, Mutex};

use backlot_core::{NewIssue, NewMilestone, Store, StoreOptions};
use backlot_model::Actor;
use backlot_rest::{Api, ApiOptions, Caller, Permission};
use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use serde_json::Value;

/// The address of the API in tests.
pub(crate) const ADDRESS: &str = "http://127.0.0.1:8080";

/// A case: its name, and what it does with a client of a fresh world.
pub(crate) type Case = (&'static str, fn(&Client));

/// One request and how it was answered.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// The path, without the query.
    pub(crate) path: String,
    /// The names of parameters in the query.
    pub(crate) query: Vec<String>,
    /// The keys of the object in the body.
    pub(crate) body: Vec<String>,
    pub(crate) status: u16,
    /// The version of GitHub's API that was asked for; empty for none.
    pub(crate) version: String,
    /// What was answered.
    pub(crate) reply: Bytes,
}

/// What an API answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    /// The body as JSON; null where there is none.
    pub(crate) fn json(&self) -> Value {
        match self.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&self.body).unwrap(),
        }
    }

    /// A header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The reply, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        let told = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}", &told[..told.len().min(2000)]);
        self
    }
}

/// A client of an API.
pub(crate) struct Client {
    pub(crate) api: Arc<Api>,
    headers: Vec<(String, String)>,
    pub(crate) log: Arc<Mutex<Vec<Asked>>>,
}

impl Client {
    /// A client of the API on a small backlog: `octo/hello` with issues 1 and 2, the label `bug`, milestone 1. Who
    /// calls is `mona`, who may do everything; `Client::as_reader` calls as `reader`, who may not push.
    pub(crate) fn fresh() -> Self {
        Self::on(small_store())
    }

    /// A client of the API on a store.
    pub(crate) fn on(store: Store) -> Self {
        Self::asked_so(store, |options| options)
    }

    fn asked_so(store: Store, adjust: impl FnOnce(ApiOptions) -> ApiOptions) -> Self {
        let reader = Caller {
            login: "reader".to_owned(),
            permission: Permission::Read,
        };
        let suspended = Caller {
            login: "suspended".to_owned(),
            permission: Permission::None,
        };
        let triager = Caller {
            login: "triager".to_owned(),
            permission: Permission::Triage,
        };
        let options = ApiOptions::with_tokens()
            .token("mona-token", Caller::admin("mona"))
            .token("triager-token", triager)
            .token("reader-token", reader)
            .token("suspended-token", suspended);
        Self {
            api: Arc::new(Api::new(store, adjust(options))),
            headers: vec![("authorization".to_owned(), "Bearer mona-token".to_owned())],
            log: Arc::default(),
        }
    }

    /// A client of the API on another store, whose requests count as this one's in the table of conformance.
    pub(crate) fn beside(&self, store: Store) -> Self {
        Self {
            log: Arc::clone(&self.log),
            ..Self::on(store)
        }
    }

    /// A client of an API on the same store that refuses what others would silently drop.
    pub(crate) fn refusing(&self) -> Self {
        let store = self.api.store().clone();
        Self {
            log: Arc::clone(&self.log),
            ..Self::asked_so(store, |options| options.silent_drops(false))
        }
    }

    /// The same API for another caller: headers are replaced by these.
    pub(crate) fn with_headers(&self, headers: &[(&str, &str)]) -> Self {
        Self {
            api: Arc::clone(&self.api),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            log: Arc::clone(&self.log),
        }
    }

    /// The same as mona, with one more header.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        self.with_headers(&[("authorization", "Bearer mona-token"), (name, value)])
    }

    /// The same for one who may not push.
    pub(crate) fn as_reader(&self) -> Self {
        self.with_headers(&[("authorization", "Bearer reader-token")])
    }

    /// The same for one who may label and close, and not push.
    pub(crate) fn as_triager(&self) -> Self {
        self.with_headers(&[("authorization", "Bearer triager-token")])
    }

    /// The same for one without a token.
    pub(crate) fn as_nobody(&self) -> Self {
        self.with_headers(&[])
    }

    /// The same for one whose account is suspended.
    pub(crate) fn as_suspended(&self) -> Self {
        self.with_headers(&[("authorization", "Bearer suspended-token")])
    }

    /// The same with a token that nobody has.
    pub(crate) fn as_stranger(&self) -> Self {
        self.with_headers(&[("authorization", "Bearer guessed")])
    }

    /// A request with a body as it is.
    pub(crate) fn send(&self, method: Method, path: &str, body: &str) -> Reply {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(format!("{ADDRESS}{path}"));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap();
        let response = self.api.call(request);
        let reply = Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.into_body(),
        };
        self.remember(method, path, body, &reply);
        reply
    }

    /// A header that it sends; empty for none.
    fn header(&self, name: &str) -> String {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn remember(&self, method: Method, path: &str, body: &str, reply: &Reply) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let names = query.split('&').filter(|pair| !pair.is_empty());
        let body = match serde_json::from_str(body) {
            Ok(Value::Object(object)) => object.keys().cloned().collect(),
            // A form.
            Err(_) if body.contains('=') && !body.contains('\n') => {
                let pairs = body.split('&').map(|pair| pair.split('=').next().unwrap());
                pairs.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        self.log.lock().unwrap().push(Asked {
            method,
            path: path.to_owned(),
            query: names
                .map(|pair| pair.split('=').next().unwrap().to_owned())
                .collect(),
            body,
            status: reply.status,
            version: self.header("x-github-api-version"),
            reply: reply.body.clone(),
        });
    }

    /// A request with a form as its body.
    pub(crate) fn form(&self, method: Method, path: &str, form: &str) -> Reply {
        let kind = "application/x-www-form-urlencoded";
        self.with("content-type", kind).send(method, path, form)
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &body.to_string())
    }

    pub(crate) fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, path, &body.to_string())
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, &body.to_string())
    }

    pub(crate) fn delete_with(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::DELETE, path, &body.to_string())
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, "")
    }
}

/// `octo/hello` with issues 1 and 2, the label `bug`, milestone 1.
pub(crate) fn small_store() -> Store {
    let store = StoreOptions::new().in_memory().unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    let mut repository = tx
        .create_repository(&"octo/hello".parse().unwrap())
        .unwrap();
    repository
        .create_milestone(NewMilestone::titled("Beta"))
        .unwrap();
    repository
        .create_issue(
            NewIssue::titled("Crash on start")
                .label("bug")
                .body("It **crashes**.")
                .milestone(1),
        )
        .unwrap();
    repository
        .create_issue(NewIssue::titled("Dark theme").assignee("hubot"))
        .unwrap();
    tx.commit().unwrap();
    store
}
