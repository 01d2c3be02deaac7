//! What is done here goes out as the events that GitHub would have told, and comes back as what it was.

use std::collections::BTreeSet;

use backlot_core::{
    CardPlace, IssueEdit, NewIssue, NewMilestone, NewProject, ProjectOwner, RepositoryWriter,
    Result, Store, TimelineItem, WriteTransaction,
};
use backlot_model::{Actor, LockReason, RecordKind, State, StateReason};
use serde_json::{Value, json};

use crate::support::{World, comment, export_to, issue, name, user, with};

const HERE: &str = "octo/hello";
const THERE: &str = "octo/other";

fn write<T>(store: &Store, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> T {
    let mut tx = store.write(Actor::login("mona"), "test").unwrap();
    let result = edit(&mut tx).unwrap();
    tx.commit().unwrap();
    result
}

fn edit<T>(store: &Store, edit: impl FnOnce(&mut RepositoryWriter<'_>) -> Result<T>) -> T {
    write(store, |tx| edit(&mut tx.repository(HERE)?))
}

fn change(store: &Store, number: u64, change: &IssueEdit) {
    assert!(edit(store, |repository| repository.edit_issue(number, change)));
}

/// Does all that GitHub has an event for, each in a commit of its own.
pub(crate) fn do_everything(store: &Store) {
    let to = IssueEdit::default;
    write(store, |tx| {
        tx.create_repository(&name(THERE))?;
        let mut repository = tx.create_repository(&name(HERE))?;
        for title in ["One", "Two", "Three", "Four"] {
            repository.create_issue(NewIssue::titled(title).assignee("hubot"))?;
        }
        Ok(())
    });
    edit(store, |here| {
        here.create_milestone(NewMilestone::titled("0.1"))
    });
    change(store, 1, &to().title("First"));
    change(store, 1, &to().add_label("bug"));
    change(store, 1, &to().remove_label("bug"));
    change(store, 1, &to().add_assignee("mona"));
    change(store, 1, &to().remove_assignee("mona"));
    change(store, 1, &to().milestone(Some(1)));
    change(store, 1, &to().milestone(None));
    edit(store, |here| {
        here.lock_issue(1, Some(LockReason::TooHeated))
    });
    edit(store, |here| here.unlock_issue(1));
    edit(store, |here| here.pin_issue(1));
    edit(store, |here| here.unpin_issue(1));
    change(store, 1, &to().issue_type(Some("Bug".to_owned())));
    change(store, 1, &to().issue_type(Some("Task".to_owned())));
    change(store, 1, &to().issue_type(None));
    edit(store, |here| here.add_sub_issue(1, &2.into(), false));
    edit(store, |here| here.remove_sub_issue(1, &2.into()));
    edit(store, |here| here.add_blocked_by(1, &2.into()));
    edit(store, |here| here.remove_blocked_by(1, &2.into()));
    let (todo, doing) = write(store, |tx| {
        let owner = ProjectOwner::Repository(name(HERE));
        let project = tx.create_project(&owner, NewProject::named("Roadmap"))?;
        let todo = tx.create_column(project, "To do")?;
        Ok((todo, tx.create_column(project, "Doing")?))
    });
    let card = write(store, |tx| tx.add_card(todo, &name(HERE), 1));
    write(store, |tx| tx.move_card(card, CardPlace::Top, Some(doing)));
    write(store, |tx| tx.delete_card(card));
    let note = write(store, |tx| tx.create_note(todo, "Five"));
    write(store, |tx| tx.convert_note(note, &name(HERE), None));
    let said = edit(store, |here| here.comment(1, "To be deleted."));
    edit(store, |here| here.comment(1, "As @hubot says."));
    edit(store, |here| here.delete_comment(said));
    edit(store, |here| here.comment(3, "As in #1."));
    change(
        store,
        1,
        &to().state(State::Closed, Some(StateReason::NotPlanned)),
    );
    change(store, 1, &to().state(State::Open, None));
    edit(store, |here| here.mark_duplicate(1, &2.into()));
    edit(store, |here| here.unmark_duplicate(1));
    edit(store, |here| here.transfer_issue(4, THERE));
    change(store, 1, &to().body(Some("Another body.".to_owned())));
}

fn kinds(items: &[Value]) -> Vec<&str> {
    let kinds = items.iter().map(|item| item["event"].as_str().unwrap());
    kinds.collect()
}

/// Asserts that an object has these keys with these values, also inside.
fn assert_has(object: &Value, keys: &Value) {
    match keys {
        Value::Object(keys) => {
            for (key, value) in keys {
                assert_has(&object[key], value);
            }
        }
        keys => assert_eq!(object, keys),
    }
}

/// What became of issue 1, as its events tell it: each with the keys that only it has.
fn first() -> Vec<(&'static str, Value)> {
    let two = json!({"number": 2, "title": "Two", "state": "open", "state_reason": null,
        "repository": {"name": "hello", "full_name": HERE, "owner": {"login": "octo"}},
        "issue_type": null});
    let card = |column: &str| json!({"project_card": {"column_name": column}});
    vec![
        ("renamed", json!({"rename": {"from": "One", "to": "First"}})),
        (
            "labeled",
            json!({"label": {"name": "bug", "color": "ededed"}}),
        ),
        (
            "unlabeled",
            json!({"label": {"name": "bug", "color": "ededed"}}),
        ),
        ("assigned", json!({"assignee": {"login": "mona"}})),
        ("unassigned", json!({"assignee": {"login": "mona"}})),
        ("milestoned", json!({"milestone": {"title": "0.1"}})),
        ("demilestoned", json!({"milestone": {"title": "0.1"}})),
        ("locked", json!({"lock_reason": "too heated"})),
        ("unlocked", json!({})),
        ("pinned", json!({})),
        ("unpinned", json!({})),
        (
            "issue_type_added",
            json!({"issue_type": {"name": "Bug", "color": null}}),
        ),
        (
            "issue_type_changed",
            json!({"issue_type": {"name": "Task"}, "prev_issue_type": {"name": "Bug"}}),
        ),
        (
            "issue_type_removed",
            json!({"prev_issue_type": {"name": "Task"}}),
        ),
        ("sub_issue_added", json!({"sub_issue": two})),
        ("sub_issue_removed", json!({"sub_issue": two})),
        ("blocked_by_added", json!({"blocked_by": two})),
        ("blocked_by_removed", json!({"blocked_by": two})),
        ("added_to_project", card("To do")),
        (
            "moved_columns_in_project",
            json!({"project_card": {"column_name": "Doing", "previous_column_name": "To do"}}),
        ),
        ("removed_from_project", card("Doing")),
        ("mentioned", json!({"actor": {"login": "hubot"}})),
        ("subscribed", json!({"actor": {"login": "hubot"}})),
        ("comment_deleted", json!({})),
        ("closed", json!({"state_reason": "not_planned"})),
        ("reopened", json!({"state_reason": "reopened"})),
        ("marked_as_duplicate", json!({})),
        ("closed", json!({"state_reason": "duplicate"})),
        ("unmarked_as_duplicate", json!({})),
    ]
}

#[test]
fn everything_done_here_goes_out_as_the_event_of_its_kind() {
    let mut world = World::new();
    do_everything(&world.store);
    let out = world.export(HERE);
    let events = &out["events/1.ndjson"];
    let expected = first();
    let expected_kinds: Vec<_> = expected.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds(events), expected_kinds);
    for (event, (kind, own)) in events.iter().zip(&expected) {
        assert_has(event, own);
        let id = event["id"].as_u64().unwrap();
        let actor = if own["actor"].is_null() {
            "mona"
        } else {
            "hubot"
        };
        let url = format!("https://api.github.com/repos/{HERE}/issues/events/{id}");
        let common = json!({"url": url, "actor": {"login": actor}, "commit_id": null,
            "commit_url": null, "performed_via_github_app": null});
        assert_has(event, &common);
        let assigner = kind.ends_with("assigned").then_some("mona");
        assert_eq!(event["assigner"]["login"].as_str(), assigner);
    }
    // A timeline tells the same, and comments, and which other issues refer to this one.
    let timeline = &out["timeline/1.ndjson"];
    let (told, other): (Vec<_>, Vec<_>) = timeline
        .iter()
        .partition(|item| events.iter().any(|event| event["id"] == item["id"]));
    assert_eq!(told.len(), events.len());
    assert_eq!(other.len(), 2, "{other:?}");
    assert_has(
        other[0],
        &json!({"event": "commented", "body": "As @hubot says.", "actor": {"login": "mona"}}),
    );
    let comment = &out["comments.ndjson"][0];
    for (key, value) in comment.as_object().unwrap() {
        assert_eq!(&other[0][key], value);
    }
    let source = json!({"type": "issue", "issue": {"number": 3, "title": "Three"}});
    assert_has(
        other[1],
        &json!({"event": "cross-referenced", "source": source}),
    );
    assert!(told.iter().all(|item| item.get("assigner").is_none()));
    let moments: Vec<_> = timeline
        .iter()
        .map(|item| item["created_at"].as_str())
        .collect();
    assert!(moments.is_sorted());
    // The other sides.
    assert_eq!(
        kinds(&out["events/2.ndjson"]),
        [
            "parent_issue_added",
            "parent_issue_removed",
            "blocking_added",
            "blocking_removed"
        ]
    );
    assert_eq!(kinds(&out["events/5.ndjson"]), ["converted_note_to_issue"]);
    assert_eq!(
        kinds(&world.export(THERE)["events/1.ndjson"]),
        ["transferred"]
    );
    assert!(!out.contains_key("events.ndjson"));
    // Just what GitHub has no event for is told to no one.
    let snapshot = world.store.read().unwrap();
    let mut untold = Vec::new();
    let visited: Result<()> = snapshot.untold_events(&name(HERE), &mut |number, kind, _| {
        untold.push((number, kind.to_owned()));
        Ok(())
    });
    visited.unwrap();
    assert_eq!(untold, [(1, "edited".to_owned())]);
    drop(snapshot);
    assert_eq!(world.export(HERE), out);
    world.assert_sound();
}

#[test]
fn node_ids_of_local_events_say_where_the_event_belongs() {
    let world = World::new();
    do_everything(&world.store);
    let out = world.export(HERE);
    let mut ids = BTreeSet::new();
    for event in &out["events/1.ndjson"] {
        let id = event["id"].as_u64().unwrap();
        assert!(id < 1 << 53 && ids.insert(id));
        let node = event["node_id"].as_str().unwrap();
        let (prefix, packed) = node.split_once('_').unwrap();
        assert!(prefix.ends_with('E') && prefix.bytes().all(|b| b.is_ascii_uppercase()));
        // A list of four: nought, the repository, the issue, the event.
        let bytes = decode_base64url(packed);
        assert_eq!(bytes[..2], [0x94, 0]);
        assert_eq!(bytes[bytes.len() - 9], 0xcf);
        let (_, last) = bytes.split_last_chunk::<8>().unwrap();
        assert_eq!(u64::from_be_bytes(*last), id);
    }
}

fn decode_base64url(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter).unwrap();
        held = held << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

/// What a timeline tells: what happened, who did it and to whom, when to the second, and from what to what.
fn told(item: &TimelineItem) -> Told {
    let record = &item.record;
    let event = record.event().unwrap_or("commented");
    // Of another issue a store knows where it is, and GitHub's object its title.
    let subject = record.subject().filter(|subject| !subject.contains('#'));
    let is_link = ["sub_issue", "parent_issue", "block", "cross", "duplicate"]
        .iter()
        .any(|part| event.contains(part));
    let is_board = event.contains("project") || event == "converted_note_to_issue";
    let is_type = event.starts_with("issue_type");
    let subject = subject.filter(|_| !is_link && !is_board && !is_type);
    let at = item.at.unwrap_or_default().unix_milliseconds() / 1000;
    let people = [item.actor.clone(), item.person.clone()];
    (event.to_owned(), people, at, subject.map(str::to_owned))
}

type Told = (String, [Option<String>; 2], i64, Option<String>);

fn timeline(world: &World, number: u64) -> Vec<Told> {
    let snapshot = world.store.read().unwrap();
    let issue = snapshot.issue(&name(HERE), number).unwrap();
    let items = snapshot.timeline(&issue).unwrap();
    let items = items
        .iter()
        .filter(|item| item.record.event() != Some("edited"));
    let mut told: Vec<_> = items.map(told).collect();
    // What happened in one second has no order that all forges know.
    told.sort_by(|one, other| (one.2, &one.0).cmp(&(other.2, &other.0)));
    told
}

#[test]
fn another_store_takes_local_history_in_as_the_same_timeline() {
    let world = World::new();
    do_everything(&world.store);
    let out = world.path("out");
    export_to(&world.store, HERE, &out, Default::default());
    let mut other = World::new();
    let report = other.import(&out);
    assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
    for number in [1, 2, 3, 5] {
        assert_eq!(
            timeline(&other, number),
            timeline(&world, number),
            "{number}"
        );
    }
    assert_eq!(other.import(&out).commit, None);
    // And from there it comes back as the same events, which the first store knows.
    let back = world.path("back");
    export_to(&other.store, HERE, &back, Default::default());
    let report = world.import(&back);
    let counts = report.counts.kind(RecordKind::HistoryEvent);
    assert_eq!((counts.created, counts.updated), (0, 0));
    other.assert_sound();
}

#[test]
fn an_export_that_comes_back_brings_no_second_history() {
    let mut world = World::new();
    do_everything(&world.store);
    let before = (timeline(&world, 1), world.export(HERE));
    let out = world.path("out");
    let summary = export_to(&world.store, HERE, &out, Default::default());
    let report = world.import(&out);
    let counts = report.counts.kind(RecordKind::HistoryEvent);
    assert_eq!(
        (counts.created, counts.updated, counts.duplicates),
        (0, 0, 0)
    );
    assert_eq!(counts.unchanged, summary.objects[&RecordKind::HistoryEvent]);
    assert_eq!(world.import(&out).commit, None);
    assert_eq!(timeline(&world, 1), before.0);
    for file in ["events/1.ndjson", "events/2.ndjson", "events/5.ndjson"] {
        assert_eq!(kinds(&world.export(HERE)[file]), kinds(&before.1[file]));
    }
    let timeline = |files: &std::collections::BTreeMap<String, Vec<Value>>| -> Vec<Value> {
        let items = files["timeline/1.ndjson"].iter();
        items.map(|item| item["id"].clone()).collect()
    };
    assert_eq!(timeline(&world.export(HERE)), timeline(&before.1));
    world.assert_sound();
}

fn forge_event(id: u64, kind: &str, at: &str) -> Value {
    json!({
        "id": id, "node_id": "opaque", "event": kind, "commit_id": null, "commit_url": null,
        "created_at": at, "actor": user("hubot", 2), "performed_via_github_app": null,
        "url": format!("https://api.github.com/repos/{HERE}/issues/events/{id}"),
    })
}

#[test]
fn local_events_stand_among_those_of_the_forge_in_the_forms_that_it_gave() {
    let early = forge_event(50, "pinned", "2023-01-03T00:00:00Z");
    // Of a later moment than all that is done here.
    let late = forge_event(51, "unpinned", "2033-01-03T00:00:00Z");
    let (repository_events, events, timeline) =
        ("events.ndjson", "events/1.ndjson", "timeline/1.ndjson");
    let whole = |event: &Value| with(event.clone(), json!({"issue": issue(HERE, 1)}));
    let given: [&[&str]; 5] = [
        &[],
        &[events],
        &[timeline],
        &[repository_events],
        &[repository_events, events, timeline],
    ];
    for files in given {
        let world = World::new();
        let issues = [issue(HERE, 1)];
        let comments = [comment(HERE, 1, 9)];
        let (plain, in_full) = ([early.clone(), late.clone()], [whole(&early), whole(&late)]);
        let mut backup: Vec<(&str, &[Value])> =
            vec![("issues.ndjson", &issues), ("comments.ndjson", &comments)];
        for file in files {
            let objects = if *file == repository_events {
                &in_full
            } else {
                &plain
            };
            backup.push((file, objects));
        }
        let backup = world.backup("backup", &backup);
        world.import(&backup);
        change(
            &world.store,
            1,
            &IssueEdit::default().state(State::Closed, None),
        );
        change(&world.store, 1, &IssueEdit::default().add_label("local"));
        let out = world.export(HERE);
        let expected: &[&str] = if files.is_empty() {
            &[events, timeline]
        } else {
            files
        };
        for file in [repository_events, events, timeline] {
            let Some(written) = out.get(file) else {
                assert!(!expected.contains(&file), "{files:?} {file}");
                continue;
            };
            let wanted: &[&str] = match (files.is_empty(), file == repository_events) {
                (true, _) => &["closed", "labeled"],
                (_, true) => &["pinned", "unpinned", "closed", "labeled"],
                _ => &["pinned", "closed", "labeled", "unpinned"],
            };
            assert_eq!(kinds(written), wanted, "{files:?} {file}");
            assert!(expected.contains(&file), "{files:?} {file}");
            for event in [&early, &late].into_iter().filter(|_| !files.is_empty()) {
                let event = match file == repository_events {
                    true => whole(event),
                    false => event.clone(),
                };
                assert!(written.contains(&event), "{files:?} {file}");
            }
            if file == repository_events {
                assert_eq!(written[2]["issue"]["number"], 1);
            }
        }
        // Neither the export nor the backup makes anything new of the forge's events.
        let folder = world.path("out");
        export_to(&world.store, HERE, &folder, Default::default());
        for again in [&folder, &backup, &folder] {
            let counts = world.import(again).counts;
            let counts = counts.kind(RecordKind::HistoryEvent);
            assert_eq!((counts.created, counts.updated), (0, 0), "{files:?}");
        }
        assert_eq!(world.import(&folder).commit, None);
        assert_eq!(world.export(HERE)[expected[0]], out[expected[0]]);
    }
}

#[test]
fn a_reference_goes_where_timelines_are_whatever_the_forge_gave() {
    let world = World::new();
    let issues = [issue(HERE, 1), issue(HERE, 2)];
    let events = [forge_event(50, "pinned", "2023-01-03T00:00:00Z")];
    world.import(&world.backup(
        "backup",
        &[("issues.ndjson", &issues), ("events/1.ndjson", &events)],
    ));
    edit(&world.store, |here| here.comment(2, "As in #1."));
    let out = world.export(HERE);
    assert_eq!(kinds(&out["events/1.ndjson"]), ["pinned"]);
    assert_eq!(kinds(&out["timeline/1.ndjson"]), ["cross-referenced"]);
    // Nor does a reference come from what is gone.
    edit(&world.store, |here| here.delete_issue(2));
    assert!(!world.export(HERE).contains_key("timeline/1.ndjson"));
}

#[test]
fn an_undo_is_told_as_what_it_made_different_again() {
    let mut world = World::new();
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        repository.create_milestone(NewMilestone::titled("0.1"))?;
        repository.create_issue(NewIssue::titled("One").label("old").assignee("hubot"))
    });
    let close = IssueEdit::default().state(State::Closed, None);
    let several = IssueEdit::default()
        .title("Other")
        .set_labels(vec!["new".to_owned()])
        .milestone(Some(1))
        .add_assignee("mona");
    let mut expected = Vec::new();
    for (done, back, again) in [
        (close, vec!["closed"], vec!["reopened"]),
        (
            several,
            vec!["renamed", "unlabeled", "labeled", "assigned", "milestoned"],
            vec![
                "renamed",
                "unlabeled",
                "labeled",
                "unassigned",
                "demilestoned",
            ],
        ),
    ] {
        change(&world.store, 1, &done);
        let sequence = world.store.read().unwrap().sequence();
        let ids = |world: &World| -> Vec<Value> {
            let out = world.export(HERE);
            let events = out["events/1.ndjson"].iter();
            events.map(|event| event["id"].clone()).collect()
        };
        let before = ids(&world);
        world.store.undo(sequence, Actor::login("mona")).unwrap();
        // What was told before is told still, by the same names.
        assert_eq!(ids(&world)[..before.len()], before);
        world.store.redo(sequence, Actor::login("mona")).unwrap();
        let once = |kinds: &[&'static str]| -> Vec<&'static str> {
            let mut kinds = kinds.to_vec();
            kinds.sort_unstable();
            kinds
        };
        expected.push([once(&back), once(&again), once(&back)].concat());
    }
    let out = world.export(HERE);
    let mut found = kinds(&out["events/1.ndjson"]);
    // Inside one commit the order is that of the fields.
    let (first, rest) = found.split_at_mut(3);
    assert_eq!(first, expected[0].as_slice());
    rest.chunks_mut(5).for_each(<[_]>::sort_unstable);
    assert_eq!(rest, expected[1].as_slice());
    // All events have different numbers, and those of one commit follow each other.
    let numbers = out["events/1.ndjson"].iter();
    let numbers: Vec<_> = numbers.map(|event| event["id"].as_u64()).collect();
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 18);
    assert!(numbers[3..].chunks(5).all(<[_]>::is_sorted));
    let folder = world.path("out");
    export_to(&world.store, HERE, &folder, Default::default());
    let counts = world.import(&folder).counts;
    assert_eq!(counts.kind(RecordKind::HistoryEvent).unchanged, 36);
    world.assert_sound();
}

