//! Fields that an organisation adds to issues, their values, and suggestions of other programs.
//!
//! A store has no such fields. An organisation has none to list, so that none can be given a value; making one is answered
//! as GitHub does where somebody is no owner of the organisation, with 404. The values that an imported issue came with
//! are told as they came. Nobody suggests anything here.

use backlot_core::Snapshot;
use backlot_github::Resource;
use http::Method;
use serde_json::Value;

use super::find;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::input::Input;
use crate::problem::{Fault, Problem};
use crate::route::{Route, on};

const FIELDS: &str = "/orgs/{org}/issue-fields";
const FIELD: &str = "/orgs/{org}/issue-fields/{issue_field_id}";
const VALUES: &str = "/repos/{owner}/{repo}/issues/{number}/issue-field-values";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, FIELDS, fields),
    on(Method::POST, FIELDS, refuse),
    on(Method::PATCH, FIELD, refuse),
    on(Method::DELETE, FIELD, refuse),
    on(Method::GET, VALUES, values),
    on(Method::POST, VALUES, |exchange| set_values(exchange, false)),
    on(Method::PUT, VALUES, |exchange| set_values(exchange, true)),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/issue-field-values/{issue_field_id}",
        delete_value,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/suggestions",
        suggestions,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/suggestions/{suggestion_id}/approve",
        judge,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/suggestions/{suggestion_id}/dismiss",
        judge,
    ),
];

/// The most values in one body.
const VALUES_PER_CALL: usize = 25;

const STATES: &[&str] = &[
    "pending",
    "applied",
    "approved",
    "dismissed",
    "replaced",
    "invalidated",
    "all",
];
const ACTIONS: &[&str] = &[
    "set_type",
    "add_label",
    "add_field",
    "add_assignee",
    "close_issue",
];

fn fields(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    find::repositories_of(&exchange.read()?, exchange.parameter("org"))?;
    Ok(nothing())
}

fn refuse(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.caller()?;
    Err(Problem::not_found())
}

fn values(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let all = values_of(exchange, &snapshot)?;
    let paging = exchange.paging();
    let page = all[paging.range(all.len())].to_vec();
    let body = Value::Array(page).to_string().into_bytes();
    Ok(exchange.paged(&exchange.view(&snapshot), paging, all.len(), body))
}

/// The values that the issue in the path came with.
fn values_of(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Vec<Value>, Problem> {
    let issue = find::issue(exchange, snapshot)?;
    let mut view = exchange.view(snapshot);
    let shown = view.object(issue.id(), Resource::Issue)?;
    let shown: Value = serde_json::from_slice(&shown).unwrap_or_default();
    let values = shown.get("issue_field_values").and_then(Value::as_array);
    Ok(values.cloned().unwrap_or_default())
}

/// Takes no value, since there is no field that could have one.
fn set_values(exchange: &Exchange<'_>, replaces: bool) -> Result<Answer, Problem> {
    exchange.triager()?;
    let known = values_of(exchange, &exchange.read()?)?;
    check_none_given(&exchange.input()?)?;
    match replaces && !known.is_empty() {
        true => Err(Problem::forbidden(
            "The values that an issue was imported with cannot be changed.",
        )),
        false => Ok(Answer::value(&Value::Array(known))),
    }
}

/// Refuses values in a body: there is no field that could have one.
///
/// # Errors
/// 422 where there is one.
pub(super) fn check_none_given(input: &Input) -> Result<(), Problem> {
    let given = input.list("issue_field_values")?.unwrap_or_default();
    let fault = Fault::new("Issue", "issue_field_values", "invalid");
    if given.len() > VALUES_PER_CALL {
        let message = format!("There can be at most {VALUES_PER_CALL} values");
        return Err(Problem::validation(vec![fault.saying(message)]));
    }
    match given.first() {
        Some(value) => Err(Problem::validation(vec![fault.with_value(value.clone())])),
        None => Ok(()),
    }
}

fn delete_value(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    find::issue(exchange, &exchange.read()?)?;
    Err(Problem::not_found())
}

fn suggestions(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    find::issue(exchange, &exchange.read()?)?;
    for (name, words) in [("state", STATES), ("action", ACTIONS)] {
        let given = exchange.query.given(name);
        if given.is_some_and(|word| !words.contains(&word)) {
            return Err(Problem::field("IssueSuggestion", name, "invalid"));
        }
    }
    Ok(nothing())
}

fn judge(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    find::issue(exchange, &exchange.read()?)?;
    Err(Problem::not_found())
}

fn nothing() -> Answer {
    Answer::value(&Value::Array(Vec::new()))
}
