//! Taking an issue to another repository.

use backlot_model::{Change, EventKind, Field, RecordId, RecordKind, RepositoryName, Rule, Value};

use super::editor::{Editor, invalid};
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::{Error, Result};
use crate::import::next_number;
use crate::read::for_each_row;
use crate::store::keys::Space;

impl RepositoryWriter<'_> {
    /// Takes an issue to another repository of the store, and gives its number there, which is the next one.
    ///
    /// It stays the same record, with its comments, reactions, history, assignees, sub-issues and links.
    /// It keeps the labels that the other repository has under the same name, and its milestone where one
    /// of the same title and due date is there; it is no longer pinned. The old number leads to the new
    /// place. GitHub moves issues only between repositories of one owner, and none from a private to a
    /// public one; a store has one user, so neither matters here.
    ///
    /// # Errors
    /// `Invalid` for `repository` when it is the one where the issue is, and for a pull request, which
    /// stays where its branches are; `UnknownRecord` for the repository, `Archived` and `Disabled` when it
    /// takes no issues; `UnknownRecord`, `Gone` or `Moved` for the issue.
    pub fn transfer_issue(&mut self, number: u64, to: &str) -> Result<u64> {
        self.edit_here(|editor, repository| editor.transfer(repository, number, to))
    }
}

impl Editor<'_, '_> {
    fn transfer(&mut self, repository: u32, number: u64, to: &str) -> Result<u64> {
        let (row, head) = self.issue_proper(repository, number, "can't be transferred")?;
        let unknown = || Error::unknown("repository", to);
        let name: RepositoryName = to.parse().map_err(|_| unknown())?;
        let there = self.name(0, RecordKind::Repository, name.as_str())?;
        let there = there.ok_or_else(unknown)?;
        if there == repository {
            let detail = format!("is {name} already");
            return Err(invalid("issue", "repository", Rule::Invalid, detail));
        }
        self.check_writable(there)?;
        self.check_issues_enabled(there)?;
        let record = &head.record;
        let new_repository = Value::Repository(self.id(there)?);
        let new_number = next_number(self.writer.derived.tables(), there, Space::Issue)?;
        let mut changes = vec![
            Change::Set(new_repository.clone()),
            Change::Set(Value::Number(new_number)),
        ];
        if !record.labels().is_empty() {
            changes.push(Change::Set(Value::Labels(self.labels_there(there, &head)?)));
        }
        if let Some(milestone) = record.milestone() {
            let milestone = self.milestone_there(there, milestone)?;
            changes.push(Change::set_or_clear(
                Field::Milestone,
                milestone.map(Value::Milestone),
            ));
        }
        if record.is_pinned() {
            changes.push(Change::Clear(Field::Pinned));
        }
        // An empty list is no value.
        for change in &mut changes {
            if let Change::Set(value) = change
                && value.says_nothing()
            {
                *change = Change::Clear(value.field());
            }
        }
        self.issue_event(EventKind::Transferred, record.id(), changes)?;
        for (child, kind) in self.belongings(row)? {
            let change = Change::Set(new_repository.clone());
            self.change(EventKind::Transferred, child, kind, vec![change])?;
        }
        Ok(new_number)
    }

    /// The labels of a repository that have the names of an issue's labels.
    fn labels_there(&self, repository: u32, head: &Head) -> Result<Vec<RecordId>> {
        let mut found = Vec::new();
        for label in head.record.labels() {
            let Some((_, label)) = self.find(*label)? else {
                continue;
            };
            let name = label.record.name().unwrap_or_default();
            if let Some(row) = self.name(repository, RecordKind::Label, name)? {
                let id = self.id(row)?;
                if !found.contains(&id) {
                    found.push(id);
                }
            }
        }
        Ok(found)
    }

    /// The milestone of a repository that has the title and the due date of this one.
    fn milestone_there(&self, repository: u32, milestone: RecordId) -> Result<Option<RecordId>> {
        let Some((_, wanted)) = self.find(milestone)? else {
            return Ok(None);
        };
        let mut found = None;
        let tables = self.writer.derived.tables();
        for_each_row(
            tables,
            repository,
            RecordKind::Milestone,
            &mut |row| -> Result<()> {
                let record = self.head(row)?.record;
                let is_same = !record.is_deleted()
                    && record.title() == wanted.record.title()
                    && record.due_on() == wanted.record.due_on();
                if found.is_none() && is_same {
                    found = Some(record.id());
                }
                Ok(())
            },
        )?;
        Ok(found)
    }
}
