//! Creating, editing and deleting repositories.

use backlot_model::{Change, EventKind, Field, RecordKind, RepositoryName, Rule, Value};

use super::editor::{Editor, check_description, invalid};
use super::input_label::{DEFAULT_LABELS, NewLabel};
use super::repository::RepositoryWriter;
use super::transaction::WriteTransaction;
use crate::error::{Error, ErrorKind, Result};
use crate::read::for_each_row;

/// What a new repository has beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRepository {
    description: Option<String>,
    is_private: bool,
    has_default_labels: bool,
}

impl NewRepository {
    /// Describes it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Makes it private.
    #[must_use]
    pub const fn private(mut self, is_private: bool) -> Self {
        self.is_private = is_private;
        self
    }

    /// Gives it the nine labels that GitHub gives a new repository.
    #[must_use]
    pub const fn default_labels(mut self) -> Self {
        self.has_default_labels = true;
        self
    }
}

/// An edit of a repository: what is not mentioned stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryEdit {
    name: Option<RepositoryName>,
    description: Option<Option<String>>,
    private: Option<bool>,
    archived: Option<bool>,
    issues: Option<bool>,
    projects: Option<bool>,
}

impl RepositoryEdit {
    /// Renames it. The name by which its forge knows it stays.
    #[must_use]
    pub fn name(mut self, name: RepositoryName) -> Self {
        self.name = Some(name);
        self
    }

    /// Describes it otherwise, or not at all.
    #[must_use]
    pub fn description(mut self, description: Option<String>) -> Self {
        self.description = Some(description);
        self
    }

    /// Makes it private or public.
    #[must_use]
    pub const fn private(mut self, is_private: bool) -> Self {
        self.private = Some(is_private);
        self
    }

    /// Archives it, so that it can only be read, or un-archives it.
    #[must_use]
    pub const fn archived(mut self, is_archived: bool) -> Self {
        self.archived = Some(is_archived);
        self
    }

    /// Switches issues on or off. Those that are there stay; new ones are refused.
    #[must_use]
    pub const fn issues(mut self, are_enabled: bool) -> Self {
        self.issues = Some(are_enabled);
        self
    }

    /// Switches project boards on or off. Those that are there stay, and cannot be written to.
    #[must_use]
    pub const fn projects(mut self, are_enabled: bool) -> Self {
        self.projects = Some(are_enabled);
        self
    }
}

impl WriteTransaction {
    /// Creates a repository with more than a name.
    ///
    /// # Errors
    /// `Exists` when there is one of this name, `Invalid` when the description breaks a rule.
    pub fn create_repository_with(
        &mut self,
        name: &RepositoryName,
        repository: NewRepository,
    ) -> Result<RepositoryWriter<'_>> {
        let row = self.edit(|editor| editor.create_repository_with(name, repository))?;
        Ok(RepositoryWriter::new(self, row))
    }
}

impl RepositoryWriter<'_> {
    /// Edits the repository. Whether anything changed. Of an archived one, everything is refused that
    /// does not un-archive it.
    ///
    /// # Errors
    /// `Exists` when another repository has the new name, `Archived`, and `Invalid` when the description
    /// breaks a rule.
    pub fn edit(&mut self, edit: &RepositoryEdit) -> Result<bool> {
        let row = self.row;
        self.transaction
            .edit_archived(|editor| editor.edit_repository(row, edit))
    }

    /// Deletes the repository, archived or not. Only its own tombstone is written: what belongs to it goes
    /// out of sight with it, and its name is free again.
    ///
    /// # Errors
    /// `Invalid` when there are issues, milestones or projects in it and it is not `forced`.
    pub fn delete(&mut self, forced: bool) -> Result<()> {
        let row = self.row;
        self.transaction
            .edit_archived(|editor| editor.delete_repository(row, forced))
    }
}

impl Editor<'_, '_> {
    fn create_repository_with(
        &mut self,
        name: &RepositoryName,
        repository: NewRepository,
    ) -> Result<u32> {
        check_description("repository", repository.description.as_deref())?;
        let description = repository.description.filter(|text| !text.is_empty());
        let mut values: Vec<Value> = description.map(Value::Description).into_iter().collect();
        values.extend(repository.is_private.then_some(Value::Private(true)));
        let row = self.create_repository(name, values)?;
        if repository.has_default_labels {
            for (name, color, description) in DEFAULT_LABELS {
                let mut label = NewLabel::named(name).color(color).description(description);
                label.is_default = true;
                self.create_label(row, label)?;
            }
        }
        Ok(row)
    }

    fn edit_repository(&mut self, row: u32, edit: &RepositoryEdit) -> Result<bool> {
        if edit.archived != Some(false) {
            self.check_writable(row)?;
        }
        let record = self.head(row)?.record;
        let mut changes = Vec::new();
        if let Some(name) = edit
            .name
            .as_ref()
            .filter(|name| record.name() != Some(name.as_str()))
        {
            let holder = self.name(0, RecordKind::Repository, name.as_str())?;
            if holder.is_some_and(|holder| holder != row) {
                let subject = format!("repository {name}");
                return Err(Error::new(ErrorKind::Exists, subject, "exists already"));
            }
            changes.push(Change::Set(Value::Name(name.to_string())));
        }
        if let Some(description) = &edit.description {
            let description = description.as_deref().filter(|text| !text.is_empty());
            if description != record.description() {
                check_description("repository", description)?;
                let value = description.map(|text| Value::Description(text.to_owned()));
                changes.push(Change::set_or_clear(Field::Description, value));
            }
        }
        let flags = [
            (edit.private, record.is_private(), Value::Private(true)),
            (edit.archived, record.is_archived(), Value::Archived(true)),
            (
                edit.issues.map(|are_enabled| !are_enabled),
                record.has_issues_disabled(),
                Value::IssuesDisabled(true),
            ),
            (
                edit.projects.map(|are_enabled| !are_enabled),
                record.has_projects_disabled(),
                Value::ProjectsDisabled(true),
            ),
        ];
        for (wanted, known, flag) in flags {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != known) {
                let field = flag.field();
                changes.push(Change::set_or_clear(field, wanted.then_some(flag)));
            }
        }
        if changes.is_empty() {
            return Ok(false);
        }
        self.change(
            EventKind::Edited,
            record.id(),
            RecordKind::Repository,
            changes,
        )?;
        Ok(true)
    }

    fn delete_repository(&mut self, row: u32, forced: bool) -> Result<()> {
        let mut is_empty = true;
        for kind in [
            RecordKind::Issue,
            RecordKind::Milestone,
            RecordKind::Project,
        ] {
            let tables = self.writer.derived.tables();
            for_each_row(tables, row, kind, &mut |row| -> Result<()> {
                let record = self.head(row)?.record;
                is_empty &= record.is_deleted() || record.is_absent();
                Ok(())
            })?;
        }
        if !is_empty && !forced {
            let detail = "has issues, milestones or projects: force its deletion".to_owned();
            return Err(invalid(
                "repository",
                "contents",
                Rule::Unprocessable,
                detail,
            ));
        }
        let id = self.id(row)?;
        self.tombstone(id, RecordKind::Repository)
    }
}
