//! What new issues and edits are made of.

use backlot_model::{State, StateReason};

/// An issue to be created.
///
/// ```
/// let crash = backlot_core::NewIssue::titled("Crash on start").body("Since 1.2.").label("bug");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewIssue {
    pub(crate) title: String,
    pub(crate) body: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) assignees: Vec<String>,
    pub(crate) milestone: Option<u64>,
}

impl NewIssue {
    /// An issue with this title and nothing else.
    pub fn titled(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            ..Self::default()
        }
    }

    /// Gives it a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Gives it a label; one that the repository lacks is created, as forges do.
    #[must_use]
    pub fn label(mut self, name: impl Into<String>) -> Self {
        self.labels.push(name.into());
        self
    }

    /// Assigns it to a user, by login.
    #[must_use]
    pub fn assignee(mut self, login: impl Into<String>) -> Self {
        self.assignees.push(login.into());
        self
    }

    /// Puts it into the milestone of this number.
    #[must_use]
    pub const fn milestone(mut self, number: u64) -> Self {
        self.milestone = Some(number);
        self
    }
}

/// An edit of an issue: what is not mentioned stays as it is.
///
/// ```
/// use backlot_core::IssueEdit;
/// use backlot_model::{State, StateReason};
///
/// let done = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueEdit {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<Option<String>>,
    pub(crate) state: Option<(State, Option<StateReason>)>,
    pub(crate) add_labels: Vec<String>,
    pub(crate) remove_labels: Vec<String>,
    pub(crate) add_assignees: Vec<String>,
    pub(crate) remove_assignees: Vec<String>,
    pub(crate) milestone: Option<Option<u64>>,
}

impl IssueEdit {
    /// Gives it another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Gives it another body, or none.
    #[must_use]
    pub fn body(mut self, body: Option<String>) -> Self {
        self.body = Some(body);
        self
    }

    /// Closes it or opens it again, and says why.
    #[must_use]
    pub fn state(mut self, state: State, reason: Option<StateReason>) -> Self {
        self.state = Some((state, reason));
        self
    }

    /// Adds a label; one that the repository lacks is created, as forges do.
    #[must_use]
    pub fn add_label(mut self, name: impl Into<String>) -> Self {
        self.add_labels.push(name.into());
        self
    }

    /// Takes a label away.
    #[must_use]
    pub fn remove_label(mut self, name: impl Into<String>) -> Self {
        self.remove_labels.push(name.into());
        self
    }

    /// Assigns a user, by login.
    #[must_use]
    pub fn add_assignee(mut self, login: impl Into<String>) -> Self {
        self.add_assignees.push(login.into());
        self
    }

    /// Unassigns a user, by login.
    #[must_use]
    pub fn remove_assignee(mut self, login: impl Into<String>) -> Self {
        self.remove_assignees.push(login.into());
        self
    }

    /// Puts it into the milestone of this number, or into none.
    #[must_use]
    pub const fn milestone(mut self, number: Option<u64>) -> Self {
        self.milestone = Some(number);
        self
    }
}
