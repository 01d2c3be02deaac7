//! What all edits are made with: finding records, making new ones, appending events.

use backlot_model::{
    Actor, AuthorAssociation, Change, CommitId, Event, EventKind, IssueReference, RecordId,
    RecordKind, RepositoryName, Rule, Timestamp, Value, check_body, check_label_name,
};

use crate::codec::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::read::{rows, rows_of_login};
use crate::store::keys::{self, Space};
use crate::store::log::CommitWriter;
use crate::store::reading::Read;

/// The colour of a label for which none is given, and of one that is made because an issue bears it: the
/// one that GitHub gives.
pub(super) const DEFAULT_COLOR: &str = "ededed";

/// One edit at work.
pub(super) struct Editor<'a, 'txn> {
    pub(super) writer: CommitWriter<'a, 'txn>,
    pub(super) commit: CommitId,
    pub(super) now: Timestamp,
    pub(super) actor: Actor,
}

impl Editor<'_, '_> {
    pub(super) fn create_repository(
        &mut self,
        name: &RepositoryName,
        more: Vec<Value>,
    ) -> Result<u32> {
        if self
            .name(0, RecordKind::Repository, name.as_str())?
            .is_some()
        {
            let subject = format!("repository {name}");
            return Err(Error::new(ErrorKind::Exists, subject, "exists already"));
        }
        let mut values = vec![Value::Name(name.to_string()), Value::CreatedAt(self.now)];
        values.extend(more);
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
        let found = rows::milestone(self.writer.derived.tables(), repository, number);
        found
            .map(|(_, head)| head.record.id())
            .map_err(|error| match error.kind() {
                ErrorKind::UnknownRecord | ErrorKind::Gone => invalid(
                    "issue",
                    "milestone",
                    Rule::Missing,
                    format!("{number} does not exist"),
                ),
                _ => error,
            })
    }

    /// The row and the head of a record, unless it is not known or its creation was undone.
    pub(super) fn find(&self, id: RecordId) -> Result<Option<(u32, Head)>> {
        let Some(row) = self.writer.derived.tables().row_of(id.to_bytes())? else {
            return Ok(None);
        };
        let head = self.head(row)?;
        Ok((!head.record.is_absent()).then_some((row, head)))
    }

    /// The issue or pull request of this number.
    ///
    /// # Errors
    /// `UnknownRecord`, `Gone` when it was deleted, `Moved` when it went to another repository.
    pub(super) fn issue(&self, repository: u32, number: u64) -> Result<(u32, Head)> {
        rows::issue(self.writer.derived.tables(), repository, number)
    }

    /// The issue of this number, for what only issues have.
    pub(super) fn issue_proper(
        &self,
        repository: u32,
        number: u64,
        what: &str,
    ) -> Result<(u32, Head)> {
        let (row, head) = self.issue(repository, number)?;
        no_pull_request(&head, "pull_request", what)?;
        Ok((row, head))
    }

    /// The issue that an input refers to, wherever it is by now.
    ///
    /// # Errors
    /// `Invalid` with [`Rule::Missing`] when there is none, or no longer.
    pub(super) fn referenced(
        &self,
        repository: u32,
        reference: &IssueReference,
        field: &'static str,
    ) -> Result<(u32, Head)> {
        let missing = |detail: &str| {
            invalid(
                "issue",
                field,
                Rule::Missing,
                format!("{reference} {detail}"),
            )
        };
        let repository = match &reference.repository {
            Some(name) => self.name(0, RecordKind::Repository, name.as_str())?,
            None => Some(repository),
        };
        let Some(repository) = repository else {
            return Err(missing("does not exist"));
        };
        let key = keys::number(repository, Space::Issue, reference.number);
        let Some([row @ .., _]) = self.writer.derived.tables().number(key)? else {
            return Err(missing("does not exist"));
        };
        let row = u32::from_be_bytes(row);
        let head = self.head(row)?;
        if head.record.is_deleted() {
            return Err(missing("is gone"));
        }
        Ok((row, head))
    }

    /// Appends an event about an issue, which also is changed as of now.
    pub(super) fn issue_event(
        &mut self,
        kind: EventKind,
        issue: RecordId,
        mut changes: Vec<Change>,
    ) -> Result<()> {
        changes.push(Change::Set(Value::UpdatedAt(self.now)));
        self.change(kind, issue, RecordKind::Issue, changes)
    }

    /// Leaves a tombstone.
    pub(super) fn tombstone(&mut self, record: RecordId, kind: RecordKind) -> Result<()> {
        let gone = Change::Set(Value::Deleted(true));
        self.change(EventKind::Deleted, record, kind, vec![gone])
    }

    /// What the acting user is to the repository: the owner, when the login is the first part of its name.
    /// Anything else is not known here, because a store has no list of members and collaborators.
    pub(super) fn association(&self, repository: u32) -> Result<Option<Value>> {
        let record = self.head(repository)?.record;
        let owner = record.name().and_then(|name| name.split_once('/'));
        let is_owner = owner
            .is_some_and(|(owner, _)| owner.to_lowercase() == self.actor.as_str().to_lowercase());
        Ok(is_owner.then_some(Value::AuthorAssociation(AuthorAssociation::Owner)))
    }

    /// The text of a record, if it has one.
    pub(super) fn body(&self, head: &Head) -> Result<Option<String>> {
        let body = head.record.body();
        body.map(|pointer| self.writer.text(*pointer)).transpose()
    }

    /// Of these records, those that are neither deleted nor absent.
    pub(super) fn living(&self, ids: &[RecordId]) -> Result<Vec<RecordId>> {
        let mut living = Vec::with_capacity(ids.len());
        for id in ids {
            if self
                .find(*id)?
                .is_some_and(|(_, head)| !head.record.is_deleted())
            {
                living.push(*id);
            }
        }
        Ok(living)
    }
}

/// Checks the description of a milestone or a repository, which no forge is known to limit further than a
/// body.
pub(super) fn check_description(object: &'static str, description: Option<&str>) -> Result<()> {
    let checked = check_body(object, description.unwrap_or_default());
    checked.map_err(|mut error| {
        error.field = "description";
        error.into()
    })
}

/// Refuses a pull request where only issues can be.
pub(super) fn no_pull_request(head: &Head, field: &'static str, what: &str) -> Result<()> {
    if head.record.is_pull_request() {
        let detail = format!("{what}: it is a pull request");
        return Err(invalid("issue", field, Rule::Unprocessable, detail));
    }
    Ok(())
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
