//! The file: what it says when it cannot be opened, and what it keeps across copies and damage.

use std::process::{Command, Stdio};
use std::time::Duration;

use backlot_core::{ErrorKind, NewIssue, SeededEnvironment, Store, StoreOptions};
use backlot_model::{Actor, Timestamp};

use crate::support::{World, assert_sound, backlot_command, environment, expect, issue, name};

fn with_one_issue(store: &Store) {
    let mut tx = store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name("octo/hello")).unwrap();
    repository.create_issue(NewIssue::titled("One")).unwrap();
    tx.commit().unwrap();
}

#[test]
fn what_is_no_store_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.backlot");
    let kind = |content: &[u8]| {
        std::fs::write(&file, content).unwrap();
        let read_only = Store::open_read_only(&file).unwrap_err();
        let error = Store::open(&file).unwrap_err();
        assert_eq!(error.path(), Some(file.as_path()));
        assert_eq!(read_only.kind(), error.kind());
        assert_eq!(
            std::fs::read(&file).unwrap(),
            content,
            "the file was changed"
        );
        error.kind()
    };
    assert_eq!(kind(b""), ErrorKind::NotAStore);
    assert_eq!(kind(b"{\"title\": \"an export\"}"), ErrorKind::NotAStore);
    assert_eq!(kind(&vec![0; 100_000]), ErrorKind::NotAStore);
    assert_eq!(
        Store::open(folder.path()).unwrap_err().kind(),
        ErrorKind::NotAStore
    );
    assert_eq!(
        Store::open(folder.path().join("none")).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(
        Store::create(&file).unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    let nowhere = folder.path().join("no").join("such.backlot");
    assert_eq!(
        Store::create(nowhere).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn a_redb_database_that_is_not_ours_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.backlot");
    drop(redb::Database::create(&file).unwrap());
    assert_eq!(Store::open(&file).unwrap_err().kind(), ErrorKind::NotAStore);
    assert_eq!(
        Store::open_read_only(&file).unwrap_err().kind(),
        ErrorKind::NotAStore
    );
}

#[test]
fn a_newer_format_names_the_version_that_reads_it() {
    let world = World::new();
    let path = world.store.path().to_owned();
    drop(world.store);
    let table = redb::TableDefinition::<&str, &[u8]>::new("meta");
    let database = redb::Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    {
        let mut meta = transaction.open_table(table).unwrap();
        meta.insert("format", [9].as_slice()).unwrap();
        meta.insert("written_by", b"7.8.9".as_slice()).unwrap();
    }
    transaction.commit().unwrap();
    drop(database);
    let error = Store::open(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NewerFormat);
    assert!(
        error.to_string().contains("open it with Backlot 7.8.9"),
        "{error}"
    );
}

#[test]
fn a_truncated_or_scribbled_store_is_an_error_and_never_a_panic() {
    let mut world = World::new();
    let issues: Vec<_> = (1..60).map(|number| issue("octo/hello", number)).collect();
    world.import(&world.backup("backup", &[("issues.ndjson", &issues)]));
    world.assert_sound();
    let whole = std::fs::read(world.store.path()).unwrap();
    let file = world.path("damaged.backlot");
    let lengths = [
        10,
        64,
        320,
        500,
        4096,
        5000,
        whole.len() / 2,
        whole.len() - 4096,
        whole.len() - 1,
    ];
    for length in lengths {
        std::fs::write(&file, &whole[..length]).unwrap();
        let outcome = Store::open(&file).map(|mut store| store.verify());
        let noticed = match &outcome {
            Err(error) => matches!(
                error.kind(),
                ErrorKind::NotAStore | ErrorKind::Corrupt | ErrorKind::Io
            ),
            Ok(Err(_)) => true,
            Ok(Ok(report)) => !report.is_clean(),
        };
        // A cut in space that nothing uses yet loses nothing, and may go unnoticed.
        assert!(
            noticed || length > whole.len() / 2,
            "cut to {length}: {outcome:?}"
        );
    }
    for at in (600..whole.len()).step_by(whole.len() / 40) {
        let mut scribbled = whole.clone();
        let end = (at + 64).min(scribbled.len());
        scribbled[at..end].fill(0xa5);
        std::fs::write(&file, &scribbled).unwrap();
        if let Ok(mut store) = Store::open(&file)
            && store.verify().is_ok_and(|report| report.is_clean())
        {
            // It hit only space that holds nothing: then everything is there.
            let snapshot = store.read().unwrap();
            assert_eq!(
                snapshot
                    .issue(&name("octo/hello"), 7)
                    .unwrap()
                    .summary
                    .title,
                "Issue 7"
            );
        }
    }
}

#[test]
fn a_second_process_is_told_who_has_the_file() {
    let world = World::new();
    with_one_issue(&world.store);
    let file = world.store.path().to_string_lossy().into_owned();
    let writing = ["--store", &file, "--wait", "0", "issue", "close", "1"];
    let output = backlot_command(world.folder.path(), &writing)
        .output()
        .unwrap();
    expect(&output, 5);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("work.backlot") && error.contains("hint:"),
        "{error}"
    );
    drop(world.store);
    let arguments = ["--store", &file, "issue", "list"];
    let output = backlot_command(world.folder.path(), &arguments)
        .output()
        .unwrap();
    assert!(expect(&output, 0).contains("One"));
    // Any number of processes read at once.
    let reader = Store::open_read_only(&file).unwrap();
    let children: Vec<_> = (0..3)
        .map(|_| {
            let mut command: Command = backlot_command(world.folder.path(), &arguments);
            command.stdout(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        expect(&child.wait_with_output().unwrap(), 0);
    }
    assert_eq!(
        reader.write(Actor::login("x"), "y").err().map(|e| e.kind()),
        Some(ErrorKind::ReadOnly)
    );
}

#[test]
fn a_copy_continues_under_a_replica_of_its_own() {
    let world = World::new();
    with_one_issue(&world.store);
    let path = world.store.path().to_owned();
    drop(world.store);
    let copy = world.folder.path().join("copy.backlot");
    std::fs::copy(&path, &copy).unwrap();
    let edit = |path: &std::path::Path, seed| {
        let start = Timestamp::parse("2024-05-01T00:00:00Z").unwrap();
        let options = StoreOptions::new().environment(SeededEnvironment::new(start, seed));
        let mut store = options.open(path).unwrap();
        let mut tx = store.write(Actor::login("mona"), "more").unwrap();
        tx.repository("octo/hello")
            .unwrap()
            .create_issue(NewIssue::titled("Two"))
            .unwrap();
        let commit = tx.commit().unwrap().unwrap();
        assert_sound(&mut store);
        let first = store.read().unwrap().commits().last().unwrap().unwrap();
        (first, commit)
    };
    let (first, here) = edit(&path, 1);
    let (_, there) = edit(&copy, 2);
    assert_eq!(
        (here.replica, here.predecessor),
        (first.replica, Some(first.hash))
    );
    assert_ne!(there.replica, first.replica);
    assert_eq!((there.predecessor, there.seen), (None, vec![first.hash]));
    // The copy is a file of its own from now on: its next commit goes on with its own chain.
    let (_, next) = edit(&copy, 3);
    assert_eq!(
        (next.replica, next.predecessor),
        (there.replica, Some(there.hash))
    );
    let moved = world.folder.path().join("moved.backlot");
    std::fs::rename(&path, &moved).unwrap();
    assert_eq!(edit(&moved, 4).1.replica, first.replica);
}

#[test]
fn the_same_inputs_give_the_same_log() {
    let hashes = || {
        let world = World::new();
        with_one_issue(&world.store);
        let backup = world.backup("backup", &[("issues.ndjson", &[issue("octo/other", 1)])]);
        world.import_with(&backup, |o| o.name("backup"));
        let snapshot = world.store.read().unwrap();
        let commits: Vec<_> = snapshot.commits().map(|commit| commit.unwrap()).collect();
        commits
            .iter()
            .map(|commit| (commit.id, commit.events))
            .collect::<Vec<_>>()
    };
    assert_eq!(hashes(), hashes());
}

#[test]
fn a_dropped_transaction_changes_nothing_and_a_second_one_is_busy() {
    let world = World::new();
    with_one_issue(&world.store);
    let mut tx = world.store.write(Actor::login("mona"), "never").unwrap();
    tx.repository("octo/hello")
        .unwrap()
        .comment(1, "Lost.")
        .unwrap();
    let busy = world
        .store
        .write(Actor::login("mona"), "second")
        .err()
        .unwrap();
    assert_eq!(busy.kind(), ErrorKind::Busy);
    drop(tx);
    assert_eq!(world.issue("octo/hello", 1).summary.comments, 0);
    let tx = world.store.write(Actor::login("mona"), "nothing").unwrap();
    assert_eq!(tx.commit().unwrap(), None);
    assert_eq!(world.store.read().unwrap().sequence(), 1);
}

#[test]
fn another_thread_waits_for_its_turn() {
    let options = StoreOptions::new()
        .environment(environment())
        .patience(Duration::from_secs(60));
    let store = options.in_memory().unwrap();
    with_one_issue(&store);
    let first = store.write(Actor::login("mona"), "first").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut tx = store.write(Actor::login("hubot"), "second").unwrap();
            tx.repository("octo/hello")
                .unwrap()
                .comment(1, "Mine.")
                .unwrap();
            tx.commit().unwrap().unwrap().sequence
        });
        drop(first);
        assert_eq!(waiting.join().unwrap(), 2);
    });
}

