//! Project boards: projects, their columns in order, and the columns' cards in order.

use backlot_core::ErrorKind;
use backlot_model::{Rule, State as Word};

use super::answer::{Answer, GONE, Given, Problem, UNKNOWN, invalid};
use super::issues::{PEOPLE, spelled};
use super::links::place_in;
use super::operation::{
    Model, Place, ProjectChange, Where, changed, check_length, check_line, unless,
};
use super::state::{Card, Column, Fields, Id, Owner, Project};

/// The organisation that has projects of its own.
pub(super) const ORGANIZATION: &str = "octo-org";

fn check_note(note: &str) -> Vec<Problem> {
    let mut problems = check_length("card", "note", note, 1024);
    if note.trim().is_empty() {
        problems.push(invalid("card", "note", Rule::MissingField));
    }
    problems
}

fn check_permission(permission: Option<&str>) -> Vec<Problem> {
    let known = ["read", "write", "admin", "none"];
    if permission.is_some_and(|permission| !known.contains(&permission)) {
        return vec![invalid("project", "organization_permission", Rule::Invalid)];
    }
    Vec::new()
}

impl Model {
    fn check_owner(&self, owner: &Owner) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Owner::Repository(id) = owner {
            let repository = self.state.repository(*id);
            if repository.archived {
                problems.push(Problem::Kind(ErrorKind::Archived));
            }
            if repository.no_projects {
                problems.push(Problem::Kind(ErrorKind::Disabled));
            }
        }
        problems
    }

    /// What stands against writing to a project, a column or a card.
    fn check_board(&self, id: Id, kind: &str) -> Result<Vec<Problem>, Vec<Problem>> {
        let record = self.state.records.get(&id).filter(|record| !record.absent);
        let project = match (record.map(|record| &record.fields), kind) {
            (Some(Fields::Project(project)), "project") => project,
            (Some(Fields::Column(column)), "column") => self.state.project(column.project),
            (Some(Fields::Card(card)), "card") => {
                self.state.project(self.state.column(card.column).project)
            }
            _ => return Err(vec![UNKNOWN]),
        };
        let mut problems = self.check_owner(&project.owner);
        if self.state.is_deleted(id) {
            problems.push(GONE);
            return Err(problems);
        }
        Ok(problems)
    }

    fn board_with(
        &self,
        id: Id,
        kind: &str,
        mut problems: Vec<Problem>,
    ) -> Result<(), Vec<Problem>> {
        match self.check_board(id, kind) {
            Ok(more) | Err(more) => problems.extend(more),
        }
        unless(problems)
    }

    pub(super) fn create_project(
        &mut self,
        owner: &Owner,
        unknown: Option<&str>,
        name: &str,
        permission: Option<&str>,
    ) -> Answer {
        let mut problems = check_line("project", "name", name, usize::MAX);
        problems.extend(check_permission(permission));
        if unknown.is_some() {
            problems.push(UNKNOWN);
            return Err(problems);
        }
        problems.extend(self.check_owner(owner));
        let is_wrong_kind = match owner {
            Owner::Repository(_) => false,
            Owner::Organization(login) => PEOPLE.contains(&login.as_str()),
            Owner::User(login) => login == ORGANIZATION,
        };
        if is_wrong_kind {
            problems.push(invalid("project", "owner", Rule::Invalid));
        }
        unless(problems)?;
        let numbers = self
            .state
            .records
            .values()
            .filter(|record| !record.absent)
            .map(|record| match &record.fields {
                Fields::Project(project) if project.owner == *owner => project.number,
                _ => 0,
            });
        let number = numbers.max().unwrap_or(0) + 1;
        Ok(Given::Made(self.add(Fields::Project(Project {
            owner: owner.clone(),
            number,
            name: name.to_owned(),
            body: None,
            closed: false,
            private: false,
            permission: permission.map(str::to_owned),
            creator: spelled(&self.actor),
            created_at: self.now,
            updated_at: self.now,
            columns: Vec::new(),
        }))))
    }

    pub(super) fn edit_project(&mut self, id: Id, change: &ProjectChange) -> Answer {
        let mut problems = check_permission(change.permission.as_deref());
        if let Some(name) = &change.name {
            problems.extend(check_line("project", "name", name, usize::MAX));
        }
        if matches!(change.state, Some(Word::Other(_))) {
            problems.push(invalid("project", "state", Rule::Invalid));
        }
        self.board_with(id, "project", problems)?;
        let (now, before) = (self.now, self.state.project(id).clone());
        let project = self.state.project_mut(id);
        if let Some(name) = &change.name {
            project.name.clone_from(name);
        }
        if let Some(body) = &change.body {
            project.body.clone_from(body);
        }
        if let Some(state) = &change.state {
            project.closed = *state == Word::Closed;
        }
        project.private = change.private.unwrap_or(before.private);
        if change.permission.is_some() {
            project.permission.clone_from(&change.permission);
        }
        let is_changed = *project != before;
        if is_changed {
            project.updated_at = now;
        }
        changed(is_changed)
    }

    pub(super) fn delete_project(&mut self, id: Id) -> Answer {
        self.board_with(id, "project", Vec::new())?;
        for column in self.state.project(id).columns.clone() {
            self.remove_column(column);
        }
        self.state.delete(id);
        Ok(Given::Done)
    }

    pub(super) fn create_column(&mut self, project: Id, name: &str) -> Answer {
        self.board_with(
            project,
            "project",
            check_line("column", "name", name, usize::MAX),
        )?;
        let id = self.add(Fields::Column(Column {
            project,
            name: name.to_owned(),
            created_at: self.now,
            updated_at: self.now,
            rank: self.next,
            cards: Vec::new(),
        }));
        self.state.project_mut(project).columns.push(id);
        Ok(Given::Made(id))
    }

    pub(super) fn rename_column(&mut self, id: Id, name: &str) -> Answer {
        self.board_with(id, "column", check_line("column", "name", name, usize::MAX))?;
        let now = self.now;
        let column = self.state.column_mut(id);
        if column.name == name {
            return changed(false);
        }
        name.clone_into(&mut column.name);
        column.updated_at = now;
        changed(true)
    }

    pub(super) fn move_column(&mut self, id: Id, to: &Where<Id>) -> Answer {
        let mut problems = Vec::new();
        let beside = match to {
            Where::Before(other) | Where::After(other) => Some(*other),
            _ => None,
        };
        let here = self
            .check_board(id, "column")
            .is_ok()
            .then(|| self.state.column(id).project);
        if let Some(other) = beside {
            match self.check_board(other, "column") {
                Err(more) => problems.extend(more),
                Ok(_) if here.is_some_and(|here| here != self.state.column(other).project) => {
                    problems.push(invalid("column", "position", Rule::Invalid));
                }
                Ok(_) => {}
            }
        }
        self.board_with(id, "column", problems)?;
        let (now, project) = (self.now, here.unwrap());
        let order = &mut self.state.project_mut(project).columns;
        let before = order.clone();
        place_in(order, id, &beside, to);
        let is_changed = *order != before;
        if is_changed {
            let rank = self.new_rank();
            let column = self.state.column_mut(id);
            column.updated_at = now;
            column.rank = rank;
        }
        changed(is_changed)
    }

    /// A mark of one move, by which a later move is told from it.
    fn new_rank(&mut self) -> Id {
        self.next += 1;
        self.next - 1
    }

    fn remove_column(&mut self, id: Id) {
        let column = self.state.column(id).clone();
        for card in column.cards {
            self.remove_card(card);
        }
        self.state
            .project_mut(column.project)
            .columns
            .retain(|other| *other != id);
        self.state.delete(id);
    }

    pub(super) fn delete_column(&mut self, id: Id) -> Answer {
        self.board_with(id, "column", Vec::new())?;
        self.remove_column(id);
        Ok(Given::Done)
    }

    fn new_card(&mut self, column: Id, note: Option<&str>, issue: Option<Id>) -> Answer {
        let id = self.add(Fields::Card(Card {
            column,
            note: note.map(str::to_owned),
            issue,
            archived: false,
            creator: spelled(&self.actor),
            created_at: self.now,
            updated_at: self.now,
            rank: self.next,
        }));
        self.state.column_mut(column).cards.insert(0, id);
        Ok(Given::Made(id))
    }

    pub(super) fn create_note(&mut self, column: Id, note: &str) -> Answer {
        self.board_with(column, "column", check_note(note))?;
        self.new_card(column, Some(note), None)
    }

    pub(super) fn add_card(&mut self, column: Id, place: &Place) -> Answer {
        let issue = self
            .repository(&place.repository)
            .and_then(|repository| self.find(repository, place.number));
        let mut problems = issue.clone().err().unwrap_or_default();
        if let (Ok(issue), Ok(_)) = (&issue, self.check_board(column, "column")) {
            let project = self.state.column(column).project;
            let is_there = self.state.cards().any(|(_, card)| {
                card.issue == Some(*issue) && self.state.column(card.column).project == project
            });
            if is_there {
                problems.push(invalid("card", "content", Rule::Unprocessable));
            }
        }
        self.board_with(column, "column", problems)?;
        let issue = issue?;
        self.touch(issue);
        self.new_card(column, None, Some(issue))
    }

    pub(super) fn edit_card(
        &mut self,
        id: Id,
        note: Option<&str>,
        archived: Option<bool>,
    ) -> Answer {
        let mut problems = Vec::new();
        if let Some(note) = note {
            problems.extend(check_note(note));
            if self.check_board(id, "card").is_ok() && self.state.card(id).issue.is_some() {
                problems.push(invalid("card", "note", Rule::Invalid));
            }
        }
        self.board_with(id, "card", problems)?;
        let (now, before) = (self.now, self.state.card(id).clone());
        let card = self.state.card_mut(id);
        if let Some(note) = note {
            card.note = Some(note.to_owned());
        }
        card.archived = archived.unwrap_or(card.archived);
        let is_changed = *card != before;
        if is_changed {
            card.updated_at = now;
        }
        changed(is_changed)
    }

    pub(super) fn move_card(&mut self, id: Id, to: &Where<Id>, column: Option<Id>) -> Answer {
        let mut problems = Vec::new();
        let beside = match to {
            Where::Before(other) | Where::After(other) => Some(*other),
            _ => None,
        };
        let from = self
            .check_board(id, "card")
            .is_ok()
            .then(|| self.state.card(id).column);
        let target = column.or(from);
        if let Some(column) = column {
            match self.check_board(column, "column") {
                Err(more) => problems.extend(more),
                Ok(more) => {
                    problems.extend(more);
                    let project = self.state.column(column).project;
                    if from.is_some_and(|from| self.state.column(from).project != project) {
                        problems.push(invalid("card", "column_id", Rule::Invalid));
                    }
                }
            }
        }
        if let Some(other) = beside {
            match self.check_board(other, "card") {
                Err(more) => problems.extend(more),
                Ok(_) if Some(self.state.card(other).column) != target => {
                    problems.push(invalid("card", "position", Rule::Invalid));
                }
                Ok(_) => {}
            }
        }
        self.board_with(id, "card", problems)?;
        let (now, from, target) = (self.now, from.unwrap(), target.unwrap());
        let before = (
            self.state.column(from).cards.clone(),
            self.state.column(target).cards.clone(),
        );
        if from != target {
            self.state
                .column_mut(from)
                .cards
                .retain(|other| *other != id);
        }
        place_in(&mut self.state.column_mut(target).cards, id, &beside, to);
        let after = (
            self.state.column(from).cards.clone(),
            self.state.column(target).cards.clone(),
        );
        if before == after {
            return changed(false);
        }
        let rank = self.new_rank();
        let card = self.state.card_mut(id);
        card.rank = rank;
        card.column = target;
        card.updated_at = now;
        let issue = card.issue;
        if let Some(issue) = issue.filter(|_| from != target) {
            self.touch(issue);
        }
        changed(true)
    }

    /// Takes a card off its board.
    pub(super) fn remove_card(&mut self, id: Id) {
        let card = self.state.card(id).clone();
        self.state
            .column_mut(card.column)
            .cards
            .retain(|other| *other != id);
        self.state.delete(id);
        if let Some(issue) = card.issue.filter(|issue| self.state.is_there(*issue)) {
            self.touch(issue);
        }
    }

    pub(super) fn delete_card(&mut self, id: Id) -> Answer {
        self.board_with(id, "card", Vec::new())?;
        self.remove_card(id);
        Ok(Given::Done)
    }

    pub(super) fn convert_note(&mut self, id: Id, repository: &str, body: Option<&str>) -> Answer {
        let mut problems = check_length("issue", "body", body.unwrap_or_default(), 65_536);
        if self.check_board(id, "card").is_ok() && self.state.card(id).issue.is_some() {
            problems.push(invalid("card", "note", Rule::Invalid));
        }
        let found = self.to_write(repository);
        match &found {
            Ok((id, more)) => {
                problems.extend(more.clone());
                problems.extend(self.check_issues_enabled(*id));
            }
            Err(more) => problems.extend(more.clone()),
        }
        self.board_with(id, "card", problems)?;
        let note = self.state.card(id).note.clone().unwrap();
        let (title, rest) = note.split_once('\n').unwrap_or((&note, ""));
        let rest = (!rest.is_empty()).then(|| rest.to_owned());
        let number = self.new_issue(found?.0, title, body.map(str::to_owned).or(rest));
        let (issue, now) = (self.next - 1, self.now);
        let card = self.state.card_mut(id);
        card.note = None;
        card.issue = Some(issue);
        card.updated_at = now;
        Ok(Given::Number(number))
    }
}
