//! Whether a document asks for what there is, and for no more than is given at once.

use std::collections::HashSet;

use async_graphql_parser::types::{Directive, Field, OperationType, Selection, SelectionSet};
use async_graphql_parser::{Pos, Positioned};
use async_graphql_value::Value as Literal;
use serde_json::Value;

use super::document::Document;
use super::fault::Fault;
use super::schema::{Schema, innermost};

/// As many fields as a document may ask for, those of a fragment counted wherever it is spread.
const MOST_FIELDS: usize = 5_000;
/// As deep as fields may nest.
const DEEPEST: usize = 25;
/// As many errors as are told.
const MOST_FAULTS: usize = 20;

struct Check<'d> {
    schema: &'static Schema,
    document: &'d Document,
    declared: HashSet<&'d str>,
    /// The fragments within which the check is.
    within: Vec<&'d str>,
    path: Vec<Value>,
    left: usize,
    faults: Vec<Fault>,
}

/// Everything that is wrong with a document.
pub(super) fn check(schema: &'static Schema, document: &Document) -> Vec<Fault> {
    let operation = &document.operation;
    let (word, root) = match operation.ty {
        OperationType::Query => ("query", "Query"),
        OperationType::Mutation => ("mutation", "Mutation"),
        OperationType::Subscription => {
            return vec![Fault::new("Schema is not configured for subscriptions")];
        }
    };
    let mut check = Check {
        schema,
        document,
        declared: operation
            .variable_definitions
            .iter()
            .map(|definition| definition.node.name.node.as_str())
            .collect(),
        within: Vec::new(),
        path: vec![match &document.name {
            Some(name) => format!("{word} {name}").into(),
            None => word.into(),
        }],
        left: MOST_FIELDS,
        faults: Vec::new(),
    };
    if check.selection(document.selection(), root, 1) {
        check.faults
    } else {
        // What is too much is told alone: not all of it was looked at.
        check.faults.pop().into_iter().collect()
    }
}

impl<'d> Check<'d> {
    fn tell(&mut self, fault: Fault, at: Pos, code: &str) {
        if self.faults.len() < MOST_FAULTS {
            let fault = fault.path(self.path.clone()).at(at).extended("code", code);
            self.faults.push(fault);
        }
    }

