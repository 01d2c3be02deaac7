//! Two threads write and four read, and every snapshot agrees with itself: counts with lists, and each list
//! that an index answers with a look at every issue.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use backlot_core::{
    IssueEdit, IssueFilter, NewIssue, NewMilestone, QueryOptions, Snapshot, StateFilter, Store,
    StoreOptions,
};
use backlot_model::{Actor, Query, State};

use crate::support::{environment, name};

/// How many commits the writers make together, unless `BACKLOT_COMMITS` says otherwise.
const COMMITS: u64 = 2_000;
const ISSUES: u64 = 40;
const LABELS: [&str; 4] = ["bug", "wish", "later", "help wanted"];
const LOGINS: [&str; 3] = ["mona", "hubot", "octocat"];

#[test]
fn every_snapshot_agrees_with_itself_while_others_write() {
    let wanted = std::env::var_os("BACKLOT_COMMITS");
    let commits = wanted.map_or(COMMITS, |count| count.to_str().unwrap().parse().unwrap());
    let options = StoreOptions::new().environment(environment());
    let store = options.in_memory().unwrap();
    fill(&store);
    let (made, looked) = (AtomicU64::new(0), AtomicU64::new(0));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    agrees_with_itself(&store.read().unwrap());
                    looked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let (store, made) = (&store, &made);
                scope.spawn(move || {
                    while made.fetch_add(1, Ordering::Relaxed) < commits {
                        write(store, writer, made.load(Ordering::Relaxed));
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    let snapshot = store.read().unwrap();
    assert_eq!(snapshot.sequence(), commits + 1);
    agrees_with_itself(&snapshot);
    let looked = looked.load(Ordering::Relaxed);
    assert!(looked > 100, "{looked}");
    eprintln!("{commits} commits, {looked} snapshots looked at");
}

fn fill(store: &Store) {
    let mut tx = store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name("octo/hello")).unwrap();
    for title in ["1.0", "2.0"] {
        repository
            .create_milestone(NewMilestone::titled(title))
            .unwrap();
    }
    for number in 1..=ISSUES {
        let label = LABELS[number as usize % LABELS.len()];
        let issue = NewIssue::titled(format!("Number {number}")).label(label);
        repository.create_issue(issue).unwrap();
    }
    tx.commit().unwrap();
}

/// One edit, a different one each time, that always changes something.
fn write(store: &Store, writer: u64, turn: u64) {
    let actor = Actor::login(LOGINS[(writer + turn) as usize % LOGINS.len()]);
    let mut tx = store.write(actor, "turn").unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    let number = turn * 7 % ISSUES + 1;
    let label = LABELS[(turn / 3) as usize % LABELS.len()];
    let login = LOGINS[(turn / 5) as usize % LOGINS.len()];
    let edits = [
        IssueEdit::default().add_label(label),
        IssueEdit::default().remove_label(label),
        IssueEdit::default().state(State::Closed, None),
        IssueEdit::default().state(State::Open, None),
        IssueEdit::default().add_assignee(login),
        IssueEdit::default().remove_assignee(login),
        IssueEdit::default().milestone(Some(turn % 2 + 1)),
        IssueEdit::default().milestone(None),
    ];
    let edit = &edits[(turn * 11 + writer) as usize % edits.len()];
    let changed = repository.edit_issue(number, edit).unwrap();
    if !changed {
        repository
            .edit_issue(
                number,
                &IssueEdit::default().title(format!("Turn {turn} of {writer}")),
            )
            .unwrap();
    }
    tx.commit().unwrap().unwrap();
}

fn agrees_with_itself(snapshot: &Snapshot) {
    let repository = name("octo/hello");
    let filter = IssueFilter {
        state: StateFilter::All,
        ..IssueFilter::default()
    };
    // A look at every issue, by its number.
    let mut all: Vec<_> = (1..=ISSUES)
        .map(|number| snapshot.issue(&repository, number).unwrap().summary)
        .collect();
    all.sort_by_key(|issue| std::cmp::Reverse((issue.updated_at, issue.created_at, issue.number)));
    assert_eq!(
        snapshot.issues(&repository, &filter).unwrap().total() as u64,
        ISSUES
    );
    let options = QueryOptions::new().repository(repository.clone());
    let find = |text: String| {
        let query = Query::parse(&format!("{text} sort:updated-desc"), &Default::default());
        let list = snapshot.query(&query.unwrap(), &options).unwrap();
        let page = list.page(1, ISSUES as usize).unwrap();
        assert_eq!(page.len(), list.total(), "{text}");
        page.into_iter()
            .map(|issue| issue.number)
            .collect::<Vec<_>>()
    };
    let scan = |holds: &dyn Fn(&backlot_core::IssueSummary) -> bool| -> Vec<u64> {
        let found = all.iter().filter(|issue| holds(issue));
        found.map(|issue| issue.number).collect()
    };
    assert_eq!(find("is:open".into()), scan(&|i| i.state == State::Open));
    for label in LABELS {
        let has = |issue: &backlot_core::IssueSummary| issue.labels.iter().any(|l| l == label);
        assert_eq!(find(format!("label:\"{label}\"")), scan(&has));
        let closed = scan(&|issue| has(issue) && issue.state == State::Closed);
        assert_eq!(find(format!("is:closed label:\"{label}\"")), closed);
    }
    for login in LOGINS {
        let assigned = scan(&|i| i.assignees.iter().any(|assignee| assignee == login));
        assert_eq!(find(format!("assignee:{login}")), assigned);
    }
    assert_eq!(
        find("no:milestone".into()),
        scan(&|i| i.milestone.is_none())
    );
    let everything = Query::default();
    let facets = snapshot.facets(&everything, &options, 100).unwrap();
    assert_eq!(facets.total, ISSUES);
    assert_eq!(facets.open, find("is:open".into()).len() as u64);
    assert_eq!(facets.open + facets.closed, ISSUES);
    for label in &facets.labels {
        let found = find(format!("label:\"{}\"", label.name));
        assert_eq!(label.count, found.len() as u64);
    }
    let mut in_milestones = facets.without_milestone;
    for milestone in snapshot
        .milestones(&repository, &Default::default())
        .unwrap()
    {
        let found = find(format!("milestone:\"{}\"", milestone.title)).len() as u64;
        assert_eq!(milestone.open_issues + milestone.closed_issues, found);
        in_milestones += found;
    }
    assert_eq!(in_milestones, ISSUES);
}
