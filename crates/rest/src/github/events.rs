//! Events: of a repository, of one issue, and one by itself.

use backlot_core::HistoryItem;
use backlot_model::RecordKind;
use http::Method;

use super::find;
use super::happenings::is_event;
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::{FORGE, Resource};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/events",
        of_repository,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/events/{event_id}",
        get,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/events",
        of_issue,
    ),
];

/// How far back GitHub goes. What is there is given beyond it too, but behind the end it tells that pages are limited.
const FAR: usize = 40_000;

fn of_repository(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    let items = snapshot.history_of(&name, RecordKind::HistoryEvent)?;
    // The newest comes first, unlike in the list of one issue.
    let items: Vec<&HistoryItem> = items.iter().rev().filter(|item| is_listed(item)).collect();
    let paging = exchange.paging();
    let begin = (paging.page - 1).saturating_mul(paging.per_page);
    if begin >= items.len().max(FAR) {
        return Err(Problem::unprocessable(
            "In order to keep the API fast for everyone, pagination is limited for this resource.",
        ));
    }
    let mut view = exchange.view(&snapshot);
    let body = view.items(&paging.cut(&items), Resource::IssueEvent)?;
    Ok(exchange.paged(&view, paging, items.len(), body))
}

fn of_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    let items = snapshot.thread(issue.id())?;
    let items: Vec<&HistoryItem> = items.iter().filter(|item| is_listed(item)).collect();
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let body = view.items(&paging.cut(&items), Resource::Event)?;
    Ok(exchange.paged(&view, paging, items.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    let number = exchange.number("event_id")?;
    let item = snapshot.event_with_number(&name, FORGE, number)?;
    let item = item.filter(is_listed).ok_or_else(Problem::not_found)?;
    let mut view = exchange.view(&snapshot);
    let body = view.item(&item, Resource::IssueEvent)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

/// Whether an item is among those that the lists of events have.
fn is_listed(item: &HistoryItem) -> bool {
    item.event().is_some_and(is_event)
}
