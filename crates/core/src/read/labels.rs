//! The labels of a repository, and those of a milestone's issues.

use backlot_model::{RecordId, RecordKind, RepositoryName};

use super::rows;
use super::snapshot::{RepositorySummary, Snapshot};
use crate::error::{Error, Result};
use crate::store::keys;
use crate::store::reading::Read;

/// A label as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSummary {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// The colour, as it was given: six hexadecimal digits.
    pub color: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it came with the repository.
    pub is_default: bool,
}

impl Snapshot {
    /// The repository of this name, which must be there.
    pub(crate) fn known_repository(&self, name: &RepositoryName) -> Result<RepositorySummary> {
        self.repository(name)?
            .ok_or_else(|| Error::unknown("repository", name))
    }

    /// The labels of a repository, by name without regard to case.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn labels(&self, repository: &RepositoryName) -> Result<Vec<LabelSummary>> {
        let row = self.known_repository(repository)?.row;
        let mut labels = Vec::new();
        rows::by_name(
            &self.tables,
            row,
            RecordKind::Label,
            &mut |row| -> Result<()> {
                labels.push(self.label_at(row)?);
                Ok(())
            },
        )?;
        Ok(labels)
    }

    /// The label of this name, without regard to case. One that was deleted is unknown, as at GitHub.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or no such label in it.
    pub fn label(&self, repository: &RepositoryName, name: &str) -> Result<LabelSummary> {
        let row = self.known_repository(repository)?.row;
        let key = keys::name(row, RecordKind::Label, name);
        match self.tables.name(&key)? {
            Some(row) => self.label_at(row),
            None => Err(Error::unknown("label", name)),
        }
    }

    /// The labels that the issues of a milestone bear, by name without regard to case.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository or milestone, `Gone` when it was deleted.
    pub fn milestone_labels(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Vec<LabelSummary>> {
        let repository = self.known_repository(repository)?.row;
        let (row, _) = rows::milestone(&self.tables, repository, number)?;
        let found = self.labels_with_milestone(repository, row)?;
        let mut labels = Vec::with_capacity(found.len());
        for row in found {
            labels.push(self.label_at(row)?);
        }
        labels.sort_by_cached_key(|label| label.name.to_lowercase());
        Ok(labels)
    }

    fn label_at(&self, row: u32) -> Result<LabelSummary> {
        let record = self.head(row)?.record;
        Ok(LabelSummary {
            id: record.id(),
            name: record.name().unwrap_or_default().to_owned(),
            color: record.color().unwrap_or_default().to_owned(),
            description: record.description().map(str::to_owned),
            is_default: record.is_default(),
        })
    }
}
