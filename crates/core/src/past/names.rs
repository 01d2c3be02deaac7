//! What labels and milestones of a repository are and were called.

use backlot_model::{Change, Field, RecordId, RecordKind, Timestamp, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::evidence::Evidence;
use super::rows::rows_ever;
use crate::error::Result;

/// The labels and milestones of a repository by every name that they ever had here.
#[derive(Default)]
pub(super) struct Names {
    // By the field that refers to them and the name without regard to case: the record, and whether it is there.
    known: FxHashMap<(Field, String), (RecordId, bool)>,
    records: FxHashSet<RecordId>,
}

impl Names {
    pub(super) fn load(evidence: &mut Evidence<'_>, repository: u32) -> Result<Self> {
        let mut names = Self::default();
        let kinds = [
            (RecordKind::Label, Field::Labels),
            (RecordKind::Milestone, Field::Milestone),
        ];
        let mut earlier = Vec::new();
        for (kind, field) in kinds {
            for row in rows_ever(evidence.snapshot, repository, kind)? {
                let record = evidence.snapshot.head(row)?.record;
                let is_there = !record.is_deleted() && !record.is_absent();
                let id = record.id();
                names.records.insert(id);
                if let Some(name) = record.name().or(record.title()) {
                    names.add(field, name, (id, is_there));
                }
                for entry in evidence.entries(row)? {
                    for change in entry.changes {
                        if let Change::Set(Value::Name(name) | Value::Title(name)) = change {
                            earlier.push((field, name, (id, is_there)));
                        }
                    }
                }
            }
        }
        // A name that something has now means that, whatever had it before.
        for (field, name, known) in earlier {
            names.add(field, &name, known);
        }
        Ok(names)
    }

    fn add(&mut self, field: Field, name: &str, known: (RecordId, bool)) {
        let entry = self.known.entry((field, name.to_lowercase()));
        let held = entry.or_insert(known);
        if !held.1 && known.1 {
            *held = known;
        }
    }

    /// The record of this name, and whether it is there; an identifier made of the name where there is none.
    pub(super) fn find(&self, field: Field, name: &str) -> (RecordId, bool) {
        let key = (field, name.to_lowercase());
        let known = self.known.get(&key).copied();
        known.unwrap_or_else(|| (made(field, &key.1), false))
    }

    /// Whether the identifier is that of a record.
    pub(super) fn has_record(&self, id: RecordId) -> bool {
        self.records.contains(&id)
    }
}

/// The identifier of a label or a milestone that has no record, made of its name in lower case.
pub(super) fn made(field: Field, name: &str) -> RecordId {
    let parts: [&[u8]; 2] = [field.name().as_bytes(), name.as_bytes()];
    RecordId::derive(Timestamp::default(), &parts)
}
