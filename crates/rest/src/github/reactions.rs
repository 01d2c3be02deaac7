//! Reactions to issues and comments.

use backlot_core::{ReactionDetail, Snapshot};
use backlot_model::{Record, RecordKind};
use http::Method;

use super::find;
use crate::access::Permission;
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{Route, on};
use backlot_github::{FORGE, Resource};

const OF_ISSUE: &str = "/repos/{owner}/{repo}/issues/{number}/reactions";
const OF_COMMENT: &str = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";

pub(super) const ROUTES: &[Route] = &[
    on(Method::GET, OF_ISSUE, |exchange| {
        list(exchange, find::issue)
    }),
    on(Method::POST, OF_ISSUE, |exchange| {
        create(exchange, find::issue)
    }),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/{number}/reactions/{reaction_id}",
        |exchange| delete(exchange, find::issue),
    ),
    on(Method::GET, OF_COMMENT, |exchange| {
        list(exchange, find::comment)
    }),
    on(Method::POST, OF_COMMENT, |exchange| {
        create(exchange, find::comment)
    }),
    on(
        Method::DELETE,
        "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}",
        |exchange| delete(exchange, find::comment),
    ),
];

/// What finds the thing that is reacted to.
type Target = fn(&Exchange<'_>, &Snapshot) -> Result<Record, Problem>;

fn list(exchange: &Exchange<'_>, target: Target) -> Result<Answer, Problem> {
    let snapshot = exchange.read()?;
    let mut reactions = snapshot.reactions(target(exchange, &snapshot)?.id())?;
    if let Some(content) = exchange.query.given("content") {
        // A plus sign in a query that was not encoded has become a blank.
        let content = content.replace(' ', "+");
        reactions.retain(|reaction| reaction.content == content);
    }
    let paging = exchange.paging();
    let mut view = exchange.view(&snapshot);
    let page = &reactions[paging.range(reactions.len())];
    let body = view.list(page.iter().map(|reaction| reaction.id), Resource::Reaction)?;
    Ok(exchange.paged(&view, paging, reactions.len(), body))
}

fn create(exchange: &Exchange<'_>, target: Target) -> Result<Answer, Problem> {
    let login = exchange.caller()?.login.clone();
    let input = exchange.input()?;
    let Some(content) = input.text("content")? else {
        return Err(Problem::field("Reaction", "content", "missing_field"));
    };
    let target_id = target(exchange, &exchange.read()?)?.id();
    let is_new = exchange.write_here("react", |repository| {
        Ok(repository.react(target_id, content)?)
    })?;
    let snapshot = exchange.read()?;
    let is_own = |reaction: &&ReactionDetail| {
        let user = reaction.user.as_deref().unwrap_or_default();
        reaction.content == content && user.to_lowercase() == login.to_lowercase()
    };
    let reactions = snapshot.reactions(target_id)?;
    let own = reactions
        .iter()
        .find(is_own)
        .ok_or_else(Problem::not_found)?;
    let body = exchange
        .view(&snapshot)
        .object(own.id, Resource::Reaction)?;
    Ok(match is_new {
        true => Answer::created(body),
        false => Answer::ok(body),
    })
}

fn delete(exchange: &Exchange<'_>, target: Target) -> Result<Answer, Problem> {
    let caller = exchange.caller()?;
    let reaction = {
        let snapshot = exchange.read()?;
        let target = target(exchange, &snapshot)?;
        let number = exchange.number("reaction_id")?;
        let repository = exchange.repository_name(&snapshot)?;
        let found = snapshot.find(RecordKind::Reaction, FORGE, number, Some(&repository))?;
        let reaction = find::living(&snapshot, found.ok_or_else(Problem::not_found)?)?;
        if !find::is_part_of(&reaction, target.id()) {
            return Err(Problem::not_found());
        }
        let user = match reaction.author() {
            Some(author) => snapshot.login(author)?.unwrap_or_default(),
            None => String::new(),
        };
        let is_own = user.to_lowercase() == caller.login.to_lowercase();
        if !is_own && caller.permission < Permission::Admin {
            return Err(Problem::forbidden("Must have admin rights to Repository."));
        }
        reaction.id()
    };
    exchange.write_here("take a reaction back", |repository| {
        Ok(repository.delete_reaction(reaction)?)
    })?;
    Ok(Answer::no_content())
}
