//! GitCode's comments.

use super::cases;

cases!(created_shown_edited_deleted, lists_are_sorted_and_cut);

mod cases {
    use http::Method;
    use serde_json::json;

    use crate::rest::client::Client;

    const ISSUES: &str = "/api/v5/repos/octo/hello/issues";

    pub(super) fn created_shown_edited_deleted(client: &Client) {
        let comments = format!("{ISSUES}/1/comments");
        let made = client
            .post(&comments, &json!({"body": "Me too."}))
            .expect(201)
            .json();
        assert_eq!(made["body"], "Me too.");
        assert_eq!(made["user"]["login"], "mona");
        assert_eq!(made["target"]["issue"]["number"], 1);
        assert_eq!(made["target"]["issue"]["title"], "");
        let issue = client.get(&format!("{ISSUES}/1")).expect(200).json();
        assert_eq!(made["target"]["issue"]["id"], issue["id"]);
        assert_eq!(issue["comments"], 1);
        assert!(made["created_at"].as_str().unwrap().ends_with("+08:00"));
        let path = format!("{ISSUES}/comments/{}", made["id"]);
        assert_eq!(client.get(&path).expect(200).json(), made);
        // The answer to an edit is the comment, as clients expect it.
        let edited = client
            .patch(&path, &json!({"body": "Me as well."}))
            .expect(200)
            .json();
        assert_eq!(
            (&edited["body"], &edited["id"]),
            (&json!("Me as well."), &made["id"])
        );
        let by_form = client
            .form(Method::PATCH, &path, "body=Me.")
            .expect(200)
            .json();
        assert_eq!(by_form["body"], "Me.");
        client.patch(&path, &json!({"body": " "})).expect(400);
        client.patch(&path, &json!({})).expect(400);
        client.post(&comments, &json!({})).expect(400);
        client
            .post(&format!("{ISSUES}/9/comments"), &json!({"body": "x"}))
            .expect(404);
        assert!(client.delete(&path).expect(200).body.is_empty());
        client.get(&path).expect(404);
        client.patch(&path, &json!({"body": "x"})).expect(404);
        client.delete(&path).expect(404);
        assert_eq!(client.get(&comments).expect(200).json(), json!([]));
        client.get(&format!("{ISSUES}/9/comments")).expect(404);
        client
            .get("/api/v5/repos/octo/none/issues/comments")
            .expect(404);
    }

    pub(super) fn lists_are_sorted_and_cut(client: &Client) {
        let mut ids = Vec::new();
        for (number, body) in [(1, "one"), (2, "two"), (1, "three")] {
            let comments = format!("{ISSUES}/{number}/comments");
            let made = client
                .post(&comments, &json!({ "body": body }))
                .expect(201)
                .json();
            ids.push(made["id"].clone());
            std::thread::sleep(std::time::Duration::from_millis(3));
        }
        let edit = json!({"body": "first"});
        client
            .patch(&format!("{ISSUES}/comments/{}", ids[0]), &edit)
            .expect(200);
        let bodies = |path: &str| {
            let list = client.get(&format!("{ISSUES}/{path}")).expect(200).json();
            let bodies = list.as_array().unwrap().iter();
            let bodies = bodies.map(|comment| comment["body"].as_str().unwrap().to_owned());
            bodies.collect::<Vec<_>>()
        };
        assert_eq!(bodies("1/comments"), ["three", "first"]);
        assert_eq!(bodies("1/comments?order=desc"), ["three", "first"]);
        assert_eq!(bodies("1/comments?order=asc"), ["first", "three"]);
        assert_eq!(bodies("1/comments?order=asc&page=2&per_page=1"), ["three"]);
        assert_eq!(
            bodies("1/comments?since=2001-01-01T00:00:00%2B08:00").len(),
            2
        );
        assert!(bodies("1/comments?since=2999-01-01T00:00:00%2B08:00").is_empty());
        assert_eq!(bodies("comments"), ["three", "two", "first"]);
        assert_eq!(
            bodies("comments?sort=created&direction=asc"),
            ["first", "two", "three"]
        );
        assert_eq!(bodies("comments?sort=updated"), ["first", "three", "two"]);
        assert_eq!(
            bodies("comments?sort=updated&direction=asc"),
            ["two", "three", "first"]
        );
        assert!(bodies("comments?since=2999-01-01").is_empty());
        let page = client
            .get(&format!("{ISSUES}/comments?page=2&per_page=2"))
            .expect(200);
        assert_eq!(
            (page.header("total_count"), page.header("total_page")),
            ("3", "2")
        );
        assert_eq!(page.json().as_array().unwrap().len(), 1);
        client.get(&format!("{ISSUES}/comments?sort=x")).expect(400);
        client
            .get(&format!("{ISSUES}/1/comments?order=x"))
            .expect(400);
        client
            .get(&format!("{ISSUES}/1/comments?since=x"))
            .expect(400);
    }
}
