//! Why something is lost, in the words of who wrote the target.

use std::collections::BTreeMap;

use backlot_forge::output::WriteSummary;
use backlot_model::{LossKind, RecordKind};

use crate::forge::Forge;

/// Why something of a record is lost: as the target's writer says of the field, else in general.
pub(crate) struct Reasons {
    target: Forge,
    told: BTreeMap<(RecordKind, String), String>,
}

impl Reasons {
    /// The reasons that the writer of a target gave.
    pub(crate) fn of(target: Forge, summary: &WriteSummary) -> Self {
        let mut told = BTreeMap::new();
        for group in summary.losses_by_field.keys() {
            // What is refused is there all the same.
            if group.kind != LossKind::Refused {
                let field = (group.record_kind, group.field.clone());
                told.entry(field).or_insert_with(|| group.reason.clone());
            }
        }
        Self { target, told }
    }

    /// Why a field is lost, or the whole record where the field has no name.
    pub(crate) fn reason(&self, lost: LossKind, kind: RecordKind, field: &str) -> String {
        let told = self.told.get(&(kind, field.to_owned()));
        if let Some(told) = told.filter(|_| lost != LossKind::Minted) {
            return told.clone();
        }
        if self.target == Forge::GitCode
            && !field.is_empty()
            && lost != LossKind::Minted
            && let Some(known) = backlot_gitcode::reason(kind, field)
        {
            return known.to_owned();
        }
        let general = match (lost, field) {
            (LossKind::Minted, "") => "it comes back and was not there",
            (LossKind::Minted, _) => "the target gives it anew",
            (LossKind::Dropped, "") => "the target does not hold it",
            (LossKind::Dropped, _) => "the target has no place for it",
            _ => "it comes back as something else",
        };
        general.to_owned()
    }
}
