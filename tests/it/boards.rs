//! Project boards: every operation, the order after moves, what is appended, and what is refused.

use backlot_core::{
    ArchivedFilter, CardDetail, CardEdit, CardPlace, ColumnPlace, ErrorKind, IssueEdit, NewIssue,
    NewProject, ProjectEdit, ProjectOwner, RepositoryEdit, Result, StateFilter, Store,
    WriteTransaction,
};
use backlot_model::{Actor, EventKind, RecordId, Rule, State};
use proptest::prelude::*;

use crate::support::{World, name};

const REPOSITORY: &str = "octo/hello";

fn write<T>(store: &Store, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> Result<T> {
    let mut tx = store.write(Actor::login("mona"), "test")?;
    let result = edit(&mut tx)?;
    tx.commit()?;
    Ok(result)
}

fn repository_owner() -> ProjectOwner {
    ProjectOwner::Repository(name(REPOSITORY))
}

struct Board {
    world: World,
    project: RecordId,
    todo: RecordId,
    done: RecordId,
}

/// A repository with three issues and a board of two columns.
fn board() -> Board {
    let world = World::new();
    let (project, todo, done) = write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(REPOSITORY))?;
        for title in ["One", "Two", "Three"] {
            repository.create_issue(NewIssue::titled(title))?;
        }
        let project = tx.create_project(&repository_owner(), NewProject::named("Roadmap"))?;
        let todo = tx.create_column(project, "To do")?;
        Ok((project, todo, tx.create_column(project, "Done")?))
    })
    .unwrap();
    Board {
        world,
        project,
        todo,
        done,
    }
}

