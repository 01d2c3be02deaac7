//! The forges: reading one, and the objects in which what it says is compared.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use backlot_forge::Batches;
use backlot_forge::input::Source;
use backlot_github::Attachments;
use backlot_model::{Lookup, Outgoing, Pass, RecordKind};

use crate::addresses::Way;
use crate::error::Error;

/// A forge whose JSON can be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Forge {
    /// GitHub.
    GitHub,
    /// GitCode.
    GitCode,
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
    pub const ALL: &'static [Self] = &[Self::GitHub, Self::GitCode];

    /// The name by which the command line knows the forge.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitCode => "gitcode",
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
                let options = backlot_github::ReadOptions::default();
                let mut reader = backlot_github::Reader::open(source, options)?;
                if gathered.is_some() {
                    reader = reader.without_attachments();
                }
                Ok(Input {
                    batches: reader.batches(),
                    attachments: gathered,
                })
            }
            Self::GitCode => {
                let options = backlot_gitcode::ReadOptions::default();
                let reader = backlot_gitcode::Reader::open(source, options)?;
                Ok(Input {
                    batches: reader.batches(),
                    attachments: None,
                })
            }
        }
    }

    /// What makes the objects in which this forge says everything.
    pub(crate) fn depiction(self) -> Depiction {
        match self {
            Self::GitHub => Depiction::GitHub(Box::default()),
            Self::GitCode => Depiction::GitCode(Box::default()),
        }
    }

    /// How addresses in texts go from this forge to another; none where they stay.
    pub(crate) fn addresses(self, to: Self, with_pulls: bool) -> Option<Way> {
        match (self, to) {
            (Self::GitHub, Self::GitCode) => Some(Way::ToGitcode { with_pulls }),
            (Self::GitCode, Self::GitHub) => Some(Way::ToGithub),
            _ => None,
        }
    }

    /// Whether this forge shows some issues to few, and the other one would show them to everybody.
    pub(crate) fn hides_from(self, other: Self) -> bool {
        self == Self::GitCode && other != self
    }

    /// Whether texts from this forge can have footers that were carried here from another.
    pub(crate) fn is_carrier(self, other: Self) -> bool {
        self == Self::GitCode && other != self
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

/// Makes the objects in which a forge says everything.
pub(crate) enum Depiction {
    GitHub(Box<backlot_github::Objects>),
    GitCode(Box<backlot_gitcode::Objects>),
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
            Self::GitHub(_) => backlot_github::Objects::passes(),
            Self::GitCode(_) => backlot_gitcode::Objects::passes(),
        }
    }

    /// Whether a login stands for nobody: for people who are gone, and where nobody is known.
    pub(crate) fn is_nobody(&self, login: &str) -> bool {
        login.eq_ignore_ascii_case("ghost")
    }

    /// The object of a record; none where the forge has none of it.
    pub(crate) fn object<L: Lookup<Error = backlot_core::Error>>(
        &mut self,
        outgoing: &Outgoing,
        lookup: &mut L,
    ) -> Result<Option<Depicted>, Error> {
        let (kind, form, (name, text)) = match self {
            Self::GitHub(objects) => {
                let Some(object) = objects.object(outgoing, lookup)? else {
                    return Ok(None);
                };
                (object.kind(), object.form(), object.into_parts())
            }
            Self::GitCode(objects) => {
                let Some(object) = objects.object(outgoing, lookup)? else {
                    return Ok(None);
                };
                (object.kind(), object.form(), object.into_parts())
            }
        };
        Ok(Some(Depicted {
            name,
            text,
            kind,
            form,
        }))
    }
}
