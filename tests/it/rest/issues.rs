//! One issue: shown, created, edited.

use std::time::Duration;

use backlot_core::{NewIssue, RepositoryEdit, Store, StoreOptions};
use backlot_model::Actor;
use serde_json::{Value, json};

use super::cases;
use super::client::{ADDRESS, Client};

cases!(
    shown,
    created_with_all_that_a_body_can_say,
    created_with_texts_numbers_and_objects,
    bodies_that_are_refused,
    lists_replaced_and_cleared,
    closed_and_opened_again,
    closed_as_a_duplicate,
    what_is_not_mentioned_stays,
    what_needs_push_access_is_dropped,
    what_needs_push_access_is_refused,
    authors_edit_their_own,
    deleted_and_moved,
    switched_off_and_archived,
    busy,
);

const ISSUES: &str = "/repos/octo/hello/issues";

/// The texts under a key of the objects of a list.
fn each(list: &Value, key: &str) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|object| object[key].as_str().unwrap().to_owned())
        .collect()
}

/// `octo/hello` with three issues, of which the second was deleted and the third went to `octo/other`.
fn changed_store() -> Store {
    let store = StoreOptions::new().in_memory().unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    tx.create_repository(&"octo/other".parse().unwrap())
        .unwrap();
    let mut repository = tx
        .create_repository(&"octo/hello".parse().unwrap())
        .unwrap();
    for title in ["Stays", "Deleted", "Moved"] {
        repository.create_issue(NewIssue::titled(title)).unwrap();
    }
    repository.delete_issue(2).unwrap();
    repository.transfer_issue(3, "octo/other").unwrap();
    tx.commit().unwrap();
    store
}

/// Edits the repository of a client's store.
fn edit_repository(client: &Client, edit: &RepositoryEdit) {
    let store = client.api.store();
    let mut tx = store.write(Actor::login("mona"), "edit").unwrap();
    tx.repository("octo/hello").unwrap().edit(edit).unwrap();
    tx.commit().unwrap();
}

mod cases {
    use super::*;

    pub(super) fn shown(client: &Client) {
        let shown = client.get(&format!("{ISSUES}/1")).expect(200);
        let issue = shown.json();
        assert_eq!(issue["title"], "Crash on start");
        assert_eq!(issue["url"], format!("{ADDRESS}/repos/octo/hello/issues/1"));
        assert_eq!(issue["user"]["login"], "mona");
        assert_eq!(issue["milestone"]["number"], 1);
        assert_eq!(each(&issue["labels"], "name"), ["bug"]);
        let known = client.with("if-none-match", shown.header("etag"));
        let known = known.get(&format!("{ISSUES}/1")).expect(304);
        assert!(known.body.is_empty());
        let old = client.with("if-modified-since", "Tue, 02 Jan 2024 03:04:05 GMT");
        old.get(&format!("{ISSUES}/1")).expect(200);
        let head = client.send(http::Method::HEAD, &format!("{ISSUES}/1"), "");
        let head = head.expect(200);
        assert!(head.body.is_empty());
        assert_eq!(head.header("etag"), shown.header("etag"));
        // Whoever may read does, and names have no case.
        client
            .as_nobody()
            .get("/repos/OCTO/Hello/issues/1")
            .expect(200);
        for path in [
            "/repos/octo/hello/issues/9",
            "/repos/octo/hello/issues/x",
            "/repos/octo/none/issues/1",
        ] {
            client.get(path).expect(404);
        }
    }

