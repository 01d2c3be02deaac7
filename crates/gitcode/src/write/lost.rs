//! What GitCode's objects cannot say.

use backlot_forge::json::digest;
use backlot_model::{Field, Loss, LossKind, RecordKind, Timestamp};

use super::object::Job;
use crate::shape::{Facts, Form, Rule, depends, derive};

/// A loss of a key of an object.
pub(super) fn loss<R>(job: &Job<'_, R>, kind: LossKind, field: &str, reason: &str) -> Loss {
    let record_kind = job
        .outgoing
        .map_or(job.form.kind(), |outgoing| outgoing.record.kind());
    Loss {
        kind,
        record_kind,
        record: shown(record_kind, &job.facts),
        field: field.to_owned(),
        reason: reason.to_owned(),
        value: None,
    }
}

/// The name by which reports call a record: its address where it has one.
pub(super) fn shown(kind: RecordKind, facts: &Facts<'_>) -> String {
    let template = match kind {
        RecordKind::Issue => "https://H/R/issues/N",
        RecordKind::Milestone => "https://H/R/milestones/N",
        RecordKind::User => "https://H/L",
        RecordKind::Repository => "https://H/R",
        _ => "",
    };
    let mut url = Vec::new();
    if !template.is_empty() && derive(Rule::Url(template), facts, &mut url) {
        let url = String::from_utf8_lossy(&url);
        return url.trim_matches('"').to_owned();
    }
    let name = kind.name();
    match (kind, facts.number, facts.id) {
        (RecordKind::Label, ..) if !facts.name.is_empty() => format!("{name} {}", facts.name),
        (RecordKind::Issue | RecordKind::Milestone, Some(number), _) => {
            format!("{name} #{number}")
        }
        (_, _, Some(id)) => format!("{name} {id}"),
        (_, Some(number), None) => format!("{name} #{number}"),
        (_, None, None) => name.to_owned(),
    }
}

/// Reports the edits that a form has no key for.
pub(super) fn dropped<R>(job: &Job<'_, R>, edited: u64, losses: &mut Vec<Loss>) {
    let keys = job.table.keys.iter();
    let said = keys.fold(0, |fields, key| fields | depends(key.rule));
    for field in Field::ALL {
        // What happened is told in words.
        let is_told = job.form == Form::OperateLog
            && matches!(
                field,
                Field::Subject | Field::From | Field::To | Field::Event
            );
        if edited & !said & (1 << field.tag()) != 0
            && !is_told
            && let Some(reason) = no_key(*field)
        {
            losses.push(loss(job, LossKind::Dropped, field.name(), reason));
        }
    }
}

/// Why a field has no key in any object of GitCode's; none for those that are said in other ways.
pub(super) const fn no_key(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::Repository
        | Field::Number
        | Field::Host
        | Field::ForeignName
        | Field::SeparateNumbers
        | Field::Deleted
        | Field::Parent
        | Field::Name
        | Field::CreatedAt => return None,
        Field::SubIssues | Field::BlockedBy | Field::Blocking | Field::DuplicateOf => {
            "GitCode has no such link between issues"
        }
        _ => "the object has no key for it",
    })
}

/// Reports a date that had a time of day.
pub(super) fn time_of_day<R>(
    job: &Job<'_, R>,
    at: Option<Timestamp>,
    field: &str,
    losses: &mut Vec<Loss>,
) {
    if has_time_of_day(at) {
        losses.push(loss(job, LossKind::Altered, field, ONLY_A_DATE));
    }
}

/// Why a moment becomes a date.
pub(super) const ONLY_A_DATE: &str = "only a date is kept";

/// Whether a moment is more than a date.
pub(super) fn has_time_of_day(at: Option<Timestamp>) -> bool {
    at.is_some_and(|at| at.unix_milliseconds() % 86_400_000 != 0)
}

/// Why a text that is not there becomes an empty one.
pub(super) const NO_TEXT: &str = "there is none, and GitCode's object has an empty one";

/// Reports that a text that was taken away becomes an empty one.
pub(super) fn emptied<R>(job: &Job<'_, R>, field: &str, losses: &mut Vec<Loss>) {
    let value = Some(digest("null"));
    losses.push(Loss {
        value,
        ..loss(job, LossKind::Altered, field, NO_TEXT)
    });
}

/// Reports that the type of an issue has lost its number.
pub(super) fn type_id<R>(job: &Job<'_, R>, field: &str, losses: &mut Vec<Loss>) {
    let reason = "only the name of the type is known";
    losses.push(loss(job, LossKind::Altered, field, reason));
}
