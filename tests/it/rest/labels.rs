//! The labels of a repository.

use serde_json::json;

use super::cases;

cases!(created_shown_edited_deleted, lists_have_pages);

mod cases {
    use super::json;
    use crate::rest::client::Client;

    pub(super) fn created_shown_edited_deleted(client: &Client) {
        let labels = "/repos/octo/hello/labels";
        let new = json!({"name": "area/ui", "color": "f29513", "description": "What is seen"});
        let made = client.post(labels, &new).expect(201);
        assert_eq!(made.header("location"), made.json()["url"]);
        let made = made.json();
        assert_eq!(made["name"], "area/ui");
        // A slash in a name comes raw, and encoded.
        for path in ["area/ui", "area%2Fui", "AREA/UI"] {
            let shown = client.get(&format!("{labels}/{path}")).expect(200).json();
            assert_eq!(shown, made);
        }
        let edit = json!({"new_name": "ui", "color": "000000", "description": null});
        let edited = client
            .patch(&format!("{labels}/area/ui"), &edit)
            .expect(200)
            .json();
        assert_eq!(
            (edited["name"].as_str(), edited["description"].as_str()),
            (Some("ui"), None)
        );
        let older = json!({"name": "look"});
        client.patch(&format!("{labels}/ui"), &older).expect(200);
        client.delete(&format!("{labels}/look")).expect(204);
        client.get(&format!("{labels}/ui")).expect(404);
        let twice = client
            .post(labels, &json!({"name": "BUG"}))
            .expect(422)
            .json();
        assert_eq!(twice["errors"][0]["code"], "already_exists");
        client.post(labels, &json!({})).expect(422);
        client.get("/repos/octo/none/labels").expect(404);
    }

    pub(super) fn lists_have_pages(client: &Client) {
        let labels = "/repos/octo/hello/labels";
        for name in ["a", "c", "b"] {
            client.post(labels, &json!({"name": name})).expect(201);
        }
        let page = client
            .get(&format!("{labels}?per_page=2&page=2"))
            .expect(200);
        let names: Vec<_> = page
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|label| label["name"].clone())
            .collect();
        assert_eq!(names, ["bug", "c"]);
        assert!(
            page.header("link").contains("rel=\"prev\""),
            "{}",
            page.header("link")
        );
    }
}
