//! The comment that stands at the top of its issue.

use http::Method;

use super::find;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

const PIN: &str = "/repos/{owner}/{repo}/issues/comments/{comment_id}/pin";

pub(super) const ROUTES: &[Route] = &[on(Method::PUT, PIN, pin), on(Method::DELETE, PIN, unpin)];

fn pin(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let comment = find::comment(exchange, &exchange.read()?)?.id();
    exchange.write_here("pin a comment", |repository| {
        Ok(repository.pin_comment(comment)?)
    })?;
    let snapshot = exchange.read()?;
    let mut view = exchange.view(&snapshot);
    view.object(comment, Resource::Comment).map(Answer::ok)
}

fn unpin(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let comment = find::comment(exchange, &exchange.read()?)?.id();
    exchange.write_here("unpin a comment", |repository| {
        Ok(repository.unpin_comment(comment)?)
    })?;
    Ok(Answer::no_content())
}
