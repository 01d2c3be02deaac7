//! A conversion from its input to its report.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use backlot_core::{
    ImportOptions, ImportReport, RestoreOptions, RestoreReport, SeededEnvironment, Snapshot, Store,
    StoreOptions,
};
use backlot_forge::input::{Limits, Source};
use backlot_forge::output::{LossGroup, Output, WriteSummary, partial};
use backlot_forge::{Error as ForgeError, ErrorKind};
use backlot_model::{
    Actor, Digest, Loss, LossKind, Mapping, RecordKind, RepositoryName, Timestamp,
};

use crate::addresses::Way;
use crate::confidential::Confidential;
use crate::error::Error;
use crate::forge::Forge;
use crate::labels::{Fitting, with_fitting_labels};
use crate::measure::{Fate, LeftOut, Measure};
use crate::outward::Changes;
use crate::reasons::Reasons;
use crate::repository::{Named, choose};
use crate::target::{Job, Target};

/// The report of losses, in the folder that is written.
const LOSSES: &str = "losses.ndjson";
/// The mapping that was applied, in the folder that is written.
const MAPPING: &str = "mapping.toml";

/// A conversion of one forge's JSON into another's.
#[derive(Clone, Debug)]
pub struct Conversion {
    from: Forge,
    to: Target,
    repository: Option<RepositoryName>,
    mapping: Option<Mapping>,
    restores: bool,
    confidential: bool,
    mapping_text: Option<fn(&Mapping) -> String>,
}

/// What a conversion is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading the input into a store of its own.
    Reading,
    /// Writing the target.
    Writing,
    /// Reading back what was written.
    ReadingBack,
    /// Comparing what comes back with what there was.
    Measuring,
    /// One more object of the stage is done.
    Object,
}

/// What a conversion did, and what was lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The repository that was converted.
    pub repository: RepositoryName,
    /// Other repositories of the input with something in them, which were not.
    pub left: Vec<String>,
    /// What was read.
    pub read: ImportReport,
    /// What was carried and came back, where the source is a forge at which texts can carry.
    pub restored: Option<RestoreReport>,
    /// The mapping that was applied, if there was something to map.
    pub mapping: Option<Mapping>,
    /// The old and new names of labels whose old ones the target refuses.
    pub labels: Vec<(String, String)>,
    /// The numbers of the issues that only few may see, where the target would show them to everybody.
    pub confidential: Vec<u64>,
    /// What was written.
    pub written: WriteSummary,
    /// How many losses of each kind there are.
    pub losses: BTreeMap<LossKind, u64>,
    /// How often each field of each kind of record was lost in each way, and why.
    pub losses_by_field: BTreeMap<LossGroup, u64>,
    /// How many records of each kind go over whole.
    pub fates: BTreeMap<RecordKind, Fate>,
}

impl Conversion {
    /// A conversion with nothing renamed, of the repository that most of the input is about.
    pub const fn new(from: Forge, to: Target) -> Self {
        Self {
            from,
            to,
            repository: None,
            mapping: None,
            restores: true,
            confidential: false,
            mapping_text: None,
        }
    }

    /// Converts this repository of the input.
    #[must_use]
    pub fn repository(mut self, name: RepositoryName) -> Self {
        self.repository = Some(name);
        self
    }

    /// Gives users, labels, milestones and references other names.
    #[must_use]
    pub fn mapping(mut self, mapping: Mapping) -> Self {
        self.mapping = Some(mapping);
        self
    }

    /// Whether what footers of texts carry comes back, where the source is a forge at which texts have such: it
    /// does, if nobody says otherwise.
    #[must_use]
    pub const fn restores(mut self, restores: bool) -> Self {
        self.restores = restores;
        self
    }

    /// Whether issues that only few may see go over to a forge that would show them to everybody: they are left out,
    /// if nobody says otherwise.
    #[must_use]
    pub const fn confidential(mut self, included: bool) -> Self {
        self.confidential = included;
        self
    }

    /// Puts the mapping that was applied into the folder as `mapping.toml`, in this form, where the target is another
    /// forge and there was something to map.
    #[must_use]
    pub const fn mapping_text(mut self, text: fn(&Mapping) -> String) -> Self {
        self.mapping_text = Some(text);
        self
    }

