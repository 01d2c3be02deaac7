//! Tables: issues as CSV, out and in again.

use backlot_core::{ImportOptions, ImportReport, IssueEdit, NewIssue, Store};
use backlot_github::WriteOptions as WriteTo;
use backlot_model::{Actor, Loss, RecordKind, State};
use backlot_tabular::{CsvOptions, CsvReader, CsvWriter, WriteOptions};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::json;

use crate::command_line::{out, sampled};
use crate::support::{World, export_to, issue, name, root, with};

const HERE: &str = "octo/hello";

/// The table of a repository, and what it could not hold.
fn table(store: &Store, repository: &str, safe: bool) -> (String, Vec<Loss>) {
    let options = WriteOptions {
        safe,
        repository: repository.to_owned(),
        ..WriteOptions::default()
    };
    let mut bytes = Vec::new();
    let mut losses = Vec::new();
    let mut writer = CsvWriter::new(&mut bytes, options).unwrap();
    let snapshot = store.read().unwrap();
    let passes = backlot_tabular::passes();
    let done = snapshot.export::<backlot_core::Error>(
        &name(repository),
        &passes,
        &mut |outgoing, lookup| {
            writer.write(outgoing, lookup, &mut losses).unwrap();
            Ok(())
        },
    );
    done.unwrap();
    writer.finish().unwrap();
    (String::from_utf8(bytes).unwrap(), losses)
}

fn read_with(store: &Store, repository: &str, table: &str, options: CsvOptions) -> ImportReport {
    let reader = CsvReader::new(table.as_bytes(), "issues.csv", options).unwrap();
    let options = ImportOptions::new("csv", "issues.csv").repository(name(repository));
    store.import(&options, reader).unwrap()
}

fn read(store: &Store, repository: &str, table: &str) -> ImportReport {
    read_with(store, repository, table, CsvOptions::default())
}

#[test]
fn the_sample_comes_back_from_its_table_as_far_as_columns_hold_it() {
    let mut world = World::new();
    world.import(&root().join("docs/sample"));
    let (written, losses) = table(&world.store, "tidepool/kelp", false);
    let mut other = World::new();
    let report = read(&other.store, HERE, &written);
    assert_eq!(report.counts.skipped, 0, "{:?}", report.skipped);
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 40);
    assert_eq!(report.counts.total(|kind| kind.orphans), 0);
    let (again, nothing) = table(&other.store, HERE, false);
    assert_eq!(written, again);
    // What came out of a table goes into one whole, but that a milestone's and a comment's number is new.
    let kinds: Vec<_> = nothing
        .iter()
        .map(|loss| (loss.record_kind, loss.field.as_str()))
        .filter(|lost| *lost != (RecordKind::Milestone, "number"))
        .collect();
    assert_eq!(kinds, []);
    // Every loss is one that the first store really has.
    assert!(losses.iter().any(|loss| loss.field == "locked"));
    assert!(losses.iter().all(|loss| !loss.reason.is_empty()));
    assert_eq!(read(&other.store, HERE, &written).commit, None);
    world.assert_sound();
    other.assert_sound();
}

#[test]
fn an_edited_table_changes_what_was_edited_and_nothing_else() {
    let mut world = World::new();
    world.import(&root().join("docs/sample"));
    let host = CsvOptions {
        host: "github.com".to_owned(),
        ..CsvOptions::default()
    };
    let (written, _) = table(&world.store, "tidepool/kelp", false);
    let report = read_with(&world.store, "tidepool/kelp", &written, host.clone());
    assert_eq!(report.counts.total(|kind| kind.created), 0, "{report:?}");
    assert_eq!(report.counts.total(|kind| kind.updated), 0, "{report:?}");
    let before = world.export("tidepool/kelp");
    let title = world
        .issue("tidepool/kelp", 7)
        .record
        .title()
        .unwrap_or_default()
        .to_owned();
    let edited = written.replacen(&title, "Another title", 1);
    assert_ne!(edited, written);
    let report = read_with(&world.store, "tidepool/kelp", &edited, host);
    assert_eq!(report.counts.total(|kind| kind.updated), 1, "{report:?}");
    assert_eq!(
        world.issue("tidepool/kelp", 7).record.title(),
        Some("Another title")
    );
    let after = world.export("tidepool/kelp");
    let differ = |(one, other): &(&serde_json::Value, &serde_json::Value)| one != other;
    let issues = before["issues.ndjson"].iter().zip(&after["issues.ndjson"]);
    assert_eq!(issues.filter(differ).count(), 1);
    world.assert_sound();
}

