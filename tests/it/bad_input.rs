//! Bad input: a clear error with its place, or a reported skip; and the store as it was before.

use std::io::Write;
use std::path::{Path, PathBuf};

use backlot_core::{ImportError, ImportReport};
use backlot_github::{Error, ErrorKind, Limits, ReadOptions, Reader, Source};
use backlot_model::RecordKind;
use serde_json::{Value, json};

use crate::support::{World, assert_same, backlot_command, comment, expect, issue, with};

const REPOSITORY: &str = "octo/hello";

/// A store with something in it, which bad input must not touch.
fn world() -> World {
    let world = World::new();
    world.import(&world.backup("good", &[("issues.ndjson", &[issue(REPOSITORY, 1)])]));
    world
}

/// Imports what cannot be imported, and checks that nothing of it is left.
fn refused(world: &World, path: &Path) -> Error {
    let before = world.store.read().unwrap().sequence();
    let error = match world.try_import(path, |options| options) {
        Err(ImportError::Input(error)) => error,
        other => panic!("expected an error of the input, got {other:?}"),
    };
    let after = world.store.read().unwrap();
    assert_eq!(after.sequence(), before);
    assert_eq!(world.export(REPOSITORY)["issues.ndjson"].len(), 1);
    error
}

fn file(world: &World, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = world.path(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn lines(objects: &[Value]) -> String {
    objects.iter().map(|object| format!("{object}\n")).collect()
}

#[test]
fn truncated_json_names_its_line() {
    let world = world();
    let mut text = lines(&[issue(REPOSITORY, 2), issue(REPOSITORY, 3)]);
    text.truncate(text.len() - 20);
    let error = refused(&world, &file(&world, "issues.ndjson", &text));
    assert_eq!((error.kind(), error.place().line), (ErrorKind::Syntax, 2));
    assert!(error.to_string().contains("issues.ndjson:2"), "{error}");
    let array = format!("[{},\n{}", issue(REPOSITORY, 2), issue(REPOSITORY, 3));
    let error = refused(&world, &file(&world, "issues.json", array));
    assert_eq!(error.kind(), ErrorKind::Syntax);
    let mut broken = lines(&[issue(REPOSITORY, 2)]);
    broken = broken.replace("\"number\":2", "\"number\":2 oops");
    let error = refused(&world, &file(&world, "broken.ndjson", broken));
    assert_eq!((error.kind(), error.place().line), (ErrorKind::Syntax, 1));
}

#[test]
fn bytes_that_are_not_utf8_are_named() {
    let world = world();
    let mut text = lines(&[issue(REPOSITORY, 2), issue(REPOSITORY, 3)]).into_bytes();
    let at = text.len() - 30;
    text[at] = 0xff;
    let error = refused(&world, &file(&world, "issues.ndjson", &text));
    assert_eq!((error.kind(), error.place().line), (ErrorKind::NotUtf8, 2));
}

#[test]
fn nesting_without_end_is_refused_before_it_is_parsed() {
    let world = world();
    for (name, open, close) in [("arrays", "[", "]"), ("objects", "{\"a\":", "}")] {
        let nested = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let text = lines(&[issue(REPOSITORY, 2)]) + &format!("{{\"number\":3,\"x\":{nested}}}\n");
        let error = refused(&world, &file(&world, &format!("{name}.ndjson"), text));
        assert_eq!((error.kind(), error.place().line), (ErrorKind::TooDeep, 2));
    }
}

#[test]
fn empty_missing_and_unknown_inputs_say_what_was_looked_for() {
    let world = world();
    assert_eq!(
        refused(&world, &file(&world, "issues.ndjson", "")).kind(),
        ErrorKind::Empty
    );
    assert_eq!(
        refused(&world, &world.path("none")).kind(),
        ErrorKind::NotFound
    );
    let folder = world.path("photos");
    std::fs::create_dir(&folder).unwrap();
    let error = refused(&world, &folder);
    assert!(
        matches!(error.kind(), ErrorKind::UnknownLayout | ErrorKind::Empty),
        "{error}"
    );
    std::fs::write(folder.join("cat.txt"), "meow").unwrap();
    let error = refused(&world, &folder);
    assert_eq!(error.kind(), ErrorKind::UnknownLayout);
    assert!(error.to_string().contains("photos"), "{error}");
}

#[test]
fn a_line_of_a_gibibyte_is_refused_without_reading_it_all() {
    let world = world();
    let path = world.path("issues.ndjson.zst");
    let mut out = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    out.write_all(lines(&[issue(REPOSITORY, 2)]).as_bytes())
        .unwrap();
    out.write_all(b"{\"number\":3,\"body\":\"").unwrap();
    let chunk = vec![b'a'; 1 << 20];
    for _ in 0..1024 {
        out.write_all(&chunk).unwrap();
    }
    out.write_all(b"\"}\n").unwrap();
    out.finish().unwrap();
    let error = refused(&world, &path);
    assert_eq!((error.kind(), error.place().line), (ErrorKind::TooLarge, 2));
}

#[test]
fn a_decompression_bomb_is_refused() {
    let world = world();
    let path = world.path("issues.ndjson.gz");
    let file = std::fs::File::create(&path).unwrap();
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    out.write_all(lines(&[issue(REPOSITORY, 2)]).as_bytes())
        .unwrap();
    let blank = vec![b'\n'; 1 << 20];
    for _ in 0..64 {
        out.write_all(&blank).unwrap();
    }
    out.finish().unwrap();
    let limits = Limits {
        max_ratio: 10,
        max_expanded: 1 << 20,
        ..Limits::default()
    };
    let source = Source::open(&path, limits).unwrap();
    let outcome = Reader::open(source, ReadOptions::default())
        .and_then(|reader| reader.batches().collect::<Result<Vec<_>, _>>());
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Bomb);
}

/// A tar archive of one member, whose header is written by hand because no honest tool makes it.
fn archive(name: &str, kind: u8, link: &str) -> Vec<u8> {
    let content = lines(&[issue(REPOSITORY, 2)]);
    let mut header = [0u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = header.to_vec();
    bytes.extend_from_slice(content.as_bytes());
    bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
    bytes
}

#[test]
fn archives_that_would_escape_their_folder_are_refused() {
    let world = world();
    let bad = [
        ("../issues.ndjson", b'0', ""),
        ("a/../../issues.ndjson", b'0', ""),
        ("/issues.ndjson", b'0', ""),
        ("issues.ndjson", b'2', "/etc/passwd"),
        ("issues.ndjson", b'1', "elsewhere"),
        ("issues.ndjson", b'3', ""),
    ];
    for (name, kind, link) in bad {
        let error = refused(
            &world,
            &file(&world, "backup.tar", archive(name, kind, link)),
        );
        assert_eq!(error.kind(), ErrorKind::Archive, "{name}: {error}");
        assert!(error.to_string().contains("issues.ndjson"), "{error}");
    }
    let good = file(&world, "backup.tar", archive("issues.ndjson", b'0', ""));
    assert_eq!(
        world.import(&good).counts.kind(RecordKind::Issue).created,
        1
    );
}

fn skipped(report: &ImportReport) -> Vec<String> {
    report
        .skipped
        .iter()
        .map(|skipped| format!("{}: {}", skipped.place, skipped.reason))
        .collect()
}

#[test]
fn an_object_without_its_identity_is_skipped_and_the_rest_goes_on() {
    let world = World::new();
    let mut without_number = issue(REPOSITORY, 2);
    for key in ["number", "url", "html_url"] {
        without_number.as_object_mut().unwrap().remove(key);
    }
    let mut without_id = comment(REPOSITORY, 1, 5);
    for key in ["id", "created_at"] {
        without_id.as_object_mut().unwrap().remove(key);
    }
    let error = json!({"message": "Not Found", "documentation_url": "https://example.com"});
    let report = world.import(&world.backup(
        "backup",
        &[
            (
                "issues.ndjson",
                &[
                    issue(REPOSITORY, 1),
                    without_number,
                    error,
                    issue(REPOSITORY, 3),
                ],
            ),
            ("comments.ndjson", &[without_id, comment(REPOSITORY, 1, 6)]),
        ],
    ));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 2);
    assert_eq!(report.counts.kind(RecordKind::Comment).created, 1);
    assert_eq!(report.counts.skipped, 3);
    let skipped = skipped(&report);
    assert!(skipped[0].contains("issues.ndjson:2"), "{skipped:?}");
    assert!(skipped[1].contains("issues.ndjson:3"), "{skipped:?}");
    assert!(skipped[2].contains("comments.ndjson:1"), "{skipped:?}");
}

#[test]
fn values_of_wrong_types_are_reported_and_survive() {
    let mut world = World::new();
    let odd = [
        with(
            issue(REPOSITORY, 1),
            json!({"title": 5, "state": null, "labels": "bug"}),
        ),
        with(
            issue(REPOSITORY, 2),
            json!({"created_at": "yesterday", "user": 7, "comments": "many"}),
        ),
        with(
            issue(REPOSITORY, 3),
            json!({"reactions": [], "locked": "yes", "milestone": false}),
        ),
    ];
    let report = world.import(&world.backup("backup", &[("issues.ndjson", &odd)]));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 3);
    assert!(report.not_understood >= 6, "{report:?}");
    let skipped = skipped(&report);
    assert!(
        skipped
            .iter()
            .any(|s| s.contains("issues.ndjson:1: $.title")),
        "{skipped:?}"
    );
    assert_same(&odd, &world.export(REPOSITORY)["issues.ndjson"], "number");
    world.assert_sound();
}

