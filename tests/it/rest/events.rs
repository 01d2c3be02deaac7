//! Events: of a repository, of one issue, and one by itself.

use serde_json::json;

use super::cases;

cases!(
    of_an_issue_the_oldest_first,
    of_a_repository_the_newest_first,
    one_by_itself,
    words_of_other_forges_are_left_out,
    all_that_can_happen_is_told,
    issues_that_went_away,
);

/// Gives issue 1 a history: labelled, unlabelled, closed, opened again, and a comment.
pub(super) fn make_history(client: &crate::rest::client::Client) {
    let labels = "/repos/octo/hello/issues/1/labels";
    client.post(labels, &json!(["urgent"])).expect(200);
    client.delete(&format!("{labels}/bug")).expect(200);
    pause();
    let mona = backlot_model::Actor::login("mona");
    let mut tx = client.api.store().write(mona, "work").unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    repository.comment(1, "Seen here too").unwrap();
    for state in [backlot_model::State::Closed, backlot_model::State::Open] {
        let edit = backlot_core::IssueEdit::default().state(state, None);
        repository.edit_issue(1, &edit).unwrap();
    }
    repository
        .edit_issue(2, &backlot_core::IssueEdit::default().title("Dark"))
        .unwrap();
    tx.commit().unwrap();
    pause();
}

/// Lets time go on: what falls on one millisecond has no order.
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(2));
}

/// A client of the API on what was imported of these files.
pub(super) fn imported(
    client: &crate::rest::client::Client,
    files: &[(&str, &[serde_json::Value])],
) -> crate::rest::client::Client {
    let world = crate::support::World::new();
    world.import(&world.backup("in", files));
    client.beside(world.store)
}

mod cases {
    use serde_json::Value;

    use super::{imported, json, make_history};
    use crate::local_history::do_everything;
    use crate::rest::client::{ADDRESS, Client};
    use crate::support::{issue, user, with};

    const OF_REPOSITORY: &str = "/repos/octo/hello/issues/events";
    const OF_ISSUE: &str = "/repos/octo/hello/issues/1/events";

