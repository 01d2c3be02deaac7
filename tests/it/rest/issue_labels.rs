//! The labels of one issue.

use serde_json::json;

use super::cases;

cases!(
    added_set_and_removed,
    bodies_come_in_several_forms,
    bad_labels_are_refused,
    issues_that_went_away,
    who_may_not_push_may_not_label,
);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;

    const LABELS: &str = "/repos/octo/hello/issues/1/labels";

    fn names(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|label| label["name"].as_str().unwrap()).collect()
    }

    pub(super) fn added_set_and_removed(client: &Client) {
        let more = json!({"labels": ["urgent", "BUG", "area/ui"]});
        let all = client.post(LABELS, &more).expect(200).json();
        assert_eq!(names(&all), ["bug", "urgent", "area/ui"]);
        // A name that the repository did not know is a label now.
        let made = client
            .get("/repos/octo/hello/labels/urgent")
            .expect(200)
            .json();
        assert_eq!(
            (&made["color"], &made["description"], &made["default"]),
            (&json!("ededed"), &Value::Null, &json!(false))
        );
        assert_eq!(client.get(LABELS).expect(200).json(), all);
        let page = client
            .get(&format!("{LABELS}?per_page=2&page=2"))
            .expect(200);
        assert_eq!(names(&page.json()), ["area/ui"]);
        assert!(page.header("link").contains("rel=\"first\""));

        // A slash comes as it is or encoded, and names go without regard to case.
        let left = client
            .delete(&format!("{LABELS}/area/ui"))
            .expect(200)
            .json();
        assert_eq!(names(&left), ["bug", "urgent"]);
        let left = client
            .delete(&format!("{LABELS}/Urgent"))
            .expect(200)
            .json();
        assert_eq!(names(&left), ["bug"]);
        let told = client
            .delete(&format!("{LABELS}/urgent"))
            .expect(404)
            .json();
        assert_eq!(told["message"], "Label does not exist");

        let set = json!({"labels": ["new", "area%2Fui"]});
        let all = client.put(LABELS, &set).expect(200).json();
        assert_eq!(names(&all), ["new", "area%2Fui"]);
        assert_eq!(
            client
                .put(LABELS, &json!({"labels": []}))
                .expect(200)
                .json(),
            json!([])
        );
        client.put(LABELS, &json!(["a", "b"])).expect(200);
        assert_eq!(client.delete(LABELS).expect(204).body.len(), 0);
        client.delete(LABELS).expect(204);
        assert_eq!(client.get(LABELS).expect(200).json(), json!([]));
    }

    pub(super) fn bodies_come_in_several_forms(client: &Client) {
        for (body, name) in [
            (json!({"labels": ["one"]}), "one"),
            (
                json!({"labels": [{"name": "two", "confidence": "high"}]}),
                "two",
            ),
            (json!(["three"]), "three"),
            (json!([{"name": "four"}]), "four"),
            (json!("five"), "five"),
        ] {
            let all = client.post(LABELS, &body).expect(200).json();
            assert_eq!(names(&all).last(), Some(&name));
            let all = client.put(LABELS, &body).expect(200).json();
            assert_eq!(names(&all), [name]);
        }
    }

    pub(super) fn bad_labels_are_refused(client: &Client) {
        let long = "x".repeat(51);
        let told = client
            .post(LABELS, &json!({"labels": ["fine", long]}))
            .expect(422)
            .json();
        let fault = json!({"resource": "Label", "field": "name", "code": "invalid", "value": long});
        assert_eq!(told["errors"][0], fault);
        // All of it is refused: nothing was made.
        client.get("/repos/octo/hello/labels/fine").expect(404);
        client.put(LABELS, &json!({"labels": [" "]})).expect(422);
        client.post(LABELS, &json!({})).expect(422);
        client.put(LABELS, &json!({"labels": "bug"})).expect(422);
        client.post(LABELS, &json!({"labels": [7]})).expect(422);
        client
            .post(LABELS, &json!({"labels": [{"id": 1}]}))
            .expect(422);
        client.post(LABELS, &json!(7)).expect(422);
        client.send(http::Method::POST, LABELS, "{").expect(400);
        // Names that say the same are one, but far too many are not even compared.
        let same = |count: usize| json!({"labels": vec!["Bug"; count]});
        client.post(LABELS, &same(1000)).expect(200);
        client.post(LABELS, &same(1001)).expect(422);
        client.put(LABELS, &same(1001)).expect(422);
        let many: Vec<String> = (0..100).map(|number| format!("l{number}")).collect();
        let told = client
            .post(LABELS, &json!({"labels": many}))
            .expect(422)
            .json();
        assert_eq!(
            told["errors"][0]["message"],
            "Issues cannot have more than 100 labels"
        );
        assert_eq!(
            client
                .put(LABELS, &json!({"labels": many}))
                .expect(200)
                .json()
                .as_array()
                .unwrap()
                .len(),
            100
        );
    }

    pub(super) fn issues_that_went_away(client: &Client) {
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "away").unwrap();
        tx.create_repository(&"octo/other".parse().unwrap())
            .unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.transfer_issue(1, "octo/other").unwrap();
        repository.delete_issue(2).unwrap();
        tx.commit().unwrap();
        let gone = "/repos/octo/hello/issues/2/labels";
        for (path, status) in [
            (LABELS, 301),
            (gone, 410),
            ("/repos/octo/hello/issues/9/labels", 404),
        ] {
            let body = json!({"labels": ["x"]});
            client.get(path).expect(status);
            client.post(path, &body).expect(status);
            client.put(path, &body).expect(status);
            client.delete(path).expect(status);
            client.delete(&format!("{path}/bug")).expect(status);
        }
        let moved = client.get(LABELS).expect(301);
        assert!(
            moved
                .header("location")
                .contains("/repos/octo/other/issues/1")
        );
        assert_eq!(client.get(gone).json()["message"], "This issue was deleted");
        client.get("/repos/octo/hello/labels/x").expect(404);
    }

    pub(super) fn who_may_not_push_may_not_label(client: &Client) {
        let reader = client.as_reader();
        reader.post(LABELS, &json!({"labels": ["x"]})).expect(403);
        reader.put(LABELS, &json!({"labels": []})).expect(403);
        reader.delete(LABELS).expect(403);
        reader.delete(&format!("{LABELS}/bug")).expect(403);
        client.as_nobody().post(LABELS, &json!(["x"])).expect(401);
        assert_eq!(names(&reader.get(LABELS).expect(200).json()), ["bug"]);
    }
}
