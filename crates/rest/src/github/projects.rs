//! Classic projects of organisations, repositories and people.

use backlot_core::{NewProject, ProjectDetail, ProjectEdit, ProjectOwner, Snapshot, StateFilter};
use backlot_github::{FORGE, Resource};
use backlot_model::{RecordId, RecordKind, State};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::access::Permission;
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::input::Input;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/orgs/{org}/projects", list),
    on(Method::POST, "/orgs/{org}/projects", create),
    on(Method::GET, "/repos/{owner}/{repo}/projects", list),
    on(Method::POST, "/repos/{owner}/{repo}/projects", create),
    on(Method::GET, "/users/{username}/projects", list),
    on(Method::GET, "/user/projects", list),
    on(Method::POST, "/user/projects", create),
    on(Method::GET, "/projects/{project_id}", get),
    on(Method::PATCH, "/projects/{project_id}", update),
    on(Method::DELETE, "/projects/{project_id}", delete),
    on(
        Method::GET,
        "/projects/{project_id}/collaborators",
        collaborators,
    ),
    on(
        Method::PUT,
        "/projects/{project_id}/collaborators/{username}",
        no_collaborators,
    ),
    on(
        Method::DELETE,
        "/projects/{project_id}/collaborators/{username}",
        no_collaborators,
    ),
    on(
        Method::GET,
        "/projects/{project_id}/collaborators/{username}/permission",
        permission,
    ),
];

/// Whose projects the path is about, which must be there.
fn owner(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<ProjectOwner, Problem> {
    let org = exchange.parameter("org");
    if !org.is_empty() {
        let owned = super::repositories::owned_by(snapshot, org)?;
        let is_known = !owned.is_empty();
        let mut are_disabled = is_known;
        for repository in &owned {
            let record = snapshot.record(repository.id)?;
            are_disabled &= record.is_some_and(|record| record.has_projects_disabled());
        }
        // An organisation has no switch of its own here.
        if are_disabled {
            return Err(Problem::gone("Projects are disabled for this organization"));
        }
        let owner = ProjectOwner::Organization(org.to_owned());
        let has_boards = snapshot.projects(&owner, StateFilter::All).is_ok();
        return (is_known || has_boards)
            .then_some(owner)
            .ok_or_else(Problem::not_found);
    }
    if !exchange.parameter("repo").is_empty() {
        let name = exchange.repository_name(snapshot)?;
        let record = snapshot.record(exchange.repository(snapshot)?.id)?;
        if record.is_some_and(|record| record.has_projects_disabled()) {
            return Err(Problem::gone("Projects are disabled for this repository"));
        }
        return Ok(ProjectOwner::Repository(name));
    }
    match exchange.parameter("username") {
        "" => Ok(ProjectOwner::User(exchange.caller()?.login.clone())),
        login => {
            super::people::known(snapshot, exchange, login)?;
            Ok(ProjectOwner::User(login.to_owned()))
        }
    }
}

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let state = match exchange.query.given("state") {
        None | Some("open") => StateFilter::Open,
        Some("closed") => StateFilter::Closed,
        Some("all") => StateFilter::All,
        Some(other) => {
            let fault = crate::problem::Fault::new("Project", "state", "invalid");
            return Err(Problem::validation(vec![fault.with_value(other.into())]));
        }
    };
    let snapshot = exchange.read()?;
    let owner = owner(exchange, &snapshot).map_err(|problem| {
        // Where its projects are switched off, the list of an organisation is nowhere.
        let is_organization = !exchange.parameter("org").is_empty();
        match is_organization && problem.status == StatusCode::GONE {
            true => Problem::not_found(),
            false => problem,
        }
    })?;
    // Who owns repositories here and no board may be no record yet.
    let mut projects = match (snapshot.projects(&owner, state), &owner) {
        (Err(error), ProjectOwner::Repository(_)) => return Err(error.into()),
        (found, _) => found.unwrap_or_default(),
    };
    projects.retain(|project| may_see(exchange, project));
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = projects[paging.range(projects.len())]
        .iter()
        .map(|project| project.id);
    let body = view.list(page, Resource::Project)?;
    Ok(exchange.paged(&view, paging, projects.len(), body))
}

/// Private boards are for those who may push.
fn may_see(exchange: &Exchange<'_>, project: &ProjectDetail) -> bool {
    !project.is_private || exchange.can_push()
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let owner = {
        let snapshot = exchange.read()?;
        owner(exchange, &snapshot)?
    };
    let input = exchange.input()?;
    let Some(name) = input.text("name")? else {
        return Err(Problem::field("Project", "name", "missing_field"));
    };
    let mut project = NewProject::named(name);
    if let Some(body) = input.text("body")? {
        project = project.body(body);
    }
    let id = exchange.write(&format!("create project {name}"), |transaction| {
        Ok(transaction.create_project(&owner, project)?)
    })?;
    let snapshot = exchange.read()?;
    let body = exchange.view(&snapshot).object(id, Resource::Project)?;
    Ok(Answer::created(body))
}

