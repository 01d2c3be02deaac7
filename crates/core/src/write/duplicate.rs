//! Which issue another one says again.

use backlot_model::{
    Change, EventKind, Field, IssueReference, RecordId, Rule, State, StateReason, Value,
};

use super::editor::{Editor, invalid};
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::Result;

impl RepositoryWriter<'_> {
    /// Marks an issue as a duplicate of another one, and closes it as such when it is open, which is
    /// GitHub's "close as duplicate". Pull requests can be duplicates too. Whether anything changed.
    ///
    /// The mark and the state are apart from then on: opening the issue again keeps the mark.
    ///
    /// # Errors
    /// `Invalid` for `duplicate_of` when there is no such other issue, when it is the same one, or when
    /// issues would say each other again in a circle; `UnknownRecord`, `Gone` or `Moved` for the issue.
    pub fn mark_duplicate(&mut self, number: u64, of: &IssueReference) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, number)?;
            let canonical = editor.canonical(repository, &head, of)?;
            let before = editor.writer.events();
            editor.set_duplicate(&head, canonical)?;
            if head.record.state().unwrap_or(&State::Open) == &State::Open {
                editor.edit_state(&head, &State::Closed, Some(&StateReason::Duplicate))?;
            }
            Ok(editor.writer.events() > before)
        })
    }

    /// Takes the mark away that an issue is a duplicate. As GitHub's "undo", this leaves its state as it is.
    /// Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` or `Moved` when there is no such issue.
    pub fn unmark_duplicate(&mut self, number: u64) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, number)?;
            if head.record.duplicate_of().is_none() {
                return Ok(false);
            }
            let change = Change::Clear(Field::DuplicateOf);
            let kind = EventKind::UnmarkedAsDuplicate;
            editor.issue_event(kind, head.record.id(), vec![change])?;
            Ok(true)
        })
    }
}

impl Editor<'_, '_> {
    /// The issue that `head` may be marked as a duplicate of.
    pub(super) fn canonical(
        &self,
        repository: u32,
        head: &Head,
        reference: &IssueReference,
    ) -> Result<RecordId> {
        let field = "duplicate_of";
        let id = head.record.id();
        let (_, canonical) = self.referenced(repository, reference, field)?;
        if canonical.record.id() == id {
            let detail = "can't be the issue itself".to_owned();
            return Err(invalid("issue", field, Rule::Invalid, detail));
        }
        let found = canonical.record.id();
        let mut seen = vec![found];
        let mut next = canonical.record.duplicate_of();
        while let Some(at) = next.filter(|at| !seen.contains(at)) {
            if at == id {
                let detail = format!("can't be {reference}, which is a duplicate of the issue");
                return Err(invalid("issue", field, Rule::Invalid, detail));
            }
            seen.push(at);
            next = self
                .find(at)?
                .and_then(|(_, head)| head.record.duplicate_of());
        }
        Ok(found)
    }

    pub(super) fn set_duplicate(&mut self, head: &Head, canonical: RecordId) -> Result<()> {
        if head.record.duplicate_of() == Some(canonical) {
            return Ok(());
        }
        let change = Change::Set(Value::DuplicateOf(canonical));
        self.issue_event(EventKind::MarkedAsDuplicate, head.record.id(), vec![change])
    }
}
