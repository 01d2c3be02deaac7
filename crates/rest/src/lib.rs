//! The forges' REST APIs answered from a store: a request in, a response out, with no socket.
//!
//! An [`Api`] stands on one [`Store`](backlot_core::Store) and answers what clients of GitHub's API ask, and
//! under `/api/v5` what clients of GitCode's API ask. It is synchronous, and any number of threads may call it.
//!
//! ```
//! use backlot_core::{NewIssue, StoreOptions};
//! use backlot_model::Actor;
//! use backlot_rest::{Api, ApiOptions};
//! use bytes::Bytes;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = StoreOptions::new().in_memory()?;
//! let mut tx = store.write(Actor::login("mona"), "begin")?;
//! tx.create_repository(&"octo/hello".parse()?)?.create_issue(NewIssue::titled("Crash"))?;
//! tx.commit()?;
//!
//! let api = Api::new(store, ApiOptions::new("mona"));
//! let request = http::Request::get("https://api.github.com/repos/octo/hello/issues/1").body(Bytes::new())?;
//! let response = api.call(request);
//! assert_eq!(response.status(), 200);
//! assert!(response.headers().contains_key("etag"));
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod access;
mod address;
mod answer;
mod api;
mod conditional;
mod exchange;
mod gitcode;
mod github;
mod graph;
mod input;
mod kept;
mod markdown;
mod media;
mod options;
mod paging;
mod precondition;
mod problem;
mod query;
mod rendering;
mod route;
#[cfg(feature = "service")]
mod service;
mod texts;
mod view;

pub use access::{Caller, Permission};
pub use api::Api;
pub use options::ApiOptions;
pub use problem::Failure;
pub use route::{Endpoint, Forge};
#[cfg(feature = "service")]
pub use service::ApiService;
