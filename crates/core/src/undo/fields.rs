//! Which fields of a record an undo makes different, and by which events it says so.

use backlot_model::{
    Change, EventKind, Field, Parent, Reactions, Record, RecordId, RecordKind, State, Value,
};

use crate::codec::TextPointer;
use crate::error::Result;

type Text<'a> = &'a dyn Fn(TextPointer) -> Result<String>;

/// What becomes of the fields of a record.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) changes: Vec<Change<TextPointer>>,
    /// Fields that are no longer what they were left as.
    pub(super) blocked: Vec<Field>,
    /// Every field that the undone commit made different, but those that are counted or follow by
    /// themselves.
    pub(super) touched: Vec<Field>,
}

/// Whether two values say the same, wherever their texts lie.
pub(super) fn same(
    one: Option<&Value<TextPointer>>,
    other: Option<&Value<TextPointer>>,
    text: Text<'_>,
) -> Result<bool> {
    Ok(match (one, other) {
        (Some(Value::Body(a)), Some(Value::Body(b))) => {
            a == b || (a.length == b.length && text(*a)? == text(*b)?)
        }
        // The number of a parent turns into the record by itself.
        (Some(Value::Parent(a)), Some(Value::Parent(b))) => {
            a == b || matches!(a, Parent::Number(_)) != matches!(b, Parent::Number(_))
        }
        (a, b) => a == b,
    })
}

fn number(value: Option<&Value<TextPointer>>) -> u64 {
    match value {
        Some(Value::CommentCount(count)) => *count,
        _ => 0,
    }
}

const fn reactions(value: Option<&Value<TextPointer>>) -> Reactions {
    match value {
        Some(Value::Reactions(reactions)) => *reactions,
        _ => Reactions { counts: [0; 8] },
    }
}

/// A count that goes by as much as it went from one value to another. A source may state any number.
const fn moved(now: u64, from: u64, to: u64) -> u64 {
    if to < from {
        now.saturating_sub(from - to)
    } else {
        now.saturating_add(to - from)
    }
}

/// The value of a field that goes by difference or follows by itself: counts of comments and of reactions,
/// and the moment of the last change.
pub(super) fn soft(
    field: Field,
    from: Option<&Value<TextPointer>>,
    to: Option<&Value<TextPointer>>,
    now: Option<&Value<TextPointer>>,
) -> Option<Value<TextPointer>> {
    match field {
        Field::CommentCount => {
            let count = moved(number(now), number(from), number(to));
            Some(Value::CommentCount(count))
        }
        Field::Reactions => {
            let (from, to, now) = (reactions(from), reactions(to), reactions(now));
            let mut counts = [0; 8];
            for (at, count) in counts.iter_mut().enumerate() {
                *count = moved(now.counts[at], from.counts[at], to.counts[at]);
            }
            Some(Value::Reactions(Reactions { counts }))
        }
        _ if now == from => to.cloned(),
        _ => now.cloned(),
    }
}

pub(super) const fn is_soft(field: Field) -> bool {
    matches!(
        field,
        Field::CommentCount | Field::Reactions | Field::UpdatedAt
    )
}

/// Compares what a record is now with what the undone commit left it as (`from`), and finds what leads
/// to what it shall be (`to`).
pub(super) fn compare(
    from: &Record<TextPointer>,
    to: &Record<TextPointer>,
    now: &Record<TextPointer>,
    text: Text<'_>,
) -> Result<Fields> {
    let mut fields = Fields::default();
    let mut all: Vec<Field> = from
        .values()
        .iter()
        .chain(to.values())
        .map(Value::field)
        .collect();
    all.sort_unstable();
    all.dedup();
    for field in all {
        let (left, wanted, found) = (from.get(field), to.get(field), now.get(field));
        if same(left, wanted, text)? {
            continue;
        }
        if is_soft(field) {
            let value = soft(field, left, wanted, found).filter(|value| !value.says_nothing());
            if value.as_ref() != found {
                fields.changes.push(Change::set_or_clear(field, value));
            }
            continue;
        }
        fields.touched.push(field);
        if field.is_list() {
            let lists = (from.ids(field), to.ids(field), now.ids(field));
            if !list(field, lists, &mut fields.changes) {
                fields.blocked.push(field);
            }
        } else {
            if !same(left, found, text)? {
                fields.blocked.push(field);
            }
            fields
                .changes
                .push(Change::set_or_clear(field, wanted.cloned()));
        }
    }
    Ok(fields)
}

