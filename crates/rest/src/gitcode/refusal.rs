//! How GitCode refuses.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use backlot_core::Error;
use http::StatusCode;
use serde_json::{Value, json};

use crate::problem::{Fault, Problem};

/// Requests that were refused, so that no two have the same trace.
static REFUSED: AtomicU64 = AtomicU64::new(0);

/// A 404 that says what is not there.
pub(super) fn not_there(what: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("{what} Not Found"))
}

/// A result whose 404 says what is not there.
pub(super) fn known<T>(result: Result<T, Error>, what: &str) -> Result<T, Problem> {
    result.map_err(|error| {
        let problem = Problem::from(error);
        match problem.status {
            StatusCode::NOT_FOUND | StatusCode::GONE => not_there(what),
            _ => problem,
        }
    })
}

/// A problem with the status that GitCode has for it, and in words of one line: it knows neither 410 nor lists of
/// faults.
pub(crate) fn refusal(mut problem: Problem) -> Problem {
    if !problem.faults.is_empty() {
        let faults: Vec<String> = problem.faults.iter().map(told).collect();
        problem.message = faults.join(", ");
    }
    let exists = |fault: &Fault| fault.code == "already_exists";
    problem.status = match problem.status {
        StatusCode::GONE => StatusCode::NOT_FOUND,
        StatusCode::UNPROCESSABLE_ENTITY if problem.faults.iter().any(exists) => {
            StatusCode::CONFLICT
        }
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        other => other,
    };
    if problem.status == StatusCode::FORBIDDEN {
        problem.message = format!("403 Forbidden - {}", problem.message);
    }
    problem
}

fn told(fault: &Fault) -> String {
    match (&fault.message, fault.code) {
        (Some(message), _) => message.clone(),
        (None, "missing" | "missing_field") => format!("{} is missing", fault.field),
        (None, "already_exists") => format!("{} already exists", fault.field),
        (None, _) => format!("{} is invalid", fault.field),
    }
}

/// The body of a refusal, as GitCode has it.
pub(crate) fn error_body(problem: &Problem) -> Value {
    if problem.status == StatusCode::UNAUTHORIZED {
        return json!({ "message": "401 Unauthorized" });
    }
    let is_named = problem.message.ends_with(" Not Found") && problem.message != "Not Found";
    json!({
        "error_code": problem.status.as_u16(),
        "error_code_name": match problem.status.as_u16() {
            404 if is_named => "NOT_PATH",
            404 => "NOT_FOUND",
            400..=499 => "BAD_REQUEST",
            _ => "UN_KNOW",
        },
        "error_message": problem.message,
        "trace_id": trace(),
    })
}

/// A text of 32 hexadecimal digits that no other refusal has.
fn trace() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_nanos());
    let count = REFUSED.fetch_add(1, Ordering::Relaxed);
    let mut hash = blake3::Hasher::new();
    hash.update(&now.to_be_bytes());
    hash.update(&count.to_be_bytes());
    let hex = hash.finalize().to_hex();
    hex.as_str().get(..32).unwrap_or_default().to_owned()
}
