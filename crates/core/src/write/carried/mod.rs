//! What was carried below texts put back where it was: ordinary edits, which can be undone.

mod fields;
mod names;
mod report;

use backlot_model::carry::{self, Carried, Taken};
use backlot_model::{Change, EventKind, Field, Mapping, Parent, RecordId, RecordKind, Value};
use rustc_hash::FxHashMap;

pub use report::{NotRestored, RestoreOptions, RestoreReport, WhyNotRestored};

use super::editor::Editor;
use super::mapping::Restored;
use super::repository::RepositoryWriter;
use crate::codec::Head;
use crate::derive::StatementEntry;
use crate::error::Result;
use crate::read::rows_of_kind;
use crate::store::Store;
use crate::store::reading::Read;

/// The kinds of record that have a text with room for a footer. Milestones come first, so that those of issues
/// are known by their titles.
const KINDS: [RecordKind; 3] = [
    RecordKind::Milestone,
    RecordKind::Issue,
    RecordKind::Comment,
];

impl Store {
    /// Puts back what [`carry`] says below texts of issues, comments and milestones, in one commit: the text is what
    /// was above its footer, and each field has the value that the footer carries, where nobody changed it since.
    /// Who wrote it and when comes back only where the options say so.
    /// Only what is as its source said is touched, so that doing it again changes nothing, and a later import of
    /// the same source finds nothing new. A footer that is damaged, or whose text was edited, is left
    /// alone and reported.
    ///
    /// ```
    /// # use backlot_core::{RestoreOptions, Result, StoreOptions};
    /// # use backlot_model::Actor;
    /// # fn main() -> Result<()> {
    /// let store = StoreOptions::new().in_memory()?;
    /// let report = store.restore_carried(&RestoreOptions::new(Actor::login("mona")))?;
    /// assert_eq!((report.texts(), report.commit), (0, None));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Store::write`]; `UnknownRecord` when there is no such repository. Nothing is written then.
    pub fn restore_carried(&self, options: &RestoreOptions) -> Result<RestoreReport> {
        let reason = match options.mapping {
            Some(_) => "what was carried restored, and mapping of an import",
            None => "what was carried restored",
        };
        let mut transaction = self.write(options.actor.clone(), reason)?;
        let names = match options.repositories.as_slice() {
            [] => {
                let all = self.read()?.repositories()?.into_iter();
                all.map(|repository| repository.name).collect()
            }
            some => some.iter().map(ToString::to_string).collect::<Vec<_>>(),
        };
        let mut report = RestoreReport::default();
        for name in names {
            let mut repository = transaction.repository(&name)?;
            let restored = repository.restore_carried(options, &mut report)?;
            if let Some(mapping) = &options.mapping {
                let mapped = repository.map_restored(mapping, restored)?;
                report.mapping.get_or_insert_default().add(&mapped);
            }
        }
        if !options.dry_run {
            report.commit = transaction.commit()?;
        }
        Ok(report)
    }
}

impl RepositoryWriter<'_> {
    /// Puts back what texts of this repository carry, also where it is archived, and what that was.
    fn restore_carried(
        &mut self,
        options: &RestoreOptions,
        report: &mut RestoreReport,
    ) -> Result<Restored> {
        let row = self.row;
        self.transaction.edit_archived(|editor| {
            let record = editor.head(row)?.record;
            let mut work = Work {
                repository: row,
                name: record.name().unwrap_or_default().to_owned(),
                host: record.host().map(str::to_owned),
                mapping: options.mapping.as_ref(),
                authorship: options.authorship,
                milestones: None,
                restored: Restored::default(),
                report,
            };
            editor.restore_all(&mut work)?;
            Ok(work.restored)
        })
    }
}

/// Restoring at work in one repository.
struct Work<'r> {
    repository: u32,
    name: String,
    host: Option<String>,
    /// The mapping that is applied after this.
    mapping: Option<&'r Mapping>,
    /// Whether who wrote what and when is restored too.
    authorship: bool,
    /// The milestones by their titles, as soon as one is looked for, which is when all of them are restored.
    milestones: Option<FxHashMap<String, RecordId>>,
    restored: Restored,
    report: &'r mut RestoreReport,
}

impl<'r> Work<'r> {
    /// What a new record is to be called that a footer calls so.
    fn mapped<'n>(&self, kind: RecordKind, name: &'n str) -> &'n str
    where
        'r: 'n,
    {
        let new = self.mapping.and_then(|mapping| mapping.name(kind, name));
        new.unwrap_or(name)
    }

    /// Counts a value that says who wrote something or when, and that stays where it is.
    fn leave(&mut self, field: Field) {
        *self.report.authorship_left.entry(field).or_default() += 1;
    }
}

/// The field that has the text of a record.
const fn text_field(kind: RecordKind) -> Field {
    match kind {
        RecordKind::Milestone => Field::Description,
        _ => Field::Body,
    }
}

