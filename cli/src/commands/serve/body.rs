//! The body of a request, up to a length and a time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::Body;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::timeout;

use super::refusal::Refusal;

/// How many times the longest body is read and thrown away, so that a client comes to read why it was refused.
const THROWN_AWAY: u64 = 16;

const TOO_LONG: Refusal =
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long.").last();

const TOO_SLOW: Refusal = Refusal::new(
    StatusCode::REQUEST_TIMEOUT,
    "The body took too long to come.",
)
.last();

const BROKEN: Refusal =
    Refusal::new(StatusCode::BAD_REQUEST, "The body ended before its end.").last();

/// Reads a body of at most so many bytes that comes in at most this time. `waits` is whether the client sends it only
/// after it was told to.
pub(super) async fn read(
    mut body: Incoming,
    longest: usize,
    patience: Duration,
    waits: bool,
) -> Result<Bytes, Refusal> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let announced = body.size_hint().lower();
    if announced > longest as u64 && waits {
        return Err(TOO_LONG);
    }
    let all = collect(&mut body, longest);
    timeout(patience, all).await.unwrap_or(Err(TOO_SLOW))
}

async fn collect(body: &mut Incoming, longest: usize) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    let mut length = 0_u64;
    let most = longest as u64;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BROKEN)?.into_data() else {
            continue;
        };
        length += data.len() as u64;
        if length > most {
            all = BytesMut::new();
            if length > most.saturating_mul(THROWN_AWAY) {
                return Err(TOO_LONG);
            }
        } else if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            if all.is_empty() {
                all.extend_from_slice(&first);
            }
            all.extend_from_slice(&data);
        }
    }
    match () {
        () if length > most => Err(TOO_LONG),
        () if all.is_empty() => Ok(first),
        () => Ok(all.freeze()),
    }
}
