//! Who is answered, and what is told of documents that cannot be.

use http::Method;
use serde_json::{Value, json};

use super::{ask, data, error, tests};
use crate::rest::client::Client;

tests!(
    who_may_ask,
    what_is_not_there,
    wrong_documents,
    variables_and_directives,
    fragments_of_types,
    too_much_at_once
);

fn who_may_ask(client: &Client) {
    let body = json!({"query": "{viewer{login}}"});
    for path in ["/graphql", "/api/graphql"] {
        assert_eq!(
            client.post(path, &body).expect(200).json(),
            json!({"data": {"viewer": {"login": "mona"}}})
        );
        client.as_nobody().post(path, &body).expect(401);
        client.as_stranger().post(path, &body).expect(401);
        client.as_suspended().post(path, &body).expect(403);
        client.get(path).expect(404);
    }
    client.send(Method::POST, "/graphql", "{").expect(400);
    client.post("/graphql", &json!({"query": 1})).expect(400);
    client.post("/graphql", &json!({})).expect(400);
    client
        .post(
            "/graphql",
            &json!({"query": "{viewer{login}}", "variables": [1]}),
        )
        .expect(400);
    let accept =
        "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview";
    client
        .with("accept", accept)
        .post("/api/graphql", &body)
        .expect(200);
}

fn what_is_not_there(client: &Client) {
    let (told, found) = error(
        client,
        "{repository(owner: \"octo\", name: \"hello\") {hasIssuesEnabled issue: issueOrPullRequest(number: 99) {__typename}}}",
        &Value::Null,
    );
    assert_eq!(told["type"], "NOT_FOUND");
    assert_eq!(told["path"], json!(["repository", "issue"]));
    assert_eq!(
        told["message"],
        "Could not resolve to an issue or pull request with the number of 99."
    );
    assert_eq!(
        found,
        json!({"repository": {"hasIssuesEnabled": true, "issue": null}})
    );
    for (asked, path, message) in [
        (
            "{repository(owner: \"a\", name: \"b\") {name}}",
            "repository",
            "Could not resolve to a Repository with the name 'a/b'.",
        ),
        (
            "{repository(owner: \"\", name: \"../\") {name}}",
            "repository",
            "Could not resolve to a Repository with the name '/../'.",
        ),
        (
            "{user(login: \"nobody\") {login}}",
            "user",
            "Could not resolve to a User with the login of 'nobody'.",
        ),
        (
            "{organization(login: \"mona\") {login}}",
            "organization",
            "Could not resolve to an Organization with the login of 'mona'.",
        ),
        (
            "{node(id: \"MDU6SXNzdWU5\") {id}}",
            "node",
            "Could not resolve to a node with the global id of 'MDU6SXNzdWU5'",
        ),
        (
            "{node(id: \"U_1\") {id}}",
            "node",
            "Could not resolve to a node with the global id of 'U_1'",
        ),
    ] {
        let (told, found) = error(client, asked, &Value::Null);
        assert_eq!(
            (&told["type"], &told["message"]),
            (&json!("NOT_FOUND"), &json!(message))
        );
        assert_eq!(told["path"], json!([path]));
        assert_eq!(found[path], Value::Null);
    }
    assert_eq!(
        data(
            client,
            "{repositoryOwner(login: \"nobody\") {login}}",
            &Value::Null
        )["repositoryOwner"],
        Value::Null
    );
}

