//! The API as a service of `tower`: what clients written for one are given instead of a connection.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tower_service::Service;

use crate::api::Api;

/// How long a body may be, unless another limit is set: 1 MiB.
const LONGEST_BODY: usize = 1 << 20;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// An API as a service, for clients that take one instead of a connection. Its clones answer from the same store.
///
/// It answers in the thread that polls it: reading takes a fraction of a millisecond, writing waits for the disk.
#[derive(Clone)]
pub struct ApiService {
    api: Arc<Api>,
    longest_body: usize,
}

impl ApiService {
    /// A service that answers as this API does.
    pub fn new(api: impl Into<Arc<Api>>) -> Self {
        Self {
            api: api.into(),
            longest_body: LONGEST_BODY,
        }
    }

    /// Refuses requests with longer bodies than this, with 413.
    #[must_use]
    pub const fn longest_body(mut self, bytes: usize) -> Self {
        self.longest_body = bytes;
        self
    }

    /// The API behind it.
    pub fn api(&self) -> &Api {
        &self.api
    }
}

impl<B> Service<Request<B>> for ApiService
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Error>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let limited = Box::pin(Limited::new(body, service.longest_body));
            let response = match limited.collect().await {
                Ok(body) => service.api.call(Request::from_parts(head, body.to_bytes())),
                Err(error) if error.is::<LengthLimitError>() => {
                    refuse(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long.")
                }
                Err(_) => refuse(StatusCode::BAD_REQUEST, "The body ended before its end."),
            };
            Ok(response.map(Full::new))
        })
    }
}

fn refuse(status: StatusCode, message: &str) -> Response<Bytes> {
    let body = serde_json::json!({ "message": message }).to_string();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let length = HeaderValue::from(response.body().len());
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(CONTENT_TYPE, json);
    headers.insert(CONTENT_LENGTH, length);
    response
}
