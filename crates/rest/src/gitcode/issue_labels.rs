//! The labels of an issue.

use backlot_core::{IssueDetail, IssueEdit, Snapshot};
use backlot_gitcode::Resource;
use backlot_model::RecordId;
use http::Method;
use serde_json::Value;

use super::parameters::{apart, missing, texts};
use super::place::{check_triage, issue, issue_id, parameters, repository};
use super::refusal::not_there;
use super::view::{View, page_of};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/labels",
        list,
    ),
    on(
        Method::POST,
        "/repos/{owner}/{repo}/issues/{number}/labels",
        add,
    ),
    on(
        Method::PUT,
        "/repos/{owner}/{repo}/issues/{number}/labels",
        replace,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/labels",
        remove_all,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/labels/{*names}",
        remove,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let labels = shown(exchange, &snapshot)?;
    Ok(page_of(Paging::of(&exchange.query, 100, 100), &labels))
}

fn add(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    check_triage(exchange)?;
    let names = names(exchange)?;
    if names.is_empty() {
        return Err(missing("labels"));
    }
    let edit = names
        .into_iter()
        .fold(IssueEdit::default(), IssueEdit::add_label);
    edited(exchange, &edit)?;
    let labels = shown(exchange, &exchange.read()?)?;
    Ok(Answer::created(
        Value::Array(labels).to_string().into_bytes(),
    ))
}

fn replace(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    check_triage(exchange)?;
    let edit = IssueEdit::default().set_labels(names(exchange)?);
    edited(exchange, &edit)?;
    let labels = shown(exchange, &exchange.read()?)?;
    Ok(Answer::value(&Value::Array(labels)))
}

fn remove_all(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    check_triage(exchange)?;
    edited(exchange, &IssueEdit::default().set_labels(Vec::new()))?;
    Ok(Answer::no_content())
}

/// Several names stand with commas between them, unless there is a label whose name has the commas.
fn remove(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    check_triage(exchange)?;
    let asked = exchange.parameter("names");
    let borne = issue(exchange, &exchange.read()?)?.summary.labels;
    let bears = |name: &str| {
        borne
            .iter()
            .any(|known| known.to_lowercase() == name.to_lowercase())
    };
    let names = match bears(asked) {
        true => vec![asked.to_owned()],
        false => apart(asked.split(',')),
    };
    if names.is_empty() || !names.iter().all(|name| bears(name)) {
        return Err(not_there("Label"));
    }
    let edit = names
        .into_iter()
        .fold(IssueEdit::default(), IssueEdit::remove_label);
    edited(exchange, &edit)?;
    Ok(Answer::no_content())
}

/// The names in the body: a list of nothing but names, or one under `labels`.
fn names(exchange: &Exchange<'_>) -> Result<Vec<String>, Problem> {
    let parameters = parameters(exchange)?;
    match parameters.elements() {
        Some(elements) => texts("labels", elements),
        None => {
            let names = parameters.names_or_array("labels")?;
            names.ok_or_else(|| missing("labels"))
        }
    }
}

/// Edits the issue in the path.
fn edited(exchange: &Exchange<'_>, edit: &IssueEdit) -> Result<(), Problem> {
    let (_, number) = issue_id(exchange, &exchange.read()?)?;
    let reason = format!("label issue #{number}");
    exchange.write_here(&reason, |repository| {
        repository.edit_issue(number, edit)?;
        Ok(())
    })
}

/// The labels of the issue in the path, as GitCode shows those that it has put on.
fn shown(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Vec<Value>, Problem> {
    let found = issue(exchange, snapshot)?;
    let mut view = View::of(exchange, snapshot);
    let mut labels = Vec::new();
    for id in living(exchange, snapshot, &found)? {
        let mut label = view.value(id, Resource::Label)?;
        if let Some(label) = label.as_object_mut() {
            label.insert("url".to_owned(), "".into());
            label.insert("text_color".to_owned(), "#FFFFFF".into());
        }
        labels.push(label);
    }
    Ok(labels)
}

/// The labels that an issue bears, in their order.
fn living(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    found: &IssueDetail,
) -> Result<Vec<RecordId>, Problem> {
    let name = repository(exchange, snapshot)?;
    let names = found.summary.labels.iter();
    let labels = names.map(|label| Ok(snapshot.label(&name, label)?.id));
    labels.collect()
}
