//! What fuzzing begins with: the bundled sample in every layout, and small inputs of our own.

use std::path::{Path, PathBuf};

use backlot_core::{ImportOptions, StoreOptions};
use backlot_github::{Kind, Layout, ReadOptions, Reader, Source, WriteOptions, Writer};

/// An input for a target.
pub(crate) struct Seed {
    /// The target.
    pub(crate) target: &'static str,
    /// A name that no other seed of the target has.
    pub(crate) name: String,
    /// What is read.
    pub(crate) bytes: Vec<u8>,
}

const ARCHIVE_JSON: &str = r#"{"magic":"E!vIA5L86J2I","timestamp":"2024-05-01T09:30:00Z","repo":"octo/hello","labels":[{"name":"bug","description":"","color":"ff0000"}],"issues":[{"number":1,"id":"I_kwDOA","title":"One","url":"https://github.com/octo/hello/issues/1","state":"CLOSED","author":"mona","authorAssociation":"OWNER","assignees":["hubot"],"labels":["bug"],"body":"Text","createdAt":"2024-05-01T09:30:00Z","updatedAt":"2024-05-02T09:30:00Z","closedAt":"2024-05-02T09:30:00Z","comments":[{"author":"hubot","authorAssociation":"NONE","body":"Yes","createdAt":"2024-05-01T10:30:00Z","updatedAt":"2024-05-01T10:30:00Z"}]}],"pulls":[{"number":2,"id":"PR_kwDOA","title":"Two","url":"https://github.com/octo/hello/pull/2","state":"MERGED","author":"mona","authorAssociation":"OWNER","assignees":[],"labels":[],"body":"","createdAt":"2024-05-03T09:30:00Z","updatedAt":"2024-05-03T09:30:00Z","closedAt":"2024-05-03T09:30:00Z","mergedAt":"2024-05-03T09:30:00Z","reviews":[],"comments":[]}]}"#;

const QUERIES: [&str; 6] = [
    "is:open label:bug sort:updated-desc",
    "repo:octo/hello (author:mona OR assignee:hubot) -label:\"good first issue\"",
    "created:2024-01-01..2024-05-01 comments:>=3 crash in:title,body",
    "NOT no:milestone reason:\"not planned\" updated:<@today-1w",
    "\"a phrase\" milestone:\"v1.0\" type:bug",
    "((((is:closed))))",
];

const TABLES: [&str; 2] = [
    "number,title,state,labels,comments\r\n1,\"Crash, on start\",open,\"bug, ui\",\"[{\"\"author\"\":\"\"mona\"\",\"\"body\"\":\"\"Hi\"\"}]\"\r\n",
    "\u{feff}Summary,Status,Reporter,Created,Story Points\r\nSlow,To Do,mona,2024-05-01 09:30,5\r\n",
];

/// Every seed; `root` is the project's folder.
pub(crate) fn seeds(root: &Path) -> Vec<Seed> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sample = root.join("docs/sample");
    let mut seeds = Vec::new();
    let mut add = |target: &'static str, name: &str, bytes: Vec<u8>| {
        seeds.push(Seed {
            target,
            name: name.to_owned(),
            bytes,
        });
    };
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    for (name, bytes) in files(&sample) {
        if let Some(bytes) = of_a_kind(&names, &name, &bytes) {
            add("objects", &name, bytes);
        }
    }
    let options = StoreOptions::new();
    let store = options
        .create(folder.path().join("seeds.backlot"))
        .expect("a new store");
    let source = Source::open(&sample, Default::default()).expect("the sample");
    let reader = Reader::open(source, ReadOptions::default()).expect("the sample");
    let import = ImportOptions::new("github", "sample");
    let report = store.import(&import, reader.batches());
    let report = report.expect("the sample can be imported");
    let repository = report.repositories[0].1.parse().expect("a name");
    for layout in Layout::ALL {
        let out = folder.path().join(layout.name());
        let options = WriteOptions {
            layout: *layout,
            ..WriteOptions::default()
        };
        let mut writer = Writer::create(&out, &options).expect("a new folder");
        let passes = writer.passes();
        let snapshot = store.read().expect("a snapshot");
        let done = snapshot.export::<backlot_core::Error>(
            &repository,
            &passes,
            &mut |outgoing, lookup| {
                writer.write(outgoing, lookup).expect("a record");
                Ok(())
            },
        );
        done.expect("an export");
        writer.finish().expect("an export");
        let target = match layout.name() {
            "github-backup" => "github_backup",
            "migration" => "migration",
            "import-api" => "import_api",
            _ => "containers",
        };
        let files: Vec<(String, Vec<u8>)> = files(&out).take(12).collect();
        add(target, layout.name(), joined(&files));
        if target == "containers" {
            let mut archive = tar::Builder::new(Vec::new());
            archive.append_dir_all("", &out).expect("an archive");
            let tar = archive.into_inner().expect("an archive");
            let packed = zstd::encode_all(&*tar, 3).expect("packed bytes");
            add(target, "packed", packed);
        }
    }
    let issue = std::fs::read_to_string(sample.join("issues.ndjson")).expect("the sample");
    let issue = issue.lines().nth(2).unwrap_or_default();
    let events = std::fs::read_to_string(sample.join("timeline/3.ndjson")).expect("the sample");
    let events: Vec<&str> = events.lines().collect();
    let metadata = format!(
        "=== issues/3.json\n{{\"type\":\"issue\",\"issue\":{issue},\"events\":[{}]}}\n",
        events.join(",")
    );
    add("metadata_backup", "issue", metadata.into_bytes());
    let backup = format!("=== issues/3.json\n{issue}\n");
    add("github_backup", "issue", backup.into_bytes());
    add("archive_json", "archive", ARCHIVE_JSON.into());
    gitcode(root, folder.path(), &mut add);
    for (at, query) in QUERIES.iter().enumerate() {
        add("queries", &at.to_string(), (*query).into());
    }
    for (at, table) in TABLES.iter().enumerate() {
        add("table", &at.to_string(), (*table).into());
    }
    seeds
}

