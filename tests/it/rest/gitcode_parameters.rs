//! GitCode's manners: where parameters stand, who calls, how it counts and how it refuses.

use super::cases;

cases!(
    parameters_come_in_every_way,
    what_is_no_body_is_refused,
    tokens_are_taken_wherever_they_are,
    who_may_not_is_refused,
    refusals_say_what_is_wrong,
    lists_are_counted,
    what_is_known_is_not_sent_again,
);

mod cases {
    use backlot_model::Actor;
    use http::Method;
    use serde_json::{Value, json};

    use crate::rest::client::Client;

    const ISSUES: &str = "/api/v5/repos/octo/hello/issues";

    fn is_opened(issue: &Value) {
        assert_eq!(issue["title"], "Torn page");
        assert_eq!(issue["body"], "a+b & ü");
        let labels = issue["labels"].as_array().unwrap();
        let names: Vec<_> = labels.iter().map(|label| &label["name"]).collect();
        assert_eq!(names, ["bug", "help wanted"]);
    }

    pub(super) fn parameters_come_in_every_way(client: &Client) {
        let form = "title=Torn+page&body=a%2Bb+%26+%C3%BC&labels%5B%5D=bug&labels[]=help+wanted";
        is_opened(&client.form(Method::POST, ISSUES, form).expect(201).json());
        let query = "title=Torn%20page&body=a%2Bb%20%26%20%C3%BC&labels=bug,help%20wanted";
        let asked = client.send(Method::POST, &format!("{ISSUES}?{query}"), "");
        is_opened(&asked.expect(201).json());
        let json = json!({"title": "Torn page", "body": "a+b & ü", "labels": "bug, help wanted"});
        is_opened(&client.post(ISSUES, &json).expect(201).json());
        let claims = client.with("content-type", "application/x-www-form-urlencoded");
        is_opened(&claims.post(ISSUES, &json).expect(201).json());
        let parts = "--Xy\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nTorn page\r\n\
                     --Xy\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\na+b & ü\r\n\
                     --Xy\r\nContent-Disposition: form-data; name=\"labels[]\"\r\n\r\nbug\r\n\
                     --Xy\r\nContent-Disposition: form-data; name=\"labels[]\"\r\n\r\nhelp wanted\r\n--Xy--\r\n";
        let claims = client.with("content-type", "multipart/form-data; boundary=Xy");
        is_opened(&claims.send(Method::POST, ISSUES, parts).expect(201).json());
        // All at once: the body outranks the query.
        let asked = client.send(
            Method::POST,
            &format!("{ISSUES}?title=Other&labels=bug,help%20wanted"),
            "{\"title\":\"Torn page\",\"body\":\"a+b & ü\",\"labels\":null}",
        );
        is_opened(&asked.expect(201).json());
        // A path that names the owner alone has the repository among the parameters.
        let new = json!({"repo": "hello", "title": "By owner"});
        let made = client.post("/api/v5/repos/octo/issues", &new).expect(201);
        assert_eq!(made.json()["number"], "9");
        let logs = "/api/v5/repos/octo/issues/9/operate_logs";
        client.get(&format!("{logs}?repo=hello")).expect(200);
        // Only where the owner has just one, reading does without.
        client.get(logs).expect(200);
        let mut tx = client
            .api
            .store()
            .write(Actor::login("mona"), "another")
            .unwrap();
        tx.create_repository(&"octo/other".parse().unwrap())
            .unwrap();
        tx.commit().unwrap();
        client.get(logs).expect(400);
        let without = client.post("/api/v5/repos/octo/issues", &json!({"title": "x"}));
        assert_eq!(
            without.expect(400).json()["error_message"],
            "repo is missing"
        );
    }

