//! Users and organisations.

use backlot_core::Snapshot;
use backlot_model::RecordId;
use http::Method;
use serde_json::{Value, json};

use crate::address::Address;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/user", of_caller),
    on(Method::GET, "/users", all),
    on(Method::GET, "/users/{username}", get),
    on(Method::GET, "/orgs/{org}", organization),
    on(Method::GET, "/user/orgs", none),
    on(Method::GET, "/users/{username}/orgs", none),
];

fn of_caller(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.caller()?.login.clone();
    show(exchange, &login)
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let login = exchange.parameter("username").to_owned();
    let snapshot = exchange.read()?;
    known(&snapshot, exchange, &login)?;
    drop(snapshot);
    show(exchange, &login)
}

fn all(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let ids: Vec<RecordId> = snapshot.users()?.iter().map(|user| user.id).collect();
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = ids[paging.range(ids.len())].iter().copied();
    let body = view.list(page, Resource::User)?;
    Ok(exchange.paged(&view, paging, ids.len(), body))
}

/// A store knows no memberships.
fn none(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    if exchange.parameter("username").is_empty() {
        exchange.caller()?;
    }
    Ok(Answer::ok(b"[]".to_vec()))
}

fn organization(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let org = exchange.parameter("org");
    let snapshot = exchange.read()?;
    let owned = super::repositories::owned_by(&snapshot, org)?;
    let Some((login, _)) = owned.first().and_then(|one| one.name.split_once('/')) else {
        return Err(Problem::not_found());
    };
    let user = user(&snapshot, exchange, login)?;
    let api = &exchange.address.api;
    let url = format!("{api}/orgs/{login}");
    let body = json!({
        "login": login,
        "id": user["id"],
        "node_id": user["node_id"],
        "url": url,
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events"),
        "hooks_url": format!("{url}/hooks"),
        "issues_url": format!("{url}/issues"),
        "members_url": format!("{url}/members{{/member}}"),
        "public_members_url": format!("{url}/public_members{{/member}}"),
        "avatar_url": user["avatar_url"],
        "description": Value::Null,
        "html_url": user["html_url"],
        "followers": 0,
        "following": 0,
        "has_organization_projects": true,
        "has_repository_projects": true,
        "public_gists": 0,
        "public_repos": owned.len(),
        "type": "Organization",
        "created_at": EPOCH,
        "updated_at": EPOCH,
        "archived_at": Value::Null,
    });
    Ok(Answer::value(&body))
}

/// What stands for a moment that no store knows.
const EPOCH: &str = "1970-01-01T00:00:00Z";

/// Somebody with what GitHub tells of an account beside who they are.
fn show(exchange: &Exchange<'_>, login: &str) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let mut user = user(&snapshot, exchange, login)?;
    let repositories = super::repositories::owned_by(&snapshot, login)?.len();
    let more = json!({
        "name": Value::Null,
        "company": Value::Null,
        "blog": "",
        "location": Value::Null,
        "email": Value::Null,
        "hireable": Value::Null,
        "bio": Value::Null,
        "twitter_username": Value::Null,
        "public_repos": repositories,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": EPOCH,
        "updated_at": EPOCH,
    });
    if let (Some(user), Value::Object(more)) = (user.as_object_mut(), more) {
        for (key, value) in more {
            user.entry(key).or_insert(value);
        }
        user.entry("user_view_type")
            .or_insert_with(|| "public".into());
    }
    Ok(Answer::value(&user))
}

/// Somebody as an object inside others has them.
pub(crate) fn user(
    snapshot: &Snapshot,
    exchange: &Exchange<'_>,
    login: &str,
) -> Result<Value, Problem> {
    let Ok(known) = snapshot.user(login) else {
        return Ok(stranger(&exchange.address, login));
    };
    let text = exchange.view(snapshot).object(known.id, Resource::User)?;
    serde_json::from_slice(&text).map_err(|_| Problem::not_found())
}

/// Makes sure that a store knows somebody: as a user, as an owner, or as one who can call.
pub(crate) fn known(
    snapshot: &Snapshot,
    exchange: &Exchange<'_>,
    login: &str,
) -> Result<(), Problem> {
    let is_known = exchange.api.options().permission_of(login).is_some()
        || snapshot.user(login).is_ok()
        || !super::repositories::owned_by(snapshot, login)?.is_empty();
    is_known.then_some(()).ok_or_else(Problem::not_found)
}

/// Somebody of whom the store has no record: who calls and has done nothing yet, or owns a repository.
fn stranger(address: &Address, login: &str) -> Value {
    let Address { api, html } = address;
    let hash = blake3::hash(login.to_ascii_lowercase().as_bytes());
    let number = hash
        .as_bytes()
        .first_chunk()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    // As high as the numbers of what was made here, so that it is nobody else's.
    let id = 1 << 52 | number >> 12;
    let url = format!("{api}/users/{login}");
    json!({
        "login": login,
        "id": id,
        "node_id": format!("U_{id}"),
        "avatar_url": format!("{html}/{login}.png"),
        "gravatar_id": "",
        "url": url,
        "html_url": format!("{html}/{login}"),
        "followers_url": format!("{url}/followers"),
        "following_url": format!("{url}/following{{/other_user}}"),
        "gists_url": format!("{url}/gists{{/gist_id}}"),
        "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{url}/subscriptions"),
        "organizations_url": format!("{url}/orgs"),
        "repos_url": format!("{url}/repos"),
        "events_url": format!("{url}/events{{/privacy}}"),
        "received_events_url": format!("{url}/received_events"),
        "type": "User",
        "site_admin": false,
    })
}
