//! Which board, column or card is meant.

use std::str::FromStr;

use backlot_core::{
    ArchivedFilter, CardDetail, ColumnSummary, ProjectDetail, ProjectOwner, Snapshot, StateFilter,
};
use backlot_model::RecordId;
use clap::Args;

use crate::commands::issue::reference::IssueRef;
use crate::error::{Error, Kind, Result};
use crate::repository::RepositoryArgs;

/// Whose boards.
#[derive(Args, Debug)]
pub(crate) struct OwnerArgs {
    #[command(flatten)]
    pub(super) repository: RepositoryArgs,

    /// Boards of this organisation
    #[arg(long, value_name = "LOGIN", conflicts_with = "user")]
    org: Option<String>,

    /// Boards of this person
    #[arg(long, value_name = "LOGIN")]
    user: Option<String>,
}

impl OwnerArgs {
    pub(super) fn resolve(&self, snapshot: &Snapshot) -> Result<ProjectOwner> {
        match (&self.org, &self.user) {
            (Some(login), _) => Ok(ProjectOwner::Organization(login.clone())),
            (_, Some(login)) => Ok(ProjectOwner::User(login.clone())),
            _ => Ok(ProjectOwner::Repository(self.repository.resolve(snapshot)?)),
        }
    }
}

/// The name of an owner, as a person says it.
pub(super) fn owner_name(owner: &ProjectOwner) -> &str {
    match owner {
        ProjectOwner::Repository(name) => name.as_str(),
        ProjectOwner::Organization(login) | ProjectOwner::User(login) => login,
    }
}

/// A board, by number or id.
#[derive(Clone, Debug)]
pub(crate) enum ProjectRef {
    Number(u64),
    Id(RecordId),
}

impl FromStr for ProjectRef {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        match (text.parse(), text.trim_start_matches('#').parse()) {
            (Ok(id), _) => Ok(Self::Id(id)),
            (_, Ok(number)) => Ok(Self::Number(number)),
            _ => Err("give the number of a board, or its id"),
        }
    }
}

impl ProjectRef {
    pub(crate) fn find(&self, owner: &OwnerArgs, snapshot: &Snapshot) -> Result<ProjectDetail> {
        let number = match self {
            Self::Id(id) => return Ok(snapshot.project(*id)?),
            Self::Number(number) => *number,
        };
        let owner = owner.resolve(snapshot)?;
        let all = snapshot.projects(&owner, StateFilter::All)?;
        let found = all.into_iter().find(|project| project.number == number);
        found.ok_or_else(|| {
            let unknown = format!("{} has no project {number}", owner_name(&owner));
            Error::new(Kind::UnknownRecord, unknown)
                .hint("`backlot project list --state all` lists them")
        })
    }
}

/// A column of the board, by name, place from 1, or id.
pub(super) fn column(
    text: &str,
    project: &ProjectDetail,
    snapshot: &Snapshot,
) -> Result<ColumnSummary> {
    let columns = snapshot.columns(project.id)?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let wanted = text.to_lowercase();
    let id: Option<RecordId> = text.parse().ok();
    let place: Option<usize> = text.parse().ok();
    let by_name = columns
        .iter()
        .position(|column| column.name.to_lowercase() == wanted);
    let by_id = columns.iter().position(|column| Some(column.id) == id);
    let by_place = place.and_then(|place| place.checked_sub(1));
    let at = by_name.or(by_id).or(by_place);
    let found = at.and_then(|at| columns.into_iter().nth(at));
    found.ok_or_else(|| {
        let unknown = format!("the project {} has no column `{text}`", project.name);
        let error = Error::new(Kind::UnknownRecord, unknown);
        match names.as_slice() {
            [] => error.hint("it has none at all: `backlot project column add` makes one"),
            names => error.hint(format!("it has {}", names.join(", "))),
        }
    })
}

/// A card of the board, by its id or by the issue that it shows.
pub(super) fn card(
    text: &str,
    project: &ProjectDetail,
    repository: &RepositoryArgs,
    snapshot: &Snapshot,
) -> Result<CardDetail> {
    let unknown = || {
        let unknown = format!("the project {} has no card `{text}`", project.name);
        Error::new(Kind::UnknownRecord, unknown)
            .hint("name a card by the issue that it shows, or by its id, which `backlot project view` shows")
    };
    let id: Option<RecordId> = text.parse().ok();
    let issue = match (id, text.parse::<IssueRef>()) {
        (Some(_), _) => None,
        (None, Ok(issue)) => {
            // The board may be an organisation's, and the store have one repository.
            Some((issue.repository(repository, snapshot)?, issue.number))
        }
        (None, Err(_)) => return Err(unknown()),
    };
    for column in snapshot.columns(project.id)? {
        for card in snapshot.cards(column.id, ArchivedFilter::All)? {
            let is_it = match (&issue, &card.issue) {
                (None, _) => Some(card.id) == id,
                (Some((name, number)), Some((repository, shown))) => {
                    shown.number == *number && repository.eq_ignore_ascii_case(name.as_str())
                }
                (Some(_), None) => false,
            };
            if is_it {
                return Ok(card);
            }
        }
    }
    Err(unknown())
}
