//! What clients ask beside issues: repositories, people, searches, the server itself.

use super::cases;

cases!(
    repositories_by_name_and_number,
    repositories_are_made_by_admins,
    people_known_and_unknown,
    searches_find_issues_and_labels,
    the_server_tells_of_itself,
);

mod cases {
    use serde_json::json;

    use crate::rest::client::{ADDRESS, Client};

    pub(super) fn repositories_by_name_and_number(client: &Client) {
        let shown = client.get("/repos/OCTO/Hello").expect(200).json();
        assert_eq!(shown["full_name"], "octo/hello");
        let by_number = format!("/repositories/{}", shown["id"]);
        assert_eq!(client.get(&by_number).expect(200).json(), shown);
        let below = client
            .get(&format!("{by_number}/issues/1"))
            .expect(200)
            .json();
        assert_eq!(below["title"], "Crash on start");
        client.get("/repositories/12").expect(404);
        client.get("/repositories/x/issues/1").expect(404);
        client.get("/repos/octo/none").expect(404);
        for list in [
            "/user/repos",
            "/orgs/octo/repos",
            "/users/octo/repos",
            "/repositories",
        ] {
            assert_eq!(
                client.get(list).expect(200).json(),
                json!([shown]),
                "{list}"
            );
        }
        client.as_nobody().get("/user/repos").expect(401);
        client.get("/orgs/none/repos").expect(404);
    }

    pub(super) fn repositories_are_made_by_admins(client: &Client) {
        let body = json!({"name": "tools", "description": "Small ones", "private": true});
        let made = client.post("/user/repos", &body).expect(201);
        let shown = client.get("/repos/mona/tools").expect(200).json();
        assert_eq!(made.json(), shown);
        assert_eq!(made.header("location"), shown["url"]);
        assert_eq!(
            (&shown["description"], &shown["private"]),
            (&json!("Small ones"), &json!(true))
        );
        let first = client
            .post(
                "/repos/mona/tools/issues",
                &json!({"title": "Begin", "labels": ["bug"]}),
            )
            .expect(201);
        assert_eq!(first.json()["number"], 1);
        let labels = client.get("/repos/mona/tools/labels").expect(200).json();
        assert_eq!(labels.as_array().unwrap().len(), 9);
        let fault = |path: &str, body| {
            client.post(path, &body).expect(422).json()["errors"][0]["code"].clone()
        };
        assert_eq!(
            fault("/user/repos", json!({"name": "TOOLS"})),
            "already_exists"
        );
        assert_eq!(
            fault("/orgs/octo/repos", json!({"name": "hello"})),
            "already_exists"
        );
        assert_eq!(fault("/user/repos", json!({})), "missing_field");
        assert_eq!(fault("/user/repos", json!({"name": "a/b"})), "invalid");
        assert_eq!(fault("/user/repos", json!({"name": ""})), "invalid");
        let open = client
            .post("/orgs/newcomers/repos", &json!({"name": "one"}))
            .expect(201)
            .json();
        assert_eq!(
            (&open["full_name"], &open["private"], &open["description"]),
            (&json!("newcomers/one"), &json!(false), &json!(null))
        );
        let hidden = json!({"name": "two", "visibility": "private"});
        let hidden = client
            .post("/orgs/newcomers/repos", &hidden)
            .expect(201)
            .json();
        assert_eq!(hidden["private"], true);
        for (other, status) in [
            (client.as_nobody(), 401),
            (client.as_reader(), 403),
            (client.as_triager(), 403),
        ] {
            other
                .post("/user/repos", &json!({"name": "x"}))
                .expect(status);
        }
        client.get("/repos/reader/x").expect(404);
    }

    pub(super) fn people_known_and_unknown(client: &Client) {
        let mona = client.get("/user").expect(200).json();
        assert_eq!(mona["login"], "mona");
        assert_eq!(
            client.get("/users/MONA").expect(200).json()["id"],
            mona["id"]
        );
        let issue = client.get("/repos/octo/hello/issues/1").expect(200).json();
        assert_eq!(issue["user"]["id"], mona["id"]);
        // The reader never did anything here, and still is somebody.
        let reader = client.as_reader().get("/user").expect(200).json();
        assert_eq!(reader["login"], "reader");
        client.get("/users/nobody-at-all").expect(404);
        client.as_nobody().get("/user").expect(401);
        let octo = client.get("/orgs/octo").expect(200).json();
        assert_eq!(
            (&octo["type"], &octo["public_repos"]),
            (&json!("Organization"), &json!(1))
        );
        client.get("/orgs/none").expect(404);
    }

    pub(super) fn searches_find_issues_and_labels(client: &Client) {
        let search = |query: &str| client.get(&format!("/search/issues?q={query}"));
        let found = search("crash+repo:octo/hello+is:open").expect(200).json();
        assert_eq!(found["search_type"], "lexical");
        assert_eq!(
            (&found["total_count"], &found["items"][0]["number"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(found["items"][0]["score"], 1.0);
        let numbers = |text: &str| -> Vec<u64> {
            let found = search(text).expect(200).json();
            let items = found["items"].as_array().unwrap().iter();
            items
                .map(|issue| issue["number"].as_u64().unwrap())
                .collect()
        };
        assert_eq!(numbers("repo:octo/hello&sort=created&order=asc"), [1, 2]);
        let both = search("repo:octo/hello&sort=created&order=asc").json();
        assert_eq!(both["items"][0]["body"], "It **crashes**.");
        assert_eq!(both["items"][1]["body"], "");
        assert_eq!(numbers("repo:octo/hello&sort=created&order=desc"), [2, 1]);
        assert_eq!(
            numbers("repo:octo/hello&sort=created&order=asc&per_page=1&page=2"),
            [2]
        );
        let paged = search("repo:octo/hello&per_page=1").expect(200);
        assert!(
            paged.header("link").contains("/search/issues?q="),
            "{}",
            paged.header("link")
        );
        assert_eq!(
            search("").expect(422).json()["errors"][0]["code"],
            "missing"
        );
        search("is:opne").expect(422);
        search("x&page=11&per_page=100").expect(422);
        let number = &client.get("/repos/octo/hello").json()["id"];
        let labels = client
            .get(&format!("/search/labels?repository_id={number}&q=BU"))
            .expect(200)
            .json();
        assert_eq!(
            (&labels["total_count"], &labels["items"][0]["name"]),
            (&json!(1), &json!("bug"))
        );
        client.get("/search/labels?q=bug").expect(422);
        client
            .get("/search/labels?q=bug&repository_id=1")
            .expect(404);
    }

    pub(super) fn the_server_tells_of_itself(client: &Client) {
        let root = client.get("/").expect(200).json();
        assert_eq!(root["current_user_url"], format!("{ADDRESS}/user"));
        let limit = client.get("/rate_limit").expect(200);
        assert_eq!(
            limit.json()["rate"]["remaining"].to_string(),
            limit.header("x-ratelimit-remaining")
        );
        assert!(client.get("/api/v3/meta").expect(200).json()["installed_version"].is_string());
        client.get("/nowhere").expect(404);
        client.send(http::Method::PATCH, "/meta", "{}").expect(404);
        let unknown = client.with("x-github-api-version", "2020-01-01");
        unknown.get("/meta").expect(400);
        client.with("accept", "image/png").get("/meta").expect(415);
        client
            .with_headers(&[("authorization", "token wrong")])
            .get("/meta")
            .expect(401);
        let head = client
            .send(http::Method::HEAD, "/repos/octo/hello", "")
            .expect(200);
        assert!(head.body.is_empty() && !head.header("etag").is_empty());
    }
}