    pub(super) fn created_with_all_that_a_body_can_say(client: &Client) {
        let new = json!({
            "title": "No sound",
            "body": "It is *quiet*.",
            "labels": ["bug", "audio"],
            "assignees": ["hubot", "mona"],
            "milestone": 1,
            "type": "Bug",
            "issue_field_values": [],
            "unknown": [1, {}],
        });
        let reply = client.post(ISSUES, &new).expect(201);
        let made = reply.json();
        assert_eq!(made["number"], 3);
        assert_eq!(made["title"], "No sound");
        assert_eq!(made["body"], "It is *quiet*.");
        assert_eq!(made["state"], "open");
        assert_eq!(made["user"]["login"], "mona");
        assert_eq!(made["type"]["name"], "Bug");
        assert_eq!(made["milestone"]["title"], "Beta");
        assert_eq!(each(&made["labels"], "name"), ["bug", "audio"]);
        assert_eq!(each(&made["assignees"], "login"), ["hubot", "mona"]);
        assert_eq!(made["assignee"]["login"], "hubot");
        assert_eq!(reply.header("location"), made["url"]);
        // The label that was not there was made, grey.
        let label = client
            .get("/repos/octo/hello/labels/audio")
            .expect(200)
            .json();
        assert_eq!(label["color"], "ededed");
        assert_eq!(client.get(&format!("{ISSUES}/3")).expect(200).json(), made);

        let newer = client.with("x-github-api-version", "2026-03-10");
        let shown = newer.get(&format!("{ISSUES}/3")).expect(200).json();
        assert_eq!(shown.get("assignee"), None);
        assert_eq!(each(&shown["assignees"], "login"), ["hubot", "mona"]);
        // It does not know the key in a body either.
        let new = json!({"title": "Newer", "assignee": "hubot"});
        let made = newer.post(ISSUES, &new).expect(201).json();
        assert_eq!(made["assignees"], json!([]));
    }

    pub(super) fn created_with_texts_numbers_and_objects(client: &Client) {
        let bug = client
            .get("/repos/octo/hello/labels/bug")
            .expect(200)
            .json();
        let new = json!({
            "title": 42,
            "body": null,
            "labels": [{"name": "ui", "color": "ff0000"}, {"id": bug["id"]}],
            "assignees": [{"login": "hubot"}],
            "milestone": "1",
            "type": {"value": "Task"},
        });
        let made = client.post(ISSUES, &new).expect(201).json();
        assert_eq!(
            (made["title"].as_str(), &made["body"]),
            (Some("42"), &Value::Null)
        );
        assert_eq!(each(&made["labels"], "name"), ["ui", "bug"]);
        assert_eq!(each(&made["assignees"], "login"), ["hubot"]);
        assert_eq!(
            (&made["milestone"]["number"], &made["type"]["name"]),
            (&json!(1), &json!("Task"))
        );

        let new = json!({"title": "Bare", "assignee": "hubot", "milestone": "", "type": null});
        let made = client.post(ISSUES, &new).expect(201).json();
        assert_eq!(each(&made["assignees"], "login"), ["hubot"]);
        assert_eq!(
            (&made["milestone"], &made["type"]),
            (&Value::Null, &Value::Null)
        );
        let new = json!({"title": "Barer", "assignee": null, "milestone": null});
        let made = client.post(ISSUES, &new).expect(201).json();
        assert_eq!(made["assignees"], json!([]));
    }

