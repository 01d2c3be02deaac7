//! History that follows from texts: cross-references and mentions, as texts begin, change and end.

use backlot_core::{IssueEdit, NewIssue, RepositoryWriter};
use backlot_model::{Actor, EventKind, RecordKind};
use serde_json::json;

use crate::support::{World, issue, name, user, with};

const HELLO: &str = "octo/hello";

fn write<T>(
    world: &World,
    repository: &str,
    edit: impl FnOnce(&mut RepositoryWriter<'_>) -> T,
) -> T {
    let mut tx = world.store.write(Actor::login("mona"), "test").unwrap();
    let done = {
        let mut repository = if world
            .store
            .read()
            .unwrap()
            .repository(&name(repository))
            .unwrap()
            .is_some()
        {
            tx.repository(repository).unwrap()
        } else {
            tx.create_repository(&name(repository)).unwrap()
        };
        edit(&mut repository)
    };
    tx.commit().unwrap();
    done
}

fn new(world: &World, repository: &str, body: &str) -> u64 {
    write(world, repository, |repository| {
        repository
            .create_issue(NewIssue::titled("T").body(body))
            .unwrap()
    })
}

fn edit(world: &World, number: u64, body: &str) {
    write(world, HELLO, |repository| {
        let edit = IssueEdit::default().body(Some(body.to_owned()));
        repository.edit_issue(number, &edit).unwrap();
    });
}

fn comment(world: &World, number: u64, body: &str) {
    write(world, HELLO, |repository| {
        repository.comment(number, body).unwrap();
    });
}

/// What followed from texts in the life of an issue: the event, who, and the source.
fn history(world: &World, repository: &str, number: u64) -> Vec<String> {
    let snapshot = world.store.read().unwrap();
    let detail = snapshot.issue(&name(repository), number).unwrap();
    let items = snapshot.timeline(&detail).unwrap();
    let events = items.iter().filter(|item| {
        let event = item.record.event().unwrap_or_default();
        ["cross-referenced", "mentioned", "subscribed"].contains(&event)
    });
    let words = events.map(|item| {
        let source = item.issue.as_ref();
        let source = source.map(|issue| format!("{}#{}", issue.repository, issue.number));
        let source = source.unwrap_or_default();
        let (event, actor) = (item.record.event().unwrap(), item.actor.as_deref().unwrap());
        format!("{event} {actor} {source}").trim_end().to_owned()
    });
    words.collect()
}

#[test]
fn a_reference_shows_at_its_target_and_follows_edits() {
    let mut world = World::new();
    new(&world, HELLO, "one");
    new(&world, HELLO, "two");
    let before = world.issue(HELLO, 1).summary.updated_at;
    assert_eq!(
        new(&world, HELLO, "see #1, GH-1 and #3 and #99, not `#2`"),
        3
    );
    let expected = ["cross-referenced mona octo/hello#3"];
    assert_eq!(history(&world, HELLO, 1), expected);
    assert!(history(&world, HELLO, 2).is_empty());
    assert!(history(&world, HELLO, 3).is_empty(), "to itself");
    assert_eq!(world.issue(HELLO, 1).summary.updated_at, before);

    // A second text refers to it as well: still one event, which stays until both are gone.
    comment(&world, 3, "again #1");
    assert_eq!(history(&world, HELLO, 1), expected);
    edit(&world, 3, "now #2");
    assert_eq!(history(&world, HELLO, 1), expected);
    assert_eq!(history(&world, HELLO, 2), expected);
    edit(&world, 3, "now none");
    assert!(history(&world, HELLO, 2).is_empty());
    assert_eq!(
        history(&world, HELLO, 1),
        expected,
        "the comment still refers to it"
    );
    edit(&world, 3, "#2 again");
    assert_eq!(history(&world, HELLO, 2), expected);
    world.assert_sound();
}

#[test]
fn an_event_goes_when_its_last_text_no_longer_refers() {
    let mut world = World::new();
    new(&world, HELLO, "one");
    new(
        &world,
        HELLO,
        "[it](https://forge.example/octo/hello/issues/1)",
    );
    assert_eq!(history(&world, HELLO, 1).len(), 1);
    write(&world, HELLO, |repository| {
        let edit = IssueEdit::default().body(None);
        repository.edit_issue(2, &edit).unwrap();
    });
    assert!(history(&world, HELLO, 1).is_empty());
    // The log still tells of it.
    let snapshot = world.store.read().unwrap();
    let events = snapshot.events(snapshot.sequence(), 10).unwrap();
    let deleted = events
        .iter()
        .find(|event| event.record_kind == RecordKind::HistoryEvent);
    assert_eq!(deleted.unwrap().kind, EventKind::Deleted);
    drop(snapshot);
    world.assert_sound();
}

#[test]
fn other_repositories_are_referred_to_by_their_names_here_and_at_the_forge() {
    let mut world = World::new();
    let backup = world.backup(
        "backup",
        &[("issues.ndjson", &[issue("there/original", 7)])],
    );
    world.import_with(&backup, |options| options.repository(name("my/copy")));
    new(&world, HELLO, "one");
    new(&world, HELLO, "my/copy#7");
    new(
        &world,
        HELLO,
        "https://github.com/there/original/pull/7#issuecomment-1",
    );
    new(&world, HELLO, "https://gitea.example/my/copy/issues/7");
    new(
        &world,
        HELLO,
        "there/original#7: another one, as this repository is from nowhere",
    );
    new(
        &world,
        HELLO,
        "nobody/nothing#7 https://github.com/nobody/nothing/issues/7",
    );
    assert_eq!(
        history(&world, "my/copy", 7),
        [
            "cross-referenced mona octo/hello#2",
            "cross-referenced mona octo/hello#3",
        ]
    );
    new(&world, "my/copy", "there/original#7 and octo/hello#1");
    assert_eq!(
        history(&world, "my/copy", 7)[2..],
        ["cross-referenced mona my/copy#8"]
    );
    assert_eq!(
        history(&world, HELLO, 1),
        ["cross-referenced mona my/copy#8"]
    );
    world.assert_sound();
}

#[test]
fn people_who_are_known_here_are_mentioned_once() {
    let mut world = World::new();
    write(&world, HELLO, |repository| {
        let hubot = NewIssue::titled("T")
            .body("@param @hubot")
            .assignee("hubot");
        repository.create_issue(hubot).unwrap();
    });
    assert_eq!(
        history(&world, HELLO, 1),
        ["mentioned hubot", "subscribed hubot"]
    );
    comment(&world, 1, "@HUBOT and @Mona");
    let all = [
        "mentioned hubot",
        "subscribed hubot",
        "mentioned mona",
        "subscribed mona",
    ];
    assert_eq!(history(&world, HELLO, 1), all);
    edit(&world, 1, "nobody");
    assert_eq!(history(&world, HELLO, 1), all, "the comment mentions both");
    edit(&world, 1, "@nobody @hubot `@param`");
    assert_eq!(history(&world, HELLO, 1), all);
    new(&world, HELLO, "@hubot");
    edit(&world, 2, "nobody");
    assert_eq!(history(&world, HELLO, 2), ["subscribed hubot"]);
    edit(&world, 2, "@hubot");
    assert_eq!(
        history(&world, HELLO, 2),
        ["subscribed hubot", "mentioned hubot"]
    );
    let snapshot = world.store.read().unwrap();
    for sequence in 1..=snapshot.sequence() {
        for event in snapshot.events(sequence, 100).unwrap() {
            let is_user = event.record_kind == RecordKind::User;
            assert!(
                !is_user || ["mona", "hubot"].contains(&event.label.as_str()),
                "{event:?}"
            );
        }
    }
    drop(snapshot);
    world.assert_sound();
}

#[test]
fn what_a_forge_tells_is_never_touched_and_what_followed_here_is_no_object_of_it() {
    let mut world = World::new();
    let event = |id: u64, event: &str| {
        json!({"id": id, "node_id": format!("N{id}"), "event": event,
            "url": format!("https://api.github.com/repos/octo/hello/issues/events/{id}"),
            "actor": user("hubot", 2), "commit_id": null, "commit_url": null,
            "created_at": "2024-01-02T03:04:05Z", "performed_via_github_app": null,
            "issue": issue("octo/hello", 1)})
    };
    let one = with(issue("octo/hello", 1), json!({"body": "hello @hubot"}));
    let events = [event(1, "mentioned"), event(2, "subscribed")];
    world.import(&world.backup(
        "backup",
        &[
            ("issues.ndjson", &[one, issue("octo/hello", 2)]),
            ("events.ndjson", &events),
        ],
    ));
    comment(&world, 1, "@hubot #2");
    edit(&world, 1, "nobody");
    assert_eq!(
        history(&world, HELLO, 1),
        ["mentioned hubot", "subscribed hubot"]
    );
    assert_eq!(
        history(&world, HELLO, 2),
        ["cross-referenced mona octo/hello#1"]
    );
    let exported = world.export(HELLO);
    assert_eq!(exported["events.ndjson"].len(), 2);
    let mut told = Vec::new();
    let snapshot = world.store.read().unwrap();
    let visited: backlot_core::Result<()> =
        snapshot.untold_events(&name(HELLO), &mut |number, event, _| {
            told.push(format!("{number} {event}"));
            Ok(())
        });
    visited.unwrap();
    assert_eq!(told, ["1 edited"]);
    drop(snapshot);
    world.assert_sound();
}
