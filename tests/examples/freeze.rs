//! Writes the store that a release freezes: `cargo run -p backlot-tests --example freeze -- NAME`
//! makes `NAME.backlot.zst` and what it says, `NAME.txt.zst`.
#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be written is not written"
)]

use std::path::{Path, PathBuf};

use backlot_core::{ImportOptions, IssueEdit, NewIssue, SeededEnvironment, StoreOptions};
use backlot_github::{ReadOptions, Reader, Source};
use backlot_model::{Actor, State, Timestamp};

#[path = "../it/frozen/contents.rs"]
mod contents;

fn main() {
    let name = PathBuf::from(std::env::args().nth(1).unwrap());
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sample");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frozen.backlot");
    let start = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
    let store = StoreOptions::new()
        .environment(SeededEnvironment::new(start, 1))
        .create(&path)
        .unwrap();
    let source = Source::open(&sample, Default::default()).unwrap();
    let reader = Reader::open(source, ReadOptions::default()).unwrap();
    store
        .import(
            &ImportOptions::new("github", "docs/sample"),
            reader.batches(),
        )
        .unwrap();
    let mut tx = store.write(Actor::login("mona"), "edits").unwrap();
    let mut repository = tx.repository("tidepool/kelp").unwrap();
    let edit = IssueEdit::default()
        .title("Edited")
        .add_label("bug")
        .state(State::Closed, None);
    repository.edit_issue(7, &edit).unwrap();
    let number = repository
        .create_issue(NewIssue::titled("Born here").body("Text.").label("new"))
        .unwrap();
    repository.comment(number, "A comment.").unwrap();
    tx.commit().unwrap();
    let contents = contents::of(&store);
    drop(store);
    backlot_core::Store::open(&path).unwrap().compact().unwrap();
    let pack = |bytes: &[u8], end: &str| {
        let packed = zstd::encode_all(bytes, 19).unwrap();
        std::fs::write(format!("{}.{end}.zst", name.display()), packed).unwrap();
    };
    pack(&std::fs::read(&path).unwrap(), "backlot");
    pack(contents.as_bytes(), "txt");
}
