//! Stores written by releases: each opens for ever, and says what it said.

mod contents;

use std::path::Path;

use backlot_core::Store;

use crate::support::{assert_sound, root, walk};

fn unpacked(path: &Path) -> Vec<u8> {
    zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap()
}

#[test]
fn a_store_of_every_release_opens_and_says_the_same() {
    let mut found = 0;
    for fixture in walk(&root().join("tests/fixtures")) {
        let name = fixture.to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".backlot.zst") else {
            continue;
        };
        found += 1;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frozen.backlot");
        std::fs::write(&path, unpacked(&fixture)).unwrap();
        let expected = String::from_utf8(unpacked(Path::new(&format!("{name}.txt.zst")))).unwrap();
        let mut store = Store::open(&path).unwrap();
        let says = contents::of(&store);
        for (line, expected) in says.lines().zip(expected.lines()) {
            assert_eq!(line, expected, "{name}");
        }
        assert_eq!(says.lines().count(), expected.lines().count(), "{name}");
        assert_sound(&mut store);
    }
    assert!(found > 0, "there is no frozen store");
}
