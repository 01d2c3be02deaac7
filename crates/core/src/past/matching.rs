//! Whether an issue, as it was, meets a condition: plain evaluation, test by test.

use backlot_model::{Aspect, Condition, Record, RecordKind, RepositoryName, State, Test, TextTest};

use super::looking::{Looking, Then};
use super::rows::{children_ever, contents_ever};
use crate::codec::TextPointer;
use crate::error::Result;

impl Looking<'_> {
    /// Whether an issue of this repository meets the condition.
    pub(super) fn matches(
        &mut self,
        repository: &Then,
        issue: &Then,
        condition: &Condition,
    ) -> Result<bool> {
        match condition {
            Condition::All(conditions) => {
                for condition in conditions {
                    if !self.matches(repository, issue, condition)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Any(conditions) => {
                for condition in conditions {
                    if self.matches(repository, issue, condition)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(condition) => Ok(!self.matches(repository, issue, condition)?),
            Condition::Is(test) => self.meets(repository, issue, test),
        }
    }

    fn meets(&mut self, repository: &Then, issue: &Then, test: &Test) -> Result<bool> {
        let record = &issue.record;
        let comments = record.comment_count();
        let reactions = record.reactions().total();
        Ok(match test {
            Test::State(state) => record.state().unwrap_or(&State::Open) == state,
            Test::PullRequest(is) => record.is_pull_request() == *is,
            Test::Merged(is) => record.merged_at().is_some() == *is,
            Test::Draft(is) => record.is_draft() == *is,
            Test::Locked(is) => record.is_locked() == *is,
            Test::Pinned(is) => record.is_pinned() == *is,
            Test::Blocked(is) => {
                let mut is_blocked = false;
                for id in record.blocked_by() {
                    let other = self.then_of(*id)?.filter(Then::is_there);
                    is_blocked |=
                        other.is_some_and(|other| other.record.state() != Some(&State::Closed));
                }
                is_blocked == *is
            }
            Test::Blocking(is) => record.blocking().is_empty() != *is,
            Test::Private(is) => repository.record.is_private() == *is,
            Test::Archived(is) => repository.record.is_archived() == *is,
            Test::Reason(reason) => record.state_reason() == Some(reason),
            Test::Label(names) => any_of(names, &self.labels(issue)?),
            Test::Milestone(titles) => match record.milestone() {
                Some(id) => any_of(titles, self.name_for(issue, id)?.as_slice()),
                None => false,
            },
            Test::MilestoneNumber(number) => match record.milestone() {
                Some(id) => self
                    .then_of(id)?
                    .is_some_and(|milestone| milestone.record.number() == Some(*number)),
                None => false,
            },
            Test::Assignee(logins) => any_of(logins, &self.assignees(issue)?),
            Test::Author(logins) => self.is_by(record, logins)?,
            Test::Mentions(logins) => self.mentions(issue, logins)?,
            Test::Commenter(logins) => self.commented(issue, logins)?,
            Test::Involves(logins) => {
                self.is_by(record, logins)?
                    || any_of(logins, &self.assignees(issue)?)
                    || self.commented(issue, logins)?
                    || self.mentions(issue, logins)?
            }
            Test::Type(names) => record
                .issue_type()
                .is_some_and(|name| any_of(names, &[name.to_owned()])),
            Test::ParentIssue(of, number) => {
                self.is_child(repository, issue, of.as_ref(), *number)?
            }
            Test::Has(aspect) => self.has(issue, *aspect)?,
            Test::No(aspect) => !self.has(issue, *aspect)?,
            Test::Created(bounds) => record.created_at().is_some_and(|at| bounds.contains(&at)),
            Test::Updated(bounds) => record.updated_at().is_some_and(|at| bounds.contains(&at)),
            Test::Closed(bounds) => {
                record.state() == Some(&State::Closed)
                    && record.closed_at().is_some_and(|at| bounds.contains(&at))
            }
            Test::MergedAt(bounds) => record.merged_at().is_some_and(|at| bounds.contains(&at)),
            Test::Comments(bounds) => bounds.contains(&comments),
            Test::Reactions(bounds) => bounds.contains(&reactions),
            Test::Interactions(bounds) => bounds.contains(&comments.saturating_add(reactions)),
            Test::Number(bounds) => record
                .number()
                .is_some_and(|number| bounds.contains(&number)),
            Test::Repository(names) => {
                let name = repository.record.name().unwrap_or_default();
                names.iter().any(|wanted| is_same(wanted.as_str(), name))
            }
            Test::Owner(owners) => {
                let name = repository.record.name().unwrap_or_default();
                let owner = name.split('/').next().unwrap_or_default();
                owners.iter().any(|wanted| is_same(wanted, owner))
            }
            Test::Text(text) => self.says(issue, text)?,
        })
    }

    fn is_by(&mut self, record: &Record<TextPointer>, logins: &[String]) -> Result<bool> {
        Ok(match record.author() {
            Some(author) => any_of(logins, self.name(author)?.as_slice()),
            None => false,
        })
    }

    fn is_child(
        &mut self,
        repository: &Then,
        issue: &Then,
        of: Option<&RepositoryName>,
        number: u64,
    ) -> Result<bool> {
        let Some(parent) = issue.record.parent_issue() else {
            return Ok(false);
        };
        let Some(parent) = self.then_of(parent)?.filter(Then::is_there) else {
            return Ok(false);
        };
        let home = parent.record.repository();
        let is_home = match of {
            None => home == Some(repository.record.id()),
            Some(name) => match home {
                Some(home) => self
                    .name(home)?
                    .is_some_and(|home| is_same(name.as_str(), &home)),
                None => false,
            },
        };
        Ok(is_home && parent.record.number() == Some(number))
    }

    fn has(&mut self, issue: &Then, aspect: Aspect) -> Result<bool> {
        let record = &issue.record;
        Ok(match aspect {
            Aspect::Label => !self.labels(issue)?.is_empty(),
            Aspect::Milestone => match record.milestone() {
                Some(id) => self.name_for(issue, id)?.is_some(),
                None => false,
            },
            Aspect::Assignee => !record.assignees().is_empty(),
            Aspect::Type => record.issue_type().is_some(),
            Aspect::ParentIssue => record.parent_issue().is_some(),
            Aspect::SubIssue => !record.sub_issues().is_empty(),
            Aspect::Project => {
                for row in contents_ever(self.snapshot, issue.row, RecordKind::Card)? {
                    let card = self.then(row)?.filter(Then::is_there);
                    if card.is_some_and(|card| card.record.issue() == Some(record.id())) {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }

    /// Visits the comments that an issue had, until one is what is looked for.
    fn any_comment(
        &mut self,
        issue: &Then,
        mut is_it: impl FnMut(&mut Self, &Record<TextPointer>) -> Result<bool>,
    ) -> Result<bool> {
        for row in children_ever(self.snapshot, issue.row, RecordKind::Comment)? {
            if let Some(comment) = self.then(row)?.filter(Then::is_there)
                && is_it(self, &comment.record)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn commented(&mut self, issue: &Then, logins: &[String]) -> Result<bool> {
        self.any_comment(issue, |looking, comment| looking.is_by(comment, logins))
    }

    fn mentions(&mut self, issue: &Then, logins: &[String]) -> Result<bool> {
        let is_in = |text: Option<String>| {
            text.is_some_and(|text| logins.iter().any(|login| mentions(&text, login)))
        };
        Ok(is_in(self.body(&issue.record)?)
            || self.any_comment(issue, |looking, comment| Ok(is_in(looking.body(comment)?)))?)
    }

    /// Whether all the words stand in the texts that are searched; a phrase in one of them.
    fn says(&mut self, issue: &Then, test: &TextTest) -> Result<bool> {
        let title = test.fields.title.then(|| issue.record.title()).flatten();
        if title.is_some_and(|title| contains(title, test)) {
            return Ok(true);
        }
        if test.fields.body
            && let Some(body) = self.body(&issue.record)?
            && contains(&body, test)
        {
            return Ok(true);
        }
        Ok(test.fields.comments
            && self.any_comment(issue, |looking, comment| {
                let body = looking.body(comment)?;
                Ok(body.is_some_and(|body| contains(&body, test)))
            })?)
    }
}

fn is_same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn any_of(wanted: &[String], found: &[String]) -> bool {
    wanted
        .iter()
        .any(|wanted| found.iter().any(|found| is_same(wanted, found)))
}

/// Whether the text has `@login` as a word of its own.
fn mentions(text: &str, login: &str) -> bool {
    let (text, wanted) = (text.to_lowercase(), format!("@{}", login.to_lowercase()));
    let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(&wanted).any(|(at, found)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text
            .get(at + found.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// Whether the words stand next to each other in the text. Words compare without regard to case.
fn contains(text: &str, test: &TextTest) -> bool {
    let split = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (words, wanted) = (split(text), split(&test.text));
    let Some((last, first)) = wanted.split_last() else {
        return true;
    };
    words.windows(wanted.len()).any(|words| {
        words.split_last().is_some_and(|(end, begin)| {
            begin == first && (end == last || (test.is_prefix && end.starts_with(last.as_str())))
        })
    })
}
