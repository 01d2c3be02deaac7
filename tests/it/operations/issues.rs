//! Creating, editing, closing, locking and pinning issues.

use backlot_core::{ErrorKind, IssueEdit, NewIssue};
use backlot_model::{AuthorAssociation, EventKind, LockReason, Rule, State, StateReason};

use super::{Bench, THERE, told};

#[test]
fn an_issue_is_created_with_all_that_it_has() {
    let mut bench = Bench::new();
    let issue = NewIssue::titled("Crash")
        .body("On start.")
        .label("bug")
        .label("Bug")
        .assignee("hubot")
        .issue_type("Bug");
    let (number, events) = bench.act(|repository| repository.create_issue(issue));
    // A label, a user and the issue.
    assert_eq!((number, events), (1, vec![EventKind::Created; 3]));
    let found = bench.issue(1);
    assert_eq!(found.summary.labels, ["bug"]);
    assert_eq!(found.summary.assignees, ["hubot"]);
    assert_eq!(found.issue_type.as_deref(), Some("Bug"));
    assert_eq!(found.author_association, None);
    bench.actor = "Octo";
    let number = bench.done(|repository| repository.create_issue(NewIssue::titled("Mine")));
    let owner = Some(AuthorAssociation::Owner);
    assert_eq!(bench.issue(number).author_association, owner);
    for (issue, expected) in [
        (
            NewIssue::titled(" "),
            ("issue", "title", Rule::MissingField),
        ),
        (
            NewIssue::titled("x".repeat(257)),
            ("issue", "title", Rule::Unprocessable),
        ),
        (
            NewIssue::titled("x").body("x".repeat(65_537)),
            ("issue", "body", Rule::Unprocessable),
        ),
        (
            NewIssue::titled("x").label("a,b"),
            ("label", "name", Rule::Invalid),
        ),
        (
            NewIssue::titled("x").assignee("a b"),
            ("user", "login", Rule::Invalid),
        ),
        (
            NewIssue::titled("x").assignee(""),
            ("user", "login", Rule::MissingField),
        ),
        (
            NewIssue::titled("x").milestone(4),
            ("issue", "milestone", Rule::Missing),
        ),
        (
            NewIssue::titled("x").issue_type(" "),
            ("issue", "type", Rule::MissingField),
        ),
    ] {
        assert_eq!(
            bench.invalid(|repository| repository.create_issue(issue)),
            expected
        );
    }
    let many = (0..11).fold(NewIssue::titled("x"), |issue, n| {
        issue.assignee(format!("u{n}"))
    });
    let expected = ("issue", "assignees", Rule::Unprocessable);
    assert_eq!(
        bench.invalid(|repository| repository.create_issue(many)),
        expected
    );
    bench.sound();
}

#[test]
fn the_type_of_an_issue_is_given_changed_and_taken() {
    let bench = Bench::with_issues(1);
    for (to, kind, expected) in [
        (
            Some("Bug"),
            EventKind::IssueTypeAdded,
            told("issue_type_added", "", "", "Bug"),
        ),
        (
            Some("Task"),
            EventKind::IssueTypeChanged,
            told("issue_type_changed", "", "Bug", "Task"),
        ),
        (
            None,
            EventKind::IssueTypeRemoved,
            told("issue_type_removed", "", "Task", ""),
        ),
    ] {
        let edit = IssueEdit::default().issue_type(to.map(str::to_owned));
        bench.once(&[kind], |repository| repository.edit_issue(1, &edit));
        assert_eq!(bench.issue(1).issue_type.as_deref(), to);
        assert_eq!(bench.last(1), expected);
    }
    let edit = IssueEdit::default().title("Other");
    bench.once(&[EventKind::Renamed], |repository| {
        repository.edit_issue(1, &edit)
    });
    assert_eq!(bench.last(1), told("renamed", "", "Issue 1", "Other"));
    bench.sound();
}

