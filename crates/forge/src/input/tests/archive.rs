use std::sync::atomic::Ordering;

use ::tar::{EntryType, Header};

use super::{gzip, pairs, put, read, zstd};
use crate::input::{Flow, Limits, Source};
use crate::{Error, ErrorKind};

/// An archive put together by hand, as the `tar` crate refuses to write what is tested here.
#[derive(Clone, Default)]
struct Tar(Vec<u8>);

impl Tar {
    fn raw(mut self, header: &Header, data: &[u8]) -> Self {
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(data);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
        self
    }

    fn entry(self, entry_type: EntryType, name: &str, data: impl AsRef<[u8]>) -> Self {
        let header = header(entry_type, name, data.as_ref().len() as u64);
        self.raw(&header, data.as_ref())
    }

    fn file(self, name: &str, data: impl AsRef<[u8]>) -> Self {
        self.entry(EntryType::Regular, name, data)
    }

    fn pax(self, key: &str, value: &str) -> Self {
        let rest = format!(" {key}={value}\n");
        let mut length = rest.len();
        while length.to_string().len() + rest.len() != length {
            length += 1;
        }
        self.entry(EntryType::XHeader, "pax", format!("{length}{rest}"))
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(&[0; 1024]);
        self.0
    }
}

fn header(entry_type: EntryType, name: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(entry_type);
    header.set_size(size);
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_cksum();
    header
}

fn open(bytes: &[u8]) -> Result<Source, Error> {
    Source::from_reader(bytes, "x.tar", Limits::default())
}

fn contents(bytes: &[u8]) -> Vec<(String, String)> {
    read(&mut open(bytes).unwrap()).unwrap()
}

#[track_caller]
fn refused(bytes: &[u8], kind: ErrorKind, shown: &str) {
    let error = open(bytes)
        .and_then(|mut source| read(&mut source))
        .unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, shown));
}