#[test]
fn odd_but_true_data_survives() {
    let mut world = World::new();
    let odd = [
        with(
            issue(REPOSITORY, 1),
            json!({"body": "nul \u{0} here", "title": " blanks around  "}),
        ),
        with(
            issue(REPOSITORY, 2),
            json!({"body": "漢".repeat(70_000), "comments": 99}),
        ),
        with(
            issue(REPOSITORY, 3),
            json!({"state": "closed", "closed_at": null}),
        ),
        with(
            issue(REPOSITORY, 4),
            json!({"user": null, "assignees": [null], "body": null}),
        ),
        with(
            issue(REPOSITORY, 5),
            json!({"state": "archived", "state_reason": "moved", "new_key": {"a": [1.50, 1e3]}}),
        ),
        with(
            issue(REPOSITORY, 6),
            json!({"created_at": "2023-01-01T01:00:00.123+01:00", "id": 18_446_744_073_709_551_615_u64}),
        ),
    ];
    let report = world.import(&world.backup("backup", &[("issues.ndjson", &odd)]));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 6);
    assert_same(&odd, &world.export(REPOSITORY)["issues.ndjson"], "number");
    assert_eq!(
        world.issue(REPOSITORY, 1).body.as_deref(),
        Some("nul \u{0} here")
    );
    world.assert_sound();
}

