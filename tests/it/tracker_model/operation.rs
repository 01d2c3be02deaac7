//! The operations, and the model that does them.

use backlot_core::ErrorKind;
use backlot_model::{LockReason, Rule, State as Word, StateReason, Timestamp};

use super::answer::{Answer, Given, Problem, UNKNOWN, invalid};
use super::state::{Fields, Id, Owner, Record, State};

/// The name of a record that never was.
pub(super) const NOBODY: Id = Id::MAX;

/// A repository by name, and a number in it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) repository: String,
    pub(super) number: u64,
}

/// What a new issue is to have.
#[derive(Clone, Debug)]
pub(super) struct IssueInput {
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) labels: Vec<String>,
    pub(super) assignees: Vec<String>,
    pub(super) milestone: Option<u64>,
    pub(super) issue_type: Option<String>,
}

/// What is to become of an issue.
#[derive(Clone, Debug, Default)]
pub(super) struct IssueChange {
    pub(super) title: Option<String>,
    pub(super) body: Option<Option<String>>,
    pub(super) state: Option<(Word, Option<StateReason>)>,
    pub(super) set_labels: Option<Vec<String>>,
    pub(super) add_labels: Vec<String>,
    pub(super) remove_labels: Vec<String>,
    pub(super) set_assignees: Option<Vec<String>>,
    pub(super) add_assignees: Vec<String>,
    pub(super) remove_assignees: Vec<String>,
    pub(super) milestone: Option<Option<u64>>,
    pub(super) issue_type: Option<Option<String>>,
}

/// Where something goes among others.
#[derive(Clone, Debug)]
pub(super) enum Where<T> {
    First,
    Last,
    Before(T),
    After(T),
}

/// What is to become of a milestone.
#[derive(Clone, Debug, Default)]
pub(super) struct MilestoneChange {
    pub(super) title: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) due_on: Option<Option<Timestamp>>,
    pub(super) state: Option<Word>,
}

/// What is to become of a repository.
#[derive(Clone, Debug, Default)]
pub(super) struct RepositoryChange {
    pub(super) name: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) private: Option<bool>,
    pub(super) archived: Option<bool>,
    pub(super) issues: Option<bool>,
    pub(super) projects: Option<bool>,
}

/// What is to become of a project.
#[derive(Clone, Debug, Default)]
pub(super) struct ProjectChange {
    pub(super) name: Option<String>,
    pub(super) body: Option<Option<String>>,
    pub(super) state: Option<Word>,
    pub(super) private: Option<bool>,
    pub(super) permission: Option<String>,
}

/// One operation, with all that it needs.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    CreateIssue(String, IssueInput),
    EditIssue(Place, IssueChange),
    DeleteIssue(Place),
    Lock(Place, Option<LockReason>),
    Unlock(Place),
    Pin(Place),
    Unpin(Place),
    Transfer(Place, String),
    AddSubIssue(Place, Place, bool),
    RemoveSubIssue(Place, Place),
    MoveSubIssue(Place, Place, Where<Place>),
    AddBlockedBy(Place, Place),
    RemoveBlockedBy(Place, Place),
    MarkDuplicate(Place, Place),
    UnmarkDuplicate(Place),
    Comment(Place, String),
    EditComment(String, Id, String),
    DeleteComment(String, Id),
    Minimize(String, Id, Option<String>),
    Unminimize(String, Id),
    PinComment(String, Id),
    UnpinComment(String, Id),
    React(String, Id, String),
    Unreact(String, Id, String),
    CreateLabel(String, String, Option<String>, Option<String>),
    EditLabel(
        String,
        String,
        Option<String>,
        Option<String>,
        Option<Option<String>>,
    ),
    DeleteLabel(String, String),
    CreateMilestone(
        String,
        String,
        Option<String>,
        Option<Timestamp>,
        Option<Word>,
    ),
    EditMilestone(Place, MilestoneChange),
    DeleteMilestone(Place),
    CreateRepository(String, bool),
    EditRepository(String, RepositoryChange),
    CreateProject(Owner, Option<String>, String, Option<String>),
    EditProject(Id, ProjectChange),
    DeleteProject(Id),
    CreateColumn(Id, String),
    RenameColumn(Id, String),
    MoveColumn(Id, Where<Id>),
    DeleteColumn(Id),
    CreateNote(Id, String),
    AddCard(Id, Place),
    EditCard(Id, Option<String>, Option<bool>),
    MoveCard(Id, Where<Id>, Option<Id>),
    DeleteCard(Id),
    ConvertNote(Id, String, Option<String>),
}

