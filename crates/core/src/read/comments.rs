//! Comments, reactions, and earlier texts.

use backlot_model::{
    AuthorAssociation, Change, Field, Parent, Reactions, Record, RecordId, RecordKind,
    RepositoryName, Timestamp, Value,
};

use super::rows;
use super::snapshot::Snapshot;
use crate::codec::{Head, decode_head};
use crate::error::{Error, Result};
use crate::store::log::read_commit;
use crate::store::reading::Read;

/// A comment with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentDetail {
    /// The record's name, by which it is edited.
    pub id: RecordId,
    /// The author's login.
    pub author: Option<String>,
    /// What its author is to the repository, where that is known.
    pub author_association: Option<AuthorAssociation>,
    /// The text.
    pub body: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When its text was last changed.
    pub updated_at: Option<Timestamp>,
    /// Whether it is minimised.
    pub is_minimized: bool,
    /// Why it is minimised, if that was said.
    pub minimized_reason: Option<String>,
    /// Whether it is pinned to the top of its issue.
    pub is_pinned: bool,
    /// How many reactions it has.
    pub reactions: Reactions,
    /// The record.
    pub record: Record,
}

/// One reaction of one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionDetail {
    /// The record's name.
    pub id: RecordId,
    /// One of `Reactions::CONTENTS`, or what else a forge says.
    pub content: String,
    /// The login of who reacts.
    pub user: Option<String>,
    /// When.
    pub created_at: Option<Timestamp>,
}

/// A text that an issue or a comment had before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The text, if there was any.
    pub body: Option<String>,
    /// The login of who wrote it: for what was imported, of who imported it.
    pub editor: String,
    /// When it was recorded.
    pub at: Timestamp,
}

impl Snapshot {
    /// The comments of an issue or a pull request, in the order of time.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or no such issue in it, `Gone` when it was deleted,
    /// `Moved` when it went to another repository.
    pub fn comments(&self, repository: &RepositoryName, number: u64) -> Result<Vec<CommentDetail>> {
        let known = self
            .repository(repository)?
            .ok_or_else(|| Error::unknown("repository", repository))?;
        let (row, _) = rows::issue(&self.tables, known.row, number)?;
        let mut comments = Vec::new();
        rows::children(&self.tables, row, &mut |row| -> Result<()> {
            let head = self.head(row)?;
            if head.record.kind() == RecordKind::Comment {
                comments.push(self.comment_of(self.with_reactions(row, head)?)?);
            }
            Ok(())
        })?;
        Ok(comments)
    }

    /// The comment of this name.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none, `Gone` when it or its issue was deleted.
    pub fn comment(&self, id: RecordId) -> Result<CommentDetail> {
        let row = self.row_of_living(id, &[RecordKind::Comment])?;
        self.comment_of(self.with_reactions(row, self.head(row)?)?)
    }

