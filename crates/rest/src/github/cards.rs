//! The cards in the columns of classic projects.

use backlot_core::{ArchivedFilter, CardDetail, CardEdit, CardPlace, Snapshot};
use backlot_github::{FORGE, Resource};
use backlot_model::{RecordId, RecordKind, RepositoryName};
use http::Method;

use super::columns::{after, column, find as find_column, invalid};
use super::projects::{gone, see};
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/projects/columns/{column_id}/cards", list),
    on(Method::POST, "/projects/columns/{column_id}/cards", create),
    on(Method::GET, "/projects/columns/cards/{card_id}", get),
    on(Method::PATCH, "/projects/columns/cards/{card_id}", update),
    on(Method::DELETE, "/projects/columns/cards/{card_id}", delete),
    on(
        Method::POST,
        "/projects/columns/cards/{card_id}/moves",
        move_,
    ),
];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let archived = match exchange.query.given("archived_state") {
        None | Some("not_archived") => ArchivedFilter::NotArchived,
        Some("archived") => ArchivedFilter::Archived,
        Some("all") => ArchivedFilter::All,
        Some(_) => return Err(Problem::field("ProjectCard", "archived_state", "invalid")),
    };
    let snapshot = exchange.read()?;
    let column = find_column(exchange, &snapshot)?;
    let cards = snapshot.cards(column.id, archived).map_err(gone)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = cards[paging.range(cards.len())].iter().map(|card| card.id);
    let body = view.list(page, Resource::Card)?;
    Ok(exchange.paged(&view, paging, cards.len(), body))
}

/// What a new card shows.
enum Content {
    Note(String),
    Issue(RepositoryName, u64),
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let snapshot = exchange.read()?;
    let column = find_column(exchange, &snapshot)?;
    let content = content(exchange, &snapshot)?;
    drop(snapshot);
    let id = exchange.write("create card", |transaction| match content {
        Content::Note(note) => transaction.create_note(column.id, note).map_err(gone),
        Content::Issue(repository, number) => transaction
            .add_card(column.id, &repository, number)
            .map_err(gone),
    })?;
    show(exchange, id).map(Answer::created)
}

fn content(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Content, Problem> {
    let input = exchange.input()?;
    if let Some(note) = input.text("note")? {
        return Ok(Content::Note(note.to_owned()));
    }
    let Some(number) = input.number("content_id")? else {
        return Err(Problem::field("ProjectCard", "note", "missing_field"));
    };
    if !matches!(input.text("content_type")?, Some("Issue" | "PullRequest")) {
        return Err(Problem::field("ProjectCard", "content_type", "invalid"));
    }
    let not_found = || Problem::field("ProjectCard", "content_id", "invalid");
    let id = snapshot
        .find(RecordKind::Issue, FORGE, number, None)?
        .ok_or_else(not_found)?;
    let issue = snapshot.record(id)?.ok_or_else(not_found)?;
    let home = issue.repository().ok_or_else(not_found)?;
    let repository = snapshot.login(home)?.and_then(|name| name.parse().ok());
    let repository = repository.zip(issue.number());
    let (repository, number) = repository.ok_or_else(not_found)?;
    Ok(Content::Issue(repository, number))
}

/// The card in the path, on a board that who calls may see.
fn find(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<CardDetail, Problem> {
    card(exchange, snapshot, exchange.number("card_id")?)?.ok_or_else(Problem::not_found)
}

fn card(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    number: u64,
) -> Result<Option<CardDetail>, Problem> {
    let Some(id) = snapshot.find(RecordKind::Card, FORGE, number, None)? else {
        return Ok(None);
    };
    let card = snapshot.card(id).map_err(gone)?;
    let column = snapshot.record(card.column)?;
    if let Some(project) = column.and_then(|column| column.container()) {
        see(exchange, snapshot, project)?;
    }
    Ok(Some(card))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let card = find(exchange, &snapshot)?;
    let body = exchange.view(&snapshot).object(card.id, Resource::Card)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let card = find(exchange, &exchange.read()?)?;
    let input = exchange.input()?;
    let mut edit = CardEdit::default();
    if let Some(note) = input.text("note")? {
        edit = edit.note(note);
    }
    if let Some(is_archived) = input.flag("archived")? {
        edit = edit.archived(is_archived);
    }
    exchange.write("edit card", |transaction| {
        transaction.edit_card(card.id, &edit).map_err(gone)
    })?;
    show(exchange, card.id).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let card = find(exchange, &exchange.read()?)?;
    exchange.write("delete card", |transaction| {
        transaction.delete_card(card.id).map_err(gone)
    })?;
    Ok(Answer::no_content())
}

fn move_(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let snapshot = exchange.read()?;
    let moved = find(exchange, &snapshot)?;
    let input = exchange.input()?;
    let to = match input.number("column_id")? {
        Some(number) => {
            let found = column(exchange, &snapshot, number)?;
            let missing = || Problem::field("ProjectCard", "column_id", "invalid");
            Some(found.ok_or_else(missing)?.id)
        }
        None => None,
    };
    let place = match input.text("position")? {
        Some("top") => CardPlace::Top,
        Some("bottom") => CardPlace::Bottom,
        Some(other) => {
            let number = after(other).ok_or_else(|| invalid("ProjectCard"))?;
            let other = card(exchange, &snapshot, number)?;
            CardPlace::After(other.ok_or_else(|| invalid("ProjectCard"))?.id)
        }
        None => return Err(Problem::field("ProjectCard", "position", "missing_field")),
    };
    drop(snapshot);
    exchange.write("move card", |transaction| {
        transaction.move_card(moved.id, place, to).map_err(gone)
    })?;
    Ok(Answer::created(b"{}".to_vec()))
}

fn show(exchange: &Exchange<'_>, id: RecordId) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    exchange.view(&snapshot).object(id, Resource::Card)
}
