//! What is refused before the API sees it.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde_json::json;

/// A request that is refused before the API sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) message: &'static str,
    /// Whether nothing else is to be read from the connection.
    pub(super) is_last: bool,
}

impl Refusal {
    pub(super) const fn new(status: StatusCode, message: &'static str) -> Self {
        Self {
            status,
            message,
            is_last: false,
        }
    }

    /// The same as the last answer on its connection.
    pub(super) const fn last(mut self) -> Self {
        self.is_last = true;
        self
    }

    /// The refusal as an answer.
    pub(super) fn response(self) -> Response<Bytes> {
        let body = json!({"message": self.message}).to_string();
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(CONTENT_TYPE, json);
        if self.is_last {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}
