//! What the identifiers name that clients send back.

use backlot_core::{IssueFilter, KindFilter, QueryOptions, Snapshot, StateFilter};
use backlot_github::{FORGE, Resource, record_of_node_id};
use backlot_model::{Record, RecordId, RecordKind, RepositoryName};
use serde_json::Value;

use super::fault::Fault;
use super::object::{Resolved, Shown};
use crate::exchange::Exchange;
use crate::github;

/// What an identifier names.
pub(super) enum Found {
    Record(Box<Record>),
    /// Somebody of whom there is no record, as REST has them.
    Stranger(Value),
}

/// What an identifier names.
pub(super) fn find(exchange: &Exchange<'_>, snapshot: &Snapshot, id: &str) -> Result<Found, Fault> {
    let record = match record_of_node_id(id) {
        Some((kind, number)) => snapshot.find(kind, FORGE, number, None)?,
        None => None,
    };
    let record = match record {
        None if id.starts_with("PR_") || id.starts_with("MDExOlB1bGxSZXF1ZXN0") => {
            pull_request(exchange, snapshot, id)?
        }
        other => other,
    };
    if let Some(record) = record {
        let record = github::living(snapshot, record).map_err(|_| Fault::no_node(id))?;
        return Ok(Found::Record(Box::new(record)));
    }
    match id.starts_with("U_") {
        true => stranger(exchange, snapshot, id),
        false => Err(Fault::no_node(id)),
    }
}

/// The pull request that a forge calls so: by a number that only its node id tells, which no table has.
fn pull_request(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: &str,
) -> Result<Option<RecordId>, Fault> {
    let filter = IssueFilter {
        state: StateFilter::All,
        kind: KindFilter::PullRequests,
        ..IssueFilter::default()
    };
    let list = snapshot.query(&filter.to_query(), &QueryOptions::new())?;
    let mut view = exchange.view(snapshot);
    for page in 1.. {
        let issues = list.page(page, 100)?;
        if issues.is_empty() {
            break;
        }
        for issue in issues {
            let text = view.object(issue.id, Resource::Issue)?;
            let json: Value = serde_json::from_slice(&text).unwrap_or_default();
            if json["node_id"] == id {
                return Ok(Some(issue.id));
            }
        }
    }
    Ok(None)
}

/// Who calls or owns a repository and has done nothing yet.
fn stranger(exchange: &Exchange<'_>, snapshot: &Snapshot, id: &str) -> Result<Found, Fault> {
    let callers = exchange.api.options().callers();
    let mut logins: Vec<String> = callers.map(|caller| caller.login.clone()).collect();
    for repository in snapshot.repositories()? {
        let owner = repository.name.split('/').next().unwrap_or_default();
        if logins.last().is_none_or(|last| last != owner) {
            logins.push(owner.to_owned());
        }
    }
    for login in logins {
        let json = github::user(snapshot, exchange, &login)?;
        if json["node_id"] == id {
            return Ok(Found::Stranger(json));
        }
    }
    Err(Fault::no_node(id))
}

impl Found {
    /// The same as the value of a field.
    pub(super) fn resolved(self, snapshot: &Snapshot) -> Result<Resolved, Fault> {
        let record = match self {
            Self::Record(record) => record,
            Self::Stranger(json) => return Ok(Resolved::maybe(Shown::user(&json))),
        };
        let id = record.id();
        Ok(match record.kind() {
            RecordKind::Repository => super::records::repository_of(snapshot, id)?.into(),
            RecordKind::Issue => Shown::issue(id, record.is_pull_request()).into(),
            RecordKind::Comment => Shown::of("IssueComment", Resource::Comment, id).into(),
            RecordKind::Label => super::records::label(id),
            RecordKind::Milestone => super::records::milestone_of(id),
            _ => {
                let type_name = match record.user_kind() {
                    Some(backlot_model::UserKind::Organization) => "Organization",
                    Some(backlot_model::UserKind::Bot) => "Bot",
                    _ => "User",
                };
                Shown::of(type_name, Resource::User, id).into()
            }
        })
    }
}

/// An issue that an edit is about.
pub(super) struct Target {
    pub(super) id: RecordId,
    pub(super) repository: RepositoryName,
    pub(super) number: u64,
    pub(super) is_pull_request: bool,
}

/// The issue, or the pull request, that an identifier names.
pub(super) fn issue(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: &str,
) -> Result<Target, Fault> {
    let record = record(exchange, snapshot, id, RecordKind::Issue)?;
    let home = match record.repository() {
        Some(home) => snapshot.login(home)?,
        None => None,
    };
    let repository = home.and_then(|name| name.parse().ok());
    let place = repository.zip(record.number());
    let (repository, number) = place.ok_or_else(|| Fault::no_node(id))?;
    Ok(Target {
        id: record.id(),
        repository,
        number,
        is_pull_request: record.is_pull_request(),
    })
}

/// The record of a kind that an identifier names.
pub(super) fn record(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: &str,
    kind: RecordKind,
) -> Result<Record, Fault> {
    match find(exchange, snapshot, id)? {
        Found::Record(record) if record.kind() == kind => Ok(*record),
        _ => Err(Fault::no_node(id)),
    }
}

/// The login of somebody whom an identifier names.
pub(super) fn login(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    id: &str,
) -> Result<String, Fault> {
    let login = match find(exchange, snapshot, id)? {
        Found::Record(record) if record.kind() == RecordKind::User => {
            record.name().map(str::to_owned)
        }
        Found::Stranger(json) => json["login"].as_str().map(str::to_owned),
        Found::Record(_) => None,
    };
    login.ok_or_else(|| Fault::no_node(id))
}
