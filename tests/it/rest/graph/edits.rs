//! Edits, and who may make them.

use backlot_model::Actor;
use serde_json::{Value, json};

use super::{data, error, issue, issue_node, node, tests};
use crate::rest::client::Client;

tests!(
    created,
    closed_and_reopened,
    edited,
    labelled_and_assigned,
    commented,
    locked_pinned_transferred_deleted,
    who_may_edit
);

fn created(client: &Client) {
    let asked = "mutation IssueCreate($input: CreateIssueInput!) {createIssue(input: $input) {clientMutationId issue {id url number title}}}";
    let home = node(client, "/repos/octo/hello");
    let input =
        json!({"repositoryId": home, "title": "T", "body": "B", "clientMutationId": "once"});
    let made = data(client, asked, &json!({"input": input}))["createIssue"].take();
    assert_eq!(
        made["issue"]["url"],
        "http://127.0.0.1:8080/octo/hello/issues/3"
    );
    assert_eq!(made["issue"]["id"], issue_node(client, 3));
    assert_eq!(made["clientMutationId"], "once");
    let input = json!({
        "repositoryId": home, "title": "T", "body": "", "projectIds": null,
        "labelIds": [node(client, "/repos/octo/hello/labels/bug")],
        "assigneeIds": [node(client, "/users/mona")],
        "milestoneId": node(client, "/repos/octo/hello/milestones/1"),
    });
    data(client, asked, &json!({"input": input}));
    let made = issue(client, 4);
    assert_eq!(made["labels"][0]["name"], "bug");
    assert_eq!(made["assignees"][0]["login"], "mona");
    assert_eq!(made["milestone"]["number"], 1);
    let (refused, found) = error(
        client,
        asked,
        &json!({"input": {"repositoryId": home, "title": ""}}),
    );
    assert_eq!(refused["type"], "UNPROCESSABLE");
    assert_eq!(refused["path"], json!(["createIssue"]));
    assert_eq!(found, json!({"createIssue": null}));
    let (refused, _) = error(
        client,
        asked,
        &json!({"input": {"repositoryId": "x", "title": "T"}}),
    );
    assert_eq!(
        refused["message"],
        "Could not resolve to a node with the global id of 'x'"
    );
    client.get("/repos/octo/hello/issues/5").expect(404);
}

fn closed_and_reopened(client: &Client) {
    let id = issue_node(client, 1);
    let close = "mutation IssueClose($input:CloseIssueInput!){closeIssue(input: $input){issue{id state stateReason closedAt}}}";
    let closed = data(
        client,
        close,
        &json!({"input": {"issueId": id, "stateReason": "NOT_PLANNED"}}),
    );
    assert_eq!(closed["closeIssue"]["issue"]["stateReason"], "NOT_PLANNED");
    assert_eq!(issue(client, 1)["state_reason"], "not_planned");
    let reopen = "mutation($input:ReopenIssueInput!){reopenIssue(input: $input){issue{id state stateReason}}}";
    let opened = data(client, reopen, &json!({"input": {"issueId": id}}));
    assert_eq!(
        opened["reopenIssue"]["issue"],
        json!({"id": id, "state": "OPEN", "stateReason": "REOPENED"})
    );
    let closed = data(client, close, &json!({"input": {"issueId": id}}));
    assert_eq!(closed["closeIssue"]["issue"]["stateReason"], "COMPLETED");
    // Two edits in one document happen one after the other.
    let both = "mutation($id: ID!) {
        one: reopenIssue(input: {issueId: $id}) {issue {state}}
        two: closeIssue(input: {issueId: $id, stateReason: NOT_PLANNED}) {issue {state stateReason}}
    }";
    let both = data(client, both, &json!({"id": id}));
    assert_eq!(both["one"]["issue"]["state"], "OPEN");
    assert_eq!(
        both["two"]["issue"],
        json!({"state": "CLOSED", "stateReason": "NOT_PLANNED"})
    );
    let (refused, _) = error(
        client,
        close,
        &json!({"input": {"issueId": id, "stateReason": "BORED"}}),
    );
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("$input of type CloseIssueInput!"),
        "{refused}"
    );
}

