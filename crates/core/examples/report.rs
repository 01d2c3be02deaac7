//! A weekly report: what was opened and closed, what is open, how a milestone comes along, and what became
//! different since last week.
//!
//! What to learn from it:
//! - counts come from searches and from `facets`, without reading an issue;
//! - `as_of` asks last week's backlog the same questions as today's;
//! - `burn_down` and `diff` read the past once for all the moments and records that they tell of;
//! - the clock of a store is given by an `Environment`, here one that the program moves by itself.
//!
//! Run it with `cargo run -p backlot-core --example report`.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use backlot_core::{
    DifferenceKind, Environment, Facet, IssueEdit, IssueFilter, NewIssue, NewMilestone, Point,
    QueryOptions, RepositoryWriter, SeededEnvironment, Snapshot, Store, StoreOptions,
};
use backlot_model::{
    Actor, ParseOptions, Query, RecordKind, RepositoryName, State, StateReason, Timestamp,
};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn main() -> Outcome {
    run(&mut io::stdout().lock())
}

pub(crate) fn run(out: &mut impl Write) -> Outcome {
    let folder = tempfile::tempdir()?;
    let clock = Clock::at(Timestamp::parse("2025-03-03T09:00:00Z")?);
    let store = two_weeks(&folder.path().join("work.backlot"), &clock)?;
    report(&store.read()?, clock.now(), out)
}

/// The report of the week that ends at `now`.
fn report(snapshot: &Snapshot, now: Timestamp, out: &mut impl Write) -> Outcome {
    let name: RepositoryName = "octo/hello".parse()?;
    let last_week = Timestamp::from_unix_milliseconds(
        now.unix_milliseconds() - 7 * i64::try_from(DAY.as_millis())?,
    );
    writeln!(out, "{name}, {} to {}", day(last_week), day(now))?;

    // What happened: one query each, counted by label.
    let options = QueryOptions::new().repository(name.clone());
    let since = day(last_week);
    for (word, text) in [
        ("opened", format!("created:>={since}")),
        ("closed", format!("closed:>={since}")),
        ("open", "is:open".to_owned()),
    ] {
        let query = Query::parse(&text, &ParseOptions::default())?;
        let facets = snapshot.facets(&query, &options, 10)?;
        writeln!(out, "\n{word}: {}", facets.total)?;
        writeln!(out, "  by label: {}", counts(&facets.labels))?;
        writeln!(out, "  by assignee: {}", counts(&facets.assignees))?;
        writeln!(out, "  without assignee: {}", facets.without_assignee)?;
    }

    // How the milestone comes along: all moments in one pass over the histories.
    let milestone = snapshot.milestone(&name, 1)?;
    writeln!(out, "\n{}:", milestone.title)?;
    let points = snapshot
        .as_of(now)
        .burn_down(&name, 1, last_week, now, DAY)?;
    for point in points {
        let (open, closed) = (
            "#".repeat(point.open as usize),
            ".".repeat(point.closed as usize),
        );
        writeln!(out, "  {} {open}{closed}", day(point.at))?;
    }

    // Last week's list, and what of it is otherwise today.
    let then = snapshot.as_of(last_week);
    let mut open = then.issues(&name, &IssueFilter::default())?;
    writeln!(out, "\nopen a week ago: {}", open.total())?;
    for issue in open.page(1, 30)? {
        let summary = issue.summary;
        let today = snapshot.issue(&name, summary.number)?.summary;
        let (number, title, state) = (summary.number, summary.title, today.state);
        writeln!(out, "  #{number} {title}, {state} today")?;
    }

    // What became different, field by field.
    writeln!(out, "\nchanged since:")?;
    for difference in snapshot.diff(Point::Moment(last_week), Point::Moment(now))? {
        let difference = difference?;
        if difference.record_kind != RecordKind::Issue {
            continue;
        }
        let what = match difference.kind {
            DifferenceKind::Created => "new".to_owned(),
            DifferenceKind::Deleted => "deleted".to_owned(),
            DifferenceKind::Changed => {
                let fields = difference.fields.iter();
                let names: Vec<_> = fields.map(|changed| changed.field.name()).collect();
                names.join(", ")
            }
        };
        writeln!(out, "  {}: {what}", difference.label)?;
    }
    Ok(())
}

/// `bug 3, documentation 1`.
fn counts(facets: &[Facet]) -> String {
    let counts = facets.iter();
    let said: Vec<_> = counts
        .map(|facet| format!("{} {}", facet.name, facet.count))
        .collect();
    said.join(", ")
}

/// The date of a moment.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// A clock that only the program moves.
#[derive(Clone)]
struct Clock {
    now: Arc<AtomicI64>,
    bits: Arc<SeededEnvironment>,
}

impl Clock {
    fn at(start: Timestamp) -> Self {
        Self {
            now: Arc::new(AtomicI64::new(start.unix_milliseconds())),
            bits: Arc::new(SeededEnvironment::new(start, 1)),
        }
    }

    fn wait(&self, days: i64) {
        let milliseconds = days * 24 * 60 * 60 * 1000;
        self.now.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Environment for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_milliseconds(self.now.load(Ordering::Relaxed))
    }

    fn random(&self) -> u128 {
        self.bits.random()
    }
}

/// Two weeks in the life of a backlog.
fn two_weeks(path: &Path, clock: &Clock) -> Outcome<Store> {
    let store = StoreOptions::new()
        .environment(clock.clone())
        .create(path)?;
    let mut tx = store.write(Actor::login("mona"), "plan 1.0")?;
    let mut repository = tx.create_repository(&"octo/hello".parse()?)?;
    let milestone = repository.create_milestone(NewMilestone::titled("1.0"))?;
    for (title, label) in [
        ("Crash on start", "bug"),
        ("Explain how to move a store", "documentation"),
        ("Dark theme", "enhancement"),
        ("Wrong total in the footer", "bug"),
    ] {
        let issue = NewIssue::titled(title).label(label).milestone(milestone);
        repository.create_issue(issue)?;
    }
    tx.commit()?;

    let done = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
    let not_planned = IssueEdit::default().state(State::Closed, Some(StateReason::NotPlanned));
    clock.wait(3);
    work(&store, "hubot", |repository| {
        repository.edit_issue(1, &done)?;
        repository.edit_issue(4, &IssueEdit::default().add_assignee("hubot"))
    })?;
    clock.wait(5);
    work(&store, "lena", |repository| {
        let late = NewIssue::titled("Slow with 100,000 issues").label("bug");
        repository.create_issue(late.milestone(milestone).assignee("lena"))?;
        repository.edit_issue(2, &done)
    })?;
    clock.wait(2);
    work(&store, "mona", |repository| {
        repository.edit_issue(3, &not_planned.milestone(None))?;
        repository.create_issue(NewIssue::titled("Export to CSV").label("enhancement"))?;
        repository.edit_issue(4, &IssueEdit::default().title("Wrong totals"))
    })?;
    clock.wait(4);
    Ok(store)
}

/// One commit of one person.
fn work(
    store: &Store,
    login: &str,
    edit: impl FnOnce(&mut RepositoryWriter<'_>) -> backlot_core::Result<bool>,
) -> Outcome {
    let mut tx = store.write(Actor::login(login), "work")?;
    edit(&mut tx.repository("octo/hello")?)?;
    tx.commit()?;
    Ok(())
}
