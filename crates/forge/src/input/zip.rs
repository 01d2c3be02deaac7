use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use ::zip::result::ZipError;
use ::zip::{CompressionMethod, ZipArchive};

use super::decode::{Budget, Expanded, Raw, decode};
use super::source::Visitor;
use super::walk::Passed;
use super::{Flow, Limits, Member, name};
use crate::{Error, ErrorKind};

type Archive<'a> = ZipArchive<BufReader<Raw<&'a File>>>;

/// Whether a file that begins with these bytes is a zip archive.
pub(super) fn is_archive(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// What the directory of an archive lists.
pub(super) struct Listing {
    pub(super) members: Vec<Member>,
    /// The place of each member in the directory.
    pub(super) places: Vec<usize>,
    pub(super) passed: Vec<Passed>,
}

/// The regular files of an archive, in the order of its directory.
///
/// Those that cannot be read without a password or another method are passed over and told; a name
/// that leads out of the archive and a link are errors.
pub(super) fn list(
    file: &File,
    shown: &str,
    limits: &Limits,
    budget: &Budget,
) -> Result<Listing, Error> {
    let prefix: Arc<str> = format!("{shown}!").into();
    let archive = open(file, budget)?;
    if archive.len() as u64 > limits.max_members {
        let message = format!("there are more than {} entries", limits.max_members);
        return Err(Error::new(ErrorKind::TooLarge, message));
    }
    let mut listing = Listing {
        members: Vec::new(),
        places: Vec::new(),
        passed: Vec::new(),
    };
    if archive.has_duplicate_names() {
        let why = "a name stands in the archive more than once; only the last one of it is read";
        listing.passed.push((shown.to_owned(), why));
    }
    let metadata = archive.metadata();
    for place in 0..archive.len() {
        let entry = metadata.entry(place).map_err(damaged)?;
        let path = entry.name().map_err(damaged)?;
        let name = name::inside(&path, &prefix, limits)?;
        if entry.is_dir() || name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        let display = format!("{prefix}{name}");
        if entry.is_symlink() {
            let message = "the member is a symbolic link";
            return Err(Error::new(ErrorKind::Archive, message).in_file(display));
        }
        if name.is_empty() {
            return Err(Error::new(ErrorKind::Archive, "a member has no name"));
        }
        let readable = matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        );
        if entry.encrypted() {
            listing.passed.push((display, "the member is encrypted"));
        } else if !readable {
            let why = "the member is compressed in a way that is not supported";
            listing.passed.push((display, why));
        } else {
            listing.places.push(place);
            listing.members.push(Member {
                index: listing.members.len(),
                prefix: Arc::clone(&prefix),
                name,
                size: entry.compressed_size(),
                path: None,
            });
        }
    }
    Ok(listing)
}

/// Hands members to a visitor, each with its place in the directory.
pub(super) fn visit<'m>(
    file: &File,
    members: impl Iterator<Item = (&'m Member, usize)>,
    as_they_are: bool,
    budget: &Budget,
    visitor: &mut Visitor<'_>,
) -> Result<(), Error> {
    let mut archive = open(file, budget)?;
    for (member, place) in members {
        let named = |error: Error| error.in_file(member.display());
        let decoder = archive.by_index(place).map_err(damaged).map_err(named)?;
        let inflated = Expanded {
            decoder,
            budget: budget.clone(),
        };
        let done = match as_they_are {
            true => visitor(member, &mut { inflated }),
            false => decode(inflated, budget).and_then(|mut reader| visitor(member, &mut reader)),
        };
        let flow = done.map_err(named)?;
        if flow == Flow::Stop {
            break;
        }
    }
    Ok(())
}

fn open<'a>(file: &'a File, budget: &Budget) -> Result<Archive<'a>, Error> {
    let budget = budget.clone();
    let reader = BufReader::new(Raw {
        reader: file,
        budget,
    });
    ZipArchive::new(reader).map_err(damaged)
}

fn damaged(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) if error.get_ref().is_some_and(|inner| inner.is::<Error>()) => {
            error.into()
        }
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => error.into(),
        error => {
            Error::new(ErrorKind::Compression, "the archive is damaged or cut off").caused_by(error)
        }
    }
}
