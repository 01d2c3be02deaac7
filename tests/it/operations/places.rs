//! Deleting and transferring issues, and all of it with what a forge stated.

use backlot_core::{Error, ErrorKind, IssueEdit, NewIssue};
use backlot_model::{Actor, EventKind, RecordKind, Rule, State, Value};
use serde_json::json;

use super::{Bench, HERE, THERE, links, the, told};
use crate::support::{World, comment, issue, label, name, with};

#[test]
fn a_deleted_issue_is_gone_with_all_that_belongs_to_it() {
    let bench = Bench::with_issues(7);
    let id = bench.issue(1).record.id();
    let comment = bench.done(|repository| {
        repository.add_sub_issue(2, &the(1), false)?;
        repository.add_sub_issue(1, &the(3), false)?;
        repository.add_blocked_by(1, &the(4))?;
        repository.add_blocked_by(5, &the(1))?;
        repository.mark_duplicate(6, &the(1))?;
        repository.react(id, "heart")?;
        let comment = repository.comment(1, "Mine.")?;
        repository.react(comment, "eyes")?;
        Ok(comment)
    });
    let ((), events) = bench.act(|repository| repository.delete_issue(1));
    let expected = [
        EventKind::SubIssueRemoved,
        EventKind::ParentIssueRemoved,
        EventKind::BlockingRemoved,
        EventKind::BlockedByRemoved,
        EventKind::UnmarkedAsDuplicate,
        EventKind::Deleted,
        EventKind::Deleted,
        EventKind::Deleted,
        EventKind::Deleted,
    ];
    assert_eq!(events, expected);
    let snapshot = bench.read();
    let gone = |error: Error| assert_eq!(error.kind(), ErrorKind::Gone);
    gone(snapshot.issue(&name(HERE), 1).unwrap_err());
    gone(snapshot.comments(&name(HERE), 1).unwrap_err());
    gone(snapshot.comment(comment).unwrap_err());
    gone(snapshot.reactions(id).unwrap_err());
    gone(snapshot.edits(id).unwrap_err());
    drop(snapshot);
    gone(bench.refused(|repository| repository.delete_issue(1)));
    gone(bench.refused(|repository| repository.comment(1, "Too late.")));
    gone(bench.refused(|repository| repository.edit_comment(comment, "Too late.")));
    gone(bench.refused(|repository| repository.react(id, "heart")));
    assert_eq!(links(&bench.issue(2).sub_issues), [0; 0]);
    assert_eq!(bench.issue(3).parent, None);
    assert_eq!(links(&bench.issue(4).blocking), [0; 0]);
    assert_eq!(links(&bench.issue(5).blocked_by), [0; 0]);
    assert_eq!(bench.issue(6).duplicate_of, None);
    // The timeline of those that were linked still says that there was something.
    assert_eq!(bench.last(2), told("sub_issue_removed", "", "", ""));
    let missing = ("issue", "blocked_by", Rule::Missing);
    assert_eq!(
        bench.invalid(|repository| repository.add_blocked_by(5, &the(1))),
        missing
    );
    let next = bench.done(|repository| repository.create_issue(NewIssue::titled("Next")));
    assert_eq!(next, 8);
    bench.sound();
}

#[test]
fn a_transferred_issue_is_the_same_in_another_place() {
    let bench = Bench::with_issues(2);
    bench
        .in_repository(THERE, |repository| {
            repository.create_issue(NewIssue::titled("There").label("Bug"))
        })
        .0
        .unwrap();
    let comment = bench.done(|repository| {
        let edit = IssueEdit::default()
            .set_labels(vec!["bug".into(), "here".into()])
            .add_assignee("mona");
        repository.edit_issue(1, &edit)?;
        repository.pin_issue(1)?;
        repository.add_sub_issue(1, &the(2), false)?;
        repository.comment(1, "Mine.")
    });
    let id = bench.issue(1).record.id();
    let (number, events) = bench.act(|repository| repository.transfer_issue(1, THERE));
    assert_eq!((number, events), (4, vec![EventKind::Transferred; 2]));
    let moved_to = |error: &Error| {
        assert_eq!(error.kind(), ErrorKind::Moved);
        let (repository, number) = error.moved_to().unwrap();
        (repository.to_owned(), number)
    };
    let error = bench.read().issue(&name(HERE), 1).unwrap_err();
    assert_eq!(moved_to(&error), (THERE.to_owned(), 4));
    let error = bench.refused(|repository| repository.comment(1, "Where?"));
    assert_eq!(moved_to(&error), (THERE.to_owned(), 4));
    let snapshot = bench.read();
    let found = snapshot.issue(&name(THERE), 4).unwrap();
    assert_eq!(found.record.id(), id);
    assert_eq!(found.summary.labels, ["Bug"]);
    assert_eq!(found.summary.assignees, ["mona"]);
    assert!(!found.is_pinned);
    assert_eq!(links(&found.sub_issues), [2]);
    let comments = snapshot.comments(&name(THERE), 4).unwrap();
    assert_eq!(
        (comments[0].id, comments[0].body.as_str()),
        (comment, "Mine.")
    );
    let last = snapshot.timeline(&found).unwrap().pop().unwrap();
    assert_eq!(last.record.event(), Some("transferred"));
    assert_eq!(last.record.from(), Some("octo/hello#1"));
    assert_eq!(last.record.to(), Some("octo/other#4"));
    drop(snapshot);
    assert_eq!(bench.issue(2).parent.unwrap().repository, THERE);
    // Its comment is there now, and no longer here.
    let error = bench.refused(|repository| repository.edit_comment(comment, "Not here."));
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    // The old number still leads there, also as a reference.
    bench.done(|repository| repository.add_blocked_by(2, &the(1)));
    // And back again, under a number that nothing else had.
    let (back, _) = bench.in_repository(THERE, |repository| repository.transfer_issue(4, HERE));
    assert_eq!(back.unwrap(), 3);
    assert_eq!(bench.issue(3).record.id(), id);
    for (repository, number) in [(HERE, 1), (THERE, 4)] {
        let error = bench.read().issue(&name(repository), number).unwrap_err();
        assert_eq!(moved_to(&error), (HERE.to_owned(), 3));
    }
    let same = bench.invalid(|repository| repository.transfer_issue(3, "Octo/Hello"));
    assert_eq!(same, ("issue", "repository", Rule::Invalid));
    let error = bench.refused(|repository| repository.transfer_issue(3, "octo/nowhere"));
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    bench.sound();
}

