//! The operations, done by the store.

use std::collections::BTreeMap;

use backlot_core::{
    CardEdit, CardPlace, ColumnPlace, IssueEdit, LabelEdit, MilestoneEdit, NewIssue, NewLabel,
    NewMilestone, NewProject, NewRepository, ProjectEdit, ProjectOwner, RepositoryEdit, Result,
    SubIssuePlace, WriteTransaction,
};
use backlot_model::{IssueReference, RecordId};

use super::operation::{
    IssueChange, IssueInput, MilestoneChange, Operation, Place, ProjectChange, RepositoryChange,
    Where,
};
use super::state::{Id, Owner, State};

/// What the store gives.
pub(super) enum Gave {
    Done,
    Changed(bool),
    Number(u64),
    Made(RecordId),
}

/// The names that the store gave to the model's records.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<Id, RecordId>);

impl Names {
    pub(super) fn insert(&mut self, id: Id, name: RecordId) {
        self.0.insert(id, name);
    }

    pub(super) fn known(&self, id: Id) -> Option<RecordId> {
        self.0.get(&id).copied()
    }

    /// The name of a record; of one that never was, the name of nothing.
    pub(super) fn of(&self, id: Id) -> RecordId {
        self.known(id).unwrap_or(RecordId::NIL)
    }

    pub(super) fn back(&self, name: RecordId) -> Option<Id> {
        self.0
            .iter()
            .find(|(_, known)| **known == name)
            .map(|(id, _)| *id)
    }
}

fn reference(place: &Place, here: &str) -> IssueReference {
    IssueReference {
        repository: (place.repository != here).then(|| place.repository.parse().unwrap()),
        number: place.number,
    }
}

fn new_issue(input: &IssueInput) -> NewIssue {
    let mut issue = NewIssue::titled(&input.title);
    if let Some(body) = &input.body {
        issue = issue.body(body);
    }
    for label in &input.labels {
        issue = issue.label(label);
    }
    for login in &input.assignees {
        issue = issue.assignee(login);
    }
    if let Some(number) = input.milestone {
        issue = issue.milestone(number);
    }
    if let Some(name) = &input.issue_type {
        issue = issue.issue_type(name);
    }
    issue
}

fn issue_edit(change: &IssueChange) -> IssueEdit {
    let mut edit = IssueEdit::default();
    if let Some(title) = &change.title {
        edit = edit.title(title);
    }
    if let Some(body) = &change.body {
        edit = edit.body(body.clone());
    }
    if let Some((state, reason)) = &change.state {
        edit = edit.state(state.clone(), reason.clone());
    }
    if let Some(labels) = &change.set_labels {
        edit = edit.set_labels(labels.clone());
    }
    for name in &change.add_labels {
        edit = edit.add_label(name);
    }
    for name in &change.remove_labels {
        edit = edit.remove_label(name);
    }
    if let Some(logins) = &change.set_assignees {
        edit = edit.set_assignees(logins.clone());
    }
    for login in &change.add_assignees {
        edit = edit.add_assignee(login);
    }
    for login in &change.remove_assignees {
        edit = edit.remove_assignee(login);
    }
    if let Some(milestone) = change.milestone {
        edit = edit.milestone(milestone);
    }
    if let Some(name) = &change.issue_type {
        edit = edit.issue_type(name.clone());
    }
    edit
}

fn milestone_edit(change: &MilestoneChange) -> MilestoneEdit {
    let mut edit = MilestoneEdit::default();
    if let Some(title) = &change.title {
        edit = edit.title(title);
    }
    if let Some(description) = &change.description {
        edit = edit.description(description.clone());
    }
    if let Some(due_on) = change.due_on {
        edit = edit.due_on(due_on);
    }
    if let Some(state) = &change.state {
        edit = edit.state(state.clone());
    }
    edit
}

fn repository_edit(change: &RepositoryChange) -> RepositoryEdit {
    let mut edit = RepositoryEdit::default();
    if let Some(name) = &change.name {
        edit = edit.name(name.parse().unwrap());
    }
    if let Some(description) = &change.description {
        edit = edit.description(description.clone());
    }
    if let Some(private) = change.private {
        edit = edit.private(private);
    }
    if let Some(archived) = change.archived {
        edit = edit.archived(archived);
    }
    if let Some(on) = change.issues {
        edit = edit.issues(on);
    }
    if let Some(on) = change.projects {
        edit = edit.projects(on);
    }
    edit
}

fn project_edit(change: &ProjectChange) -> ProjectEdit {
    let mut edit = ProjectEdit::default();
    if let Some(name) = &change.name {
        edit = edit.name(name);
    }
    if let Some(body) = &change.body {
        edit = edit.body(body.clone());
    }
    if let Some(state) = &change.state {
        edit = edit.state(state.clone());
    }
    if let Some(private) = change.private {
        edit = edit.private(private);
    }
    if let Some(permission) = &change.permission {
        edit = edit.permission(permission);
    }
    edit
}

