//! Every answer by GitHub's own schemas of the version that was asked for, where `BACKLOT_SCHEMAS` says where they are: those
//! of all cases, and of every object of the bundled sample and of a random backlog.

use std::collections::BTreeMap;
use std::path::PathBuf;

use backlot_core::{RepositoryEdit, Store, StoreOptions};
use backlot_model::Actor;
use serde_json::Value;

use crate::random_backlog::fill;
use crate::rest::client::{Asked, Client};
use crate::rest::table::{CASES, fits};
use crate::schemas::{schemas, validator};
use crate::support::{import_into, root};

/// How an answer holds objects.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
    Found,
}

use Shape::{Found, List, One};

/// Which schema the objects in the answers of an endpoint satisfy.
const SCHEMAS: &[(&str, &str, Shape, &str)] = &[
    ("GET", "/issues", List, "issue"),
    ("GET", "/user/issues", List, "issue"),
    ("GET", "/orgs/{org}/issues", List, "issue"),
    ("GET", "/repos/{owner}/{repo}/issues", List, "issue"),
    ("POST", "/repos/{owner}/{repo}/issues", One, "issue"),
    ("GET", "/repos/{owner}/{repo}/issues/{number}", One, "issue"),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/{number}",
        One,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/assignees",
        List,
        "simple-user",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        One,
        "issue",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/assignees",
        One,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments",
        List,
        "issue-comment",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        One,
        "issue-comment",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        One,
        "issue-comment",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/comments/{id}",
        One,
        "issue-comment",
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/issues/comments/{id}/pin",
        One,
        "issue-comment",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        List,
        "issue-comment",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/comments",
        One,
        "issue-comment",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/events",
        List,
        "issue-event",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/events/{id}",
        One,
        "issue-event",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/events",
        List,
        "issue-event-for-issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/timeline",
        List,
        "timeline-issue-events",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        List,
        "label",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        List,
        "label",
    ),
    (
        "PUT",
        "/repos/{owner}/{repo}/issues/{number}/labels",
        List,
        "label",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/labels/{name}",
        List,
        "label",
    ),
    ("GET", "/repos/{owner}/{repo}/labels", List, "label"),
    ("POST", "/repos/{owner}/{repo}/labels", One, "label"),
    ("GET", "/repos/{owner}/{repo}/labels/{name}", One, "label"),
    ("PATCH", "/repos/{owner}/{repo}/labels/{name}", One, "label"),
    ("GET", "/repos/{owner}/{repo}/milestones", List, "milestone"),
    ("POST", "/repos/{owner}/{repo}/milestones", One, "milestone"),
    (
        "GET",
        "/repos/{owner}/{repo}/milestones/{number}",
        One,
        "milestone",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/milestones/{number}",
        One,
        "milestone",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/milestones/{number}/labels",
        List,
        "label",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/reactions",
        List,
        "reaction",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/reactions",
        One,
        "reaction",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
        List,
        "reaction",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/comments/{id}/reactions",
        One,
        "reaction",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/sub_issues",
        List,
        "issue",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/sub_issues",
        One,
        "issue",
    ),
    (
        "PATCH",
        "/repos/{owner}/{repo}/issues/{number}/sub_issues/priority",
        One,
        "issue",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/sub_issue",
        One,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/parent",
        One,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by",
        List,
        "issue",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by",
        One,
        "issue",
    ),
    (
        "DELETE",
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocked_by/{id}",
        One,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issues/{number}/dependencies/blocking",
        List,
        "issue",
    ),
    (
        "GET",
        "/repos/{owner}/{repo}/issue-types",
        List,
        "issue-type",
    ),
    ("GET", "/orgs/{org}/issue-types", List, "issue-type"),
    ("GET", "/search/issues", Found, "issue-search-result-item"),
    ("GET", "/user", One, "simple-user"),
    ("GET", "/users", List, "simple-user"),
    ("GET", "/users/{username}", One, "simple-user"),
    ("GET", "/orgs/{org}/projects", List, "project"),
    ("POST", "/orgs/{org}/projects", One, "project"),
    ("GET", "/repos/{owner}/{repo}/projects", List, "project"),
    ("POST", "/repos/{owner}/{repo}/projects", One, "project"),
    ("GET", "/users/{username}/projects", List, "project"),
    ("POST", "/user/projects", One, "project"),
    ("GET", "/projects/{id}", One, "project"),
    ("PATCH", "/projects/{id}", One, "project"),
    ("GET", "/projects/{id}/columns", List, "project-column"),
    ("POST", "/projects/{id}/columns", One, "project-column"),
    ("GET", "/projects/{id}/collaborators", List, "simple-user"),
    (
        "GET",
        "/projects/{id}/collaborators/{username}/permission",
        One,
        "project-collaborator-permission",
    ),
    ("GET", "/projects/columns/{id}", One, "project-column"),
    ("PATCH", "/projects/columns/{id}", One, "project-column"),
    ("GET", "/projects/columns/{id}/cards", List, "project-card"),
    ("POST", "/projects/columns/{id}/cards", One, "project-card"),
    ("GET", "/projects/columns/cards/{id}", One, "project-card"),
    ("PATCH", "/projects/columns/cards/{id}", One, "project-card"),
];

