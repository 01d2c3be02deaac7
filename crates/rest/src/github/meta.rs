//! What clients ask of the server itself.

use http::Method;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/", root),
    on(Method::GET, "/meta", meta),
    on(Method::GET, "/rate_limit", rate_limit),
    on(Method::GET, "/versions", versions),
    on(Method::GET, "/zen", zen),
];

/// Where everything is, for clients that follow addresses.
fn root(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let api = &exchange.address.api;
    Ok(Answer::value(&json!({
        "current_user_url": format!("{api}/user"),
        "issue_search_url": format!("{api}/search/issues?q={{query}}{{&page,per_page,sort,order}}"),
        "issues_url": format!("{api}/issues"),
        "label_search_url": format!("{api}/search/labels?q={{query}}&repository_id={{repository_id}}{{&page,per_page}}"),
        "organization_url": format!("{api}/orgs/{{org}}"),
        "organization_repositories_url": format!("{api}/orgs/{{org}}/repos{{?type,page,per_page,sort}}"),
        "rate_limit_url": format!("{api}/rate_limit"),
        "repository_url": format!("{api}/repos/{{owner}}/{{repo}}"),
        "current_user_repositories_url": format!("{api}/user/repos{{?type,page,per_page,sort}}"),
        "user_url": format!("{api}/users/{{user}}"),
        "user_organizations_url": format!("{api}/user/orgs"),
        "user_repositories_url": format!("{api}/users/{{user}}/repos{{?type,page,per_page,sort}}"),
    })))
}

/// That it is no public site: clients ask for the version of an enterprise server here. It is the last one that has the
/// classic projects that are served.
fn meta(_: &mut Exchange<'_>) -> Result<Answer, Problem> {
    Ok(Answer::value(&json!({
        "verifiable_password_authentication": false,
        "installed_version": "3.16.0",
    })))
}

/// That nothing is limited.
fn rate_limit(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let reset = exchange.now().unix_milliseconds() / 1000 + 3600;
    let limit: Value = json!({"limit": 5000, "used": 0, "remaining": 5000, "reset": reset});
    let names = [
        "core",
        "search",
        "graphql",
        "integration_manifest",
        "source_import",
    ];
    let resources: serde_json::Map<String, Value> = names
        .into_iter()
        .map(|name| (name.to_owned(), limit.clone()))
        .collect();
    Ok(Answer::value(
        &json!({"resources": resources, "rate": limit}),
    ))
}

fn versions(_: &mut Exchange<'_>) -> Result<Answer, Problem> {
    Ok(Answer::value(&json!(["2022-11-28", "2026-03-10"])))
}

/// A saying that clients use to see whether anybody answers.
fn zen(_: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let answer = Answer::ok(b"Keep it in one file.".to_vec());
    Ok(answer.header(http::header::CONTENT_TYPE, "text/plain; charset=utf-8"))
}
