//! What the log and the forge's events tell of one record's past.

use std::sync::Arc;

use backlot_model::{
    Change, EventKind, Field, RecordId, RecordKind, StateReason, Timestamp, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::life::Life;
use super::names::Names;
use crate::codec::{Head, TextPointer};
use crate::error::Result;
use crate::read::{Snapshot, children};
use crate::store::log::read_commit;

/// An event of the log, with its moment.
pub(super) struct Entry {
    pub(super) sequence: u64,
    pub(super) at: Timestamp,
    /// Whether a source said it, and nobody did it here.
    pub(super) is_said: bool,
    pub(super) changes: Vec<Change<TextPointer>>,
    pub(super) held: Vec<Change<TextPointer>>,
    /// The fields that the source stated, by the bits of their numbers.
    pub(super) stated: u64,
}

/// Something that is so or not: a state, a lock, a label, an assignee, a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fact {
    pub(super) field: Field,
    /// The label, the user or the milestone; nil for a state and a lock.
    pub(super) id: RecordId,
}

impl Fact {
    /// The label, the user or the milestone.
    pub(super) fn subject(self) -> Option<RecordId> {
        (self.id != RecordId::NIL).then_some(self.id)
    }
}

/// What an event of the forge's past says.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// Something became so, or no longer so.
    Fact(Fact, bool),
    /// The title became another one.
    Renamed(String, String),
}

/// An event of the forge's past that tells of a field.
#[derive(Clone, Debug)]
pub(super) struct ForgeEvent {
    pub(super) at: Timestamp,
    pub(super) said: Said,
    pub(super) author: Option<RecordId>,
    pub(super) reason: Option<StateReason>,
}

/// What the forge tells of an issue's past.
#[derive(Default)]
pub(super) struct Told {
    /// Whether it tells anything at all.
    pub(super) has_history: bool,
    /// In the order of time.
    pub(super) events: Vec<ForgeEvent>,
    /// When its comments were written, in the order of time.
    pub(super) comments: Vec<Timestamp>,
    /// Whether comments were deleted.
    pub(super) lost_comments: bool,
    /// What the events call labels and milestones that have no record.
    pub(super) names: Vec<(RecordId, String)>,
    /// Labels and milestones that have no record, or whose record is only a tombstone.
    pub(super) gone: FxHashSet<RecordId>,
}