    pub(super) fn bodies_that_are_refused(client: &Client) {
        let text = |body: &str, status| {
            client
                .send(http::Method::POST, ISSUES, body)
                .expect(status)
                .json()
        };
        assert_eq!(
            text("{\"title\": ", 400)["message"],
            "Problems parsing JSON"
        );
        assert_eq!(text("[1]", 400)["message"], "Body should be a JSON object");
        assert_eq!(
            text("{}", 422)["message"],
            "Invalid request.\n\n\"title\" wasn't supplied."
        );
        let blank = text("{\"title\": \" \"}", 422);
        assert_eq!(blank["message"], "Validation Failed");
        assert_eq!(blank["status"], "422");
        assert_eq!(
            blank["errors"],
            json!([{"resource": "Issue", "field": "title", "code": "missing_field"}])
        );
        let fault = |mut body: Value| {
            if body.get("title").is_none() {
                body["title"] = "x".into();
            }
            let reply = client.post(ISSUES, &body).expect(422).json();
            (
                reply["errors"][0]["field"].clone(),
                reply["errors"][0]["code"].clone(),
            )
        };
        assert_eq!(
            fault(json!({"title": "x".repeat(257)})),
            (json!("title"), json!("custom"))
        );
        assert_eq!(
            fault(json!({"body": "x".repeat(65_537)})),
            (json!("body"), json!("custom"))
        );
        assert_eq!(
            fault(json!({"milestone": 7})),
            (json!("milestone"), json!("invalid"))
        );
        assert_eq!(
            fault(json!({"milestone": "Beta"})),
            (json!("milestone"), json!("invalid"))
        );
        assert_eq!(
            fault(json!({"labels": ["x".repeat(51)]})),
            (json!("name"), json!("custom"))
        );
        assert_eq!(
            fault(json!({"labels": [{"id": 7}]})),
            (json!("id"), json!("invalid"))
        );
        let many: Vec<_> = (0..11).map(|at| format!("user{at}")).collect();
        assert_eq!(fault(json!({"assignees": many})).0, "assignees");

        let message =
            |body: Value| client.post(ISSUES, &body).expect(422).json()["message"].clone();
        let both = json!({"title": "x", "assignee": "mona", "assignees": ["hubot"]});
        assert_eq!(
            message(both),
            "You cannot pass both assignee and assignees. Only one may be provided."
        );
        assert_eq!(
            message(json!({"title": "x", "labels": null})),
            "Invalid request.\n\nFor 'properties/labels', nil is not an array."
        );
        for wrong in [
            json!({"title": ["x"]}),
            json!({"title": "x", "body": 1}),
            json!({"title": "x", "labels": "bug"}),
            json!({"title": "x", "labels": [1]}),
            json!({"title": "x", "assignees": [{"name": "mona"}]}),
            json!({"title": "x", "milestone": [1]}),
            json!({"title": "x", "type": 1}),
        ] {
            let message = message(wrong.clone());
            assert!(
                message
                    .as_str()
                    .unwrap()
                    .starts_with("Invalid request.\n\nFor '"),
                "{wrong}: {message}"
            );
        }
        // What is far too much is refused at once.
        let far: Vec<_> = (0..100_000).map(|at| format!("{at}")).collect();
        let far = json!({"title": "x", "labels": far});
        let far = client.post(ISSUES, &far).expect(422).json();
        assert_eq!(far["errors"][0]["field"], "labels");
        client
            .post("/repos/octo/none/issues", &json!({"title": "x"}))
            .expect(404);
        client
            .as_nobody()
            .post(ISSUES, &json!({"title": "x"}))
            .expect(401);
        client
            .with_headers(&[("authorization", "token wrong")])
            .get(ISSUES)
            .expect(401);
        // Nothing of what was refused is there.
        let all = client
            .get(&format!("{ISSUES}?state=all"))
            .expect(200)
            .json();
        assert_eq!(all.as_array().unwrap().len(), 2);
        client.get("/repos/octo/hello/labels/x").expect(404);
    }