impl Board {
    fn write<T>(&self, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> Result<T> {
        write(&self.world.store, edit)
    }

    fn cards(&self, column: RecordId) -> Vec<CardDetail> {
        let snapshot = self.world.store.read().unwrap();
        snapshot.cards(column, ArchivedFilter::All).unwrap()
    }

    fn notes(&self, column: RecordId) -> Vec<String> {
        let notes = self.cards(column).into_iter().map(|card| card.note);
        notes.map(Option::unwrap_or_default).collect()
    }

    fn columns(&self) -> Vec<String> {
        let columns = self.world.store.read().unwrap().columns(self.project);
        columns
            .unwrap()
            .into_iter()
            .map(|column| column.name)
            .collect()
    }

    /// The kinds of the events of the last commit.
    fn last_events(&self) -> Vec<EventKind> {
        let snapshot = self.world.store.read().unwrap();
        let events = snapshot.events(snapshot.sequence(), 1000).unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    /// What the timeline of an issue tells: what happened, on which board, from where to where.
    fn timeline(&self, number: u64) -> Vec<[String; 4]> {
        let snapshot = self.world.store.read().unwrap();
        let issue = snapshot.issue(&name(REPOSITORY), number).unwrap();
        let items = snapshot.timeline(&issue).unwrap().into_iter();
        let items = items.map(|item| {
            let record = item.record;
            let texts = [record.event(), record.subject(), record.from(), record.to()];
            texts.map(|text| text.unwrap_or_default().to_owned())
        });
        items.collect()
    }
}

#[track_caller]
fn assert_invalid<T: std::fmt::Debug>(result: Result<T>, field: &str, rule: Rule) {
    let error = result.unwrap_err();
    let invalid = error.invalid_field().unwrap();
    assert_eq!((invalid.field, invalid.rule), (field, rule), "{error}");
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    result.unwrap_err().kind()
}

#[test]
fn projects_belong_to_repositories_organisations_and_people() {
    let mut board = board();
    let organization = ProjectOwner::Organization("octo-org".into());
    let person = ProjectOwner::User("hubot".into());
    let (ours, theirs) = board
        .write(|tx| {
            let new = NewProject::named("Ours")
                .body("All")
                .private(true)
                .permission("write");
            let ours = tx.create_project(&organization, new)?;
            tx.create_project(&organization, NewProject::named("Second"))?;
            Ok((ours, tx.create_project(&person, NewProject::named("Mine"))?))
        })
        .unwrap();
    let snapshot = board.world.store.read().unwrap();
    let shown = snapshot.project(ours).unwrap();
    assert_eq!(
        (shown.owner.as_str(), shown.number, shown.is_private),
        ("octo-org", 1, true)
    );
    assert_eq!(
        (shown.body.as_deref(), shown.permission.as_deref()),
        (Some("All"), Some("write"))
    );
    assert_eq!(shown.creator.as_deref(), Some("mona"));
    assert_eq!(snapshot.project(board.project).unwrap().owner, REPOSITORY);
    let numbers = |owner: &ProjectOwner, state| {
        let projects = snapshot.projects(owner, state).unwrap();
        projects
            .into_iter()
            .map(|project| project.number)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(&organization, StateFilter::Open), [1, 2]);
    assert_eq!(numbers(&person, StateFilter::All), [1]);
    assert_eq!(numbers(&repository_owner(), StateFilter::Closed), [0; 0]);
    let unknown = ProjectOwner::User("octo-org".into());
    assert_eq!(
        kind(snapshot.projects(&unknown, StateFilter::All)),
        ErrorKind::UnknownRecord
    );

    drop(snapshot);

    let new = || NewProject::named("x");
    let create = |owner: &ProjectOwner, new| board.write(|tx| tx.create_project(owner, new));
    assert_invalid(create(&unknown, new()), "owner", Rule::Invalid);
    assert_invalid(
        create(&person, NewProject::named(" ")),
        "name",
        Rule::MissingField,
    );
    let field = "organization_permission";
    assert_invalid(
        create(&person, new().permission("all")),
        field,
        Rule::Invalid,
    );
    assert_eq!(
        kind(create(&ProjectOwner::Repository(name("no/where")), new())),
        ErrorKind::UnknownRecord
    );

    let edit = |edit: ProjectEdit| board.write(|tx| tx.edit_project(ours, &edit));
    let none = ProjectEdit::default;
    let same = none()
        .name("Ours")
        .body(Some("All".into()))
        .private(true)
        .state(State::Open);
    assert!(!edit(same).unwrap());
    assert!(
        edit(
            none()
                .name("Our")
                .body(None)
                .private(false)
                .state(State::Closed)
        )
        .unwrap()
    );
    assert_eq!(board.last_events(), [EventKind::Edited, EventKind::Closed]);
    assert!(edit(none().state(State::Open)).unwrap());
    assert_eq!(board.last_events(), [EventKind::Reopened]);
    assert_invalid(edit(none().permission("all")), field, Rule::Invalid);
    assert_invalid(
        edit(none().state(State::from_word("x"))),
        "state",
        Rule::Invalid,
    );

    board.write(|tx| tx.delete_project(theirs)).unwrap();
    assert_eq!(
        kind(board.write(|tx| tx.delete_project(theirs))),
        ErrorKind::Gone
    );
    let again = create(&person, new()).unwrap();
    let snapshot = board.world.store.read().unwrap();
    assert_eq!(snapshot.project(again).unwrap().number, 2);
    assert_eq!(kind(snapshot.project(theirs)), ErrorKind::Gone);
    assert_eq!(kind(snapshot.project(board.todo)), ErrorKind::UnknownRecord);
    drop(snapshot);
    board.world.assert_sound();
}

#[test]
fn columns_are_created_renamed_moved_and_deleted() {
    let mut board = board();
    let (todo, done) = (board.todo, board.done);
    let doing = board
        .write(|tx| tx.create_column(board.project, "Doing"))
        .unwrap();
    assert_eq!(board.columns(), ["To do", "Done", "Doing"]);
    let go = |id, place| board.write(|tx| tx.move_column(id, place)).unwrap();
    assert!(go(doing, ColumnPlace::After(todo)));
    assert_eq!(board.last_events(), [EventKind::Edited]);
    assert_eq!(board.columns(), ["To do", "Doing", "Done"]);
    assert!(!go(doing, ColumnPlace::After(todo)));
    assert!(!go(todo, ColumnPlace::First) && !go(done, ColumnPlace::Last));
    assert!(!go(todo, ColumnPlace::After(todo)));
    assert!(go(done, ColumnPlace::First) && go(todo, ColumnPlace::Last));
    assert_eq!(board.columns(), ["Done", "Doing", "To do"]);
    let rename = |name: &str| board.write(|tx| tx.rename_column(done, name));
    assert!(rename("Finished").unwrap() && !rename("Finished").unwrap());
    assert_invalid(rename(""), "name", Rule::MissingField);

    let person = ProjectOwner::User("hubot".into());
    let elsewhere = board
        .write(|tx| {
            let other = tx.create_project(&person, NewProject::named("Other"))?;
            tx.create_column(other, "Elsewhere")
        })
        .unwrap();
    let moved = board.write(|tx| tx.move_column(todo, ColumnPlace::After(elsewhere)));
    assert_invalid(moved, "position", Rule::Invalid);
    let note = board.write(|tx| tx.create_note(todo, "note")).unwrap();
    board.write(|tx| tx.delete_column(todo)).unwrap();
    assert_eq!(
        board.last_events(),
        [EventKind::Deleted, EventKind::Deleted]
    );
    assert_eq!(board.columns(), ["Finished", "Doing"]);
    let snapshot = board.world.store.read().unwrap();
    assert_eq!(kind(snapshot.card(note)), ErrorKind::Gone);
    assert_eq!(
        kind(snapshot.cards(todo, ArchivedFilter::All)),
        ErrorKind::Gone
    );
    drop(snapshot);
    assert_eq!(
        kind(board.write(|tx| tx.create_note(todo, "x"))),
        ErrorKind::Gone
    );
    assert_eq!(
        kind(board.write(|tx| tx.create_note(note, "x"))),
        ErrorKind::UnknownRecord
    );
    board.world.assert_sound();
}

#[test]
fn cards_hold_notes_or_issues() {
    let mut board = board();
    let (todo, done) = (board.todo, board.done);
    let hello = name(REPOSITORY);
    let (note, card) = board
        .write(|tx| {
            Ok((
                tx.create_note(todo, "A note")?,
                tx.add_card(todo, &hello, 1)?,
            ))
        })
        .unwrap();
    let kinds = [
        EventKind::Created,
        EventKind::AddedToProject,
        EventKind::Created,
    ];
    assert_eq!(board.last_events(), kinds);
    let cards = board.cards(todo);
    assert_eq!(
        cards.iter().map(|card| card.id).collect::<Vec<_>>(),
        [card, note]
    );
    let (repository, issue) = cards[0].issue.clone().unwrap();
    assert_eq!((repository.as_str(), issue.number), (REPOSITORY, 1));
    assert_eq!(cards[1].note.as_deref(), Some("A note"));
    assert_eq!(cards[1].creator.as_deref(), Some("mona"));

    let again = board.write(|tx| tx.add_card(done, &hello, 1));
    assert_invalid(again, "content", Rule::Unprocessable);
    assert_eq!(
        kind(board.write(|tx| tx.add_card(done, &hello, 9))),
        ErrorKind::UnknownRecord
    );
    assert_invalid(
        board.write(|tx| tx.create_note(done, " ")),
        "note",
        Rule::MissingField,
    );
    let long = "x".repeat(1025);
    assert_invalid(
        board.write(|tx| tx.create_note(done, long)),
        "note",
        Rule::Unprocessable,
    );
    let edit = |id, edit: CardEdit| board.write(|tx| tx.edit_card(id, &edit));
    let none = CardEdit::default;
    assert_invalid(edit(card, none().note("x")), "note", Rule::Invalid);
    assert!(edit(note, none().note("Another").archived(true)).unwrap());
    assert!(!edit(note, none().note("Another").archived(true)).unwrap());
    let column = &board
        .world
        .store
        .read()
        .unwrap()
        .columns(board.project)
        .unwrap()[0];
    assert_eq!(
        (column.cards, column.archived_cards, column.open_issues),
        (1, 1, 1)
    );
    let archived = board
        .world
        .store
        .read()
        .unwrap()
        .cards(todo, ArchivedFilter::Archived);
    assert_eq!(archived.unwrap().len(), 1);

    board
        .write(|tx| {
            let closed = IssueEdit::default().state(State::Closed, None);
            tx.repository(REPOSITORY)?.edit_issue(1, &closed)?;
            tx.move_card(card, CardPlace::Top, Some(done))
        })
        .unwrap();
    let columns = board
        .world
        .store
        .read()
        .unwrap()
        .columns(board.project)
        .unwrap();
    assert_eq!((columns[0].cards, columns[1].closed_issues), (0, 1));
    board.write(|tx| tx.delete_card(card)).unwrap();
    assert_eq!(
        board.last_events(),
        [EventKind::RemovedFromProject, EventKind::Deleted]
    );
    let told = [
        ["added_to_project", "Roadmap", "", "To do"],
        ["closed", "", "", ""],
        ["moved_columns_in_project", "Roadmap", "To do", "Done"],
        ["removed_from_project", "Roadmap", "", "Done"],
    ];
    assert_eq!(board.timeline(1), told);
    assert_eq!(kind(edit(card, none())), ErrorKind::Gone);
    // The issue is free to come back.
    board.write(|tx| tx.add_card(done, &hello, 1)).unwrap();
    board.write(|tx| tx.delete_project(board.project)).unwrap();
    let snapshot = board.world.store.read().unwrap();
    assert_eq!(kind(snapshot.column(done)), ErrorKind::Gone);
    assert_eq!(kind(snapshot.card(note)), ErrorKind::Gone);
    drop(snapshot);
    board.world.assert_sound();
}

#[test]
fn a_note_becomes_an_issue() {
    let mut board = board();
    let hello = name(REPOSITORY);
    let note = board
        .write(|tx| tx.create_note(board.todo, "Write it down\n\nAll of it"))
        .unwrap();
    let number = board
        .write(|tx| tx.convert_note(note, &hello, None))
        .unwrap();
    assert_eq!(number, 4);
    let kinds = [
        EventKind::Created,
        EventKind::ConvertedNoteToIssue,
        EventKind::Edited,
    ];
    assert_eq!(board.last_events(), kinds);
    let issue = board.world.issue(REPOSITORY, number);
    assert_eq!(issue.summary.title, "Write it down");
    assert_eq!(issue.body.as_deref(), Some("All of it"));
    let card = &board.cards(board.todo)[0];
    assert_eq!(
        (
            &card.note,
            card.issue.as_ref().map(|(_, issue)| issue.number)
        ),
        (&None, Some(4))
    );
    assert_eq!(
        board.timeline(4),
        [["converted_note_to_issue", "Roadmap", "", "To do"]]
    );
    let again = board.write(|tx| tx.convert_note(note, &hello, None));
    assert_invalid(again, "note", Rule::Invalid);
    assert_invalid(
        board.write(|tx| tx.add_card(board.done, &hello, 4)),
        "content",
        Rule::Unprocessable,
    );
    let second = board
        .write(|tx| tx.create_note(board.todo, "Second\nrest"))
        .unwrap();
    let number = board.write(|tx| tx.convert_note(second, &hello, Some("Body".into())));
    let issue = board.world.issue(REPOSITORY, number.unwrap());
    assert_eq!(issue.body.as_deref(), Some("Body"));
    board.world.assert_sound();
}

#[test]
fn boards_follow_their_repository() {
    let mut board = board();
    let edit = |edit: RepositoryEdit| {
        board
            .write(|tx| tx.repository(REPOSITORY)?.edit(&edit))
            .unwrap()
    };
    edit(RepositoryEdit::default().projects(false));
    let note = || board.write(|tx| tx.create_note(board.todo, "x"));
    assert_eq!(kind(note()), ErrorKind::Disabled);
    edit(RepositoryEdit::default().projects(true).archived(true));
    assert_eq!(kind(note()), ErrorKind::Archived);
    assert_eq!(
        kind(board.write(|tx| tx.delete_project(board.project))),
        ErrorKind::Archived
    );
    edit(RepositoryEdit::default().archived(false));
    note().unwrap();
    board.world.assert_sound();
}

#[test]
fn always_between_the_same_two_the_column_is_ranked_anew() {
    let mut board = board();
    let todo = board.todo;
    board
        .write(|tx| {
            let last = tx.create_note(todo, "last")?;
            let first = tx.create_note(todo, "first")?;
            let mut other = tx.create_note(todo, "other")?;
            let mut low = last;
            // Each goes right below the first one, above the one before.
            for _ in 0..1300 {
                tx.move_card(low, CardPlace::After(first), None)?;
                std::mem::swap(&mut low, &mut other);
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(board.notes(todo), ["first", "other", "last"]);
    board.world.assert_sound();
}

#[derive(Clone, Debug)]
struct Move {
    card: prop::sample::Index,
    column: Option<bool>,
    place: prop::sample::Index,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (
        any::<prop::sample::Index>(),
        any::<Option<bool>>(),
        any::<prop::sample::Index>(),
    );
    let one = one.prop_map(|(card, column, place)| Move {
        card,
        column,
        place,
    });
    proptest::collection::vec(one, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cards_stand_where_a_plain_list_says(moves in moves()) {
        let mut board = board();
        let columns = [board.todo, board.done];
        let mut model: [Vec<RecordId>; 2] = [Vec::new(), Vec::new()];
        for at in 0..8 {
            let card = board.write(|tx| tx.create_note(columns[at % 2], format!("{at}"))).unwrap();
            model[at % 2].insert(0, card);
        }
        for Move { card, column, place } in moves {
            let card = *card.get(&[model[0].clone(), model[1].clone()].concat());
            let from = usize::from(model[1].contains(&card));
            let to = column.map_or(from, usize::from);
            let before = model.clone();
            let others: Vec<_> = model[to].iter().copied().filter(|other| *other != card).collect();
            let (place, at) = match place.index(others.len() + 2) {
                0 => (CardPlace::Top, 0),
                1 => (CardPlace::Bottom, others.len()),
                after => (CardPlace::After(others[after - 2]), after - 1),
            };
            model[from].retain(|other| *other != card);
            model[to].insert(at, card);
            let column = column.map(|column| columns[usize::from(column)]);
            let changed = board.write(|tx| tx.move_card(card, place, column)).unwrap();
            prop_assert_eq!(changed, model != before);
            for (column, cards) in columns.iter().zip(&model) {
                let shown: Vec<_> = board.cards(*column).into_iter().map(|card| card.id).collect();
                prop_assert_eq!(&shown, cards);
            }
        }
        board.world.assert_sound();
    }
}

#[test]
fn a_card_of_a_deep_column_moves_by_one_event() {
    let board = board();
    board
        .write(|tx| {
            for at in 0..2000 {
                tx.create_note(board.todo, format!("{at}"))?;
            }
            Ok(())
        })
        .unwrap();
    let cards = board.cards(board.todo);
    board
        .write(|tx| tx.move_card(cards[1999].id, CardPlace::Top, None))
        .unwrap();
    assert_eq!(board.last_events(), [EventKind::Edited]);
    assert_eq!(board.cards(board.todo)[0].id, cards[1999].id);
}
