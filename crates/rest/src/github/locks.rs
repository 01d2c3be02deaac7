//! Locking conversations.

use backlot_model::LockReason;
use http::Method;

use super::subject::subject;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::PUT,
        "/repos/{owner}/{repo}/issues/{number}/lock",
        lock,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/lock",
        unlock,
    ),
];

fn lock(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let number = {
        let snapshot = exchange.read()?;
        subject(exchange, &snapshot)?.number
    };
    exchange.pusher()?;
    let input = exchange.input()?;
    let reason = input.text("lock_reason")?.map(LockReason::from_word);
    let commit = format!("lock issue {number}");
    exchange.write_here(&commit, |repository| {
        Ok(repository.lock_issue(number, reason)?)
    })?;
    Ok(Answer::no_content())
}

fn unlock(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let number = {
        let snapshot = exchange.read()?;
        subject(exchange, &snapshot)?.number
    };
    exchange.pusher()?;
    let commit = format!("unlock issue {number}");
    exchange.write_here(&commit, |repository| Ok(repository.unlock_issue(number)?))?;
    Ok(Answer::no_content())
}
