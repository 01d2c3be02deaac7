//! Whole ways through the crate: in, through a stand-in for the store, and out again.

mod born;
mod data;
mod edited;
mod edits;
mod mapping;
mod properties;
mod served;
mod shapes;
mod written;

use backlot_model::Loss;

use crate::stand_in::StandIn;
use crate::{Limits, ReadOptions, Reader, Shape, Source, render};

/// Reads a text that holds objects of a kind, or that tell by their keys what they are.
pub(super) fn read(text: &str, kind: &str) -> StandIn {
    read_as("test.json", text, kind)
}

/// Reads a file of a name.
pub(super) fn read_as(name: &str, text: &str, kind: &str) -> StandIn {
    let source = Source::from_reader(text.as_bytes(), name, Limits::default()).unwrap();
    let kind = (!kind.is_empty()).then(|| kind.parse().unwrap());
    let reader = Reader::open(source, ReadOptions { kind }).unwrap();
    let mut store = StandIn::default();
    store.take_all(reader.batches()).unwrap();
    store
}

/// Writes every record as it came.
pub(super) fn written(store: &mut StandIn) -> Vec<String> {
    written_in(store, Shape::Live).0
}

/// Writes every record, in a shape where no source stated it.
pub(super) fn written_in(store: &mut StandIn, shape: Shape) -> (Vec<String>, Vec<Loss>) {
    let mut losses = Vec::new();
    let records = store.records.clone();
    let texts = records.iter().map(|record| {
        let mut out = Vec::new();
        render(record, store, shape, &mut out, &mut losses).unwrap();
        String::from_utf8(out).unwrap()
    });
    (texts.filter(|text| !text.is_empty()).collect(), losses)
}

/// One object of each kind as GitCode gives it today, made up.
pub(super) const EXAMPLES: [(&str, &str); 13] = [
    ("user", USER),
    ("user", MEMBER),
    ("label", LABEL),
    ("milestone", MILESTONE),
    ("issue", ISSUE),
    ("issue", OLD_ISSUE),
    ("comment", COMMENT),
    ("operate-log", LOG),
    (
        "reaction",
        r#"{"id":"51","emoji":"👍","emoji_name":"like","user":{"object_id":"695337496415d64a21d4d6c7","login":"mona","name":"Mona"}}"#,
    ),
    (
        "modify-history",
        r#"{"id":"61","content":"before","created":false,"deleted":false,"created_at":"2026-01-02T03:04:05+08:00","updated_at":"2026-01-02T03:04:05+08:00","user":{"object_id":"695337496415d64a21d4d6c7","login":"mona","name":"Mona"}}"#,
    ),
    (
        "repository",
        r#"{"id":900,"full_name":"octo/hello","human_name":"octo / hello","url":"https://api.gitcode.com/api/v5/repos/octo/hello","path":"hello","name":"Hello","description":"","web_url":"https://gitcode.com/octo/hello","created_at":"2026-01-02T03:04:05.678+08:00","updated_at":"2026-01-02T03:04:05.678+08:00","owner":{"id":"17","login":"octo"},"private":false,"public":true}"#,
    ),
    ("issue-hook", ISSUE_HOOK),
    ("note-hook", NOTE_HOOK),
];

macro_rules! user {
    ($login:literal, $id:literal) => {
        concat!(
            r#"{"html_url":"https://gitcode.com/"#,
            $login,
            r#"","id":""#,
            $id,
            r#"","object_id":""#,
            $id,
            r#"","login":""#,
            $login,
            r#"","name":"Some one"}"#
        )
    };
}

macro_rules! label {
    ($name:literal, $id:literal) => {
        concat!(
            r##"{"id":"##,
            $id,
            r##","name":""##,
            $name,
            r##"","color":"#2865E0","created_at":"2026-01-01T03:04:05+08:00","updated_at":"2026-01-02T03:04:05+08:00"}"##
        )
    };
}

