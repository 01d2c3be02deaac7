//! Who can be assigned, and who is.

use serde_json::{Value, json};

use super::cases;

cases!(
    who_can_be_assigned,
    added_and_removed,
    at_most_ten,
    without_push_access
);

/// The logins of a list of users.
fn logins(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|user| user["login"].as_str().unwrap().to_owned())
        .collect()
}

mod cases {
    use super::{json, logins};
    use crate::rest::client::Client;

    const ONE: &str = "/repos/octo/hello/issues/1/assignees";

    pub(super) fn who_can_be_assigned(client: &Client) {
        let list = "/repos/octo/hello/assignees";
        // Who wrote an issue, and who is assigned to one.
        assert_eq!(
            logins(&client.get(list).expect(200).json()),
            ["hubot", "mona"]
        );
        let page = client.get(&format!("{list}?per_page=1&page=2")).expect(200);
        assert_eq!(logins(&page.json()), ["mona"]);
        assert!(page.header("link").contains("rel=\"prev\""));
        for login in ["mona", "HUBOT"] {
            let yes = client.get(&format!("{list}/{login}")).expect(204);
            assert!(yes.body.is_empty());
            client.get(&format!("{ONE}/{login}")).expect(204);
        }
        client.get(&format!("{list}/nobody")).expect(404);
        client.get(&format!("{ONE}/nobody")).expect(404);
        client
            .get("/repos/octo/hello/issues/9/assignees/mona")
            .expect(404);
        client.get("/repos/octo/none/assignees").expect(404);
        client.get("/repos/octo/none/assignees/mona").expect(404);
    }

    pub(super) fn added_and_removed(client: &Client) {
        let add = |body| client.post(ONE, &body).expect(201).json();
        let remove = |body| client.delete_with(ONE, &body).expect(200).json();
        let added = add(json!({"assignees": ["hubot", {"login": "mona"}]}));
        assert_eq!(added["number"], 1);
        assert_eq!(logins(&added["assignees"]), ["hubot", "mona"]);
        // Who is assigned already stays.
        let added = add(json!({"assignees": ["alice", "Mona"]}));
        assert_eq!(logins(&added["assignees"]), ["hubot", "mona", "alice"]);
        assert_eq!(add(json!({}))["assignees"], added["assignees"]);
        let removed = remove(json!({"assignees": ["MONA", "nobody"]}));
        assert_eq!(logins(&removed["assignees"]), ["hubot", "alice"]);
        assert_eq!(removed["assignee"]["login"], "hubot");
        let removed = remove(json!({"assignees": ["hubot", "alice"]}));
        assert_eq!(
            (&removed["assignees"], &removed["assignee"]),
            (&json!([]), &json!(null))
        );
        client.delete_with(ONE, &json!({})).expect(422);
        client.post(ONE, &json!({"assignees": "mona"})).expect(422);
        client.post(ONE, &json!({"assignees": ["a b"]})).expect(422);
        client.send(http::Method::POST, ONE, "[").expect(400);
        client
            .post(
                "/repos/octo/hello/issues/9/assignees",
                &json!({"assignees": ["mona"]}),
            )
            .expect(404);
        client
            .as_nobody()
            .post(ONE, &json!({"assignees": ["mona"]}))
            .expect(401);
    }

    pub(super) fn at_most_ten(client: &Client) {
        let many = |count| (0..count).map(|at| format!("user{at}")).collect::<Vec<_>>();
        let ten = client
            .post(ONE, &json!({"assignees": many(10)}))
            .expect(201)
            .json();
        assert_eq!(logins(&ten["assignees"]), many(10));
        let refused = client
            .post(ONE, &json!({"assignees": ["mona"]}))
            .expect(422)
            .json();
        assert_eq!(refused["errors"][0]["field"], "assignees");
        let shown = client.get("/repos/octo/hello/issues/1").expect(200).json();
        assert_eq!(logins(&shown["assignees"]), many(10));
    }

    pub(super) fn without_push_access(client: &Client) {
        let reader = client.as_reader();
        let same = reader
            .post(ONE, &json!({"assignees": ["reader"]}))
            .expect(201)
            .json();
        assert_eq!(same["assignees"], json!([]));
        let two = "/repos/octo/hello/issues/2/assignees";
        let same = reader
            .delete_with(two, &json!({"assignees": ["hubot"]}))
            .expect(200)
            .json();
        assert_eq!(logins(&same["assignees"]), ["hubot"]);
        let strict = client.refusing().as_reader();
        strict
            .post(ONE, &json!({"assignees": ["reader"]}))
            .expect(403);
        strict
            .delete_with(two, &json!({"assignees": ["hubot"]}))
            .expect(403);
        let triager = client.as_triager();
        let added = triager
            .post(ONE, &json!({"assignees": ["triager"]}))
            .expect(201)
            .json();
        assert_eq!(logins(&added["assignees"]), ["triager"]);
    }
}
