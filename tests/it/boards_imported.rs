//! Project boards that a forge stated: what stands where, whatever the order in which it comes.

use backlot_core::{CardPlace, ProjectOwner};
use backlot_model::{Actor, Prefer, RecordKind, Timestamp};
use serde_json::{Value, json};

use crate::support::boards::{card, column, layout, note, project, shown, spelled};
use crate::support::{World, issue, name, objects, walk, with};

const HERE: &str = "octo/hello";

fn issues() -> Vec<Value> {
    (1..=3).map(|number| issue(HERE, number)).collect()
}

fn columns() -> Vec<Value> {
    vec![
        column(9, 80, "To do"),
        column(9, 70, "Doing"),
        column(9, 90, "Done"),
    ]
}

fn cards() -> Vec<Value> {
    vec![
        note(9, 80, 805, "one"),
        card(9, 80, 803, HERE, 2),
        note(9, 80, 804, "two"),
        with(note(9, 70, 701, "old"), json!({"archived": true})),
        card(9, 70, 702, HERE, 1),
    ]
}

const LAYOUT: [&str; 3] = ["To do: one #2 two", "Doing: old #1", "Done: "];

/// A board with all that belongs to it.
fn backup(world: &World, folder: &str) -> std::path::PathBuf {
    world.backup(
        folder,
        &[
            ("issues.ndjson", &issues()),
            ("projects.ndjson", &[project(HERE, 9, 1)]),
            ("columns.ndjson", &columns()),
            ("cards.ndjson", &cards()),
        ],
    )
}

/// All objects of an export, whatever file they are in.
fn all(world: &World, kind: &str) -> Vec<Value> {
    let files = world.export(HERE).into_iter();
    let files = files.filter(|(file, _)| file.starts_with(kind));
    files.flat_map(|(_, objects)| objects).collect()
}

#[test]
fn a_board_stands_as_its_source_lists_it_and_comes_back_equal() {
    let mut world = World::new();
    let folder = backup(&world, "in");
    let report = world.import(&folder);
    assert_eq!(report.skipped, []);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    assert_eq!(world.import(&folder).commit, None);
    let files = world.export(HERE);
    assert_eq!(files["projects.ndjson"], [project(HERE, 9, 1)]);
    assert_eq!(files["columns.ndjson"], columns());
    assert_eq!(files["cards.ndjson"], cards());
    assert_eq!(files["losses.ndjson"], [] as [Value; 0]);
    let boards = shown(&world.store, &ProjectOwner::Repository(name(HERE)));
    assert_eq!(boards[0]["columns"][1]["counts"], json!([1, 1, 1, 0]));
    world.assert_sound();
}

#[test]
fn an_export_of_a_board_is_the_same_board_elsewhere() {
    let (world, mut other) = (World::new(), World::new());
    world.import(&backup(&world, "in"));
    let out = world.path("out");
    crate::support::export_to(&world.store, HERE, &out, Default::default());
    let report = other.import(&out);
    assert_eq!(report.skipped, []);
    assert_eq!(layout(&other.store, HERE), LAYOUT);
    world.import(&out);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    assert_eq!(world.import(&out).commit, None);
    let all = |path: &std::path::Path| {
        walk(path)
            .iter()
            .map(|file| objects(file))
            .collect::<Vec<_>>()
    };
    let again = other.path("again");
    crate::support::export_to(&other.store, HERE, &again, Default::default());
    assert_eq!(all(&out), all(&again));
    other.assert_sound();
}

#[test]
fn files_say_where_objects_stand_that_do_not() {
    let world = World::new();
    let without = |objects: &[Value], keys: &[&str]| -> Vec<Value> {
        let mut objects = objects.to_vec();
        for object in &mut objects {
            for key in keys {
                object.as_object_mut().unwrap().remove(*key);
            }
        }
        objects
    };
    let bare_columns = without(&columns(), &["project_url"]);
    let bare_cards = without(&cards(), &["project_url", "column_url"]);
    let folder = world.backup(
        "in",
        &[
            ("issues.ndjson", &issues()),
            ("projects.ndjson", &[project(HERE, 9, 1)]),
            ("columns/9.ndjson", &bare_columns),
            ("cards/80.ndjson", &bare_cards[..3]),
            ("cards/70.ndjson", &bare_cards[3..]),
        ],
    );
    world.import(&folder);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    let files = world.export(HERE);
    assert_eq!(files["columns/9.ndjson"], bare_columns);
    assert_eq!(files["cards/80.ndjson"], bare_cards[..3]);
    // What was moved here lies in the file of the column that it came to.
    move_card(&world, 1, 2);
    let files = world.export(HERE);
    assert_eq!(files["cards/90.ndjson"].len(), 1);
    assert_eq!(files["cards/90.ndjson"][0].get("column_url"), None);
    // What is made here names its column; it comes back in its place among those that do not.
    let column = first_column(&world);
    let mut tx = world.store.write(Actor::login("mona"), "notes").unwrap();
    tx.create_note(column, "top").unwrap();
    let low = tx.create_note(column, "low").unwrap();
    tx.move_card(low, CardPlace::Bottom, None).unwrap();
    tx.commit().unwrap();
    let expected = ["To do: top #2 two low", "Doing: old #1", "Done: one"];
    assert_eq!(layout(&world.store, HERE), expected);
    let (other, out) = (World::new(), world.path("out"));
    crate::support::export_to(&world.store, HERE, &out, Default::default());
    other.import(&out);
    assert_eq!(layout(&other.store, HERE), expected);
}

