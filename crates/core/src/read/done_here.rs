//! What was done to an issue here, event by event, out of its history in the log.

use backlot_model::{
    Actor, Change, Commit, CommitId, Event, EventKind, Field, Record, RecordId, RecordKind, State,
    Timestamp, Value,
};

use crate::codec::{EventPointer, TextPointer};
use crate::error::{Error, Result};
use crate::store::log::read_commit;
use crate::store::reading::Read;

use super::rows;

/// An event in the history of an issue that somebody made here.
pub(crate) struct DoneHere<'a> {
    /// Where the event stands in the log.
    pub(crate) at: EventPointer,
    /// The commit that it is of.
    pub(crate) commit: &'a Commit,
    /// Its place among the events of the same commit in the history of the same issue.
    pub(crate) place: u32,
    /// The issue as the event found it.
    pub(crate) before: &'a Record<TextPointer>,
    /// The event.
    pub(crate) event: &'a Event<TextPointer>,
    /// Whether it made the issue, which is there only since.
    pub(crate) is_first: bool,
}

impl DoneHere<'_> {
    /// When it was done.
    pub(crate) fn moment(&self) -> Timestamp {
        self.event.at.unwrap_or(self.commit.recorded_at)
    }

    /// Who did it.
    pub(crate) fn actor(&self) -> &Actor {
        self.event.actor.as_ref().unwrap_or(&self.commit.actor)
    }

    /// What forges tell of it: an event of its own kind, or, of an undo, one event for each thing that it
    /// made different again. Nothing where no forge has an event for what it changed.
    pub(crate) fn told(&self) -> Vec<Event<TextPointer>> {
        match self.event.kind {
            _ if self.is_first => Vec::new(),
            EventKind::Edited => Vec::new(),
            EventKind::Undone => {
                let mut after = self.before.clone();
                let changes = self.event.changes.iter();
                changes.for_each(|change| after.apply(change));
                amounts_to(self.before, &after)
            }
            _ => vec![self.event.clone()],
        }
    }
}

/// The identifier of an event that happened here, as forges are told of it: it follows from the commit, the
/// issue, the event's place among those of the commit in the issue's history, and which of the things it is
/// that an undo made different. It is the same in every form and every export, and those of one commit follow
/// each other, so that whoever sorts by it sees what was done in its order.
pub(crate) fn event_id(done: &DoneHere<'_>, part: u32) -> RecordId {
    identifier(
        done.commit.id,
        done.before.id(),
        done.moment(),
        [done.place, part],
    )
}

/// The identifier of an event, by the commit, the record in whose history it stands, and its places there.
pub(super) fn identifier(
    commit: CommitId,
    record: RecordId,
    at: Timestamp,
    [place, part]: [u32; 2],
) -> RecordId {
    let first = RecordId::derive(at, &[b"event", &commit.to_bytes(), &record.to_bytes()]);
    first.following(u64::from(place) << 10 | u64::from(part.min(1023)))
}

/// With which event of its history the record began to be there: what is before its creation was undone is of a
/// former life.
pub(super) fn life_of(
    history: &[(EventPointer, u64)],
    event_at: &dyn Fn(EventPointer) -> Result<Option<Event<TextPointer>>>,
) -> Result<usize> {
    let mut life = 0;
    for (place, (at, _)) in history.iter().enumerate().skip(1) {
        if event_at(*at)?.is_some_and(|event| is_end(&event)) {
            life = place + 1;
        }
    }
    Ok(life)
}

