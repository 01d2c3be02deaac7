//! Runs a document on one state of the store.

use std::collections::HashMap;
use std::rc::Rc;

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{BaseType, Directive, Field, Selection, SelectionSet, Type};
use async_graphql_value::Value as Literal;
use backlot_core::Snapshot;
use serde_json::Value;

use super::connection::{Kind, Window};
use super::document::Document;
use super::fault::Fault;
use super::object::{Object, Resolved, Shown};
use super::schema::Schema;
use super::values::{self, Arguments, Variables};
use crate::exchange::Exchange;
use crate::view::View;

/// As many values as one answer has.
const MOST_VALUES: usize = 2_000_000;
/// As long as an answer may become.
const LONGEST: usize = 64 << 20;

/// A field that came to nothing, and cannot be null: then what it belongs to is null. Why is told already.
pub(super) struct Nothing;

/// What one answer needs from its beginning to its end.
pub(super) struct Progress {
    pub(super) faults: Vec<Fault>,
    left: usize,
}

impl Progress {
    pub(super) const fn new() -> Self {
        Self {
            faults: Vec::new(),
            left: MOST_VALUES,
        }
    }
}

/// A field as it is asked for.
pub(super) struct Ask<'r> {
    pub(super) name: &'r str,
    pub(super) arguments: Arguments,
    /// The same field, wherever it is asked for.
    pub(super) fields: Vec<&'r Positioned<Field>>,
}

impl Ask<'_> {
    /// A text among the arguments.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str)
    }

    /// A number among the arguments.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.arguments.get(name).and_then(Value::as_i64)
    }

    /// The texts of a list among the arguments.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        let list = self.arguments.get(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    }
}

/// What tells which fields are selected.
#[derive(Clone, Copy)]
pub(super) struct Selecting<'r> {
    pub(super) schema: &'static Schema,
    pub(super) document: &'r Document,
    pub(super) variables: &'r Variables,
}

impl<'r> Selecting<'r> {
    /// The fields that are selected of a type, each with all its places, in order.
    pub(super) fn collected(
        &self,
        type_name: &str,
        sets: &[&'r SelectionSet],
    ) -> Vec<(&'r str, Vec<&'r Positioned<Field>>)> {
        let mut found = Vec::new();
        let mut places = HashMap::new();
        for set in sets {
            self.collect(type_name, set, &mut found, &mut places);
        }
        found
    }

    fn collect(
        &self,
        type_name: &str,
        set: &'r SelectionSet,
        found: &mut Vec<(&'r str, Vec<&'r Positioned<Field>>)>,
        places: &mut HashMap<&'r str, usize>,
    ) {
        for item in &set.items {
            if !self.is_included(item.node.directives()) {
                continue;
            }
            let (condition, inner) = match &item.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let at = *places.entry(key).or_insert(found.len());
                    if at == found.len() {
                        found.push((key, Vec::new()));
                    }
                    found[at].1.push(field);
                    continue;
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let name = condition.map(|condition| condition.node.on.node.as_str());
                    (name, &fragment.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    let Some(fragment) = self.document.fragment(name) else {
                        continue;
                    };
                    let condition = fragment.type_condition.node.on.node.as_str();
                    (Some(condition), &fragment.selection_set.node)
                }
            };
            if condition.is_none_or(|condition| self.schema.is_a(type_name, condition)) {
                self.collect(type_name, inner, found, places);
            }
        }
    }

    fn is_included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.node.get_argument("if");
            let holds = match condition.map(|condition| &condition.node) {
                Some(Literal::Boolean(flag)) => *flag,
                Some(Literal::Variable(name)) => {
                    self.variables.get(name.as_str()) == Some(&Value::Bool(true))
                }
                _ => false,
            };
            holds == (directive.node.name.node == "include")
        })
    }
}

/// Runs a document on one state of the store.
pub(super) struct Run<'r> {
    pub(super) exchange: &'r Exchange<'r>,
    pub(super) snapshot: &'r Snapshot,
    pub(super) view: View<'r>,
    pub(super) schema: &'static Schema,
    selecting: Selecting<'r>,
    pub(super) progress: &'r mut Progress,
}

impl<'r> Run<'r> {
    pub(super) fn new(
        exchange: &'r Exchange<'r>,
        snapshot: &'r Snapshot,
        selecting: Selecting<'r>,
        progress: &'r mut Progress,
    ) -> Self {
        Self {
            exchange,
            snapshot,
            view: exchange.view(snapshot),
            schema: selecting.schema,
            selecting,
            progress,
        }
    }

