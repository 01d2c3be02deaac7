//! Labels: names are unique whatever their case.

use backlot_model::Rule;

use super::answer::{Answer, Given, Problem, UNKNOWN, invalid};
use super::operation::{Model, changed, check_length, unless};
use super::state::{Fields, Id, Label};

pub(super) fn check_name(name: &str) -> Vec<Problem> {
    let mut problems = check_length("label", "name", name, 50);
    if name.trim().is_empty() {
        problems.push(invalid("label", "name", Rule::MissingField));
    }
    if name.contains(',') {
        problems.push(invalid("label", "name", Rule::Invalid));
    }
    problems
}

fn check_rest(color: Option<&str>, description: Option<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_color = |color: &str| color.len() == 6 && color.chars().all(|c| c.is_ascii_hexdigit());
    if color.is_some_and(|color| !is_color(color)) {
        problems.push(invalid("label", "color", Rule::Invalid));
    }
    problems.extend(check_length(
        "label",
        "description",
        description.unwrap_or_default(),
        100,
    ));
    problems
}

impl Model {
    pub(super) fn label_named(&self, repository: Id, name: &str) -> Option<Id> {
        let key = name.to_lowercase();
        let mut labels = self.state.labels();
        labels
            .find(|(_, label)| label.repository == repository && label.name.to_lowercase() == key)
            .map(|(id, _)| id)
    }

    pub(super) fn add_label(
        &mut self,
        repository: Id,
        name: &str,
        color: &str,
        description: Option<&str>,
        default: bool,
    ) -> Id {
        self.add(Fields::Label(Label {
            repository,
            name: name.to_owned(),
            color: color.to_owned(),
            description: description.map(str::to_owned),
            default,
        }))
    }

    pub(super) fn create_label(
        &mut self,
        repository: &str,
        name: &str,
        color: Option<&str>,
        description: Option<&str>,
    ) -> Answer {
        let (repository, mut problems) = self.to_write(repository)?;
        problems.extend(check_name(name));
        problems.extend(check_rest(color, description));
        if self.label_named(repository, name).is_some() {
            problems.push(invalid("label", "name", Rule::AlreadyExists));
        }
        unless(problems)?;
        Ok(Given::Made(self.add_label(
            repository,
            name,
            color.unwrap_or("ededed"),
            description,
            false,
        )))
    }

    pub(super) fn edit_label(
        &mut self,
        repository: &str,
        name: &str,
        to: Option<&str>,
        color: Option<&str>,
        description: Option<&Option<String>>,
    ) -> Answer {
        let (repository, mut problems) = self.to_write(repository)?;
        let id = self.label_named(repository, name);
        if id.is_none() {
            problems.push(UNKNOWN);
        }
        problems.extend(check_rest(color, description.and_then(Option::as_deref)));
        if let Some(to) = to {
            problems.extend(check_name(to));
            let taken = self.label_named(repository, to);
            if taken.is_some() && taken != id {
                problems.push(invalid("label", "name", Rule::AlreadyExists));
            }
        }
        unless(problems)?;
        let id = id.unwrap();
        let before = self.state.label(id).clone();
        let label = self.state.label_mut(id);
        if let Some(to) = to {
            to.clone_into(&mut label.name);
        }
        if let Some(color) = color {
            color.clone_into(&mut label.color);
        }
        if let Some(description) = description {
            label.description.clone_from(description);
        }
        changed(self.state.label(id) != &before)
    }

    pub(super) fn delete_label(&mut self, repository: &str, name: &str) -> Answer {
        let (repository, mut problems) = self.to_write(repository)?;
        let id = self.label_named(repository, name);
        if id.is_none() {
            problems.push(UNKNOWN);
        }
        unless(problems)?;
        let id = id.unwrap();
        let bearers: Vec<_> = self
            .state
            .issues()
            .filter(|(_, issue)| issue.labels.contains(&id))
            .map(|(id, _)| id)
            .collect();
        for issue in bearers {
            self.state
                .issue_mut(issue)
                .labels
                .retain(|label| *label != id);
        }
        self.state.delete(id);
        Ok(Given::Done)
    }
}
