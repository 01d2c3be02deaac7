//! Who can be assigned, and who is.

use backlot_core::{IssueEdit, Snapshot, UserSummary};
use backlot_github::Resource;
use backlot_model::{RepositoryName, UserKind};
use http::Method;

use super::issue_input::listed;
use super::issues::show;
use super::subject::subject;
use crate::access::Permission;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}/assignees", list),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/assignees/{assignee}",
        check,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        add,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        remove,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/assignees/{assignee}",
        check_for_issue,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let repository = exchange.repository_name(&snapshot)?;
    let users = assignable(exchange, &snapshot, &repository)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = users[paging.range(users.len())].iter().map(|user| user.id);
    let body = view.list(page, Resource::User)?;
    Ok(exchange.paged(&view, paging, users.len(), body))
}

fn check(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let repository = exchange.repository_name(&snapshot)?;
    check_in(exchange, &snapshot, &repository)
}

fn check_for_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let repository = subject(exchange, &snapshot)?.repository;
    check_in(exchange, &snapshot, &repository)
}

fn check_in(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<Answer, Problem> {
    let login = exchange.parameter("assignee");
    let users = assignable(exchange, snapshot, repository)?;
    let mut users = users.iter();
    match users.any(|user| user.login.eq_ignore_ascii_case(login)) {
        true => Ok(Answer::no_content()),
        false => Err(Problem::not_found()),
    }
}

fn add(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let number = edit(exchange, IssueEdit::add_assignee, false)?;
    show(exchange, number).map(Answer::created)
}

fn remove(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let number = edit(exchange, IssueEdit::remove_assignee, true)?;
    show(exchange, number).map(Answer::ok)
}

/// Makes one edit of all assignees in the body, which may have to be there.
fn edit(
    exchange: &Exchange<'_>,
    step: fn(IssueEdit, String) -> IssueEdit,
    is_demanded: bool,
) -> Result<u64, Problem> {
    exchange.caller()?;
    let input = exchange.input()?;
    let number = {
        let snapshot = exchange.read()?;
        subject(exchange, &snapshot)?.number
    };
    listed(&input, "assignees")?;
    let logins = match input.names("assignees", "login")? {
        Some(logins) => logins,
        None if is_demanded => {
            return Err(Problem::invalid_request("\"assignees\" wasn't supplied."));
        }
        None => Vec::new(),
    };
    if !exchange.can_triage() {
        return match exchange.drops_silently() {
            true => Ok(number),
            false => Err(Problem::forbidden("Must have push access to repository")),
        };
    }
    let edit = logins.into_iter().fold(IssueEdit::default(), step);
    let reason = format!("assign issue {number}");
    exchange.write_here(&reason, |repository| {
        Ok(repository.edit_issue(number, &edit)?)
    })?;
    Ok(number)
}

/// Those who can be assigned, by login: who took part in the repository, whose it is, and whoever the API knows to have
/// push access.
pub(crate) fn assignable(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<Vec<UserSummary>, Problem> {
    let mut users = snapshot.assignees(repository)?;
    let owner = repository.as_str().split('/').next().unwrap_or_default();
    let mut logins = exchange.api.options().logins(Permission::Write);
    logins.push(owner.to_owned());
    for login in logins {
        if let Ok(user) = snapshot.user(&login)
            && user.kind != UserKind::Organization
        {
            users.push(user);
        }
    }
    users.sort_by_cached_key(|user| user.login.to_lowercase());
    users.dedup_by_key(|user| user.id);
    Ok(users)
}
