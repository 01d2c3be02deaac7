//! Random lives of a backlog against a plain second implementation, written from the rules: imports of
//! old and new states of a source, in part and in any order, between local edits.

use std::collections::{BTreeMap, BTreeSet};

use backlot_core::{IssueEdit, IssueFilter, StateFilter, StoreOptions};
use backlot_model::{Actor, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{World, assert_sound, environment, issue, label, name, with};

const REPOSITORY: &str = "octo/hello";
const LABELS: [&str; 4] = ["bug", "docs", "help", "later"];

/// The fields that the model knows of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fields {
    title: String,
    body: Option<String>,
    closed: bool,
    labels: BTreeSet<usize>,
}

/// What the source said at one moment.
#[derive(Clone, Debug)]
struct Version {
    moment: u64,
    fields: Fields,
}

fn json_of(number: u64, version: &Version) -> Value {
    let labels: Vec<_> = version
        .fields
        .labels
        .iter()
        .map(|at| label(REPOSITORY, LABELS[*at], *at as u64 + 1))
        .collect();
    with(
        issue(REPOSITORY, number),
        json!({
            "title": version.fields.title, "body": version.fields.body, "labels": labels,
            "state": if version.fields.closed { "closed" } else { "open" },
            "updated_at": format!("2023-01-{:02}T00:00:00Z", version.moment + 1),
        }),
    )
}

#[derive(Clone, Debug)]
enum Step {
    /// The source moves on: an issue gets these fields.
    Source(u64, Fields),
    /// Some issues are imported, each as it was so many versions ago.
    Import(Vec<(u64, usize)>),
    /// An issue is edited here.
    Edit(u64, Edit),
}

#[derive(Clone, Debug)]
enum Edit {
    Title(String),
    Body(Option<String>),
    Close(bool),
    AddLabel(usize),
    RemoveLabel(usize),
}

fn fields() -> impl Strategy<Value = Fields> {
    let labels = proptest::collection::btree_set(0..LABELS.len(), 0..3);
    (
        "[a-c]{1,2}",
        proptest::option::of("[x-z]{0,2}"),
        any::<bool>(),
        labels,
    )
        .prop_map(|(title, body, closed, labels)| Fields {
            title,
            body,
            closed,
            labels,
        })
}

fn step() -> impl Strategy<Value = Step> {
    let number = 1u64..5;
    let edit = prop_oneof![
        "[a-c]{1,2}".prop_map(Edit::Title),
        proptest::option::of("[x-z]{1,2}").prop_map(Edit::Body),
        any::<bool>().prop_map(Edit::Close),
        (0..LABELS.len()).prop_map(Edit::AddLabel),
        (0..LABELS.len()).prop_map(Edit::RemoveLabel),
    ];
    prop_oneof![
        3 => (number.clone(), fields()).prop_map(|(number, fields)| Step::Source(number, fields)),
        2 => proptest::collection::vec((number.clone(), 0usize..3), 1..4).prop_map(Step::Import),
        3 => (number, edit).prop_map(|(number, edit)| Step::Edit(number, edit)),
    ]
}

/// The second implementation: what the source said last, and what is true here.
#[derive(Default)]
struct Model {
    base: BTreeMap<u64, Version>,
    now: BTreeMap<u64, Fields>,
}

impl Model {
    fn import(&mut self, number: u64, said: &Version) {
        let Some(base) = self.base.get(&number).cloned() else {
            self.now.insert(number, said.fields.clone());
            self.base.insert(number, said.clone());
            return;
        };
        if said.moment <= base.moment {
            return;
        }
        let now = self.now.get_mut(&number).unwrap();
        let (old, new) = (&base.fields, &said.fields);
        if now.title == old.title {
            now.title.clone_from(&new.title);
        }
        if now.body == old.body {
            now.body.clone_from(&new.body);
        }
        if now.closed == old.closed {
            now.closed = new.closed;
        }
        for at in 0..LABELS.len() {
            if old.labels.contains(&at) != new.labels.contains(&at) {
                if new.labels.contains(&at) {
                    now.labels.insert(at)
                } else {
                    now.labels.remove(&at)
                };
            }
        }
        self.base.insert(number, said.clone());
    }

