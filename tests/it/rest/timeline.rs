//! All that happened to an issue.

use serde_json::json;

use super::cases;

cases!(
    comments_stand_among_events,
    what_is_excluded_is_not_told,
    issues_that_went_away,
    what_has_no_moment_stands_where_its_source_listed_it,
);

mod cases {
    use serde_json::Value;

    use super::json;
    use crate::rest::client::Client;
    use crate::rest::events::make_history;
    use crate::support::{import_into, objects, root};

    const TIMELINE: &str = "/repos/octo/hello/issues/1/timeline";

    fn words(list: &Value) -> Vec<&str> {
        let list = list.as_array().unwrap().iter();
        list.map(|item| item["event"].as_str().unwrap()).collect()
    }

    pub(super) fn comments_stand_among_events(client: &Client) {
        assert_eq!(client.get(TIMELINE).expect(200).json(), json!([]));
        make_history(client);
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "refer").unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.comment(2, "See #1").unwrap();
        tx.commit().unwrap();
        let all = client.get(TIMELINE).expect(200).json();
        let expected = [
            "labeled",
            "unlabeled",
            "commented",
            "closed",
            "reopened",
            "cross-referenced",
        ];
        assert_eq!(words(&all), expected);
        let comment = &all[2];
        assert_eq!(comment["body"], "Seen here too");
        assert_eq!(comment["actor"]["login"], "mona");
        assert_eq!(comment["user"]["login"], "mona");
        assert_eq!(all[5]["source"]["type"], "issue");
        assert_eq!(all[5]["source"]["issue"]["number"], 2);
        let page = client
            .get(&format!("{TIMELINE}?per_page=2&page=2"))
            .expect(200);
        assert_eq!(words(&page.json()), ["commented", "closed"]);
        assert!(
            page.header("link")
                .contains("per_page=2&page=3>; rel=\"next\"")
        );
        // The preview of former times is accepted and changes nothing.
        let preview = client.with("accept", "application/vnd.github.mockingbird-preview+json");
        assert_eq!(preview.get(TIMELINE).expect(200).json(), all);
    }

    pub(super) fn what_is_excluded_is_not_told(client: &Client) {
        make_history(client);
        let without = |names: &str| client.get(&format!("{TIMELINE}?exclude={names}"));
        let all = without("").expect(200).json();
        assert_eq!(words(&all).len(), 5);
        let some = without("commented,labeled").expect(200).json();
        assert_eq!(words(&some), ["unlabeled", "closed", "reopened"]);
        let page = client.get(&format!("{TIMELINE}?exclude=labeled&per_page=3&page=2"));
        assert_eq!(words(&page.expect(200).json()), ["reopened"]);
        let told = without("labeled,commentd").expect(400).json();
        assert!(told["message"].as_str().unwrap().contains("commentd"));
    }

    pub(super) fn issues_that_went_away(client: &Client) {
        let mona = backlot_model::Actor::login("mona");
        let mut tx = client.api.store().write(mona, "away").unwrap();
        tx.create_repository(&"octo/other".parse().unwrap())
            .unwrap();
        let mut repository = tx.repository("octo/hello").unwrap();
        repository.delete_issue(1).unwrap();
        repository.transfer_issue(2, "octo/other").unwrap();
        let mut other = tx.repository("octo/other").unwrap();
        let off = backlot_core::RepositoryEdit::default().issues(false);
        other.edit(&off).unwrap();
        tx.commit().unwrap();
        // Where all else says 410 of a deleted issue, the timeline is just not found.
        let told = client.get(TIMELINE).expect(404).json();
        assert_eq!(told["message"], "Not Found");
        client
            .get("/repos/octo/hello/issues/9/timeline")
            .expect(404);
        client
            .get("/repos/octo/hello/issues/2/timeline")
            .expect(301);
        client
            .get("/repos/octo/other/issues/1/timeline")
            .expect(410);
    }

    pub(super) fn what_has_no_moment_stands_where_its_source_listed_it(client: &Client) {
        let store = backlot_core::StoreOptions::new().in_memory().unwrap();
        let sample = root().join("docs/sample");
        import_into(&store, &sample, Default::default(), |options| options).unwrap();
        let client = client.beside(store);
        for number in [3, 12] {
            let stated = objects(&sample.join(format!("timeline/{number}.ndjson")));
            let list = format!("/repos/tidepool/kelp/issues/{number}/timeline?per_page=100");
            let served = client.get(&list).expect(200).json();
            let stated = Value::from(stated);
            assert_eq!(words(&served), words(&stated), "{number}");
        }
    }
}
