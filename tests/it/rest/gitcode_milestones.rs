//! GitCode's milestones.

use super::cases;

cases!(
    created_and_shown,
    listed,
    edited,
    deleted,
    days_are_those_of_china,
);

mod cases {
    use serde_json::{Value, json};

    use crate::rest::client::{ADDRESS, Client};

    const MILESTONES: &str = "/api/v5/repos/octo/hello/milestones";

    fn create(client: &Client, title: &str, due_on: &str) -> Value {
        let new = json!({"title": title, "due_on": due_on});
        client.post(MILESTONES, &new).expect(201).json()
    }

    fn titles(client: &Client, query: &str) -> Vec<String> {
        let list = client
            .get(&format!("{MILESTONES}{query}"))
            .expect(200)
            .json();
        let list = list.as_array().unwrap().iter();
        list.map(|one| one["title"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) fn created_and_shown(client: &Client) {
        let new = json!({"title": "v1", "description": "The first", "due_on": "2025-01-01"});
        let made = client.post(&format!("{MILESTONES}?access_token=mona-token"), &new);
        let made = made.expect(201).json();
        assert_eq!(made["title"], "v1");
        assert_eq!(made["description"], "The first");
        assert_eq!(made["due_on"], "2025-01-01");
        assert_eq!(made["state"], "active");
        assert_eq!(
            (&made["open_issues"], &made["closed_issues"]),
            (&json!(0), &json!(0))
        );
        assert!(made["repository_id"].is_u64());
        // The number is an id; the index in the repository is the end of the address.
        assert!(made["number"].as_u64().unwrap() > 2);
        assert_eq!(made["url"], format!("{ADDRESS}/octo/hello/milestones/2"));
        for time in ["created_at", "updated_at"] {
            assert!(made[time].as_str().unwrap().ends_with("+08:00"));
        }
        let path = format!("{MILESTONES}/{}", made["number"]);
        let by_query = format!("{path}?access_token=mona-token");
        assert_eq!(client.as_nobody().get(&by_query).expect(200).json(), made);
        for wrong in [
            json!({"title": "v2"}),
            json!({"due_on": "2025-01-01"}),
            json!({"title": "v2", "due_on": "soon"}),
            json!({"title": "v2", "due_on": "2025-02-30"}),
            json!({"title": "", "due_on": "2025-01-01"}),
            json!({"title": "v2", "due_on": null}),
        ] {
            client.post(MILESTONES, &wrong).expect(400);
        }
        client.post(MILESTONES, &new).expect(409);
        client
            .post("/api/v5/repos/octo/none/milestones", &new)
            .expect(404);
        // The index is no number of GitCode's.
        client.get(&format!("{MILESTONES}/2")).expect(404);
        client.get(&format!("{MILESTONES}/x")).expect(404);
        client
            .get("/api/v5/repos/octo/none/milestones/2")
            .expect(404);
    }

    pub(super) fn listed(client: &Client) {
        create(client, "late", "2026-05-01");
        create(client, "early", "2025-05-01");
        let done = create(client, "done", "2025-08-01");
        let path = format!("{MILESTONES}/{}", done["number"]);
        client.patch(&path, &json!({"state": "closed"})).expect(200);
        // The newest first, unless the order is asked for; what is never due comes last.
        assert_eq!(titles(client, ""), ["early", "late", "Beta"]);
        assert_eq!(titles(client, "?state=open"), ["early", "late", "Beta"]);
        assert_eq!(titles(client, "?state=closed"), ["done"]);
        assert_eq!(
            titles(client, "?state=all"),
            ["done", "early", "late", "Beta"]
        );
        assert_eq!(titles(client, "?sort=due_on"), ["early", "late", "Beta"]);
        assert_eq!(
            titles(client, "?sort=due_on&direction=asc"),
            ["early", "late", "Beta"]
        );
        assert_eq!(
            titles(client, "?sort=due_on&direction=desc"),
            ["late", "early", "Beta"]
        );
        assert_eq!(
            titles(client, "?state=all&sort=due_on&page=2&per_page=2"),
            ["late", "Beta"]
        );
        assert_eq!(
            titles(client, "?access_token=mona-token&per_page=1000").len(),
            3
        );
        let page = client
            .get(&format!("{MILESTONES}?state=all&per_page=3"))
            .expect(200);
        assert_eq!(
            (page.header("total_count"), page.header("total_page")),
            ("4", "2")
        );
        let beta = &client
            .get(&format!("{MILESTONES}?page=3&per_page=1"))
            .expect(200)
            .json()[0];
        assert_eq!(beta.get("due_on"), None);
        client.get(&format!("{MILESTONES}?state=ajar")).expect(400);
        client.get(&format!("{MILESTONES}?sort=title")).expect(400);
        client
            .get(&format!("{MILESTONES}?direction=up"))
            .expect(400);
        client.get("/api/v5/repos/octo/none/milestones").expect(404);
        let wrong = client.with_headers(&[("authorization", "Bearer wrong")]);
        wrong.get(MILESTONES).expect(401);
    }

    pub(super) fn edited(client: &Client) {
        let made = create(client, "v1", "2025-01-01");
        let path = format!("{MILESTONES}/{}", made["number"]);
        let edit = json!({"title": "v1.0", "due_on": "2025-02-01", "description": "Soon", "state": "closed"});
        let edited = client
            .patch(&format!("{path}?access_token=mona-token"), &edit)
            .expect(200)
            .json();
        assert_eq!(edited["title"], "v1.0");
        assert_eq!(edited["due_on"], "2025-02-01");
        assert_eq!(edited["description"], "Soon");
        assert_eq!(edited["state"], "closed");
        assert_eq!(edited["number"], made["number"]);
        let patch = |edit: Value| client.patch(&path, &edit).expect(200).json();
        // `all` is documented here and is no state.
        assert_eq!(patch(json!({"state": "all"}))["state"], "closed");
        assert_eq!(patch(json!({"state": "open"}))["state"], "active");
        assert_eq!(
            patch(json!({"title": null, "due_on": null, "description": "x"}))["due_on"],
            "2025-02-01"
        );
        assert_eq!(patch(json!({"description": ""}))["description"], "");
        assert_eq!(patch(json!({"due_on": ""})).get("due_on"), None);
        assert_eq!(
            patch(json!({"due_on": "2025-03-01"}))["due_on"],
            "2025-03-01"
        );
        assert_eq!(patch(json!({"due_on": null})).get("due_on"), None);
        client.patch(&path, &json!({"state": "ajar"})).expect(400);
        client.patch(&path, &json!({"due_on": "x"})).expect(400);
        client.patch(&path, &json!({"title": ""})).expect(400);
        client.patch(&path, &json!({"title": "Beta"})).expect(409);
        client
            .patch(&format!("{MILESTONES}/77"), &json!({"title": "x"}))
            .expect(404);
        client
            .as_nobody()
            .patch(&path, &json!({"title": "x"}))
            .expect(401);
        client
            .as_reader()
            .patch(&path, &json!({"title": "x"}))
            .expect(403);
    }

    pub(super) fn deleted(client: &Client) {
        let list = client.get(MILESTONES).expect(200).json();
        let path = format!("{MILESTONES}/{}", list[0]["number"]);
        client.as_nobody().delete(&path).expect(401);
        client.as_reader().delete(&path).expect(403);
        let gone = client
            .delete(&format!("{path}?access_token=mona-token"))
            .expect(204);
        assert!(gone.body.is_empty());
        client.get(&path).expect(404);
        client.delete(&path).expect(404);
        client
            .delete("/api/v5/repos/octo/none/milestones/5")
            .expect(404);
        let issue = client
            .get("/api/v5/repos/octo/hello/issues/1")
            .expect(200)
            .json();
        assert_eq!(issue.get("milestone"), None);
    }

    pub(super) fn days_are_those_of_china(client: &Client) {
        assert_eq!(
            create(client, "late", "2025-01-01T23:30:00Z")["due_on"],
            "2025-01-02"
        );
        assert_eq!(
            create(client, "exact", "2025-01-01T00:30:00+08:00")["due_on"],
            "2025-01-01"
        );
    }
}
