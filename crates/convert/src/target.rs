//! What is written, and how.

use std::path::{Path, PathBuf};

use backlot_core::{Error as StoreError, Snapshot};
use backlot_forge::output::WriteSummary;
use backlot_forge::{Error as ForgeError, WriteError};
use backlot_model::{Lookup, Loss, LossKind, Outgoing, Pass, RepositoryName};

use crate::error::Error;
use crate::forge::Forge;
use crate::outward::{Changes, Outward, Take};

/// What is written, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// GitHub's JSON.
    GitHub(GithubTarget),
    /// GitCode's JSON.
    GitCode(GitcodeTarget),
}

/// How GitHub's JSON is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GithubTarget {
    /// The layout; any that can be read back.
    pub layout: backlot_github::Layout,
    /// Pages of a hundred objects, in the layout `rest`.
    pub pages: bool,
    /// The version of the API for which every object is made complete; as it came without one.
    pub api_version: Option<backlot_github::ApiVersion>,
}

/// How GitCode's JSON is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitcodeTarget {
    /// The layout; one that can be read back.
    pub layout: backlot_gitcode::Layout,
    /// Pages of a hundred objects.
    pub pages: bool,
    /// The shape of what GitCode never stated.
    pub shape: backlot_gitcode::Shape,
    /// Whether what GitCode cannot hold goes into footers of texts.
    pub carry: bool,
    /// The day, such as `2030-12-31`, when milestones are due that say nothing of it.
    pub due_on: Option<String>,
    /// Whether labels keep names that GitCode refuses, in place of other ones.
    pub keep_labels: bool,
    /// What becomes of pull requests.
    pub pulls: Pulls,
}

/// What becomes of pull requests at a forge to which none can be sent without its branches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pulls {
    /// They go over as issues, under their numbers.
    #[default]
    AsIssues,
    /// They are left out with all that belongs to them, and their numbers stay free.
    LeaveOut,
}

impl Target {
    /// The forge that it is for.
    pub const fn forge(&self) -> Forge {
        match self {
            Self::GitHub(_) => Forge::GitHub,
            Self::GitCode(_) => Forge::GitCode,
        }
    }

    /// The name of the layout.
    pub const fn layout(&self) -> &'static str {
        match self {
            Self::GitHub(target) => target.layout.name(),
            Self::GitCode(target) => target.layout.name(),
        }
    }

    /// Refuses what cannot be read back.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let is_read = match self {
            Self::GitHub(target) => target.layout != backlot_github::Layout::Requests,
            Self::GitCode(target) => target.layout != backlot_gitcode::Layout::Requests,
        };
        match is_read {
            true => Ok(()),
            false => Err(Error::NotReadBack(self.forge(), self.layout())),
        }
    }

    /// Whether attachments have a place in it.
    pub(crate) fn takes_attachments(&self) -> bool {
        matches!(self, Self::GitHub(target) if target.layout == backlot_github::Layout::Migration)
    }

    /// Whether labels get names that the forge takes.
    pub(crate) const fn renames_labels(&self) -> bool {
        matches!(self, Self::GitCode(target) if !target.keep_labels)
    }

    /// Whether pull requests are left out.
    pub(crate) fn leaves_pulls_out(&self) -> bool {
        matches!(self, Self::GitCode(target) if target.pulls == Pulls::LeaveOut)
    }

    /// Writes a repository into a folder that is not there yet, and what the writer itself has to say of losses
    /// into a file.
    pub(crate) fn write(
        &self,
        job: &Job<'_>,
        done: &mut dyn FnMut(),
    ) -> Result<WriteSummary, Error> {
        match self {
            Self::GitHub(target) => {
                let options = backlot_github::WriteOptions {
                    layout: target.layout,
                    pages: target.pages,
                    api_version: target.api_version,
                    losses: Some(job.losses.clone()),
                    attachments: Some(job.attachments.to_owned()),
                    ..Default::default()
                };
                let writer = backlot_github::Writer::create(&job.folder, &options)?;
                job.write(writer, done)
            }
            Self::GitCode(target) => {
                let options = backlot_gitcode::WriteOptions {
                    layout: target.layout,
                    pages: target.pages,
                    shape: target.shape,
                    losses: Some(job.losses.clone()),
                    carry: target.carry,
                    due_on: target.due_on.clone(),
                    ..Default::default()
                };
                let writer = backlot_gitcode::Writer::create(&job.folder, &options)?;
                job.write(writer, done)
            }
        }
    }
}

/// What is to be written, and where.
pub(crate) struct Job<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) repository: &'a RepositoryName,
    pub(crate) changes: Changes<'a>,
    pub(crate) folder: PathBuf,
    pub(crate) losses: PathBuf,
    pub(crate) attachments: &'a Path,
}

impl Job<'_> {
    fn write<W: Writes>(&self, writer: W, done: &mut dyn FnMut()) -> Result<WriteSummary, Error> {
        let passes = writer.passes();
        let mut written = Written(writer);
        let mut outward = Outward::new(self.changes, self.repository);
        self.snapshot
            .export(self.repository, &passes, &mut |outgoing, lookup| {
                done();
                outward.put(outgoing, lookup, &mut written)
            })?;
        let Written(mut writer) = written;
        self.snapshot
            .left_out(self.repository, &passes, &mut |kind, name| {
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

/// A writer at work.
struct Written<W>(W);

impl<W: Writes> Take for Written<W> {
    fn take<L: Lookup<Error = StoreError>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), Error> {
        Ok(self.0.write(outgoing, lookup)?)
    }

    fn leave(&mut self, outgoing: &Outgoing, reason: &'static str) -> Result<(), Error> {
        Ok(self.0.loss(Loss {
            kind: LossKind::Dropped,
            record_kind: outgoing.record.kind(),
            record: String::new(),
            field: String::new(),
            reason: reason.to_owned(),
            value: None,
        })?)
    }
}

/// What the writers of all forges can.
trait Writes {
    fn passes(&self) -> Vec<Pass>;

    fn write<L: Lookup<Error = StoreError>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<(), WriteError<StoreError>>;

    fn loss(&mut self, loss: Loss) -> Result<(), ForgeError>;

    fn finish(self) -> Result<WriteSummary, ForgeError>;
}

macro_rules! writes {
    ($writer:ty) => {
        impl Writes for $writer {
            fn passes(&self) -> Vec<Pass> {
                <$writer>::passes(self)
            }

            fn write<L: Lookup<Error = StoreError>>(
                &mut self,
                outgoing: &Outgoing,
                lookup: &mut L,
            ) -> Result<(), WriteError<StoreError>> {
                <$writer>::write(self, outgoing, lookup)
            }

            fn loss(&mut self, loss: Loss) -> Result<(), ForgeError> {
                <$writer>::loss(self, loss)
            }

            fn finish(self) -> Result<WriteSummary, ForgeError> {
                <$writer>::finish(self)
            }
        }
    };
}

writes!(backlot_github::Writer);
writes!(backlot_gitcode::Writer);
