//! Names of labels that the target takes.

use backlot_core::Snapshot;
use backlot_gitcode::lint_target;
use backlot_model::lint::LabelView;
use backlot_model::{Authorship, Mapping, Mentions, RecordKind, RepositoryName};

use crate::error::Error;

/// The old and new names of labels.
pub(crate) type Renamed = Vec<(String, String)>;

/// A mapping that also gives each label whose name GitCode refuses another one which no other label has, and the old
/// and new names of these. None where there is nothing to map.
pub(crate) fn with_fitting_labels(
    mapping: Option<&Mapping>,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<(Option<Mapping>, Renamed), Error> {
    let known = snapshot.labels(repository)?;
    let new_name = |old: &str| {
        let new = mapping.and_then(|mapping| mapping.name(RecordKind::Label, old));
        new.unwrap_or(old).to_owned()
    };
    let mut views: Vec<LabelView> = Vec::with_capacity(known.len());
    for label in &known {
        let name = new_name(&label.name);
        // Labels that the mapping makes one are one.
        if !views.iter().any(|view| same(&view.name, &name)) {
            views.push(LabelView {
                name,
                color: label.color.clone(),
                description: label.description.clone(),
            });
        }
    }
    let repairs = lint_target().repair_labels(&views);
    let fitting = |name: &str| {
        let mut repairs = repairs.iter();
        repairs
            .find(|repair| same(&repair.label, name))
            .and_then(|repair| repair.name.clone())
    };
    let mut renamed = Vec::new();
    for label in &known {
        let name = new_name(&label.name);
        if let Some(fitting) = fitting(&name) {
            renamed.push((label.name.clone(), fitting));
        }
    }
    if renamed.is_empty() {
        return Ok((mapping.cloned(), renamed));
    }
    let mut whole = Mapping::default();
    if let Some(mapping) = mapping {
        for (old, new) in mapping.pairs(RecordKind::User) {
            whole = whole.user(old, new)?;
        }
        for (old, new) in mapping.pairs(RecordKind::Milestone) {
            whole = whole.milestone(old, new)?;
        }
        for (old, new) in mapping.issues() {
            whole = whole.issue(old.clone(), new.clone())?;
        }
        for (old, new) in mapping.pairs(RecordKind::Label) {
            if !renamed.iter().any(|(renamed, _)| same(renamed, old)) {
                whole = whole.label(old, new)?;
            }
        }
    }
    for (old, new) in &renamed {
        whole = whole.label(old, new)?;
    }
    let mentions = mapping.map_or(Mentions::Keep, Mapping::mention_rule);
    let authorship = mapping.map_or(Authorship::Keep, Mapping::authorship_rule);
    Ok((
        Some(whole.mentions(mentions).authorship(authorship)),
        renamed,
    ))
}

/// Whether two names are those of one label.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
