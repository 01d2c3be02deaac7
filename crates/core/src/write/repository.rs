//! One repository inside a write transaction. Its operations stand next to what they do: issues in
//! `issue.rs`, comments in `comment.rs`, and so on.

use super::access::Guarded;
use super::editor::Editor;
use super::transaction::WriteTransaction;
use crate::error::Result;

/// One repository inside a write transaction.
///
/// Every operation checks all that it needs before it writes anything: one that is refused leaves the
/// transaction as it was. One that would change nothing appends no event and, where it says whether
/// anything changed, gives `false`. Whoever writes to a local store may do everything that a collaborator
/// may at a forge: comment on what is locked, pin, delete, transfer.
pub struct RepositoryWriter<'a> {
    pub(super) transaction: Guarded<'a>,
    pub(super) row: u32,
}

impl<'a> RepositoryWriter<'a> {
    pub(super) const fn new(transaction: &'a mut WriteTransaction, row: u32) -> Self {
        Self {
            transaction: Guarded::new(transaction, row),
            row,
        }
    }

    /// Runs one edit of this repository, which is given by its row.
    pub(super) fn edit_here<T>(
        &mut self,
        edit: impl FnOnce(&mut Editor<'_, '_>, u32) -> Result<T>,
    ) -> Result<T> {
        let row = self.row;
        self.transaction.edit(|editor| edit(editor, row))
    }
}