#[test]
fn refused_input_leaves_the_transaction_usable() {
    let world = World::new();
    with_one_issue(&world.store);
    let mut tx = world.store.write(Actor::login("mona"), "edits").unwrap();
    let mut repository = tx.repository("octo/hello").unwrap();
    let error = repository
        .create_issue(NewIssue::titled("x".repeat(257)))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(
        error.invalid_field().map(|field| field.field),
        Some("title")
    );
    assert_eq!(
        repository.comment(9, "Nowhere.").unwrap_err().kind(),
        ErrorKind::UnknownRecord
    );
    repository.comment(1, "Here.").unwrap();
    tx.commit().unwrap().unwrap();
    assert_eq!(world.issue("octo/hello", 1).summary.comments, 1);
}

#[test]
fn copies_of_a_store_without_a_commit_part_ways_too() {
    let world = World::new();
    let path = world.store.path().to_owned();
    drop(world.store);
    let copy = world.folder.path().join("copy.backlot");
    std::fs::copy(&path, &copy).unwrap();
    let replica = |path: &std::path::Path| {
        let store = Store::open(path).unwrap();
        with_one_issue(&store);
        let snapshot = store.read().unwrap();
        snapshot.commits().next().unwrap().unwrap().replica
    };
    assert_ne!(replica(&path), replica(&copy));
}

#[test]
fn tables_of_another_version_are_filled_anew_when_a_store_is_opened() {
    let world = World::new();
    with_one_issue(&world.store);
    let path = world.store.path().to_owned();
    drop(world.store);
    for read_only in [false, true] {
        let meta = redb::TableDefinition::<&str, &[u8]>::new("meta");
        let records = redb::TableDefinition::<u32, &[u8]>::new("records_v1");
        let database = redb::Database::open(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction
            .open_table(meta)
            .unwrap()
            .insert("derived", [0].as_slice())
            .unwrap();
        transaction.delete_table(records).unwrap();
        transaction.commit().unwrap();
        drop(database);
        let store = if read_only {
            Store::open_read_only(&path)
        } else {
            Store::open(&path)
        };
        let snapshot = store.unwrap().read().unwrap();
        assert_eq!(
            snapshot
                .issue(&name("octo/hello"), 1)
                .unwrap()
                .summary
                .title,
            "One"
        );
    }
}
