//! Reactions to issues and comments.

use serde_json::json;

use super::cases;

cases!(
    to_an_issue,
    to_a_comment,
    only_ones_own_are_taken_back,
    what_is_reacted_to_must_be_there,
);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;

    const ISSUE: &str = "/repos/octo/hello/issues/1/reactions";

    /// Writes a comment to issue 1 and gives the address of its reactions.
    fn comment(client: &Client) -> String {
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "say").unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.comment(1, "Seen here too").unwrap();
        tx.commit().unwrap();
        let timeline = client.get("/repos/octo/hello/issues/1/timeline").json();
        let items = timeline.as_array().unwrap().iter();
        let comments: Vec<_> = items.filter(|item| item["event"] == "commented").collect();
        format!(
            "/repos/octo/hello/issues/comments/{}/reactions",
            comments[0]["id"]
        )
    }

    fn contents(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|reaction| reaction["content"].as_str().unwrap())
            .collect()
    }

    fn react(client: &Client, path: &str) {
        let reader = client.as_reader();
        let made = client
            .post(path, &json!({"content": "+1"}))
            .expect(201)
            .json();
        assert_eq!(
            (&made["content"], &made["user"]["login"]),
            (&json!("+1"), &json!("mona"))
        );
        // Once for each user: the second time it is there already.
        let again = client
            .post(path, &json!({"content": "+1"}))
            .expect(200)
            .json();
        assert_eq!(again, made);
        for content in [
            "+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes",
        ] {
            reader.post(path, &json!({"content": content})).expect(201);
        }
        let all = client.get(path).expect(200).json();
        assert_eq!(all.as_array().unwrap().len(), 9);
        let filtered = |content: &str| {
            let list = client
                .get(&format!("{path}?content={content}"))
                .expect(200)
                .json();
            contents(&list)
                .iter()
                .map(|one| (*one).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(filtered("%2B1"), ["+1", "+1"]);
        assert_eq!(filtered("+1"), ["+1", "+1"]);
        assert_eq!(filtered("heart"), ["heart"]);
        assert_eq!(filtered("love"), Vec::<String>::new());
        let page = client.get(&format!("{path}?per_page=5&page=2")).expect(200);
        assert_eq!(page.json().as_array().unwrap().len(), 4);
        assert!(page.header("link").contains("rel=\"prev\""));

        for body in [json!({"content": "love"}), json!({}), json!({"content": 1})] {
            client.post(path, &body).expect(422);
        }
        let told = client.post(path, &json!({"content": "love"})).json();
        let fault = json!({"resource": "Reaction", "field": "content", "code": "invalid"});
        assert_eq!(told["errors"][0], fault);
        client
            .as_nobody()
            .post(path, &json!({"content": "eyes"}))
            .expect(401);

        let own = format!("{path}/{}", made["id"]);
        client.delete(&own).expect(204);
        client.delete(&own).expect(404);
        assert_eq!(filtered("%2B1"), ["+1"]);
    }

    pub(super) fn to_an_issue(client: &Client) {
        react(client, ISSUE);
        let issue = client.get("/repos/octo/hello/issues/1").expect(200).json();
        assert_eq!(issue["reactions"]["total_count"], 8);
        assert_eq!(issue["reactions"]["+1"], 1);
    }

    pub(super) fn to_a_comment(client: &Client) {
        react(client, &comment(client));
        let timeline = client.get("/repos/octo/hello/issues/1/timeline").json();
        assert_eq!(timeline[0]["reactions"]["total_count"], 8);
    }

    pub(super) fn only_ones_own_are_taken_back(client: &Client) {
        let reader = client.as_reader();
        let mine = client
            .post(ISSUE, &json!({"content": "heart"}))
            .expect(201)
            .json();
        let theirs = reader
            .post(ISSUE, &json!({"content": "heart"}))
            .expect(201)
            .json();
        reader
            .delete(&format!("{ISSUE}/{}", mine["id"]))
            .expect(403);
        client
            .as_nobody()
            .delete(&format!("{ISSUE}/{}", mine["id"]))
            .expect(401);
        reader
            .delete(&format!("{ISSUE}/{}", theirs["id"]))
            .expect(204);
        // Who may do everything may take away what others gave, and it is counted no more.
        let theirs = reader
            .post(ISSUE, &json!({"content": "eyes"}))
            .expect(201)
            .json();
        client
            .delete(&format!("{ISSUE}/{}", theirs["id"]))
            .expect(204);
        let issue = client.get("/repos/octo/hello/issues/1").expect(200).json();
        assert_eq!(
            (&issue["reactions"]["heart"], &issue["reactions"]["eyes"]),
            (&json!(1), &json!(0))
        );
        // A reaction to something else is not there.
        let other = "/repos/octo/hello/issues/2/reactions";
        client
            .delete(&format!("{other}/{}", mine["id"]))
            .expect(404);
        client
            .delete(&format!("{}/{}", comment(client), mine["id"]))
            .expect(404);
        client.delete(&format!("{ISSUE}/77")).expect(404);
        client.delete(&format!("{ISSUE}/x")).expect(404);
    }

    pub(super) fn what_is_reacted_to_must_be_there(client: &Client) {
        let comment = comment(client);
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "away").unwrap();
        tx.repository("octo/hello")
            .unwrap()
            .delete_issue(1)
            .unwrap();
        tx.commit().unwrap();
        let heart = json!({"content": "heart"});
        client.get(ISSUE).expect(410);
        client.post(ISSUE, &heart).expect(410);
        client.get(&comment).expect(404);
        client.post(&comment, &heart).expect(404);
        client
            .get("/repos/octo/hello/issues/9/reactions")
            .expect(404);
        client
            .get("/repos/octo/hello/issues/comments/9/reactions")
            .expect(404);
        client
            .get("/repos/octo/none/issues/1/reactions")
            .expect(404);
    }
}
