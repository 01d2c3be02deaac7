//! Single records, found by the numbers that forges and exports give them, and ready for a forge's writer.

use std::collections::BTreeSet;

use backlot_core::{
    CardPlace, HistoryItem, IssueEdit, NewIssue, NewMilestone, NewProject, ProjectOwner, Snapshot,
    Store,
};
use backlot_github::Renderer;
use backlot_model::{Actor, ForeignId, Lookup, Outgoing, RecordId, RecordKind, State, View};
use serde_json::Value;

use crate::born_here::{BORN, born};
use crate::local_history::do_everything;
use crate::support::other_forge::{self, Issue};
use crate::support::{World, comment, gitcode, issue, name, root};

const GITHUB: u8 = 1;
const GITCODE: u8 = 2;
const SAMPLED: &str = "tidepool/kelp";

fn rendered(outgoing: &Outgoing, lookup: &mut backlot_core::SnapshotLookup<'_>) -> Value {
    let mut out = Vec::new();
    Renderer::new(None)
        .render(outgoing, lookup, &mut out, &mut Vec::new())
        .unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// The items of a timeline whose numbers are those of something else.
const NUMBERED: [&str; 5] = [
    "commented",
    "reviewed",
    "committed",
    "line-commented",
    "commit-commented",
];

/// What the objects of a file of an export are, and in which form they are there.
fn kind_of(file: &str) -> Option<(RecordKind, u8)> {
    Some(match file.split(['.', '/']).next()? {
        "labels" => (RecordKind::Label, 3),
        "milestones" => (RecordKind::Milestone, 4),
        "issues" => (RecordKind::Issue, 5),
        "comments" => (RecordKind::Comment, 7),
        "events" if file.contains('/') => (RecordKind::HistoryEvent, 9),
        "events" => (RecordKind::HistoryEvent, 8),
        "timeline" => (RecordKind::HistoryEvent, 10),
        "reactions" => (RecordKind::Reaction, 11),
        "projects" => (RecordKind::Project, 12),
        "columns" => (RecordKind::Column, 13),
        "cards" => (RecordKind::Card, 14),
        _ => return None,
    })
}

/// Asserts that every object of an export is found again by its number, and is the same when it is rendered
/// alone; gives the files in which there were any.
fn assert_found(world: &World, repository: &str) -> BTreeSet<String> {
    let snapshot = world.store.read().unwrap();
    let mut lookup = snapshot.lookup_of(GITHUB);
    let mut files = BTreeSet::new();
    for (file, objects) in world.export(repository) {
        let Some((kind, form)) = kind_of(&file) else {
            continue;
        };
        let views = [View {
            forge: GITHUB,
            form,
        }];
        for object in objects {
            // A cross-reference has no number.
            let Some(number) = object["id"].as_u64() else {
                assert_eq!(form, 10, "{file}: {object}");
                continue;
            };
            let event = object["event"].as_str().unwrap_or_default();
            if form == 10 && NUMBERED.contains(&event) {
                continue;
            }
            // A board of an owner is none of a repository.
            let home = name(repository);
            let within = (!is_board(kind)).then_some(&home);
            let found = match kind {
                RecordKind::HistoryEvent => {
                    let item = snapshot.event_with_number(&home, GITHUB, number).unwrap();
                    let item = item.unwrap_or_else(|| panic!("{file}: {object}"));
                    lookup.item(&item, &views).unwrap()
                }
                _ => {
                    let id = snapshot.find(kind, GITHUB, number, within).unwrap();
                    let id = id.unwrap_or_else(|| panic!("{file}: {object}"));
                    assert_eq!(snapshot.find(kind, GITHUB, number, None).unwrap(), Some(id));
                    lookup.wanted(id, &views).unwrap()
                }
            };
            let found = found.unwrap_or_else(|| panic!("{file}: {object}"));
            assert_eq!(found.wanted, Some(views[0]));
            assert_eq!(rendered(&found, &mut lookup), object, "{file}");
            let stem = file.split(['.', '/']).next().unwrap_or_default();
            files.insert(stem.to_owned());
        }
    }
    files
}

fn is_board(kind: RecordKind) -> bool {
    matches!(
        kind,
        RecordKind::Project | RecordKind::Column | RecordKind::Card
    )
}

/// The events and the comments of a repository, and whether they are those of its issues.
fn assert_listed(snapshot: &Snapshot, repository: &str) -> Vec<HistoryItem> {
    let home = name(repository);
    let list = |kind| snapshot.history_of(&home, kind).unwrap();
    let mut all = list(RecordKind::Comment).to_vec();
    all.extend(list(RecordKind::HistoryEvent).iter().cloned());
    for kind in [RecordKind::Comment, RecordKind::HistoryEvent] {
        let moments: Vec<_> = list(kind).iter().map(HistoryItem::at).collect();
        assert!(moments.is_sorted());
    }
    let issues: BTreeSet<RecordId> = all.iter().filter_map(HistoryItem::issue).collect();
    let mut seen = 0;
    for issue in issues {
        let thread = snapshot.thread(issue).unwrap();
        // Commits of a pull request have no moment, and stand where they were listed.
        assert!(thread.iter().filter_map(HistoryItem::at).is_sorted());
        let mut timed = thread.iter().filter(|item| item.at().is_some());
        assert!(timed.all(|item| all.contains(item)));
        seen += thread.len();
    }
    assert_eq!(
        seen,
        all.iter().filter(|item| item.issue().is_some()).count()
    );
    let mut lookup = snapshot.lookup_of(GITHUB);
    for item in &all {
        let outgoing = lookup.item(item, &[]).unwrap().unwrap();
        assert_eq!(outgoing.record.created_at(), item.at());
        assert_eq!(outgoing.record.event(), item.event());
        assert_eq!(outgoing.record.updated_at(), item.updated_at());
    }
    all
}

#[test]
fn what_was_made_here_is_found_by_the_numbers_of_exports() {
    let world = World::new();
    do_everything(&world.store);
    let files = assert_found(&world, "octo/hello");
    for file in [
        "issues",
        "labels",
        "milestones",
        "comments",
        "events",
        "timeline",
    ] {
        assert!(files.contains(file), "{file}");
    }
    for file in ["projects", "columns", "cards"] {
        assert!(files.contains(file), "{file}");
    }
    assert_found(&world, "octo/other");
    let snapshot = world.store.read().unwrap();
    assert!(!assert_listed(&snapshot, "octo/hello").is_empty());
    assert_listed(&snapshot, "octo/other");
    let world = born();
    assert!(assert_found(&world, BORN).contains("reactions"));
    assert_listed(&world.store.read().unwrap(), BORN);
}

#[test]
fn what_was_imported_and_edited_is_found_by_its_forges_numbers() {
    let world = World::new();
    world.import(&root().join("docs/sample"));
    let before = assert_found(&world, SAMPLED);
    assert!(before.contains("timeline"));
    assert_listed(&world.store.read().unwrap(), SAMPLED);
    let mut tx = world.store.write(Actor::login("mona"), "edits").unwrap();
    let mut kelp = tx.repository(SAMPLED).unwrap();
    for number in 1..=10 {
        // Not every number is one, and some are closed.
        let _ = kelp.edit_issue(number, &IssueEdit::default().state(State::Closed, None));
        let _ = kelp.comment(number, "As in #11.");
    }
    tx.commit().unwrap();
    assert_eq!(assert_found(&world, SAMPLED), before);
    let comments = world.export(SAMPLED).remove("comments.ndjson").unwrap();
    let made_here = |comment: &&Value| comment["id"].as_u64().is_some_and(RecordId::is_minted);
    assert!(comments.iter().filter(made_here).count() > 5);
    let snapshot = world.store.read().unwrap();
    let warm = assert_listed(&snapshot, SAMPLED);
    drop(snapshot);
    let path = world.store.path().to_owned();
    drop(world.store);
    let cold = Store::open(path).unwrap();
    assert_eq!(assert_listed(&cold.read().unwrap(), SAMPLED), warm);
}

#[test]
fn a_list_follows_what_is_imported_later() {
    let world = World::new();
    let comments: Vec<Value> = (1..4).map(|n| comment("octo/hello", n, 500 + n)).collect();
    world.import(&world.backup("comments", &[("comments.ndjson", &comments)]));
    let home = name("octo/hello");
    let issues = |world: &World| -> Vec<bool> {
        let snapshot = world.store.read().unwrap();
        let all = snapshot.history_of(&home, RecordKind::Comment).unwrap();
        all.iter().map(|item| item.issue().is_some()).collect()
    };
    assert_eq!(issues(&world), [false, false, false]);
    let two = [issue("octo/hello", 1), issue("octo/hello", 3)];
    world.import(&world.backup("issues", &[("issues.ndjson", &two)]));
    assert_eq!(issues(&world), [true, false, true]);
}

#[test]
fn what_is_gone_is_not_found_and_what_moved_is_found_where_it_is() {
    let world = World::new();
    let (one, two) = (name("octo/one"), name("octo/two"));
    let mut tx = world.store.write(Actor::login("mona"), "begin").unwrap();
    tx.create_repository(&two).unwrap();
    let mut here = tx.create_repository(&one).unwrap();
    let number = here.create_issue(NewIssue::titled("One")).unwrap();
    let kept = here.comment(number, "Kept").unwrap();
    let lost = here.comment(number, "Lost").unwrap();
    tx.commit().unwrap();
    let issue = world.issue("octo/one", number).record.id();
    let find = |kind, id: RecordId, at| {
        let snapshot = world.store.read().unwrap();
        snapshot.find(kind, GITHUB, id.minted_number(), at).unwrap()
    };
    let comment = RecordKind::Comment;
    assert_eq!(find(comment, lost, Some(&one)), Some(lost));
    assert_eq!(find(comment, lost, Some(&two)), None);
    assert_eq!(find(RecordKind::Label, lost, Some(&one)), None);
    let mut tx = world.store.write(Actor::login("mona"), "delete").unwrap();
    tx.repository("octo/one")
        .unwrap()
        .delete_comment(lost)
        .unwrap();
    let deleting = tx.commit().unwrap().unwrap();
    assert_eq!(find(comment, lost, Some(&one)), None);
    assert_eq!(find(comment, lost, None), None);
    world
        .store
        .undo(deleting.sequence, Actor::login("mona"))
        .unwrap();
    assert_eq!(find(comment, lost, None), Some(lost));

    let mut tx = world
        .store
        .write(Actor::login("mona"), "close and move")
        .unwrap();
    let mut here = tx.repository("octo/one").unwrap();
    here.edit_issue(number, &IssueEdit::default().state(State::Closed, None))
        .unwrap();
    here.transfer_issue(number, "octo/two").unwrap();
    let moving = tx.commit().unwrap().unwrap();
    for (kind, id) in [(RecordKind::Issue, issue), (comment, kept)] {
        assert_eq!(find(kind, id, Some(&one)), None);
        assert_eq!(find(kind, id, Some(&two)), Some(id));
    }
    let snapshot = world.store.read().unwrap();
    let events = snapshot.history_of(&two, RecordKind::HistoryEvent).unwrap();
    let words: Vec<_> = events.iter().filter_map(HistoryItem::event).collect();
    assert_eq!(words, ["comment_deleted", "closed", "transferred"]);
    assert_eq!(assert_listed(&snapshot, "octo/one"), []);
    assert_eq!(snapshot.thread(issue).unwrap().len(), 5);
    drop(snapshot);
    world
        .store
        .undo(moving.sequence, Actor::login("mona"))
        .unwrap();
    assert_eq!(find(comment, kept, Some(&one)), Some(kept));

    // What was taken back with its creation, and what never was.
    world.store.undo(1, Actor::login("mona")).unwrap();
    for id in [issue, kept, RecordId::NIL] {
        assert_eq!(find(comment, id, None), None);
        assert_eq!(find(RecordKind::Issue, id, None), None);
    }
    let unknown = name("no/such");
    let snapshot = world.store.read().unwrap();
    let error = snapshot
        .find(comment, GITHUB, 1, Some(&unknown))
        .unwrap_err();
    assert_eq!(error.kind(), backlot_core::ErrorKind::UnknownRecord);
    let error = snapshot.history_of(&one, RecordKind::Label).unwrap_err();
    assert_eq!(error.kind(), backlot_core::ErrorKind::Invalid);
    assert!(snapshot.thread(kept).is_err());
}

#[test]
fn what_was_deleted_refers_to_nothing_in_lists() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "begin").unwrap();
    let mut here = tx.create_repository(&name("octo/one")).unwrap();
    here.create_issue(NewIssue::titled("One")).unwrap();
    here.create_issue(NewIssue::titled("Two").body("As #1"))
        .unwrap();
    tx.commit().unwrap();
    let words = || -> Vec<String> {
        let listed = assert_listed(&world.store.read().unwrap(), "octo/one");
        let words = listed.iter().filter_map(HistoryItem::event);
        words.map(str::to_owned).collect()
    };
    assert_eq!(words(), ["cross-referenced"]);
    let mut tx = world.store.write(Actor::login("mona"), "delete").unwrap();
    tx.repository("octo/one").unwrap().delete_issue(2).unwrap();
    let deleting = tx.commit().unwrap().unwrap();
    assert!(words().is_empty());
    world
        .store
        .undo(deleting.sequence, Actor::login("mona"))
        .unwrap();
    assert_eq!(words(), ["cross-referenced", "deleted"]);
}

