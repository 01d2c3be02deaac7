//! How much there is of everything.

use backlot_model::RecordKind;

use super::rows;
use super::snapshot::{RepositorySummary, Snapshot};
use crate::error::Result;
use crate::store::keys;
use crate::store::reading::Read;

/// How much a repository has of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryStats {
    /// The repository.
    pub repository: RepositorySummary,
    /// Open issues, without pull requests.
    pub open_issues: u64,
    /// Closed issues, without pull requests.
    pub closed_issues: u64,
    /// Open pull requests.
    pub open_pull_requests: u64,
    /// Closed pull requests.
    pub closed_pull_requests: u64,
    /// Records of other kinds, in the order of the kinds, where there are any.
    pub others: Vec<(RecordKind, u64)>,
    /// Comments, events and reactions that wait for the issue they belong to.
    pub orphans: u64,
}

/// How much a store has of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Each repository.
    pub repositories: Vec<RepositoryStats>,
    /// Users, of all repositories.
    pub users: u64,
    /// Commits in the log.
    pub commits: u64,
    /// Events in the log.
    pub events: u64,
    /// The length of the file in bytes; 0 for a store in memory.
    pub file_bytes: u64,
}

impl Snapshot {
    /// How much the store has of everything: each repository by kind of record, users, and the log.
    pub fn stats(&self) -> Result<Stats> {
        let mut repositories = Vec::new();
        for repository in self.repositories()? {
            repositories.push(self.repository_stats(repository)?);
        }
        let mut users = 0;
        rows::by_name(&self.tables, 0, RecordKind::User, &mut |_| -> Result<()> {
            users += 1;
            Ok(())
        })?;
        let mut events = 0;
        for commit in self.commits() {
            events += commit?.events;
        }
        let file_bytes = std::fs::metadata(self.path()).map_or(0, |metadata| metadata.len());
        Ok(Stats {
            repositories,
            users,
            commits: self.sequence(),
            events,
            file_bytes,
        })
    }

    fn repository_stats(&self, repository: RepositorySummary) -> Result<RepositoryStats> {
        let [
            open_issues,
            closed_issues,
            open_pull_requests,
            closed_pull_requests,
        ] = self.index(repository.row)?.counts();
        let mut others = Vec::new();
        for kind in RecordKind::ALL {
            if matches!(
                kind,
                RecordKind::Issue | RecordKind::User | RecordKind::Repository
            ) {
                continue;
            }
            let mut count = 0;
            rows::for_each_row(
                &self.tables,
                repository.row,
                kind,
                &mut |row| -> Result<()> {
                    // The number of a milestone stays taken when it is deleted.
                    let is_gone =
                        kind == RecordKind::Milestone && self.head(row)?.record.is_deleted();
                    count += u64::from(!is_gone);
                    Ok(())
                },
            )?;
            if count > 0 {
                others.push((kind, count));
            }
        }
        let from = keys::orphan(repository.row, 0, 0);
        let to = keys::orphan(repository.row, u64::MAX, u32::MAX);
        let orphans = self.tables.orphans_of(from, to)?.len() as u64;
        Ok(RepositoryStats {
            repository,
            open_issues,
            closed_issues,
            open_pull_requests,
            closed_pull_requests,
            others,
            orphans,
        })
    }
}
