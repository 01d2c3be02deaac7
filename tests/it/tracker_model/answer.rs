//! What an operation answers, in a form in which two implementations can be compared.

use backlot_core::{Error, ErrorKind};
use backlot_model::Rule;

use super::state::Id;

/// What an operation gives that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// Nothing beyond that it is done.
    Done,
    /// Whether anything changed.
    Changed(bool),
    /// The number of what was made.
    Number(u64),
    /// What was made.
    Made(Id),
}

/// Why an operation is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// By the kind of the error alone.
    Kind(ErrorKind),
    /// The issue is there now.
    Moved(String, u64),
    /// A field of an object breaks a rule.
    Invalid(&'static str, &'static str, Rule),
}

/// What the model answers: where several things are wrong, any of them may be said.
pub(super) type Answer = Result<Given, Vec<Problem>>;

pub(super) fn invalid(object: &'static str, field: &'static str, rule: Rule) -> Problem {
    Problem::Invalid(object, field, rule)
}

pub(super) const UNKNOWN: Problem = Problem::Kind(ErrorKind::UnknownRecord);
pub(super) const GONE: Problem = Problem::Kind(ErrorKind::Gone);

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        if let Some(field) = error.invalid_field() {
            return Self::Invalid(field.object, field.field, field.rule);
        }
        if let Some((repository, number)) = error.moved_to() {
            return Self::Moved(repository.to_owned(), number);
        }
        Self::Kind(error.kind())
    }
}
