//! `archive.json`: one object with the labels, issues and pull requests of a repository, in the
//! words of the GraphQL API, as the IETF's tools write it.

use rustc_hash::FxHashMap;

use super::build::{Build, address};
use crate::read::intake::{Around, Intake};
use crate::read::reader::one;
use crate::shape::{Form, Node, Site};
use backlot_forge::json::{Cursor, Fault, number, string};
use backlot_forge::slots::{elements, entries};

/// What the files of this layout say first.
const MAGIC: &str = "E!vIA5L86J2I";
/// The most bytes of labels that are remembered for the issues after them.
const MAX_LABELS: usize = 4 << 20;

/// Whether a file that begins with these bytes is of this layout.
pub(in crate::read) fn begins(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let mut cursor = Cursor::new(head.trim_start_matches('\u{feff}'));
    let Ok(true) = cursor.open_object() else {
        return false;
    };
    match cursor.key() {
        Ok("magic") => cursor.value().ok().and_then(string).as_deref() == Some(MAGIC),
        Ok("issues" | "pulls") => cursor.peek() == Some(b'['),
        _ => false,
    }
}

/// The API address and `owner/name` of the repository that a file is about, by its first bytes.
pub(in crate::read) fn site(head: &[u8]) -> Option<(String, String)> {
    let head = String::from_utf8_lossy(head);
    let repo = after(&head, "\"repo\"").and_then(named);
    repo.or_else(|| after(&head, "\"url\"").and_then(|url| of_page(&url)))
}

/// The first string behind a key.
fn after(head: &str, key: &str) -> Option<String> {
    let (_, rest) = head.split_once(key)?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let text = Cursor::new(value).value().ok().and_then(string)?;
    Some(text.into_owned())
}

/// The site of an `owner/name`.
fn named(repo: String) -> Option<(String, String)> {
    let api = Site::new("", "").api;
    Site::of_url(&format!("{api}/repos/{repo}"))
        .is_some_and(|site| site.repo == repo)
        .then(|| (api.to_owned(), repo))
}

