//! What a query does not say itself.

use backlot_model::{RepositoryName, Sort};

/// What a query does not say itself: where it is asked, by whom, and how its list is sorted.
#[derive(Clone, Debug, Default)]
pub struct QueryOptions {
    /// The repository that is asked, unless the query names repositories or owners itself. Without one,
    /// the whole store is asked.
    pub repository: Option<RepositoryName>,
    /// How the list is sorted where the query does not say; without it the newest come first.
    pub sort: Option<Sort>,
    /// The login that `@me` stands for; without one, `@me` is nobody.
    pub viewer: Option<String>,
}

impl QueryOptions {
    /// Options for a query that is asked of the whole store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks one repository.
    #[must_use]
    pub fn repository(mut self, name: RepositoryName) -> Self {
        self.repository = Some(name);
        self
    }

    /// Sorts the list where the query does not say how.
    #[must_use]
    pub const fn sort(mut self, sort: Sort) -> Self {
        self.sort = Some(sort);
        self
    }

    /// Says who `@me` is.
    #[must_use]
    pub fn viewer(mut self, login: impl Into<String>) -> Self {
        self.viewer = Some(login.into());
        self
    }
}
