//! What is asked of issues, labels, repositories and people.

use backlot_core::{NewIssue, StoreOptions};
use backlot_model::Actor;
use serde_json::{Value, json};

use super::{data, error, issue, issue_node, node, tests};
use crate::rest::client::Client;

tests!(
    what_is_known_before_asking,
    lists_of_issues,
    lists_in_pages,
    one_issue,
    comments_by_node,
    searched,
    labels_and_milestones,
    repositories_and_people
);

fn what_is_known_before_asking(client: &Client) {
    let asked =
        "query Issue_fields{Issue: __type(name: \"Issue\"){fields(includeDeprecated: true){name}}}";
    let found = data(client, asked, &Value::Null);
    let fields = found["Issue"]["fields"].as_array().unwrap();
    for name in ["stateReason", "isPinned", "title"] {
        assert!(fields.iter().any(|field| field["name"] == name), "{name}");
    }
    let asked = r#"{
        __type(name: "IssueConnection") {
            kind name
            fields { name type { kind name ofType { kind name ofType { name } } } args { name } }
        }
        state: __type(name: "IssueState") { enumValues { name } }
        input: __type(name: "CloseIssueInput") { inputFields { name type { kind ofType { name } } } }
        actor: __type(name: "Actor") { possibleTypes { name } }
        nothing: __type(name: "Discussion") { name }
        __schema { queryType { name } mutationType { name } types { name } }
    }"#;
    let found = data(client, asked, &json!({}));
    assert_eq!(found["__type"]["kind"], "OBJECT");
    let total = &found["__type"]["fields"][0];
    assert_eq!(
        (&total["name"], &total["type"]["kind"]),
        (&json!("totalCount"), &json!("NON_NULL"))
    );
    assert_eq!(total["type"]["ofType"]["name"], "Int");
    assert_eq!(found["__type"]["fields"][1]["type"]["kind"], "LIST");
    assert_eq!(
        found["state"]["enumValues"],
        json!([{"name": "OPEN"}, {"name": "CLOSED"}])
    );
    assert_eq!(found["input"]["inputFields"][0]["name"], "issueId");
    assert_eq!(found["actor"]["possibleTypes"].as_array().unwrap().len(), 4);
    assert_eq!(found["nothing"], Value::Null);
    assert_eq!(found["__schema"]["queryType"]["name"], "Query");
    assert_eq!(found["__schema"]["mutationType"]["name"], "Mutation");
}

const LIST: &str = "
    fragment issue on Issue {number,title,url,state,updatedAt,labels(first:100){nodes{id,name,description,color},totalCount},stateReason}
    query IssueList($owner: String!, $repo: String!, $limit: Int, $endCursor: String, $states: [IssueState!] = OPEN, $assignee: String, $author: String, $mention: String) {
      repository(owner: $owner, name: $repo) {
        hasIssuesEnabled
        issues(first: $limit, after: $endCursor, orderBy: {field: CREATED_AT, direction: DESC}, states: $states, filterBy: {assignee: $assignee, createdBy: $author, mentioned: $mention}) {
          totalCount
          nodes { ...issue }
          pageInfo { hasNextPage endCursor }
        }
      }
    }";

