//! The layout `requests`, against a stand-in that does what each request asks for.

use std::collections::BTreeMap;

use backlot_core::{IssueEdit, NewIssue};
use backlot_github::{Layout, WriteOptions};
use backlot_model::{Actor, Attribution, IssueReference, State, StateReason};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use serde_json::{Map, Value, json};

use crate::layout_trips::random::{Dice, REPOSITORY, backlog};
use crate::support::{World, name, root};

/// Which schema the body of a request has to satisfy, by what it does.
const OPERATIONS: [(&str, &str, &str); 10] = [
    (
        "POST",
        "/repos/{owner}/{repo}/labels",
        "issues.create-label",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/milestones",
        "issues.create-milestone",
    ),
    ("POST", "/repos/{owner}/{repo}/issues", "issues.create"),
    ("PATCH", "/repos/{owner}/{repo}/issues/#", "issues.update"),
    ("PUT", "/repos/{owner}/{repo}/issues/#/lock", "issues.lock"),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/#/comments",
        "issues.create-comment",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/#/reactions",
        "reactions.create-for-issue",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/comments/#/reactions",
        "reactions.create-for-issue-comment",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/#/sub_issues",
        "issues.add-sub-issue",
    ),
    (
        "POST",
        "/repos/{owner}/{repo}/issues/#/dependencies/blocked_by",
        "issues.add-blocked-by-dependency",
    ),
];

/// A forge that has nothing but what the requests made.
#[derive(Default)]
struct Forge {
    /// The id that each request got back.
    answers: BTreeMap<String, u64>,
    labels: Vec<Value>,
    milestones: Vec<Value>,
    issues: Vec<Map<String, Value>>,
    /// The issue that each comment belongs to, by the comment's id.
    comments: BTreeMap<u64, u64>,
}

impl Forge {
    /// Does what a line asks for; gives which operation it was, and the body as it is sent.
    fn take(&mut self, line: &Value) -> (&'static str, Value) {
        let (path, body) = self.filled(line);
        let id = 1000 + self.answers.len() as u64;
        let shape: Vec<&str> = path
            .split('/')
            .map(|part| {
                if part.parse::<u64>().is_ok() {
                    "#"
                } else {
                    part
                }
            })
            .collect();
        let method = line["method"].as_str().unwrap();
        let known = OPERATIONS
            .iter()
            .find(|known| known.0 == method && known.1 == shape.join("/"));
        let operation = known
            .unwrap_or_else(|| panic!("no such operation: {line}"))
            .2;
        let numbers: Vec<u64> = path
            .split('/')
            .filter_map(|part| part.parse().ok())
            .collect();
        let number = match operation {
            "issues.create-label" => {
                self.labels.push(body.clone());
                None
            }
            "issues.create-milestone" => {
                self.milestones.push(body.clone());
                Some(self.milestones.len() as u64)
            }
            "issues.create" => Some(self.create(body.clone(), id)),
            _ => {
                self.change(operation, numbers[0], &body, id);
                None
            }
        };
        if let Some(expected) = line.get("expect") {
            assert_eq!(expected["number"].as_u64(), number, "{line}");
        }
        let name = line["id"].as_str().unwrap().to_owned();
        assert!(
            self.answers.insert(name, id).is_none(),
            "two requests have one name: {line}"
        );
        (operation, body)
    }

    /// The path and the body with the answers of earlier requests in their places.
    fn filled(&self, line: &Value) -> (String, Value) {
        let mut path = line["path"].as_str().unwrap().to_owned();
        let mut body = line["body"].clone();
        for need in line["needs"].as_array().unwrap_or(&Vec::new()) {
            let need = need.as_str().unwrap();
            let id = self
                .answers
                .get(need)
                .unwrap_or_else(|| panic!("{need} comes later: {line}"));
            let place = format!("{{{{{need}.id}}}}");
            path = path.replace(&place, &id.to_string());
            for value in body.as_object_mut().unwrap().values_mut() {
                if *value == json!(place) {
                    *value = json!(id);
                }
            }
        }
        (path, body)
    }

    fn create(&mut self, body: Value, id: u64) -> u64 {
        let Value::Object(mut issue) = body else {
            panic!("no object");
        };
        for label in issue
            .get("labels")
            .and_then(Value::as_array)
            .unwrap_or(&Vec::new())
        {
            assert!(
                self.labels.iter().any(|known| known["name"] == *label),
                "{label} is unknown"
            );
        }
        if let Some(milestone) = issue.get("milestone") {
            assert!(milestone.as_u64().unwrap() <= self.milestones.len() as u64);
        }
        issue.insert("id".to_owned(), json!(id));
        issue.insert("state".to_owned(), json!("open"));
        for list in ["comments", "reactions", "sub_issues", "blocked_by"] {
            issue.insert(list.to_owned(), json!([]));
        }
        self.issues.push(issue);
        self.issues.len() as u64
    }

