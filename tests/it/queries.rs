//! The search language, by a table of searches and what they find, written from GitHub's documentation.
//!
//! Each search is asked of a plain second implementation (`naive`), so that the table is known to follow
//! its own rules, and of a store that holds the same backlog.

mod backlog;
mod import;
mod naive;

use std::ops::ControlFlow;

use backlot_core::{IssueSummary, QueryOptions, Store};
use backlot_model::{ParseOptions, Query, Timestamp};

use crate::support::{World, root};
use backlog::Backlog;

/// A line of the table.
struct Case {
    line: usize,
    search: String,
    expected: String,
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join("tests/fixtures/queries").join(file)).unwrap()
}

fn cases() -> Vec<Case> {
    let text = text("queries.txt");
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let case = |(at, line): (usize, &str)| {
        let (search, expected) = line
            .rsplit_once(" -> ")
            .unwrap_or_else(|| panic!("line {} has no arrow", at + 1));
        Case {
            line: at + 1,
            search: search.to_owned(),
            expected: expected.to_owned(),
        }
    };
    lines.map(case).collect()
}

fn options() -> ParseOptions {
    ParseOptions {
        me: Some("mona".to_owned()),
        now: Some(Timestamp::parse("2024-06-15T12:00:00Z").unwrap()),
    }
}

/// What the table says of a search that is answered by `find`.
fn answer(search: &str, find: impl FnOnce(&Query) -> Vec<String>) -> String {
    match Query::parse(search, &options()) {
        Ok(query) => match find(&query) {
            found if found.is_empty() => "nothing".to_owned(),
            found => found.join(" "),
        },
        Err(error) => format!("error: {:?} {}", error.kind(), &search[error.span()]),
    }
}

/// Compares the whole table, and shows every line that is wrong.
fn check(mut find: impl FnMut(&Query) -> Vec<String>) {
    let mut wrong = String::new();
    let cases = cases();
    for case in &cases {
        let found = answer(&case.search, &mut find);
        if found != case.expected {
            let (line, search, expected) = (case.line, &case.search, &case.expected);
            wrong += &format!("\nline {line}: {search}\n  table {expected}\n  found {found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases.len() >= 150, "{} searches", cases.len());
}

#[test]
fn the_table_follows_its_rules() {
    let backlog = Backlog::parse(&text("backlog.txt"));
    assert_eq!(backlog.issues.len(), 40);
    check(|query| naive::find(&backlog, query));
}

#[test]
fn each_search_is_read_back_from_what_it_is_shown_as() {
    for case in cases() {
        if let Ok(query) = Query::parse(&case.search, &options()) {
            let shown = query.to_string();
            let again = Query::parse(&shown, &ParseOptions::default());
            assert_eq!(again, Ok(query), "{} is shown as {shown}", case.search);
        }
    }
}

#[test]
fn a_store_finds_what_the_table_says() {
    let backlog = Backlog::parse(&text("backlog.txt"));
    let long_ago = Timestamp::parse("2001-02-01T00:00:00Z").unwrap();
    let mut world = World::at(long_ago);
    import::fill(&world, &backlog);
    for issue in &backlog.issues {
        let held = world.issue(&issue.repository, issue.number);
        let summary = &held.summary;
        assert_eq!(summary.title, issue.title);
        assert_eq!(held.body.as_deref().unwrap_or_default(), issue.body);
        assert_eq!(summary.labels, issue.labels, "{}", issue.name());
        assert_eq!(summary.milestone, issue.milestone, "{}", issue.name());
        assert_eq!(summary.comments, issue.comments.len() as u64);
        assert_eq!(summary.created_at, Some(issue.created));
        assert_eq!(summary.updated_at, Some(issue.updated));
        assert_eq!(summary.closed_at, issue.closed_at());
    }
    check(|query| ask(&world.store, query));
    // The same with an index of all texts.
    world
        .store
        .index_texts(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    check(|query| ask(&world.store, query));
    world.assert_sound();
}

#[test]
fn the_past_up_to_now_finds_what_the_table_says() {
    let backlog = Backlog::parse(&text("backlog.txt"));
    let world = World::at(Timestamp::parse("2001-02-01T00:00:00Z").unwrap());
    import::fill(&world, &backlog);
    let snapshot = world.store.read().unwrap();
    let late = Timestamp::parse("2100-01-01T00:00:00Z").unwrap();
    for past in [snapshot.as_known(snapshot.sequence()), snapshot.as_of(late)] {
        check(|query| {
            let options = QueryOptions::default();
            let facets = past.facets(query, &options, 100).unwrap();
            assert_eq!(facets, snapshot.facets(query, &options, 100).unwrap());
            let mut list = past.query(query, &options).unwrap();
            let issues = list.page(1, 100).unwrap();
            assert!(issues.iter().all(|issue| issue.unknown.is_empty()));
            names(issues.iter().map(|issue| &issue.summary))
        });
    }
}

/// The issues that a store finds, as `owner/name#number`.
fn ask(store: &Store, query: &Query) -> Vec<String> {
    let snapshot = store.read().unwrap();
    let list = snapshot.query(query, &QueryOptions::default()).unwrap();
    names(list.page(1, 100).unwrap().iter())
}

fn names<'a>(issues: impl Iterator<Item = &'a IssueSummary>) -> Vec<String> {
    issues
        .map(|issue| format!("{}#{}", issue.repository, issue.number))
        .collect()
}
