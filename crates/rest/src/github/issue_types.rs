//! The types of issues.
//!
//! A store keeps the type of an issue by name, and no list of types. Listed are the types that issues have, as they stand in
//! those issues, and of GitHub's three (Task, Bug and Feature), which every organisation begins with, those that no issue
//! has. Types cannot be made, changed or deleted here: that is answered as GitHub does where somebody is no owner of the
//! organisation, with 404.

use std::collections::HashSet;

use backlot_core::{QueryOptions, Snapshot};
use backlot_github::Resource;
use backlot_model::{Condition, Query, RepositoryName, Test};
use http::Method;
use serde_json::{Value, json};

use super::find;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use crate::view::View;

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issue-types",
        of_repository,
    ),
    on(Method::GET, "/orgs/{org}/issue-types", of_organization),
    on(Method::POST, "/orgs/{org}/issue-types", refuse),
    on(
        Method::PUT,
        "/orgs/{org}/issue-types/{issue_type_id}",
        refuse,
    ),
    on(
        Method::DELETE,
        "/orgs/{org}/issue-types/{issue_type_id}",
        refuse,
    ),
];

/// What every organisation has: name, description and colour.
const GIVEN: &[(&str, &str, &str)] = &[
    ("Task", "A specific piece of work", "yellow"),
    ("Bug", "An unexpected problem or behavior", "red"),
    ("Feature", "A request, idea, or new functionality", "blue"),
];

fn of_repository(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    list(exchange, &snapshot, &[name])
}

fn of_organization(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let owned = find::repositories_of(&snapshot, exchange.parameter("org"))?;
    list(exchange, &snapshot, &owned)
}

fn refuse(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    Err(Problem::not_found())
}

/// The types in repositories of one owner.
fn list(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    repositories: &[RepositoryName],
) -> Result<Answer, Problem> {
    let owner = repositories.first().map_or("", RepositoryName::owner);
    let used = used(snapshot, &mut exchange.view(snapshot), repositories)?;
    let mut types: Vec<Value> = Vec::new();
    for (name, description, color) in GIVEN {
        let known = used.iter().find(|one| is_called(one, name));
        types.push(match known {
            // Of one that was set here nothing is known but its name.
            Some(known) => with(known.clone(), description, color),
            None => {
                let id = backlot_github::issue_type_number(owner, name);
                let plain = json!({
                    "id": id,
                    "node_id": backlot_github::issue_type_node(id),
                    "name": name,
                    "description": null,
                });
                with(plain, description, color)
            }
        });
    }
    let others = used.into_iter().filter(|one| {
        let mut given = GIVEN.iter();
        !given.any(|(name, ..)| is_called(one, name))
    });
    types.extend(others);
    Ok(Answer::value(&Value::Array(types)))
}

/// The types that issues have, as they stand in the first issue of each that is found.
fn used(
    snapshot: &Snapshot,
    view: &mut View<'_>,
    repositories: &[RepositoryName],
) -> Result<Vec<Value>, Problem> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for repository in repositories {
        for name in snapshot.issue_types(repository)? {
            if !seen.insert(name.to_lowercase()) {
                continue;
            }
            let query = Query {
                condition: Condition::Is(Test::Type(vec![name])),
                sort: None,
            };
            let options = QueryOptions::new().repository(repository.clone());
            for issue in snapshot.query(&query, &options)?.page(1, 1)? {
                let shown = view.object(issue.id, Resource::Issue)?;
                let shown: Value = serde_json::from_slice(&shown).unwrap_or_default();
                found.extend(shown.get("type").filter(|one| one.is_object()).cloned());
            }
        }
    }
    Ok(found)
}

fn is_called(one: &Value, name: &str) -> bool {
    let known = one.get("name").and_then(Value::as_str);
    known.is_some_and(|known| known.eq_ignore_ascii_case(name))
}

/// A type with what is not known of it as GitHub has it for its own.
fn with(mut one: Value, description: &str, color: &str) -> Value {
    if one["description"].is_null() {
        one["description"] = description.into();
    }
    if one["color"].is_null() {
        one["color"] = color.into();
    }
    one
}
