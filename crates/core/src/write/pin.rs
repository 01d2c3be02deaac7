//! Pinning issues to the top of their repository.

use backlot_model::{Change, EventKind, Field, PINNED_ISSUES, Rule, Value};

use super::editor::invalid;
use super::repository::RepositoryWriter;
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

impl RepositoryWriter<'_> {
    /// Pins an issue to the top of its repository. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` when three are pinned already, which is GitHub's limit, and for a pull request, which
    /// cannot be pinned; `UnknownRecord`, `Gone` or `Moved`.
    pub fn pin_issue(&mut self, number: u64) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue_proper(repository, number, "can't be pinned")?;
            if head.record.is_pinned() {
                return Ok(false);
            }
            let (from, to) = keys::pinned(repository);
            let tables = editor.writer.derived.tables();
            if tables.content_page(&from, &to, PINNED_ISSUES)?.len() >= PINNED_ISSUES {
                let detail = format!("are too many (maximum is {PINNED_ISSUES} in a repository)");
                return Err(invalid("issue", "pinned", Rule::Unprocessable, detail));
            }
            let change = Change::Set(Value::Pinned(true));
            editor.issue_event(EventKind::Pinned, head.record.id(), vec![change])?;
            Ok(true)
        })
    }

    /// Unpins an issue. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` or `Moved` when there is no such issue.
    pub fn unpin_issue(&mut self, number: u64) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, number)?;
            if !head.record.is_pinned() {
                return Ok(false);
            }
            let change = Change::Clear(Field::Pinned);
            editor.issue_event(EventKind::Unpinned, head.record.id(), vec![change])?;
            Ok(true)
        })
    }
}
