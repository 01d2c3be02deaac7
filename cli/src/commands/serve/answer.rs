//! One request: guarded, read, answered, written down.

use std::convert::Infallible;
use std::net::IpAddr;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::header::EXPECT;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;

use super::places::Place;
use super::refusal::Refusal;
use super::{Server, body, cors, guard};

const GAVE_UP: Refusal = Refusal::new(
    StatusCode::INTERNAL_SERVER_ERROR,
    "Something failed that should not have. `backlot verify` says whether the store is damaged.",
);

const STOPS: Refusal = Refusal::new(
    StatusCode::SERVICE_UNAVAILABLE,
    "The server is being stopped.",
)
.last();

/// Answers a request that came in at this address of the machine.
pub(super) async fn answer(
    server: Arc<Server>,
    place: Arc<Place>,
    local: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let begun = Instant::now();
    let line = server.log.begin(request.method(), request.uri());
    let response = respond(&server, &place, local, request).await;
    place.waits();
    let bytes = response.body().len();
    server.log.end(&line, &response, bytes, begun.elapsed());
    Ok(response.map(Full::new))
}

async fn respond(
    server: &Arc<Server>,
    place: &Place,
    local: IpAddr,
    request: Request<Incoming>,
) -> Response<Bytes> {
    let (mut head, incoming) = request.into_parts();
    if let Err(refusal) = server.guard.check(&mut head, local) {
        return refusal.response();
    }
    let origin = server.guard.origin(&head.headers).cloned();
    let mut response = match origin.is_some() && cors::is_preflight(&head.method, &head.headers) {
        true => preflight(),
        false => {
            let waits = head.headers.contains_key(EXPECT);
            let read = body::read(incoming, server.longest_body, server.patience, waits);
            match read.await {
                Ok(body) => {
                    place.works();
                    call(server, Request::from_parts(head, body)).await
                }
                Err(refusal) => refusal.response(),
            }
        }
    };
    if let Some(origin) = origin {
        cors::allow_reading(response.headers_mut(), &origin);
    }
    response
}

fn preflight() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    cors::allow_requests(response.headers_mut());
    response
}

/// Reading is mostly over before another thread would be awake, so it is done here, by so many at a time that threads
/// are left. Writing waits for the disk and for other writers, and must not keep who reads waiting.
async fn call(server: &Arc<Server>, request: Request<Bytes>) -> Response<Bytes> {
    if !guard::is_write(request.method()) {
        let _permit = server.reading.acquire().await;
        return guarded(server, request);
    }
    let server = Arc::clone(server);
    let written = tokio::task::spawn_blocking(move || match server.file.check() {
        Ok(()) => guarded(&server, request),
        Err(refusal) => refusal.response(),
    });
    written.await.unwrap_or_else(|_| STOPS.response())
}

/// The engine of the store answers some damage to its file with a panic.
fn guarded(server: &Server, request: Request<Bytes>) -> Response<Bytes> {
    let called = panic::catch_unwind(AssertUnwindSafe(|| server.api.call(request)));
    called.unwrap_or_else(|_| GAVE_UP.response())
}
