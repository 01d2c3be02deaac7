//! Sub-issues: the tree of issues.

use backlot_model::{
    Change, EventKind, Field, IssueReference, RecordId, Rule, SUB_ISSUE_LEVELS,
    SUB_ISSUES_PER_ISSUE, Value,
};

use super::editor::{Editor, invalid, no_pull_request};
use super::input::SubIssuePlace;
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::error::{Error, Result};

const FIELD: &str = "sub_issue";
const PULL_REQUEST: &str = "can't be in a tree of issues";

impl RepositoryWriter<'_> {
    /// Makes an issue, of any repository of the store, the last sub-issue of another one. One that has a
    /// parent already moves there only where `replace_parent` says so. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for `sub_issue` when there is no such issue, when it has another parent
    /// ([`Rule::AlreadyExists`]), when it would come to stand below itself, or when there would be too many
    /// sub-issues or levels by `backlot_model`'s limits, and for pull requests, which GitHub keeps out of
    /// the tree; `UnknownRecord`, `Gone` or `Moved` for the parent.
    pub fn add_sub_issue(
        &mut self,
        parent: u64,
        sub_issue: &IssueReference,
        replace_parent: bool,
    ) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, parent) = editor.issue_proper(repository, parent, PULL_REQUEST)?;
            let (_, child) = editor.referenced(repository, sub_issue, FIELD)?;
            no_pull_request(&child, FIELD, PULL_REQUEST)?;
            let id = child.record.id();
            if child.record.parent_issue() == Some(parent.record.id()) {
                return Ok(false);
            }
            editor.check_place(&parent, &child, replace_parent)?;
            if let Some(old) = child.record.parent_issue() {
                editor.part(old, id)?;
            }
            editor.issue_event(
                EventKind::SubIssueAdded,
                parent.record.id(),
                vec![Change::Add(Field::SubIssues, id)],
            )?;
            let set = Change::Set(Value::ParentIssue(parent.record.id()));
            editor.issue_event(EventKind::ParentIssueAdded, id, vec![set])?;
            Ok(true)
        })
    }

    /// Takes a sub-issue from an issue. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for `sub_issue` when there is no such issue; `UnknownRecord`, `Gone` or `Moved` for the
    /// parent.
    pub fn remove_sub_issue(&mut self, parent: u64, sub_issue: &IssueReference) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, parent) = editor.issue(repository, parent)?;
            let (_, child) = editor.referenced(repository, sub_issue, FIELD)?;
            if child.record.parent_issue() != Some(parent.record.id()) {
                return Ok(false);
            }
            editor.part(parent.record.id(), child.record.id())?;
            Ok(true)
        })
    }

    /// Moves a sub-issue to another place among its siblings. Whether anything changed.
    ///
    /// # Errors
    /// `Invalid` for `sub_issue` when that, or the one it is to stand beside, is no sub-issue of the issue,
    /// or when both are the same; `UnknownRecord`, `Gone` or `Moved` for the parent.
    pub fn move_sub_issue(
        &mut self,
        parent: u64,
        sub_issue: &IssueReference,
        place: &SubIssuePlace,
    ) -> Result<bool> {
        self.edit_here(|editor, repository| {
            let (_, head) = editor.issue(repository, parent)?;
            let siblings = head.record.sub_issues();
            let find = |reference: &IssueReference| -> Result<RecordId> {
                let (_, found) = editor.referenced(repository, reference, FIELD)?;
                let id = found.record.id();
                if siblings.contains(&id) {
                    return Ok(id);
                }
                Err(wrong(
                    Rule::Invalid,
                    format!("{reference} is no sub-issue of #{parent}"),
                ))
            };
            let moved = find(sub_issue)?;
            let mut order: Vec<RecordId> = siblings.to_vec();
            order.retain(|id| *id != moved);
            let beside = match place {
                SubIssuePlace::First | SubIssuePlace::Last => None,
                SubIssuePlace::Before(other) | SubIssuePlace::After(other) => Some(find(other)?),
            };
            let at = match (place, beside) {
                (SubIssuePlace::First, _) => 0,
                (SubIssuePlace::Before(_), Some(id)) => place_of(&order, id)?,
                (SubIssuePlace::After(_), Some(id)) => place_of(&order, id)? + 1,
                _ => order.len(),
            };
            order.insert(at, moved);
            if order == siblings {
                return Ok(false);
            }
            let change = Change::Set(Value::SubIssues(order));
            editor.issue_event(EventKind::Edited, head.record.id(), vec![change])?;
            Ok(true)
        })
    }
}