/// The first column of the board.
fn first_column(world: &World) -> backlot_model::RecordId {
    let snapshot = world.store.read().unwrap();
    let owner = ProjectOwner::Repository(name(HERE));
    let board = snapshot.projects(&owner, Default::default()).unwrap()[0].id;
    snapshot.columns(board).unwrap()[0].id
}

/// Moves the top card of the first column to a place behind so many others in another column.
fn move_card(world: &World, behind: usize, to: usize) {
    let snapshot = world.store.read().unwrap();
    let owner = ProjectOwner::Repository(name(HERE));
    let projects = snapshot.projects(&owner, Default::default()).unwrap();
    let columns = snapshot.columns(projects[0].id).unwrap();
    let all = backlot_core::ArchivedFilter::All;
    let cards = |at: usize| snapshot.cards(columns[at].id, all).unwrap();
    let card = cards(0)[0].id;
    let others: Vec<_> = cards(to)
        .into_iter()
        .filter(|other| other.id != card)
        .collect();
    let place = match others.get(behind.min(others.len()).wrapping_sub(1)) {
        Some(other) => CardPlace::After(other.id),
        None => CardPlace::Top,
    };
    let mut tx = world.store.write(Actor::login("mona"), "move").unwrap();
    tx.move_card(card, place, Some(columns[to].id)).unwrap();
    tx.commit().unwrap();
}

#[test]
fn what_comes_before_what_it_stands_on_waits_for_it() {
    let (issues, columns, cards) = (issues(), columns(), cards());
    let project = [project(HERE, 9, 1)];
    let parts: [(&str, &[Value]); 4] = [
        ("cards.ndjson", &cards),
        ("columns.ndjson", &columns),
        ("projects.ndjson", &project),
        ("issues.ndjson", &issues),
    ];
    let together = World::new();
    together.import(&backup(&together, "in"));
    let expected = shown(&together.store, &ProjectOwner::Repository(name(HERE)));
    for order in [[0, 1, 2, 3], [1, 0, 3, 2], [3, 0, 2, 1], [2, 3, 0, 1]] {
        let mut world = World::new();
        let mut waiting = Vec::new();
        let mut folders = Vec::new();
        for at in order {
            let folder = world.backup(&format!("in{at}"), &[parts[at]]);
            // Neither columns nor cards say in which repository they are.
            let report = world.import_with(&folder, |options| options.repository(name(HERE)));
            let orphans = |kind| report.counts.kind(kind).orphans;
            waiting.push(orphans(RecordKind::Column) + orphans(RecordKind::Card));
            folders.push(folder);
        }
        if order == [0, 1, 2, 3] {
            assert_eq!(waiting, [5, 5, 2, 0]);
        }
        assert_eq!(
            shown(&world.store, &ProjectOwner::Repository(name(HERE))),
            expected,
            "{order:?}"
        );
        for folder in &folders {
            let report = world.import_with(folder, |options| options.repository(name(HERE)));
            assert_eq!(report.commit, None, "{order:?} {folder:?}");
        }
        world.assert_sound();
    }
}

#[test]
fn in_one_file_the_order_of_kinds_makes_no_difference() {
    let mut world = World::new();
    let mut mixed = cards();
    mixed.splice(1..1, [columns()[0].clone()]);
    mixed.splice(3..3, [project(HERE, 9, 1), issues()[1].clone()]);
    mixed.extend([
        columns()[1].clone(),
        issues()[0].clone(),
        columns()[2].clone(),
    ]);
    let file = world
        .backup("in", &[("mixed.ndjson", &mixed)])
        .join("mixed.ndjson");
    world.import(&file);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    assert_eq!(world.import(&file).commit, None);
    world.assert_sound();
}

