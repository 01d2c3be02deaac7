//! Project boards on their way out: which go along with a repository, and in which order.

use backlot_model::{Pass, RecordId, RecordKind};

use crate::codec::Head;
use crate::error::{Error, Result};
use crate::read::{Snapshot, content_rows, for_each_row, rows};
use crate::store::keys;
use crate::store::reading::Read;

impl Snapshot {
    /// Visits projects, or the columns of all projects, or the cards of all columns, board by board as they
    /// stand; then what stands on none of them.
    pub(super) fn board_pass<E: From<Error>>(
        &self,
        repository: u32,
        projects: &[u32],
        pass: &Pass,
        visit: &mut dyn FnMut(u32) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let wants = |kind| pass.views(kind).is_some();
        if wants(RecordKind::Project) {
            projects.iter().try_for_each(|row| visit(*row))?;
        }
        for project in projects {
            if !wants(RecordKind::Column) && !wants(RecordKind::Card) {
                break;
            }
            for column in content_rows(&self.tables, *project)? {
                if wants(RecordKind::Column) {
                    visit(column)?;
                }
                if wants(RecordKind::Card) {
                    for card in content_rows(&self.tables, column)? {
                        if !self.shows_what_is_gone(&self.head(card)?)? {
                            visit(card)?;
                        }
                    }
                }
            }
        }
        for kind in [RecordKind::Column, RecordKind::Card] {
            if wants(kind) {
                for_each_row(&self.tables, repository, kind, &mut |row| match self
                    .head(row)?
                    .record
                    .container()
                {
                    Some(_) => Ok(()),
                    None => visit(row),
                })?;
            }
        }
        Ok(())
    }

    /// The projects of a repository, and those of organisations and people that go along with it.
    pub(super) fn boards_of(&self, repository: u32) -> Result<Vec<u32>> {
        let mut projects = Vec::new();
        let kind = RecordKind::Project;
        for_each_row(&self.tables, repository, kind, &mut |row| -> Result<()> {
            projects.push(row);
            Ok(())
        })?;
        let home = self.head(repository)?.record;
        let name = home.foreign_name().or(home.name()).unwrap_or_default();
        let owner = name.split_once('/').map(|(owner, _)| owner);
        let (from, to) = keys::owned();
        for key in self.tables.content_page(&from, &to, usize::MAX)? {
            let Some(row) = keys::content_row(&key) else {
                continue;
            };
            let project = self.head(row)?.record;
            let login = match project.owner() {
                Some(id) => self.login(id)?,
                None => None,
            };
            let is_owners = login
                .zip(owner)
                .is_some_and(|(login, owner)| login.eq_ignore_ascii_case(owner));
            if is_owners
                || project.repository() == Some(home.id())
                || self.shows_one_of(row, home.id())?
            {
                projects.push(row);
            }
        }
        Ok(projects)
    }

    /// Whether one of the cards on a board shows an issue of a repository.
    fn shows_one_of(&self, project: u32, repository: RecordId) -> Result<bool> {
        for column in content_rows(&self.tables, project)? {
            for card in content_rows(&self.tables, column)? {
                if let Some(issue) = self.head(card)?.record.issue()
                    && let Some(row) = self.tables.row_of(issue.to_bytes())?
                    && self.head(row)?.record.repository() == Some(repository)
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether a card shows an issue that was deleted: it is gone with that.
    fn shows_what_is_gone(&self, card: &Head) -> Result<bool> {
        let Some(issue) = card.record.issue() else {
            return Ok(false);
        };
        let Some(row) = self.tables.row_of(issue.to_bytes())? else {
            return Ok(true);
        };
        let issue = rows::head(&self.tables, row)?.record;
        Ok(issue.is_deleted() || issue.is_absent())
    }
}
