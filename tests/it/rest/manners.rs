//! What both APIs have in common: who is let through, what is told to whom, and what two who write at once see.

use super::cases;

cases!(
    a_locked_issue_is_locked_in_both_tongues,
    what_is_decided_by_a_state_is_decided_by_the_one_that_is_there,
    a_repository_says_what_its_caller_may_do,
    who_may_not_clear_is_told_so,
    values_of_fields_that_are_none_are_refused,
    who_may_not_write_waits_for_nobody,
    a_condition_that_held_before_somebody_else_wrote_is_asked_again,
    dates_tell_of_all_that_is_shown,
    nobody_is_given_what_was_kept_for_another,
);

mod cases {
    use std::time::Duration;

    use backlot_core::{
        IssueEdit, LabelEdit, NewIssue, RepositoryWriter, SeededEnvironment, StoreOptions,
    };
    use backlot_model::{Actor, State, Timestamp};
    use serde_json::json;

    use crate::rest::client::{Client, Reply};

    const ISSUE: &str = "/repos/octo/hello/issues/1";

    pub(super) fn a_locked_issue_is_locked_in_both_tongues(client: &Client) {
        client.put(&format!("{ISSUE}/lock"), &json!({})).expect(204);
        for prefix in ["", "/api/v5"] {
            let comments = format!("{prefix}{ISSUE}/comments");
            let new = json!({"body": "Me too."});
            client.as_reader().post(&comments, &new).expect(403);
            client.as_triager().post(&comments, &new).expect(403);
            client.post(&comments, &new).expect(201);
        }
        let all = client.get(&format!("{ISSUE}/comments")).json();
        assert_eq!(all.as_array().unwrap().len(), 2);
    }

