//! Layouts whose objects are not GitHub's own come out in GitHub's shape.

use backlot_model::{Field, ForeignId, RecordKind, Value};

use super::written;
use crate::stand_in::StandIn;
use crate::{Limits, ReadOptions, Reader, Source};
use backlot_forge::json::equal;

fn read(text: &str, name: &str) -> StandIn {
    let source = Source::from_reader(text.as_bytes(), name, Limits::default()).unwrap();
    let mut store = StandIn::default();
    store
        .take_all(
            Reader::open(source, ReadOptions::default())
                .unwrap()
                .batches(),
        )
        .unwrap();
    store
}

#[track_caller]
fn assert_written(store: &mut StandIn, expected: &[&str]) {
    let written = written(store);
    assert_eq!(written.len(), expected.len(), "{written:#?}");
    for (written, expected) in written.iter().zip(expected) {
        assert!(equal(written, expected), "{written}\n{expected}");
    }
}

/// The same user as octocrab and as GitHub gives it.
const CRAB: &str = r#"{"login":"mona","id":1,"gists_url":"https://api.github.com/users/mona/gists%7B/gist_id%7D","type":"User","name":null,"patch_url":null}"#;
const MONA: &str = r#"{"login":"mona","id":1,"gists_url":"https://api.github.com/users/mona/gists{/gist_id}","type":"User"}"#;
const REPO: &str = "https://api.github.com/repos/octo/hello";

#[test]
fn an_issue_that_went_through_octocrab_is_repaired() {
    let text = format!(
        r#"{{"type":"issue","issue":{{"id":120,"url":"{REPO}/issues/12","labels_url":"{REPO}/issues/12/labels%7B/name%7D","number":12,"state":"open","state_reason":null,"title":"A","user":{CRAB},"labels":[{{"id":7,"name":"%7B","color":"d73a4a"}}],"assignees":[{CRAB}]}},"events":[
            {{"event":"commented","id":99,"node_id":"x","url":"{REPO}/issues/comments/99","actor":{CRAB},"commit_id":null,"commit_url":null,"created_at":"2020-01-02T03:04:05Z","body":"Me","user":{CRAB},"issue_url":"{REPO}/issues/12"}},
            {{"event":"locked","id":5,"actor":null,"commit_id":null,"commit_url":null,"created_at":"2020-01-02T03:04:06Z"}},
            {{"event":"something_new","id":6,"actor":{CRAB},"commit_id":null,"also":{{"new_url":"%7Bx%7D"}}}}],"seen_at":"today"}}"#
    );
    let mut store = read(&text, "12.json");
    assert!(store.skipped.is_empty(), "{:?}", store.skipped);
    assert_written(
        &mut store,
        &[
            &format!(
                r#"{{"id":120,"url":"{REPO}/issues/12","labels_url":"{REPO}/issues/12/labels{{/name}}","number":12,"state":"open","state_reason":null,"title":"A","user":{MONA},"labels":[{{"id":7,"name":"%7B","color":"d73a4a","description":null}}],"assignees":[{MONA}],"assignee":{MONA},"body":null,"milestone":null,"closed_at":null,"active_lock_reason":null,"closed_by":null,"timeline_url":"{REPO}/issues/12/timeline","seen_at":"today"}}"#
            ),
            &format!(
                r#"{{"event":"commented","id":99,"node_id":"x","url":"{REPO}/issues/comments/99","actor":{MONA},"created_at":"2020-01-02T03:04:05Z","body":"Me","user":{MONA},"issue_url":"{REPO}/issues/12"}}"#
            ),
            r#"{"event":"locked","id":5,"actor":null,"commit_id":null,"commit_url":null,"created_at":"2020-01-02T03:04:06Z","lock_reason":null}"#,
            &format!(
                r#"{{"event":"something_new","id":6,"actor":{MONA},"commit_id":null,"also":{{"new_url":"{{x}}"}}}}"#
            ),
        ],
    );
    assert_eq!(store.records[1].record.kind(), RecordKind::Comment);
    assert_eq!(store.records[2].parent_number, Some(12));
}