    /// Converts. The folder is there only when all of it is; without one, the conversion is done and measured, and
    /// nothing is left of it. `progress` is told each stage, and each object of it.
    ///
    /// # Errors
    /// What the input, the files that are written or a store refuse.
    pub fn convert(
        &self,
        source: Source,
        out: Option<&Path>,
        progress: &mut (dyn FnMut(Stage) + Send),
    ) -> Result<Report, Error> {
        self.to.check()?;
        let target = out.map(free_folder).transpose()?;
        let scratch = match &target {
            Some(target) => partial(target)?,
            None => tempfile::tempdir()?,
        };
        let path = |name: &str| scratch.path().join(name);
        progress(Stage::Reading);
        let before = scratch_store(
            &path("before.backlot"),
            self.from.is_carrier(self.to.forge()),
        )?;
        let attachments = path("attachments");
        let (read, named) = self.read(source, &before, &attachments)?;
        let restored = match self.restores && self.from.is_carrier(self.to.forge()) {
            true => Some(restored(&before)?),
            false => None,
        };
        let snapshot = before.read()?;
        let asked = self.repository.as_ref();
        let (repository, left) = choose(asked, &named, &read.repositories, &snapshot)?;
        progress(Stage::Writing);
        let Fitting { mapping, renamed } = self.names(&snapshot, &repository)?;
        let confidential = match self.from.hides_from(self.to.forge()) {
            true => Confidential::find(self.from, &snapshot, &repository)?,
            false => Confidential::default(),
        };
        let without =
            Some(&confidential.records).filter(|all| !self.confidential && !all.is_empty());
        let without_pulls = self.to.leaves_pulls_out();
        let addresses = self.from.addresses(self.to.forge(), !without_pulls);
        let job = Job {
            snapshot: &snapshot,
            repository: &repository,
            changes: Changes {
                mapping: mapping.as_ref(),
                addresses,
                without_pulls,
                without,
            },
            folder: path("out"),
            losses: path("predicted.ndjson"),
            attachments: &attachments,
        };
        let mut written = self.to.write(&job, &mut || progress(Stage::Object))?;
        if let Some(mapping) = &mapping
            && let Some(text) = self.mapping_text.filter(|_| self.from != self.to.forge())
        {
            fs::write(job.folder.join(MAPPING), text(mapping))?;
            written.files += 1;
        }
        progress(Stage::ReadingBack);
        let after = scratch_store(
            &path("after.backlot"),
            self.to.forge().is_carrier(self.from),
        )?;
        self.read_back(&job.folder, &after, &repository)?;
        progress(Stage::Measuring);
        let mut report = Output::create(&path("report"), Some(&job.folder.join(LOSSES)))?;
        refused(&job.losses, &mut report)?;
        let back = mapping.as_ref().map(|mapping| mapping.inverse().mapping);
        let measure = Measure {
            forge: self.from,
            repository: &repository,
            before: &snapshot,
            after: &after.read()?,
            back: Changes {
                mapping: back.as_ref(),
                addresses: addresses.map(Way::back),
                without_pulls: false,
                without: None,
            },
            left_out: LeftOut {
                pulls: without_pulls,
                confidential: without.is_some(),
            },
            reasons: &Reasons::of(self.to.forge(), &written),
        };
        let fates = measure.run(&mut report, &mut || progress(Stage::Object))?;
        let losses = report.finish()?;
        written.files += 1;
        if let Some(target) = &target {
            put_into_place(&job.folder, target)?;
        }
        Ok(Report {
            left,
            read,
            restored,
            mapping,
            labels: renamed,
            confidential: confidential.numbers,
            written,
            losses: losses.losses,
            losses_by_field: losses.losses_by_field,
            fates,
            repository,
        })
    }

    /// Reads the input into a store.
    fn read(
        &self,
        source: Source,
        store: &Store,
        attachments: &Path,
    ) -> Result<(ImportReport, Named), Error> {
        let options = ImportOptions::new(self.from.name(), "the input of a conversion");
        let folder = self.to.takes_attachments().then_some(attachments);
        let input = self.from.read(source, folder)?;
        let mut named = Named::default();
        let batches = input.batches.map(|batch| {
            let batch = batch.map_err(Error::Forge)?;
            named.note(&batch);
            Ok(batch)
        });
        let report = store.import(&options, batches)?;
        if let Some(attachments) = input.attachments {
            attachments.keep()?;
        }
        Ok((report, named))
    }

