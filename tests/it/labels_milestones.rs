//! Labels, milestones, repositories and users: every operation, what it appends, and what is refused.

use backlot_core::{
    Error, ErrorKind, ImportError, IssueEdit, IssueFilter, LabelEdit, MilestoneEdit, MilestoneList,
    MilestoneSort, NewIssue, NewLabel, NewMilestone, NewProject, NewRepository, ProjectOwner,
    RepositoryEdit, RepositoryWriter, Result, StateFilter, WriteTransaction,
};
use backlot_model::{Actor, EventKind, Rule, State, Timestamp, UserKind};
use serde_json::json;

use crate::support::{World, issue, label, name, with};

const REPOSITORY: &str = "octo/hello";

/// A world with one repository.
fn world() -> World {
    let world = World::new();
    write(&world, |tx| {
        tx.create_repository(&name(REPOSITORY)).map(drop)
    })
    .unwrap();
    world
}

/// Makes one commit, or none when `edit` is refused.
fn write<T>(world: &World, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> Result<T> {
    let mut tx = world.store.write(Actor::login("mona"), "test")?;
    let result = edit(&mut tx)?;
    tx.commit()?;
    Ok(result)
}

fn edit<T>(world: &World, edit: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>) -> Result<T> {
    write(world, |tx| edit(&mut tx.repository(REPOSITORY)?))
}

/// The kinds of the events of the last commit.
fn last_events(world: &World) -> Vec<EventKind> {
    let snapshot = world.store.read().unwrap();
    let events = snapshot.events(snapshot.sequence(), 1000).unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[track_caller]
fn assert_invalid<T: std::fmt::Debug>(result: Result<T>, field: &str, rule: Rule) {
    let error = result.unwrap_err();
    let invalid = error.invalid_field().unwrap();
    assert_eq!((invalid.field, invalid.rule), (field, rule), "{error}");
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    Error::kind(&result.unwrap_err())
}

fn label_names(world: &World) -> Vec<String> {
    let labels = world.store.read().unwrap().labels(&name(REPOSITORY));
    labels
        .unwrap()
        .into_iter()
        .map(|label| label.name)
        .collect()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn labels_are_created_and_edited() {
    let mut world = world();
    edit(&world, |repository| {
        repository.create_label(NewLabel::named("plain"))?;
        let full = NewLabel::named("Bug")
            .color("D73a4a")
            .description("Does not work");
        repository.create_label(full)
    })
    .unwrap();
    assert_eq!(
        last_events(&world),
        [EventKind::Created, EventKind::Created]
    );
    let snapshot = world.store.read().unwrap();
    let plain = snapshot.label(&name(REPOSITORY), "PLAIN").unwrap();
    assert_eq!((plain.color.as_str(), plain.description), ("ededed", None));
    let bug = snapshot.label(&name(REPOSITORY), "bug").unwrap();
    assert_eq!((bug.name.as_str(), bug.color.as_str()), ("Bug", "D73a4a"));
    assert!(!bug.is_default);
    drop(snapshot);

    let number = edit(&world, |repository| {
        repository.create_issue(NewIssue::titled("One").label("bug"))
    })
    .unwrap();
    let changed = edit(&world, |repository| {
        let case = LabelEdit::default()
            .name("bug")
            .color("ffffff")
            .description(None);
        repository.edit_label("BUG", &case)
    });
    assert!(changed.unwrap());
    assert_eq!(last_events(&world), [EventKind::Edited]);
    assert_eq!(world.issue(REPOSITORY, number).summary.labels, ["bug"]);
    let sequence = world.store.read().unwrap().sequence();
    let changed = edit(&world, |repository| {
        let same = LabelEdit::default()
            .name("bug")
            .color("ffffff")
            .description(None);
        repository.edit_label("bug", &same)
    });
    assert!(!changed.unwrap());
    assert_eq!(world.store.read().unwrap().sequence(), sequence);
    edit(&world, |repository| {
        repository.edit_label("bug", &LabelEdit::default().name("defect"))
    })
    .unwrap();
    assert_eq!(world.issue(REPOSITORY, number).summary.labels, ["defect"]);
    world.assert_sound();
}

#[test]
fn labels_that_break_a_rule_are_refused() {
    let world = world();
    edit(&world, |repository| {
        repository.create_label(NewLabel::named("bug"))?;
        repository.create_label(NewLabel::named("other"))
    })
    .unwrap();
    let create = |label| edit(&world, |repository| repository.create_label(label));
    let named = |name: &str| NewLabel::named(name);
    assert_invalid(create(named(" ")), "name", Rule::MissingField);
    assert_invalid(create(named("a,b")), "name", Rule::Invalid);
    assert_invalid(create(named(&"x".repeat(51))), "name", Rule::Unprocessable);
    assert_invalid(create(named("BUG")), "name", Rule::AlreadyExists);
    assert_invalid(create(named("a").color("#d73a4a")), "color", Rule::Invalid);
    assert_invalid(create(named("a").color("red")), "color", Rule::Invalid);
    let long = named("a").description("x".repeat(101));
    assert_invalid(create(long), "description", Rule::Unprocessable);
    let change =
        |change: LabelEdit| edit(&world, |repository| repository.edit_label("bug", &change));
    let none = LabelEdit::default;
    assert_invalid(change(none().name("Other")), "name", Rule::AlreadyExists);
    assert_invalid(change(none().color("12345")), "color", Rule::Invalid);
    assert_eq!(
        kind(edit(&world, |repository| repository.delete_label("none"))),
        ErrorKind::UnknownRecord
    );
    assert_eq!(label_names(&world), ["bug", "other"]);
}

#[test]
fn a_deleted_label_leaves_every_issue_also_of_its_own_commit() {
    let mut world = world();
    let (first, moment) = edit(&world, |repository| {
        repository.create_issue(NewIssue::titled("Earlier").label("bug").label("kept"))
    })
    .map(|number| (number, world.issue(REPOSITORY, number).summary.updated_at))
    .unwrap();
    let (second, third) = edit(&world, |repository| {
        let second = repository.create_issue(NewIssue::titled("Same commit").label("Bug"))?;
        let third = repository.create_issue(NewIssue::titled("Labelled later"))?;
        repository.edit_issue(third, &IssueEdit::default().add_label("bug"))?;
        repository.delete_label("bug")?;
        // The name is free again, for another label.
        repository.create_label(NewLabel::named("BUG"))?;
        Ok((second, third))
    })
    .unwrap();
    let unlabeled = last_events(&world);
    let unlabeled = unlabeled
        .iter()
        .filter(|kind| **kind == EventKind::Unlabeled);
    assert_eq!(unlabeled.count(), 3);
    assert_eq!(world.issue(REPOSITORY, first).summary.labels, ["kept"]);
    assert_eq!(world.issue(REPOSITORY, first).summary.updated_at, moment);
    for number in [second, third] {
        assert!(world.issue(REPOSITORY, number).summary.labels.is_empty());
    }
    assert_eq!(label_names(&world), ["BUG", "kept"]);
    let filter = IssueFilter {
        labels: vec!["bug".into()],
        ..IssueFilter::default()
    };
    let snapshot = world.store.read().unwrap();
    assert_eq!(
        snapshot.issues(&name(REPOSITORY), &filter).unwrap().total(),
        0
    );
    drop(snapshot);
    world.assert_sound();
}

#[test]
fn milestones_are_created_edited_closed_and_deleted() {
    let mut world = world();
    let due = at("2024-05-01T09:30:00Z");
    let (beta, done) = edit(&world, |repository| {
        let beta = NewMilestone::titled("Beta")
            .description("All of it")
            .due_on(due);
        let done = NewMilestone::titled("Alpha").state(State::Closed);
        Ok((
            repository.create_milestone(beta)?,
            repository.create_milestone(done)?,
        ))
    })
    .unwrap();
    assert_eq!((beta, done), (1, 2));
    let show = |number| {
        world
            .store
            .read()
            .unwrap()
            .milestone(&name(REPOSITORY), number)
    };
    assert!(show(done).unwrap().closed_at.is_some());
    let shown = show(beta).unwrap();
    assert_eq!(
        (shown.due_on, shown.creator.as_deref()),
        (Some(due), Some("mona"))
    );

    let open = edit(&world, |repository| {
        let open = repository.create_issue(NewIssue::titled("Open").milestone(beta).label("a"))?;
        let closed =
            repository.create_issue(NewIssue::titled("Done").milestone(beta).label("b"))?;
        repository.edit_issue(closed, &IssueEdit::default().state(State::Closed, None))?;
        Ok(open)
    })
    .unwrap();
    let shown = show(beta).unwrap();
    assert_eq!((shown.open_issues, shown.closed_issues), (1, 1));
    let labels = world
        .store
        .read()
        .unwrap()
        .milestone_labels(&name(REPOSITORY), beta)
        .unwrap();
    assert_eq!(
        labels
            .iter()
            .map(|label| label.name.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );

    let change = |change: MilestoneEdit| {
        edit(&world, |repository| {
            repository.edit_milestone(beta, &change)
        })
    };
    assert!(change(MilestoneEdit::default().state(State::Closed)).unwrap());
    assert_eq!(last_events(&world), [EventKind::Closed]);
    assert!(show(beta).unwrap().closed_at.is_some());
    assert_eq!(world.issue(REPOSITORY, open).summary.state, State::Open);
    assert!(!change(MilestoneEdit::default().state(State::Closed).title("Beta")).unwrap());
    let reopened = MilestoneEdit::default()
        .state(State::Open)
        .title("Beta 2")
        .due_on(None);
    assert!(change(reopened.description(None)).unwrap());
    assert_eq!(
        last_events(&world),
        [EventKind::Edited, EventKind::Reopened]
    );
    let shown = show(beta).unwrap();
    assert_eq!(
        (shown.closed_at, shown.due_on, shown.description),
        (None, None, None)
    );

    let before = world.issue(REPOSITORY, open).summary.updated_at;
    let late = edit(&world, |repository| {
        let late = repository.create_issue(NewIssue::titled("Late").milestone(beta))?;
        repository.delete_milestone(beta)?;
        Ok(late)
    })
    .unwrap();
    let demilestoned = last_events(&world);
    let demilestoned = demilestoned
        .iter()
        .filter(|kind| **kind == EventKind::Demilestoned);
    assert_eq!(demilestoned.count(), 3);
    for number in [open, late] {
        assert_eq!(world.issue(REPOSITORY, number).summary.milestone, None);
    }
    assert_eq!(world.issue(REPOSITORY, open).summary.updated_at, before);
    assert_eq!(kind(show(beta)), ErrorKind::Gone);
    assert_eq!(kind(show(99)), ErrorKind::UnknownRecord);
    assert_eq!(
        kind(change(MilestoneEdit::default().title("x"))),
        ErrorKind::Gone
    );
    let again = edit(&world, |repository| {
        repository.create_milestone(NewMilestone::titled("Beta 2"))
    });
    assert_eq!(again.unwrap(), 3);
    world.assert_sound();
}

#[test]
fn milestones_that_break_a_rule_are_refused() {
    let world = world();
    edit(&world, |repository| {
        repository.create_milestone(NewMilestone::titled("v1"))?;
        repository.create_milestone(NewMilestone::titled("V1"))
    })
    .unwrap();
    let create = |milestone| edit(&world, |repository| repository.create_milestone(milestone));
    let titled = |title: &str| NewMilestone::titled(title);
    assert_invalid(create(titled("v1")), "title", Rule::AlreadyExists);
    assert_invalid(create(titled("  ")), "title", Rule::MissingField);
    assert_invalid(create(titled("a\nb")), "title", Rule::Invalid);
    let odd = titled("odd").state(State::from_word("active"));
    assert_invalid(create(odd), "state", Rule::Invalid);
    let long = titled("long").description("x".repeat(70_000));
    assert_invalid(create(long), "description", Rule::Unprocessable);
    let rename = edit(&world, |repository| {
        repository.edit_milestone(2, &MilestoneEdit::default().title("v1"))
    });
    assert_invalid(rename, "title", Rule::AlreadyExists);
    edit(&world, |repository| repository.delete_milestone(1)).unwrap();
    let issue = edit(&world, |repository| {
        repository.create_issue(NewIssue::titled("x").milestone(1))
    });
    assert_invalid(issue, "milestone", Rule::Missing);
    let freed = edit(&world, |repository| {
        repository.edit_milestone(2, &MilestoneEdit::default().title("v1"))
    });
    assert!(freed.unwrap());
}

#[test]
fn milestones_are_listed_by_due_date_and_by_completeness() {
    let world = world();
    edit(&world, |repository| {
        for (title, due, state) in [
            ("never", None, State::Open),
            ("late", Some("2024-09-01T00:00:00Z"), State::Open),
            ("soon", Some("2024-02-01T00:00:00Z"), State::Open),
            ("closed", Some("2024-01-01T00:00:00Z"), State::Closed),
        ] {
            let mut milestone = NewMilestone::titled(title).state(state);
            if let Some(due) = due {
                milestone = milestone.due_on(at(due));
            }
            repository.create_milestone(milestone)?;
        }
        let done = repository.create_issue(NewIssue::titled("done").milestone(2))?;
        repository.create_issue(NewIssue::titled("open").milestone(1))?;
        repository.edit_issue(done, &IssueEdit::default().state(State::Closed, None))
    })
    .unwrap();
    let list = |state, sort, direction| {
        let list = MilestoneList {
            state,
            sort,
            direction,
        };
        let found = world
            .store
            .read()
            .unwrap()
            .milestones(&name(REPOSITORY), &list)
            .unwrap();
        found
            .into_iter()
            .map(|milestone| milestone.title)
            .collect::<Vec<_>>()
    };
    let found = world
        .store
        .read()
        .unwrap()
        .milestones(&name(REPOSITORY), &MilestoneList::default());
    let found: Vec<_> = found
        .unwrap()
        .into_iter()
        .map(|milestone| milestone.title)
        .collect();
    assert_eq!(found, ["soon", "late", "never"]);
    use backlot_model::Direction::{Ascending, Descending};
    let (due, part) = (MilestoneSort::DueOn, MilestoneSort::Completeness);
    assert_eq!(
        list(StateFilter::Open, due, Descending),
        ["late", "soon", "never"]
    );
    assert_eq!(list(StateFilter::Closed, due, Ascending), ["closed"]);
    assert_eq!(
        list(StateFilter::All, due, Ascending),
        ["closed", "soon", "late", "never"]
    );
    assert_eq!(
        list(StateFilter::Open, part, Descending),
        ["late", "never", "soon"]
    );
    assert_eq!(
        list(StateFilter::Open, part, Ascending),
        ["never", "soon", "late"]
    );
}

#[test]
fn repositories_are_created_renamed_archived_and_deleted() {
    let mut world = world();
    write(&world, |tx| {
        let new = NewRepository::default()
            .description("Tools")
            .private(true)
            .default_labels();
        let mut tools = tx.create_repository_with(&name("octo/tools"), new)?;
        tools
            .create_issue(NewIssue::titled("One").label("BUG"))
            .map(drop)
    })
    .unwrap();
    let snapshot = world.store.read().unwrap();
    let labels = snapshot.labels(&name("octo/tools")).unwrap();
    assert_eq!(labels.len(), 9);
    assert!(
        labels
            .iter()
            .all(|label| label.is_default && label.description.is_some())
    );
    assert_eq!(
        (labels[0].name.as_str(), labels[0].color.as_str()),
        ("bug", "d73a4a")
    );
    let id = snapshot
        .repository(&name("octo/tools"))
        .unwrap()
        .unwrap()
        .id;
    assert!(snapshot.record(id).unwrap().unwrap().is_private());
    drop(snapshot);

    let change = |repository: &str, change: RepositoryEdit| {
        write(&world, |tx| tx.repository(repository)?.edit(&change))
    };
    let none = RepositoryEdit::default;
    let taken = change("octo/tools", none().name(name("Octo/Hello")));
    assert_eq!(kind(taken), ErrorKind::Exists);
    assert!(change("octo/tools", none().name(name("octo/Kit"))).unwrap());
    assert!(!change("octo/kit", none().name(name("octo/Kit")).private(true)).unwrap());
    assert_eq!(world.issue("octo/kit", 1).summary.labels, ["bug"]);
    assert_eq!(kind(change("octo/tools", none())), ErrorKind::UnknownRecord);

    assert!(change("octo/kit", none().archived(true)).unwrap());
    let commented = write(&world, |tx| tx.repository("octo/kit")?.comment(1, "more"));
    assert_eq!(kind(commented), ErrorKind::Archived);
    let board = NewProject::named("Board");
    let owner = ProjectOwner::Repository(name("octo/kit"));
    let made = write(&world, |tx| tx.create_project(&owner, board.clone()));
    assert_eq!(kind(made), ErrorKind::Archived);
    assert_eq!(
        kind(change("octo/kit", none().private(false))),
        ErrorKind::Archived
    );
    assert!(
        change(
            "octo/kit",
            none().archived(false).issues(false).projects(false)
        )
        .unwrap()
    );
    let made = write(&world, |tx| {
        tx.repository("octo/kit")?
            .create_issue(NewIssue::titled("x"))
    });
    assert_eq!(kind(made), ErrorKind::Disabled);
    assert_eq!(
        kind(write(&world, |tx| tx.create_project(&owner, board))),
        ErrorKind::Disabled
    );
    assert!(change("octo/kit", none().issues(true)).unwrap());
    write(&world, |tx| {
        tx.repository("octo/kit")?
            .create_issue(NewIssue::titled("x"))
    })
    .unwrap();

    let delete = |forced| write(&world, |tx| tx.repository("octo/kit")?.delete(forced));
    assert_invalid(delete(false), "contents", Rule::Unprocessable);
    delete(true).unwrap();
    assert_eq!(last_events(&world), [EventKind::Deleted]);
    assert_eq!(world.store.read().unwrap().repositories().unwrap().len(), 1);
    write(&world, |tx| {
        tx.create_repository(&name("octo/kit")).map(drop)
    })
    .unwrap();
    write(&world, |tx| tx.repository("octo/kit")?.delete(false)).unwrap();
    world.assert_sound();
}

#[test]
fn users_are_listed_and_local_ones_can_be_renamed() {
    let mut world = world();
    edit(&world, |repository| {
        repository.create_issue(NewIssue::titled("One").assignee("hubot"))
    })
    .unwrap();
    write(&world, |tx| {
        tx.create_project(
            &ProjectOwner::Organization("octo-org".into()),
            NewProject::named("x"),
        )?;
        assert!(tx.set_user_kind("hubot", UserKind::Bot)?);
        assert!(!tx.set_user_kind("hubot", UserKind::Bot)?);
        assert!(tx.rename_user("Hubot", "robot")?);
        assert!(!tx.rename_user("robot", "robot")?);
        Ok(())
    })
    .unwrap();
    let snapshot = world.store.read().unwrap();
    let users = snapshot.users().unwrap();
    let shown: Vec<_> = users
        .iter()
        .map(|user| (user.login.as_str(), &user.kind))
        .collect();
    assert_eq!(
        shown,
        [
            ("mona", &UserKind::User),
            ("octo-org", &UserKind::Organization),
            ("robot", &UserKind::Bot)
        ]
    );
    assert_eq!(snapshot.user("ROBOT").unwrap().host, None);
    assert_eq!(kind(snapshot.user("hubot")), ErrorKind::UnknownRecord);
    let likely = snapshot.assignees(&name(REPOSITORY)).unwrap();
    let likely: Vec<_> = likely.into_iter().map(|user| user.login).collect();
    assert_eq!(likely, ["mona", "robot"]);
    drop(snapshot);
    let rename = |to: &str| write(&world, |tx| tx.rename_user("robot", to));
    assert_invalid(rename("Mona"), "login", Rule::AlreadyExists);
    assert_invalid(rename("a b"), "login", Rule::Invalid);
    assert_invalid(rename(""), "login", Rule::MissingField);
    world.assert_sound();
}

#[test]
fn nothing_is_imported_into_a_deleted_repository() {
    let mut world = World::new();
    let backup = world.backup("in", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    world.import(&backup);
    edit(&world, |repository| repository.delete(true)).unwrap();
    for adjust in [None, Some(REPOSITORY)] {
        let refused = world.try_import(&backup, |options| match adjust {
            Some(to) => options.repository(name(to)),
            None => options,
        });
        let Err(ImportError::Store(error)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(error.kind(), ErrorKind::Gone, "{error}");
    }
    world.import_with(&backup, |options| options.repository(name("octo/again")));
    assert_eq!(world.issue("octo/again", 1).summary.number, 1);
    world.assert_sound();
}

#[test]
fn a_label_of_a_forge_is_deleted_here_and_stays_so() {
    let mut world = World::new();
    let bug = label(REPOSITORY, "bug", 1);
    let object = with(issue(REPOSITORY, 1), json!({"labels": [bug]}));
    let backup = world.backup("in", &[("issues.ndjson", &[object])]);
    world.import(&backup);
    edit(&world, |repository| repository.delete_label("bug")).unwrap();
    assert_eq!(world.import(&backup).commit, None);
    assert!(world.issue(REPOSITORY, 1).summary.labels.is_empty());
    assert!(label_names(&world).is_empty());
    world.assert_sound();
}
