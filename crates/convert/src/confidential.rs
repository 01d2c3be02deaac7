//! Issues that GitCode shows to few: at a forge that knows no such thing they would be there for everybody.

use backlot_core::Snapshot;
use backlot_forge::json::string;
use backlot_forge::slots::entry;
use backlot_model::{RecordId, RecordKind, RepositoryName};
use rustc_hash::FxHashSet;

use crate::error::Error;
use crate::forge::{Depiction, Forge};

/// The issues that only few may see: their records, and their numbers in order.
#[derive(Default)]
pub(crate) struct Confidential {
    pub(crate) records: FxHashSet<RecordId>,
    pub(crate) numbers: Vec<u64>,
}

impl Confidential {
    /// Those of a repository whose data come from this forge.
    pub(crate) fn find(
        forge: Forge,
        snapshot: &Snapshot,
        repository: &RepositoryName,
    ) -> Result<Self, Error> {
        let mut found = Self::default();
        let mut depiction: Depiction = forge.depiction();
        let mut passes = depiction.passes();
        passes.retain(|pass| pass.views(RecordKind::Issue).is_some());
        snapshot.export(repository, &passes, &mut |outgoing, lookup| {
            if outgoing.record.kind() == RecordKind::Issue
                && let Some(object) = depiction.object(outgoing, lookup)?
                && is_confidential(&object.text)
                && found.records.insert(outgoing.record.id())
            {
                found.numbers.extend(outgoing.record.number());
            }
            Ok::<(), Error>(())
        })?;
        found.numbers.sort_unstable();
        Ok(found)
    }
}

/// Whether the object of an issue says that only few may see it.
pub(crate) fn is_confidential(text: &str) -> bool {
    let said = entry(text, "visibility_reason").and_then(string);
    said.is_some_and(|said| !said.is_empty() && said != "public")
}
