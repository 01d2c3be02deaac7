//! Creating and editing issues, and commenting on them.

use backlot_model::{
    ASSIGNEES_PER_ISSUE, Change, EventKind, Field, LABELS_PER_ISSUE, Parent, RecordId, RecordKind,
    Rule, State, StateReason, Value, check_body, check_label_name, check_title,
};

use super::editor::{Editor, invalid};
use super::input::{IssueEdit, NewIssue};
use crate::codec::Head;
use crate::error::Result;
use crate::import::next_number;
use crate::read::rows;
use crate::store::keys::Space;

impl Editor<'_, '_> {
    pub(super) fn create_issue(&mut self, repository: u32, issue: NewIssue) -> Result<u64> {
        check_title(&issue.title)?;
        check_body("issue", issue.body.as_deref().unwrap_or_default())?;
        self.check_new_labels(repository, &issue.labels)?;
        check_count("labels", issue.labels.len(), LABELS_PER_ISSUE)?;
        check_count("assignees", issue.assignees.len(), ASSIGNEES_PER_ISSUE)?;
        let milestone = match issue.milestone {
            Some(number) => Some(self.milestone(repository, number)?),
            None => None,
        };
        let labels = self.each(&issue.labels, |editor, name| editor.label(repository, name))?;
        let assignees = self.each(&issue.assignees, Self::user)?;
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
        values.retain(|value| !value.says_nothing());
        let row = self.create(RecordKind::Issue, values)?;
        self.follow_references(repository, self.id(row)?, None, issue.body.as_deref())?;
        Ok(number)
    }

    /// What `find` gives for each of these names, each record once.
    fn each(
        &mut self,
        names: &[String],
        find: impl Fn(&mut Self, &str) -> Result<RecordId>,
    ) -> Result<Vec<RecordId>> {
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let id = find(self, name)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    pub(super) fn issue(&self, repository: u32, number: u64) -> Result<Head> {
        let (_, head) = rows::issue(self.writer.derived.tables(), repository, number)?;
        Ok(head)
    }

    /// Checks the names of labels that an edit would make. Those that are there may break today's rules.
    fn check_new_labels(&self, repository: u32, names: &[String]) -> Result<()> {
        for name in names {
            if self.name(repository, RecordKind::Label, name)?.is_none() {
                check_label_name(name)?;
            }
        }
        Ok(())
    }

    pub(super) fn edit_issue(
        &mut self,
        repository: u32,
        number: u64,
        edit: &IssueEdit,
    ) -> Result<bool> {
        let head = self.issue(repository, number)?;
        let record = &head.record;
        let id = record.id();
        if let Some(title) = &edit.title {
            check_title(title)?;
        }
        if let Some(Some(body)) = &edit.body {
            check_body("issue", body)?;
        }
        self.check_new_labels(repository, &edit.add_labels)?;
        if let Some((State::Open, _)) = &edit.state
            && record.merged_at().is_some()
        {
            let detail = "can't be open: the pull request was merged".to_owned();
            return Err(invalid("issue", "state", Rule::Unprocessable, detail));
        }
        let labels = record.labels().len() + edit.add_labels.len();
        check_count(
            "labels",
            labels.saturating_sub(edit.remove_labels.len()),
            LABELS_PER_ISSUE,
        )?;
        let assignees = record.assignees().len() + edit.add_assignees.len();
        let assignees = assignees.saturating_sub(edit.remove_assignees.len());
        check_count("assignees", assignees, ASSIGNEES_PER_ISSUE)?;
        let milestone = match edit.milestone {
            Some(Some(number)) => Some(Some(self.milestone(repository, number)?)),
            Some(None) => Some(None),
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
            let known = record
                .body()
                .map(|pointer| self.writer.text(*pointer))
                .transpose()?;
            if known != *body {
                let change = Change::set_or_clear(Field::Body, body.clone().map(Value::Body));
                self.issue_event(EventKind::Edited, id, vec![change])?;
                self.follow_references(repository, id, known.as_deref(), body.as_deref())?;
            }
        }
        self.edit_lists(repository, &head, edit)?;
        if let Some(milestone) = milestone.filter(|milestone| *milestone != record.milestone()) {
            let kind = match milestone {
                Some(_) => EventKind::Milestoned,
                None => EventKind::Demilestoned,
            };
            let change = Change::set_or_clear(Field::Milestone, milestone.map(Value::Milestone));
            self.issue_event(kind, id, vec![change])?;
        }
        if let Some((state, reason)) = &edit.state {
            self.edit_state(&head, state, reason.as_ref())?;
        }
        Ok(self.writer.events() > before)
    }

    fn edit_lists(&mut self, repository: u32, head: &Head, edit: &IssueEdit) -> Result<()> {
        let id = head.record.id();
        for label in self.each(&edit.add_labels, |editor, name| {
            editor.label(repository, name)
        })? {
            if !head.record.labels().contains(&label) {
                let change = Change::Add(Field::Labels, label);
                self.issue_event(EventKind::Labeled, id, vec![change])?;
            }
        }
        for name in &edit.remove_labels {
            let Some(row) = self.name(repository, RecordKind::Label, name)? else {
                continue;
            };
            let label = self.id(row)?;
            if head.record.labels().contains(&label) {
                let change = Change::Remove(Field::Labels, label);
                self.issue_event(EventKind::Unlabeled, id, vec![change])?;
            }
        }
        for user in self.each(&edit.add_assignees, Self::user)? {
            if !head.record.assignees().contains(&user) {
                let change = Change::Add(Field::Assignees, user);
                self.issue_event(EventKind::Assigned, id, vec![change])?;
            }
        }
        for login in &edit.remove_assignees {
            let Some(row) = self.user_row(login)? else {
                continue;
            };
            let user = self.id(row)?;
            if head.record.assignees().contains(&user) {
                let change = Change::Remove(Field::Assignees, user);
                self.issue_event(EventKind::Unassigned, id, vec![change])?;
            }
        }
        Ok(())
    }

    fn edit_state(
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

    /// Appends an event about an issue, which also is changed as of now.
    fn issue_event(
        &mut self,
        kind: EventKind,
        issue: RecordId,
        mut changes: Vec<Change>,
    ) -> Result<()> {
        changes.push(Change::Set(Value::UpdatedAt(self.now)));
        self.change(kind, issue, RecordKind::Issue, changes)
    }

    pub(super) fn comment(&mut self, repository: u32, number: u64, body: String) -> Result<()> {
        if body.trim().is_empty() {
            let detail = "can't be blank".to_owned();
            return Err(invalid("comment", "body", Rule::MissingField, detail));
        }
        check_body("comment", &body)?;
        let issue = self.issue(repository, number)?.record;
        let values = vec![
            Value::Repository(self.id(repository)?),
            Value::Body(body.clone()),
            Value::Author(self.acting_user()?),
            Value::CreatedAt(self.now),
            Value::UpdatedAt(self.now),
            Value::Parent(Parent::Record(issue.id())),
        ];
        self.create(RecordKind::Comment, values)?;
        let count = Change::Set(Value::CommentCount(issue.comment_count() + 1));
        self.issue_event(EventKind::Edited, issue.id(), vec![count])?;
        self.follow_references(repository, issue.id(), None, Some(&body))
    }
}

fn check_count(field: &'static str, count: usize, most: usize) -> Result<()> {
    if count > most {
        let detail = format!("are too many (maximum is {most})");
        return Err(invalid("issue", field, Rule::Unprocessable, detail));
    }
    Ok(())
}
