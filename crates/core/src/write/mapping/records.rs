//! Who did what, and what texts say.

use backlot_model::{
    Attribution, Authorship, Change, EventKind, Field, Parent, RecordId, RecordKind, Value,
    check_login,
};

use super::Work;
use crate::codec::Head;
use crate::error::Result;
use crate::read::rows_of_kind;
use crate::write::editor::Editor;

/// The kinds of record that people wrote, or did something to.
const KINDS: [RecordKind; 7] = [
    RecordKind::Issue,
    RecordKind::Comment,
    RecordKind::HistoryEvent,
    RecordKind::Reaction,
    RecordKind::Milestone,
    RecordKind::Project,
    RecordKind::Card,
];

/// A text before and after.
struct Rewritten {
    before: Option<String>,
    after: Option<String>,
}

impl Editor<'_, '_> {
    pub(super) fn map_records(&mut self, work: &mut Work<'_>) -> Result<()> {
        let has_texts =
            work.mapping.changes_texts() || work.mapping.authorship_rule() != Authorship::Keep;
        let mut named = [RecordKind::Label, RecordKind::Milestone].into_iter();
        let kinds = match work.people.is_empty() && !has_texts {
            false => &KINDS[..],
            true if named.any(|kind| work.mapping.pairs(kind).next().is_some()) => &KINDS[..1],
            true => &[],
        };
        for kind in kinds {
            let kind = *kind;
            let rows = rows_of_kind(self.writer.derived.tables(), work.repository, kind)?;
            for row in rows {
                let head = self.head(row)?;
                let record = &head.record;
                if head.is_foreign && !record.is_deleted() && !record.is_absent() {
                    self.map_record(work, row, &head, has_texts)?;
                }
            }
        }
        Ok(())
    }

