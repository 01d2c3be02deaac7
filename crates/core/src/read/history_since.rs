//! What commits did to lists of comments and events.

use backlot_model::{Change, Event, EventKind, Field, Origin, RecordId, RecordKind, Value};
use rustc_hash::FxHashSet;

use super::snapshot::Snapshot;
use crate::codec::{Extent, TextPointer};
use crate::error::Result;
use crate::store::log::{for_each_event, read_commit};
use crate::store::reading::Read;

/// After how many events a list is made anew.
const MOST_EVENTS: u64 = 4096;

/// What may have become different in a list, by rows in their order.
#[derive(Debug, Default)]
pub(super) struct Since {
    /// The comments or the events that are records.
    pub(super) records: Vec<u32>,
    /// The issues to which anything happened.
    pub(super) issues: Vec<u32>,
}

impl Snapshot {
    /// Where the commits since one stand in the log; none where so much happened that what depends on them is better
    /// made anew.
    fn few_commits_since(&self, sequence: u64) -> Result<Option<Vec<Extent>>> {
        let mut commits = Vec::new();
        let mut events = 0;
        for sequence in sequence + 1..=self.sequence() {
            let Some((commit, extent)) = read_commit(&self.tables, sequence)? else {
                return Ok(None);
            };
            events += commit.events;
            if events > MOST_EVENTS {
                return Ok(None);
            }
            commits.push(extent);
        }
        Ok(Some(commits))
    }

    /// What became different in the lists of some kinds since a commit; none where so much did that they are
    /// better made anew.
    pub(super) fn since(&self, sequence: u64, kinds: &[RecordKind]) -> Result<Option<Since>> {
        let Some(commits) = self.few_commits_since(sequence)? else {
            return Ok(None);
        };
        let (mut records, mut issues) = (FxHashSet::default(), FxHashSet::default());
        let mut is_little = true;
        for extent in commits {
            self.each_event(extent, &mut |event| {
                is_little &= !reaches_far(event, kinds);
                if kinds.contains(&event.record_kind) {
                    records.insert(event.record);
                }
                self.worked_on(event, &mut issues)
            })?;
        }
        if !is_little {
            return Ok(None);
        }
        let is_told = kinds.contains(&RecordKind::HistoryEvent);
        Ok(Some(Since {
            records: self.rows_of(records)?,
            issues: match is_told {
                true => self.rows_of(issues)?,
                false => Vec::new(),
            },
        }))
    }

    /// The rows of the issues to which anything could have happened here: what was only imported has no history
    /// but its forge's.
    pub(super) fn issues_worked_on(&self) -> Result<Vec<u32>> {
        let mut issues = FxHashSet::default();
        for sequence in 1..=self.sequence() {
            if let Some((commit, extent)) = read_commit(&self.tables, sequence)?
                && !matches!(commit.origin, Origin::Import(_))
            {
                self.each_event(extent, &mut |event| self.worked_on(event, &mut issues))?;
            }
        }
        self.rows_of(issues)
    }

    /// Notes the issues whose history an event is part of: of a card, those that it shows or once showed.
    fn worked_on(
        &self,
        event: &Event<TextPointer>,
        issues: &mut FxHashSet<RecordId>,
    ) -> Result<()> {
        match event.record_kind {
            RecordKind::Issue => _ = issues.insert(event.record),
            RecordKind::Card => {
                let shown = |change: &Change<TextPointer>| match change {
                    Change::Set(Value::Issue(issue)) => Some(*issue),
                    _ => None,
                };
                let row = self.tables.row_of(event.record.to_bytes())?;
                let history = row.map(|row| self.history(row)).transpose()?;
                for (at, _) in history.unwrap_or_default() {
                    if let Some(event) = self.event(at)? {
                        issues.extend(event.changes.iter().filter_map(shown));
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn each_event(
        &self,
        extent: Extent,
        visit: &mut dyn FnMut(&Event<TextPointer>) -> Result<()>,
    ) -> Result<()> {
        for_each_event(&self.tables, extent, &mut |logged| match &logged.event {
            Some(event) => visit(event),
            None => Ok(()),
        })
    }

    fn rows_of(&self, ids: FxHashSet<RecordId>) -> Result<Vec<u32>> {
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(self.tables.row_of(id.to_bytes())?);
        }
        rows.sort_unstable();
        Ok(rows)
    }
}

/// Whether an event reaches what belongs or refers to its record: an issue that came or went takes all with it.
fn reaches_far(event: &Event<TextPointer>, kinds: &[RecordKind]) -> bool {
    let moves = |change: &Change<TextPointer>| {
        matches!(
            change.field(),
            Field::Deleted | Field::Absent | Field::Repository
        )
    };
    let comes_or_goes = event.kind != EventKind::Created && event.changes.iter().any(moves);
    match event.record_kind {
        // What waits for an issue becomes part of it when its forge states it.
        RecordKind::Issue => event.statement.is_some() || comes_or_goes,
        RecordKind::Comment => comes_or_goes && kinds.contains(&RecordKind::HistoryEvent),
        RecordKind::Repository => comes_or_goes,
        _ => false,
    }
}