#[test]
fn a_new_order_at_the_source_is_taken_over_and_what_was_moved_here_stays() {
    let mut world = World::new();
    world.import(&backup(&world, "in"));
    // Here: `one` goes to the end of the last column.
    move_card(&world, 9, 2);
    assert_eq!(
        layout(&world.store, HERE),
        ["To do: #2 two", "Doing: old #1", "Done: one"]
    );
    // There: a new card on top, the two others change places, and #1 goes to the first column.
    let mut cards = cards();
    cards.swap(1, 2);
    let moved = with(
        cards.remove(4),
        json!({"column_url": "https://api.github.com/projects/columns/80"}),
    );
    cards.insert(3, moved);
    cards.insert(0, note(9, 80, 899, "new"));
    let mut columns = columns();
    columns.swap(0, 2);
    let folder = world.backup(
        "later",
        &[("columns.ndjson", &columns), ("cards.ndjson", &cards)],
    );
    let there = |options: backlot_core::ImportOptions| options.repository(name(HERE));
    let report = world.import_with(&folder, there);
    assert_eq!(report.conflicts, []);
    assert_eq!(
        layout(&world.store, HERE),
        ["Done: one", "Doing: old", "To do: new two #2 #1"]
    );
    assert_eq!(world.import_with(&folder, there).commit, None);
    world.assert_sound();
}

#[test]
fn a_card_that_is_put_on_top_moves_no_other() {
    let world = World::new();
    world.import(&backup(&world, "in"));
    let mut cards = cards();
    cards.insert(0, note(9, 80, 899, "new"));
    cards.insert(3, note(9, 80, 898, "between"));
    let folder = world.backup("later", &[("cards.ndjson", &cards)]);
    let report = world.import_with(&folder, |options| options.repository(name(HERE)));
    assert_eq!(report.commit.unwrap().events, 2);
    assert_eq!(
        layout(&world.store, HERE)[0],
        "To do: new one #2 between two"
    );
}

#[test]
fn a_card_that_was_moved_on_both_sides_is_a_conflict() {
    let mut world = World::new();
    world.import(&backup(&world, "in"));
    move_card(&world, 0, 2);
    let mut cards = cards();
    let moved = with(
        cards.remove(0),
        json!({"column_url": "https://api.github.com/projects/columns/70"}),
    );
    cards.push(moved);
    let folder = world.backup("later", &[("cards.ndjson", &cards)]);
    let there = |options: backlot_core::ImportOptions| options.repository(name(HERE));
    let report = world.import_with(&folder, there);
    assert!(
        report
            .conflicts
            .iter()
            .all(|conflict| conflict.kept == Prefer::Ours)
    );
    assert_eq!(report.conflicts[0].field, backlot_model::Field::Container);
    assert_eq!(
        layout(&world.store, HERE),
        ["To do: #2 two", "Doing: old #1", "Done: one"]
    );
    world.assert_sound();
}

#[test]
fn an_edited_board_goes_out_with_just_its_edits() {
    let world = World::at(Timestamp::parse("2024-05-01T00:00:00Z").unwrap());
    world.import(&backup(&world, "in"));
    move_card(&world, 1, 1);
    let mut expected = cards();
    let moved = expected.remove(0);
    let now = all(&world, "cards");
    let after = now.iter().find(|card| card["id"] == 805).unwrap().clone();
    let url = "https://api.github.com/projects/columns/70";
    let changed = json!({"column_url": url, "updated_at": after["updated_at"]});
    assert_eq!(after, with(moved, changed));
    assert!(after["updated_at"].as_str().unwrap() > "2024-04");
    let ids: Vec<_> = now.iter().map(|card| card["id"].clone()).collect();
    assert_eq!(ids, [803, 804, 701, 805, 702]);
    assert_eq!(all(&world, "losses"), [] as [Value; 0]);
}

#[test]
fn a_note_that_became_an_issue_here_goes_out_showing_it() {
    let world = World::new();
    world.import(&backup(&world, "in"));
    let snapshot = world.store.read().unwrap();
    let owner = ProjectOwner::Repository(name(HERE));
    let board = snapshot.projects(&owner, Default::default()).unwrap()[0].id;
    let column = snapshot.columns(board).unwrap()[0].id;
    let card = snapshot.cards(column, Default::default()).unwrap()[0].id;
    let mut tx = world.store.write(Actor::login("mona"), "convert").unwrap();
    assert_eq!(tx.convert_note(card, &name(HERE), None).unwrap(), 4);
    tx.commit().unwrap();
    let card = all(&world, "cards").remove(0);
    assert_eq!(card["note"], Value::Null);
    assert_eq!(
        card["content_url"],
        "https://api.github.com/repos/octo/hello/issues/4"
    );
}

/// A board of an organisation, of the same number as one of a repository.
fn organization_project(id: u64) -> Value {
    with(
        project(HERE, id, 1),
        json!({
            "owner_url": "https://api.github.com/orgs/octo", "name": "Everything",
            "html_url": "https://github.com/orgs/octo/projects/1", "organization_permission": "write",
            "private": true,
        }),
    )
}

