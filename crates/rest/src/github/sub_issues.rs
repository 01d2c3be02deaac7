//! Sub-issues: which issues are parts of another one.

use backlot_core::{Error, Snapshot, SubIssuePlace};
use backlot_model::{IssueReference, Record, RecordId, Rule};
use http::{Method, StatusCode};

use super::find;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::input::Input;
use crate::problem::{Fault, Problem};
use crate::route::{Route, on};
use backlot_github::Resource;

const ALL: &str = "/repos/{owner}/{repo}/issues/{number}/sub_issues";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, ALL, list),
    on(Method::POST, ALL, add),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/issues/{number}/sub_issues/priority",
        prioritize,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/sub_issue",
        remove,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/parent",
        parent,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    issues(exchange, &snapshot, issue.sub_issues())
}

fn parent(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    let parent = issue.parent_issue().ok_or_else(Problem::not_found)?;
    let mut view = exchange.view(&snapshot);
    view.object(parent, Resource::Issue).map(Answer::ok)
}

fn add(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let input = exchange.input()?;
    let id = required(&input, "sub_issue_id")?;
    let replaces = input.flag("replace_parent")?.unwrap_or(false);
    let (issue, sub_issue) = {
        let snapshot = exchange.read()?;
        let issue = find::issue(exchange, &snapshot)?;
        let (_, reference) = known(&snapshot, id)?;
        (issue.id(), reference)
    };
    let is_of_owner = sub_issue.repository.as_ref().is_some_and(|name| {
        name.owner().to_lowercase() == exchange.parameter("owner").to_lowercase()
    });
    if !is_of_owner {
        let fault = Fault::new("Issue", "sub_issue_id", "invalid")
            .saying("The sub-issue must belong to the same repository owner as the parent issue");
        return Err(Problem::validation(vec![fault]));
    }
    let number = exchange.number("number")?;
    let reason = format!("add sub-issue {sub_issue} to issue {number}");
    let is_new = exchange.write_here(&reason, |repository| {
        let added = repository.add_sub_issue(number, &sub_issue, replaces);
        added.map_err(refused)
    })?;
    match is_new {
        true => show(exchange, issue).map(Answer::created),
        false => Err(one_parent()),
    }
}

fn remove(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    // Where nothing but 400 is named for what is wrong with a request.
    let id = required(&exchange.input()?, "sub_issue_id").map_err(|problem| Problem {
        status: StatusCode::BAD_REQUEST,
        ..problem
    })?;
    let (issue, sub_issue) = {
        let snapshot = exchange.read()?;
        let issue = find::issue(exchange, &snapshot)?;
        let (_, reference) = known(&snapshot, id)?;
        (issue.id(), reference)
    };
    let number = exchange.number("number")?;
    let reason = format!("remove sub-issue {sub_issue} from issue {number}");
    let is_changed = exchange.write_here(&reason, |repository| {
        Ok(repository.remove_sub_issue(number, &sub_issue)?)
    })?;
    match is_changed {
        true => show(exchange, issue).map(Answer::ok),
        false => Err(unknown()),
    }
}

fn prioritize(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let input = exchange.input()?;
    let id = required(&input, "sub_issue_id")?;
    let (after, before) = (input.number("after_id")?, input.number("before_id")?);
    let (issue, sub_issue, place) = {
        let snapshot = exchange.read()?;
        let issue = find::issue(exchange, &snapshot)?;
        let reference = |id| known(&snapshot, id).map(|(_, reference)| reference);
        let place = match (after, before) {
            (Some(after), None) => SubIssuePlace::After(reference(after)?),
            (None, Some(before)) => SubIssuePlace::Before(reference(before)?),
            _ => {
                return Err(Problem::unprocessable(
                    "Either after_id or before_id should be specified.",
                ));
            }
        };
        (issue.id(), reference(id)?, place)
    };
    let number = exchange.number("number")?;
    let reason = format!("move sub-issue {sub_issue} of issue {number}");
    exchange.write_here(&reason, |repository| {
        Ok(repository.move_sub_issue(number, &sub_issue, &place)?)
    })?;
    show(exchange, issue).map(Answer::ok)
}

/// A page of issues that another one refers to.
pub(super) fn issues(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    ids: &[RecordId],
) -> Result<Answer, Problem> {
    let ids = find::those_there(snapshot, ids)?;
    let paging = exchange.paging();
    let mut view = exchange.view(snapshot);
    let page = ids[paging.range(ids.len())].iter().copied();
    let body = view.list(page, Resource::Issue)?;
    Ok(exchange.paged(&view, paging, ids.len(), body))
}

/// An issue as it is now.
pub(super) fn show(exchange: &Exchange<'_>, issue: RecordId) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    exchange.view(&snapshot).object(issue, Resource::Issue)
}

/// A number that a body must have.
pub(super) fn required(input: &Input, field: &str) -> Result<u64, Problem> {
    let number = input.number(field)?;
    number.ok_or_else(|| Problem::invalid_request(format_args!("{field:?} wasn't supplied.")))
}

fn known(snapshot: &Snapshot, id: u64) -> Result<(Record, IssueReference), Problem> {
    find::issue_with_id(snapshot, id)?.ok_or_else(unknown)
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "The provided sub-issue does not exist",
    )
}

fn refused(error: Error) -> Problem {
    match error.invalid_field() {
        Some(field) if field.rule == Rule::AlreadyExists => one_parent(),
        _ => error.into(),
    }
}

fn one_parent() -> Problem {
    Problem::unprocessable(
        "An error occurred while adding the sub-issue to the parent issue. Issue may not contain duplicate \
         sub-issues and Sub issue may only have one parent",
    )
}
