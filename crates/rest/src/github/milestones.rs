//! Milestones, and the labels of their issues.

use backlot_core::{
    Error, ErrorKind, MilestoneEdit, MilestoneList, MilestoneSort, NewMilestone, StateFilter,
};
use backlot_model::{Direction, State, Timestamp};
use http::Method;
use serde_json::Value;

use super::due::midnight;
use crate::answer::Answer;
use crate::exchange::{Exchange, changed};
use crate::input::{Input, mistyped};
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::Resource;

const LIST: &str = "/repos/{owner}/{repo}/milestones";
const ONE: &str = "/repos/{owner}/{repo}/milestones/{milestone_number}";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, LIST, list),
    on(Method::POST, LIST, create),
    on(Method::GET, ONE, get),
    on(Method::PATCH, ONE, update),
    on(Method::DELETE, ONE, delete),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/milestones/{milestone_number}/labels",
        labels,
    ),
];

/// All that can be said of a milestone: other keys are refused, as GitHub does.
const KEYS: &[&str] = &["title", "state", "description", "due_on"];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let query = &exchange.query;
    // What is none of the words that it can be is the default.
    let wanted = MilestoneList {
        state: match query.get("state") {
            Some("closed") => StateFilter::Closed,
            Some("all") => StateFilter::All,
            _ => StateFilter::Open,
        },
        sort: match query.get("sort") {
            Some("completeness") => MilestoneSort::Completeness,
            _ => MilestoneSort::DueOn,
        },
        direction: match query.get("direction") {
            Some("desc") => Direction::Descending,
            _ => Direction::Ascending,
        },
    };
    let found = snapshot.milestones(&exchange.repository_name(&snapshot)?, &wanted)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = &found[paging.range(found.len())];
    let body = view.list(
        page.iter().map(|milestone| milestone.id),
        Resource::Milestone,
    )?;
    Ok(exchange.paged(&view, paging, found.len(), body))
}

fn get(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    let number = exchange.number("milestone_number")?;
    let milestone = snapshot.milestone(&name, number).map_err(not_gone)?;
    let mut view = exchange.view(&snapshot);
    let body = view.object(milestone.id, Resource::Milestone)?;
    Ok(Answer::ok(body).modified(changed(&snapshot)?))
}

fn create(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let input = exchange.input()?.permit(KEYS)?;
    let Some(title) = input.text("title")? else {
        return Err(Problem::field("Milestone", "title", "missing_field"));
    };
    let mut milestone = NewMilestone::titled(title);
    if let Some(state) = state(&input)? {
        milestone = milestone.state(state);
    }
    if let Some(description) = input.text("description")? {
        milestone = milestone.description(description);
    }
    if let Some(Some(due_on)) = due_on(&input)? {
        milestone = milestone.due_on(due_on);
    }
    let reason = format!("create milestone {title}");
    let number = exchange.write_here(&reason, |repository| {
        Ok(repository.create_milestone(milestone)?)
    })?;
    show(exchange, number).map(Answer::created)
}

fn update(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let number = exchange.number("milestone_number")?;
    let input = exchange.input()?.permit(KEYS)?;
    let mut edit = MilestoneEdit::default();
    if let Some(title) = input.text("title")? {
        edit = edit.title(title);
    }
    if let Some(state) = state(&input)? {
        edit = edit.state(state);
    }
    if let Some(description) = input.clearable("description")? {
        edit = edit.description(description.map(str::to_owned));
    }
    if let Some(due_on) = due_on(&input)? {
        edit = edit.due_on(due_on);
    }
    let reason = format!("edit milestone {number}");
    exchange.write_here(&reason, |repository| {
        repository.edit_milestone(number, &edit).map_err(not_gone)
    })?;
    show(exchange, number).map(Answer::ok)
}

fn delete(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    exchange.pusher()?;
    let number = exchange.number("milestone_number")?;
    let reason = format!("delete milestone {number}");
    exchange.write_here(&reason, |repository| {
        repository.delete_milestone(number).map_err(not_gone)
    })?;
    Ok(Answer::no_content())
}

fn labels(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    let number = exchange.number("milestone_number")?;
    let labels = snapshot.milestone_labels(&name, number).map_err(not_gone)?;
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = &labels[paging.range(labels.len())];
    let body = view.list(page.iter().map(|label| label.id), Resource::Label)?;
    Ok(exchange.paged(&view, paging, labels.len(), body))
}

/// A milestone of the repository in the path.
fn show(exchange: &Exchange<'_>, number: u64) -> Result<Vec<u8>, Problem> {
    let snapshot = exchange.read()?;
    let name = exchange.repository_name(&snapshot)?;
    let milestone = snapshot.milestone(&name, number).map_err(not_gone)?;
    let mut view = exchange.view(&snapshot);
    view.object(milestone.id, Resource::Milestone)
}

/// A milestone that was deleted is nowhere: unlike issues, GitHub keeps nothing to tell of them.
fn not_gone(error: Error) -> Problem {
    match error.kind() {
        ErrorKind::Gone => Problem::not_found(),
        _ => error.into(),
    }
}

fn state(input: &Input) -> Result<Option<State>, Problem> {
    match input.text("state")? {
        None => Ok(None),
        Some("open") => Ok(Some(State::Open)),
        Some("closed") => Ok(Some(State::Closed)),
        Some(_) => Err(Problem::field("Milestone", "state", "invalid")),
    }
}

/// The day when it is due, as GitHub keeps it; none where nothing is said of it, `Some(None)` where it is cleared.
fn due_on(input: &Input) -> Result<Option<Option<Timestamp>>, Problem> {
    let Some(text) = input.clearable("due_on")? else {
        return Ok(None);
    };
    let moment = match text {
        None => None,
        Some(text) => match Timestamp::parse(text) {
            Ok(moment) => Some(midnight(moment)),
            Err(_) => {
                let value = Value::String(text.to_owned());
                return Err(mistyped("due_on", &value, "a valid date-time"));
            }
        },
    };
    Ok(Some(moment))
}
