//! Comments.

use backlot_core::{NewIssue, RepositoryEdit};
use backlot_core::{SeededEnvironment, Store, StoreOptions};
use backlot_model::{Actor, Timestamp};
use serde_json::{Value, json};

use super::cases;
use super::client::Client;

cases!(
    written_shown_edited_deleted,
    of_an_issue,
    of_a_repository,
    texts_that_are_refused,
    who_may_edit,
    where_none_can_be,
);

const ISSUES: &str = "/repos/octo/hello/issues";

/// `octo/hello` with two issues, whose clock advances by a second at each look, so that no two moments are the same.
fn ticking_store() -> Store {
    let start = Timestamp::parse("2024-05-01T10:00:00Z").unwrap();
    let options = StoreOptions::new().environment(SeededEnvironment::new(start, 7));
    let store = options.in_memory().unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    let mut repository = tx
        .create_repository(&"octo/hello".parse().unwrap())
        .unwrap();
    repository.create_issue(NewIssue::titled("One")).unwrap();
    repository.create_issue(NewIssue::titled("Two")).unwrap();
    tx.commit().unwrap();
    store
}

/// The texts of a list of comments.
fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|comment| comment["body"].as_str().unwrap())
        .collect()
}

/// Comments on the two issues in turn, and gives what came.
fn comment_in_turn(client: &Client, texts: &[&str]) -> Vec<Value> {
    let texts = texts.iter().enumerate();
    texts
        .map(|(at, text)| {
            let path = format!("{ISSUES}/{}/comments", 1 + at % 2);
            client
                .post(&path, &json!({"body": text}))
                .expect(201)
                .json()
        })
        .collect()
}

mod cases {
    use super::*;
    use http::Method;

    pub(super) fn written_shown_edited_deleted(client: &Client) {
        let made = client
            .post(
                &format!("{ISSUES}/1/comments"),
                &json!({"body": "Me *too*."}),
            )
            .expect(201);
        let comment = made.json();
        assert_eq!(comment["body"], "Me *too*.");
        assert_eq!(comment["user"]["login"], "mona");
        assert_eq!(made.header("location"), comment["url"]);
        let path = format!("{ISSUES}/comments/{}", comment["id"]);
        let shown = client.get(&path).expect(200);
        assert_eq!(shown.json(), comment);
        client
            .with("if-none-match", shown.header("etag"))
            .get(&path)
            .expect(304);
        assert!(
            client
                .send(Method::HEAD, &path, "")
                .expect(200)
                .body
                .is_empty()
        );
        let issue = client.get(&format!("{ISSUES}/1")).expect(200).json();
        assert_eq!(issue["comments"], 1);

        // Some clients send edits with POST.
        for (method, text) in [(Method::PATCH, "Not me."), (Method::POST, "Me after all.")] {
            let body = json!({"body": text}).to_string();
            let edited = client.send(method, &path, &body).expect(200).json();
            assert_eq!(edited["body"], text);
            assert_eq!(
                (&edited["id"], &edited["created_at"]),
                (&comment["id"], &comment["created_at"])
            );
            assert_eq!(client.get(&path).expect(200).json(), edited);
        }
        assert!(client.delete(&path).expect(204).body.is_empty());
        client.get(&path).expect(404);
        client.delete(&path).expect(404);
        client.patch(&path, &json!({"body": "x"})).expect(404);
        let issue = client.get(&format!("{ISSUES}/1")).expect(200).json();
        assert_eq!(issue["comments"], 0);
        client.get(&format!("{ISSUES}/comments/7")).expect(404);
        client.get(&format!("{ISSUES}/comments/x")).expect(404);
        client.get("/repos/octo/none/issues/comments/7").expect(404);
    }

    pub(super) fn of_an_issue(client: &Client) {
        let client = client.beside(ticking_store());
        let made = comment_in_turn(&client, &["a", "x", "b", "y", "c"]);
        let list = format!("{ISSUES}/1/comments");
        let get = |query: &str| client.get(&format!("{list}{query}")).expect(200);
        assert_eq!(texts(&get("").json()), ["a", "b", "c"]);
        let page = get("?per_page=2");
        assert_eq!(texts(&page.json()), ["a", "b"]);
        assert!(page.header("link").contains("rel=\"next\""));
        assert_eq!(texts(&get("?per_page=2&page=2").json()), ["c"]);
        assert_eq!(get("?page=9").json(), json!([]));
        // What was changed at that moment or later, in the order of writing.
        let of_b = made[2]["updated_at"].as_str().unwrap();
        assert_eq!(texts(&get(&format!("?since={of_b}")).json()), ["b", "c"]);
        let path = format!("{ISSUES}/comments/{}", made[0]["id"]);
        client.patch(&path, &json!({"body": "a again"})).expect(200);
        assert_eq!(
            texts(&get(&format!("?since={of_b}")).json()),
            ["a again", "b", "c"]
        );
        assert_eq!(get("?since=2030-01-01T00:00:00Z").json(), json!([]));
        client.get(&format!("{list}?since=yesterday")).expect(422);
        client.get(&format!("{ISSUES}/9/comments")).expect(404);
    }

