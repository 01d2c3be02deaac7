//! Who wrote a record, and the lists of an issue.

use std::collections::BTreeSet;

use super::{Attribution, Mapper, own_name};
use crate::change::Change;
use crate::exchange::Lookup;
use crate::id::RecordId;
use crate::kind::RecordKind;
use crate::record::Record;
use crate::value::{Field, Value};

impl Mapper<'_> {
    /// Who wrote a record, under the name that goes out where names are made new, and under the one that came in
    /// where they are made old again.
    pub(super) fn attribution<L: Lookup>(
        &self,
        record: &Record,
        lookup: &mut L,
    ) -> Result<Attribution, L::Error> {
        let author = match record.author() {
            Some(author) => lookup.record(author)?,
            None => None,
        };
        let login = author
            .as_ref()
            .and_then(|author| author.record.name())
            .unwrap_or_default();
        let author = match self.mapping.authorship {
            super::Authorship::PutAbove => self.mapping.name(RecordKind::User, login),
            _ => None,
        };
        Ok(Attribution {
            author: author.unwrap_or(login).to_owned(),
            created_at: record.created_at(),
        })
    }

    /// The labels, the milestone and the assignees of an issue, each once, whatever went together with what.
    pub(super) fn lists<L: Lookup>(
        &mut self,
        record: &Record,
        lookup: &mut L,
        changes: &mut Vec<Change>,
    ) -> Result<(), L::Error> {
        if record.kind() != RecordKind::Issue {
            return Ok(());
        }
        let labels: Vec<RecordId> = record
            .labels()
            .iter()
            .map(|id| self.redirected.get(id).copied().unwrap_or(*id))
            .collect();
        let labels = each_once(&labels, |id| Ok(*id))?;
        if labels != record.labels() {
            changes.push(Change::Set(Value::Labels(labels)));
            self.went_together("labels");
        }
        if let Some(milestone) = record.milestone()
            && let Some(holder) = self.redirected.get(&milestone)
        {
            changes.push(Change::Set(Value::Milestone(*holder)));
            self.went_together("milestone");
        }
        let assignees = record.assignees();
        if assignees.len() > 1 && self.mapping.pairs(RecordKind::User).next().is_some() {
            let kept = each_once(assignees, |id| {
                let found = lookup.record(*id)?;
                let login = found.as_ref().and_then(|found| own_name(&found.record));
                let new = login.and_then(|login| self.mapping.name(RecordKind::User, login));
                let name = new.or(login).map(str::to_lowercase);
                Ok(name.unwrap_or_else(|| id.to_string()))
            })?;
            if kept != assignees {
                changes.push(Change::set_or_clear(
                    Field::Assignees,
                    Some(Value::Assignees(kept)),
                ));
                self.went_together("assignees");
            }
        }
        Ok(())
    }
}

/// The first of those that have the same name, in their order.
fn each_once<N: Ord, E>(
    ids: &[RecordId],
    mut name: impl FnMut(&RecordId) -> Result<N, E>,
) -> Result<Vec<RecordId>, E> {
    let mut known = BTreeSet::new();
    let mut kept = Vec::with_capacity(ids.len());
    for id in ids {
        if known.insert(name(id)?) {
            kept.push(*id);
        }
    }
    Ok(kept)
}
