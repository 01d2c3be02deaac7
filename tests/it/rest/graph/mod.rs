//! GraphQL, as the command line of GitHub asks: its selections, edits, errors, and documents that mean harm.

mod edits;
mod hostile;
mod queries;
mod refusals;

use serde_json::{Value, json};

use crate::rest::client::Client;

/// Makes each case a test. The table of conformance, which is of REST, has none of them.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        mod tests {
            $(#[test]
            fn $name() {
                super::$name(&crate::rest::client::Client::fresh());
            })*
        }
    };
}
use tests;

/// What is answered to a document, with its variables.
fn ask(client: &Client, document: &str, variables: &Value) -> Value {
    let body = json!({"query": document, "variables": variables});
    client.post("/api/graphql", &body).expect(200).json()
}

/// The data of an answer without errors.
#[track_caller]
fn data(client: &Client, document: &str, variables: &Value) -> Value {
    let mut answer = ask(client, document, variables);
    assert_eq!(answer["errors"], Value::Null, "{document}");
    answer["data"].take()
}

/// The first error, and the data beside it.
#[track_caller]
fn error(client: &Client, document: &str, variables: &Value) -> (Value, Value) {
    let mut answer = ask(client, document, variables);
    assert!(answer["errors"].is_array(), "{answer}");
    (answer["errors"][0].take(), answer["data"].take())
}

/// The node id that REST gives.
fn node(client: &Client, path: &str) -> String {
    let json = client.get(path).expect(200).json();
    json["node_id"].as_str().unwrap().to_owned()
}

fn issue(client: &Client, number: u64) -> Value {
    let path = format!("/repos/octo/hello/issues/{number}");
    client.get(&path).expect(200).json()
}

fn issue_node(client: &Client, number: u64) -> String {
    node(client, &format!("/repos/octo/hello/issues/{number}"))
}
