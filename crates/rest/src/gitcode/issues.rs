//! The issues of a repository: listed, shown, opened, edited.
//!
//! What a store has no place for is taken and says nothing, as where GitCode's organisations have not switched it on:
//! `template_path`, `issue_severity`, `status` and `custom_fields`. A confidential issue cannot be opened.

use backlot_core::{IssueEdit, NewIssue, QueryOptions, Snapshot};
use backlot_gitcode::Resource;
use backlot_model::{RepositoryName, State};
use http::Method;

use super::filter::filter;
use super::parameters::{Parameters, missing, mistyped, none_of};
use super::place::{
    check_author, issue, issue_id, may_triage, milestone, parameters, parameters_with_repository,
    repository,
};
use super::refusal::known;
use super::view::{View, paged};
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}/issues", list),
    on(Method::POST, "/repos/{owner}/{repo}/issues", create),
    on(Method::POST, "/repos/{owner}/issues", create),
    on(Method::GET, "/repos/{owner}/{repo}/issues/{number}", get),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/issues/{number}",
        update,
    ),
    on(Method::PATCH, "/repos/{owner}/issues/{number}", update),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/pull_requests",
        none_known,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/related_branches",
        none_known,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let query = filter(&parameters(exchange)?, None)?;
    let snapshot = exchange.read()?;
    let name = repository(exchange, &snapshot)?;
    let paging = Paging::of(&exchange.query, 20, 100);
    let found = snapshot.query(&query, &QueryOptions::new().repository(name))?;
    let ids = found.ids(paging.page, paging.per_page)?;
    let body = View::of(exchange, &snapshot).list(ids, Resource::Issue)?;
    Ok(paged(paging, found.total(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = issue(exchange, &snapshot)?;
    let body = View::of(exchange, &snapshot).object(issue.record.id(), Resource::Issue)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

/// A list of what a store does not know of any issue: pull requests with branches, and branches.
fn none_known(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    issue_id(exchange, &exchange.read()?)?;
    Ok(paged(
        Paging::of(&exchange.query, 20, 100),
        0,
        b"[]".to_vec(),
    ))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let parameters = parameters_with_repository(exchange)?;
    let title = parameters.given("title")?;
    let title = title.ok_or_else(|| missing("title"))?;
    let wanted = {
        let snapshot = exchange.read()?;
        let name = repository(exchange, &snapshot)?;
        let wanted = Wanted::of(&parameters, &snapshot, &name)?;
        wanted.permitted(exchange)?
    };
    let mut issue = NewIssue::titled(title.as_str());
    if let Some(body) = wanted.body.flatten() {
        issue = issue.body(body);
    }
    for label in wanted.labels.unwrap_or_default() {
        issue = issue.label(label);
    }
    for login in wanted.assignees.unwrap_or_default() {
        issue = issue.assignee(login);
    }
    if let Some(number) = wanted.milestone.flatten() {
        issue = issue.milestone(number);
    }
    if let Some(name) = wanted.issue_type {
        issue = issue.issue_type(name);
    }
    let number = exchange.write_here("open an issue", |repository| {
        Ok(repository.create_issue(issue)?)
    })?;
    show(exchange, number).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let parameters = parameters_with_repository(exchange)?;
    if parameters.has("assignee_ids") {
        return Err(mistyped("assignee_ids"));
    }
    let (number, wanted) = {
        let snapshot = exchange.read()?;
        let name = repository(exchange, &snapshot)?;
        let found = issue(exchange, &snapshot)?;
        check_author(exchange, found.summary.author.as_deref())?;
        let wanted = Wanted::of(&parameters, &snapshot, &name)?;
        (found.summary.number, wanted.permitted(exchange)?)
    };
    let mut edit = IssueEdit::default();
    if let Some(title) = parameters.text("title")? {
        edit = edit.title(title);
    }
    if let Some(body) = wanted.body {
        edit = edit.body(body);
    }
    if let Some(state) = state(&parameters)? {
        edit = edit.state(state, None);
    }
    if let Some(labels) = wanted.labels {
        edit = edit.set_labels(labels);
    }
    if let Some(assignees) = wanted.assignees {
        edit = edit.set_assignees(assignees);
    }
    if let Some(milestone) = wanted.milestone {
        edit = edit.milestone(milestone);
    }
    if let Some(name) = wanted.issue_type {
        edit = edit.issue_type(Some(name));
    }
    let reason = format!("edit issue #{number}");
    exchange.write_here(&reason, |repository| {
        Ok(repository.edit_issue(number, &edit)?)
    })?;
    show(exchange, number).map(Answer::ok)
}

/// The state that an edit gives; reading says `closed`, writing `close`.
fn state(parameters: &Parameters) -> Result<Option<State>, Problem> {
    Ok(match parameters.given("state")?.as_deref() {
        None => None,
        Some("close") => Some(State::Closed),
        Some("reopen") => Some(State::Open),
        Some(_) => return Err(none_of("state", "reopen, close")),
    })
}

/// An issue of the repository in the path.
fn show(exchange: &Exchange<'_>, number: u64) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    let name = repository(exchange, &snapshot)?;
    let issue = known(snapshot.issue(&name, number), "Issue")?;
    View::of(exchange, &snapshot).object(issue.record.id(), Resource::Issue)
}

/// What opening and editing have in common; what is absent is left alone.
#[derive(Debug, Default)]
struct Wanted {
    body: Option<Option<String>>,
    labels: Option<Vec<String>>,
    assignees: Option<Vec<String>>,
    milestone: Option<Option<u64>>,
    issue_type: Option<String>,
}

impl Wanted {
    fn of(
        parameters: &Parameters,
        snapshot: &Snapshot,
        name: &RepositoryName,
    ) -> Result<Self, Problem> {
        if parameters.flag("security_hole")? == Some(true) {
            return Err(Problem::bad_request(
                "security_hole: a confidential issue cannot be kept here",
            ));
        }
        let cleared = |name| parameters.clears(name).then(Vec::new);
        let body = match parameters.text("body")? {
            None => parameters.clears("body").then_some(None),
            text => Some(text),
        };
        let assignees = match parameters.names_or_array("assignee")? {
            None => parameters.names_or_array("assignees")?,
            given => given,
        };
        Ok(Self {
            body,
            labels: parameters.names("labels")?.or_else(|| cleared("labels")),
            assignees: assignees
                .or_else(|| cleared("assignee"))
                .or_else(|| cleared("assignees")),
            milestone: wanted_milestone(parameters, snapshot, name)?,
            issue_type: parameters.given("issue_type")?,
        })
    }

    /// The same without what who calls may not decide.
    ///
    /// # Errors
    /// 403 where that is not to be dropped silently.
    fn permitted(self, exchange: &Exchange<'_>) -> Result<Self, Problem> {
        let is_plain = self.labels.is_none()
            && self.assignees.is_none()
            && self.milestone.is_none()
            && self.issue_type.is_none();
        if is_plain || may_triage(exchange) {
            return Ok(self);
        }
        match exchange.api.options().drops_silently {
            true => Ok(Self {
                body: self.body,
                ..Self::default()
            }),
            false => Err(Problem::forbidden(
                "only members may label, assign and plan issues",
            )),
        }
    }
}

/// The milestone that is asked for, by its number in the repository; an empty one and 0 ask for none.
fn wanted_milestone(
    parameters: &Parameters,
    snapshot: &Snapshot,
    name: &RepositoryName,
) -> Result<Option<Option<u64>>, Problem> {
    match parameters.number("milestone")? {
        Some(0) => Ok(Some(None)),
        Some(number) => match milestone(snapshot, name, number)? {
            Some((_, number)) => Ok(Some(Some(number))),
            None => Err(Problem::bad_request(format!(
                "milestone {number} does not exist"
            ))),
        },
        None => {
            let is_empty = parameters.text("milestone")?.is_some();
            Ok((is_empty || parameters.clears("milestone")).then_some(None))
        }
    }
}
