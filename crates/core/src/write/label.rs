//! Creating, editing and deleting labels.

use backlot_model::{
    Change, EventKind, Field, RecordId, RecordKind, Rule, Value, check_color,
    check_label_description, check_label_name,
};

use super::editor::{DEFAULT_COLOR, Editor, invalid};
use super::input_label::{LabelEdit, NewLabel};
use super::repository::RepositoryWriter;
use crate::derive::{ColumnEntry, RepositoryColumns};
use crate::error::{Error, Result};
use crate::read::rows::load_columns;

impl RepositoryWriter<'_> {
    /// Creates a label. One whose name was deleted before is another label.
    ///
    /// # Errors
    /// `Invalid` when a field breaks a rule, or there is a label of this name whatever its case.
    pub fn create_label(&mut self, label: NewLabel) -> Result<RecordId> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.create_label(row, label))
    }

    /// Edits the label of this name. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such label, `Invalid` when a field breaks a rule or another label
    /// has the new name.
    pub fn edit_label(&mut self, name: &str, edit: &LabelEdit) -> Result<bool> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.edit_label(row, name, edit))
    }

    /// Deletes the label of this name and takes it from every issue that bears it. When those issues were
    /// last changed stays as it is: nobody did anything to them.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such label.
    pub fn delete_label(&mut self, name: &str) -> Result<()> {
        let row = self.row;
        self.transaction
            .edit(|editor| editor.delete_label(row, name))
    }
}

impl Editor<'_, '_> {
    pub(super) fn create_label(&mut self, repository: u32, label: NewLabel) -> Result<RecordId> {
        check_label_name(&label.name)?;
        if let Some(color) = &label.color {
            check_color(color)?;
        }
        check_label_description(label.description.as_deref().unwrap_or_default())?;
        self.check_label_is_free(repository, &label.name, None)?;
        let mut values = vec![
            Value::Repository(self.id(repository)?),
            Value::CreatedAt(self.now),
            Value::Name(label.name),
            Value::Color(label.color.unwrap_or_else(|| DEFAULT_COLOR.to_owned())),
        ];
        let description = label.description.filter(|text| !text.is_empty());
        values.extend(description.map(Value::Description));
        values.push(Value::Default(label.is_default));
        values.retain(|value| !value.says_nothing());
        let row = self.create(RecordKind::Label, values)?;
        self.id(row)
    }

    fn check_label_is_free(&self, repository: u32, name: &str, own: Option<u32>) -> Result<()> {
        let holder = self.name(repository, RecordKind::Label, name)?;
        if holder.is_some() && holder != own {
            let detail = format!("{name:?} exists already");
            return Err(invalid("label", "name", Rule::AlreadyExists, detail));
        }
        Ok(())
    }

    /// The row of the label of this name, which must be there.
    fn label_row(&self, repository: u32, name: &str) -> Result<u32> {
        self.name(repository, RecordKind::Label, name)?
            .ok_or_else(|| Error::unknown("label", name))
    }

    pub(super) fn edit_label(
        &mut self,
        repository: u32,
        name: &str,
        edit: &LabelEdit,
    ) -> Result<bool> {
        let row = self.label_row(repository, name)?;
        let record = self.head(row)?.record;
        let mut changes = Vec::new();
        if let Some(name) = edit
            .name
            .as_deref()
            .filter(|name| record.name() != Some(*name))
        {
            check_label_name(name)?;
            self.check_label_is_free(repository, name, Some(row))?;
            changes.push(Change::Set(Value::Name(name.to_owned())));
        }
        if let Some(color) = edit
            .color
            .as_deref()
            .filter(|color| record.color() != Some(*color))
        {
            check_color(color)?;
            changes.push(Change::Set(Value::Color(color.to_owned())));
        }
        if let Some(description) = &edit.description {
            let description = description.as_deref().filter(|text| !text.is_empty());
            if description != record.description() {
                check_label_description(description.unwrap_or_default())?;
                let value = description.map(|text| Value::Description(text.to_owned()));
                changes.push(Change::set_or_clear(Field::Description, value));
            }
        }
        if changes.is_empty() {
            return Ok(false);
        }
        self.change(EventKind::Edited, record.id(), RecordKind::Label, changes)?;
        Ok(true)
    }

    pub(super) fn delete_label(&mut self, repository: u32, name: &str) -> Result<()> {
        let row = self.label_row(repository, name)?;
        let label = self.id(row)?;
        let bearers = self.issues_where(repository, |columns, entry| {
            columns.part(entry, ColumnEntry::LABELS).contains(&row)
        })?;
        for issue in bearers {
            let change = Change::Remove(Field::Labels, label);
            let issue = self.id(issue)?;
            self.change(EventKind::Unlabeled, issue, RecordKind::Issue, vec![change])?;
        }
        self.tombstone(label, RecordKind::Label)
    }

    /// The rows of the issues whose list columns pass a test, those of this very commit included.
    pub(super) fn issues_where(
        &mut self,
        repository: u32,
        test: impl Fn(&RepositoryColumns, &ColumnEntry) -> bool,
    ) -> Result<Vec<u32>> {
        // What this commit has touched is written to the columns first; that makes no difference to them.
        self.writer.derived.finish()?;
        let columns = load_columns(self.writer.derived.tables(), repository)?;
        let found = columns.entries.iter().filter(|entry| test(&columns, entry));
        Ok(found.map(|entry| entry.row).collect())
    }
}
