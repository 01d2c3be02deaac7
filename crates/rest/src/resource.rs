//! In which forms the API gives records.

use backlot_github::Renderer;
use backlot_model::View;

/// The number of GitHub in a view.
pub(crate) const FORGE: u8 = 1;

/// A form in which GitHub's API gives a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Repository,
    User,
    Label,
    Milestone,
    Issue,
    Comment,
    /// An event in the list of a whole repository, with its issue.
    IssueEvent,
    /// An event in the list of one issue.
    Event,
    Timeline,
    Reaction,
    Project,
    Column,
    Card,
}

const fn view(form: u8) -> View {
    View { forge: FORGE, form }
}

impl Resource {
    /// The forms to ask a store for, the best first.
    pub(crate) const fn views(self) -> &'static [View] {
        match self {
            Self::Repository => &const { [view(1)] },
            Self::User => &const { [view(2)] },
            Self::Label => &const { [view(3)] },
            Self::Milestone => &const { [view(4)] },
            Self::Issue => &const { [view(5), view(6)] },
            Self::Comment => &const { [view(7), view(10)] },
            Self::IssueEvent => &const { [view(9), view(8), view(10)] },
            Self::Event => &const { [view(8), view(9), view(10)] },
            Self::Timeline => &const { [view(10), view(8), view(9), view(7)] },
            Self::Reaction => &const { [view(11)] },
            Self::Project => &const { [view(12)] },
            Self::Column => &const { [view(13)] },
            Self::Card => &const { [view(14)] },
        }
    }
}

/// A renderer for an address.
pub(crate) trait Serve {
    fn served(self, api: &str) -> Self;
}

impl Serve for Renderer {
    fn served(self, _: &str) -> Self {
        self
    }
}
