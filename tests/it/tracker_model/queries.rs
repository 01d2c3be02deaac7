//! Which issues match, and in which order: looked at one by one.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use backlot_model::Direction;
use backlot_model::{Aspect, Condition, Sort, SortKey, Test, TextTest};
use backlot_model::{Bounds, Timestamp};

use super::compare::word;
use super::state::{Id, Issue, State};

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) condition: Condition,
    pub(super) sort: Sort,
    /// The repository that is asked; the whole store without one.
    pub(super) repository: Option<Id>,
}

fn alike(one: &str, two: &str) -> bool {
    one.to_lowercase() == two.to_lowercase()
}

fn any(names: &[String], has: &[String]) -> bool {
    names
        .iter()
        .any(|name| has.iter().any(|other| alike(name, other)))
}

fn within(bounds: &Bounds<Timestamp>, moment: Option<Timestamp>) -> bool {
    moment.is_some_and(|moment| bounds.contains(&moment))
}

/// The words of a text, in lower case.
fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Those whom a text mentions: no word of the model's texts has an at sign within.
fn mentions(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter_map(|word| word.strip_prefix('@'))
        .map(str::to_owned)
        .collect()
}

impl State {
    /// All texts of an issue: title, body, comments.
    fn texts(&self, id: Id) -> (String, String, Vec<String>) {
        let issue = self.issue(id);
        let comments = self.comments().filter(|(_, comment)| comment.issue == id);
        let comments = comments.map(|(_, comment)| comment.body.clone()).collect();
        (
            issue.title.clone(),
            issue.body.clone().unwrap_or_default(),
            comments,
        )
    }

    fn mentioned(&self, id: Id) -> Vec<String> {
        let (_, body, comments) = self.texts(id);
        comments
            .iter()
            .chain([&body])
            .flat_map(|text| mentions(text))
            .collect()
    }

    fn commenters(&self, id: Id) -> Vec<String> {
        let comments = self.comments().filter(|(_, comment)| comment.issue == id);
        comments
            .map(|(_, comment)| comment.author.clone())
            .collect()
    }

    fn says(&self, id: Id, test: &TextTest) -> bool {
        let (title, body, comments) = self.texts(id);
        let mut texts = Vec::new();
        if test.fields.title {
            texts.push(title);
        }
        if test.fields.body {
            texts.push(body);
        }
        if test.fields.comments {
            texts.extend(comments);
        }
        texts.iter().flat_map(|text| words_of(text)).any(|word| {
            let wanted = test.text.to_lowercase();
            if test.is_prefix {
                word.starts_with(&wanted)
            } else {
                word == wanted
            }
        })
    }

    fn has(&self, id: Id, aspect: Aspect) -> bool {
        let issue = self.issue(id);
        match aspect {
            Aspect::Label => !issue.labels.is_empty(),
            Aspect::Milestone => issue.milestone.is_some(),
            Aspect::Assignee => !issue.assignees.is_empty(),
            Aspect::Type => issue.issue_type.is_some(),
            Aspect::Project => self.cards().any(|(_, card)| card.issue == Some(id)),
            Aspect::ParentIssue => issue.parent.is_some(),
            Aspect::SubIssue => !issue.sub_issues.is_empty(),
        }
    }

    fn label_names(&self, issue: &Issue) -> Vec<String> {
        issue
            .labels
            .iter()
            .map(|label| self.label(*label).name.clone())
            .collect()
    }