fn wrong_documents(client: &Client) {
    for (asked, message, code) in [
        (
            "{repository(owner: \"octo\", name: \"hello\") {nam}}",
            "Field 'nam' doesn't exist on type 'Repository'",
            "undefinedField",
        ),
        (
            "{repository(owner: \"octo\", name: \"hello\", x: 1) {name}}",
            "Field 'repository' doesn't accept argument 'x'",
            "argumentNotAccepted",
        ),
        (
            "{repository(owner: \"octo\") {name}}",
            "Field 'repository' is missing required arguments: name",
            "missingRequiredArguments",
        ),
        (
            "{viewer}",
            "Field must have selections (field 'viewer' returns User but has no selections. Did you mean 'viewer { ... }'?)",
            "selectionMismatch",
        ),
        (
            "{viewer{login{x}}}",
            "Selections can't be made on scalars (field 'login' returns String but has selections)",
            "selectionMismatch",
        ),
        (
            "{viewer{...f}}",
            "Fragment f was used, but not defined",
            "useAndDefineFragment",
        ),
        (
            "{viewer{...f}} fragment f on User {login ...f}",
            "Fragment f contains an infinite loop",
            "infiniteLoop",
        ),
        (
            "{viewer{...on Nothing{login}}}",
            "No such type Nothing, so it can't be a fragment condition",
            "undefinedType",
        ),
        (
            "{user(login: $who){login}}",
            "Variable $who is used but not declared",
            "variableNotDefined",
        ),
        (
            "{viewer @cached {login}}",
            "Directive @cached is not defined",
            "undefinedDirective",
        ),
        (
            "mutation{eraseAll{id}}",
            "Field 'eraseAll' doesn't exist on type 'Mutation'",
            "undefinedField",
        ),
    ] {
        let answer = ask(client, asked, &Value::Null);
        assert_eq!(answer["errors"][0]["message"], message);
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{asked}");
        assert!(answer["errors"][0]["locations"][0]["line"].is_u64());
        assert!(answer.get("data").is_none(), "{answer}");
    }
    let (told, _) = error(
        client,
        "{repository(owner: \"octo\", name: \"hello\") {nam}}",
        &Value::Null,
    );
    assert_eq!(told["path"], json!(["query", "repository", "nam"]));
    assert_eq!(
        (
            &told["extensions"]["typeName"],
            &told["extensions"]["fieldName"]
        ),
        (&json!("Repository"), &json!("nam"))
    );
    for asked in [
        "",
        "{",
        "{viewer{login}",
        "query {}",
        "subscription {viewer {login}}",
        "{a: viewer{login} a: rateLimit{cost}}",
    ] {
        let answer = ask(client, asked, &Value::Null);
        assert!(
            answer["errors"][0]["message"].is_string(),
            "{asked}: {answer}"
        );
    }
    let two =
        json!({"query": "query a {viewer{login}} query b {viewer{id}}", "operationName": "a"});
    assert_eq!(
        client.post("/graphql", &two).expect(200).json()["data"]["viewer"]["login"],
        "mona"
    );
    let none = json!({"query": "query a {viewer{login}} query b {viewer{id}}"});
    assert_eq!(
        client.post("/graphql", &none).expect(200).json()["errors"][0]["message"],
        "An operation name is required"
    );
}

fn variables_and_directives(client: &Client) {
    let asked =
        "query($owner: String = \"octo\", $name: String!, $with: Boolean = false, $n: Int) {
        repository(owner: $owner, name: $name) {
            name
            id @include(if: $with)
            url @skip(if: true)
            ... @include(if: $with) { nameWithOwner }
            issues(first: 1, last: $n) { totalCount }
        }
    }";
    // An argument that must be there takes what may be absent only with its default.
    let found = data(client, asked, &json!({"name": "hello"}))["repository"].take();
    assert_eq!(found, json!({"name": "hello", "issues": {"totalCount": 2}}));
    let found = data(client, asked, &json!({"name": "hello", "with": true}))["repository"].take();
    assert_eq!(found["nameWithOwner"], "octo/hello");
    assert!(found["id"].is_string() && found.get("url").is_none());
    for (variables, problem) in [
        (
            json!({}),
            "Variable $name of type String! was provided invalid value",
        ),
        (
            json!({"name": null}),
            "Variable $name of type String! was provided invalid value",
        ),
        (
            json!({"name": 1}),
            "Variable $name of type String! was provided invalid value",
        ),
        (
            json!({"name": "hello", "n": "x"}),
            "Variable $n of type Int was provided invalid value",
        ),
        (
            json!({"name": "hello", "n": 99_999_999_999_u64}),
            "Variable $n of type Int was provided invalid value",
        ),
    ] {
        let answer = ask(client, asked, &variables);
        assert_eq!(answer["errors"][0]["message"], problem);
        assert!(answer.get("data").is_none());
    }
    let (told, _) = error(client, "query($x: Strange) {viewer{login}}", &json!({}));
    assert_eq!(
        told["message"],
        "Strange isn't a defined input type (on $x)"
    );
    // What is of one type where another one is wanted is told, and nothing worse.
    let (told, _) = error(
        client,
        "query($n: String!) {repository(owner: \"octo\", name: \"hello\") {issue(number: $n) {id}}}",
        &json!({"n": "1"}),
    );
    assert_eq!(told["extensions"]["code"], "argumentLiteralsIncompatible");
    let (told, _) = error(
        client,
        "mutation {closeIssue(input: {issueId: \"x\", y: 1}) {clientMutationId}}",
        &json!({}),
    );
    assert!(
        told["message"]
            .as_str()
            .unwrap()
            .contains("y: Field is not defined on CloseIssueInput"),
        "{told}"
    );
}

