//! GitCode's issues: listed, shown, opened, edited, and across repositories.

use super::cases;

cases!(
    one_is_shown_in_the_live_shape,
    lists_are_filtered,
    lists_are_filtered_by_time,
    lists_are_sorted,
    opened_and_edited,
    what_clears_and_what_does_not,
    states_are_closed_and_reopened,
    across_repositories,
    people_and_repositories,
);

mod cases {
    use serde_json::{Value, json};

    use crate::rest::client::{ADDRESS, Client};

    const ISSUES: &str = "/api/v5/repos/octo/hello/issues";

    fn numbers(client: &Client, path: &str) -> Vec<String> {
        let list = client.get(path).expect(200).json();
        let numbers = list.as_array().unwrap().iter();
        numbers
            .map(|issue| issue["number"].as_str().unwrap().to_owned())
            .collect()
    }

    fn beta(client: &Client) -> u64 {
        let list = client
            .get("/api/v5/repos/octo/hello/milestones")
            .expect(200)
            .json();
        list[0]["number"].as_u64().unwrap()
    }

    pub(super) fn one_is_shown_in_the_live_shape(client: &Client) {
        let issue = client.get(&format!("{ISSUES}/1")).expect(200).json();
        assert_eq!(issue["number"], "1");
        assert!(issue["id"].is_u64());
        assert_eq!(issue["html_url"], format!("{ADDRESS}/octo/hello/issues/1"));
        assert_eq!(issue["state"], "open");
        assert_eq!(issue["title"], "Crash on start");
        assert_eq!(issue["body"], "It **crashes**.");
        assert_eq!(issue["finished_at"], "");
        assert_eq!(issue["comments"], 0);
        assert_eq!(issue["user"]["login"], "mona");
        assert_eq!(issue["user"]["id"].as_str().unwrap().len(), 24);
        assert_eq!(issue["repository"]["full_name"], "octo/hello");
        assert_eq!(issue["labels"][0]["name"], "bug");
        assert!(
            issue["labels"][0]["color"]
                .as_str()
                .unwrap()
                .starts_with('#')
        );
        assert_eq!(issue["milestone"]["title"], "Beta");
        assert_eq!(issue["milestone"]["state"], "active");
        assert_eq!(issue["milestone"]["number"], beta(client));
        let created = issue["created_at"].as_str().unwrap();
        assert!(
            created.ends_with("+08:00") && created.len() == 25,
            "{created}"
        );
        // What is not there is absent, not null.
        for key in ["assignee", "assignees", "issue_type"] {
            assert_eq!(issue.get(key), None, "{key}");
        }
        let other = client.get(&format!("{ISSUES}/2")).expect(200).json();
        assert_eq!(other.get("milestone"), None);
        assert_eq!(other["assignee"]["login"], "hubot");
        assert_eq!(other["assignees"][0]["login"], "hubot");
        let list = client.get(ISSUES).expect(200).json();
        assert_eq!(list, json!([other, issue]));
    }

    pub(super) fn lists_are_filtered(client: &Client) {
        client
            .patch(
                &format!("{ISSUES}/2"),
                &json!({"state": "close", "labels": "bug,ui"}),
            )
            .expect(200);
        let reader = client.as_reader();
        reader
            .post(ISSUES, &json!({"title": "Slow start", "body": "Seconds!"}))
            .expect(201);
        for (query, expected) in [
            // All states, unless one is asked for.
            ("", vec!["3", "2", "1"]),
            ("state=all", vec!["3", "2", "1"]),
            ("state=open", vec!["3", "1"]),
            ("state=opened", vec!["3", "1"]),
            ("state=closed", vec!["2"]),
            ("labels=bug", vec!["2", "1"]),
            ("labels=BUG,ui", vec!["2"]),
            ("labels=none", vec![]),
            ("milestone=Beta", vec!["1"]),
            ("milestone=none", vec!["3", "2"]),
            ("milestone=*", vec!["1"]),
            // Milestones are filtered by title alone.
            ("milestone=1", vec![]),
            ("assignee=hubot", vec!["2"]),
            ("assignee=none", vec!["3", "1"]),
            ("assignee=*", vec!["2"]),
            ("creator=reader", vec!["3"]),
            ("creator=nobody", vec![]),
            ("search=start", vec!["3", "1"]),
            ("search=seconds", vec!["3"]),
            ("search=slow+start", vec!["3"]),
            ("search=zzz", vec![]),
            (
                "state=open&labels=bug&milestone=Beta&creator=mona",
                vec!["1"],
            ),
            ("unknown=1", vec!["3", "2", "1"]),
        ] {
            assert_eq!(
                numbers(client, &format!("{ISSUES}?{query}")),
                expected,
                "{query}"
            );
        }
        client.get(&format!("{ISSUES}?state=ajar")).expect(400);
    }

