//! Locking conversations.

use serde_json::json;

use super::cases;

cases!(locked_and_unlocked, who_may_speak);

mod cases {
    use super::json;
    use crate::rest::client::Client;
    use http::Method;

    const LOCK: &str = "/repos/octo/hello/issues/1/lock";

    pub(super) fn locked_and_unlocked(client: &Client) {
        let issue = || client.get("/repos/octo/hello/issues/1").expect(200).json();
        // An empty body, an empty object and null all lock without a reason.
        for body in ["", "{}", "null"] {
            let locked = client.send(Method::PUT, LOCK, body).expect(204);
            assert!(locked.body.is_empty());
            assert_eq!(issue()["locked"], true);
            assert_eq!(issue()["active_lock_reason"], serde_json::Value::Null);
            client.delete(LOCK).expect(204);
            assert_eq!(issue()["locked"], false);
        }
        for reason in ["off-topic", "too heated", "resolved", "spam"] {
            client
                .put(LOCK, &json!({"lock_reason": reason}))
                .expect(204);
            assert_eq!(issue()["active_lock_reason"], reason);
        }
        let wrong = client
            .put(LOCK, &json!({"lock_reason": "bored"}))
            .expect(422);
        assert_eq!(wrong.json()["errors"][0]["field"], "lock_reason");
        client.put(LOCK, &json!({"lock_reason": 1})).expect(422);
        assert_eq!(issue()["active_lock_reason"], "spam");
        client.delete(LOCK).expect(204);
        client.delete(LOCK).expect(204);
        assert_eq!(issue()["active_lock_reason"], serde_json::Value::Null);
        client
            .put("/repos/octo/hello/issues/9/lock", &json!({}))
            .expect(404);
        client.delete("/repos/octo/hello/issues/9/lock").expect(404);
    }

    pub(super) fn who_may_speak(client: &Client) {
        let (reader, nobody) = (client.as_reader(), client.as_nobody());
        reader.put(LOCK, &json!({})).expect(403);
        reader.delete(LOCK).expect(403);
        nobody.put(LOCK, &json!({})).expect(401);
        let comments = "/repos/octo/hello/issues/1/comments";
        reader
            .post(comments, &json!({"body": "Me too."}))
            .expect(201);
        client
            .put(LOCK, &json!({"lock_reason": "too heated"}))
            .expect(204);
        let refused = reader
            .post(comments, &json!({"body": "And again."}))
            .expect(403);
        assert_eq!(
            refused.json()["message"],
            "Unable to create comment because issue is locked."
        );
        client
            .post(comments, &json!({"body": "Calm down."}))
            .expect(201);
        client.delete(LOCK).expect(204);
        reader
            .post(comments, &json!({"body": "Thanks."}))
            .expect(201);
        let all = client.get(comments).expect(200).json();
        let texts: Vec<_> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|comment| comment["body"].clone())
            .collect();
        assert_eq!(texts, ["Me too.", "Calm down.", "Thanks."]);

        let store = client.api.store();
        let mut tx = store
            .write(backlot_model::Actor::login("mona"), "delete")
            .unwrap();
        tx.repository("octo/hello")
            .unwrap()
            .delete_issue(1)
            .unwrap();
        tx.commit().unwrap();
        client.put(LOCK, &json!({})).expect(410);
        client.delete(LOCK).expect(410);
    }
}