const USER: &str = user!("mona", "695337496415d64a21d4d6c7");
const MEMBER: &str = r#"{"id":"1008","name":"mona","username":"mona","nick_name":"Mona","state":"active","email":"m@example.org","web_url":"https://gitcode.com/mona","access_level":50,"type":"EnterpriseMember","permissions":{"admin":true},"object_id":"695337496415d64a21d4d6c7","permission":"admin","login":"mona"}"#;
const LABEL: &str = r##"{"id":56808,"name":"bug","color":"#DA203E","repository_id":900,"created_at":"2026-01-02T03:04:05.325+08:00","updated_at":"2026-01-02T03:04:05.325+08:00","description":""}"##;
const MILESTONE: &str = r#"{"closed_issues":0,"created_at":"2026-01-02T03:04:05+08:00","description":"","due_on":"2026-07-15","number":253899,"open_issues":0,"repository_id":900,"state":"active","title":"v1","updated_at":"2026-01-02T03:04:05+08:00","url":"https://gitcode.com/octo/hello/milestones/4"}"#;
pub(super) const ISSUE: &str = concat!(
    r#"{"id":120,"html_url":"https://gitcode.com/octo/hello/issues/12","number":"12","state":"open","title":"It crashes","body":"Each time.\r\nHere.","user":"#,
    user!("mona", "695337496415d64a21d4d6c7"),
    r#","assignee":"#,
    user!("hubot", "695337496415d64a21d4d6c8"),
    r#","assignees":["#,
    user!("hubot", "695337496415d64a21d4d6c8"),
    ",",
    user!("mona", "695337496415d64a21d4d6c7"),
    r#"],"repository":{"id":900,"full_name":"octo/hello","path":"hello","name":"Hello","description":"","created_at":"2026-01-01T00:00:00+08:00","updated_at":"2026-01-01T00:00:00+08:00","assigner":{},"paas":""},"created_at":"2026-01-02T03:04:05+08:00","updated_at":"2026-02-02T03:04:05+08:00","finished_at":"","labels":["#,
    label!("bug", 7),
    ",",
    label!("help", 8),
    r#"],"issue_state":"TODO","comments":3,"priority":0,"issue_type":"Bug-Report","issue_state_detail":{"title":"TODO","serial":0,"id":264},"issue_type_detail":{"title":"Bug-Report","id":238,"is_system":false},"issue_priority_detail":{"title":"none","id":111},"milestone":{"created_at":"2026-01-02T03:04:05+08:00","description":"","due_on":"2026-07-15","number":253899,"repository_id":900,"state":"active","title":"v1","updated_at":"2026-01-02T03:04:05+08:00","url":"https://gitcode.com/octo/hello/milestones/4"},"visibility_reason":"public"}"#
);
const OLD_ISSUE: &str = concat!(
    r##"{"id":121,"html_url":"https://gitcode.com/octo/hello/issues/13","number":13,"state":"closed","title":"Old","body":null,"user":"##,
    user!("mona", "695337496415d64a21d4d6c7"),
    r##","assignee":null,"repository":null,"labels":[{"id":9,"name":"wide","color":"#fff"}],"created_at":"2024-04-19T15:12:33.123+08:00","updated_at":"2024-04-19T15:12:33.123+08:00","finished_at":"2024-05-19T15:12:33+08:00","milestone":null,"parent_id":0,"custom_fields":[{"field_name":"size","field_type":"integer","field_visibility":"1","field_values":["3"]}]}"##
);
const COMMENT: &str = concat!(
    r#"{"id":99,"body":"Me too","user":"#,
    user!("mona", "695337496415d64a21d4d6c7"),
    r#","target":{"issue":{"id":120,"title":"","number":12}},"created_at":"2026-01-02T03:04:05+08:00","updated_at":"2026-01-02T03:04:05+08:00"}"#
);
pub(super) const LOG: &str = r#"{"id":55,"user":{"html_url":"https://gitcode.com/mona","id":"695337496415d64a21d4d6c7","login":"mona","name":"mona"},"content":"add label help wanted","created_at":"2026-01-02T03:04:05+08:00","action_type":"label","update_at":"2026-01-02T03:04:05+08:00","issue_id":"120"}"#;
const ISSUE_HOOK: &str = r#"{"object_kind":"issue","event_type":"issue","object_attributes":{"iid":12,"id":120,"title":"It crashes","description":"Each time","state":"opened","action":"open","created_at":"2026-01-02T03:04:05.116+08:00","updated_at":"2026-01-02T03:04:05.116+08:00","closed_at":null,"author":{"id":17,"name":"Mona","username":"mona","web_url":"https://gitcode.com/mona"},"url":"https://gitcode.com/octo/hello/issues/12"},"labels":[],"user":{"id":17,"username":"mona"},"uuid":"u"}"#;
const NOTE_HOOK: &str = r#"{"object_kind":"note","event_type":"note","user":{"id":17,"name":"Mona","username":"mona"},"project":{"web_url":"https://gitcode.com/octo/hello"},"object_attributes":{"author_id":17,"id":99,"note":"Me too","noteable_id":120,"noteable_type":"Issue","created_at":"2026-01-02T03:04:05+08:00","updated_at":"2026-01-02T03:04:05+08:00","url":"https://gitcode.com/octo/hello/issues/12#note_d3"},"issue":{"id":120,"iid":12}}"#;
