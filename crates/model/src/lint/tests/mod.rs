//! Each rule, by tables; and what must hold of any text that is put right.

mod records;
mod texts;

use super::{
    Around, Checker, Code, Finding, IssueView, Limit, Numbers, Person, Rule, Severity, Target,
};
use crate::id::RecordId;
use crate::kind::RecordKind;
use crate::record::Record;
use crate::time::Timestamp;
use crate::value::Value;

/// A target with a rule for each code, whose limits are small enough for tests.
fn strict() -> Target {
    let rules: Vec<Rule> = Code::ALL
        .iter()
        .map(|code| Rule {
            code: *code,
            severity: Severity::Error,
            limit: limit(*code),
            says: "no",
            source: "a test",
        })
        .collect();
    Target::new("strict", &rules)
}

fn limit(code: Code) -> Limit {
    match code {
        Code::TitleTooLong => Limit::Most(20),
        Code::BodyTooLong | Code::CommentTooLong => Limit::Most(200),
        Code::LabelNameTooLong => Limit::Most(10),
        Code::LabelNameTooShort => Limit::Least(2),
        Code::LabelNameCharacters => Limit::LettersAnd(" -"),
        Code::LabelDescriptionTooLong => Limit::Most(16),
        Code::LabelsTooMany
        | Code::AssigneesTooMany
        | Code::SubIssuesTooMany
        | Code::DependenciesTooMany => Limit::Most(2),
        Code::StateUnknown => Limit::Words(&["open", "closed"]),
        Code::StateReasonUnknown => Limit::Words(&["completed", "reopened"]),
        Code::LockReasonUnknown => Limit::Words(&["spam"]),
        Code::AssigneeInvalid => Limit::Login {
            most: 8,
            others: "-",
        },
        Code::AssigneeUnknown => Limit::Words(&["forge.example"]),
        _ => Limit::None,
    }
}

/// A repository that came from elsewhere and has the issues 1, 2, 5 and 6.
fn around() -> Around {
    let mut numbers = Numbers::default();
    for number in [1, 2, 5, 6] {
        numbers.push(number);
    }
    Around {
        repository: "octo/hello".parse().unwrap(),
        source: Some(("forge.example".to_owned(), "octo/old".to_owned())),
        numbers,
    }
}

fn id(n: u128) -> RecordId {
    RecordId::from_parts(Timestamp::default(), n)
}

/// The issue 5, with nothing wrong but what the values say.
fn issue(values: impl IntoIterator<Item = Value>) -> Record {
    let mut record = Record::new(id(1), RecordKind::Issue);
    record.set(Value::Number(5));
    record.set(Value::Title("A title".to_owned()));
    record.set(Value::Body("A body.".to_owned()));
    for value in values {
        record.set(value);
    }
    record
}

/// What is found in an issue: code, what is there, and whether it can be put right.
fn found_in(record: &Record, assignees: &[Person]) -> Vec<(&'static str, String, bool)> {
    let (target, around) = (strict(), around());
    let view = IssueView {
        record,
        assignees,
        lost_labels: &[],
        has_milestone: true,
    };
    let mut found = Vec::new();
    Checker::new(&target, &around).issue(&view, &mut |finding| found.push(finding));
    found.into_iter().map(short).collect()
}

/// What is found in a comment.
fn found_in_comment(body: &str) -> Vec<(&'static str, String, bool)> {
    let (target, around) = (strict(), around());
    let mut found = Vec::new();
    Checker::new(&target, &around).comment(id(2), 5, body, &mut |finding| found.push(finding));
    found.into_iter().map(short).collect()
}

fn short(finding: Finding) -> (&'static str, String, bool) {
    let is_fixable = finding.is_fixable();
    (finding.code.name(), finding.there, is_fixable)
}
