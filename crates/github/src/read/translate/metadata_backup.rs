//! github-metadata-backup: an issue or a pull request beside its timeline, passed through octocrab's
//! structs.

use std::io::Read;

use super::build::{Build, address};
use super::repair;
use crate::read::intake::{Around, Intake};
use crate::read::reader::{NOT_OF_THIS_LAYOUT, one};
use crate::shape::{Form, Site};
use backlot_forge::Error;
use backlot_forge::json::{Cursor, Fault, number, string};
use backlot_forge::slots::{elements, entries, entry};

/// The most bytes of what a backup says of itself.
const MAX_STATE: u64 = 16 << 20;

/// The parts of an object of this layout.
pub(in crate::read) struct Parts<'t> {
    form: Form,
    subject: &'t str,
    events: &'t str,
    review_comments: &'t str,
    others: Vec<(&'t str, &'t str)>,
}

/// The parts of an object, if it is of this layout; few others get past their first key.
pub(in crate::read) fn parts(text: &str) -> Result<Option<Parts<'_>>, Fault> {
    let mut cursor = Cursor::new(text);
    if !cursor.open_object()? {
        return Ok(None);
    }
    if !matches!(
        cursor.key()?,
        "type" | "issue" | "pull" | "events" | "comments"
    ) {
        return Ok(None);
    }
    let mut parts = Parts {
        form: Form::Issue,
        subject: "",
        events: "",
        review_comments: "[]",
        others: Vec::new(),
    };
    let mut says_type = false;
    for (key, raw) in entries(text)? {
        match key {
            "type" => says_type = true,
            "issue" => parts.subject = raw,
            "pull" => (parts.form, parts.subject) = (Form::Pull, raw),
            "events" => parts.events = raw,
            "comments" if raw.starts_with('[') => parts.review_comments = raw,
            _ => parts.others.push((key, raw)),
        }
    }
    let is_one = says_type && parts.subject.starts_with('{') && parts.events.starts_with('[');
    Ok(is_one.then_some(parts))
}

/// Reads the parts of an object.
pub(in crate::read) fn read(
    intake: &mut Intake,
    parts: &Parts<'_>,
    around: &Around<'_>,
) -> Result<(), Fault> {
    let text = subject(parts)?;
    intake.trail.push(match parts.form {
        Form::Pull => "pull",
        _ => "issue",
    });
    let done = intake.record(parts.form, parts.form.kind(), &text, around);
    intake.trail.pop();
    done?;
    let comments = elements(parts.review_comments).unwrap_or_default().len();
    if comments > 0 {
        intake.skip_review_comments("comments", comments);
    }
    let parent = entry(&text, "number").and_then(number);
    let site = entry(&text, "url").and_then(|url| Site::of_url(url.trim_matches('"')));
    let site = site.unwrap_or(around.site);
    for (at, raw) in elements(parts.events)
        .unwrap_or_default()
        .into_iter()
        .enumerate()
    {
        if !raw.starts_with('{') {
            intake.skip("events", "expected an object", false);
            continue;
        }
        let position = Some(at as u64);
        let around = Around {
            site,
            parent,
            comment: None,
            position,
        };
        let text = item(raw)?;
        intake.trail.push("events");
        let done = one(intake, Form::Timeline, &text, &around);
        intake.trail.pop();
        done?;
    }
    Ok(())
}

/// The issue or pull request as the REST API gives it, with what stood beside it.
fn subject(parts: &Parts<'_>) -> Result<String, Fault> {
    let known = entries(parts.subject)?;
    let get = |name: &str| known.iter().find(|(known, _)| *known == name);
    let has = |name: &str| get(name).is_some();
    let raw = |name: &str| get(name).map_or("", |(_, raw)| raw);
    let mut build = Build::new(parts.subject.len() + parts.review_comments.len() + 512);
    for (key, raw) in &known {
        match *key {
            "_links" if parts.form == Form::Pull && raw.starts_with('{') => {
                build.raw(key, &links(raw, &get)?);
            }
            _ => repair::value(key, raw, build.key(key))?,
        }
    }
    // What every answer with a single issue or pull request has, be it null.
    for key in ["body", "milestone", "closed_at", "active_lock_reason"] {
        if !has(key) {
            build.raw(key, "null");
        }
    }
    if !has("assignee") && has("assignees") {
        let assignees = elements(raw("assignees")).unwrap_or_default();
        let first = assignees.first().copied().unwrap_or("null");
        repair::value("assignee", first, build.key("assignee"))?;
    }
    let url = string(raw("url")).unwrap_or_default();
    let site = Site::of_url(&url).zip(number(raw("number")));
    match parts.form {
        Form::Pull => {
            // An answer with a list of pull requests has no `mergeable_state`, and none of these.
            if has("mergeable_state") {
                let merged = if has("merged_at") { "true" } else { "false" };
                let nulls = ["mergeable", "rebaseable"].map(|key| (key, "null"));
                for (key, value) in nulls.into_iter().chain([("merged", merged)]) {
                    if !has(key) {
                        build.raw(key, value);
                    }
                }
                if !has("merged_by") && !has("merged_at") {
                    build.raw("merged_by", "null");
                }
            }
            if !has("merged_at") {
                build.raw("merged_at", "null");
            }
        }
        _ => {
            if !has("closed_by") && raw("state") == "\"open\"" {
                build.raw("closed_by", "null");
            }
            if let Some((site, number)) = site.filter(|_| !has("timeline_url")) {
                let issue = address(site, "issues", number);
                build.plain("timeline_url", &[&issue, "/timeline"]);
            }
        }
    }
    if parts.form == Form::Pull && parts.review_comments != "[]" && !has("comment_data") {
        // This is how github-backup keeps them too.
        let list = build.key("comment_data");
        repair::value("comment_data", parts.review_comments, list)?;
    }
    for (key, raw) in parts.others.iter().filter(|(key, _)| !has(key)) {
        repair::value(key, raw, build.key(key))?;
    }
    Ok(build.end())
}

