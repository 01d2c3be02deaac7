//! What targets refuse, cut and lose: found in a store with every fault, put right, and taken back.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use backlot_core::{
    ErrorKind, Fixed, LintFixReport, NewIssue, NewMilestone, QueryOptions, RepositoryEdit, Result,
    Store,
};
use backlot_model::lint::{Code, Finding, Severity, Target};
use backlot_model::{Actor, ParseOptions, Query, Timestamp};
use serde_json::{Value, json};

use crate::support::{World, comment, issue, label, name, real_data, root, user, with};
use crate::undo::{mona, see};

const HELLO: &str = "octo/hello";

fn targets() -> Vec<Target> {
    let mut targets = Vec::from(backlot_github::lint_targets());
    targets.push(backlot_gitcode::lint_target());
    targets
}

fn target(wanted: &str) -> Target {
    let mut targets = targets().into_iter();
    targets.find(|target| target.name() == wanted).unwrap()
}

fn lint(store: &Store, repository: &str, target: &Target) -> Vec<Finding> {
    let mut found = Vec::new();
    let snapshot = store.read().unwrap();
    let looked = snapshot.lint(&name(repository), target, None, &mut |finding| {
        found.push(finding);
        Result::Ok(())
    });
    looked.unwrap();
    found
}

/// How many findings there are of each code.
fn codes(found: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in found {
        *codes.entry(finding.code.name()).or_insert(0) += 1;
    }
    codes
}

fn fix(store: &Store, repository: &str, target: &Target) -> (LintFixReport, Vec<Fixed>) {
    let mut fixed = Vec::new();
    let report = store.lint_fix(&name(repository), target, None, mona(), false, &mut |one| {
        fixed.push(one.clone());
        Result::Ok(())
    });
    (report.unwrap(), fixed)
}

fn milestone(number: u64, title: &str, due_on: &Value) -> Value {
    let url = format!("https://api.github.com/repos/{HELLO}/milestones/{number}");
    json!({
        "url": url, "html_url": format!("https://github.com/{HELLO}/milestone/{number}"),
        "labels_url": format!("{url}/labels"), "id": 600 + number, "node_id": "opaque",
        "number": number, "title": title, "description": null, "creator": user("mona", 1),
        "open_issues": 0, "closed_issues": 0, "state": "open", "due_on": due_on,
        "created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z", "closed_at": null,
    })
}

/// Paragraphs of this many characters in all.
fn paragraphs(characters: usize) -> String {
    let mut text = String::new();
    let mut at = 0;
    while text.len() < characters {
        writeln!(text, "Paragraph {at}. {}\n", "All is told. ".repeat(20)).unwrap();
        at += 1;
    }
    text.truncate(characters);
    text
}

/// A backlog from a forge with every fault that an import lets through.
fn faulty() -> World {
    let world = World::new();
    let long_label = "a label whose name goes on and on, and on and on, and on";
    let labels = [
        label(HELLO, "bug", 71),
        with(label(HELLO, long_label, 72), json!({"color": "red"})),
        with(
            label(HELLO, "C", 73),
            json!({"description": "x".repeat(120)}),
        ),
    ];
    let milestones = [
        milestone(1, "1.0", &json!("2024-05-01T07:00:00Z")),
        milestone(2, "1.0", &json!("2024-05-01T09:30:00Z")),
        milestone(3, "some day", &Value::Null),
    ];
    let title = format!(" Crash{} at\nlast ", " and crash".repeat(30));
    let code = format!("```\n{}```\n", "@line of a log\n".repeat(5_000));
    let issues = [
        with(
            issue(HELLO, 1),
            json!({"title": title, "body": "See @hubot\0."}),
        ),
        with(issue(HELLO, 2), json!({"body": paragraphs(150_000)})),
        with(
            issue(HELLO, 5),
            json!({"body": "As #2 and #5 and octo/hello#1 and a/b#3 say."}),
        ),
        with(
            issue(HELLO, 6),
            json!({
                "body": null, "state": "triaged", "locked": true, "active_lock_reason": "boring",
                "assignee": user("mona", 1), "assignees": [user("mona", 1), user("ci[bot]", 9)],
                "title": "\u{7}",
                "type": {"id": 1, "node_id": "opaque", "name": "Bug", "description": null},
            }),
        ),
        with(
            issue(HELLO, 7),
            json!({
                "state": "closed", "state_reason": "boring",
                "pull_request": {"url": "https://api.github.com/repos/octo/hello/pulls/7"},
            }),
        ),
    ];
    let comments = [
        with(comment(HELLO, 1, 81), json!({"body": ""})),
        with(comment(HELLO, 2, 82), json!({"body": code})),
        with(
            comment(HELLO, 2, 83),
            json!({"body": "After \u{1b}[31mthat\u{1b}[0m."}),
        ),
        with(comment(HELLO, 5, 84), json!({"body": "\0"})),
    ];
    let backup = world.backup(
        "backup",
        &[
            ("labels.ndjson", &labels),
            ("milestones.ndjson", &milestones),
            ("issues.ndjson", &issues),
            ("comments.ndjson", &comments),
        ],
    );
    world.import(&backup);
    world
}

