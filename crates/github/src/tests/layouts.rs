//! Folders of files, read and written.

use std::fs;

use super::{COMMENT, ISSUE, LABEL};
use crate::stand_in::StandIn;
use crate::{ErrorKind, Limits, ReadOptions, Reader, Source, WriteOptions, Writer};
use backlot_forge::json::equal;

fn open(path: &std::path::Path) -> Result<Reader, crate::Error> {
    Reader::open(
        Source::open(path, Limits::default())?,
        ReadOptions::default(),
    )
}

#[test]
fn a_backup_holds_comments_and_events_inside_its_issues() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("hello/issues")).unwrap();
    let text = format!(
        r#"{},"comment_data":[{COMMENT}],"event_data":[{{"id":1,"event":"closed","actor":null}}]}}"#,
        &ISSUE[..ISSUE.len() - 1]
    );
    fs::write(folder.path().join("hello/issues/12.json"), text).unwrap();
    fs::write(folder.path().join("stray.bin"), "x").unwrap();
    let mut store = StandIn::default();
    store
        .take_all(open(folder.path()).unwrap().batches())
        .unwrap();
    assert_eq!(store.records.len(), 3);
    assert_eq!(store.records[2].parent_number, Some(12));
    assert_eq!(store.skipped.len(), 1);
    assert_eq!(store.skipped[0].reason, "not a file of this layout");
    assert!(equal(ISSUE, &super::written(&mut store)[0]));
}

#[test]
fn what_is_written_is_read_again() {
    for pages in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        fs::create_dir(&input).unwrap();
        let comments: String = (0..250)
            .map(|at| COMMENT.replace("99", &format!("{}", 1000 + at)) + "\n")
            .collect();
        fs::write(input.join("comments.jsonl"), comments).unwrap();
        fs::write(input.join("issues.1.json"), format!("[{ISSUE}]")).unwrap();
        fs::write(input.join("labels.json"), LABEL).unwrap();
        let mut store = StandIn::default();
        store.take_all(open(&input).unwrap().batches()).unwrap();
        let output = folder.path().join("out");
        let mut writer = Writer::create(
            &output,
            &WriteOptions {
                pages,
                ..WriteOptions::default()
            },
        )
        .unwrap();
        for record in store.records.clone() {
            writer.write(&record, &mut store).unwrap();
        }
        let summary = writer.finish().unwrap();
        assert_eq!(summary.files, if pages { 6 } else { 4 });
        let mut again = StandIn::default();
        again.take_all(open(&output).unwrap().batches()).unwrap();
        assert_eq!(super::written(&mut store), super::written(&mut again));
        assert!(Writer::create(&output, &WriteOptions::default()).is_err());
    }
}

#[test]
fn nothing_and_the_unknown_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        open(folder.path()).err().map(|error| error.kind()),
        Some(ErrorKind::Empty)
    );
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    assert_eq!(
        open(folder.path()).err().map(|error| error.kind()),
        Some(ErrorKind::UnknownLayout)
    );
    fs::write(folder.path().join("issues.ndjson"), " \n").unwrap();
    assert_eq!(
        open(folder.path()).err().map(|error| error.kind()),
        Some(ErrorKind::Empty)
    );
}

#[test]
fn an_error_says_where() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("issues.ndjson"),
        format!("{ISSUE}\n{{\"number\":01}}\n"),
    )
    .unwrap();
    let failed = StandIn::default()
        .take_all(open(folder.path()).unwrap().batches())
        .unwrap_err();
    assert_eq!((failed.kind(), failed.place().line), (ErrorKind::Syntax, 2));
    assert!(failed.place().file.ends_with("issues.ndjson"));
}