/// The plain second implementation of the tracker.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) state: State,
    /// The moment of the transaction that is open.
    pub(super) now: Timestamp,
    /// Who acts in it.
    pub(super) actor: String,
    pub(super) next: Id,
}

impl Model {
    pub(super) fn apply(&mut self, operation: &Operation) -> Answer {
        use Operation as Op;
        match operation {
            Op::CreateIssue(repository, input) => self.create_issue(repository, input),
            Op::EditIssue(place, change) => self.edit_issue(place, change),
            Op::DeleteIssue(place) => self.delete_issue(place),
            Op::Lock(place, reason) => self.lock(place, reason.as_ref()),
            Op::Unlock(place) => self.unlock(place),
            Op::Pin(place) => self.pin(place),
            Op::Unpin(place) => self.unpin(place),
            Op::Transfer(place, to) => self.transfer(place, to),
            Op::AddSubIssue(parent, child, replace) => self.add_sub_issue(parent, child, *replace),
            Op::RemoveSubIssue(parent, child) => self.remove_sub_issue(parent, child),
            Op::MoveSubIssue(parent, child, to) => self.move_sub_issue(parent, child, to),
            Op::AddBlockedBy(place, blocker) => self.add_blocked_by(place, blocker),
            Op::RemoveBlockedBy(place, blocker) => self.remove_blocked_by(place, blocker),
            Op::MarkDuplicate(place, of) => self.mark_duplicate(place, of),
            Op::UnmarkDuplicate(place) => self.unmark_duplicate(place),
            Op::Comment(place, body) => self.comment(place, body),
            Op::EditComment(repository, id, body) => self.edit_comment(repository, *id, body),
            Op::DeleteComment(repository, id) => self.delete_comment(repository, *id),
            Op::Minimize(repository, id, reason) => {
                self.minimize(repository, *id, reason.as_deref())
            }
            Op::Unminimize(repository, id) => self.unminimize(repository, *id),
            Op::PinComment(repository, id) => self.pin_comment(repository, *id),
            Op::UnpinComment(repository, id) => self.unpin_comment(repository, *id),
            Op::React(repository, id, content) => self.react(repository, *id, content),
            Op::Unreact(repository, id, content) => self.unreact(repository, *id, content),
            Op::CreateLabel(repository, name, color, description) => {
                self.create_label(repository, name, color.as_deref(), description.as_deref())
            }
            Op::EditLabel(repository, name, to, color, description) => self.edit_label(
                repository,
                name,
                to.as_deref(),
                color.as_deref(),
                description.as_ref(),
            ),
            Op::DeleteLabel(repository, name) => self.delete_label(repository, name),
            Op::CreateMilestone(repository, title, description, due, state) => self
                .create_milestone(
                    repository,
                    title,
                    description.as_deref(),
                    *due,
                    state.as_ref(),
                ),
            Op::EditMilestone(place, change) => self.edit_milestone(place, change),
            Op::DeleteMilestone(place) => self.delete_milestone(place),
            Op::CreateRepository(name, labels) => self.create_repository(name, *labels),
            Op::EditRepository(name, change) => self.edit_repository(name, change),
            Op::CreateProject(owner, repository, name, permission) => {
                self.create_project(owner, repository.as_deref(), name, permission.as_deref())
            }
            Op::EditProject(id, change) => self.edit_project(*id, change),
            Op::DeleteProject(id) => self.delete_project(*id),
            Op::CreateColumn(project, name) => self.create_column(*project, name),
            Op::RenameColumn(id, name) => self.rename_column(*id, name),
            Op::MoveColumn(id, to) => self.move_column(*id, to),
            Op::DeleteColumn(id) => self.delete_column(*id),
            Op::CreateNote(column, note) => self.create_note(*column, note),
            Op::AddCard(column, place) => self.add_card(*column, place),
            Op::EditCard(id, note, archived) => self.edit_card(*id, note.as_deref(), *archived),
            Op::MoveCard(id, to, column) => self.move_card(*id, to, *column),
            Op::DeleteCard(id) => self.delete_card(*id),
            Op::ConvertNote(id, repository, body) => {
                self.convert_note(*id, repository, body.as_deref())
            }
        }
    }

