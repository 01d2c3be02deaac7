//! What the API gives of records, and in which of the stated forms to ask a store for it.

use backlot_model::{Outgoing, RecordKind, View};

use super::happened::{CROSS_REFERENCED, node_prefix};
use crate::shape::Form;

/// A form in which GitHub's API gives an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// A repository.
    Repository,
    /// A user.
    User,
    /// A label.
    Label,
    /// A milestone.
    Milestone,
    /// An issue; a pull request as an issue.
    Issue,
    /// A comment on an issue.
    Comment,
    /// An event in the list of a whole repository, with its issue inside.
    IssueEvent,
    /// An event in the list of one issue.
    Event,
    /// An item of an issue's timeline: an event or a comment.
    Timeline,
    /// A reaction to an issue or a comment.
    Reaction,
    /// A classic project.
    Project,
    /// A column of a project.
    Column,
    /// A card in a column.
    Card,
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
        Self::IssueEvent,
        Self::Event,
        Self::Timeline,
        Self::Reaction,
        Self::Project,
        Self::Column,
        Self::Card,
    ];

    /// The forms to ask a store for, the best first. The first is the one in which the object goes out.
    pub const fn views(self) -> &'static [View] {
        const EVENT: View = Form::Event.view();
        const ISSUE_EVENT: View = Form::IssueEvent.view();
        const TIMELINE: View = Form::Timeline.view();
        const COMMENT: View = Form::Comment.view();
        const fn one<const FORM: u8>() -> &'static [View] {
            const {
                &[View {
                    forge: crate::shape::FORGE,
                    form: FORM,
                }]
            }
        }
        match self {
            Self::Repository => one::<{ Form::Repository as u8 }>(),
            Self::User => one::<{ Form::User as u8 }>(),
            Self::Label => one::<{ Form::Label as u8 }>(),
            Self::Milestone => one::<{ Form::Milestone as u8 }>(),
            Self::Issue => const { &[Form::Issue.view(), Form::Pull.view()] },
            Self::Comment => const { &[COMMENT, TIMELINE] },
            // Only the list of a whole repository is called by this name, and its objects by another.
            Self::IssueEvent => const { &[EVENT, ISSUE_EVENT, TIMELINE] },
            Self::Event => const { &[ISSUE_EVENT, EVENT, TIMELINE] },
            Self::Timeline => const { &[TIMELINE, ISSUE_EVENT, EVENT, COMMENT] },
            Self::Reaction => one::<{ Form::Reaction as u8 }>(),
            Self::Project => one::<{ Form::Project as u8 }>(),
            Self::Column => one::<{ Form::Column as u8 }>(),
            Self::Card => one::<{ Form::Card as u8 }>(),
        }
    }

    /// What records of this form are; a timeline has comments too.
    pub const fn kind(self) -> RecordKind {
        match self {
            Self::Repository => RecordKind::Repository,
            Self::User => RecordKind::User,
            Self::Label => RecordKind::Label,
            Self::Milestone => RecordKind::Milestone,
            Self::Issue => RecordKind::Issue,
            Self::Comment => RecordKind::Comment,
            Self::IssueEvent | Self::Event | Self::Timeline => RecordKind::HistoryEvent,
            Self::Reaction => RecordKind::Reaction,
            Self::Project => RecordKind::Project,
            Self::Column => RecordKind::Column,
            Self::Card => RecordKind::Card,
        }
    }

    /// Whether the API gives a record in this form: GitHub has no name for some of what happens here, and tells
    /// some of what it has a name for in timelines alone.
    pub fn has(self, outgoing: &Outgoing) -> bool {
        let record = &*outgoing.record;
        let kind = record.kind();
        if kind != self.kind() {
            return self == Self::Timeline && kind == RecordKind::Comment;
        }
        if kind != RecordKind::HistoryEvent {
            return true;
        }
        let event = record.event().unwrap_or_default();
        let in_timelines = matches!(
            event,
            CROSS_REFERENCED | "reviewed" | "committed" | "line-commented" | "commit-commented"
        );
        if in_timelines {
            return self == Self::Timeline;
        }
        let stated = outgoing.stated.as_ref();
        let by_github = stated.is_some_and(|(view, ..)| Form::from_view(*view).is_some());
        by_github || node_prefix(event).is_some()
    }
}