#[test]
fn boards_of_owners_are_found_without_a_repository() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "a board").unwrap();
    tx.create_repository(&name("octo/one")).unwrap();
    let owner = ProjectOwner::Organization("octo".to_owned());
    let project = tx.create_project(&owner, NewProject::named("All")).unwrap();
    let [todo, done] = ["To do", "Done"].map(|name| tx.create_column(project, name).unwrap());
    let card = tx.create_note(todo, "Note").unwrap();
    tx.move_card(card, CardPlace::Top, Some(done)).unwrap();
    tx.commit().unwrap();
    let snapshot = world.store.read().unwrap();
    let one = name("octo/one");
    let octo = snapshot.user("octo").unwrap().id;
    for (kind, id) in [
        (RecordKind::Project, project),
        (RecordKind::Column, done),
        (RecordKind::Card, card),
        (RecordKind::User, octo),
    ] {
        let find = |home| {
            snapshot
                .find(kind, GITHUB, id.minted_number(), home)
                .unwrap()
        };
        assert_eq!(find(None), Some(id));
        let is_user = kind == RecordKind::User;
        assert_eq!(find(Some(&one)), is_user.then_some(id));
    }
    drop(snapshot);
    let mut tx = world.store.write(Actor::login("mona"), "no board").unwrap();
    tx.delete_project(project).unwrap();
    tx.commit().unwrap();
    let snapshot = world.store.read().unwrap();
    let number = card.minted_number();
    let found = snapshot
        .find(RecordKind::Card, GITHUB, number, None)
        .unwrap();
    assert_eq!(found, None);
}

