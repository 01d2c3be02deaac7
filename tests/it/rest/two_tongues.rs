//! One backlog in two tongues: what GitHub's API and GitCode's say of the same records agrees, field by field, whichever
//! of them it was written through and wherever it came from.

use super::cases;

cases!(
    of_a_small_backlog,
    of_a_sample_of_github,
    of_a_sample_of_gitcode,
    refusals_change_nothing_in_either,
);

mod cases {
    use backlot_core::{ImportOptions, Store, StoreOptions};
    use backlot_model::Timestamp;
    use serde_json::{Value, json};

    use crate::rest::client::Client;
    use crate::support::{gitcode, root};

    pub(super) fn of_a_small_backlog(client: &Client) {
        written_through_both(client, "octo/hello");
    }

    pub(super) fn of_a_sample_of_github(client: &Client) {
        let store = StoreOptions::new().in_memory().unwrap();
        let path = root().join("docs/sample");
        let source = backlot_github::Source::open(&path, Default::default()).unwrap();
        let reader = backlot_github::Reader::open(source, Default::default()).unwrap();
        let options = ImportOptions::new("github", "sample");
        store.import(&options, reader.batches()).unwrap();
        imported(client, store);
    }

    pub(super) fn of_a_sample_of_gitcode(client: &Client) {
        let store = StoreOptions::new().in_memory().unwrap();
        gitcode::import(&store, &gitcode::sample());
        imported(client, store);
    }

    fn imported(client: &Client, store: Store) {
        let name = store.read().unwrap().repositories().unwrap()[0]
            .name
            .clone();
        let client = client.beside(store);
        assert!(agree(&client, &name) > 5);
        written_through_both(&client, &name);
    }

    pub(super) fn refusals_change_nothing_in_either(client: &Client) {
        let issue = |path: &str| client.get(path).expect(200).json();
        let paths = [
            "/repos/octo/hello/issues/1",
            "/api/v5/repos/octo/hello/issues/1",
        ];
        let before = paths.map(issue);
        client
            .patch(paths[1], &json!({"title": "x", "state": "closed"}))
            .expect(400);
        client
            .patch(paths[1], &json!({"title": "x", "milestone": 77}))
            .expect(400);
        client
            .patch(paths[0], &json!({"title": "x", "milestone": 77}))
            .expect(422);
        client
            .as_reader()
            .patch(paths[1], &json!({"title": "x"}))
            .expect(403);
        assert_eq!(paths.map(issue), before);
    }

    /// Writes through each of the two, and looks through both after every step.
    fn written_through_both(client: &Client, name: &str) {
        let (github, gitcode) = (format!("/repos/{name}"), format!("/api/v5/repos/{name}"));
        let count = agree(client, name);

        // Through GitCode's.
        let label = json!({"name": "two tongues", "color": "#0A0B0C", "description": "Both"});
        client
            .post(&format!("{gitcode}/labels"), &label)
            .expect(201);
        let milestone = json!({"title": "Both", "due_on": "2027-01-31", "description": "For all"});
        let milestone = client
            .post(&format!("{gitcode}/milestones"), &milestone)
            .expect(201)
            .json();
        let new = json!({
            "title": "Said twice", "body": "In *two* tongues.\r\n", "labels": "two tongues,bug",
            "assignee": "mona,hubot", "milestone": milestone["number"], "issue_type": "Task",
        });
        let made = client
            .post(&format!("{gitcode}/issues"), &new)
            .expect(201)
            .json();
        let number = made["number"].as_str().unwrap();
        assert_eq!(agree(client, name), count + 1);
        let issue = client
            .get(&format!("{github}/issues/{number}"))
            .expect(200)
            .json();
        assert_eq!(issue["body"], "In *two* tongues.\r\n");
        assert_eq!(issue["type"]["name"], "Task");
        assert_eq!(issue["milestone"]["title"], "Both");
        let comment = json!({"body": "Once."});
        let comments = format!("{gitcode}/issues/{number}/comments");
        let comment = client.post(&comments, &comment).expect(201).json();
        client
            .patch(
                &format!("{gitcode}/issues/comments/{}", comment["id"]),
                &json!({"body": "Twice."}),
            )
            .expect(200);
        client
            .patch(
                &format!("{gitcode}/issues/{number}"),
                &json!({"state": "close", "title": "Said"}),
            )
            .expect(200);
        agree(client, name);
        let first = first_issue(client, name);
        let edit =
            json!({"title": "Edited by GitCode's", "assignee": "hubot", "labels": "two tongues"});
        client
            .patch(&format!("{gitcode}/issues/{first}"), &edit)
            .expect(200);
        client
            .delete(&format!("{gitcode}/issues/{first}/labels/two%20tongues"))
            .expect(204);
        agree(client, name);

        // Through GitHub's, what GitCode's made.
        let edit = json!({"state": "open", "title": "Said twice", "assignees": ["hubot"], "milestone": null});
        let edited = client
            .patch(&format!("{github}/issues/{number}"), &edit)
            .expect(200)
            .json();
        assert_eq!(edited["milestone"], Value::Null);
        agree(client, name);
        let listed = client
            .get(&format!("{github}/issues/{number}/comments"))
            .expect(200)
            .json();
        let path = format!("{github}/issues/comments/{}", listed[0]["id"]);
        client.patch(&path, &json!({"body": "Thrice."})).expect(200);
        client
            .post(
                &format!("{github}/issues/{number}/comments"),
                &json!({"body": "More."}),
            )
            .expect(201);
        agree(client, name);
        let all = client
            .get(&format!("{github}/milestones?state=all&per_page=100"))
            .expect(200)
            .json();
        let known = all
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["title"] == "Both")
            .unwrap();
        let edit =
            json!({"state": "closed", "due_on": "2027-02-28T00:00:00Z", "description": "Done"});
        client
            .patch(&format!("{github}/milestones/{}", known["number"]), &edit)
            .expect(200);
        client
            .patch(
                &format!("{github}/labels/two%20tongues"),
                &json!({"new_name": "one tongue", "color": "ffffff"}),
            )
            .expect(200);
        let edit = json!({"title": "Edited by GitHub's", "body": null, "state": "closed", "labels": ["one tongue"], "assignees": []});
        client
            .patch(&format!("{github}/issues/{first}"), &edit)
            .expect(200);
        agree(client, name);

