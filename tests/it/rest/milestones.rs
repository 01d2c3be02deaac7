//! Milestones, and the labels of their issues.

use serde_json::json;

use super::cases;

cases!(
    created_shown_edited_deleted,
    bad_milestones_are_refused,
    lists_are_filtered_sorted_and_paged,
    labels_are_those_of_its_issues,
    who_may_not_push_may_not_plan,
);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;

    const MILESTONES: &str = "/repos/octo/hello/milestones";

    fn titles(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|milestone| milestone["title"].as_str().unwrap())
            .collect()
    }

    pub(super) fn created_shown_edited_deleted(client: &Client) {
        let new = json!({
            "title": "v1.0", "state": "closed", "description": "All of it", "due_on": "2020-09-24T06:59:00Z",
        });
        let made = client.post(MILESTONES, &new).expect(201).json();
        assert_eq!(made["number"], 2);
        assert_eq!(made["state"], "closed");
        assert_eq!(made["description"], "All of it");
        assert_eq!(made["creator"]["login"], "mona");
        assert!(made["closed_at"].is_string());
        // The time of day is dropped, and days are those of US Pacific time.
        assert_eq!(made["due_on"], "2020-09-23T07:00:00Z");
        let one = format!("{MILESTONES}/2");
        assert_eq!(client.get(&one).expect(200).json(), made);

        let edit = json!({
            "title": "v1.1", "state": "open", "description": null, "due_on": "2024-12-31T12:00:00Z",
        });
        let edited = client.patch(&one, &edit).expect(200).json();
        assert_eq!(edited["title"], "v1.1");
        assert_eq!(edited["state"], "open");
        assert_eq!(edited["closed_at"], Value::Null);
        assert_eq!(edited["description"], Value::Null);
        assert_eq!(edited["due_on"], "2024-12-31T08:00:00Z");
        // What is not mentioned stays; null takes the date away.
        let edited = client
            .patch(&one, &json!({"due_on": null}))
            .expect(200)
            .json();
        assert_eq!(
            (&edited["title"], &edited["due_on"]),
            (&json!("v1.1"), &Value::Null)
        );
        let untouched = client.patch(&one, &json!({})).expect(200).json();
        assert_eq!(untouched, edited);

        client.delete(&one).expect(204);
        client.delete(&one).expect(404);
        client.get(&one).expect(404);
        client.patch(&one, &json!({"title": "x"})).expect(404);
        client.get(&format!("{one}/labels")).expect(404);
        // Its number is not given again, and issues lose a milestone that is deleted.
        let next = client
            .post(MILESTONES, &json!({"title": "v2"}))
            .expect(201)
            .json();
        assert_eq!(
            (&next["number"], &next["state"]),
            (&json!(3), &json!("open"))
        );
        client.delete(&format!("{MILESTONES}/1")).expect(204);
        let issue = client.get("/repos/octo/hello/issues/1").expect(200).json();
        assert_eq!(issue["milestone"], Value::Null);
    }

    pub(super) fn bad_milestones_are_refused(client: &Client) {
        let refused = |body: &Value| client.post(MILESTONES, body).expect(422).json();
        let fault = |body: &Value| {
            let told = refused(body);
            assert_eq!(told["message"], "Validation Failed");
            told["errors"][0].clone()
        };
        let wrong = |field: &str, code: &str| json!({"resource": "Milestone", "field": field, "code": code});
        assert_eq!(fault(&json!({})), wrong("title", "missing_field"));
        assert_eq!(
            fault(&json!({"title": " "})),
            wrong("title", "missing_field")
        );
        assert_eq!(
            fault(&json!({"title": "Beta"})),
            wrong("title", "already_exists")
        );
        assert_eq!(
            fault(&json!({"title": "x", "state": "done"})),
            wrong("state", "invalid")
        );
        let unknown = refused(&json!({"title": "x", "due_one": "2024-01-01T00:00:00Z"}));
        assert_eq!(
            unknown["message"],
            "Invalid request.\n\n\"due_one\" is not a permitted key."
        );
        for due_on in [json!("soon"), json!("2024-01-01"), json!(20240101)] {
            let told = refused(&json!({"title": "x", "due_on": due_on}));
            let message = told["message"].as_str().unwrap().to_owned();
            assert!(
                message.starts_with("Invalid request.\n\nFor 'properties/due_on'"),
                "{message}"
            );
        }
        refused(&json!({"title": 7}));
        client
            .send(http::Method::POST, MILESTONES, "[1]")
            .expect(400);
        client.send(http::Method::POST, MILESTONES, "{").expect(400);
        // Titles differ by case, as they do at GitHub.
        client
            .post(MILESTONES, &json!({"title": "BETA"}))
            .expect(201);
        let one = format!("{MILESTONES}/2");
        let taken = client
            .patch(&one, &json!({"title": "Beta"}))
            .expect(422)
            .json();
        assert_eq!(taken["errors"][0]["code"], "already_exists");
        client.patch(&one, &json!({"number": 4})).expect(422);
        client
            .post("/repos/octo/none/milestones", &json!({"title": "x"}))
            .expect(404);
        client.get("/repos/octo/none/milestones").expect(404);
        client.get(&format!("{MILESTONES}/9")).expect(404);
        client.get(&format!("{MILESTONES}/x")).expect(404);
        assert_eq!(titles(&client.get(MILESTONES).json()).len(), 2);
    }

    pub(super) fn lists_are_filtered_sorted_and_paged(client: &Client) {
        for (title, state, due_on) in [
            ("late", "open", Some("2030-01-01T12:00:00Z")),
            ("soon", "open", Some("2029-01-01T12:00:00Z")),
            ("gone", "closed", Some("2028-01-01T12:00:00Z")),
        ] {
            let new = json!({"title": title, "state": state, "due_on": due_on});
            client.post(MILESTONES, &new).expect(201);
        }
        // Beta has an open issue and a closed one.
        for (number, edit) in [
            (2, json!({"milestone": 1})),
            (2, json!({"state": "closed"})),
        ] {
            plan(client, number, &edit);
        }
        let list = |query: &str| {
            client
                .get(&format!("{MILESTONES}?{query}"))
                .expect(200)
                .json()
        };
        assert_eq!(titles(&list("")), ["soon", "late", "Beta"]);
        assert_eq!(titles(&list("state=open")), ["soon", "late", "Beta"]);
        assert_eq!(titles(&list("state=closed")), ["gone"]);
        assert_eq!(
            titles(&list("state=all&direction=asc")),
            ["gone", "soon", "late", "Beta"]
        );
        assert_eq!(
            titles(&list("state=all&sort=due_on&direction=desc")),
            ["late", "soon", "gone", "Beta"]
        );
        assert_eq!(titles(&list("sort=completeness")), ["late", "soon", "Beta"]);
        assert_eq!(
            titles(&list("sort=completeness&direction=desc")),
            ["Beta", "late", "soon"]
        );
        let beta = &list("sort=completeness&direction=desc")[0];
        assert_eq!(
            (&beta["open_issues"], &beta["closed_issues"]),
            (&json!(1), &json!(1))
        );
        // What is none of the words is the default.
        assert_eq!(
            titles(&list("state=x&sort=x&direction=x")),
            ["soon", "late", "Beta"]
        );
        let page = client
            .get(&format!("{MILESTONES}?state=all&per_page=3&page=2"))
            .expect(200);
        assert_eq!(titles(&page.json()), ["Beta"]);
        assert!(
            page.header("link")
                .contains("state=all&per_page=3&page=1>; rel=\"prev\"")
        );
        assert_eq!(list("page=9"), json!([]));
    }

    fn plan(client: &Client, number: u64, edit: &Value) {
        let store = client.api.store();
        let mona = backlot_model::Actor::login("mona");
        let mut tx = store.write(mona, "plan").unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        let mut issue = backlot_core::IssueEdit::default();
        if let Some(milestone) = edit["milestone"].as_u64() {
            issue = issue.milestone(Some(milestone));
        }
        if edit["state"] == "closed" {
            issue = issue.state(backlot_model::State::Closed, None);
        }
        repository.edit_issue(number, &issue).unwrap();
        tx.commit().unwrap();
    }

    pub(super) fn labels_are_those_of_its_issues(client: &Client) {
        let labels = format!("{MILESTONES}/1/labels");
        let names = |path: &str| -> Vec<String> {
            let list = client.get(path).expect(200).json();
            let list = list.as_array().unwrap().iter();
            list.map(|label| label["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&labels), ["bug"]);
        let more = json!({"labels": ["urgent", "area/ui"]});
        client
            .post("/repos/octo/hello/issues/1/labels", &more)
            .expect(200);
        client
            .post("/repos/octo/hello/issues/2/labels", &json!(["else"]))
            .expect(200);
        assert_eq!(names(&labels), ["area/ui", "bug", "urgent"]);
        assert_eq!(names(&format!("{labels}?per_page=2&page=2")), ["urgent"]);
        client.get(&format!("{MILESTONES}/7/labels")).expect(404);
    }

    pub(super) fn who_may_not_push_may_not_plan(client: &Client) {
        let reader = client.as_reader();
        reader.post(MILESTONES, &json!({"title": "x"})).expect(403);
        reader
            .patch(&format!("{MILESTONES}/1"), &json!({"title": "x"}))
            .expect(403);
        reader.delete(&format!("{MILESTONES}/1")).expect(403);
        assert_eq!(titles(&reader.get(MILESTONES).expect(200).json()), ["Beta"]);
        let nobody = client.as_nobody();
        nobody.post(MILESTONES, &json!({"title": "x"})).expect(401);
        nobody.get(&format!("{MILESTONES}/1")).expect(200);
    }
}
