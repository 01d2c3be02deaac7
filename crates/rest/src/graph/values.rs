//! Arguments and variables, brought into the types that the schema has for them.

use async_graphql_parser::Positioned;
use async_graphql_parser::types::{
    BaseType, InputValueDefinition, OperationDefinition, Type, TypeKind,
};
use async_graphql_value::{Name, Value as Literal};
use serde_json::{Map, Value};

use super::fault::Fault;
use super::schema::{Schema, inputs_of};

/// The values of an operation's variables; what was not given and has no default is absent.
pub(super) type Variables = Map<String, Value>;

/// The arguments of a field; what was not given and has no default is absent.
pub(super) type Arguments = Map<String, Value>;

/// Reads the variables of an operation.
pub(super) fn variables(
    schema: &Schema,
    operation: &OperationDefinition,
    given: &Map<String, Value>,
) -> Result<Variables, Fault> {
    let mut variables = Map::new();
    for definition in &operation.variable_definitions {
        let (definition, at) = (&definition.node, definition.pos);
        let name = definition.name.node.as_str();
        let of = &definition.var_type.node;
        let refused = |problem: String| {
            let told = format!("Variable ${name} of type {of} was provided invalid value");
            Fault::new(told).at(at).extended("problems", vec![problem])
        };
        let inner = schema.named(super::schema::innermost(of));
        if !inner.is_some_and(|known| is_input(&known.kind)) {
            return Err(Fault::new(format!("{of} isn't a defined input type (on ${name})")).at(at));
        }
        let value = match (given.get(name), &definition.default_value) {
            (Some(value), _) => Some(value.clone()),
            (None, Some(default)) => Some(plain(&default.node.clone().into_value(), &Map::new())),
            (None, None) => None,
        };
        match value {
            Some(value) => {
                let value = coerced(schema, of, value).map_err(refused)?;
                variables.insert(name.to_owned(), value);
            }
            None if of.nullable => {}
            None => return Err(refused("Expected value to not be null".to_owned())),
        }
    }
    Ok(variables)
}

fn is_input(kind: &TypeKind) -> bool {
    matches!(
        kind,
        TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_)
    )
}

/// Reads the arguments of a field, or of a directive.
pub(super) fn arguments(
    schema: &Schema,
    definitions: &[Positioned<InputValueDefinition>],
    given: &[(Positioned<Name>, Positioned<Literal>)],
    variables: &Variables,
) -> Result<Arguments, Fault> {
    let mut arguments = Map::new();
    for (name, literal) in given {
        let definition = definitions
            .iter()
            .find(|definition| definition.node.name.node == name.node);
        let Some(definition) = definition else {
            continue;
        };
        // A variable that has no value is as though the argument were not there.
        if let Literal::Variable(variable) = &literal.node
            && !variables.contains_key(variable.as_str())
        {
            continue;
        }
        let value = plain(&literal.node, variables);
        let of = &definition.node.ty.node;
        let value = coerced(schema, of, value).map_err(|problem| {
            let told = format!("Argument '{}' has an invalid value. {problem}", name.node);
            Fault::new(told)
                .at(literal.pos)
                .extended("code", "argumentLiteralsIncompatible")
        })?;
        arguments.insert(name.node.to_string(), value);
    }
    for definition in definitions {
        let (name, of) = (&definition.node.name.node, &definition.node.ty.node);
        if !of.nullable && !arguments.contains_key(name.as_str()) {
            return Err(Fault::new(format!("Argument '{name}' is required")));
        }
    }
    Ok(arguments)
}

/// A literal as JSON; words of enumerations become texts.
fn plain(literal: &Literal, variables: &Variables) -> Value {
    match literal {
        Literal::Variable(name) => variables.get(name.as_str()).cloned().unwrap_or_default(),
        Literal::Null | Literal::Binary(_) => Value::Null,
        Literal::Number(number) => Value::Number(number.clone()),
        Literal::String(text) => Value::String(text.clone()),
        Literal::Boolean(flag) => Value::Bool(*flag),
        Literal::Enum(word) => Value::String(word.to_string()),
        Literal::List(items) => items.iter().map(|item| plain(item, variables)).collect(),
        Literal::Object(entries) => {
            let given = entries.iter().filter(|(_, value)| match value {
                Literal::Variable(name) => variables.contains_key(name.as_str()),
                _ => true,
            });
            let pairs = given.map(|(key, value)| (key.to_string(), plain(value, variables)));
            Value::Object(pairs.collect())
        }
    }
}

/// A value in the type that it is for; else what is wrong with it.
fn coerced(schema: &Schema, of: &Type, value: Value) -> Result<Value, String> {
    if value.is_null() {
        return match of.nullable {
            true => Ok(value),
            false => Err("Expected value to not be null".to_owned()),
        };
    }
    let name = match &of.base {
        BaseType::List(inner) => {
            return match value {
                Value::Array(items) => {
                    let items = items.into_iter().map(|item| coerced(schema, inner, item));
                    items.collect::<Result<_, _>>().map(Value::Array)
                }
                // One is a list of one.
                other => Ok(Value::Array(vec![coerced(schema, inner, other)?])),
            };
        }
        BaseType::Named(name) => name.as_str(),
    };
    let definition = schema.named(name);
    let wrong = |value: &Value| {
        let shown: String = value.to_string().chars().take(80).collect();
        Err(format!("Could not coerce value {shown} to {name}"))
    };
    match definition.map(|definition| &definition.kind) {
        Some(TypeKind::Scalar) => match (name, &value) {
            ("Int", Value::Number(number)) => match number.as_i64().map(i32::try_from) {
                Some(Ok(_)) => Ok(value),
                _ => wrong(&value),
            },
            ("ID", Value::Number(number)) => Ok(Value::String(number.to_string())),
            ("Float", Value::Number(_)) | ("Boolean", Value::Bool(_)) => Ok(value),
            ("Int" | "Float" | "Boolean", _) => wrong(&value),
            (_, Value::String(_)) => Ok(value),
            _ => wrong(&value),
        },
        Some(TypeKind::Enum(words)) => {
            let word = value.as_str();
            let mut known = words.values.iter().map(|known| &known.node.value.node);
            match word.is_some_and(|word| known.any(|known| known == word)) {
                true => Ok(value),
                false => wrong(&value),
            }
        }
        Some(TypeKind::InputObject(_)) => {
            let Value::Object(mut entries) = value else {
                return wrong(&value);
            };
            let inputs = definition.map(inputs_of).unwrap_or_default();
            let mut done = Map::new();
            for input in inputs {
                let (key, of) = (input.node.name.node.as_str(), &input.node.ty.node);
                match entries.remove(key) {
                    Some(value) => {
                        let value = coerced(schema, of, value);
                        let value = value.map_err(|problem| format!("{key}: {problem}"))?;
                        done.insert(key.to_owned(), value);
                    }
                    None if of.nullable => {}
                    None => return Err(format!("{key}: Expected value to not be null")),
                }
            }
            match entries.keys().next() {
                Some(key) => Err(format!("{key}: Field is not defined on {name}")),
                None => Ok(Value::Object(done)),
            }
        }
        _ => wrong(&value),
    }
}
