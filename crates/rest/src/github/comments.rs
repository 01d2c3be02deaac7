//! Comments: of a repository, of an issue, and one.

use backlot_core::{HistoryItem, Snapshot};
use backlot_github::{FORGE, Resource};
use backlot_model::{Direction, RecordId, RecordKind};
use http::Method;

use super::subject::{is_author, subject};
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::problem::Problem;
use crate::query::Query;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/comments",
        of_repository,
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
    // Some clients send edits so.
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/comments/{id}",
        update,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/comments/{id}",
        delete,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/comments",
        of_issue,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/comments",
        create,
    ),
];

const COMMENT: &str = "IssueComment";

/// By what the comments of a repository are sorted.
#[derive(Clone, Copy)]
enum Sort {
    Created,
    Updated,
}

fn of_repository(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let repository = exchange.repository_name(&snapshot)?;
    let query = &exchange.query;
    let sorts = [("created", Sort::Created), ("updated", Sort::Updated)];
    let directions = [
        ("asc", Direction::Ascending),
        ("desc", Direction::Descending),
    ];
    let sort = query.choice(COMMENT, "sort", &sorts)?;
    let direction = query.choice(COMMENT, "direction", &directions)?;
    let all = snapshot.history_of(&repository, RecordKind::Comment)?;
    let mut comments = all.iter().collect();
    keep_since(query, &mut comments)?;
    comments.sort_by_key(|comment| comment.at());
    if let Some(sort) = sort {
        if matches!(sort, Sort::Updated) {
            comments.sort_by_key(|comment| changed_at(comment));
        }
        // Without a sort, a direction means nothing.
        if direction == Some(Direction::Descending) {
            comments.reverse();
        }
    }
    page(exchange, &snapshot, &comments)
}

fn of_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = subject(exchange, &snapshot)?.issue;
    let thread = snapshot.thread(issue.id())?;
    let is_comment = |item: &&HistoryItem| item.kind() == RecordKind::Comment;
    let mut comments = thread.iter().filter(is_comment).collect();
    keep_since(&exchange.query, &mut comments)?;
    page(exchange, &snapshot, &comments)
}

fn changed_at(comment: &HistoryItem) -> Option<backlot_model::Timestamp> {
    comment.updated_at().or_else(|| comment.at())
}

/// Keeps those that were changed at the moment of `since` or later.
fn keep_since(query: &Query, comments: &mut Vec<&HistoryItem>) -> Result<(), Problem> {
    if let Some(since) = query.moment(COMMENT, "since")? {
        comments.retain(|comment| changed_at(comment).is_some_and(|at| at >= since));
    }
    Ok(())
}

fn page(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    comments: &[&HistoryItem],
) -> Result<Answer, Problem> {
    let paging = exchange.paging();
    let mut view = exchange.view(snapshot);
    let body = view.items(&paging.cut(comments), Resource::Comment)?;
    Ok(exchange.paged(&view, paging, comments.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let id = comment_of(exchange, &snapshot)?;
    let body = exchange.view(&snapshot).object(id, Resource::Comment)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let input = exchange.input()?;
    let number = {
        let snapshot = exchange.read()?;
        let subject = subject(exchange, &snapshot)?;
        exchange.check_may_comment(&snapshot, subject.issue.id())?;
        subject.number
    };
    let text = text_in(&input)?;
    let reason = format!("comment on issue {number}");
    let id = exchange.write_as_is(&reason, |present, repository| {
        exchange.check_may_comment(present, subject(exchange, present)?.issue.id())?;
        Ok(repository.comment(number, text)?)
    })?;
    show(exchange, id).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let input = exchange.input()?;
    let id = editable(exchange)?;
    let text = text_in(&input)?;
    exchange.write_as_is("edit a comment", |present, repository| {
        check_editable(exchange, present, id)?;
        Ok(repository.edit_comment(id, text)?)
    })?;
    show(exchange, id).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let id = editable(exchange)?;
    exchange.write_as_is("delete a comment", |present, repository| {
        check_editable(exchange, present, id)?;
        Ok(repository.delete_comment(id)?)
    })?;
    Ok(Answer::no_content())
}

/// The text in a body.
fn text_in(input: &crate::input::Input) -> Result<&str, Problem> {
    input
        .text("body")?
        .ok_or_else(|| Problem::invalid_request("\"body\" wasn't supplied."))
}

/// The comment that the path names.
fn comment_of(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<RecordId, Problem> {
    let repository = exchange.repository_name(snapshot)?;
    let number = exchange.number("id")?;
    snapshot
        .find(RecordKind::Comment, FORGE, number, Some(&repository))?
        .ok_or_else(Problem::not_found)
}

/// The comment that the path names, which who calls may edit: their own, and with push access all.
fn editable(exchange: &Exchange<'_>) -> Result<RecordId, Problem> {
    exchange.caller()?;
    let snapshot = exchange.read()?;
    let id = comment_of(exchange, &snapshot)?;
    check_editable(exchange, &snapshot, id)?;
    Ok(id)
}

fn check_editable(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: RecordId,
) -> Result<(), Problem> {
    let comment = snapshot.record(id)?.ok_or_else(Problem::not_found)?;
    match exchange.can_push() || is_author(exchange, snapshot, &comment)? {
        true => Ok(()),
        false => Err(Problem::forbidden("Must have admin rights to Repository.")),
    }
}

/// A comment as it is now.
fn show(exchange: &Exchange<'_>, id: RecordId) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    exchange.view(&snapshot).object(id, Resource::Comment)
}
