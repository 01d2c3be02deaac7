//! Checks of issues and comments.

use super::check::Checker;
use super::code::Code;
use super::finding::{Finding, Fix, Subject};
use super::refer::References;
use super::split::split_text;
use super::target::Limit;
use super::text::{count, excerpt, longer_than, odd_controls, some_of};
use crate::id::RecordId;
use crate::record::Record;
use crate::word::{LockReason, State, StateReason};

/// A user as an issue names one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The login; empty for one of whom nothing is known.
    pub login: String,
    /// The host of the forge that told of the user; none for one who is known only here.
    pub host: Option<String>,
}

/// A label on an issue that is none of the repository's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostLabel {
    /// Its name.
    pub name: String,
    /// Whether another label of the repository has that name, in whatever case.
    pub is_taken: bool,
}

/// An issue with what its record refers to.
#[derive(Clone, Copy, Debug)]
pub struct IssueView<'a> {
    /// Its record.
    pub record: &'a Record,
    /// Who is assigned.
    pub assignees: &'a [Person],
    /// Those of its labels that the repository does not have.
    pub lost_labels: &'a [LostLabel],
    /// Whether the repository has its milestone, if it is in one.
    pub has_milestone: bool,
}

impl Checker<'_> {
    /// Tells what is wrong with an issue.
    pub fn issue(&self, issue: &IssueView<'_>, tell: &mut dyn FnMut(Finding)) {
        let record = issue.record;
        let subject = Subject::Issue {
            number: record.number().unwrap_or(0),
        };
        self.title(&subject, record.title().unwrap_or_default(), tell);
        let body = record.body().map(String::as_str).unwrap_or_default();
        if let Some(rule) = self.target.rule(Code::BodyMissing)
            && body.trim().is_empty()
        {
            let fix = Fix::by_hand("write a body");
            tell(rule.finding(&subject, "body", excerpt(body), Some(fix)));
        }
        self.text(&subject, body, Code::BodyTooLong, tell);
        self.lists(&subject, issue, tell);
        self.people(&subject, issue.assignees, tell);
        self.state(&subject, record, tell);
        self.links(&subject, record, tell);
    }

    /// Tells what is wrong with a comment on the issue of this number.
    pub fn comment(&self, id: RecordId, issue: u64, body: &str, tell: &mut dyn FnMut(Finding)) {
        let subject = Subject::Comment { id, issue };
        if let Some(rule) = self.target.rule(Code::CommentEmpty)
            && body.trim().is_empty()
        {
            let fix = Fix::by_hand("delete it, or write something");
            tell(rule.finding(&subject, "body", excerpt(body), Some(fix)));
        }
        self.text(&subject, body, Code::CommentTooLong, tell);
    }

    fn title(&self, subject: &Subject, title: &str, tell: &mut dyn FnMut(Finding)) {
        if title.chars().all(|c| c.is_control() || c.is_whitespace()) {
            if let Some(rule) = self.target.rule(Code::TitleEmpty) {
                let fix = Fix::by_hand("give it a title");
                tell(rule.finding(subject, "title", excerpt(title), Some(fix)));
            }
            return;
        }
        let mut did = Vec::new();
        self.target.repair_title(title, &mut did);
        for (code, does) in did {
            if let Some(rule) = self.target.rule(code) {
                let there = match code {
                    Code::TitleTooLong => characters(title.chars().count()),
                    _ => excerpt(title),
                };
                tell(rule.finding(subject, "title", there, Some(Fix::safe(does))));
            }
        }
    }

    /// Tells what is wrong with a long text.
    fn text(&self, subject: &Subject, text: &str, too_long: Code, tell: &mut dyn FnMut(Finding)) {
        let mut found = |code: Code, there: String, fix: Option<Fix>| {
            if let Some(rule) = self.target.rule(code) {
                tell(rule.finding(subject, "body", there, fix));
            }
        };
        if let Some(most) = self.target.most(too_long)
            && let Some(length) = longer_than(text, most)
        {
            let comments = split_text(text, most).len() - 1;
            let comments = count(comments, "comment", "comments");
            let fix = Fix::safe(format!("continue the text in {comments}"));
            found(too_long, characters(length), Some(fix));
        }
        if text.contains('\0') {
            let there = count(text.matches('\0').count(), "time", "times");
            let fix = match self.target.can_strip(text, too_long) {
                true => Fix::safe("strip U+0000"),
                false => Fix::by_hand("delete the comment"),
            };
            found(Code::NullCharacter, there, Some(fix));
        }
        let odd = odd_controls(text);
        if !odd.is_empty() {
            let odd: Vec<String> = odd
                .iter()
                .map(|c| format!("U+{:04X}", u32::from(*c)))
                .collect();
            found(Code::ControlCharacters, some_of(&odd), None);
        }
        let rebinding = self.target.rule(Code::ReferenceRebinds);
        let is_kept = rebinding.is_some_and(|rule| rule.limit == Limit::NumbersKept);
        let references = References::of(text, self.around, is_kept);
        if !references.mentions.is_empty() && self.target.has(Code::MentionNotifies) {
            let fix = match super::defuse::defuse_mentions(text) {
                Some(_) => Fix::safe("write mentions as code"),
                None => Fix::by_hand("write them as code"),
            };
            let there = some_of(&references.mentions);
            found(Code::MentionNotifies, there, Some(fix));
        }
        for (code, references) in [
            (Code::ReferenceRebinds, &references.rebinding),
            (Code::ReferenceToSource, &references.to_source),
            (Code::ReferenceElsewhere, &references.elsewhere),
        ] {
            if !references.is_empty() {
                found(code, some_of(references), None);
            }
        }
    }

    fn lists(&self, subject: &Subject, issue: &IssueView<'_>, tell: &mut dyn FnMut(Finding)) {
        let record = issue.record;
        let dependencies = record.blocked_by().len().max(record.blocking().len());
        for (code, field, number) in [
            (Code::LabelsTooMany, "labels", record.labels().len()),
            (
                Code::AssigneesTooMany,
                "assignees",
                record.assignees().len(),
            ),
            (
                Code::SubIssuesTooMany,
                "sub_issues",
                record.sub_issues().len(),
            ),
            (Code::DependenciesTooMany, "blocked_by", dependencies),
        ] {
            if let Some(rule) = self.target.rule(code)
                && self.target.most(code).is_some_and(|most| number > most)
            {
                let fix = Fix::by_hand("take some away");
                tell(rule.finding(subject, field, number.to_string(), Some(fix)));
            }
        }
        for label in issue.lost_labels {
            let (code, fix) = match label.is_taken {
                true => (Code::LabelNameTaken, "give it the other label of that name"),
                false => (Code::LabelUnknown, "take it away, or create it again"),
            };
            if let Some(rule) = self.target.rule(code) {
                let fix = Some(Fix::by_hand(fix));
                tell(rule.finding(subject, "labels", excerpt(&label.name), fix));
            }
        }
        if let Some(rule) = self.target.rule(Code::MilestoneUnknown)
            && let Some(milestone) = record.milestone()
            && !issue.has_milestone
        {
            let fix = Fix::by_hand("take the issue out of it");
            tell(rule.finding(subject, "milestone", milestone.to_string(), Some(fix)));
        }
    }

    fn people(&self, subject: &Subject, assignees: &[Person], tell: &mut dyn FnMut(Finding)) {
        for person in assignees {
            let is_known = person
                .host
                .as_deref()
                .is_some_and(|host| self.target.takes_word(Code::AssigneeUnknown, host));
            if is_known && self.target.takes_login(&person.login) {
                continue;
            }
            let (code, fix) = match self.target.takes_login(&person.login) {
                false => (Code::AssigneeInvalid, "assign somebody else, or nobody"),
                true => (Code::AssigneeUnknown, "see that there is such an account"),
            };
            if let Some(rule) = self.target.rule(code) {
                let there = excerpt(&person.login);
                let fix = Some(Fix::by_hand(fix));
                tell(rule.finding(subject, "assignees", there, fix));
            }
        }
    }

    fn state(&self, subject: &Subject, record: &Record, tell: &mut dyn FnMut(Finding)) {
        let mut found = |code: Code, field, there: &str, fix: Option<&str>| {
            if let Some(rule) = self.target.rule(code) {
                let fix = fix.map(Fix::by_hand);
                tell(rule.finding(subject, field, excerpt(there), fix));
            }
        };
        for (code, field, word, fix) in [
            (
                Code::StateUnknown,
                "state",
                record.state().map(State::as_word),
                "open or close it",
            ),
            (
                Code::StateReasonUnknown,
                "state_reason",
                record.state_reason().map(StateReason::as_word),
                "close it for a reason on the list",
            ),
            (
                Code::LockReasonUnknown,
                "lock_reason",
                record.lock_reason().map(LockReason::as_word),
                "lock it for a reason on the list",
            ),
        ] {
            if let Some(word) = word.filter(|word| !self.target.takes_word(code, word)) {
                found(code, field, word, Some(fix));
            }
        }
        if let Some(reason) = record
            .state_reason()
            .filter(|reason| **reason != StateReason::Completed)
        {
            let field = "state_reason";
            found(Code::StateReasonLost, field, reason.as_word(), None);
        }
        if record.is_locked() {
            let reason = record.lock_reason().map_or("locked", LockReason::as_word);
            found(Code::LockLost, "locked", reason, None);
        }
        if let Some(name) = record.issue_type() {
            found(Code::TypeLost, "type", name, None);
        }
    }

    fn links(&self, subject: &Subject, record: &Record, tell: &mut dyn FnMut(Finding)) {
        let links = [
            (usize::from(record.parent_issue().is_some()), "parent"),
            (record.sub_issues().len(), "sub-issues"),
            (record.blocked_by().len(), "blocked by"),
            (record.blocking().len(), "blocking"),
        ];
        let links: Vec<String> = links
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{what} {number}"))
            .collect();
        if let Some(rule) = self.target.rule(Code::LinksLost)
            && !links.is_empty()
        {
            tell(rule.finding(subject, "links", links.join(", "), None));
        }
    }
}

fn characters(number: usize) -> String {
    count(number, "character", "characters")
}
