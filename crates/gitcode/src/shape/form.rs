//! The forms in which GitCode gives objects.

use backlot_model::{RecordKind, View};

use super::table::Table;
use super::tables;

/// The number of GitCode in a [`View`], which says whose form it is.
pub const FORGE: u8 = 2;

/// A form in which GitCode gives an object. Of two forms of one record the first here outranks. The numbers
/// are part of the bytes on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    /// A repository, whole or as issues show it.
    Repository = 1,
    /// A user, in any of its shapes.
    User,
    /// A label, of a repository or on an issue.
    Label,
    /// A milestone.
    Milestone,
    /// An issue.
    Issue,
    /// A comment on an issue.
    Comment,
    /// What was done to an issue, told in words.
    OperateLog,
    /// A reaction to an issue or a comment.
    Reaction,
    /// An earlier text of an issue or a comment.
    ModifyHistory,
    /// What a webhook tells of an issue.
    IssueHook,
    /// What a webhook tells of a comment.
    NoteHook,
    /// What an operate log tells beside the first thing, for which it is a record of its own.
    LogPart,
}

impl Form {
    pub(crate) const ALL: [Self; 12] = [
        Self::Repository,
        Self::User,
        Self::Label,
        Self::Milestone,
        Self::Issue,
        Self::Comment,
        Self::OperateLog,
        Self::Reaction,
        Self::ModifyHistory,
        Self::IssueHook,
        Self::NoteHook,
        Self::LogPart,
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

    /// The form of a view, if it is one of GitCode's.
    pub(crate) fn from_view(view: View) -> Option<Self> {
        (view.forge == FORGE).then(|| Self::from_number(view.form))?
    }

    /// The form in which a record goes out that GitCode never stated; none where it has no such thing.
    pub(crate) const fn of_kind(kind: RecordKind) -> Option<Self> {
        Some(match kind {
            RecordKind::Repository => Self::Repository,
            RecordKind::User => Self::User,
            RecordKind::Label => Self::Label,
            RecordKind::Milestone => Self::Milestone,
            RecordKind::Issue => Self::Issue,
            RecordKind::Comment => Self::Comment,
            RecordKind::HistoryEvent => Self::OperateLog,
            RecordKind::Reaction => Self::Reaction,
            _ => return None,
        })
    }

    /// What records of this form are.
    pub(crate) const fn kind(self) -> RecordKind {
        match self {
            Self::Repository => RecordKind::Repository,
            Self::User => RecordKind::User,
            Self::Label => RecordKind::Label,
            Self::Milestone => RecordKind::Milestone,
            Self::Issue | Self::IssueHook => RecordKind::Issue,
            Self::Comment | Self::NoteHook => RecordKind::Comment,
            Self::OperateLog | Self::ModifyHistory | Self::LogPart => RecordKind::HistoryEvent,
            Self::Reaction => RecordKind::Reaction,
        }
    }

    /// The keys of the form.
    pub(crate) const fn table(self) -> &'static Table {
        match self {
            Self::Repository => &tables::REPOSITORY,
            Self::User => &tables::USER,
            Self::Label => &tables::LABEL,
            Self::Milestone => &tables::MILESTONE,
            Self::Issue => &tables::ISSUE,
            Self::Comment => &tables::COMMENT,
            Self::OperateLog => &tables::OPERATE_LOG,
            Self::Reaction => &tables::REACTION,
            Self::ModifyHistory => &tables::MODIFY_HISTORY,
            Self::IssueHook | Self::NoteHook | Self::LogPart => &tables::WHOLE,
        }
    }
}
