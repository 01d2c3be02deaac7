//! What new project boards and edits of boards are made of.

use backlot_model::{RecordId, RepositoryName, State};

/// Whose a project board is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectOwner {
    /// A repository.
    Repository(RepositoryName),
    /// An organisation, by login.
    Organization(String),
    /// A person, by login.
    User(String),
}

/// A project board to be created.
///
/// ```
/// let roadmap = backlot_core::NewProject::named("Roadmap").body("What comes next");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewProject {
    pub(super) name: String,
    pub(super) body: Option<String>,
    pub(super) is_private: bool,
    pub(super) permission: Option<String>,
}

impl NewProject {
    /// A public, open board of this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Describes it.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Makes it private.
    #[must_use]
    pub const fn private(mut self, is_private: bool) -> Self {
        self.is_private = is_private;
        self
    }

    /// Says what the members of the organisation may do: `read`, `write`, `admin` or `none`.
    #[must_use]
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }
}

/// An edit of a project board: what is not mentioned stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectEdit {
    pub(super) name: Option<String>,
    pub(super) body: Option<Option<String>>,
    pub(super) state: Option<State>,
    pub(super) private: Option<bool>,
    pub(super) permission: Option<String>,
}

impl ProjectEdit {
    /// Renames it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Describes it otherwise, or not at all.
    #[must_use]
    pub fn body(mut self, body: Option<String>) -> Self {
        self.body = Some(body);
        self
    }

    /// Closes it or opens it again.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.state = Some(state);
        self
    }

    /// Makes it private or public.
    #[must_use]
    pub const fn private(mut self, is_private: bool) -> Self {
        self.private = Some(is_private);
        self
    }

    /// Says what the members of the organisation may do: `read`, `write`, `admin` or `none`.
    #[must_use]
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }
}

/// Where a column goes on its board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnPlace {
    /// Before all others.
    First,
    /// After all others.
    Last,
    /// Right after this one.
    After(RecordId),
}

/// Where a card goes in its column. Archived cards keep their places among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardPlace {
    /// Above all others.
    Top,
    /// Below all others.
    Bottom,
    /// Right below this one.
    After(RecordId),
}

/// An edit of a card: what is not mentioned stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardEdit {
    pub(super) note: Option<String>,
    pub(super) archived: Option<bool>,
}

impl CardEdit {
    /// Writes another note; only a card that shows no issue has one.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Archives the card or takes it back.
    #[must_use]
    pub const fn archived(mut self, is_archived: bool) -> Self {
        self.archived = Some(is_archived);
        self
    }
}