fn lists_of_issues(client: &Client) {
    let numbers = |more: Value| -> Vec<u64> {
        let mut variables = json!({"owner": "octo", "repo": "hello", "limit": 30});
        for (key, value) in more.as_object().unwrap() {
            variables[key] = value.clone();
        }
        let found = data(client, LIST, &variables);
        let issues = &found["repository"]["issues"];
        let nodes = issues["nodes"].as_array().unwrap();
        assert_eq!(issues["totalCount"], nodes.len());
        nodes
            .iter()
            .map(|node| node["number"].as_u64().unwrap())
            .collect()
    };
    client
        .patch(
            "/repos/octo/hello/issues/2",
            &json!({"state": "closed", "state_reason": "not_planned"}),
        )
        .expect(200);
    client
        .post(
            "/repos/octo/hello/issues",
            &json!({"title": "Fog", "body": "Ask @hubot."}),
        )
        .expect(201);
    assert_eq!(numbers(json!({})), [3, 1]);
    assert_eq!(numbers(json!({"states": ["OPEN", "CLOSED"]})), [3, 2, 1]);
    assert_eq!(numbers(json!({"states": "CLOSED"})), [2]);
    assert_eq!(
        numbers(json!({"states": ["CLOSED"], "assignee": "hubot"})),
        [2]
    );
    assert_eq!(numbers(json!({"assignee": "hubot"})), [0u64; 0]);
    assert_eq!(numbers(json!({"assignee": null})), [3, 1]);
    assert_eq!(
        numbers(json!({"assignee": "*", "states": ["OPEN", "CLOSED"]})),
        [2]
    );
    assert_eq!(numbers(json!({"author": "mona"})), [3, 1]);
    assert_eq!(numbers(json!({"author": "nobody"})), [0u64; 0]);
    assert_eq!(numbers(json!({"mention": "hubot"})), [3]);
    let found = data(
        client,
        LIST,
        &json!({"owner": "OCTO", "repo": "Hello", "limit": 1, "states": ["CLOSED"]}),
    );
    let first = &found["repository"]["issues"]["nodes"][0];
    assert_eq!(first["state"], "CLOSED");
    assert_eq!(first["stateReason"], "NOT_PLANNED");
    assert_eq!(first["title"], "Dark theme");
    assert_eq!(first["url"], "http://127.0.0.1:8080/octo/hello/issues/2");
    assert_eq!(found["repository"]["hasIssuesEnabled"], true);
    let asked = r#"{repository(owner: "octo", name: "hello") {
        labelled: issues(first: 5, labels: ["bug", "other"]) { nodes { number } }
        both: issues(first: 5, filterBy: {labels: ["bug", "other"]}) { totalCount }
        of: issues(first: 5, filterBy: {milestone: "Beta"}) { nodes { number } }
        numbered: issues(first: 5, filterBy: {milestoneNumber: "1"}) { nodes { number } }
        without: issues(first: 5, filterBy: {milestone: null, states: OPEN}) { nodes { number } }
        since: issues(first: 5, filterBy: {since: "2999-01-01T00:00:00Z"}) { totalCount }
        updated: issues(first: 5, orderBy: {field: UPDATED_AT, direction: ASC}) { totalCount edges { cursor node { number } } }
    }}"#;
    let found = data(client, asked, &Value::Null)["repository"].take();
    assert_eq!(found["labelled"]["nodes"], json!([{"number": 1}]));
    assert_eq!(found["both"]["totalCount"], 0);
    assert_eq!(found["of"]["nodes"], json!([{"number": 1}]));
    assert_eq!(found["numbered"]["nodes"], json!([{"number": 1}]));
    assert_eq!(found["without"]["nodes"], json!([{"number": 3}]));
    assert_eq!(found["since"]["totalCount"], 0);
    assert_eq!(found["updated"]["edges"].as_array().unwrap().len(), 3);
}