#[test]
fn a_pull_request_that_went_through_octocrab_keeps_its_review_comments() {
    let text = format!(
        r#"{{"type":"pull","pull":{{"id":77,"url":"{REPO}/pulls/3","html_url":"https://github.com/octo/hello/pull/3","review_comment_url":"{REPO}/pulls/comments%7B/number%7D","number":3,"state":"closed","title":"B","body":"b","user":{CRAB},"labels":[],"assignees":[],"mergeable_state":"clean","_links":{{"self":{{"href":"{REPO}/pulls/3"}}}}}},"events":[
            {{"event":"reviewed","id":8,"url":null,"actor":null,"commit_id":"abc","commit_url":null,"created_at":null,"html_url":"h","submitted_at":"2020-01-02T03:04:05Z","state":"CHANGES_REQUESTED","pull_request_url":"{REPO}/pulls/3"}},
            {{"event":"committed","id":null,"url":"u","actor":null,"commit_id":null,"commit_url":null,"created_at":null,"sha":"abc","message":"m"}}],"comments":[{{"id":1,"diff_hunk":"@@","user":{CRAB}}}]}}"#
    );
    let mut store = read(&text, "3.json");
    assert_eq!(store.skipped.len(), 1);
    assert!(store.skipped[0].kept && store.skipped[0].place.path == "$.comments");
    assert_written(
        &mut store,
        &[
            &format!(
                r#"{{"id":77,"url":"{REPO}/pulls/3","html_url":"https://github.com/octo/hello/pull/3","review_comment_url":"{REPO}/pulls/comments{{/number}}","number":3,"state":"closed","title":"B","body":"b","user":{MONA},"labels":[],"assignees":[],"assignee":null,"milestone":null,"closed_at":null,"merged_at":null,"merged_by":null,"merged":false,"mergeable":null,"rebaseable":null,"active_lock_reason":null,"mergeable_state":"clean","_links":{{"self":{{"href":"{REPO}/pulls/3"}},"html":{{"href":"https://github.com/octo/hello/pull/3"}},"review_comment":{{"href":"{REPO}/pulls/comments{{/number}}"}}}},"comment_data":[{{"id":1,"diff_hunk":"@@","user":{MONA}}}]}}"#
            ),
            &format!(
                r#"{{"event":"reviewed","id":8,"commit_id":"abc","html_url":"h","submitted_at":"2020-01-02T03:04:05Z","state":"changes_requested","pull_request_url":"{REPO}/pulls/3","user":null,"body":null,"_links":{{"html":{{"href":"h"}},"pull_request":{{"href":"{REPO}/pulls/3"}}}}}}"#
            ),
            r#"{"event":"committed","url":"u","sha":"abc","message":"m"}"#,
        ],
    );
}

#[test]
fn a_backup_of_odd_parts_is_read_as_far_as_it_goes() {
    let text = format!(
        r#"{{"type":"pull","pull":{{"id":77,"url":"{REPO}/pulls/3","number":3,"title":"B","_links":null,"user":[[]],"labels":{{"login":5}},"milestone":7,"mergeable_state":[]}},"events":[5,{{}},{{"event":7,"id":8}},{{"event":"closed","id":9,"url":4,"actor":"x"}}],"comments":[null]}}
        {{"type":"issue","issue":{{"id":78,"number":null,"url":5,"title":"C","_links":{{"a":1}},"assignees":7}},"events":[]}}
        {{"type":"issue","issue":null,"events":[]}}"#
    );
    let mut store = read(&text, "odd.json");
    let out = written(&mut store);
    assert_eq!(store.records[0].record.number(), Some(3));
    assert!(out[0].contains("\"_links\":null") && out[0].contains("\"milestone\":7"));
    let lost: Vec<_> = store
        .skipped
        .iter()
        .filter(|one| !one.kept)
        .map(|one| (one.place.line, &*one.reason))
        .collect();
    assert_eq!(
        lost,
        [
            (1, "expected an object"),
            (2, "the issue has no identity: `number` is missing"),
            (3, "its keys do not tell what it is; say which kind it is"),
        ]
    );
}