/// The site of the page of an issue or a pull request.
fn of_page(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let mut parts = rest.split('/');
    let (host, owner, name, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !matches!(scheme, "https" | "http") || !matches!(kind, "issues" | "pull") {
        return None;
    }
    let api = Site::api_of_host(host);
    let whole = format!("{api}/repos/{owner}/{name}");
    let site = Site::of_url(&whole)?;
    Some((site.api.to_owned(), site.repo.to_owned()))
}

/// What is known of a file from its parts so far.
#[derive(Default)]
pub(in crate::read) struct Archive {
    site: Option<(String, String)>,
    /// Labels by their name as it is written.
    labels: FxHashMap<String, String>,
    label_bytes: usize,
}

impl Archive {
    /// Reads a part: the value of a key, or an element of the list that is its value.
    pub(in crate::read) fn part(
        &mut self,
        intake: &mut Intake,
        key: &str,
        text: &str,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        Cursor::new(text).value()?;
        match key {
            "magic" if string(text).as_deref() == Some(MAGIC) => {}
            "magic" => intake.skip("magic", "not the magic of this layout", true),
            "timestamp" => {}
            "repo" => self.site = string(text).and_then(|repo| named(repo.into_owned())),
            "labels" | "issues" | "pulls" if !text.starts_with('{') => {
                intake.skip("", "expected an object", false);
            }
            "labels" => self.label(intake, text, around)?,
            "issues" => self.thread(intake, Form::Issue, text, around)?,
            "pulls" => self.thread(intake, Form::Pull, text, around)?,
            _ => intake.skip("", "not a part of this layout", false),
        }
        Ok(())
    }

    fn label(&mut self, intake: &mut Intake, text: &str, around: &Around<'_>) -> Result<(), Fault> {
        let name = entries(text)?.into_iter().find(|(key, _)| *key == "name");
        if let Some((_, name)) = name
            && self.label_bytes + text.len() < MAX_LABELS
        {
            self.label_bytes += text.len();
            self.labels.insert(name.to_owned(), text.to_owned());
        }
        let site = self.site_or(around);
        let around = Around {
            site,
            parent: None,
            comment: None,
            position: None,
        };
        intake.record(Form::Label, Form::Label.kind(), text, &around)
    }

    fn site_or<'s>(&'s self, around: &Around<'s>) -> Site<'s> {
        let own = self.site.as_ref();
        own.map_or(around.site, |(api, repo)| Site::new(api, repo))
    }

    /// An issue or a pull request with its comments and reviews.
    fn thread(
        &self,
        intake: &mut Intake,
        form: Form,
        text: &str,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let known = entries(text)?;
        let get = |name: &str| known.iter().find(|(key, _)| *key == name);
        let Some(parent) = get("number").and_then(|(_, raw)| number(raw)) else {
            let kind = form.kind().name();
            intake.skip(
                "",
                format!("the {kind} has no identity: `number` is missing"),
                false,
            );
            return Ok(());
        };
        let page = get("url").and_then(|(_, raw)| of_page(&string(raw)?));
        let site = match &page {
            Some((api, repo)) => Site::new(api, repo),
            None => self.site_or(around),
        };
        let list = |name: &str| {
            get(name)
                .and_then(|(_, raw)| elements(raw))
                .unwrap_or_default()
        };
        let (comments, reviews) = (list("comments"), list("reviews"));
        let subject = self.subject(form, &known, (site, parent), comments.len());
        let around = Around {
            site,
            parent: None,
            comment: None,
            position: None,
        };
        intake.record(form, form.kind(), &subject, &around)?;
        let around = Around {
            parent: Some(parent),
            ..around
        };
        for comment in comments {
            if !comment.starts_with('{') {
                intake.skip("comments", "expected an object", false);
                continue;
            }
            let text = reply(&entries(comment)?, (site, parent), None);
            intake.record(Form::Comment, Form::Comment.kind(), &text, &around)?;
        }
        for (at, review) in reviews.into_iter().enumerate() {
            if !review.starts_with('{') {
                intake.skip("reviews", "expected an object", false);
                continue;
            }
            let known = entries(review)?;
            let lines = known.iter().find(|(key, _)| *key == "comments");
            let lines = lines
                .and_then(|(_, raw)| elements(raw))
                .unwrap_or_default()
                .len();
            if lines > 0 {
                intake.skip_review_comments("reviews.comments", lines);
            }
            let position = Some(at as u64);
            let text = reply(&known, (site, parent), Some("reviewed"));
            one(
                intake,
                Form::Timeline,
                &text,
                &Around { position, ..around },
            )?;
        }
        Ok(())
    }

    /// The issue or pull request itself.
    fn subject(
        &self,
        form: Form,
        known: &[(&str, &str)],
        (site, number): (Site<'_>, u64),
        comments: usize,
    ) -> String {
        let has = |name: &str| known.iter().any(|(key, _)| *key == name);
        let length = known
            .iter()
            .map(|(key, raw)| key.len() + raw.len() + 8)
            .sum::<usize>();
        let mut build = Build::new(length + 1024);
        let issue = address(site, "issues", number);
        let repository = format!("{}/repos/{}", site.api, site.repo);
        let numbered = number.to_string();
        if form == Form::Pull {
            let pull = address(site, "pulls", number);
            build.plain("url", &[&pull]);
            build.plain("issue_url", &[&issue]);
            build.plain("commits_url", &[&pull, "/commits"]);
            build.plain("review_comments_url", &[&pull, "/comments"]);
            build.plain(
                "review_comment_url",
                &[&repository, "/pulls/comments{/number}"],
            );
            let page = [site.html, "/", site.repo, "/pull/", &numbered];
            build.plain("diff_url", &[&page[..], &[".diff"]].concat());
            build.plain("patch_url", &[&page[..], &[".patch"]].concat());
        } else {
            build.plain("url", &[&issue]);
            build.plain("repository_url", &[&repository]);
            build.plain("labels_url", &[&issue, "/labels{/name}"]);
            build.plain("events_url", &[&issue, "/events"]);
            build.plain("timeline_url", &[&issue, "/timeline"]);
            build.raw("comments", &comments.to_string());
        }
        build.plain("comments_url", &[&issue, "/comments"]);
        for (key, raw) in known {
            match *key {
                "comments" | "reviews" if raw.starts_with('[') => {}
                "labels" if raw.starts_with('[') => {
                    let label = |raw: &str| self.named_label(raw);
                    build.raw("labels", &each(raw, label));
                }
                "assignees" if raw.starts_with('[') => {
                    let users = each(raw, user);
                    let first = elements(&users).and_then(|users| users.first().copied());
                    build.raw("assignee", first.unwrap_or("null"));
                    build.raw("assignees", &users);
                }
                _ => entry(&mut build, known, key, raw),
            }
        }
        let merged = known.contains(&("state", "\"MERGED\""));
        if form == Form::Pull && merged && !has("mergedAt") {
            // A merge closes a pull request in the same moment.
            let closed = known.iter().find(|(key, _)| *key == "closedAt");
            build.raw("merged_at", closed.map_or("null", |(_, raw)| raw));
        }
        build.end()
    }

    fn named_label(&self, raw: &str) -> String {
        match self.labels.get(raw) {
            Some(label) => label.clone(),
            None if raw.starts_with('"') => format!("{{\"name\":{raw}}}"),
            None => raw.to_owned(),
        }
    }
}

/// A comment, or an item of a timeline that is called `event`.
fn reply(known: &[(&str, &str)], (site, number): (Site<'_>, u64), event: Option<&str>) -> String {
    let mut build = Build::new(
        known
            .iter()
            .map(|(key, raw)| key.len() + raw.len() + 8)
            .sum(),
    );
    match event {
        Some(event) => {
            build.plain("event", &[event]);
            build.plain("pull_request_url", &[&address(site, "pulls", number)]);
            let has = |name: &str| known.iter().any(|(key, _)| *key == name);
            let created = known.iter().find(|(key, _)| *key == "createdAt");
            if let Some((_, raw)) = created.filter(|_| !has("submittedAt")) {
                build.raw("submitted_at", raw);
            }
        }
        None => build.plain("issue_url", &[&address(site, "issues", number)]),
    }
    for (key, raw) in known {
        match (*key, event) {
            // REST's reviews say when they were submitted, and nothing else.
            ("createdAt", Some(_)) => build.raw("createdAt", raw),
            _ => entry(&mut build, known, key, raw),
        }
    }
    build.end()
}

/// Appends an entry under the name that the REST API has for it; other keys keep their names.
fn entry(build: &mut Build, known: &[(&str, &str)], key: &str, raw: &str) {
    let lower = || raw.to_ascii_lowercase();
    match key {
        "author" => build.raw("user", &user(raw)),
        "mergedBy" => build.raw("merged_by", &user(raw)),
        "state" if raw == "\"MERGED\"" => build.raw("state", "\"closed\""),
        "state" => build.raw("state", &lower()),
        "stateReason" => build.raw("state_reason", &lower()),
        "activeLockReason" => {
            let word = match raw {
                "\"OFF_TOPIC\"" => "\"off-topic\"".to_owned(),
                _ => lower().replace('_', " "),
            };
            build.raw("active_lock_reason", &word);
        }
        "id" => {
            if let Some(id) = string(raw).and_then(|text| database_id(&text)) {
                build.raw("id", &id.to_string());
            }
            let node = known.iter().any(|(key, _)| *key == "node_id");
            build.raw(if node { "id" } else { "node_id" }, raw);
        }
        "mergeCommit" => match Cursor::new(raw).open_object().is_ok() {
            true => {
                let oid = entries(raw).ok().and_then(|parts| {
                    parts
                        .into_iter()
                        .find(|(key, _)| *key == "oid")
                        .map(|(_, raw)| raw)
                });
                build.raw("merge_commit_sha", oid.unwrap_or("null"));
            }
            false => build.raw("merge_commit_sha", raw),
        },
        _ => build.raw(renamed(key), raw),
    }
}

fn renamed(key: &str) -> &str {
    match key {
        "url" => "html_url",
        "authorAssociation" => "author_association",
        "createdAt" => "created_at",
        "updatedAt" => "updated_at",
        "closedAt" => "closed_at",
        "mergedAt" => "merged_at",
        "submittedAt" => "submitted_at",
        "isDraft" => "draft",
        "bodyText" => "body_text",
        "bodyHTML" => "body_html",
        other => other,
    }
}

/// A user of whom there is a login; others as they came.
fn user(raw: &str) -> String {
    match raw.starts_with('"') {
        true => format!("{{\"login\":{raw}}}"),
        false => raw.to_owned(),
    }
}

/// A list with something else for each element.
fn each(list: &str, part: impl Fn(&str) -> String) -> String {
    let parts: Vec<String> = elements(list)
        .unwrap_or_default()
        .into_iter()
        .map(part)
        .collect();
    format!("[{}]", parts.join(","))
}

/// The number in a node id, which is the object's `id` at the REST API.
fn database_id(node: &str) -> Option<u64> {
    let (object, id) = match Node::parse(node)? {
        Node::Old(object, id) | Node::New(object, _, id) => (object, id),
    };
    let is_own = matches!(
        &*object,
        "I" | "Issue" | "PR" | "PullRequest" | "IC" | "IssueComment" | "PRR" | "PullRequestReview"
    );
    is_own.then_some(id)
}