    pub(super) fn lists_replaced_and_cleared(client: &Client) {
        let one = format!("{ISSUES}/1");
        let edit = |body: Value| client.patch(&one, &body).expect(200).json();
        let edited = edit(
            json!({"labels": ["ui", {"name": "new"}], "assignees": ["hubot", {"login": "mona"}]}),
        );
        assert_eq!(each(&edited["labels"], "name"), ["ui", "new"]);
        assert_eq!(each(&edited["assignees"], "login"), ["hubot", "mona"]);
        let edited = edit(json!({"assignee": "mona"}));
        assert_eq!(each(&edited["assignees"], "login"), ["mona"]);
        assert_eq!(edit(json!({"assignee": null}))["assignees"], json!([]));
        edit(json!({"assignee": "mona"}));
        assert_eq!(edit(json!({"assignee": ""}))["assignees"], json!([]));
        edit(json!({"assignees": ["mona"]}));
        let edited = edit(json!({"labels": [], "assignees": [], "body": null}));
        assert_eq!(
            (&edited["labels"], &edited["assignees"]),
            (&json!([]), &json!([]))
        );
        assert_eq!(edited["body"], Value::Null);
        assert_eq!(edit(json!({"milestone": null}))["milestone"], Value::Null);
        assert_eq!(edit(json!({"milestone": "1"}))["milestone"]["number"], 1);
        assert_eq!(edit(json!({"milestone": ""}))["milestone"], Value::Null);
        assert_eq!(edit(json!({"milestone": 1}))["milestone"]["number"], 1);
        assert_eq!(edit(json!({"type": "Bug"}))["type"]["name"], "Bug");
        assert_eq!(
            edit(json!({"type": {"value": "Task"}}))["type"]["name"],
            "Task"
        );
        assert_eq!(edit(json!({"type": null}))["type"], Value::Null);
        client.patch(&one, &json!({"milestone": 9})).expect(422);
        client
            .patch(&one, &json!({"assignee": "a", "assignees": ["b"]}))
            .expect(422);
        client.patch(&one, &json!({"assignees": null})).expect(422);
        client.send(http::Method::PATCH, &one, "{").expect(400);
    }

    pub(super) fn closed_and_opened_again(client: &Client) {
        let one = format!("{ISSUES}/1");
        let edit = |body: Value| client.patch(&one, &body).expect(200).json();
        let closed = edit(json!({"state": "closed"}));
        assert_eq!(
            (closed["state"].as_str(), closed["state_reason"].as_str()),
            (Some("closed"), Some("completed"))
        );
        assert_eq!(closed["closed_by"]["login"], "mona");
        assert!(closed["closed_at"].is_string());
        // A reason counts only where the state changes.
        let same = edit(json!({"state": "closed", "state_reason": "not_planned"}));
        assert_eq!(same["state_reason"], "completed");
        let same = edit(json!({"state_reason": "not_planned"}));
        assert_eq!(same["state_reason"], "completed");
        let opened = edit(json!({"state": "open"}));
        assert_eq!(
            (opened["state"].as_str(), opened["state_reason"].as_str()),
            (Some("open"), Some("reopened"))
        );
        assert_eq!(
            (&opened["closed_at"], &opened["closed_by"]),
            (&Value::Null, &Value::Null)
        );
        let closed = edit(json!({"state": "closed", "state_reason": "not_planned"}));
        assert_eq!(closed["state_reason"], "not_planned");
        let opened = edit(json!({"state": "open", "state_reason": "reopened"}));
        assert_eq!(opened["state_reason"], "reopened");
        let closed = edit(json!({"state": "closed", "state_reason": null}));
        assert_eq!(closed["state_reason"], "completed");
        for wrong in [
            json!({"state": "shut"}),
            json!({"state": "open", "state_reason": "done"}),
            json!({"state": "open", "state_reason": "not_planned"}),
            json!({"state": 1}),
        ] {
            client.patch(&one, &wrong).expect(422);
        }
        let shut = client.patch(&one, &json!({"state": "shut"})).json();
        assert_eq!(
            shut["errors"],
            json!([{"resource": "Issue", "field": "state", "code": "invalid", "value": "shut"}])
        );
    }