/// The validators, by version and schema, and how many objects each has seen.
struct Judge {
    folder: PathBuf,
    validators: BTreeMap<(String, String), jsonschema::Validator>,
    seen: BTreeMap<String, usize>,
    /// What was not valid, the first of each kind.
    wrong: Vec<String>,
}

impl Judge {
    fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            validators: BTreeMap::new(),
            seen: BTreeMap::new(),
            wrong: Vec::new(),
        }
    }

    /// Looks at an answer; nothing where no schema is known for it.
    fn look(&mut self, asked: &Asked, whence: &str) {
        if asked.path.starts_with("/api/v5") || asked.method == http::Method::HEAD {
            return;
        }
        // A wrong version is answered as the usual one.
        let version = match asked.version.as_str() {
            "2026-03-10" => "2026-03-10",
            _ => "2022-11-28",
        };
        let Ok(body) = serde_json::from_slice::<Value>(&asked.reply) else {
            return;
        };
        let told = format!("{whence}: {} {} {}", asked.method, asked.path, asked.status);
        if asked.status >= 300 {
            let schema = match body["errors"][0].is_object() {
                true => "validation-error",
                false => "basic-error",
            };
            return self.check(version, schema, &body, &told);
        }
        let candidates = SCHEMAS
            .iter()
            .filter(|(method, ..)| *method == asked.method.as_str());
        let fitting = candidates.filter_map(|row| Some((fits(row.1, &asked.path)?, row)));
        let Some((_, (.., shape, schema))) = fitting.max_by_key(|(named, _)| *named) else {
            return;
        };
        let objects: Vec<&Value> = match shape {
            One => vec![&body],
            List => body.as_array().unwrap().iter().collect(),
            Found => {
                self.check(version, "issue-search-result", &body, &told);
                body["items"].as_array().unwrap().iter().collect()
            }
        };
        for object in objects {
            self.check(version, schema, object, &told);
        }
    }

    fn check(&mut self, version: &str, schema: &str, object: &Value, told: &str) {
        let key = (version.to_owned(), schema.to_owned());
        let folder = match schema.starts_with("project") {
            true => self.folder.join("github/classic-projects"),
            false => self.folder.join(format!("github/{version}")),
        };
        if schema == "issue-search-result"
            && !folder.join("issue-search-result.schema.json").exists()
        {
            return;
        }
        let judge = self
            .validators
            .entry(key)
            .or_insert_with(|| validator(&folder, schema, ""));
        *self.seen.entry(schema.to_owned()).or_default() += 1;
        if let Err(error) = judge.validate(object) {
            let at = error.instance_path().to_string();
            let mut shown = object.to_string();
            shown.truncate(
                shown
                    .char_indices()
                    .nth(600)
                    .map_or(shown.len(), |(at, _)| at),
            );
            self.wrong.push(format!(
                "{version} {schema} {told}: {error} at {at}\n  {shown}"
            ));
        }
    }

    #[track_caller]
    fn assert_none_wrong(&self) {
        let first: Vec<&str> = self.wrong.iter().take(12).map(String::as_str).collect();
        assert!(
            self.wrong.is_empty(),
            "{} answers are not valid, among them:\n{}",
            self.wrong.len(),
            first.join("\n")
        );
    }
}

#[test]
fn the_answers_of_all_cases_are_valid() {
    let Some(folder) = schemas() else { return };
    let mut judge = Judge::new(folder);
    for (name, case) in CASES.iter().flat_map(|cases| cases.iter()) {
        let client = Client::fresh();
        case(&client);
        let log = std::mem::take(&mut *client.log.lock().unwrap());
        for asked in &log {
            judge.look(asked, name);
        }
    }
    eprintln!("answers of cases, valid: {:?}", judge.seen);
    judge.assert_none_wrong();
}

#[test]
fn every_object_of_the_sample_and_of_a_random_backlog_is_answered_validly() {
    let Some(folder) = schemas() else { return };
    for (what, store) in [("sample", sample()), ("random", random())] {
        let client = Client::on(store);
        let mut judge = Judge::new(folder.clone());
        for version in ["2022-11-28", "2026-03-10"] {
            let client = client.with("x-github-api-version", version);
            crawl(&client);
            for asked in client.log.lock().unwrap().drain(..) {
                judge.look(&asked, what);
            }
        }
        eprintln!("{what} over the API, valid: {:?}", judge.seen);
        judge.assert_none_wrong();
        let seen = |schema: &str| judge.seen.get(schema).copied().unwrap_or(0);
        for schema in [
            "issue",
            "issue-comment",
            "label",
            "milestone",
            "issue-event",
            "timeline-issue-events",
            "issue-event-for-issue",
        ] {
            assert!(seen(schema) > 5, "{what} {schema}: {}", seen(schema));
        }
    }
}

