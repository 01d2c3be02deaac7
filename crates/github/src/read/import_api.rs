//! The layout `import-api`: bodies of requests to GitHub's API for importing issues, read back as the objects
//! that they make.
//!
//! A body says nothing of where it goes to; the file `import.json` beside the folders does, and the name of
//! each file is the number that the object gets.

use backlot_model::{Attribution, RecordKind, Timestamp};
use rustc_hash::FxHashMap;

use super::intake::{Around, Intake};
use super::layout::Role;
use crate::shape::{Form, Site};
use backlot_forge::json::{Fault, canonical, ended, put, quoted, string};
use backlot_forge::slots::{elements, entry};

/// The file that tells the layout and the repository.
pub(crate) const MARKER: &str = "import.json";
/// What the body of an issue says that only takes a number.
const PLACEHOLDER: &str = "No issue of the backlog that was imported has this number. It is taken so that the \
                           issues after it keep theirs.";

/// The folders in which bodies of this layout lie, by the names of all files.
pub(super) fn roots<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    names
        .filter_map(|name| name.strip_suffix(MARKER))
        .filter(|folder| folder.is_empty() || folder.ends_with('/'))
        .map(str::to_owned)
        .collect()
}

/// What a file below one of these folders holds; none when it is not of this layout.
pub(super) fn role(roots: &[String], name: &str) -> Option<Role> {
    let inside = roots.iter().find_map(|root| name.strip_prefix(&**root))?;
    if inside == MARKER {
        return Some(Role::Request(Form::Repository, 0));
    }
    let (folder, file) = inside.split_once('/')?;
    let number = file.strip_suffix(".json")?.parse().ok()?;
    let form = match folder {
        "labels" => Form::Label,
        "milestones" => Form::Milestone,
        "issues" => Form::Issue,
        _ => return None,
    };
    Some(Role::Request(form, number))
}

/// The labels and milestones that issues name, as far as they came before them.
#[derive(Default)]
pub(crate) struct Known {
    labels: FxHashMap<String, String>,
    milestones: FxHashMap<u64, String>,
}

impl Known {
    /// Remembers the body that makes a label.
    pub(crate) fn label(&mut self, body: &str) {
        if let Some(name) = text(body, "name") {
            self.labels.insert(name, body.to_owned());
        }
    }

    /// Remembers a milestone as [`milestone`] gives it.
    pub(crate) fn milestone(&mut self, number: u64, object: &str) {
        self.milestones.insert(number, object.to_owned());
    }
}

/// An issue and its comments, as objects of the REST API.
pub(crate) struct Restored {
    pub(crate) issue: String,
    pub(crate) comments: Vec<String>,
}

