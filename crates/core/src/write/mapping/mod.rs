//! A mapping applied to what a source stated: ordinary edits, which can be undone.

mod names;
mod records;

use backlot_model::{Change, Field, Mapping, RecordId, RepositoryName, TextContext};
use rustc_hash::FxHashMap;

use super::editor::Editor;
use super::repository::RepositoryWriter;
use crate::codec::{Head, decode_head};
use crate::error::Result;
use crate::store::reading::Read;

/// What applying a mapping changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MappingReport {
    /// Users, labels and milestones that have another name now.
    pub renamed: u64,
    /// Labels and milestones whose issues went over to another one that had the name already.
    pub merged: u64,
    /// Records of which somebody else is the author, the assignee and so on now, and issues of later imports
    /// that got the label or the milestone with which theirs had gone together.
    pub reassigned: u64,
    /// Issues, comments and other records with another text.
    pub texts: u64,
    /// Of these, those whose text the inverse of the mapping does not give back exactly.
    pub irreversible: u64,
}

impl RepositoryWriter<'_> {
    /// Applies a mapping to what the source of this repository stated and nobody edited here: field by field,
    /// what differs from what the source said last stays as it is. So the same mapping again changes nothing,
    /// and what a later import brings is mapped like the rest. An archived repository is mapped too.
    ///
    /// Labels and milestones get their new names; where another one has it already, their issues go over to
    /// that one. So do users, who belong to the whole store; where there is a user of the new login already,
    /// what the old one did in this repository becomes that one's.
    ///
    /// # Errors
    /// What reading and writing the store fails with.
    pub fn apply_mapping(&mut self, mapping: &Mapping) -> Result<MappingReport> {
        self.map_restored(mapping, Restored::default())
    }

    /// Applies a mapping also to what was restored in this transaction.
    pub(super) fn map_restored(
        &mut self,
        mapping: &Mapping,
        restored: Restored,
    ) -> Result<MappingReport> {
        let row = self.row;
        self.transaction
            .edit_archived(|editor| editor.apply_mapping(row, mapping, restored))
    }
}

/// Which fields of which records have what they had before they were sent somewhere. Such a value counts like one
/// that a source stated.
#[derive(Default)]
pub(super) struct Restored(FxHashMap<u32, u64>);

impl Restored {
    /// Notes that these changes restored the record in a row.
    pub(super) fn note(&mut self, row: u32, changes: &[Change]) {
        let fields = self.0.entry(row).or_default();
        for change in changes {
            *fields |= 1 << change.field().tag();
        }
    }
}

impl MappingReport {
    /// Adds what was done in another repository.
    pub(super) const fn add(&mut self, other: &Self) {
        self.renamed += other.renamed;
        self.merged += other.merged;
        self.reassigned += other.reassigned;
        self.texts += other.texts;
        self.irreversible += other.irreversible;
    }
}

/// A mapping at work in one repository.
struct Work<'m> {
    repository: u32,
    mapping: &'m Mapping,
    inverse: Mapping,
    name: Option<RepositoryName>,
    host: Option<String>,
    /// Who becomes whom.
    people: FxHashMap<RecordId, RecordId>,
    /// Which label or milestone has the name of a deleted one now; none for those that are there.
    standing: FxHashMap<RecordId, Option<RecordId>>,
    /// What was restored in this transaction.
    restored: Restored,
    /// The fields that were restored of the record at hand, by the bits of their numbers.
    restored_here: u64,
    report: MappingReport,
}

impl Work<'_> {
    /// Where the texts of the repository stand.
    fn context(&self) -> TextContext<'_> {
        TextContext {
            repository: self.name.as_ref(),
            host: self.host.as_deref(),
        }
    }
}

impl Editor<'_, '_> {
    fn apply_mapping(
        &mut self,
        repository: u32,
        mapping: &Mapping,
        restored: Restored,
    ) -> Result<MappingReport> {
        let record = self.head(repository)?.record;
        // Texts name the repository as its forge does.
        let name = record.foreign_name().or(record.name());
        let mut work = Work {
            repository,
            mapping,
            inverse: mapping.inverse().mapping,
            name: name.and_then(|name| name.parse().ok()),
            host: record.host().map(str::to_owned),
            people: FxHashMap::default(),
            standing: FxHashMap::default(),
            restored,
            restored_here: 0,
            report: MappingReport::default(),
        };
        self.map_labels(&mut work)?;
        self.map_milestones(&mut work)?;
        self.map_users(&mut work)?;
        self.map_records(&mut work)?;
        Ok(work.report)
    }

    /// What the source said last of a record, if that is not what is true now.
    pub(super) fn stated(&self, row: u32, head: &Head) -> Result<Option<Head>> {
        if !head.is_edited {
            return Ok(None);
        }
        let base = self.writer.derived.tables().base(row)?;
        Ok(base.map(|bytes| decode_head(&bytes)).transpose()?)
    }

    /// Whether a field of the record at hand is as the source said it last, or as it was restored.
    fn is_to_be_mapped(
        &self,
        work: &Work<'_>,
        head: &Head,
        base: Option<&Head>,
        field: Field,
    ) -> Result<bool> {
        let is_restored = work.restored_here & 1 << field.tag() != 0;
        Ok(is_restored || self.is_as_stated(head, base, field)?)
    }

    /// Whether a field is as the source said it last.
    pub(super) fn is_as_stated(
        &self,
        head: &Head,
        base: Option<&Head>,
        field: Field,
    ) -> Result<bool> {
        if !head.is_foreign {
            return Ok(false);
        }
        let Some(base) = base else { return Ok(true) };
        if head.record.get(field) == base.record.get(field) {
            return Ok(true);
        }
        // The same text can stand in the log twice.
        Ok(field == Field::Body && self.body(head)? == self.body(base)?)
    }
}
