//! The comment at the top of its issue.

use serde_json::json;

use super::cases;

cases!(pinned_and_unpinned, what_cannot_be_pinned);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;

    /// Writes comments to an issue and gives the addresses of their pins.
    fn comments(client: &Client, number: u64, texts: &[&str]) -> Vec<String> {
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "say").unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        for text in texts {
            repository.comment(number, *text).unwrap();
        }
        tx.commit().unwrap();
        let timeline = client.get(&format!("/repos/octo/hello/issues/{number}/timeline"));
        let timeline = timeline.expect(200).json();
        let items = timeline.as_array().unwrap().iter();
        items
            .filter(|item| item["event"] == "commented")
            .map(|item| format!("/repos/octo/hello/issues/comments/{}/pin", item["id"]))
            .collect()
    }

    pub(super) fn pinned_and_unpinned(client: &Client) {
        let pins = comments(client, 1, &["First", "Second"]);
        let shown = client.put(&pins[0], &Value::Null).expect(200).json();
        assert_eq!(shown["body"], "First");
        assert!(shown["pin"].is_object(), "{shown}");
        // It is pinned already, and another one cannot be.
        client.put(&pins[0], &json!({})).expect(200);
        let told = client.put(&pins[1], &json!({})).expect(422).json();
        assert_eq!(told["errors"][0]["resource"], "IssueComment");
        client.delete(&pins[0]).expect(204);
        client.put(&pins[1], &json!({})).expect(200);
        client.delete(&pins[1]).expect(204);
        client.delete(&pins[1]).expect(204);
    }

    pub(super) fn what_cannot_be_pinned(client: &Client) {
        let pins = comments(client, 1, &["First"]);
        client.as_nobody().put(&pins[0], &json!({})).expect(401);
        client.as_nobody().delete(&pins[0]).expect(401);
        client.as_reader().put(&pins[0], &json!({})).expect(403);
        client.as_reader().delete(&pins[0]).expect(403);
        let unknown = "/repos/octo/hello/issues/comments/77/pin";
        client.put(unknown, &json!({})).expect(404);
        client.delete(unknown).expect(404);
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "off").unwrap();
        let off = backlot_core::RepositoryEdit::default().issues(false);
        tx.repository("octo/hello").unwrap().edit(&off).unwrap();
        tx.commit().unwrap();
        client.put(&pins[0], &json!({})).expect(410);
        client.delete(&pins[0]).expect(410);
    }
}