/// What stays of the faulty backlog when all is put right that can be.
fn left(target: &str) -> &'static [(&'static str, usize)] {
    match target {
        "github" => &[
            ("assignee-invalid", 1),
            ("author-lost", 1),
            ("comment-empty", 1),
            ("control-characters", 1),
            ("dates-lost", 1),
            ("lock-reason-unknown", 1),
            ("milestone-due-time-lost", 1),
            ("milestone-title-taken", 1),
            ("null-character", 1),
            ("number-gap", 1),
            ("pull-requests", 1),
            ("reference-elsewhere", 1),
            ("reference-rebinds", 1),
            ("reference-to-source", 1),
            ("state-reason-unknown", 1),
            ("state-unknown", 1),
            ("title-empty", 1),
        ],
        "github-import-api" => &[
            ("assignee-invalid", 1),
            ("assignees-too-many", 1),
            ("author-lost", 1),
            ("comment-empty", 1),
            ("control-characters", 1),
            ("label-details-lost", 3),
            ("lock-lost", 1),
            ("milestone-title-taken", 1),
            ("null-character", 1),
            ("number-gap", 1),
            ("pull-requests", 1),
            ("reference-elsewhere", 1),
            ("reference-to-source", 1),
            ("state-reason-lost", 1),
            ("state-unknown", 1),
            ("title-empty", 1),
            ("type-lost", 1),
        ],
        _ => &[
            ("assignee-invalid", 1),
            ("assignee-unknown", 1),
            ("author-lost", 1),
            ("body-missing", 1),
            ("comment-empty", 1),
            ("control-characters", 1),
            ("dates-lost", 1),
            ("lock-lost", 1),
            ("milestone-due-missing", 1),
            ("milestone-due-time-lost", 1),
            ("milestone-title-taken", 1),
            ("null-character", 1),
            ("number-gap", 1),
            ("pull-requests", 1),
            ("reference-elsewhere", 1),
            ("reference-rebinds", 1),
            ("reference-to-source", 1),
            ("state-reason-lost", 1),
            ("state-unknown", 1),
            ("title-empty", 1),
        ],
    }
}

/// What can be put right of the faulty backlog.
fn fixable(target: &str) -> &'static [&'static str] {
    match target {
        "github" => &[
            "body-too-long",
            "comment-too-long",
            "label-color-invalid",
            "label-description-too-long",
            "label-name-too-long",
            "mention-notifies",
            "null-character",
            "title-blanks",
            "title-control-characters",
            "title-too-long",
        ],
        "github-import-api" => &[
            "body-too-long",
            "comment-too-long",
            "label-name-too-long",
            "null-character",
            "title-blanks",
            "title-control-characters",
            "title-too-long",
        ],
        _ => &[
            "label-color-invalid",
            "label-name-characters",
            "label-name-too-long",
            "label-name-too-short",
            "mention-notifies",
            "null-character",
            "title-blanks",
            "title-control-characters",
            "title-too-long",
        ],
    }
}

#[test]
fn every_fault_is_found_put_right_where_it_can_be_and_taken_back() {
    for target in targets() {
        let mut world = faulty();
        let before = see(&world.store);
        let found = lint(&world.store, HELLO, &target);
        let safe: Vec<Finding> = found
            .iter()
            .filter(|finding| finding.is_fixable())
            .cloned()
            .collect();
        let safe: Vec<&str> = codes(&safe).into_keys().collect();
        assert_eq!(safe, fixable(target.name()), "{}", target.name());

        let (report, fixed) = fix(&world.store, HELLO, &target);
        let commit = report.commit.unwrap();
        assert_eq!(
            commit.reason,
            format!("lint octo/hello for {}", target.name())
        );
        assert!(fixed.iter().all(|fixed| !fixed.did.is_empty()));
        let after = codes(&lint(&world.store, HELLO, &target));
        let expected: BTreeMap<_, _> = left(target.name()).iter().copied().collect();
        assert_eq!(after, expected, "{}", target.name());
        let (again, _) = fix(&world.store, HELLO, &target);
        assert_eq!(again, LintFixReport::default());

        world.assert_sound();
        world.store.undo(commit.sequence, mona()).unwrap();
        assert_eq!(see(&world.store), before, "{}", target.name());
        assert_eq!(lint(&world.store, HELLO, &target), found);
    }
}

