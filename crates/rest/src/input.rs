//! The JSON body of a request, read field by field.

use serde_json::{Map, Value};

use crate::problem::Problem;

/// The JSON object in the body of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input(Map<String, Value>);

/// How deeply the values of a body may nest is limited by the parser: 128 levels.
impl Input {
    /// The object in a body; an empty body is an empty object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Ok(Self(object)),
            // Some clients send it where there is nothing to say.
            Ok(Value::Null) => Ok(Self::default()),
            Ok(_) => Err(Problem::bad_request("Body should be a JSON object")),
            Err(_) => Err(Problem::bad_request("Problems parsing JSON")),
        }
    }

    /// The same of what is an object already.
    pub(crate) const fn of(object: Map<String, Value>) -> Self {
        Self(object)
    }

    /// The same, if it has no other fields than these.
    pub(crate) fn permit(self, fields: &[&str]) -> Result<Self, Problem> {
        let unknown = self.0.keys().find(|key| !fields.contains(&key.as_str()));
        let problem = unknown
            .map(|key| Problem::invalid_request(format_args!("{key:?} is not a permitted key.")));
        problem.map_or(Ok(self), Err)
    }

    /// Whether a field is there, be it null.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    /// A field as it is; null counts as a value.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// A text; none where the field is absent or null.
    pub(crate) fn text(&self, field: &str) -> Result<Option<&str>, Problem> {
        match self.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(mistyped(field, other, "a string")),
        }
    }

    /// A text that can be cleared: none where the field is absent, `Some(None)` where it is null.
    pub(crate) fn clearable(&self, field: &str) -> Result<Option<Option<&str>>, Problem> {
        match self.get(field) {
            None => Ok(None),
            Some(_) => self.text(field).map(Some),
        }
    }

    /// A whole number that is not negative; none where the field is absent or null.
    pub(crate) fn number(&self, field: &str) -> Result<Option<u64>, Problem> {
        match self.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) => Ok(Some(number)),
                None => Err(mistyped(field, value, "an integer")),
            },
        }
    }

    /// Yes or no; none where the field is absent or null.
    pub(crate) fn flag(&self, field: &str) -> Result<Option<bool>, Problem> {
        match self.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(mistyped(field, other, "a boolean")),
        }
    }

    /// A list; none where the field is absent or null.
    pub(crate) fn list(&self, field: &str) -> Result<Option<&[Value]>, Problem> {
        match self.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(list)) => Ok(Some(list)),
            Some(other) => Err(mistyped(field, other, "an array")),
        }
    }

    /// A list of names: texts, or objects that have the name under `key`, as newer clients send them.
    pub(crate) fn names(&self, field: &str, key: &str) -> Result<Option<Vec<String>>, Problem> {
        let Some(list) = self.list(field)? else {
            return Ok(None);
        };
        let names = list.iter().enumerate().map(|(at, value)| {
            let name = match value {
                Value::Object(object) => object.get(key),
                other => Some(other),
            };
            match name {
                Some(Value::String(name)) => Ok(name.clone()),
                _ => Err(mistyped(&format!("{field}/{at}"), value, "a string")),
            }
        });
        names.collect::<Result<_, _>>().map(Some)
    }
}

/// A 422 because a value is of another type than its field.
pub(crate) fn mistyped(field: &str, value: &Value, wanted: &str) -> Problem {
    let shown = match value {
        Value::Null => "nil".to_owned(),
        other => {
            let mut shown = other.to_string();
            if shown.len() > 80 {
                shown = shown.chars().take(77).collect();
                shown.push_str("...");
            }
            shown
        }
    };
    Problem::invalid_request(format_args!(
        "For 'properties/{field}', {shown} is not {wanted}."
    ))
}
