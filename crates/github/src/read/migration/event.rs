//! Events of an archive as the API gives them.

use super::object::{Entries, Text};
use super::translate::{Piece, lost, parent, people};
use super::world::World;
use crate::shape::{Facts, Form, Rule};
use backlot_forge::json::{Fault, write_string};

pub(super) fn event(world: &World, text: &str) -> Result<Vec<Piece>, Fault> {
    let entries = Entries::read(text)?;
    let url = entries.text("url").unwrap_or_default();
    let Some((spot, id)) = world.event(&url) else {
        return Ok(lost("event", &url));
    };
    let Some((_, number, _)) = parent(world, &entries) else {
        let reason = "it is not known which issue the event belongs to".to_owned();
        return Ok(vec![Piece::Odd("", reason, false)]);
    };
    let happened = entries.text("event").unwrap_or_default();
    let mut facts = Facts::at(spot.site());
    facts.id = Some(id);
    let mut out = Text::new();
    out.raw("id", &id.to_string());
    out.derived("url", Rule::Url("A/repos/R/issues/events/I"), &facts);
    let mut taken = vec![
        "type",
        "url",
        "issue",
        "pull_request",
        "actor",
        "event",
        "created_at",
    ];
    let is_assignment = matches!(happened.as_str(), "assigned" | "unassigned");
    if is_assignment && entries.says("subject") {
        // An archive has the assignee for the actor, and who did it for the subject.
        people(world, &entries, "subject", "actor", &mut out);
    } else {
        people(world, &entries, "actor", "actor", &mut out);
    }
    entries.copy(&["event"], &mut out);
    commit(world, &entries, &mut taken, &mut out);
    entries.copy(&["created_at"], &mut out);
    match happened.as_str() {
        "labeled" | "unlabeled" => label(world, &entries, &mut taken, &mut out),
        "milestoned" | "demilestoned" => milestone(world, &entries, &mut taken, &mut out),
        "renamed"
            if !entries.get("title_was").is_empty() && !entries.get("title_is").is_empty() =>
        {
            let (from, to) = (entries.get("title_was"), entries.get("title_is"));
            out.raw("rename", &format!("{{\"from\":{from},\"to\":{to}}}"));
            taken.extend(["title_was", "title_is"]);
        }
        _ if is_assignment => {
            people(world, &entries, "actor", "assignee", &mut out);
            if entries.says("subject") {
                people(world, &entries, "subject", "assigner", &mut out);
                taken.push("subject");
            }
        }
        _ => {}
    }
    entries.copy_others(&taken, &mut out);
    Ok(vec![Piece::Object {
        form: Form::IssueEvent,
        text: out.finish(),
        spot,
        parent: Some(number),
        comment: None,
    }])
}

/// The commit, and its address where it is known which repository has it.
fn commit(world: &World, entries: &Entries<'_>, taken: &mut Vec<&str>, out: &mut Text) {
    if entries.get("commit_id").is_empty() {
        return;
    }
    taken.push("commit_id");
    out.raw("commit_id", entries.get("commit_id"));
    let spot = entries
        .text("commit_repository")
        .and_then(|url| world.repository(&url));
    let (Some(spot), Some(sha)) = (spot, entries.text("commit_id")) else {
        return;
    };
    let mut facts = Facts::at(spot.site());
    facts.subject = &sha;
    let mut url = Vec::new();
    if crate::shape::derive(Rule::Url("A/repos/R/commits/S"), &facts, &mut url) {
        out.raw("commit_url", &String::from_utf8(url).unwrap_or_default());
        taken.push("commit_repository");
    }
}

fn label(world: &World, entries: &Entries<'_>, taken: &mut Vec<&str>, out: &mut Text) {
    let url = entries.text("label");
    let named = url.as_deref().and_then(|url| world.label_name(url));
    let Some(name) = entries.text("label_name").or(named) else {
        return;
    };
    let mut json = b"{\"name\":".to_vec();
    write_string(&name, &mut json);
    let color = entries.get("label_color");
    if !color.is_empty() {
        json.extend_from_slice(b",\"color\":");
        json.extend_from_slice(color.as_bytes());
    }
    json.push(b'}');
    out.raw("label", &String::from_utf8(json).unwrap_or_default());
    taken.extend(["label", "label_name", "label_color"]);
}

fn milestone(world: &World, entries: &Entries<'_>, taken: &mut Vec<&str>, out: &mut Text) {
    let said = entries.text("milestone");
    let named = said
        .as_deref()
        .map(|url| world.milestone_title(url).unwrap_or_else(|| url.to_owned()));
    let Some(title) = entries.text("milestone_title").or(named) else {
        return;
    };
    let mut json = b"{\"title\":".to_vec();
    write_string(&title, &mut json);
    json.push(b'}');
    out.raw("milestone", &String::from_utf8(json).unwrap_or_default());
    taken.extend(["milestone", "milestone_title"]);
}
