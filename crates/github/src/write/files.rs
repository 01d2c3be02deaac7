//! Whole exports in the layout `rest`: a file for each form, an object to a line, or pages.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use backlot_model::{Lookup, Loss, LossKind, Outgoing, RecordKind};
use rustc_hash::{FxHashMap, FxHashSet};
use tempfile::TempDir;

use super::render::{Renderer, WriteError};
use super::version::ApiVersion;
use crate::error::{Error, ErrorKind};
use crate::json::write_string;
use crate::read::UNKNOWN;
use crate::shape::Form;

/// How much is written at once.
const BUFFER: usize = 256 * 1024;
/// How many objects GitHub puts on a page at most.
const PAGE: u64 = 100;
/// The most losses of embedded objects that are remembered.
const MAX_KNOWN: usize = 1 << 17;
/// The file that lists what could not be written as it was.
const LOSSES: &str = "losses.ndjson";

/// How an export is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions {
    /// Pages of a hundred objects, such as `issues.1.json`, in place of one object to a line.
    pub pages: bool,
    /// The version of the API for which every object is made complete; as it came without one.
    pub api_version: Option<ApiVersion>,
}

/// What an export holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteSummary {
    /// How many objects of each kind of record were written.
    pub objects: BTreeMap<RecordKind, u64>,
    /// How many losses of each kind were noted.
    pub losses: BTreeMap<LossKind, u64>,
    /// How many files were written.
    pub files: u64,
    /// How many objects each file holds: one name for all pages of a form (`issues.*.json`), and
    /// one for all files of single issues (`timeline/`).
    pub objects_by_file: BTreeMap<String, u64>,
}

/// Writes an export into a folder, which is there only when all of it is.
///
/// Until then the files lie in a folder beside it, which goes when the writer is dropped.
pub struct RestWriter {
    target: PathBuf,
    folder: TempDir,
    options: WriteOptions,
    renderer: Renderer,
    open: Option<Open>,
    /// How many objects each file, or row of pages, has so far.
    counts: FxHashMap<String, u64>,
    losses: BufWriter<File>,
    noted: Vec<Loss>,
    /// What was lost of users, labels and milestones, which stand in many objects.
    known: FxHashSet<(LossKind, String, String)>,
    object: Vec<u8>,
    summary: WriteSummary,
}

/// The file that is being written.
struct Open {
    stem: String,
    path: PathBuf,
    writer: BufWriter<File>,
    in_list: bool,
}

impl RestWriter {
    /// Begins an export into a folder that does not exist, or that is empty.
    pub fn create(folder: &Path, options: WriteOptions) -> Result<Self, Error> {
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
        let losses = File::create_new(folder.path().join(LOSSES)).map_err(named)?;
        Ok(Self {
            target,
            folder,
            options,
            renderer: Renderer::new(options.api_version),
            open: None,
            counts: FxHashMap::default(),
            losses: BufWriter::new(losses),
            noted: Vec::new(),
            known: FxHashSet::default(),
            object: Vec::new(),
            summary: WriteSummary {
                files: 1,
                ..WriteSummary::default()
            },
        })
    }

    /// Writes one record in one form into the file of that form.
    pub fn write<L: Lookup>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<L::Error>> {
        let kind = outgoing.record.kind();
        let stated = outgoing
            .stated
            .as_ref()
            .and_then(|(view, ..)| Form::from_view(*view));
        let Some(form) = stated.or_else(|| Form::of_kind(kind)) else {
            return Ok(());
        };
        self.object.clear();
        self.renderer
            .render(outgoing, lookup, &mut self.object, &mut self.noted)?;
        self.put(form, outgoing.parent_number)
            .map_err(WriteError::File)?;
        *self.summary.objects.entry(kind).or_default() += 1;
        self.note().map_err(WriteError::File)
    }

    /// Notes a loss that the caller found.
    pub fn loss(&mut self, loss: Loss) -> Result<(), Error> {
        self.noted.push(loss);
        self.note()
    }

