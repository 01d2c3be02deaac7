//! Where what has no moment stands in a timeline: where its source listed it.

use backlot_model::Timestamp;

use super::history_items::{HistoryItem, Listed, Placed};
use super::snapshot::Snapshot;
use crate::derive::StatementEntry;
use crate::error::Result;
use crate::store::reading::Read;

impl Snapshot {
    /// Gives items that have no moment, as the commits in a timeline have none, the one of what stands before them in
    /// their source's list; of what comes first there, the one of what follows.
    pub(super) fn place_untimed(&self, items: &mut [HistoryItem]) -> Result<()> {
        let is_untimed =
            |item: &HistoryItem| item.at().is_none() && matches!(item.listed(), Listed::Record(..));
        if !items.iter().any(is_untimed) {
            return Ok(());
        }
        let mut positions = Vec::with_capacity(items.len());
        let mut timed: Vec<(u64, Timestamp)> = Vec::new();
        for item in items.iter() {
            let position = self.position(item)?;
            timed.extend(position.zip(item.at()));
            positions.push(position);
        }
        timed.sort_unstable();
        for (item, position) in items.iter_mut().zip(positions) {
            if !is_untimed(item) {
                continue;
            }
            let Some(position) = position else { continue };
            let after = timed.partition_point(|(known, _)| *known <= position);
            let before = after.checked_sub(1).and_then(|at| timed.get(at));
            let next = || timed.get(after).map(|(_, at)| Placed::Before(*at));
            item.place(before.map(|(_, at)| Placed::After(*at)).or_else(next));
        }
        Ok(())
    }

    /// Where a source listed a record.
    fn position(&self, item: &HistoryItem) -> Result<Option<u64>> {
        let Listed::Record(row, _) = item.listed() else {
            return Ok(None);
        };
        for (_, entry) in self.tables.statements_of(row)? {
            if let Some(position) = StatementEntry::decode(&entry)?.position {
                return Ok(Some(position));
            }
        }
        Ok(None)
    }
}
