//! Reading, searching, exporting and maintaining at the edges: what a fresh reader of the rules doubted.

use backlot_core::{
    ErrorKind, IssueEdit, NewIssue, NewLabel, NewMilestone, NewProject, ProjectOwner, QueryOptions,
    Result, ServedBy, Store, WriteTransaction,
};
use backlot_model::{Actor, ParseOptions, Query, RecordId, RecordKind};
use serde_json::{Value, json};

use crate::support::{World, comment, issue, label, name, with};

const HERE: &str = "octo/hello";
const THERE: &str = "octo/other";

fn write<T>(store: &Store, edit: impl FnOnce(&mut WriteTransaction) -> Result<T>) -> T {
    let mut tx = store.write(Actor::login("mona"), "test").unwrap();
    let result = edit(&mut tx).unwrap();
    tx.commit().unwrap();
    result
}

/// The numbers that a query finds in the first repository, the newest first.
fn found(store: &Store, typed: &str) -> Vec<u64> {
    let snapshot = store.read().unwrap();
    let query = Query::parse(typed, &ParseOptions::default()).unwrap();
    let options = QueryOptions::new().repository(name(HERE));
    let list = snapshot.query(&query, &options).unwrap();
    let numbers: Vec<u64> = list
        .page(1, 100)
        .unwrap()
        .iter()
        .map(|i| i.number)
        .collect();
    assert_eq!(list.total(), numbers.len());
    numbers
}

/// Imports two repositories: three issues with comments, and one.
fn imported() -> World {
    let world = World::new();
    let issues: Vec<Value> = (1..=3)
        .map(|number| with(issue(HERE, number), json!({ "comments": 1 })))
        .collect();
    let comments: Vec<Value> = (1..=3).map(|n| comment(HERE, n, 500 + n)).collect();
    world.import(&world.backup(
        "here",
        &[
            ("issues.ndjson", &issues),
            ("comments.ndjson", &comments),
            ("labels.ndjson", &[label(HERE, "bug", 71)]),
        ],
    ));
    world.import(&world.backup("there", &[("issues.ndjson", &[issue(THERE, 1)])]));
    world
}

#[test]
fn a_transferred_issue_goes_out_with_its_new_repository_alone() {
    let world = imported();
    let new = write(&world.store, |tx| {
        tx.repository(HERE)?.transfer_issue(1, THERE)
    });
    let (here, _) = world.export_with(HERE, Default::default());
    let (there, _) = world.export_with(THERE, Default::default());
    assert_eq!(here["issues.ndjson"].len(), 2);
    assert_eq!(here["comments.ndjson"].len(), 2);
    let issue = there["issues.ndjson"]
        .iter()
        .find(|i| i["number"] == json!(new))
        .unwrap();
    let api = format!("https://api.github.com/repos/{THERE}");
    assert_eq!(issue["url"], json!(format!("{api}/issues/{new}")));
    assert_eq!(issue["repository_url"], json!(api));
    assert_eq!(
        issue["html_url"],
        json!(format!("https://github.com/{THERE}/issues/{new}"))
    );
    assert_eq!(
        issue["labels"][0]["url"],
        json!(format!("{api}/labels/bug"))
    );
    let comment = &there["comments.ndjson"][0];
    assert_eq!(comment["issue_url"], json!(format!("{api}/issues/{new}")));
    assert_eq!(comment["url"], json!(format!("{api}/issues/comments/501")));
}

