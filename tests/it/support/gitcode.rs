//! GitCode's objects: in, out, and the bundled sample.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backlot_core::{ImportError, ImportOptions, ImportReport, SnapshotLookup, Store};
use backlot_gitcode::{ReadOptions, Reader, Source, WriteOptions, WriteSummary, Writer};
use backlot_model::Outgoing;
use serde_json::Value;

use super::{World, name, read_folder, root, walk};

/// The repository of the sample.
pub(crate) const SAMPLED: &str = "yunlu/nongli";

pub(crate) fn sample() -> PathBuf {
    root().join("docs/sample-gitcode")
}

/// The objects of the sample that belong to a backlog, by the file's path.
pub(crate) fn sampled() -> BTreeMap<String, Vec<Value>> {
    let folder = tempfile::tempdir().unwrap();
    for path in walk(&sample()) {
        let inside = path.strip_prefix(sample()).unwrap();
        if !inside.starts_with("answers") && inside != Path::new("README.md") {
            let to = folder.path().join(inside);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&path, to).unwrap();
        }
    }
    read_folder(folder.path())
}

pub(crate) fn try_import(
    store: &Store,
    path: &Path,
    adjust: impl FnOnce(ImportOptions) -> ImportOptions,
) -> Result<ImportReport, ImportError<backlot_gitcode::Error>> {
    let source = Source::open(path, Default::default()).map_err(ImportError::Input)?;
    let reader = Reader::open(source, ReadOptions::default()).map_err(ImportError::Input)?;
    let options = adjust(ImportOptions::new("gitcode", path.to_string_lossy()));
    store.import(&options, reader.batches())
}

pub(crate) fn import(store: &Store, path: &Path) -> ImportReport {
    try_import(store, path, |options| options).unwrap()
}

pub(crate) fn export_to(
    store: &Store,
    repository: &str,
    out: &Path,
    options: &WriteOptions,
) -> WriteSummary {
    let mut writer = Writer::create(out, options).unwrap();
    let snapshot = store.read().unwrap();
    let passes = writer.passes();
    let written = snapshot.export::<backlot_core::Error>(
        &name(repository),
        &passes,
        &mut |outgoing: &Outgoing, lookup: &mut SnapshotLookup<'_>| {
            writer.write(outgoing, lookup).unwrap();
            Ok(())
        },
    );
    written.unwrap();
    writer.finish().unwrap()
}

/// Exports a repository and gives the objects of each file.
pub(crate) fn export(
    world: &World,
    repository: &str,
    options: &WriteOptions,
) -> (BTreeMap<String, Vec<Value>>, WriteSummary) {
    let folder = tempfile::tempdir_in(world.folder.path()).unwrap();
    let out = folder.path().join("out");
    let summary = export_to(&world.store, repository, &out, options);
    (read_folder(&out), summary)
}
