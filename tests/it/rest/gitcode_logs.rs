//! GitCode's operate logs, earlier texts and reactions.

use super::cases;

cases!(
    logs_tell_what_has_words,
    earlier_texts,
    reactions,
    of_an_import
);

mod cases {
    use backlot_core::StoreOptions;
    use backlot_model::Actor;
    use serde_json::{Value, json};

    use crate::rest::client::Client;
    use crate::support::gitcode;

    const ISSUES: &str = "/api/v5/repos/octo/hello/issues";

    fn texts<'l>(list: &'l Value, key: &str) -> Vec<&'l str> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| one[key].as_str().unwrap()).collect()
    }

    pub(super) fn logs_tell_what_has_words(client: &Client) {
        let issue = format!("{ISSUES}/2");
        let milestone = client
            .get("/api/v5/repos/octo/hello/milestones")
            .expect(200)
            .json();
        for edit in [
            json!({"labels": "bug"}),
            json!({"title": "Light theme"}),
            json!({"milestone": milestone[0]["number"]}),
            json!({"state": "close"}),
            json!({"labels": ""}),
        ] {
            client.patch(&issue, &edit).expect(200);
        }
        let logs = client
            .get("/api/v5/repos/octo/issues/2/operate_logs?repo=hello&access_token=mona-token");
        let logs = logs.expect(200);
        assert_eq!(logs.header("total_count"), "3");
        let logs = logs.json();
        // The newest first; for closing and for taking a label off no words are known.
        assert_eq!(
            texts(&logs, "content"),
            [
                "changed milestone to Beta",
                "changed title from **Dark theme** to **Light theme**",
                "add label bug"
            ]
        );
        assert_eq!(texts(&logs, "action_type"), ["milestone", "title", "label"]);
        let id = client.get(&issue).expect(200).json()["id"].to_string();
        assert_eq!(logs[0]["issue_id"], id);
        assert_eq!(logs[0]["user"]["login"], "mona");
        assert!(logs[0]["id"].is_u64() && logs[0]["update_at"].is_string());
        let by_path = client
            .get(&format!("{issue}/operate_logs"))
            .expect(200)
            .json();
        assert_eq!(by_path, logs);
        let page = client
            .get(&format!("{issue}/operate_logs?page=2&per_page=2"))
            .expect(200)
            .json();
        assert_eq!(texts(&page, "action_type"), ["label"]);
        client.get(&format!("{ISSUES}/9/operate_logs")).expect(404);
        client
            .get("/api/v5/repos/octo/issues/2/operate_logs?repo=none")
            .expect(404);
    }

    pub(super) fn earlier_texts(client: &Client) {
        let issue = format!("{ISSUES}/1");
        for body in ["It crashes, twice.", "It crashes."] {
            client.patch(&issue, &json!({ "body": body })).expect(200);
        }
        let history = client
            .get(&format!("{issue}/modify_history"))
            .expect(200)
            .json();
        assert_eq!(
            texts(&history, "content"),
            ["It crashes, twice.", "It **crashes**."]
        );
        assert_eq!(
            (&history[0]["created"], &history[1]["created"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(history[0]["deleted"], false);
        assert_eq!(history[1]["user"]["login"], "mona");
        assert_eq!(history[1]["user"]["object_id"].as_str().unwrap().len(), 24);
        assert!(history[0]["id"].is_string());
        assert!(
            history[0]["created_at"]
                .as_str()
                .unwrap()
                .ends_with("+08:00")
        );
        let comment = client
            .post(&format!("{issue}/comments"), &json!({"body": "a"}))
            .expect(201)
            .json();
        let edit = json!({"body": "b"});
        client
            .patch(&format!("{ISSUES}/comments/{}", comment["id"]), &edit)
            .expect(200);
        let of_comment = format!("{ISSUES}/comment/{}/modify_history", comment["id"]);
        assert_eq!(
            texts(&client.get(&of_comment).expect(200).json(), "content"),
            ["a"]
        );
        client
            .get(&format!("{ISSUES}/9/modify_history"))
            .expect(404);
        client
            .get(&format!("{ISSUES}/comment/9/modify_history"))
            .expect(404);
    }

    pub(super) fn reactions(client: &Client) {
        let made = client
            .post(&format!("{ISSUES}/1/comments"), &json!({"body": "a"}))
            .expect(201)
            .json();
        let number = made["id"].as_u64().unwrap();
        let store = client.api.store();
        let snapshot = store.read().unwrap();
        let name = "octo/hello".parse().unwrap();
        let issue = snapshot.issue(&name, 1).unwrap().record.id();
        let comment = snapshot.comments(&name, 1).unwrap()[0].id;
        for (login, to, content) in [
            ("mona", issue, "+1"),
            ("hubot", issue, "+1"),
            ("hubot", issue, "hooray"),
            ("mona", comment, "heart"),
        ] {
            let mut tx = store.write(Actor::login(login), "react").unwrap();
            tx.repository("octo/hello")
                .unwrap()
                .react(to, content)
                .unwrap();
            tx.commit().unwrap();
        }
        let of_issue = format!("{ISSUES}/1/user_reactions");
        let all = client.get(&of_issue).expect(200);
        assert_eq!(all.header("total_count"), "3");
        let all = all.json();
        assert_eq!(texts(&all, "emoji_name"), ["like", "like", "party"]);
        assert!(all[0]["id"].is_string());
        assert_eq!(all[0]["emoji"], "👍");
        assert_eq!(all[1]["user"]["login"], "hubot");
        let likes = client
            .get(&format!("{of_issue}?emoji_name=like&page=2&per_page=1"))
            .expect(200);
        assert_eq!(likes.header("total_count"), "2");
        assert_eq!(likes.json()[0]["user"]["login"], "hubot");
        let none = client
            .get(&format!("{of_issue}?emoji_name=rocket"))
            .expect(200)
            .json();
        assert_eq!(none, json!([]));
        let of_comment = format!("{ISSUES}/comment/{number}/user_reactions");
        let of_comment = client.get(&of_comment).expect(200).json();
        assert_eq!(texts(&of_comment, "emoji_name"), ["love"]);
        client
            .get(&format!("{ISSUES}/9/user_reactions"))
            .expect(404);
        client
            .get(&format!("{ISSUES}/comment/9/user_reactions"))
            .expect(404);
    }

    /// What GitCode stated comes back as it was stated.
    pub(super) fn of_an_import(client: &Client) {
        let store = StoreOptions::new().in_memory().unwrap();
        gitcode::import(&store, &gitcode::sample());
        let client = client.beside(store);
        let sampled = gitcode::sampled();
        let base = "/api/v5/repos/yunlu/nongli/issues";
        let ids = |list: &[Value]| {
            list.iter()
                .map(|one| one["id"].to_string())
                .collect::<Vec<_>>()
        };
        let of = |path: &str| {
            let list = client.get(&format!("{base}/{path}")).expect(200).json();
            list.as_array().unwrap().clone()
        };
        for (file, expected) in &sampled {
            let Some((folder, name)) = file.split_once('/') else {
                continue;
            };
            let path = match name.split_once('/') {
                Some((_, comment)) => format!("comment/{}", comment.trim_end_matches(".ndjson")),
                None => name.trim_end_matches(".ndjson").to_owned(),
            };
            assert_eq!(
                ids(&of(&format!("{path}/{folder}"))),
                ids(expected),
                "{file}"
            );
        }
        let logs = of("4/operate_logs");
        let stated = &sampled["operate_logs/4.ndjson"];
        for (log, stated) in logs.iter().zip(stated) {
            for key in [
                "content",
                "action_type",
                "created_at",
                "update_at",
                "issue_id",
            ] {
                assert_eq!(log[key], stated[key], "{key}");
            }
        }
        // What is done here then stands before it.
        client
            .patch(&format!("{base}/4"), &json!({"title": "Another title"}))
            .expect(200);
        let after = of("4/operate_logs");
        assert_eq!(after[1..], logs[..]);
        assert_eq!(after[0]["action_type"], "title");
    }
}
