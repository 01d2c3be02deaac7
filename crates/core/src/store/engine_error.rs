//! What the engine's errors mean for a store.

use crate::error::{Error, ErrorKind};

macro_rules! from_engine {
    ($($error:ty),+) => {
        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                redb::Error::from(error).into()
            }
        })+
    };
}

from_engine!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    redb::DatabaseError,
    redb::SetDurabilityError,
    redb::CompactionError
);

impl From<redb::Error> for Error {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => error.into(),
            redb::Error::DatabaseAlreadyOpen => Self::new(
                ErrorKind::InUse,
                "",
                "another process, or this one, has the store open",
            )
            .caused_by(error),
            redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::TableDoesNotExist(_)
            | redb::Error::TableTypeMismatch { .. } => Self::new(
                ErrorKind::Corrupt,
                "",
                format_args!("the store is damaged: {error}"),
            )
            .caused_by(error),
            other => Self::new(ErrorKind::Io, "", other.to_string()).caused_by(other),
        }
    }
}