#[test]
fn a_lone_surrogate_becomes_the_replacement_character_and_is_reported() {
    let world = World::new();
    let text = lines(&[issue(REPOSITORY, 1)]).replace(
        "The body of 1.",
        "half \\ud83d a pair, whole \\ud83d\\ude00",
    );
    let report = world.import(&file(&world, "issues.ndjson", text));
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 1);
    assert_eq!(
        world.issue(REPOSITORY, 1).body.as_deref(),
        Some("half \u{fffd} a pair, whole 😀")
    );
    assert!(skipped(&report)[0].contains("surrogate"), "{report:?}");
}

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    let mut world = world();
    let body = |n: u64| {
        (0..2_000)
            .map(|i| format!("{:x}", (i * n) ^ 0x5bd1_e995))
            .collect::<String>()
    };
    let many: Vec<_> = (2..1500)
        .map(|n| with(issue(REPOSITORY, n), json!({"body": body(n)})))
        .collect();
    let backup = world.backup("many", &[("issues.ndjson", &many)]);
    let store = world.store.path().to_string_lossy().into_owned();
    drop(std::mem::replace(
        &mut world.store,
        backlot_core::StoreOptions::new().in_memory().unwrap(),
    ));
    // A limit on the size of files stands in for a disk that is full: both fail in the same call.
    let program = backlot_command(world.folder.path(), &[]);
    let program = program.get_program().to_string_lossy().into_owned();
    let mut shell = std::process::Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" --store \"$1\" import github \"$2\"";
    shell.args(["-c", script, &program, &store, &backup.to_string_lossy()]);
    let output = shell
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(error.contains("disk is full"), "{error}");
    assert_ne!(output.status.code(), Some(0));
    world.store = backlot_core::Store::open(&store).unwrap();
    world.assert_sound();
    assert_eq!(world.export(REPOSITORY)["issues.ndjson"].len(), 1);
}

#[test]
fn the_program_names_file_and_line_and_ends_with_its_code() {
    let world = world();
    let mut text = lines(&[issue(REPOSITORY, 2), issue(REPOSITORY, 3)]);
    text.truncate(text.len() - 20);
    file(&world, "issues.ndjson", &text);
    let folder = world.folder.path().to_owned();
    let store = world.store.path().to_owned();
    drop(world.store);
    let run = |arguments: &[&str], code| {
        let output = backlot_command(&folder, arguments).output().unwrap();
        expect(&output, code);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let error = run(&["import", "github", "issues.ndjson"], 3);
    assert!(error.contains("issues.ndjson:2"), "{error}");
    run(&["import", "github", "none"], 3);
    std::fs::write(folder.join("not.backlot"), "hello").unwrap();
    run(&["--store", "not.backlot", "stats"], 4);
    run(&["--store", "missing.backlot", "stats"], 4);
    std::fs::write(&store, "").unwrap();
    run(&["--store", "work.backlot", "stats"], 4);
}
