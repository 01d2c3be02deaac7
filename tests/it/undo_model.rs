//! Random lives with undos and redos against a plain second implementation, written from the rules.

use std::collections::BTreeMap;

use backlot_core::{ErrorKind, IssueEdit};
use backlot_model::{State, StateReason};
use proptest::prelude::*;

use crate::support::{World, assert_sound};
use crate::undo::{REPOSITORY, begun, mona};

/// What the plain model knows of a repository, value by value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Title(u64),
    Body(u64),
    State(u64),
    Label(u64, usize),
    Assignee(u64, usize),
    Comment(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Plain {
    Text(String),
    Is(bool),
    /// Closed by this step, opened again by it, or open from the beginning.
    Closed(usize),
    Reopened,
    Open,
}

type States = BTreeMap<Key, Plain>;

#[derive(Clone, Debug)]
enum Step {
    Title(u64, u8),
    Body(u64, u8),
    Close(u64, bool),
    Label(u64, usize, bool),
    Assign(u64, usize, bool),
    Comment(u64),
    Several(u64, u8, usize, bool),
    Undo(usize),
    Redo(usize),
}

const LABELS: [&str; 3] = ["a", "b", "c"];
const PEOPLE: [&str; 2] = ["hubot", "lee"];

fn step() -> impl Strategy<Value = Step> {
    let number = 1u64..3;
    let (on, text) = (any::<bool>(), 0u8..3);
    prop_oneof![
        1 => (number.clone(), text.clone()).prop_map(|(n, t)| Step::Title(n, t)),
        1 => (number.clone(), text.clone()).prop_map(|(n, t)| Step::Body(n, t)),
        1 => (number.clone(), on).prop_map(|(n, c)| Step::Close(n, c)),
        1 => (number.clone(), 0..3usize, on).prop_map(|(n, l, on)| Step::Label(n, l, on)),
        1 => (number.clone(), 0..2usize, on).prop_map(|(n, a, on)| Step::Assign(n, a, on)),
        1 => number.clone().prop_map(Step::Comment),
        1 => (number, text, 0..3usize, on).prop_map(|(n, t, l, on)| Step::Several(n, t, l, on)),
        2 => (0..12usize).prop_map(Step::Undo),
        2 => (0..12usize).prop_map(Step::Redo),
    ]
}

fn labelled(edit: IssueEdit, at: usize, on: bool) -> IssueEdit {
    if on {
        edit.add_label(LABELS[at])
    } else {
        edit.remove_label(LABELS[at])
    }
}

/// The edit of a step, and what it makes of the model.
fn edit_of(step: &Step, now: &mut States, at: usize) -> (u64, IssueEdit) {
    let edit = IssueEdit::default();
    let text = |text: &u8| format!("text {text}");
    match step {
        Step::Title(n, t) => {
            now.insert(Key::Title(*n), Plain::Text(text(t)));
            (*n, edit.title(text(t)))
        }
        Step::Body(n, t) => {
            now.insert(Key::Body(*n), Plain::Text(text(t)));
            (*n, edit.body(Some(text(t))))
        }
        Step::Close(n, close) => {
            let state = now.get_mut(&Key::State(*n)).unwrap();
            match (close, matches!(state, Plain::Closed(_))) {
                (true, false) => *state = Plain::Closed(at),
                (false, true) => *state = Plain::Reopened,
                _ => {}
            }
            (
                *n,
                edit.state(if *close { State::Closed } else { State::Open }, None),
            )
        }
        Step::Label(n, l, on) => {
            now.insert(Key::Label(*n, *l), Plain::Is(*on));
            (*n, labelled(edit, *l, *on))
        }
        Step::Assign(n, a, on) => {
            now.insert(Key::Assignee(*n, *a), Plain::Is(*on));
            let edit = if *on {
                edit.add_assignee(PEOPLE[*a])
            } else {
                edit.remove_assignee(PEOPLE[*a])
            };
            (*n, edit)
        }
        Step::Several(n, t, l, on) => {
            now.insert(Key::Title(*n), Plain::Text(text(t)));
            now.insert(Key::Label(*n, *l), Plain::Is(*on));
            (*n, labelled(edit.title(text(t)), *l, *on))
        }
        Step::Comment(_) | Step::Undo(_) | Step::Redo(_) => (0, edit),
    }
}

fn states_of(world: &World, comments: &[(u64, usize)]) -> States {
    let mut states = States::new();
    for n in 1..3 {
        let issue = world.issue(REPOSITORY, n);
        let summary = &issue.summary;
        states.insert(Key::Title(n), Plain::Text(summary.title.clone()));
        states.insert(
            Key::Body(n),
            Plain::Text(issue.body.clone().unwrap_or_default()),
        );
        for (at, label) in LABELS.iter().enumerate() {
            let is = summary.labels.iter().any(|known| known == label);
            states.insert(Key::Label(n, at), Plain::Is(is));
        }
        for (at, login) in PEOPLE.iter().enumerate() {
            let is = summary.assignees.iter().any(|known| known == login);
            states.insert(Key::Assignee(n, at), Plain::Is(is));
        }
        let state = match (&summary.state, &summary.state_reason) {
            (State::Closed, _) => Plain::Closed(0),
            (_, Some(StateReason::Reopened)) => Plain::Reopened,
            _ => Plain::Open,
        };
        states.insert(Key::State(n), state);
        let snapshot = world.store.read().unwrap();
        let items = snapshot.timeline(&issue).unwrap();
        let bodies: Vec<_> = items
            .iter()
            .filter_map(|item| item.record.body().cloned())
            .collect();
        let own = comments.iter().filter(|(number, _)| *number == n);
        let mut count = u64::from(n == 1);
        for (_, at) in own {
            let is = bodies.contains(&format!("comment {at}"));
            states.insert(Key::Comment(*at), Plain::Is(is));
            count += u64::from(is);
        }
        assert_eq!(summary.comments, count, "comments of {n}");
    }
    states
}

/// A commit of the model: what it found and left, and whether it holds.
struct Made {
    sequence: u64,
    before: States,
    after: States,
    holds: bool,
}

/// Goes from one state of a commit to the other where nothing stands in the way.
fn go(now: &mut States, from: &States, to: &States) -> bool {
    let keys: Vec<_> = to
        .keys()
        .filter(|key| from.get(key) != to.get(key))
        .collect();
    if keys.iter().any(|key| now.get(key) != from.get(key)) {
        return false;
    }
    for key in keys {
        now.insert(key.clone(), to[key].clone());
    }
    true
}

fn live(steps: &[Step]) {
    let mut world = begun();
    let mut now = states_of(&world, &[]);
    let mut made: Vec<Made> = Vec::new();
    let mut comments = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Undo(which) | Step::Redo(which) => {
                let undoes = matches!(step, Step::Undo(_));
                let count = made.len();
                let Some(commit) = made.get_mut(which % count.max(1)) else {
                    continue;
                };
                let result = if undoes {
                    world.store.undo(commit.sequence, mona())
                } else {
                    world.store.redo(commit.sequence, mona())
                };
                if commit.holds != undoes {
                    assert_eq!(result.unwrap_err().kind(), ErrorKind::Invalid);
                    continue;
                }
                let (from, to) = if undoes {
                    (&commit.after, &commit.before)
                } else {
                    (&commit.before, &commit.after)
                };
                if go(&mut now, from, to) {
                    result.unwrap();
                    commit.holds = !undoes;
                } else {
                    let error = result.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::StandsInTheWay);
                    assert!(!error.obstacles().is_empty());
                }
            }
            step => {
                let before = now.clone();
                let mut tx = world.store.write(mona(), format!("step {at}")).unwrap();
                let mut repository = tx.repository(REPOSITORY).unwrap();
                let mut before_with = before.clone();
                if let Step::Comment(n) = step {
                    repository.comment(*n, format!("comment {at}")).unwrap();
                    comments.push((*n, at));
                    before_with.insert(Key::Comment(at), Plain::Is(false));
                    now.insert(Key::Comment(at), Plain::Is(true));
                } else {
                    let (n, edit) = edit_of(step, &mut now, at);
                    repository.edit_issue(n, &edit).unwrap();
                }
                let commit = tx.commit().unwrap();
                assert_eq!(commit.is_some(), now != before, "step {at}: {step:?}");
                if let Some(commit) = commit {
                    made.push(Made {
                        sequence: commit.sequence,
                        before: before_with,
                        after: now.clone(),
                        holds: true,
                    });
                }
            }
        }
        let mut expected = now.clone();
        for value in expected.values_mut() {
            if matches!(value, Plain::Closed(_)) {
                *value = Plain::Closed(0);
            }
        }
        assert_eq!(
            states_of(&world, &comments),
            expected,
            "after step {at}: {step:?}"
        );
    }
    assert_sound(&mut world.store);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_undos_and_redos_agree_with_a_plain_model(steps in proptest::collection::vec(step(), 1..40)) {
        live(&steps);
    }
}