#[test]
fn every_loss_of_what_was_made_here_is_told() {
    let world = imported();
    write(&world.store, |tx| {
        let mut repository = tx.repository(HERE)?;
        let parent = repository.create_issue(NewIssue::titled("Parent").body("See #1"))?;
        repository.add_sub_issue(parent, &"#1".parse().unwrap(), false)?;
        repository.add_blocked_by(parent, &"#2".parse().unwrap())?;
        repository.pin_issue(parent)?;
        repository.lock_issue(2, None)?;
        let made = repository.comment(parent, "Mine")?;
        repository.minimize_comment(made, Some("spam"))?;
        repository.react(made, "heart")?;
        repository.delete_issue(3)?;
        let project = tx.create_project(
            &ProjectOwner::Repository(name(HERE)),
            NewProject::named("Roadmap"),
        )?;
        let column = tx.create_column(project, "To do")?;
        tx.add_card(column, &name(HERE), 1)?;
        tx.create_note(column, "Remember")?;
        Ok(())
    });
    let files = world.export(HERE);
    assert_eq!(files["issues.ndjson"].len(), 3);
    assert_eq!(files["comments.ndjson"].len(), 3);
    let dropped: Vec<(&str, &str)> = files["losses.ndjson"]
        .iter()
        .filter(|loss| loss["kind"] == "dropped")
        .map(|loss| {
            let url = loss["record"].as_str().unwrap();
            let place = url.split("/issues/").nth(1).unwrap();
            (
                place.split('/').next().unwrap(),
                loss["field"].as_str().unwrap(),
            )
        })
        .collect();
    // Whose sub-issue the first one is, and why the comment is minimised, is written.
    let expected = [
        ("2", "blocking"),
        ("4", "sub_issues"),
        ("4", "blocked_by"),
        ("4", "pinned"),
    ];
    let parent = files["issues.ndjson"][0]["parent_issue_url"].as_str();
    assert!(parent.is_some_and(|url| url.ends_with("/issues/4")));
    assert_eq!(files["comments.ndjson"][2]["minimized"]["reason"], "spam");
    assert_eq!(dropped, expected);
    let snapshot = world.store.read().unwrap();
    let mut left_out = Vec::new();
    let passes = backlot_github::Layout::Rest.passes();
    let told = snapshot.left_out::<backlot_core::Error>(&name(HERE), &passes, &mut |kind, name| {
        left_out.push((kind, name.to_owned()));
        Ok(())
    });
    told.unwrap();
    let kinds: Vec<RecordKind> = left_out.iter().map(|(kind, _)| *kind).collect();
    // Boards and reactions go out whole.
    assert!(kinds.is_empty(), "{kinds:?}");
}

#[test]
fn what_is_deleted_is_not_found() {
    let mut world = World::new();
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        repository.create_label(NewLabel::named("bug"))?;
        repository.create_milestone(NewMilestone::titled("One"))?;
        repository.create_milestone(NewMilestone::titled("Two"))?;
        let edit = IssueEdit::default().milestone(Some(1));
        for title in ["First word", "Second word"] {
            let number = repository.create_issue(NewIssue::titled(title).label("bug"))?;
            repository.edit_issue(number, &edit)?;
        }
        Ok(())
    });
    assert_eq!(found(&world.store, "label:BUG milestone:one"), [2, 1]);
    write(&world.store, |tx| {
        let mut repository = tx.repository(HERE)?;
        repository.delete_label("bug")?;
        repository.delete_milestone(1)?;
        Ok(())
    });
    assert_eq!(found(&world.store, "label:bug"), [0; 0]);
    assert_eq!(found(&world.store, "no:label no:milestone"), [2, 1]);
    assert_eq!(found(&world.store, "milestone:One"), [0; 0]);
    assert_eq!(found(&world.store, "has:milestone"), [0; 0]);
    write(&world.store, |tx| tx.repository(HERE)?.delete_issue(1));
    assert_eq!(found(&world.store, "word"), [2]);
    assert_eq!(found(&world.store, ""), [2]);
    world.assert_sound();
}

