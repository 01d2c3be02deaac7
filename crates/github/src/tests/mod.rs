//! Whole ways through the crate: in, through a stand-in for the store, and out again.

mod data;
mod edits;
mod foreign;
mod layouts;
mod mapping;
mod migration;
mod properties;
mod served;
mod shapes;
mod single;
mod versions;

use crate::stand_in::StandIn;
use crate::{Limits, ReadOptions, Reader, Source, render};

/// Reads a text that holds objects of a kind.
pub(super) fn read(text: &str, kind: &str) -> StandIn {
    let source = Source::from_reader(text.as_bytes(), "test.json", Limits::default()).unwrap();
    let kind = Some(kind.parse().unwrap());
    let mut store = StandIn::default();
    store
        .take_all(
            Reader::open(source, ReadOptions { kind })
                .unwrap()
                .batches(),
        )
        .unwrap();
    store
}

/// Writes every record as it came.
pub(super) fn written(store: &mut StandIn) -> Vec<String> {
    written_for(store, None).0
}

pub(super) fn written_for(
    store: &mut StandIn,
    version: Option<crate::ApiVersion>,
) -> (Vec<String>, Vec<backlot_model::Loss>) {
    let mut losses = Vec::new();
    let records = store.records.clone();
    let texts = records.iter().map(|record| {
        let mut out = Vec::new();
        render(record, store, version, &mut out, &mut losses).unwrap();
        String::from_utf8(out).unwrap()
    });
    (texts.collect(), losses)
}

/// One object of each kind as GitHub gives it today, made up.
pub(super) const EXAMPLES: [(&str, &str); 12] = [
    ("user", USER),
    ("label", LABEL),
    ("milestone", MILESTONE),
    ("issue", ISSUE),
    ("comment", COMMENT),
    ("issue-event", EVENT),
    ("timeline", TIMELINE),
    ("pull", PULL),
    (
        "reaction",
        r#"{"id":5,"node_id":"MDg6UmVhY3Rpb241","user":null,"content":"heart","created_at":"2020-01-02T03:04:05Z"}"#,
    ),
    (
        "project",
        r#"{"owner_url":"https://api.github.com/repos/octo/hello","url":"https://api.github.com/projects/9","html_url":"https://github.com/octo/hello/projects/1","columns_url":"https://api.github.com/projects/9/columns","id":9,"node_id":"MDc6UHJvamVjdDk=","name":"Board","body":null,"number":1,"state":"open","creator":null,"created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z"}"#,
    ),
    (
        "column",
        r#"{"url":"https://api.github.com/projects/columns/8","project_url":"https://api.github.com/projects/9","cards_url":"https://api.github.com/projects/columns/8/cards","id":8,"node_id":"MDEzOlByb2plY3RDb2x1bW44","name":"To do","created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z"}"#,
    ),
    (
        "card",
        r#"{"url":"https://api.github.com/projects/columns/cards/7","id":7,"node_id":"MDExOlByb2plY3RDYXJkNw==","note":"remember","archived":false,"creator":null,"created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z","column_url":"https://api.github.com/projects/columns/8"}"#,
    ),
];

macro_rules! user {
    ($login:literal, $id:literal) => {
        concat!(
            r#"{"login":""#,
            $login,
            r#"","id":"#,
            $id,
            r#","avatar_url":"https://avatars.githubusercontent.com/u/"#,
            $id,
            r#"?v=4","gravatar_id":"","url":"https://api.github.com/users/"#,
            $login,
            r#"","html_url":"https://github.com/"#,
            $login,
            r#"","followers_url":"https://api.github.com/users/"#,
            $login,
            r#"/followers","type":"User","site_admin":false}"#
        )
    };
}

macro_rules! label {
    ($name:literal, $id:literal) => {
        concat!(
            r#"{"id":"#,
            $id,
            r#","url":"https://api.github.com/repos/octo/hello/labels/"#,
            $name,
            r#"","name":""#,
            $name,
            r#"","color":"d73a4a","default":true,"description":"Something is wrong"}"#
        )
    };
}

