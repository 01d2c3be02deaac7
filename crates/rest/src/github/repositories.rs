//! Repositories: one, those of an owner, and new ones.

use backlot_core::{ErrorKind, NewRepository, RepositorySummary, Snapshot};
use backlot_model::{RecordId, RepositoryName};
use http::Method;

use crate::access::Permission;
use crate::answer::Answer;
use crate::exchange::{self, Exchange};
use crate::problem::{Fault, Problem};
use crate::route::{Route, on};
use backlot_github::Resource;

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}", get),
    on(Method::GET, "/user/repos", of_caller),
    on(Method::POST, "/user/repos", create_own),
    on(Method::GET, "/users/{username}/repos", of_user),
    on(Method::GET, "/orgs/{org}/repos", of_organization),
    on(Method::POST, "/orgs/{org}/repos", create_of_organization),
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

fn create_own(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.caller()?.login.clone();
    create(exchange, &login)
}

fn create_of_organization(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let org = exchange.parameter("org").to_owned();
    create(exchange, &org)
}

/// Makes a repository of an owner, who may be new as well: a store knows owners by their repositories.
fn create(exchange: &Exchange<'_>, owner: &str) -> Result<Answer, Problem> {
    if exchange.caller()?.permission < Permission::Admin {
        return Err(Problem::forbidden("Must have admin rights to Repository."));
    }
    let input = exchange.input()?;
    let Some(name) = input.text("name")? else {
        return Err(Problem::field("Repository", "name", "missing_field"));
    };
    let full: RepositoryName = format!("{owner}/{name}")
        .parse()
        .map_err(|_| Problem::field("Repository", "name", "invalid"))?;
    let is_private = match input.flag("private")? {
        Some(is_private) => is_private,
        None => input.text("visibility")? == Some("private"),
    };
    let mut repository = NewRepository::default()
        .private(is_private)
        .default_labels();
    if let Some(Some(description)) = input.clearable("description")? {
        repository = repository.description(description);
    }
    exchange.write(&format!("create {full}"), |transaction| {
        let made = transaction.create_repository_with(&full, repository);
        made.map(drop).map_err(|error| match error.kind() {
            ErrorKind::Exists => taken(),
            _ => error.into(),
        })
    })?;
    let snapshot = exchange.read()?;
    let id = exchange::repository(&snapshot, full.owner(), full.name())?.id;
    let body = exchange.view(&snapshot).object(id, Resource::Repository)?;
    Ok(Answer::created(body))
}

fn taken() -> Problem {
    let fault = Fault::new("Repository", "name", "already_exists");
    let mut problem =
        Problem::validation(vec![fault.saying("name already exists on this account")]);
    problem.message = "Repository creation failed.".to_owned();
    problem
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