fn fragments_of_types(client: &Client) {
    let asked = "query {
        repository(owner: \"octo\", name: \"hello\") {
            issue(number: 1) { ...all number ...on Closable {closed} ...on PullRequest {isDraft} ...on IssueOrPullRequest {__typename} }
        }
    }
    fragment all on Node { id ...on Comment { author { ...who login } body } }
    fragment who on Actor { login ... on User { name id } ... on Bot { databaseId } }";
    let found = data(client, asked, &Value::Null)["repository"]["issue"].take();
    assert_eq!(found["author"]["login"], "mona");
    assert!(found["author"].get("databaseId").is_none() && found.get("isDraft").is_none());
    assert_eq!(
        (&found["closed"], &found["__typename"], &found["number"]),
        (&json!(false), &json!("Issue"), &json!(1))
    );
}

fn too_much_at_once(client: &Client) {
    let nested = |depth: usize, open: &str, close: &str| {
        format!("{}{}", open.repeat(depth), close.repeat(depth))
    };
    let deep = format!(
        "{{viewer{{repository(name: \"x\"){}}}}}",
        nested(30, "{owner{...on User{repository(name: \"x\")", "}}}")
    );
    let aliases: String = (0..10_000)
        .map(|at| format!("a{at}: viewer{{login}} "))
        .collect();
    let bomb: String = (0..40)
        .map(|at| format!("fragment f{at} on User {{...f{} ...f{}}} ", at + 1, at + 1))
        .collect();
    for asked in [
        deep,
        nested(50_000, "{a", "}"),
        nested(40_000, "{a(b:[", "])}"),
        format!("{{viewer(x: {})}}", nested(30_000, "[", "]")),
        format!("{{viewer(x: {})}}", nested(20, "{a:[", "]}")),
        format!(
            "query($x: {}String{}) {{viewer{{login}}}}",
            "[".repeat(20_000),
            "]".repeat(20_000)
        ),
        format!("{{{aliases}}}"),
        format!("{{viewer{{...f0}}}} {bomb} fragment f40 on User {{login}}"),
        format!("{{viewer{{{}}}}}", "... {".repeat(20_000)),
        format!("{{viewer{{login}}}} #{}", "x".repeat(200_000)),
    ] {
        let began = std::time::Instant::now();
        let answer = ask(client, &asked, &Value::Null);
        assert!(answer["errors"][0]["message"].is_string(), "{asked:.80}");
        assert!(answer.get("data").is_none());
        assert!(began.elapsed().as_secs() < 20, "{asked:.80}");
    }
    let few: String = (0..500)
        .map(|at| format!("a{at}: viewer{{login}} "))
        .collect();
    assert_eq!(
        data(client, &format!("{{{few}}}"), &Value::Null)["a499"]["login"],
        "mona"
    );
    let long = json!({"query": "{viewer{login}}", "variables": {"x": "y".repeat(2 << 20)}});
    client.post("/graphql", &long).expect(413);
    let deep = format!(
        "{{\"query\":\"{{viewer{{login}}}}\",\"variables\":{{\"x\":{}}}}}",
        nested(10_000, "[", "]")
    );
    client.send(Method::POST, "/graphql", &deep).expect(400);
}
