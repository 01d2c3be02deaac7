//! Folders of files, read and written.

use std::fs;

use super::{COMMENT, ISSUE, LABEL};
use crate::json::equal;
use crate::stand_in::StandIn;
use crate::{ErrorKind, Limits, ReadOptions, Reader, RestWriter, Source, WriteOptions};

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
    store.read(open(folder.path()).unwrap()).unwrap();
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
        store.read(open(&input).unwrap()).unwrap();
        let output = folder.path().join("out");
        let mut writer = RestWriter::create(
            &output,
            WriteOptions {
                pages,
                api_version: None,
            },
        )
        .unwrap();
        for record in store.records.clone() {
            writer.write(&record, &mut store).unwrap();
        }
        let summary = writer.finish().unwrap();
        assert_eq!(summary.files, if pages { 6 } else { 4 });
        let mut again = StandIn::default();
        again.read(open(&output).unwrap()).unwrap();
        assert_eq!(super::written(&mut store), super::written(&mut again));
        assert!(RestWriter::create(&output, WriteOptions::default()).is_err());
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
        .read(open(folder.path()).unwrap())
        .unwrap_err();
    assert_eq!((failed.kind(), failed.place().line), (ErrorKind::Syntax, 2));
    assert!(failed.place().file.ends_with("issues.ndjson"));
}
