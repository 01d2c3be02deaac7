//! Reactions to issues and comments.

use backlot_model::{
    Change, EventKind, Parent, Reactions, RecordId, RecordKind, Value, check_reaction,
};

use super::editor::Editor;
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::Result;
use crate::read::rows_of_login;

impl RepositoryWriter<'_> {
    /// Reacts to an issue or a comment with one of `Reactions::CONTENTS`, once for each user. Whether
    /// anything changed. As at forges, what is reacted to does not count as changed.
    ///
    /// # Errors
    /// `Invalid` for another `content`; `UnknownRecord` or `Gone` when there is no such issue or comment in
    /// this repository.
    pub fn react(&mut self, to: RecordId, content: &str) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let at = check_reaction(content)?;
            let (row, head) = editor.target(repository, to, REACTED_TO)?;
            if editor.own_reaction(row, content)?.is_some() {
                return Ok(false);
            }
            let author = editor.acting_user()?;
            let values = vec![
                Value::Repository(editor.id(repository)?),
                Value::Author(author),
                Value::CreatedAt(editor.now),
                Value::Parent(Parent::Record(to)),
                Value::Content(content.to_owned()),
            ];
            editor.create(RecordKind::Reaction, values)?;
            editor.count_reaction(&head, at, |count| count.saturating_add(1))?;
            Ok(true)
        })
    }

    /// Takes the acting user's own reaction to an issue or a comment back. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for a `content` that no reaction has; `UnknownRecord` or `Gone` when there is no such issue
    /// or comment in this repository.
    pub fn unreact(&mut self, to: RecordId, content: &str) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let at = check_reaction(content)?;
            let (row, head) = editor.target(repository, to, REACTED_TO)?;
            let Some(reaction) = editor.own_reaction(row, content)? else {
                return Ok(false);
            };
            editor.tombstone(reaction, RecordKind::Reaction)?;
            editor.count_reaction(&head, at, |count| count.saturating_sub(1))?;
            Ok(true)
        })
    }

    /// Takes a reaction back, whosever it is and whatever its content.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such reaction in this repository, `Gone` when it or what it is to was
    /// deleted.
    pub fn delete_reaction(&mut self, reaction: RecordId) -> Result<()> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.target(repository, reaction, &[RecordKind::Reaction])?;
            let to = match head.record.parent() {
                Some(Parent::Record(to)) => Some(editor.target(repository, to, REACTED_TO)?.1),
                _ => None,
            };
            editor.tombstone(reaction, RecordKind::Reaction)?;
            // What forges alone have is no part of the counts.
            let at = head.record.content().and_then(|content| {
                let mut known = Reactions::CONTENTS.iter();
                known.position(|known| *known == content)
            });
            match to.zip(at) {
                Some((to, at)) => editor.count_reaction(&to, at, |count| count.saturating_sub(1)),
                None => Ok(()),
            }
        })
    }
}

const REACTED_TO: &[RecordKind] = &[RecordKind::Issue, RecordKind::Comment];

impl Editor<'_, '_> {
    /// The reaction of this content that the acting user has given, under whichever host's login.
    fn own_reaction(&self, row: u32, content: &str) -> Result<Option<RecordId>> {
        let mut users = Vec::new();
        for row in rows_of_login(self.writer.derived.tables(), self.actor.as_str())? {
            users.push(self.id(row)?);
        }
        for row in self.child_rows(row)? {
            let record = self.head(row)?.record;
            if record.kind() == RecordKind::Reaction
                && record.content() == Some(content)
                && record
                    .author()
                    .is_some_and(|author| users.contains(&author))
            {
                return Ok(Some(record.id()));
            }
        }
        Ok(None)
    }

    fn count_reaction(
        &mut self,
        head: &Head,
        at: usize,
        change: impl Fn(u64) -> u64,
    ) -> Result<()> {
        let Reactions { mut counts } = head.record.reactions();
        if let Some(count) = counts.get_mut(at) {
            *count = change(*count);
        }
        let value = Value::Reactions(Reactions { counts });
        let change = if value.says_nothing() {
            Change::Clear(value.field())
        } else {
            Change::Set(value)
        };
        let record = &head.record;
        self.change(EventKind::Edited, record.id(), record.kind(), vec![change])
    }
}
