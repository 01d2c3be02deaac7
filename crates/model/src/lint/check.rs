//! Holding records against the rules of a target.

use super::code::Code;
use super::finding::{Finding, Subject};
use super::numbers::Numbers;
use super::target::Target;
use super::text::count;
use crate::name::RepositoryName;

/// What a check has to know about the repository as a whole.
#[derive(Clone, Debug)]
pub struct Around {
    /// The `owner/name` of the repository.
    pub repository: RepositoryName,
    /// The host and name of the forge's repository that it came from.
    pub source: Option<(String, String)>,
    /// The numbers that its issues have.
    pub numbers: Numbers,
}

impl Around {
    /// Whether a text that names a repository means this one, or the one that it came from.
    pub(super) fn is_source(&self, name: &RepositoryName, host: Option<&str>) -> bool {
        let from = self.source.as_ref();
        let is_named = from.is_some_and(|(_, from)| from.eq_ignore_ascii_case(name.as_str()))
            || *name == self.repository;
        match (host, from) {
            (Some(host), Some((from, _))) => is_named && from.eq_ignore_ascii_case(host),
            _ => is_named,
        }
    }
}

/// How much there is of what does not come along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Issues and pull requests.
    pub issues: usize,
    /// Pull requests among them.
    pub pull_requests: usize,
    /// Comments.
    pub comments: usize,
    /// Milestones.
    pub milestones: usize,
    /// Reactions, as they are counted on issues and comments.
    pub reactions: u64,
    /// Events of the past.
    pub events: usize,
}

/// Holds records against the rules of a target, one at a time.
#[derive(Clone, Copy, Debug)]
pub struct Checker<'a> {
    pub(super) target: &'a Target,
    pub(super) around: &'a Around,
}

impl<'a> Checker<'a> {
    /// A check of one repository for one target.
    pub const fn new(target: &'a Target, around: &'a Around) -> Self {
        Self { target, around }
    }

    /// Tells what of the whole repository does not come along.
    pub fn repository(&self, totals: &Totals, tell: &mut dyn FnMut(Finding)) {
        let mut lost = |code: Code, field, number: u64, there: String| {
            if let Some(rule) = self.target.rule(code).filter(|_| number > 0) {
                tell(rule.finding(&Subject::Repository, field, there, None));
            }
        };
        let texts = totals.issues + totals.comments;
        let written = format!(
            "{}, {}",
            count(totals.issues, "issue", "issues"),
            count(totals.comments, "comment", "comments")
        );
        let gaps: Vec<String> = self
            .around
            .numbers
            .gaps()
            .map(|(first, last)| match first == last {
                true => first.to_string(),
                false => format!("{first}-{last}"),
            })
            .collect();
        let missing: u64 = self
            .around
            .numbers
            .gaps()
            .map(|(first, last)| last - first + 1)
            .sum();
        let numbers = format!("{missing} missing: {}", super::text::some_of(&gaps));
        lost(Code::NumberGap, "number", missing, numbers);
        let pull_requests = totals.pull_requests;
        let there = count(pull_requests, "pull request", "pull requests");
        lost(
            Code::PullRequests,
            "pull_request",
            pull_requests as u64,
            there,
        );
        lost(Code::AuthorLost, "author", texts as u64, written.clone());
        lost(Code::DatesLost, "created_at", texts as u64, written);
        let there = format!("{} reactions", totals.reactions);
        lost(Code::ReactionsLost, "reactions", totals.reactions, there);
        let there = count(totals.events, "event", "events");
        lost(Code::HistoryLost, "events", totals.events as u64, there);
    }
}
