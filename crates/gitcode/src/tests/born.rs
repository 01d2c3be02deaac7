//! What GitCode never stated goes out in the shape that GitCode would give it.

use std::sync::Arc;

use backlot_model::{
    Outgoing, Parent, Record, RecordId, RecordKind, State, Timestamp, Value as Held,
};
use serde_json::{Value, json};

use crate::stand_in::StandIn;
use crate::{Renderer, Shape};

const WHEN: &str = "2026-01-02T03:04:05Z";

struct World {
    store: StandIn,
    next: u128,
}

impl World {
    fn new() -> Self {
        let store = StandIn::default();
        Self { store, next: 0 }
    }

    fn add(&mut self, kind: RecordKind, values: Vec<Held>) -> RecordId {
        self.next += 1;
        let id = RecordId::from_parts(Timestamp::parse(WHEN).unwrap(), self.next);
        let mut record = Record::new(id, kind);
        values.into_iter().for_each(|value| record.set(value));
        let outgoing = Outgoing {
            record: Arc::new(record),
            base: None,
            stated: None,
            parent_number: None,
            wanted: None,
            about: None,
            elsewhere: Vec::new(),
            own_number: None,
            is_named: false,
        };
        self.store.by_id.insert(id, Arc::new(outgoing));
        id
    }

    fn given(&mut self, id: RecordId, parent: Option<u64>, shape: Shape) -> (Value, Vec<String>) {
        let mut outgoing = (*self.store.by_id[&id]).clone();
        outgoing.parent_number = parent;
        let (mut out, mut losses) = (Vec::new(), Vec::new());
        Renderer::new(shape)
            .render(&outgoing, &mut self.store, &mut out, &mut losses)
            .unwrap();
        let losses = losses
            .iter()
            .map(|loss| format!("{} {}", loss.kind.name(), loss.field));
        let mut told: Vec<String> = losses.collect();
        told.dedup();
        (serde_json::from_slice(&out).unwrap(), told)
    }
}

#[test]
fn an_issue_and_what_belongs_to_it_have_the_shape_of_either_kind() {
    let when = Timestamp::parse(WHEN).unwrap();
    let mut world = World::new();
    let home = world.add(
        RecordKind::Repository,
        vec![Held::Name("octo/hello".into()), Held::CreatedAt(when)],
    );
    let user = world.add(RecordKind::User, vec![Held::Name("mona".into())]);
    let label = world.add(
        RecordKind::Label,
        vec![
            Held::Repository(home),
            Held::Name("bug".into()),
            Held::Color("d73a4a".into()),
        ],
    );
    let milestone = world.add(
        RecordKind::Milestone,
        vec![
            Held::Repository(home),
            Held::Number(3),
            Held::Title("v1".into()),
            Held::DueOn(Timestamp::parse("2026-07-15T08:00:00Z").unwrap()),
            Held::State(State::Open),
            Held::CreatedAt(when),
        ],
    );
    let issue = world.add(
        RecordKind::Issue,
        vec![
            Held::Repository(home),
            Held::Number(7),
            Held::Title("It crashes".into()),
            Held::Body("Each time".into()),
            Held::State(State::Open),
            Held::Author(user),
            Held::Assignees(vec![user]),
            Held::Labels(vec![label]),
            Held::Milestone(milestone),
            Held::CreatedAt(when),
            Held::Locked(true),
        ],
    );
    let numbers: Vec<u64> = [home, label, milestone, issue]
        .map(RecordId::minted_number)
        .into();
    let hex = world.given(user, None, Shape::Live).0["id"].clone();
    assert_eq!(hex.as_str().map(str::len), Some(24));
    let person = json!({"html_url": "https://gitcode.com/mona", "id": hex, "object_id": hex,
        "login": "mona", "name": "mona"});
    let moment = "2026-01-02T11:04:05+08:00";
    let (out, losses) = world.given(issue, None, Shape::Live);
    let wanted = json!({
        "id": numbers[3], "html_url": "https://gitcode.com/octo/hello/issues/7", "number": "7",
        "state": "open", "title": "It crashes", "body": "Each time", "user": person,
        "assignee": person, "assignees": [person],
        "repository": {"id": numbers[0], "full_name": "octo/hello", "path": "hello", "name": "hello",
            "description": "", "created_at": moment},
        "created_at": moment, "updated_at": moment, "finished_at": "",
        "labels": [{"id": numbers[1], "name": "bug", "color": "#d73a4a"}], "comments": 0,
        "milestone": {"description": "", "due_on": "2026-07-15", "number": numbers[2],
            "repository_id": numbers[0], "state": "active", "title": "v1", "created_at": moment,
            "updated_at": moment, "url": "https://gitcode.com/octo/hello/milestones/3"},
    });
    assert_eq!(out, wanted);
    assert_eq!(losses, ["minted id", "dropped locked", "minted name"]);
    let (out, _) = world.given(issue, None, Shape::Documented);
    assert_eq!(
        (&out["number"], &out["state"]),
        (&json!(7), &json!("opened"))
    );
    for null in ["finished_at", "issue_type"] {
        assert_eq!(out.get(null), Some(&Value::Null), "{null}");
    }
    assert_eq!(out["user"].get("events_url"), Some(&Value::Null));

    let (out, losses) = world.given(milestone, None, Shape::Live);
    assert_eq!(
        (&out["open_issues"], &out["due_on"]),
        (&json!(0), &json!("2026-07-15"))
    );
    assert_eq!(
        losses,
        ["minted number", "altered due_on", "altered description"]
    );

    let comment = world.add(
        RecordKind::Comment,
        vec![
            Held::Repository(home),
            Held::Parent(Parent::Record(issue)),
            Held::Body("Me too".into()),
            Held::Author(user),
            Held::CreatedAt(when),
        ],
    );
    let (out, losses) = world.given(comment, Some(7), Shape::Live);
    let target = json!({"issue": {"id": numbers[3], "title": "", "number": 7}});
    assert_eq!(
        out,
        json!({"id": comment.minted_number(), "body": "Me too", "user": person, "target": target,
            "created_at": moment, "updated_at": moment})
    );
    assert_eq!(losses, ["minted id", "minted name"]);

    let event = world.add(
        RecordKind::HistoryEvent,
        vec![
            Held::Repository(home),
            Held::Parent(Parent::Record(issue)),
            Held::Event("labeled".into()),
            Held::Subject("bug".into()),
            Held::Author(user),
            Held::CreatedAt(when),
        ],
    );
    let (out, _) = world.given(event, Some(7), Shape::Live);
    assert_eq!(out["content"], "add label bug");
    assert_eq!(out["action_type"], "label");
    assert_eq!(out["issue_id"], numbers[3].to_string());
    assert_eq!(out["update_at"], moment);

    let reaction = world.add(
        RecordKind::Reaction,
        vec![
            Held::Content("heart".into()),
            Held::Author(user),
            Held::Parent(Parent::Record(issue)),
        ],
    );
    let (out, _) = world.given(reaction, Some(7), Shape::Live);
    assert_eq!(out["emoji_name"], "love");
}