    /// Reads what was written into another store, where it has the same name.
    fn read_back(
        &self,
        folder: &Path,
        store: &Store,
        repository: &RepositoryName,
    ) -> Result<(), Error> {
        let forge = self.to.forge();
        let options = ImportOptions::new(forge.name(), "the output of a conversion");
        let source = Source::open(folder, Limits::default())?;
        let input = match forge.read(source, None) {
            // Where nothing could be written there is nothing to read.
            Err(Error::Forge(error)) if error.kind() == ErrorKind::Empty => return Ok(()),
            input => input?,
        };
        let batches = input.batches.map(|batch| batch.map_err(Error::Forge));
        store.import(&options.repository(repository.clone()), batches)?;
        // So would the way back.
        if forge.is_carrier(self.from) {
            restored(store)?;
        }
        Ok(())
    }

    /// The mapping that is applied, and the labels that it renames because the target refuses their names.
    fn names(&self, snapshot: &Snapshot, repository: &RepositoryName) -> Result<Fitting, Error> {
        match self.to.renames_labels() && self.from != self.to.forge() {
            true => with_fitting_labels(self.mapping.as_ref(), snapshot, repository),
            false => Ok(Fitting {
                mapping: self.mapping.clone(),
                renamed: Vec::new(),
            }),
        }
    }
}

/// A store that is there for a conversion alone. Where a footer of a text can bring something back that has neither
/// id nor time, the same input gives the same ones.
fn scratch_store(path: &Path, is_restored: bool) -> Result<Store, Error> {
    if !is_restored {
        return Ok(Store::create(path)?);
    }
    let environment = SeededEnvironment::new(Timestamp::from_unix_milliseconds(0), 1);
    let options = StoreOptions::new().environment(environment);
    Ok(options.create(path)?)
}

/// Puts back what footers of texts carry.
fn restored(store: &Store) -> Result<RestoreReport, Error> {
    let options = RestoreOptions::new(Actor::login("backlot")).authorship(true);
    Ok(store.restore_carried(&options)?)
}

/// The folder that is to be written, if it can be.
fn free_folder(folder: &Path) -> Result<PathBuf, Error> {
    let named = |error: std::io::Error| {
        let shown = folder.to_string_lossy().into_owned();
        Error::Forge(ForgeError::from(error).in_file(shown))
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => fs::canonicalize(folder).map_err(named),
            Some(_) => {
                let message = "the folder is not empty; give a new or an empty one";
                let error = ForgeError::new(ErrorKind::Invalid, message);
                Err(Error::Forge(error.in_file(folder.to_string_lossy())))
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(folder.to_owned()),
        Err(error) => Err(named(error)),
    }
}

/// Puts a folder that is written into its place.
fn put_into_place(folder: &Path, target: &Path) -> Result<(), Error> {
    match fs::remove_dir(target) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    Ok(fs::rename(folder, target)?)
}

/// Takes over what the writer says that its forge will not take: it is in the files all the same, so that no way
/// back can tell.
fn refused(predicted: &Path, report: &mut Output) -> Result<(), Error> {
    for line in BufReader::new(File::open(predicted)?).lines() {
        let line = line?;
        let Ok(line) = serde_json::from_str::<serde_json::Value>(&line) else {
            continue;
        };
        let text = |key: &str| line.get(key).and_then(serde_json::Value::as_str);
        if text("kind") != Some(LossKind::Refused.name()) {
            continue;
        }
        let owned = |key: &str| text(key).unwrap_or_default().to_owned();
        let kinds = RecordKind::ALL.into_iter();
        let named = kinds
            .clone()
            .find(|kind| text("record_kind") == Some(kind.name()));
        report.noted.push(Loss {
            kind: LossKind::Refused,
            record_kind: named.unwrap_or(RecordKind::Issue),
            record: owned("record"),
            field: owned("field"),
            reason: owned("reason"),
            value: text("value").and_then(digest),
        });
        report.note()?;
    }
    Ok(())
}

/// A digest from its text.
fn digest(text: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(Digest::from_bytes(bytes))
}
