//! `kill -9` in the middle of an import: all of it or nothing.

use std::time::{Duration, Instant};

use backlot_core::Store;
use serde_json::{Value, json};

use crate::support::{World, assert_sound, backlot_command, issue, with};

/// How often an import is killed.
const KILLS: u32 = 10;

#[test]
fn an_import_that_is_killed_leaves_all_or_nothing() {
    let world = World::new();
    let objects: Vec<Value> = (1..=3_000)
        .map(|number| {
            let body = format!("Body {number}. ").repeat(80);
            with(issue("octo/hello", number), json!({"body": body}))
        })
        .collect();
    world.backup("backup", &[("issues.ndjson", &objects)]);
    let path = world.store.path().to_owned();
    drop(world.store);
    let folder = world.folder.path();
    let arguments = ["--store", "work.backlot", "import", "github", "backup"];
    // One import in peace, into a copy, tells how long one takes.
    std::fs::copy(&path, folder.join("copy.backlot")).unwrap();
    let start = Instant::now();
    let peace = ["--store", "copy.backlot", "import", "github", "backup"];
    assert!(
        backlot_command(folder, &peace)
            .output()
            .unwrap()
            .status
            .success()
    );
    let whole = start.elapsed();
    let (mut nothing, mut all) = (0, 0);
    for kill in 0..KILLS {
        let mut child = backlot_command(folder, &arguments)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // From the first instant to a little after the end, in uneven steps.
        let moment = whole * (kill * 13 % 11 + 1) / 11 + Duration::from_millis(u64::from(kill));
        std::thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let mut store = Store::open(&path).unwrap();
        assert_sound(&mut store);
        let stats = store.read().unwrap().stats().unwrap();
        match stats
            .repositories
            .first()
            .map(|repository| repository.open_issues)
        {
            None => nothing += 1,
            Some(count) => {
                assert_eq!(count, 3_000);
                all += 1;
            }
        }
    }
    eprintln!("{KILLS} imports killed: {nothing} times nothing was there, {all} times all of it");
}
