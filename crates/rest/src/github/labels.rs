//! The labels of a repository.

use backlot_core::{LabelEdit, NewLabel};
use http::Method;

use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

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
    let labels = snapshot.labels(&exchange.repository_name(&snapshot)?)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = labels[paging.range(labels.len())]
        .iter()
        .map(|label| label.id);
    let body = view.list(page, Resource::Label)?;
    Ok(exchange.paged(&view, paging, labels.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    show(exchange, exchange.parameter("name")).map(Answer::ok)
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let input = exchange.input()?;
    let Some(name) = input.text("name")? else {
        return Err(Problem::field("Label", "name", "missing_field"));
    };
    let mut label = NewLabel::named(name);
    if let Some(color) = input.text("color")? {
        label = label.color(color);
    }
    if let Some(description) = input.text("description")? {
        label = label.description(description);
    }
    let reason = format!("create label {name}");
    exchange.write_here(&reason, |repository| Ok(repository.create_label(label)?))?;
    show(exchange, name).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let input = exchange.input()?;
    let old = exchange.parameter("name");
    let mut edit = LabelEdit::default();
    // Older clients give the new name as they give that of a new label.
    let name = input.text("new_name")?.or(input.text("name")?);
    if let Some(name) = name {
        edit = edit.name(name);
    }
    if let Some(color) = input.text("color")? {
        edit = edit.color(color);
    }
    if let Some(description) = input.clearable("description")? {
        edit = edit.description(description.map(str::to_owned));
    }
    let reason = format!("edit label {old}");
    exchange.write_here(&reason, |repository| Ok(repository.edit_label(old, &edit)?))?;
    show(exchange, name.unwrap_or(old)).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let name = exchange.parameter("name");
    let reason = format!("delete label {name}");
    exchange.write_here(&reason, |repository| Ok(repository.delete_label(name)?))?;
    Ok(Answer::no_content())
}

/// A label of the repository in the path.
fn show(exchange: &Exchange<'_>, name: &str) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    let label = snapshot.label(&exchange.repository_name(&snapshot)?, name)?;
    exchange.view(&snapshot).object(label.id, Resource::Label)
}
