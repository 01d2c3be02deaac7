//! What the user is told when a command fails, and the code that the program then ends with.

mod convert;

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Write};

use crate::exit::Exit;
use crate::output::text;

/// What the functions of this program return.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// A command that failed: what happened, because of what, and what the user can do about it.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    /// Things that stand in the way, one to a line.
    items: Vec<String>,
    hints: Vec<String>,
    is_damage: bool,
}

/// Whose fault it is, which decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something failed that should not have.
    Unexpected,
    /// The command line makes no sense.
    Usage,
    /// The input could not be read or understood.
    BadInput,
    /// There is no usable store.
    Store,
    /// Another process uses the store.
    InUse,
    /// There is no such record.
    UnknownRecord,
    /// What was to be written breaks a rule.
    Rule,
    /// Nobody reads the output any more, which is no failure.
    BrokenPipe,
}

impl Kind {
    const fn exit(self) -> Exit {
        match self {
            Self::Unexpected => Exit::FAILED,
            Self::Usage => Exit::USAGE,
            Self::BadInput => Exit::BAD_INPUT,
            Self::Store => Exit::NO_STORE,
            Self::InUse => Exit::IN_USE,
            Self::UnknownRecord => Exit::NO_RECORD,
            Self::Rule => Exit::RULE_BROKEN,
            Self::BrokenPipe => Exit::DONE,
        }
    }
}

impl Error {
    /// What went wrong.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            items: Vec::new(),
            hints: Vec::new(),
            is_damage: false,
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The same error with what led to it.
    pub(crate) fn caused_by(mut self, cause: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(cause);
        while let Some(cause) = next {
            let shown = cause.to_string();
            // Some errors say all that their cause says; once is enough.
            let is_said = |said: &String| said.to_lowercase().contains(&shown.to_lowercase());
            if !is_said(&self.message) && !self.causes.iter().any(is_said) {
                self.causes.push(shown);
            }
            next = cause.source();
        }
        self
    }

    /// The same error, told about one of several things.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The same error with something that the user can do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with one more thing that stands in the way.
    pub(crate) fn item(mut self, item: impl Into<String>) -> Self {
        self.items.push(item.into());
        self
    }

    /// The same error with another hint, if it is that a store is damaged.
    pub(crate) fn if_damaged(mut self, hint: &str) -> Self {
        if self.is_damage {
            self.hints = vec![hint.to_owned()];
        }
        self
    }

    pub(crate) const fn exit(&self) -> Exit {
        self.kind.exit()
    }

    /// Tells the user, on standard error as a rule.
    pub(crate) fn print(&self, to: &mut dyn Write, colour: bool) -> io::Result<()> {
        if self.kind == Kind::BrokenPipe {
            return Ok(());
        }
        let (error, hint, end) = match colour {
            true => ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m"),
            false => ("", "", ""),
        };
        writeln!(to, "{error}error{end}: {}", text::line(&self.message))?;
        for cause in &self.causes {
            writeln!(to, "  cause: {}", text::line(cause))?;
        }
        for item in &self.items {
            writeln!(to, "  {}", text::line(item))?;
        }
        for said in &self.hints {
            writeln!(to, "{hint}hint{end}: {}", text::line(said))?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(error: &Error) -> String {
        let mut out = Vec::new();
        error.print(&mut out, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn says_what_why_and_what_to_do() {
        let cause = io::Error::other("disk\u{1b}[2J");
        let error = Error::new(Kind::Unexpected, "no\nluck")
            .caused_by(&cause)
            .hint("try again");
        assert_eq!(
            printed(&error),
            "error: no\\nluck\n  cause: disk\\u{1b}[2J\nhint: try again\n"
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let error = Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((error.exit(), printed(&error).as_str()), (Exit::DONE, ""));
    }
}
