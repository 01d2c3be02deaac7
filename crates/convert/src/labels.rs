//! Names of labels that the target takes.

use backlot_core::Snapshot;
use backlot_gitcode::lint_target;
use backlot_model::lint::LabelView;
use backlot_model::{Mapping, RecordKind, RepositoryName};

use crate::error::Error;

/// Names that the target takes.
pub(crate) struct Fitting {
    /// The mapping that gives them; none where there is nothing to map.
    pub(crate) mapping: Option<Mapping>,
    /// The old and new names of the labels whose old ones the target refuses.
    pub(crate) renamed: Vec<(String, String)>,
}

/// A mapping that also gives each label whose name GitCode refuses another one which no other label has.
pub(crate) fn with_fitting_labels(
    mapping: Option<&Mapping>,
    snapshot: &Snapshot,
    repository: &RepositoryName,
) -> Result<Fitting, Error> {
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
        return Ok(Fitting {
            mapping: mapping.cloned(),
            renamed,
        });
    }
    let mut whole = mapping.cloned().unwrap_or_default();
    for (old, new) in &renamed {
        whole = whole.without_label(old).label(old, new)?;
    }
    Ok(Fitting {
        mapping: Some(whole),
        renamed,
    })
}

/// Whether two names are those of one label.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
