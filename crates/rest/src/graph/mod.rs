//! GitHub's GraphQL API, as far as its command line and programs that keep to issues need it.
//!
//! A document is parsed, checked against the schema, and run: a query on one snapshot, each edit of a mutation as
//! one commit, whose payload is read from the snapshot after it. Records are what the REST API tells of them, by
//! other names, so that both agree.

mod check;
mod connection;
mod document;
mod fault;
mod introspection;
mod mutation;
mod node;
mod object;
mod records;
mod repository;
mod root;
mod run;
mod schema;
mod values;

use async_graphql_parser::types::OperationType;
use http::{Method, StatusCode};
use serde_json::{Map, Value};

use self::document::Document;
use self::fault::Fault;
use self::mutation::Mutation;
use self::object::Object;
use self::run::{Nothing, Progress, Run, Selecting, put};
use self::schema::{Schema, innermost};
use crate::answer::Answer;
use crate::exchange::Exchange;
use crate::input::Input;
use crate::problem::Problem;
use crate::route::{Route, on};

pub(crate) const ROUTES: &[Route] = &[on(Method::POST, "/graphql", answer)];

/// As long as a request may be.
const LONGEST: usize = 1 << 20;

fn answer(exchange: &mut Exchange<'_>) -> Result<Answer, Problem> {
    if exchange.caller.is_none() {
        let told = "This endpoint requires you to be authenticated.";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, told));
    }
    if exchange.body.len() > LONGEST {
        let told = format!("The request is longer than {LONGEST} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, told));
    }
    let input = exchange.input()?;
    let Some(Value::String(text)) = input.get("query") else {
        let told = "A query attribute must be specified and must be a string.";
        return Err(Problem::bad_request(told));
    };
    let given = variables_in(&input)?;
    let name = match input.get("operationName") {
        Some(Value::String(name)) if !name.is_empty() => Some(name.as_str()),
        _ => None,
    };
    match run(exchange, text, name, &given) {
        Ok(body) => Ok(Answer::ok(body)),
        Err(faults) => Ok(Answer::value(&serde_json::json!({"errors": told(&faults)}))),
    }
}

/// The variables, which some clients send as a text.
fn variables_in(input: &Input) -> Result<Map<String, Value>, Problem> {
    let wrong = || Problem::bad_request("Variables must be an object.");
    match input.get("variables") {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(given)) => Ok(given.clone()),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

/// Runs a document. What is wrong with it as a whole is told without any data.
fn run(
    exchange: &Exchange<'_>,
    text: &str,
    name: Option<&str>,
    given: &Map<String, Value>,
) -> Result<Vec<u8>, Vec<Fault>> {
    let schema = Schema::get();
    let document = Document::parse(text, name).map_err(|fault| vec![fault])?;
    let faults = check::check(schema, &document);
    if !faults.is_empty() {
        return Err(faults);
    }
    let variables = values::variables(schema, &document.operation, given);
    let variables = variables.map_err(|fault| vec![fault])?;
    let selecting = Selecting {
        schema,
        document: &document,
        variables: &variables,
    };
    let mut progress = Progress::new();
    let mut out = b"{\"data\":".to_vec();
    let start = out.len();
    let written = match document.operation.ty {
        OperationType::Mutation => edit(exchange, selecting, &mut progress, &mut out),
        _ => query(exchange, selecting, &mut progress, &mut out),
    };
    match written {
        Ok(Ok(())) => {}
        Ok(Err(Nothing)) => {
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
        Err(problem) => return Err(vec![problem.into()]),
    }
    if !progress.faults.is_empty() {
        out.extend_from_slice(b",\"errors\":");
        put(&mut out, &told(&progress.faults));
    }
    out.push(b'}');
    Ok(out)
}

fn told(faults: &[Fault]) -> Value {
    faults.iter().map(Fault::to_json).collect()
}

fn query(
    exchange: &Exchange<'_>,
    selecting: Selecting<'_>,
    progress: &mut Progress,
    out: &mut Vec<u8>,
) -> Result<Result<(), Nothing>, Problem> {
    let snapshot = exchange.read()?;
    let mut run = Run::new(exchange, &snapshot, selecting, progress);
    Ok(run.selection(
        &Object::Query,
        &[selecting.document.selection()],
        &mut Vec::new(),
        out,
    ))
}

/// Makes the edits of a mutation, one after the other.
fn edit(
    exchange: &Exchange<'_>,
    selecting: Selecting<'_>,
    progress: &mut Progress,
    out: &mut Vec<u8>,
) -> Result<Result<(), Nothing>, Problem> {
    let schema = selecting.schema;
    let asked = selecting.collected("Mutation", &[selecting.document.selection()]);
    out.push(b'{');
    for (at, (key, fields)) in asked.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        put(out, &Value::from(key));
        out.push(b':');
        let Some(first) = fields.first().copied() else {
            continue;
        };
        let name = first.node.name.node.as_str();
        let Some(field) = schema.field("Mutation", name) else {
            put(out, &Value::from("Mutation"));
            continue;
        };
        let given = first.node.arguments.as_slice();
        let payload = values::arguments(schema, &field.arguments, given, selecting.variables)
            .and_then(|arguments| {
                let input = arguments.get("input").and_then(Value::as_object);
                let mutation = Mutation {
                    exchange,
                    name,
                    input: input.ok_or_else(|| Fault::new("Argument 'input' is required"))?,
                };
                mutation.perform(innermost(&field.ty.node))
            });
        let snapshot = exchange.read()?;
        let mut run = Run::new(exchange, &snapshot, selecting, progress);
        let mut path = vec![key.into()];
        let start = out.len();
        let written = match payload {
            Ok(payload) => {
                let sets: Vec<_> = fields
                    .iter()
                    .map(|field| &field.node.selection_set.node)
                    .collect();
                run.selection(&payload, &sets, &mut path, out)
            }
            Err(fault) => {
                run.tell(fault, first, &path);
                Err(Nothing)
            }
        };
        if written.is_err() {
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
    }
    out.push(b'}');
    Ok(Ok(()))
}
