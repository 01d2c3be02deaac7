//! What is counted for a writer that asks for it. Of issues and comments that were only imported nothing is counted,
//! so that an export of them costs nothing more.

use std::sync::Arc;

use backlot_model::{
    Change, Event, Outgoing, Parent, RecordId, RecordKind, Tallies, Timestamp, Value,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::codec::{TextPointer, decode_head};
use crate::error::Result;
use crate::read::{PinnedComment, Snapshot, children, rows_of_login};
use crate::store::log::read_commit;
use crate::store::reading::Read;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counts {
    /// The open and the closed issues of each milestone of a repository, by rows.
    milestones: FxHashMap<u32, FxHashMap<u32, (u64, u64)>>,
    /// The issues whose imported comments were pinned or unpinned here.
    pinned: Option<Arc<FxHashSet<RecordId>>>,
}

impl Counts {
    pub(super) fn of(&mut self, snapshot: &Snapshot, of: &Outgoing) -> Result<Tallies> {
        match of.record.kind() {
            RecordKind::Milestone => self.of_milestone(snapshot, of),
            RecordKind::Repository => of_repository(snapshot, of),
            RecordKind::Issue => self.of_issue(snapshot, of),
            RecordKind::Comment if of.record.is_pinned() => Ok(Tallies {
                pinned: pinning(snapshot, of)?,
                ..Tallies::default()
            }),
            _ => Ok(Tallies::default()),
        }
    }

    fn of_milestone(&mut self, snapshot: &Snapshot, of: &Outgoing) -> Result<Tallies> {
        let row = |id: RecordId| snapshot.tables.row_of(id.to_bytes());
        let repository = match of.record.repository() {
            Some(repository) => row(repository)?,
            None => None,
        };
        let (Some(repository), Some(milestone)) = (repository, row(of.record.id())?) else {
            return Ok(Tallies::default());
        };
        let counts = match self.milestones.entry(repository) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(room) => {
                room.insert(snapshot.milestone_counts(repository)?)
            }
        };
        let (open_issues, closed_issues) = counts.get(&milestone).copied().unwrap_or_default();
        Ok(Tallies {
            open_issues,
            closed_issues,
            ..Tallies::default()
        })
    }

    fn of_issue(&mut self, snapshot: &Snapshot, of: &Outgoing) -> Result<Tallies> {
        let pinned = match &self.pinned {
            Some(pinned) => pinned,
            None => {
                let pins = &snapshot.caches().pins;
                let found = pins.again(snapshot.sequence(), || pinned_again(snapshot))?;
                self.pinned.insert(found)
            }
        };
        let mut tallies = Tallies {
            pinned_here: pinned.contains(&of.record.id()),
            ..Tallies::default()
        };
        // A comment that was made here changes how many its issue has.
        if of.stated.is_some() && of.base.is_none() && !tallies.pinned_here {
            return Ok(tallies);
        }
        let Some(issue) = snapshot.tables.row_of(of.record.id().to_bytes())? else {
            return Ok(tallies);
        };
        let pins = &snapshot.caches().pins;
        let found = pins.of_issue(snapshot.sequence(), issue, || pinned_in(snapshot, issue))?;
        tallies.pinned_comment = found.comment;
        tallies.pinned_here |= found.is_local;
        Ok(tallies)
    }
}

/// The pinned comment of the issue in a row.
fn pinned_in(snapshot: &Snapshot, issue: u32) -> Result<PinnedComment> {
    let mut found = PinnedComment::default();
    children(&snapshot.tables, issue, &mut |row| -> Result<()> {
        let head = snapshot.head(row)?;
        if head.record.kind() == RecordKind::Comment && head.record.is_pinned() {
            found.comment = Some(head.record.id());
            found.is_local |= !head.is_foreign;
        }
        Ok(())
    })?;
    Ok(found)
}

fn of_repository(snapshot: &Snapshot, of: &Outgoing) -> Result<Tallies> {
    let Some(repository) = snapshot.tables.row_of(of.record.id().to_bytes())? else {
        return Ok(Tallies::default());
    };
    let (open_issues, closed_issues) = snapshot.issue_counts(repository)?;
    Ok(Tallies {
        open_issues,
        closed_issues,
        ..Tallies::default()
    })
}

/// The issues whose imported comments were pinned or unpinned here.
fn pinned_again(snapshot: &Snapshot) -> Result<FxHashSet<RecordId>> {
    let mut found = FxHashSet::default();
    snapshot.tables.bases(&mut |row, base| {
        let base = decode_head(base)?.record;
        if base.kind() != RecordKind::Comment {
            return Ok(());
        }
        let now = snapshot.head(row)?.record;
        if now.is_pinned() != base.is_pinned()
            && let Some(Parent::Record(issue)) = now.parent()
        {
            found.insert(issue);
        }
        Ok(())
    })?;
    Ok(found)
}

/// When a comment was pinned here last, and by whom.
fn pinning(snapshot: &Snapshot, of: &Outgoing) -> Result<Option<(Timestamp, Option<RecordId>)>> {
    let was_pinned = of.base.as_ref().is_some_and(|base| base.is_pinned());
    if was_pinned || (of.stated.is_some() && of.base.is_none()) {
        return Ok(None);
    }
    let Some(row) = snapshot.tables.row_of(of.record.id().to_bytes())? else {
        return Ok(None);
    };
    for (at, sequence) in snapshot.history(row)?.into_iter().rev() {
        let Some(event) = snapshot.event(at)?.filter(pins) else {
            continue;
        };
        let Some((commit, _)) = read_commit(&snapshot.tables, sequence)? else {
            continue;
        };
        let users = rows_of_login(&snapshot.tables, commit.actor.as_str())?;
        let user = users.first().map(|row| snapshot.head(*row)).transpose()?;
        let moment = event.at.unwrap_or(commit.recorded_at);
        return Ok(Some((moment, user.map(|user| user.record.id()))));
    }
    Ok(None)
}

fn pins(event: &Event<TextPointer>) -> bool {
    let pins = |change: &Change<TextPointer>| matches!(change, Change::Set(Value::Pinned(true)));
    event.changes.iter().any(pins)
}
