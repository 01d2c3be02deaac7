//! Errors as GraphQL has them: beside the data, each with the path of what it is about.

use async_graphql_parser::Pos;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::problem::Problem;

const TOO_MUCH: &str = "MAX_NODE_LIMIT_EXCEEDED";

/// One error in an answer.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    /// The word by which GitHub's clients tell errors that came while answering.
    kind: Option<&'static str>,
    message: String,
    path: Vec<Value>,
    at: Option<Pos>,
    /// What a wrong document is told more.
    extensions: Map<String, Value>,
}

impl Fault {
    /// An error of a document, or of its variables.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            kind: None,
            message: message.into(),
            path: Vec::new(),
            at: None,
            extensions: Map::new(),
        }
    }

    /// An error that came while answering.
    pub(super) fn of_kind(kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind: Some(kind),
            ..Self::new(message)
        }
    }

    /// That there is nothing that is called so.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::of_kind("NOT_FOUND", message)
    }

    /// That no record has such an identifier.
    pub(super) fn no_node(id: &str) -> Self {
        let id: String = id.chars().take(100).collect();
        Self::not_found(format!(
            "Could not resolve to a node with the global id of '{id}'"
        ))
    }

    /// That an answer becomes too long.
    pub(super) fn too_much() -> Self {
        Self::of_kind(
            TOO_MUCH,
            "The answer has more values than are given at once",
        )
    }

    pub(super) fn is_too_much(&self) -> bool {
        self.kind == Some(TOO_MUCH)
    }

    pub(super) const fn at(mut self, position: Pos) -> Self {
        self.at = Some(position);
        self
    }

    pub(super) fn path(mut self, path: Vec<Value>) -> Self {
        self.path = path;
        self
    }

    pub(super) fn extended(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extensions.insert(key.to_owned(), value.into());
        self
    }

    pub(super) fn to_json(&self) -> Value {
        let mut told = json!({"message": self.message});
        if let Some(kind) = self.kind {
            told["type"] = kind.into();
        }
        if !self.path.is_empty() {
            told["path"] = self.path.clone().into();
        }
        if !self.extensions.is_empty() {
            told["extensions"] = self.extensions.clone().into();
        }
        if let Some(at) = self.at {
            told["locations"] = json!([{"line": at.line, "column": at.column}]);
        }
        told
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        let kind = match problem.status {
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::MOVED_PERMANENTLY => "NOT_FOUND",
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "FORBIDDEN",
            StatusCode::SERVICE_UNAVAILABLE => "SERVICE_UNAVAILABLE",
            status if status.is_server_error() => "INTERNAL",
            _ => "UNPROCESSABLE",
        };
        let faults = problem.faults.iter().map(|fault| match &fault.message {
            Some(message) => message.clone(),
            None => format!("{} {} is {}", fault.resource, fault.field, fault.code),
        });
        let faults: Vec<String> = faults.collect();
        Self::of_kind(
            kind,
            match faults.is_empty() {
                true => problem.message,
                false => faults.join(", "),
            },
        )
    }
}

impl From<backlot_core::Error> for Fault {
    fn from(error: backlot_core::Error) -> Self {
        Problem::from(error).into()
    }
}
