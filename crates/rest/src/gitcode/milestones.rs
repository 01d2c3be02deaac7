//! The milestones of a repository, which GitCode calls by ids of its own.

use std::cmp::Reverse;

use backlot_core::{MilestoneEdit, MilestoneList, MilestoneSort, NewMilestone, StateFilter};
use backlot_gitcode::Resource;
use backlot_model::{Direction, RecordId, State, Timestamp};
use http::Method;

use super::filter::is_descending;
use super::parameters::{Parameters, missing, none_of};
use super::place::{day, milestone, parameters, repository};
use super::refusal::not_there;
use super::view::{View, paged};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, "/repos/{owner}/{repo}/milestones", list),
    on(Method::POST, "/repos/{owner}/{repo}/milestones", create),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/milestones/{number}",
        get,
    ),
    on(
        Method::PATCH,
        "/repos/{owner}/{repo}/milestones/{number}",
        update,
    ),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/milestones/{number}",
        delete,
    ),
];

/// Who does not say by what it is sorted gets the newest first.
fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let parameters = parameters(exchange)?;
    let state = match parameters.given("state")?.as_deref() {
        None | Some("open" | "active") => StateFilter::Open,
        Some("closed") => StateFilter::Closed,
        Some("all") => StateFilter::All,
        Some(_) => return Err(none_of("state", "open, closed, all")),
    };
    let is_sorted = match parameters.given("sort")?.as_deref() {
        None => parameters.has("direction"),
        Some("due_on") => true,
        Some(_) => return Err(none_of("sort", "due_on")),
    };
    let direction = match is_descending(&parameters, &["direction"], false)? {
        true => Direction::Descending,
        false => Direction::Ascending,
    };
    let wanted = MilestoneList {
        state,
        sort: MilestoneSort::DueOn,
        direction,
    };
    let snapshot = exchange.read()?;
    let name = repository(exchange, &snapshot)?;
    let mut found = snapshot.milestones(&name, &wanted)?;
    if !is_sorted {
        found.sort_by_key(|milestone| Reverse(milestone.number));
    }
    let paging = Paging::of(&exchange.query, 20, 100);
    let page = &found[paging.range(found.len())];
    let ids = page.iter().map(|milestone| milestone.id);
    let body = View::of(exchange, &snapshot).list(ids, Resource::Milestone)?;
    Ok(paged(paging, found.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let (id, _) = asked(exchange)?;
    show(exchange, id).map(Answer::ok)
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let parameters = parameters(exchange)?;
    let required = |name| parameters.given(name)?.ok_or_else(|| missing(name));
    let (title, due_on) = (required("title")?, required("due_on")?);
    repository(exchange, &exchange.read()?)?;
    let mut new = NewMilestone::titled(title.as_str()).due_on(day("due_on", &due_on)?);
    if let Some(description) = parameters.given("description")? {
        new = new.description(description);
    }
    let reason = format!("create milestone {title}");
    let number =
        exchange.write_here(&reason, |repository| Ok(repository.create_milestone(new)?))?;
    let id = {
        let snapshot = exchange.read()?;
        let name = repository(exchange, &snapshot)?;
        snapshot.milestone(&name, number)?.id
    };
    show(exchange, id).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let parameters = parameters(exchange)?;
    let (id, number) = asked(exchange)?;
    let mut edit = MilestoneEdit::default();
    if let Some(title) = parameters.text("title")? {
        edit = edit.title(title);
    }
    if let Some(description) = parameters.text("description")? {
        edit = edit.description(Some(description));
    }
    if let Some(due_on) = due_on(&parameters)? {
        edit = edit.due_on(due_on);
    }
    match parameters.given("state")?.as_deref() {
        // The documents name `all` here too, which is no state that a milestone could have.
        None | Some("all") => {}
        Some("open" | "active") => edit = edit.state(State::Open),
        Some("closed") => edit = edit.state(State::Closed),
        Some(_) => return Err(none_of("state", "open, closed")),
    }
    let reason = format!("edit milestone {number}");
    exchange.write_here(&reason, |repository| {
        Ok(repository.edit_milestone(number, &edit)?)
    })?;
    show(exchange, id).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let (_, number) = asked(exchange)?;
    let reason = format!("delete milestone {number}");
    exchange.write_here(&reason, |repository| {
        Ok(repository.delete_milestone(number)?)
    })?;
    Ok(Answer::no_content())
}

/// The day that an edit gives; an empty one, or null alone, takes it away.
fn due_on(parameters: &Parameters) -> Result<Option<Option<Timestamp>>, Problem> {
    match parameters.text("due_on")? {
        Some(text) if text.trim().is_empty() => Ok(Some(None)),
        Some(text) => day("due_on", &text).map(|day| Some(Some(day))),
        None => Ok(parameters.clears("due_on").then_some(None)),
    }
}

/// The milestone in the path, and its number in the repository.
fn asked(exchange: &Exchange<'_>) -> Result<(RecordId, u64), Problem> {
    let snapshot = exchange.read()?;
    let name = repository(exchange, &snapshot)?;
    let unknown = || not_there("Milestone");
    let number = exchange.number("number").map_err(|_| unknown())?;
    milestone(&snapshot, &name, number)?.ok_or_else(unknown)
}

fn show(exchange: &Exchange<'_>, id: RecordId) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    View::of(exchange, &snapshot).object(id, Resource::Milestone)
}
