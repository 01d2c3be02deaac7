//! Creating, editing, closing and deleting milestones.

use backlot_model::{Change, EventKind, Field, RecordKind, Rule, State, Value, check_name};

use super::editor::{Editor, check_description, invalid};
use super::input_milestone::{MilestoneEdit, NewMilestone};
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::Result;
use crate::import::next_number;
use crate::read::for_each_row;
use crate::read::rows;
use crate::store::keys::Space;

impl RepositoryWriter<'_> {
    /// Creates a milestone and gives its number, which no other milestone of the repository will have.
    ///
    /// # Errors
    /// `Invalid` when a field breaks a rule, or a milestone has this very title.
    pub fn create_milestone(&mut self, milestone: NewMilestone) -> Result<u64> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.create_milestone(row, milestone))
    }

    /// Edits a milestone. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such milestone, `Gone` when it was deleted, `Invalid` when a
    /// field breaks a rule or another milestone has the new title.
    pub fn edit_milestone(&mut self, number: u64, edit: &MilestoneEdit) -> Result<bool> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.edit_milestone(row, number, edit))
    }

    /// Deletes a milestone and takes every issue out of it. When those issues were last changed stays as
    /// it is: nobody did anything to them.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such milestone, `Gone` when it was deleted already.
    pub fn delete_milestone(&mut self, number: u64) -> Result<()> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.delete_milestone(row, number))
    }
}

impl Editor<'_, '_> {
    pub(super) fn create_milestone(
        &mut self,
        repository: u32,
        milestone: NewMilestone,
    ) -> Result<u64> {
        check_name("milestone", "title", &milestone.title)?;
        check_description("milestone", milestone.description.as_deref())?;
        check_state("milestone", milestone.state.as_ref())?;
        self.check_title_is_free(repository, &milestone.title, None)?;
        let author = self.acting_user()?;
        let number = next_number(self.writer.derived.tables(), repository, Space::Milestone)?;
        let state = milestone.state.unwrap_or(State::Open);
        let closed_at = (state == State::Closed).then_some(Value::ClosedAt(self.now));
        let mut values = vec![
            Value::Repository(self.id(repository)?),
            Value::Number(number),
            Value::Title(milestone.title),
            Value::State(state),
            Value::Author(author),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
        ];
        values.extend(closed_at);
        let description = milestone.description.filter(|text| !text.is_empty());
        values.extend(description.map(Value::Description));
        values.extend(milestone.due_on.map(Value::DueOn));
        self.create(RecordKind::Milestone, values)?;
        Ok(number)
    }

    /// Titles are compared as they are: `v1` and `V1` can stand side by side, as at GitHub.
    fn check_title_is_free(&self, repository: u32, title: &str, own: Option<u32>) -> Result<()> {
        let tables = self.writer.derived.tables();
        let mut is_taken = false;
        for_each_row(
            tables,
            repository,
            RecordKind::Milestone,
            &mut |row| -> Result<()> {
                let record = self.head(row)?.record;
                is_taken |= own != Some(row)
                    && record.title() == Some(title)
                    && !record.is_deleted()
                    && !record.is_absent();
                Ok(())
            },
        )?;
        if is_taken {
            let detail = format!("{title:?} exists already");
            return Err(invalid("milestone", "title", Rule::AlreadyExists, detail));
        }
        Ok(())
    }

    fn milestone_head(&self, repository: u32, number: u64) -> Result<(u32, Head)> {
        rows::milestone(self.writer.derived.tables(), repository, number)
    }

    pub(super) fn edit_milestone(
        &mut self,
        repository: u32,
        number: u64,
        edit: &MilestoneEdit,
    ) -> Result<bool> {
        let (row, head) = self.milestone_head(repository, number)?;
        let record = head.record;
        let mut changes = Vec::new();
        if let Some(title) = edit
            .title
            .as_deref()
            .filter(|title| record.title() != Some(*title))
        {
            check_name("milestone", "title", title)?;
            self.check_title_is_free(repository, title, Some(row))?;
            changes.push(Change::Set(Value::Title(title.to_owned())));
        }
        if let Some(description) = &edit.description {
            let description = description.as_deref().filter(|text| !text.is_empty());
            if description != record.description() {
                check_description("milestone", description)?;
                let value = description.map(|text| Value::Description(text.to_owned()));
                changes.push(Change::set_or_clear(Field::Description, value));
            }
        }
        if let Some(due_on) = edit.due_on.filter(|due_on| *due_on != record.due_on()) {
            changes.push(Change::set_or_clear(Field::DueOn, due_on.map(Value::DueOn)));
        }
        check_state("milestone", edit.state.as_ref())?;
        let known = record.state().unwrap_or(&State::Open);
        let state = edit.state.as_ref().filter(|state| *state != known);
        let is_edited = !changes.is_empty();
        if is_edited {
            changes.push(Change::Set(Value::UpdatedAt(self.now)));
            self.change(
                EventKind::Edited,
                record.id(),
                RecordKind::Milestone,
                changes,
            )?;
        }
        if let Some(state) = state {
            let is_closed = *state == State::Closed;
            let closed_at = is_closed.then_some(Value::ClosedAt(self.now));
            let changes = vec![
                Change::Set(Value::State(state.clone())),
                Change::set_or_clear(Field::ClosedAt, closed_at),
                Change::Set(Value::UpdatedAt(self.now)),
            ];
            let kind = if is_closed {
                EventKind::Closed
            } else {
                EventKind::Reopened
            };
            self.change(kind, record.id(), RecordKind::Milestone, changes)?;
        }
        Ok(is_edited || state.is_some())
    }

    pub(super) fn delete_milestone(&mut self, repository: u32, number: u64) -> Result<()> {
        let (row, head) = self.milestone_head(repository, number)?;
        let issues = self.issues_where(repository, |_, entry| entry.milestone == row)?;
        for issue in issues {
            let issue = self.id(issue)?;
            let change = Change::Clear(Field::Milestone);
            self.change(
                EventKind::Demilestoned,
                issue,
                RecordKind::Issue,
                vec![change],
            )?;
        }
        self.tombstone(head.record.id(), RecordKind::Milestone)
    }
}

/// Nothing can be made anything else than open or closed.
pub(super) fn check_state(object: &'static str, state: Option<&State>) -> Result<()> {
    match state {
        Some(State::Other(word)) => {
            let detail = format!("{word:?} is neither open nor closed");
            Err(invalid(object, "state", Rule::Invalid, detail))
        }
        _ => Ok(()),
    }
}