#[test]
fn the_undo_of_a_step_on_a_board_is_a_step_on_it() {
    let mut world = World::new();
    let (todo, doing) = write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        repository.create_issue(NewIssue::titled("One"))?;
        let owner = ProjectOwner::Repository(name(HERE));
        let project = tx.create_project(&owner, NewProject::named("Roadmap"))?;
        let todo = tx.create_column(project, "To do")?;
        Ok((todo, tx.create_column(project, "Doing")?))
    });
    let back = |world: &World| {
        let sequence = world.store.read().unwrap().sequence();
        world.store.undo(sequence, Actor::login("octo")).unwrap();
    };
    let card = write(&world.store, |tx| tx.add_card(todo, &name(HERE), 1));
    write(&world.store, |tx| {
        tx.move_card(card, CardPlace::Top, Some(doing))
    });
    back(&world);
    write(&world.store, |tx| tx.delete_card(card));
    back(&world);
    edit(&world.store, |here| here.delete_issue(1));
    back(&world);
    let out = world.export(HERE);
    let steps: Vec<_> = out["events/1.ndjson"]
        .iter()
        .map(|event| {
            let card = &event["project_card"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            assert!(card["id"].as_u64().unwrap() > 0 && card["project_id"].as_u64().unwrap() > 0);
            let columns = (
                text(&card["previous_column_name"]),
                text(&card["column_name"]),
            );
            (
                text(&event["event"]),
                text(&event["actor"]["login"]),
                columns,
            )
        })
        .collect();
    let step = |event: &str, actor: &str, from: &str, to: &str| {
        let columns = (from.to_owned(), to.to_owned());
        (event.to_owned(), actor.to_owned(), columns)
    };
    assert_eq!(
        steps,
        [
            step("added_to_project", "mona", "", "To do"),
            step("moved_columns_in_project", "mona", "To do", "Doing"),
            step("moved_columns_in_project", "octo", "Doing", "To do"),
            step("removed_from_project", "mona", "", "To do"),
            step("added_to_project", "octo", "", "To do"),
        ]
    );
    let folder = world.path("out");
    export_to(&world.store, HERE, &folder, Default::default());
    let counts = world.import(&folder).counts;
    assert_eq!(counts.kind(RecordKind::HistoryEvent).unchanged, 10);
    world.assert_sound();
}
