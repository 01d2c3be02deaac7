//! The issue that a path is about, and what the caller may do with it.

use backlot_core::Snapshot;
use backlot_model::{Record, RepositoryName};

use crate::exchange::{Exchange, name_of};
use crate::problem::Problem;

/// The issue that a path is about.
pub(super) struct Subject {
    pub(super) repository: RepositoryName,
    pub(super) number: u64,
    pub(super) issue: Record,
}

/// The issue that the path names.
///
/// # Errors
/// 404 where there is none, 410 where it was deleted or issues are switched off, 301 where it moved.
pub(super) fn subject(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Subject, Problem> {
    let home = exchange.repository(snapshot)?;
    let repository = name_of(&home)?;
    let number = exchange.number("number")?;
    let issue = snapshot.issue_id(&repository, number)?;
    let issue = snapshot.record(issue)?.ok_or_else(Problem::not_found)?;
    let is_disabled = !issue.is_pull_request()
        && snapshot
            .record(home.id)?
            .is_some_and(|record| record.has_issues_disabled());
    match is_disabled {
        true => Err(Problem::gone("Issues are disabled for this repo")),
        false => Ok(Subject {
            repository,
            number,
            issue,
        }),
    }
}

/// Whether who calls wrote an issue or a comment.
pub(super) fn is_author(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
    record: &Record,
) -> Result<bool, Problem> {
    let login = match record.author() {
        Some(author) => snapshot.login(author)?,
        None => None,
    };
    let caller = exchange.caller.as_ref().zip(login);
    Ok(caller.is_some_and(|(caller, login)| caller.login.eq_ignore_ascii_case(&login)))
}
