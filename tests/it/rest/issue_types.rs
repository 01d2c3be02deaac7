//! Types of issues, and the fields and suggestions that a store has none of.

use serde_json::json;

use super::cases;

cases!(
    those_that_every_organization_has,
    those_that_issues_have,
    made_and_deleted_by_owners_alone,
    fields_are_none,
    imported_values_are_told,
    suggestions_are_none,
);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;
    use crate::rest::events::imported;
    use crate::rest::sub_issues::send_away;
    use crate::support::{issue, with};

    const TYPES: &str = "/repos/octo/hello/issue-types";

    fn names(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one["name"].as_str().unwrap()).collect()
    }

    fn give(client: &Client, number: u64, name: &str) {
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "type").unwrap();
        let edit = backlot_core::IssueEdit::default().issue_type(Some(name.to_owned()));
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.edit_issue(number, &edit).unwrap();
        tx.commit().unwrap();
    }

    pub(super) fn those_that_every_organization_has(client: &Client) {
        let types = client.get(TYPES).expect(200).json();
        assert_eq!(names(&types), ["Task", "Bug", "Feature"]);
        assert_eq!(types[1]["color"], "red");
        assert_eq!(types[1]["description"], "An unexpected problem or behavior");
        assert!(types[1]["node_id"].as_str().unwrap().starts_with("IT_"));
        assert_eq!(
            client.get("/orgs/Octo/issue-types").expect(200).json(),
            types
        );
        client.get("/orgs/nobody/issue-types").expect(404);
        client.get("/repos/octo/none/issue-types").expect(404);
    }

    pub(super) fn those_that_issues_have(client: &Client) {
        let before = client.get(TYPES).expect(200).json();
        give(client, 1, "Epic");
        give(client, 2, "bug");
        let types = client.get(TYPES).expect(200).json();
        assert_eq!(names(&types), ["Task", "bug", "Feature", "Epic"]);
        assert_eq!(
            client.get("/orgs/octo/issue-types").expect(200).json(),
            types
        );
        // The numbers are those in issues, and the same before and after.
        for (number, at) in [(1, 3), (2, 1)] {
            let issue = client.get(&format!("/repos/octo/hello/issues/{number}"));
            let issue = issue.expect(200).json();
            assert_eq!(issue["type"]["id"], types[at]["id"]);
            assert_eq!(issue["type"]["node_id"], types[at]["node_id"]);
        }
        assert_eq!(types[1]["id"], before[1]["id"]);
        assert_eq!(types[3]["description"], Value::Null);
        // As they stand in imported issues.
        let told = json!({"id": 71, "node_id": "IT_x", "name": "Task", "description": "Work", "color": "gray",
            "created_at": "2024-01-25T12:55:41Z", "updated_at": "2024-07-26T10:24:51Z", "is_enabled": true});
        let issues = [with(issue("octo/hello", 1), json!({"type": told}))];
        let client = imported(client, &[("issues.ndjson", &issues)]);
        assert_eq!(client.get(TYPES).expect(200).json()[0], told);
    }

    pub(super) fn made_and_deleted_by_owners_alone(client: &Client) {
        let types = "/orgs/octo/issue-types";
        let new =
            json!({"name": "Epic", "is_enabled": true, "description": "Large", "color": "gray"});
        client.post(types, &new).expect(404);
        client.put(&format!("{types}/1"), &new).expect(404);
        client.delete(&format!("{types}/1")).expect(404);
        client.as_nobody().post(types, &new).expect(401);
    }

    pub(super) fn fields_are_none(client: &Client) {
        let fields = "/orgs/octo/issue-fields";
        assert_eq!(client.get(fields).expect(200).json(), json!([]));
        client.get("/orgs/nobody/issue-fields").expect(404);
        client
            .post(fields, &json!({"name": "Size", "data_type": "text"}))
            .expect(404);
        client
            .patch(&format!("{fields}/1"), &json!({"name": "x"}))
            .expect(404);
        client.delete(&format!("{fields}/1")).expect(404);

        let values = "/repos/octo/hello/issues/1/issue-field-values";
        assert_eq!(client.get(values).expect(200).json(), json!([]));
        assert_eq!(
            client
                .put(values, &json!({"issue_field_values": []}))
                .expect(200)
                .json(),
            json!([])
        );
        let given = json!({"issue_field_values": [{"field_id": 1, "value": "x"}]});
        let told = client.post(values, &given).expect(422).json();
        let value = told["errors"][0]["value"].as_str().unwrap();
        assert!(value.contains("\"field_id\":1"), "{value}");
        client.put(values, &given).expect(422);
        let many: Vec<Value> = (0..26)
            .map(|id| json!({"field_id": id, "value": "x"}))
            .collect();
        client
            .post(values, &json!({"issue_field_values": many}))
            .expect(422);
        client.send(http::Method::POST, values, "[]").expect(400);
        client.send(http::Method::PUT, values, "{").expect(400);
        client.delete(&format!("{values}/1")).expect(404);
        client.as_reader().post(values, &given).expect(403);
        client.as_reader().put(values, &given).expect(403);
        client
            .as_reader()
            .delete(&format!("{values}/1"))
            .expect(403);
        send_away(client);
        for (number, status) in [(1, 410), (2, 301), (9, 404)] {
            let values = format!("/repos/octo/hello/issues/{number}/issue-field-values");
            client.get(&values).expect(status);
            client.post(&values, &given).expect(status);
        }
    }

    pub(super) fn imported_values_are_told(client: &Client) {
        let value = |id: u64| json!({"issue_field_id": id, "node_id": "IFV_x", "data_type": "text", "value": "L"});
        let told = json!([value(1), value(2), value(3)]);
        let issues = [with(
            issue("octo/hello", 1),
            json!({"issue_field_values": told}),
        )];
        let client = imported(client, &[("issues.ndjson", &issues)]);
        let values = "/repos/octo/hello/issues/1/issue-field-values";
        assert_eq!(client.get(values).expect(200).json(), told);
        let page = client
            .get(&format!("{values}?per_page=2&page=2"))
            .expect(200);
        assert_eq!(page.json(), json!([value(3)]));
        client
            .put(values, &json!({"issue_field_values": []}))
            .expect(403);
    }

    pub(super) fn suggestions_are_none(client: &Client) {
        let suggestions = "/repos/octo/hello/issues/1/suggestions";
        assert_eq!(client.get(suggestions).expect(200).json(), json!([]));
        let asked = format!("{suggestions}?state=all&action=add_label&per_page=5&page=2");
        assert_eq!(client.get(&asked).expect(200).json(), json!([]));
        client.get(&format!("{suggestions}?state=x")).expect(422);
        client.get(&format!("{suggestions}?action=x")).expect(422);
        client
            .get("/repos/octo/hello/issues/9/suggestions")
            .expect(404);
        for judged in ["approve", "dismiss"] {
            let path = format!("{suggestions}/1/{judged}");
            client.post(&path, &json!({})).expect(404);
            client.as_reader().post(&path, &json!({})).expect(403);
        }
    }
}
