//! Creating and editing issues.

use backlot_model::{
    Change, EventKind, Field, RecordKind, Rule, State, StateReason, Value, check_body,
    check_issue_type, check_title,
};

use super::editor::{Editor, invalid, no_pull_request};
use super::input::{IssueEdit, NewIssue};
use super::lists::List;
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::Result;
use crate::import::next_number;
use crate::store::keys::Space;

impl RepositoryWriter<'_> {
    /// Creates an issue and gives its number. Its author is the actor of the transaction.
    ///
    /// # Errors
    /// `Invalid` when a field breaks a rule of `backlot_model`'s limits, or names a milestone that is not
    /// there.
    pub fn create_issue(&mut self, issue: NewIssue) -> Result<u64> {
        self.edit_here(|editor, repository| {
            editor.check_issues_enabled(repository)?;
            editor.create_issue(repository, issue)
        })
    }

    /// Edits an issue or a pull request. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` when a field breaks a rule, and `UnknownRecord`, `Gone` or `Moved` when there is no such
    /// issue.
    pub fn edit_issue(&mut self, number: u64, edit: &IssueEdit) -> Result<bool> {
        self.edit_here(|editor, repository| editor.edit_issue(repository, number, edit))
    }
}

impl Editor<'_, '_> {
    pub(super) fn create_issue(&mut self, repository: u32, issue: NewIssue) -> Result<u64> {
        check_title(&issue.title)?;
        check_body("issue", issue.body.as_deref().unwrap_or_default())?;
        if let Some(name) = &issue.issue_type {
            check_issue_type(name)?;
        }
        let labels = self.plan_new(List::Labels, repository, &issue.labels)?;
        let assignees = self.plan_new(List::Assignees, repository, &issue.assignees)?;
        let milestone = match issue.milestone {
            Some(number) => Some(self.milestone(repository, number)?),
            None => None,
        };
        let association = self.association(repository)?;
        let labels = self.members(repository, &labels)?;
        let assignees = self.members(repository, &assignees)?;
        let author = self.acting_user()?;
        let number = next_number(self.writer.derived.tables(), repository, Space::Issue)?;
        let mut values = vec![
            Value::Repository(self.id(repository)?),
            Value::Number(number),
            Value::Title(issue.title),
        ];
        values.extend(issue.body.clone().map(Value::Body));
        values.push(Value::State(State::Open));
        values.push(Value::Author(author));
        values.push(Value::Assignees(assignees));
        values.push(Value::Labels(labels));
        values.extend(milestone.map(Value::Milestone));
        values.push(Value::CreatedAt(self.now));
        values.push(Value::UpdatedAt(self.now));
        values.extend(association);
        values.extend(issue.issue_type.map(Value::IssueType));
        values.retain(|value| !value.says_nothing());
        let row = self.create(RecordKind::Issue, values)?;
        let id = self.id(row)?;
        self.follow_references(repository, id, None, issue.body.as_deref())?;
        Ok(number)
    }

    pub(super) fn edit_issue(
        &mut self,
        repository: u32,
        number: u64,
        edit: &IssueEdit,
    ) -> Result<bool> {
        let (_, head) = self.issue(repository, number)?;
        let record = &head.record;
        let id = record.id();
        if let Some(title) = &edit.title {
            check_title(title)?;
        }
        if let Some(Some(body)) = &edit.body {
            check_body("issue", body)?;
        }
        if let Some(issue_type) = &edit.issue_type {
            no_pull_request(&head, "type", "can't be given")?;
            issue_type.as_deref().map_or(Ok(()), check_issue_type)?;
        }
        let labels = self.plan_labels(repository, &head, edit)?;
        let assignees = self.plan_assignees(repository, &head, edit)?;
        let milestone = match edit.milestone {
            Some(Some(number)) => Some(Some(self.milestone(repository, number)?)),
            Some(None) => Some(None),
            None => None,
        };
        check_state(&head, edit)?;
        let duplicate_of = match &edit.duplicate_of {
            Some(reference) => Some(self.canonical(repository, &head, reference)?),
            None => None,
        };
        let before = self.writer.events();
        if let Some(title) = edit
            .title
            .as_ref()
            .filter(|title| record.title() != Some(title))
        {
            let title = Change::Set(Value::Title(title.clone()));
            self.issue_event(EventKind::Renamed, id, vec![title])?;
        }
        if let Some(body) = &edit.body {
            self.edit_body(repository, &head, body.as_deref())?;
        }
        self.apply_list(repository, id, &labels)?;
        self.apply_list(repository, id, &assignees)?;
        if let Some(milestone) = milestone.filter(|milestone| *milestone != record.milestone()) {
            let kind = match milestone {
                Some(_) => EventKind::Milestoned,
                None => EventKind::Demilestoned,
            };
            let change = Change::set_or_clear(Field::Milestone, milestone.map(Value::Milestone));
            self.issue_event(kind, id, vec![change])?;
        }
        if let Some(name) = &edit.issue_type {
            self.edit_type(&head, name.as_deref())?;
        }
        if let Some(canonical) = duplicate_of {
            self.set_duplicate(&head, canonical)?;
        }
        if let Some((state, reason)) = &edit.state {
            self.edit_state(&head, state, reason.as_ref())?;
        }
        Ok(self.writer.events() > before)
    }

