//! From names to rows: what a plan has to ask of the store.

use backlot_model::{RecordKind, RepositoryName, State};

use crate::error::Result;
use crate::read::{Snapshot, for_each_row, rows_of_login};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// What a plan has to know of the store, as one moment has it. What does not exist is no error.
pub(crate) trait Names {
    /// The labels of this name in a repository: of the present one at most.
    fn labels(&self, repository: u32, name: &str) -> Result<Vec<u32>>;
    /// The milestones of this title in a repository: titles need not be unique.
    fn milestones(&self, repository: u32, title: &str) -> Result<Vec<u32>>;
    /// The milestone of this number in a repository.
    fn milestone(&self, repository: u32, number: u64) -> Result<Option<u32>>;
    /// The users of this login, at whatever host.
    fn users(&self, login: &str) -> Result<Vec<u32>>;
    /// The repository of this name.
    fn repository(&self, name: &RepositoryName) -> Result<Option<u32>>;
    /// The issue of this number in a repository.
    fn issue(&self, repository: u32, number: u64) -> Result<Option<u32>>;
    /// Whether an issue is open; of one that is gone, no.
    fn is_open(&self, issue: u32) -> Result<bool>;
    /// The title of an issue.
    fn title(&self, issue: u32) -> Result<String>;
    /// Whether a repository is private, and whether it is archived.
    fn standing(&self, repository: u32) -> Result<(bool, bool)>;
}

impl Names for Snapshot {
    fn labels(&self, repository: u32, name: &str) -> Result<Vec<u32>> {
        let key = keys::name(repository, RecordKind::Label, name);
        Ok(self.tables.name(&key)?.into_iter().collect())
    }

    fn milestones(&self, repository: u32, title: &str) -> Result<Vec<u32>> {
        let wanted = title.to_lowercase();
        let mut found = Vec::new();
        let visit = &mut |row| -> Result<()> {
            let record = self.head(row)?.record;
            let is_it = record
                .title()
                .is_some_and(|title| title.to_lowercase() == wanted);
            if is_it && !record.is_deleted() {
                found.push(row);
            }
            Ok(())
        };
        for_each_row(&self.tables, repository, RecordKind::Milestone, visit)?;
        Ok(found)
    }

    fn milestone(&self, repository: u32, number: u64) -> Result<Option<u32>> {
        let key = keys::number(repository, Space::Milestone, number);
        let Some([row @ .., _]) = self.tables.number(key)? else {
            return Ok(None);
        };
        let row = u32::from_be_bytes(row);
        Ok((!self.head(row)?.record.is_deleted()).then_some(row))
    }

    fn users(&self, login: &str) -> Result<Vec<u32>> {
        rows_of_login(&self.tables, login)
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<u32>> {
        let key = keys::name(0, RecordKind::Repository, name.as_str());
        self.tables.name(&key)
    }

    fn issue(&self, repository: u32, number: u64) -> Result<Option<u32>> {
        let value = self
            .tables
            .number(keys::number(repository, Space::Issue, number))?;
        // The number of one that went elsewhere is none of its numbers any more.
        let value = value.filter(|[.., flags]| flags & keys::MOVED == 0);
        Ok(value.map(|[row @ .., _]| u32::from_be_bytes(row)))
    }

    fn is_open(&self, issue: u32) -> Result<bool> {
        let record = self.head(issue)?.record;
        let is_there = !record.is_deleted() && !record.is_absent();
        Ok(is_there && matches!(record.state(), None | Some(State::Open)))
    }

    fn title(&self, issue: u32) -> Result<String> {
        Ok(self
            .head(issue)?
            .record
            .title()
            .unwrap_or_default()
            .to_owned())
    }

    fn standing(&self, repository: u32) -> Result<(bool, bool)> {
        let record = self.head(repository)?.record;
        Ok((record.is_private(), record.is_archived()))
    }
}