        // What either deletes is gone in both.
        client.delete(&path).expect(204);
        client
            .delete(&format!("{github}/labels/one%20tongue"))
            .expect(204);
        client
            .delete(&format!("{gitcode}/milestones/{}", milestone["number"]))
            .expect(204);
        agree(client, name);
        client
            .get(&format!("{gitcode}/issues/comments/{}", comment["id"]))
            .expect(404);
        client
            .get(&format!("{gitcode}/labels/one%20tongue"))
            .expect(404);
        client
            .get(&format!("{github}/milestones/{}", known["number"]))
            .expect(404);
    }

    /// The number of an issue that is no pull request.
    fn first_issue(client: &Client, name: &str) -> u64 {
        let list = client.get(&format!("/repos/{name}/issues?state=all&direction=asc"));
        let list = list.expect(200).json();
        let mut list = list.as_array().unwrap().iter();
        let found = list.find(|issue| issue.get("pull_request").is_none_or(Value::is_null));
        found.unwrap()["number"].as_u64().unwrap()
    }

    /// Looks at everything through both; how many issues there are.
    fn agree(client: &Client, name: &str) -> usize {
        let both = |path: &str, github: &str, gitcode: &str| {
            let get = |path: String| {
                client
                    .get(&path)
                    .expect(200)
                    .json()
                    .as_array()
                    .unwrap()
                    .clone()
            };
            let one = get(format!("/repos/{name}/{path}?per_page=100&{github}"));
            let other = get(format!(
                "/api/v5/repos/{name}/{path}?per_page=100&{gitcode}"
            ));
            assert_eq!(one.len(), other.len(), "{path}");
            one.into_iter().zip(other).collect::<Vec<_>>()
        };
        for (github, gitcode) in both("labels", "", "") {
            same_label(&github, &gitcode);
            assert_eq!(text(&github["description"]), text(&gitcode["description"]));
        }
        for (github, gitcode) in both(
            "milestones",
            "state=all&sort=due_on",
            "state=all&sort=due_on",
        ) {
            same_milestone(&github, &gitcode);
            alone(
                client,
                &format!("/api/v5/repos/{name}/milestones/{}", gitcode["number"]),
                &gitcode,
            );
            for key in ["open_issues", "closed_issues"] {
                assert_eq!(github[key], gitcode[key], "{key} of {}", github["title"]);
            }
        }
        let order = "direction=asc";
        let issues = both("issues", &format!("state=all&{order}"), order);
        for (github, gitcode) in &issues {
            same_issue(github, gitcode);
            let number = &github["number"];
            let github = client
                .get(&format!("/repos/{name}/issues/{number}"))
                .expect(200)
                .json();
            let gitcode = client
                .get(&format!("/api/v5/repos/{name}/issues/{number}"))
                .expect(200)
                .json();
            same_issue(&github, &gitcode);
            let comments = both(&format!("issues/{number}/comments"), "", "order=asc");
            for (github, gitcode) in comments {
                same_comment(&github, &gitcode);
                assert_eq!(gitcode["target"]["issue"]["number"], *number);
            }
        }
        for (github, gitcode) in both("issues/comments", "sort=created&direction=asc", order) {
            same_comment(&github, &gitcode);
            alone(
                client,
                &format!("/api/v5/repos/{name}/issues/comments/{}", gitcode["id"]),
                &gitcode,
            );
        }
        issues.len()
    }

    /// Looks at what a list has by its own number.
    fn alone(client: &Client, path: &str, listed: &Value) {
        assert_eq!(client.get(path).expect(200).json(), *listed);
    }

    fn same_issue(github: &Value, gitcode: &Value) {
        let number = github["number"].to_string();
        assert_eq!(gitcode["number"], number);
        for key in ["title", "state", "comments"] {
            assert_eq!(github[key], gitcode[key], "{key} of #{number}");
        }
        assert_eq!(
            text(&github["body"]),
            text(&gitcode["body"]),
            "body of #{number}"
        );
        same_person(&github["user"], &gitcode["user"]);
        assert_eq!(
            logins(&github["assignees"]),
            logins(&gitcode["assignees"]),
            "#{number}"
        );
        assert_eq!(
            login(&github["assignee"]),
            login(&gitcode["assignee"]),
            "#{number}"
        );
        let labels = (list(&github["labels"]), list(&gitcode["labels"]));
        assert_eq!(labels.0.len(), labels.1.len(), "labels of #{number}");
        for (github, gitcode) in labels.0.iter().zip(labels.1) {
            same_label(github, gitcode);
        }
        match github["milestone"].is_null() {
            true => assert_eq!(gitcode.get("milestone"), None, "#{number}"),
            false => same_milestone(&github["milestone"], &gitcode["milestone"]),
        }
        same_moment(&github["created_at"], &gitcode["created_at"]);
        same_moment(&github["updated_at"], &gitcode["updated_at"]);
        same_moment(&github["closed_at"], &gitcode["finished_at"]);
        assert_eq!(
            text(&github["type"]["name"]),
            text(&gitcode["issue_type"]),
            "#{number}"
        );
        assert!(text(&gitcode["html_url"]).ends_with(&format!("/issues/{number}")));
    }

    fn same_comment(github: &Value, gitcode: &Value) {
        assert_eq!(text(&github["body"]), text(&gitcode["body"]));
        same_person(&github["user"], &gitcode["user"]);
        same_moment(&github["created_at"], &gitcode["created_at"]);
        same_moment(&github["updated_at"], &gitcode["updated_at"]);
        let number = text(&github["issue_url"]).rsplit('/').next().unwrap();
        assert_eq!(gitcode["target"]["issue"]["number"].to_string(), number);
    }

    fn same_label(github: &Value, gitcode: &Value) {
        assert_eq!(github["name"], gitcode["name"]);
        // GitCode keeps three digits where they came so.
        let digits = text(&gitcode["color"]).strip_prefix('#').unwrap();
        let times = if digits.len() == 3 { 2 } else { 1 };
        let color: String = digits
            .chars()
            .flat_map(|digit| vec![digit; times])
            .collect();
        assert_eq!(
            text(&github["color"]).to_lowercase(),
            color.to_lowercase(),
            "{}",
            github["name"]
        );
    }

    fn same_milestone(github: &Value, gitcode: &Value) {
        assert_eq!(github["title"], gitcode["title"]);
        assert_eq!(text(&github["description"]), text(&gitcode["description"]));
        let state = text(&github["state"]).replace("open", "active");
        assert_eq!(text(&gitcode["state"]), state);
        // The index in the repository is the end of the address; the number is an id.
        let index = text(&gitcode["url"]).rsplit('/').next().unwrap();
        assert_eq!(github["number"].to_string(), index);
        let day = text(&github["due_on"]).get(..10).unwrap_or_default();
        assert_eq!(text(&gitcode["due_on"]), day, "{}", github["title"]);
        same_moment(&github["created_at"], &gitcode["created_at"]);
        same_moment(&github["updated_at"], &gitcode["updated_at"]);
    }

    /// Who is not known is nobody to GitCode, and may be a ghost to GitHub.
    fn same_person(github: &Value, gitcode: &Value) {
        match login(gitcode) {
            "" => assert!(["", "ghost"].contains(&login(github)), "{github}"),
            known => assert_eq!(login(github), known),
        }
    }

    fn same_moment(github: &Value, gitcode: &Value) {
        let seconds = |value: &Value| match text(value) {
            "" => None,
            text => Some(Timestamp::parse(text).unwrap().unix_milliseconds() / 1000),
        };
        assert_eq!(seconds(github), seconds(gitcode), "{github} {gitcode}");
    }

    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }

    fn login(user: &Value) -> &str {
        text(&user["login"])
    }

    fn logins(users: &Value) -> Vec<&str> {
        list(users).iter().map(login).collect()
    }

    fn list(value: &Value) -> &[Value] {
        value.as_array().map_or(&[], Vec::as_slice)
    }
}