#[test]
fn lists_are_replaced_added_to_and_cleared() {
    let bench = Bench::with_issues(1);
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let edit = IssueEdit::default().set_labels(names(&["a", "b", "A"]));
    let created = EventKind::Created;
    let events = [created, created, EventKind::Labeled, EventKind::Labeled];
    bench.once(&events, |repository| repository.edit_issue(1, &edit));
    let edit = IssueEdit::default()
        .set_labels(names(&["B", "c"]))
        .add_label("d")
        .remove_label("c");
    let events = [created, EventKind::Labeled, EventKind::Unlabeled];
    bench.once(&events, |repository| repository.edit_issue(1, &edit));
    assert_eq!(bench.issue(1).summary.labels, ["b", "d"]);
    assert_eq!(bench.last(1), told("unlabeled", "a", "", ""));
    let edit = IssueEdit::default().set_labels(Vec::new());
    bench.once(&[EventKind::Unlabeled; 2], |repository| {
        repository.edit_issue(1, &edit)
    });
    let edit = IssueEdit::default().set_assignees(names(&["mona", "hubot"]));
    let events = [created, EventKind::Assigned, EventKind::Assigned];
    bench.once(&events, |repository| repository.edit_issue(1, &edit));
    let edit = IssueEdit::default().set_assignees(names(&["HUBOT"]));
    bench.once(&[EventKind::Unassigned], |repository| {
        repository.edit_issue(1, &edit)
    });
    assert_eq!(bench.issue(1).summary.assignees, ["hubot"]);
    let many: Vec<String> = (0..101).map(|n| format!("l{n}")).collect();
    let edit = IssueEdit::default().set_labels(many.clone());
    let expected = ("issue", "labels", Rule::Unprocessable);
    assert_eq!(
        bench.invalid(|repository| repository.edit_issue(1, &edit)),
        expected
    );
    // As many as allowed, one of them new and one gone: still as many.
    let edit = IssueEdit::default().set_labels(many[..100].to_vec());
    bench.done(|repository| repository.edit_issue(1, &edit));
    let edit = IssueEdit::default().add_label("l100").remove_label("l0");
    bench.once(
        &[created, EventKind::Labeled, EventKind::Unlabeled],
        |repository| repository.edit_issue(1, &edit),
    );
    bench.sound();
}

#[test]
fn issues_are_closed_for_a_reason_and_opened_again() {
    let bench = Bench::with_issues(2);
    let edit = |state, reason| IssueEdit::default().state(state, reason);
    let close = edit(State::Closed, Some(StateReason::NotPlanned));
    bench.once(&[EventKind::Closed], |repository| {
        repository.edit_issue(1, &close)
    });
    let found = bench.issue(1);
    assert_eq!(found.summary.state_reason, Some(StateReason::NotPlanned));
    assert_eq!(found.closed_by.as_deref(), Some("mona"));
    // A reason alone says nothing.
    let other = edit(State::Closed, Some(StateReason::Completed));
    bench.nothing(|repository| repository.edit_issue(1, &other));
    let open = edit(State::Open, None);
    bench.once(&[EventKind::Reopened], |repository| {
        repository.edit_issue(1, &open)
    });
    let found = bench.issue(1);
    assert_eq!(found.summary.state_reason, Some(StateReason::Reopened));
    assert_eq!((found.closed_by, found.summary.closed_at), (None, None));
    let reason = ("issue", "state_reason", Rule::Invalid);
    for (wrong, expected) in [
        (edit(State::Closed, Some(StateReason::Reopened)), reason),
        (edit(State::Open, Some(StateReason::Completed)), reason),
        (
            edit(State::Closed, Some(StateReason::from_word("bored"))),
            reason,
        ),
        (
            edit(State::from_word("active"), None),
            ("issue", "state", Rule::Invalid),
        ),
        (
            other.duplicate_of(2),
            ("issue", "duplicate_of", Rule::Invalid),
        ),
        (
            IssueEdit::default().duplicate_of(2),
            ("issue", "duplicate_of", Rule::Invalid),
        ),
    ] {
        assert_eq!(
            bench.invalid(|repository| repository.edit_issue(1, &wrong)),
            expected
        );
    }
    let duplicate = edit(State::Closed, Some(StateReason::Duplicate)).duplicate_of(2);
    let events = [EventKind::MarkedAsDuplicate, EventKind::Closed];
    bench.once(&events, |repository| repository.edit_issue(1, &duplicate));
    assert_eq!(bench.issue(1).duplicate_of.unwrap().number, 2);
    bench.sound();
}