fn lists_in_pages(client: &Client) {
    let store = StoreOptions::new().in_memory().unwrap();
    let mut tx = store.write(Actor::login("mona"), "begin").unwrap();
    let mut repository = tx
        .create_repository(&"octo/hello".parse().unwrap())
        .unwrap();
    for number in 1..=23 {
        repository
            .create_issue(NewIssue::titled(format!("Issue {number}")))
            .unwrap();
    }
    tx.commit().unwrap();
    let client = client.beside(store);
    let mut seen = Vec::new();
    let mut variables = json!({"owner": "octo", "repo": "hello", "limit": 10});
    for limit in [10, 10, 7] {
        variables["limit"] = limit.into();
        let found = data(&client, LIST, &variables);
        let issues = &found["repository"]["issues"];
        assert_eq!(issues["totalCount"], 23);
        seen.extend(
            issues["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|node| node["number"].as_u64().unwrap()),
        );
        assert_eq!(issues["pageInfo"]["hasNextPage"], seen.len() < 23);
        variables["endCursor"] = issues["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, (1..=23).rev().collect::<Vec<_>>());
    let asked = "query($b: String) {repository(owner: \"octo\", name: \"hello\") {issues(last: 4, before: $b) {
        nodes {number} pageInfo {hasNextPage hasPreviousPage startCursor endCursor}}}}";
    let last = data(&client, asked, &json!({}));
    let last = &last["repository"]["issues"];
    assert_eq!(
        last["nodes"],
        json!([{"number": 20}, {"number": 21}, {"number": 22}, {"number": 23}])
    );
    assert_eq!(last["pageInfo"]["hasPreviousPage"], true);
    let before = data(
        &client,
        asked,
        &json!({"b": last["pageInfo"]["startCursor"]}),
    );
    assert_eq!(before["repository"]["issues"]["nodes"][3]["number"], 19);
    for (arguments, kind) in [
        ("", "MISSING_PAGINATION_BOUNDARIES"),
        ("(first: 101)", "EXCESSIVE_PAGINATION"),
        ("(first: -1)", "INVALID_PAGINATION"),
        ("(first: 1, after: \"x\")", "INVALID_CURSOR_ARGUMENTS"),
    ] {
        let asked = format!(
            "{{repository(owner: \"octo\", name: \"hello\") {{name issues{arguments} {{nodes {{number}}}}}}}}"
        );
        let (error, found) = error(&client, &asked, &Value::Null);
        assert_eq!(error["type"], kind, "{arguments}");
        assert_eq!(error["path"], json!(["repository", "issues"]));
        // What cannot be null takes with it what it belongs to.
        assert_eq!(found, json!({"repository": null}));
    }
}

