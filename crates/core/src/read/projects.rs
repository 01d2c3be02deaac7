//! Project boards: their columns, and the cards in them.

use backlot_model::{RecordId, RecordKind, State, Timestamp, UserKind};

use super::detail::IssueDetail;
use super::issues::IssueSummary;
use super::rows;
use super::snapshot::Snapshot;
use crate::codec::Head;
use crate::error::{Error, Result};
use crate::query::StateFilter;
use crate::store::reading::Read;
use crate::write::ProjectOwner;

/// A project board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectDetail {
    /// The record.
    pub id: RecordId,
    /// The number, of the owner's own sequence.
    pub number: u64,
    /// The repository that it belongs to, or else the login of the organisation or person.
    pub owner: String,
    /// The name.
    pub name: String,
    /// What it is for.
    pub body: Option<String>,
    /// Open or closed.
    pub state: State,
    /// Whether it is private.
    pub is_private: bool,
    /// What the members of an organisation may do with it.
    pub permission: Option<String>,
    /// Who created it, by login.
    pub creator: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// A column of a board, with what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSummary {
    /// The record.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// How many cards are in it that are not archived.
    pub cards: u64,
    /// How many cards in it are archived.
    pub archived_cards: u64,
    /// How many open issues and pull requests the cards show that are not archived.
    pub open_issues: u64,
    /// How many closed ones.
    pub closed_issues: u64,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// Which cards of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ArchivedFilter {
    /// Those that are not archived, which is what GitHub lists by default.
    #[default]
    NotArchived,
    /// Archived ones.
    Archived,
    /// All.
    All,
}

/// A card, with what it shows: a note or an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardDetail {
    /// The record.
    pub id: RecordId,
    /// The column that it is in.
    pub column: RecordId,
    /// The note, on a card that shows no issue.
    pub note: Option<String>,
    /// The repository of the issue that it shows, and the issue.
    pub issue: Option<(String, IssueSummary)>,
    /// Whether it is archived.
    pub is_archived: bool,
    /// Who created it, by login.
    pub creator: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

impl Snapshot {
    /// The project boards of a repository, an organisation or a person, in the order of their creation.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such owner.
    pub fn projects(&self, owner: &ProjectOwner, state: StateFilter) -> Result<Vec<ProjectDetail>> {
        let owners = match owner {
            ProjectOwner::Repository(name) => vec![self.known_repository(name)?.row],
            ProjectOwner::Organization(login) => self.owners(login, true)?,
            ProjectOwner::User(login) => self.owners(login, false)?,
        };
        let mut projects = Vec::new();
        for row in owners {
            let kind = RecordKind::Project;
            rows::for_each_row(&self.tables, row, kind, &mut |row| -> Result<()> {
                let head = self.head(row)?;
                let is_closed = head.record.state() == Some(&State::Closed);
                if match state {
                    StateFilter::All => true,
                    StateFilter::Open => !is_closed,
                    StateFilter::Closed => is_closed,
                } {
                    projects.push(self.project_of(head)?);
                }
                Ok(())
            })?;
        }
        Ok(projects)
    }

    fn owners(&self, login: &str, is_organization: bool) -> Result<Vec<u32>> {
        let mut owners = Vec::new();
        for row in rows::rows_of_login(&self.tables, login)? {
            let kind = self.head(row)?.record;
            if (kind.user_kind() == Some(&UserKind::Organization)) == is_organization {
                owners.push(row);
            }
        }
        if owners.is_empty() {
            let what = if is_organization {
                "organisation"
            } else {
                "user"
            };
            return Err(Error::unknown(what, login));
        }
        Ok(owners)
    }

    /// A project board.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none of this name, `Gone` when it was deleted.
    pub fn project(&self, id: RecordId) -> Result<ProjectDetail> {
        let (_, head) = self.known(RecordKind::Project, id)?;
        self.project_of(head)
    }

    /// The columns of a project board, in their order, with how many cards each has.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such project, `Gone` when it was deleted.
    pub fn columns(&self, project: RecordId) -> Result<Vec<ColumnSummary>> {
        let (row, _) = self.known(RecordKind::Project, project)?;
        let columns = rows::content_rows(&self.tables, row)?;
        columns.into_iter().map(|row| self.column_at(row)).collect()
    }

    /// A column, with how many cards it has.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none of this name, `Gone` when it was deleted.
    pub fn column(&self, id: RecordId) -> Result<ColumnSummary> {
        let (row, _) = self.known(RecordKind::Column, id)?;
        self.column_at(row)
    }

    /// The cards of a column, in their order. One whose issue was deleted is left out.
    ///
    /// # Errors
    /// `UnknownRecord` when there is no such column, `Gone` when it was deleted.
    pub fn cards(&self, column: RecordId, archived: ArchivedFilter) -> Result<Vec<CardDetail>> {
        let (row, _) = self.known(RecordKind::Column, column)?;
        let mut cards = Vec::new();
        for row in rows::content_rows(&self.tables, row)? {
            let head = self.head(row)?;
            let matches = match archived {
                ArchivedFilter::All => true,
                ArchivedFilter::Archived => head.record.is_archived(),
                ArchivedFilter::NotArchived => !head.record.is_archived(),
            };
            if matches && let Some(card) = self.card_of(head)? {
                cards.push(card);
            }
        }
        Ok(cards)
    }

