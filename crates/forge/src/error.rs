use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong while reading or writing a forge's data, and where.
///
/// It is one word wide, so that a `Result` stays small. Its message is a lowercase fragment,
/// preceded by as much of the place as is known:
///
/// ```text
/// issues.ndjson:17: $.user.login: expected a string, found a number
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    place: Place,
    message: Cow<'static, str>,
    cause: Option<Cause>,
}

/// The sort of an [`Error`], for a caller that acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system refused to read or write.
    Io,
    /// A file or folder does not exist.
    NotFound,
    /// There is nothing to read where something was needed.
    Empty,
    /// The text is not JSON, or ends too early.
    Syntax,
    /// The text is not UTF-8.
    NotUtf8,
    /// A value, a name or a number of things is above its limit.
    TooLarge,
    /// A value is nested above its limit.
    TooDeep,
    /// A value is of another type than its place asks for.
    WrongType,
    /// An object lacks a key that it cannot do without.
    MissingKey,
    /// An archive holds a member that would escape from it, or that is no plain file.
    Archive,
    /// An archive or a compressed stream is damaged, cut off, or of an unsupported format.
    Compression,
    /// Decompression gives more than its limit.
    Bomb,
    /// The files are in no layout that is known here.
    UnknownLayout,
    /// Two things share what must belong to one.
    Duplicate,
    /// A value is of the right type and cannot be what its place asks for.
    Invalid,
}

/// Where in the input something is; what is not known is empty or zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file as it can be shown, or `archive!member`; empty if unknown.
    pub file: String,
    /// The line, from 1; 0 if unknown.
    pub line: u64,
    /// The offset in bytes from the start of the decompressed file.
    pub offset: u64,
    /// The JSON path, such as `$[3].user.login`; empty if unknown.
    pub path: String,
}

impl Error {
    /// An error of a kind, at a place that is still unknown.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self(Box::new(Inner {
            kind,
            place: Place::default(),
            message,
            cause: None,
        }))
    }

    /// The same error with what is unknown of its place taken from `place`.
    ///
    /// A path that the error already has is taken as one inside `place.path`.
    #[must_use]
    pub fn at(mut self, place: &Place) -> Self {
        let known = &mut self.0.place;
        if known.file.is_empty() {
            known.file.clone_from(&place.file);
        }
        if known.file == place.file && known.line == 0 && known.offset == 0 {
            known.line = place.line;
            known.offset = place.offset;
        }
        if known.path.is_empty() {
            known.path.clone_from(&place.path);
        } else if let Some(inner) = known.path.strip_prefix('$')
            && !place.path.is_empty()
        {
            known.path = format!("{}{inner}", place.path);
        }
        self
    }

    /// The same error with a file, if it has none yet.
    #[must_use]
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        if self.0.place.file.is_empty() {
            self.0.place.file = file.into();
        }
        self
    }

    /// The same error with a JSON path, which begins with `$`.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.0.place.path = path.into();
        self
    }

    /// The same error with the error that led to it.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Cause>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The sort of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it went wrong, as far as that is known.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What went wrong, without the place; control characters are as they came.
    pub fn message(&self) -> &str {
        &self.0.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.place != Place::default() {
            let shown = self.0.place.to_string();
            f.write_str(&shown)?;
            if !shown.is_empty() {
                f.write_str(": ")?;
            }
        }
        escaped(f, &self.0.message)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escaped(f, &self.file)?;
        match (self.file.is_empty(), self.line) {
            (_, 0) => {}
            (true, line) => write!(f, "line {line}")?,
            (false, line) => write!(f, ":{line}")?,
        }
        if self.path.is_empty() {
            return Ok(());
        }
        if !self.file.is_empty() || self.line != 0 {
            f.write_str(": ")?;
        }
        escaped(f, &self.path)
    }
}

/// Names and messages may quote hostile input, which must not reach a terminal as commands or
/// turn the order of the text around.
fn escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => write!(f, "{}", c.escape_unicode())?,
            c if c.is_control() => write!(f, "{}", c.escape_default())?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("place", &self.0.place)
            .field("message", &self.0.message)
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_deref().map(|cause| cause as _)
    }
}

/// An [`Error`] that went through `Read` as an `io::Error` comes out as it went in.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        error
            .downcast::<Error>()
            .unwrap_or_else(|error| match error.kind() {
                io::ErrorKind::NotFound => {
                    Error::new(ErrorKind::NotFound, "no such file or folder")
                }
                _ => Error::new(ErrorKind::Io, "cannot be read").caused_by(error),
            })
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            file: "issues.ndjson".into(),
            line: 17,
            offset: 900,
            path: "$".into(),
        }
    }

    #[test]
    fn is_one_word() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn shows_what_it_knows() {
        let error = || Error::new(ErrorKind::WrongType, "expected a string, found a number");
        let shown = |error: Error| error.to_string();
        assert_eq!(shown(error()), "expected a string, found a number");
        assert_eq!(
            shown(error().with_path("$.user.login").at(&place())),
            "issues.ndjson:17: $.user.login: expected a string, found a number"
        );
        assert_eq!(
            shown(error().in_file("a")),
            "a: expected a string, found a number"
        );
        assert_eq!(
            shown(error().with_path("$")),
            "$: expected a string, found a number"
        );
        let line = Place {
            line: 3,
            ..Place::default()
        };
        assert_eq!(
            shown(error().at(&line)),
            "line 3: expected a string, found a number"
        );
        let offset = Place {
            offset: 3,
            ..Place::default()
        };
        assert_eq!(
            shown(error().at(&offset)),
            "expected a string, found a number"
        );
    }

    #[test]
    fn keeps_the_place_it_has() {
        let error = Error::new(ErrorKind::Io, "x").in_file("inner").at(&place());
        assert_eq!(
            (error.place().file.as_str(), error.place().line),
            ("inner", 0)
        );
        let list = Place {
            path: "$[3]".into(),
            ..place()
        };
        let error = Error::new(ErrorKind::Io, "x").with_path("$.user").at(&list);
        assert_eq!(error.place().path, "$[3].user");
    }

    #[test]
    fn escapes_what_could_command_a_terminal() {
        let error = Error::new(ErrorKind::Invalid, "found \"\u{7}\u{202e}\"")
            .with_path("$.\u{9b}x")
            .in_file("a\u{1b}[31m\nb\u{fc}.json");
        assert_eq!(
            error.to_string(),
            "a\\u{1b}[31m\\nb\u{fc}.json: $.\\u{9b}x: found \"\\u{7}\\u{202e}\""
        );
    }

    #[test]
    fn passes_through_a_reader() {
        let error = Error::new(ErrorKind::Bomb, "too much").in_file("a");
        let back = Error::from(io::Error::from(error));
        assert_eq!(
            (back.kind(), back.place().file.as_str()),
            (ErrorKind::Bomb, "a")
        );
        let io = Error::from(io::Error::other("disk"));
        assert_eq!(io.kind(), ErrorKind::Io);
        assert_eq!(std::error::Error::source(&io).unwrap().to_string(), "disk");
        assert_eq!(
            Error::from(io::Error::from(io::ErrorKind::NotFound)).kind(),
            ErrorKind::NotFound
        );
    }
}
