//! The table of conformance: every endpoint, parameter and status code that the documents of the forges name, with
//! the case that shows it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::rest::client::{Asked, Case, Client};
use crate::support::root;

/// All cases, by module.
pub(super) const CASES: &[&[Case]] = &[
    super::around::CASES,
    super::assignees::CASES,
    super::comments::CASES,
    super::dependencies::CASES,
    super::documented::CASES,
    super::events::CASES,
    super::gitcode_comments::CASES,
    super::gitcode_issues::CASES,
    super::gitcode_labels::CASES,
    super::gitcode_logs::CASES,
    super::gitcode_milestones::CASES,
    super::gitcode_parameters::CASES,
    super::issue_labels::CASES,
    super::issue_lists::CASES,
    super::issue_types::CASES,
    super::issues::CASES,
    super::labels::CASES,
    super::locks::CASES,
    super::manners::CASES,
    super::media_types::CASES,
    super::milestones::CASES,
    super::pins::CASES,
    super::projects::CASES,
    super::reactions::CASES,
    super::sub_issues::CASES,
    super::timeline::CASES,
    super::two_tongues::CASES,
];

/// An endpoint as the documents name it.
struct Documented {
    method: String,
    path: String,
    documents: String,
    query: Vec<String>,
    body: Vec<String>,
    status: Vec<u16>,
}

fn documented() -> Vec<Documented> {
    let lines = include_str!("documents.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    lines
        .map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let (method, path) = parts[0].split_once(' ').unwrap();
            Documented {
                method: method.to_owned(),
                path: path.to_owned(),
                documents: parts[1].replace('+', ", "),
                query: words(parts[2]),
                body: words(parts[3]),
                status: parts[4]
                    .split_whitespace()
                    .map(|text| text.parse().unwrap())
                    .collect(),
            }
        })
        .collect()
}

/// How many segments of a path a pattern names as they are; none where the path does not fit.
pub(super) fn fits(pattern: &str, path: &str) -> Option<usize> {
    let mut named = 0;
    let mut path = path.strip_prefix("/api/v3").unwrap_or(path).split('/');
    let mut pattern = pattern.split('/').peekable();
    while let Some(wanted) = pattern.next() {
        let is_last = pattern.peek().is_none();
        let given = path.next()?;
        match wanted {
            // The name of a label may have slashes.
            "{name}" if is_last => return (!given.is_empty()).then_some(named),
            _ if wanted.starts_with('{') && !given.is_empty() => {}
            _ if wanted == given => named += 1,
            _ => return None,
        }
    }
    path.next().is_none().then_some(named)
}

/// The documented endpoint that a request was for.
fn endpoint_of(asked: &Asked, documented: &[Documented]) -> Option<usize> {
    let candidates = documented.iter().enumerate();
    let candidates = candidates.filter(|(_, one)| one.method == asked.method.as_str());
    let fitting = candidates.filter_map(|(at, one)| Some((fits(&one.path, &asked.path)?, at)));
    fitting.max_by_key(|(named, _)| *named).map(|(_, at)| at)
}

/// What a row of the table is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Query(String),
    Body(String),
    Status(u16),
}

#[test]
fn every_documented_endpoint_parameter_and_status_is_shown() {
    let documented = documented();
    let mut shown: BTreeMap<(usize, Subject), &str> = BTreeMap::new();
    for (name, case) in CASES.iter().flat_map(|cases| cases.iter()) {
        let client = Client::fresh();
        case(&client);
        for asked in client.log.lock().unwrap().iter() {
            let Some(at) = endpoint_of(asked, &documented) else {
                continue;
            };
            // What was refused shows how that is done, and not what a parameter does.
            let named = |names: &[String]| match asked.status < 400 {
                true => names.to_vec(),
                false => Vec::new(),
            };
            let query = named(&asked.query).into_iter().map(Subject::Query);
            let body = named(&asked.body).into_iter().map(Subject::Body);
            let subjects = query.chain(body).chain([Subject::Status(asked.status)]);
            for subject in subjects {
                shown.entry((at, subject)).or_insert(name);
            }
        }
        assert!(
            Arc::strong_count(&client.log) == 1,
            "{name} keeps its client"
        );
    }
    let mut page = String::from(HEAD);
    let mut missing = Vec::new();
    let mut rows = 0;
    for (at, one) in documented.iter().enumerate() {
        let query = one.query.iter().cloned().map(Subject::Query);
        let body = one.body.iter().cloned().map(Subject::Body);
        let status = one.status.iter().copied().map(Subject::Status);
        let _ = write!(
            page,
            "\n### `{} {}`\n\nDocuments: {}.\n\n| what | shown by |\n| --- | --- |\n",
            one.method, one.path, one.documents
        );
        for subject in status.chain(query).chain(body) {
            rows += 1;
            let what = match &subject {
                Subject::Query(name) => format!("`?{name}`"),
                Subject::Body(name) => format!("`{name}` in the body"),
                Subject::Status(status) => format!("{status}"),
            };
            match shown.get(&(at, subject)) {
                Some(name) => {
                    let name = name.trim_start_matches("it::rest::");
                    let _ = writeln!(page, "| {what} | `{name}` |");
                }
                None => missing.push(format!("{} {}: {what}", one.method, one.path)),
            }
        }
    }
    let shown = rows - missing.len();
    let _ = write!(page, "\n{shown} of {rows} rows are shown.\n");
    assert!(
        missing.is_empty(),
        "{} of {rows} are not shown:\n{}",
        missing.len(),
        missing.join("\n")
    );
    let path = root().join("docs/rest-conformance.md");
    if std::env::var_os("BACKLOT_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/rest-conformance.md is not what the tests show: run with BACKLOT_UPDATE_DOCS=1"
    );
}

const HEAD: &str = "\
# Conformance of the REST APIs

Every endpoint, parameter and status code that the forges' documents name, with the test that shows it. This page is written
by the tests: `BACKLOT_UPDATE_DOCS=1 cargo test -p backlot-tests -- rest::table`. Documents: 000 and 001 are GitHub's pages of
milestones, 002 is GitCode's of milestones, 003 GitHub's of classic projects, 004 GitHub Enterprise Server's of issues,
assignees, comments, events, labels, milestones and the timeline. [serve.md](serve.md) says what else is answered.
";
