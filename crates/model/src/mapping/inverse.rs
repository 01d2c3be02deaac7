//! The way back.

use std::collections::BTreeMap;

use super::{Authorship, InvalidMapping, Mapping, Mentions, section};
use crate::kind::RecordKind;

/// A mapping that leads back, and what it cannot tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inverse {
    /// New names to old ones; of several old ones, the first.
    pub mapping: Mapping,
    /// The new names that several old ones have.
    pub ambiguous: Vec<Ambiguity>,
}

/// One new name for several old ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// What is mapped: `users`, `labels`, `milestones` or `issues`.
    pub section: &'static str,
    /// The new name.
    pub new: String,
    /// The old ones.
    pub olds: Vec<String>,
}

impl Mapping {
    /// The mapping that turns back what this one does. Where it cannot tell what something was, it says so.
    pub fn inverse(&self) -> Inverse {
        let mut mapping = Self {
            mentions: match self.mentions {
                Mentions::Keep => Mentions::Keep,
                Mentions::Defuse => Mentions::Restore,
                Mentions::Restore => Mentions::Defuse,
            },
            authorship: match self.authorship {
                Authorship::Keep => Authorship::Keep,
                Authorship::PutAbove => Authorship::TakeOff,
                Authorship::TakeOff => Authorship::PutAbove,
            },
            ..Self::default()
        };
        let mut ambiguous = Vec::new();
        for kind in [RecordKind::User, RecordKind::Label, RecordKind::Milestone] {
            let mut olds: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
            for (old, new) in self.pairs(kind) {
                let entry = olds.entry(super::key(kind, new));
                entry.or_insert_with(|| (new, Vec::new())).1.push(old);
            }
            for (key, (new, olds)) in olds {
                let Some(first) = olds.first() else { continue };
                let pair = (new.to_owned(), (*first).to_owned());
                match kind {
                    RecordKind::User => &mut mapping.users,
                    RecordKind::Label => &mut mapping.labels,
                    _ => &mut mapping.milestones,
                }
                .insert(key, pair);
                if olds.len() > 1 {
                    ambiguous.push(Ambiguity {
                        section: section(kind),
                        new: new.to_owned(),
                        olds: olds.into_iter().map(str::to_owned).collect(),
                    });
                }
            }
        }
        for (old, new) in self.issues() {
            match mapping.clone().issue(new.clone(), old.clone()) {
                Ok(more) => mapping = more,
                Err(InvalidMapping { .. }) => note(&mut ambiguous, self, &new.to_string()),
            }
        }
        Inverse { mapping, ambiguous }
    }
}

/// Notes the old references of a new one, once.
fn note(ambiguous: &mut Vec<Ambiguity>, mapping: &Mapping, shown: &str) {
    let is_known = |known: &Ambiguity| known.section == "issues" && known.new == shown;
    if ambiguous.iter().any(is_known) {
        return;
    }
    let olds = mapping.issues().filter(|(_, new)| new.to_string() == shown);
    ambiguous.push(Ambiguity {
        section: "issues",
        new: shown.to_owned(),
        olds: olds.map(|(old, _)| old.to_string()).collect(),
    });
}
