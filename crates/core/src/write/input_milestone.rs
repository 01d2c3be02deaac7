//! What new milestones and their edits are made of.

use backlot_model::{State, Timestamp};

/// A milestone to be created.
///
/// ```
/// let beta = backlot_core::NewMilestone::titled("Beta").description("All that is missing");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMilestone {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) due_on: Option<Timestamp>,
    pub(super) state: Option<State>,
}

impl NewMilestone {
    /// An open milestone with this title and nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Describes it.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Says when it is due. The moment is kept as given; GitHub drops the time of day.
    #[must_use]
    pub const fn due_on(mut self, due_on: Timestamp) -> Self {
        self.due_on = Some(due_on);
        self
    }

    /// Makes it open or closed.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }
}

/// An edit of a milestone: what is not mentioned stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MilestoneEdit {
    pub(super) title: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) due_on: Option<Option<Timestamp>>,
    pub(super) state: Option<State>,
}

impl MilestoneEdit {
    /// Gives it another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Describes it otherwise, or not at all.
    #[must_use]
    pub fn description(mut self, description: Option<String>) -> Self {
        self.description = Some(description);
        self
    }

    /// Says when it is due, or that it is not.
    #[must_use]
    pub const fn due_on(mut self, due_on: Option<Timestamp>) -> Self {
        self.due_on = Some(due_on);
        self
    }

    /// Closes it or opens it again, which has no effect on its issues.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }
}