fn written_into(
    store: &mut StandIn,
    folder: &std::path::Path,
    options: &WriteOptions,
) -> crate::WriteSummary {
    let mut writer = Writer::create(folder, options).unwrap();
    for record in store.records.clone() {
        writer.write(&record, store).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_file_of_one_issue_is_known_by_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("timeline", r#"{"event":"mentioned","id":1,"actor":null}"#),
        ("events", r#"{"event":"closed","id":1,"actor":null}"#),
        ("comments", r#"{"id":1,"body":"x","user":null}"#),
        ("reactions", r#"{"id":1,"content":"heart","user":null}"#),
    ] {
        fs::create_dir(folder.path().join(name)).unwrap();
        let path = folder.path().join(name).join("3.ndjson");
        fs::write(&path, text).unwrap();
        let kinds = [None, Some(name.trim_end_matches('s').parse().unwrap())];
        for kind in kinds {
            let source = Source::open(&path, Limits::default()).unwrap();
            let mut store = StandIn::default();
            store
                .take_all(
                    Reader::open(source, ReadOptions { kind })
                        .unwrap()
                        .batches(),
                )
                .unwrap();
            assert_eq!(store.records[0].parent_number, Some(3), "{name} {kind:?}");
        }
    }
}

#[test]
fn what_belongs_to_no_known_issue_has_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, file) in [("timeline", "timeline"), ("issue-event", "events")] {
        let text =
            r#"{"event":"mentioned","id":1,"actor":null} {"event":"closed","id":2,"actor":null}"#;
        let mut store = super::read(text, kind);
        let out = folder.path().join(kind);
        let summary = written_into(&mut store, &out, &WriteOptions::default());
        assert!(out.join(file).join("unknown.ndjson").exists());
        assert_eq!(
            summary.objects_by_file.into_iter().collect::<Vec<_>>(),
            [(format!("{file}/"), 2)]
        );
        let mut again = StandIn::default();
        again.take_all(open(&out).unwrap().batches()).unwrap();
        assert!(again.skipped.is_empty(), "{:?}", again.skipped);
        assert_eq!(super::written(&mut store), super::written(&mut again));
        let (before, after) = (&store.records[0], &again.records[0]);
        assert_eq!(after.parent_number, None);
        assert_eq!(
            before.stated.as_ref().map(|one| one.0),
            after.stated.as_ref().map(|one| one.0)
        );
    }
}

#[test]
fn a_layout_that_is_known_by_its_keys_is_read_whatever_was_said() {
    let text =
        format!(r#"{{"type":"issue","issue":{ISSUE},"events":[{{"event":"closed","id":9}}]}}"#);
    for kind in [None, Some("issue"), Some("timeline"), Some("label")] {
        let source = Source::from_reader(text.as_bytes(), "x.json", Limits::default()).unwrap();
        let kind = kind.map(|kind| kind.parse().unwrap());
        let mut store = StandIn::default();
        store
            .take_all(
                Reader::open(source, ReadOptions { kind })
                    .unwrap()
                    .batches(),
            )
            .unwrap();
        assert_eq!(store.records.len(), 2, "{kind:?}");
        assert_eq!(store.records[1].parent_number, Some(12), "{kind:?}");
        assert!(store.skipped.is_empty(), "{kind:?} {:?}", store.skipped);
    }
}

#[test]
fn pages_in_a_list_and_answers_to_a_search_are_taken_apart() {
    let issue = |number: u32| format!(r#"{{"id":{number},"number":{number},"title":"x"}}"#);
    let (one, two, three) = (issue(1), issue(2), issue(3));
    for text in [
        format!("[[{one},\n{two}],\n[{three}]]"),
        format!(
            r#"{{"total_count":3,"incomplete_results":false,"items":[{one},{two}]}} {{"incomplete_results":false,"items":[{three}],"total_count":3}}"#
        ),
        format!(r#"[{{"total_count":3,"items":[{one},{two},{three}]}}]"#),
    ] {
        let store = super::read(&text, "issue");
        assert_eq!(store.records.len(), 3, "{text}");
        assert!(store.skipped.is_empty(), "{:?}", store.skipped);
    }
    let text = format!("[[{one},\n{{\"number\":01}}]]");
    let source = Source::from_reader(text.as_bytes(), "x.json", Limits::default()).unwrap();
    let failed = StandIn::default()
        .take_all(
            Reader::open(source, ReadOptions::default())
                .unwrap()
                .batches(),
        )
        .unwrap_err();
    assert_eq!((failed.kind(), failed.place().line), (ErrorKind::Syntax, 2));
    let text = format!("[[{one},\n5]]");
    let store = super::read(&text, "issue");
    assert_eq!(store.skipped[0].place.line, 2);
}

#[cfg(unix)]
#[test]
fn links_that_are_not_followed_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("issues.ndjson"), ISSUE).unwrap();
    for (to, name) in [("..", "timeline"), ("nowhere", "comments.ndjson")] {
        std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    }
    let mut store = StandIn::default();
    store
        .take_all(open(folder.path()).unwrap().batches())
        .unwrap();
    let reasons: Vec<_> = store
        .skipped
        .iter()
        .map(|one| (&*one.reason, one.kept))
        .collect();
    assert_eq!(
        reasons,
        [
            ("a link to nothing", false),
            ("a link to a folder is not followed", false)
        ]
    );
    assert_eq!(store.records.len(), 1);
}

#[test]
fn an_export_is_there_only_when_all_of_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new/out");
    let count = || fs::read_dir(folder.path().join("new")).unwrap().count();
    let writer = Writer::create(&target, &WriteOptions::default()).unwrap();
    assert!(!target.exists());
    assert_eq!(count(), 1);
    drop(writer);
    assert_eq!(count(), 0);
    fs::create_dir(&target).unwrap();
    let mut store = super::read(ISSUE, "issue");
    written_into(&mut store, &target, &WriteOptions::default());
    assert!(target.join("issues.ndjson").exists());
    assert_eq!(count(), 1);
    let other = folder.path().join("new/other");
    let writer = Writer::create(&other, &WriteOptions::default()).unwrap();
    fs::create_dir(&other).unwrap();
    fs::write(other.join("x"), "x").unwrap();
    assert!(writer.finish().is_err());
    assert_eq!(count(), 2);
}

#[test]
fn the_same_loss_of_an_embedded_object_is_noted_once() {
    let folder = tempfile::tempdir().unwrap();
    let issues: String = (1..=5)
        .map(|number| {
            // Each form of the user differs, so that none is remembered as it was written.
            format!(
                r#"{{"id":{number},"number":{number},"title":"x","user":{{"login":"mona","id":1,"url":"https://api.github.com/users/mona","x":{number}}}}}"#
            )
        })
        .collect();
    let mut store = super::read(&issues, "issue");
    let api_version = Some("2022-11-28".parse().unwrap());
    let out = folder.path().join("out");
    let options = WriteOptions {
        pages: true,
        api_version,
        ..WriteOptions::default()
    };
    let summary = written_into(&mut store, &out, &options);
    let losses = fs::read_to_string(out.join("losses.ndjson")).unwrap();
    let of_user = losses.lines().filter(|line| line.contains(r#""user""#));
    let node_ids = of_user.filter(|line| line.contains(r#""field":"node_id""#));
    assert_eq!(node_ids.count(), 1, "{losses}");
    let noted: u64 = summary.losses.values().sum();
    assert_eq!(noted, losses.lines().count() as u64);
    assert_eq!(summary.objects_by_file["issues.*.json"], 5);
}
