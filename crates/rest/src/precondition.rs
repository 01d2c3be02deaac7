//! Writes that are to be done only to what the client has seen.

use backlot_model::Timestamp;
use http::header::{IF_MATCH, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, Method, StatusCode};

use crate::conditional;
use crate::problem::Problem;

/// Whether a request says something of the state that it is to be done to.
pub(crate) fn is_conditional(method: &Method, headers: &HeaderMap) -> bool {
    let names = [IF_MATCH, IF_NONE_MATCH, IF_UNMODIFIED_SINCE];
    !matches!(*method, Method::GET | Method::HEAD)
        && names.iter().any(|name| headers.contains_key(name))
}

/// What is told of a condition that does not hold.
pub(crate) fn failed() -> Problem {
    Problem::new(StatusCode::PRECONDITION_FAILED, "Precondition Failed")
}

/// Refuses a write whose condition does not hold for what is there: its tag, and when anything was last changed. None is there: both are none.
///
/// # Errors
/// 412; 304 for what GitHub's documents of classic projects name it: a write to what the client has as it is.
pub(crate) fn check(
    headers: &HeaderMap,
    path: &str,
    tag: Option<&str>,
    modified: Option<Timestamp>,
) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(wanted) = text(IF_MATCH) {
        let matches = tag.is_some_and(|tag| conditional::names(wanted, tag));
        return matches.then_some(()).ok_or_else(failed);
    }
    if let Some(since) = text(IF_UNMODIFIED_SINCE).and_then(conditional::seconds)
        && modified
            .is_some_and(|at| conditional::second_after(at).is_none_or(|after| after > since))
    {
        return Err(failed());
    }
    let known = text(IF_NONE_MATCH).zip(tag);
    if known.is_some_and(|(known, tag)| conditional::names(known, tag)) {
        let is_project = path.starts_with("/projects/") || path.ends_with("/projects");
        return Err(match is_project {
            true => Problem::new(StatusCode::NOT_MODIFIED, "Not Modified"),
            false => failed(),
        });
    }
    Ok(())
}