    pub(super) fn of_a_repository(client: &Client) {
        let client = client.beside(ticking_store());
        let made = comment_in_turn(&client, &["a", "b", "c", "d"]);
        let get = |query: &str| client.get(&format!("{ISSUES}/comments{query}")).expect(200);
        let path = format!("{ISSUES}/comments/{}", made[1]["id"]);
        client.patch(&path, &json!({"body": "b again"})).expect(200);
        assert_eq!(texts(&get("").json()), ["a", "b again", "c", "d"]);
        assert_eq!(
            texts(&get("?sort=created").json()),
            ["a", "b again", "c", "d"]
        );
        assert_eq!(
            texts(&get("?sort=created&direction=desc").json()),
            ["d", "c", "b again", "a"]
        );
        assert_eq!(
            texts(&get("?sort=updated&direction=asc").json()),
            ["a", "c", "d", "b again"]
        );
        assert_eq!(
            texts(&get("?sort=updated&direction=desc").json()),
            ["b again", "d", "c", "a"]
        );
        // A direction means nothing without a sort.
        assert_eq!(
            texts(&get("?direction=desc").json()),
            ["a", "b again", "c", "d"]
        );
        let of_d = made[3]["updated_at"].as_str().unwrap();
        assert_eq!(
            texts(&get(&format!("?since={of_d}")).json()),
            ["b again", "d"]
        );
        let page = get("?sort=updated&direction=desc&per_page=2&page=2");
        assert_eq!(texts(&page.json()), ["c", "a"]);
        assert!(
            page.header("link")
                .contains("sort=updated&direction=desc&per_page=2&page=1")
        );
        for wrong in ["sort=comments", "direction=up", "since=x"] {
            let wrong = client
                .get(&format!("{ISSUES}/comments?{wrong}"))
                .expect(422)
                .json();
            assert_eq!(wrong["errors"][0]["code"], "invalid");
        }
        client.get("/repos/octo/none/issues/comments").expect(404);
    }

    pub(super) fn texts_that_are_refused(client: &Client) {
        let list = format!("{ISSUES}/1/comments");
        let made = client
            .post(&list, &json!({"body": "Fine."}))
            .expect(201)
            .json();
        let one = format!("{ISSUES}/comments/{}", made["id"]);
        for (method, path) in [(Method::POST, &list), (Method::PATCH, &one)] {
            let send = |body: Value, status| {
                client
                    .send(method.clone(), path, &body.to_string())
                    .expect(status)
                    .json()
            };
            let missing = send(json!({}), 422);
            assert_eq!(
                missing["message"],
                "Invalid request.\n\n\"body\" wasn't supplied."
            );
            let blank = send(json!({"body": " \n"}), 422);
            assert_eq!(blank["errors"][0]["resource"], "IssueComment");
            let long = send(json!({"body": "x".repeat(65_537)}), 422);
            assert_eq!(
                long["errors"][0]["message"],
                "body is too long (maximum is 65536 characters)"
            );
            send(json!({"body": 1}), 422);
            client.send(method.clone(), path, "{").expect(400);
            client
                .as_nobody()
                .send(method.clone(), path, "{\"body\":\"x\"}")
                .expect(401);
        }
        client
            .post(&list, &json!({"body": "漢".repeat(65_536)}))
            .expect(201);
        client
            .post(&format!("{ISSUES}/9/comments"), &json!({"body": "x"}))
            .expect(404);
    }

    pub(super) fn who_may_edit(client: &Client) {
        let reader = client.as_reader();
        let list = format!("{ISSUES}/1/comments");
        let theirs = client
            .post(&list, &json!({"body": "By mona."}))
            .expect(201)
            .json();
        let own = reader
            .post(&list, &json!({"body": "By reader."}))
            .expect(201)
            .json();
        let path = |comment: &Value| format!("{ISSUES}/comments/{}", comment["id"]);
        reader
            .patch(&path(&theirs), &json!({"body": "x"}))
            .expect(403);
        reader.delete(&path(&theirs)).expect(403);
        reader
            .patch(&path(&own), &json!({"body": "Mine."}))
            .expect(200);
        client
            .patch(&path(&own), &json!({"body": "Moderated."}))
            .expect(200);
        let shown = client.get(&list).expect(200).json();
        assert_eq!(texts(&shown), ["By mona.", "Moderated."]);
        reader.delete(&path(&own)).expect(204);
        assert_eq!(texts(&client.get(&list).expect(200).json()), ["By mona."]);
    }

    pub(super) fn where_none_can_be(client: &Client) {
        let store = client.api.store();
        let comment = json!({"body": "x"});
        let edit = |edit: &RepositoryEdit| {
            let mut tx = store.write(Actor::login("mona"), "edit").unwrap();
            tx.repository("octo/hello").unwrap().edit(edit).unwrap();
            tx.commit().unwrap();
        };
        edit(&RepositoryEdit::default().issues(false));
        client.get(&format!("{ISSUES}/1/comments")).expect(410);
        client
            .post(&format!("{ISSUES}/1/comments"), &comment)
            .expect(410);
        edit(&RepositoryEdit::default().issues(true).archived(true));
        client
            .post(&format!("{ISSUES}/1/comments"), &comment)
            .expect(403);
        edit(&RepositoryEdit::default().archived(false));

        let mut tx = store.write(Actor::login("mona"), "move").unwrap();
        tx.create_repository(&"octo/other".parse().unwrap())
            .unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.delete_issue(1).unwrap();
        repository.transfer_issue(2, "octo/other").unwrap();
        tx.commit().unwrap();
        client.get(&format!("{ISSUES}/1/comments")).expect(410);
        client
            .post(&format!("{ISSUES}/1/comments"), &comment)
            .expect(410);
        let moved = client.get(&format!("{ISSUES}/2/comments")).expect(301);
        let there = moved.header("location").to_owned();
        let there = there.strip_prefix(crate::rest::client::ADDRESS).unwrap();
        assert_eq!(there, "/repos/octo/other/issues/1/comments");
        assert_eq!(client.get(there).expect(200).json(), json!([]));
    }
}
