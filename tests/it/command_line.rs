//! The program as its users meet it: output, exit codes, and what it does when things go wrong.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{World, backlot, backlot_command, expect, issue, label, root, with};

/// A folder with a store that holds the sample.
pub(crate) fn sampled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sample = root().join("docs/sample");
    expect(&backlot(folder.path(), &["init", "kelp.backlot"]), 0);
    expect(
        &backlot(
            folder.path(),
            &["import", "github", &sample.to_string_lossy()],
        ),
        0,
    );
    folder
}

pub(crate) fn out(folder: &Path, arguments: &[&str]) -> String {
    expect(&backlot(folder, arguments), 0)
}

fn err(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = backlot(folder, arguments);
    expect(&output, code);
    String::from_utf8_lossy(&output.stderr).replace(&*folder.to_string_lossy(), "FOLDER")
}

#[test]
fn lists_are_lines_of_cells_when_piped() {
    let folder = sampled();
    assert_snapshot!(out(
        folder.path(),
        &["issue", "list", "--label", "BUG", "--limit", "3"]
    ));
    assert_snapshot!(out(
        folder.path(),
        &[
            "issue",
            "list",
            "--milestone",
            "0.1",
            "--state",
            "all",
            "--json=number,milestone"
        ]
    ));
    assert_snapshot!(out(
        folder.path(),
        &[
            "issue",
            "list",
            "--assignee",
            "none",
            "--type",
            "pr",
            "--sort",
            "comments",
            "--direction",
            "asc",
            "--json=number,comments"
        ]
    ));
    assert_snapshot!(out(
        folder.path(),
        &[
            "issue",
            "list",
            "--author",
            "ghost",
            "--state",
            "all",
            "--search-title",
            "EXIT",
            "--json=number,author"
        ]
    ));
    assert_eq!(
        out(
            folder.path(),
            &["issue", "list", "--label", "no such label"]
        ),
        ""
    );
    let pages: Vec<String> = (1..=3)
        .map(|page| {
            out(
                folder.path(),
                &[
                    "issue",
                    "list",
                    "--state",
                    "all",
                    "--limit",
                    "20",
                    "--page",
                    &page.to_string(),
                    "--json=number",
                ],
            )
        })
        .collect();
    let numbers = |page: &String| serde_json::from_str::<Vec<Value>>(page).unwrap().len();
    assert_eq!(pages.iter().map(numbers).collect::<Vec<_>>(), [20, 20, 0]);
}

#[test]
fn an_issue_shows_body_comments_and_events() {
    let folder = sampled();
    assert_snapshot!(out(folder.path(), &["issue", "view", "2"]));
}

#[test]
fn what_is_done_here_shows_in_the_timeline() {
    let folder = sampled();
    let run = |arguments: &[&str]| out(folder.path(), arguments);
    run(&[
        "issue",
        "edit",
        "5",
        "--title",
        "Another title",
        "--add-label",
        "new",
        "--add-assignee",
        "mona",
    ]);
    run(&["issue", "close", "5", "--reason", "not_planned"]);
    run(&["issue", "comment", "5", "--body", "Gone."]);
    let view = run(&["issue", "view", "5"]);
    let here: Vec<_> = view
        .lines()
        .filter(|line| line.starts_with("-- mona "))
        .map(|line| line.split(" [").next().unwrap())
        .map(|line| line.rsplit_once(' ').unwrap().0)
        .collect();
    assert_snapshot!(here.join("\n"));
    assert!(view.contains("closed (not planned)"), "{view}");
    assert_snapshot!(run(&["log", "--json=sequence,actor,reason"]));
}

#[test]
fn a_newer_backup_tells_what_it_changed_and_what_stood_against_it() {
    let world = World::new();
    let folder = world.folder.path();
    let store = world.store.path().to_owned();
    let old = [issue("octo/hello", 1), issue("octo/hello", 2)];
    world.backup("old", &[("issues.ndjson", &old)]);
    let newer = with(
        issue("octo/hello", 1),
        json!({
            "title": "Theirs", "updated_at": "2024-06-01T00:00:00Z",
            "labels": [label("octo/hello", "bug", 71), label("octo/hello", "theirs", 72)],
        }),
    );
    world.backup("newer", &[("issues.ndjson", &[newer])]);
    drop(world.store);
    assert!(store.exists());
    let run = |arguments: &[&str]| out(folder, arguments);
    run(&["import", "github", "old"]);
    run(&[
        "issue",
        "edit",
        "1",
        "--title",
        "Ours",
        "--add-label",
        "mine",
    ]);
    assert_snapshot!(run(&["import", "github", "old"]));
    assert_snapshot!(run(&["import", "github", "newer"]));
    assert_snapshot!(run(&["issue", "list", "--json=number,title,labels"]));
    assert_snapshot!(run(&["import", "github", "newer", "--dry-run"]));
    let imports: Vec<Value> = serde_json::from_str(&run(&["imports", "--json"])).unwrap();
    let names: Vec<_> = imports
        .iter()
        .map(|import| import["name"].clone())
        .collect();
    assert_eq!(names, ["newer", "old"]);
}