fn edited(client: &Client) {
    let update =
        "mutation IssueUpdate($input:UpdateIssueInput!){updateIssue(input: $input){__typename}}";
    let id = issue_node(client, 1);
    let edit = |more: Value| {
        let mut input = json!({"id": id});
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        let done = data(client, update, &json!({"input": input}));
        assert_eq!(
            done,
            json!({"updateIssue": {"__typename": "UpdateIssuePayload"}})
        );
        issue(client, 1)
    };
    let now = edit(json!({"title": "T2", "body": "B2"}));
    assert_eq!((&now["title"], &now["body"]), (&json!("T2"), &json!("B2")));
    assert_eq!(
        (&now["labels"][0]["name"], &now["milestone"]["number"]),
        (&json!("bug"), &json!(1))
    );
    let now = edit(json!({"milestoneId": null}));
    assert_eq!(
        (&now["milestone"], &now["title"]),
        (&Value::Null, &json!("T2"))
    );
    let now = edit(json!({
        "milestoneId": node(client, "/repos/octo/hello/milestones/1"),
        "assigneeIds": [node(client, "/users/hubot")],
    }));
    assert_eq!(
        (&now["assignees"][0]["login"], &now["milestone"]["number"]),
        (&json!("hubot"), &json!(1))
    );
    let now = edit(json!({"assigneeIds": [], "labelIds": [], "state": "CLOSED"}));
    assert_eq!(
        (&now["assignees"], &now["labels"], &now["state"]),
        (&json!([]), &json!([]), &json!("closed"))
    );
}

fn labelled_and_assigned(client: &Client) {
    client
        .post(
            "/repos/octo/hello/labels",
            &json!({"name": "wind", "color": "ffffff"}),
        )
        .expect(201);
    let (bug, wind) = (
        node(client, "/repos/octo/hello/labels/bug"),
        node(client, "/repos/octo/hello/labels/wind"),
    );
    let id = issue_node(client, 2);
    let edit = |name: &str, input: &str, more: &str, variables: Value| {
        let document = format!("mutation($input: {input}!) {{{name}(input: $input) {{{more}}}}}");
        data(client, &document, &json!({"input": variables}))[name].take()
    };
    let labelled = edit(
        "addLabelsToLabelable",
        "AddLabelsToLabelableInput",
        "labelable {labels(first: 9) {nodes {name}}}",
        json!({"labelableId": id, "labelIds": [bug, wind]}),
    );
    assert_eq!(
        labelled["labelable"]["labels"]["nodes"],
        json!([{"name": "bug"}, {"name": "wind"}])
    );
    let typed = edit(
        "removeLabelsFromLabelable",
        "RemoveLabelsFromLabelableInput",
        "__typename",
        json!({"labelableId": id, "labelIds": [bug]}),
    );
    assert_eq!(typed["__typename"], "RemoveLabelsFromLabelablePayload");
    assert_eq!(issue(client, 2)["labels"][0]["name"], "wind");
    edit(
        "clearLabelsFromLabelable",
        "ClearLabelsFromLabelableInput",
        "clientMutationId",
        json!({"labelableId": id}),
    );
    assert_eq!(issue(client, 2)["labels"], json!([]));
    let mona = node(client, "/users/mona");
    let assigned = edit(
        "addAssigneesToAssignable",
        "AddAssigneesToAssignableInput",
        "assignable {assignees(first: 9) {nodes {login}}}",
        json!({"assignableId": id, "assigneeIds": [mona]}),
    );
    assert_eq!(
        assigned["assignable"]["assignees"]["nodes"],
        json!([{"login": "hubot"}, {"login": "mona"}])
    );
    edit(
        "removeAssigneesFromAssignable",
        "RemoveAssigneesFromAssignableInput",
        "clientMutationId",
        json!({"assignableId": id, "assigneeIds": [mona]}),
    );
    assert_eq!(issue(client, 2)["assignees"].as_array().unwrap().len(), 1);
}

fn commented(client: &Client) {
    let add = "mutation CommentCreate($input:AddCommentInput!){addComment(input: $input){commentEdge{cursor node{id url body}} subject{id}}}";
    let id = issue_node(client, 1);
    let made = data(
        client,
        add,
        &json!({"input": {"subjectId": id, "body": "bye"}}),
    )["addComment"]
        .take();
    let comments = client
        .get("/repos/octo/hello/issues/1/comments")
        .expect(200)
        .json();
    assert_eq!(made["commentEdge"]["node"]["url"], comments[0]["html_url"]);
    assert_eq!(made["commentEdge"]["node"]["id"], comments[0]["node_id"]);
    assert_eq!(made["subject"]["id"], id);
    let change = "mutation($input:UpdateIssueCommentInput!){updateIssueComment(input: $input){issueComment{body viewerDidAuthor}}}";
    let comment = &comments[0]["node_id"];
    let changed = data(
        client,
        change,
        &json!({"input": {"id": comment, "body": "Bye."}}),
    );
    assert_eq!(
        changed["updateIssueComment"]["issueComment"]["body"],
        "Bye."
    );
    let delete = "mutation($input:DeleteIssueCommentInput!){deleteIssueComment(input: $input){clientMutationId}}";
    data(client, delete, &json!({"input": {"id": comment}}));
    assert_eq!(
        client
            .get("/repos/octo/hello/issues/1/comments")
            .expect(200)
            .json(),
        json!([])
    );
    let (gone, _) = error(client, delete, &json!({"input": {"id": comment}}));
    assert_eq!(gone["type"], "NOT_FOUND");
    let (refused, _) = error(
        client,
        add,
        &json!({"input": {"subjectId": id, "body": ""}}),
    );
    assert_eq!(refused["type"], "UNPROCESSABLE");
}