/// The seeds of GitCode's readers: its sample as it is, and as it goes out in both ways.
fn gitcode(root: &Path, folder: &Path, add: &mut dyn FnMut(&'static str, &str, Vec<u8>)) {
    use backlot_gitcode::{Kind, ReadOptions, Reader, WriteOptions, Writer};
    let sample = root.join("docs/sample-gitcode");
    let names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    for (name, bytes) in files(&sample) {
        if let Some(bytes) = of_a_kind(&names, &name.replace("user_", ""), &bytes) {
            add("gitcode_objects", &name, bytes);
        }
    }
    let whole: Vec<_> = files(&sample).collect();
    add("gitcode_containers", "sample", joined(&whole));
    let options = StoreOptions::new();
    let store = options
        .create(folder.join("gitcode.backlot"))
        .expect("a new store");
    let source = Source::open(&sample, Default::default()).expect("the sample");
    let reader = Reader::open(source, ReadOptions::default()).expect("the sample");
    let import = ImportOptions::new("gitcode", "sample");
    let report = store.import(&import, reader.batches());
    let report = report.expect("the sample can be imported");
    let repository = report.repositories[0].1.parse().expect("a name");
    for (name, pages) in [("rest", false), ("pages", true)] {
        let out = folder.join(format!("gitcode-{name}"));
        let options = WriteOptions {
            pages,
            ..WriteOptions::default()
        };
        let mut writer = Writer::create(&out, &options).expect("a new folder");
        let passes = writer.passes();
        let snapshot = store.read().expect("a snapshot");
        let done = snapshot.export::<backlot_core::Error>(
            &repository,
            &passes,
            &mut |outgoing, lookup| {
                writer.write(outgoing, lookup).expect("a record");
                Ok(())
            },
        );
        done.expect("an export");
        writer.finish().expect("an export");
        let mut archive = tar::Builder::new(Vec::new());
        archive.append_dir_all("", &out).expect("an archive");
        let tar = archive.into_inner().expect("an archive");
        let bytes = match pages {
            true => zstd::encode_all(&*tar, 3).expect("packed bytes"),
            false => joined(&files(&out).collect::<Vec<_>>()),
        };
        add("gitcode_containers", name, bytes);
    }
}

/// Some lines of a file behind a byte that says the kind, as the targets for objects read them; enough to begin with.
fn of_a_kind(kinds: &[&str], name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let (stem, _) = name.split_once('.')?;
    let stem = stem.replace('_', "-");
    let kind = kinds.iter().position(|kind| stem.starts_with(kind));
    let lines: Vec<&[u8]> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .take(3)
        .collect();
    let first = kind.unwrap_or(kinds.len()) as u8;
    Some([&[first], &*lines.concat()].concat())
}

/// Files behind lines that name them, as the targets for layouts read them.
fn joined(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut joined = Vec::new();
    for (name, bytes) in files {
        joined.extend_from_slice(format!("=== {name}\n").as_bytes());
        joined.extend_from_slice(&bytes[..bytes.len().min(4096)]);
        joined.push(b'\n');
    }
    joined
}

/// The files of a folder with their paths inside it, in the order of the paths.
fn files(folder: &Path) -> impl Iterator<Item = (String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("a folder").flatten() {
            match entry.path().is_dir() {
                true => folders.push(entry.path()),
                false => paths.push(entry.path()),
            }
        }
    }
    paths.sort();
    let folder = folder.to_owned();
    paths.into_iter().map(move |path| {
        let name = path.strip_prefix(&folder).expect("a path inside");
        let name = name.to_string_lossy().into_owned();
        (name, std::fs::read(&path).expect("a file"))
    })
}
