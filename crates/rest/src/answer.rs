//! What an endpoint answers, before it becomes a response.

use backlot_model::Timestamp;
use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde_json::Value;

/// What an endpoint answers.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// JSON; empty for an answer without a body.
    pub(crate) body: Bytes,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// When what is told was last changed, where that is known.
    pub(crate) last_modified: Option<Timestamp>,
    /// The tag of the body, where it is known already.
    pub(crate) tag: Option<HeaderValue>,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, body: Vec<u8>) -> Self {
        Self {
            status,
            body: body.into(),
            headers: Vec::new(),
            last_modified: None,
            tag: None,
        }
    }

    /// 200 with JSON that is written already.
    pub(crate) fn ok(body: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 200 with a value.
    pub(crate) fn value(value: &Value) -> Self {
        Self::ok(value.to_string().into_bytes())
    }

    /// 201 with JSON that is written already.
    pub(crate) fn created(body: Vec<u8>) -> Self {
        Self::new(StatusCode::CREATED, body)
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, Vec::new())
    }

    /// Adds a header, unless its value cannot be one.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Says when what is told was last changed.
    #[must_use]
    pub(crate) const fn modified(mut self, at: Option<Timestamp>) -> Self {
        self.last_modified = at;
        self
    }
}
