//! What the forges' documents name and the cases of the subjects do not come to.

use super::cases;

cases!(lists_of_a_person, refusals_of_events_and_labels);

mod cases {
    use serde_json::json;

    use crate::rest::client::Client;

    pub(super) fn lists_of_a_person(client: &Client) {
        client
            .patch(
                "/repos/octo/hello/issues/1",
                &json!({"assignees": ["mona"]}),
            )
            .expect(200);
        client
            .patch(
                "/repos/octo/hello/issues/2",
                &json!({"assignees": ["mona"]}),
            )
            .expect(200);
        for list in ["/issues", "/user/issues", "/orgs/octo/issues"] {
            let page = |number: u32| {
                let reply = client
                    .get(&format!("{list}?per_page=1&page={number}"))
                    .expect(200);
                (
                    reply.json()[0]["number"].clone(),
                    reply.header("link").to_owned(),
                )
            };
            let (first, second, third) = (page(1), page(2), page(3));
            assert_eq!((&first.0, &second.0), (&json!(2), &json!(1)), "{list}");
            assert!(
                first.1.contains("rel=\"next\"") && second.1.contains("rel=\"prev\""),
                "{list}"
            );
            assert!(third.0.is_null(), "{list}");
            let since =
                |day: &str| client.get(&format!("{list}?direction=asc&since={day}T00:00:00Z"));
            let (all, none) = (
                since("2020-01-01").expect(200),
                since("2200-01-01").expect(200),
            );
            assert_eq!(all.json()[0]["number"], 1, "{list}");
            assert_eq!(none.json(), json!([]), "{list}");
            let tag = client.get(list).expect(200).header("etag").to_owned();
            client.with("if-none-match", &tag).get(list).expect(304);
            client.as_nobody().get(list).expect(404);
        }
    }

    pub(super) fn refusals_of_events_and_labels(client: &Client) {
        client
            .patch("/repos/octo/hello/issues/1", &json!({"state": "closed"}))
            .expect(200);
        let events = client
            .get("/repos/octo/hello/issues/events")
            .expect(200)
            .json();
        let event = format!("/repos/octo/hello/issues/events/{}", events[0]["id"]);
        client.get(&event).expect(200);
        client.as_suspended().get(&event).expect(403);
        let timeline = "/repos/octo/hello/issues/1/timeline";
        client
            .with("accept", "application/xml")
            .get(timeline)
            .expect(415);
        let mockingbird = "application/vnd.github.mockingbird-preview+json";
        client.with("accept", mockingbird).get(timeline).expect(200);
        client
            .post("/repos/octo/none/labels", &json!({"name": "x"}))
            .expect(404);
    }
}
