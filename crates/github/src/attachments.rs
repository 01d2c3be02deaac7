//! Attachments of migration archives: files in a folder beside a store, and an index of them.
//!
//! A store holds a backlog and no files. What an archive has in `attachments/` goes into a folder instead, as
//! it is, with the records that say what each file is to in `attachments.ndjson`.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use tempfile::TempDir;

use crate::read::migration::{attached_files, attachment_records};
use backlot_forge::input::{Flow, Source, Values};
use backlot_forge::json::minify;
use backlot_forge::{Error, ErrorKind};

/// The file that lists the attachments of a folder, a record to a line.
pub(crate) const INDEX: &str = "attachments.ndjson";
/// What files that are refused are listed up to.
const LISTED: usize = 100;
/// The most bytes of one file.
const MAX_FILE: u64 = 512 << 20;
/// The most bytes of all files together.
const MAX_ALL: u64 = 64 << 30;
/// The most folders above a file, and bytes of a name.
const MAX_DEPTH: usize = 8;
const MAX_NAME: usize = 255;

/// What became of the attachments of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachmentReport {
    /// How many records of attachments the archive has.
    pub records: u64,
    /// How many files were put into the folder.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many files were there before, the same.
    pub known: u64,
    /// How many files were not kept.
    pub refused: u64,
    /// The first of those, each with the reason.
    pub reasons: Vec<(String, &'static str)>,
}

/// The attachments of an archive on their way into a folder.
///
/// They wait in a folder beside it until the import is on disk, and go when this is dropped.
pub struct Attachments {
    target: PathBuf,
    waiting: TempDir,
    files: Vec<String>,
    report: AttachmentReport,
}

impl Attachments {
    /// Takes the attachments out of an input; none when it is no migration archive, or has none.
    pub fn gather(source: &mut Source, folder: &Path) -> Result<Option<Self>, Error> {
        let members = source.members()?;
        let (records, files) = (attachment_records(members), attached_files(members));
        if records.is_empty() && files.is_empty() {
            return Ok(None);
        }
        let named = |error: std::io::Error| unwritable(folder, error);
        let mut gathered = Self {
            target: folder.to_owned(),
            waiting: backlot_forge::output::partial(folder).map_err(named)?,
            files: Vec::new(),
            report: AttachmentReport::default(),
        };
        gathered.records(source, &records)?;
        gathered.copies(source, &files)?;
        Ok(Some(gathered))
    }

    /// What was found so far.
    pub fn report(&self) -> &AttachmentReport {
        &self.report
    }

    fn refuse(&mut self, file: &str, reason: &'static str) {
        self.report.refused += 1;
        if self.report.reasons.len() < LISTED {
            self.report.reasons.push((file.to_owned(), reason));
        }
    }

    /// Writes the records into the index.
    fn records(&mut self, source: &mut Source, records: &[usize]) -> Result<(), Error> {
        let path = self.waiting.path().join(INDEX);
        let named = |error: std::io::Error| unwritable(&path, error);
        let mut index = BufWriter::new(File::create_new(&path).map_err(named)?);
        let limits = *source.limits();
        let mut count = 0;
        source.visit_selected(records, &mut |member, reader| {
            let mut values = Values::with_buffer(reader, member.display(), &limits, Vec::new());
            while let Some(value) = values.next_value()? {
                let mut line = Vec::with_capacity(value.text.len());
                minify(value.text, &mut line);
                line.push(b'\n');
                index.write_all(&line).map_err(named)?;
                count += 1;
            }
            Ok(Flow::Continue)
        })?;
        self.report.records = count;
        index.flush().map_err(named)
    }

