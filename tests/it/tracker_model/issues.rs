//! Issues: created, edited, deleted, locked, pinned and transferred.

use backlot_core::ErrorKind;
use backlot_model::{LockReason, Rule, State as Word, StateReason};

use super::answer::{Answer, Given, Problem, invalid};
use super::operation::{
    IssueChange, IssueInput, Model, Place, changed, check_length, check_line, unless,
};
use super::state::{Fields, Id, Issue};
use crate::random_backlog::dice::Dice;

/// The people whom everybody knows, as they spell themselves.
pub(super) const PEOPLE: [&str; 5] = ["mona", "Hubot", "lee", "octo", "zoe"];

/// A login as its owner spells it.
pub(super) fn spelled(login: &str) -> String {
    let known = PEOPLE
        .iter()
        .find(|known| known.eq_ignore_ascii_case(login));
    known.map_or_else(|| login.to_owned(), |known| (*known).to_owned())
}

/// The list that adding and removing leaves, each name once whatever its case.
fn wanted(
    now: &[String],
    set: Option<&Vec<String>>,
    add: &[String],
    remove: &[String],
) -> Vec<String> {
    let is_in = |names: &[String], name: &str| {
        names
            .iter()
            .any(|other| other.to_lowercase() == name.to_lowercase())
    };
    let mut names = now.to_vec();
    if let Some(set) = set {
        names.retain(|name| is_in(set, name));
        for name in set {
            if !is_in(&names, name) {
                names.push(name.clone());
            }
        }
    }
    for name in add {
        if !is_in(&names, name) {
            names.push(name.clone());
        }
    }
    names.retain(|name| !is_in(remove, name));
    // What stays keeps its place, and what is new comes after it.
    let (mut stay, new): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| is_in(now, name));
    stay.sort_by_key(|name| {
        now.iter()
            .position(|other| other.to_lowercase() == name.to_lowercase())
    });
    stay.extend(new);
    stay
}

fn check_logins(logins: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for login in logins {
        if login.is_empty() {
            problems.push(invalid("user", "login", Rule::MissingField));
        } else if login.contains(' ') {
            problems.push(invalid("user", "login", Rule::Invalid));
        }
        problems.extend(check_length("user", "login", login, 100));
    }
    problems
}

