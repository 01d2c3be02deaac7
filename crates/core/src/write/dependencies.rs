//! Dependencies: which issues wait for which.

use backlot_model::{
    Change, DEPENDENCIES_PER_ISSUE, EventKind, Field, IssueReference, RecordId, Rule,
};

use super::editor::{Editor, invalid, no_pull_request};
use super::repository::RepositoryWriter;
use crate::error::Result;

const FIELD: &str = "blocked_by";
const PULL_REQUEST: &str = "can't depend on issues";

impl RepositoryWriter<'_> {
    /// Makes an issue wait for another one, of any repository of the store. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for `blocked_by` (or `blocking`, the other side) when there is no such issue, when it is
    /// the same one, when issues would wait for each other in a circle, or when either side would have too
    /// many by `backlot_model`'s limits, and for pull requests, which have no dependencies at GitHub;
    /// `UnknownRecord`, `Gone` or `Moved` for the issue.
    pub fn add_blocked_by(&mut self, number: u64, blocker: &IssueReference) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue_proper(repository, number, PULL_REQUEST)?;
            let (_, other) = editor.referenced(repository, blocker, FIELD)?;
            no_pull_request(&other, FIELD, PULL_REQUEST)?;
            let (id, blocker) = (head.record.id(), other.record.id());
            if head.record.blocked_by().contains(&blocker) {
                return Ok(false);
            }
            editor.check_circle(id, blocker)?;
            check_room(FIELD, head.record.blocked_by())?;
            check_room("blocking", other.record.blocking())?;
            let add = Change::Add(Field::BlockedBy, blocker);
            editor.issue_event(EventKind::BlockedByAdded, id, vec![add])?;
            let add = Change::Add(Field::Blocking, id);
            editor.issue_event(EventKind::BlockingAdded, blocker, vec![add])?;
            Ok(true)
        })
    }

    /// Lets an issue no longer wait for another one. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for `blocked_by` when there is no such other issue; `UnknownRecord`, `Gone` or `Moved` for
    /// the issue.
    pub fn remove_blocked_by(&mut self, number: u64, blocker: &IssueReference) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, number)?;
            let (_, other) = editor.referenced(repository, blocker, FIELD)?;
            let (id, blocker) = (head.record.id(), other.record.id());
            if !head.record.blocked_by().contains(&blocker) {
                return Ok(false);
            }
            let remove = Change::Remove(Field::BlockedBy, blocker);
            editor.issue_event(EventKind::BlockedByRemoved, id, vec![remove])?;
            editor.no_longer_blocking(blocker, id)?;
            Ok(true)
        })
    }
}

fn check_room(field: &'static str, ids: &[RecordId]) -> Result<()> {
    if ids.len() >= DEPENDENCIES_PER_ISSUE {
        let detail = format!("are too many (maximum is {DEPENDENCIES_PER_ISSUE})");
        return Err(invalid("issue", field, Rule::Unprocessable, detail));
    }
    Ok(())
}

impl Editor<'_, '_> {
    /// Takes an issue from those that wait for another one.
    pub(super) fn no_longer_blocking(
        &mut self,
        blocker: RecordId,
        waiting: RecordId,
    ) -> Result<()> {
        let remove = Change::Remove(Field::Blocking, waiting);
        self.issue_event(EventKind::BlockingRemoved, blocker, vec![remove])
    }

    /// Checks that the blocker does not wait for the issue itself, by whatever way.
    fn check_circle(&self, issue: RecordId, blocker: RecordId) -> Result<()> {
        if issue == blocker {
            let detail = "can't be the issue itself".to_owned();
            return Err(invalid("issue", FIELD, Rule::Invalid, detail));
        }
        let mut seen = vec![blocker];
        let mut at = 0;
        while let Some(id) = seen.get(at).copied() {
            at += 1;
            let Some((_, head)) = self.find(id)? else {
                continue;
            };
            for next in head.record.blocked_by() {
                if *next == issue {
                    let detail = "can't be an issue that waits for this one".to_owned();
                    return Err(invalid("issue", FIELD, Rule::Invalid, detail));
                }
                if !seen.contains(next) {
                    seen.push(*next);
                }
            }
        }
        Ok(())
    }
}
