//! Sub-issues.

use serde_json::json;

use super::cases;

cases!(
    added_listed_moved_removed,
    one_parent_and_no_circles,
    what_is_missing_is_told,
    in_other_repositories,
    issues_that_went_away,
);

/// The number by which GitHub's API calls an issue in whatever repository.
pub(super) fn id_of(client: &crate::rest::client::Client, issue: &str) -> u64 {
    let shown = client.get(&format!("/repos/{issue}")).expect(200).json();
    shown["id"].as_u64().unwrap()
}

/// Makes issues in a repository of the store, which is made where it is not there yet.
pub(super) fn make_issues(client: &crate::rest::client::Client, repository: &str, titles: &[&str]) {
    let mona = backlot_model::Actor::login("mona");
    let mut tx = client.api.store().write(mona, "plan").unwrap();
    if tx.repository(repository).is_err() {
        tx.create_repository(&repository.parse().unwrap()).unwrap();
    }
    let mut repository = tx.repository(repository).unwrap();
    for title in titles {
        let issue = backlot_core::NewIssue::titled(*title);
        repository.create_issue(issue).unwrap();
    }
    tx.commit().unwrap();
}

/// Deletes issue 1 of `octo/hello` and takes issue 2 to `octo/other`.
pub(super) fn send_away(client: &crate::rest::client::Client) {
    let mona = backlot_model::Actor::login("mona");
    let mut tx = client.api.store().write(mona, "away").unwrap();
    tx.create_repository(&"octo/other".parse().unwrap())
        .unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    repository.delete_issue(1).unwrap();
    repository.transfer_issue(2, "octo/other").unwrap();
    tx.commit().unwrap();
}

/// The numbers of the issues in a list.
pub(super) fn numbers(list: &serde_json::Value) -> Vec<u64> {
    let list = list.as_array().unwrap().iter();
    list.map(|issue| issue["number"].as_u64().unwrap())
        .collect()
}

mod cases {
    use serde_json::Value;

    use super::{id_of, json, make_issues, numbers, send_away};
    use crate::rest::client::{ADDRESS, Client};

    const ONE: &str = "/repos/octo/hello/issues/1";
    const LIST: &str = "/repos/octo/hello/issues/1/sub_issues";
    const REMOVE: &str = "/repos/octo/hello/issues/1/sub_issue";
    const PRIORITY: &str = "/repos/octo/hello/issues/1/sub_issues/priority";

    fn here(client: &Client, number: u64) -> u64 {
        id_of(client, &format!("octo/hello/issues/{number}"))
    }

    fn remove(client: &Client, body: &Value) -> crate::rest::client::Reply {
        client.send(http::Method::DELETE, REMOVE, &body.to_string())
    }

    pub(super) fn added_listed_moved_removed(client: &Client) {
        make_issues(client, "octo/hello", &["Three", "Four"]);
        assert_eq!(client.get(LIST).expect(200).json(), json!([]));
        client.get("/repos/octo/hello/issues/2/parent").expect(404);
        let ids: Vec<u64> = [2, 3, 4].map(|number| here(client, number)).to_vec();
        for (count, id) in (1..).zip(&ids) {
            let parent = client
                .post(LIST, &json!({"sub_issue_id": id}))
                .expect(201)
                .json();
            // The answer is the issue that has one more part now.
            assert_eq!(parent["number"], 1);
            assert_eq!(parent["sub_issues_summary"]["total"], count);
        }
        let list = client.get(LIST).expect(200).json();
        assert_eq!(numbers(&list), [2, 3, 4]);
        let parent = client
            .get("/repos/octo/hello/issues/3/parent")
            .expect(200)
            .json();
        assert_eq!(parent["number"], 1);
        assert_eq!(list[1]["parent_issue_url"], format!("{ADDRESS}{ONE}"));
        let page = client.get(&format!("{LIST}?per_page=2&page=2")).expect(200);
        assert_eq!(numbers(&page.json()), [4]);
        assert!(page.header("link").contains("rel=\"prev\""));

        let moved = |body: &Value| {
            let parent = client.patch(PRIORITY, body).expect(200).json();
            assert_eq!(parent["number"], 1);
            numbers(&client.get(LIST).expect(200).json())
        };
        assert_eq!(
            moved(&json!({"sub_issue_id": ids[2], "before_id": ids[0]})),
            [4, 2, 3]
        );
        assert_eq!(
            moved(&json!({"sub_issue_id": ids[0], "after_id": ids[1]})),
            [4, 3, 2]
        );
        let all = json!({"sub_issue_id": ids[0], "after_id": ids[1], "before_id": ids[2]});
        client.patch(PRIORITY, &all).expect(422);
        client
            .patch(PRIORITY, &json!({"sub_issue_id": ids[0]}))
            .expect(422);
        client
            .patch(PRIORITY, &json!({"sub_issue_id": 77, "after_id": ids[0]}))
            .expect(404);
        client
            .patch(
                PRIORITY,
                &json!({"sub_issue_id": ids[0], "after_id": here(client, 1)}),
            )
            .expect(422);
        client
            .patch(PRIORITY, &json!({"after_id": ids[0]}))
            .expect(422);
        client.as_reader().patch(PRIORITY, &all).expect(403);

        let parent = remove(client, &json!({"sub_issue_id": ids[1]}))
            .expect(200)
            .json();
        assert_eq!(parent["sub_issues_summary"]["total"], 2);
        assert_eq!(numbers(&client.get(LIST).json()), [4, 2]);
        remove(client, &json!({"sub_issue_id": ids[1]})).expect(404);
        client.get("/repos/octo/hello/issues/3/parent").expect(404);
    }