#[test]
fn a_conversation_is_locked_and_unlocked() {
    let bench = Bench::with_issues(1);
    let spam = Some(LockReason::Spam);
    bench.once(&[EventKind::Locked], |repository| {
        repository.lock_issue(1, spam.clone())
    });
    let found = bench.issue(1);
    assert!(found.summary.is_locked);
    assert_eq!(found.lock_reason, spam);
    let last = bench.timeline(1).pop().unwrap();
    assert_eq!(last.record.event(), Some("locked"));
    assert_eq!(last.record.lock_reason(), Some(&LockReason::Spam));
    assert_eq!(last.actor.as_deref(), Some("mona"));
    // Another reason, and none.
    for reason in [Some(LockReason::Resolved), None] {
        bench.once(&[EventKind::Locked], |repository| {
            repository.lock_issue(1, reason.clone())
        });
        assert_eq!(bench.issue(1).lock_reason, reason);
    }
    bench.done(|repository| repository.comment(1, "Still here."));
    bench.once(&[EventKind::Unlocked], |repository| {
        repository.unlock_issue(1)
    });
    assert!(!bench.issue(1).summary.is_locked);
    assert_eq!(bench.last(1).0, "unlocked");
    let wrong = Some(LockReason::from_word("boring"));
    let expected = ("issue", "lock_reason", Rule::Invalid);
    assert_eq!(
        bench.invalid(|repository| repository.lock_issue(1, wrong)),
        expected
    );
    let error = bench.refused(|repository| repository.lock_issue(9, None));
    assert_eq!(error.kind(), ErrorKind::UnknownRecord);
    bench.sound();
}

#[test]
fn at_most_three_issues_are_pinned() {
    let bench = Bench::with_issues(5);
    for number in 1..=3 {
        bench.once(&[EventKind::Pinned], |repository| {
            repository.pin_issue(number)
        });
    }
    assert_eq!(bench.last(3).0, "pinned");
    let expected = ("issue", "pinned", Rule::Unprocessable);
    assert_eq!(
        bench.invalid(|repository| repository.pin_issue(4)),
        expected
    );
    bench.once(&[EventKind::Unpinned], |repository| {
        repository.unpin_issue(2)
    });
    assert_eq!(bench.last(2).0, "unpinned");
    bench.done(|repository| repository.pin_issue(4));
    // One that is deleted or goes elsewhere makes room.
    bench.done(|repository| repository.delete_issue(4));
    bench.done(|repository| repository.pin_issue(5));
    bench.done(|repository| repository.transfer_issue(5, THERE));
    bench.done(|repository| repository.pin_issue(2));
    let sixth = bench.done(|repository| repository.create_issue(NewIssue::titled("Six")));
    assert_eq!(
        bench.invalid(|repository| repository.pin_issue(sixth)),
        expected
    );
    bench.sound();
}

#[test]
fn earlier_texts_of_an_issue_are_kept() {
    let bench = Bench::with_issues(1);
    for body in [Some("One."), None, Some("Two.")] {
        let edit = IssueEdit::default().body(body.map(str::to_owned));
        bench.once(&[EventKind::Edited], |repository| {
            repository.edit_issue(1, &edit)
        });
    }
    let edits = bench.read().edits(bench.issue(1).record.id()).unwrap();
    let texts: Vec<_> = edits.into_iter().map(|edit| edit.body).collect();
    assert_eq!(texts, [None, Some("One.".to_owned()), None]);
    bench.sound();
}
