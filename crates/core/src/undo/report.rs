//! What undoing did, or would do.

use backlot_model::{Commit, RecordKind};

/// What undoing or doing again did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct UndoReport {
    /// The commit; none for a dry run.
    pub commit: Option<Commit>,
    /// How many records it changes.
    pub records: u64,
    /// The same by kind, without the kinds that have none.
    pub by_kind: Vec<(RecordKind, u64)>,
    /// How many users the undone commit had brought that stay, because later commits speak of them.
    pub kept_users: u64,
}

impl UndoReport {
    pub(super) fn count(&mut self, kind: RecordKind) {
        self.records += 1;
        match self.by_kind.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.by_kind.push((kind, 1)),
        }
    }
}