    fn edit(&mut self, number: u64, edit: &Edit) {
        let now = self.now.get_mut(&number).unwrap();
        match edit {
            Edit::Title(title) => now.title.clone_from(title),
            Edit::Body(body) => now.body.clone_from(body),
            Edit::Close(closed) => now.closed = *closed,
            Edit::AddLabel(at) => _ = now.labels.insert(*at),
            Edit::RemoveLabel(at) => _ = now.labels.remove(at),
        }
    }
}

fn as_edit(edit: &Edit) -> IssueEdit {
    let start = IssueEdit::default();
    match edit {
        Edit::Title(title) => start.title(title),
        Edit::Body(body) => start.body(body.clone()),
        Edit::Close(true) => start.state(State::Closed, None),
        Edit::Close(false) => start.state(State::Open, None),
        Edit::AddLabel(at) => start.add_label(LABELS[*at]),
        Edit::RemoveLabel(at) => start.remove_label(LABELS[*at]),
    }
}

fn live(steps: &[Step]) {
    let mut world = World::new();
    world.store = StoreOptions::new()
        .environment(environment())
        .in_memory()
        .unwrap();
    let mut model = Model::default();
    let mut source: BTreeMap<u64, Vec<Version>> = BTreeMap::new();
    let mut moment = 0;
    for step in steps {
        match step {
            Step::Source(number, fields) => {
                moment += 1;
                let version = Version {
                    moment,
                    fields: fields.clone(),
                };
                source.entry(*number).or_default().push(version);
            }
            Step::Import(wanted) => {
                let mut objects = Vec::new();
                for (number, back) in wanted {
                    let Some(versions) = source.get(number) else {
                        continue;
                    };
                    let version = &versions[versions.len() - 1 - back.min(&(versions.len() - 1))];
                    objects.push(json_of(*number, version));
                    model.import(*number, version);
                }
                if !objects.is_empty() {
                    let backup = world.backup("backup", &[("issues.ndjson", &objects)]);
                    world.import(&backup);
                    assert_eq!(world.import(&backup).counts.total(|kind| kind.created), 0);
                }
            }
            Step::Edit(number, edit) => {
                if model.now.contains_key(number) {
                    model.edit(*number, edit);
                    let mut tx = world.store.write(Actor::login("local"), "edit").unwrap();
                    let mut repository = tx.repository(REPOSITORY).unwrap();
                    repository.edit_issue(*number, &as_edit(edit)).unwrap();
                    tx.commit().unwrap();
                }
            }
        }
    }
    let snapshot = world.store.read().unwrap();
    for (number, expected) in &model.now {
        let found = snapshot.issue(&name(REPOSITORY), *number).unwrap();
        let labels: BTreeSet<usize> = found
            .summary
            .labels
            .iter()
            .map(|label| LABELS.iter().position(|known| known == label).unwrap())
            .collect();
        let found = Fields {
            title: found.summary.title,
            body: found.body,
            closed: found.summary.state == State::Closed,
            labels,
        };
        assert_eq!(&found, expected, "issue {number}");
    }
    if !model.now.is_empty() {
        for state in [StateFilter::Open, StateFilter::Closed] {
            let filter = IssueFilter {
                state,
                ..IssueFilter::default()
            };
            let total = snapshot.issues(&name(REPOSITORY), &filter).unwrap().total();
            let closed = state == StateFilter::Closed;
            assert_eq!(
                total,
                model
                    .now
                    .values()
                    .filter(|fields| fields.closed == closed)
                    .count()
            );
        }
    }
    drop(snapshot);
    assert_sound(&mut world.store);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_store_agrees_with_a_plain_model_of_the_rules(steps in proptest::collection::vec(step(), 1..40)) {
        live(&steps);
    }
}
