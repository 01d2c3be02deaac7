//! Dependencies between issues.

use serde_json::json;

use super::cases;

cases!(
    added_listed_removed,
    what_is_wrong_is_told,
    issues_that_went_away,
);

mod cases {
    use super::json;
    use crate::rest::client::Client;
    use crate::rest::sub_issues::{id_of, make_issues, numbers, send_away};

    const BLOCKED_BY: &str = "/repos/octo/hello/issues/1/dependencies/blocked_by";
    const BLOCKING: &str = "/repos/octo/hello/issues/2/dependencies/blocking";

    pub(super) fn added_listed_removed(client: &Client) {
        make_issues(client, "octo/other", &["There"]);
        assert_eq!(client.get(BLOCKED_BY).expect(200).json(), json!([]));
        let two = id_of(client, "octo/hello/issues/2");
        let there = id_of(client, "octo/other/issues/1");
        let waiting = client
            .post(BLOCKED_BY, &json!({"issue_id": two}))
            .expect(201)
            .json();
        assert_eq!(waiting["number"], 1);
        assert_eq!(waiting["issue_dependencies_summary"]["blocked_by"], 1);
        client
            .post(BLOCKED_BY, &json!({"issue_id": there}))
            .expect(201);
        let list = client.get(BLOCKED_BY).expect(200).json();
        assert_eq!(
            (&list[0]["title"], &list[1]["title"]),
            (&json!("Dark theme"), &json!("There"))
        );
        let page = client
            .get(&format!("{BLOCKED_BY}?per_page=1&page=2"))
            .expect(200);
        assert_eq!(page.json()[0]["title"], "There");
        assert!(page.header("link").contains("rel=\"prev\""));
        assert_eq!(numbers(&client.get(BLOCKING).expect(200).json()), [1]);
        let page = client
            .get(&format!("{BLOCKING}?per_page=1&page=2"))
            .expect(200);
        assert_eq!(page.json(), json!([]));

        let waiting = client
            .delete(&format!("{BLOCKED_BY}/{two}"))
            .expect(200)
            .json();
        assert_eq!(waiting["number"], 1);
        client.delete(&format!("{BLOCKED_BY}/{two}")).expect(404);
        assert_eq!(client.get(BLOCKING).expect(200).json(), json!([]));
        assert_eq!(client.get(BLOCKED_BY).json().as_array().unwrap().len(), 1);
    }

    pub(super) fn what_is_wrong_is_told(client: &Client) {
        let one = id_of(client, "octo/hello/issues/1");
        let two = id_of(client, "octo/hello/issues/2");
        client
            .post(BLOCKED_BY, &json!({"issue_id": two}))
            .expect(201);
        let twice = client
            .post(BLOCKED_BY, &json!({"issue_id": two}))
            .expect(422)
            .json();
        assert_eq!(twice["errors"][0]["code"], "already_exists");
        client
            .post(BLOCKED_BY, &json!({"issue_id": one}))
            .expect(422);
        // Not in a circle.
        let other = "/repos/octo/hello/issues/2/dependencies/blocked_by";
        client.post(other, &json!({"issue_id": one})).expect(422);
        client
            .post(BLOCKED_BY, &json!({"issue_id": 77}))
            .expect(404);
        client
            .post(BLOCKED_BY, &json!({"issue_id": "2"}))
            .expect(422);
        client.post(BLOCKED_BY, &json!({})).expect(422);
        client.delete(&format!("{BLOCKED_BY}/77")).expect(404);
        client.delete(&format!("{BLOCKED_BY}/two")).expect(400);
        let reader = client.as_reader();
        reader.post(other, &json!({"issue_id": one})).expect(403);
        reader.delete(&format!("{BLOCKED_BY}/{two}")).expect(403);
        client
            .as_nobody()
            .delete(&format!("{BLOCKED_BY}/{two}"))
            .expect(401);
        // There is no such relation here.
        client
            .get("/repos/octo/hello/issues/1/relates_to")
            .expect(404);
    }

    pub(super) fn issues_that_went_away(client: &Client) {
        make_issues(client, "octo/hello", &["Three"]);
        let three = id_of(client, "octo/hello/issues/3");
        send_away(client);
        for (number, status) in [(1, 410), (2, 301), (9, 404)] {
            let of = format!("/repos/octo/hello/issues/{number}/dependencies");
            client.get(&format!("{of}/blocked_by")).expect(status);
            client.get(&format!("{of}/blocking")).expect(status);
            client
                .post(&format!("{of}/blocked_by"), &json!({"issue_id": three}))
                .expect(status);
            client
                .delete(&format!("{of}/blocked_by/{three}"))
                .expect(status);
        }
    }
}