#[test]
fn texts_at_the_edges() {
    let world = World::new();
    let long = "x".repeat(5000);
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        for title in [
            "修复rust语言的崩溃",
            "C++ is !!! fine",
            "plain",
            &format!("a {}", &long[..200]),
            "foo-bar baz",
            "ＦＵＬＬ width",
            "ﾃﾞｰﾀ",
            "naïve café",
            "STRASSE straße",
        ] {
            repository.create_issue(NewIssue::titled(title).body(&long))?;
        }
        Ok(())
    });
    for round in 0..2 {
        let f = |typed: &str| found(&world.store, typed);
        assert_eq!(f("崩溃"), [1], "{round}");
        assert_eq!(f("溃"), [1]);
        assert_eq!(f("溃崩"), [0; 0]);
        assert_eq!(f("\"rust语言\""), [1]);
        assert_eq!(f("rust语言"), [1]);
        assert_eq!(f("语*"), [1]);
        assert_eq!(f("\"foo bar\""), [5]);
        assert_eq!(f("\"foo bar ba\"*"), [5]);
        assert_eq!(f("-\"foo bar\" plain"), [3]);
        assert_eq!(f("full"), [6]);
        assert_eq!(f("café"), [8]);
        assert_eq!(f("is:open is:closed"), [0; 0]);
        assert_eq!(f("-is:closed -foo -plain").len(), 7);
        assert_eq!(f(&format!("{long} in:body")).len(), 9);
        assert_eq!(f("NOT NOT plain"), [3]);
        assert_eq!(f("\"!!!\"").len(), 9);
        assert_eq!(f("-\"!!!\"").len(), 0);
        let _ = world
            .store
            .index_texts(&mut |_| std::ops::ControlFlow::Continue(()))
            .unwrap();
    }
    let deep = format!("{}plain{}", "(".repeat(60), ")".repeat(60));
    assert_eq!(found(&world.store, &deep), [3]);
}

#[test]
fn maintenance_with_an_index_of_texts() {
    let mut world = World::new();
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        for n in 0..50 {
            repository
                .create_issue(NewIssue::titled(format!("Word{n} common")).body("body text"))?;
        }
        Ok(())
    });
    let index = |store: &Store| {
        store
            .index_texts(&mut |_| std::ops::ControlFlow::Continue(()))
            .unwrap()
    };
    index(&world.store);
    let old = world.store.read().unwrap();
    let mut clone = world.store.clone();
    assert_eq!(clone.compact().unwrap_err().kind(), ErrorKind::Busy);
    world.store.rebuild().unwrap();
    let query = Query::parse("word7*", &ParseOptions::default()).unwrap();
    assert_eq!(old.query(&query, &QueryOptions::new()).unwrap().total(), 1);
    drop(old);
    drop(clone);
    world.store.compact().unwrap();
    assert_eq!(found(&world.store, "common").len(), 50);
    assert_eq!(found(&world.store, "word7"), [8]);
    world.assert_sound();
    let beside = backlot_core::StoreOptions::new()
        .open_beside_writer(world.store.path())
        .unwrap();
    write(&world.store, |tx| {
        tx.repository(HERE)?
            .create_issue(NewIssue::titled("common tail"))
    });
    let beside2 = backlot_core::StoreOptions::new()
        .open_beside_writer(world.store.path())
        .unwrap();
    assert_eq!(found(&beside, "common").len(), 50);
    assert_eq!(found(&beside2, "common").len(), 51);
    assert_eq!(
        beside2
            .index_texts(&mut |_| std::ops::ControlFlow::Continue(()))
            .unwrap_err()
            .kind(),
        ErrorKind::ReadOnly
    );
    let path = world.store.path().to_owned();
    let World { folder, store } = world;
    drop(store);
    let read = Store::open_read_only(&path).unwrap();
    assert_eq!(found(&read, "common").len(), 51);
    drop((read, folder));
}