    fn edit_body(&mut self, repository: u32, head: &Head, body: Option<&str>) -> Result<()> {
        let known = self.body(head)?;
        if known.as_deref() == body {
            return Ok(());
        }
        let id = head.record.id();
        let value = body.map(|body| Value::Body(body.to_owned()));
        let change = Change::set_or_clear(Field::Body, value);
        self.issue_event(EventKind::Edited, id, vec![change])?;
        self.follow_references(repository, id, known.as_deref(), body)
    }

    fn edit_type(&mut self, head: &Head, name: Option<&str>) -> Result<()> {
        let kind = match (head.record.issue_type(), name) {
            (known, wanted) if known == wanted => return Ok(()),
            (None, _) => EventKind::IssueTypeAdded,
            (Some(_), Some(_)) => EventKind::IssueTypeChanged,
            (Some(_), None) => EventKind::IssueTypeRemoved,
        };
        let value = name.map(|name| Value::IssueType(name.to_owned()));
        let change = Change::set_or_clear(Field::IssueType, value);
        self.issue_event(kind, head.record.id(), vec![change])
    }

    pub(super) fn edit_state(
        &mut self,
        head: &Head,
        state: &State,
        reason: Option<&StateReason>,
    ) -> Result<()> {
        let record = &head.record;
        let known = record.state().unwrap_or(&State::Open);
        // As at GitHub, a reason alone says nothing: it goes with a change of the state.
        if known == state {
            return Ok(());
        }
        let mut changes = vec![Change::Set(Value::State(state.clone()))];
        let kind = if *state == State::Closed {
            let reason = reason.cloned().unwrap_or(StateReason::Completed);
            let reason = (!record.is_pull_request()).then_some(Value::StateReason(reason));
            let closed_by = self.acting_user()?;
            changes.push(Change::set_or_clear(Field::StateReason, reason));
            changes.push(Change::Set(Value::ClosedAt(self.now)));
            changes.push(Change::Set(Value::ClosedBy(closed_by)));
            EventKind::Closed
        } else {
            let reason =
                (!record.is_pull_request()).then_some(Value::StateReason(StateReason::Reopened));
            changes.push(Change::set_or_clear(Field::StateReason, reason));
            changes.push(Change::Clear(Field::ClosedAt));
            changes.push(Change::Clear(Field::ClosedBy));
            EventKind::Reopened
        };
        self.issue_event(kind, record.id(), changes)
    }
}

/// Checks the state, its reason, and what the issue says again, against each other and the issue.
fn check_state(head: &Head, edit: &IssueEdit) -> Result<()> {
    let wrong = |field, rule, detail: String| Err(invalid("issue", field, rule, detail));
    match &edit.state {
        Some((State::Other(word), _)) => {
            let detail = format!("can't be {word:?}: give open or closed");
            return wrong("state", Rule::Invalid, detail);
        }
        Some((State::Open, _)) if head.record.merged_at().is_some() => {
            let detail = "can't be open: the pull request was merged".to_owned();
            return wrong("state", Rule::Unprocessable, detail);
        }
        Some((state, Some(reason))) => {
            let fits = match reason {
                StateReason::Reopened => *state == State::Open,
                StateReason::Other(_) => false,
                _ => *state == State::Closed,
            };
            if !fits {
                let detail = format!("can't be {reason} with the state {state}");
                return wrong("state_reason", Rule::Invalid, detail);
            }
        }
        _ => {}
    }
    let closes_as_duplicate = matches!(
        edit.state,
        Some((State::Closed, Some(StateReason::Duplicate)))
    );
    if edit.duplicate_of.is_some() && !closes_as_duplicate {
        let detail = "can only be given when the issue is closed as a duplicate".to_owned();
        return wrong("duplicate_of", Rule::Invalid, detail);
    }
    Ok(())
}
