//! The labels of a repository.

use backlot_core::{LabelEdit, NewLabel};
use backlot_gitcode::Resource;
use http::Method;

use super::parameters::{Parameters, missing, mistyped};
use super::place::{parameters, repository};
use super::refusal::known;
use super::view::{View, paged};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

/// The colour of a label that is made without one.
const COLOR: &str = "428bca";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}/labels", list),
    on(Method::POST, "/repos/{owner}/{repo}/labels", create),
    on(Method::GET, "/repos/{owner}/{repo}/labels/{*name}", get),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/labels/{*name}",
        update,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/labels/{*name}",
        delete,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let labels = snapshot.labels(&repository(exchange, &snapshot)?)?;
    let paging = Paging::of(&exchange.query, 100, 100);
    let page = &labels[paging.range(labels.len())];
    let ids = page.iter().map(|label| label.id);
    let body = View::of(exchange, &snapshot).list(ids, Resource::Label)?;
    Ok(paged(paging, labels.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    show(exchange, exchange.parameter("name")).map(Answer::ok)
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let parameters = parameters(exchange)?;
    let name = parameters.given("name")?;
    let name = name.ok_or_else(|| missing("name"))?;
    repository(exchange, &exchange.read()?)?;
    let color = color(&parameters)?.unwrap_or_else(|| COLOR.to_owned());
    let mut label = NewLabel::named(name.trim()).color(color);
    if let Some(description) = parameters.given("description")? {
        label = label.description(description);
    }
    let reason = format!("create label {name}");
    exchange.write_here(&reason, |repository| Ok(repository.create_label(label)?))?;
    show(exchange, name.trim()).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let parameters = parameters(exchange)?;
    let old = exchange.parameter("name");
    let mut edit = LabelEdit::default();
    let name = parameters.given("name")?;
    if let Some(name) = &name {
        edit = edit.name(name.trim());
    }
    if let Some(color) = color(&parameters)? {
        edit = edit.color(color);
    }
    if let Some(description) = parameters.text("description")? {
        edit = edit.description(Some(description));
    }
    repository(exchange, &exchange.read()?)?;
    let reason = format!("edit label {old}");
    exchange.write_here(&reason, |repository| {
        known(repository.edit_label(old, &edit), "Label")
    })?;
    show(exchange, name.as_deref().map_or(old, str::trim)).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let name = exchange.parameter("name");
    repository(exchange, &exchange.read()?)?;
    let reason = format!("delete label {name}");
    exchange.write_here(&reason, |repository| {
        known(repository.delete_label(name), "Label")
    })?;
    Ok(Answer::no_content())
}

/// A label of the repository in the path.
fn show(exchange: &Exchange<'_>, name: &str) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    let label = snapshot.label(&repository(exchange, &snapshot)?, name);
    let label = known(label, "Label")?;
    View::of(exchange, &snapshot).object(label.id, Resource::Label)
}

/// The colour that is asked for, as the store keeps it: with `#` or without, three digits stand for six.
fn color(parameters: &Parameters) -> Result<Option<String>, Problem> {
    let Some(text) = parameters.given("color")? else {
        return Ok(None);
    };
    let text = text.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(mistyped("color"));
    }
    match digits.len() {
        3 => Ok(Some(
            digits.chars().flat_map(|digit| [digit, digit]).collect(),
        )),
        6 => Ok(Some(digits.to_owned())),
        _ => Err(mistyped("color")),
    }
}