#[test]
fn what_a_forge_stated_is_edited_moved_and_deleted_alike() {
    let mut world = World::new();
    let pull_request = with(
        issue(HERE, 3),
        json!({"pull_request": {"url": "https://api.github.com/repos/octo/hello/pulls/3"}}),
    );
    let labelled = with(
        issue(HERE, 1),
        json!({"labels": [label(HERE, "bug", 5)], "comments": 1}),
    );
    let issues = [labelled, issue(HERE, 2), pull_request];
    let backup = world.backup(
        "backup",
        &[
            ("issues.ndjson", &issues),
            ("comments.ndjson", &[comment(HERE, 1, 70)]),
        ],
    );
    world.import(&backup);
    let mut tx = world.store.write(Actor::login("mona"), "edit").unwrap();
    tx.create_repository(&name(THERE)).unwrap();
    let mut repository = tx.repository(HERE).unwrap();
    // Much cannot be done with pull requests.
    let field = |error: Error| {
        let field = error.invalid_field().unwrap();
        (field.field, field.rule)
    };
    let refused = ("pull_request", Rule::Unprocessable);
    assert_eq!(field(repository.pin_issue(3).unwrap_err()), refused);
    assert_eq!(field(repository.delete_issue(3).unwrap_err()), refused);
    assert_eq!(
        field(repository.transfer_issue(3, THERE).unwrap_err()),
        refused
    );
    assert_eq!(
        field(repository.add_sub_issue(3, &the(1), false).unwrap_err()),
        refused
    );
    assert_eq!(
        field(repository.add_blocked_by(3, &the(1)).unwrap_err()),
        refused
    );
    let refused = ("sub_issue", Rule::Unprocessable);
    assert_eq!(
        field(repository.add_sub_issue(1, &the(3), false).unwrap_err()),
        refused
    );
    let refused = ("type", Rule::Unprocessable);
    let edit = IssueEdit::default().issue_type(Some("Bug".into()));
    assert_eq!(field(repository.edit_issue(3, &edit).unwrap_err()), refused);
    // A pull request is a duplicate, is locked, commented on and reacted to like an issue.
    assert!(repository.mark_duplicate(3, &the(1)).unwrap());
    assert!(repository.lock_issue(3, None).unwrap());
    let on_pull_request = repository.comment(3, "Here.").unwrap();
    let error = repository.pin_comment(on_pull_request).unwrap_err();
    assert_eq!(field(error), ("pull_request", Rule::Unprocessable));
    assert!(repository.react(on_pull_request, "rocket").unwrap());
    let number = repository.transfer_issue(1, THERE).unwrap();
    repository.delete_issue(2).unwrap();
    tx.commit().unwrap();
    let snapshot = world.store.read().unwrap();
    let closed = snapshot.issue(&name(HERE), 3).unwrap();
    assert_eq!(closed.summary.state, State::Closed);
    assert_eq!(closed.summary.state_reason, None);
    let comments = snapshot.comments(&name(THERE), number).unwrap();
    assert_eq!(comments.len(), 1);
    assert_eq!(comments[0].record.kind(), RecordKind::Comment);
    let values = comments[0].record.values();
    let there = snapshot.repository(&name(THERE)).unwrap().unwrap().id;
    assert!(values.contains(&Value::Repository(there)));
    drop(snapshot);
    // The same backup once more brings nothing back.
    let report = world.import(&backup);
    assert_eq!(report.counts.total(|kind| kind.created + kind.updated), 0);
    let snapshot = world.store.read().unwrap();
    assert!(snapshot.issue(&name(THERE), number).is_ok());
    let error = snapshot.issue(&name(HERE), 2).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
    drop(snapshot);
    world.assert_sound();
}
