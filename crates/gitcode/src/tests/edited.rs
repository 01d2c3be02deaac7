//! Whatever is edited of an issue or a milestone, only its own keys change, and they say what is true then.

use std::collections::BTreeSet;

use backlot_model::{Change, Field, RecordId, State, Timestamp, Value as Held};
use proptest::prelude::{
    Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use serde_json::Value;

use super::edits::edit;
use super::{EXAMPLES, read, written_in};
use crate::Shape;

/// Something that is done to a record.
#[derive(Clone, Debug)]
enum Edit {
    Title(String),
    Body(Option<String>),
    Close(i64),
    Reopen,
    DropLabel,
    Assignees(bool),
    NoMilestone,
    Type(Option<String>),
    Due(Option<i64>),
}

impl Edit {
    /// The keys that may change.
    const fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Title(_) => &["title"],
            Self::Body(_) => &["body"],
            Self::Close(_) | Self::Reopen => &["state", "finished_at"],
            Self::DropLabel => &["labels"],
            Self::Assignees(_) => &["assignee", "assignees"],
            Self::NoMilestone => &["milestone"],
            Self::Type(_) => &["issue_type", "issue_type_detail"],
            Self::Due(_) => &["due_on"],
        }
    }

    fn changes(&self, labels: &[RecordId], users: &[RecordId]) -> Vec<Change> {
        let moment = |seconds: &i64| Timestamp::from_unix_milliseconds(seconds * 1000);
        let set = |field, value: Option<Held>| Change::set_or_clear(field, value);
        match self {
            Self::Title(title) => vec![Change::Set(Held::Title(title.clone()))],
            Self::Body(body) => vec![set(Field::Body, body.clone().map(Held::Body))],
            Self::Close(at) => vec![
                Change::Set(Held::State(State::Closed)),
                Change::Set(Held::ClosedAt(moment(at))),
            ],
            Self::Reopen => vec![
                Change::Set(Held::State(State::Open)),
                Change::Clear(Field::ClosedAt),
            ],
            Self::DropLabel => {
                let first = labels.first().map(|id| Change::Remove(Field::Labels, *id));
                first.into_iter().collect()
            }
            Self::Assignees(any) => {
                let first = users.first().filter(|_| *any);
                vec![set(
                    Field::Assignees,
                    first.map(|id| Held::Assignees(vec![*id])),
                )]
            }
            Self::NoMilestone => vec![Change::Clear(Field::Milestone)],
            Self::Type(name) => vec![set(Field::IssueType, name.clone().map(Held::IssueType))],
            Self::Due(at) => vec![set(Field::DueOn, at.as_ref().map(moment).map(Held::DueOn))],
        }
    }
}

fn of_issues() -> impl Strategy<Value = Edit> {
    let moment = 0i64..4_000_000_000;
    prop_oneof![
        ".{1,20}".prop_map(Edit::Title),
        prop::option::of(".{1,40}").prop_map(Edit::Body),
        moment.prop_map(Edit::Close),
        Just(Edit::Reopen),
        Just(Edit::DropLabel),
        any::<bool>().prop_map(Edit::Assignees),
        Just(Edit::NoMilestone),
        prop::option::of("[A-Z][a-z]{2,9}").prop_map(Edit::Type),
    ]
}

fn of_milestones() -> impl Strategy<Value = Edit> {
    prop_oneof![
        ".{1,20}".prop_map(Edit::Title),
        prop::option::of(0i64..4_000_000_000).prop_map(Edit::Due),
    ]
}

/// An example, and what is done to it. Of what is done twice the last counts.
fn any_edits() -> impl Strategy<Value = (usize, Vec<Edit>)> {
    prop_oneof![
        (
            prop::sample::select(vec![4usize, 5]),
            prop::collection::vec(of_issues(), 1..5)
        ),
        (Just(3usize), prop::collection::vec(of_milestones(), 1..3)),
    ]
}

proptest! {
    #[test]
    fn only_the_keys_of_an_edit_change(case in any_edits(), documented in any::<bool>()) {
        let (at, edits) = case;
        let (kind, text) = EXAMPLES[at];
        let shape = if documented { Shape::Documented } else { Shape::Live };
        let mut store = read(text, kind);
        let record = store.records[0].record.clone();
        let mut changes: Vec<Change> = Vec::new();
        let mut edited: BTreeSet<&str> = BTreeSet::new();
        for one in &edits {
            let users: Vec<_> = record.author().into_iter().collect();
            for change in one.changes(record.labels(), &users) {
                changes.retain(|known| known.field() != change.field());
                changes.push(change);
            }
            edited.extend(one.keys());
        }
        edit(&mut store, 0, &changes);
        let now = store.records[0].record.clone();
        let before: Value = serde_json::from_str(text).unwrap();
        let (texts, _) = written_in(&mut store, shape);
        let after: Value = serde_json::from_str(&texts[0]).unwrap();
        let keys = [&before, &after].map(|object| object.as_object().unwrap().keys());
        for key in keys.into_iter().flatten() {
            if !edited.contains(key.as_str()) {
                prop_assert_eq!(before.get(key), after.get(key), "{} {:?}", key, edits);
            } else if !documented && before.get(key) != Some(&Value::Null) {
                // What is not there is absent in the one shape, and null in the other.
                prop_assert!(after.get(key) != Some(&Value::Null), "{} {:?}", key, edits);
            }
        }
        prop_assert_eq!(after["title"].as_str(), now.title());
        if kind == "milestone" {
            let due = now.due_on().map(|at| at.to_string()[..10].to_owned());
            prop_assert_eq!(after["due_on"].as_str(), due.as_deref());
            return Ok(());
        }
        let is_closed = now.state() == Some(&State::Closed);
        let finished = after["finished_at"].as_str().unwrap_or_default();
        prop_assert_eq!(after["state"].as_str(), Some(if is_closed { "closed" } else { "open" }));
        prop_assert_eq!(!finished.is_empty(), is_closed, "{:?}", after);
        if is_closed {
            let told = Timestamp::parse(finished).ok();
            prop_assert_eq!(told, now.closed_at());
        }
        prop_assert_eq!(after["body"].as_str().unwrap_or_default(), now.body().map_or("", |body| body));
        let count = |key: &str| after[key].as_array().map_or(0, Vec::len);
        prop_assert_eq!(count("labels"), now.labels().len());
        prop_assert_eq!(count("assignees"), now.assignees().len());
        prop_assert_eq!(after["issue_type"].as_str(), now.issue_type());
        prop_assert_eq!(after["milestone"].is_object(), now.milestone().is_some());
    }
}