#[test]
fn a_text_goes_on_in_comments_by_its_author_at_its_place() {
    let world = faulty();
    let (report, _) = fix(&world.store, HELLO, &target("github"));
    assert_eq!((report.issues, report.comments), (2, 1));
    assert_eq!(report.added_comments, 3);
    let snapshot = world.store.read().unwrap();
    let issue = snapshot.issue(&name(HELLO), 2).unwrap();
    let comments = snapshot.comments(&name(HELLO), 2).unwrap();
    assert_eq!(issue.summary.comments, 3 + issue_comments());
    let at = |time: &str| Timestamp::parse(time).ok();
    let written: Vec<_> = comments
        .iter()
        .map(|comment| (comment.author.as_deref(), comment.created_at))
        .collect();
    let (of_issue, of_comment) = (at("2023-01-01T00:00:00Z"), at("2023-01-02T00:00:00Z"));
    assert_eq!(
        written,
        [
            (Some("mona"), of_issue),
            (Some("mona"), of_issue),
            (Some("hubot"), of_comment),
            (Some("hubot"), of_comment),
            (Some("hubot"), of_comment),
        ]
    );
    // The texts between the marks are the text again.
    let plain = |text: &str| {
        let text = text.trim_start_matches("*(continued)*\n\n");
        text.trim_end_matches("\n\n*(continued in the next comment)*")
            .to_owned()
    };
    let texts = [
        plain(&issue.body.unwrap()),
        plain(&comments[0].body),
        plain(&comments[1].body),
    ];
    assert_eq!(texts.concat(), paragraphs(150_000));
    // A block of code that is cut stays code, in which nobody is mentioned.
    let (first, second) = (&comments[2].body, &comments[4].body);
    assert!(first.starts_with("```\n@line") && first.contains("\n```\n\n*(continued"));
    assert!(second.starts_with("*(continued)*\n\n```\n@line") && second.ends_with("```\n"));
    assert_eq!(comments[3].body, "After \u{1b}[31mthat\u{1b}[0m.");
}

/// How many comments the backup says that each issue has.
fn issue_comments() -> u64 {
    issue(HELLO, 2)["comments"].as_u64().unwrap()
}

#[test]
fn names_that_were_mapped_reach_every_issue() {
    let world = faulty();
    fix(&world.store, HELLO, &target("gitcode"));
    let snapshot = world.store.read().unwrap();
    let labels = snapshot.labels(&name(HELLO)).unwrap();
    let labels: Vec<_> = labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(labels, ["a label whose name g", "bug", "label-C"]);
    assert_eq!(
        snapshot.issue(&name(HELLO), 1).unwrap().summary.labels,
        ["bug"]
    );
}

#[test]
fn a_query_leaves_the_rest_alone() {
    let world = faulty();
    let target = target("github");
    let query = Query::parse("hubot in:body", &ParseOptions::default()).unwrap();
    let options = QueryOptions::new();
    let only = Some((&query, &options));
    let mut found = Vec::new();
    let snapshot = world.store.read().unwrap();
    let report = snapshot.lint(&name(HELLO), &target, only, &mut |finding| {
        found.push(finding);
        Result::Ok(())
    });
    let report = report.unwrap();
    assert_eq!((report.labels, report.issues, report.comments), (0, 1, 1));
    assert!(
        found
            .iter()
            .all(|finding| finding.subject.number() == Some(1))
    );
    drop(snapshot);
    let mut nothing = |_: &Fixed| Result::Ok(());
    let fix = |dry_run, tell: &mut dyn FnMut(&Fixed) -> Result<()>| {
        let store = &world.store;
        store.lint_fix(&name(HELLO), &target, only, mona(), dry_run, tell)
    };
    let tried = fix(true, &mut nothing).unwrap();
    assert_eq!((tried.issues, tried.labels, tried.commit), (1, 0, None));
    assert_eq!(world.store.read().unwrap().sequence(), 1);
    let done = fix(false, &mut nothing).unwrap();
    assert_eq!((done.issues, done.labels), (1, 0));
    let body = world.issue(HELLO, 1).body.unwrap();
    assert!(body.ends_with("\n\nSee `@hubot`."), "{body}");
    assert!(world.issue(HELLO, 2).body.unwrap().len() > 100_000);
}