#[test]
fn an_archive_of_which_nothing_can_be_read_says_why() {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("issues.ndjson", options).unwrap();
    let mut bytes = writer.finish().unwrap().into_inner();
    let entry = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[entry + 8] |= 1;
    let source = Source::from_reader(&bytes[..], "x.zip", Limits::default()).unwrap();
    let Err(error) = Reader::open(source, ReadOptions::default()) else {
        panic!("it was read")
    };
    let shown = "x.zip!issues.ndjson: there is no file to read: the member is encrypted";
    assert_eq!(error.to_string(), shown);
}

#[test]
fn a_backup_says_what_it_could_not_get() {
    let folder = tempfile::tempdir().unwrap();
    let state = r#"{"version":2,"last_backup":"2026-01-01T00:00:00Z","failed_issues":[4],"failed_pulls":[]}"#;
    std::fs::create_dir(folder.path().join("issues")).unwrap();
    std::fs::write(folder.path().join("state.json"), state).unwrap();
    let open = || {
        let source = Source::open(folder.path(), Limits::default()).unwrap();
        Reader::open(source, ReadOptions::default())
    };
    assert!(
        open().is_err(),
        "there is nothing but what a backup says of itself"
    );
    let issue = format!(
        r#"{{"type":"issue","issue":{{"id":1,"number":3,"url":"{REPO}/issues/3","title":"A","labels":[]}},"events":[]}}"#
    );
    std::fs::write(folder.path().join("issues/3.json"), issue).unwrap();
    let mut store = StandIn::default();
    store.take_all(open().unwrap().batches()).unwrap();
    assert_eq!(store.records.len(), 1);
    let skipped: Vec<_> = store
        .skipped
        .iter()
        .map(|one| (&*one.reason, one.kept))
        .collect();
    assert_eq!(skipped, [("the backup could not get the issue 4", false)]);
}

/// An `archive.json` with one of everything; its parts in another order must not matter.
fn archive(issues_first: bool) -> String {
    let labels = r##""labels": [
    {"name": "bug", "description": null, "color": "d73a4a"}]"##;
    let issues = r#""issues": [
    {"number": 2, "id": "MDU6SXNzdWUxMjA=", "title": "A", "url": "https://github.com/octo/hello/issues/2",
     "state": "CLOSED", "stateReason": "NOT_PLANNED", "author": "mona", "authorAssociation": "OWNER",
     "assignees": ["hubot"], "labels": ["bug", "gone"], "body": "b", "createdAt": "2020-01-01T00:00:00Z",
     "updatedAt": "2020-01-02T00:00:00Z", "closedAt": "2020-01-02T00:00:00Z", "odd": [1],
     "comments": [
       {"author": "hubot", "authorAssociation": "NONE", "body": "one", "createdAt": "2020-01-01T01:00:00Z", "updatedAt": "2020-01-01T01:00:00Z"},
       {"author": "hubot", "authorAssociation": "NONE", "body": "two", "createdAt": "2020-01-01T01:00:00Z", "updatedAt": "2020-01-01T01:00:00Z"},
       {"author": null, "authorAssociation": "NONE", "body": "three", "createdAt": "2020-01-01T02:00:00Z", "updatedAt": "2020-01-01T02:00:00Z"}]}]"#;
    let pulls = r#""pulls": [
    {"number": 3, "id": "PR_kwDOAAsPKM4AAABj", "title": "B", "url": "https://github.com/octo/hello/pull/3",
     "state": "MERGED", "author": "hubot", "authorAssociation": "MEMBER", "assignees": [], "labels": [],
     "body": "", "createdAt": "2020-02-01T00:00:00Z", "updatedAt": "2020-02-02T00:00:00Z",
     "closedAt": "2020-02-02T00:00:00Z", "baseRefName": "main", "mergeCommit": {"oid": "abc"},
     "mergedBy": "mona", "comments": [],
     "reviews": [{"author": "mona", "authorAssociation": "OWNER", "state": "APPROVED", "body": "fine",
       "createdAt": "2020-02-01T12:00:00Z", "commit": {"abbreviatedOid": "abc"},
       "comments": [{"originalPosition": 1, "body": "here"}]}]}]"#;
    let [first, second] = match issues_first {
        true => [issues, labels],
        false => [labels, issues],
    };
    match issues_first {
        true => format!(
            "{{{first}, {second}, {pulls}, \"magic\": \"E!vIA5L86J2I\", \"repo\": \"octo/hello\"}}"
        ),
        false => format!(
            "{{\n  \"magic\": \"E!vIA5L86J2I\",\n  \"timestamp\": \"2020-03-01T00:00:00Z\",\n  \"repo\": \"octo/hello\",\n  {first},\n  {second},\n  {pulls}\n}}\n"
        ),
    }
}