#[test]
fn what_was_made_here_is_known_again_by_its_id() {
    let mut world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name(HERE)).unwrap();
    let number = repository.create_issue(NewIssue::titled("First")).unwrap();
    repository.comment(number, "A comment").unwrap();
    tx.commit().unwrap();
    let (written, _) = table(&world.store, HERE, false);
    let edited = written.replace("First", "First of all");
    let report = read(&world.store, HERE, &edited);
    assert_eq!(report.counts.kind(RecordKind::Issue).created, 0);
    assert_eq!(report.renumbered, []);
    assert_eq!(
        world.issue(HERE, number).record.title(),
        Some("First of all")
    );
    assert_eq!(read(&world.store, HERE, &edited).commit, None);
    world.assert_sound();
}

#[test]
fn what_was_edited_in_a_table_is_an_edit_here_that_forges_do_not_revert() {
    let mut world = World::new();
    let before = with(
        issue(HERE, 1),
        json!({"title": "Old", "updated_at": "2024-01-01T00:00:00Z"}),
    );
    let newer = with(
        before.clone(),
        json!({"state": "closed", "updated_at": "2024-02-01T00:00:00Z"}),
    );
    let old = world.backup("old", &[("issues.ndjson", &[before])]);
    world.import(&old);
    let host = CsvOptions {
        host: "github.com".to_owned(),
        ..CsvOptions::default()
    };
    let (written, _) = table(&world.store, HERE, false);
    let edited = written.replace("Old", "Edited in a table");
    read_with(&world.store, HERE, &edited, host.clone());
    let new = world.backup("new", &[("issues.ndjson", &[newer])]);
    world.import(&new);
    let known = world.issue(HERE, 1);
    assert_eq!(known.record.title(), Some("Edited in a table"));
    assert_eq!(known.record.state(), Some(&State::Closed));
    world.import(&old);
    // The same table again is older than what is here, and changes nothing.
    let stale = read_with(&world.store, HERE, &written, host);
    assert_eq!(
        (stale.commit, stale.counts.kind(RecordKind::Issue).stale),
        (None, 1)
    );
    assert_eq!(
        world.issue(HERE, 1).record.title(),
        Some("Edited in a table")
    );
    world.assert_sound();
}

#[test]
fn a_table_that_says_nothing_new_makes_no_old_export_stronger() {
    let world = World::new();
    let mut tx = world.store.write(Actor::login("mona"), "start").unwrap();
    let mut repository = tx.create_repository(&name(HERE)).unwrap();
    let number = repository.create_issue(NewIssue::titled("Old")).unwrap();
    tx.commit().unwrap();
    let old = world.path("old-export");
    export_to(&world.store, HERE, &old, WriteTo::default());
    let mut tx = world.store.write(Actor::login("mona"), "edit").unwrap();
    let edit = IssueEdit::default().title("New");
    tx.repository(HERE)
        .unwrap()
        .edit_issue(number, &edit)
        .unwrap();
    tx.commit().unwrap();
    let (written, _) = table(&world.store, HERE, false);
    let report = read(&world.store, HERE, &written);
    assert_eq!(report.counts.kind(RecordKind::Issue).updated, 0);
    world.import(&old);
    assert_eq!(world.issue(HERE, number).record.title(), Some("New"));
}

