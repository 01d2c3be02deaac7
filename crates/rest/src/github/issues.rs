//! One issue: shown, created, edited.

use backlot_core::{IssueEdit, NewIssue, Snapshot};
use backlot_github::{FORGE, Resource};
use backlot_model::{IssueReference, RecordKind, State, StateReason};
use http::Method;

use super::issue_input::IssueInput;
use super::subject::{Subject, is_author, subject};
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::POST, "/repos/{owner}/{repo}/issues", create),
    on(Method::GET, "/repos/{owner}/{repo}/issues/{number}", get),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/issues/{number}",
        update,
    ),
];

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = subject(exchange, &snapshot)?.issue;
    let body = exchange
        .view(&snapshot)
        .object(issue.id(), Resource::Issue)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let input = exchange.input()?;
    let issue = {
        let snapshot = exchange.read()?;
        let repository = exchange.repository_name(&snapshot)?;
        let said = IssueInput::of(exchange, &input, &snapshot, &repository, true)?;
        let title = said
            .title
            .ok_or_else(|| Problem::invalid_request("\"title\" wasn't supplied."))?;
        let mut issue = NewIssue::titled(title);
        if let Some(body) = said.body.flatten() {
            issue = issue.body(body);
        }
        for label in said.order.labels.into_iter().flatten() {
            issue = issue.label(label);
        }
        for login in said.order.assignees.into_iter().flatten() {
            issue = issue.assignee(login);
        }
        if let Some(number) = said.order.milestone.flatten() {
            issue = issue.milestone(number);
        }
        if let Some(name) = said.order.issue_type.flatten() {
            issue = issue.issue_type(name);
        }
        issue
    };
    let number = exchange.write_here("create an issue", |repository| {
        Ok(repository.create_issue(issue)?)
    })?;
    show(exchange, number).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let input = exchange.input()?;
    let wanted = |snapshot: &Snapshot| {
        let subject = subject(exchange, snapshot)?;
        if !exchange.can_triage() && !is_author(exchange, snapshot, &subject.issue)? {
            return Err(Problem::forbidden("Must have admin rights to Repository."));
        }
        let said = IssueInput::of(exchange, &input, snapshot, &subject.repository, false)?;
        Ok((subject.number, edit(said, snapshot, &subject)?))
    };
    // What is refused is so before anybody waits to write.
    let (number, _) = wanted(&exchange.read()?)?;
    let reason = format!("edit issue {number}");
    exchange.write_as_is(&reason, |present, repository| {
        // Whether the state changes depends on the one that it has now.
        let (number, edit) = wanted(present)?;
        Ok(repository.edit_issue(number, &edit)?)
    })?;
    show(exchange, number).map(Answer::ok)
}

fn edit(said: IssueInput, snapshot: &Snapshot, subject: &Subject) -> Result<IssueEdit, Problem> {
    let mut edit = IssueEdit::default();
    if let Some(title) = said.title {
        edit = edit.title(title);
    }
    if let Some(body) = said.body {
        edit = edit.body(body);
    }
    if let Some(labels) = said.order.labels {
        edit = edit.set_labels(labels);
    }
    if let Some(logins) = said.order.assignees {
        edit = edit.set_assignees(logins);
    }
    if let Some(number) = said.order.milestone {
        edit = edit.milestone(number);
    }
    if let Some(name) = said.order.issue_type {
        edit = edit.issue_type(name);
    }
    let known = subject.issue.state().unwrap_or(&State::Open);
    // A reason counts only where the state changes, and what an issue says again only with its reason.
    let state = said.state.filter(|state| *state != *known);
    if let Some(state) = state {
        let closes_as_duplicate =
            state == State::Closed && said.reason == Some(StateReason::Duplicate);
        edit = edit.state(state, said.reason);
        if let Some(id) = said.duplicate_of.filter(|_| closes_as_duplicate) {
            edit = edit.duplicate_of(issue_called(id, snapshot)?);
        }
    }
    Ok(edit)
}

/// The issue of this number of the forge, in any repository.
fn issue_called(id: u64, snapshot: &Snapshot) -> Result<IssueReference, Problem> {
    let unknown = || Problem::field("Issue", "duplicate_issue_id", "invalid");
    let found = snapshot.find(RecordKind::Issue, FORGE, id, None)?;
    let record = snapshot.record(found.ok_or_else(unknown)?)?;
    let record = record.ok_or_else(unknown)?;
    let repository = match record.repository() {
        Some(repository) => snapshot.login(repository)?,
        None => None,
    };
    Ok(IssueReference {
        repository: repository.and_then(|name| name.parse().ok()),
        number: record.number().ok_or_else(unknown)?,
    })
}

/// An issue of the repository in the path, as it is now.
pub(super) fn show(exchange: &Exchange<'_>, number: u64) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    let repository = exchange.repository_name(&snapshot)?;
    let issue = snapshot.issue_id(&repository, number)?;
    exchange.view(&snapshot).object(issue, Resource::Issue)
}