#[test]
fn two_forges_in_one_repository_are_found_by_the_numbers_of_each() {
    for other_first in [false, true] {
        let world = World::new();
        let ours = || {
            let sample = root().join("docs/sample");
            world.import_with(&sample, |options| options.repository(name(SAMPLED)));
        };
        let theirs = || {
            let here = |options: backlot_core::ImportOptions| options.repository(name(SAMPLED));
            gitcode::try_import(&world.store, &gitcode::sample(), here).unwrap();
        };
        match other_first {
            true => (theirs(), ours()),
            false => (ours(), theirs()),
        };
        let snapshot = world.store.read().unwrap();
        let home = name(SAMPLED);
        let find = |kind, forge, object: &Value, key: &str| {
            let number = object[key]
                .as_u64()
                .or_else(|| object[key].as_str()?.parse().ok());
            let found = snapshot.find(kind, forge, number?, Some(&home)).unwrap();
            Some(found.unwrap_or_else(|| panic!("{object}")))
        };
        // Each by the numbers of either forge's export.
        let mut lookup = snapshot.lookup_of(GITHUB);
        for (file, objects) in world.export(SAMPLED) {
            let Some((kind, form)) = kind_of(&file).filter(|(_, form)| *form < 10) else {
                continue;
            };
            let view = View {
                forge: GITHUB,
                form,
            };
            for object in objects.iter().filter(|_| !is_board(kind)) {
                let id = find(kind, GITHUB, object, "id").unwrap();
                let outgoing = lookup.wanted(id, &[view]).unwrap().unwrap();
                let by = outgoing.stated.as_ref().map(|(view, ..)| view.forge);
                assert!(by.is_none_or(|forge| forge == GITHUB));
                if let Some((_, ForeignId::Number(number), _)) = outgoing.stated {
                    assert_eq!(object["id"], number);
                }
                // The store's own, not one that makes way for the other forge's.
                let record = snapshot.record(id).unwrap().unwrap();
                assert_eq!(outgoing.record.number(), record.number());
            }
        }
        let mut lookup = snapshot.lookup_of(GITCODE);
        for (file, objects) in gitcode::export(&world, SAMPLED, &Default::default()).0 {
            let (kind, key) = match file.as_str() {
                "issues.ndjson" => (RecordKind::Issue, "id"),
                "comments.ndjson" => (RecordKind::Comment, "id"),
                "milestones.ndjson" => (RecordKind::Milestone, "number"),
                _ => continue,
            };
            for object in &objects {
                let id = find(kind, GITCODE, object, key).unwrap();
                let record = lookup.record(id).unwrap().unwrap();
                let by = record.stated.as_ref().map(|(view, ..)| view.forge);
                assert!(by.is_none_or(|forge| forge == GITCODE));
            }
        }
        assert_listed(&snapshot, SAMPLED);
    }
}