#[test]
fn explain_says_whether_there_is_an_index_of_words() {
    let world = World::new();
    write(&world.store, |tx| {
        tx.create_repository(&name(HERE))?
            .create_issue(NewIssue::titled("Crash"))
    });
    let served = |world: &World| {
        let snapshot = world.store.read().unwrap();
        let query = Query::parse("crash", &ParseOptions::default()).unwrap();
        let explained = snapshot.explain(&query, &QueryOptions::new()).unwrap();
        explained.repositories[0].steps[0].served_by
    };
    assert_eq!(served(&world), ServedBy::Texts);
    world
        .store
        .index_texts(&mut |_| std::ops::ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(served(&world), ServedBy::Words);
}

#[test]
fn counts_agree_with_lists() {
    let world = World::new();
    write(&world.store, |tx| {
        let mut repository = tx.create_repository(&name(HERE))?;
        repository.create_milestone(NewMilestone::titled("One"))?;
        repository.create_milestone(NewMilestone::titled("Two"))?;
        repository.delete_milestone(1)
    });
    let stats = world.store.read().unwrap().stats().unwrap();
    let others = &stats.repositories[0].others;
    let milestones = others
        .iter()
        .find(|(kind, _)| *kind == RecordKind::Milestone);
    assert_eq!(milestones, Some(&(RecordKind::Milestone, 1)));
}

#[test]
fn a_cursor_leads_on_while_issues_go() {
    let world = World::new();
    write(&world.store, |tx| {
        for repository in [HERE, THERE] {
            let mut repository = tx.create_repository(&name(repository))?;
            for number in 1..=4 {
                repository.create_issue(NewIssue::titled(format!("Crash {number}")))?;
            }
        }
        Ok(())
    });
    for typed in [
        "crash",
        "crash sort:created-asc",
        "crash sort:comments",
        "crash sort:relevance",
    ] {
        let query = Query::parse(typed, &ParseOptions::default()).unwrap();
        let options = QueryOptions::new();
        let snapshot = world.store.read().unwrap();
        let list = snapshot.query(&query, &options).unwrap();
        let all: Vec<RecordId> = list.page(1, 100).unwrap().iter().map(|i| i.id).collect();
        let (first, cursor) = list.after(None, 3).unwrap();
        // By relevance the place of an issue that is gone is not known.
        let gone = match typed.ends_with("relevance") {
            true => &first[0],
            false => &first[2],
        };
        write(&world.store, |tx| {
            tx.repository(&gone.repository)?.delete_issue(gone.number)
        });
        let snapshot = world.store.read().unwrap();
        let list = snapshot.query(&query, &options).unwrap();
        let (rest, _) = list.after(cursor.as_ref(), 100).unwrap();
        let rest: Vec<RecordId> = rest.iter().map(|i| i.id).collect();
        assert_eq!(rest, all[3..], "{typed}");
        assert_eq!(list.page(99, 30).unwrap(), []);
        assert_eq!(list.total(), all.len() - 1);
    }
}

#[test]
fn a_withdrawn_label_is_nowhere() {
    let world = imported();
    let issues: Vec<Value> = (1..=3)
        .map(|number| with(issue(HERE, number), json!({ "labels": [], "comments": 1 })))
        .collect();
    let backup = world.backup(
        "later",
        &[
            ("issues.ndjson", &issues),
            ("labels.ndjson", &[label(HERE, "docs", 72)]),
        ],
    );
    world.import_with(&backup, |options| options.complete(RecordKind::Label));
    assert_eq!(found(&world.store, "label:bug"), [0; 0]);
    assert_eq!(found(&world.store, "no:label").len(), 3);
    let snapshot = world.store.read().unwrap();
    let labels = snapshot.labels(&name(HERE)).unwrap();
    assert_eq!(labels.len(), 1);
    assert_eq!(labels[0].name, "docs");
}

#[test]
fn a_store_of_an_earlier_release_can_be_opened_for_reading_first() {
    let folder = tempfile::tempdir().unwrap();
    for fixture in crate::support::walk(&crate::support::root().join("tests/fixtures")) {
        if !fixture.to_string_lossy().ends_with(".backlot.zst") {
            continue;
        }
        let path = folder.path().join("frozen.backlot");
        std::fs::write(
            &path,
            zstd::decode_all(std::fs::File::open(&fixture).unwrap()).unwrap(),
        )
        .unwrap();
        let store = Store::open_read_only(&path).unwrap();
        let snapshot = store.read().unwrap();
        let query = Query::parse("the", &ParseOptions::default()).unwrap();
        let options = QueryOptions::new();
        let list = snapshot.query(&query, &options).unwrap();
        let explained = snapshot.explain(&query, &options).unwrap();
        assert_eq!(explained.total, list.total() as u64);
        assert!(snapshot.facets(&query, &options, 5).is_ok());
    }
}