/// The links of a pull request, of which octocrab knows but one: the others are those of its keys.
fn links<'t>(
    raw: &'t str,
    get: &impl Fn(&str) -> Option<&'t (&'t str, &'t str)>,
) -> Result<String, Fault> {
    let known = entries(raw)?;
    let mut build = Build::new(raw.len() + 768);
    for (key, raw) in &known {
        repair::value(key, raw, build.key(key))?;
    }
    for (link, key) in [
        ("html", "html_url"),
        ("issue", "issue_url"),
        ("comments", "comments_url"),
        ("review_comments", "review_comments_url"),
        ("review_comment", "review_comment_url"),
        ("commits", "commits_url"),
        ("statuses", "statuses_url"),
    ] {
        let Some((_, address)) = get(key).filter(|_| known.iter().all(|(known, _)| *known != link))
        else {
            continue;
        };
        let mut href = Build::new(address.len() + 16);
        repair::value(key, address, href.key("href"))?;
        build.raw(link, &href.end());
    }
    Ok(build.end())
}

/// An item of a timeline as the REST API gives it.
fn item(text: &str) -> Result<String, Fault> {
    let known = entries(text)?;
    let get = |name: &str| known.iter().find(|(known, _)| *known == name);
    let has = |name: &str| get(name).is_some();
    let raw = |name: &str| get(name).map_or("", |(_, raw)| raw);
    let event = string(raw("event")).unwrap_or_default();
    // Every item has the keys of an event; where GitHub's has not, their nulls are dropped.
    let foreign: &[&str] = match &*event {
        "commented" => &["commit_id", "commit_url"],
        "reviewed" => &["url", "actor", "commit_url", "created_at"],
        "committed" => &["id", "actor", "commit_id", "commit_url", "created_at"],
        "cross-referenced" => &["id", "node_id", "url", "commit_id", "commit_url"],
        "line-commented" | "commit-commented" => &[
            "id",
            "url",
            "actor",
            "commit_id",
            "commit_url",
            "created_at",
        ],
        _ => &[],
    };
    let mut build = Build::new(text.len() + 256);
    for (key, raw) in &known {
        if *raw == "null" && foreign.contains(key) {
            continue;
        }
        match (&*event, *key) {
            // A struct of its own spells the words of reviews in capitals.
            ("reviewed", "state") => build.raw(key, &raw.to_ascii_lowercase()),
            _ => repair::value(key, raw, build.key(key))?,
        }
    }
    let nulls: &[&str] = match &*event {
        "reviewed" => &["user", "body"],
        "locked" => &["lock_reason"],
        "review_requested" | "review_request_removed" => &["review_requester"],
        "assigned" | "unassigned" => &["assignee"],
        _ => &[],
    };
    for key in nulls.iter().filter(|key| !has(key)) {
        build.raw(key, "null");
    }
    if event == "reviewed" && !has("_links") && has("html_url") && has("pull_request_url") {
        let links = build.key("_links");
        for part in [
            "{\"html\":{\"href\":",
            raw("html_url"),
            "},\"pull_request\":{\"href\":",
            raw("pull_request_url"),
            "}}",
        ] {
            links.push_str(part);
        }
    }
    Ok(build.end())
}

/// Reads what the backup says of itself: the issues and pull requests that it could not get.
///
/// Many things are called `state.json`; one that is something else is no fault of the input.
pub(in crate::read) fn state(intake: &mut Intake, reader: &mut dyn Read) -> Result<(), Error> {
    let mut bytes = Vec::new();
    reader.take(MAX_STATE).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let known = match text.trim_start().starts_with('{') {
        true => entries(&text).unwrap_or_default(),
        false => Vec::new(),
    };
    if !known.iter().any(|(key, _)| *key == "last_backup") {
        intake.skip("", NOT_OF_THIS_LAYOUT, false);
        return Ok(());
    }
    for (list, what) in [("failed_issues", "issue"), ("failed_pulls", "pull request")] {
        let failed = known.iter().find(|(key, _)| *key == list);
        for raw in failed
            .and_then(|(_, raw)| elements(raw))
            .unwrap_or_default()
        {
            let number = number(raw).map_or("without a number".to_owned(), |n| n.to_string());
            let reason = format!("the backup could not get the {what} {number}");
            intake.skip(list, reason, false);
        }
    }
    Ok(())
}
