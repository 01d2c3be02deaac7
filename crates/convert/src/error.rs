//! Why a conversion ended without a result.

use std::fmt;
use std::io;

use backlot_core::ImportError;
use backlot_forge::WriteError;

use crate::forge::Forge;

/// Why a conversion ended without a result. Nothing is left of it then.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The source could not be read, or the target not be written.
    Forge(backlot_forge::Error),
    /// One of the stores that it works with failed.
    Store(backlot_core::Error),
    /// What it works with could not be written or read.
    Scratch(io::Error),
    /// The source names no repository.
    NoRepository,
    /// The source has no repository of this name; those that it has.
    UnknownRepository(String, Vec<String>),
    /// Nothing can read back what is written in this layout, so that nobody could say what it loses.
    NotReadBack(Forge, &'static str),
    /// The names that a mapping gives cannot be.
    Mapping(backlot_model::InvalidMapping),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forge(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Mapping(error) => error.fmt(f),
            Self::Scratch(_) => f.write_str("cannot write what the conversion works with"),
            Self::NoRepository => f.write_str("the input names no repository"),
            Self::UnknownRepository(name, _) => write!(f, "the input has no repository {name}"),
            Self::NotReadBack(_, layout) => write!(
                f,
                "the layout {layout} cannot be read back, so what it loses could not be measured"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Forge(error) => error.source(),
            Self::Store(error) => error.source(),
            Self::Scratch(error) => Some(error),
            Self::Mapping(error) => error.source(),
            Self::NoRepository | Self::UnknownRepository(..) | Self::NotReadBack(..) => None,
        }
    }
}

impl From<backlot_forge::Error> for Error {
    fn from(error: backlot_forge::Error) -> Self {
        Self::Forge(error)
    }
}

impl From<backlot_core::Error> for Error {
    fn from(error: backlot_core::Error) -> Self {
        Self::Store(error)
    }
}

impl From<backlot_model::InvalidMapping> for Error {
    fn from(error: backlot_model::InvalidMapping) -> Self {
        Self::Mapping(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Scratch(error)
    }
}

impl From<ImportError<Error>> for Error {
    fn from(error: ImportError<Self>) -> Self {
        match error {
            ImportError::Store(error) => Self::Store(error),
            ImportError::Input(error) => error,
        }
    }
}

impl From<WriteError<backlot_core::Error>> for Error {
    fn from(error: WriteError<backlot_core::Error>) -> Self {
        match error {
            WriteError::Lookup(error) => Self::Store(error),
            WriteError::File(error) => Self::Forge(error),
            WriteError::Damaged => {
                let message = "what was kept of an object of the input does not come back";
                Self::Forge(backlot_forge::Error::new(
                    backlot_forge::ErrorKind::Invalid,
                    message,
                ))
            }
        }
    }
}
