//! What happened to issues and comments: operate logs, earlier texts, reactions.

use backlot_core::{HistoryItem, Snapshot};
use backlot_gitcode::Resource;
use backlot_model::{Outgoing, RecordId};
use http::Method;
use serde_json::{Value, json};

use super::place::{comment, issue_id, name_only_repository, parameters, written};
use super::view::{View, page_of, paged, parsed};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(super) const ROUTES: &[Route] = &[
    on(
        Method::GET,
        "/repos/{owner}/issues/{number}/operate_logs",
        logs,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/operate_logs",
        logs,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/modify_history",
        texts_of_issue,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/comment/{id}/modify_history",
        texts_of_comment,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/{number}/user_reactions",
        reactions_to_issue,
    ),
    on(
        Method::GET,
        "/repos/{owner}/{repo}/issues/comment/{id}/user_reactions",
        reactions_to_comment,
    ),
];

/// The newest first. No pages are documented, so that as many as a page can have come where nothing is said. What
/// GitCode has no established words for is not told.
fn logs(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    name_only_repository(exchange)?;
    let snapshot = exchange.read()?;
    let thread = snapshot.thread(issue_id(exchange, &snapshot)?.0)?;
    let mut view = View::of(exchange, &snapshot);
    let mut found = Vec::new();
    for item in thread.iter().rev().filter(|item| may_be_told(item)) {
        let outgoing = view.item(item, Resource::Log)?;
        found.extend(outgoing.filter(|outgoing| Resource::Log.has(outgoing)));
    }
    let paging = Paging::of(&exchange.query, 100, 100);
    let body = view.all(&found[paging.range(found.len())])?;
    Ok(paged(paging, found.len(), body))
}

/// Whether an event is one of those of which logs can tell.
fn may_be_told(item: &HistoryItem) -> bool {
    item.event().is_some_and(|event| {
        matches!(event, "labeled" | "milestoned" | "renamed" | "connected")
            || event.starts_with("gitcode:")
    })
}

fn texts_of_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let (id, _) = issue_id(exchange, &snapshot)?;
    earlier_texts(exchange, &snapshot, id)
}

fn texts_of_comment(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let id = comment(exchange, &snapshot)?;
    earlier_texts(exchange, &snapshot, id)
}

/// The texts that an issue or a comment had, the newest first: those that the log of the store knows, and behind them
/// those that GitCode stated.
fn earlier_texts(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    of: RecordId,
) -> Result<Answer, Problem> {
    let mut view = View::of(exchange, snapshot);
    let mut texts = Vec::new();
    let record = snapshot.record(of)?;
    let created = record.and_then(|record| record.created_at());
    for item in snapshot.thread(of)?.iter() {
        if !matches!(item.event(), Some("created" | "edited")) {
            continue;
        }
        let outgoing = view.item(item, Resource::ModifyHistory)?;
        if let Some(outgoing) = outgoing.filter(|outgoing| Resource::ModifyHistory.has(outgoing)) {
            texts.push((item.at(), one(&mut view, &outgoing)?));
        }
    }
    let is_stated = !texts.is_empty();
    for (at, revision) in snapshot.edits(of)?.into_iter().enumerate() {
        let is_first = at == 0;
        // What was imported says when it was written; the log says when it came.
        let when = created.filter(|_| is_first).unwrap_or(revision.at);
        let mut user = json!({ "login": revision.editor, "name": revision.editor });
        if let Ok(known) = snapshot.user(&revision.editor) {
            let known = view.value(known.id, Resource::User)?;
            for key in ["object_id", "login", "name", "avatar_url"] {
                if let Some(value) = known.get(key) {
                    user[key] = value.clone();
                }
            }
        }
        let text = json!({
            "id": revision.at.unix_milliseconds().to_string(),
            "content": revision.body.unwrap_or_default(),
            "created": is_first && !is_stated,
            "deleted": false,
            "created_at": written(when),
            "updated_at": written(when),
            "user": user.clone(),
            "updated_user": user,
        });
        texts.push((Some(when), text));
    }
    texts.sort_by_key(|(at, _)| *at);
    let texts: Vec<Value> = texts.into_iter().rev().map(|(_, text)| text).collect();
    Ok(page_of(Paging::of(&exchange.query, 20, 100), &texts))
}

fn one(view: &mut View<'_>, outgoing: &Outgoing) -> Result<Value, Problem> {
    let list = parsed(&view.all(std::slice::from_ref(outgoing))?)?;
    Ok(list.get(0).cloned().unwrap_or_default())
}

fn reactions_to_issue(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let (id, _) = issue_id(exchange, &snapshot)?;
    reactions(exchange, &snapshot, id)
}

fn reactions_to_comment(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let id = comment(exchange, &snapshot)?;
    reactions(exchange, &snapshot, id)
}

fn reactions(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    to: RecordId,
) -> Result<Answer, Problem> {
    let wanted = parameters(exchange)?.given("emoji_name")?;
    let mut view = View::of(exchange, snapshot);
    let ids = snapshot.reactions(to)?.into_iter().map(|one| one.id);
    let all = parsed(&view.list(ids, Resource::Reaction)?)?;
    let mut all = all.as_array().cloned().unwrap_or_default();
    if let Some(wanted) = wanted {
        all.retain(|reaction| reaction["emoji_name"] == wanted.as_str());
    }
    Ok(page_of(Paging::of(&exchange.query, 20, 100), &all))
}