    fn map_record(
        &mut self,
        work: &mut Work<'_>,
        row: u32,
        head: &Head,
        has_texts: bool,
    ) -> Result<()> {
        let base = self.stated(row, head)?;
        work.restored_here = work.restored.0.get(&row).copied().unwrap_or(0);
        let mut changes = Vec::new();
        if head.record.kind() == RecordKind::Issue {
            self.map_gone(work, head, base.as_ref(), &mut changes)?;
        }
        if !work.people.is_empty() {
            self.map_people(work, head, base.as_ref(), &mut changes)?;
        }
        work.report.reassigned += u64::from(!changes.is_empty());
        let mut rewritten = None;
        if has_texts && self.is_to_be_mapped(work, head, base.as_ref(), Field::Body)? {
            rewritten = self.map_text(work, head, &mut changes)?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        let (id, kind) = (head.record.id(), head.record.kind());
        self.change(EventKind::Edited, id, kind, changes)?;
        let issue = match (kind, head.record.parent()) {
            (RecordKind::Issue, _) => Some(id),
            (RecordKind::Comment, Some(Parent::Record(issue))) => Some(issue),
            _ => None,
        };
        if let (Some(issue), Some(text)) = (issue, rewritten) {
            let (before, after) = (text.before.as_deref(), text.after.as_deref());
            self.follow_references(work.repository, issue, before, after)?;
        }
        Ok(())
    }

    /// Puts what stands for a deleted label or milestone where a source, which knows nothing of that, goes on to
    /// state the deleted one.
    fn map_gone(
        &self,
        work: &mut Work<'_>,
        head: &Head,
        base: Option<&Head>,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        let record = &head.record;
        if self.is_to_be_mapped(work, head, base, Field::Labels)? {
            for old in record.labels() {
                if let Some(new) = self.standing(work, *old)? {
                    changes.push(Change::Remove(Field::Labels, *old));
                    changes.push(Change::Add(Field::Labels, new));
                }
            }
        }
        if let Some(old) = record.milestone()
            && let Some(new) = self.standing(work, old)?
            && self.is_to_be_mapped(work, head, base, Field::Milestone)?
        {
            changes.push(Change::Set(Value::Milestone(new)));
        }
        Ok(())
    }

    /// Which label or milestone has the new name of a deleted one.
    fn standing(&self, work: &mut Work<'_>, id: RecordId) -> Result<Option<RecordId>> {
        if let Some(known) = work.standing.get(&id) {
            return Ok(*known);
        }
        let mut standing = None;
        if let Some((_, head)) = self.find(id)?
            && head.record.is_deleted()
            && let Some(old) = head.record.title().or(head.record.name())
            && let Some(new) = work.mapping.name(head.record.kind(), old)
        {
            let row = match head.record.kind() {
                RecordKind::Label => self.name(work.repository, RecordKind::Label, new)?,
                _ => self.milestone_titled(work.repository, new)?,
            };
            standing = row.map(|row| self.id(row)).transpose()?;
        }
        work.standing.insert(id, standing);
        Ok(standing)
    }

    /// The row of the milestone of this title.
    fn milestone_titled(&self, repository: u32, title: &str) -> Result<Option<u32>> {
        let rows = rows_of_kind(
            self.writer.derived.tables(),
            repository,
            RecordKind::Milestone,
        )?;
        for row in rows {
            let record = self.head(row)?.record;
            if record.title() == Some(title) && !record.is_deleted() && !record.is_absent() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// Puts the new users where the old ones are.
    fn map_people(
        &self,
        work: &Work<'_>,
        head: &Head,
        base: Option<&Head>,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        let record = &head.record;
        let who = |id: Option<RecordId>| id.and_then(|id| work.people.get(&id).copied());
        let mut changed = Vec::new();
        if let Some(new) = who(record.author()) {
            changed.push(Value::Author(new));
        }
        if let Some(new) = who(record.closed_by()) {
            changed.push(Value::ClosedBy(new));
        }
        if let Some(new) = who(record.person()) {
            changed.push(Value::Person(new));
        }
        let assignees = record.assignees();
        if assignees.iter().any(|id| work.people.contains_key(id)) {
            let mut ids: Vec<RecordId> = Vec::with_capacity(assignees.len());
            for id in assignees {
                let id = work.people.get(id).copied().unwrap_or(*id);
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            changed.push(Value::Assignees(ids));
        }
        for value in changed {
            if self.is_to_be_mapped(work, head, base, value.field())? {
                changes.push(Change::Set(value));
            }
        }
        Ok(())
    }

    /// What the text of a record says by the mapping.
    fn map_text(
        &mut self,
        work: &mut Work<'_>,
        head: &Head,
        changes: &mut Vec<Change>,
    ) -> Result<Option<Rewritten>> {
        let record = &head.record;
        let kind = record.kind();
        // What a commit says was said to Git.
        if record.event() == Some("committed") {
            return Ok(None);
        }
        let before = self.body(head)?;
        let rule = match kind {
            RecordKind::Issue | RecordKind::Comment => work.mapping.authorship_rule(),
            _ => Authorship::Keep,
        };
        if before.is_none() && rule != Authorship::PutAbove {
            return Ok(None);
        }
        let taken = match rule {
            Authorship::TakeOff => before.as_deref().and_then(Attribution::take),
            _ => None,
        };
        let mut bare = before.clone();
        if let (Some((said, rest)), Some(text)) = (taken, &before) {
            bare = (*text != said.put_above("")).then(|| rest.to_owned());
            self.take_author(work, head, &said, changes)?;
        }
        let mut is_reversible = true;
        let mapped = bare.map(|text| {
            let mapped = work
                .mapping
                .checked_text(&work.inverse, &text, &work.context());
            is_reversible = mapped.is_reversible;
            mapped.text.into_owned()
        });
        let after = match rule {
            Authorship::PutAbove => {
                let attribution = self.attribution(head)?;
                Some(match mapped.as_deref() {
                    Some("") => attribution.put_above("") + "\n\n",
                    Some(text) => attribution.put_above(text),
                    None => attribution.put_above(""),
                })
            }
            _ => mapped,
        };
        if after == before {
            return Ok(None);
        }
        work.report.texts += 1;
        work.report.irreversible += u64::from(!is_reversible);
        changes.push(Change::set_or_clear(
            Field::Body,
            after.clone().map(Value::Body),
        ));
        changes.sort_by_key(Change::field);
        Ok(Some(Rewritten { before, after }))
    }

    /// Who wrote a record, as it is known now.
    fn attribution(&self, head: &Head) -> Result<Attribution> {
        let author = match head.record.author() {
            Some(author) => self.find(author)?,
            None => None,
        };
        let login = author.as_ref().and_then(|(_, author)| author.record.name());
        Ok(Attribution {
            author: login.unwrap_or_default().to_owned(),
            created_at: head.record.created_at(),
        })
    }

    /// Makes who is named above a text its author again.
    fn take_author(
        &mut self,
        work: &Work<'_>,
        head: &Head,
        said: &Attribution,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        let known = self.attribution(head)?;
        let login = work.mapping.name(RecordKind::User, &said.author);
        let login = login.unwrap_or(&said.author);
        if known.author != login && check_login(login).is_ok() {
            changes.retain(|change| change.field() != Field::Author);
            let author = match self.user_at(work.host.as_deref(), login)? {
                Some(row) => self.id(row)?,
                None => self.user(login)?,
            };
            changes.push(Change::Set(Value::Author(author)));
        }
        if let Some(moment) = said.created_at.filter(|at| known.created_at != Some(*at)) {
            changes.push(Change::Set(Value::CreatedAt(moment)));
        }
        Ok(())
    }
}
