//! Project boards that were made here, on their way to GitHub's JSON and from there into another store.

use backlot_core::{
    CardEdit, CardPlace, ColumnPlace, IssueEdit, NewIssue, NewProject, ProjectEdit, ProjectOwner,
    Result, Store, WriteTransaction,
};
use backlot_github::WriteOptions;
use backlot_model::{Actor, RecordId, State};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::schemas::{schemas, validator};
use crate::support::boards::{layout, shown, spelled};
use crate::support::{World, export_to, name, read_folder};

const HERE: &str = "octo/hello";

fn write<T>(store: &Store, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> T {
    let mut tx = store.write(Actor::login("mona"), "test").unwrap();
    let result = edit(&mut tx).unwrap();
    tx.commit().unwrap();
    result
}

fn owners() -> [ProjectOwner; 3] {
    [
        ProjectOwner::Repository(name(HERE)),
        ProjectOwner::Organization("octo".into()),
        ProjectOwner::User("hubot".into()),
    ]
}

/// A repository, an organisation and a person with a board each.
fn world() -> World {
    let world = World::new();
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        for title in ["One", "Two", "Three"] {
            repository.create_issue(NewIssue::titled(title))?;
        }
        repository.edit_issue(3, &IssueEdit::default().state(State::Closed, None))?;
        for (owner, board) in owners().iter().zip(["Roadmap", "Everything", "Mine"]) {
            let mut new = NewProject::named(board).body("What it is for");
            if let ProjectOwner::Organization(_) = owner {
                new = new.private(true).permission("write");
            }
            let project = tx.create_project(owner, new)?;
            let todo = tx.create_column(project, "To do")?;
            let done = tx.create_column(project, "Done")?;
            tx.move_column(done, ColumnPlace::First)?;
            tx.create_note(todo, "below")?;
            let first = tx.add_card(todo, &name(HERE), 1)?;
            tx.create_note(todo, "above")?;
            tx.move_card(first, CardPlace::Bottom, None)?;
            tx.add_card(done, &name(HERE), 3)?;
            let old = tx.create_note(done, "old")?;
            tx.edit_card(old, &CardEdit::default().archived(true))?;
        }
        Ok(())
    });
    world
}

#[test]
fn boards_made_here_go_out_in_their_order_and_come_back_elsewhere() {
    let (world, mut other) = (world(), World::new());
    assert_eq!(
        layout(&world.store, HERE),
        ["Done: old #3", "To do: above below #1"]
    );
    let out = world.path("out");
    export_to(&world.store, HERE, &out, WriteOptions::default());
    let report = other.import(&out);
    assert_eq!(report.skipped, []);
    for owner in owners() {
        assert_eq!(shown(&other.store, &owner), shown(&world.store, &owner));
    }
    // The same objects again, now as what came from a forge.
    let again = other.path("again");
    export_to(&other.store, HERE, &again, WriteOptions::default());
    let (out_files, again) = (read_folder(&out), read_folder(&again));
    let boards = |file: &&String| {
        ["projects", "columns", "cards"]
            .iter()
            .any(|kind| file.starts_with(kind))
    };
    assert_eq!(out_files.keys().filter(boards).count(), 3);
    for file in out_files.keys().filter(boards) {
        assert_eq!(out_files[file], again[file], "{file}");
    }
    // And here they are known again.
    world.import(&out);
    for owner in owners() {
        assert_eq!(shown(&world.store, &owner), shown(&other.store, &owner));
    }
    assert_eq!(world.import(&out).commit, None);
    other.assert_sound();
}

