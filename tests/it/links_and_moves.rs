//! Edits in odd places: several of them in one transaction, and what is gone, moved or archived on the other
//! side of a link.

use backlot_core::{
    ErrorKind, IssueEdit, NewIssue, NewMilestone, NewProject, NewRepository, ProjectEdit,
    ProjectOwner, RepositoryEdit, RepositoryWriter, Store,
};
use backlot_model::{Actor, RecordId};
use serde_json::json;

use crate::support::{World, assert_sound, issue, name, with};
use crate::undo::{REPOSITORY, begun, last, mona, see, write};

const OTHER: &str = "octo/other";

fn edit<T>(
    store: &Store,
    repository: &str,
    edit: impl FnOnce(&mut RepositoryWriter<'_>) -> T,
) -> T {
    let mut tx = store.write(mona(), "edit").unwrap();
    let result = edit(&mut tx.repository(repository).unwrap());
    tx.commit().unwrap();
    result
}

/// A store with two repositories, the first of which has an issue.
fn two() -> Store {
    let store = begun().store;
    let mut tx = store.write(mona(), "other").unwrap();
    tx.create_repository(&name(OTHER)).unwrap();
    tx.commit().unwrap();
    store
}

fn new_issue(store: &Store, title: &str) -> u64 {
    edit(store, REPOSITORY, |repo| {
        repo.create_issue(NewIssue::titled(title)).unwrap()
    })
}

#[test]
fn an_issue_is_not_transferred_to_where_none_can_be_created() {
    let mut store = two();
    let number = new_issue(&store, "To go");
    for (change, kind) in [
        (
            RepositoryEdit::default().archived(true),
            ErrorKind::Archived,
        ),
        (
            RepositoryEdit::default().archived(false).issues(false),
            ErrorKind::Disabled,
        ),
    ] {
        edit(&store, OTHER, |repo| repo.edit(&change).unwrap());
        let error = edit(&store, REPOSITORY, |repo| {
            repo.transfer_issue(number, OTHER)
        })
        .unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    assert_sound(&mut store);
}

#[test]
fn a_transfer_is_not_undone_under_what_was_done_at_the_new_place() {
    type Later = fn(&mut RepositoryWriter<'_>, u64);
    let later: [(&str, Later); 3] = [
        ("comment", |repo, n| _ = repo.comment(n, "there").unwrap()),
        ("label", |repo, n| {
            _ = repo
                .edit_issue(n, &IssueEdit::default().add_label("there"))
                .unwrap();
        }),
        ("milestone", |repo, n| {
            let milestone = repo
                .create_milestone(NewMilestone::titled("there"))
                .unwrap();
            _ = repo
                .edit_issue(n, &IssueEdit::default().milestone(Some(milestone)))
                .unwrap();
        }),
    ];
    for (what, then) in later {
        let mut store = two();
        let number = new_issue(&store, "To go");
        let there = edit(&store, REPOSITORY, |repo| {
            repo.transfer_issue(number, OTHER).unwrap()
        });
        let transfer = last(&store);
        edit(&store, OTHER, |repo| then(repo, there));
        let done = last(&store);
        let error = store.undo(transfer, mona()).expect_err(what);
        assert_eq!(error.kind(), ErrorKind::StandsInTheWay, "{what}");
        store.undo(done, mona()).unwrap();
        store.undo(transfer, mona()).unwrap();
        // The same the other way round.
        edit(&store, REPOSITORY, |repo| then(repo, number));
        let error = store.redo(transfer, mona()).expect_err(what);
        assert_eq!(error.kind(), ErrorKind::StandsInTheWay, "{what}");
        assert_sound(&mut store);
    }
}

fn cross_references(store: &Store, number: u64) -> usize {
    let snapshot = store.read().unwrap();
    let issue = snapshot.issue(&name(REPOSITORY), number).unwrap();
    let timeline = snapshot.timeline(&issue).unwrap();
    let text = format!("{timeline:?}").to_lowercase();
    text.matches("cross-referenced").count() + text.matches("crossreferenced").count()
}

#[test]
fn what_the_comments_of_a_deleted_issue_refer_to_is_referred_to_no_longer() {
    let mut store = two();
    let target = new_issue(&store, "Target");
    let source = new_issue(&store, "Source");
    edit(&store, REPOSITORY, |repo| {
        repo.comment(source, format!("see #{target}")).unwrap();
        repo.comment(source, format!("and again #{target}"))
            .unwrap();
    });
    assert_eq!(cross_references(&store, target), 1);
    let before = see(&store);
    edit(&store, REPOSITORY, |repo| {
        repo.delete_issue(source).unwrap();
    });
    assert_eq!(cross_references(&store, target), 0);
    let alive = store.read().unwrap().stats().unwrap();
    let deletion = last(&store);
    store.undo(deletion, mona()).unwrap();
    assert_eq!(see(&store), before);
    assert_eq!(cross_references(&store, target), 1);
    store.redo(deletion, mona()).unwrap();
    assert_eq!(store.read().unwrap().stats().unwrap().users, alive.users);
    assert_sound(&mut store);
}

#[test]
fn nothing_is_written_to_a_deleted_repository() {
    let mut store = two();
    let mut tx = store.write(mona(), "board").unwrap();
    let owner = ProjectOwner::Repository(name(OTHER));
    let project: RecordId = tx
        .create_project(&owner, NewProject::named("Board"))
        .unwrap();
    tx.commit().unwrap();
    let mut tx = store.write(mona(), "delete").unwrap();
    let mut repo = tx.repository(OTHER).unwrap();
    repo.delete(true).unwrap();
    let error = repo.create_issue(NewIssue::titled("Late")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Gone);
    let again = repo.edit(&RepositoryEdit::default().archived(false).private(true));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Gone);
    assert_eq!(repo.delete(true).unwrap_err().kind(), ErrorKind::Gone);
    tx.commit().unwrap();
    let mut tx = store.write(mona(), "late").unwrap();
    let edited = tx.edit_project(project, &ProjectEdit::default().name("Late"));
    assert_eq!(edited.unwrap_err().kind(), ErrorKind::Gone);
    assert!(tx.commit().unwrap().is_none());
    assert_sound(&mut store);
}

#[test]
fn a_local_milestone_gives_its_number_to_one_seen_inside_an_issue_too() {
    let mut world = World::new();
    let mut tx = world.store.write(mona(), "begin").unwrap();
    let mut repo = tx.create_repository(&name(REPOSITORY)).unwrap();
    repo.create_milestone(NewMilestone::titled("Ours")).unwrap();
    let mine = repo
        .create_issue(NewIssue::titled("Mine").milestone(1))
        .unwrap();
    tx.commit().unwrap();
    let theirs = json!({
        "url": "https://api.github.com/repos/octo/hello/milestones/1", "id": 501, "node_id": "opaque",
        "html_url": "https://github.com/octo/hello/milestone/1",
        "labels_url": "https://api.github.com/repos/octo/hello/milestones/1/labels",
        "number": 1, "title": "Theirs", "description": null, "creator": crate::support::user("mona", 1),
        "open_issues": 1, "closed_issues": 0, "state": "open", "created_at": "2022-01-01T00:00:00Z",
        "updated_at": "2022-01-01T00:00:00Z", "due_on": null, "closed_at": null,
    });
    let stated = with(issue(REPOSITORY, 7), json!({ "milestone": theirs }));
    let backup = world.backup("b", &[("issues.ndjson", &[stated])]);
    world.import(&backup);
    let title = |number| {
        let detail = world.issue(REPOSITORY, number);
        format!("{:?}", detail.summary.milestone)
    };
    assert!(title(7).contains("Theirs"), "{}", title(7));
    assert!(title(mine).contains("Ours"), "{}", title(mine));
    assert_sound(&mut world.store);
}

#[test]
fn a_renamed_repository_keeps_its_name_when_its_source_comes_under_the_old_one() {
    let mut world = World::new();
    let backup = world.backup("b", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]);
    let import = |world: &World| world.import_with(&backup, |o| o.repository(name(REPOSITORY)));
    import(&world);
    let renamed = "mona/mine";
    edit(&world.store, REPOSITORY, |repo| {
        repo.edit(&RepositoryEdit::default().name(name(renamed)))
            .unwrap()
    });
    import(&world);
    let snapshot = world.store.read().unwrap();
    let known = snapshot.repositories().unwrap();
    let names: Vec<_> = known.iter().map(|known| known.name.as_str()).collect();
    assert_eq!(names, [renamed, REPOSITORY]);
    drop(snapshot);
    world.assert_sound();
}

#[test]
fn counts_of_a_source_that_cannot_be_true_are_no_panic() {
    let mut world = World::new();
    let most = with(issue(REPOSITORY, 1), json!({ "comments": u64::MAX }));
    let backup = world.backup("b", &[("issues.ndjson", &[most])]);
    world.import(&backup);
    write(&world.store, "comment", |repo| {
        repo.comment(1, "one more").unwrap();
    });
    world.store.undo(last(&world.store), mona()).unwrap();
    world.assert_sound();
}

#[test]
fn who_makes_what_must_have_a_login() {
    let store = two();
    for login in ["", "a b"] {
        let error = store.write(Actor::login(login), "edit").err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{login:?}");
        let mut tx = store.write(mona(), "edit").unwrap();
        let owner = ProjectOwner::User(login.to_owned());
        let error = tx.create_project(&owner, NewProject::named("Board"));
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Invalid, "{login:?}");
    }
}

#[test]
fn default_labels_come_with_a_repository() {
    let store = two();
    let mut tx = store.write(mona(), "third").unwrap();
    tx.create_repository_with(
        &name("octo/third"),
        NewRepository::default().default_labels(),
    )
    .unwrap();
    tx.commit().unwrap();
    assert_eq!(
        store
            .read()
            .unwrap()
            .labels(&name("octo/third"))
            .unwrap()
            .len(),
        9
    );
}