/// Visits what was done to the issue in a row here and is worth telling, in the order of the log, since the
/// issue is there: what was done before its creation was undone is of a former life. `event_at` reads an event.
pub(crate) fn for_each_done_here(
    tables: &impl Read,
    event_at: &dyn Fn(EventPointer) -> Result<Option<Event<TextPointer>>>,
    row: u32,
    visit: &mut dyn FnMut(&DoneHere<'_>) -> Result<()>,
) -> Result<()> {
    let head = rows::head(tables, row)?;
    let happened = tables.happened_to(row)?;
    // The first event is a creation or an import, and neither is told.
    if happened.is_empty() {
        return Ok(());
    }
    let mut history = vec![head.first];
    history.extend(happened);
    let life = life_of(&history, event_at)?;
    let mut before = Record::new(head.record.id(), RecordKind::Issue);
    let mut commit: Option<(u64, Commit)> = None;
    let (mut of, mut place) = (0, 0);
    for (index, (at, sequence)) in history.into_iter().enumerate().skip(life) {
        if of != sequence {
            (of, place) = (sequence, 0);
        }
        if let Some(event) = event_at(at)? {
            // A commit that is being written has none of these, and cannot be read yet.
            if is_worth_telling(&event) {
                let known = commit.take().filter(|(known, _)| *known == sequence);
                let known = match known {
                    Some((_, known)) => known,
                    None => read_commit(tables, sequence)?
                        .map(|(commit, _)| commit)
                        .ok_or_else(|| missing(sequence))?,
                };
                visit(&DoneHere {
                    at,
                    commit: &known,
                    place,
                    before: &before,
                    event: &event,
                    is_first: index == life,
                })?;
                commit = Some((sequence, known));
            }
            event.changes.iter().for_each(|change| before.apply(change));
        }
        place += 1;
    }
    Ok(())
}

fn missing(sequence: u64) -> Error {
    Error::corrupt("", format_args!("commit {sequence} is missing"))
}

/// Whether an event is something that somebody did to an issue here, and more than the count of comments, the
/// order of sub-issues or the moment of the last change.
fn is_worth_telling(event: &Event<TextPointer>) -> bool {
    let told = |change: &Change<TextPointer>| {
        !matches!(
            change.field(),
            Field::UpdatedAt | Field::CommentCount | Field::Reactions
        ) && !matches!(change, Change::Set(Value::SubIssues(_)))
    };
    let of_source = event.kind == EventKind::Undone && event.statement.is_some();
    match event.kind {
        EventKind::Created => false,
        _ if of_source => false,
        EventKind::Edited | EventKind::Undone => event.changes.iter().any(told),
        kind => kind.is_local(),
    }
}

/// Whether an event made its record absent.
fn is_end(event: &Event<TextPointer>) -> bool {
    let ends = |change: &Change<TextPointer>| matches!(change, Change::Set(Value::Absent(true)));
    event.kind == EventKind::Undone && event.changes.iter().any(ends)
}

/// The events by which a forge would tell that an issue became another: what it no longer has comes first.
fn amounts_to(
    before: &Record<TextPointer>,
    after: &Record<TextPointer>,
) -> Vec<Event<TextPointer>> {
    let mut told = Vec::new();
    let mut tell = |kind, changes| {
        let mut event = Event::new(kind, after.id(), RecordKind::Issue);
        event.changes = changes;
        told.push(event);
    };
    if let (Some(_), Some(there)) = (before.repository(), after.repository())
        && before.repository() != Some(there)
    {
        let mut changes = vec![Change::Set(Value::Repository(there))];
        changes.extend(after.number().map(|to| Change::Set(Value::Number(to))));
        // What it lost by going there and has again, forges tell of neither.
        tell(EventKind::Transferred, changes);
        return told;
    }
    if let Some(title) = after.title().filter(|title| before.title() != Some(title)) {
        let change = Change::Set(Value::Title(title.to_owned()));
        tell(EventKind::Renamed, vec![change]);
    }
    for (field, removed, added) in LISTS {
        let without = |ids: &[RecordId], other: &[RecordId]| -> Vec<RecordId> {
            let ids = ids.iter().filter(|id| !other.contains(id));
            ids.copied().collect()
        };
        let (old, new) = (before.ids(field), after.ids(field));
        for id in without(old, new) {
            tell(removed, vec![Change::Remove(field, id)]);
        }
        for id in without(new, old) {
            tell(added, vec![Change::Add(field, id)]);
        }
    }
    for (field, removed, added) in ONES {
        let (old, new) = (before.get(field), after.get(field));
        if old == new {
            continue;
        }
        // An issue that goes from one parent to another leaves the first; what takes the place of a milestone
        // or a mark says so itself.
        if old.is_some() && (new.is_none() || field == Field::ParentIssue) {
            tell(removed, vec![Change::Clear(field)]);
        }
        if let Some(new) = new {
            tell(added, vec![Change::Set(new.clone())]);
        }
    }
    let kind = match (before.issue_type(), after.issue_type()) {
        (one, other) if one == other => None,
        (None, _) => Some(EventKind::IssueTypeAdded),
        (_, None) => Some(EventKind::IssueTypeRemoved),
        _ => Some(EventKind::IssueTypeChanged),
    };
    if let Some(kind) = kind {
        let value = after.get(Field::IssueType).cloned();
        tell(kind, vec![Change::set_or_clear(Field::IssueType, value)]);
    }
    if before.is_pinned() != after.is_pinned() {
        let kind = match after.is_pinned() {
            true => EventKind::Pinned,
            false => EventKind::Unpinned,
        };
        tell(kind, Vec::new());
    }
    if before.is_locked() != after.is_locked() {
        let reason = after.get(Field::LockReason).cloned();
        match after.is_locked() {
            true => tell(
                EventKind::Locked,
                reason.map(Change::Set).into_iter().collect(),
            ),
            false => tell(EventKind::Unlocked, Vec::new()),
        }
    }
    let is_closed = |record: &Record<TextPointer>| record.state() == Some(&State::Closed);
    if is_closed(before) != is_closed(after) {
        let reason = after.get(Field::StateReason).cloned();
        let kind = match is_closed(after) {
            true => EventKind::Closed,
            false => EventKind::Reopened,
        };
        tell(kind, reason.map(Change::Set).into_iter().collect());
    }
    told
}

/// The lists of an issue, and the events by which something is taken out of each and put into it.
const LISTS: [(Field, EventKind, EventKind); 5] = [
    (Field::Labels, EventKind::Unlabeled, EventKind::Labeled),
    (Field::Assignees, EventKind::Unassigned, EventKind::Assigned),
    (
        Field::SubIssues,
        EventKind::SubIssueRemoved,
        EventKind::SubIssueAdded,
    ),
    (
        Field::BlockedBy,
        EventKind::BlockedByRemoved,
        EventKind::BlockedByAdded,
    ),
    (
        Field::Blocking,
        EventKind::BlockingRemoved,
        EventKind::BlockingAdded,
    ),
];

/// What an issue has one of, and the events by which it is taken away and given.
const ONES: [(Field, EventKind, EventKind); 3] = [
    (
        Field::Milestone,
        EventKind::Demilestoned,
        EventKind::Milestoned,
    ),
    (
        Field::ParentIssue,
        EventKind::ParentIssueRemoved,
        EventKind::ParentIssueAdded,
    ),
    (
        Field::DuplicateOf,
        EventKind::UnmarkedAsDuplicate,
        EventKind::MarkedAsDuplicate,
    ),
];
