//! Milestones: numbered by repository, with titles that are unique in their very case.

use backlot_model::{Rule, State as Word, Timestamp};

use super::answer::{Answer, GONE, Given, Problem, UNKNOWN, invalid};
use super::issues::spelled;
use super::operation::{MilestoneChange, Model, Place, changed, check_length, check_line, unless};
use super::state::{Fields, Id, Milestone};

fn check(title: Option<&str>, description: Option<&str>, state: Option<&Word>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(title) = title {
        problems.extend(check_line("milestone", "title", title, usize::MAX));
    }
    problems.extend(check_length(
        "milestone",
        "description",
        description.unwrap_or_default(),
        65_536,
    ));
    if matches!(state, Some(Word::Other(_))) {
        problems.push(invalid("milestone", "state", Rule::Invalid));
    }
    problems
}

impl Model {
    fn milestone_titled(&self, repository: Id, title: &str) -> Option<Id> {
        let mut all = self.state.milestones();
        all.find(|(_, other)| other.repository == repository && other.title == title)
            .map(|(id, _)| id)
    }

    /// The milestone of this number that is there.
    pub(super) fn milestone_numbered(&self, repository: Id, number: u64) -> Option<Id> {
        let mut all = self.state.milestones();
        all.find(|(_, other)| other.repository == repository && other.number == number)
            .map(|(id, _)| id)
    }

    /// The milestone of this number, or what is said of one that is not there.
    pub(super) fn find_milestone(&self, repository: Id, number: u64) -> Result<Id, Problem> {
        if let Some(id) = self.milestone_numbered(repository, number) {
            return Ok(id);
        }
        let was = self
            .state
            .records
            .values()
            .any(|record| match &record.fields {
                Fields::Milestone(milestone) => {
                    !record.absent
                        && milestone.repository == repository
                        && milestone.number == number
                }
                _ => false,
            });
        Err(if was { GONE } else { UNKNOWN })
    }

    fn next_milestone(&self, repository: Id) -> u64 {
        let numbers = self
            .state
            .records
            .values()
            .filter(|record| !record.absent)
            .map(|record| match &record.fields {
                Fields::Milestone(milestone) if milestone.repository == repository => {
                    milestone.number
                }
                _ => 0,
            });
        numbers.max().unwrap_or(0) + 1
    }

    pub(super) fn create_milestone(
        &mut self,
        repository: &str,
        title: &str,
        description: Option<&str>,
        due_on: Option<Timestamp>,
        state: Option<&Word>,
    ) -> Answer {
        let (repository, mut problems) = self.to_write(repository)?;
        problems.extend(check(Some(title), description, state));
        if self.milestone_titled(repository, title).is_some() {
            problems.push(invalid("milestone", "title", Rule::AlreadyExists));
        }
        unless(problems)?;
        let number = self.next_milestone(repository);
        let closed = state == Some(&Word::Closed);
        self.add(Fields::Milestone(Milestone {
            repository,
            number,
            title: title.to_owned(),
            description: description.map(str::to_owned),
            closed,
            due_on,
            creator: spelled(&self.actor),
            created_at: self.now,
            updated_at: self.now,
            closed_at: closed.then_some(self.now),
        }));
        Ok(Given::Number(number))
    }

    /// The milestone to write to, unless that or anything else stands against it.
    fn milestone_with(
        &self,
        place: &Place,
        mut problems: Vec<Problem>,
    ) -> Result<Id, Vec<Problem>> {
        let (repository, more) = self.to_write(&place.repository)?;
        problems.extend(more);
        let found = self.find_milestone(repository, place.number);
        problems.extend(found.as_ref().err().cloned());
        unless(problems)?;
        Ok(found.unwrap())
    }

    pub(super) fn edit_milestone(&mut self, place: &Place, change: &MilestoneChange) -> Answer {
        let description = change.description.as_ref().and_then(Option::as_deref);
        let mut problems = check(change.title.as_deref(), description, change.state.as_ref());
        if let (Some(title), Ok(repository)) = (&change.title, self.repository(&place.repository)) {
            let taken = self.milestone_titled(repository, title);
            if taken.is_some() && taken != self.find_milestone(repository, place.number).ok() {
                problems.push(invalid("milestone", "title", Rule::AlreadyExists));
            }
        }
        let id = self.milestone_with(place, problems)?;
        let (now, before) = (self.now, self.state.milestone(id).clone());
        let milestone = self.state.milestone_mut(id);
        if let Some(title) = &change.title {
            milestone.title.clone_from(title);
        }
        if let Some(description) = &change.description {
            milestone.description.clone_from(description);
        }
        if let Some(due_on) = change.due_on {
            milestone.due_on = due_on;
        }
        if let Some(state) = &change.state {
            let closed = *state == Word::Closed;
            if closed != milestone.closed {
                milestone.closed = closed;
                milestone.closed_at = closed.then_some(now);
            }
        }
        let is_changed = *milestone != before;
        if is_changed {
            milestone.updated_at = now;
        }
        changed(is_changed)
    }

    pub(super) fn delete_milestone(&mut self, place: &Place) -> Answer {
        let id = self.milestone_with(place, Vec::new())?;
        let inside: Vec<_> = self
            .state
            .issues()
            .filter(|(_, issue)| issue.milestone == Some(id))
            .map(|(id, _)| id)
            .collect();
        for issue in inside {
            self.state.issue_mut(issue).milestone = None;
        }
        self.state.delete(id);
        Ok(Given::Done)
    }
}
