//! What issues have to do with each other: sub-issues, dependencies and duplicates.

use std::collections::BTreeSet;

use backlot_model::{Rule, StateReason};

use super::answer::{Answer, Problem, invalid};
use super::operation::{Model, Place, Where, changed, unless};
use super::state::Id;

impl Model {
    /// The issue to write to and the one to link it with.
    fn both(
        &self,
        place: &Place,
        other: &Place,
        field: &'static str,
    ) -> Result<(Id, Id), Vec<Problem>> {
        match self.linked(other, field) {
            Ok(other) => Ok((self.issue_with(place, Vec::new())?, other)),
            Err(problems) => Err(self.issue_with(place, problems).unwrap_err()),
        }
    }

    /// All that is reached from an issue by these links, the issue itself included.
    fn reached(&self, from: Id, links: &dyn Fn(Id) -> Vec<Id>) -> BTreeSet<Id> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if reached.insert(id) {
                open.extend(links(id));
            }
        }
        reached
    }

    /// How many levels of sub-issues stand below an issue.
    fn height(&self, id: Id, seen: &mut BTreeSet<Id>) -> usize {
        if !seen.insert(id) {
            return 0;
        }
        let below = self.state.issue(id).sub_issues.clone();
        below
            .into_iter()
            .map(|child| 1 + self.height(child, seen))
            .max()
            .unwrap_or(0)
    }

    pub(super) fn add_sub_issue(&mut self, place: &Place, child: &Place, replace: bool) -> Answer {
        let (parent, child) = self.both(place, child, "sub_issue")?;
        let now = self.state.issue(child).parent;
        if now == Some(parent) {
            return changed(false);
        }
        let mut problems = Vec::new();
        if now.is_some() && !replace {
            problems.push(invalid("issue", "sub_issue", Rule::AlreadyExists));
        }
        let above = self.reached(parent, &|id| {
            self.state.issue(id).parent.into_iter().collect()
        });
        if above.contains(&child) {
            problems.push(invalid("issue", "sub_issue", Rule::Invalid));
        }
        let levels = above.len() + self.height(child, &mut BTreeSet::new());
        if levels > 8 || self.state.issue(parent).sub_issues.len() >= 100 {
            problems.push(invalid("issue", "sub_issue", Rule::Unprocessable));
        }
        unless(problems)?;
        if let Some(old) = now {
            self.state
                .issue_mut(old)
                .sub_issues
                .retain(|other| *other != child);
            self.touch(old);
        }
        self.state.issue_mut(parent).sub_issues.push(child);
        self.state.issue_mut(child).parent = Some(parent);
        self.touch(parent);
        self.touch(child);
        changed(true)
    }

    pub(super) fn remove_sub_issue(&mut self, place: &Place, child: &Place) -> Answer {
        let (parent, child) = self.both(place, child, "sub_issue")?;
        if self.state.issue(child).parent != Some(parent) {
            return changed(false);
        }
        self.state
            .issue_mut(parent)
            .sub_issues
            .retain(|other| *other != child);
        self.state.issue_mut(child).parent = None;
        self.touch(parent);
        self.touch(child);
        changed(true)
    }

    pub(super) fn move_sub_issue(
        &mut self,
        place: &Place,
        child: &Place,
        to: &Where<Place>,
    ) -> Answer {
        let mut problems = Vec::new();
        let child = self
            .linked(child, "sub_issue")
            .map_err(|more| problems.extend(more))
            .ok();
        let beside = match to {
            Where::Before(other) | Where::After(other) => Some(
                self.linked(other, "sub_issue")
                    .map_err(|more| problems.extend(more))
                    .ok(),
            ),
            _ => None,
        };
        let parent = match self.issue_to_write(place) {
            Ok((_, parent)) => Some(parent),
            Err(more) => {
                problems.extend(more);
                None
            }
        };
        if let Some(parent) = parent {
            let children = &self.state.issue(parent).sub_issues;
            let foreign = |id: Option<Id>| id.is_some_and(|id| !children.contains(&id));
            if foreign(child)
                || foreign(beside.flatten())
                || (child.is_some() && beside == Some(child))
            {
                problems.push(invalid("issue", "sub_issue", Rule::Invalid));
            }
        }
        unless(problems)?;
        let (parent, child) = (parent.unwrap(), child.unwrap());
        let order = &mut self.state.issue_mut(parent).sub_issues;
        let before = order.clone();
        place_in(order, child, &beside.flatten(), to);
        let is_changed = *order != before;
        if is_changed {
            self.touch(parent);
        }
        changed(is_changed)
    }

    pub(super) fn add_blocked_by(&mut self, place: &Place, blocker: &Place) -> Answer {
        let (id, blocker) = self.both(place, blocker, "blocked_by")?;
        if self.state.issue(id).blocked_by.contains(&blocker) {
            return changed(false);
        }
        let mut problems = Vec::new();
        let waits_for = self.reached(blocker, &|id| self.state.issue(id).blocked_by.clone());
        if waits_for.contains(&id) {
            problems.push(invalid("issue", "blocked_by", Rule::Invalid));
        }
        if self.state.issue(id).blocked_by.len() >= 50 {
            problems.push(invalid("issue", "blocked_by", Rule::Unprocessable));
        }
        if self.state.issue(blocker).blocking.len() >= 50 {
            problems.push(invalid("issue", "blocking", Rule::Unprocessable));
        }
        unless(problems)?;
        self.state.issue_mut(id).blocked_by.push(blocker);
        self.state.issue_mut(blocker).blocking.push(id);
        self.touch(id);
        self.touch(blocker);
        changed(true)
    }

    pub(super) fn remove_blocked_by(&mut self, place: &Place, blocker: &Place) -> Answer {
        let (id, blocker) = self.both(place, blocker, "blocked_by")?;
        if !self.state.issue(id).blocked_by.contains(&blocker) {
            return changed(false);
        }
        self.state
            .issue_mut(id)
            .blocked_by
            .retain(|other| *other != blocker);
        self.state
            .issue_mut(blocker)
            .blocking
            .retain(|other| *other != id);
        self.touch(id);
        self.touch(blocker);
        changed(true)
    }

    pub(super) fn mark_duplicate(&mut self, place: &Place, of: &Place) -> Answer {
        let (id, of) = self.both(place, of, "duplicate_of")?;
        let says_again = self.reached(of, &|id| {
            self.state.issue(id).duplicate_of.into_iter().collect()
        });
        if says_again.contains(&id) {
            return Err(vec![invalid("issue", "duplicate_of", Rule::Invalid)]);
        }
        let before = self.state.issue(id).clone();
        self.state.issue_mut(id).duplicate_of = Some(of);
        if !before.closed {
            self.close(id, StateReason::Duplicate);
        }
        self.touched_if_changed(id, &before)
    }

    pub(super) fn unmark_duplicate(&mut self, place: &Place) -> Answer {
        let id = self.issue_with(place, Vec::new())?;
        let before = self.state.issue(id).clone();
        self.state.issue_mut(id).duplicate_of = None;
        self.touched_if_changed(id, &before)
    }

    /// Takes an issue that is deleted out of all that others say of it. Its tombstone keeps what it had.
    pub(super) fn unlink(&mut self, id: Id) {
        let others: Vec<Id> = self
            .state
            .issues()
            .map(|(id, _)| id)
            .filter(|other| *other != id)
            .collect();
        for other in others {
            let before = self.state.issue(other).clone();
            let mut after = before.clone();
            after.sub_issues.retain(|other| *other != id);
            after.blocked_by.retain(|other| *other != id);
            after.blocking.retain(|other| *other != id);
            after.parent = after.parent.filter(|parent| *parent != id);
            after.duplicate_of = after.duplicate_of.filter(|of| *of != id);
            if after != before {
                *self.state.issue_mut(other) = after;
                self.touch(other);
            }
        }
    }
}

/// Puts something that is in a list, or is not yet, into its place there.
pub(super) fn place_in<T>(order: &mut Vec<Id>, id: Id, beside: &Option<Id>, to: &Where<T>) {
    if *beside == Some(id) {
        return;
    }
    order.retain(|other| *other != id);
    let of = |other: &Option<Id>| order.iter().position(|id| Some(*id) == *other).unwrap();
    let at = match to {
        Where::First => 0,
        Where::Last => order.len(),
        Where::Before(_) => of(beside),
        Where::After(_) => of(beside) + 1,
    };
    order.insert(at, id);
}
