//! Why something is lost, in the words of who wrote the target.

use std::collections::BTreeMap;

use backlot_forge::output::WriteSummary;
use backlot_model::{LossKind, RecordKind};

use crate::forge::Forge;
use crate::outward::{CONFIDENTIAL, PULLS};

/// What the writer says of an object of another forge as a whole, which is the reason of nothing in particular.
const ELSEWHERE: &str = "another forge said more of it than GitCode's object has keys for";

/// Why something of a record is lost: as the target's writer says of the field, else in general.
pub(crate) struct Reasons {
    target: Forge,
    told: BTreeMap<(RecordKind, String), BTreeMap<LossKind, String>>,
}

impl Reasons {
    /// The reasons that the writer of a target gave.
    pub(crate) fn of(target: Forge, summary: &WriteSummary) -> Self {
        let mut told: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for group in summary.losses_by_field.keys() {
            // What is refused is there all the same, and what was left out on purpose says nothing of the rest.
            let is_told = ![CONFIDENTIAL, PULLS, ELSEWHERE].contains(&group.reason.as_str());
            if group.kind != LossKind::Refused && is_told {
                let field = (group.record_kind, group.field.clone());
                let reasons = told.entry(field).or_default();
                reasons
                    .entry(group.kind)
                    .or_insert_with(|| group.reason.clone());
            }
        }
        Self { target, told }
    }

    /// What the writer said of a field, of a loss of this kind if there is such.
    fn told(&self, lost: LossKind, kind: RecordKind, field: &str) -> Option<&String> {
        let reasons = self.told.get(&(kind, field.to_owned()))?;
        reasons.get(&lost).or_else(|| reasons.values().next())
    }

    /// Why a field is lost, or the whole record where the field has no name. Of a whole event the field is what
    /// happened.
    pub(crate) fn reason(
        &self,
        lost: LossKind,
        kind: RecordKind,
        field: &str,
        is_whole_event: bool,
    ) -> String {
        let whole = || self.told(lost, kind, "").filter(|_| is_whole_event);
        let told = self.told(lost, kind, field).or_else(whole);
        if let Some(told) = told.filter(|_| lost != LossKind::Minted) {
            return told.clone();
        }
        let field = match is_whole_event {
            true => "",
            false => field,
        };
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