    pub(super) fn one_parent_and_no_circles(client: &Client) {
        make_issues(client, "octo/hello", &["Three"]);
        let (one, two, three) = (here(client, 1), here(client, 2), here(client, 3));
        client.post(LIST, &json!({"sub_issue_id": two})).expect(201);
        let again = client
            .post(LIST, &json!({"sub_issue_id": two}))
            .expect(422)
            .json();
        assert!(
            again["message"]
                .as_str()
                .unwrap()
                .contains("may only have one parent")
        );
        let of_three = "/repos/octo/hello/issues/3/sub_issues";
        let body = json!({"sub_issue_id": two, "replace_parent": false});
        client.post(of_three, &body).expect(422);
        let body = json!({"sub_issue_id": two, "replace_parent": true});
        client.post(of_three, &body).expect(201);
        assert_eq!(numbers(&client.get(of_three).json()), [2]);
        assert_eq!(client.get(LIST).json(), json!([]));
        // Not itself, and nothing above itself.
        let of_two = "/repos/octo/hello/issues/2/sub_issues";
        client
            .post(of_two, &json!({"sub_issue_id": two}))
            .expect(422);
        client
            .post(of_two, &json!({"sub_issue_id": three}))
            .expect(422);
        client
            .post(of_two, &json!({"sub_issue_id": one}))
            .expect(201);
    }

    pub(super) fn what_is_missing_is_told(client: &Client) {
        let told = client
            .post(LIST, &json!({"sub_issue_id": 77}))
            .expect(404)
            .json();
        assert_eq!(told["message"], "The provided sub-issue does not exist");
        let told = client.post(LIST, &json!({})).expect(422).json();
        assert_eq!(
            told["message"],
            "Invalid request.\n\n\"sub_issue_id\" wasn't supplied."
        );
        client.post(LIST, &json!({"sub_issue_id": "2"})).expect(422);
        client
            .post(LIST, &json!({"sub_issue_id": 2, "replace_parent": "yes"}))
            .expect(422);
        remove(client, &json!({})).expect(400);
        remove(client, &json!({"sub_issue_id": "x"})).expect(400);
        remove(client, &json!({"sub_issue_id": 77})).expect(404);
        let two = here(client, 2);
        let reader = client.as_reader();
        reader.post(LIST, &json!({"sub_issue_id": two})).expect(403);
        remove(&reader, &json!({"sub_issue_id": two})).expect(403);
        client
            .as_nobody()
            .post(LIST, &json!({"sub_issue_id": two}))
            .expect(401);
        assert_eq!(reader.get(LIST).expect(200).json(), json!([]));
    }

    pub(super) fn in_other_repositories(client: &Client) {
        make_issues(client, "octo/other", &["There"]);
        make_issues(client, "mona/own", &["Mine"]);
        let there = id_of(client, "octo/other/issues/1");
        client
            .post(LIST, &json!({"sub_issue_id": there}))
            .expect(201);
        let list = client.get(LIST).expect(200).json();
        assert_eq!(
            (&list[0]["title"], &list[0]["id"]),
            (&json!("There"), &json!(there))
        );
        let parent = client
            .get("/repos/octo/other/issues/1/parent")
            .expect(200)
            .json();
        assert_eq!(parent["url"], format!("{ADDRESS}{ONE}"));
        // Those of other owners cannot be parts.
        let mine = id_of(client, "mona/own/issues/1");
        let told = client
            .post(LIST, &json!({"sub_issue_id": mine}))
            .expect(422)
            .json();
        assert_eq!(told["errors"][0]["field"], "sub_issue_id");
    }

    pub(super) fn issues_that_went_away(client: &Client) {
        make_issues(client, "octo/hello", &["Three"]);
        let three = here(client, 3);
        client
            .post(LIST, &json!({"sub_issue_id": three}))
            .expect(201);
        client
            .post(
                "/repos/octo/hello/issues/2/sub_issues",
                &json!({"sub_issue_id": three, "replace_parent": true}),
            )
            .expect(201);
        send_away(client);
        for (number, status) in [(1, 410), (2, 301), (9, 404)] {
            let issue = format!("/repos/octo/hello/issues/{number}");
            let body = json!({"sub_issue_id": three, "after_id": three});
            client.get(&format!("{issue}/sub_issues")).expect(status);
            client.get(&format!("{issue}/parent")).expect(status);
            client
                .post(&format!("{issue}/sub_issues"), &body)
                .expect(status);
            client
                .patch(&format!("{issue}/sub_issues/priority"), &body)
                .expect(status);
            let path = format!("{issue}/sub_issue");
            client
                .send(http::Method::DELETE, &path, &body.to_string())
                .expect(status);
        }
        // What was transferred is the parent still.
        let parent = client
            .get("/repos/octo/hello/issues/3/parent")
            .expect(200)
            .json();
        assert_eq!(
            parent["url"],
            format!("{ADDRESS}/repos/octo/other/issues/1")
        );
    }
}
