//! Creating, editing and deleting project boards.

use backlot_model::{
    Change, EventKind, Field, RecordId, RecordKind, Rule, State, UserKind, Value, check_body,
    check_login, check_name,
};

use super::editor::{Editor, invalid};
use super::input_board::{NewProject, ProjectEdit, ProjectOwner};
use super::milestone::check_state;
use super::transaction::WriteTransaction;
use crate::codec::Head;
use crate::error::{Error, Result};
use crate::import::next_number;
use crate::read::{content_rows, rows_of_login};
use crate::store::keys::Space;
use crate::store::reading::Read;

/// What the members of an organisation may do with a project.
const PERMISSIONS: [&str; 4] = ["read", "write", "admin", "none"];

impl WriteTransaction {
    /// Creates a project board, with a number of the owner's own sequence. An organisation or a person
    /// who is not known yet is made.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository, `Archived` and `Disabled` when it takes no board,
    /// `Invalid` when a field breaks a rule, or the login is an organisation's and not a person's or the
    /// other way round.
    pub fn create_project(
        &mut self,
        owner: &ProjectOwner,
        project: NewProject,
    ) -> Result<RecordId> {
        self.edit(|editor| editor.create_project(owner, project))
    }

    /// Edits a project board. Whether anything changed.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` when it was deleted, `Archived` and `Disabled` by its repository, `Invalid`.
    pub fn edit_project(&mut self, id: RecordId, edit: &ProjectEdit) -> Result<bool> {
        self.edit(|editor| editor.edit_project(id, edit))
    }

    /// Deletes a project board with its columns and cards. The issues on it stay.
    ///
    /// # Errors
    /// As [`Self::edit_project`].
    pub fn delete_project(&mut self, id: RecordId) -> Result<()> {
        self.edit(|editor| editor.delete_project(id))
    }
}

impl Editor<'_, '_> {
    fn create_project(&mut self, owner: &ProjectOwner, project: NewProject) -> Result<RecordId> {
        check_name("project", "name", &project.name)?;
        check_body("project", project.body.as_deref().unwrap_or_default())?;
        check_permission(project.permission.as_deref())?;
        let (owner, value) = match owner {
            ProjectOwner::Repository(name) => {
                let row = self.name(0, RecordKind::Repository, name.as_str())?;
                let row = row.ok_or_else(|| Error::unknown("repository", name))?;
                self.check_writable(row)?;
                self.check_projects_enabled(row)?;
                (row, Value::Repository(self.id(row)?))
            }
            ProjectOwner::Organization(login) => self.owner(login, true)?,
            ProjectOwner::User(login) => self.owner(login, false)?,
        };
        let author = self.acting_user()?;
        let number = next_number(self.writer.derived.tables(), owner, Space::Project)?;
        let mut values = vec![
            value,
            Value::Number(number),
            Value::Name(project.name),
            Value::State(State::Open),
            Value::Author(author),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
            Value::Private(project.is_private),
        ];
        let body = project.body.filter(|text| !text.is_empty());
        values.extend(body.map(Value::Body));
        values.extend(project.permission.map(Value::Permission));
        values.retain(|value| !value.says_nothing());
        let row = self.create(RecordKind::Project, values)?;
        self.id(row)
    }

    /// The row of an organisation or a person, made if there is none, and the value that names it.
    fn owner(&mut self, login: &str, is_organization: bool) -> Result<(u32, Value)> {
        let rows = rows_of_login(self.writer.derived.tables(), login)?;
        for row in &rows {
            let record = self.head(*row)?.record;
            if (record.user_kind() == Some(&UserKind::Organization)) == is_organization {
                return Ok((*row, Value::Owner(record.id())));
            }
        }
        if !rows.is_empty() {
            let (is, not) = match is_organization {
                true => ("person", "organisation"),
                false => ("organisation", "person"),
            };
            let detail = format!("{login:?} is a {is} and no {not}");
            return Err(invalid("project", "owner", Rule::Invalid, detail));
        }
        check_login(login)?;
        let kind = match is_organization {
            true => UserKind::Organization,
            false => UserKind::User,
        };
        let values = vec![
            Value::Name(login.to_owned()),
            Value::CreatedAt(self.now),
            Value::UserKind(kind),
        ];
        let row = self.create(RecordKind::User, values)?;
        Ok((row, Value::Owner(self.id(row)?)))
    }

