//! Lists of issues: of a repository, and of the one who calls across repositories.

use backlot_core::{
    IssueEdit, NewIssue, NewMilestone, RepositoryEdit, SeededEnvironment, Store, StoreOptions,
};
use backlot_model::{Actor, State, Timestamp, UserKind};
use serde_json::{Value, json};

use super::cases;
use super::client::Client;
use crate::support::{World, import_into, issue};

cases!(
    by_state,
    by_labels,
    by_milestone,
    by_people,
    by_type,
    since_a_moment,
    sorted,
    in_pages,
    words_that_are_refused,
    of_the_one_who_calls,
    of_organizations_and_owners,
    with_their_repositories,
    of_a_repository_that_was_renamed,
);

/// Three repositories, whose clock advances by a second at each look, so that no two moments are the same. In
/// `octo/hello`, by number:
///
/// 1. `bug`, `ui`, milestone 1, by mona, assigned to hubot, type Bug, two comments, changed last but one
/// 2. `bug`, milestone 2, by hubot, who mentions mona, closed
/// 3. nothing, by mona, one comment, changed last
/// 4. `ui`, milestone 1, by alice, assigned to mona, type Task, one comment
///
/// `acme/tools` is of an organisation: Tool, by it, is assigned to mona, and Other, by alice, has nothing to do with her.
/// `mona/notes` has Note, by mona.
fn store() -> Store {
    let start = Timestamp::parse("2024-05-01T10:00:00Z").unwrap();
    let options = StoreOptions::new().environment(SeededEnvironment::new(start, 7));
    let store = options.in_memory().unwrap();
    let write =
        |login: &str, repository: &str, edit: &dyn Fn(&mut backlot_core::RepositoryWriter<'_>)| {
            let mut tx = store.write(Actor::login(login), "edit").unwrap();
            edit(&mut tx.repository(repository).unwrap());
            tx.commit().unwrap();
        };
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    for name in ["octo/hello", "acme/tools", "mona/notes"] {
        tx.create_repository(&name.parse().unwrap()).unwrap();
    }
    let mut hello = tx.repository("octo/hello").unwrap();
    hello
        .create_milestone(NewMilestone::titled("Beta"))
        .unwrap();
    hello
        .create_milestone(NewMilestone::titled("Final"))
        .unwrap();
    tx.commit().unwrap();
    let create = |login: &str, repository: &str, issue: NewIssue| {
        write(login, repository, &|writer| {
            writer.create_issue(issue.clone()).unwrap();
        });
    };
    let one = NewIssue::titled("One")
        .label("bug")
        .label("ui")
        .milestone(1);
    create(
        "mona",
        "octo/hello",
        one.assignee("hubot").issue_type("Bug"),
    );
    let two = NewIssue::titled("Two").label("bug").milestone(2);
    create("hubot", "octo/hello", two.body("See @mona."));
    create("mona", "octo/hello", NewIssue::titled("Three"));
    let four = NewIssue::titled("Four").label("ui").milestone(1);
    create(
        "alice",
        "octo/hello",
        four.assignee("mona").issue_type("Task"),
    );
    let tool = NewIssue::titled("Tool").assignee("mona");
    create("acme", "acme/tools", tool.issue_type("Bug"));
    create("alice", "acme/tools", NewIssue::titled("Other"));
    create("mona", "mona/notes", NewIssue::titled("Note"));
    write("mona", "octo/hello", &|hello| {
        hello.comment(1, "a").unwrap();
        hello.comment(1, "b").unwrap();
        hello.comment(4, "c").unwrap();
    });
    write("mona", "octo/hello", &|hello| {
        let closed = IssueEdit::default().state(State::Closed, None);
        hello.edit_issue(2, &closed).unwrap();
    });
    write("mona", "octo/hello", &|hello| {
        let text = Some("Changed.".to_owned());
        hello
            .edit_issue(1, &IssueEdit::default().body(text))
            .unwrap();
    });
    write("mona", "octo/hello", &|hello| {
        hello.comment(3, "d").unwrap();
    });
    let mut tx = store.write(Actor::login("mona"), "kinds").unwrap();
    tx.set_user_kind("acme", UserKind::Organization).unwrap();
    tx.commit().unwrap();
    store
}

