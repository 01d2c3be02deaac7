//! One issue: shown, created, edited.

use http::Method;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

pub(super) const ROUTES: &[Route] = &[on(
    Method::GET,
    "/repos/{owner}/{repo}/issues/{number}",
    get,
)];

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let repository = exchange.repository_name(&snapshot)?;
    let issue = snapshot.issue(&repository, exchange.number("number")?)?;
    let body = exchange
        .view(&snapshot)
        .object(issue.record.id(), Resource::Issue)?;
    Ok(Answer::ok(body).modified(issue.summary.updated_at))
}
