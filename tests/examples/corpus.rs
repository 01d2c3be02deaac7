//! Writes what fuzzing begins with into a folder for each target: `cargo run -p backlot-tests --example corpus -- OUT`.

#[path = "../fuzz/corpus.rs"]
mod corpus;

use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(
        std::env::args_os()
            .nth(1)
            .unwrap_or("tests/fuzz/corpus".into()),
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for seed in corpus::seeds(&root) {
        let folder = out.join(seed.target);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(seed.name.replace('/', "-")), seed.bytes)?;
    }
    Ok(())
}