    /// Copies the files, byte by byte as they are.
    fn copies(&mut self, source: &mut Source, files: &[(usize, String)]) -> Result<(), Error> {
        let mut wanted = Vec::with_capacity(files.len());
        for (index, below) in files {
            if !is_safe(below) {
                self.refuse(below, "the name could lead elsewhere");
            } else if source.is_link(*index) {
                self.refuse(below, "a link is not followed");
            } else {
                wanted.push(*index);
            }
        }
        let names: FxHashMap<usize, &String> =
            files.iter().map(|(at, below)| (*at, below)).collect();
        let root = self.waiting.path().to_owned();
        let mut all = 0;
        source.visit_as_they_are(&wanted, &mut |member, reader| {
            let Some(below) = names.get(&member.index()).map(|below| (*below).clone()) else {
                return Ok(Flow::Continue);
            };
            let path = root.join(&below);
            let named = |error: std::io::Error| unwritable(&path, error);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(named)?;
            }
            let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(named(error));
                }
                Err(_) => {
                    self.refuse(&below, "the archive has two files of this name");
                    return Ok(Flow::Continue);
                }
            };
            let copied = std::io::copy(&mut reader.take(MAX_FILE + 1), &mut file)?;
            drop(file);
            if copied > MAX_FILE {
                fs::remove_file(&path).map_err(named)?;
                self.refuse(&below, "the file is too large");
                return Ok(Flow::Continue);
            }
            all += copied;
            if all > MAX_ALL {
                return Err(Error::new(
                    ErrorKind::TooLarge,
                    "the attachments are too large together",
                ));
            }
            self.report.bytes += copied;
            self.report.files += 1;
            self.files.push(below);
            Ok(Flow::Continue)
        })
    }

    /// Puts everything into the folder. A file that is there already stays as it is.
    pub fn keep(mut self) -> Result<AttachmentReport, Error> {
        let target = self.target.clone();
        let named = |error: std::io::Error| unwritable(&target, error);
        fs::create_dir_all(&target).map_err(named)?;
        for below in std::mem::take(&mut self.files) {
            let (from, to) = (self.waiting.path().join(&below), target.join(&below));
            if fs::symlink_metadata(&to).is_ok() {
                let size = fs::metadata(&from).map_err(named)?.len();
                self.report.files -= 1;
                self.report.bytes -= size;
                match is_same(&from, &to).map_err(named)? {
                    true => self.report.known += 1,
                    false => self.refuse(&below, "another file of this name is kept already"),
                }
                continue;
            }
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent).map_err(named)?;
            }
            fs::rename(&from, &to).map_err(named)?;
        }
        self.merge_index().map_err(named)?;
        Ok(self.report)
    }

    /// Adds the records that the index of the folder does not have yet.
    fn merge_index(&self) -> std::io::Result<()> {
        let (new, old) = (self.waiting.path().join(INDEX), self.target.join(INDEX));
        let mut known = BTreeSet::new();
        let merged = self.waiting.path().join("merged");
        let mut out = BufWriter::new(File::create(&merged)?);
        for path in [&old, &new] {
            let file = match File::open(path) {
                Ok(file) => file,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for line in BufReader::new(file).lines() {
                let line = line?;
                // Equal lines are told by a digest, which is short where they are not.
                if known.insert(backlot_model::Digest::of(line.as_bytes()).to_bytes()) {
                    writeln!(out, "{line}")?;
                }
            }
        }
        out.flush()?;
        drop(out);
        fs::rename(&merged, &old)
    }
}

/// Whether a path below a folder stays below it, on any system.
pub(crate) fn is_safe(below: &str) -> bool {
    let parts: Vec<&str> = below.split('/').collect();
    let fits = |part: &&str| {
        !matches!(*part, "" | "." | "..")
            && part.len() <= MAX_NAME
            && !part.starts_with('.')
            && !part.ends_with(['.', ' '])
            && !part.chars().any(|c| {
                c.is_control() || matches!(c, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*')
            })
    };
    parts.len() <= MAX_DEPTH && below != INDEX && parts.iter().all(fits)
}

fn is_same(one: &Path, other: &Path) -> std::io::Result<bool> {
    if !fs::symlink_metadata(other)?.is_file()
        || fs::metadata(one)?.len() != fs::metadata(other)?.len()
    {
        return Ok(false);
    }
    let (mut one, mut other) = (
        BufReader::new(File::open(one)?),
        BufReader::new(File::open(other)?),
    );
    let (mut a, mut b) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let count = one.read(&mut a)?;
        if count == 0 {
            return Ok(true);
        }
        other.read_exact(&mut b[..count])?;
        if a[..count] != b[..count] {
            return Ok(false);
        }
    }
}

fn unwritable(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot be written")
        .caused_by(error)
        .in_file(path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for good in ["uuid/shot.png", "uuid/a b.txt", "x/ü.png"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in [
            "../x",
            "/etc/passwd",
            "a/../b",
            "a//b",
            "C:/x",
            "a\\..\\b",
            "a/.hidden",
            "a/b\0",
            "",
            "attachments.ndjson",
            "a/b/c/d/e/f/g/h/i",
            "a/nul ",
            "a/x.",
        ] {
            assert!(!is_safe(bad), "{bad:?}");
        }
    }
}
