//! The codes with which the program ends. Scripts rely on them: a code keeps its meaning for ever.

use std::process::ExitCode;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(u8);

impl Exit {
    /// Done.
    pub(crate) const DONE: Self = Self(0);
    /// Something failed that should not have: a disk, a permission, a fault of the program.
    pub(crate) const FAILED: Self = Self(1);
    /// The command line makes no sense.
    pub(crate) const USAGE: Self = Self(2);
    /// The input could not be read or understood; nothing was written.
    pub(crate) const BAD_INPUT: Self = Self(3);
    /// The store is missing, is no store, is damaged, or is of a newer format.
    pub(crate) const NO_STORE: Self = Self(4);
    /// Another process uses the store.
    pub(crate) const IN_USE: Self = Self(5);
    /// There is no such repository, issue or other record, or it was deleted or moved.
    pub(crate) const NO_RECORD: Self = Self(6);
    /// `verify` found something wrong.
    pub(crate) const UNSOUND: Self = Self(7);
    /// Done, but some objects could not be kept; the report names them.
    pub(crate) const SKIPPED: Self = Self(8);
    /// What was to be written breaks a rule, exists already, or what is archived or done later stands in its way.
    pub(crate) const RULE_BROKEN: Self = Self(9);
    /// `lint` found what the target refuses.
    pub(crate) const REFUSED: Self = Self(10);
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// The same list for the help.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  unexpected failure, such as a full disk
  2  wrong usage
  3  the input is bad; nothing was written
  4  the store is missing, not a store, damaged, or of a newer format
  5  the store is in use by another process
  6  no such repository, issue or other record, or it is gone
  7  `verify` found problems
  8  done, but some objects were skipped; the report names them
  9  new input breaks a rule or exists already, or later commits stand in the way
  10  `lint` found what the target refuses, or --fix left some of it";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_lists_every_code() {
        let codes = [
            Exit::DONE,
            Exit::FAILED,
            Exit::USAGE,
            Exit::BAD_INPUT,
            Exit::NO_STORE,
            Exit::IN_USE,
            Exit::NO_RECORD,
            Exit::UNSOUND,
            Exit::SKIPPED,
            Exit::RULE_BROKEN,
            Exit::REFUSED,
        ];
        for (line, code) in HELP.lines().skip(1).zip(codes) {
            assert!(line.starts_with(&format!("  {}  ", code.0)), "{line}");
        }
        assert_eq!(HELP.lines().count(), codes.len() + 1);
    }
}