    /// Ends the export; only now is all of it in its files.
    pub fn finish(mut self) -> Result<WriteSummary, Error> {
        self.close()?;
        let shown = self.target.to_string_lossy().into_owned();
        let named = |error: std::io::Error| unwritable(error).in_file(shown.clone());
        self.losses.flush().map_err(named)?;
        // An open file would keep its folder from being renamed on some systems.
        drop(self.losses);
        match fs::remove_dir(&self.target) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(named(error)),
            _ => {}
        }
        fs::rename(self.folder.path(), &self.target).map_err(named)?;
        // There is nothing left under its old name to be removed.
        let _ = self.folder.keep();
        Ok(self.summary)
    }

    fn put(&mut self, form: Form, parent: Option<u64>) -> Result<(), Error> {
        let stem = stem(form, parent);
        if self.open.as_ref().is_none_or(|open| open.stem != stem) {
            self.close()?;
        }
        let count = self.counts.get(&stem).copied().unwrap_or(0);
        let paged = self.options.pages && form != Form::Repository;
        let per_issue = stem.contains('/');
        if paged && !per_issue && count % PAGE == 0 {
            self.close()?;
        }
        if self.open.is_none() {
            self.begin(&stem, form, count, paged, per_issue)?;
        }
        if let Some(open) = &mut self.open {
            let begun = std::mem::replace(&mut open.in_list, true);
            let before: &[u8] = match (paged, begun) {
                (true, true) => b",\n",
                (true, false) => b"[\n",
                (false, _) => b"",
            };
            let after: &[u8] = if paged { b"" } else { b"\n" };
            for part in [before, &self.object, after] {
                open.writer
                    .write_all(part)
                    .map_err(|error| unwritable(error).in_file(open.path.to_string_lossy()))?;
            }
        }
        let file = match (stem.split_once('/'), form, paged) {
            (Some((folder, _)), ..) => format!("{folder}/"),
            (None, Form::Repository, _) => format!("{stem}.json"),
            (None, _, true) => format!("{stem}.*.json"),
            (None, _, false) => format!("{stem}.ndjson"),
        };
        *self.summary.objects_by_file.entry(file).or_default() += 1;
        self.counts.insert(stem, count + 1);
        Ok(())
    }

    fn begin(
        &mut self,
        stem: &str,
        form: Form,
        count: u64,
        paged: bool,
        per_issue: bool,
    ) -> Result<(), Error> {
        let name = match (form, paged, per_issue) {
            (Form::Repository, ..) => format!("{stem}.json"),
            (_, true, true) => format!("{stem}.json"),
            (_, true, false) => format!("{stem}.{}.json", count / PAGE + 1),
            (_, false, _) => format!("{stem}.ndjson"),
        };
        let path = self.folder.path().join(&name);
        let named = |error| unwritable(error).in_file(path.to_string_lossy());
        if per_issue && let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(named)?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(named)?;
        if count == 0 || (paged && !per_issue) {
            self.summary.files += 1;
        }
        let writer = BufWriter::with_capacity(if per_issue { 8 * 1024 } else { BUFFER }, file);
        let stem = stem.to_owned();
        self.open = Some(Open {
            stem,
            path,
            writer,
            in_list: false,
        });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let ending: &[u8] = match self.options.pages && open.stem != "repository" {
            true => b"\n]\n",
            false => b"",
        };
        let written = open
            .writer
            .write_all(ending)
            .and_then(|()| open.writer.flush());
        written.map_err(|error| unwritable(error).in_file(open.path.to_string_lossy()))
    }

    fn note(&mut self) -> Result<(), Error> {
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
            self.losses
                .write_all(&line)
                .map_err(|error| unwritable(error).in_file(LOSSES))?;
        }
        Ok(())
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

/// A new folder beside the one that it will become.
fn partial(target: &Path) -> std::io::Result<TempDir> {
    let missing = || std::io::Error::from(std::io::ErrorKind::InvalidInput);
    let name = target.file_name().ok_or_else(missing)?;
    let parent = match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
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

/// The name of the file of a form, without its end.
fn stem(form: Form, parent: Option<u64>) -> String {
    let issue = || parent.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string());
    let name = match form {
        Form::Repository => "repository",
        Form::User => "users",
        Form::Label => "labels",
        Form::Milestone => "milestones",
        Form::Issue => "issues",
        Form::Pull => "pulls",
        Form::Comment => "comments",
        Form::Event => "events",
        Form::IssueEvent => return format!("events/{}", issue()),
        Form::Timeline => return format!("timeline/{}", issue()),
        Form::Reaction if parent.is_some() => {
            return format!("reactions/{}", parent.unwrap_or_default());
        }
        Form::Reaction => "reactions",
        Form::Project => "projects",
        Form::Column => "columns",
        Form::Card => "cards",
    };
    name.to_owned()
}