    pub(super) fn closed_as_a_duplicate(client: &Client) {
        let two = client.get(&format!("{ISSUES}/2")).expect(200).json();
        let one = format!("{ISSUES}/1");
        let unknown =
            json!({"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": 12});
        let unknown = client.patch(&one, &unknown).expect(422).json();
        assert_eq!(unknown["errors"][0]["field"], "duplicate_issue_id");
        // Without the reason it is ignored.
        let ignored = json!({"state": "open", "duplicate_issue_id": 12});
        client.patch(&one, &ignored).expect(200);
        let edit = json!({"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": two["id"]});
        let closed = client.patch(&one, &edit).expect(200).json();
        assert_eq!(
            (closed["state"].as_str(), closed["state_reason"].as_str()),
            (Some("closed"), Some("duplicate"))
        );
        let snapshot = client.api.store().read().unwrap();
        let issue = snapshot.issue(&"octo/hello".parse().unwrap(), 1).unwrap();
        assert_eq!(
            issue.duplicate_of.map(|canonical| canonical.number),
            Some(2)
        );
    }

    pub(super) fn what_is_not_mentioned_stays(client: &Client) {
        let one = format!("{ISSUES}/1");
        let before = client.get(&one).expect(200).json();
        assert_eq!(client.patch(&one, &json!({})).expect(200).json(), before);
        assert_eq!(
            client
                .send(http::Method::PATCH, &one, "")
                .expect(200)
                .json(),
            before
        );
        let null =
            json!({"title": null, "state_reason": null, "unknown": 1, "issue_field_values": []});
        assert_eq!(client.patch(&one, &null).expect(200).json(), before);
        let edited = client
            .patch(&one, &json!({"title": "Crash", "body": "Again."}))
            .expect(200)
            .json();
        assert_eq!(
            (&edited["title"], &edited["body"]),
            (&json!("Crash"), &json!("Again."))
        );
        for key in [
            "labels",
            "milestone",
            "state",
            "assignees",
            "number",
            "id",
            "created_at",
        ] {
            assert_eq!(edited[key], before[key], "{key}");
        }
        client
            .patch(&format!("{ISSUES}/9"), &json!({"title": "x"}))
            .expect(404);
        client
            .as_nobody()
            .patch(&one, &json!({"title": "x"}))
            .expect(401);
    }

    pub(super) fn what_needs_push_access_is_dropped(client: &Client) {
        let new = json!({
            "title": "From outside", "body": "Please.", "labels": ["bug", "mine"], "assignees": ["reader"],
            "milestone": 1, "type": "Bug",
        });
        let made = client.as_reader().post(ISSUES, &new).expect(201).json();
        assert_eq!(
            (&made["title"], &made["user"]["login"]),
            (&json!("From outside"), &json!("reader"))
        );
        for key in ["labels", "assignees"] {
            assert_eq!(made[key], json!([]), "{key}");
        }
        assert_eq!(
            (&made["milestone"], &made["type"]),
            (&Value::Null, &Value::Null)
        );
        client.get("/repos/octo/hello/labels/mine").expect(404);
    }

    pub(super) fn what_needs_push_access_is_refused(client: &Client) {
        let strict = client.refusing();
        let reader = strict.as_reader();
        for wrong in [
            json!({"labels": ["bug"]}),
            json!({"assignees": ["reader"]}),
            json!({"milestone": 1}),
            json!({"type": "Bug"}),
        ] {
            let mut new = wrong.clone();
            new["title"] = "x".into();
            reader.post(ISSUES, &new).expect(403);
        }
        // What says nothing is nothing to refuse.
        let bare = json!({"title": "x", "labels": [], "assignees": [], "milestone": null});
        reader.post(ISSUES, &bare).expect(201);
        reader
            .patch(&format!("{ISSUES}/3"), &json!({"labels": ["bug"]}))
            .expect(403);
    }

