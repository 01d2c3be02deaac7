//! What may be written to: not an archived repository, and nothing that is switched off in one.

use backlot_model::Record;

use super::editor::Editor;
use super::transaction::WriteTransaction;
use crate::codec::TextPointer;
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
        let row = self.row;
        self.transaction.edit(|editor| {
            editor.check_present(row)?;
            edit(editor)
        })
    }
}

impl Editor<'_, '_> {
    /// Refuses to write to a deleted repository, whose writer may have been there before, or one of whose
    /// boards is named.
    fn check_present(&self, repository: u32) -> Result<Record<TextPointer>> {
        let record = self.head(repository)?.record;
        if record.is_deleted() {
            return Err(Error::gone("repository", record.name().unwrap_or_default()));
        }
        Ok(record)
    }

    /// Refuses to write to an archived or deleted repository.
    pub(super) fn check_writable(&self, repository: u32) -> Result<()> {
        let record = self.check_present(repository)?;
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

fn refuse_disabled<T>(repository: &Record<T>, is_disabled: bool, what: &str) -> Result<()> {
    if is_disabled {
        let subject = format!("repository {}", repository.name().unwrap_or_default());
        let detail = format_args!("{what} are switched off in this repository");
        return Err(Error::new(ErrorKind::Disabled, subject, detail));
    }
    Ok(())
}