    pub(super) fn lists_are_filtered_by_time(client: &Client) {
        let created = client.get(&format!("{ISSUES}/1")).expect(200).json()["created_at"].clone();
        let exactly = created.as_str().unwrap().replace('+', "%2B");
        let (past, future) = (
            "2001-01-01T00:00:00.000%2B08:00",
            "2999-01-01T00:00:00%2B08:00",
        );
        let all = ["2", "1"];
        for (name, from_past, from_future) in [
            ("since", true, false),
            ("created_at", true, false),
            ("created_after", true, false),
            ("created_before", false, true),
            ("updated_after", true, false),
            ("updated_before", false, true),
        ] {
            let of = |at: &str| numbers(client, &format!("{ISSUES}?{name}={at}"));
            assert_eq!(of(past) == all, from_past, "{name}");
            assert_eq!(of(future) == all, from_future, "{name}");
            // The moment that is shown is inside, whatever its milliseconds are.
            assert_eq!(of(&exactly), all, "{name}={exactly}");
            // A plus sign that is not encoded, a day, and no moment at all.
            assert_eq!(of("2001-01-01T00:00:00+08:00") == all, from_past, "{name}");
            assert_eq!(of("2999-01-01") == all, from_future, "{name}");
            client
                .get(&format!("{ISSUES}?{name}=yesterday"))
                .expect(400);
        }
    }

    pub(super) fn lists_are_sorted(client: &Client) {
        client.post(ISSUES, &json!({"title": "Third"})).expect(201);
        // Moments that are shown have seconds, and those that are kept milliseconds.
        std::thread::sleep(std::time::Duration::from_millis(5));
        client
            .patch(&format!("{ISSUES}/1"), &json!({"title": "Edited"}))
            .expect(200);
        for (query, expected) in [
            ("", ["3", "2", "1"]),
            ("sort=created", ["3", "2", "1"]),
            ("sort=created&direction=asc", ["1", "2", "3"]),
            ("direction=asc", ["1", "2", "3"]),
            ("sort=updated", ["1", "3", "2"]),
            ("sort=updated&direction=desc", ["1", "3", "2"]),
            ("order_by=updated_at&sort=desc", ["1", "3", "2"]),
            ("order_by=created_at&sort=asc", ["1", "2", "3"]),
        ] {
            assert_eq!(
                numbers(client, &format!("{ISSUES}?{query}")),
                expected,
                "{query}"
            );
        }
        assert_eq!(
            numbers(client, &format!("{ISSUES}?sort=updated&direction=asc"))[2],
            "1"
        );
        client.get(&format!("{ISSUES}?sort=weight")).expect(400);
        client.get(&format!("{ISSUES}?direction=up")).expect(400);
    }

