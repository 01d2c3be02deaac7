//! Comments, of one issue and of a whole repository.

use backlot_core::HistoryItem;
use backlot_gitcode::Resource;
use backlot_model::RecordKind;
use http::Method;

use super::filter::is_descending;
use super::parameters::{Parameters, missing, none_of};
use super::place::{check_author, comment, issue_id, moment, parameters, repository};
use super::refusal::known;
use super::view::{View, paged};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/comments",
        list_of_issue,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/comments",
        create,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/comments",
        list_of_repository,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/comments/{id}",
        get,
    ),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/issues/comments/{id}",
        update,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/comments/{id}",
        delete,
    ),
];

/// The running API gives the newest first, whatever its documents say.
fn list_of_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let snapshot = exchange.read()?;
    let thread = snapshot.thread(issue_id(exchange, &snapshot)?.0)?;
    let is_comment = |item: &&HistoryItem| item.kind() == RecordKind::Comment;
    let items = thread.iter().filter(is_comment).collect();
    let mut view = View::of(exchange, &snapshot);
    let is_descending = is_descending(&parameters, &["order", "direction"], true)?;
    page(exchange, &parameters, &mut view, items, is_descending)
}

fn list_of_repository(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let snapshot = exchange.read()?;
    let name = repository(exchange, &snapshot)?;
    let all = snapshot.history_of(&name, RecordKind::Comment)?;
    let mut items: Vec<&HistoryItem> = all.iter().collect();
    match parameters.given("sort")?.as_deref() {
        None | Some("created" | "created_at") => {}
        Some("updated" | "updated_at") => items.sort_by_key(|item| changed(item)),
        Some(_) => return Err(none_of("sort", "created, updated")),
    }
    let mut view = View::of(exchange, &snapshot);
    let is_descending = is_descending(&parameters, &["direction", "order"], true)?;
    page(exchange, &parameters, &mut view, items, is_descending)
}

fn changed(item: &HistoryItem) -> Option<backlot_model::Timestamp> {
    item.updated_at().or(item.at())
}

/// A page of comments that stand the oldest first.
fn page(
    exchange: &Exchange<'_>,
    parameters: &Parameters,
    view: &mut View<'_>,
    mut items: Vec<&HistoryItem>,
    is_descending: bool,
) -> Result<Answer, Problem> {
    if let Some(since) = moment(parameters, "since")? {
        items.retain(|item| changed(item).is_some_and(|at| at >= since));
    }
    if is_descending {
        items.reverse();
    }
    let paging = Paging::of(&exchange.query, 20, 100);
    let body = view.items(&paging.cut(&items), Resource::Comment)?;
    Ok(paged(paging, items.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let id = comment(exchange, &snapshot)?;
    let body = View::of(exchange, &snapshot).object(id, Resource::Comment)?;
    Ok(Answer::ok(body))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let body = body(&parameters(exchange)?)?;
    let number = {
        let snapshot = exchange.read()?;
        let (issue, number) = issue_id(exchange, &snapshot)?;
        exchange.check_may_comment(&snapshot, issue)?;
        number
    };
    let reason = format!("comment on issue #{number}");
    let id = exchange.write_as_is(&reason, |present, repository| {
        exchange.check_may_comment(present, issue_id(exchange, present)?.0)?;
        Ok(repository.comment(number, body)?)
    })?;
    let snapshot = exchange.read()?;
    let body = View::of(exchange, &snapshot).object(id, Resource::Comment)?;
    Ok(Answer::created(body))
}

/// GitCode answers with nothing at all, which breaks clients that expect the comment; with it, all do.
fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let body = body(&parameters(exchange)?)?;
    let id = {
        let snapshot = exchange.read()?;
        let id = comment(exchange, &snapshot)?;
        let found = known(snapshot.comment(id), "Note")?;
        check_author(exchange, found.author.as_deref())?;
        id
    };
    exchange.write_here("edit a comment", |repository| {
        Ok(repository.edit_comment(id, body)?)
    })?;
    let snapshot = exchange.read()?;
    let body = View::of(exchange, &snapshot).object(id, Resource::Comment)?;
    Ok(Answer::ok(body))
}

/// As the running API does, it answers 200 with nothing.
fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let id = {
        let snapshot = exchange.read()?;
        let id = comment(exchange, &snapshot)?;
        let found = known(snapshot.comment(id), "Note")?;
        check_author(exchange, found.author.as_deref())?;
        id
    };
    exchange.write_here("delete a comment", |repository| {
        Ok(repository.delete_comment(id)?)
    })?;
    Ok(Answer::ok(Vec::new()))
}

fn body(parameters: &Parameters) -> Result<String, Problem> {
    parameters.given("body")?.ok_or_else(|| missing("body"))
}