    pub(super) fn add(&mut self, fields: Fields) -> Id {
        let id = self.next;
        self.next += 1;
        let record = Record {
            fields,
            deleted: false,
            absent: false,
        };
        self.state.records.insert(id, record.into());
        id
    }

    /// The repository of this name, whatever its case.
    pub(super) fn repository(&self, name: &str) -> Result<Id, Vec<Problem>> {
        let key = name.to_lowercase();
        let found = self
            .state
            .repositories()
            .find(|(_, repository)| repository.name.to_lowercase() == key);
        found.map(|(id, _)| id).ok_or_else(|| vec![UNKNOWN])
    }

    /// The repository of this name and, where it cannot be written to, why.
    pub(super) fn to_write(&self, name: &str) -> Result<(Id, Vec<Problem>), Vec<Problem>> {
        let id = self.repository(name)?;
        let problems = if self.state.repository(id).archived {
            vec![Problem::Kind(ErrorKind::Archived)]
        } else {
            Vec::new()
        };
        Ok((id, problems))
    }

    /// The issue of this number, or what is said of one that is not here.
    pub(super) fn find(&self, repository: Id, number: u64) -> Result<Id, Vec<Problem>> {
        for (id, record) in &self.state.records {
            let Fields::Issue(issue) = &record.fields else {
                continue;
            };
            if record.absent {
                continue;
            }
            if issue.repository == repository && issue.number == number {
                return if record.deleted {
                    Err(vec![super::answer::GONE])
                } else {
                    Ok(*id)
                };
            }
            if issue.places.contains(&(repository, number)) {
                if record.deleted {
                    return Err(vec![super::answer::GONE]);
                }
                let there = self.state.repository(issue.repository).name.clone();
                return Err(vec![Problem::Moved(there, issue.number)]);
            }
        }
        Err(vec![UNKNOWN])
    }

    /// The repository to write to and the issue in it, with all that stands against it.
    pub(super) fn issue_to_write(&self, place: &Place) -> Result<(Id, Id), Vec<Problem>> {
        let (repository, mut problems) = self.to_write(&place.repository)?;
        match self.find(repository, place.number) {
            Ok(id) if problems.is_empty() => Ok((repository, id)),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }

    /// The issue that another one is to be linked with; one that moved is found where it is.
    pub(super) fn linked(&self, place: &Place, field: &'static str) -> Result<Id, Vec<Problem>> {
        let missing = || vec![invalid("issue", field, Rule::Missing)];
        let repository = self.repository(&place.repository).map_err(|_| missing())?;
        match self.find(repository, place.number) {
            Ok(id) => Ok(id),
            Err(problems) => match &problems[..] {
                [Problem::Moved(to, number)] => {
                    let place = Place {
                        repository: to.clone(),
                        number: *number,
                    };
                    self.linked(&place, field)
                }
                _ => Err(missing()),
            },
        }
    }

    /// An issue was changed in a way that counts.
    pub(super) fn touch(&mut self, issue: Id) {
        let now = self.now;
        self.state.issue_mut(issue).updated_at = now;
    }
}

/// Nothing but what is wrong, if anything is.
pub(super) fn unless(problems: Vec<Problem>) -> Result<(), Vec<Problem>> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

pub(super) const fn changed(is_changed: bool) -> Answer {
    Ok(Given::Changed(is_changed))
}

/// What is wrong with a text that has to be there, be one line, and be at most so long.
pub(super) fn check_line(
    object: &'static str,
    field: &'static str,
    text: &str,
    most: usize,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if text.trim().is_empty() {
        problems.push(invalid(object, field, Rule::MissingField));
    }
    if text.contains('\n') {
        problems.push(invalid(object, field, Rule::Invalid));
    }
    problems.extend(check_length(object, field, text, most));
    problems
}

pub(super) fn check_length(
    object: &'static str,
    field: &'static str,
    text: &str,
    most: usize,
) -> Vec<Problem> {
    if text.chars().count() > most {
        vec![invalid(object, field, Rule::Unprocessable)]
    } else {
        Vec::new()
    }
}