#[test]
fn a_board_made_here_is_complete() {
    let world = world();
    let files = world.export(HERE);
    let projects = &files["projects.ndjson"];
    let of = |file: &str, key: &str, url: &Value| -> Vec<Value> {
        let objects = files[file].iter().filter(|object| object[key] == *url);
        objects.cloned().collect()
    };
    let columns = |at: usize| of("columns.ndjson", "project_url", &projects[at]["url"]);
    let cards = |column: &Value| of("cards.ndjson", "column_url", &column["url"]);
    let expected = [
        ("repos/octo/hello", "octo/hello"),
        ("orgs/octo", "orgs/octo"),
        ("users/hubot", "users/hubot"),
    ];
    for (at, (owner, page)) in expected.into_iter().enumerate() {
        let project = &projects[at];
        let id = project["id"].as_u64().unwrap();
        let url = format!("https://api.github.com/projects/{id}");
        assert_eq!(
            project["owner_url"],
            format!("https://api.github.com/{owner}")
        );
        assert_eq!(
            project["html_url"],
            format!("https://github.com/{page}/projects/1")
        );
        assert_eq!(project["columns_url"], format!("{url}/columns"));
        let organization = at == 1;
        assert_eq!(project["organization_permission"] == "write", organization);
        assert_eq!(project.get("private").is_some(), organization);
        let columns = columns(at);
        assert_eq!(columns.len(), 2);
        for (column, count) in columns.iter().zip([2, 3]) {
            let cards = cards(column);
            assert_eq!(cards.len(), count);
            for card in cards {
                assert_eq!(card["project_url"], url);
                assert_eq!(card["creator"]["login"], "mona");
                assert_eq!(card["note"].is_null(), card.get("content_url").is_some());
            }
        }
    }
    let losses = &files["losses.ndjson"];
    let dropped = losses.iter().filter(|loss| {
        let kind = loss["record_kind"].as_str().unwrap();
        loss["kind"] == "dropped" && ["project", "column", "card"].contains(&kind)
    });
    assert_eq!(dropped.count(), 0);
    let done = cards(&columns(0)[0]);
    assert_eq!(done[0]["archived"], json!(true));
    assert_eq!(
        done[1]["content_url"],
        "https://api.github.com/repos/octo/hello/issues/3"
    );
}

#[test]
fn boards_are_valid_by_the_schemas_of_every_version_that_has_them() {
    let Some(schemas) = schemas() else { return };
    let world = world();
    for (version, wanted) in [
        ("classic-projects", None),
        ("ghes-2.20", None),
        ("classic-projects", Some("2022-11-28".parse().unwrap())),
    ] {
        let options = WriteOptions {
            api_version: wanted,
            ..WriteOptions::default()
        };
        let (files, _) = world.export_with(HERE, options);
        let mut checked = 0;
        for (kind, schema) in [
            ("projects", "project"),
            ("columns", "project-column"),
            ("cards", "project-card"),
        ] {
            let validator = validator(&schemas.join("github").join(version), schema, "");
            for (_, objects) in files.iter().filter(|(file, _)| file.starts_with(kind)) {
                for object in objects {
                    if let Err(error) = validator.validate(object) {
                        panic!("{version} {} {}: {error}", schema, object["url"]);
                    }
                    checked += 1;
                }
            }
        }
        eprintln!("boards for {version}: {checked} objects are valid");
        assert_eq!(checked, 3 + 6 + 15);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Project(usize, bool),
    Column(Index, String),
    Note(Index, String),
    Issue(Index, u64),
    MoveColumn(Index, Option<Index>),
    MoveCard(Index, Option<Index>, Option<Index>),
    Archive(Index, bool),
    DeleteColumn(Index),
    DeleteCard(Index),
    Convert(Index),
    Edit(Index, String, bool),
}

const ISSUES: u64 = 12;

/// A column that nothing is done to.
const KEPT: &str = "Kept";

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = "[a-z é漢\"\\\\\n]{1,12}x";
    let at = any::<Index>;
    let other = any::<Option<Index>>;
    let step = prop_oneof![
        1 => (0usize..2, any::<bool>()).prop_map(|(owner, private)| Step::Project(owner, private)),
        3 => (at(), text).prop_map(|(project, name)| Step::Column(project, name)),
        8 => (at(), text).prop_map(|(column, note)| Step::Note(column, note)),
        8 => (at(), 1..=ISSUES).prop_map(|(column, number)| Step::Issue(column, number)),
        2 => (at(), other()).prop_map(|(column, after)| Step::MoveColumn(column, after)),
        6 => (at(), other(), other()).prop_map(|(card, column, after)| Step::MoveCard(card, column, after)),
        2 => (at(), any::<bool>()).prop_map(|(card, archived)| Step::Archive(card, archived)),
        1 => at().prop_map(Step::DeleteColumn),
        1 => at().prop_map(Step::DeleteCard),
        1 => at().prop_map(Step::Convert),
        1 => (at(), text, any::<bool>()).prop_map(|(project, name, open)| Step::Edit(project, name, open)),
    ];
    proptest::collection::vec(step, 20..400)
}

/// What was made so far. What is refused, such as what stands on something deleted, is left.
#[derive(Default)]
struct Made {
    projects: Vec<RecordId>,
    columns: Vec<RecordId>,
    cards: Vec<RecordId>,
}

