//! Why a request is refused, in the terms that both forges have.

use backlot_core::{Error, ErrorKind};
use backlot_forge::WriteError;
use backlot_model::{InvalidField, Rule};
use http::StatusCode;
use serde_json::Value;

/// What is told of an issue that was deleted.
pub(crate) const DELETED: &str = "This issue was deleted";

/// Why a request is refused.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
    pub(crate) faults: Vec<Fault>,
    /// Where to ask in place of this, for a record that moved: an `owner/name` and a number.
    pub(crate) moved_to: Option<Box<(String, u64)>>,
    /// The address at which to ask in place of this, for a repository that has another name now.
    pub(crate) place: Option<String>,
    /// What failed inside, for who runs the store and for nobody else.
    pub(crate) cause: Option<Box<str>>,
    /// After how many seconds to try again.
    pub(crate) retry_after: Option<u32>,
}

/// What failed inside, as an extension of a response of 500: for the log of who runs the store, as the body does not tell
/// it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Box<str>);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field that breaks a rule.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The name of the resource, as GitHub has it: `Issue`, `Label`.
    pub(crate) resource: &'static str,
    pub(crate) field: String,
    /// `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable` or `custom`.
    pub(crate) code: &'static str,
    pub(crate) message: Option<String>,
    pub(crate) value: Option<Value>,
}

impl Fault {
    pub(crate) fn new(
        resource: &'static str,
        field: impl Into<String>,
        code: &'static str,
    ) -> Self {
        Self {
            resource,
            field: field.into(),
            code,
            message: None,
            value: None,
        }
    }

    /// Says in words what is wrong.
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Tells the value that is wrong.
    pub(crate) fn with_value(mut self, value: Value) -> Self {
        self.value = Some(value);
        self
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            faults: Vec::new(),
            moved_to: None,
            place: None,
            cause: None,
            retry_after: None,
        }
    }

    /// A 500, whose cause is not for the one who calls.
    fn inside(cause: &impl std::fmt::Display) -> Self {
        let told = "Something failed inside. Who runs the server is told what.";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, told);
        problem.cause = Some(cause.to_string().into());
        problem
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn gone(message: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, message)
    }

    /// A 422 whose message says it all.
    pub(crate) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// A 422 because a body is not what the endpoint's schema says.
    pub(crate) fn invalid_request(reason: impl std::fmt::Display) -> Self {
        Self::unprocessable(format!("Invalid request.\n\n{reason}"))
    }

    /// A 422 because of fields.
    pub(crate) fn validation(faults: Vec<Fault>) -> Self {
        let mut problem = Self::unprocessable("Validation Failed");
        problem.faults = faults;
        problem
    }

    /// A 422 because of one field.
    pub(crate) fn field(
        resource: &'static str,
        field: impl Into<String>,
        code: &'static str,
    ) -> Self {
        Self::validation(vec![Fault::new(resource, field, code)])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::UnknownRecord | ErrorKind::NotFound => Self::not_found(),
            ErrorKind::Gone => Self::gone(DELETED),
            ErrorKind::Moved => {
                let mut problem = Self::new(StatusCode::MOVED_PERMANENTLY, "Moved Permanently");
                problem.moved_to = error
                    .moved_to()
                    .map(|(name, number)| Box::new((name.to_owned(), number)));
                problem
            }
            ErrorKind::Busy | ErrorKind::InUse => {
                let mut problem = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The store is busy: something else is writing to it.",
                );
                problem.retry_after = Some(1);
                problem
            }
            ErrorKind::ReadOnly => Self::forbidden("The store is read-only."),
            ErrorKind::Archived => Self::forbidden("Repository was archived so is read-only."),
            ErrorKind::Disabled => Self::gone("Issues are disabled for this repo"),
            ErrorKind::Exists => Self::unprocessable(error.to_string()),
            _ => match (error.invalid_field(), error.query_error()) {
                (Some(field), _) => Self::from(field),
                (None, Some(fault)) => Self::unprocessable(fault.to_string()),
                (None, None) if error.kind() == ErrorKind::Invalid => {
                    Self::unprocessable(error.to_string())
                }
                (None, None) => Self::inside(&error),
            },
        }
    }
}

impl From<&InvalidField> for Problem {
    fn from(field: &InvalidField) -> Self {
        let resource = resource_of(field.object);
        let fault = Fault::new(resource, field.field, field.rule.code());
        let fault = match field.rule {
            Rule::Unprocessable => Fault {
                code: "custom",
                ..fault
            }
            .saying(format!("{} {}", field.field, field.detail)),
            _ => fault,
        };
        Self::validation(vec![fault])
    }
}

impl From<WriteError<Error>> for Problem {
    fn from(error: WriteError<Error>) -> Self {
        match error {
            WriteError::Lookup(error) => error.into(),
            other => Self::inside(&other),
        }
    }
}

/// What GitHub calls the thing that a field belongs to.
fn resource_of(object: &'static str) -> &'static str {
    match object {
        "issue" => "Issue",
        "label" => "Label",
        "milestone" => "Milestone",
        "comment" => "IssueComment",
        "project" => "Project",
        "column" => "ProjectColumn",
        "card" => "ProjectCard",
        "repository" => "Repository",
        "user" => "User",
        "reaction" => "Reaction",
        other => other,
    }
}

impl Problem {
    /// What failed inside, for the response to have with it.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.cause.clone().map(Failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_inside_is_not_told_to_who_calls() {
        let problem = Problem::from(WriteError::<Error>::Damaged);
        assert_eq!(problem.status, StatusCode::INTERNAL_SERVER_ERROR);
        let cause = WriteError::<Error>::Damaged.to_string();
        assert!(!problem.message.contains(&cause), "{}", problem.message);
        assert_eq!(problem.failure().unwrap().to_string(), cause);
        assert_eq!(Problem::not_found().failure(), None);
    }
}