/// Reads what is known of the past, from the log up to a commit or from all of it.
pub(crate) struct Evidence<'a> {
    pub(super) snapshot: &'a Snapshot,
    until: u64,
    moments: FxHashMap<u64, Timestamp>,
    names: FxHashMap<u32, Arc<Names>>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, until: Option<u64>) -> Self {
        Self {
            snapshot,
            until: until.unwrap_or(u64::MAX),
            moments: FxHashMap::default(),
            names: FxHashMap::default(),
        }
    }

    /// When a commit was recorded.
    fn recorded_at(&mut self, sequence: u64) -> Result<Timestamp> {
        if let Some(at) = self.moments.get(&sequence) {
            return Ok(*at);
        }
        let commit = read_commit(&self.snapshot.tables, sequence)?;
        let at = commit.map_or_else(Timestamp::default, |(commit, _)| commit.recorded_at);
        if self.moments.len() >= 1 << 14 {
            self.moments.clear();
        }
        self.moments.insert(sequence, at);
        Ok(at)
    }

    /// The events of a record in the order of the log.
    pub(super) fn entries(&mut self, row: u32) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (at, sequence) in self.snapshot.history(row)? {
            if sequence > self.until {
                break;
            }
            let Some(event) = self.snapshot.event(at)? else {
                continue;
            };
            let recorded_at = self.recorded_at(sequence)?;
            entries.push(Entry {
                sequence,
                at: event.at.unwrap_or(recorded_at),
                is_said: is_said(event.kind),
                changes: event.changes,
                held: event.held,
                stated: event.statement.map_or(0, |statement| statement.stated),
            });
        }
        Ok(entries)
    }

    /// What a record was at every moment; none when the log does not know it.
    pub(super) fn life(&mut self, row: u32) -> Result<Option<Life>> {
        let head = self.snapshot.head(row)?;
        let entries = self.entries(row)?;
        if entries.is_empty() {
            return Ok(None);
        }
        let is_told = head.record.kind() == RecordKind::Issue
            && entries
                .iter()
                .any(|entry| entry.is_said && entry.stated != 0);
        let told = if is_told {
            self.told(row, &head)?
        } else {
            Told::default()
        };
        Ok(Some(super::build::build(
            head.record.id(),
            head.record.kind(),
            entries,
            &told,
        )))
    }

    pub(super) fn names(&mut self, repository: u32) -> Result<Arc<Names>> {
        if let Some(names) = self.names.get(&repository) {
            return Ok(Arc::clone(names));
        }
        let names = Arc::new(Names::load(self, repository)?);
        self.names.insert(repository, Arc::clone(&names));
        Ok(names)
    }

    /// What the forge tells of an issue's past.
    fn told(&mut self, row: u32, head: &Head) -> Result<Told> {
        let repository = head.record.repository().unwrap_or(RecordId::NIL);
        let names = match self.snapshot.row(repository)? {
            Some(repository) => self.names(repository)?,
            None => Arc::default(),
        };
        let mut told = Told::default();
        let snapshot = self.snapshot;
        children(&snapshot.tables, row, &mut |child| -> Result<()> {
            let child = snapshot.head(child)?;
            if child.is_foreign && child.first.1 <= self.until {
                tell(&mut told, &child, &names);
            }
            Ok(())
        })?;
        Ok(told)
    }
}

/// Whether an event is what a source said, and nothing that was done here or followed from it.
const fn is_said(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Imported | EventKind::Restated | EventKind::Embedded | EventKind::Withdrawn
    )
}

fn tell(told: &mut Told, child: &Head, names: &Names) {
    let record = &child.record;
    let Some(at) = record.created_at() else {
        return;
    };
    match record.kind() {
        RecordKind::Comment => return told.comments.push(at),
        RecordKind::HistoryEvent => told.has_history = true,
        _ => return,
    }
    let fact = |field, id, holds| Some(Said::Fact(Fact { field, id }, holds));
    let mut named = |field, holds| {
        let subject = record.subject()?;
        let (id, is_there) = names.find(field, subject);
        if !is_there && told.gone.insert(id) && !names.has_record(id) {
            told.names.push((id, subject.to_owned()));
        }
        fact(field, id, holds)
    };
    let word = record.event().unwrap_or_default();
    let said = match word {
        "closed" => fact(Field::State, RecordId::NIL, true),
        "reopened" => fact(Field::State, RecordId::NIL, false),
        "locked" => fact(Field::Locked, RecordId::NIL, true),
        "unlocked" => fact(Field::Locked, RecordId::NIL, false),
        "labeled" => named(Field::Labels, true),
        "unlabeled" => named(Field::Labels, false),
        "milestoned" => named(Field::Milestone, true),
        "demilestoned" => named(Field::Milestone, false),
        "assigned" | "unassigned" => record
            .person()
            .and_then(|id| fact(Field::Assignees, id, word == "assigned")),
        "renamed" => match (record.from(), record.to()) {
            (Some(from), Some(to)) => Some(Said::Renamed(from.to_owned(), to.to_owned())),
            _ => None,
        },
        "comment_deleted" => {
            told.lost_comments = true;
            None
        }
        _ => None,
    };
    let Some(said) = said else { return };
    told.events.push(ForgeEvent {
        at,
        said,
        author: record.author(),
        reason: match record.get(Field::StateReason) {
            Some(Value::StateReason(reason)) => Some(reason.clone()),
            _ => None,
        },
    });
}
