use std::fmt;

use crate::Error;

/// Why an object could not be written.
#[derive(Debug)]
pub enum WriteError<E> {
    /// The store refused.
    Lookup(E),
    /// A file could not be written.
    File(Error),
    /// The bytes that the forge's crate gave the store do not come back as they were, or a later version
    /// wrote them.
    Damaged,
}

impl<E: fmt::Display> fmt::Display for WriteError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lookup(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Damaged => f.write_str(
                "what was kept of a forge's object is damaged, or a later version wrote it",
            ),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for WriteError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lookup(error) => Some(error),
            Self::File(error) => Some(error),
            Self::Damaged => None,
        }
    }
}
