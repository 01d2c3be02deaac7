//! Records of an archive as the objects that the API would give.
//!
//! What the API has no key for is kept under the name that it has in the archive.

use backlot_model::{Reactions, Timestamp};

use super::object::{Entries, Text};
use super::world::{Spot, World, rest_label, user_type};
use crate::shape::{Facts, Form, Rule, Site};
use backlot_forge::json::{Fault, string};
use backlot_forge::slots::elements;

/// One thing that a record becomes.
pub(crate) enum Piece {
    /// An object as the API would give it.
    Object {
        /// Its form.
        form: Form,
        /// Its text.
        text: String,
        /// Where it belongs.
        spot: Spot,
        /// The number of the issue that it belongs to.
        parent: Option<u64>,
        /// The id of the comment that it belongs to.
        comment: Option<u64>,
    },
    /// What was not understood: key, reason, and whether it is kept.
    Odd(&'static str, String, bool),
}

impl Piece {
    fn new(form: Form, out: Text, spot: &Spot) -> Self {
        Self::Object {
            form,
            text: out.finish(),
            spot: spot.clone(),
            parent: None,
            comment: None,
        }
    }
}

type Pieces = Result<Vec<Piece>, Fault>;

/// What becomes of a record that cannot be placed.
pub(super) fn lost(what: &str, url: &str) -> Vec<Piece> {
    let reason = match url {
        "" => format!("the {what} has no URL"),
        _ => format!("the URL of the {what} is none of its kind: {}", cut(url)),
    };
    vec![Piece::Odd("", reason, false)]
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

pub(super) fn user(world: &World, text: &str, api: &str, is_bot: bool) -> Pieces {
    let entries = Entries::read(text)?;
    let Some(login) = entries.text("login").filter(|login| !login.is_empty()) else {
        return Ok(vec![Piece::Odd(
            "",
            "the user has no login".to_owned(),
            false,
        )]);
    };
    let url = entries.text("url").unwrap_or_default();
    let kind = user_type(&entries, &login, is_bot);
    let spot = Spot {
        api: world.user_api(&url).unwrap_or_else(|| api.to_owned()),
        repo: String::new(),
    };
    let mut facts = Facts::at(spot.site());
    facts.name = &login;
    let mut out = Text::new();
    out.text("login", &login);
    entries.copy(&["avatar_url"], &mut out);
    out.derived("url", Rule::Url("A/users/L"), &facts);
    out.raw("html_url", or_null(entries.get("url")));
    out.text("type", kind);
    entries.copy_others(&["type", "url", "login", "avatar_url"], &mut out);
    Ok(vec![Piece::new(Form::User, out, &spot)])
}

pub(super) fn repository(world: &World, text: &str) -> Pieces {
    let entries = Entries::read(text)?;
    let url = entries.text("url").unwrap_or_default();
    let Some(spot) = world.repository(&url) else {
        return Ok(lost("repository", &url));
    };
    let facts = Facts::at(spot.site());
    let mut out = Text::new();
    let name = spot.repo.rsplit('/').next().unwrap_or_default();
    match entries.get("name") {
        "" => out.text("name", name),
        name => out.raw("name", name),
    }
    out.text("full_name", &spot.repo);
    entries.copy(&["private"], &mut out);
    people(world, &entries, "owner", "owner", &mut out);
    out.text("html_url", &url);
    entries.copy(&["description"], &mut out);
    out.derived("url", Rule::Url("A/repos/R"), &facts);
    entries.copy(&["created_at"], &mut out);
    if !entries.get("is_archived").is_empty() {
        out.raw("archived", entries.get("is_archived"));
    }
    let taken = [
        "type",
        "url",
        "name",
        "private",
        "owner",
        "description",
        "created_at",
        "is_archived",
        "labels",
    ];
    entries.copy_others(&taken, &mut out);
    let mut pieces = vec![Piece::new(Form::Repository, out, &spot)];
    let labels = entries.get("labels");
    match elements(labels) {
        None if !labels.is_empty() => {
            let reason = "expected a list of labels".to_owned();
            pieces.push(Piece::Odd("labels", reason, false));
        }
        found => {
            for label in found.unwrap_or_default() {
                pieces.push(label_piece(label, &spot)?);
            }
        }
    }
    Ok(pieces)
}

fn label_piece(text: &str, spot: &Spot) -> Result<Piece, Fault> {
    let odd = || Piece::Odd("labels", "a label without a name".to_owned(), false);
    if !text.starts_with('{') {
        return Ok(odd());
    }
    let label = Entries::read(text)?;
    let (Some(_), Some(name)) = (rest_label(&label), label.text("name")) else {
        return Ok(odd());
    };
    let mut facts = Facts::at(spot.site());
    facts.name = &name;
    let mut out = Text::new();
    out.derived("url", Rule::Url("A/repos/R/labels/L"), &facts);
    label.copy(&["name", "color", "description"], &mut out);
    label.copy_others(&["type", "url", "name", "color", "description"], &mut out);
    Ok(Piece::new(Form::Label, out, spot))
}

/// A milestone as the API gives it.
pub(super) fn milestone(world: &World, entries: &Entries<'_>, spot: &Spot, number: u64) -> String {
    let mut facts = Facts::at(spot.site());
    facts.number = Some(number);
    let mut out = Text::new();
    out.derived("url", Rule::Url("A/repos/R/milestones/N"), &facts);
    out.derived("html_url", Rule::Url("H/R/milestone/N"), &facts);
    out.derived(
        "labels_url",
        Rule::Url("A/repos/R/milestones/N/labels"),
        &facts,
    );
    out.raw("number", &number.to_string());
    entries.copy(&["title", "description"], &mut out);
    people(world, entries, "user", "creator", &mut out);
    entries.copy(
        &["state", "created_at", "updated_at", "due_on", "closed_at"],
        &mut out,
    );
    let taken = [
        "type",
        "url",
        "repository",
        "user",
        "title",
        "description",
        "state",
        "created_at",
        "updated_at",
        "due_on",
        "closed_at",
        "number",
    ];
    entries.copy_others(&taken, &mut out);
    out.finish()
}

pub(super) fn milestone_pieces(world: &World, text: &str) -> Pieces {
    let entries = Entries::read(text)?;
    let url = entries.text("url").unwrap_or_default();
    let Some((_, json)) = world.milestone(&url) else {
        return Ok(lost("milestone", &url));
    };
    let spot = backlot_forge::slots::entry(json, "url")
        .and_then(string)
        .and_then(|url| {
            Site::of_url(&url).map(|site| Spot {
                api: site.api.to_owned(),
                repo: site.repo.to_owned(),
            })
        });
    Ok(vec![Piece::Object {
        form: Form::Milestone,
        text: json.clone(),
        spot: spot.unwrap_or_default(),
        parent: None,
        comment: None,
    }])
}

pub(super) fn issue(world: &World, text: &str, is_pull: bool) -> Pieces {
    let entries = Entries::read(text)?;
    let url = entries.text("url").unwrap_or_default();
    let what = if is_pull { "pull request" } else { "issue" };
    let Some((spot, number, _)) = world.issue(&url) else {
        return Ok(lost(what, &url));
    };
    let mut pieces = Vec::new();
    let mut facts = Facts::at(spot.site());
    facts.number = Some(number);
    let mut out = Text::new();
    for (key, template) in [
        ("url", "A/repos/R/issues/N"),
        ("repository_url", "A/repos/R"),
        ("labels_url", "A/repos/R/issues/N/labels{/name}"),
        ("comments_url", "A/repos/R/issues/N/comments"),
        ("events_url", "A/repos/R/issues/N/events"),
    ] {
        out.derived(key, Rule::Url(template), &facts);
    }
    out.text("html_url", &url);
    out.raw("number", &number.to_string());
    entries.copy(&["title"], &mut out);
    people(world, &entries, "user", "user", &mut out);
    if let Some(list) = list(entries.get("labels"), |url| world.label(url)) {
        out.raw("labels", &list);
    } else {
        odd_list(&entries, "labels", &mut out, &mut pieces);
    }
    let is_closed = entries.says("closed_at") || entries.says("merged_at");
    out.text("state", if is_closed { "closed" } else { "open" });
    people(world, &entries, "assignee", "assignee", &mut out);
    if let Some(list) = list(entries.get("assignees"), |url| world.user(url)) {
        out.raw("assignees", &list);
    } else {
        odd_list(&entries, "assignees", &mut out, &mut pieces);
    }
    match (entries.get("milestone"), entries.text("milestone")) {
        ("", _) => {}
        (_, Some(url)) if world.milestone(&url).is_some() => {
            let milestone = world.milestone(&url).map_or("null", |(_, json)| json);
            out.raw("milestone", milestone);
        }
        (raw, said) => {
            out.raw("milestone", raw);
            if said.is_some() {
                let reason = "the milestone is not in the archive; its URL is kept".to_owned();
                pieces.push(Piece::Odd("milestone", reason, true));
            }
        }
    }
    entries.copy(&["created_at", "updated_at", "closed_at", "body"], &mut out);
    let reactions = reactions(&entries, facts, &mut pieces);
    reactions.write(&mut out);
    if is_pull {
        if !entries.get("work_in_progress").is_empty() {
            out.raw("draft", entries.get("work_in_progress"));
        }
        pull_request(&entries, facts, &mut out);
    }
    let taken = [
        "type",
        "url",
        "repository",
        "title",
        "user",
        "labels",
        "assignee",
        "assignees",
        "milestone",
        "created_at",
        "updated_at",
        "closed_at",
        "body",
        "reactions",
    ];
    match is_pull {
        true => entries.copy_others(
            &[&taken[..], &["work_in_progress", "merged_at"]].concat(),
            &mut out,
        ),
        false => entries.copy_others(&taken, &mut out),
    }
    pieces.push(Piece::new(Form::Issue, out, &spot));
    pieces.extend(reactions.pieces(world, &spot, Some(number), None, "Issue", &url));
    Ok(pieces)
}

/// What an issue says about the pull request that it is.
fn pull_request(entries: &Entries<'_>, mut facts: Facts<'_>, out: &mut Text) {
    let merged = entries.text("merged_at");
    facts.merged_at = merged.as_deref().and_then(|at| Timestamp::parse(at).ok());
    out.derived("pull_request", Rule::PullRequest, &facts);
}

pub(super) fn comment(world: &World, text: &str) -> Pieces {
    let entries = Entries::read(text)?;
    let url = entries.text("url").unwrap_or_default();
    let Some((spot, id)) = world.comment(&url) else {
        return Ok(lost("comment", &url));
    };
    let Some((_, number, _)) = parent(world, &entries) else {
        let reason = "it is not known which issue the comment belongs to".to_owned();
        return Ok(vec![Piece::Odd("", reason, false)]);
    };
    let mut pieces = Vec::new();
    let mut facts = Facts::at(spot.site());
    (facts.id, facts.number, facts.is_comment) = (Some(id), Some(number), true);
    let mut out = Text::new();
    out.derived("url", Rule::Url("A/repos/R/issues/comments/I"), &facts);
    out.text("html_url", &url);
    out.derived("issue_url", Rule::Url("A/repos/R/issues/N"), &facts);
    out.raw("id", &id.to_string());
    people(world, &entries, "user", "user", &mut out);
    entries.copy(&["created_at", "updated_at", "body"], &mut out);
    let reactions = reactions(&entries, facts, &mut pieces);
    reactions.write(&mut out);
    let plain = entries.get("formatter") == "\"markdown\"";
    let taken = [
        "type",
        "url",
        "issue",
        "pull_request",
        "user",
        "created_at",
        "updated_at",
        "body",
        "reactions",
        if plain { "formatter" } else { "type" },
    ];
    entries.copy_others(&taken, &mut out);
    pieces.push(Piece::Object {
        form: Form::Comment,
        text: out.finish(),
        spot: spot.clone(),
        parent: Some(number),
        comment: None,
    });
    pieces.extend(reactions.pieces(world, &spot, None, Some(id), "IssueComment", &url));
    Ok(pieces)
}

/// The issue that a comment or an event names.
pub(super) fn parent(world: &World, entries: &Entries<'_>) -> Option<(Spot, u64, bool)> {
    let named = ["issue", "pull_request"]
        .into_iter()
        .find_map(|key| world.issue(&entries.text(key)?));
    // The URL of a comment or an event begins with that of its issue.
    named.or_else(|| world.issue(entries.text("url")?.split_once('#')?.0))
}

/// A key with the user that a URL names; what is no URL of a user is kept as it is.
pub(super) fn people(world: &World, entries: &Entries<'_>, from: &str, to: &str, out: &mut Text) {
    let user = entries.text(from).and_then(|url| world.user(&url));
    match (user, entries.get(from)) {
        (Some(user), _) => out.raw(to, &user),
        (None, "") => {}
        (None, raw) => out.raw(to, raw),
    }
}

/// A list of URLs as a list of what they mean; none where one means nothing.
fn list(raw: &str, mean: impl Fn(&str) -> Option<String>) -> Option<String> {
    let found = elements(raw)?.into_iter().map(|raw| mean(&string(raw)?));
    let found: Option<Vec<String>> = found.collect();
    Some(format!("[{}]", found?.join(",")))
}

fn odd_list(entries: &Entries<'_>, key: &'static str, out: &mut Text, pieces: &mut Vec<Piece>) {
    if !entries.get(key).is_empty() {
        out.raw(key, entries.get(key));
        let reason = "an element is no URL of its kind; the whole list is only kept".to_owned();
        pieces.push(Piece::Odd(key, reason, true));
    }
}

fn or_null(raw: &str) -> &str {
    if raw.is_empty() { "null" } else { raw }
}

/// The reactions to an issue or a comment.
struct Said<'t> {
    /// Each reaction's text; none where the record says nothing of reactions.
    list: Option<Vec<&'t str>>,
    /// What is kept of a list that is none.
    odd: &'t str,
    counts: String,
}

fn reactions<'t>(entries: &Entries<'t>, facts: Facts<'_>, pieces: &mut Vec<Piece>) -> Said<'t> {
    let raw = entries.get("reactions");
    let Some(list) = elements(raw) else {
        if !raw.is_empty() {
            let reason = "expected a list of reactions".to_owned();
            pieces.push(Piece::Odd("reactions", reason, true));
        }
        return Said {
            list: None,
            odd: raw,
            counts: String::new(),
        };
    };
    let mut counts = Reactions::default();
    for reaction in &list {
        let content = backlot_forge::slots::entry(reaction, "content").and_then(string);
        let at = Reactions::CONTENTS
            .iter()
            .position(|known| Some(*known) == content.as_deref());
        if let Some(count) = at.and_then(|at| counts.counts.get_mut(at)) {
            *count += 1;
        }
    }
    let facts = Facts {
        reactions: counts,
        ..facts
    };
    let mut json = Vec::new();
    crate::shape::derive(Rule::Reactions, &facts, &mut json);
    Said {
        list: Some(list),
        odd: "",
        counts: String::from_utf8(json).unwrap_or_default(),
    }
}

impl Said<'_> {
    fn write(&self, out: &mut Text) {
        match (&self.list, self.odd) {
            (Some(_), _) => out.raw("reactions", &self.counts),
            (None, "") => {}
            (None, odd) => out.raw("reactions", odd),
        }
    }

    fn pieces(
        &self,
        world: &World,
        spot: &Spot,
        parent: Option<u64>,
        comment: Option<u64>,
        subject: &str,
        url: &str,
    ) -> Vec<Piece> {
        let list = self.list.iter().flatten();
        let made = list.map(
            |text| match text.starts_with('{').then(|| Entries::read(text)) {
                Some(Ok(entries)) => {
                    let mut out = Text::new();
                    people(world, &entries, "user", "user", &mut out);
                    entries.copy(&["content", "created_at"], &mut out);
                    let mut taken = vec!["user", "content", "created_at", "issue_comment"];
                    if comment.is_some() {
                        out.text("issue_comment", url);
                    }
                    if entries.text("subject_type").as_deref() == Some(subject) {
                        taken.push("subject_type");
                    }
                    entries.copy_others(&taken, &mut out);
                    Piece::Object {
                        form: Form::Reaction,
                        text: out.finish(),
                        spot: spot.clone(),
                        parent,
                        comment,
                    }
                }
                _ => Piece::Odd("reactions", "expected an object".to_owned(), false),
            },
        );
        made.collect()
    }
}