/// The project in the path, which who calls may see.
fn find(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<ProjectDetail, Problem> {
    let number = exchange.number("project_id")?;
    let id = snapshot.find(RecordKind::Project, FORGE, number, None)?;
    see(exchange, snapshot, id.ok_or_else(Problem::not_found)?)
}

/// A project that who calls may see.
pub(super) fn see(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: RecordId,
) -> Result<ProjectDetail, Problem> {
    let project = snapshot.project(id).map_err(gone)?;
    match may_see(exchange, &project) {
        true => Ok(project),
        false => Err(Problem::forbidden(
            "Must have push access to see a private project",
        )),
    }
}

/// A deleted board is not an issue that was deleted.
pub(super) fn gone(error: backlot_core::Error) -> Problem {
    use backlot_core::ErrorKind;
    match error.kind() {
        ErrorKind::Gone => Problem::not_found(),
        ErrorKind::Disabled => Problem::gone("Projects are disabled for this repository"),
        _ => error.into(),
    }
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let project = find(exchange, &snapshot)?;
    let body = exchange
        .view(&snapshot)
        .object(project.id, Resource::Project)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let project = find(exchange, &exchange.read()?)?;
    let edit = edit(&exchange.input()?)?;
    let reason = format!("edit project {}", project.name);
    exchange.write(&reason, |transaction| {
        transaction.edit_project(project.id, &edit).map_err(gone)
    })?;
    let snapshot = exchange.read()?;
    let body = exchange
        .view(&snapshot)
        .object(project.id, Resource::Project)?;
    Ok(Answer::ok(body))
}

fn edit(input: &Input) -> Result<ProjectEdit, Problem> {
    let mut edit = ProjectEdit::default();
    if let Some(name) = input.text("name")? {
        edit = edit.name(name);
    }
    if let Some(body) = input.clearable("body")? {
        edit = edit.body(body.map(str::to_owned));
    }
    match input.text("state")? {
        None => {}
        Some("open") => edit = edit.state(State::Open),
        Some("closed") => edit = edit.state(State::Closed),
        Some(_) => return Err(Problem::field("Project", "state", "invalid")),
    }
    if let Some(permission) = input.text("organization_permission")? {
        edit = edit.permission(permission);
    }
    if let Some(is_private) = input.flag("private")? {
        edit = edit.private(is_private);
    }
    Ok(edit)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let project = find(exchange, &exchange.read()?)?;
    let reason = format!("delete project {}", project.name);
    exchange.write(&reason, |transaction| {
        transaction.delete_project(project.id).map_err(gone)
    })?;
    Ok(Answer::no_content())
}

/// Who may call and may do more than read: a store keeps no collaborators of its own.
fn collaborators(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    match exchange.query.given("affiliation") {
        None | Some("all" | "direct" | "outside") => {}
        Some(_) => return Err(Problem::field("Project", "affiliation", "invalid")),
    }
    let snapshot = exchange.read()?;
    find(exchange, &snapshot)?;
    let mut logins = exchange.api.options().logins(Permission::Triage);
    if exchange.query.given("affiliation") == Some("outside") {
        logins.clear();
    }
    let paging = exchange.paging();
    let users = &logins[paging.range(logins.len())];
    let users: Result<Vec<Value>, Problem> = users
        .iter()
        .map(|login| super::people::user(&snapshot, exchange, login))
        .collect();
    let view = exchange.view(&snapshot);
    let body = Value::from(users?).to_string().into_bytes();
    Ok(exchange.paged(&view, paging, logins.len(), body))
}

fn no_collaborators(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    find(exchange, &exchange.read()?)?;
    let told = "A store keeps no collaborators: who may do what follows from the tokens that it is served with";
    Err(Problem::forbidden(told))
}

fn permission(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    let snapshot = exchange.read()?;
    find(exchange, &snapshot)?;
    let login = exchange.parameter("username");
    super::people::known(&snapshot, exchange, login)?;
    let may = exchange.api.options().permission_of(login);
    let word = match may {
        Some(Permission::Admin) => "admin",
        Some(Permission::Write | Permission::Triage) => "write",
        Some(Permission::Read) => "read",
        Some(Permission::None) | None => "none",
    };
    let user = super::people::user(&snapshot, exchange, login)?;
    Ok(Answer::new(
        StatusCode::OK,
        json!({"permission": word, "user": user})
            .to_string()
            .into_bytes(),
    ))
}
