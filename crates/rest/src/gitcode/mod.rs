//! GitCode's REST API, version 5.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::route::Routes;

/// All endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new(&[])
}

/// The body of a refusal, as GitCode has it.
pub(crate) fn error_body(problem: &Problem) -> Value {
    json!({
        "error_code": problem.status.as_u16(),
        "error_code_name": match problem.status.as_u16() {
            404 => "NOT_FOUND",
            400..=499 => "BAD_REQUEST",
            _ => "UN_KNOW",
        },
        "error_message": problem.message,
    })
}
