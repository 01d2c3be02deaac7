//! What is done with made-up input for each reader: whatever the bytes are, nothing panics, and what is read
//! comes out as JSON that is read the same again. The fuzz targets and the stress test share it.

use backlot_github::{Kind, Limits, ReadOptions, Reader, Source, render};
use backlot_model::{ParseOptions, Query, RecordKind};
use backlot_tabular::{CsvOptions, CsvReader};

use super::stand_in::StandIn;

/// The files by which a migration archive is told.
const MIGRATION: &[(&str, &str)] = &[
    ("schema.json", r#"{"version":"1.2.0","github_sha":""}"#),
    (
        "repositories_000001.json",
        r#"[{"type":"repository","url":"https://github.com/octo/hello","owner":"https://github.com/octo","name":"hello","labels":[]}]"#,
    ),
];

/// Reads a source as far as it goes, and writes all of it again.
fn through(source: Source, options: ReadOptions) {
    let mut store = StandIn::default();
    let Ok(reader) = Reader::open(source, options) else {
        return;
    };
    // An error ends the reading; what came before it is as good as ever.
    let _ = store.take_all(reader.batches());
    let mut losses = Vec::new();
    let records = store.records.clone();
    for version in [None, Some("2022-11-28"), Some("2026-03-10")] {
        let version = version.map(|version| version.parse().expect("a known version"));
        for record in &records {
            let mut out = Vec::new();
            render(record, &mut store, version, &mut out, &mut losses)
                .expect("what was read can be written");
            let text = std::str::from_utf8(&out).expect("JSON is UTF-8");
            serde_json::from_str::<serde_json::Value>(text).expect("what is written is JSON");
        }
    }
}

/// Objects of a kind that the first byte chooses.
pub(crate) fn objects(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let kind = Kind::ALL.get(usize::from(*first) % (Kind::ALL.len() + 1));
    let options = ReadOptions {
        kind: kind.copied(),
    };
    if let Ok(source) = Source::from_reader(rest, "objects.json", Limits::default()) {
        through(source, options);
    }
}

/// Reads a source of GitCode's as far as it goes, and writes all of it again in both shapes.
fn through_gitcode(source: Source, options: backlot_gitcode::ReadOptions) {
    let mut store = StandIn::default();
    let Ok(reader) = backlot_gitcode::Reader::open(source, options) else {
        return;
    };
    // An error ends the reading; what came before it is as good as ever.
    let _ = store.take_all(reader.batches());
    let mut losses = Vec::new();
    let records = store.records.clone();
    for shape in backlot_gitcode::Shape::ALL {
        for record in &records {
            let mut out = Vec::new();
            backlot_gitcode::render(record, &mut store, *shape, &mut out, &mut losses)
                .expect("what was read can be written");
            // One log tells several events, and goes out with the first of them.
            if out.is_empty() && record.record.kind() == RecordKind::HistoryEvent {
                continue;
            }
            let text = std::str::from_utf8(&out).expect("JSON is UTF-8");
            serde_json::from_str::<serde_json::Value>(text).expect("what is written is JSON");
        }
    }
}

/// Objects of GitCode's of a kind that the first byte chooses.
pub(crate) fn gitcode_objects(data: &[u8]) {
    use backlot_gitcode::Kind;
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    let kind = Kind::ALL.get(usize::from(*first) % (Kind::ALL.len() + 1));
    let options = backlot_gitcode::ReadOptions {
        kind: kind.copied(),
    };
    if let Ok(source) = Source::from_reader(rest, "objects.json", Limits::default()) {
        through_gitcode(source, options);
    }
}

/// Bytes that may be a folder of GitCode's, as `=== name` on a line begins each file; an archive of any kind; or a
/// plain file.
pub(crate) fn gitcode_containers(data: &[u8]) {
    let options = backlot_gitcode::ReadOptions::default();
    let archive;
    let bytes = match data.starts_with(b"=== ") {
        true => {
            let Some(packed) = packed(data, &[]) else {
                return;
            };
            archive = packed;
            &*archive
        }
        false => data,
    };
    if let Ok(source) = Source::from_reader(bytes, "container", Limits::default()) {
        through_gitcode(source, options);
    }
}

/// Bytes that may be an archive of any kind, or a plain file.
pub(crate) fn containers(data: &[u8]) {
    if let Ok(source) = Source::from_reader(data, "container", Limits::default()) {
        through(source, ReadOptions::default());
    }
}

/// The files of a layout in an archive: `=== name` on a line begins each file.
fn packed(data: &[u8], always: &[(&str, &str)]) -> Option<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut put = |name: &str, contents: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        // A name that no archive can have is no concern of a reader.
        let _ = archive.append_data(&mut header, name, contents);
    };
    for (name, contents) in always {
        put(name, contents.as_bytes());
    }
    let text = String::from_utf8_lossy(data);
    for file in text.split("=== ").skip(1) {
        if let Some((name, contents)) = file.split_once('\n') {
            put(name, contents.as_bytes());
        }
    }
    archive.into_inner().ok()
}

/// Reads the files of a layout.
fn files(data: &[u8], always: &[(&str, &str)]) {
    let Some(bytes) = packed(data, always) else {
        return;
    };
    if let Ok(source) = Source::from_reader(&*bytes, "files.tar", Limits::default()) {
        through(source, ReadOptions::default());
    }
}

/// A folder of github-backup.
pub(crate) fn github_backup(data: &[u8]) {
    files(data, &[]);
}

/// A folder of github-metadata-backup.
pub(crate) fn metadata_backup(data: &[u8]) {
    files(data, &[]);
}

/// A migration archive.
pub(crate) fn migration(data: &[u8]) {
    files(data, MIGRATION);
}

/// The bodies of import requests.
pub(crate) fn import_api(data: &[u8]) {
    files(data, &[]);
}

/// An `archive.json`.
pub(crate) fn archive_json(data: &[u8]) {
    if let Ok(source) = Source::from_reader(data, "archive.json", Limits::default()) {
        through(source, ReadOptions::default());
    }
}

/// A table.
pub(crate) fn table(data: &[u8]) {
    let options = CsvOptions {
        safe: data.len().is_multiple_of(2),
        ..CsvOptions::default()
    };
    let Ok(reader) = CsvReader::new(data, "table.csv", options) else {
        return;
    };
    let mut store = StandIn::default();
    for batch in reader {
        let Ok(batch) = batch else { return };
        batch.into_iter().for_each(|one| store.take(one));
    }
}

/// A query, which says the same when it is written and read again.
pub(crate) fn queries(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let options = ParseOptions::default();
    if let Ok(query) = Query::parse(text, &options) {
        let shown = query.to_string();
        let again = Query::parse(&shown, &options).expect("a shown query can be read");
        assert_eq!(again.to_string(), shown);
    }
}
