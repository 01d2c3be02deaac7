//! What may be written to: not an archived repository, and nothing that is switched off in one.

use super::editor::Editor;
use super::transaction::WriteTransaction;
use crate::error::{Error, ErrorKind, Result};

/// A write transaction as the writer of one repository uses it: every edit is refused while the
/// repository is archived, as forges do, except what un-archives it.
pub(super) struct Guarded<'a> {
    transaction: &'a mut WriteTransaction,
    row: u32,
}

impl<'a> Guarded<'a> {
    pub(super) const fn new(transaction: &'a mut WriteTransaction, row: u32) -> Self {
        Self { transaction, row }
    }

    /// Runs one edit of a repository that is not archived.
    pub(super) fn edit<T>(
        &mut self,
        edit: impl FnOnce(&mut Editor<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let row = self.row;
        self.transaction.edit(|editor| {
            editor.check_writable(row)?;
            edit(editor)
        })
    }

    /// Runs one edit also of an archived repository.
    pub(super) fn edit_archived<T>(
        &mut self,
        edit: impl FnOnce(&mut Editor<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        self.transaction.edit(edit)
    }
}

impl Editor<'_, '_> {
    /// Refuses to write to an archived repository.
    pub(super) fn check_writable(&self, repository: u32) -> Result<()> {
        let record = self.head(repository)?.record;
        if record.is_archived() {
            let subject = format!("repository {}", record.name().unwrap_or_default());
            let detail = "the repository is archived: it can only be read";
            return Err(Error::new(ErrorKind::Archived, subject, detail));
        }
        Ok(())
    }

    /// Refuses new issues where issues are switched off.
    pub(super) fn check_issues_enabled(&self, repository: u32) -> Result<()> {
        let record = self.head(repository)?.record;
        refuse_disabled(&record, record.has_issues_disabled(), "issues")
    }

    /// Refuses boards where projects are switched off.
    pub(super) fn check_projects_enabled(&self, repository: u32) -> Result<()> {
        let record = self.head(repository)?.record;
        refuse_disabled(&record, record.has_projects_disabled(), "projects")
    }
}

fn refuse_disabled<T>(
    repository: &backlot_model::Record<T>,
    is_disabled: bool,
    what: &str,
) -> Result<()> {
    if is_disabled {
        let subject = format!("repository {}", repository.name().unwrap_or_default());
        let detail = format_args!("{what} are switched off in this repository");
        return Err(Error::new(ErrorKind::Disabled, subject, detail));
    }
    Ok(())
}