#[test]
fn what_fails_halfway_writes_nothing() {
    let world = faulty();
    let target = target("github");
    let failed =
        world.store.lint_fix(
            &name(HELLO),
            &target,
            None,
            mona(),
            false,
            &mut |fixed| match fixed.subject.number() {
                Some(_) => Err(world.store.read()?.user("nobody").unwrap_err()),
                None => Ok(()),
            },
        );
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::UnknownRecord);
    assert_eq!(world.store.read().unwrap().sequence(), 1);

    let mut transaction = world.store.write(mona(), "archive").unwrap();
    let edit = RepositoryEdit::default().archived(true);
    transaction.repository(HELLO).unwrap().edit(&edit).unwrap();
    transaction.commit().unwrap();
    let refused = world
        .store
        .lint_fix(&name(HELLO), &target, None, mona(), false, &mut |_| {
            Result::Ok(())
        });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Archived);
    let missing = world
        .store
        .lint_fix(&name("a/b"), &target, None, mona(), false, &mut |_| {
            Result::Ok(())
        });
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::UnknownRecord);
}

#[test]
fn what_is_made_here_is_clean_but_for_what_no_target_keeps() {
    let world = World::new();
    let mut transaction = world.store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = transaction.create_repository(&name(HELLO)).unwrap();
    let due = Timestamp::parse("2024-05-01T00:00:00Z").unwrap();
    let milestone = NewMilestone::titled("1.0").due_on(due);
    repository.create_milestone(milestone).unwrap();
    let new = NewIssue::titled("One").body("Text.").label("bug");
    repository
        .create_issue(new.assignee("mona").milestone(1))
        .unwrap();
    repository.comment(1, "See #1.").unwrap();
    transaction.commit().unwrap();
    for target in targets() {
        let found = lint(&world.store, HELLO, &target);
        assert!(
            found
                .iter()
                .all(|finding| finding.severity != Severity::Error)
        );
        let codes: Vec<_> = codes(&found).into_keys().collect();
        let expected: &[&str] = match target.name() {
            "github-import-api" => &["assignee-unknown", "author-lost"],
            _ => &["assignee-unknown", "author-lost", "dates-lost"],
        };
        assert_eq!(codes, expected, "{}", target.name());
    }
}

#[test]
fn a_real_backlog_is_put_right_and_comes_back() {
    let Some(data) = real_data("lint of whatsapi") else {
        return;
    };
    let repository = "venomous0x/WhatsAPI";
    let target = target("github");
    let mut world = World::new();
    world.import(&data.join("github/whatsapi.tar.zst"));
    let before = see(&world.store);
    let (report, _) = fix(&world.store, repository, &target);
    let found = lint(&world.store, repository, &target);
    let again: Vec<_> = found.iter().filter(|found| found.is_fixable()).collect();
    assert_eq!(again, Vec::<&Finding>::new());
    let commit = report.commit.unwrap();
    world.assert_sound();
    world.store.undo(commit.sequence, mona()).unwrap();
    assert_eq!(see(&world.store), before);
}

const BEGIN: &str = "<!-- codes -->\n";
const END: &str = "<!-- /codes -->";

/// The codes with how bad each is for each target, and what each target says.
fn rendered() -> String {
    let targets = targets();
    let mut out = String::new();
    let names: Vec<_> = targets.iter().map(Target::name).collect();
    writeln!(out, "| code | {} | what |", names.join(" | ")).unwrap();
    writeln!(out, "| --- | {} --- |", "--- | ".repeat(names.len())).unwrap();
    for code in Code::ALL {
        let severities = targets
            .iter()
            .map(|target| target.rule(*code).map_or("", |rule| rule.severity.name()));
        let severities: Vec<_> = severities.collect();
        let (severities, about) = (severities.join(" | "), code.about());
        writeln!(out, "| `{code}` | {severities} | {about} |").unwrap();
    }
    for target in &targets {
        writeln!(out, "\n### `{}`\n", target.name()).unwrap();
        writeln!(out, "| code | what the target says | source |").unwrap();
        writeln!(out, "| --- | --- | --- |").unwrap();
        for code in Code::ALL {
            if let Some(rule) = target.rule(*code) {
                writeln!(out, "| `{code}` | {} | {} |", rule.says, rule.source).unwrap();
            }
        }
    }
    out
}

#[test]
fn the_documented_codes_are_those_of_the_code() {
    let file = root().join("docs/lint.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let rendered = rendered();
    if std::env::var_os("BACKLOT_UPDATE_DOCS").is_some_and(|value| value == "1") {
        std::fs::write(file, format!("{before}{BEGIN}{rendered}{END}{after}")).unwrap();
        return;
    }
    let hint = "run this test with BACKLOT_UPDATE_DOCS=1 to write docs/lint.md anew";
    assert_eq!(written, rendered, "{hint}");
}
