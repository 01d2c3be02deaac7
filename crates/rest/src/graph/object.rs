//! What fields are resolved to.

use std::cell::OnceCell;
use std::rc::Rc;

use async_graphql_parser::types::Type;
use backlot_github::Resource;
use backlot_model::{RecordId, RepositoryName};
use serde_json::Value;

/// The value of a field before what is selected of it is looked at.
#[derive(Clone)]
pub(super) enum Resolved {
    Null,
    Scalar(Value),
    Object(Object),
    List(Vec<Resolved>),
}

impl Resolved {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Value::String(text.into()))
    }

    /// A value; null where there is none.
    pub(super) fn maybe(value: Option<impl Into<Self>>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<Value> for Resolved {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            other => Self::Scalar(other),
        }
    }
}

impl From<Object> for Resolved {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Rc<Shown>> for Resolved {
    fn from(shown: Rc<Shown>) -> Self {
        Self::Object(Object::Record(shown))
    }
}

/// Something with fields.
#[derive(Clone)]
pub(super) enum Object {
    /// The root of queries.
    Query,
    /// A record, or somebody of whom there is none.
    Record(Rc<Shown>),
    /// What has the values of its fields with it.
    Plain(Rc<Plain>),
    /// A type, when the schema itself is asked for.
    Type(Rc<Type>),
}

/// An object that has the values of its fields with it.
pub(super) struct Plain {
    pub(super) type_name: &'static str,
    pub(super) fields: Vec<(&'static str, Resolved)>,
}

/// A record, whose JSON is made when one of its values is asked for.
pub(super) struct Shown {
    pub(super) type_name: &'static str,
    pub(super) resource: Resource,
    pub(super) id: Option<RecordId>,
    /// The name, of a repository.
    pub(super) name: Option<RepositoryName>,
    pub(super) json: OnceCell<Rc<Value>>,
}

impl Shown {
    /// A record that is read when it is asked for.
    pub(super) fn of(type_name: &'static str, resource: Resource, id: RecordId) -> Rc<Self> {
        Rc::new(Self {
            type_name,
            resource,
            id: Some(id),
            name: None,
            json: OnceCell::new(),
        })
    }

    /// What was read already.
    pub(super) fn read(type_name: &'static str, resource: Resource, json: Value) -> Rc<Self> {
        Rc::new(Self {
            type_name,
            resource,
            id: None,
            name: None,
            json: OnceCell::from(Rc::new(json)),
        })
    }

    /// A repository.
    pub(super) fn repository(id: RecordId, name: RepositoryName) -> Rc<Self> {
        Rc::new(Self {
            type_name: "Repository",
            resource: Resource::Repository,
            id: Some(id),
            name: Some(name),
            json: OnceCell::new(),
        })
    }

    /// An issue or a pull request.
    pub(super) fn issue(id: RecordId, is_pull_request: bool) -> Rc<Self> {
        let type_name = match is_pull_request {
            true => "PullRequest",
            false => "Issue",
        };
        Self::of(type_name, Resource::Issue, id)
    }

    /// Somebody, as other objects have them inside.
    pub(super) fn user(json: &Value) -> Option<Rc<Self>> {
        let type_name = match json["type"].as_str() {
            _ if !json.is_object() => return None,
            Some("Organization") => "Organization",
            Some("Bot") => "Bot",
            Some("Mannequin") => "Mannequin",
            _ => "User",
        };
        Some(Self::read(type_name, Resource::User, json.clone()))
    }
}

impl Object {
    pub(super) fn plain(type_name: &'static str, fields: Vec<(&'static str, Resolved)>) -> Self {
        Self::Plain(Rc::new(Plain { type_name, fields }))
    }

    /// The name of its type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Query => "Query",
            Self::Record(shown) => shown.type_name,
            Self::Plain(plain) => plain.type_name,
            Self::Type(_) => "__Type",
        }
    }
}
