//! Names in a filter that do not exist, which is why nothing matches.

use backlot_core::{IssueFilter, MilestoneFilter, Named, Snapshot, StateFilter};
use backlot_github::Layout;
use backlot_model::{Record, RecordKind, RepositoryName};

use crate::error::Result;
use crate::output::text;

/// A note for each name of a filter that nothing in the repository bears.
pub(super) fn names(
    snapshot: &Snapshot,
    repository: &RepositoryName,
    filter: &IssueFilter,
) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for label in &filter.labels {
        let is_it = |record: &Record| record.name().is_some_and(|name| is_same(name, label));
        if !has(snapshot, repository, RecordKind::Label, &is_it)? {
            let label = text::line(label);
            notes.push(format!("there is no label `{label}` in {repository}"));
        }
    }
    if let Some(Named::Is(wanted)) = &filter.milestone {
        let is_it = |record: &Record| match wanted {
            MilestoneFilter::Number(number) => record.number() == Some(*number),
            MilestoneFilter::Title(title) => {
                record.title().is_some_and(|known| is_same(known, title))
            }
        };
        if !has(snapshot, repository, RecordKind::Milestone, &is_it)? {
            let shown = match wanted {
                MilestoneFilter::Number(number) => number.to_string(),
                MilestoneFilter::Title(title) => text::line(title).into_owned(),
            };
            notes.push(format!("there is no milestone `{shown}` in {repository}"));
        }
    }
    if let Some(Named::Is(login)) = &filter.assignee
        && !is_somebody(snapshot, repository, login)?
    {
        notes.push(nobody(login, repository));
    }
    if let Some(login) = &filter.author
        && !is_somebody(snapshot, repository, login)?
    {
        notes.push(nobody(login, repository));
    }
    notes.dedup();
    Ok(notes)
}

fn is_same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Whether the repository has a record of this kind that is the one looked for.
fn has(
    snapshot: &Snapshot,
    repository: &RepositoryName,
    kind: RecordKind,
    is_it: &dyn Fn(&Record) -> bool,
) -> Result<bool> {
    let mut passes = Layout::Rest.passes();
    passes.retain(|pass| pass.views(kind).is_some() && pass.wanted.len() == 1);
    let mut found = false;
    snapshot.export(repository, &passes, &mut |outgoing, _| -> Result<()> {
        found |= is_it(&outgoing.record);
        Ok(())
    })?;
    Ok(found)
}

/// Users belong to no repository; those of one are who wrote its issues or is to do them.
fn is_somebody(snapshot: &Snapshot, repository: &RepositoryName, login: &str) -> Result<bool> {
    let all = IssueFilter {
        state: StateFilter::All,
        ..IssueFilter::default()
    };
    let by = IssueFilter {
        author: Some(login.to_owned()),
        ..all.clone()
    };
    let of = IssueFilter {
        assignee: Some(Named::Is(login.to_owned())),
        ..all
    };
    Ok(snapshot.issues(repository, &by)?.total() > 0
        || snapshot.issues(repository, &of)?.total() > 0)
}

fn nobody(login: &str, repository: &RepositoryName) -> String {
    let login = text::line(login);
    format!("no issue in {repository} is by `{login}` or assigned to them")
}