/// The steps that take back what was done to a list, element by element. Whether what was done still stands.
fn list(
    field: Field,
    (from, to, now): (&[RecordId], &[RecordId], &[RecordId]),
    changes: &mut Vec<Change<TextPointer>>,
) -> bool {
    let added: Vec<_> = to.iter().filter(|id| !from.contains(id)).copied().collect();
    let removed: Vec<_> = from.iter().filter(|id| !to.contains(id)).copied().collect();
    let is_moved = added.is_empty() && removed.is_empty();
    let stands = added.iter().all(|id| !now.contains(id))
        && removed.iter().all(|id| now.contains(id))
        && (!is_moved || now == from);
    let mut result: Vec<RecordId> = now
        .iter()
        .filter(|id| !removed.contains(id))
        .copied()
        .collect();
    let target = if now == from {
        to.to_vec()
    } else {
        // Each goes behind the nearest of its old neighbours that is still there.
        let mut target = result.clone();
        for id in &added {
            let before = to.iter().take_while(|other| *other != id);
            let place = before
                .filter_map(|other| target.iter().position(|held| held == other))
                .last()
                .map_or(0, |at| at + 1);
            target.insert(place, *id);
        }
        target
    };
    changes.extend(removed.iter().map(|id| Change::Remove(field, *id)));
    changes.extend(added.iter().map(|id| Change::Add(field, *id)));
    result.extend(&added);
    if result != target
        && let Some(value) = ids(field, target)
    {
        changes.push(Change::Set(value));
    }
    stands
}

fn ids(field: Field, ids: Vec<RecordId>) -> Option<Value<TextPointer>> {
    Value::from_shape(field, backlot_model::Shape::Ids(ids))
}

/// The steps as events of the kinds that a person would have made them by.
pub(super) fn events(
    kind: RecordKind,
    now: &Record<TextPointer>,
    changes: Vec<Change<TextPointer>>,
    again: bool,
) -> Vec<(EventKind, Vec<Change<TextPointer>>)> {
    let mut told: Vec<(EventKind, Vec<Change<TextPointer>>)> = Vec::new();
    let mut rest = Vec::new();
    let mut place = |kind: EventKind, field: Option<Field>, change: Change<TextPointer>| {
        let known = told.iter_mut().find(|(known, changes)| {
            *known == kind && field.is_some_and(|field| changes.iter().any(|c| c.field() == field))
        });
        match known {
            Some((_, changes)) => changes.push(change),
            None => told.push((kind, vec![change])),
        }
    };
    let state = changes.iter().find_map(|change| match change {
        Change::Set(Value::State(state)) => Some(state.clone()),
        _ => None,
    });
    let moves = changes
        .iter()
        .any(|change| change.field() == Field::Repository);
    // What leads goes first, so that what belongs to it finds it.
    let (leading, following): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| {
        matches!(
            change.field(),
            Field::State | Field::Locked | Field::Repository
        ) || matches!(change, Change::Add(..) | Change::Remove(..))
    });
    let is_issue = kind == RecordKind::Issue;
    for change in leading.into_iter().chain(following) {
        let is_set = matches!(change, Change::Set(_));
        let field = change.field();
        let either = |set, clear| if is_set { set } else { clear };
        match field {
            _ if field.is_list() => match list_kind(field, &change) {
                Some(kind) => place(kind, None, change),
                None => rest.push(change),
            },
            Field::State | Field::StateReason | Field::ClosedAt | Field::ClosedBy
                if state.is_some() && matches!(kind, RecordKind::Issue | RecordKind::Milestone) =>
            {
                let kind = match state {
                    Some(State::Closed) => EventKind::Closed,
                    _ => EventKind::Reopened,
                };
                place(kind, Some(Field::State), change);
            }
            Field::Title if is_issue => place(EventKind::Renamed, None, change),
            Field::Milestone if is_issue => {
                place(
                    either(EventKind::Milestoned, EventKind::Demilestoned),
                    None,
                    change,
                );
            }
            Field::Locked => place(either(EventKind::Locked, EventKind::Unlocked), None, change),
            Field::Pinned => place(either(EventKind::Pinned, EventKind::Unpinned), None, change),
            Field::ParentIssue => {
                let kind = either(EventKind::ParentIssueAdded, EventKind::ParentIssueRemoved);
                place(kind, None, change);
            }
            Field::DuplicateOf => {
                let kind = either(EventKind::MarkedAsDuplicate, EventKind::UnmarkedAsDuplicate);
                place(kind, None, change);
            }
            Field::IssueType => {
                let added = if now.get(Field::IssueType).is_some() {
                    EventKind::IssueTypeChanged
                } else {
                    EventKind::IssueTypeAdded
                };
                place(either(added, EventKind::IssueTypeRemoved), None, change);
            }
            Field::Repository | Field::Number if again && moves => {
                place(EventKind::Transferred, Some(Field::Repository), change);
            }
            Field::Repository | Field::Number => {
                place(EventKind::Undone, Some(Field::Repository), change);
            }
            Field::Deleted => place(either(EventKind::Deleted, EventKind::Undone), None, change),
            _ => rest.push(change),
        }
    }
    merge_rest(&mut told, rest);
    told
}

