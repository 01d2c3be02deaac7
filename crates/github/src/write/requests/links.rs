//! Links between issues, which are made when both ends are.

use std::collections::BTreeMap;

use backlot_model::{Lookup, Loss, LossKind, Outgoing, RecordId};

use super::super::comparison::Original;
use super::{ISSUES, line, state};
use backlot_forge::WriteError;
use backlot_forge::json::{digest, ended, number, put, string};
use backlot_forge::slots::entry;

/// The requests that wait for an issue.
#[derive(Default)]
pub(super) struct Links {
    waiting: BTreeMap<u64, Vec<Link>>,
}

/// A request that names two issues, and what is lost when one of them never comes.
struct Link {
    line: String,
    loss: Loss,
}

impl Links {
    /// Remembers the links of an issue; true when one of them closes it, as it names the issue that is
    /// repeated.
    pub(super) fn of<L: Lookup>(
        &mut self,
        issue: u64,
        outgoing: &Outgoing,
        original: &Original,
        repository_url: &str,
        lookup: &mut L,
        losses: &mut Vec<Loss>,
    ) -> Result<bool, WriteError<L::Error>> {
        let record = &outgoing.record;
        let loss = |field: &str, value: &str| lost(original, field, value);
        let mut children = Vec::new();
        for child in record.sub_issues() {
            match number_of(*child, outgoing, lookup)? {
                Some(child) => children.push(child),
                None => losses.push(loss("sub_issues", &format!("\"{child}\""))),
            }
        }
        let last = children.iter().copied().fold(issue, u64::max);
        for child in children {
            let link = sub_issue(issue, child, loss("sub_issues", &child.to_string()));
            self.add(last, link);
        }
        if record.parent_issue().is_none()
            && let Some(url) = entry(&original.text, "parent_issue_url")
            && let Some(url) = string(url)
        {
            let value = format!("\"{url}\"");
            match url
                .strip_prefix(repository_url)
                .and_then(|rest| rest.strip_prefix("/issues/"))
                .and_then(number)
            {
                Some(parent) => {
                    let link = sub_issue(parent, issue, loss("parent_issue_url", &value));
                    self.add(parent.max(issue), link);
                }
                None => losses.push(loss("parent_issue_url", &value)),
            }
        }
        for blocker in record.blocked_by() {
            let Some(blocker) = number_of(*blocker, outgoing, lookup)? else {
                losses.push(loss("blocked_by", &format!("\"{blocker}\"")));
                continue;
            };
            let path = format!("{ISSUES}/{issue}/dependencies/blocked_by");
            let need = format!("issue-{blocker}");
            let body = format!("{{\"issue_id\":\"{{{{{need}.id}}}}\"}}");
            let id = format!("blocked-{issue}-{blocker}");
            let line = line(&id, "POST", &path, &body, &[&need], None);
            let loss = loss("blocked_by", &blocker.to_string());
            self.add(blocker.max(issue), Link { line, loss });
        }
        let Some(first) = record.duplicate_of() else {
            return Ok(false);
        };
        let (Some(first), Some(body)) =
            (number_of(first, outgoing, lookup)?, state(&original.text))
        else {
            losses.push(loss("duplicate_of", &format!("\"{first}\"")));
            return Ok(false);
        };
        let need = format!("issue-{first}");
        let mut out = body.trim_end_matches('}').as_bytes().to_vec();
        put(
            "duplicate_issue_id",
            &format!("\"{{{{{need}.id}}}}\""),
            &mut out,
        );
        let path = format!("{ISSUES}/{issue}");
        let id = format!("close-{issue}");
        let line = line(&id, "PATCH", &path, &ended(out), &[&need], None);
        let loss = loss("duplicate_of", &first.to_string());
        self.add(first.max(issue), Link { line, loss });
        Ok(true)
    }

    fn add(&mut self, last: u64, link: Link) {
        self.waiting.entry(last).or_default().push(link);
    }

    /// The requests all of whose issues exist, when those up to this number do.
    pub(super) fn ready(&mut self, number: u64) -> Vec<String> {
        let later = self.waiting.split_off(&(number + 1));
        let ready = std::mem::replace(&mut self.waiting, later);
        ready
            .into_values()
            .flatten()
            .map(|link| link.line)
            .collect()
    }

    /// What is lost as the issue of this number is none of the backlog.
    pub(super) fn lost(&mut self, number: u64) -> Vec<Loss> {
        let links = self.waiting.remove(&number).unwrap_or_default();
        links.into_iter().map(|link| link.loss).collect()
    }

    /// What is lost as an issue never came.
    pub(super) fn left(&mut self) -> Vec<Loss> {
        let links = std::mem::take(&mut self.waiting);
        links
            .into_values()
            .flatten()
            .map(|link| link.loss)
            .collect()
    }
}

fn sub_issue(parent: u64, child: u64, loss: Loss) -> Link {
    let path = format!("{ISSUES}/{parent}/sub_issues");
    let need = format!("issue-{child}");
    let body = format!("{{\"sub_issue_id\":\"{{{{{need}.id}}}}\"}}");
    let id = format!("sub-issue-{parent}-{child}");
    let line = line(&id, "POST", &path, &body, &[&need], None);
    Link { line, loss }
}

fn lost(original: &Original, field: &str, value: &str) -> Loss {
    Loss {
        kind: LossKind::Dropped,
        record_kind: original.kind,
        record: original.name.clone(),
        field: field.to_owned(),
        reason: "the other issue is not made by these requests".to_owned(),
        value: Some(digest(value)),
    }
}

/// The number of an issue of the same repository.
fn number_of<L: Lookup>(
    id: RecordId,
    outgoing: &Outgoing,
    lookup: &mut L,
) -> Result<Option<u64>, WriteError<L::Error>> {
    let found = lookup.record(id).map_err(WriteError::Lookup)?;
    let found = found.filter(|found| {
        let record = &found.record;
        record.repository() == outgoing.record.repository() && !record.is_deleted()
    });
    Ok(found.and_then(|found| found.record.number()))
}
