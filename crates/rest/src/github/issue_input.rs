//! What the bodies of requests say of an issue.

use backlot_core::{ErrorKind, Snapshot};
use backlot_github::{ApiVersion, FORGE};
use backlot_model::{RecordKind, RepositoryName, State, StateReason};
use serde_json::Value;

use super::issue_fields::check_none_given;
use crate::exchange::Exchange;
use crate::input::{Input, mistyped};
use crate::problem::{Fault, Problem};

/// How long the lists of a body can be, the same name many times among them.
const MOST: usize = 1000;

/// What a body says of an issue; what it does not mention is none.
#[derive(Debug, Default)]
pub(super) struct IssueInput {
    pub(super) title: Option<String>,
    pub(super) body: Option<Option<String>>,
    pub(super) state: Option<State>,
    pub(super) reason: Option<StateReason>,
    pub(super) duplicate_of: Option<u64>,
    pub(super) order: Order,
}

/// How an issue is put in order, which is for those who have push access.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) labels: Option<Vec<String>>,
    pub(super) assignees: Option<Vec<String>>,
    pub(super) milestone: Option<Option<u64>>,
    pub(super) issue_type: Option<Option<String>>,
}

impl Order {
    /// Whether it asks for something that is there not yet, as nothing is of a new issue.
    fn says_something(&self) -> bool {
        let lists = [&self.labels, &self.assignees];
        lists.into_iter().flatten().any(|list| !list.is_empty())
            || self.milestone.is_some_and(|milestone| milestone.is_some())
            || self.issue_type.as_ref().is_some_and(Option::is_some)
    }

    /// Whether it asks for anything; to clear is something too.
    const fn is_given(&self) -> bool {
        self.labels.is_some()
            || self.assignees.is_some()
            || self.milestone.is_some()
            || self.issue_type.is_some()
    }
}

impl IssueInput {
    /// What the body of a request says, of a new issue or of one that is there.
    ///
    /// # Errors
    /// 422 where a value is none that its field can have; 403 where it is not for who calls, unless that is dropped
    /// silently.
    pub(super) fn of(
        exchange: &Exchange<'_>,
        input: &Input,
        snapshot: &Snapshot,
        repository: &RepositoryName,
        is_new: bool,
    ) -> Result<Self, Problem> {
        let mut this = Self {
            title: title(input)?,
            body: input.clearable("body")?.map(|body| {
                let body = body.filter(|body| !body.is_empty());
                body.map(str::to_owned)
            }),
            state: word(input, "state", State::from_word, |state| {
                !matches!(state, State::Other(_))
            })?,
            reason: word(input, "state_reason", StateReason::from_word, |reason| {
                !matches!(reason, StateReason::Other(_))
            })?,
            duplicate_of: input.number("duplicate_issue_id")?,
            order: Order {
                labels: labels(input, snapshot, repository)?,
                assignees: assignees(input, exchange.version)?,
                milestone: milestone(input)?,
                issue_type: issue_type(input)?,
            },
        };
        if !exchange.can_triage() {
            let asks = match is_new {
                true => this.order.says_something(),
                false => this.order.is_given(),
            };
            let asks = asks
                || !input
                    .list("issue_field_values")?
                    .unwrap_or_default()
                    .is_empty();
            if asks && !exchange.drops_silently() {
                return Err(Problem::forbidden("Must have push access to repository"));
            }
            this.order = Order::default();
        } else {
            check_none_given(input)?;
        }
        if let Some(Some(number)) = this.order.milestone {
            let found = snapshot.milestone(repository, number);
            found.map_err(|error| match error.kind() {
                ErrorKind::UnknownRecord | ErrorKind::Gone => invalid("milestone", number),
                _ => error.into(),
            })?;
        }
        Ok(this)
    }
}

fn title(input: &Input) -> Result<Option<String>, Problem> {
    match input.get("title") {
        // A number is a title too.
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(Some(number.to_string()))
        }
        _ => Ok(input.text("title")?.map(str::to_owned)),
    }
}

/// A word of a fixed list.
fn word<T>(
    input: &Input,
    field: &'static str,
    read: fn(&str) -> T,
    is_known: impl Fn(&T) -> bool,
) -> Result<Option<T>, Problem> {
    let Some(text) = input.text(field)? else {
        return Ok(None);
    };
    let word = read(text);
    match is_known(&word) {
        true => Ok(Some(word)),
        false => Err(invalid(field, text)),
    }
}