/// The titles of a list of issues.
fn titles(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|issue| issue["title"].as_str().unwrap()).collect()
}

/// A store with an open issue and an open pull request of one repository.
fn store_with_a_pull() -> Store {
    let world = World::new();
    let mut pull = issue("octo/pulls", 2);
    let address = "https://api.github.com/repos/octo/pulls/pulls/2";
    pull["pull_request"] = json!({
        "url": address, "html_url": "https://github.com/octo/pulls/pull/2",
        "diff_url": "https://github.com/octo/pulls/pull/2.diff",
        "patch_url": "https://github.com/octo/pulls/pull/2.patch", "merged_at": null,
    });
    let both = [issue("octo/pulls", 1), pull];
    let folder = world.backup("backup", &[("issues.ndjson", &both)]);
    let store = StoreOptions::new().in_memory().unwrap();
    let read = backlot_github::ReadOptions::default();
    import_into(&store, &folder, read, |options| options).unwrap();
    store
}

mod cases {
    use super::*;

    const LIST: &str = "/repos/octo/hello/issues";

    /// Whether the list with this query has these issues, in this order.
    #[track_caller]
    fn lists(client: &Client, path: &str, query: &str, wanted: &[&str]) {
        let list = client.get(&format!("{path}?{query}")).expect(200).json();
        assert_eq!(titles(&list), wanted, "{query}");
    }