impl Editor<'_, '_> {
    fn restore_all(&mut self, work: &mut Work<'_>) -> Result<()> {
        for kind in KINDS {
            let rows = rows_of_kind(self.writer.derived.tables(), work.repository, kind)?;
            for row in rows {
                let head = self.head(row)?;
                let record = &head.record;
                if head.is_foreign && !record.is_deleted() && !record.is_absent() {
                    self.restore_one(work, row, &head)?;
                }
            }
        }
        Ok(())
    }

    fn restore_one(&mut self, work: &mut Work<'_>, row: u32, head: &Head) -> Result<()> {
        let (id, kind) = (head.record.id(), head.record.kind());
        let Some(text) = self.carrying_text(head)? else {
            return Ok(());
        };
        let Some(taken) = carry::take(&text) else {
            return Ok(());
        };
        let base = self.stated(row, head)?;
        let field = text_field(kind);
        if !self.is_as_stated(head, base.as_ref(), field)? {
            return self.tell_if_edited(work, head, base.as_ref(), &text);
        }
        if let Some(damage) = taken.damage {
            return self.tell(work, head, WhyNotRestored::Footer(damage));
        }
        if !self.is_of(row, head, &taken.carried)? {
            let said = taken.carried.said_of().unwrap_or_default().join(" ");
            return self.tell(work, head, WhyNotRestored::OfAnother(said));
        }
        let Taken {
            text_above,
            carried,
            is_exact,
            ..
        } = taken;
        let mut changes = self.carried_changes(work, head, base.as_ref(), &carried)?;
        for change in &changes {
            *work.report.fields.entry(change.field()).or_default() += 1;
        }
        let value = text_above.clone().map(|text| match field {
            Field::Description => Value::Description(text),
            _ => Value::Body(text),
        });
        changes.push(Change::set_or_clear(field, value));
        changes.sort_by_key(Change::field);
        if work.mapping.is_some() {
            work.restored.note(row, &changes);
        }
        self.change(EventKind::Edited, id, kind, changes)?;
        work.report.inexact += u64::from(!is_exact);
        let issue = match (kind, head.record.parent()) {
            (RecordKind::Issue, _) => Some(id),
            (RecordKind::Comment, Some(Parent::Record(issue))) => Some(issue),
            _ => None,
        };
        match kind {
            RecordKind::Issue => work.report.issues += 1,
            RecordKind::Comment => work.report.comments += 1,
            _ => work.report.milestones += 1,
        }
        if let Some(issue) = issue {
            self.follow_references(work.repository, issue, Some(&text), text_above.as_deref())?;
        }
        Ok(())
    }

    /// The text of a record, if it has one.
    fn carrying_text(&self, head: &Head) -> Result<Option<String>> {
        match head.record.kind() {
            RecordKind::Milestone => Ok(head.record.description().map(str::to_owned)),
            _ => self.body(head),
        }
    }

    /// Tells of a footer below a text that was edited here. One below a text that was restored belongs to the text.
    fn tell_if_edited(
        &mut self,
        work: &mut Work<'_>,
        head: &Head,
        base: Option<&Head>,
        text: &str,
    ) -> Result<()> {
        let stated = match base {
            Some(base) => self.carrying_text(base)?,
            None => None,
        };
        let was_restored = stated
            .and_then(|stated| carry::take(&stated))
            .is_some_and(|taken| taken.is_intact() && taken.text_above.as_deref() == Some(text));
        match was_restored {
            true => Ok(()),
            false => self.tell(work, head, WhyNotRestored::TextEditedHere),
        }
    }

    /// Whether a footer can be of the record below whose text it stands, by a number that it has here or that a forge
    /// gave it.
    fn is_of(&self, row: u32, head: &Head, carried: &Carried) -> Result<bool> {
        if carried.said_of().is_none() {
            return Ok(true);
        }
        let (kind, title) = (head.record.kind(), head.record.title());
        if carried.is_of(kind, self.told_number(head)?, title) {
            return Ok(true);
        }
        let row = match head.record.parent() {
            Some(Parent::Record(issue)) => self.find(issue)?.map(|(row, _)| row),
            Some(Parent::Number(_)) => None,
            None => Some(row),
        };
        let Some(row) = row else {
            return Ok(false);
        };
        for (_, bytes) in self.writer.derived.tables().statements_of(row)? {
            let number = StatementEntry::decode(&bytes)?.number;
            if number.is_some() && carried.is_of(kind, number, title) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The number of an issue or a milestone; of a comment, that of its issue.
    fn told_number(&self, head: &Head) -> Result<Option<u64>> {
        Ok(match head.record.parent() {
            Some(Parent::Number(number)) => Some(number),
            Some(Parent::Record(issue)) => {
                let issue = self.find(issue)?;
                issue.and_then(|(_, issue)| issue.record.number())
            }
            None => head.record.number(),
        })
    }

    /// Notes in the report what was not restored of a record.
    fn tell(&self, work: &mut Work<'_>, head: &Head, why: WhyNotRestored) -> Result<()> {
        let record = &head.record;
        work.report.note(NotRestored {
            repository: work.name.clone(),
            kind: record.kind(),
            record: record.id(),
            number: self.told_number(head)?,
            foreign_id: head.foreign_id,
            why,
        });
        Ok(())
    }
}
