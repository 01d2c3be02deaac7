use std::io::{Cursor, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, ZipWriter};

use super::{gzip, pairs, put, read, read_limited, zstd};
use crate::input::{Flow, Limits, Source};
use crate::{Error, ErrorKind};

/// An archive of files, every other one stored and deflated.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (at, (name, content)) in files.iter().enumerate() {
        let method = match at % 2 {
            0 => CompressionMethod::Deflated,
            _ => CompressionMethod::Stored,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// The archive with two bytes of a member's entry in the directory set to another value.
fn patched(mut bytes: Vec<u8>, name: &str, field: usize, value: u16) -> Vec<u8> {
    let entry = memchr::memmem::rfind(&bytes, name.as_bytes()).unwrap() - 46;
    assert_eq!(&bytes[entry..entry + 4], b"PK\x01\x02");
    bytes[entry + field..entry + field + 2].copy_from_slice(&value.to_le_bytes());
    bytes
}

const FLAGS: usize = 8;
const METHOD: usize = 10;

fn open(bytes: &[u8]) -> Result<Source, Error> {
    Source::from_reader(bytes, "x.zip", Limits::default())
}

#[track_caller]
fn refused(bytes: &[u8], kind: ErrorKind, shown: &str) {
    let error = open(bytes)
        .and_then(|mut source| read(&mut source))
        .unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, shown));
}

#[test]
fn a_zip_is_read_from_a_file_and_from_a_stream() {
    let bytes = zip(&[
        ("data/", b""),
        ("data/b.json", b"{\"b\":1}"),
        ("./data//a.json.zst", &zstd("{\"a\":1}")),
        (".git/config", b"x"),
        ("c.json.gz", &gzip("{}")),
        ("empty.json", b""),
    ]);
    let expected = pairs(&[
        ("data/b.json", "{\"b\":1}"),
        ("data/a.json.zst", "{\"a\":1}"),
        ("c.json.gz", "{}"),
        ("empty.json", ""),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let path = put(&folder, "no-matter-how-it-is-called", &bytes);
    for mut source in [
        Source::open(&path, Limits::default()).unwrap(),
        open(&bytes).unwrap(),
    ] {
        for _ in 0..2 {
            assert_eq!(read(&mut source).unwrap(), expected);
        }
        assert_eq!(source.passed(), []);
        assert_eq!(source.total_input_bytes(), bytes.len() as u64);
        // Unlike those of a tar archive, members come in the order that is asked for.
        let mut names = Vec::new();
        let visited = source.visit_selected(&[2, 0], &mut |member, _| {
            names.push(member.stem().to_owned());
            Ok(Flow::Continue)
        });
        visited.unwrap();
        assert_eq!(names, ["c.json", "data/b.json"]);
    }
    assert_eq!(
        open(&bytes).unwrap().members().unwrap()[1].display(),
        "x.zip!data/a.json.zst"
    );
    assert_eq!(read(&mut open(&zip(&[])).unwrap()).unwrap(), []);
}

#[test]
fn what_cannot_be_read_is_passed_over_and_told() {
    let bytes = zip(&[("a.json", b"{}"), ("b.json", b"{}"), ("c.json", b"{}")]);
    let bytes = patched(patched(bytes, "a.json", FLAGS, 1), "c.json", METHOD, 12);
    let mut source = open(&bytes).unwrap();
    assert_eq!(read(&mut source).unwrap(), pairs(&[("b.json", "{}")]));
    let passed = [
        ("x.zip!a.json", "the member is encrypted"),
        (
            "x.zip!c.json",
            "the member is compressed in a way that is not supported",
        ),
    ];
    let passed: Vec<_> = passed.map(|(name, why)| (name.to_owned(), why)).into();
    assert_eq!(source.passed(), passed);
}

#[test]
fn hostile_zips() {
    for (name, message) in [
        (
            "../x.json",
            "the name of the member leads out of the archive",
        ),
        (
            "a\\..\\x.json",
            "the name of the member leads out of the archive",
        ),
        ("/x.json", "the name of the member is absolute"),
        ("C:\\x.json", "the name of the member is absolute"),
    ] {
        let shown = format!("x.zip!{name}: {message}").replace('\\', "\\");
        refused(&zip(&[(name, b"{}")]), ErrorKind::Archive, &shown);
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    writer
        .add_symlink("x.json", "/etc/passwd", options)
        .unwrap();
    let link = writer.finish().unwrap().into_inner();
    let shown = "x.zip!x.json: the member is a symbolic link";
    refused(&link, ErrorKind::Archive, shown);
    let whole = zip(&[("a.json", b"{\"a\":\"some text\"}"), ("b.json", b"{}")]);
    for end in [4, whole.len() / 2, whole.len() - 30] {
        let shown = "x.zip: the archive is damaged or cut off";
        refused(&whole[..end], ErrorKind::Compression, shown);
    }
    // A byte of the compressed data itself: the checksum tells.
    let at = memchr::memmem::find(&whole, b"b.json").unwrap() + "b.json".len();
    let mut changed = whole;
    changed[at] ^= 1;
    let shown = "x.zip!b.json: the compressed data cannot be read";
    refused(&changed, ErrorKind::Compression, shown);
}

#[test]
fn a_zip_bomb_and_too_many_members() {
    let spaces = vec![b' '; 8 << 20];
    let bytes = zip(&[("a.json", &spaces), ("b", b""), ("c.json", &spaces)]);
    let folder = tempfile::tempdir().unwrap();
    let path = put(&folder, "x.zip", &bytes);
    let limits = Limits {
        max_ratio: 100,
        max_expanded: 1 << 20,
        ..Limits::default()
    };
    let error = read_limited(&path, limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Bomb);
    assert!(error.place().file.ends_with("x.zip!a.json"), "{error}");
    assert_eq!(read_limited(&path, Limits::default()).unwrap().len(), 3);
    let limits = |max_members, max_name| Limits {
        max_members,
        max_name,
        ..Limits::default()
    };
    let error = read_limited(&path, limits(2, 9)).unwrap_err();
    assert_eq!(error.message(), "there are more than 2 entries");
    let error = read_limited(&path, limits(3, 5)).unwrap_err();
    assert_eq!(error.message(), "the name is longer than 5 bytes");
}

#[test]
fn a_stream_that_does_not_end_is_refused() {
    let limits = Limits {
        max_spooled: 1 << 20,
        ..Limits::default()
    };
    let Err(error) = Source::from_reader(std::io::repeat(b' '), "standard input", limits) else {
        panic!("it has an end")
    };
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::TooLarge,
            "standard input: the stream is longer than 1048576 bytes; put it into a file"
        )
    );
}

#[test]
fn a_zip_inside_of_something_else_is_named() {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "issues.json", zip(&[("a.json", b"{}")]));
    let error = read_limited(folder.path(), Limits::default()).unwrap_err();
    let message = "a zip inside of a folder or an archive is not supported; unpack it";
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Compression, message)
    );
}