    fn passes(&self, id: Id, test: &Test) -> bool {
        let issue = self.issue(id);
        let repository = self.repository(issue.repository);
        let milestone = issue.milestone.map(|id| self.milestone(id));
        match test {
            Test::State(state) => *state == word(issue.closed),
            Test::PullRequest(is) | Test::Merged(is) | Test::Draft(is) => !is,
            Test::Locked(is) => issue.locked == *is,
            Test::Pinned(is) => issue.pinned == *is,
            Test::Blocked(is) => {
                issue
                    .blocked_by
                    .iter()
                    .any(|other| self.is_there(*other) && !self.issue(*other).closed)
                    == *is
            }
            Test::Blocking(is) => {
                (!issue.closed && issue.blocking.iter().any(|other| self.is_there(*other))) == *is
            }
            Test::Private(is) => repository.private == *is,
            Test::Archived(is) => repository.archived == *is,
            Test::Reason(reason) => issue.reason.as_ref() == Some(reason),
            Test::Label(names) => any(names, &self.label_names(issue)),
            Test::Milestone(titles) => {
                milestone.is_some_and(|found| any(titles, std::slice::from_ref(&found.title)))
            }
            Test::MilestoneNumber(number) => milestone.is_some_and(|found| found.number == *number),
            Test::Assignee(logins) => any(logins, &issue.assignees),
            Test::Author(logins) => any(logins, std::slice::from_ref(&issue.author)),
            Test::Mentions(logins) => any(logins, &self.mentioned(id)),
            Test::Commenter(logins) => any(logins, &self.commenters(id)),
            Test::Involves(logins) => {
                any(logins, &issue.assignees)
                    || any(logins, std::slice::from_ref(&issue.author))
                    || any(logins, &self.mentioned(id))
                    || any(logins, &self.commenters(id))
            }
            Test::Type(names) => issue
                .issue_type
                .as_ref()
                .is_some_and(|name| any(names, std::slice::from_ref(name))),
            Test::ParentIssue(name, number) => issue.parent.is_some_and(|parent| {
                let parent = self.issue(parent);
                let there = self.repository(parent.repository);
                let is_there = match name {
                    Some(name) => alike(name.as_str(), &there.name),
                    None => parent.repository == issue.repository,
                };
                is_there && parent.number == *number
            }),
            Test::Has(aspect) => self.has(id, *aspect),
            Test::No(aspect) => !self.has(id, *aspect),
            Test::Created(bounds) => within(bounds, Some(issue.created_at)),
            Test::Updated(bounds) => within(bounds, Some(issue.updated_at)),
            Test::Closed(bounds) => issue.closed && within(bounds, issue.closed_at),
            Test::MergedAt(_) => false,
            Test::Comments(bounds) => {
                bounds.contains(&self.key(id, SortKey::Comments).unsigned_abs())
            }
            Test::Reactions(bounds) => {
                bounds.contains(&self.key(id, SortKey::Reactions).unsigned_abs())
            }
            Test::Interactions(bounds) => {
                bounds.contains(&self.key(id, SortKey::Interactions).unsigned_abs())
            }
            Test::Number(bounds) => bounds.contains(&issue.number),
            Test::Repository(names) => names
                .iter()
                .any(|name| alike(name.as_str(), &repository.name)),
            Test::Owner(owners) => {
                let owner = repository.name.split('/').next().unwrap();
                owners.iter().any(|other| alike(other, owner))
            }
            Test::Text(test) => self.says(id, test),
        }
    }

    pub(super) fn holds(&self, id: Id, condition: &Condition) -> bool {
        match condition {
            Condition::All(parts) => parts.iter().all(|part| self.holds(id, part)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(id, part)),
            Condition::Not(part) => !self.holds(id, part),
            Condition::Is(test) => self.passes(id, test),
        }
    }

    fn key(&self, id: Id, key: SortKey) -> i64 {
        let issue = self.issue(id);
        let reactions = issue.reactions.iter().sum::<i64>();
        match key {
            SortKey::Updated => issue.updated_at.unix_milliseconds(),
            SortKey::Comments => issue.comments,
            SortKey::Reactions => reactions,
            SortKey::Reaction(at) => issue.reactions[usize::from(at)],
            SortKey::Interactions => reactions + issue.comments,
            SortKey::Number => i64::try_from(issue.number).unwrap(),
            SortKey::Created | SortKey::Relevance => issue.created_at.unix_milliseconds(),
        }
    }

    /// The issues that match, in order. What has no order by the rules is in that of repositories' names.
    pub(super) fn ask(&self, question: &Question) -> Vec<Id> {
        let is_asked = |issue: &Issue| {
            question
                .repository
                .is_none_or(|repository| issue.repository == repository)
        };
        let mut found: Vec<Id> = self
            .issues()
            .filter(|(id, issue)| is_asked(issue) && self.holds(*id, &question.condition))
            .map(|(id, _)| id)
            .collect();
        let by = |id: Id| {
            let issue = self.issue(id);
            (
                self.key(id, question.sort.key),
                issue.created_at,
                issue.number,
            )
        };
        found.sort_by(|one, two| {
            let order = by(*one).cmp(&by(*two));
            let order = match question.sort.direction {
                Direction::Ascending => order,
                Direction::Descending => order.reverse(),
            };
            match order {
                Ordering::Equal => self.place_text(*one).cmp(&self.place_text(*two)),
                other => other,
            }
        });
        found
    }

    pub(super) fn place_text(&self, id: Id) -> String {
        let issue = self.issue(id);
        format!(
            "{}#{}",
            self.repository(issue.repository).name,
            issue.number
        )
    }

    /// How many of these issues have each name, whatever its case.
    pub(super) fn counted(
        &self,
        ids: &[Id],
        of: impl Fn(&Issue) -> Vec<String>,
    ) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for id in ids {
            for name in of(self.issue(*id)) {
                *counts.entry(name.to_lowercase()).or_default() += 1;
            }
        }
        counts
    }

    pub(super) fn names_of_labels(&self, issue: &Issue) -> Vec<String> {
        self.label_names(issue)
    }
}