#[test]
fn a_writer_is_not_handed_what_another_forge_stated() {
    let world = World::new();
    let both = name("octo/both");
    let objects = other_forge::read(&[Issue::new(1)], false);
    other_forge::try_import(&world.store, objects, |options| {
        options.repository(both.clone())
    })
    .unwrap();
    let backup = world.backup("hello", &[("issues.ndjson", &[issue("octo/hello", 2)])]);
    world.import_with(&backup, |options| options.repository(both.clone()));
    let snapshot = world.store.read().unwrap();
    // Both have a label of this name, and it is one record.
    let label = snapshot.label(&both, "bug").unwrap().id;
    for forge in [GITHUB, other_forge::FORGE] {
        let mut lookup = snapshot.lookup_of(forge);
        let stated = lookup.record(label).unwrap().unwrap().stated.clone();
        assert_eq!(stated.unwrap().0.forge, forge);
    }
    let lihua = snapshot.user("lihua").unwrap().id;
    let mut lookup = snapshot.lookup_of(GITHUB);
    assert_eq!(lookup.record(lihua).unwrap().unwrap().stated, None);
    let theirs = other_forge::view(RecordKind::User);
    let user = View {
        forge: GITHUB,
        form: 2,
    };
    assert_eq!(lookup.wanted(lihua, &[user]).unwrap().unwrap().stated, None);
    let stated = lookup.wanted(lihua, &[user, theirs]).unwrap().unwrap();
    assert_eq!(stated.stated.unwrap().0, theirs);
}

