//! The issue that a path is about, and what the caller may do with it.

use backlot_core::{IssueDetail, Snapshot};
use backlot_model::RepositoryName;

use crate::exchange::{Exchange, name_of};
use crate::problem::Problem;

/// The issue that a path is about.
pub(super) struct Subject {
    pub(super) repository: RepositoryName,
    pub(super) number: u64,
    pub(super) issue: IssueDetail,
}

/// The issue that the path names.
///
/// # Errors
/// 404 where there is none, 410 where it was deleted or issues are switched off, 301 where it moved.
pub(super) fn subject(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<Subject, Problem> {
    let home = exchange.repository(snapshot)?;
    let repository = name_of(&home)?;
    let number = exchange.number("number")?;
    let issue = snapshot.issue(&repository, number)?;
    let is_disabled = !issue.summary.is_pull_request
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

impl Subject {
    /// Whether who calls wrote it.
    pub(super) fn is_by(&self, exchange: &Exchange<'_>) -> bool {
        is_by(exchange, self.issue.summary.author.as_deref())
    }
}

/// Whether who calls is the user of this login.
pub(super) fn is_by(exchange: &Exchange<'_>, login: Option<&str>) -> bool {
    let caller = exchange.caller.as_ref();
    caller
        .zip(login)
        .is_some_and(|(caller, login)| caller.login.eq_ignore_ascii_case(login))
}