    pub(super) fn what_is_no_body_is_refused(client: &Client) {
        let before = client
            .get(ISSUES)
            .expect(200)
            .header("total_count")
            .to_owned();
        for (kind, body) in [
            ("application/json", "{\"title\":"),
            ("application/json", "title=x"),
            ("text/plain", "[1"),
            ("multipart/form-data", "--x\r\n"),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nbroken",
            ),
            ("application/json", "{\"title\":{\"a\":1}}"),
            ("application/json", "{\"title\":\"x\",\"labels\":[\"bug\"]}"),
            (
                "application/json",
                "{\"title\":\"x\",\"milestone\":\"first\"}",
            ),
            ("application/json", "{\"title\":\"  \"}"),
            (
                "application/json",
                "{\"title\":\"x\",\"security_hole\":\"true\"}",
            ),
            ("application/json", "{\"title\":\"x\",\"milestone\":99}"),
        ] {
            let refused = client
                .with("content-type", kind)
                .send(Method::POST, ISSUES, body);
            let refused = refused.expect(400).json();
            assert_eq!(refused["error_code_name"], "BAD_REQUEST", "{body}");
        }
        assert_eq!(client.get(ISSUES).expect(200).header("total_count"), before);
    }

    pub(super) fn tokens_are_taken_wherever_they_are(client: &Client) {
        let bearer = client.get("/api/v5/user").expect(200).json();
        assert_eq!(
            (&bearer["login"], &bearer["type"]),
            (&json!("mona"), &json!("User"))
        );
        let private = client.with_headers(&[("private-token", "mona-token")]);
        assert_eq!(private.get("/api/v5/user").expect(200).json(), bearer);
        let nobody = client.as_nobody();
        let by_query = nobody.get("/api/v5/user?access_token=mona-token");
        assert_eq!(by_query.expect(200).json(), bearer);
        let documented = json!({"message": "401 Unauthorized"});
        assert_eq!(nobody.get("/api/v5/user").expect(401).json(), documented);
        let wrong = client.with_headers(&[("authorization", "Bearer wrong")]);
        assert_eq!(wrong.get(ISSUES).expect(401).json(), documented);
        // All may read, and nobody writes without a token.
        nobody.get(ISSUES).expect(200);
        nobody.post(ISSUES, &json!({"title": "x"})).expect(401);
        nobody
            .patch(&format!("{ISSUES}/1"), &json!({"state": "close"}))
            .expect(401);
        nobody
            .post(&format!("{ISSUES}/1/comments"), &json!({"body": "x"}))
            .expect(401);
        nobody
            .post("/api/v5/repos/octo/hello/labels", &json!({"name": "x"}))
            .expect(401);
        nobody
            .post(
                "/api/v5/repos/octo/hello/milestones",
                &json!({"title": "x"}),
            )
            .expect(401);
        nobody.delete(&format!("{ISSUES}/1/labels")).expect(401);
        nobody.get("/api/v5/user/issues").expect(401);
    }

    pub(super) fn who_may_not_is_refused(client: &Client) {
        let reader = client.as_reader();
        let refused = reader.post("/api/v5/repos/octo/hello/labels", &json!({"name": "x"}));
        let refused = refused.expect(403).json();
        let told = refused["error_message"].as_str().unwrap();
        assert!(told.starts_with("403 Forbidden - "), "{told}");
        reader
            .patch(&format!("{ISSUES}/1"), &json!({"title": "x"}))
            .expect(403);
        reader
            .put(&format!("{ISSUES}/1/labels"), &json!([]))
            .expect(403);
        reader
            .post("/api/v5/repos/octo/hello/milestones", &json!({}))
            .expect(403);
        // One's own one may edit, and what members decide is left out.
        let new = json!({"title": "Mine", "labels": "bug", "assignee": "mona"});
        let made = reader.post(ISSUES, &new).expect(201).json();
        assert_eq!((&made["labels"], made.get("assignee")), (&json!([]), None));
        let path = format!("{ISSUES}/{}", made["number"].as_str().unwrap());
        let edit = json!({"title": "Still mine", "state": "close", "labels": "bug"});
        let edited = reader.patch(&path, &edit).expect(200).json();
        assert_eq!(
            (&edited["title"], &edited["state"]),
            (&json!("Still mine"), &json!("closed"))
        );
        assert_eq!(edited["labels"], json!([]));
        let comment = client.post(&format!("{ISSUES}/1/comments"), &json!({"body": "By mona"}));
        let id = comment.expect(201).json()["id"].clone();
        let path = format!("{ISSUES}/comments/{id}");
        reader.patch(&path, &json!({"body": "x"})).expect(403);
        reader.delete(&path).expect(403);
    }

    pub(super) fn refusals_say_what_is_wrong(client: &Client) {
        let label = client
            .delete("/api/v5/repos/octo/hello/labels/none")
            .expect(404)
            .json();
        assert_eq!(label["error_code"], 404);
        assert_eq!(label["error_code_name"], "NOT_PATH");
        assert_eq!(label["error_message"], "Label Not Found");
        let trace = label["trace_id"].as_str().unwrap();
        assert!(trace.len() == 32 && trace.bytes().all(|b| b.is_ascii_hexdigit()));
        let again = client
            .delete("/api/v5/repos/octo/hello/labels/none")
            .expect(404)
            .json();
        assert_ne!(again["trace_id"], label["trace_id"]);
        let message = |path: &str| client.get(path).expect(404).json()["error_message"].clone();
        assert_eq!(message(&format!("{ISSUES}/99")), "Issue Not Found");
        assert_eq!(message(&format!("{ISSUES}/I1ABC2")), "Issue Not Found");
        assert_eq!(message(&format!("{ISSUES}/comments/7")), "Note Not Found");
        assert_eq!(
            message("/api/v5/repos/octo/none/issues"),
            "Project Not Found"
        );
        assert_eq!(message("/api/v5/repos/octo/none"), "Project Not Found");
        assert_eq!(message("/api/v5/users/none"), "User Not Found");
        assert_eq!(message("/api/v5/orgs/none/issues"), "Group Not Found");
        let nowhere = client.get("/api/v5/nowhere").expect(404).json();
        assert_eq!(nowhere["error_code_name"], "NOT_FOUND");
        let method = client.delete(&format!("{ISSUES}/1")).expect(405).json();
        assert_eq!(method["error_code"], 405);
        let twice = client.post("/api/v5/repos/octo/hello/labels", &json!({"name": "BUG"}));
        assert_eq!(
            twice.expect(409).json()["error_message"],
            "name already exists"
        );
        let note = client
            .get(&format!("{ISSUES}/comments/x"))
            .expect(400)
            .json();
        assert!(
            note["error_message"]
                .as_str()
                .unwrap()
                .contains("number required")
        );
        let state = client.patch(&format!("{ISSUES}/1"), &json!({"state": "closed"}));
        let told = state.expect(400).json()["error_message"].clone();
        assert!(told.as_str().unwrap().contains("reopen, close"), "{told}");
    }

    pub(super) fn lists_are_counted(client: &Client) {
        for number in 3..=25 {
            let new = json!({"title": format!("Issue {number}")});
            client.post(ISSUES, &new).expect(201);
        }
        let of = |path: &str| {
            let reply = client.get(path).expect(200);
            let (count, pages) = (reply.header("total_count"), reply.header("total_page"));
            let length = reply.json().as_array().unwrap().len();
            assert_eq!(reply.header("link"), "");
            (count.to_owned(), pages.to_owned(), length)
        };
        let expected = |count: usize, pages: usize, length: usize| {
            (count.to_string(), pages.to_string(), length)
        };
        assert_eq!(of(ISSUES), expected(25, 2, 20));
        assert_eq!(of(&format!("{ISSUES}?page=2")), expected(25, 2, 5));
        assert_eq!(
            of(&format!("{ISSUES}?page=3&per_page=10")),
            expected(25, 3, 5)
        );
        assert_eq!(of(&format!("{ISSUES}?page=9")), expected(25, 2, 0));
        assert_eq!(of(&format!("{ISSUES}?per_page=1000")), expected(25, 1, 25));
        assert_eq!(
            of(&format!("{ISSUES}?page=0&per_page=x")),
            expected(25, 2, 20)
        );
        for path in [
            "/api/v5/repos/octo/hello/issues/1/comments",
            "/api/v5/repos/octo/hello/issues/comments",
            "/api/v5/repos/octo/hello/issues/1/pull_requests",
            "/api/v5/repos/octo/hello/issues/1/related_branches",
            "/api/v5/repos/octo/hello/issues/2/labels",
            "/api/v5/repos/octo/hello/issues/1/modify_history",
            "/api/v5/repos/octo/hello/issues/1/user_reactions",
            "/api/v5/repos/octo/hello/milestones?state=closed",
        ] {
            assert_eq!(of(path), expected(0, 0, 0), "{path}");
        }
        assert_eq!(of("/api/v5/repos/octo/hello/labels"), expected(1, 1, 1));
    }

    pub(super) fn what_is_known_is_not_sent_again(client: &Client) {
        let issue = format!("{ISSUES}/1");
        let shown = client.get(&issue).expect(200);
        let known = client
            .with("if-none-match", shown.header("etag"))
            .get(&issue);
        assert!(known.expect(304).body.is_empty());
        let head = client.send(Method::HEAD, &issue, "").expect(200);
        assert!(head.body.is_empty());
        assert_eq!(
            head.header("content-length"),
            shown.header("content-length")
        );
        let list = client.get(ISSUES).expect(200);
        let known = client
            .with("if-none-match", list.header("etag"))
            .get(ISSUES);
        assert_eq!(known.expect(304).header("total_count"), "2");
    }
}
