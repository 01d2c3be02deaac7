//! The forms in which GitHub gives objects.

use backlot_model::{RecordKind, View};

use super::table::Table;
use super::tables;

/// The number of GitHub in a [`View`], which says whose form it is.
pub const FORGE: u8 = 1;

/// A form in which GitHub gives an object. Of two forms of one record the first here outranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    Repository = 1,
    User,
    Label,
    Milestone,
    Issue,
    Pull,
    Comment,
    Event,
    IssueEvent,
    Timeline,
    Reaction,
    Project,
    Column,
    Card,
}

/// The timeline items whose ids are not those of events but of something else, each with the name
/// of what its id counts.
pub(crate) const NUMBERED: [(&str, &str); 5] = [
    ("reviewed", "review"),
    ("committed", "commit"),
    ("line-commented", "line-comments"),
    ("commit-commented", "commit-comments"),
    ("cross-referenced", "cross-reference"),
];

impl Form {
    pub(crate) const ALL: [Self; 14] = [
        Self::Repository,
        Self::User,
        Self::Label,
        Self::Milestone,
        Self::Issue,
        Self::Pull,
        Self::Comment,
        Self::Event,
        Self::IssueEvent,
        Self::Timeline,
        Self::Reaction,
        Self::Project,
        Self::Column,
        Self::Card,
    ];

    /// The view that says so.
    pub(crate) const fn view(self) -> View {
        View {
            forge: FORGE,
            form: self as u8,
        }
    }

    /// The form of a number.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The form of a view, if it is one of GitHub's.
    pub(crate) fn from_view(view: View) -> Option<Self> {
        if view.forge != FORGE {
            return None;
        }
        Self::from_number(view.form)
    }

    /// The form in which a record that was born here goes out.
    pub(crate) const fn of_kind(kind: RecordKind) -> Option<Self> {
        Some(match kind {
            RecordKind::Repository => Self::Repository,
            RecordKind::User => Self::User,
            RecordKind::Label => Self::Label,
            RecordKind::Milestone => Self::Milestone,
            RecordKind::Issue => Self::Issue,
            RecordKind::Comment => Self::Comment,
            RecordKind::HistoryEvent => Self::IssueEvent,
            RecordKind::Reaction => Self::Reaction,
            RecordKind::Project => Self::Project,
            RecordKind::Column => Self::Column,
            RecordKind::Card => Self::Card,
            _ => return None,
        })
    }

    /// What records of this form are, but for the comments in a timeline.
    pub(crate) const fn kind(self) -> RecordKind {
        match self {
            Self::Repository => RecordKind::Repository,
            Self::User => RecordKind::User,
            Self::Label => RecordKind::Label,
            Self::Milestone => RecordKind::Milestone,
            Self::Issue | Self::Pull => RecordKind::Issue,
            Self::Comment => RecordKind::Comment,
            Self::Event | Self::IssueEvent | Self::Timeline => RecordKind::HistoryEvent,
            Self::Reaction => RecordKind::Reaction,
            Self::Project => RecordKind::Project,
            Self::Column => RecordKind::Column,
            Self::Card => RecordKind::Card,
        }
    }

    /// The keys of the form, where `kind` is what the record is.
    pub(crate) const fn table(self, kind: RecordKind) -> &'static Table {
        match self {
            Self::Repository => &tables::REPOSITORY,
            Self::User => &tables::USER,
            Self::Label => &tables::LABEL,
            Self::Milestone => &tables::MILESTONE,
            Self::Issue => &tables::ISSUE,
            Self::Pull => &tables::PULL,
            Self::Comment => &tables::COMMENT,
            Self::Timeline if matches!(kind, RecordKind::Comment) => &tables::COMMENT,
            Self::Event | Self::IssueEvent | Self::Timeline => &tables::EVENT,
            Self::Reaction => &tables::REACTION,
            Self::Project => &tables::PROJECT,
            Self::Column => &tables::COLUMN,
            Self::Card => &tables::CARD,
        }
    }
}
