//! What all edits are made with: finding records, making new ones, appending events.

use backlot_model::{
    Actor, Change, CommitId, Event, EventKind, RecordId, RecordKind, RepositoryName, Rule,
    Timestamp, Value, check_label_name,
};

use crate::codec::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::read::rows_of_login;
use crate::store::keys::{self, Space};
use crate::store::log::CommitWriter;
use crate::store::reading::Read;

/// The colour of a label that is made because an issue bears it: the one that GitHub gives.
const DEFAULT_COLOR: &str = "ededed";

/// One edit at work.
pub(super) struct Editor<'a, 'txn> {
    pub(super) writer: CommitWriter<'a, 'txn>,
    pub(super) commit: CommitId,
    pub(super) now: Timestamp,
    pub(super) actor: Actor,
}

impl Editor<'_, '_> {
    pub(super) fn create_repository(&mut self, name: &RepositoryName) -> Result<u32> {
        if self
            .name(0, RecordKind::Repository, name.as_str())?
            .is_some()
        {
            let subject = format!("repository {name}");
            return Err(Error::new(ErrorKind::Exists, subject, "exists already"));
        }
        let values = vec![Value::Name(name.to_string()), Value::CreatedAt(self.now)];
        self.create(RecordKind::Repository, values)
    }

    /// Creates a record that was born here. Its identifier follows from the commit and its place in it.
    pub(super) fn create(&mut self, kind: RecordKind, values: Vec<Value>) -> Result<u32> {
        let id = self.writer.next_id(self.commit, self.now);
        let mut event = Event::new(EventKind::Created, id, kind);
        event.changes = values.into_iter().map(Change::Set).collect();
        self.writer.append(&event)
    }

    /// Appends an event that changes a record.
    pub(super) fn change(
        &mut self,
        kind: EventKind,
        record: RecordId,
        record_kind: RecordKind,
        changes: Vec<Change>,
    ) -> Result<()> {
        let mut event = Event::new(kind, record, record_kind);
        event.changes = changes;
        self.writer.append(&event)?;
        Ok(())
    }

    pub(super) fn name(&self, owner: u32, kind: RecordKind, name: &str) -> Result<Option<u32>> {
        self.writer
            .derived
            .tables()
            .name(&keys::name(owner, kind, name))
    }

    /// The head in a row that must be there.
    pub(super) fn head(&self, row: u32) -> Result<Head> {
        self.writer
            .derived
            .head(row)?
            .ok_or_else(|| crate::codec::Malformed("row").into())
    }

    pub(super) fn id(&self, row: u32) -> Result<RecordId> {
        Ok(self.head(row)?.record.id())
    }

    /// The row of the user of this login: one who is known only here, else one of a forge.
    pub(super) fn user_row(&self, login: &str) -> Result<Option<u32>> {
        Ok(rows_of_login(self.writer.derived.tables(), login)?
            .first()
            .copied())
    }

    /// The user of this login, made if there is none yet.
    pub(super) fn user(&mut self, login: &str) -> Result<RecordId> {
        let row = match self.user_row(login)? {
            Some(row) => row,
            None => {
                let values = vec![Value::Name(login.to_owned()), Value::CreatedAt(self.now)];
                self.create(RecordKind::User, values)?
            }
        };
        self.id(row)
    }

    /// The user who makes the commit.
    pub(super) fn acting_user(&mut self) -> Result<RecordId> {
        let login = self.actor.as_str().to_owned();
        self.user(&login)
    }

    /// The label of this name, made if the repository has none.
    pub(super) fn label(&mut self, repository: u32, name: &str) -> Result<RecordId> {
        let row = match self.name(repository, RecordKind::Label, name)? {
            Some(row) => row,
            None => {
                check_label_name(name)?;
                let values = vec![
                    Value::Repository(self.id(repository)?),
                    Value::CreatedAt(self.now),
                    Value::Name(name.to_owned()),
                    Value::Color(DEFAULT_COLOR.to_owned()),
                ];
                self.create(RecordKind::Label, values)?
            }
        };
        self.id(row)
    }

    /// The milestone of this number.
    pub(super) fn milestone(&self, repository: u32, number: u64) -> Result<RecordId> {
        let key = keys::number(repository, Space::Milestone, number);
        match self.writer.derived.tables().number(key)? {
            Some([row @ .., _]) => self.id(u32::from_be_bytes(row)),
            None => Err(invalid(
                "issue",
                "milestone",
                Rule::Missing,
                format!("{number} does not exist"),
            )),
        }
    }
}

pub(super) fn invalid(
    object: &'static str,
    field: &'static str,
    rule: Rule,
    detail: String,
) -> Error {
    backlot_model::InvalidField {
        object,
        field,
        rule,
        detail,
    }
    .into()
}