/// Does an operation in a transaction. The state is the model's before it, for the names of owners.
pub(super) fn perform(
    tx: &mut WriteTransaction,
    operation: &Operation,
    names: &Names,
    state: &State,
) -> Result<Gave> {
    use Operation as Op;
    Ok(match operation {
        Op::CreateIssue(repository, input) => {
            Gave::Number(tx.repository(repository)?.create_issue(new_issue(input))?)
        }
        Op::EditIssue(at, change) => Gave::Changed(
            tx.repository(&at.repository)?
                .edit_issue(at.number, &issue_edit(change))?,
        ),
        Op::DeleteIssue(at) => {
            tx.repository(&at.repository)?.delete_issue(at.number)?;
            Gave::Done
        }
        Op::Lock(at, reason) => Gave::Changed(
            tx.repository(&at.repository)?
                .lock_issue(at.number, reason.clone())?,
        ),
        Op::Unlock(at) => Gave::Changed(tx.repository(&at.repository)?.unlock_issue(at.number)?),
        Op::Pin(at) => Gave::Changed(tx.repository(&at.repository)?.pin_issue(at.number)?),
        Op::Unpin(at) => Gave::Changed(tx.repository(&at.repository)?.unpin_issue(at.number)?),
        Op::Transfer(at, to) => Gave::Number(
            tx.repository(&at.repository)?
                .transfer_issue(at.number, to)?,
        ),
        Op::AddSubIssue(at, child, replace) => {
            let child = reference(child, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .add_sub_issue(at.number, &child, *replace)?,
            )
        }
        Op::RemoveSubIssue(at, child) => {
            let child = reference(child, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .remove_sub_issue(at.number, &child)?,
            )
        }
        Op::MoveSubIssue(at, child, to) => {
            let place = match to {
                Where::First => SubIssuePlace::First,
                Where::Last => SubIssuePlace::Last,
                Where::Before(other) => SubIssuePlace::Before(reference(other, &at.repository)),
                Where::After(other) => SubIssuePlace::After(reference(other, &at.repository)),
            };
            let child = reference(child, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .move_sub_issue(at.number, &child, &place)?,
            )
        }
        Op::AddBlockedBy(at, other) => {
            let other = reference(other, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .add_blocked_by(at.number, &other)?,
            )
        }
        Op::RemoveBlockedBy(at, other) => {
            let other = reference(other, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .remove_blocked_by(at.number, &other)?,
            )
        }
        Op::MarkDuplicate(at, of) => {
            let of = reference(of, &at.repository);
            Gave::Changed(
                tx.repository(&at.repository)?
                    .mark_duplicate(at.number, &of)?,
            )
        }
        Op::UnmarkDuplicate(at) => {
            Gave::Changed(tx.repository(&at.repository)?.unmark_duplicate(at.number)?)
        }
        Op::Comment(at, body) => Gave::Made(
            tx.repository(&at.repository)?
                .comment(at.number, body.as_str())?,
        ),
        Op::EditComment(repository, id, body) => Gave::Changed(
            tx.repository(repository)?
                .edit_comment(names.of(*id), body.as_str())?,
        ),
        Op::DeleteComment(repository, id) => {
            tx.repository(repository)?.delete_comment(names.of(*id))?;
            Gave::Done
        }
        Op::Minimize(repository, id, reason) => Gave::Changed(
            tx.repository(repository)?
                .minimize_comment(names.of(*id), reason.as_deref())?,
        ),
        Op::Unminimize(repository, id) => Gave::Changed(
            tx.repository(repository)?
                .unminimize_comment(names.of(*id))?,
        ),
        Op::PinComment(repository, id) => {
            Gave::Changed(tx.repository(repository)?.pin_comment(names.of(*id))?)
        }
        Op::UnpinComment(repository, id) => {
            Gave::Changed(tx.repository(repository)?.unpin_comment(names.of(*id))?)
        }
        Op::React(repository, id, content) => {
            Gave::Changed(tx.repository(repository)?.react(names.of(*id), content)?)
        }
        Op::Unreact(repository, id, content) => {
            Gave::Changed(tx.repository(repository)?.unreact(names.of(*id), content)?)
        }
        Op::CreateLabel(repository, name, color, description) => {
            let mut label = NewLabel::named(name);
            if let Some(color) = color {
                label = label.color(color);
            }
            if let Some(description) = description {
                label = label.description(description);
            }
            Gave::Made(tx.repository(repository)?.create_label(label)?)
        }
        Op::EditLabel(repository, name, to, color, description) => {
            let mut edit = LabelEdit::default();
            if let Some(to) = to {
                edit = edit.name(to);
            }
            if let Some(color) = color {
                edit = edit.color(color);
            }
            if let Some(description) = description {
                edit = edit.description(description.clone());
            }
            Gave::Changed(tx.repository(repository)?.edit_label(name, &edit)?)
        }
        Op::DeleteLabel(repository, name) => {
            tx.repository(repository)?.delete_label(name)?;
            Gave::Done
        }
        Op::CreateMilestone(repository, title, description, due, state) => {
            let mut milestone = NewMilestone::titled(title);
            if let Some(description) = description {
                milestone = milestone.description(description);
            }
            if let Some(due) = due {
                milestone = milestone.due_on(*due);
            }
            if let Some(state) = state {
                milestone = milestone.state(state.clone());
            }
            Gave::Number(tx.repository(repository)?.create_milestone(milestone)?)
        }
        Op::EditMilestone(at, change) => Gave::Changed(
            tx.repository(&at.repository)?
                .edit_milestone(at.number, &milestone_edit(change))?,
        ),
        Op::DeleteMilestone(at) => {
            tx.repository(&at.repository)?.delete_milestone(at.number)?;
            Gave::Done
        }
        Op::CreateRepository(name, labels) => {
            let name = name.parse().unwrap();
            if *labels {
                let new = NewRepository::default().default_labels();
                tx.create_repository_with(&name, new)?;
            } else {
                tx.create_repository(&name)?;
            }
            Gave::Done
        }
        Op::EditRepository(name, change) => {
            Gave::Changed(tx.repository(name)?.edit(&repository_edit(change))?)
        }
        other => perform_on_board(tx, other, names, state)?,
    })
}

