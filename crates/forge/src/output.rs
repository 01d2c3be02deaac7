//! A folder that is there only when all of it is written, and the report of losses.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use backlot_model::{Loss, LossKind, RecordKind};
use rustc_hash::FxHashSet;
use tempfile::{TempDir, TempPath};

use crate::json::write_string;
use crate::{Error, ErrorKind};

/// The most losses of embedded objects that are remembered.
const MAX_KNOWN: usize = 1 << 17;
/// The file that lists what could not be written as it was.
const LOSSES: &str = "losses.ndjson";

/// What an export holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteSummary {
    /// How many objects of each kind of record were written.
    pub objects: BTreeMap<RecordKind, u64>,
    /// How many losses of each kind were noted.
    pub losses: BTreeMap<LossKind, u64>,
    /// How often each field of each kind of record was lost in each way, and why.
    pub losses_by_field: BTreeMap<LossGroup, u64>,
    /// How many files were written.
    pub files: u64,
    /// How many objects each file holds: one name for all pages of a form (`issues.*.json`), and
    /// one for all files of single issues (`timeline/`).
    pub objects_by_file: BTreeMap<String, u64>,
    /// How often each field of each kind of record went into a footer of its text, where the format has no place
    /// for it.
    pub carried: BTreeMap<(RecordKind, String), u64>,
    /// How many seconds it takes at least to send the requests that were written, at the rate that the forge
    /// allows, where it says one.
    pub sending_seconds: Option<u64>,
}

/// Losses that have the same kind, the same kind of record, the same field and the same reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LossGroup {
    /// What befell them.
    pub kind: LossKind,
    /// What the records are.
    pub record_kind: RecordKind,
    /// The field, or the event.
    pub field: String,
    /// Why.
    pub reason: String,
}

/// The folder of an export: until all of it is written, its files lie in a folder beside it, which goes
/// when this is dropped.
pub struct Output {
    target: PathBuf,
    folder: TempDir,
    losses: Report,
    /// Losses that are not written yet.
    pub noted: Vec<Loss>,
    /// What was lost of users, labels and milestones, which stand in many objects.
    known: FxHashSet<(LossKind, String, String)>,
    /// What is counted so far.
    pub summary: WriteSummary,
}

impl Output {
    /// Begins a folder that does not exist, or that is empty. The losses go into `losses` where that is
    /// given, else into a file of the folder.
    pub fn create(folder: &Path, losses: Option<&Path>) -> Result<Self, Error> {
        let shown = folder.to_string_lossy().into_owned();
        let named = |error: std::io::Error| unwritable(error).in_file(shown.clone());
        let target = match fs::read_dir(folder) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    let message = "the folder is not empty; give a new or an empty one";
                    return Err(Error::new(ErrorKind::Invalid, message).in_file(shown));
                }
                // It may be a link, or `.`, neither of which can be replaced.
                fs::canonicalize(folder).map_err(named)?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => folder.to_owned(),
            Err(error) => return Err(named(error)),
        };
        let folder = partial(&target).map_err(named)?;
        let mut summary = WriteSummary::default();
        let losses = match losses {
            Some(path) => {
                let named = |error| unwritable(error).in_file(path.to_string_lossy());
                Report::beside(path).map_err(named)?
            }
            None => {
                summary.files += 1;
                Report::new(File::create_new(folder.path().join(LOSSES)).map_err(named)?)
            }
        };
        Ok(Self {
            target,
            folder,
            losses,
            noted: Vec::new(),
            known: FxHashSet::default(),
            summary,
        })
    }

    /// Opens a file of the folder to append to it; folders above it are made.
    pub fn append(&mut self, name: &str, buffer: usize) -> Result<OpenFile, Error> {
        let path = self.folder.path().join(name);
        let named = |error| unwritable(error).in_file(path.to_string_lossy());
        if name.contains('/')
            && let Some(folder) = path.parent()
        {
            fs::create_dir_all(folder).map_err(named)?;
        }
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .append(true)
            .open(&path)
            .map_err(named)?;
        let length = file.metadata().map_err(named)?.len();
        let writer = BufWriter::with_capacity(buffer, file);
        Ok(OpenFile {
            path,
            writer,
            length,
        })
    }

    /// Opens a new file of the folder; none where it is there already.
    pub fn append_new(&mut self, name: &str, buffer: usize) -> Result<Option<OpenFile>, Error> {
        match self.folder.path().join(name).exists() {
            true => Ok(None),
            false => self.append(name, buffer).map(Some),
        }
    }

    /// Writes the losses that were noted since the last time.
    pub fn note(&mut self) -> Result<(), Error> {
        for loss in self.noted.drain(..) {
            if is_repeat(&mut self.known, &loss) {
                continue;
            }
            let mut line = Vec::with_capacity(200);
            let parts = [
                ("{\"kind\":", loss.kind.name()),
                (",\"record_kind\":", loss.record_kind.name()),
                (",\"record\":", &loss.record),
                (",\"field\":", &loss.field),
                (",\"reason\":", &loss.reason),
            ];
            for (key, value) in parts {
                line.extend_from_slice(key.as_bytes());
                write_string(value, &mut line);
            }
            if let Some(value) = loss.value {
                line.extend_from_slice(format!(",\"value\":\"{value}\"").as_bytes());
            }
            line.extend_from_slice(b"}\n");
            *self.summary.losses.entry(loss.kind).or_default() += 1;
            let group = LossGroup {
                kind: loss.kind,
                record_kind: loss.record_kind,
                field: loss.field,
                reason: loss.reason,
            };
            *self.summary.losses_by_field.entry(group).or_default() += 1;
            self.losses
                .writer
                .write_all(&line)
                .map_err(|error| unwritable(error).in_file(LOSSES))?;
        }
        Ok(())
    }

    /// Puts the folder into its place; only now is it there.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        let shown = self.target.to_string_lossy().into_owned();
        let named = |error: std::io::Error| unwritable(error).in_file(shown.clone());
        self.losses.writer.flush().map_err(named)?;
        // An open file would keep its folder from being renamed on some systems.
        drop(self.losses.writer);
        match fs::remove_dir(&self.target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(named(error)),
            _ => {}
        }
        fs::rename(self.folder.path(), &self.target).map_err(named)?;
        // There is nothing left under its old name to be removed.
        let _ = self.folder.keep();
        if let Some((written, path)) = self.losses.place {
            let named = |error| unwritable(error).in_file(path.to_string_lossy());
            written
                .persist(&path)
                .map_err(|failed| named(failed.error))?;
        }
        Ok(self.summary)
    }
}