#[test]
fn boards_of_organisations_and_people_belong_to_them() {
    let mut world = World::new();
    let person = with(
        project(HERE, 11, 4),
        json!({
            "owner_url": "https://api.github.com/users/hubot",
            "html_url": "https://github.com/users/hubot/projects/4",
        }),
    );
    let projects = [project(HERE, 9, 1), organization_project(10), person];
    let columns = [
        columns(),
        vec![column(10, 100, "All"), column(11, 110, "Mine")],
    ]
    .concat();
    let cards = [
        cards(),
        vec![
            card(10, 100, 1001, "octo/other", 1),
            card(10, 100, 1002, HERE, 3),
        ],
    ]
    .concat();
    let folder = world.backup(
        "in",
        &[
            ("issues.ndjson", &issues()),
            ("projects.ndjson", &projects),
            ("columns.ndjson", &columns),
            ("cards.ndjson", &cards),
        ],
    );
    let report = world.import(&folder);
    assert_eq!(report.counts.kind(RecordKind::Card).orphans, 1);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    let organization = ProjectOwner::Organization("octo".into());
    let board = shown(&world.store, &organization).remove(0);
    assert_eq!(
        (&board["owner"], &board["permission"], &board["private"]),
        (&json!("octo"), &json!("write"), &json!(true))
    );
    let hubots = shown(&world.store, &ProjectOwner::User("hubot".into()));
    assert_eq!(hubots[0]["columns"][0]["name"], "Mine");
    let files = world.export(HERE);
    assert_eq!(files["projects.ndjson"], projects);
    assert_eq!(files["columns.ndjson"], columns);
    assert_eq!(files["cards.ndjson"], cards);
    assert_eq!(world.import(&folder).commit, None);
    // The other repository brings the same board along, and the issue that a card waits for.
    let other = world.backup(
        "other",
        &[
            ("issues.ndjson", &[issue("octo/other", 1)]),
            ("projects.ndjson", &[organization_project(10)]),
            ("columns.ndjson", &[column(10, 100, "All")]),
            ("cards.ndjson", &cards[5..]),
        ],
    );
    let report = world.import(&other);
    assert_eq!(report.counts.kind(RecordKind::Project).unchanged, 1);
    assert_eq!(report.counts.kind(RecordKind::Column).unchanged, 1);
    let board = shown(&world.store, &organization).remove(0);
    assert_eq!(spelled(&board["columns"][0]), "All: #1 #3");
    assert_eq!(
        board["columns"][0]["cards"][0]["issue"],
        json!(["octo/other", 1])
    );
    assert_eq!(world.import(&other).commit, None);
    assert_eq!(world.import(&folder).commit, None);
    for repository in [HERE, "octo/other"] {
        let files = world.export(repository);
        assert!(files["cards.ndjson"].ends_with(&cards[5..]), "{repository}");
    }
    world.assert_sound();
}

#[test]
fn the_import_of_a_board_is_undone_and_comes_again() {
    let mut world = World::new();
    let before = world.backup("before", &[("cards.ndjson", &cards())]);
    let there = |options: backlot_core::ImportOptions| options.repository(name(HERE));
    world.import_with(&before, there);
    let folder = backup(&world, "in");
    let done = world.import(&folder).commit.unwrap();
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    world
        .store
        .undo(done.sequence, Actor::login("mona"))
        .unwrap();
    let owner = ProjectOwner::Repository(name(HERE));
    assert_eq!(shown(&world.store, &owner), [] as [Value; 0]);
    world.assert_sound();
    world.import(&folder);
    assert_eq!(layout(&world.store, HERE), LAYOUT);
    world.assert_sound();
}

#[test]
fn a_board_is_known_as_it_was() {
    let world = World::at(Timestamp::parse("2024-05-01T00:00:00Z").unwrap());
    let done = world.import(&backup(&world, "in")).commit.unwrap();
    move_card(&world, 9, 2);
    let snapshot = world.store.read().unwrap();
    let owner = ProjectOwner::Repository(name(HERE));
    let board = snapshot.projects(&owner, Default::default()).unwrap()[0].id;
    for past in [
        snapshot.as_known(done.sequence),
        snapshot.as_of(done.recorded_at),
    ] {
        let columns = past.board(board).unwrap();
        let shown: Vec<_> = columns
            .iter()
            .map(|column| (column.column.record.name().unwrap(), column.cards.len()))
            .collect();
        assert_eq!(shown, [("To do", 3), ("Doing", 2), ("Done", 0)]);
        assert_eq!(columns[0].cards[0].record.body().unwrap(), "one");
    }
    let now = snapshot.as_known(u64::MAX).board(board).unwrap();
    assert_eq!(now[2].cards[0].record.body().unwrap(), "one");
}