/// The body that makes the milestone which takes a number that none has.
pub(crate) fn milestone_placeholder(number: u64) -> String {
    format!(r#"{{"title":"Placeholder for milestone {number}","state":"closed"}}"#)
}

/// The body that makes the issue which takes a number that none has.
pub(crate) fn issue_placeholder(number: u64) -> String {
    format!(
        r#"{{"issue":{{"title":"Placeholder for #{number}","body":"{PLACEHOLDER}","closed":true,"labels":[]}},"comments":[]}}"#
    )
}

/// The milestone that a body makes; none for one that only takes a number.
pub(crate) fn milestone(body: &str, number: u64) -> Option<String> {
    if same(body, &milestone_placeholder(number)) {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() + 20);
    put("number", &number.to_string(), &mut out);
    for key in ["title", "state", "description", "due_on"] {
        copy(body, key, &mut out);
    }
    Some(ended(out))
}

/// The issue and the comments that a body makes; none for one that only takes a number.
pub(crate) fn issue(body: &str, number: u64, site: Site<'_>, known: &Known) -> Option<Restored> {
    if same(body, &issue_placeholder(number)) {
        return None;
    }
    let about = entry(body, "issue").filter(|about| about.starts_with('{'))?;
    let comments = entry(body, "comments")
        .and_then(elements)
        .unwrap_or_default();
    let said = Said::of(about);
    let Site { api, html, repo } = site;
    let url = format!("{api}/repos/{repo}/issues/{number}");
    let mut out = Vec::with_capacity(2 * about.len());
    let urls = [
        ("url", url.clone()),
        ("repository_url", format!("{api}/repos/{repo}")),
        ("labels_url", format!("{url}/labels{{/name}}")),
        ("comments_url", format!("{url}/comments")),
        ("events_url", format!("{url}/events")),
        ("html_url", format!("{html}/{repo}/issues/{number}")),
        ("timeline_url", format!("{url}/timeline")),
    ];
    for (key, url) in urls {
        put(key, &quoted(&url), &mut out);
    }
    put("number", &number.to_string(), &mut out);
    copy(about, "title", &mut out);
    put("user", &said.user(), &mut out);
    put("labels", &labels(about, known), &mut out);
    let closed = entry(about, "closed") == Some("true");
    put(
        "state",
        if closed { "\"closed\"" } else { "\"open\"" },
        &mut out,
    );
    let assignee = text(about, "assignee").map(|login| user(&login));
    put("assignee", assignee.as_deref().unwrap_or("null"), &mut out);
    put(
        "assignees",
        &format!("[{}]", assignee.unwrap_or_default()),
        &mut out,
    );
    put("milestone", &the_milestone(about, known), &mut out);
    put("comments", &comments.len().to_string(), &mut out);
    if let Some(moment) = &said.created_at {
        put("created_at", moment, &mut out);
    }
    copy(about, "updated_at", &mut out);
    put(
        "closed_at",
        entry(about, "closed_at").unwrap_or("null"),
        &mut out,
    );
    let body = match &*said.text {
        "" => "null".to_owned(),
        text => quoted(text),
    };
    put("body", &body, &mut out);
    let comment = |(at, body): (usize, &&str)| comment(body, number, at, site);
    Some(Restored {
        issue: ended(out),
        comments: comments.iter().enumerate().map(comment).collect(),
    })
}

fn comment(body: &str, number: u64, at: usize, site: Site<'_>) -> String {
    let Site { api, html, repo } = site;
    let id = comment_id(number, at);
    let said = Said::of(body);
    let mut out = Vec::with_capacity(2 * body.len());
    let issue = format!("{api}/repos/{repo}/issues/{number}");
    let page = format!("{html}/{repo}/issues/{number}#issuecomment-{id}");
    let url = format!("{api}/repos/{repo}/issues/comments/{id}");
    put("url", &quoted(&url), &mut out);
    put("html_url", &quoted(&page), &mut out);
    put("issue_url", &quoted(&issue), &mut out);
    put("id", &id.to_string(), &mut out);
    put("user", &said.user(), &mut out);
    if let Some(moment) = &said.created_at {
        put("created_at", moment, &mut out);
        put("updated_at", moment, &mut out);
    }
    put("body", &quoted(&said.text), &mut out);
    ended(out)
}

/// A number for a comment, which has none in this layout: it follows from that of the issue and the place.
const fn comment_id(issue: u64, at: usize) -> u64 {
    1 << 52 | (issue & 0xffff_ffff) << 20 | (at as u64 & 0xf_ffff)
}

/// What a text and the header above it say.
struct Said {
    author: Option<String>,
    created_at: Option<String>,
    text: String,
}

impl Said {
    fn of(body: &str) -> Self {
        let whole = text(body, "body").unwrap_or_default();
        let stated = entry(body, "created_at").map(str::to_owned);
        match Attribution::take(&whole) {
            Some((header, rest)) => Self {
                author: Some(header.author).filter(|author| !author.is_empty()),
                created_at: stated.or(header.created_at.map(moment)),
                text: rest.to_owned(),
            },
            None => Self {
                author: None,
                created_at: stated,
                text: whole,
            },
        }
    }

    fn user(&self) -> String {
        self.author.as_deref().map_or("null".to_owned(), user)
    }
}

fn moment(at: Timestamp) -> String {
    quoted(&at.to_string())
}

fn user(login: &str) -> String {
    format!("{{\"login\":{}}}", quoted(login))
}

fn labels(about: &str, known: &Known) -> String {
    let names = entry(about, "labels")
        .and_then(elements)
        .unwrap_or_default();
    let object = |name: &&str| match string(name) {
        Some(name) => match known.labels.get(&*name) {
            Some(body) => body.clone(),
            None => format!("{{\"name\":{}}}", quoted(&name)),
        },
        None => (*name).to_owned(),
    };
    let objects: Vec<String> = names.iter().map(object).collect();
    format!("[{}]", objects.join(","))
}

fn the_milestone(about: &str, known: &Known) -> String {
    let number = entry(about, "milestone").and_then(backlot_forge::json::number);
    match number.map(|number| (number, known.milestones.get(&number))) {
        Some((_, Some(object))) => object.clone(),
        Some((number, None)) => format!("{{\"number\":{number},\"title\":\"{number}\"}}"),
        None => "null".to_owned(),
    }
}

/// The text of a key.
fn text(object: &str, key: &str) -> Option<String> {
    entry(object, key)
        .and_then(string)
        .map(std::borrow::Cow::into_owned)
}

/// Appends a key with the value that another object has, if it has one.
pub(crate) fn copy(from: &str, key: &str, out: &mut Vec<u8>) {
    if let Some(value) = entry(from, key) {
        put(key, value, out);
    }
}

fn same(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut out = Vec::new();
        canonical(text, &mut out);
        out
    };
    a.len() < 2 * b.len() && sorted(a) == sorted(b)
}