fn sample() -> Store {
    let store = StoreOptions::new().in_memory().unwrap();
    let sample = root().join("docs/sample");
    import_into(&store, &sample, Default::default(), |options| options).unwrap();
    store
}

fn random() -> Store {
    let store = StoreOptions::new().in_memory().unwrap();
    fill(&store, 7, 120).unwrap();
    // What is switched off would not be answered.
    let names: Vec<String> = {
        let repositories = store.read().unwrap().repositories().unwrap();
        repositories
            .into_iter()
            .map(|repository| repository.name)
            .collect()
    };
    let mut tx = store.write(Actor::login("mona"), "all on").unwrap();
    for name in names {
        let on = RepositoryEdit::default().archived(false);
        tx.repository(&name).unwrap().edit(&on).unwrap();
        let on = RepositoryEdit::default().issues(true).projects(true);
        tx.repository(&name).unwrap().edit(&on).unwrap();
    }
    tx.commit().unwrap();
    store
}

/// All pages of a list.
fn all(client: &Client, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let separator = if path.contains('?') { '&' } else { '?' };
    for page in 1.. {
        let reply = client.get(&format!("{path}{separator}per_page=100&page={page}"));
        assert_eq!(reply.status, 200, "{path}");
        let Value::Array(objects) = reply.json() else {
            panic!("{path} is no list");
        };
        found.extend(objects);
        if !reply.header("link").contains("rel=\"next\"") {
            break;
        }
    }
    found
}

/// Asks for everything that there is.
fn crawl(client: &Client) {
    for one in [
        "/user",
        "/users",
        "/issues?filter=all&state=all",
        "/user/issues?filter=all&state=all",
    ] {
        client.get(one).expect(200);
    }
    for repository in all(client, "/user/repos") {
        let name = repository["full_name"].as_str().unwrap();
        let at = format!("/repos/{name}");
        let owner = name.split('/').next().unwrap();
        client
            .get(&format!(
                "/orgs/{owner}/issues?filter=all&state=all&per_page=100"
            ))
            .expect(200);
        client
            .get(&format!("/search/issues?q=repo:{name}&per_page=100"))
            .expect(200);
        for list in ["assignees", "issue-types"] {
            all(client, &format!("{at}/{list}"));
        }
        for label in all(client, &format!("{at}/labels")) {
            let name = label["name"].as_str().unwrap();
            let name = percent_encoded(name);
            client.get(&format!("{at}/labels/{name}")).expect(200);
        }
        for milestone in all(client, &format!("{at}/milestones?state=all")) {
            let number = &milestone["number"];
            client.get(&format!("{at}/milestones/{number}")).expect(200);
            all(client, &format!("{at}/milestones/{number}/labels"));
        }
        for comment in all(client, &format!("{at}/issues/comments")) {
            let id = &comment["id"];
            let shown = client
                .get(&format!("{at}/issues/comments/{id}"))
                .expect(200)
                .json();
            assert_eq!(shown, comment);
            all(client, &format!("{at}/issues/comments/{id}/reactions"));
        }
        for event in all(client, &format!("{at}/issues/events")) {
            client
                .get(&format!("{at}/issues/events/{}", event["id"]))
                .expect(200);
        }
        for issue in all(client, &format!("{at}/issues?state=all")) {
            let one = format!("{at}/issues/{}", issue["number"]);
            client.get(&one).expect(200);
            for list in [
                "comments",
                "events",
                "timeline",
                "labels",
                "reactions",
                "sub_issues",
                "dependencies/blocked_by",
                "dependencies/blocking",
            ] {
                all(client, &format!("{one}/{list}"));
            }
            let parent = client.get(&format!("{one}/parent"));
            assert!(matches!(parent.status, 200 | 404));
        }
        boards(client, &format!("{at}/projects"));
        boards(client, &format!("/orgs/{owner}/projects"));
    }
}

fn boards(client: &Client, list: &str) {
    if client.get(list).status != 200 {
        return;
    }
    for project in all(client, &format!("{list}?state=all")) {
        let at = format!("/projects/{}", project["id"]);
        client.get(&at).expect(200);
        for column in all(client, &format!("{at}/columns")) {
            let at = format!("/projects/columns/{}", column["id"]);
            client.get(&at).expect(200);
            for card in all(client, &format!("{at}/cards?archived_state=all")) {
                client
                    .get(&format!("/projects/columns/cards/{}", card["id"]))
                    .expect(200);
            }
        }
    }
}

fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() {
            true => out.push(char::from(byte)),
            false => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}
