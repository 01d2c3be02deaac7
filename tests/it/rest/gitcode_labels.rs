//! GitCode's labels, of a repository and on an issue.

use super::cases;

cases!(created_listed_edited_deleted, on_an_issue);

mod cases {
    use http::Method;
    use serde_json::{Value, json};

    use crate::rest::client::Client;

    const LABELS: &str = "/api/v5/repos/octo/hello/labels";
    const ON_ISSUE: &str = "/api/v5/repos/octo/hello/issues/1/labels";

    fn names(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|label| label["name"].as_str().unwrap()).collect()
    }

    pub(super) fn created_listed_edited_deleted(client: &Client) {
        let by_form = client.form(Method::POST, LABELS, "name=area%2Fui&color=%23F29513");
        let made = by_form.expect(201).json();
        assert_eq!(
            (&made["name"], &made["color"]),
            (&json!("area/ui"), &json!("#F29513"))
        );
        assert!(made["id"].is_u64() && made["repository_id"].is_u64());
        let by_query = format!("{LABELS}?name=docs&color=%23fff&description=What%20is%20read");
        let by_query = client.send(Method::POST, &by_query, "").expect(201).json();
        assert_eq!(
            (&by_query["color"], &by_query["description"]),
            (&json!("#ffffff"), &json!("What is read"))
        );
        let by_json = client.post(LABELS, &json!({"name": "help wanted", "color": "#008672"}));
        assert_eq!(by_json.expect(201).json()["color"], "#008672");
        let plain = client
            .post(LABELS, &json!({"name": "plain"}))
            .expect(201)
            .json();
        assert!(plain["color"].as_str().unwrap().starts_with('#'));
        for wrong in [
            json!({}),
            json!({"name": ""}),
            json!({"name": "x", "color": "red"}),
            json!({"name": "x", "color": "#12345"}),
            json!({"name": "x", "color": ["#fff"]}),
            json!({"name": "x".repeat(200)}),
        ] {
            client.post(LABELS, &wrong).expect(400);
        }
        client.post(LABELS, &json!({"name": "Plain"})).expect(409);
        client
            .post("/api/v5/repos/octo/none/labels", &json!({"name": "x"}))
            .expect(404);

        let list = client.get(LABELS).expect(200);
        assert_eq!(list.header("total_count"), "5");
        let list = list.json();
        assert_eq!(
            names(&list),
            ["area/ui", "bug", "docs", "help wanted", "plain"]
        );
        let page = client
            .get(&format!("{LABELS}?page=2&per_page=2"))
            .expect(200);
        assert_eq!(names(&page.json()), ["docs", "help wanted"]);
        assert_eq!(page.header("total_page"), "3");
        client.get("/api/v5/repos/octo/none/labels").expect(404);
        assert_eq!(
            client
                .get(&format!("{LABELS}/area%2Fui"))
                .expect(200)
                .json(),
            made
        );

        // Edits come in the query, as documented, and in bodies.
        let edited = client.send(
            Method::PATCH,
            &format!("{LABELS}/area/ui?name=ui&color=%23000"),
            "",
        );
        let edited = edited.expect(200).json();
        assert_eq!(
            (&edited["name"], &edited["color"]),
            (&json!("ui"), &json!("#000000"))
        );
        let edited = client.patch(&format!("{LABELS}/UI"), &json!({"description": "Seen"}));
        assert_eq!(edited.expect(200).json()["description"], "Seen");
        client
            .patch(&format!("{LABELS}/ui"), &json!({"name": "Bug"}))
            .expect(409);
        client
            .patch(&format!("{LABELS}/ui"), &json!({"color": "x"}))
            .expect(400);
        client
            .patch(&format!("{LABELS}/none"), &json!({"name": "x"}))
            .expect(404);
        client
            .patch("/api/v5/repos/octo/none/labels/x", &json!({"name": "x"}))
            .expect(404);
        client
            .delete(&format!("{LABELS}/help%20wanted"))
            .expect(204);
        client.get(&format!("{LABELS}/help%20wanted")).expect(404);
        client
            .delete(&format!("{LABELS}/help%20wanted"))
            .expect(404);
        client
            .delete("/api/v5/repos/octo/none/labels/bug")
            .expect(404);
    }

    pub(super) fn on_an_issue(client: &Client) {
        let added = client
            .post(ON_ISSUE, &json!(["ui", "docs"]))
            .expect(201)
            .json();
        assert_eq!(names(&added), ["bug", "ui", "docs"]);
        assert_eq!(added[1]["text_color"], "#FFFFFF");
        assert_eq!(added[1]["url"], "");
        assert!(added[1]["repository_id"].is_u64());
        assert_eq!(client.get(ON_ISSUE).expect(200).json(), added);
        let more = client
            .post(ON_ISSUE, &json!({"labels": ["slow"]}))
            .expect(201)
            .json();
        assert_eq!(names(&more), ["bug", "ui", "docs", "slow"]);
        let more = client
            .form(Method::POST, ON_ISSUE, "labels=a,b")
            .expect(201)
            .json();
        assert_eq!(more.as_array().unwrap().len(), 6);
        client
            .post(ON_ISSUE, &json!({"labels": vec!["slow"; 1001]}))
            .expect(400);
        client.delete(&format!("{ON_ISSUE}/a,slow")).expect(204);
        assert_eq!(
            names(&client.get(ON_ISSUE).expect(200).json()),
            ["bug", "ui", "docs", "b"]
        );
        let missing = client
            .delete(&format!("{ON_ISSUE}/b,none"))
            .expect(404)
            .json();
        assert_eq!(missing["error_message"], "Label Not Found");
        // Nothing was taken off.
        let replaced = client
            .put(ON_ISSUE, &json!(["B", "bug"]))
            .expect(200)
            .json();
        assert_eq!(names(&replaced).len(), 2);
        for wrong in [json!([1]), json!({}), json!([])] {
            client.post(ON_ISSUE, &wrong).expect(400);
        }
        client.put(ON_ISSUE, &json!([{}])).expect(400);
        assert_eq!(
            client.put(ON_ISSUE, &json!([])).expect(200).json(),
            json!([])
        );
        client.post(ON_ISSUE, &json!(["bug"])).expect(201);
        client.delete(ON_ISSUE).expect(204);
        assert_eq!(client.get(ON_ISSUE).expect(200).json(), json!([]));
        let none = "/api/v5/repos/octo/hello/issues/9/labels";
        client.get(none).expect(404);
        client.post(none, &json!(["x"])).expect(404);
        client.put(none, &json!(["x"])).expect(404);
        client.delete(none).expect(404);
        client.delete(&format!("{none}/bug")).expect(404);
    }
}