macro_rules! milestone {
    () => {
        concat!(r#"{"url":"https://api.github.com/repos/octo/hello/milestones/3","html_url":"https://github.com/octo/hello/milestone/3","labels_url":"https://api.github.com/repos/octo/hello/milestones/3/labels","id":30,"node_id":"MDk6TWlsZXN0b25lMzA=","number":3,"title":"v1","description":null,"creator":"#,
            user!("mona", 1), r#","open_issues":4,"closed_issues":2,"state":"open","created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-03T03:04:05Z","due_on":null,"closed_at":null}"#)
    };
}

const USER: &str = user!("mona", 1);
const LABEL: &str = label!("bug", 7);
const MILESTONE: &str = milestone!();
const ISSUE: &str = concat!(
    r#"{"url":"https://api.github.com/repos/octo/hello/issues/12","repository_url":"https://api.github.com/repos/octo/hello","labels_url":"https://api.github.com/repos/octo/hello/issues/12/labels{/name}","comments_url":"https://api.github.com/repos/octo/hello/issues/12/comments","events_url":"https://api.github.com/repos/octo/hello/issues/12/events","html_url":"https://github.com/octo/hello/issues/12","id":120,"node_id":"MDU6SXNzdWUxMjA=","number":12,"title":"It crashes","user":"#,
    user!("mona", 1),
    r#","labels":["#,
    label!("bug", 7),
    ",",
    label!("help", 8),
    r#"],"state":"closed","locked":true,"assignee":"#,
    user!("hubot", 2),
    r#","assignees":["#,
    user!("hubot", 2),
    ",",
    user!("mona", 1),
    r#"],"milestone":"#,
    milestone!(),
    r#","comments":2,"created_at":"2020-01-02T03:04:05Z","updated_at":"2020-02-02T03:04:05Z","closed_at":"2020-02-02T03:04:05Z","author_association":"OWNER","type":null,"active_lock_reason":"too heated","sub_issues_summary":{"total":0,"completed":0,"percent_completed":0},"body":"Each time.\r\nHere.","closed_by":"#,
    user!("hubot", 2),
    r#","reactions":{"url":"https://api.github.com/repos/octo/hello/issues/12/reactions","total_count":3,"+1":2,"-1":0,"laugh":0,"hooray":0,"confused":0,"heart":1,"rocket":0,"eyes":0},"timeline_url":"https://api.github.com/repos/octo/hello/issues/12/timeline","performed_via_github_app":null,"state_reason":"completed"}"#
);
const COMMENT: &str = concat!(
    r#"{"url":"https://api.github.com/repos/octo/hello/issues/comments/99","html_url":"https://github.com/octo/hello/pull/12#issuecomment-99","issue_url":"https://api.github.com/repos/octo/hello/issues/12","id":99,"node_id":"IC_kwDOAAsPKM4AAABj","user":"#,
    user!("mona", 1),
    r#","created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z","body":"Me too","author_association":"NONE","reactions":{"url":"https://api.github.com/repos/octo/hello/issues/comments/99/reactions","total_count":0,"+1":0,"-1":0,"laugh":0,"hooray":0,"confused":0,"heart":0,"rocket":0,"eyes":0},"performed_via_github_app":null}"#
);
const EVENT: &str = concat!(
    r#"{"id":55,"node_id":"MDEyOkxhYmVsZWRFdmVudDU1","url":"https://api.github.com/repos/octo/hello/issues/events/55","actor":"#,
    user!("mona", 1),
    r#","event":"labeled","commit_id":null,"commit_url":null,"created_at":"2020-01-02T03:04:05Z","label":{"name":"bug","color":"d73a4a"},"performed_via_github_app":null}"#
);
const TIMELINE: &str = concat!(
    r#"{"actor":"#,
    user!("mona", 1),
    r#","created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z","source":{"type":"issue","issue":"#,
    "{\"url\":\"https://api.github.com/repos/octo/other/issues/4\",\"html_url\":\"https://github.com/octo/other/issues/4\",\"number\":4,\"title\":\"Another\",\"user\":",
    user!("mona", 1),
    "}",
    r#"},"event":"cross-referenced"}"#
);
const PULL: &str = concat!(
    r#"{"url":"https://api.github.com/repos/octo/hello/pulls/12","id":77,"node_id":"MDExOlB1bGxSZXF1ZXN0Nzc=","html_url":"https://github.com/octo/hello/pull/12","number":12,"state":"open","locked":false,"title":"Mend it","user":"#,
    user!("mona", 1),
    r#","body":null,"created_at":"2020-01-02T03:04:05Z","updated_at":"2020-01-02T03:04:05Z","closed_at":null,"merged_at":null,"merge_commit_sha":"abc","head":{"ref":"mend","user":"#,
    user!("mona", 1),
    r#"},"draft":true}"#
);
