//! A triage script: goes through the issues that nobody has looked at, and does to each what its text asks
//! for.
//!
//! What to learn from it:
//! - a search in the language that people type finds what is to be done, and its errors can be shown;
//! - edits are made in one transaction, which becomes one commit, or none when it is dropped: that is a dry
//!   run in which every edit was checked;
//! - reading goes on in a snapshot, which does not change while the transaction edits;
//! - the reason and the actor of the commit stay in the log.
//!
//! Run it with `cargo run -p backlot-core --example triage`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use backlot_core::{
    IssueEdit, IssueSummary, NewIssue, RepositoryWriter, SeededEnvironment, Snapshot, Store,
    StoreOptions,
};
use backlot_model::{Actor, IssueReference, Timestamp};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const REPOSITORY: &str = "octo/hello";

/// Issues that are open, and that nobody has labelled, assigned or answered, the oldest first.
const UNTRIAGED: &str =
    "repo:octo/hello is:issue is:open no:label no:assignee comments:0 sort:created-asc";

/// A word in a title, the label that it asks for, and who looks after it.
const AREAS: [(&str, &str, Option<&str>); 4] = [
    ("crash", "bug", Some("hubot")),
    ("wrong", "bug", None),
    ("explain", "documentation", Some("lena")),
    ("please add", "enhancement", None),
];

fn main() -> Outcome {
    run(&mut io::stdout().lock())
}

pub(crate) fn run(out: &mut impl Write) -> Outcome {
    let folder = tempfile::tempdir()?;
    let store = sample(&folder.path().join("work.backlot"))?;
    triage(&store, true, out)?;
    triage(&store, false, out)?;
    // Whatever is triaged is not found again, so that the script can run as often as one likes.
    triage(&store, false, out)?;
    show(&store.read()?, out)
}

/// Finds what is untriaged and edits it, in one commit.
fn triage(store: &Store, is_dry_run: bool, out: &mut impl Write) -> Outcome {
    let snapshot = store.read()?;
    let untriaged = snapshot.search(UNTRIAGED)?;
    let mut tx = store.write(Actor::login("triage-bot"), "triage by title")?;
    let mut repository = tx.repository(REPOSITORY)?;
    let mut is_first = true;
    let mut cursor = None;
    loop {
        let (issues, next) = untriaged.after(cursor.as_ref(), 50)?;
        for issue in &issues {
            if is_first {
                let how = if is_dry_run { "would do" } else { "does" };
                writeln!(out, "{} untriaged; triage {how}:", untriaged.total())?;
                is_first = false;
            }
            let done = look_at(&snapshot, &mut repository, issue)?;
            writeln!(out, "  #{} {}: {done}", issue.number, issue.title)?;
        }
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    if is_dry_run {
        drop(tx);
        let last = store.read()?.sequence();
        writeln!(
            out,
            "  nothing was written; the last commit is still {last}"
        )?;
        return Ok(());
    }
    match tx.commit()? {
        Some(commit) => writeln!(out, "  commit {}: {}", commit.sequence, commit.reason)?,
        None => writeln!(out, "nothing to triage, so there is no commit")?,
    }
    Ok(())
}

/// Does to one issue what its title asks for, and says what that was.
fn look_at(
    snapshot: &Snapshot,
    repository: &mut RepositoryWriter<'_>,
    issue: &IssueSummary,
) -> Outcome<String> {
    if let Some(first) = same_title(snapshot, issue)? {
        repository.mark_duplicate(issue.number, &IssueReference::here(first))?;
        return Ok(format!("closed as a duplicate of #{first}"));
    }
    let title = issue.title.to_lowercase();
    let area = AREAS.iter().find(|(word, ..)| title.contains(word));
    let Some((_, label, owner)) = area else {
        repository.edit_issue(
            issue.number,
            &IssueEdit::default().add_label("needs triage"),
        )?;
        return Ok("left to people, labelled needs triage".to_owned());
    };
    let mut edit = IssueEdit::default().add_label(*label);
    if let Some(owner) = owner {
        edit = edit.add_assignee(*owner);
    }
    repository.edit_issue(issue.number, &edit)?;
    let assigned = owner.map_or(String::new(), |owner| format!(", assigned to {owner}"));
    Ok(format!("labelled {label}{assigned}"))
}

/// The number of the oldest issue with the same title, if it is another one.
fn same_title(snapshot: &Snapshot, issue: &IssueSummary) -> Outcome<Option<u64>> {
    let text = format!(
        "repo:{REPOSITORY} is:issue in:title \"{}\" sort:created-asc",
        issue.title.replace('"', " ")
    );
    let is_same = |other: &&IssueSummary| {
        other.number < issue.number && other.title.to_lowercase() == issue.title.to_lowercase()
    };
    let found = snapshot.search(&text)?.page(1, 10)?;
    Ok(found.iter().find(is_same).map(|other| other.number))
}

/// What the backlog looks like now.
fn show(snapshot: &Snapshot, out: &mut impl Write) -> Outcome {
    writeln!(out, "now:")?;
    let all = snapshot.search("repo:octo/hello is:issue sort:created-asc")?;
    for issue in all.page(1, 100)? {
        let (labels, assignees) = (issue.labels.join(", "), issue.assignees.join(", "));
        let state = issue
            .state_reason
            .map_or(issue.state.to_string(), |reason| reason.to_string());
        let (number, title) = (issue.number, issue.title);
        writeln!(
            out,
            "  #{number} {title} | {state} | {labels} | {assignees}"
        )?;
    }
    Ok(())
}

/// A backlog of its own, the same each time: clock and random bits are given.
fn sample(path: &Path) -> Outcome<Store> {
    let start = Timestamp::parse("2025-03-03T09:00:00Z")?;
    let environment = SeededEnvironment::new(start, 1);
    let store = StoreOptions::new().environment(environment).create(path)?;
    let mut tx = store.write(Actor::login("mona"), "what users sent")?;
    let mut repository = tx.create_repository(&REPOSITORY.parse()?)?;
    let crash = NewIssue::titled("Crash on start").body("Since 1.2.");
    repository.create_issue(crash.clone())?;
    repository.create_issue(NewIssue::titled("Please add a dark theme"))?;
    repository.create_issue(NewIssue::titled("Wrong total in the footer").label("bug"))?;
    repository.create_issue(NewIssue::titled("Explain how to move a store"))?;
    repository.create_issue(crash.body("It crashes when I start it."))?;
    repository.create_issue(NewIssue::titled("Hello?"))?;
    tx.commit()?;
    Ok(store)
}