#[test]
fn a_table_of_another_tracker_makes_issues_with_numbers_of_their_own() {
    let mut world = World::new();
    let jira = "\u{feff}Summary,Status,Reporter,Assignee,Labels,Fix Version/s,Created,Story Points\r\n\
                \"Crash, on start\",Done,mona,@hubot,bug;ui,1.0,2024-05-01 09:30,5\r\n\
                Slow,Doing,mona,,,1.0,soon,\r\n\
                ,,,,,,,\r\n\
                ,To Do,,,,,,\r\n";
    let report = read(&world.store, HERE, jira);
    let told: Vec<String> = report
        .skipped
        .iter()
        .map(|skipped| format!("{}: {} ({})", skipped.place, skipped.reason, skipped.kept))
        .collect();
    assert_snapshot!(told.join("\n"));
    let first = world.issue(HERE, 1);
    assert_eq!(first.record.title(), Some("Crash, on start"));
    assert_snapshot!(table(&world.store, HERE, false).0);
    // Once more is nothing new, although no row says a number.
    assert_eq!(read(&world.store, HERE, jira).commit, None);
    world.assert_sound();
}

#[test]
fn what_is_no_table_is_an_error_and_changes_nothing() {
    let bad = |bytes: &[u8]| {
        let reader = CsvReader::new(bytes, "bad.csv", CsvOptions::default());
        let error = reader.err().or_else(|| {
            let reader = CsvReader::new(bytes, "bad.csv", CsvOptions::default()).ok()?;
            reader.filter_map(Result::err).next()
        });
        error.map(|error| error.to_string()).unwrap_or_default()
    };
    assert_snapshot!(
        [
            bad(b""),
            bad(b"colour,size\r\nred,4\r\n"),
            bad(b"title\r\n\xff\xfe\r\n"),
            bad(b"\xff,title\r\n"),
        ]
        .join("\n")
    );
}

#[test]
fn tables_go_out_and_in_on_the_command_line() {
    let folder = sampled();
    let path = folder.path();
    assert_snapshot!(out(
        path,
        &[
            "export",
            "csv",
            "--out",
            "kelp.csv",
            "--losses",
            "lost.ndjson"
        ]
    ));
    let lost = std::fs::read_to_string(path.join("lost.ndjson")).unwrap();
    assert_snapshot!(lost.lines().take(3).collect::<Vec<_>>().join("\n"));
    assert_snapshot!(
        out(
            path,
            &[
                "export",
                "csv",
                "--out",
                "-",
                "--columns",
                "number,state,title,labels"
            ]
        )
        .lines()
        .take(4)
        .collect::<Vec<_>>()
        .join("\n")
    );
    assert_snapshot!(out(
        path,
        &["import", "csv", "kelp.csv", "--repo", "tidepool/copy"]
    ));
}

/// Texts that spreadsheets, quotes and lists trip over.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,20}",
        "[=+@'\"\\-][,;\"'=\r\na ]{0,10}",
        "[a-zäé漢🦀,\"\n]{1,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Any issue whose texts could be made here comes back from a table the same, safe or not.
    #[test]
    fn any_backlog_comes_back_from_its_table(
        issues in proptest::collection::vec((text(), text(), proptest::collection::vec(text(), 0..3)), 1..6),
        safe: bool,
    ) {
        let world = World::new();
        let mut tx = world.store.write(Actor::login("mona"), "start").unwrap();
        let mut repository = tx.create_repository(&name(HERE)).unwrap();
        let mut comments = Vec::new();
        for (title, body, texts) in &issues {
            let title = format!("{title}.");
            if let Ok(number) = repository.create_issue(NewIssue::titled(title).body(body)) {
                comments.extend(texts.iter().map(|text| (number, text)));
            }
        }
        tx.commit().unwrap();
        // Each at a moment of its own: what has one moment is told in the order of ids.
        for (number, text) in comments {
            let mut tx = world.store.write(Actor::login("mona"), "comment").unwrap();
            let _ = tx.repository(HERE).unwrap().comment(number, text);
            tx.commit().unwrap();
        }
        let (written, _) = table(&world.store, HERE, safe);
        let mut other = World::new();
        let options = CsvOptions { safe, ..CsvOptions::default() };
        let report = read_with(&other.store, HERE, &written, options);
        prop_assert_eq!(report.counts.skipped, 0);
        let (again, losses) = table(&other.store, HERE, safe);
        prop_assert_eq!(&written, &again);
        prop_assert_eq!(losses.len(), 0);
        other.assert_sound();
    }
}
