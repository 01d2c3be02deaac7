//! Repositories, and the people around them.

use backlot_core::Snapshot;
use backlot_gitcode::Resource;
use http::Method;
use serde_json::{Value, json};

use super::refusal::not_there;
use super::view::{View, page_of};
use crate::access::{Caller, Permission};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}", get),
    on(Method::GET, "/repos/{owner}/{repo}/collaborators", members),
    on(Method::GET, "/repos/{owner}/{repo}/members", members),
    on(Method::GET, "/user", own),
    on(Method::GET, "/users/{login}", user),
];

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let found = exchange.repository(&snapshot);
    let found = found.map_err(|_| not_there("Project"))?;
    let body = View::of(exchange, &snapshot).object(found.id, Resource::Repository)?;
    Ok(Answer::ok(body))
}

/// A store knows no members. Those who wrote an issue of a repository or are assigned to one are likely, and so are
/// those who have a token; of them alone it is known what they may do.
fn members(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = super::place::repository(exchange, &snapshot)?;
    let mut logins: Vec<String> = snapshot
        .assignees(&name)?
        .into_iter()
        .map(|user| user.login)
        .collect();
    let callers = exchange.api.options().callers();
    for caller in callers.filter(|caller| caller.permission > Permission::None) {
        if !logins
            .iter()
            .any(|login| login.eq_ignore_ascii_case(&caller.login))
        {
            logins.push(caller.login.clone());
        }
    }
    let mut members = Vec::with_capacity(logins.len());
    for login in &logins {
        members.push(member(exchange, &snapshot, login)?);
    }
    Ok(page_of(Paging::of(&exchange.query, 20, 100), &members))
}

fn member(exchange: &Exchange<'_>, snapshot: &Snapshot, login: &str) -> Result<Value, Problem> {
    let mut member = person(exchange, snapshot, login)?;
    member["username"] = login.into();
    member["nick_name"] = member["name"].clone();
    member["state"] = "active".into();
    member["web_url"] = member["html_url"].clone();
    let mut callers = exchange.api.options().callers();
    let known = callers.find(|caller| caller.login.eq_ignore_ascii_case(login));
    if let Some(Caller { permission, .. }) = known {
        let (level, role, word) = match permission {
            Permission::Admin => (50, "Owner", "admin"),
            Permission::Write => (30, "Developer", "push"),
            Permission::Triage => (20, "Reporter", "pull"),
            Permission::Read => (10, "Guest", "pull"),
            Permission::None => return Ok(member),
        };
        member["access_level"] = level.into();
        member["role_name"] = role.into();
        member["permission"] = word.into();
        member["permissions"] = json!({ "admin": *permission == Permission::Admin });
    }
    Ok(member)
}

fn own(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.caller()?.login.clone();
    let snapshot = exchange.read()?;
    Ok(Answer::value(&profile(exchange, &snapshot, &login)?))
}

fn user(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.parameter("login");
    let snapshot = exchange.read()?;
    let mut callers = exchange.api.options().callers();
    let is_caller = callers.any(|caller| caller.login.eq_ignore_ascii_case(login));
    if !is_caller && snapshot.user(login).is_err() {
        return Err(not_there("User"));
    }
    Ok(Answer::value(&profile(exchange, &snapshot, login)?))
}

/// Somebody as other objects show them. Who has a token and has done nothing yet is in no record.
fn person(exchange: &Exchange<'_>, snapshot: &Snapshot, login: &str) -> Result<Value, Problem> {
    if let Ok(user) = snapshot.user(login) {
        return View::of(exchange, snapshot).value(user.id, Resource::User);
    }
    let hash = blake3::hash(login.to_lowercase().as_bytes()).to_hex();
    let id = hash.as_str().get(..24).unwrap_or_default();
    Ok(json!({
        "html_url": format!("{}/{login}", exchange.address.html),
        "id": id,
        "object_id": id,
        "login": login,
        "name": login,
    }))
}

/// Somebody as their own page shows them.
fn profile(exchange: &Exchange<'_>, snapshot: &Snapshot, login: &str) -> Result<Value, Problem> {
    let mut user = person(exchange, snapshot, login)?;
    let url = format!("{}/users/{login}", exchange.address.api);
    user["followers_url"] = format!("{url}/followers").into();
    user["url"] = url.into();
    user["type"] = "User".into();
    user["followers"] = 0.into();
    user["following"] = 0.into();
    user["top_languages"] = json!([]);
    Ok(user)
}