/// Puts what has no event of its own into the first one, or into an event of its own where that says more
/// than counts and moments.
fn merge_rest(
    told: &mut Vec<(EventKind, Vec<Change<TextPointer>>)>,
    rest: Vec<Change<TextPointer>>,
) {
    let (silent, spoken): (Vec<_>, Vec<_>) = rest.into_iter().partition(|change| {
        is_soft(change.field()) || change.field().is_list() || change.field() == Field::LockReason
    });
    let lead = told.iter().position(|(kind, _)| {
        matches!(
            kind,
            EventKind::Undone | EventKind::Deleted | EventKind::Transferred
        )
    });
    match (lead, spoken.is_empty()) {
        (_, true) => {}
        (Some(at), false) => told[at].1.extend(spoken),
        (None, false) => told.push((EventKind::Edited, spoken)),
    }
    if silent.is_empty() {
        return;
    }
    // The order of a list is set after its last element came or went.
    match told.last_mut() {
        Some((_, changes)) => changes.extend(silent),
        None => told.push((EventKind::Edited, silent)),
    }
}

const fn list_kind(field: Field, change: &Change<TextPointer>) -> Option<EventKind> {
    let added = match change {
        Change::Add(..) => true,
        Change::Remove(..) => false,
        _ => return None,
    };
    Some(match (field, added) {
        (Field::Labels, true) => EventKind::Labeled,
        (Field::Labels, false) => EventKind::Unlabeled,
        (Field::Assignees, true) => EventKind::Assigned,
        (Field::Assignees, false) => EventKind::Unassigned,
        (Field::SubIssues, true) => EventKind::SubIssueAdded,
        (Field::SubIssues, false) => EventKind::SubIssueRemoved,
        (Field::BlockedBy, true) => EventKind::BlockedByAdded,
        (Field::BlockedBy, false) => EventKind::BlockedByRemoved,
        (Field::Blocking, true) => EventKind::BlockingAdded,
        (Field::Blocking, false) => EventKind::BlockingRemoved,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use backlot_model::Timestamp;

    fn id(n: u128) -> RecordId {
        RecordId::from_parts(Timestamp::default(), n)
    }

    fn record(values: Vec<Value<TextPointer>>) -> Record<TextPointer> {
        let mut record = Record::new(id(1), RecordKind::Issue);
        values.into_iter().for_each(|value| record.set(value));
        record
    }

    fn labels(ids: &[u128]) -> Record<TextPointer> {
        record(vec![Value::Labels(ids.iter().map(|n| id(*n)).collect())])
    }

    /// What comes of `now`, and which fields are not as they were left.
    fn undone(
        from: &Record<TextPointer>,
        to: &Record<TextPointer>,
        now: &Record<TextPointer>,
    ) -> (Record<TextPointer>, Vec<Field>) {
        let fields = compare(from, to, now, &|_| Ok(String::new())).unwrap();
        let mut result = now.clone();
        for (_, changes) in events(RecordKind::Issue, now, fields.changes, false) {
            changes.iter().for_each(|change| result.apply(change));
        }
        (result, fields.blocked)
    }

    #[test]
    fn lists_go_back_with_their_order_and_keep_what_came_since() {
        let (result, blocked) = undone(&labels(&[1, 3]), &labels(&[1, 2, 3]), &labels(&[1, 3]));
        assert_eq!((result, blocked), (labels(&[1, 2, 3]), vec![]));
        let (result, blocked) = undone(&labels(&[1, 3]), &labels(&[1, 2, 3]), &labels(&[1, 3, 4]));
        assert_eq!((result, blocked), (labels(&[1, 2, 3, 4]), vec![]));
        let (result, _) = undone(&labels(&[2, 1]), &labels(&[1, 2]), &labels(&[2, 1]));
        assert_eq!(result, labels(&[1, 2]));
        // Another order, or an element that is there again, is not what was left.
        for now in [&[2, 1, 3][..], &[1, 2][..]] {
            let (_, blocked) = undone(&labels(&[2, 1]), &labels(&[1, 2]), &labels(now));
            assert_eq!(blocked, [Field::Labels]);
        }
        let (_, blocked) = undone(&labels(&[1]), &labels(&[1, 2]), &labels(&[2, 1]));
        assert_eq!(blocked, [Field::Labels]);
    }

    #[test]
    fn what_belongs_together_is_one_event() {
        let locked = record(vec![
            Value::Locked(true),
            Value::LockReason(backlot_model::LockReason::Spam),
            Value::UpdatedAt(Timestamp::from_unix_milliseconds(5)),
        ]);
        let open = record(vec![]);
        let fields = compare(&locked, &open, &locked, &|_| Ok(String::new())).unwrap();
        let told = events(RecordKind::Issue, &locked, fields.changes, false);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].0, told[0].1.len()), (EventKind::Unlocked, 3));
        assert_eq!(undone(&locked, &open, &locked).0, open);
        assert_eq!(undone(&open, &locked, &open).0, locked);
    }

    #[test]
    fn counts_go_by_difference() {
        let count = |n| record(vec![Value::CommentCount(n)]);
        assert_eq!(undone(&count(3), &count(2), &count(7)).0, count(6));
        let mut hearts = Reactions::default();
        hearts.counts[5] = 2;
        let reacted = record(vec![Value::Reactions(hearts)]);
        assert_eq!(
            undone(&reacted, &record(vec![]), &reacted).0,
            record(vec![])
        );
    }
}
