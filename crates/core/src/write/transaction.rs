//! A write transaction: the store from its beginning to its commit.

use backlot_model::{Actor, Commit, CommitId, Origin, RepositoryName, check_login};

use super::editor::Editor;
use super::repository::RepositoryWriter;
use crate::derive::Derived;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::store::log::{CommitHead, CommitWriter, OpenCommit};
use crate::store::meta;
use crate::store::tables::{Tables, Transaction, repository_row};

/// Edits that become one commit, or none: dropping the transaction drops them.
#[must_use = "a transaction that is not committed changes nothing"]
pub struct WriteTransaction {
    // Taken by `commit`; none as well after an edit failed halfway, which ends the transaction.
    transaction: Option<Transaction>,
    open: Option<OpenCommit>,
    head: CommitHead,
    // Last, so that the right to write is given back after the transaction has ended.
    lock: HeldLock,
}

/// The right to write, given back when it is dropped, however that comes about.
pub(crate) struct HeldLock(Store);

impl Drop for HeldLock {
    fn drop(&mut self) {
        self.0.writer().release();
    }
}

impl Store {
    /// Takes the right to write.
    pub(crate) fn lock_writer(&self) -> Result<HeldLock> {
        self.writer().take(self.patience())?;
        Ok(HeldLock(self.clone()))
    }

    /// Begins to write. The reason is kept with the commit, for the log to show.
    ///
    /// # Errors
    /// `Invalid` when the actor's login cannot be one; `ReadOnly`; `Busy` when this thread has a transaction open already, or when another one did not
    /// end in the time that the options give.
    pub fn write(&self, actor: Actor, reason: impl Into<String>) -> Result<WriteTransaction> {
        // What the actor makes has the actor for its author.
        check_login(actor.as_str())?;
        let lock = self.lock_writer().map_err(|error| error.at(self.path()))?;
        let transaction = self.begin_write()?;
        let (open, replica) = {
            let mut tables = Tables::open(&transaction)?;
            let identity = meta::file_identity(self.path());
            let replica = meta::writing_replica(&mut tables, &identity, self.environment())?;
            (OpenCommit::new(&tables)?, replica)
        };
        let now = self.environment().now();
        let head = CommitHead {
            id: CommitId::from_parts(now, self.environment().random()),
            replica,
            actor,
            reason: reason.into(),
            recorded_at: now,
        };
        Ok(WriteTransaction {
            transaction: Some(transaction),
            open: Some(open),
            head,
            lock,
        })
    }
}

impl WriteTransaction {
    /// Creates a repository.
    ///
    /// # Errors
    /// `Exists` when there is one of this name.
    pub fn create_repository(&mut self, name: &RepositoryName) -> Result<RepositoryWriter<'_>> {
        let row = self.edit(|editor| editor.create_repository(name, Vec::new()))?;
        Ok(RepositoryWriter::new(self, row))
    }

    /// The repository of this name, to write to it.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none: this opens repositories and never creates them. One that is
    /// archived can be opened; every edit but un-archiving it is refused with `Archived`.
    pub fn repository(&mut self, name: &str) -> Result<RepositoryWriter<'_>> {
        let parsed: RepositoryName = name
            .parse()
            .map_err(|_| Error::unknown("repository", name))?;
        let transaction = self.transaction.as_ref().ok_or_else(poisoned)?;
        let row = repository_row(transaction, &parsed)?;
        let row = row.ok_or_else(|| Error::unknown("repository", &parsed))?;
        Ok(RepositoryWriter::new(self, row))
    }

    /// Makes the edits one commit, which is on disk when this returns. None when nothing changed.
    ///
    /// # Errors
    /// `Poisoned` when an edit failed halfway; `DiskFull` or `Io` when the commit did not reach the disk, and then
    /// none of it is kept.
    pub fn commit(mut self) -> Result<Option<Commit>> {
        let (Some(transaction), Some(open)) = (self.transaction.take(), self.open.take()) else {
            return Err(poisoned());
        };
        if open.events() == 0 {
            transaction.abort()?;
            return Ok(None);
        }
        let (told, touched) = {
            let mut tables = Tables::open(&transaction)?;
            let writer = CommitWriter::new(Derived::new(&mut tables)?, open);
            let touched = writer.derived.columns.all_touched();
            (writer.finish(self.head.clone(), Origin::Local)?, touched)
        };
        let caches = self.lock.0.caches();
        caches.publish(told.commit.sequence, touched);
        if told.changes_pins {
            caches.pins.change(told.commit.sequence);
        }
        transaction.commit().map_err(|error| {
            caches.forget_indexes();
            Error::from(error).at(self.lock.0.path())
        })?;
        let commit = told.commit.clone();
        self.lock.0.watchers().tell(told);
        Ok(Some(commit))
    }

    /// Runs one edit. One that is refused before it wrote anything leaves the transaction usable; one
    /// that fails halfway ends it.
    pub(super) fn edit<T>(
        &mut self,
        edit: impl FnOnce(&mut Editor<'_, '_>) -> Result<T>,
    ) -> Result<T> {
        let transaction = self.transaction.as_ref().ok_or_else(poisoned)?;
        let mut tables = Tables::open(transaction)?;
        let open = self.open.take().ok_or_else(poisoned)?;
        let before = open.events();
        let writer = CommitWriter::new(Derived::new(&mut tables)?, open);
        let head = &self.head;
        let (commit, now, actor) = (head.id, head.recorded_at, head.actor.clone());
        let mut editor = Editor {
            writer,
            commit,
            now,
            actor,
        };
        let result = edit(&mut editor);
        let open = editor.writer.suspend();
        if result.is_ok() || open.events() == before {
            self.open = Some(open);
        }
        result.map_err(|error| match error.kind() {
            // What the caller got wrong is no matter of the file.
            ErrorKind::Invalid
            | ErrorKind::UnknownRecord
            | ErrorKind::Exists
            | ErrorKind::Gone
            | ErrorKind::Archived
            | ErrorKind::Disabled
            | ErrorKind::Moved => error,
            _ => error.at(self.lock.0.path()),
        })
    }
}

fn poisoned() -> Error {
    let detail = "an edit of this transaction failed halfway; begin another one";
    Error::new(ErrorKind::Poisoned, "", detail)
}