    fn comment_of(&self, record: Record) -> Result<CommentDetail> {
        let reason = record.minimized_reason();
        Ok(CommentDetail {
            id: record.id(),
            author: self.author_of(&record)?,
            author_association: record.author_association().cloned(),
            body: record.body().cloned().unwrap_or_default(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
            is_minimized: reason.is_some(),
            minimized_reason: reason
                .filter(|reason| !reason.is_empty())
                .map(str::to_owned),
            is_pinned: record.is_pinned(),
            reactions: record.reactions(),
            record,
        })
    }

    /// The record in a row, with its reactions counted where no source tells how many there are: those that are
    /// known one by one.
    pub(super) fn with_reactions(&self, row: u32, head: Head) -> Result<Record> {
        let states = |head: &Head| head.record.get(Field::Reactions).is_some();
        let is_told = match head.is_edited {
            true => match self.tables.base(row)? {
                Some(base) => states(&decode_head(&base)?),
                None => false,
            },
            false => head.is_foreign && states(&head),
        };
        let mut record = self.in_full(head)?;
        if is_told {
            return Ok(record);
        }
        let mut counts = [0_u64; 8];
        rows::children(&self.tables, row, &mut |row| -> Result<()> {
            let reaction = self.head(row)?.record;
            let is_one = reaction.kind() == RecordKind::Reaction && !reaction.is_deleted();
            let content = reaction.content().filter(|_| is_one);
            let at = content.and_then(|content| {
                let mut contents = Reactions::CONTENTS.iter();
                contents.position(|known| *known == content)
            });
            if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
            Ok(())
        })?;
        for (count, own) in counts.iter_mut().zip(record.reactions().counts) {
            *count = own.max(*count);
        }
        let counted = Value::Reactions(Reactions { counts });
        if !counted.says_nothing() {
            record.set(counted);
        }
        Ok(record)
    }

    fn author_of(&self, record: &Record) -> Result<Option<String>> {
        match record.author() {
            Some(author) => self.login(author),
            None => Ok(None),
        }
    }

    /// The reactions to an issue or a comment that are known one by one, in the order of time. Of imported
    /// ones a forge often tells the count alone.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such issue or comment, `Gone` when it or its issue was deleted.
    pub fn reactions(&self, to: RecordId) -> Result<Vec<ReactionDetail>> {
        let row = self.row_of_living(to, &[RecordKind::Issue, RecordKind::Comment])?;
        let mut reactions = Vec::new();
        rows::children(&self.tables, row, &mut |row| -> Result<()> {
            let head = self.head(row)?;
            if head.record.kind() == RecordKind::Reaction {
                let record = self.in_full(head)?;
                reactions.push(ReactionDetail {
                    id: record.id(),
                    content: record.content().unwrap_or_default().to_owned(),
                    user: self.author_of(&record)?,
                    created_at: record.created_at(),
                });
            }
            Ok(())
        })?;
        Ok(reactions)
    }

    /// The texts that an issue or a comment had before the one that it has, the oldest first, as far as the
    /// log knows them.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such issue or comment, `Gone` when it or its issue was deleted.
    pub fn edits(&self, of: RecordId) -> Result<Vec<Revision>> {
        let row = self.row_of_living(of, &[RecordKind::Issue, RecordKind::Comment])?;
        let mut revisions: Vec<Revision> = Vec::new();
        for (at, sequence) in self.history(row)? {
            let Some(event) = self.event(at)? else {
                continue;
            };
            let body = event.changes.iter().find_map(|change| match change {
                Change::Set(Value::Body(pointer)) => Some(Some(*pointer)),
                Change::Clear(Field::Body) => Some(None),
                _ => None,
            });
            // What begins without a text has the first one in an edit.
            let body = match body {
                Some(body) => body.map(|pointer| self.text(pointer)).transpose()?,
                None if revisions.is_empty() => None,
                None => continue,
            };
            if revisions.last().is_some_and(|last| last.body == body) {
                continue;
            }
            if let Some((commit, _)) = read_commit(&self.tables, sequence)? {
                revisions.push(Revision {
                    body,
                    editor: event.actor.unwrap_or(commit.actor).as_str().to_owned(),
                    at: event.at.unwrap_or(commit.recorded_at),
                });
            }
        }
        revisions.pop();
        Ok(revisions)
    }

    /// The row of a record of one of these kinds that is there, and so is its issue.
    pub(crate) fn row_of_living(&self, id: RecordId, kinds: &[RecordKind]) -> Result<u32> {
        let name = kinds.first().map_or("record", |kind| kind.name());
        let unknown = || Error::unknown(name, id);
        let row = self.tables.row_of(id.to_bytes())?.ok_or_else(unknown)?;
        let record = self.head(row)?.record;
        if !kinds.contains(&record.kind()) || record.is_absent() {
            return Err(unknown());
        }
        let is_orphaned = match record.parent() {
            Some(Parent::Record(parent)) => match self.tables.row_of(parent.to_bytes())? {
                Some(row) => self.head(row)?.record.is_deleted(),
                None => false,
            },
            _ => false,
        };
        if record.is_deleted() || is_orphaned {
            return Err(Error::gone(record.kind().name(), id));
        }
        Ok(row)
    }
}