#[test]
fn an_archive_json_becomes_github_s_objects() {
    let mut store = read(&archive(false), "archive.json");
    let reasons: Vec<_> = store
        .skipped
        .iter()
        .map(|one| (&*one.place.path, &*one.reason, one.kept))
        .collect();
    let review = "a review comment is kept as it came, and shown nowhere";
    assert_eq!(reasons, [("$.reviews.comments", review, true)]);
    assert_written(
        &mut store,
        &[
            r#"{"name":"bug","description":null,"color":"d73a4a"}"#,
            &format!(
                r#"{{"url":"{REPO}/issues/2","repository_url":"{REPO}","labels_url":"{REPO}/issues/2/labels{{/name}}","events_url":"{REPO}/issues/2/events","timeline_url":"{REPO}/issues/2/timeline","comments_url":"{REPO}/issues/2/comments","comments":3,"number":2,"id":120,"node_id":"MDU6SXNzdWUxMjA=","title":"A","html_url":"https://github.com/octo/hello/issues/2","state":"closed","state_reason":"not_planned","user":{{"login":"mona"}},"author_association":"OWNER","assignee":{{"login":"hubot"}},"assignees":[{{"login":"hubot"}}],"labels":[{{"name":"bug","description":null,"color":"d73a4a"}},{{"name":"gone"}}],"body":"b","created_at":"2020-01-01T00:00:00Z","updated_at":"2020-01-02T00:00:00Z","closed_at":"2020-01-02T00:00:00Z","odd":[1]}}"#
            ),
            &comment(r#"{"login":"hubot"}"#, "one", 1),
            &comment(r#"{"login":"hubot"}"#, "two", 1),
            &comment("null", "three", 2),
            &format!(
                r#"{{"url":"{REPO}/pulls/3","issue_url":"{REPO}/issues/3","commits_url":"{REPO}/pulls/3/commits","review_comments_url":"{REPO}/pulls/3/comments","review_comment_url":"{REPO}/pulls/comments{{/number}}","diff_url":"https://github.com/octo/hello/pull/3.diff","patch_url":"https://github.com/octo/hello/pull/3.patch","comments_url":"{REPO}/issues/3/comments","number":3,"id":99,"node_id":"PR_kwDOAAsPKM4AAABj","title":"B","html_url":"https://github.com/octo/hello/pull/3","state":"closed","user":{{"login":"hubot"}},"author_association":"MEMBER","assignee":null,"assignees":[],"labels":[],"body":"","created_at":"2020-02-01T00:00:00Z","updated_at":"2020-02-02T00:00:00Z","closed_at":"2020-02-02T00:00:00Z","merged_at":"2020-02-02T00:00:00Z","baseRefName":"main","merge_commit_sha":"abc","merged_by":{{"login":"mona"}}}}"#
            ),
            &format!(
                r#"{{"event":"reviewed","pull_request_url":"{REPO}/pulls/3","submitted_at":"2020-02-01T12:00:00Z","user":{{"login":"mona"}},"author_association":"OWNER","state":"approved","body":"fine","createdAt":"2020-02-01T12:00:00Z","commit":{{"abbreviatedOid":"abc"}},"comments":[{{"originalPosition":1,"body":"here"}}]}}"#
            ),
        ],
    );
    let name = |at: usize| {
        store.records[at]
            .stated
            .as_ref()
            .map(|stated| stated.1.clone())
    };
    let text = |text: &str| Some(ForeignId::Text(text.to_owned()));
    assert_eq!(name(2), text("comment 2 2020-01-01T01:00:00Z hubot 0"));
    assert_eq!(name(3), text("comment 2 2020-01-01T01:00:00Z hubot 1"));
    assert!(store.records[5].record.get(Field::MergedAt).is_some());
    assert_eq!(
        store.records[6].record.get(Field::Event),
        Some(&Value::Event("reviewed".into()))
    );
    assert_eq!(store.repositories.len(), 1);
    assert!(store.repositories[0].is_main && store.repositories[0].name == "octo/hello");
}

fn comment(user: &str, body: &str, hour: u8) -> String {
    format!(
        r#"{{"issue_url":"{REPO}/issues/2","user":{user},"author_association":"NONE","body":"{body}","created_at":"2020-01-01T0{hour}:00:00Z","updated_at":"2020-01-01T0{hour}:00:00Z"}}"#
    )
}

#[test]
fn the_parts_of_an_archive_json_come_in_any_order_and_under_any_name() {
    let names = |store: &StandIn| -> Vec<_> {
        let mut names: Vec<_> = store
            .records
            .iter()
            .map(|record| {
                record
                    .stated
                    .as_ref()
                    .map(|stated| format!("{:?}", stated.1))
            })
            .collect();
        names.sort();
        names
    };
    let whole = read(&archive(false), "archive.json");
    for name in ["archive.json", "anything.json", "standard input"] {
        for first in [true, false] {
            let store = read(&archive(first), name);
            assert_eq!(names(&store), names(&whole), "{name} {first}");
            assert_eq!(store.repositories, whole.repositories, "{name} {first}");
        }
    }
}

#[test]
fn an_archive_json_that_is_damaged_says_where() {
    let text = archive(false);
    for (from, to, message, line) in [
        ("\"comments\": [", "\"comments\": {", "expected", 7),
        (
            "E!vIA5L86J2I\",",
            "E!vIA5L86J2I\"",
            "expected `,` or `}` after an entry of an object",
            3,
        ),
        (
            "\n}\n",
            "\n",
            "the file ends inside the object that begins here",
            1,
        ),
    ] {
        let broken = text.replacen(from, to, 1);
        let source = Source::from_reader(broken.as_bytes(), "x", Limits::default()).unwrap();
        let reader = Reader::open(source, ReadOptions::default()).unwrap();
        let error = StandIn::default().take_all(reader.batches()).unwrap_err();
        assert!(error.message().contains(message), "{from}: {error}");
        assert!(error.place().line >= line, "{from}: {error}");
    }
    // What is odd is told, and the rest is read.
    let odd = text.replace("\"number\": 2,", "\"number\": null,").replace(
        "\"timestamp\": \"2020-03-01T00:00:00Z\"",
        "\"pages\": [5, {}]",
    );
    let store = read(&odd, "x");
    let told: Vec<_> = store
        .skipped
        .iter()
        .filter(|one| !one.kept)
        .map(|one| &*one.reason)
        .collect();
    assert_eq!(
        told,
        [
            "not a part of this layout",
            "not a part of this layout",
            "the issue has no identity: `number` is missing",
        ]
    );
    assert_eq!(store.records.len(), 3);
}

#[test]
fn files_that_are_only_called_like_those_of_a_layout_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "issues.ndjson",
            r#"{"id":1,"number":3,"title":"A","labels":[]}"#,
        ),
        ("state.json", "no JSON at all"),
        ("archive.json", r#"[{"a":1},{"b":2}] {"#),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let source = Source::open(folder.path(), Limits::default()).unwrap();
    let mut store = StandIn::default();
    store
        .take_all(
            Reader::open(source, ReadOptions::default())
                .unwrap()
                .batches(),
        )
        .unwrap();
    assert_eq!(store.records.len(), 1);
    let told: Vec<_> = store
        .skipped
        .iter()
        .map(|one| (&*one.reason, one.kept))
        .collect();
    assert_eq!(told, [("not a file of this layout", false); 2]);
}