    pub(super) fn by_state(client: &Client) {
        let client = &client.beside(store());
        // The newest first, and only open ones where nothing is said.
        lists(client, LIST, "", &["Four", "Three", "One"]);
        lists(client, LIST, "state=open", &["Four", "Three", "One"]);
        lists(client, LIST, "state=closed", &["Two"]);
        lists(client, LIST, "state=all", &["Four", "Three", "Two", "One"]);
        // What is unknown is ignored, and so is what says nothing.
        lists(
            client,
            LIST,
            "state=&sort=&since=&milestone=&assignee=&x=y",
            &["Four", "Three", "One"],
        );
        // A list that is filtered by nothing would be taken for one that is.
        let filtered = client.get(&format!("{LIST}?issue_field_values=priority:high"));
        let refused = filtered.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], "issue_field_values");
        client.get("/repos/octo/none/issues").expect(404);
        let all = client.get(LIST).expect(200).json();
        assert_eq!(all[0].get("repository"), None);
    }

    pub(super) fn by_labels(client: &Client) {
        let client = &client.beside(store());
        lists(client, LIST, "state=all&labels=bug", &["Two", "One"]);
        lists(client, LIST, "state=all&labels=bug,ui", &["One"]);
        lists(client, LIST, "state=all&labels=UI,%20Bug,", &["One"]);
        lists(client, LIST, "state=all&labels=none", &[]);
    }

    pub(super) fn by_milestone(client: &Client) {
        let client = &client.beside(store());
        lists(client, LIST, "state=all&milestone=1", &["Four", "One"]);
        lists(client, LIST, "state=all&milestone=2", &["Two"]);
        lists(
            client,
            LIST,
            "state=all&milestone=*",
            &["Four", "Two", "One"],
        );
        lists(client, LIST, "state=all&milestone=none", &["Three"]);
        for wrong in ["9", "Beta", "-1"] {
            let wrong = client
                .get(&format!("{LIST}?milestone={wrong}"))
                .expect(422)
                .json();
            assert_eq!(wrong["message"], "Validation Failed");
            let fault = &wrong["errors"][0];
            assert_eq!(
                (&fault["resource"], &fault["field"], &fault["code"]),
                (&json!("Issue"), &json!("milestone"), &json!("invalid"))
            );
        }
    }

    pub(super) fn by_people(client: &Client) {
        let client = &client.beside(store());
        lists(client, LIST, "state=all&assignee=mona", &["Four"]);
        lists(client, LIST, "state=all&assignee=HUBOT", &["One"]);
        lists(client, LIST, "state=all&assignee=*", &["Four", "One"]);
        lists(client, LIST, "state=all&assignee=none", &["Three", "Two"]);
        lists(client, LIST, "state=all&assignee=nobody", &[]);
        lists(client, LIST, "state=all&creator=mona", &["Three", "One"]);
        lists(client, LIST, "state=all&creator=hubot", &["Two"]);
        lists(client, LIST, "state=all&mentioned=mona", &["Two"]);
        lists(client, LIST, "state=all&mentioned=hubot", &[]);
        lists(
            client,
            LIST,
            "state=all&creator=mona&assignee=hubot&labels=ui&milestone=1",
            &["One"],
        );
    }

    pub(super) fn by_type(client: &Client) {
        let client = &client.beside(store());
        lists(client, LIST, "state=all&type=Bug", &["One"]);
        lists(client, LIST, "state=all&type=task", &["Four"]);
        lists(client, LIST, "state=all&type=*", &["Four", "One"]);
        lists(client, LIST, "state=all&type=none", &["Three", "Two"]);
        lists(
            client,
            "/orgs/acme/issues",
            "filter=all&type=Bug",
            &["Tool"],
        );
        lists(
            client,
            "/orgs/acme/issues",
            "filter=all&type=none",
            &["Other"],
        );
    }

    pub(super) fn since_a_moment(client: &Client) {
        let client = &client.beside(store());
        // Two was closed, then One changed, then Three commented on.
        let at = |number: u64| {
            let issue = client.get(&format!("{LIST}/{number}")).expect(200).json();
            issue["updated_at"].as_str().unwrap().to_owned()
        };
        lists(
            client,
            LIST,
            &format!("state=all&since={}", at(2)),
            &["Three", "Two", "One"],
        );
        lists(
            client,
            LIST,
            &format!("state=all&since={}", at(1)),
            &["Three", "One"],
        );
        lists(client, LIST, &format!("since={}", at(3)), &["Three"]);
        lists(
            client,
            LIST,
            "state=all&since=2024-05-01",
            &["Four", "Three", "Two", "One"],
        );
        // The same moment elsewhere; the sign of an offset comes encoded, and raw.
        lists(
            client,
            LIST,
            "state=all&since=2024-05-01T12:00:00%2B02:00",
            &["Four", "Three", "Two", "One"],
        );
        lists(
            client,
            LIST,
            "state=all&since=2024-05-02T12:00:00+02:00",
            &[],
        );
        lists(
            client,
            "/issues",
            &format!("filter=all&since={}", at(1)),
            &["Three", "One"],
        );
    }

    pub(super) fn sorted(client: &Client) {
        let client = &client.beside(store());
        lists(
            client,
            LIST,
            "state=all&sort=created",
            &["Four", "Three", "Two", "One"],
        );
        lists(
            client,
            LIST,
            "state=all&sort=created&direction=asc",
            &["One", "Two", "Three", "Four"],
        );
        lists(
            client,
            LIST,
            "state=all&direction=asc",
            &["One", "Two", "Three", "Four"],
        );
        lists(
            client,
            LIST,
            "state=all&sort=updated",
            &["Three", "One", "Two", "Four"],
        );
        lists(
            client,
            LIST,
            "state=all&sort=updated&direction=asc",
            &["Four", "Two", "One", "Three"],
        );
        // One has two comments, Three and Four one each, Two none; ties go by creation.
        lists(
            client,
            LIST,
            "state=all&sort=comments&direction=desc",
            &["One", "Four", "Three", "Two"],
        );
        lists(
            client,
            LIST,
            "state=all&sort=comments&direction=asc",
            &["Two", "Three", "Four", "One"],
        );
        lists(
            client,
            "/issues",
            "filter=all&sort=comments",
            &["One", "Four", "Three", "Note", "Other", "Tool"],
        );
    }

    pub(super) fn in_pages(client: &Client) {
        for at in 0..120 {
            client
                .post(LIST, &json!({"title": format!("{at}")}))
                .expect(201);
        }
        let length = |query: &str| {
            let list = client.get(&format!("{LIST}{query}")).expect(200).json();
            list.as_array().unwrap().len()
        };
        // 122 in all.
        assert_eq!(length(""), 30);
        assert_eq!(length("?per_page=500"), 100);
        assert_eq!(length("?per_page=100&page=2"), 22);
        assert_eq!(length("?per_page=100&page=3"), 0);
        assert_eq!(length("?per_page=x&page=x"), 30);
        let page = client
            .get(&format!("{LIST}?labels=&per_page=50&page=2"))
            .expect(200);
        assert_eq!(page.json()[0]["title"], "69");
        let link = page.header("link");
        let relations: Vec<_> = link
            .split(", ")
            .map(|link| {
                let (address, relation) = link.split_once("; ").unwrap();
                assert!(address.contains("/repositories/"), "{address}");
                assert!(
                    address.contains("issues?labels=&per_page=50&page="),
                    "{address}"
                );
                (
                    address.rsplit('=').next().unwrap().trim_end_matches('>'),
                    relation,
                )
            })
            .collect();
        assert_eq!(
            relations,
            [
                ("1", "rel=\"prev\""),
                ("3", "rel=\"next\""),
                ("3", "rel=\"last\""),
                ("1", "rel=\"first\"")
            ]
        );
        assert_eq!(
            client
                .get(&format!("{LIST}?labels=bug"))
                .expect(200)
                .header("link"),
            ""
        );
        let inbox = client
            .get("/issues?filter=created&per_page=100")
            .expect(200);
        assert!(inbox.header("link").starts_with(&format!(
            "<{}/issues?filter=created&per_page=100&page=2>; rel=\"next\"",
            crate::rest::client::ADDRESS
        )));
        let known = client.with("if-none-match", inbox.header("etag"));
        known.get("/issues?filter=created&per_page=100").expect(304);
        let list = client.get(LIST).expect(200);
        client
            .with("if-none-match", list.header("etag"))
            .get(LIST)
            .expect(304);
    }

    pub(super) fn words_that_are_refused(client: &Client) {
        for path in ["/issues", "/user/issues", "/orgs/octo/issues", LIST] {
            for (name, value) in [
                ("state", "shut"),
                ("sort", "title"),
                ("direction", "up"),
                ("since", "yesterday"),
            ] {
                let wrong = client
                    .get(&format!("{path}?{name}={value}"))
                    .expect(422)
                    .json();
                assert_eq!(
                    wrong["errors"],
                    json!([{"resource": "Issue", "field": name, "code": "invalid", "value": value}])
                );
            }
        }
        for path in ["/issues", "/user/issues", "/orgs/octo/issues"] {
            client.get(&format!("{path}?filter=mine")).expect(422);
            client.as_nobody().get(path).expect(404);
        }
        client.get("/issues?owned=maybe").expect(422);
    }

    pub(super) fn of_the_one_who_calls(client: &Client) {
        let client = &client.beside(store());
        for path in ["/issues", "/user/issues"] {
            lists(client, path, "", &["Tool", "Four"]);
            lists(
                client,
                path,
                "filter=assigned&direction=asc",
                &["Four", "Tool"],
            );
            lists(client, path, "filter=created", &["Note", "Three", "One"]);
            lists(client, path, "filter=mentioned", &[]);
            lists(client, path, "filter=mentioned&state=all", &["Two"]);
            // She wrote, is assigned to or commented on all open ones but one.
            lists(
                client,
                path,
                "filter=subscribed",
                &["Note", "Tool", "Four", "Three", "One"],
            );
            lists(client, path, "filter=subscribed&state=closed", &["Two"]);
            for all in ["all", "repos"] {
                lists(
                    client,
                    path,
                    &format!("filter={all}"),
                    &["Note", "Other", "Tool", "Four", "Three", "One"],
                );
            }
            lists(client, path, "filter=all&labels=ui,bug&state=all", &["One"]);
            lists(
                client,
                path,
                "filter=all&sort=updated&per_page=2",
                &["Three", "One"],
            );
            lists(&client.as_reader(), path, "", &[]);
        }
    }

    pub(super) fn of_organizations_and_owners(client: &Client) {
        let pulls = client.beside(store_with_a_pull());
        let list = |query: &str| {
            let list = pulls
                .get(&format!("/issues?filter=all{query}"))
                .expect(200)
                .json();
            list.as_array().unwrap().len()
        };
        assert_eq!(
            (list(""), list("&pulls=true"), list("&pulls=false")),
            (2, 2, 1)
        );

        let client = &client.beside(store());
        lists(client, "/orgs/acme/issues", "", &["Tool"]);
        lists(
            client,
            "/orgs/ACME/issues",
            "filter=all",
            &["Other", "Tool"],
        );
        lists(
            client,
            "/orgs/octo/issues",
            "filter=created&sort=updated",
            &["Three", "One"],
        );
        lists(
            client,
            "/orgs/octo/issues",
            "filter=all&state=closed&labels=bug",
            &["Two"],
        );
        client.get("/orgs/none/issues").expect(404);
        lists(client, "/issues", "filter=all&owned=true", &["Note"]);
        lists(
            client,
            "/issues",
            "filter=all&orgs=true",
            &["Other", "Tool"],
        );
        lists(
            client,
            "/issues",
            "filter=all&collab=true",
            &["Four", "Three", "One"],
        );
        lists(
            client,
            "/issues",
            "filter=all&owned=true&orgs=true",
            &["Note", "Other", "Tool"],
        );
        lists(
            client,
            "/issues",
            "filter=all&orgs=false",
            &["Note", "Four", "Three", "One"],
        );
        lists(
            client,
            "/issues",
            "filter=all&owned=false&orgs=false&collab=false",
            &[],
        );
    }

    pub(super) fn with_their_repositories(client: &Client) {
        let client = &client.beside(store());
        for path in [
            "/issues?filter=all",
            "/user/issues?filter=all",
            "/orgs/acme/issues?filter=all",
        ] {
            let list = client.get(path).expect(200).json();
            for issue in list.as_array().unwrap() {
                let name = issue["repository"]["full_name"].as_str().unwrap();
                let address = issue["repository_url"].as_str().unwrap();
                assert!(
                    address.ends_with(&format!("/repos/{name}")),
                    "{address} {name}"
                );
                assert_eq!(issue["repository"]["url"], issue["repository_url"]);
            }
        }
        let first = &client
            .get("/issues?filter=all&per_page=1")
            .expect(200)
            .json()[0];
        assert_eq!(first["repository"]["full_name"], "mona/notes");
        assert_eq!(first["repository"]["owner"]["login"], "mona");
    }

    pub(super) fn of_a_repository_that_was_renamed(client: &Client) {
        let store = store_with_a_pull();
        let mut tx = store.write(Actor::login("mona"), "rename").unwrap();
        let name = RepositoryEdit::default().name("octo/changes".parse().unwrap());
        tx.repository("octo/pulls").unwrap().edit(&name).unwrap();
        tx.commit().unwrap();
        let client = client.beside(store);
        let moved = client.get("/repos/Octo/pulls/issues?state=all&labels=a%26b");
        let moved = moved.expect(301);
        let place = moved.header("location");
        assert_eq!(moved.json()["url"], place);
        let place = place.strip_prefix(crate::rest::client::ADDRESS).unwrap();
        assert_eq!(place, "/repos/octo/changes/issues?state=all&labels=a%26b");
        assert_eq!(client.get(place).expect(200).json(), json!([]));
        let one = client.get("/repos/octo/pulls/issues/1").expect(301);
        assert!(
            one.header("location")
                .ends_with("/repos/octo/changes/issues/1")
        );
        client.get("/repos/octo/none/issues").expect(404);
        let encoded = client.get("/repos/oct%6F/pulls/issues/1?x=y").expect(301);
        let place = encoded.header("location");
        assert!(
            place.ends_with("/repos/octo/changes/issues/1?x=y"),
            "{place}"
        );
        // After a 301 many clients would get the list, and take the issue for opened.
        let new = json!({"title": "New"});
        let moved = client.post("/repos/octo/pulls/issues", &new).expect(307);
        let place = moved.header("location");
        assert!(place.ends_with("/repos/octo/changes/issues"), "{place}");
        // In the other tongue as well, which does not take it for gone.
        let moved = client.get("/api/v5/repos/octo/pulls/issues").expect(301);
        let place = moved.header("location");
        assert!(
            place.ends_with("/api/v5/repos/octo/changes/issues"),
            "{place}"
        );
        client.get("/api/v5/repos/octo/none/issues").expect(404);
    }
}
