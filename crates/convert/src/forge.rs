//! The forges: reading one, writing one, and the objects in which what it says is compared.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use backlot_core::Snapshot;
use backlot_forge::Batches;
use backlot_forge::input::Source;
use backlot_forge::output::WriteSummary;
use backlot_github::{
    ApiVersion, Attachments, Layout, Objects, ReadOptions, Reader, WriteOptions, Writer,
};
use backlot_model::{
    Lookup, Loss, LossKind, Mapper, Mapping, Outgoing, Pass, RecordKind, RepositoryName,
};

use crate::error::Error;

/// A forge whose JSON can be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Forge {
    /// GitHub.
    GitHub,
}

/// A text that names no forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownForge;

impl fmt::Display for UnknownForge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no forge is called so")
    }
}

impl std::error::Error for UnknownForge {}

impl Forge {
    /// Every forge.
    pub const ALL: &'static [Self] = &[Self::GitHub];

    /// The name by which the command line knows the forge.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
        }
    }

    /// Begins to read. Attachments go into a folder where one is given, and are reported as not kept else.
    pub(crate) fn read(
        self,
        mut source: Source,
        attachments: Option<&Path>,
    ) -> Result<Input, Error> {
        match self {
            Self::GitHub => {
                let gathered = match attachments {
                    Some(folder) => Attachments::gather(&mut source, folder)?,
                    None => None,
                };
                let mut reader = Reader::open(source, ReadOptions::default())?;
                if gathered.is_some() {
                    reader = reader.without_attachments();
                }
                Ok(Input {
                    batches: reader.batches(),
                    attachments: gathered,
                })
            }
        }
    }

    /// What makes the objects in which this forge says everything.
    pub(crate) fn depiction(self) -> Depiction {
        match self {
            Self::GitHub => Depiction::GitHub(Box::default()),
        }
    }
}

impl FromStr for Forge {
    type Err = UnknownForge;

    fn from_str(text: &str) -> Result<Self, UnknownForge> {
        let named = Self::ALL.iter().find(|forge| forge.name() == text);
        named.copied().ok_or(UnknownForge)
    }
}

impl fmt::Display for Forge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An input that is being read.
pub(crate) struct Input {
    pub(crate) batches: Batches,
    /// Its attachments, which are kept when all else is in a store.
    pub(crate) attachments: Option<Attachments>,
}

/// What is written, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// GitHub's JSON.
    GitHub(GithubTarget),
}

/// How GitHub's JSON is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GithubTarget {
    /// The layout; any that can be read back.
    pub layout: Layout,
    /// Pages of a hundred objects, in the layout `rest`.
    pub pages: bool,
    /// The version of the API for which every object is made complete; as it came without one.
    pub api_version: Option<ApiVersion>,
}

impl Target {
    /// The forge that it is for.
    pub const fn forge(&self) -> Forge {
        match self {
            Self::GitHub(_) => Forge::GitHub,
        }
    }

    /// The name of the layout.
    pub const fn layout(&self) -> &'static str {
        match self {
            Self::GitHub(target) => target.layout.name(),
        }
    }

    /// Refuses what cannot be read back.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self {
            Self::GitHub(target) if target.layout == Layout::Requests => {
                Err(Error::NotReadBack(target.layout.name()))
            }
            Self::GitHub(_) => Ok(()),
        }
    }

    /// Whether attachments have a place in it.
    pub(crate) fn takes_attachments(&self) -> bool {
        matches!(self, Self::GitHub(target) if target.layout == Layout::Migration)
    }

    /// Writes a repository into a folder that is not there yet, and what the writer itself has to say of losses
    /// into a file.
    pub(crate) fn write(
        &self,
        job: &Job<'_>,
        done: &mut dyn FnMut(),
    ) -> Result<WriteSummary, Error> {
        let Self::GitHub(target) = self;
        let options = WriteOptions {
            layout: target.layout,
            pages: target.pages,
            api_version: target.api_version,
            losses: Some(job.losses.clone()),
            attachments: Some(job.attachments.to_owned()),
            ..WriteOptions::default()
        };
        let mut writer = Writer::create(&job.folder, &options)?;
        let passes = writer.passes();
        let mut mapper = job.mapper();
        job.snapshot
            .export(job.repository, &passes, &mut |outgoing, lookup| {
                done();
                match &mut mapper {
                    Some(mapper) => {
                        if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
                            writer.write(&mapped, &mut mapper.lookup(lookup))?;
                        }
                        mapper.take_losses();
                    }
                    None => writer.write(outgoing, lookup)?,
                }
                Ok::<(), Error>(())
            })?;
        job.snapshot
            .left_out(job.repository, &passes, &mut |kind, name| {
                writer.loss(Loss {
                    kind: LossKind::Dropped,
                    record_kind: kind,
                    record: name.to_owned(),
                    field: String::new(),
                    reason: "the layout has no file for it".to_owned(),
                    value: None,
                })?;
                Ok::<(), Error>(())
            })?;
        Ok(writer.finish()?)
    }
}

/// What is to be written, and where.
pub(crate) struct Job<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) repository: &'a RepositoryName,
    pub(crate) mapping: Option<&'a Mapping>,
    pub(crate) folder: PathBuf,
    pub(crate) losses: PathBuf,
    pub(crate) attachments: &'a Path,
}

impl<'a> Job<'a> {
    fn mapper(&self) -> Option<Mapper<'a>> {
        let repository = Some(self.repository.clone());
        self.mapping.map(|mapping| Mapper::new(mapping, repository))
    }
}

/// Makes the objects in which a forge says everything.
pub(crate) enum Depiction {
    GitHub(Box<Objects>),
}

/// An object of a record, as its forge gives it.
pub(crate) struct Depicted {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) kind: RecordKind,
    pub(crate) form: u8,
}

impl Depiction {
    /// The passes in which the forge says everything.
    pub(crate) fn passes(&self) -> Vec<Pass> {
        match self {
            Self::GitHub(_) => Objects::passes(),
        }
    }

    /// Whether a login stands for nobody: for people who are gone, and where nobody is known.
    pub(crate) fn is_nobody(&self, login: &str) -> bool {
        match self {
            Self::GitHub(_) => login.eq_ignore_ascii_case("ghost"),
        }
    }

    /// The object of a record; none where the forge has none of it.
    pub(crate) fn object<L: Lookup<Error = backlot_core::Error>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Option<Depicted>, Error> {
        match self {
            Self::GitHub(objects) => {
                let object = objects.object(outgoing, lookup)?;
                Ok(object.map(|object| {
                    let (kind, form) = (object.kind(), object.form());
                    let (name, text) = object.into_parts();
                    Depicted {
                        name,
                        text,
                        kind,
                        form,
                    }
                }))
            }
        }
    }
}