fn locked_pinned_transferred_deleted(client: &Client) {
    let id = issue_node(client, 1);
    let lock = "mutation($input:LockLockableInput!){lockLockable(input: $input){lockedRecord{locked activeLockReason}}}";
    let locked = data(
        client,
        lock,
        &json!({"input": {"lockableId": id, "lockReason": "TOO_HEATED"}}),
    );
    assert_eq!(
        locked["lockLockable"]["lockedRecord"],
        json!({"locked": true, "activeLockReason": "TOO_HEATED"})
    );
    assert_eq!(issue(client, 1)["active_lock_reason"], "too heated");
    let unlock = "mutation($input:UnlockLockableInput!){unlockLockable(input: $input){unlockedRecord{locked}}}";
    let open = data(client, unlock, &json!({"input": {"lockableId": id}}));
    assert_eq!(open["unlockLockable"]["unlockedRecord"]["locked"], false);
    for (name, is_pinned) in [("pinIssue", true), ("unpinIssue", false)] {
        let pin =
            format!("mutation($id: ID!){{{name}(input: {{issueId: $id}}){{issue{{isPinned}}}}}}");
        assert_eq!(
            data(client, &pin, &json!({"id": id}))[name]["issue"]["isPinned"],
            is_pinned
        );
    }
    let store = client.api.store();
    let mut tx = store.write(Actor::login("mona"), "more").unwrap();
    tx.create_repository(&"octo/other".parse().unwrap())
        .unwrap();
    tx.commit().unwrap();
    let transfer = "mutation($input:TransferIssueInput!){transferIssue(input: $input){issue{url}}}";
    let moved = data(
        client,
        transfer,
        &json!({"input": {"issueId": id, "repositoryId": node(client, "/repos/octo/other")}}),
    );
    assert_eq!(
        moved["transferIssue"]["issue"]["url"],
        "http://127.0.0.1:8080/octo/other/issues/1"
    );
    let delete = "mutation($input:DeleteIssueInput!){deleteIssue(input: $input){repository{id}}}";
    let second = json!({"input": {"issueId": issue_node(client, 2)}});
    let (refused, _) = error(&client.as_triager(), delete, &second);
    assert_eq!(refused["type"], "FORBIDDEN");
    let deleted = data(client, delete, &second);
    assert_eq!(
        deleted["deleteIssue"]["repository"]["id"],
        node(client, "/repos/octo/hello")
    );
    client.get("/repos/octo/hello/issues/2").expect(410);
    let (gone, _) = error(client, delete, &second);
    assert_eq!(gone["type"], "NOT_FOUND");
}

fn who_may_edit(client: &Client) {
    let reader = client.as_reader();
    let id = issue_node(client, 1);
    let (refused, found) = error(
        &reader,
        "mutation($id: ID!){closeIssue(input: {issueId: $id}){issue{id}}}",
        &json!({"id": id}),
    );
    assert_eq!(refused["type"], "FORBIDDEN");
    assert_eq!(
        refused["message"],
        "reader does not have the correct permissions to execute `CloseIssue`"
    );
    assert_eq!(found, json!({"closeIssue": null}));
    for name in ["pinIssue", "unpinIssue", "deleteIssue"] {
        let document =
            format!("mutation($id: ID!){{{name}(input: {{issueId: $id}}){{clientMutationId}}}}");
        let (refused, _) = error(&reader, &document, &json!({"id": id}));
        assert_eq!(refused["type"], "FORBIDDEN", "{name}");
    }
    for document in [
        "mutation($id: ID!){addLabelsToLabelable(input: {labelableId: $id, labelIds: []}){clientMutationId}}",
        "mutation($id: ID!){removeLabelsFromLabelable(input: {labelableId: $id, labelIds: []}){clientMutationId}}",
        "mutation($id: ID!){addAssigneesToAssignable(input: {assignableId: $id, assigneeIds: []}){clientMutationId}}",
        "mutation($id: ID!){lockLockable(input: {lockableId: $id}){clientMutationId}}",
        "mutation($id: ID!){updateIssue(input: {id: $id, title: \"Mine\"}){clientMutationId}}",
    ] {
        let (refused, _) = error(&reader, document, &json!({"id": id}));
        assert_eq!(refused["type"], "FORBIDDEN", "{document}");
    }
    assert_eq!(issue(client, 1)["title"], "Crash on start");
    // Anybody may say something.
    data(
        &reader,
        "mutation($id: ID!){addComment(input: {subjectId: $id, body: \"Me too\"}){subject{id}}}",
        &json!({"id": id}),
    );
}