    /// Checks what is selected of a type; false where there is too much to go on.
    fn selection(&mut self, set: &'d SelectionSet, of: &str, depth: usize) -> bool {
        if depth > DEEPEST {
            let told = format!("Query has depth of more than {DEEPEST}, which is the max depth");
            self.faults.push(Fault::new(told));
            return false;
        }
        set.items.iter().all(|item| {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => self.field(field, of, depth),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let inner = condition.map_or(of, |condition| condition.node.on.node.as_str());
                    // Fragments count as well, or empty ones could nest for free.
                    self.count()
                        && (!self.is_type(inner, item.pos)
                            || self.selection(&fragment.node.selection_set.node, inner, depth))
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    self.count() && self.spread(name, item.pos, depth)
                }
            }
        })
    }

    fn count(&mut self) -> bool {
        if self.left == 0 {
            let told = format!(
                "Query has complexity of more than {MOST_FIELDS}, which is the max complexity"
            );
            self.faults.push(Fault::new(told));
            return false;
        }
        self.left -= 1;
        true
    }

    fn spread(&mut self, name: &'d str, at: Pos, depth: usize) -> bool {
        let Some(fragment) = self.document.fragment(name) else {
            let told = format!("Fragment {name} was used, but not defined");
            self.tell(Fault::new(told), at, "useAndDefineFragment");
            return true;
        };
        if self.within.contains(&name) {
            let told = format!("Fragment {name} contains an infinite loop");
            self.tell(Fault::new(told), at, "infiniteLoop");
            return true;
        }
        let condition = &fragment.type_condition.node.on;
        if !self.is_type(&condition.node, condition.pos) {
            return true;
        }
        self.within.push(name);
        let goes_on = self.selection(&fragment.selection_set.node, &condition.node, depth);
        self.within.pop();
        goes_on
    }

    /// Whether a fragment can be on this.
    fn is_type(&mut self, name: &str, at: Pos) -> bool {
        let is_known = self.schema.is_composite(name);
        if !is_known {
            let told = format!("No such type {name}, so it can't be a fragment condition");
            let fault = Fault::new(told).extended("typeName", name);
            self.tell(fault, at, "undefinedType");
        }
        is_known
    }

    fn field(&mut self, field: &'d Positioned<Field>, of: &str, depth: usize) -> bool {
        if !self.count() {
            return false;
        }
        let (at, field) = (field.pos, &field.node);
        self.path.push(field.response_key().node.as_str().into());
        let goes_on = self.field_itself(field, at, of, depth);
        self.path.pop();
        goes_on
    }

    fn field_itself(&mut self, field: &'d Field, at: Pos, of: &str, depth: usize) -> bool {
        let name = field.name.node.as_str();
        let set = &field.selection_set.node;
        let (schema, is_root) = (self.schema, of == "Query");
        let (arguments, inner) = match (name, schema.field(of, name)) {
            ("__typename", _) => (&[][..], "String"),
            ("__type", _) if is_root => (super::introspection::type_arguments(), "__Type"),
            ("__schema", _) if is_root => (&[][..], "__Schema"),
            (_, Some(known)) => (&known.arguments[..], innermost(&known.ty.node)),
            (_, None) => {
                let told = format!("Field '{name}' doesn't exist on type '{of}'");
                let fault = Fault::new(told)
                    .extended("typeName", of)
                    .extended("fieldName", name);
                self.tell(fault, at, "undefinedField");
                return true;
            }
        };
        for (argument, value) in &field.arguments {
            let given = argument.node.as_str();
            if !arguments.iter().any(|known| known.node.name.node == given) {
                let told = format!("Field '{name}' doesn't accept argument '{given}'");
                let fault = Fault::new(told)
                    .extended("name", name)
                    .extended("typeName", "Field")
                    .extended("argumentName", given);
                self.tell(fault, argument.pos, "argumentNotAccepted");
            }
            self.variables(&value.node, value.pos);
        }
        let missing = arguments.iter().map(|known| &known.node).filter(|known| {
            !known.ty.node.nullable && field.get_argument(&known.name.node).is_none()
        });
        let missing: Vec<&str> = missing.map(|known| known.name.node.as_str()).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let told = format!("Field '{name}' is missing required arguments: {missing}");
            let fault = Fault::new(told)
                .extended("className", "Field")
                .extended("name", name)
                .extended("arguments", missing);
            self.tell(fault, at, "missingRequiredArguments");
        }
        match (schema.is_composite(inner), set.items.is_empty()) {
            (true, true) => {
                let told = format!(
                    "Field must have selections (field '{name}' returns {inner} but has no selections. Did you mean '{name} {{ ... }}'?)"
                );
                self.tell(Fault::new(told), at, "selectionMismatch");
                true
            }
            (false, false) => {
                let told = format!(
                    "Selections can't be made on scalars (field '{name}' returns {inner} but has selections)"
                );
                self.tell(Fault::new(told), at, "selectionMismatch");
                true
            }
            (true, false) => self.selection(set, inner, depth + 1),
            (false, true) => true,
        }
    }

    /// Checks the directives of what is selected.
    fn directives(&mut self, directives: &'d [Positioned<Directive>]) {
        for directive in directives {
            let name = directive.node.name.node.as_str();
            if !matches!(name, "include" | "skip") {
                let told = format!("Directive @{name} is not defined");
                self.tell(Fault::new(told), directive.pos, "undefinedDirective");
            } else if directive.node.get_argument("if").is_none() {
                let told = format!("Directive '{name}' is missing required arguments: if");
                self.tell(Fault::new(told), directive.pos, "missingRequiredArguments");
            }
            for (_, value) in &directive.node.arguments {
                self.variables(&value.node, value.pos);
            }
        }
    }

    /// Checks that the variables in a value are declared.
    fn variables(&mut self, value: &'d Literal, at: Pos) {
        match value {
            Literal::Variable(name) if !self.declared.contains(name.as_str()) => {
                let told = format!("Variable ${name} is used but not declared");
                let fault = Fault::new(told).extended("variableName", name.as_str());
                self.tell(fault, at, "variableNotDefined");
            }
            Literal::List(items) => items.iter().for_each(|item| self.variables(item, at)),
            Literal::Object(entries) => {
                entries.values().for_each(|item| self.variables(item, at));
            }
            _ => {}
        }
    }
}
