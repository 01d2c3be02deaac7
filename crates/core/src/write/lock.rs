//! Locking and unlocking conversations.

use backlot_model::{Change, EventKind, Field, LockReason, Value, check_lock_reason};

use super::repository::RepositoryWriter;
use crate::error::Result;

impl RepositoryWriter<'_> {
    /// Locks the conversation of an issue or a pull request, for a reason or for none. One that is locked
    /// for another reason gets this one. Whether anything changed.
    ///
    /// Comments stay possible: at a forge collaborators may go on, and whoever writes to a local store is
    /// one.
    ///
    /// # Errors
    /// `Invalid` for a `lock_reason` that is not on GitHub's list; `UnknownRecord`, `Gone` or `Moved`.
    pub fn lock_issue(&mut self, number: u64, reason: Option<LockReason>) -> Result<bool> {
        self.edit_here(|editor, repository| {
            if let Some(reason) = &reason {
                check_lock_reason(reason)?;
            }
            let (_, head) = editor.issue(repository, number)?;
            let record = &head.record;
            if record.is_locked() && record.lock_reason() == reason.as_ref() {
                return Ok(false);
            }
            let mut changes = vec![Change::Set(Value::Locked(true))];
            if record.lock_reason() != reason.as_ref() {
                let reason = reason.map(Value::LockReason);
                changes.push(Change::set_or_clear(Field::LockReason, reason));
            }
            editor.issue_event(EventKind::Locked, record.id(), changes)?;
            Ok(true)
        })
    }

    /// Unlocks the conversation of an issue or a pull request. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` or `Moved` when there is no such issue.
    pub fn unlock_issue(&mut self, number: u64) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, number)?;
            let record = &head.record;
            if !record.is_locked() {
                return Ok(false);
            }
            let mut changes = vec![Change::Clear(Field::Locked)];
            if record.lock_reason().is_some() {
                changes.push(Change::Clear(Field::LockReason));
            }
            editor.issue_event(EventKind::Unlocked, record.id(), changes)?;
            Ok(true)
        })
    }
}
