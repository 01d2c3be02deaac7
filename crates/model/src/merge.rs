//! What becomes of a record when its source states something else than it did before.

use crate::change::Change;
use crate::id::RecordId;
use crate::record::Record;
use crate::value::{Field, Value};

/// Whose value a field keeps when it was changed here and at the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Prefer {
    /// The one of this store.
    #[default]
    Ours,
    /// The one of the source.
    Theirs,
}

/// A field that was changed here and at the source, in different ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: Field,
    /// Whose value it has now.
    pub kept: Prefer,
}

/// How a new statement acts on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged<T = String> {
    /// What becomes different in the record and in what is known of the source.
    pub changes: Vec<Change<T>>,
    /// What becomes different only in what is known of the source, after `changes`.
    pub held: Vec<Change<T>>,
    /// The fields that were changed on both sides.
    pub conflicts: Vec<Conflict>,
}

/// Compares what a source says now (`said`) with what it said last (`base`), and finds what that
/// makes of the present state (`now`). What changed there since is applied; what changed only here
/// stays; a field that changed on both sides is a conflict, decided by `prefer`. Lists are compared
/// element by element, so they never conflict. A field that `said` does not mention stays.
pub fn merge<T: Clone + PartialEq>(
    base: &Record<T>,
    now: &Record<T>,
    said: &[Change<T>],
    prefer: Prefer,
) -> Merged<T> {
    let mut merged = Merged {
        changes: Vec::new(),
        held: Vec::new(),
        conflicts: Vec::new(),
    };
    let state_is_merged = merge_state(base, now, said, prefer, &mut merged);
    for change in said {
        let field = change.field();
        if state_is_merged && OF_STATE.contains(&field) {
            continue;
        }
        let theirs = match change {
            Change::Set(value) => Some(value),
            _ => None,
        };
        let (before, ours) = (base.get(field), now.get(field));
        if same(theirs, before) {
            continue;
        }
        if same(ours, before) || same(ours, theirs) {
            merged.changes.push(change.clone());
        } else if field.is_list() {
            merge_list(field, (ids(before), ids(ours), ids(theirs)), &mut merged);
            merged.held.push(change.clone());
        } else if field == Field::CommentCount {
            // Comments made here and there add up.
            let sum = (count(ours) + count(theirs)).saturating_sub(count(before));
            merged.changes.push(Change::Set(Value::CommentCount(sum)));
            merged.held.push(change.clone());
        } else if field == Field::UpdatedAt {
            // Both sides touch this whenever they touch anything: the later moment stands, silently.
            let later = match (now.updated_at(), theirs) {
                (Some(ours), Some(Value::UpdatedAt(theirs))) => *theirs > ours,
                _ => true,
            };
            if later {
                merged.changes.push(change.clone());
            } else {
                merged.held.push(change.clone());
            }
        } else {
            merged.conflicts.push(Conflict {
                field,
                kept: prefer,
            });
            match prefer {
                Prefer::Ours => merged.held.push(change.clone()),
                Prefer::Theirs => merged.changes.push(change.clone()),
            }
        }
    }
    merged
}

/// What changes together when something is closed or opened again.
const OF_STATE: [Field; 4] = [
    Field::State,
    Field::StateReason,
    Field::ClosedAt,
    Field::ClosedBy,
];