fn wrong(rule: Rule, detail: String) -> Error {
    invalid("issue", FIELD, rule, detail)
}

fn place_of(order: &[RecordId], id: RecordId) -> Result<usize> {
    order.iter().position(|known| *known == id).ok_or_else(|| {
        let detail = "can't stand beside itself".to_owned();
        wrong(Rule::Invalid, detail)
    })
}

impl Editor<'_, '_> {
    /// Takes a sub-issue from its parent, on both sides.
    pub(super) fn part(&mut self, parent: RecordId, child: RecordId) -> Result<()> {
        let is_there = self
            .find(parent)?
            .is_some_and(|(_, head)| head.record.sub_issues().contains(&child));
        if is_there {
            let remove = Change::Remove(Field::SubIssues, child);
            self.issue_event(EventKind::SubIssueRemoved, parent, vec![remove])?;
        }
        let clear = Change::Clear(Field::ParentIssue);
        self.issue_event(EventKind::ParentIssueRemoved, child, vec![clear])
    }

    /// Checks that an issue may become a sub-issue of another one.
    fn check_place(&self, parent: &Head, child: &Head, replace_parent: bool) -> Result<()> {
        let id = child.record.id();
        if parent.record.id() == id {
            let detail = "can't be the issue itself".to_owned();
            return Err(wrong(Rule::Invalid, detail));
        }
        if child.record.parent_issue().is_some() && !replace_parent {
            let detail = "has a parent already".to_owned();
            return Err(wrong(Rule::AlreadyExists, detail));
        }
        let mut above = vec![parent.record.id()];
        let mut next = parent.record.parent_issue();
        while let Some(at) = next.filter(|at| !above.contains(at)) {
            if at == id {
                let detail = "can't stand below itself".to_owned();
                return Err(wrong(Rule::Invalid, detail));
            }
            above.push(at);
            next = self
                .find(at)?
                .and_then(|(_, head)| head.record.parent_issue());
        }
        let siblings = self.living(parent.record.sub_issues())?.len();
        if siblings >= SUB_ISSUES_PER_ISSUE {
            let detail = format!("is one too many (maximum is {SUB_ISSUES_PER_ISSUE})");
            return Err(wrong(Rule::Unprocessable, detail));
        }
        // The parent's own level is the number of those above it; the child adds one and all below it.
        if above.len() + self.levels_below(id, SUB_ISSUE_LEVELS)? > SUB_ISSUE_LEVELS {
            let detail = format!("would be too deep (maximum is {SUB_ISSUE_LEVELS} levels)");
            return Err(wrong(Rule::Unprocessable, detail));
        }
        Ok(())
    }

    /// How many levels of sub-issues an issue has, as far as `most`.
    fn levels_below(&self, issue: RecordId, most: usize) -> Result<usize> {
        let mut level = vec![issue];
        for depth in 0..most {
            let mut below = Vec::new();
            for id in &level {
                if let Some((_, head)) = self.find(*id)? {
                    below.extend_from_slice(head.record.sub_issues());
                }
            }
            if below.is_empty() {
                return Ok(depth);
            }
            // What a source tells need not be a tree.
            below.sort_unstable();
            below.dedup();
            level = below;
        }
        Ok(most)
    }
}