    pub(super) fn authors_edit_their_own(client: &Client) {
        let reader = client.as_reader();
        let made = reader
            .post(ISSUES, &json!({"title": "Mine"}))
            .expect(201)
            .json();
        let mine = format!("{ISSUES}/{}", made["number"]);
        let edit =
            json!({"title": "Still mine", "body": "b", "state": "closed", "labels": ["bug"]});
        let edited = reader.patch(&mine, &edit).expect(200).json();
        assert_eq!(edited["title"], "Still mine");
        assert_eq!(edited["state"], "closed");
        assert_eq!(edited["labels"], json!([]));
        let refused = reader.patch(&format!("{ISSUES}/1"), &json!({"title": "x"}));
        assert_eq!(
            refused.expect(403).json()["message"],
            "Must have admin rights to Repository."
        );
        // Who keeps order may edit what others wrote, and label it.
        let edit = json!({"state": "open", "labels": ["bug"]});
        let edited = client.as_triager().patch(&mine, &edit).expect(200).json();
        assert_eq!(
            (edited["state"].as_str(), each(&edited["labels"], "name")),
            (Some("open"), vec!["bug".to_owned()])
        );
    }

    pub(super) fn deleted_and_moved(client: &Client) {
        let client = client.beside(changed_store());
        let gone = client.get(&format!("{ISSUES}/2")).expect(410).json();
        assert_eq!(gone["message"], "This issue was deleted");
        client
            .patch(&format!("{ISSUES}/2"), &json!({"title": "x"}))
            .expect(410);
        let there = format!("{ADDRESS}/repos/octo/other/issues/1");
        let edit = json!({"title": "x"}).to_string();
        for (method, body) in [
            (http::Method::GET, ""),
            (http::Method::PATCH, edit.as_str()),
        ] {
            let moved = client
                .send(method, &format!("{ISSUES}/3"), body)
                .expect(301);
            assert_eq!(moved.header("location"), there);
            assert_eq!(moved.json()["message"], "Moved Permanently");
            assert_eq!(moved.json()["url"], there);
        }
        client.get("/repos/octo/other/issues/1").expect(200);
        let comments = client
            .get(&format!("{ISSUES}/3/comments?per_page=5"))
            .expect(301);
        let place = format!("{there}/comments?per_page=5");
        assert_eq!(comments.header("location"), place);
    }

    pub(super) fn switched_off_and_archived(client: &Client) {
        edit_repository(client, &RepositoryEdit::default().issues(false));
        let off = client
            .post(ISSUES, &json!({"title": "x"}))
            .expect(410)
            .json();
        assert_eq!(off["message"], "Issues are disabled for this repo");
        client.get(&format!("{ISSUES}/1")).expect(410);
        client
            .patch(&format!("{ISSUES}/1"), &json!({"title": "x"}))
            .expect(410);
        assert_eq!(client.get(ISSUES).expect(200).json(), json!([]));
        edit_repository(
            client,
            &RepositoryEdit::default().issues(true).archived(true),
        );
        let archived = client
            .post(ISSUES, &json!({"title": "x"}))
            .expect(403)
            .json();
        assert_eq!(
            archived["message"],
            "Repository was archived so is read-only."
        );
        client
            .patch(&format!("{ISSUES}/1"), &json!({"title": "x"}))
            .expect(403);
        let shown = client.get(&format!("{ISSUES}/1")).expect(200).json();
        assert_eq!(shown["title"], "Crash on start");
    }

    pub(super) fn busy(client: &Client) {
        let options = StoreOptions::new().patience(Duration::ZERO);
        let store = options.in_memory().unwrap();
        let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
        let mut repository = tx
            .create_repository(&"octo/hello".parse().unwrap())
            .unwrap();
        repository.create_issue(NewIssue::titled("One")).unwrap();
        tx.commit().unwrap();
        let client = client.beside(store.clone());
        let open = store.write(Actor::login("hubot"), "long").unwrap();
        std::thread::scope(|threads| {
            threads.spawn(|| {
                let busy = client.post(ISSUES, &json!({"title": "x"})).expect(503);
                assert_eq!(busy.header("retry-after"), "1");
                client
                    .patch(&format!("{ISSUES}/1"), &json!({"title": "x"}))
                    .expect(503);
                // Reading goes on.
                client.get(&format!("{ISSUES}/1")).expect(200);
            });
        });
        drop(open);
        client.post(ISSUES, &json!({"title": "x"})).expect(201);
    }
}