/// Decides about the state and all that goes with it as one, so that no closing is put together from two.
/// Whether it did: where the source's state is what it was, each field is for itself.
fn merge_state<T: Clone + PartialEq>(
    base: &Record<T>,
    now: &Record<T>,
    said: &[Change<T>],
    prefer: Prefer,
    merged: &mut Merged<T>,
) -> bool {
    let stated = |change: &&Change<T>| OF_STATE.contains(&change.field());
    let differs = |change: &&Change<T>, record: &Record<T>| {
        let value = match change {
            Change::Set(value) => Some(value),
            _ => None,
        };
        !same(value, record.get(change.field()))
    };
    let group: Vec<_> = said.iter().filter(stated).collect();
    let state = group.iter().find(|change| change.field() == Field::State);
    let Some(state) = state.filter(|state| differs(state, base)) else {
        return false;
    };
    let news = || {
        group
            .iter()
            .filter(|change| differs(change, base))
            .map(|change| (*change).clone())
    };
    let opposed = group.iter().find(|change| differs(change, now));
    let ours_changed = !same(base.get(Field::State), now.get(Field::State));
    match opposed {
        Some(opposed) if ours_changed => {
            let field = opposed.field();
            merged.conflicts.push(Conflict {
                field,
                kept: prefer,
            });
            match prefer {
                Prefer::Ours => merged.held.extend(news()),
                Prefer::Theirs => merged
                    .changes
                    .extend(group.iter().map(|change| (*change).clone())),
            }
        }
        // Only the source closed or opened it, or both did it alike.
        _ => {
            merged
                .changes
                .extend(group.iter().map(|change| (*change).clone()));
            if differs(state, now) {
                merged.changes.extend(unsaid(base, now, &group));
            }
        }
    }
    true
}

/// What was said here of the state that it had goes with that, also where the source has no word for it.
fn unsaid<T: Clone + PartialEq>(
    base: &Record<T>,
    now: &Record<T>,
    group: &[&Change<T>],
) -> Vec<Change<T>> {
    let is_said = |field: Field| group.iter().any(|change| change.field() == field);
    let is_ours = |field: Field| !same(now.get(field), base.get(field));
    OF_STATE
        .into_iter()
        .filter(|field| now.get(*field).is_some() && !is_said(*field) && is_ours(*field))
        .map(Change::Clear)
        .collect()
}

fn count<T>(value: Option<&Value<T>>) -> u64 {
    match value {
        Some(Value::CommentCount(count)) => *count,
        _ => 0,
    }
}

/// Whether two values say the same, where a value that says nothing equals none.
fn same<T: Clone + PartialEq>(one: Option<&Value<T>>, other: Option<&Value<T>>) -> bool {
    match (one, other) {
        (Some(a), Some(b)) => a == b,
        (Some(value), None) | (None, Some(value)) => value.says_nothing(),
        (None, None) => true,
    }
}

fn ids<T>(value: Option<&Value<T>>) -> &[RecordId] {
    value.and_then(Value::ids).unwrap_or_default()
}