fn invalid(field: &'static str, value: impl Into<Value>) -> Problem {
    let fault = Fault::new("Issue", field, "invalid");
    Problem::validation(vec![fault.with_value(value.into())])
}

/// Labels by name, as texts or objects; objects can also name them by number.
fn labels(
    input: &Input,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<Option<Vec<String>>, Problem> {
    let Some(list) = listed(input, "labels")? else {
        return Ok(None);
    };
    let mut names = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        let name = match value {
            Value::String(name) => Some(name.clone()),
            Value::Object(object) => match (object.get("name"), object.get("id")) {
                (Some(Value::String(name)), _) => Some(name.clone()),
                (None | Some(Value::Null), Some(Value::Number(id))) => {
                    Some(label_called(id.as_u64(), snapshot, repository)?)
                }
                _ => None,
            },
            _ => None,
        };
        let wrong = || mistyped(&format!("labels/{at}"), value, "a string");
        names.push(name.ok_or_else(wrong)?);
    }
    Ok(Some(names))
}

fn label_called(
    id: Option<u64>,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<String, Problem> {
    let found = match id {
        Some(id) => snapshot.find(RecordKind::Label, FORGE, id, Some(repository))?,
        None => None,
    };
    let record = match found {
        Some(found) => snapshot.record(found)?,
        None => None,
    };
    let name = record.as_ref().and_then(|record| record.name());
    let unknown = || Problem::field("Label", "id", "invalid");
    name.map(str::to_owned).ok_or_else(unknown)
}

/// A list that cannot be null, nor be far longer than any issue could have it.
pub(super) fn listed<'i>(input: &'i Input, field: &str) -> Result<Option<&'i [Value]>, Problem> {
    let list = match input.get(field) {
        Some(Value::Null) => return Err(mistyped(field, &Value::Null, "an array")),
        _ => input.list(field)?,
    };
    // What is far too much is not even compared with what there is.
    match list.is_some_and(|list| list.len() > MOST) {
        true => {
            let detail = format!("{field} are too many (maximum is {MOST})");
            let fault = Fault::new("Issue", field, "custom");
            Err(Problem::validation(vec![fault.saying(detail)]))
        }
        false => Ok(list),
    }
}

fn assignees(input: &Input, version: ApiVersion) -> Result<Option<Vec<String>>, Problem> {
    listed(input, "assignees")?;
    let many = input.names("assignees", "login")?;
    // The newer version has no such key, and keys that are unknown are ignored.
    if version == ApiVersion::V2026 || !input.has("assignee") {
        return Ok(many);
    }
    match (input.text("assignee")?, many) {
        (Some(_), Some(_)) => Err(Problem::unprocessable(
            "You cannot pass both assignee and assignees. Only one may be provided.",
        )),
        (None, Some(many)) => Ok(Some(many)),
        (None | Some(""), None) => Ok(Some(Vec::new())),
        (Some(login), None) => Ok(Some(vec![login.to_owned()])),
    }
}

/// The number of a milestone, also as a text; null and an empty text stand for none.
fn milestone(input: &Input) -> Result<Option<Option<u64>>, Problem> {
    let Some(value) = input.get("milestone") else {
        return Ok(None);
    };
    match value {
        Value::Null => Ok(Some(None)),
        Value::String(text) if text.is_empty() => Ok(Some(None)),
        Value::String(text) => match text.parse() {
            Ok(number) => Ok(Some(Some(number))),
            Err(_) => Err(invalid("milestone", text.as_str())),
        },
        Value::Number(number) => match number.as_u64() {
            Some(number) => Ok(Some(Some(number))),
            None => Err(invalid("milestone", value.clone())),
        },
        other => Err(mistyped("milestone", other, "a string or an integer")),
    }
}

/// The name of a type, also as an object's `value`; null stands for none.
fn issue_type(input: &Input) -> Result<Option<Option<String>>, Problem> {
    let Some(value) = input.get("type") else {
        return Ok(None);
    };
    let name = match value {
        Value::Object(object) => object.get("value").unwrap_or(&Value::Null),
        other => other,
    };
    match name {
        Value::Null => Ok(Some(None)),
        Value::String(name) => Ok(Some(Some(name.clone()).filter(|name| !name.is_empty()))),
        other => Err(mistyped("type", other, "a string")),
    }
}
