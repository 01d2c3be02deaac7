//! Documents, variables and identifiers of any kind: they are answered, and nothing else happens.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::rest::client::Client;

/// Bits of documents, in no order that means anything.
fn document() -> impl Strategy<Value = String> {
    let bit = prop_oneof![
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just(":"),
        Just("!"),
        Just("$x"),
        Just("..."),
        Just("@include(if: true)"),
        Just("\""),
        Just("\"\"\""),
        Just("#"),
        Just("\n"),
        Just("\u{0}"),
        Just("é"),
        Just("1e9"),
        Just("query"),
        Just("mutation"),
        Just("fragment f on Issue"),
        Just("on"),
        Just("...f"),
        Just("null"),
        Just("viewer"),
        Just("repository(owner: \"octo\", name: \"hello\")"),
        Just("issues(first: 3)"),
        Just("nodes"),
        Just("edges"),
        Just("node"),
        Just("login"),
        Just("comments(last: 2)"),
        Just("issue(number: 1)"),
        Just("labels(first: $x)"),
        Just("__typename"),
        Just("__schema"),
        Just("types"),
        Just("ofType"),
        Just("title"),
        Just("author"),
        Just("closeIssue(input: {issueId: $x})"),
        Just("search(type: ISSUE, first: 1, query: \"a:b:\\\"\")"),
    ];
    prop_oneof![
        prop::collection::vec(bit, 0..40).prop_map(|bits| bits.join(" ")),
        "\\PC{0,60}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-zI]{0,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_answered(document in document(), x in value()) {
        let client = Client::fresh();
        let body = json!({"query": document, "variables": {"x": x}});
        let answer = client.post("/graphql", &body).expect(200).json();
        prop_assert!(answer["data"].is_object() || answer["errors"].is_array());
    }

    #[test]
    fn variables_of_any_kind_are_taken_or_refused(x in value()) {
        let client = Client::fresh();
        for (of, used) in [
            ("Int", "issues(first: $x) {nodes {number}}"), ("String", "issues(first: 1, after: $x) {totalCount}"),
            ("[IssueState!]", "issues(first: 1, states: $x) {totalCount}"),
            ("IssueFilters", "issues(first: 1, filterBy: $x) {totalCount}"),
            ("LabelOrder", "labels(first: 1, orderBy: $x) {nodes {name}}"),
            ("Boolean!", "name @skip(if: $x) id"),
        ] {
            let document = format!("query($x: {of}) {{repository(owner: \"octo\", name: \"hello\") {{{used}}}}}");
            let body = json!({"query": document, "variables": {"x": x}});
            let answer = client.post("/graphql", &body).expect(200).json();
            prop_assert!(answer["data"].is_object() || answer["errors"].is_array());
        }
    }

    #[test]
    fn identifiers_of_any_kind_are_looked_for(id in "(I_|U_|PR_|LA_|MDU6)?[A-Za-z0-9_=+/-]{0,30}") {
        let client = Client::fresh();
        let body = json!({"query": "query($id: ID!) {node(id: $id) {id}}", "variables": {"id": id}});
        let answer = client.post("/graphql", &body).expect(200).json();
        prop_assert!(answer["errors"].is_array() || answer["data"]["node"]["id"].is_string());
    }
}