fn owner_of(owner: &Owner, unknown: Option<&str>, state: &State) -> ProjectOwner {
    match unknown {
        Some(name) => ProjectOwner::Repository(name.parse().unwrap()),
        None => state.owner_of(owner),
    }
}

fn perform_on_board(
    tx: &mut WriteTransaction,
    operation: &Operation,
    names: &Names,
    state: &State,
) -> Result<Gave> {
    use Operation as Op;
    Ok(match operation {
        Op::CreateProject(owner, unknown, name, permission) => {
            let mut project = NewProject::named(name);
            if let Some(permission) = permission {
                project = project.permission(permission);
            }
            Gave::Made(tx.create_project(&owner_of(owner, unknown.as_deref(), state), project)?)
        }
        Op::EditProject(id, change) => {
            Gave::Changed(tx.edit_project(names.of(*id), &project_edit(change))?)
        }
        Op::DeleteProject(id) => {
            tx.delete_project(names.of(*id))?;
            Gave::Done
        }
        Op::CreateColumn(project, name) => Gave::Made(tx.create_column(names.of(*project), name)?),
        Op::RenameColumn(id, name) => Gave::Changed(tx.rename_column(names.of(*id), name)?),
        Op::MoveColumn(id, to) => {
            let place = match to {
                Where::First => ColumnPlace::First,
                Where::Last => ColumnPlace::Last,
                Where::After(other) | Where::Before(other) => ColumnPlace::After(names.of(*other)),
            };
            Gave::Changed(tx.move_column(names.of(*id), place)?)
        }
        Op::DeleteColumn(id) => {
            tx.delete_column(names.of(*id))?;
            Gave::Done
        }
        Op::CreateNote(column, note) => {
            Gave::Made(tx.create_note(names.of(*column), note.as_str())?)
        }
        Op::AddCard(column, at) => {
            let repository = at.repository.parse().unwrap();
            Gave::Made(tx.add_card(names.of(*column), &repository, at.number)?)
        }
        Op::EditCard(id, note, archived) => {
            let mut edit = CardEdit::default();
            if let Some(note) = note {
                edit = edit.note(note);
            }
            if let Some(archived) = archived {
                edit = edit.archived(*archived);
            }
            Gave::Changed(tx.edit_card(names.of(*id), &edit)?)
        }
        Op::MoveCard(id, to, column) => {
            let place = match to {
                Where::First => CardPlace::Top,
                Where::Last => CardPlace::Bottom,
                Where::After(other) | Where::Before(other) => CardPlace::After(names.of(*other)),
            };
            let column = column.map(|column| names.of(column));
            Gave::Changed(tx.move_card(names.of(*id), place, column)?)
        }
        Op::DeleteCard(id) => {
            tx.delete_card(names.of(*id))?;
            Gave::Done
        }
        Op::ConvertNote(id, repository, body) => {
            let repository = repository.parse().unwrap();
            Gave::Number(tx.convert_note(names.of(*id), &repository, body.clone())?)
        }
        other => panic!("{other:?} is done elsewhere"),
    })
}