/// The report of losses while it is written.
struct Report {
    writer: BufWriter<File>,
    /// Where it lies until the export is whole, and the place that it then takes.
    place: Option<(TempPath, PathBuf)>,
}

impl Report {
    fn new(file: File) -> Self {
        Self {
            writer: BufWriter::new(file),
            place: None,
        }
    }

    /// One that takes the place of what a path names only when the export is whole. What is no plain file, such as a
    /// pipe, is written into.
    fn beside(path: &Path) -> std::io::Result<Self> {
        let target = match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => return File::create(path).map(Self::new),
            // Of a link, what it leads to is replaced.
            Ok(_) => fs::canonicalize(path)?,
            Err(_) => path.to_owned(),
        };
        let (mut builder, folder) = (tempfile::Builder::new(), parent(&target));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, written) = builder.prefix(".losses-").tempfile_in(folder)?.into_parts();
        Ok(Self {
            writer: BufWriter::new(file),
            place: Some((written, target)),
        })
    }
}

/// A file that is being written.
pub struct OpenFile {
    path: PathBuf,
    writer: BufWriter<File>,
    /// How long it was when it was opened.
    pub length: u64,
}

impl OpenFile {
    /// Takes the last bytes away that the file had when it was opened.
    pub fn cut(&mut self, bytes: u64) -> Result<(), Error> {
        let left = self.length.saturating_sub(bytes);
        let done = self.writer.get_ref().set_len(left);
        done.map_err(|error| unwritable(error).in_file(self.path.to_string_lossy()))
    }

    /// Appends bytes.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let done = self.writer.write_all(bytes);
        done.map_err(|error| unwritable(error).in_file(self.path.to_string_lossy()))
    }

    /// Ends the file.
    pub fn close(mut self) -> Result<(), Error> {
        let done = self.writer.flush();
        done.map_err(|error| unwritable(error).in_file(self.path.to_string_lossy()))
    }
}

/// Whether the same was noted before of a record that stands in many objects. What is too much to
/// remember is noted again.
fn is_repeat(known: &mut FxHashSet<(LossKind, String, String)>, loss: &Loss) -> bool {
    let embedded = matches!(
        loss.record_kind,
        RecordKind::User | RecordKind::Label | RecordKind::Milestone
    );
    // A record that nothing names could be any.
    if !embedded || loss.record == loss.record_kind.name() {
        return false;
    }
    let name = (loss.kind, loss.record.clone(), loss.field.clone());
    if known.contains(&name) {
        return true;
    }
    if known.len() < MAX_KNOWN {
        known.insert(name);
    }
    false
}

/// The folder that something is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// A new folder beside the one that it will become.
pub fn partial(target: &Path) -> std::io::Result<TempDir> {
    let missing = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
    let name = target.file_name().ok_or_else(missing)?;
    let parent = parent(target);
    fs::create_dir_all(parent)?;
    let mut prefix = OsString::from(".");
    prefix.push(name);
    prefix.push(".partial-");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The export is for whoever the user lets read, not a secret of this process.
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent)
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot be written").caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_takes_its_place_only_when_the_export_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (out, report) = (folder.path().join("out"), folder.path().join("lost"));
        fs::write(&report, "of last time").unwrap();
        drop(Output::create(&out, Some(&report)).unwrap());
        assert_eq!(fs::read_to_string(&report).unwrap(), "of last time");
        let output = Output::create(&out, Some(&report)).unwrap();
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&report).unwrap(), "");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }
}