    /// The cards that show an issue, each with its board and the name of its column.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cards_of(
        &self,
        issue: &IssueDetail,
    ) -> Result<Vec<(ProjectDetail, String, CardDetail)>> {
        let mut cards = Vec::new();
        for row in rows::cards_of(&self.tables, issue.row)? {
            let Some(card) = self.card_of(self.head(row)?)? else {
                continue;
            };
            let Ok((_, column)) = self.known(RecordKind::Column, card.column) else {
                continue;
            };
            let project = column.record.container();
            let known = project.map(|project| self.known(RecordKind::Project, project));
            if let Some(Ok((_, project))) = known {
                let name = column.record.name().unwrap_or_default().to_owned();
                cards.push((self.project_of(project)?, name, card));
            }
        }
        Ok(cards)
    }

    /// A card.
    ///
    /// # Errors
    /// `UnknownRecord` when there is none of this name, `Gone` when it or its issue was deleted.
    pub fn card(&self, id: RecordId) -> Result<CardDetail> {
        let (_, head) = self.known(RecordKind::Card, id)?;
        self.card_of(head)?.ok_or_else(|| Error::gone("card", id))
    }

    /// The row and the head of a record of this kind that is still there.
    fn known(&self, kind: RecordKind, id: RecordId) -> Result<(u32, Head)> {
        let row = self.tables.row_of(id.to_bytes())?;
        let row = row.ok_or_else(|| Error::unknown(kind.name(), id))?;
        let head = self.head(row)?;
        if head.record.kind() != kind || head.record.is_absent() {
            return Err(Error::unknown(kind.name(), id));
        }
        if head.record.is_deleted() {
            return Err(Error::gone(kind.name(), id));
        }
        // An undo can bring back what was on a board that was deleted since.
        match (kind, head.record.container()) {
            (RecordKind::Card, Some(column)) => _ = self.known(RecordKind::Column, column)?,
            (RecordKind::Column, Some(project)) => _ = self.known(RecordKind::Project, project)?,
            _ => {}
        }
        Ok((row, head))
    }

    fn project_of(&self, head: Head) -> Result<ProjectDetail> {
        let record = self.in_full(head)?;
        let owner = match record.owner().or(record.repository()) {
            Some(id) => self.login(id)?,
            None => None,
        };
        let creator = record.author().map(|id| self.login(id)).transpose()?;
        Ok(ProjectDetail {
            id: record.id(),
            number: record.number().unwrap_or(0),
            owner: owner.unwrap_or_default(),
            name: record.name().unwrap_or_default().to_owned(),
            body: record.body().cloned(),
            state: record.state().cloned().unwrap_or(State::Open),
            is_private: record.is_private(),
            permission: record.permission().map(str::to_owned),
            creator: creator.flatten(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
        })
    }

    fn column_at(&self, row: u32) -> Result<ColumnSummary> {
        let record = self.head(row)?.record;
        let mut column = ColumnSummary {
            id: record.id(),
            name: record.name().unwrap_or_default().to_owned(),
            cards: 0,
            archived_cards: 0,
            open_issues: 0,
            closed_issues: 0,
            created_at: record.created_at(),
            updated_at: record.updated_at(),
        };
        for card in rows::content_rows(&self.tables, row)? {
            let card = self.head(card)?.record;
            let issue = match card.issue() {
                Some(issue) => match self.shown(issue)? {
                    Some((_, issue)) => Some(issue),
                    None => continue,
                },
                None => None,
            };
            if card.is_archived() {
                column.archived_cards += 1;
                continue;
            }
            column.cards += 1;
            match issue.map(|issue| issue.record.state() == Some(&State::Closed)) {
                Some(true) => column.closed_issues += 1,
                Some(false) => column.open_issues += 1,
                None => {}
            }
        }
        Ok(column)
    }

    /// The issue that a card shows, unless it is gone.
    fn shown(&self, issue: RecordId) -> Result<Option<(u32, Head)>> {
        let Some(row) = self.tables.row_of(issue.to_bytes())? else {
            return Ok(None);
        };
        let head = self.head(row)?;
        let is_gone = head.record.is_deleted() || head.record.is_absent();
        Ok((!is_gone).then_some((row, head)))
    }

    fn card_of(&self, head: Head) -> Result<Option<CardDetail>> {
        let issue = match head.record.issue() {
            Some(issue) => match self.shown(issue)? {
                Some((row, head)) => {
                    let repository = head.record.repository().map(|id| self.login(id));
                    let repository = repository.transpose()?.flatten().unwrap_or_default();
                    Some((repository, self.summary(row)?))
                }
                None => return Ok(None),
            },
            None => None,
        };
        let record = self.in_full(head)?;
        let creator = record.author().map(|id| self.login(id)).transpose()?;
        Ok(Some(CardDetail {
            id: record.id(),
            column: record.container().unwrap_or(record.id()),
            note: record.body().cloned(),
            issue,
            is_archived: record.is_archived(),
            creator: creator.flatten(),
            created_at: record.created_at(),
            updated_at: record.updated_at(),
        }))
    }
}