    pub(super) fn opened_and_edited(client: &Client) {
        let new = json!({
            "repo": "hello", "title": "Wrong page", "body": "On **two** sides.",
            "assignee": "hubot,mona", "milestone": beta(client), "labels": "bug,ui",
            "issue_type": "Bug", "security_hole": "false", "template_path": null,
            "issue_severity": "Major",
            "custom_fields": [{"field_name": "os", "field_values": ["x"]}],
        });
        let made = client
            .post("/api/v5/repos/octo/issues", &new)
            .expect(201)
            .json();
        assert_eq!(made["number"], "3");
        assert_eq!(made["user"]["login"], "mona");
        let logins: Vec<_> = made["assignees"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| &user["login"])
            .collect();
        assert_eq!(logins, ["hubot", "mona"]);
        assert_eq!(made["assignee"]["login"], "hubot");
        assert_eq!(made["milestone"]["title"], "Beta");
        assert_eq!(made["issue_type"], "Bug");
        assert_eq!(made, client.get(&format!("{ISSUES}/3")).expect(200).json());
        // The path that has the repository takes the same, and other words for assignees.
        let new = json!({"title": "By path", "assignees": ["hubot"], "assignee_ids": [1]});
        let by_path = client.post(ISSUES, &new).expect(201).json();
        assert_eq!(by_path["assignee"]["login"], "hubot");

        let edit = json!({
            "repo": "hello", "title": "Wrong pages", "body": "", "labels": "ui",
            "assignee": "hubot", "status": "TODO", "issue_type": "Task",
        });
        let edited = client
            .patch("/api/v5/repos/octo/issues/3", &edit)
            .expect(200)
            .json();
        assert_eq!(
            (&edited["title"], &edited["body"]),
            (&json!("Wrong pages"), &json!(""))
        );
        assert_eq!(edited["labels"].as_array().unwrap().len(), 1);
        assert_eq!(edited["assignees"].as_array().unwrap().len(), 1);
        assert_eq!(edited["issue_type"], "Task");
        // What is not named stays.
        assert_eq!(edited["milestone"]["title"], "Beta");
        let one = client
            .patch(&format!("{ISSUES}/3"), &json!({"body": "Both."}))
            .expect(200)
            .json();
        assert_eq!(
            (&one["title"], &one["body"]),
            (&json!("Wrong pages"), &json!("Both."))
        );
        client
            .patch(&format!("{ISSUES}/3"), &json!({"labels": ["bug"]}))
            .expect(400);
        client
            .patch(&format!("{ISSUES}/3"), &json!({"assignee_ids": [1]}))
            .expect(400);
        client
            .patch(&format!("{ISSUES}/3"), &json!({"title": ""}))
            .expect(400);
        client
            .patch(&format!("{ISSUES}/3"), &json!({"milestone": 12}))
            .expect(400);
        client
            .patch(&format!("{ISSUES}/99"), &json!({"title": "x"}))
            .expect(404);
        client
            .post(ISSUES, &json!({"body": "no title"}))
            .expect(400);
        client
            .post("/api/v5/repos/octo/none/issues", &json!({"title": "x"}))
            .expect(404);
    }

    pub(super) fn what_clears_and_what_does_not(client: &Client) {
        let issue = format!("{ISSUES}/1");
        let full = json!({"assignee": "hubot", "labels": "bug"});
        let before = client.patch(&issue, &full).expect(200).json();
        // Typed clients send null for all that they leave alone.
        let nulls = json!({
            "repo": "hello", "title": null, "body": null, "state": null, "assignee": null,
            "milestone": null, "labels": null, "security_hole": null,
        });
        let same = client
            .patch("/api/v5/repos/octo/issues/1", &nulls)
            .expect(200)
            .json();
        assert_eq!(same, before);
        let edited = |edit: Value| client.patch(&issue, &edit).expect(200).json();
        let milestone = json!(beta(client));
        assert_eq!(edited(json!({"assignee": ""})).get("assignee"), None);
        assert_eq!(edited(json!({"labels": ""}))["labels"], json!([]));
        // Null alone clears.
        assert_eq!(edited(json!({"milestone": null})).get("milestone"), None);
        for nothing in [json!(0), json!("")] {
            assert_eq!(
                edited(json!({"milestone": milestone}))["milestone"]["title"],
                "Beta"
            );
            assert_eq!(
                edited(json!({"milestone": nothing, "body": "x"})).get("milestone"),
                None
            );
        }
        assert_eq!(edited(json!({"body": null}))["body"], "");
        edited(full);
        assert_eq!(edited(json!({"assignee": null})).get("assignee"), None);
        assert_eq!(edited(json!({"labels": null}))["labels"], json!([]));
    }

    pub(super) fn states_are_closed_and_reopened(client: &Client) {
        let issue = format!("{ISSUES}/1");
        let closed = client
            .patch(&issue, &json!({"state": "close"}))
            .expect(200)
            .json();
        assert_eq!(closed["state"], "closed");
        assert!(closed["finished_at"].as_str().unwrap().ends_with("+08:00"));
        // Again is nothing new.
        let again = client
            .patch(&issue, &json!({"state": "close"}))
            .expect(200)
            .json();
        assert_eq!(again, closed);
        let open = client.patch(
            "/api/v5/repos/octo/issues/1?repo=hello&state=reopen",
            &json!({}),
        );
        let open = open.expect(200).json();
        assert_eq!(
            (&open["state"], &open["finished_at"]),
            (&json!("open"), &json!(""))
        );
        for state in ["closed", "open", "progressing", "x"] {
            let told = client
                .patch(&issue, &json!({"state": state}))
                .expect(400)
                .json();
            assert!(
                told["error_message"]
                    .as_str()
                    .unwrap()
                    .contains("reopen, close")
            );
        }
    }

