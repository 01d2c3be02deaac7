//! What the parts of `input` do together; all input is made here.

mod archive;
mod bounds;
mod parts;
mod source;
mod split;
mod zip;

use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Flow, Limits, Source, Values};
use crate::{Error, ErrorKind};

/// A value as `(text, line, offset, index)`.
type Split = (String, u64, u64, Option<u64>);

fn split_with(reader: impl Read, limits: &Limits) -> (Vec<Split>, Option<Error>) {
    let mut values = Values::new(reader, "x.json", limits);
    let mut found = Vec::new();
    loop {
        match values.next_value() {
            Ok(None) => return (found, None),
            Ok(Some(value)) => {
                assert_eq!(value.file, "x.json");
                found.push((value.text.to_owned(), value.line, value.offset, value.index));
            }
            Err(error) => return (found, Some(error)),
        }
    }
}

fn split(text: impl AsRef<[u8]>) -> (Vec<Split>, Option<Error>) {
    split_with(text.as_ref(), &Limits::default())
}

fn texts(text: impl AsRef<[u8]>) -> Vec<String> {
    let (values, error) = split(text);
    assert!(error.is_none(), "{error:?}");
    values.into_iter().map(|value| value.0).collect()
}

/// Writes a file into a folder, with the folders above it.
fn put(folder: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

fn zstd(content: impl AsRef<[u8]>) -> Vec<u8> {
    zstd::encode_all(content.as_ref(), 1).unwrap()
}

fn gzip(content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    flate2::read::GzEncoder::new(content.as_ref(), flate2::Compression::fast())
        .read_to_end(&mut bytes)
        .unwrap();
    bytes
}

/// All members with their content.
fn read(source: &mut Source) -> Result<Vec<(String, String)>, Error> {
    let mut found = Vec::new();
    source.visit(&mut |member, reader| {
        let mut text = String::new();
        reader.read_to_string(&mut text)?;
        found.push((member.name().to_owned(), text));
        Ok(Flow::Continue)
    })?;
    Ok(found)
}

fn read_path(path: &Path) -> Result<Vec<(String, String)>, Error> {
    read_limited(path, Limits::default())
}

fn read_limited(path: &Path, limits: Limits) -> Result<Vec<(String, String)>, Error> {
    read(&mut Source::open(path, limits)?)
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

#[track_caller]
fn fails(error: Option<Error>, kind: ErrorKind, shown: &str) {
    let error = error.unwrap();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, shown));
}
