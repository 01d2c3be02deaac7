//! What a check finds.

use std::fmt;

use super::code::Code;
use crate::id::RecordId;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The target refuses the record.
    Error,
    /// The target takes it, but cuts it, changes it, or does something that is not wanted.
    Warning,
    /// Something does not come along, or is only good to know.
    Note,
}

impl Severity {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The repository as a whole.
    Repository,
    /// An issue or a pull request.
    Issue {
        /// Its number.
        number: u64,
    },
    /// A comment.
    Comment {
        /// Its record.
        id: RecordId,
        /// The number of its issue.
        issue: u64,
    },
    /// A label.
    Label {
        /// Its name.
        name: String,
    },
    /// A milestone.
    Milestone {
        /// Its number.
        number: u64,
    },
}

impl Subject {
    /// The word for what it is.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Repository => "repository",
            Self::Issue { .. } => "issue",
            Self::Comment { .. } => "comment",
            Self::Label { .. } => "label",
            Self::Milestone { .. } => "milestone",
        }
    }

    /// The number of the issue, of the issue of the comment, or of the milestone.
    pub const fn number(&self) -> Option<u64> {
        match self {
            Self::Issue { number } | Self::Milestone { number } => Some(*number),
            Self::Comment { issue, .. } => Some(*issue),
            Self::Repository | Self::Label { .. } => None,
        }
    }
}

impl fmt::Display for Subject {
    /// As people say it: `#12`, `comment on #12`, `label bug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repository => f.write_str("repository"),
            Self::Issue { number } => write!(f, "#{number}"),
            Self::Comment { issue, .. } => write!(f, "comment on #{issue}"),
            Self::Label { name } => write!(f, "label {name}"),
            Self::Milestone { number } => write!(f, "milestone {number}"),
        }
    }
}

/// What would put a finding right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is to be done, as an instruction.
    pub does: String,
    /// Whether it loses nothing, so that it can be done without asking.
    pub is_safe: bool,
}

impl Fix {
    pub(super) fn safe(does: impl Into<String>) -> Self {
        Self {
            does: does.into(),
            is_safe: true,
        }
    }

    pub(super) fn by_hand(does: impl Into<String>) -> Self {
        Self {
            does: does.into(),
            is_safe: false,
        }
    }
}

/// One thing that the target would refuse, cut, change or lose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Which record it is about.
    pub subject: Subject,
    /// The field of the record.
    pub field: &'static str,
    /// What is there: short, on one line, with control characters as escapes.
    pub there: String,
    /// What the target says about it.
    pub says: &'static str,
    /// Where it says so.
    pub source: &'static str,
    /// What would put it right, if anything would.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Whether it can be put right without a loss.
    pub fn is_fixable(&self) -> bool {
        self.fix.as_ref().is_some_and(|fix| fix.is_safe)
    }
}
