//! What went wrong with a table, and where.

use std::fmt;

use backlot_model::Place;

/// Why a table cannot be read or written, and where.
///
/// What is odd in single cells is no error: it is reported beside the records.
pub struct Error {
    kind: ErrorKind,
    place: Place,
    message: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The sort of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused to read or write.
    Io,
    /// The text is not UTF-8.
    NotUtf8,
    /// A cell or a row is above its limit.
    TooLarge,
    /// The table has no head, or none of its columns is one that issues need.
    Head,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, place: Place, message: impl Into<String>) -> Self {
        Self {
            kind,
            place,
            message: message.into(),
            cause: None,
        }
    }

    pub(crate) fn io(error: std::io::Error, file: &str) -> Self {
        let place = Place {
            file: file.into(),
            ..Place::default()
        };
        let mut told = Self::new(ErrorKind::Io, place, "cannot be read or written");
        told.cause = Some(Box::new(error));
        told
    }

    /// The sort of the error.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where it went wrong, as far as that is known.
    pub const fn place(&self) -> &Place {
        &self.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.file.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({self})", self.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
