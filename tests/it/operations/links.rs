//! Sub-issues, dependencies and duplicates.

use backlot_core::{IssueEdit, NewIssue, RepositoryWriter, SubIssuePlace};
use backlot_model::{Actor, EventKind, IssueReference, Rule, State, StateReason};

use super::{Bench, HERE, THERE, links, the, told};

#[test]
fn sub_issues_form_a_tree_in_an_order() {
    let bench = Bench::with_issues(5);
    let (added, parent_added) = (EventKind::SubIssueAdded, EventKind::ParentIssueAdded);
    let (removed, parent_removed) = (EventKind::SubIssueRemoved, EventKind::ParentIssueRemoved);
    for number in 2..=4 {
        bench.once(&[added, parent_added], |repository| {
            repository.add_sub_issue(1, &the(number), false)
        });
    }
    assert_eq!(
        bench.last(1),
        told("sub_issue_added", "octo/hello#4", "", "")
    );
    assert_eq!(
        bench.last(4),
        told("parent_issue_added", "octo/hello#1", "", "")
    );
    let last = bench.timeline(4).pop().unwrap();
    assert_eq!(last.issue.unwrap().title, "Issue 1");
    for (place, order) in [
        (SubIssuePlace::First, [4, 2, 3]),
        (SubIssuePlace::After(the(2)), [2, 4, 3]),
        (SubIssuePlace::Last, [2, 3, 4]),
        (SubIssuePlace::Before(the(3)), [2, 4, 3]),
    ] {
        bench.once(&[EventKind::Edited], |repository| {
            repository.move_sub_issue(1, &the(4), &place)
        });
        assert_eq!(links(&bench.issue(1).sub_issues), order);
    }
    // The order is no matter of the timeline.
    assert_eq!(bench.last(1).0, "sub_issue_added");
    // What is closed shows so where it is linked.
    let close = IssueEdit::default().state(State::Closed, None);
    bench.done(|repository| repository.edit_issue(3, &close));
    assert_eq!(bench.issue(1).sub_issues[2].state, State::Closed);
    // Another parent only when it is meant.
    let taken = ("issue", "sub_issue", Rule::AlreadyExists);
    let add = |parent, child, replace| {
        move |repository: &mut RepositoryWriter<'_>| {
            repository.add_sub_issue(parent, &the(child), replace)
        }
    };
    assert_eq!(bench.invalid(add(5, 4, false)), taken);
    bench.once(
        &[removed, parent_removed, added, parent_added],
        add(5, 4, true),
    );
    assert_eq!(bench.issue(4).parent.unwrap().number, 5);
    assert_eq!(links(&bench.issue(1).sub_issues), [2, 3]);
    bench.once(&[removed, parent_removed], |repository| {
        repository.remove_sub_issue(5, &the(4))
    });
    assert_eq!(
        bench.last(4),
        told("parent_issue_removed", "octo/hello#5", "", "")
    );
    // Nothing stands below itself, nor does what is not there.
    let wrong = ("issue", "sub_issue", Rule::Invalid);
    bench.done(add(2, 4, false));
    assert_eq!(bench.invalid(add(4, 4, false)), wrong);
    assert_eq!(bench.invalid(add(4, 1, false)), wrong);
    assert_eq!(
        bench.invalid(add(1, 9, false)),
        ("issue", "sub_issue", Rule::Missing)
    );
    let place = SubIssuePlace::First;
    let moved = bench.invalid(|repository| repository.move_sub_issue(1, &the(5), &place));
    assert_eq!(moved, wrong);
    let place = SubIssuePlace::After(the(2));
    let moved = bench.invalid(|repository| repository.move_sub_issue(1, &the(2), &place));
    assert_eq!(moved, wrong);
    // In another repository of the store.
    let elsewhere: IssueReference = "octo/other#1".parse().unwrap();
    bench.once(&[added, parent_added], |repository| {
        repository.add_sub_issue(5, &elsewhere, false)
    });
    assert_eq!(bench.issue(5).sub_issues[0].repository, THERE);
    bench.sound();
}

#[test]
fn a_tree_of_issues_has_at_most_a_hundred_children_and_eight_levels() {
    let bench = Bench::with_issues(0);
    let mut tx = bench.store.write(Actor::login("mona"), "many").unwrap();
    let mut repository = tx.repository(HERE).unwrap();
    for number in 1..=120 {
        let title = format!("Issue {number}");
        repository.create_issue(NewIssue::titled(title)).unwrap();
    }
    for child in 2..=101 {
        assert!(repository.add_sub_issue(1, &the(child), false).unwrap());
    }
    // 102 to 109 stand one below the other, 8 of them, and 110 over them.
    for number in 102..=108 {
        assert!(
            repository
                .add_sub_issue(number, &the(number + 1), false)
                .unwrap()
        );
    }
    assert!(repository.add_sub_issue(110, &the(102), false).unwrap());
    tx.commit().unwrap();
    let expected = ("issue", "sub_issue", Rule::Unprocessable);
    let add = |parent, child| {
        move |repository: &mut RepositoryWriter<'_>| {
            repository.add_sub_issue(parent, &the(child), false)
        }
    };
    assert_eq!(bench.invalid(add(1, 120)), expected);
    assert_eq!(bench.invalid(add(109, 120)), expected);
    assert_eq!(bench.invalid(add(120, 110)), expected);
    bench.done(add(108, 120));
    bench.sound();
}