    /// Asks while somebody else's edit is about to be committed.
    fn meanwhile(
        client: &Client,
        ask: impl FnOnce() -> Reply + Send,
        edit: impl FnOnce(&mut RepositoryWriter<'_>),
    ) -> Reply {
        let store = client.api.store();
        std::thread::scope(|scope| {
            let mut transaction = store.write(Actor::login("hubot"), "meanwhile").unwrap();
            let asking = scope.spawn(ask);
            std::thread::sleep(Duration::from_millis(150));
            edit(&mut transaction.repository("octo/hello").unwrap());
            transaction.commit().unwrap();
            asking.join().unwrap()
        })
    }

    pub(super) fn what_is_decided_by_a_state_is_decided_by_the_one_that_is_there(client: &Client) {
        let reopened = meanwhile(
            client,
            || client.patch(ISSUE, &json!({"state": "open"})),
            |repository| {
                let edit = IssueEdit::default().state(State::Closed, None);
                assert!(repository.edit_issue(1, &edit).unwrap());
            },
        );
        assert_eq!(reopened.expect(200).json()["state"], "open");
        for path in ["", "/api/v5"] {
            let reader = client.as_reader();
            let comments = format!("{path}{ISSUE}/comments");
            let spoken = meanwhile(
                client,
                || reader.post(&comments, &json!({"body": "Last."})),
                |repository| {
                    assert!(repository.lock_issue(1, None).unwrap());
                },
            );
            spoken.expect(403);
            client.delete(&format!("{ISSUE}/lock")).expect(204);
        }
    }

    pub(super) fn a_repository_says_what_its_caller_may_do(client: &Client) {
        let of = |client: &Client, path: &str| {
            let shown = client.get(path).expect(200).json();
            match path.starts_with("/repos/") {
                true => shown["permissions"].clone(),
                false => shown[0]["permissions"].clone(),
            }
        };
        for path in ["/repos/octo/hello", "/repositories", "/orgs/octo/repos"] {
            let all = json!({"admin": true, "maintain": true, "push": true, "triage": true, "pull": true});
            assert_eq!(of(client, path), all, "{path}");
            let triage = json!({"admin": false, "maintain": false, "push": false, "triage": true, "pull": true});
            assert_eq!(of(&client.as_triager(), path), triage, "{path}");
            let read = json!({"admin": false, "maintain": false, "push": false, "triage": false, "pull": true});
            assert_eq!(of(&client.as_reader(), path), read, "{path}");
            assert!(of(&client.as_nobody(), path).is_null(), "{path}");
        }
        let found = client
            .as_reader()
            .get("/issues?filter=all")
            .expect(200)
            .json();
        assert_eq!(found[0]["repository"]["permissions"]["push"], false);
    }

    pub(super) fn who_may_not_clear_is_told_so(client: &Client) {
        let new = json!({"title": "Mine", "labels": [], "assignees": [], "milestone": null, "type": null});
        let refusing = client.refusing();
        let made = refusing.as_reader().post("/repos/octo/hello/issues", &new);
        let path = format!(
            "/repos/octo/hello/issues/{}",
            made.expect(201).json()["number"]
        );
        client.patch(&path, &json!({"labels": ["bug"]})).expect(200);
        for clears in [
            json!({"labels": []}),
            json!({"assignees": []}),
            json!({"milestone": null}),
            json!({"type": null}),
        ] {
            refusing.as_reader().patch(&path, &clears).expect(403);
            client.as_reader().patch(&path, &clears).expect(200);
        }
        assert_eq!(client.get(&path).json()["labels"][0]["name"], "bug");
    }

    pub(super) fn values_of_fields_that_are_none_are_refused(client: &Client) {
        let new = json!({"title": "x", "issue_field_values": [{"field_id": 1, "value": "x"}]});
        let issues = "/repos/octo/hello/issues";
        for refused in [client.post(issues, &new), client.patch(ISSUE, &new)] {
            let told = refused.expect(422).json();
            assert_eq!(told["errors"][0]["field"], "issue_field_values");
        }
        // They are dropped with all else that is not for who calls, or refused with it.
        client.as_reader().post(issues, &new).expect(201);
        client.refusing().as_reader().post(issues, &new).expect(403);
        assert_eq!(client.get(ISSUE).json()["title"], "Crash on start");
    }

    pub(super) fn who_may_not_write_waits_for_nobody(client: &Client) {
        let comments = format!("{ISSUE}/comments");
        let new = json!({"body": "x"});
        let nobody = client.with_headers(&[("if-match", "x")]);
        // Not 412: it is not even looked at.
        nobody.post(&comments, &new).expect(401);
        client
            .with("if-match", "x")
            .post(&comments, &new)
            .expect(412);
        let done = meanwhile(
            client,
            || {
                let waiting = client.with("if-match", "*");
                waiting.post(&comments, &new)
            },
            |_| {
                nobody.post(&comments, &new).expect(401);
            },
        );
        done.expect(201);
    }

    pub(super) fn a_condition_that_held_before_somebody_else_wrote_is_asked_again(client: &Client) {
        let tag = client.get(ISSUE).expect(200).header("etag").to_owned();
        let sure = client.with("if-match", &tag);
        let late = meanwhile(
            client,
            || sure.patch(ISSUE, &json!({"title": "Mine"})),
            |repository| {
                let edit = IssueEdit::default().title("Theirs");
                repository.edit_issue(1, &edit).unwrap();
            },
        );
        late.expect(412);
        assert_eq!(client.get(ISSUE).json()["title"], "Theirs");
    }

    pub(super) fn dates_tell_of_all_that_is_shown(client: &Client) {
        // What was changed in this second may be changed again in it.
        client.patch(ISSUE, &json!({"title": "New"})).expect(200);
        let just = client.get(ISSUE).expect(200);
        let dated = |name, date: &str| client.with(name, date);
        if just.header("last-modified").is_empty() {
            let date = "Tue, 02 Jan 2024 03:04:05 GMT";
            dated("if-modified-since", date).get(ISSUE).expect(200);
        }
        let begun = Timestamp::parse("2024-01-02T03:04:05Z").unwrap();
        let clock = SeededEnvironment::new(begun, 1);
        let store = StoreOptions::new().environment(clock).in_memory().unwrap();
        let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
        let name = "octo/hello".parse().unwrap();
        let mut repository = tx.create_repository(&name).unwrap();
        let issue = NewIssue::titled("One").label("bug");
        repository.create_issue(issue).unwrap();
        tx.commit().unwrap();
        let client = client.beside(store);
        let date = client
            .get(ISSUE)
            .expect(200)
            .header("last-modified")
            .to_owned();
        assert!(date.ends_with("GMT"), "{date:?}");
        client
            .with("if-modified-since", &date)
            .get(ISSUE)
            .expect(304);
        client
            .with("if-unmodified-since", &date)
            .patch(ISSUE, &json!({"title": "Two"}))
            .expect(200);
        let refused = client.with("if-unmodified-since", &date);
        refused.patch(ISSUE, &json!({"title": "Three"})).expect(412);
        // The name of a label is another record's, and is shown with the issue.
        let date = client
            .get(ISSUE)
            .expect(200)
            .header("last-modified")
            .to_owned();
        let mut tx = client
            .api
            .store()
            .write(Actor::login("mona"), "rename")
            .unwrap();
        let edit = LabelEdit::default().name("defect");
        tx.repository("octo/hello")
            .unwrap()
            .edit_label("bug", &edit)
            .unwrap();
        tx.commit().unwrap();
        let shown = client
            .with("if-modified-since", &date)
            .get(ISSUE)
            .expect(200);
        assert_eq!(shown.json()["labels"][0]["name"], "defect");
        // A label has no moment of its own, and is not overwritten for that.
        let label = "/repos/octo/hello/labels/defect";
        let late = client.with("if-unmodified-since", &date);
        late.patch(label, &json!({"color": "000000"})).expect(412);
    }

    pub(super) fn nobody_is_given_what_was_kept_for_another(client: &Client) {
        for prefix in ["", "/api/v5"] {
            for path in [ISSUE, "/repos/octo/hello/issues/77"] {
                let reply = client.get(&format!("{prefix}{path}"));
                assert_eq!(reply.header("cache-control"), "private, no-cache");
                assert_eq!(reply.header("x-content-type-options"), "nosniff");
                let vary = reply.header("vary");
                assert!(vary.contains("Authorization, Private-Token"), "{vary}");
            }
        }
    }
}
