//! What the paths and the bodies of requests name, found in the store.

use backlot_core::Snapshot;
use backlot_model::{IssueReference, Parent, Record, RecordId, RecordKind, RepositoryName};

use crate::exchange::Exchange;
use crate::problem::Problem;
use backlot_github::FORGE;

/// The issue or pull request in the path.
///
/// # Errors
/// 404 where there is none, 410 where it was deleted or issues are switched off, 301 where it went elsewhere.
pub(super) fn issue(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Record, Problem> {
    let repository = exchange.repository(snapshot)?;
    let name = crate::exchange::name_of(&repository)?;
    let id = snapshot.issue_id(&name, exchange.number("number")?)?;
    let issue = living(snapshot, id)?;
    check_enabled(snapshot, repository.id, &issue)?;
    Ok(issue)
}

/// What is told where issues are switched off; pull requests are there all the same.
fn check_enabled(snapshot: &Snapshot, repository: RecordId, issue: &Record) -> Result<(), Problem> {
    let is_disabled = living(snapshot, repository)?.has_issues_disabled();
    match is_disabled && !issue.is_pull_request() {
        true => Err(Problem::gone("Issues are disabled for this repo")),
        false => Ok(()),
    }
}

/// The comment in the path.
///
/// # Errors
/// 404 where there is none, or its issue is gone, 410 where issues are switched off.
pub(super) fn comment(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Record, Problem> {
    let number = exchange.number("comment_id")?;
    let repository = exchange.repository(snapshot)?;
    let name = crate::exchange::name_of(&repository)?;
    let found = snapshot.find(RecordKind::Comment, FORGE, number, Some(&name))?;
    let comment = living(snapshot, found.ok_or_else(Problem::not_found)?)?;
    if let Some(Parent::Record(issue)) = comment.parent() {
        check_enabled(snapshot, repository.id, &living(snapshot, issue)?)?;
    }
    Ok(comment)
}

/// The repositories of an organisation or a user, by any case of the name.
///
/// # Errors
/// 404 where no repository is theirs.
pub(super) fn repositories_of(
    snapshot: &Snapshot,
    login: &str,
) -> Result<Vec<RepositoryName>, Problem> {
    let all = snapshot.repositories()?.into_iter();
    let names = all.filter_map(|one| one.name.parse().ok());
    let owned: Vec<RepositoryName> = names
        .filter(|name: &RepositoryName| name.owner().to_lowercase() == login.to_lowercase())
        .collect();
    match owned.is_empty() {
        true => Err(Problem::not_found()),
        false => Ok(owned),
    }
}

/// The issue that GitHub calls by a number of its own, of whatever repository: itself, and how edits refer to it.
pub(super) fn issue_with_id(
    snapshot: &Snapshot,
    id: u64,
) -> Result<Option<(Record, IssueReference)>, Problem> {
    let Some(found) = snapshot.find(RecordKind::Issue, FORGE, id, None)? else {
        return Ok(None);
    };
    let issue = living(snapshot, found)?;
    let home = match issue.repository() {
        Some(repository) => living(snapshot, repository)?,
        None => return Ok(None),
    };
    let name = home.name().and_then(|name| name.parse().ok());
    let reference = name
        .zip(issue.number())
        .map(|(name, number)| IssueReference::elsewhere(name, number));
    Ok(reference.map(|reference| (issue, reference)))
}

/// Those of some records that are there.
pub(crate) fn those_there(snapshot: &Snapshot, ids: &[RecordId]) -> Result<Vec<RecordId>, Problem> {
    let mut there = Vec::with_capacity(ids.len());
    for id in ids {
        if snapshot
            .record(*id)?
            .is_some_and(|record| !record.is_deleted())
        {
            there.push(*id);
        }
    }
    Ok(there)
}

/// A record that must be there.
pub(crate) fn living(snapshot: &Snapshot, id: RecordId) -> Result<Record, Problem> {
    let record = snapshot.record(id)?;
    let record = record.filter(|record| !record.is_deleted());
    record.ok_or_else(Problem::not_found)
}

/// Whether a record belongs to another one.
pub(super) fn is_part_of(record: &Record, whole: RecordId) -> bool {
    record.parent() == Some(Parent::Record(whole))
}
