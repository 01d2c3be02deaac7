//! Creating, renaming, moving and deleting the columns of project boards.

use backlot_model::{Change, EventKind, RecordId, RecordKind, Rule, Value, check_name};

use super::editor::{Editor, invalid};
use super::input_board::ColumnPlace;
use super::place::Place;
use super::transaction::WriteTransaction;
use crate::codec::Head;
use crate::error::{Error, Result};
use crate::read::content_rows;

impl WriteTransaction {
    /// Creates a column, after all others of its project.
    ///
    /// # Errors
    /// `UnknownRecord` and `Gone` for the project, `Archived` and `Disabled` by its repository, `Invalid`
    /// when the name breaks a rule.
    pub fn create_column(&mut self, project: RecordId, name: &str) -> Result<RecordId> {
        self.edit(|editor| editor.create_column(project, name))
    }

    /// Renames a column. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`, and `Invalid` when the name breaks a rule.
    pub fn rename_column(&mut self, id: RecordId, name: &str) -> Result<bool> {
        self.edit(|editor| editor.rename_column(id, name))
    }

    /// Moves a column on its board. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`, and `Invalid` when the place is on another board.
    pub fn move_column(&mut self, id: RecordId, place: ColumnPlace) -> Result<bool> {
        self.edit(|editor| editor.move_column(id, place))
    }

    /// Deletes a column with its cards. The issues in it stay.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone`, `Archived`, `Disabled`.
    pub fn delete_column(&mut self, id: RecordId) -> Result<()> {
        self.edit(|editor| {
            let (row, _) = editor.column(id)?;
            editor.delete_column_at(row)
        })
    }
}

impl Editor<'_, '_> {
    /// The column of this name, to be written to or to something in it.
    pub(super) fn column(&self, id: RecordId) -> Result<(u32, Head)> {
        let (row, head) = self.known(RecordKind::Column, id)?;
        self.board(container(&head)?)?;
        Ok((row, head))
    }

    fn create_column(&mut self, project: RecordId, name: &str) -> Result<RecordId> {
        check_name("column", "name", name)?;
        let (project_row, project_head) = self.board(project)?;
        let rank = self.rank(project_row, RecordKind::Column, Place::Last, None)?;
        let mut values = vec![
            Value::Name(name.to_owned()),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
            Value::Container(project),
        ];
        values.extend(belonging(&project_head));
        values.extend(rank.map(Value::Rank));
        let row = self.create(RecordKind::Column, values)?;
        self.id(row)
    }

    fn rename_column(&mut self, id: RecordId, name: &str) -> Result<bool> {
        let (_, head) = self.column(id)?;
        if head.record.name() == Some(name) {
            return Ok(false);
        }
        check_name("column", "name", name)?;
        let changes = vec![
            Change::Set(Value::Name(name.to_owned())),
            Change::Set(Value::UpdatedAt(self.now)),
        ];
        self.change(EventKind::Edited, id, RecordKind::Column, changes)?;
        Ok(true)
    }

    fn move_column(&mut self, id: RecordId, place: ColumnPlace) -> Result<bool> {
        let (row, head) = self.column(id)?;
        let project = container(&head)?;
        let place = match place {
            ColumnPlace::First => Place::First,
            ColumnPlace::Last => Place::Last,
            ColumnPlace::After(other) => {
                let (other, head) = self.known(RecordKind::Column, other)?;
                if container(&head)? != project {
                    let detail = "is after a column of another project".to_owned();
                    return Err(invalid("column", "position", Rule::Invalid, detail));
                }
                Place::After(other)
            }
        };
        let (project, _) = self.board(project)?;
        let Some(rank) = self.rank(project, RecordKind::Column, place, Some(row))? else {
            return Ok(false);
        };
        let changes = vec![
            Change::Set(Value::Rank(rank)),
            Change::Set(Value::UpdatedAt(self.now)),
        ];
        self.change(EventKind::Edited, id, RecordKind::Column, changes)?;
        Ok(true)
    }

    /// Deletes a column and its cards, all checks having been made.
    pub(super) fn delete_column_at(&mut self, column: u32) -> Result<()> {
        for card in content_rows(self.writer.derived.tables(), column)? {
            self.delete_card_at(card)?;
        }
        let id = self.id(column)?;
        self.tombstone(id, RecordKind::Column)
    }
}

/// The project of a column, or the column of a card.
pub(super) fn container(head: &Head) -> Result<RecordId> {
    let record = &head.record;
    let container = record.container();
    container.ok_or_else(|| Error::unknown("project of", record.id()))
}

/// The value that says to whom a project, and all on it, belongs.
pub(super) fn belonging(head: &Head) -> impl Iterator<Item = Value> {
    let repository = head.record.repository().map(Value::Repository);
    let owner = head.record.owner().map(Value::Owner);
    repository.into_iter().chain(owner)
}
