//! Comments.

use backlot_model::{
    Change, EventKind, Field, Parent, Record, RecordId, RecordKind, Rule, Timestamp, Value,
    check_body, check_minimize_reason,
};

use super::editor::{Editor, invalid, no_pull_request};
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::{Error, Result};

impl RepositoryWriter<'_> {
    /// Comments on an issue or a pull request, also on a locked one, and gives the comment.
    ///
    /// # Errors
    /// `Invalid` for a `body` that is blank or too long; `UnknownRecord`, `Gone` or `Moved` when there is no
    /// such issue.
    pub fn comment(&mut self, number: u64, body: impl Into<String>) -> Result<RecordId> {
        let body = body.into();
        self.edit_here(|editor, repository| editor.comment(repository, number, &body))
    }

    /// Adds a comment that goes on with a text of an issue, its body or a comment: by the author of that text and
    /// of its moment, so that it stands behind it.
    ///
    /// # Errors
    /// As for [`RepositoryWriter::comment`].
    pub(crate) fn continue_text(
        &mut self,
        number: u64,
        text: &Record,
        body: &str,
    ) -> Result<RecordId> {
        self.edit_here(|editor, repository| {
            let written = Written {
                author: text.author(),
                at: text.created_at().unwrap_or(editor.now),
                association: text
                    .author_association()
                    .cloned()
                    .map(Value::AuthorAssociation),
            };
            editor.add_comment(repository, number, body, written)
        })
    }

    /// Gives a comment another text. Whether anything changed. Its issue counts as changed too, as forges
    /// have it.
    ///
    /// # Errors
    /// `Invalid` for a `body` that is blank or too long; `UnknownRecord` or `Gone` when there is no such
    /// comment in this repository.
    pub fn edit_comment(&mut self, comment: RecordId, body: impl Into<String>) -> Result<bool> {
        let body = body.into();
        self.edit_here(|editor, repository| {
            check_comment(&body)?;
            let (head, issue) = editor.commented(repository, comment)?;
            let known = editor.body(&head)?;
            if known.as_deref() == Some(body.as_str()) {
                return Ok(false);
            }
            let changes = vec![
                Change::Set(Value::Body(body.clone())),
                Change::Set(Value::UpdatedAt(editor.now)),
            ];
            editor.change(EventKind::Edited, comment, RecordKind::Comment, changes)?;
            if let Some(issue) = issue {
                let id = issue.record.id();
                editor.issue_event(EventKind::Edited, id, Vec::new())?;
                editor.follow_references(repository, id, known.as_deref(), Some(&body))?;
            }
            Ok(true)
        })
    }

    /// Deletes a comment and the reactions to it; tombstones are left.
    ///
    /// # Errors
    /// `UnknownRecord` or `Gone` when there is no such comment in this repository.
    pub fn delete_comment(&mut self, comment: RecordId) -> Result<()> {
        self.edit_here(|editor, repository| {
            let (head, issue) = editor.commented(repository, comment)?;
            let (row, _) = editor.present(comment)?;
            let text = editor.body(&head)?;
            for row in editor.child_rows(row)? {
                let record = editor.head(row)?.record;
                editor.tombstone(record.id(), record.kind())?;
            }
            editor.tombstone(comment, RecordKind::Comment)?;
            if let Some(issue) = issue {
                let id = issue.record.id();
                let count = issue.record.comment_count().saturating_sub(1);
                let count = Change::Set(Value::CommentCount(count));
                editor.issue_event(EventKind::CommentDeleted, id, vec![count])?;
                editor.follow_references(repository, id, text.as_deref(), None)?;
            }
            Ok(())
        })
    }

    /// Minimises a comment, for a reason of `backlot_model`'s `MINIMIZE_REASONS` or for none. One that is
    /// minimised for another reason gets this one. Whether anything changed; neither the comment nor its
    /// issue counts as changed by it.
    ///
    /// # Errors
    /// `Invalid` for a `minimized_reason` that is not on the list; `UnknownRecord` or `Gone`.
    pub fn minimize_comment(&mut self, comment: RecordId, reason: Option<&str>) -> Result<bool> {
        self.edit_here(|editor, repository| {
            reason.map_or(Ok(()), check_minimize_reason)?;
            let (head, _) = editor.commented(repository, comment)?;
            // A reason that is empty says that there is none.
            let reason = reason.unwrap_or_default();
            if head.record.minimized_reason() == Some(reason) {
                return Ok(false);
            }
            let change = Change::Set(Value::MinimizedReason(reason.to_owned()));
            editor.change(
                EventKind::Edited,
                comment,
                RecordKind::Comment,
                vec![change],
            )?;
            Ok(true)
        })
    }

    /// Shows a minimised comment again. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` or `Gone` when there is no such comment in this repository.
    pub fn unminimize_comment(&mut self, comment: RecordId) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (head, _) = editor.commented(repository, comment)?;
            if head.record.minimized_reason().is_none() {
                return Ok(false);
            }
            let change = Change::Clear(Field::MinimizedReason);
            editor.change(
                EventKind::Edited,
                comment,
                RecordKind::Comment,
                vec![change],
            )?;
            Ok(true)
        })
    }

    /// Pins a comment to the top of its issue. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` when another comment of the issue is pinned, because GitHub's issues have one
    /// `pinned_comment`, and for a pull request ("Comment pinning is not supported on Pull Requests");
    /// `UnknownRecord` or `Gone`.
    pub fn pin_comment(&mut self, comment: RecordId) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (head, issue) = editor.commented(repository, comment)?;
            if head.record.is_pinned() {
                return Ok(false);
            }
            if let Some(issue) = issue {
                no_pull_request(&issue, "pull_request", "can't have a pinned comment")?;
                let (row, _) = editor.present(issue.record.id())?;
                for row in editor.child_rows(row)? {
                    let other = editor.head(row)?.record;
                    if other.kind() == RecordKind::Comment && other.is_pinned() {
                        let detail = "can't be set: another comment of the issue is pinned";
                        let (rule, detail) = (Rule::AlreadyExists, detail.to_owned());
                        return Err(invalid("comment", "pinned", rule, detail));
                    }
                }
            }
            let change = Change::Set(Value::Pinned(true));
            editor.change(
                EventKind::Pinned,
                comment,
                RecordKind::Comment,
                vec![change],
            )?;
            Ok(true)
        })
    }

    /// Unpins a comment. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` or `Gone` when there is no such comment in this repository.
    pub fn unpin_comment(&mut self, comment: RecordId) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (head, _) = editor.commented(repository, comment)?;
            if !head.record.is_pinned() {
                return Ok(false);
            }
            let change = Change::Clear(Field::Pinned);
            let kind = EventKind::Unpinned;
            editor.change(kind, comment, RecordKind::Comment, vec![change])?;
            Ok(true)
        })
    }
}

