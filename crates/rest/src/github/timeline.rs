//! All that happened to an issue, comments and references by others included.

use backlot_core::HistoryItem;
use backlot_model::RecordKind;
use http::{Method, StatusCode};

use super::find;
use super::happenings::{COMMENTED, is_of_timelines};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::{DELETED, Problem};
use crate::route::{Route, on};
use backlot_github::Resource;

pub(super) const ROUTES: &[Route] = &[on(
    Method::GET,
    "/repos/{owner}/{repo}/issues/{number}/timeline",
    list,
)];

fn list(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    // Of a deleted issue there is no timeline, where all else that is asked of it says that it is gone.
    let issue = find::issue(exchange, &snapshot).map_err(|problem| {
        match problem.status == StatusCode::GONE && problem.message == DELETED {
            true => Problem::not_found(),
            false => problem,
        }
    })?;
    let excluded = excluded(exchange)?;
    let items = snapshot.thread(issue.id())?;
    let is_wanted = |item: &&HistoryItem| {
        let word = word(item);
        is_of_timelines(word) && !excluded.contains(&word)
    };
    let items: Vec<&HistoryItem> = items.iter().filter(is_wanted).collect();
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let body = view.items(&paging.cut(&items), Resource::Timeline)?;
    Ok(exchange.paged(&view, paging, items.len(), body))
}

/// What an item is in a timeline.
fn word(item: &HistoryItem) -> &str {
    match item.kind() {
        RecordKind::Comment => COMMENTED,
        _ => item.event().unwrap_or_default(),
    }
}

/// The words of what is not wanted.
fn excluded<'e>(exchange: &'e Exchange<'_>) -> Result<Vec<&'e str>, Problem> {
    let names = exchange.query.given("exclude").unwrap_or_default();
    let names = names.split(',').map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    match names.iter().find(|name| !is_of_timelines(name)) {
        Some(name) => Err(Problem::bad_request(format!(
            "{name:?} is not a timeline event that can be excluded."
        ))),
        None => Ok(names),
    }
}
