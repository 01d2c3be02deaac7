//! Where a request is about, and who may do what there.

use backlot_core::{IssueDetail, Snapshot};
use backlot_gitcode::FORGE;
use backlot_model::{RecordId, RecordKind, RepositoryName, Timestamp};
use http::StatusCode;

use super::parameters::{Parameters, missing, mistyped};
use super::refusal::{known, not_there};
use crate::access::Permission;
use crate::exchange::{Exchange, name_of};
use crate::problem::Problem;

/// China's time is eight hours ahead.
const AHEAD: i64 = 8 * 3_600_000;

/// The parameters of a request.
pub(super) fn parameters(exchange: &Exchange<'_>) -> Result<Parameters, Problem> {
    Parameters::of(&exchange.query, exchange.headers, exchange.body)
}

/// The parameters of a request whose path names the owner alone: the repository is one of them, and then is as if the path
/// had named it.
pub(super) fn parameters_with_repository(
    exchange: &mut Exchange<'_>,
) -> Result<Parameters, Problem> {
    let parameters = parameters(exchange)?;
    if exchange.parameter("repo").is_empty() {
        let repo = parameters.given("repo")?.ok_or_else(|| missing("repo"))?;
        exchange.parameters.push(("repo".to_owned(), repo));
    }
    Ok(parameters)
}

/// The same where something is only read: who names none means the only one of the owner, where there is just one.
pub(super) fn name_only_repository(exchange: &mut Exchange<'_>) -> Result<(), Problem> {
    let parameters = parameters(exchange)?;
    if !exchange.parameter("repo").is_empty() || parameters.has("repo") {
        return parameters_with_repository(exchange).map(drop);
    }
    let names = exchange.read()?.repositories()?.into_iter();
    let mut owned = names.filter_map(|repository| {
        let (owner, name) = repository.name.split_once('/')?;
        let is_meant = owner.eq_ignore_ascii_case(exchange.parameter("owner"));
        is_meant.then(|| name.to_owned())
    });
    match (owned.next(), owned.next()) {
        (Some(only), None) => {
            drop(owned);
            exchange.parameters.push(("repo".to_owned(), only));
            Ok(())
        }
        _ => Err(missing("repo")),
    }
}

/// The repository in the path.
pub(super) fn repository(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
) -> Result<RepositoryName, Problem> {
    let found = exchange.repository(snapshot);
    // Only what is not there is told so: a mirror would take it for deleted.
    name_of(&found.map_err(|problem| match problem.status {
        StatusCode::NOT_FOUND => not_there("Project"),
        _ => problem,
    })?)
}

/// The issue in the path.
pub(super) fn issue(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<IssueDetail, Problem> {
    let name = repository(exchange, snapshot)?;
    let number = exchange.number("number").map_err(|_| not_there("Issue"))?;
    known(snapshot.issue(&name, number), "Issue")
}

/// The record and the number of the issue in the path, of which nothing else is read.
pub(super) fn issue_id(
    exchange: &Exchange<'_>,
    snapshot: &Snapshot,
) -> Result<(RecordId, u64), Problem> {
    let name = repository(exchange, snapshot)?;
    let number = exchange.number("number").map_err(|_| not_there("Issue"))?;
    let id = known(snapshot.issue_id(&name, number), "Issue")?;
    Ok((id, number))
}

/// The comment in the path, by the number that GitCode gave it or that exports do.
pub(super) fn comment(exchange: &Exchange<'_>, snapshot: &Snapshot) -> Result<RecordId, Problem> {
    let name = repository(exchange, snapshot)?;
    let number = exchange
        .number("id")
        .map_err(|_| Problem::bad_request("Invalid path parameter: note_id, number required"))?;
    let found = snapshot.find(RecordKind::Comment, FORGE, number, Some(&name))?;
    found.ok_or_else(|| not_there("Note"))
}

/// The number in its repository of the milestone that GitCode calls by this one, or that exports do.
pub(super) fn milestone(
    snapshot: &Snapshot,
    name: &RepositoryName,
    number: u64,
) -> Result<Option<(RecordId, u64)>, Problem> {
    let Some(id) = snapshot.find(RecordKind::Milestone, FORGE, number, Some(name))? else {
        return Ok(None);
    };
    let record = snapshot.record(id)?;
    let number = record.and_then(|record| record.number());
    Ok(number.map(|number| (id, number)))
}

/// Whether who calls may label, assign, close and edit what others wrote.
pub(super) fn may_triage(exchange: &Exchange<'_>) -> bool {
    let caller = exchange.caller.as_ref();
    caller.is_some_and(|caller| caller.permission >= Permission::Triage)
}

/// Refuses who may not triage, and is not the one who wrote it.
pub(super) fn check_author(exchange: &Exchange<'_>, author: Option<&str>) -> Result<(), Problem> {
    let caller = exchange.caller()?;
    let is_own = author.is_some_and(|author| author.eq_ignore_ascii_case(&caller.login));
    match is_own || may_triage(exchange) {
        true => Ok(()),
        false => Err(Problem::forbidden(
            "only members and who wrote it may do this",
        )),
    }
}

/// Refuses who may not triage.
pub(super) fn check_triage(exchange: &Exchange<'_>) -> Result<(), Problem> {
    check_author(exchange, None)
}

/// A moment in a parameter: one of RFC 3339, or a day, which begins in China. A plus sign that was not encoded has become a
/// space.
pub(super) fn moment(parameters: &Parameters, name: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = parameters.given(name)? else {
        return Ok(None);
    };
    let text = text.trim().replace(' ', "+");
    let text = match text.len() {
        10 => format!("{text}T00:00:00+08:00"),
        _ => text,
    };
    let parsed = Timestamp::parse(&text);
    parsed.map(Some).map_err(|_| mistyped(name))
}

/// The last moment that is shown like this one, as seconds are all that is shown.
pub(super) fn through(at: Timestamp) -> Timestamp {
    match at.is_whole_second() {
        true => Timestamp::from_unix_milliseconds(at.unix_milliseconds().saturating_add(999)),
        false => at,
    }
}

/// A moment as GitCode writes it.
pub(super) fn written(at: Timestamp) -> String {
    let ahead = at.unix_milliseconds().saturating_add(AHEAD);
    let mut text = Timestamp::from_unix_milliseconds(ahead).to_string();
    text.pop();
    text.push_str("+08:00");
    text
}

/// The day that a date means, or the one in China of a moment, as the store keeps days: its midnight in UTC.
pub(super) fn day(name: &str, text: &str) -> Result<Timestamp, Problem> {
    let text = text.trim();
    let date = match text.len() {
        10 => text.to_owned(),
        _ => {
            let at = Timestamp::parse(&text.replace(' ', "+")).map_err(|_| mistyped(name))?;
            written(at).chars().take(10).collect()
        }
    };
    Timestamp::parse(&format!("{date}T00:00:00Z")).map_err(|_| mistyped(name))
}
