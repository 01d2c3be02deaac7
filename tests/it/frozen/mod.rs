//! Stores written by releases: each opens for ever, and says what it said.

mod contents;

use std::path::Path;

use backlot_core::Store;

use crate::support::{assert_sound, root, walk};

#[test]
fn a_store_of_every_release_opens_and_says_the_same() {
    let mut found = 0;
    for fixture in walk(&root().join("tests/fixtures")) {
        if fixture
            .extension()
            .is_none_or(|extension| extension != "zst")
        {
            continue;
        }
        found += 1;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frozen.backlot");
        let packed = std::fs::File::open(&fixture).unwrap();
        zstd::stream::copy_decode(packed, std::fs::File::create(&path).unwrap()).unwrap();
        let name = fixture.to_string_lossy().replace(".backlot.zst", ".json");
        let expected = std::fs::read_to_string(Path::new(&name)).unwrap();
        let mut store = Store::open(&path).unwrap();
        for (line, expected) in contents::of(&store).lines().zip(expected.lines()) {
            assert_eq!(line, expected, "{}", fixture.display());
        }
        assert_sound(&mut store);
    }
    assert!(found > 0, "there is no frozen store");
}
