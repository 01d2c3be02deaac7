//! The columns of classic projects.

use backlot_core::{ColumnPlace, ColumnSummary, Snapshot};
use backlot_github::{FORGE, Resource};
use backlot_model::{RecordId, RecordKind};
use http::Method;

use super::projects::{gone, see};
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/projects/{project_id}/columns", list),
    on(Method::POST, "/projects/{project_id}/columns", create),
    on(Method::GET, "/projects/columns/{column_id}", get),
    on(Method::PATCH, "/projects/columns/{column_id}", update),
    on(Method::DELETE, "/projects/columns/{column_id}", delete),
    on(Method::POST, "/projects/columns/{column_id}/moves", move_),
];

fn project(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<RecordId, Problem> {
    let number = exchange.number("project_id")?;
    let id = snapshot.find(RecordKind::Project, FORGE, number, None)?;
    Ok(see(exchange, snapshot, id.ok_or_else(Problem::not_found)?)?.id)
}

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let columns = snapshot
        .columns(project(exchange, &snapshot)?)
        .map_err(gone)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = columns[paging.range(columns.len())]
        .iter()
        .map(|column| column.id);
    let body = view.list(page, Resource::Column)?;
    Ok(exchange.paged(&view, paging, columns.len(), body))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let project = project(exchange, &exchange.read()?)?;
    let input = exchange.input()?;
    let Some(name) = input.text("name")? else {
        return Err(Problem::field("ProjectColumn", "name", "missing_field"));
    };
    let id = exchange.write(&format!("create column {name}"), |transaction| {
        transaction.create_column(project, name).map_err(gone)
    })?;
    show(exchange, id).map(Answer::created)
}

/// The column in the path, on a board that who calls may see.
pub(super) fn find(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<ColumnSummary, Problem> {
    column(exchange, snapshot, exchange.number("column_id")?)?.ok_or_else(Problem::not_found)
}

/// The column of a number, on a board that who calls may see.
pub(super) fn column(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    number: u64,
) -> Result<Option<ColumnSummary>, Problem> {
    let Some(id) = snapshot.find(RecordKind::Column, FORGE, number, None)? else {
        return Ok(None);
    };
    let column = snapshot.column(id).map_err(gone)?;
    let record = snapshot.record(id)?;
    if let Some(project) = record.and_then(|record| record.container()) {
        see(exchange, snapshot, project)?;
    }
    Ok(Some(column))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let column = find(exchange, &snapshot)?;
    let body = exchange
        .view(&snapshot)
        .object(column.id, Resource::Column)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let column = find(exchange, &exchange.read()?)?;
    let input = exchange.input()?;
    let Some(name) = input.text("name")? else {
        return Err(Problem::field("ProjectColumn", "name", "missing_field"));
    };
    let reason = format!("rename column {}", column.name);
    exchange.write(&reason, |transaction| {
        transaction.rename_column(column.id, name).map_err(gone)
    })?;
    show(exchange, column.id).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let column = find(exchange, &exchange.read()?)?;
    let reason = format!("delete column {}", column.name);
    exchange.write(&reason, |transaction| {
        transaction.delete_column(column.id).map_err(gone)
    })?;
    Ok(Answer::no_content())
}

fn move_(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let snapshot = exchange.read()?;
    let moved = find(exchange, &snapshot)?;
    let input = exchange.input()?;
    let place = match input.text("position")? {
        Some("first") => ColumnPlace::First,
        Some("last") => ColumnPlace::Last,
        Some(other) => {
            let number = after(other).ok_or_else(|| invalid("ProjectColumn"))?;
            let other = column(exchange, &snapshot, number)?;
            ColumnPlace::After(other.ok_or_else(|| invalid("ProjectColumn"))?.id)
        }
        None => return Err(Problem::field("ProjectColumn", "position", "missing_field")),
    };
    drop(snapshot);
    let reason = format!("move column {}", moved.name);
    exchange.write(&reason, |transaction| {
        transaction.move_column(moved.id, place).map_err(gone)
    })?;
    Ok(Answer::created(b"{}".to_vec()))
}

/// The number in a position such as `after:12`.
pub(super) fn after(position: &str) -> Option<u64> {
    position.strip_prefix("after:")?.parse().ok()
}

/// A 422 because a position is none.
pub(super) fn invalid(resource: &'static str) -> Problem {
    Problem::field(resource, "position", "invalid")
}

fn show(exchange: &Exchange<'_>, id: RecordId) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    exchange.view(&snapshot).object(id, Resource::Column)
}
