//! The labels of one issue.

use backlot_core::{Error, IssueEdit, RepositoryWriter};
use backlot_model::{LABELS_PER_ISSUE, Rule, check_label_name};
use http::{Method, StatusCode};
use serde_json::Value;

use super::find;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::input::{Input, mistyped};
use crate::problem::{Fault, Problem};
use crate::route::{Route, on};
use backlot_github::Resource;

const ALL: &str = "/repos/{owner}/{repo}/issues/{number}/labels";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, ALL, list),
    on(Method::POST, ALL, add),
    on(Method::PUT, ALL, set),
    on(Method::DELETE, ALL, remove_all),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/labels/{*name}",
        remove,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    let labels = find::those_there(&snapshot, issue.labels())?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = labels[paging.range(labels.len())].iter().copied();
    let body = view.list(page, Resource::Label)?;
    Ok(exchange.paged(&view, paging, labels.len(), body))
}

fn add(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let names = names(exchange.body)?;
    let mut edit = IssueEdit::default();
    for name in &names {
        edit = edit.add_label(name);
    }
    change(exchange, "add labels to", &edit, &names)?;
    show(exchange)
}

fn set(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let names = names(exchange.body)?;
    let edit = IssueEdit::default().set_labels(names.clone());
    change(exchange, "set the labels of", &edit, &names)?;
    show(exchange)
}

fn remove_all(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let edit = IssueEdit::default().set_labels(Vec::new());
    change(exchange, "take all labels from", &edit, &[])?;
    Ok(Answer::no_content())
}

fn remove(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.triager()?;
    let name = exchange.parameter("name");
    let edit = IssueEdit::default().remove_label(name);
    let is_changed = change(exchange, "take a label from", &edit, &[])?;
    match is_changed {
        true => show(exchange),
        false => Err(Problem::new(StatusCode::NOT_FOUND, "Label does not exist")),
    }
}

/// Edits the issue in the path; whether anything changed.
fn change(
    exchange: &Exchange<'_>,
    what: &str,
    edit: &IssueEdit,
    names: &[String],
) -> Result<bool, Problem> {
    find::issue(exchange, &exchange.read()?)?;
    let number = exchange.number("number")?;
    let reason = format!("{what} issue {number}");
    exchange.write_here(&reason, |repository: &mut RepositoryWriter<'_>| {
        let edited = repository.edit_issue(number, edit);
        edited.map_err(|error| refused(error, names))
    })
}

/// All labels that the issue in the path has now.
fn show(exchange: &Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let issue = find::issue(exchange, &snapshot)?;
    let labels = find::those_there(&snapshot, issue.labels())?;
    let body = exchange.view(&snapshot).list(labels, Resource::Label)?;
    Ok(Answer::ok(body))
}

/// Why labels are refused, in the words that GitHub has where they are given to an issue.
fn refused(error: Error, names: &[String]) -> Problem {
    let Some(field) = error.invalid_field() else {
        return error.into();
    };
    match (field.object, field.field, field.rule) {
        ("label", "name", _) => {
            let mut invalid = names.iter().filter(|name| check_label_name(name).is_err());
            let fault = Fault::new("Label", "name", "invalid");
            Problem::validation(vec![match invalid.next() {
                Some(name) => fault.with_value(name.as_str().into()),
                None => fault,
            }])
        }
        ("issue", "labels", Rule::Unprocessable) => {
            let message = format!("Issues cannot have more than {LABELS_PER_ISSUE} labels");
            let fault = Fault::new("Issue", "labels", "custom").saying(message);
            Problem::validation(vec![fault])
        }
        _ => error.into(),
    }
}

/// The names in a body: an object with `labels`, the list itself, or one name alone. Each is a text, or an object
/// with a `name`.
fn names(body: &[u8]) -> Result<Vec<String>, Problem> {
    let value = match body.iter().all(u8::is_ascii_whitespace) {
        true => Value::Object(serde_json::Map::new()),
        false => serde_json::from_slice(body)
            .map_err(|_| Problem::bad_request("Problems parsing JSON"))?,
    };
    let input = match value {
        Value::Object(object) => Input::of(object),
        list @ Value::Array(_) => Input::of([("labels".to_owned(), list)].into_iter().collect()),
        Value::String(name) => return Ok(vec![name]),
        other => return Err(mistyped("labels", &other, "an array")),
    };
    let names = input.names("labels", "name")?;
    names.ok_or_else(|| Problem::invalid_request("\"labels\" wasn't supplied."))
}
