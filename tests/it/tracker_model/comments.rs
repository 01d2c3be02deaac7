//! Comments and reactions.

use backlot_model::{Reactions, Rule};

use super::answer::{Answer, GONE, Given, Problem, UNKNOWN, invalid};
use super::issues::spelled;
use super::operation::{Model, Place, changed, check_length, unless};
use super::state::{Comment, Fields, Id, Reaction};

const REASONS: [&str; 6] = [
    "abuse",
    "off-topic",
    "outdated",
    "resolved",
    "duplicate",
    "spam",
];

fn check_body(body: &str) -> Vec<Problem> {
    let mut problems = check_length("comment", "body", body, 65_536);
    if body.trim().is_empty() {
        problems.push(invalid("comment", "body", Rule::MissingField));
    }
    problems
}

impl Model {
    pub(super) fn comment(&mut self, place: &Place, body: &str) -> Answer {
        let issue = self.issue_with(place, check_body(body))?;
        let repository = self.state.issue(issue).repository;
        let owned = self.owns(repository);
        let comment = self.add(Fields::Comment(Comment {
            repository,
            issue,
            author: spelled(&self.actor),
            owned,
            body: body.to_owned(),
            created_at: self.now,
            updated_at: self.now,
            minimized: None,
            pinned: false,
            reactions: [0; 8],
        }));
        self.state.issue_mut(issue).comments += 1;
        self.touch(issue);
        Ok(Given::Made(comment))
    }

    /// The comment of this name in a repository, unless that or anything else stands against it.
    fn comment_with(
        &self,
        repository: &str,
        id: Id,
        problems: Vec<Problem>,
    ) -> Result<Id, Vec<Problem>> {
        let (repository, mut all) = self.to_write(repository)?;
        all.extend(problems);
        let record = self.state.records.get(&id).filter(|record| !record.absent);
        match record.map(|record| &record.fields) {
            Some(Fields::Comment(comment)) if self.state.is_deleted(id) => {
                all.push(GONE);
                if comment.repository != repository {
                    all.push(UNKNOWN);
                }
            }
            Some(Fields::Comment(comment)) if comment.repository == repository => {}
            _ => all.push(UNKNOWN),
        }
        unless(all).map(|()| id)
    }

    pub(super) fn edit_comment(&mut self, repository: &str, id: Id, body: &str) -> Answer {
        let id = self.comment_with(repository, id, check_body(body))?;
        let (now, issue) = (self.now, self.state.comment(id).issue);
        if self.state.comment(id).body == body {
            return changed(false);
        }
        let comment = self.state.comment_mut(id);
        body.clone_into(&mut comment.body);
        comment.updated_at = now;
        self.touch(issue);
        changed(true)
    }

    pub(super) fn delete_comment(&mut self, repository: &str, id: Id) -> Answer {
        let id = self.comment_with(repository, id, Vec::new())?;
        let issue = self.state.comment(id).issue;
        self.delete_with_reactions(id);
        self.state.issue_mut(issue).comments -= 1;
        self.touch(issue);
        Ok(Given::Done)
    }

    pub(super) fn delete_with_reactions(&mut self, id: Id) {
        let reactions: Vec<_> = self
            .state
            .reactions()
            .filter(|(_, reaction)| reaction.to == id)
            .map(|(id, _)| id)
            .collect();
        for id in reactions.into_iter().chain([id]) {
            self.state.delete(id);
        }
    }

    fn comment_changed(&mut self, id: Id, before: &Comment) -> Answer {
        changed(self.state.comment(id) != before)
    }

    pub(super) fn minimize(&mut self, repository: &str, id: Id, reason: Option<&str>) -> Answer {
        let mut problems = Vec::new();
        if reason.is_some_and(|reason| !REASONS.contains(&reason)) {
            problems.push(invalid("comment", "minimized_reason", Rule::Invalid));
        }
        let id = self.comment_with(repository, id, problems)?;
        let before = self.state.comment(id).clone();
        let comment = self.state.comment_mut(id);
        comment.minimized = Some(reason.map(str::to_owned));
        self.comment_changed(id, &before)
    }

