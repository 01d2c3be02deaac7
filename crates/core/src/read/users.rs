//! The users of a store, and who can be assigned in a repository.

use backlot_model::{RecordId, RecordKind, RepositoryName, UserKind};

use super::rows;
use super::snapshot::Snapshot;
use crate::error::{Error, Result};

/// A person, a bot or an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSummary {
    /// The record.
    pub id: RecordId,
    /// The login.
    pub login: String,
    /// What kind of account it is; a person where nothing else is known.
    pub kind: UserKind,
    /// The host of the forge that the user came from; none for one who is known only here.
    pub host: Option<String>,
}

impl Snapshot {
    /// All users of the store, by login without regard to case.
    pub fn users(&self) -> Result<Vec<UserSummary>> {
        let mut users = Vec::new();
        rows::by_name(
            &self.tables,
            0,
            RecordKind::User,
            &mut |row| -> Result<()> {
                users.push(self.user_at(row)?);
                Ok(())
            },
        )?;
        Ok(users)
    }

    /// The user of this login, without regard to case: one who is known only here, else one of a forge.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none.
    pub fn user(&self, login: &str) -> Result<UserSummary> {
        match rows::rows_of_login(&self.tables, login)?.first() {
            Some(row) => self.user_at(*row),
            None => Err(Error::unknown("user", login)),
        }
    }

    /// The users who wrote an issue or a pull request of a repository or are assigned to one, by login
    /// without regard to case. A store knows no members: anyone can be assigned, and these are likely.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such repository.
    pub fn assignees(&self, repository: &RepositoryName) -> Result<Vec<UserSummary>> {
        let found = self.people(self.known_repository(repository)?.row)?;
        let mut users = Vec::with_capacity(found.len());
        for row in found {
            users.push(self.user_at(row)?);
        }
        users.sort_by_cached_key(|user| user.login.to_lowercase());
        Ok(users)
    }

    fn user_at(&self, row: u32) -> Result<UserSummary> {
        let record = self.head(row)?.record;
        let host = record.host().filter(|host| !host.is_empty());
        Ok(UserSummary {
            id: record.id(),
            login: record.name().unwrap_or_default().to_owned(),
            kind: record.user_kind().cloned().unwrap_or(UserKind::User),
            host: host.map(str::to_owned),
        })
    }
}