fn one_issue(client: &Client) {
    client
        .post(
            "/repos/octo/hello/issues/1/comments",
            &json!({"body": "First"}),
        )
        .expect(201);
    client
        .post(
            "/repos/octo/hello/issues/1/comments",
            &json!({"body": "Second"}),
        )
        .expect(201);
    client
        .post(
            "/repos/octo/hello/issues/1/reactions",
            &json!({"content": "+1"}),
        )
        .expect(201);
    let asked = "query IssueByNumber($owner: String!, $repo: String!, $number: Int!) {
      repository(owner: $owner, name: $repo) {
        hasIssuesEnabled
        issue: issueOrPullRequest(number: $number) {
          __typename
          ...on Issue{number,url,state,createdAt,title,body,author{login,...on User{id,name}},milestone{number,title,description,dueOn},assignees(first:100){nodes{id,login,name},totalCount},labels(first:100){nodes{id,name,description,color},totalCount},projectCards(first:100){nodes{project{name}column{name}},totalCount},reactionGroups{content,users{totalCount}},comments(last: 1) {nodes {author{login,...on User{id,name}},authorAssociation,body,createdAt,includesCreatedEdit,isMinimized,minimizedReason,reactionGroups{content,users{totalCount}}},totalCount},stateReason,id,isPinned,locked,activeLockReason,closed,closedAt,databaseId,fullDatabaseId,resourcePath,viewerDidAuthor,includesCreatedEdit,repository{nameWithOwner}}
          ...on PullRequest{number,url,isDraft}
        }
      }
    }";
    let variables = json!({"owner": "octo", "repo": "hello", "number": 1});
    let found = data(client, asked, &variables)["repository"]["issue"].take();
    let rest = issue(client, 1);
    assert_eq!(found["__typename"], "Issue");
    for (field, key) in [
        ("number", "number"),
        ("title", "title"),
        ("body", "body"),
        ("id", "node_id"),
        ("url", "html_url"),
        ("createdAt", "created_at"),
        ("closedAt", "closed_at"),
    ] {
        assert_eq!(found[field], rest[key], "{field}");
    }
    assert_eq!(
        (&found["state"], &found["stateReason"]),
        (&json!("OPEN"), &Value::Null)
    );
    assert_eq!(found["author"]["login"], "mona");
    assert_eq!(found["author"]["id"], rest["user"]["node_id"]);
    assert_eq!(found["milestone"]["title"], "Beta");
    assert_eq!(
        found["labels"]["nodes"][0]["id"],
        rest["labels"][0]["node_id"]
    );
    assert_eq!(found["labels"]["nodes"][0]["name"], "bug");
    assert_eq!(found["assignees"], json!({"nodes": [], "totalCount": 0}));
    assert_eq!(found["projectCards"], json!({"nodes": [], "totalCount": 0}));
    assert_eq!(found["reactionGroups"].as_array().unwrap().len(), 8);
    assert_eq!(
        found["reactionGroups"][0],
        json!({"content": "THUMBS_UP", "users": {"totalCount": 1}})
    );
    assert_eq!(found["comments"]["totalCount"], 2);
    assert_eq!(found["comments"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!(found["comments"]["nodes"][0]["body"], "Second");
    assert_eq!(found["resourcePath"], "/octo/hello/issues/1");
    assert_eq!(found["fullDatabaseId"], rest["id"].to_string());
    assert_eq!(found["repository"]["nameWithOwner"], "octo/hello");
    assert_eq!(
        (
            &found["viewerDidAuthor"],
            &found["isPinned"],
            &found["closed"]
        ),
        (&json!(true), &json!(false), &json!(false))
    );
}

fn comments_by_node(client: &Client) {
    for body in ["One", "Two", "Three"] {
        client
            .post(
                "/repos/octo/hello/issues/1/comments",
                &json!({"body": body}),
            )
            .expect(201);
    }
    let asked = "query CommentsForIssue($endCursor:String$id:ID!){node(id: $id){...on Issue{comments(first: 2, after: $endCursor){nodes{id,author{login},authorAssociation,body,createdAt,includesCreatedEdit,isMinimized,minimizedReason,reactionGroups{content,users{totalCount}},url,viewerDidAuthor},totalCount,pageInfo{hasNextPage,endCursor}}},...on PullRequest{comments(first: 2, after: $endCursor){nodes{id}}}}}";
    let mut variables = json!({"id": issue_node(client, 1), "endCursor": null});
    let first = data(client, asked, &variables)["node"]["comments"].take();
    assert_eq!(
        (&first["nodes"][0]["body"], &first["nodes"][1]["body"]),
        (&json!("One"), &json!("Two"))
    );
    assert_eq!(first["nodes"][0]["author"]["login"], "mona");
    assert_eq!(first["nodes"][0]["viewerDidAuthor"], true);
    assert_eq!(first["nodes"][0]["isMinimized"], false);
    assert!(
        first["nodes"][0]["url"]
            .as_str()
            .unwrap()
            .contains("#issuecomment-")
    );
    variables["endCursor"] = first["pageInfo"]["endCursor"].clone();
    let second = data(client, asked, &variables)["node"]["comments"].take();
    assert_eq!(second["nodes"][0]["body"], "Three");
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    // Comments are nodes as well.
    let asked = "query($id: ID!) {node(id: $id) {id __typename ... on Comment {body}}}";
    let comment = data(client, asked, &json!({"id": first["nodes"][0]["id"]}));
    assert_eq!(comment["node"]["__typename"], "IssueComment");
    assert_eq!(comment["node"]["body"], "One");
}

fn searched(client: &Client) {
    let asked = "fragment issue on Issue {number,title}query IssueSearch($repo: String!, $owner: String!, $type: SearchType!, $limit: Int, $after: String, $query: String!) {
        repository(name: $repo, owner: $owner) { hasIssuesEnabled }
        search(type: $type, last: $limit, after: $after, query: $query) {
          issueCount nodes { ...issue } pageInfo { hasNextPage endCursor }
        }
      }";
    let search = |query: &str, limit: u64, after: &Value| {
        let variables = json!({"owner": "octo", "repo": "hello", "type": "ISSUE", "limit": limit, "query": query, "after": after});
        data(client, asked, &variables)["search"].take()
    };
    let none = Value::Null;
    let found = search("label:bug repo:octo/hello state:open type:issue", 30, &none);
    assert_eq!(
        found["nodes"],
        json!([{"number": 1, "title": "Crash on start"}])
    );
    assert_eq!(found["issueCount"], 1);
    assert_eq!(
        search("theme repo:octo/hello", 30, &none)["nodes"][0]["number"],
        2
    );
    assert_eq!(
        search("author:@me repo:octo/hello", 30, &none)["issueCount"],
        2
    );
    assert_eq!(search("repo:octo/nothing", 30, &none)["issueCount"], 0);
    let first = search("sort:created-asc repo:octo/hello", 1, &none);
    assert_eq!(first["nodes"][0]["number"], 1);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = search(
        "sort:created-asc repo:octo/hello",
        1,
        &first["pageInfo"]["endCursor"],
    );
    assert_eq!(second["nodes"][0]["number"], 2);
    let (refused, _) = error(
        client,
        "{search(type: USER, first: 1, query: \"x\") {issueCount}}",
        &none,
    );
    assert_eq!(refused["type"], "UNPROCESSABLE");
}

