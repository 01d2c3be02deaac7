//! Dependencies: which issues wait for which.

use backlot_model::Record;
use http::{Method, StatusCode};

use super::find;
use super::sub_issues::{issues, required, show};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};

const BLOCKED_BY: &str = "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, BLOCKED_BY, |exchange| {
        list(exchange, |issue| issue.blocked_by().to_vec())
    }),
    on(Method::POST, BLOCKED_BY, add),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by/{issue_id}",
        remove,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocking",
        |exchange| list(exchange, |issue| issue.blocking().to_vec()),
    ),
];

type Side = fn(&Record) -> Vec<backlot_model::RecordId>;

fn list(exchange: &Exchange<'_>, side: Side) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    issues(exchange, &snapshot, &side(&issue))
}

/// Answers with the issue that waits now.
fn add(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let id = required(&exchange.input()?, "issue_id")?;
    let (issue, blocker) = {
        let snapshot = exchange.read()?;
        let issue = find::issue(exchange, &snapshot)?;
        let found = find::issue_with_id(&snapshot, id)?;
        let (_, blocker) = found.ok_or_else(Problem::not_found)?;
        (issue.id(), blocker)
    };
    let number = exchange.number("number")?;
    let reason = format!("let issue {number} wait for {blocker}");
    let is_new = exchange.write_here(&reason, |repository| {
        Ok(repository.add_blocked_by(number, &blocker)?)
    })?;
    match is_new {
        true => show(exchange, issue).map(Answer::created),
        false => Err(Problem::field("Issue", "issue_id", "already_exists")),
    }
}

/// Answers with the issue that no longer waits.
fn remove(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let id = exchange.number("issue_id").map_err(|_| Problem {
        status: StatusCode::BAD_REQUEST,
        ..Problem::invalid_request("\"issue_id\" is not an integer.")
    })?;
    let (issue, blocker) = {
        let snapshot = exchange.read()?;
        let issue = find::issue(exchange, &snapshot)?;
        let found = find::issue_with_id(&snapshot, id)?;
        let (_, blocker) = found.ok_or_else(Problem::not_found)?;
        (issue.id(), blocker)
    };
    let number = exchange.number("number")?;
    let reason = format!("let issue {number} no longer wait for {blocker}");
    let is_changed = exchange.write_here(&reason, |repository| {
        Ok(repository.remove_blocked_by(number, &blocker)?)
    })?;
    match is_changed {
        true => show(exchange, issue).map(Answer::ok),
        false => Err(Problem::not_found()),
    }
}
