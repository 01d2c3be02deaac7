//! What the API gives of records, and in which of the stated forms to ask a store for it.

use backlot_model::{Outgoing, RecordKind, View};

use super::writer::has_words;
use crate::shape::Form;

/// A form in which GitCode's API gives an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// A repository.
    Repository,
    /// A user.
    User,
    /// A label of a repository.
    Label,
    /// A milestone.
    Milestone,
    /// An issue.
    Issue,
    /// A comment on an issue.
    Comment,
    /// An operate log of an issue.
    Log,
    /// A reaction to an issue or a comment.
    Reaction,
    /// An earlier text of an issue or a comment.
    ModifyHistory,
}

impl Resource {
    /// Every form.
    pub const ALL: &'static [Self] = &[
        Self::Repository,
        Self::User,
        Self::Label,
        Self::Milestone,
        Self::Issue,
        Self::Comment,
        Self::Log,
        Self::Reaction,
        Self::ModifyHistory,
    ];

    /// The forms to ask a store for, the best first. The first is the one in which the object goes out.
    pub const fn views(self) -> &'static [View] {
        match self {
            Self::Repository => const { &[Form::Repository.view()] },
            Self::User => const { &[Form::User.view()] },
            Self::Label => const { &[Form::Label.view()] },
            Self::Milestone => const { &[Form::Milestone.view()] },
            Self::Issue => const { &[Form::Issue.view(), Form::IssueHook.view()] },
            Self::Comment => const { &[Form::Comment.view(), Form::NoteHook.view()] },
            Self::Log => const { &[Form::OperateLog.view(), Form::LogPart.view()] },
            Self::Reaction => const { &[Form::Reaction.view()] },
            Self::ModifyHistory => const { &[Form::ModifyHistory.view()] },
        }
    }

    /// What records of this form are.
    pub const fn kind(self) -> RecordKind {
        match self {
            Self::Repository => RecordKind::Repository,
            Self::User => RecordKind::User,
            Self::Label => RecordKind::Label,
            Self::Milestone => RecordKind::Milestone,
            Self::Issue => RecordKind::Issue,
            Self::Comment => RecordKind::Comment,
            Self::Log | Self::ModifyHistory => RecordKind::HistoryEvent,
            Self::Reaction => RecordKind::Reaction,
        }
    }

    /// Whether the API gives a record in this form: what one log tells beside the first thing has none of its own,
    /// an earlier text is no log, and for most of what can happen to an issue there are no established words.
    pub fn has(self, outgoing: &Outgoing) -> bool {
        if outgoing.record.kind() != self.kind() {
            return false;
        }
        let stated = outgoing.stated.as_ref();
        let form = stated.and_then(|(view, ..)| Form::from_view(*view));
        match self {
            Self::Log => match form {
                Some(form) => form == Form::OperateLog,
                None => has_words(outgoing),
            },
            Self::ModifyHistory => form == Some(Form::ModifyHistory),
            _ => true,
        }
    }
}
