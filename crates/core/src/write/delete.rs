//! Deleting issues.

use backlot_model::{Change, EventKind, Field, RecordId, RecordKind};

use super::editor::Editor;
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::Result;
use crate::read::rows;
use crate::store::keys;
use crate::store::reading::Read;

impl RepositoryWriter<'_> {
    /// Deletes an issue: a tombstone is left of it, of its comments and reactions, and of the cards that
    /// show it; what its forge told of its past is no longer shown. Its number is never used again. Other
    /// issues lose their links to it, each by the event that says so.
    ///
    /// # Errors
    /// `Invalid` for a pull request, which GitHub cannot delete either; `UnknownRecord`, `Gone` or `Moved`.
    pub fn delete_issue(&mut self, number: u64) -> Result<()> {
        self.edit_here(|editor, repository| {
            let (row, head) = editor.issue_proper(repository, number, "can't be deleted")?;
            editor.unlink(row, &head)?;
            let id = head.record.id();
            let mut texts: Vec<_> = editor.body(&head)?.into_iter().collect();
            for (child, kind) in editor.belongings(row)? {
                if kind == RecordKind::Comment {
                    let (_, comment) = editor.present(child)?;
                    texts.extend(editor.body(&comment)?);
                }
                if kind != RecordKind::HistoryEvent {
                    editor.tombstone(child, kind)?;
                }
            }
            for card in rows::cards_of(editor.writer.derived.tables(), row)? {
                let card = editor.id(card)?;
                editor.tombstone(card, RecordKind::Card)?;
            }
            editor.tombstone(id, RecordKind::Issue)?;
            // Only now does no text of the issue refer to anything.
            for text in texts {
                editor.follow_references(repository, id, Some(&text), None)?;
            }
            Ok(())
        })
    }
}

impl Editor<'_, '_> {
    /// The row and the head of a record that must be there.
    pub(super) fn present(&self, id: RecordId) -> Result<(u32, Head)> {
        let found = self.find(id)?;
        found.ok_or_else(|| crate::codec::Malformed("record").into())
    }

    /// Takes the links to an issue away from all others.
    fn unlink(&mut self, row: u32, head: &Head) -> Result<()> {
        let id = head.record.id();
        for parent in self.living(head.record.parent_issue().as_slice())? {
            let remove = Change::Remove(Field::SubIssues, id);
            self.issue_event(EventKind::SubIssueRemoved, parent, vec![remove])?;
        }
        for child in self.living(head.record.sub_issues())? {
            let clear = Change::Clear(Field::ParentIssue);
            self.issue_event(EventKind::ParentIssueRemoved, child, vec![clear])?;
        }
        for blocker in self.living(head.record.blocked_by())? {
            self.no_longer_blocking(blocker, id)?;
        }
        for waiting in self.living(head.record.blocking())? {
            let remove = Change::Remove(Field::BlockedBy, id);
            self.issue_event(EventKind::BlockedByRemoved, waiting, vec![remove])?;
        }
        let (from, to) = keys::duplicates(row);
        for duplicate in self.contents(&from, &to)? {
            let clear = Change::Clear(Field::DuplicateOf);
            self.issue_event(EventKind::UnmarkedAsDuplicate, duplicate, vec![clear])?;
        }
        Ok(())
    }

    /// The records of a range of the table of contents.
    fn contents(&self, from: &[u8], to: &[u8]) -> Result<Vec<RecordId>> {
        let keys = self
            .writer
            .derived
            .tables()
            .content_page(from, to, usize::MAX)?;
        let rows = keys.iter().filter_map(|key| keys::content_row(key));
        rows.map(|row| self.id(row)).collect()
    }

    /// The comments, events and reactions of an issue, and the reactions to its comments.
    pub(super) fn belongings(&self, row: u32) -> Result<Vec<(RecordId, RecordKind)>> {
        let mut found = Vec::new();
        for row in self.child_rows(row)? {
            let record = self.head(row)?.record;
            found.push((record.id(), record.kind()));
            if record.kind() == RecordKind::Comment {
                for row in self.child_rows(row)? {
                    let record = self.head(row)?.record;
                    found.push((record.id(), record.kind()));
                }
            }
        }
        Ok(found)
    }

    /// The rows of what belongs to an issue or a comment, in the order of time.
    pub(super) fn child_rows(&self, parent: u32) -> Result<Vec<u32>> {
        rows::child_rows(self.writer.derived.tables(), parent)
    }
}
