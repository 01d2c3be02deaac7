//! Repositories as they are: one, and those of an owner.

use backlot_core::{RepositorySummary, Snapshot};
use backlot_model::RecordId;
use http::Method;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}", get),
    on(Method::GET, "/user/repos", of_caller),
    on(Method::GET, "/users/{username}/repos", of_user),
    on(Method::GET, "/orgs/{org}/repos", of_organization),
    on(Method::GET, "/repositories", all),
];

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let id = exchange.repository(&snapshot)?.id;
    let body = exchange.view(&snapshot).object(id, Resource::Repository)?;
    Ok(Answer::ok(body))
}

/// All of the store: who owns the file may see what is in it.
fn of_caller(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    list(exchange, None)
}

fn all(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    list(exchange, None)
}

fn of_user(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.parameter("username").to_owned();
    let snapshot = exchange.read()?;
    super::people::known(&snapshot, exchange, &login)?;
    drop(snapshot);
    list(exchange, Some(&login))
}

fn of_organization(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let org = exchange.parameter("org").to_owned();
    let snapshot = exchange.read()?;
    if owned_by(&snapshot, &org)?.is_empty() {
        return Err(Problem::not_found());
    }
    drop(snapshot);
    list(exchange, Some(&org))
}

fn list(exchange: &Exchange<'_>, owner: Option<&str>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let found = match owner {
        Some(owner) => owned_by(&snapshot, owner)?,
        None => snapshot.repositories()?,
    };
    let ids: Vec<RecordId> = found.iter().map(|repository| repository.id).collect();
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = ids[paging.range(ids.len())].iter().copied();
    let body = view.list(page, Resource::Repository)?;
    Ok(exchange.paged(&view, paging, ids.len(), body))
}

/// The repositories of an owner, by name.
pub(crate) fn owned_by(
    snapshot: &Snapshot,
    owner: &str,
) -> Result<Vec<RepositorySummary>, Problem> {
    let mut found = snapshot.repositories()?;
    found.retain(|repository| {
        let own = repository.name.split_once('/').map(|(own, _)| own);
        own.is_some_and(|own| own.eq_ignore_ascii_case(owner))
    });
    Ok(found)
}