#[test]
fn issues_wait_for_each_other_but_not_in_circles() {
    let bench = Bench::with_issues(3);
    let both = [EventKind::BlockedByAdded, EventKind::BlockingAdded];
    bench.once(&both, |repository| repository.add_blocked_by(1, &the(2)));
    bench.once(&both, |repository| repository.add_blocked_by(2, &the(3)));
    assert_eq!(
        bench.last(1),
        told("blocked_by_added", "octo/hello#2", "", "")
    );
    assert_eq!(
        bench.last(3),
        told("blocking_added", "octo/hello#2", "", "")
    );
    let found = bench.issue(2);
    assert_eq!(
        (links(&found.blocked_by), links(&found.blocking)),
        (vec![3], vec![1])
    );
    let add = |number, blocker| {
        move |repository: &mut RepositoryWriter<'_>| {
            repository.add_blocked_by(number, &the(blocker))
        }
    };
    let wrong = ("issue", "blocked_by", Rule::Invalid);
    assert_eq!(bench.invalid(add(3, 1)), wrong);
    assert_eq!(bench.invalid(add(1, 1)), wrong);
    assert_eq!(
        bench.invalid(add(1, 9)),
        ("issue", "blocked_by", Rule::Missing)
    );
    let both = [EventKind::BlockedByRemoved, EventKind::BlockingRemoved];
    bench.once(&both, |repository| repository.remove_blocked_by(1, &the(2)));
    assert_eq!(
        bench.last(2),
        told("blocking_removed", "octo/hello#1", "", "")
    );
    bench.done(add(3, 1));
    // At most fifty on either side.
    let mut tx = bench.store.write(Actor::login("mona"), "many").unwrap();
    let mut repository = tx.repository(HERE).unwrap();
    for _ in 0..52 {
        let number = repository.create_issue(NewIssue::titled("More")).unwrap();
        if number > 5 {
            repository.add_blocked_by(4, &the(number)).unwrap();
            repository.add_blocked_by(number, &the(5)).unwrap();
        }
    }
    tx.commit().unwrap();
    let many = |field| ("issue", field, Rule::Unprocessable);
    assert_eq!(bench.invalid(add(4, 1)), many("blocked_by"));
    assert_eq!(bench.invalid(add(1, 5)), many("blocking"));
    bench.sound();
}

#[test]
fn a_duplicate_is_marked_closed_and_unmarked() {
    let bench = Bench::with_issues(3);
    let (marked, closed) = (EventKind::MarkedAsDuplicate, EventKind::Closed);
    bench.once(&[marked, closed], |repository| {
        repository.mark_duplicate(1, &the(2))
    });
    let found = bench.issue(1);
    assert_eq!(found.summary.state_reason, Some(StateReason::Duplicate));
    assert_eq!(found.duplicate_of.unwrap().number, 2);
    let told_of = bench.timeline(1);
    assert_eq!(told_of[0].record.subject(), Some("octo/hello#2"));
    bench.done(|repository| repository.mark_duplicate(2, &the(3)));
    let wrong = ("issue", "duplicate_of", Rule::Invalid);
    assert_eq!(
        bench.invalid(|repository| repository.mark_duplicate(3, &the(1))),
        wrong
    );
    assert_eq!(
        bench.invalid(|repository| repository.mark_duplicate(3, &the(3))),
        wrong
    );
    let missing = ("issue", "duplicate_of", Rule::Missing);
    assert_eq!(
        bench.invalid(|repository| repository.mark_duplicate(3, &the(9))),
        missing
    );
    // The mark outlives the state, and is taken away by itself.
    let open = IssueEdit::default().state(State::Open, None);
    bench.done(|repository| repository.edit_issue(1, &open));
    assert!(bench.issue(1).duplicate_of.is_some());
    bench.once(&[EventKind::UnmarkedAsDuplicate], |repository| {
        repository.unmark_duplicate(1)
    });
    assert_eq!(
        bench.last(1),
        told("unmarked_as_duplicate", "octo/hello#2", "", "")
    );
    assert_eq!(bench.issue(1).summary.state, State::Open);
    bench.sound();
}
