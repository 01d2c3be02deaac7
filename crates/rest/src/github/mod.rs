//! GitHub's REST API.

mod cards;
mod columns;
mod due;
mod find;
mod issue_labels;
mod issues;
mod labels;
mod meta;
mod milestones;
mod people;
mod projects;
mod repositories;
mod search;

use serde_json::{Value, json};

use crate::address::Address;
use crate::problem::{Fault, Problem};
use crate::route::Routes;

/// Where GitHub documents its API, as error bodies say.
const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// All endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new(&[
        cards::ROUTES,
        columns::ROUTES,
        issues::ROUTES,
        labels::ROUTES,
        meta::ROUTES,
        people::ROUTES,
        projects::ROUTES,
        repositories::ROUTES,
        search::ROUTES,
        issue_labels::ROUTES,
        milestones::ROUTES,
    ])
}

/// The body of a refusal, as GitHub has it.
pub(crate) fn error_body(problem: &Problem, address: &Address) -> Value {
    let mut body = json!({
        "message": problem.message,
        "documentation_url": DOCUMENTATION,
        "status": problem.status.as_u16().to_string(),
    });
    if !problem.faults.is_empty() {
        body["errors"] = problem.faults.iter().map(fault).collect();
    }
    if let Some((name, number)) = &problem.moved_to {
        body["url"] = format!("{}/repos/{name}/issues/{number}", address.api).into();
    }
    body
}

fn fault(fault: &Fault) -> Value {
    let mut body = json!({
        "resource": fault.resource,
        "field": fault.field,
        "code": fault.code,
    });
    if let Some(message) = &fault.message {
        body["message"] = message.as_str().into();
    }
    if let Some(value) = &fault.value {
        body["value"] = value.clone();
    }
    body
}