/// Adds to the present list what the source added, and takes out what the source took out. Only the
/// present list changes by these steps: what is known of the source takes its list as it is.
fn merge_list<T>(
    field: Field,
    (before, ours, theirs): (&[RecordId], &[RecordId], &[RecordId]),
    merged: &mut Merged<T>,
) {
    let added = theirs
        .iter()
        .filter(|id| !before.contains(id) && !ours.contains(id));
    merged
        .changes
        .extend(added.map(|id| Change::Add(field, *id)));
    let removed = before
        .iter()
        .filter(|id| !theirs.contains(id) && ours.contains(id));
    merged
        .changes
        .extend(removed.map(|id| Change::Remove(field, *id)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::RecordKind;
    use crate::time::Timestamp;
    use crate::word::State;

    fn id(n: u128) -> RecordId {
        RecordId::from_parts(Timestamp::default(), n)
    }

    fn record(values: impl IntoIterator<Item = Value>) -> Record {
        let mut record = Record::new(id(1), RecordKind::Issue);
        values.into_iter().for_each(|value| record.set(value));
        record
    }

    fn title(text: &str) -> Value {
        Value::Title(text.into())
    }

    #[test]
    fn an_unchanged_source_leaves_local_edits_alone() {
        let merged = merge(
            &record([title("a")]),
            &record([title("b")]),
            &[
                Change::Set(title("a")),
                Change::Clear(Field::Body),
                Change::Set(Value::Locked(false)),
            ],
            Prefer::Ours,
        );
        assert_eq!(
            merged,
            Merged {
                changes: vec![],
                held: vec![],
                conflicts: vec![]
            }
        );
    }

    #[test]
    fn a_change_on_both_sides_is_a_conflict() {
        let (base, now) = (record([title("a")]), record([title("b")]));
        let said = [Change::Set(title("c"))];
        let ours = merge(&base, &now, &said, Prefer::Ours);
        assert_eq!(
            (ours.changes.len(), ours.held.as_slice()),
            (0, said.as_slice())
        );
        assert_eq!(
            ours.conflicts,
            [Conflict {
                field: Field::Title,
                kept: Prefer::Ours
            }]
        );
        let theirs = merge(&base, &now, &said, Prefer::Theirs);
        assert_eq!(
            (theirs.changes.as_slice(), theirs.held.len()),
            (said.as_slice(), 0)
        );
    }

    #[test]
    fn the_same_change_on_both_sides_is_none() {
        let merged = merge(
            &record([title("a")]),
            &record([title("b")]),
            &[Change::Set(title("b"))],
            Prefer::Ours,
        );
        assert_eq!(merged.conflicts, []);
        assert_eq!(merged.changes, [Change::Set(title("b"))]);
    }

    #[test]
    fn comments_add_up() {
        let comments = |count| record([Value::CommentCount(count)]);
        let said = [Change::Set(Value::CommentCount(3))];
        let merged = merge(&comments(1), &comments(2), &said, Prefer::Ours);
        assert_eq!(merged.conflicts, []);
        assert_eq!(merged.changes, [Change::Set(Value::CommentCount(4))]);
        assert_eq!(merged.held, said);
    }

    #[test]
    fn what_a_source_has_no_word_for_goes_with_the_state_that_it_was_said_of() {
        let reason = Value::StateReason(crate::word::StateReason::Completed);
        let closed = record([Value::State(State::Closed)]);
        let ours = record([Value::State(State::Closed), reason, Value::ClosedBy(id(7))]);
        let same = [Change::Set(Value::State(State::Closed))];
        assert_eq!(merge(&closed, &ours, &same, Prefer::Ours).changes, []);
        let opened = Change::Set(Value::State(State::Open));
        let merged = merge(&closed, &ours, std::slice::from_ref(&opened), Prefer::Ours);
        assert_eq!(merged.conflicts, []);
        let gone = [Field::StateReason, Field::ClosedBy].map(Change::Clear);
        assert_eq!(merged.changes, [&[opened][..], &gone].concat());
    }

    #[test]
    fn a_closing_is_taken_whole_or_not_at_all() {
        let at = |second: i64| Value::ClosedAt(Timestamp::from_unix_milliseconds(second * 1000));
        let open = record([Value::State(State::Open)]);
        let ours = record([Value::State(State::Closed), at(1), Value::ClosedBy(id(1))]);
        let said = [
            Change::Set(Value::State(State::Closed)),
            Change::Set(at(2)),
            Change::Set(Value::ClosedBy(id(2))),
        ];
        let merged = merge(&open, &ours, &said, Prefer::Ours);
        assert_eq!((merged.conflicts.len(), merged.changes.len()), (1, 0));
        assert_eq!(merged.held, said);
        let merged = merge(&open, &ours, &said, Prefer::Theirs);
        assert_eq!((merged.conflicts.len(), merged.held.len()), (1, 0));
        // Closed on both sides before; the source alone opens it again.
        let base = record([Value::State(State::Closed), at(2), Value::ClosedBy(id(2))]);
        let said = [
            Change::Set(Value::State(State::Open)),
            Change::Clear(Field::ClosedAt),
            Change::Clear(Field::ClosedBy),
        ];
        let merged = merge(&base, &ours, &said, Prefer::Ours);
        assert_eq!(
            (merged.changes.as_slice(), merged.conflicts.len()),
            (said.as_slice(), 0)
        );
    }

    #[test]
    fn lists_merge_element_by_element() {
        let merged = merge(
            &record([Value::Labels(vec![id(1), id(2)])]),
            &record([Value::Labels(vec![id(1), id(2), id(3)])]),
            &[Change::Set(Value::Labels(vec![id(2), id(4)]))],
            Prefer::Ours,
        );
        assert_eq!(
            merged.changes,
            [
                Change::Add(Field::Labels, id(4)),
                Change::Remove(Field::Labels, id(1)),
            ]
        );
        assert_eq!(merged.conflicts, []);
    }
}
