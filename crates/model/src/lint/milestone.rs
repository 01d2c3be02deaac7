//! Checks of milestones.

use std::collections::BTreeSet;

use super::check::Checker;
use super::code::Code;
use super::finding::{Finding, Fix, Subject};
use super::target::Target;
use super::text::excerpt;
use crate::time::Timestamp;
use crate::word::State;

/// The times of day, as whole hours of UTC, that are a date and no more: midnight there, or at the Pacific
/// and Eastern coasts of America, where forges put dates.
const MIDNIGHTS: [i64; 5] = [0, 4, 5, 7, 8];
const HOUR: i64 = 3_600_000;

/// A milestone of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneView {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Open or closed.
    pub state: State,
    /// When it is due.
    pub due_on: Option<Timestamp>,
}

impl Target {
    /// The titles that milestones need because others have theirs: number and new title of each. Somebody has to
    /// choose: a store takes no title a second time, so that this could not be undone.
    pub(super) fn free_titles(&self, milestones: &[MilestoneView]) -> Vec<(u64, String)> {
        if !self.has(Code::MilestoneTitleTaken) {
            return Vec::new();
        }
        let mut taken: BTreeSet<String> = milestones
            .iter()
            .map(|milestone| milestone.title.clone())
            .collect();
        let mut seen = BTreeSet::new();
        let mut repairs = Vec::new();
        for milestone in milestones {
            let title = milestone.title.trim();
            if seen.insert(milestone.title.as_str()) || title.is_empty() {
                continue;
            }
            let mut other = format!("{title} ({})", milestone.number);
            while taken.contains(&other) {
                other.push('*');
            }
            taken.insert(other.clone());
            repairs.push((milestone.number, other));
        }
        repairs
    }
}

impl Checker<'_> {
    /// Tells what is wrong with the milestones of a repository, all of which are given.
    pub fn milestones(&self, milestones: &[MilestoneView], tell: &mut dyn FnMut(Finding)) {
        let repairs = self.target.free_titles(milestones);
        for milestone in milestones {
            let subject = Subject::Milestone {
                number: milestone.number,
            };
            let mut found = |code: Code, field, there: &str, fix: Option<Fix>| {
                if let Some(rule) = self.target.rule(code) {
                    tell(rule.finding(&subject, field, excerpt(there), fix));
                }
            };
            let title = milestone.title.as_str();
            if title.trim().is_empty() {
                let fix = Fix::by_hand("give it a title");
                found(Code::MilestoneTitleEmpty, "title", title, Some(fix));
            }
            let mut renamed = repairs.iter();
            if let Some((_, other)) = renamed.find(|(number, _)| *number == milestone.number) {
                let fix = Fix::by_hand(format!("rename it, as to {other:?}"));
                found(Code::MilestoneTitleTaken, "title", title, Some(fix));
            }
            let word = milestone.state.as_word();
            if !self.target.takes_word(Code::StateUnknown, word) {
                let fix = Fix::by_hand("open or close it");
                found(Code::StateUnknown, "state", word, Some(fix));
            }
            match milestone.due_on {
                None => {
                    let fix = Fix::by_hand("say when it is due");
                    found(Code::MilestoneDueMissing, "due_on", "", Some(fix));
                }
                Some(due) if !is_date(due) => {
                    found(Code::MilestoneDueTimeLost, "due_on", &due.to_string(), None);
                }
                Some(_) => {}
            }
        }
    }
}

fn is_date(moment: Timestamp) -> bool {
    let in_day = moment.unix_milliseconds().rem_euclid(24 * HOUR);
    in_day % HOUR == 0 && MIDNIGHTS.contains(&(in_day / HOUR))
}