#[test]
fn archives_of_each_kind() {
    let tar = Tar::default()
        .entry(
            EntryType::XGlobalHeader,
            "pax_global_header",
            "18 comment=abcdef\n",
        )
        .entry(EntryType::Directory, "./", "")
        .entry(EntryType::Directory, "data/", "")
        .file("./data/./b.json", "{\"b\":1}")
        .file("data//a.json.zst", zstd("{\"a\":1}"))
        .file(".git/config", "x")
        .file("c.json.gz", gzip("{}"))
        .file("empty.json", "")
        .end();
    let expected = pairs(&[
        ("data/b.json", "{\"b\":1}"),
        ("data/a.json.zst", "{\"a\":1}"),
        ("c.json.gz", "{}"),
        ("empty.json", ""),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let kinds = [
        ("x.tar", tar.clone()),
        ("x.tgz", gzip(&tar)),
        ("x.tar.zst", zstd(&tar)),
    ];
    for (name, bytes) in kinds {
        let path = put(&folder, name, bytes);
        let mut source = Source::open(&path, Limits::default()).unwrap();
        assert!(source.is_archive());
        for _ in 0..2 {
            assert_eq!(read(&mut source).unwrap(), expected);
            assert_eq!(
                source.consumed().load(Ordering::Relaxed),
                source.total_input_bytes()
            );
        }
        let members = source.members().unwrap();
        let display = format!("{}!data/a.json.zst", path.display());
        assert_eq!(
            (members[1].display(), members[1].stem()),
            (display, "data/a.json")
        );
    }
}

#[test]
fn some_members_of_an_archive() {
    let tar = Tar::default()
        .file("a", "0")
        .file("b", "1")
        .file(".c", "")
        .file("d", "2")
        .end();
    let mut source = open(&tar).unwrap();
    let mut names = Vec::new();
    let mut visitor = |member: &crate::input::Member, _: &mut dyn std::io::Read| {
        names.push((member.name().to_owned(), member.index()));
        Ok(Flow::Continue)
    };
    source.visit_selected(&[2, 0], &mut visitor).unwrap();
    source.visit_selected(&[], &mut visitor).unwrap();
    assert_eq!(names, [("a".to_owned(), 0), ("d".to_owned(), 2)]);
}

#[test]
fn an_archive_without_members() {
    for bytes in [Tar::default().end(), vec![0; 10_240]] {
        assert!(open(&bytes).unwrap().is_archive());
        assert_eq!(contents(&bytes), []);
    }
}

#[test]
fn members_that_would_escape() {
    let tar = || Tar::default().file("fine.json", "{}");
    for (name, shown) in [
        (
            "../x",
            "x.tar!../x: the name of the member leads out of the archive",
        ),
        (
            "a/../../x",
            "x.tar!a/../../x: the name of the member leads out of the archive",
        ),
        (
            "a\\..\\x",
            "x.tar!a\\..\\x: the name of the member leads out of the archive",
        ),
        (
            "..",
            "x.tar!..: the name of the member leads out of the archive",
        ),
        (
            "/etc/passwd",
            "x.tar!/etc/passwd: the name of the member is absolute",
        ),
        ("C:\\x", "x.tar!C:\\x: the name of the member is absolute"),
        (
            "\u{1b}[2J/../x",
            "x.tar!\\u{1b}[2J/../x: the name of the member leads out of the archive",
        ),
    ] {
        refused(&tar().file(name, "{}").end(), ErrorKind::Archive, shown);
        refused(
            &tar().pax("path", name).file("ok", "{}").end(),
            ErrorKind::Archive,
            shown,
        );
        let long = tar().entry(EntryType::GNULongName, "L", format!("{name}\0"));
        refused(&long.file("ok", "{}").end(), ErrorKind::Archive, shown);
        let error = open(&tar().entry(EntryType::Directory, name, "").end())
            .and_then(|mut source| read(&mut source))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Archive);
    }
    refused(
        &tar().pax("path", "a\0b").file("ok", "{}").end(),
        ErrorKind::Archive,
        "x.tar!a\\u{0}b: the name contains a zero byte",
    );
    refused(
        &tar().file("", "{}").end(),
        ErrorKind::Archive,
        "x.tar: a member has no name",
    );
}

#[test]
fn members_that_are_no_files() {
    for (entry_type, shown) in [
        (EntryType::Symlink, "x.tar!a: the member is a symbolic link"),
        (EntryType::Link, "x.tar!a: the member is a hard link"),
        (EntryType::Char, "x.tar!a: the member is a device"),
        (EntryType::Block, "x.tar!a: the member is a device"),
        (EntryType::Fifo, "x.tar!a: the member is a device"),
        (EntryType::GNUSparse, "x.tar!a: the member is a sparse file"),
        (
            EntryType::new(b'Z'),
            "x.tar!a: the member is an entry of an unknown type",
        ),
    ] {
        let tar = Tar::default().entry(EntryType::GNULongLink, "K", "/etc/passwd\0");
        refused(
            &tar.entry(entry_type, "a", "").end(),
            ErrorKind::Archive,
            shown,
        );
    }
    let sparse = Tar::default()
        .pax("GNU.sparse.major", "1")
        .file("a", "0")
        .end();
    refused(
        &sparse,
        ErrorKind::Archive,
        "x.tar!a: the member is a sparse file",
    );
}

#[test]
fn long_names_and_sizes() {
    let name = format!("{}/x.json", "d".repeat(300));
    let long = |name: &str| {
        Tar::default()
            .entry(EntryType::GNULongName, "L", format!("{name}\0"))
            .file("d", "1")
            .end()
    };
    assert_eq!(contents(&long(&name)), pairs(&[(&name, "1")]));
    let pax = Tar::default()
        .pax("path", &name)
        .file("d", "1")
        .file("e", "2")
        .end();
    assert_eq!(contents(&pax), pairs(&[(&name, "1"), ("e", "2")]));
    // The size of an extension goes before that of the header, as in every other reader.
    let sized = Tar::default()
        .pax("size", "600")
        .raw(&header(EntryType::Regular, "a", 0), &[b' '; 600]);
    assert_eq!(
        contents(&sized.file("b", "2").end())[1],
        ("b".to_owned(), "2".to_owned())
    );

    refused(
        &long(&"n".repeat(5_000)),
        ErrorKind::TooLarge,
        "x.tar: a name or extension in the archive is over 4097 bytes long",
    );
    let pax = Tar::default()
        .pax("path", &"n".repeat(5_000))
        .file("d", "1")
        .end();
    let shown = format!(
        "x.tar!{}: the name is longer than 4096 bytes",
        "n".repeat(100)
    );
    refused(&pax, ErrorKind::TooLarge, &shown);
    // No room is made for what a header only claims to hold.
    for entry_type in [EntryType::GNULongName, EntryType::XHeader] {
        let mut bytes = Tar::default().file("a", "").0;
        bytes.extend_from_slice(header(entry_type, "x", 1 << 60).as_bytes());
        let error = open(&bytes)
            .and_then(|mut source| read(&mut source))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
    }
}

#[test]
fn archives_that_are_cut_off_or_damaged() {
    let tar = Tar::default()
        .file("a.json", "x".repeat(1_000))
        .file("b.json", "{}")
        .end();
    let cut = "x.tar!a.json: the archive is cut off";
    refused(&tar[..700], ErrorKind::Compression, cut);
    refused(&tar[..1_300], ErrorKind::Compression, cut);
    for at in [1_500, 1_536, 1_600, 2_050, 2_560] {
        let error = open(&tar[..at])
            .and_then(|mut source| read(&mut source))
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Compression, "the archive is cut off")
        );
        // A visitor that reads nothing finds out as well.
        let error = open(&tar[..at]).unwrap().members().err().unwrap();
        assert_eq!(error.to_string(), "x.tar: the archive is cut off");
    }
    let compressed = zstd(&tar);
    let error = open(&compressed[..compressed.len() - 3])
        .and_then(|mut source| read(&mut source))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Compression);

    let mut damaged = tar.clone();
    damaged[1_540] ^= 1;
    refused(
        &damaged,
        ErrorKind::Compression,
        "x.tar: a header of the archive is damaged",
    );
    let twice = [&tar[..], &tar[..]].concat();
    refused(
        &twice,
        ErrorKind::Archive,
        "x.tar: something follows the end of the archive",
    );
    let huge = header(EntryType::Regular, "a", u64::MAX - 5);
    refused(
        &Tar::default().file("b", "").raw(&huge, b"").end(),
        ErrorKind::Compression,
        "x.tar: a header of the archive is damaged",
    );
}

#[test]
fn too_many_entries() {
    let mut tar = Tar::default();
    for _ in 0..11 {
        tar = tar.entry(EntryType::Directory, "d/", "");
    }
    let limits = Limits {
        max_members: 10,
        ..Limits::default()
    };
    let mut source = Source::from_reader(&tar.end()[..], "x.tar", limits).unwrap();
    let error = read(&mut source).unwrap_err();
    assert_eq!(error.to_string(), "x.tar: there are more than 10 entries");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}