impl Model {
    /// What is wrong with the names of labels that an issue is to have.
    fn check_labels(&self, repository: Id, names: &[String]) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in names {
            if self.label_named(repository, name).is_none() {
                problems.extend(super::labels::check_name(name));
            }
        }
        if names.len() > 100 {
            problems.push(invalid("issue", "labels", Rule::Unprocessable));
        }
        problems
    }

    /// The labels of these names; those that the repository lacks are made.
    fn labels_named(&mut self, repository: Id, names: &[String]) -> Vec<Id> {
        let mut ids = Vec::new();
        for name in names {
            let id = self.label_named(repository, name);
            ids.push(id.unwrap_or_else(|| self.add_label(repository, name, "ededed", None, false)));
        }
        ids
    }

    pub(super) fn next_number(&self, repository: Id) -> u64 {
        let mut most = 0;
        for record in self.state.records.values() {
            let Fields::Issue(issue) = &record.fields else {
                continue;
            };
            // The numbers from which an issue was transferred stay its own.
            let own = (!record.absent).then_some((issue.repository, issue.number));
            let places = issue.places.iter().copied().chain(own);
            most = places
                .filter(|place| place.0 == repository)
                .map(|place| place.1)
                .fold(most, u64::max);
        }
        most + 1
    }

    /// What stands against new issues in a repository.
    pub(super) fn check_issues_enabled(&self, repository: Id) -> Vec<Problem> {
        if self.state.repository(repository).no_issues {
            vec![Problem::Kind(ErrorKind::Disabled)]
        } else {
            Vec::new()
        }
    }

    pub(super) fn create_issue(&mut self, repository: &str, input: &IssueInput) -> Answer {
        let (repository, mut problems) = self.to_write(repository)?;
        problems.extend(self.check_issues_enabled(repository));
        problems.extend(check_line("issue", "title", &input.title, 256));
        problems.extend(check_length(
            "issue",
            "body",
            input.body.as_deref().unwrap_or_default(),
            65_536,
        ));
        let labels = wanted(&[], None, &input.labels, &[]);
        problems.extend(self.check_labels(repository, &labels));
        let assignees = wanted(&[], None, &input.assignees, &[]);
        problems.extend(check_logins(&assignees));
        if assignees.len() > 10 {
            problems.push(invalid("issue", "assignees", Rule::Unprocessable));
        }
        let milestone = input
            .milestone
            .map(|number| self.milestone_numbered(repository, number));
        if matches!(milestone, Some(None)) {
            problems.push(invalid("issue", "milestone", Rule::Missing));
        }
        if let Some(name) = &input.issue_type {
            problems.extend(check_line("issue", "type", name, 256));
        }
        unless(problems)?;
        let labels = self.labels_named(repository, &labels);
        let number = self.new_issue(repository, &input.title, input.body.clone());
        let id = self.next - 1;
        let issue = self.state.issue_mut(id);
        issue.labels = labels;
        issue.assignees = assignees.iter().map(|login| spelled(login)).collect();
        issue.milestone = milestone.flatten();
        issue.issue_type.clone_from(&input.issue_type);
        Ok(Given::Number(number))
    }

    /// Makes an issue with nothing but a title and a body, as the record made last.
    pub(super) fn new_issue(&mut self, repository: Id, title: &str, body: Option<String>) -> u64 {
        let number = self.next_number(repository);
        let author = spelled(&self.actor);
        self.add(Fields::Issue(Issue {
            repository,
            number,
            places: Vec::new(),
            title: title.to_owned(),
            body,
            closed: false,
            reason: None,
            owned: self.owns(repository),
            author,
            assignees: Vec::new(),
            labels: Vec::new(),
            milestone: None,
            created_at: self.now,
            updated_at: self.now,
            closed_at: None,
            closed_by: None,
            locked: false,
            lock_reason: None,
            issue_type: None,
            pinned: false,
            parent: None,
            sub_issues: Vec::new(),
            blocked_by: Vec::new(),
            blocking: Vec::new(),
            duplicate_of: None,
            comments: 0,
            reactions: [0; 8],
        }));
        number
    }

    /// Whether who acts is the owner of the repository.
    pub(super) fn owns(&self, repository: Id) -> bool {
        let name = &self.state.repository(repository).name;
        name.split('/')
            .next()
            .unwrap()
            .eq_ignore_ascii_case(&self.actor)
    }

    pub(super) fn edit_issue(&mut self, place: &Place, change: &IssueChange) -> Answer {
        let mut problems = Vec::new();
        if let Some(title) = &change.title {
            problems.extend(check_line("issue", "title", title, 256));
        }
        if let Some(Some(body)) = &change.body {
            problems.extend(check_length("issue", "body", body, 65_536));
        }
        if let Some((state, reason)) = &change.state {
            let fits = match (state, reason) {
                (Word::Open, reason) => matches!(reason, None | Some(StateReason::Reopened)),
                (Word::Closed, reason) => {
                    !matches!(reason, Some(StateReason::Reopened | StateReason::Other(_)))
                }
                _ => true,
            };
            if matches!(state, Word::Other(_)) {
                problems.push(invalid("issue", "state", Rule::Invalid));
            } else if !fits {
                problems.push(invalid("issue", "state_reason", Rule::Invalid));
            }
        }
        if let Some(Some(name)) = &change.issue_type {
            problems.extend(check_line("issue", "type", name, 256));
        }
        let (repository, id) = match self.issue_to_write(place) {
            Ok(found) => found,
            Err(more) => {
                problems.extend(more);
                return Err(problems);
            }
        };
        let before = self.state.issue(id).clone();
        let names: Vec<_> = before
            .labels
            .iter()
            .map(|label| self.state.label(*label).name.clone())
            .collect();
        let labels = wanted(
            &names,
            change.set_labels.as_ref(),
            &change.add_labels,
            &change.remove_labels,
        );
        problems.extend(self.check_labels(repository, &labels));
        let assignees = wanted(
            &before.assignees,
            change.set_assignees.as_ref(),
            &change.add_assignees,
            &change.remove_assignees,
        );
        problems.extend(check_logins(&assignees));
        if assignees.len() > 10 {
            problems.push(invalid("issue", "assignees", Rule::Unprocessable));
        }
        let milestone = change
            .milestone
            .map(|number| number.map(|number| self.milestone_numbered(repository, number)));
        if matches!(milestone, Some(Some(None))) {
            problems.push(invalid("issue", "milestone", Rule::Missing));
        }
        unless(problems)?;
        let labels = self.labels_named(repository, &labels);
        if let Some((state, reason)) = &change.state {
            match (state, before.closed) {
                (Word::Closed, false) => {
                    self.close(id, reason.clone().unwrap_or(StateReason::Completed));
                }
                (Word::Open, true) => self.reopen(id),
                _ => {}
            }
        }
        let issue = self.state.issue_mut(id);
        issue.labels = labels;
        issue.assignees = assignees.iter().map(|login| spelled(login)).collect();
        if let Some(title) = &change.title {
            issue.title.clone_from(title);
        }
        if let Some(body) = &change.body {
            issue.body.clone_from(body);
        }
        if let Some(milestone) = milestone {
            issue.milestone = milestone.flatten();
        }
        if let Some(name) = &change.issue_type {
            issue.issue_type.clone_from(name);
        }
        self.touched_if_changed(id, &before)
    }

    pub(super) fn touched_if_changed(&mut self, id: Id, before: &Issue) -> Answer {
        let is_changed = self.state.issue(id) != before;
        if is_changed {
            self.touch(id);
        }
        changed(is_changed)
    }

    pub(super) fn close(&mut self, id: Id, reason: StateReason) {
        let (now, actor) = (self.now, spelled(&self.actor));
        let issue = self.state.issue_mut(id);
        issue.closed = true;
        issue.reason = Some(reason);
        issue.closed_at = Some(now);
        issue.closed_by = Some(actor);
    }

    fn reopen(&mut self, id: Id) {
        let issue = self.state.issue_mut(id);
        issue.closed = false;
        issue.reason = Some(StateReason::Reopened);
        issue.closed_at = None;
        issue.closed_by = None;
    }

    pub(super) fn lock(&mut self, place: &Place, reason: Option<&LockReason>) -> Answer {
        let mut problems = Vec::new();
        if matches!(reason, Some(LockReason::Other(_))) {
            problems.push(invalid("issue", "lock_reason", Rule::Invalid));
        }
        let id = self.issue_with(place, problems)?;
        let before = self.state.issue(id).clone();
        let issue = self.state.issue_mut(id);
        issue.locked = true;
        issue.lock_reason = reason.cloned();
        self.touched_if_changed(id, &before)
    }

    /// The issue to write to, unless that or anything else stands against it.
    pub(super) fn issue_with(
        &self,
        place: &Place,
        mut problems: Vec<Problem>,
    ) -> Result<Id, Vec<Problem>> {
        match self.issue_to_write(place) {
            Ok((_, id)) if problems.is_empty() => Ok(id),
            Ok(_) => Err(problems),
            Err(more) => {
                problems.extend(more);
                Err(problems)
            }
        }
    }

    pub(super) fn unlock(&mut self, place: &Place) -> Answer {
        let id = self.issue_with(place, Vec::new())?;
        let before = self.state.issue(id).clone();
        let issue = self.state.issue_mut(id);
        issue.locked = false;
        issue.lock_reason = None;
        self.touched_if_changed(id, &before)
    }

    pub(super) fn pin(&mut self, place: &Place) -> Answer {
        let (repository, id) = self.issue_to_write(place)?;
        if self.state.issue(id).pinned {
            return changed(false);
        }
        if self
            .state
            .issues_of(repository)
            .iter()
            .filter(|(_, issue)| issue.pinned)
            .count()
            >= 3
        {
            return Err(vec![invalid("issue", "pinned", Rule::Unprocessable)]);
        }
        self.state.issue_mut(id).pinned = true;
        self.touch(id);
        changed(true)
    }

    pub(super) fn unpin(&mut self, place: &Place) -> Answer {
        let id = self.issue_with(place, Vec::new())?;
        let before = self.state.issue(id).clone();
        self.state.issue_mut(id).pinned = false;
        self.touched_if_changed(id, &before)
    }

    pub(super) fn transfer(&mut self, place: &Place, to: &str) -> Answer {
        let mut problems = Vec::new();
        let to = self.to_write(to);
        match &to {
            Err(more) => problems.extend(more.clone()),
            Ok((there, more)) => {
                problems.extend(more.clone());
                problems.extend(self.check_issues_enabled(*there));
                if self
                    .repository(&place.repository)
                    .is_ok_and(|here| here == *there)
                {
                    problems.push(invalid("issue", "repository", Rule::Invalid));
                }
            }
        }
        let id = self.issue_with(place, problems)?;
        let there = to?.0;
        let number = self.next_number(there);
        let before = self.state.issue(id).clone();
        let mut labels = Vec::new();
        for label in &before.labels {
            labels.extend(self.label_named(there, &self.state.label(*label).name));
        }
        let milestone = before.milestone.and_then(|milestone| {
            let milestone = self.state.milestone(milestone);
            let same = self.state.milestones().find(|(_, other)| {
                other.repository == there
                    && other.title == milestone.title
                    && other.due_on == milestone.due_on
            });
            same.map(|(id, _)| id)
        });
        let issue = self.state.issue_mut(id);
        issue.places.push((before.repository, before.number));
        issue.repository = there;
        issue.number = number;
        issue.labels = labels;
        issue.milestone = milestone;
        issue.pinned = false;
        self.touch(id);
        let comments: Vec<_> = self
            .state
            .comments()
            .filter(|(_, comment)| comment.issue == id)
            .map(|(id, _)| id)
            .collect();
        let reactions: Vec<_> = self
            .state
            .reactions()
            .filter(|(_, reaction)| reaction.to == id || comments.contains(&reaction.to))
            .map(|(id, _)| id)
            .collect();
        for comment in comments {
            self.state.comment_mut(comment).repository = there;
        }
        for reaction in reactions {
            self.state.reaction_mut(reaction).repository = there;
        }
        Ok(Given::Number(number))
    }

    pub(super) fn delete_issue(&mut self, place: &Place) -> Answer {
        let id = self.issue_with(place, Vec::new())?;
        self.unlink(id);
        let comments: Vec<_> = self
            .state
            .comments()
            .filter(|(_, comment)| comment.issue == id)
            .map(|(id, _)| id)
            .collect();
        let cards: Vec<_> = self
            .state
            .cards()
            .filter(|(_, card)| card.issue == Some(id))
            .map(|(id, _)| id)
            .collect();
        for card in cards {
            self.remove_card(card);
        }
        for comment in comments.into_iter().chain([id]) {
            self.delete_with_reactions(comment);
        }
        Ok(Given::Done)
    }
}

/// A text of a few words, of which some mention somebody.
pub(super) fn words(dice: &mut Dice) -> String {
    const WORDS: [&str; 12] = [
        "crash", "on", "start", "slow", "search", "the", "index", "漢字", "crashes", "@mona",
        "@lee", "Board",
    ];
    let count = 1 + dice.below(5);
    let words: Vec<_> = (0..count).map(|_| dice.of(&WORDS)).collect();
    words.join(" ")
}