    fn words(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|event| event["event"].as_str().unwrap()).collect()
    }

    pub(super) fn of_an_issue_the_oldest_first(client: &Client) {
        assert_eq!(client.get(OF_ISSUE).expect(200).json(), json!([]));
        make_history(client);
        let all = client.get(OF_ISSUE).expect(200).json();
        assert_eq!(words(&all), ["labeled", "unlabeled", "closed", "reopened"]);
        let first = &all[0];
        assert_eq!(first["label"]["name"], "urgent");
        assert_eq!(first["actor"]["login"], "mona");
        for key in ["commit_id", "commit_url", "performed_via_github_app"] {
            assert_eq!(first.get(key), Some(&Value::Null), "{key}");
        }
        let url = format!("{ADDRESS}{OF_REPOSITORY}/{}", first["id"]);
        assert_eq!(first["url"], url.as_str());
        // An issue says of its own events nothing of itself.
        assert!(first.get("issue").is_none());
        let page = client
            .get(&format!("{OF_ISSUE}?per_page=3&page=2"))
            .expect(200);
        assert_eq!(words(&page.json()), ["reopened"]);
        assert!(page.header("link").contains("page=1>; rel=\"prev\""));
        assert_eq!(
            client.get(&format!("{OF_ISSUE}?page=3")).expect(200).json(),
            json!([])
        );
    }

    pub(super) fn of_a_repository_the_newest_first(client: &Client) {
        make_history(client);
        let all = client.get(OF_REPOSITORY).expect(200).json();
        let expected = ["renamed", "reopened", "closed", "unlabeled", "labeled"];
        assert_eq!(words(&all), expected);
        assert_eq!(all[0]["issue"]["number"], 2);
        assert_eq!(
            all[0]["rename"],
            json!({"from": "Dark theme", "to": "Dark"})
        );
        let page = client
            .get(&format!("{OF_REPOSITORY}?per_page=2&page=2"))
            .expect(200);
        assert_eq!(words(&page.json()), ["closed", "unlabeled"]);
        assert!(page.header("link").contains("rel=\"next\""));
        // Behind the end there is nothing, and far behind it not even that.
        assert_eq!(
            client
                .get(&format!("{OF_REPOSITORY}?page=9"))
                .expect(200)
                .json(),
            json!([])
        );
        let far = client.get(&format!("{OF_REPOSITORY}?page=9999&per_page=100"));
        assert!(
            far.expect(422).json()["message"]
                .as_str()
                .unwrap()
                .contains("pagination is limited")
        );
        client.get("/repos/octo/none/issues/events").expect(404);
    }

    pub(super) fn one_by_itself(client: &Client) {
        make_history(client);
        let all = client.get(OF_REPOSITORY).expect(200).json();
        for event in all.as_array().unwrap() {
            let path = format!("{OF_REPOSITORY}/{}", event["id"]);
            assert_eq!(&client.get(&path).expect(200).json(), event);
        }
        let first = format!("{OF_REPOSITORY}/{}", all[0]["id"]);
        client.as_nobody().get(&first).expect(200);
        client.as_suspended().get(&first).expect(403);
        client.get(&format!("{OF_REPOSITORY}/1")).expect(404);
        client
            .get(&format!("{OF_REPOSITORY}/9007199254740993"))
            .expect(404);
        client.get(&format!("{OF_REPOSITORY}/x")).expect(404);
        // A comment is no event.
        let timeline = client
            .get("/repos/octo/hello/issues/1/timeline")
            .expect(200)
            .json();
        let items = timeline.as_array().unwrap().iter();
        let comment = items
            .clone()
            .find(|item| item["event"] == "commented")
            .unwrap();
        client
            .get(&format!("{OF_REPOSITORY}/{}", comment["id"]))
            .expect(404);
    }

    pub(super) fn words_of_other_forges_are_left_out(client: &Client) {
        let event = |id: u64, word: &str| {
            json!({
                "id": id, "node_id": "opaque", "event": word, "actor": user("mona", 1),
                "url": format!("https://api.github.com{OF_REPOSITORY}/{id}"),
                "created_at": format!("2023-01-{id}T00:00:00Z"), "commit_id": null, "commit_url": null,
                "performed_via_github_app": null, "issue": issue("octo/hello", 1),
            })
        };
        let events = [
            event(10, "subscribed"),
            event(11, "set_priority"),
            event(12, "merged"),
        ];
        let gone = with(event(13, "mentioned"), json!({"actor": null}));
        let events = [&events[..], &[gone]].concat();
        let issues = [issue("octo/hello", 1)];
        let files: [(&str, &[Value]); 2] = [("issues.ndjson", &issues), ("events.ndjson", &events)];
        let client = imported(client, &files);
        let all = client.get(OF_REPOSITORY).expect(200).json();
        assert_eq!(words(&all), ["mentioned", "merged", "subscribed"]);
        assert_eq!(
            words(&client.get(OF_ISSUE).expect(200).json()),
            ["subscribed", "merged", "mentioned"]
        );
        assert_eq!(all[0]["actor"], Value::Null);
        let one = client
            .get(&format!("{OF_REPOSITORY}/10"))
            .expect(200)
            .json();
        assert_eq!(one, all[2]);
        client.get(&format!("{OF_REPOSITORY}/11")).expect(404);
        // Of what GitHub numbered it is known that it was there.
        let mut tx = client
            .api
            .store()
            .write(backlot_model::Actor::login("mona"), "away")
            .unwrap();
        tx.repository("octo/hello")
            .unwrap()
            .delete_issue(1)
            .unwrap();
        tx.commit().unwrap();
        let gone = client
            .get(&format!("{OF_REPOSITORY}/10"))
            .expect(410)
            .json();
        assert_eq!(gone["message"], "This issue was deleted");
    }

    pub(super) fn all_that_can_happen_is_told(client: &Client) {
        let store = backlot_core::StoreOptions::new().in_memory().unwrap();
        do_everything(&store);
        let client = client.beside(store);
        let all = client
            .get(&format!("{OF_ISSUE}?per_page=100"))
            .expect(200)
            .json();
        let told = words(&all);
        for word in [
            "renamed",
            "labeled",
            "unlabeled",
            "assigned",
            "unassigned",
            "milestoned",
            "demilestoned",
            "locked",
            "unlocked",
            "pinned",
            "unpinned",
            "issue_type_added",
            "issue_type_changed",
            "issue_type_removed",
            "sub_issue_added",
            "sub_issue_removed",
            "blocked_by_added",
            "blocked_by_removed",
            "added_to_project",
            "moved_columns_in_project",
            "removed_from_project",
            "comment_deleted",
            "closed",
            "reopened",
            "marked_as_duplicate",
            "unmarked_as_duplicate",
        ] {
            assert!(told.contains(&word), "{word} is not among {told:?}");
        }
        for word in ["commented", "cross-referenced", "edited"] {
            assert!(!told.contains(&word), "{word}");
        }
        for event in all.as_array().unwrap() {
            for key in [
                "id",
                "node_id",
                "url",
                "actor",
                "event",
                "commit_id",
                "commit_url",
                "created_at",
            ] {
                assert!(event.get(key).is_some(), "{key} of {event}");
            }
        }
        let added = &all[told
            .iter()
            .position(|word| *word == "sub_issue_added")
            .unwrap()];
        assert_eq!(added["sub_issue"]["number"], 2);
    }

    pub(super) fn issues_that_went_away(client: &Client) {
        make_history(client);
        let event = client.get(OF_ISSUE).expect(200).json()[0]["id"].clone();
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona.clone(), "away").unwrap();
        tx.create_repository(&"octo/other".parse().unwrap())
            .unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.delete_issue(1).unwrap();
        repository.transfer_issue(2, "octo/other").unwrap();
        tx.commit().unwrap();
        client.get(OF_ISSUE).expect(410);
        client.get("/repos/octo/hello/issues/2/events").expect(301);
        client.get("/repos/octo/hello/issues/9/events").expect(404);
        assert_eq!(client.get(OF_REPOSITORY).expect(200).json(), json!([]));
        client.get(&format!("{OF_REPOSITORY}/{event}")).expect(404);
        // What happened to an issue goes where the issue goes.
        let there = client
            .get("/repos/octo/other/issues/events")
            .expect(200)
            .json();
        assert_eq!(words(&there), ["transferred", "renamed"]);
        let mut tx = client.api.store().write(mona, "off").unwrap();
        let off = backlot_core::RepositoryEdit::default().issues(false);
        tx.repository("octo/other").unwrap().edit(&off).unwrap();
        tx.commit().unwrap();
        client.get("/repos/octo/other/issues/1/events").expect(410);
    }
}