fn pick(all: &[RecordId], at: &Index) -> Option<RecordId> {
    (!all.is_empty()).then(|| *at.get(all))
}

fn take(tx: &mut WriteTransaction, made: &mut Made, step: &Step) -> Option<()> {
    match step {
        Step::Project(owner, private) => {
            let new = NewProject::named("Board").private(*private);
            made.projects
                .push(tx.create_project(&owners()[*owner], new).ok()?);
        }
        Step::Column(project, name) => {
            let project = pick(&made.projects, project)?;
            made.columns.push(tx.create_column(project, name).ok()?);
        }
        Step::Note(column, note) => {
            let column = pick(&made.columns, column)?;
            made.cards.push(tx.create_note(column, note.as_str()).ok()?);
        }
        Step::Issue(column, number) => {
            let column = pick(&made.columns, column)?;
            made.cards
                .push(tx.add_card(column, &name(HERE), *number).ok()?);
        }
        Step::MoveColumn(column, after) => {
            let after = after.as_ref().and_then(|after| pick(&made.columns, after));
            let place = after.map_or(ColumnPlace::First, ColumnPlace::After);
            tx.move_column(pick(&made.columns, column)?, place).ok()?;
        }
        Step::MoveCard(card, column, after) => {
            let column = column
                .as_ref()
                .and_then(|column| pick(&made.columns, column));
            let after = after.as_ref().and_then(|after| pick(&made.cards, after));
            let place = after.map_or(CardPlace::Top, CardPlace::After);
            tx.move_card(pick(&made.cards, card)?, place, column).ok()?;
        }
        Step::Archive(card, archived) => {
            let edit = CardEdit::default().archived(*archived);
            tx.edit_card(pick(&made.cards, card)?, &edit).ok()?;
        }
        Step::DeleteColumn(column) => tx.delete_column(pick(&made.columns, column)?).ok()?,
        Step::DeleteCard(card) => tx.delete_card(pick(&made.cards, card)?).ok()?,
        Step::Convert(card) => {
            tx.convert_note(pick(&made.cards, card)?, &name(HERE), None)
                .ok()?;
        }
        Step::Edit(project, name, open) => {
            let state = if *open { State::Open } else { State::Closed };
            let edit = ProjectEdit::default().name(name.as_str()).state(state);
            tx.edit_project(pick(&made.projects, project)?, &edit)
                .ok()?;
        }
    }
    Some(())
}

fn all(store: &Store) -> Vec<Value> {
    owners()
        .iter()
        .flat_map(|owner| shown(store, owner))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_boards_are_the_same_elsewhere(steps in steps()) {
        let (world, mut other) = (World::new(), World::new());
        write(&world.store, |tx| {
            let mut repository = tx.create_repository(&name(HERE))?;
            for number in 1..=ISSUES {
                repository.create_issue(NewIssue::titled(format!("Issue {number}")))?;
            }
            repository.edit_issue(2, &IssueEdit::default().state(State::Closed, None))?;
            for owner in owners() {
                let project = tx.create_project(&owner, NewProject::named("First"))?;
                tx.create_column(project, "To do")?;
                // The board of a person goes along while it shows an issue of the repository.
                let kept = tx.create_column(project, KEPT)?;
                tx.add_card(kept, &name(HERE), 1)?;
            }
            Ok(())
        });
        let mut made = Made::default();
        for owner in owners() {
            let snapshot = world.store.read().unwrap();
            for project in snapshot.projects(&owner, Default::default()).unwrap() {
                made.projects.push(project.id);
                let columns = snapshot.columns(project.id).unwrap();
                let columns = columns.iter().filter(|column| column.name != KEPT);
                made.columns.extend(columns.map(|column| column.id));
            }
        }
        write(&world.store, |tx| {
            for step in &steps {
                take(tx, &mut made, step);
            }
            Ok(())
        });
        let out = world.path("out");
        export_to(&world.store, HERE, &out, WriteOptions::default());
        let report = other.import(&out);
        prop_assert_eq!(report.skipped, []);
        let (here, there) = (all(&world.store), all(&other.store));
        for (here, there) in here.iter().zip(&there) {
            let spelled = |board: &Value| -> Vec<String> {
                board["columns"].as_array().unwrap().iter().map(spelled).collect()
            };
            prop_assert_eq!(spelled(here), spelled(there));
        }
        prop_assert_eq!(here, there);
        prop_assert_eq!(other.import(&out).commit, None);
        other.assert_sound();
    }
}