    fn change(&mut self, operation: &str, number: u64, body: &Value, id: u64) {
        let (list, value) = match operation {
            "issues.create-comment" => {
                self.comments.insert(id, number);
                ("comments", json!({"body": body["body"], "reactions": []}))
            }
            "reactions.create-for-issue" => ("reactions", body["content"].clone()),
            "reactions.create-for-issue-comment" => {
                let issue = self.comments[&number];
                let comments = self.issues[issue as usize - 1]["comments"]
                    .as_array_mut()
                    .unwrap();
                let last = comments.last_mut().unwrap();
                return last["reactions"]
                    .as_array_mut()
                    .unwrap()
                    .push(body["content"].clone());
            }
            "issues.add-sub-issue" => ("sub_issues", self.number_of(&body["sub_issue_id"])),
            "issues.add-blocked-by-dependency" => ("blocked_by", self.number_of(&body["issue_id"])),
            "issues.lock" => ("locked", json!(body.get("lock_reason"))),
            _ => ("", Value::Null),
        };
        let issue = &mut self.issues[number as usize - 1];
        match (list, issue.get_mut(list)) {
            ("", _) => issue.extend(body.as_object().unwrap().clone()),
            (_, Some(Value::Array(values))) => values.push(value),
            _ => {
                issue.insert(list.to_owned(), value);
            }
        }
    }

    fn number_of(&self, id: &Value) -> Value {
        let at = self.issues.iter().position(|issue| issue["id"] == *id);
        json!(at.expect("an issue of this id") + 1)
    }
}

/// The requests of a repository, done, with the report of losses.
fn done(world: &World, repository: &str) -> (Forge, Vec<Value>) {
    let options = WriteOptions {
        layout: Layout::Requests,
        ..WriteOptions::default()
    };
    let (files, _) = world.export_with(repository, options);
    let validators = validators();
    let mut forge = Forge::default();
    let mut checked = 0;
    for line in &files["requests.ndjson"] {
        let (operation, body) = forge.take(line);
        if let Some(validator) = validators.get(operation) {
            if let Err(error) = validator.validate(&body) {
                panic!("{operation} {line}: {error}");
            }
            checked += 1;
        }
    }
    eprintln!(
        "{} requests, {checked} of them valid by the schemas",
        files["requests.ndjson"].len()
    );
    (forge, files["losses.ndjson"].clone())
}

fn validators() -> BTreeMap<&'static str, jsonschema::Validator> {
    let Some(folder) = std::env::var_os("BACKLOT_SCHEMAS") else {
        eprintln!("not held against schemas, because BACKLOT_SCHEMAS names no folder of them");
        return BTreeMap::new();
    };
    let folder = std::path::PathBuf::from(folder).join("github/2022-11-28/requests");
    let of = |(_, _, operation): &(_, _, &'static str)| {
        let text =
            std::fs::read_to_string(folder.join(format!("{operation}.schema.json"))).unwrap();
        let schema: Value = serde_json::from_str(&text).unwrap();
        (*operation, jsonschema::validator_for(&schema).unwrap())
    };
    OPERATIONS.iter().map(of).collect()
}

/// What an issue is, as far as requests can say it: of an object of the API, and of one at the stand-in.
fn facts(object: &Value) -> BTreeMap<&'static str, Value> {
    let names = |key: &str, inner: &str| -> Value {
        let list = object[key].as_array().cloned().unwrap_or_default();
        list.iter().map(|one| one[inner].clone()).collect()
    };
    BTreeMap::from([
        ("title", object["title"].clone()),
        ("body", json!(object["body"].as_str().unwrap_or_default())),
        ("state", object["state"].clone()),
        ("state_reason", object["state_reason"].clone()),
        ("labels", names("labels", "name")),
        ("assignees", names("assignees", "login")),
        ("milestone", object["milestone"]["number"].clone()),
        ("locked", object["locked"].clone()),
        ("active_lock_reason", object["active_lock_reason"].clone()),
        ("type", object["type"]["name"].clone()),
    ])
}

fn facts_there(issue: &Map<String, Value>) -> BTreeMap<&'static str, Value> {
    let get = |key: &str| issue.get(key).cloned().unwrap_or_default();
    let body = get("body");
    let body = body.as_str().unwrap_or_default();
    let body = Attribution::take(body).map_or(body, |(_, body)| body);
    BTreeMap::from([
        ("title", get("title")),
        ("body", json!(body)),
        ("state", get("state")),
        ("state_reason", get("state_reason")),
        ("labels", get("labels")),
        ("assignees", get("assignees")),
        ("milestone", get("milestone")),
        ("locked", json!(issue.contains_key("locked"))),
        ("active_lock_reason", get("locked")),
        ("type", get("type")),
    ])
}

