//! What new issues and edits are made of.

use backlot_model::{IssueReference, State, StateReason};

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
    pub(crate) issue_type: Option<String>,
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

    /// Gives it a type, such as `Bug`.
    #[must_use]
    pub fn issue_type(mut self, name: impl Into<String>) -> Self {
        self.issue_type = Some(name.into());
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
    pub(crate) duplicate_of: Option<IssueReference>,
    pub(crate) labels: Option<Vec<String>>,
    pub(crate) add_labels: Vec<String>,
    pub(crate) remove_labels: Vec<String>,
    pub(crate) assignees: Option<Vec<String>>,
    pub(crate) add_assignees: Vec<String>,
    pub(crate) remove_assignees: Vec<String>,
    pub(crate) milestone: Option<Option<u64>>,
    pub(crate) issue_type: Option<Option<String>>,
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

    /// Closes it or opens it again, and says why: closed as completed (which is meant where no reason is
    /// given), not planned, or a duplicate. As at GitHub, a reason counts only where the state changes, and
    /// pull requests have none.
    #[must_use]
    pub fn state(mut self, state: State, reason: Option<StateReason>) -> Self {
        self.state = Some((state, reason));
        self
    }

    /// Says which issue it says again. As at GitHub, this goes with closing it as a duplicate.
    #[must_use]
    pub fn duplicate_of(mut self, issue: impl Into<IssueReference>) -> Self {
        self.duplicate_of = Some(issue.into());
        self
    }

    /// Gives it these labels and no others; none at all where the list is empty. What is added and removed
    /// by the same edit comes after.
    #[must_use]
    pub fn set_labels(mut self, names: Vec<String>) -> Self {
        self.labels = Some(names);
        self
    }

    /// Assigns it to these users and no others, by login; to nobody where the list is empty. Who is added
    /// and removed by the same edit comes after.
    #[must_use]
    pub fn set_assignees(mut self, logins: Vec<String>) -> Self {
        self.assignees = Some(logins);
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

    /// Gives it a type, such as `Bug`, or takes its type away.
    #[must_use]
    pub fn issue_type(mut self, name: Option<String>) -> Self {
        self.issue_type = Some(name);
        self
    }
}

/// Where a sub-issue goes among its siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubIssuePlace {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Right before this one.
    Before(IssueReference),
    /// Right after this one.
    After(IssueReference),
}