/// By whom a new comment is, and of which moment.
struct Written {
    author: Option<RecordId>,
    at: Timestamp,
    association: Option<Value>,
}

/// Checks the text of a comment, which cannot be blank.
fn check_comment(body: &str) -> Result<()> {
    if body.trim().is_empty() {
        let detail = "can't be blank".to_owned();
        return Err(invalid("comment", "body", Rule::MissingField, detail));
    }
    Ok(check_body("comment", body)?)
}

impl Editor<'_, '_> {
    pub(super) fn comment(&mut self, repository: u32, number: u64, body: &str) -> Result<RecordId> {
        check_comment(body)?;
        self.issue(repository, number)?;
        let written = Written {
            author: Some(self.acting_user()?),
            at: self.now,
            association: self.association(repository)?,
        };
        self.add_comment(repository, number, body, written)
    }

    fn add_comment(
        &mut self,
        repository: u32,
        number: u64,
        body: &str,
        written: Written,
    ) -> Result<RecordId> {
        check_comment(body)?;
        let (_, issue) = self.issue(repository, number)?;
        let issue = issue.record;
        let mut values = vec![
            Value::Repository(self.id(repository)?),
            Value::Body(body.to_owned()),
        ];
        values.extend(written.author.map(Value::Author));
        values.push(Value::CreatedAt(written.at));
        values.push(Value::UpdatedAt(self.now));
        values.extend(written.association);
        values.push(Value::Parent(Parent::Record(issue.id())));
        let row = self.create(RecordKind::Comment, values)?;
        let count = issue.comment_count().saturating_add(1);
        let count = Change::Set(Value::CommentCount(count));
        self.issue_event(EventKind::Edited, issue.id(), vec![count])?;
        self.follow_references(repository, issue.id(), None, Some(body))?;
        self.id(row)
    }

    /// A comment of this repository, and its issue, which one that waits for its issue has not yet.
    fn commented(&self, repository: u32, comment: RecordId) -> Result<(Head, Option<Head>)> {
        let (_, head) = self.target(repository, comment, &[RecordKind::Comment])?;
        let issue = match head.record.parent() {
            Some(Parent::Record(issue)) => self.find(issue)?.map(|(_, head)| head),
            _ => None,
        };
        Ok((head, issue))
    }

    /// A record of one of these kinds that is in this repository, itself or by its issue.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none, `Gone` when it or its issue was deleted.
    pub(super) fn target(
        &self,
        repository: u32,
        id: RecordId,
        kinds: &[RecordKind],
    ) -> Result<(u32, Head)> {
        let name = kinds.first().map_or("record", |kind| kind.name());
        let unknown = || Error::unknown(name, id);
        let (row, head) = self.find(id)?.ok_or_else(unknown)?;
        let parent = match head.record.parent() {
            Some(Parent::Record(parent)) => self.find(parent)?.map(|(_, head)| head),
            _ => None,
        };
        let here = self.id(repository)?;
        let is_here = head.record.repository() == Some(here)
            || parent
                .as_ref()
                .is_some_and(|parent| parent.record.repository() == Some(here));
        let kind = head.record.kind();
        if !is_here || !kinds.contains(&kind) {
            return Err(unknown());
        }
        if head.record.is_deleted() || parent.is_some_and(|parent| parent.record.is_deleted()) {
            return Err(Error::gone(kind.name(), id));
        }
        Ok((row, head))
    }
}