    pub(super) fn across_repositories(client: &Client) {
        client
            .patch(&format!("{ISSUES}/1"), &json!({"assignee": "mona"}))
            .expect(200);
        client
            .as_reader()
            .post(ISSUES, &json!({"title": "Slow start"}))
            .expect(201);
        let own = "/api/v5/user/issues";
        assert_eq!(numbers(client, own), ["1"]);
        assert_eq!(
            numbers(client, &format!("{own}?filter=created")),
            ["2", "1"]
        );
        assert_eq!(
            numbers(client, &format!("{own}?filter=all&direction=asc")),
            ["1", "2"]
        );
        assert_eq!(
            numbers(client, &format!("{own}?filter=assigned&labels=bug")),
            ["1"]
        );
        for (state, count) in [
            ("open", 1),
            ("progressing", 1),
            ("closed", 0),
            ("rejected", 0),
            ("all", 1),
        ] {
            assert_eq!(
                numbers(client, &format!("{own}?state={state}")).len(),
                count,
                "{state}"
            );
        }
        client.get(&format!("{own}?filter=x")).expect(400);
        let of_owner = "/api/v5/orgs/OCTO/issues";
        assert_eq!(numbers(client, of_owner), ["3", "2", "1"]);
        assert_eq!(
            numbers(client, &format!("{of_owner}?filter=assigned")),
            ["1"]
        );
        assert_eq!(
            numbers(client, &format!("{of_owner}?state=all&page=2&per_page=2")),
            ["1"]
        );
        let search = "/api/v5/search/issues";
        assert_eq!(numbers(client, &format!("{search}?q=start")), ["3", "1"]);
        assert_eq!(
            numbers(
                client,
                &format!("{search}?q=start&sort=created_at&order=asc")
            ),
            ["1", "3"]
        );
        assert_eq!(
            numbers(
                client,
                &format!("{search}?q=start&sort=last_push_at&order=desc")
            )
            .len(),
            2
        );
        assert_eq!(
            numbers(
                client,
                &format!("{search}?q=start&repo=octo/hello&state=open")
            )
            .len(),
            2
        );
        assert_eq!(
            numbers(client, &format!("{search}?q=start&repo=octo/other")).len(),
            0
        );
        assert_eq!(
            numbers(client, &format!("{search}?q=start&state=closed")).len(),
            0
        );
        client.get(search).expect(400);
        client.get(&format!("{search}?q=start&repo=x")).expect(404);
        for _ in 0..50 {
            client
                .post(ISSUES, &json!({"title": "Start over"}))
                .expect(201);
        }
        // A page of a search has 50 at most.
        let page = client
            .get(&format!("{search}?q=start&per_page=100"))
            .expect(200);
        assert_eq!(
            (page.header("total_count"), page.header("total_page")),
            ("52", "2")
        );
        assert_eq!(page.json().as_array().unwrap().len(), 50);
    }

    pub(super) fn people_and_repositories(client: &Client) {
        let repository = client.get("/api/v5/repos/OCTO/Hello").expect(200).json();
        assert_eq!(repository["full_name"], "octo/hello");
        assert_eq!(repository["path"], "hello");
        let user = client.get("/api/v5/users/hubot").expect(200).json();
        assert_eq!(user["login"], "hubot");
        assert_eq!(user["url"], format!("{ADDRESS}/api/v5/users/hubot"));
        // Who has a token and did nothing yet is known as well.
        let reader = client.as_reader().get("/api/v5/user").expect(200).json();
        assert_eq!(reader["login"], "reader");
        assert_eq!(
            client.get("/api/v5/users/reader").expect(200).json(),
            reader
        );
        for path in ["collaborators", "members"] {
            let members = client
                .get(&format!("/api/v5/repos/octo/hello/{path}"))
                .expect(200);
            let count = members.header("total_count").to_owned();
            let members = members.json();
            let members = members.as_array().unwrap();
            assert_eq!(members.len().to_string(), count);
            let find = |login: &str| members.iter().find(|member| member["login"] == login);
            assert_eq!(find("suspended"), None);
            let of = |login: &str| find(login).unwrap();
            assert_eq!(of("mona")["permissions"]["admin"], true);
            assert_eq!(of("mona")["access_level"], 50);
            assert_eq!(of("reader")["permission"], "pull");
            assert_eq!(of("hubot").get("permission"), None);
            assert_eq!(of("hubot")["username"], "hubot");
        }
        client
            .get("/api/v5/repos/octo/none/collaborators")
            .expect(404);
        client.get("/api/v5/repos/octo/none/members").expect(404);
    }
}
