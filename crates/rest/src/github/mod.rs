//! GitHub's REST API.

mod assignees;
mod cards;
mod columns;
mod comments;
mod dependencies;
mod due;
mod events;
mod find;
mod happenings;
mod issue_fields;
mod issue_input;
mod issue_labels;
mod issue_lists;
mod issue_types;
mod issues;
mod labels;
mod locks;
mod meta;
mod milestones;
mod people;
mod pins;
mod projects;
mod reactions;
mod repositories;
mod search;
mod sub_issues;
mod subject;
mod timeline;

pub(crate) use assignees::assignable;
pub(crate) use find::{living, those_there};
pub(crate) use people::{known, user};
pub(crate) use repositories::owned_by;
pub(crate) use search::query as search_query;

use serde_json::{Value, json};

use crate::problem::{Fault, Problem};
use crate::route::Routes;

/// Where GitHub documents its API, as error bodies say.
const DOCUMENTATION: &str = "https://docs.github.com/rest";

/// All endpoints.
pub(crate) fn routes() -> Routes {
    Routes::new(&[
        crate::graph::ROUTES,
        assignees::ROUTES,
        cards::ROUTES,
        columns::ROUTES,
        comments::ROUTES,
        issue_lists::ROUTES,
        issues::ROUTES,
        labels::ROUTES,
        locks::ROUTES,
        meta::ROUTES,
        people::ROUTES,
        projects::ROUTES,
        repositories::ROUTES,
        search::ROUTES,
        issue_labels::ROUTES,
        milestones::ROUTES,
        events::ROUTES,
        timeline::ROUTES,
        reactions::ROUTES,
        sub_issues::ROUTES,
        dependencies::ROUTES,
        pins::ROUTES,
        issue_types::ROUTES,
        issue_fields::ROUTES,
    ])
}

/// The body of a refusal, as GitHub has it; `place` is the address of what moved.
pub(crate) fn error_body(problem: &Problem, place: Option<&str>) -> Value {
    let mut body = json!({
        "message": problem.message,
        "documentation_url": DOCUMENTATION,
        "status": problem.status.as_u16().to_string(),
    });
    if !problem.faults.is_empty() {
        body["errors"] = problem.faults.iter().map(fault).collect();
    }
    if let Some(place) = place {
        body["url"] = place.into();
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
        // GitHub tells texts, numbers and lists of texts as they were sent.
        body["value"] = match value {
            Value::String(_) | Value::Number(_) | Value::Null => value.clone(),
            other => other.to_string().into(),
        };
    }
    body
}