    /// Writes what is selected of an object.
    pub(super) fn selection(
        &mut self,
        object: &Object,
        sets: &[&'r SelectionSet],
        path: &mut Vec<Value>,
        out: &mut Vec<u8>,
    ) -> Result<(), Nothing> {
        out.push(b'{');
        let mut is_first = true;
        for (key, fields) in self.selecting.collected(object.type_name(), sets) {
            if !is_first {
                out.push(b',');
            }
            is_first = false;
            put(out, &Value::from(key));
            out.push(b':');
            path.push(key.into());
            let written = self.field(object, &fields, path, out);
            path.pop();
            written?;
        }
        out.push(b'}');
        Ok(())
    }

    fn field(
        &mut self,
        object: &Object,
        fields: &[&'r Positioned<Field>],
        path: &mut Vec<Value>,
        out: &mut Vec<u8>,
    ) -> Result<(), Nothing> {
        let Some(first) = fields.first().copied() else {
            return Ok(());
        };
        let name = first.node.name.node.as_str();
        let type_name = object.type_name();
        if name == "__typename" {
            put(out, &Value::from(type_name));
            return Ok(());
        }
        let known = self.schema.field(type_name, name);
        let of = known.map(|known| &known.ty.node);
        let start = out.len();
        let given = first.node.arguments.as_slice();
        let definitions = match known {
            Some(known) => known.arguments.as_slice(),
            None if name == "__type" => super::introspection::type_arguments(),
            None => &[],
        };
        let resolved = values::arguments(self.schema, definitions, given, self.selecting.variables)
            .and_then(|arguments| {
                let ask = Ask {
                    name,
                    arguments,
                    fields: fields.to_vec(),
                };
                if fields.iter().any(|field| field.node.name.node != name) {
                    let key = &first.node.response_key().node;
                    return Err(Fault::new(format!("Field '{key}' has a field conflict")));
                }
                self.resolve(object, &ask)
            });
        let written = match resolved {
            Ok(resolved) => self.complete(&resolved, of, fields, path, out),
            Err(fault) => {
                self.tell(fault, first, path);
                Err(Nothing)
            }
        };
        if written.is_err() {
            out.truncate(start);
            if of.is_some_and(|of| !of.nullable) {
                return Err(Nothing);
            }
            out.extend_from_slice(b"null");
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, fault: Fault, field: &Positioned<Field>, path: &[Value]) {
        if self.progress.faults.len() < 100 {
            let fault = fault.path(path.to_vec()).at(field.pos);
            self.progress.faults.push(fault);
        }
    }

    /// Writes a value, with what is selected of it.
    fn complete(
        &mut self,
        resolved: &Resolved,
        of: Option<&Type>,
        fields: &[&'r Positioned<Field>],
        path: &mut Vec<Value>,
        out: &mut Vec<u8>,
    ) -> Result<(), Nothing> {
        let Some(field) = fields.first().copied() else {
            return Err(Nothing);
        };
        if self.progress.left == 0 || out.len() > LONGEST {
            // Nothing after this is worth its path.
            let is_told = std::mem::replace(&mut self.progress.left, 0) == 0
                && self.progress.faults.iter().any(Fault::is_too_much);
            if !is_told {
                self.tell(Fault::too_much(), field, path);
            }
            return Err(Nothing);
        }
        self.progress.left -= 1;
        match resolved {
            Resolved::Null if of.is_some_and(|of| !of.nullable) => {
                let name = &field.node.name.node;
                let told = format!("Cannot return null for non-nullable field {name}");
                self.tell(Fault::of_kind("INTERNAL", told), field, path);
                Err(Nothing)
            }
            Resolved::Null => {
                out.extend_from_slice(b"null");
                Ok(())
            }
            Resolved::Scalar(value) => {
                put(out, value);
                Ok(())
            }
            Resolved::Object(object) => {
                let sets: Vec<&'r SelectionSet> = fields
                    .iter()
                    .map(|field| &field.node.selection_set.node)
                    .collect();
                self.selection(object, &sets, path, out)
            }
            Resolved::List(items) => {
                let inner = match of.map(|of| &of.base) {
                    Some(BaseType::List(inner)) => Some(&**inner),
                    _ => None,
                };
                out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    let start = out.len();
                    path.push(at.into());
                    let written = self.complete(item, inner, fields, path, out);
                    path.pop();
                    if written.is_err() {
                        out.truncate(start);
                        if self.progress.left == 0 || inner.is_some_and(|inner| !inner.nullable) {
                            return Err(Nothing);
                        }
                        out.extend_from_slice(b"null");
                    }
                }
                out.push(b']');
                Ok(())
            }
        }
    }

    /// Whether any of these is selected of a field's value, which is of this type.
    pub(super) fn wants(&self, ask: &Ask<'r>, type_name: &str, names: &[&str]) -> bool {
        let sets: Vec<&'r SelectionSet> = ask
            .fields
            .iter()
            .map(|field| &field.node.selection_set.node)
            .collect();
        let collected = self.selecting.collected(type_name, &sets);
        let mut fields = collected.iter().flat_map(|(_, fields)| fields);
        fields.any(|field| names.contains(&field.node.name.node.as_str()))
    }

    /// What part of a connection is asked for. Only who wants none of its objects need not say how many.
    pub(super) fn window(&self, ask: &Ask<'r>, kind: Kind) -> Result<Window, Fault> {
        let says = |name| ask.number(name).is_some();
        let is_bounded = says("first") || says("last");
        match is_bounded || self.wants(ask, kind.connection, &["nodes", "edges", "pageInfo"]) {
            true => Window::of(ask),
            false => Ok(Window::none()),
        }
    }

    fn resolve(&mut self, object: &Object, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        match object {
            Object::Query => self.root(ask),
            Object::Record(shown) => self.record(shown, ask),
            Object::Plain(plain) => {
                let mut fields = plain.fields.iter();
                let found = fields.find(|(name, _)| *name == ask.name);
                Ok(found.map_or(Resolved::Null, |(_, value)| value.clone()))
            }
            Object::Type(of) => Ok(super::introspection::of_type(self.schema, of, ask)),
        }
    }

    /// A record as the REST API has it.
    pub(super) fn json(&mut self, shown: &Shown) -> Result<Rc<Value>, Fault> {
        if let Some(json) = shown.json.get() {
            return Ok(Rc::clone(json));
        }
        let id = shown.id.ok_or_else(|| Fault::not_found("Not Found"))?;
        let text = self.view.object(id, shown.resource)?;
        let json = serde_json::from_slice(&text).map_err(|error| {
            Fault::of_kind(
                "INTERNAL",
                format!("a record cannot be read again: {error}"),
            )
        })?;
        Ok(Rc::clone(shown.json.get_or_init(|| Rc::new(json))))
    }
}

/// Appends a value.
pub(super) fn put(out: &mut Vec<u8>, value: &Value) {
    // Nothing that is a value already fails to be written to memory.
    let _ = serde_json::to_writer(out, value);
}