#[test]
fn errors_name_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert_snapshot!(err(folder, &["--store", "none.backlot", "stats"], 4));
    out(folder, &["init", "a.backlot", "--repo", "octo/hello"]);
    assert_snapshot!(err(folder, &["init", "a.backlot"], 9));
    assert_snapshot!(err(folder, &["issue", "view", "7"], 6));
    assert_snapshot!(err(
        folder,
        &["issue", "create", "--title", &"x".repeat(300)],
        9
    ));
    assert_snapshot!(err(folder, &["issue", "list", "--json=numbr"], 2));
    assert_snapshot!(err(folder, &["import", "github", "nowhere"], 3));
    out(folder, &["init", "b.backlot"]);
    assert_snapshot!(err(folder, &["stats"], 2));
}

#[test]
fn hostile_texts_cannot_drive_a_terminal() {
    let world = World::new();
    let folder = world.folder.path();
    let hostile = with(
        issue("octo/hello", 1),
        json!({
            "title": "\u{1b}]0;owned\u{7}\u{202e}reversed", "body": "\u{1b}[2J\u{9b}31mgone",
        }),
    );
    world.backup("backup", &[("issues.ndjson", &[hostile])]);
    drop(world.store);
    out(folder, &["import", "github", "backup"]);
    for arguments in [
        &["issue", "list"][..],
        &["issue", "view", "1"],
        &["log", "--events"],
        &["issue", "list", "--json"],
    ] {
        let said = out(folder, arguments);
        let bad = |c: char| {
            (c.is_control() && c != '\n' && c != '\t') || ('\u{202a}'..='\u{202e}').contains(&c)
        };
        assert!(!said.contains(bad), "{arguments:?}: {said:?}");
    }
}

#[test]
fn what_an_export_cannot_hold_is_listed() {
    let folder = sampled();
    let run = |arguments: &[&str]| out(folder.path(), arguments);
    run(&[
        "issue",
        "edit",
        "5",
        "--title",
        "Another title",
        "--add-label",
        "bug",
        "--body",
        "Another body",
    ]);
    run(&["export", "github", "--out", "exported", "-q"]);
    let losses = crate::support::objects(&folder.path().join("exported/losses.ndjson"));
    let dropped: Vec<_> = losses
        .iter()
        .filter(|loss| loss["kind"] == "dropped")
        .collect();
    let fields: Vec<_> = dropped
        .iter()
        .map(|loss| loss["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["edited"]);
    assert!(
        dropped
            .iter()
            .all(|loss| loss["record"] == "tidepool/kelp#5")
    );
}

#[test]
fn export_refuses_a_folder_that_holds_something() {
    let folder = sampled();
    std::fs::create_dir(folder.path().join("full")).unwrap();
    std::fs::write(folder.path().join("full/keep.txt"), "mine").unwrap();
    err(folder.path(), &["export", "github", "--out", "full"], 2);
    assert_eq!(
        std::fs::read(folder.path().join("full/keep.txt")).unwrap(),
        b"mine"
    );
    let said = out(
        folder.path(),
        &[
            "export",
            "github",
            "--out",
            "pages",
            "--pages",
            "--api-version",
            "2022-11-28",
        ],
    );
    assert!(said.contains("issues"), "{said}");
    assert!(folder.path().join("pages/issues.1.json").exists());
}

#[test]
fn a_place_that_counts_for_nothing_is_told() {
    let folder = sampled();
    let place = ["--as", "octo/elsewhere", "--host", "git.example.org"];
    let arguments = [&["export", "github", "--out", "placed"][..], &place].concat();
    assert_eq!(
        err(folder.path(), &arguments, 0),
        "warning: `--host` and `--as` left out: tidepool/kelp came from github.com and keeps its place there\n"
    );
    let arguments = ["export", "github", "--out", "plain"];
    assert_eq!(err(folder.path(), &arguments, 0), "");
}

#[test]
fn every_layout_is_exported_with_a_report_and_says_what_it_cannot_do() {
    let folder = sampled();
    for layout in ["rest", "github-backup", "import-api", "requests"] {
        let arguments = [
            "export", "github", "--out", layout, "--layout", layout, "--json",
        ];
        let said = out(folder.path(), &arguments);
        let done: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(done["layout"], layout);
        let report = crate::support::objects(&folder.path().join(layout).join("losses.ndjson"));
        let counts = done["losses"].as_object().unwrap().values();
        let sum: u64 = counts.map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(sum, report.len() as u64, "{layout}");
        assert_eq!(report.is_empty(), layout == "rest", "{layout}");
    }
    let pages = [
        "export",
        "github",
        "--out",
        "no",
        "--layout",
        "github-backup",
        "--pages",
    ];
    err(folder.path(), &pages, 2);
    let version = ["--api-version", "2022-11-28"];
    let bodies = ["export", "github", "--out", "no", "--layout", "import-api"];
    err(folder.path(), &[&bodies[..], &version[..]].concat(), 2);
    assert!(!folder.path().join("no").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = sampled();
    let mut command = backlot_command(folder.path(), &["issue", "view", "3"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