fn labels_and_milestones(client: &Client) {
    for (name, color) in [("area/ui", "ff0000"), ("zeta", "00ff00")] {
        // What is made in one millisecond has no order.
        std::thread::sleep(std::time::Duration::from_millis(2));
        client
            .post(
                "/repos/octo/hello/labels",
                &json!({"name": name, "color": color, "description": "About it"}),
            )
            .expect(201);
    }
    let asked = "fragment label on Label{id,name,color,description,createdAt,updatedAt,isDefault,url}
      query LabelList($owner: String!, $repo: String!, $limit: Int!, $endCursor: String, $query: String, $orderBy: LabelOrder) {
        repository(owner: $owner, name: $repo) {
          labels(first: $limit, after: $endCursor, query: $query, orderBy: $orderBy) {
            totalCount, nodes { ...label } pageInfo { hasNextPage endCursor }
          }
        }
      }";
    let labels = |query: &str, field: &str, direction: &str| -> Vec<String> {
        let order = json!({"field": field, "direction": direction});
        let variables = json!({"owner": "octo", "repo": "hello", "limit": 30, "query": query, "orderBy": order});
        let found = data(client, asked, &variables);
        let nodes = found["repository"]["labels"]["nodes"]
            .as_array()
            .unwrap()
            .clone();
        nodes
            .iter()
            .map(|node| node["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(labels("", "NAME", "ASC"), ["area/ui", "bug", "zeta"]);
    assert_eq!(labels("", "NAME", "DESC"), ["zeta", "bug", "area/ui"]);
    assert_eq!(labels("", "CREATED_AT", "ASC"), ["bug", "area/ui", "zeta"]);
    assert_eq!(labels("B", "NAME", "ASC"), ["area/ui", "bug", "zeta"]);
    assert_eq!(labels("bug", "NAME", "ASC"), ["bug"]);
    let asked = "query Resolve {
        u000: user(login:\"mona\"){id,login}
        repository(owner:\"octo\",name:\"hello\"){
          l000: label(name:\"area/ui\"){id,name,color,url,isDefault}
          l001: label(name:\"nothing\"){id}
          milestone(number: 1) {id title}
          none: milestone(number: 9) {id}
          milestones(states: [OPEN], first: 100){nodes{id,title,number,dueOn,state,url},pageInfo{hasNextPage,endCursor}}
          closed: milestones(states: CLOSED, first: 1){totalCount}
          assignableUsers(first: 100){nodes{id,login,name},totalCount}
        }
      }";
    let found = data(client, asked, &Value::Null);
    let rest = client
        .get("/repos/octo/hello/labels/area/ui")
        .expect(200)
        .json();
    let here = &found["repository"];
    assert_eq!(here["l000"]["id"], rest["node_id"]);
    assert_eq!(
        here["l000"]["url"],
        "http://127.0.0.1:8080/octo/hello/labels/area/ui"
    );
    assert_eq!((&here["l001"], &here["none"]), (&Value::Null, &Value::Null));
    assert_eq!(
        here["milestone"]["id"],
        node(client, "/repos/octo/hello/milestones/1")
    );
    assert_eq!(here["milestones"]["nodes"][0]["title"], "Beta");
    assert_eq!(here["closed"]["totalCount"], 0);
    let users = here["assignableUsers"]["nodes"].as_array().unwrap();
    assert!(users.iter().any(|user| user["login"] == "hubot"));
    assert_eq!(found["u000"]["id"], node(client, "/users/mona"));
}

fn repositories_and_people(client: &Client) {
    let asked = "fragment repo on Repository {
        id name owner { login } hasIssuesEnabled description hasWikiEnabled viewerPermission defaultBranchRef { name }
      }
      query RepositoryInfo($owner: String!, $name: String!) {
        viewer { login id isViewer }
        repository(owner: $owner, name: $name) {
          ...repo parent { ...repo } mergeCommitAllowed rebaseMergeAllowed squashMergeAllowed
          url isPrivate isArchived visibility nameWithOwner issues(states: OPEN) { totalCount }
        }
        repositoryOwner(login: $owner) {
          login
          repositories(first: 30, privacy: PUBLIC, isFork: false, ownerAffiliations: OWNER, orderBy: {field: PUSHED_AT, direction: DESC}) {
            nodes{nameWithOwner,description,isPrivate,isFork,isArchived,createdAt,pushedAt,visibility} totalCount pageInfo{hasNextPage,endCursor}
          }
        }
        rateLimit { limit remaining resetAt }
      }";
    let variables = json!({"owner": "octo", "name": "hello"});
    let found = data(client, asked, &variables);
    let rest = client.get("/repos/octo/hello").expect(200).json();
    let here = &found["repository"];
    assert_eq!(
        (&here["id"], &here["url"]),
        (&rest["node_id"], &rest["html_url"])
    );
    assert_eq!(
        (&here["name"], &here["owner"]["login"]),
        (&json!("hello"), &json!("octo"))
    );
    assert_eq!(
        (&here["hasIssuesEnabled"], &here["viewerPermission"]),
        (&json!(true), &json!("ADMIN"))
    );
    assert_eq!(
        (&here["visibility"], &here["isPrivate"], &here["parent"]),
        (&json!("PUBLIC"), &json!(false), &Value::Null)
    );
    assert_eq!(here["issues"]["totalCount"], 2);
    assert_eq!(
        found["viewer"],
        json!({"login": "mona", "id": node(client, "/user"), "isViewer": true})
    );
    assert_eq!(
        found["repositoryOwner"]["repositories"]["nodes"][0]["nameWithOwner"],
        "octo/hello"
    );
    assert_eq!(found["rateLimit"]["limit"], 5000);
    let reader = data(
        &client.as_reader(),
        "{viewer {login id} repository(owner: \"octo\", name: \"hello\") {viewerPermission viewerCanAdminister}}",
        &Value::Null,
    );
    assert_eq!(reader["viewer"]["login"], "reader");
    assert_eq!(
        reader["repository"],
        json!({"viewerPermission": "READ", "viewerCanAdminister": false})
    );
    // Who has no record is a node all the same, and the same for REST.
    let asked = "query($ids: [ID!]!) {nodes(ids: $ids) {id __typename ... on Actor {login} ... on Repository {nameWithOwner}}}";
    let ids = json!([
        reader["viewer"]["id"],
        here["id"],
        node(client, "/users/mona")
    ]);
    let nodes = data(client, asked, &json!({"ids": ids}))["nodes"].take();
    assert_eq!(nodes[0]["login"], "reader");
    assert_eq!(nodes[1]["nameWithOwner"], "octo/hello");
    assert_eq!(nodes[2]["login"], "mona");
}