#[test]
fn the_last_sequence_is_that_of_the_next_snapshot() {
    let world = World::new();
    assert_eq!(world.store.last_sequence().unwrap(), 0);
    let before = world.store.read().unwrap();
    for expected in 1..4 {
        let mut tx = world.store.write(Actor::login("mona"), "more").unwrap();
        let title = format!("octo/r{expected}");
        let mut repository = tx.create_repository(&name(&title)).unwrap();
        repository
            .create_milestone(NewMilestone::titled("1.0"))
            .unwrap();
        assert_eq!(world.store.last_sequence().unwrap(), expected - 1);
        tx.commit().unwrap();
        assert_eq!(world.store.last_sequence().unwrap(), expected);
        assert_eq!(world.store.read().unwrap().sequence(), expected);
    }
    assert_eq!(before.sequence(), 0);
    let path = world.store.path().to_owned();
    let beside = backlot_core::StoreOptions::new()
        .open_beside_writer(&path)
        .unwrap();
    let mut tx = world.store.write(Actor::login("mona"), "more").unwrap();
    tx.create_repository(&name("octo/last")).unwrap();
    tx.commit().unwrap();
    assert_eq!(beside.last_sequence().unwrap(), 3);
    drop((before, world.store));
    let reading = Store::open_read_only(&path).unwrap();
    assert_eq!(reading.last_sequence().unwrap(), 4);
}

#[test]
fn a_reaction_is_taken_back_by_its_name_and_types_are_those_that_are_used() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "begin").unwrap();
    let mut here = tx.create_repository(&name("octo/one")).unwrap();
    let typed = |title: &str, word: &str| NewIssue::titled(title).issue_type(word);
    let one = here.create_issue(typed("One", "Task")).unwrap();
    here.create_issue(typed("Two", "Bug")).unwrap();
    let said = here.comment(one, "Yes").unwrap();
    here.react(said, "heart").unwrap();
    tx.commit().unwrap();
    let snapshot = world.store.read().unwrap();
    let types = snapshot.issue_types(&name("octo/one")).unwrap();
    assert_eq!(types, ["Bug", "Task"]);
    let heart = snapshot.reactions(said).unwrap()[0].id;
    // Whose it is does not matter.
    let mut tx = world.store.write(Actor::login("hubot"), "tidy").unwrap();
    let mut here = tx.repository("octo/one").unwrap();
    here.delete_issue(2).unwrap();
    assert!(here.delete_reaction(said).is_err());
    here.delete_reaction(heart).unwrap();
    let error = here.delete_reaction(heart).unwrap_err();
    assert_eq!(error.kind(), backlot_core::ErrorKind::Gone);
    tx.commit().unwrap();
    let snapshot = world.store.read().unwrap();
    assert_eq!(snapshot.reactions(said).unwrap(), []);
    assert_eq!(snapshot.comment(said).unwrap().reactions.total(), 0);
    assert_eq!(snapshot.issue_types(&name("octo/one")).unwrap(), ["Task"]);
}
