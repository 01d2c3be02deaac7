//! Repositories: created and edited; archived ones can only be read.

use backlot_core::ErrorKind;

use super::answer::{Answer, Given, Problem};
use super::operation::{Model, RepositoryChange, changed, unless};
use super::state::{Fields, Repository};

/// The labels that GitHub gives a new repository.
const DEFAULTS: [(&str, &str, &str); 9] = [
    ("bug", "d73a4a", "Something isn't working"),
    (
        "documentation",
        "0075ca",
        "Improvements or additions to documentation",
    ),
    (
        "duplicate",
        "cfd3d7",
        "This issue or pull request already exists",
    ),
    ("enhancement", "a2eeef", "New feature or request"),
    ("good first issue", "7057ff", "Good for newcomers"),
    ("help wanted", "008672", "Extra attention is needed"),
    ("invalid", "e4e669", "This doesn't seem right"),
    ("question", "d876e3", "Further information is requested"),
    ("wontfix", "ffffff", "This will not be worked on"),
];

impl Model {
    pub(super) fn create_repository(&mut self, name: &str, with_labels: bool) -> Answer {
        if self.repository(name).is_ok() {
            return Err(vec![Problem::Kind(ErrorKind::Exists)]);
        }
        let id = self.add(Fields::Repository(Repository {
            name: name.to_owned(),
            description: None,
            private: false,
            archived: false,
            no_issues: false,
            no_projects: false,
        }));
        if with_labels {
            for (name, color, description) in DEFAULTS {
                self.add_label(id, name, color, Some(description), true);
            }
        }
        Ok(Given::Done)
    }

    pub(super) fn edit_repository(&mut self, name: &str, change: &RepositoryChange) -> Answer {
        let (id, mut problems) = self.to_write(name)?;
        if change.archived == Some(false) {
            problems.clear();
        }
        if let Some(name) = &change.name {
            let taken = self.repository(name);
            if taken.is_ok_and(|taken| taken != id) {
                problems.push(Problem::Kind(ErrorKind::Exists));
            }
        }
        unless(problems)?;
        let before = self.state.repository(id).clone();
        let repository = self.state.repository_mut(id);
        if let Some(name) = &change.name {
            repository.name.clone_from(name);
        }
        if let Some(description) = &change.description {
            repository.description.clone_from(description);
        }
        repository.private = change.private.unwrap_or(before.private);
        repository.archived = change.archived.unwrap_or(before.archived);
        repository.no_issues = change.issues.map_or(before.no_issues, |on| !on);
        repository.no_projects = change.projects.map_or(before.no_projects, |on| !on);
        changed(self.state.repository(id) != &before)
    }
}