#[test]
fn the_requests_make_the_sample_anew_but_for_what_the_report_says() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let (forge, losses) = done(&world, "tidepool/kelp");
    let options = WriteOptions {
        api_version: Some("2022-11-28".parse().unwrap()),
        ..WriteOptions::default()
    };
    let (rest, _) = world.export_with("tidepool/kelp", options);
    let is_lost = |object: &Value, field: &str| {
        losses
            .iter()
            .any(|loss| loss["record"] == object["url"] && loss["field"] == field)
    };
    for object in &rest["issues.ndjson"] {
        let number = object["number"].as_u64().unwrap();
        let made = facts_there(&forge.issues[number as usize - 1]);
        for (field, value) in facts(object) {
            let same = made[field] == value;
            assert_eq!(
                same,
                !is_lost(object, field),
                "{field} of #{number}: {value} {}",
                made[field]
            );
        }
        let comments = rest["comments.ndjson"]
            .iter()
            .filter(|comment| comment["issue_url"] == object["url"]);
        let made = forge.issues[number as usize - 1]["comments"]
            .as_array()
            .unwrap();
        let bodies: Vec<&str> = made
            .iter()
            .map(|comment| {
                Attribution::take(comment["body"].as_str().unwrap())
                    .unwrap()
                    .1
            })
            .collect();
        assert_eq!(
            bodies,
            comments
                .map(|comment| comment["body"].as_str().unwrap())
                .collect::<Vec<_>>()
        );
    }
    assert_eq!(forge.issues.len(), 42);
    assert_eq!(forge.issues[26]["title"], "Placeholder for #27");
    assert_eq!(forge.issues[26]["state"], "closed");
    // Who wrote what, and what happened when, is told as lost.
    for field in ["user", "created_at", "closed_at", "id"] {
        assert!(
            losses
                .iter()
                .any(|loss| loss["record_kind"] == "issue" && loss["field"] == field),
            "{field}"
        );
    }
    assert!(
        losses
            .iter()
            .any(|loss| loss["record_kind"] == "event" && loss["field"] == "")
    );
}

#[test]
fn links_between_issues_are_made_when_both_are_there() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "links").unwrap();
    tx.create_repository(&name("octo/hello")).unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    for at in 1..=5 {
        repository
            .create_issue(NewIssue::titled(format!("Issue {at}")))
            .unwrap();
    }
    let the = |number: u64| -> IssueReference { number.into() };
    for child in [5, 2] {
        repository.add_sub_issue(1, &the(child), false).unwrap();
    }
    repository.add_blocked_by(2, &the(4)).unwrap();
    let duplicate = IssueEdit::default()
        .state(State::Closed, Some(StateReason::Duplicate))
        .duplicate_of(4);
    repository.edit_issue(3, &duplicate).unwrap();
    repository.comment(3, "The same.").unwrap();
    tx.commit().unwrap();
    let (forge, losses) = done(&world, "octo/hello");
    assert_eq!(forge.issues[0]["sub_issues"], json!([5, 2]));
    assert_eq!(forge.issues[1]["blocked_by"], json!([4]));
    assert_eq!(forge.issues[2]["state_reason"], "duplicate");
    assert_eq!(forge.issues[2]["duplicate_issue_id"], forge.issues[3]["id"]);
    assert_eq!(forge.issues[2]["comments"].as_array().unwrap().len(), 1);
    let options = WriteOptions {
        layout: Layout::ImportApi,
        ..WriteOptions::default()
    };
    let (bodies, _) = world.export_with("octo/hello", options);
    for field in ["sub_issues", "blocked_by", "duplicate_of"] {
        assert!(losses.iter().all(|loss| loss["field"] != field), "{field}");
        // Where there is no request for it, it is told as lost.
        let mut told = bodies["losses.ndjson"].iter();
        assert!(told.any(|loss| loss["field"] == field), "{field}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_requests_of_any_backlog_can_be_done_one_after_another(
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let world = World::new();
        let files = backlog(&mut Dice(&bytes));
        let named: Vec<(&str, &[Value])> =
            files.iter().map(|(file, all)| (&**file, &**all)).collect();
        world.import_with(&world.backup("in", &named), |options| options.repository(name(REPOSITORY)));
        let (forge, losses) = done(&world, REPOSITORY);
        assert_eq!(forge.issues.len(), 9);
        for issue in &world.export(REPOSITORY)["issues.ndjson"] {
            let made = &forge.issues[issue["number"].as_u64().unwrap() as usize - 1];
            assert_eq!(made["title"], issue["title"]);
            assert_eq!(made["state"], issue["state"]);
        }
        assert!(losses.iter().all(|loss| loss["kind"] != "refused"));
    }
}