    /// The row and the head of a record of this kind that is still there.
    pub(super) fn known(&self, kind: RecordKind, id: RecordId) -> Result<(u32, Head)> {
        let row = self.writer.derived.tables().row_of(id.to_bytes())?;
        let row = row.ok_or_else(|| Error::unknown(kind.name(), id))?;
        let head = self.head(row)?;
        if head.record.kind() != kind || head.record.is_absent() {
            return Err(Error::unknown(kind.name(), id));
        }
        if head.record.is_deleted() {
            return Err(Error::gone(kind.name(), id));
        }
        Ok((row, head))
    }

    /// The project of this name, to be written to or to something on it.
    pub(super) fn board(&self, id: RecordId) -> Result<(u32, Head)> {
        let (row, head) = self.known(RecordKind::Project, id)?;
        if let Some(repository) = head
            .record
            .repository()
            .filter(|_| head.record.owner().is_none())
            && let Some(repository) = self.writer.derived.tables().row_of(repository.to_bytes())?
        {
            self.check_writable(repository)?;
            self.check_projects_enabled(repository)?;
        }
        Ok((row, head))
    }

    fn edit_project(&mut self, id: RecordId, edit: &ProjectEdit) -> Result<bool> {
        let (_, head) = self.board(id)?;
        let record = head.record;
        let mut changes = Vec::new();
        if let Some(name) = edit
            .name
            .as_deref()
            .filter(|name| record.name() != Some(*name))
        {
            check_name("project", "name", name)?;
            changes.push(Change::Set(Value::Name(name.to_owned())));
        }
        if let Some(body) = &edit.body {
            let body = body.as_deref().filter(|text| !text.is_empty());
            check_body("project", body.unwrap_or_default())?;
            let known = record
                .body()
                .map(|text| self.writer.text(*text))
                .transpose()?;
            if body != known.as_deref() {
                let value = body.map(|text| Value::Body(text.to_owned()));
                changes.push(Change::set_or_clear(Field::Body, value));
            }
        }
        if let Some(private) = edit
            .private
            .filter(|private| *private != record.is_private())
        {
            let value = private.then_some(Value::Private(true));
            changes.push(Change::set_or_clear(Field::Private, value));
        }
        let permission = edit.permission.as_deref();
        if let Some(permission) = permission.filter(|word| record.permission() != Some(*word)) {
            check_permission(Some(permission))?;
            changes.push(Change::Set(Value::Permission(permission.to_owned())));
        }
        check_state("project", edit.state.as_ref())?;
        let known = record.state().unwrap_or(&State::Open);
        let state = edit.state.as_ref().filter(|state| *state != known);
        let is_edited = !changes.is_empty();
        if is_edited {
            changes.push(Change::Set(Value::UpdatedAt(self.now)));
            self.change(EventKind::Edited, id, RecordKind::Project, changes)?;
        }
        if let Some(state) = state {
            let changes = vec![
                Change::Set(Value::State(state.clone())),
                Change::Set(Value::UpdatedAt(self.now)),
            ];
            let kind = match state {
                State::Closed => EventKind::Closed,
                _ => EventKind::Reopened,
            };
            self.change(kind, id, RecordKind::Project, changes)?;
        }
        Ok(is_edited || state.is_some())
    }

    fn delete_project(&mut self, id: RecordId) -> Result<()> {
        let (row, _) = self.board(id)?;
        for column in content_rows(self.writer.derived.tables(), row)? {
            self.delete_column_at(column)?;
        }
        self.tombstone(id, RecordKind::Project)
    }
}

fn check_permission(permission: Option<&str>) -> Result<()> {
    match permission {
        Some(word) if !PERMISSIONS.contains(&word) => {
            let detail = format!("{word:?} is none of read, write, admin and none");
            let field = "organization_permission";
            Err(invalid("project", field, Rule::Invalid, detail))
        }
        _ => Ok(()),
    }
}