    pub(super) fn unminimize(&mut self, repository: &str, id: Id) -> Answer {
        let id = self.comment_with(repository, id, Vec::new())?;
        let before = self.state.comment(id).clone();
        let comment = self.state.comment_mut(id);
        comment.minimized = None;
        self.comment_changed(id, &before)
    }

    pub(super) fn pin_comment(&mut self, repository: &str, id: Id) -> Answer {
        let id = self.comment_with(repository, id, Vec::new())?;
        let before = self.state.comment(id).clone();
        if before.pinned {
            return changed(false);
        }
        if self
            .state
            .comments()
            .any(|(_, other)| other.issue == before.issue && other.pinned)
        {
            return Err(vec![invalid("comment", "pinned", Rule::AlreadyExists)]);
        }
        self.state.comment_mut(id).pinned = true;
        changed(true)
    }

    pub(super) fn unpin_comment(&mut self, repository: &str, id: Id) -> Answer {
        let id = self.comment_with(repository, id, Vec::new())?;
        let before = self.state.comment(id).clone();
        if !before.pinned {
            return changed(false);
        }
        self.state.comment_mut(id).pinned = false;
        changed(true)
    }

    /// The issue or comment that is reacted to.
    fn reacted_to(&self, repository: &str, id: Id, content: &str) -> Result<usize, Vec<Problem>> {
        let (repository, mut problems) = self.to_write(repository)?;
        let known = Reactions::CONTENTS
            .iter()
            .position(|known| *known == content);
        if known.is_none() {
            problems.push(invalid("reaction", "content", Rule::Invalid));
        }
        let record = self.state.records.get(&id).filter(|record| !record.absent);
        let place = match record.map(|record| &record.fields) {
            Some(Fields::Comment(comment)) => Some(comment.repository),
            Some(Fields::Issue(issue)) => Some(issue.repository),
            _ => None,
        };
        if place.is_some() && self.state.is_deleted(id) {
            problems.push(GONE);
        }
        if place != Some(repository) {
            problems.push(UNKNOWN);
        }
        unless(problems).map(|()| known.unwrap())
    }

    fn own_reaction(&self, to: Id, content: usize) -> Option<Id> {
        let user = spelled(&self.actor);
        let mut all = self.state.reactions();
        all.find(|(_, reaction)| {
            reaction.to == to && reaction.content == content && reaction.user == user
        })
        .map(|(id, _)| id)
    }

    fn count_reaction(&mut self, to: Id, content: usize, by: i64) {
        let is_comment = matches!(self.state.records[&to].fields, Fields::Comment(_));
        if is_comment {
            self.state.comment_mut(to).reactions[content] += by;
        } else {
            self.state.issue_mut(to).reactions[content] += by;
        }
    }

    pub(super) fn react(&mut self, repository: &str, to: Id, content: &str) -> Answer {
        let content = self.reacted_to(repository, to, content)?;
        if self.own_reaction(to, content).is_some() {
            return changed(false);
        }
        let user = spelled(&self.actor);
        let repository = match &self.state.records[&to].fields {
            Fields::Comment(comment) => comment.repository,
            _ => self.state.issue(to).repository,
        };
        self.add(Fields::Reaction(Reaction {
            repository,
            to,
            content,
            user,
            created_at: self.now,
        }));
        self.count_reaction(to, content, 1);
        changed(true)
    }

    pub(super) fn unreact(&mut self, repository: &str, to: Id, content: &str) -> Answer {
        let content = self.reacted_to(repository, to, content)?;
        let Some(own) = self.own_reaction(to, content) else {
            return changed(false);
        };
        self.state.delete(own);
        self.count_reaction(to, content, -1);
        changed(true)
    }
}
