//! Migration archives: records that name each other by URL, as objects of the API.
//!
//! Everything comes by way of the objects that the API would have given, so that the same repository is
//! the same whichever way it came.

mod archive;
mod event;
mod files;
mod object;
mod template;
mod translate;
mod world;

pub(super) use archive::Archive;
pub(crate) use files::{Type, attached_files, attachment_records};
pub(crate) use template::urls_json;
pub(crate) use translate::Piece;
pub(crate) use world::World;

use backlot_forge::json::Fault;

/// What a record of a type becomes; `api` is the address of the API where the record does not say it.
pub(crate) fn translate(
    world: &World,
    kind: Type,
    text: &str,
    api: &str,
) -> Result<Vec<Piece>, Fault> {
    match kind {
        Type::Users | Type::Organizations => translate::user(world, text, api, false),
        Type::Bots => translate::user(world, text, api, true),
        Type::Repositories => translate::repository(world, text),
        Type::Milestones => translate::milestone_pieces(world, text),
        Type::Issues => translate::issue(world, text, false),
        Type::PullRequests => translate::issue(world, text, true),
        Type::IssueComments => translate::comment(world, text),
        Type::IssueEvents => event::event(world, text),
        Type::Attachments | Type::Other => Ok(Vec::new()),
    }
}

/// A name for a reaction that has no id: to what it is, whose it is, and which.
pub(super) fn reaction_name(object: &super::object::Object<'_>) -> Option<String> {
    let other = |name: &str| {
        let found = object.slots.others.iter().find(|(key, _)| *key == name);
        found.and_then(|(_, raw)| backlot_forge::json::string(raw))
    };
    let subject = match (other("issue_comment"), object.gathered.number) {
        (Some(comment), _) => comment.to_lowercase(),
        (None, number) => format!("issue {}", number?),
    };
    let get = |name: &str| object.slots.get(object.table, name);
    let content = backlot_forge::json::string(get("content"))?;
    let login =
        backlot_forge::slots::entry(get("user"), "login").and_then(backlot_forge::json::string);
    // Of those whose accounts are gone only the moment tells one from the other.
    let who = login.unwrap_or_else(|| get("created_at").into());
    Some(format!(
        "{} {} {content}",
        subject.to_lowercase(),
        who.to_lowercase()
    ))
}