/// Reads one body.
pub(super) fn read(
    intake: &mut Intake,
    form: Form,
    number: u64,
    body: &str,
    around: &Around<'_>,
) -> Result<(), Fault> {
    backlot_forge::json::Cursor::new(body).value()?;
    let around = Around {
        position: None,
        ..*around
    };
    match form {
        Form::Label => {
            intake.requested.label(body);
            intake.record(form, RecordKind::Label, body, &around)
        }
        Form::Milestone => match milestone(body, number) {
            Some(object) => {
                intake.requested.milestone(number, &object);
                intake.record(form, RecordKind::Milestone, &object, &around)
            }
            None => Ok(()),
        },
        Form::Issue => {
            let is_request = entry(body, "issue").is_some_and(|about| about.starts_with('{'));
            if !is_request {
                intake.skip("", "this is no body of a request to import an issue", false);
                return Ok(());
            }
            let Some(restored) = issue(body, number, around.site, &intake.requested) else {
                return Ok(());
            };
            intake.record(form, RecordKind::Issue, &restored.issue, &around)?;
            let inside = Around {
                parent: Some(number),
                ..around
            };
            restored.comments.iter().try_for_each(|comment| {
                intake.record(Form::Comment, RecordKind::Comment, comment, &inside)
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_tells_what_lies_beside_it() {
        let names = ["x/import.json", "x/issues/00000017.json", "y/issues/1.json"];
        let roots = roots(names.into_iter());
        assert_eq!(roots, ["x/"]);
        for (name, expected) in [
            ("x/import.json", Some(Role::Request(Form::Repository, 0))),
            (
                "x/issues/00000017.json",
                Some(Role::Request(Form::Issue, 17)),
            ),
            (
                "x/labels/00000001.json",
                Some(Role::Request(Form::Label, 1)),
            ),
            (
                "x/milestones/3.json",
                Some(Role::Request(Form::Milestone, 3)),
            ),
            ("x/issues/all.json", None),
            ("x/losses.ndjson", None),
            ("y/issues/1.json", None),
        ] {
            assert_eq!(role(&roots, name), expected, "{name}");
        }
        assert!(super::roots(["my-import.json"].into_iter()).is_empty());
    }

    #[test]
    fn placeholders_are_known_exactly() {
        let site = Site::new("", "octo/hello");
        let known = Known::default();
        let body = issue_placeholder(17);
        assert!(issue(&body, 17, site, &known).is_none());
        let other = body.replace("\"closed\":true", "\"closed\":false");
        for (body, number) in [(&body, 18), (&other, 17)] {
            assert!(
                issue(body, number, site, &known).is_some(),
                "{body} {number}"
            );
        }
        assert!(milestone(&milestone_placeholder(2), 2).is_none());
        assert!(milestone(&milestone_placeholder(2), 3).is_some());
    }

    #[test]
    fn a_body_of_anybodys_is_an_issue_of_nobodys() {
        let site = Site::new("", "octo/hello");
        let body =
            r##"{"issue":{"title":"Crash","labels":["bug",7]},"comments":[{"body":"Yes."}]}"##;
        let restored = issue(body, 4, site, &Known::default()).unwrap();
        let get = |key: &str| entry(&restored.issue, key).unwrap();
        assert_eq!(get("user"), "null");
        assert_eq!(get("state"), "\"open\"");
        assert_eq!(get("labels"), "[{\"name\":\"bug\"},7]");
        assert_eq!(get("body"), "null");
        assert_eq!(entry(&restored.comments[0], "body"), Some("\"Yes.\""));
    }
}
