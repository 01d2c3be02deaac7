//! What can go wrong with a store, and where.

use std::error::Error as StdError;
use std::fmt;
use std::path::{Path, PathBuf};

use backlot_model::{InvalidField, QueryError};

use crate::undo::Obstacle;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such store file.
    NotFound,
    /// A file is already where a store was to be created.
    AlreadyExists,
    /// The file is something else than a store.
    NotAStore,
    /// The store was written by a later version, in a format that this one cannot read.
    NewerFormat,
    /// Another process has the store open.
    InUse,
    /// This process is writing to the store already.
    Busy,
    /// An edit of the transaction failed halfway; only another transaction can go on.
    Poisoned,
    /// The store was opened for reading only.
    ReadOnly,
    /// The store's file is damaged.
    Corrupt,
    /// The disk is full.
    DiskFull,
    /// Reading or writing the file failed otherwise.
    Io,
    /// There is no such repository, issue or other record.
    UnknownRecord,
    /// The record was deleted; only its tombstone is left.
    Gone,
    /// The issue went to another repository; [`Error::moved_to`] says where.
    Moved,
    /// The repository is archived: it can only be read.
    Archived,
    /// Issues or projects are switched off in the repository.
    Disabled,
    /// What is to be undone cannot be, because later commits stand on it; [`Error::obstacles`] lists them.
    StandsInTheWay,
    /// Something of this name exists already.
    Exists,
    /// New input breaks a rule.
    Invalid,
    /// A forge's object stands against what is known of the forge, such as a second identity for one
    /// number.
    Contradiction,
}

/// What went wrong, with the file or record it went wrong with, and the cause.
///
/// ```
/// use backlot_core::{ErrorKind, Store};
///
/// let error = Store::open("no/such/file.backlot").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// assert!(error.to_string().starts_with("no/such/file.backlot: "));
/// ```
pub struct Error(Box<Repr>);

struct Repr {
    kind: ErrorKind,
    subject: String,
    detail: String,
    path: Option<PathBuf>,
    field: Option<InvalidField>,
    moved_to: Option<(String, u64)>,
    obstacles: (Vec<Obstacle>, u64),
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        subject: impl fmt::Display,
        detail: impl fmt::Display,
    ) -> Self {
        Self(Box::new(Repr {
            kind,
            subject: subject.to_string(),
            detail: detail.to_string(),
            path: None,
            field: None,
            moved_to: None,
            obstacles: (Vec::new(), 0),
            source: None,
        }))
    }

    pub(crate) fn file(kind: ErrorKind, path: &Path, detail: impl fmt::Display) -> Self {
        let mut error = Self::new(kind, path.display(), detail);
        error.0.path = Some(path.to_owned());
        error
    }

    pub(crate) fn unknown(what: &str, name: impl fmt::Display) -> Self {
        Self::new(
            ErrorKind::UnknownRecord,
            format_args!("{what} {name}"),
            "no such record",
        )
    }

    pub(crate) fn gone(what: &str, name: impl fmt::Display) -> Self {
        let subject = format!("{what} {name}");
        Self::new(
            ErrorKind::Gone,
            subject,
            format_args!("this {what} is gone"),
        )
    }

    pub(crate) fn moved(issue: impl fmt::Display, repository: String, number: u64) -> Self {
        let subject = format!("issue {issue}");
        let detail = format!("this issue is {repository}#{number} now");
        let mut error = Self::new(ErrorKind::Moved, subject, detail);
        error.0.moved_to = Some((repository, number));
        error
    }

    pub(crate) fn with_obstacles(mut self, listed: Vec<Obstacle>, total: u64) -> Self {
        self.0.obstacles = (listed, total);
        self
    }

    pub(crate) fn corrupt(subject: &str, detail: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Corrupt, subject, detail)
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, told about the store's file where it does not name one yet.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        if self.0.path.is_none() && self.0.subject.is_empty() {
            self.0.subject = path.display().to_string();
            self.0.path = Some(path.to_owned());
        }
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The file it went wrong with, if it was a file.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The repository and the number of an issue that went there.
    pub fn moved_to(&self) -> Option<(&str, u64)> {
        let (repository, number) = self.0.moved_to.as_ref()?;
        Some((repository, *number))
    }

    /// What stands in the way of an undo, the first hundred of it.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.0.obstacles.0
    }

    /// How many things stand in the way of an undo.
    pub fn obstacle_count(&self) -> u64 {
        self.0.obstacles.1
    }

    /// The field of new input that breaks a rule, if that is what went wrong.
    pub fn invalid_field(&self) -> Option<&InvalidField> {
        self.0.field.as_ref()
    }

    /// What is wrong with a search and where in its text, if that is what went wrong.
    pub fn query_error(&self) -> Option<&QueryError> {
        self.0.source.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.subject.is_empty() {
            write!(f, "{}: ", self.0.subject.escape_debug())?;
        }
        f.write_str(&self.0.detail)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("subject", &self.0.subject)
            .field("detail", &self.0.detail)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<InvalidField> for Error {
    fn from(field: InvalidField) -> Self {
        let mut error = Self::new(ErrorKind::Invalid, "", &field);
        error.0.field = Some(field);
        error
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        Self::new(ErrorKind::Invalid, "", &error).caused_by(error)
    }
}

impl From<crate::codec::Malformed> for Error {
    fn from(malformed: crate::codec::Malformed) -> Self {
        Self::corrupt("", format_args!("the store is damaged ({malformed})")).caused_by(malformed)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let (kind, detail) = match error.kind() {
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge => (
                ErrorKind::DiskFull,
                "the disk is full; nothing of this commit was kept".to_owned(),
            ),
            std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "no such file".to_owned()),
            _ => (ErrorKind::Io, error.to_string()),
        };
        Self::new(kind, "", detail).caused_by(error)
    }
}

/// What the functions of this crate return. Whatever reads or writes a store can fail with `Corrupt` and `Io`,
/// and whatever writes with `DiskFull` and, when the store was opened so, `ReadOnly`; "Errors" in the
/// documentation of a function lists the other kinds.
pub type Result<T> = std::result::Result<T, Error>;
