//! New names for labels, milestones and users.

use backlot_model::{Change, EventKind, Field, RecordKind, Value};

use super::Work;
use crate::derive::ColumnEntry;
use crate::error::Result;
use crate::read::{rows, rows_of_kind};
use crate::write::editor::Editor;

/// A record that gets a new name.
struct Pending {
    row: u32,
    new: String,
}

impl Editor<'_, '_> {
    pub(super) fn map_labels(&mut self, work: &mut Work<'_>) -> Result<()> {
        let (repository, kind) = (work.repository, RecordKind::Label);
        let mut pending = Vec::new();
        for (old, new) in work.mapping.pairs(kind) {
            if let Some(row) = self.name(repository, kind, old)? {
                self.put_pending(row, Field::Name, new, &mut pending)?;
            }
        }
        while let Some((row, new, holder)) = self.next_of(&mut pending, &mut |editor, new| {
            editor.name(repository, kind, new)
        })? {
            match holder {
                Some(holder) => {
                    self.merge_label(repository, row, holder)?;
                    work.report.merged += 1;
                }
                None => {
                    self.give_name(row, kind, new)?;
                    work.report.renamed += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn map_users(&mut self, work: &mut Work<'_>) -> Result<()> {
        let kind = RecordKind::User;
        let mut pending = Vec::new();
        for (old, new) in work.mapping.pairs(kind) {
            if let Some(row) = self.user_of(work, old)? {
                self.put_pending(row, Field::Name, new, &mut pending)?;
            }
        }
        let host = work.host.clone();
        while let Some((row, new, holder)) = self.next_of(&mut pending, &mut |editor, new| {
            editor.user_at(host.as_deref(), new)
        })? {
            match holder {
                Some(holder) => {
                    let (old, new) = (self.id(row)?, self.id(holder)?);
                    work.people.insert(old, new);
                }
                None => {
                    self.give_name(row, kind, new)?;
                    work.report.renamed += 1;
                }
            }
        }
        Ok(())
    }

    pub(super) fn map_milestones(&mut self, work: &mut Work<'_>) -> Result<()> {
        let kind = RecordKind::Milestone;
        if work.mapping.pairs(kind).next().is_none() {
            return Ok(());
        }
        // Each title and who has it when all is done; those that are to be renamed follow one by one.
        let mut titled = Vec::new();
        let mut pending = Vec::new();
        for row in rows_of_kind(self.writer.derived.tables(), work.repository, kind)? {
            let head = self.head(row)?;
            let title = head.record.title().unwrap_or_default();
            if head.record.is_deleted() || head.record.is_absent() {
                continue;
            }
            let before = pending.len();
            if let Some(new) = work.mapping.name(kind, title) {
                self.put_pending(row, Field::Title, new, &mut pending)?;
            }
            if pending.len() == before {
                titled.push((title.to_owned(), row));
            }
        }
        for Pending { row, new } in pending {
            let holder = titled.iter().find(|(title, _)| *title == new);
            if let Some((_, holder)) = holder {
                self.merge_milestone(work.repository, row, *holder)?;
                work.report.merged += 1;
                continue;
            }
            titled.push((new.clone(), row));
            let title = vec![Change::Set(Value::Title(new))];
            let id = self.id(row)?;
            self.change(EventKind::Edited, id, kind, title)?;
            work.report.renamed += 1;
        }
        Ok(())
    }

    /// Notes that a record gets a new name, if its name is as its source said it and another one.
    fn put_pending(
        &self,
        row: u32,
        field: Field,
        new: &str,
        pending: &mut Vec<Pending>,
    ) -> Result<()> {
        let head = self.head(row)?;
        let base = self.stated(row, &head)?;
        let record = &head.record;
        let known = record.title().or(record.name());
        if known != Some(new)
            && !record.is_deleted()
            && !record.is_absent()
            && self.is_as_stated(&head, base.as_ref(), field)?
        {
            let new = new.to_owned();
            pending.push(Pending { row, new });
        }
        Ok(())
    }

    /// The next record whose new name nobody has who will give it away yet, with who has it and keeps it.
    /// Where each waits for another, one is put aside under a name that nobody has.
    fn next_of(
        &mut self,
        pending: &mut Vec<Pending>,
        holder_of: &mut dyn FnMut(&Self, &str) -> Result<Option<u32>>,
    ) -> Result<Option<(u32, String, Option<u32>)>> {
        for at in 0..pending.len() {
            let holder = holder_of(self, &pending[at].new)?;
            let own = pending[at].row;
            let holder = holder.filter(|holder| *holder != own);
            let waits = holder.is_some_and(|holder| pending.iter().any(|one| one.row == holder));
            if !waits {
                let Pending { row, new } = pending.swap_remove(at);
                return Ok(Some((row, new, holder)));
            }
        }
        let Some(first) = pending.first() else {
            return Ok(None);
        };
        let row = first.row;
        let record = self.head(row)?.record;
        let name = record.name().unwrap_or_default().to_owned();
        let mut aside = format!("{name}-aside");
        while holder_of(self, &aside)?.is_some() {
            aside.push('-');
        }
        self.give_name(row, record.kind(), aside)?;
        self.next_of(pending, holder_of)
    }

    fn give_name(&mut self, row: u32, kind: RecordKind, name: String) -> Result<()> {
        let id = self.id(row)?;
        let name = vec![Change::Set(Value::Name(name))];
        self.change(EventKind::Edited, id, kind, name)
    }

    /// The user of this login at the host of the repository, or who is known only here.
    fn user_of(&self, work: &Work<'_>, login: &str) -> Result<Option<u32>> {
        self.user_at(work.host.as_deref(), login)
    }

    pub(in crate::write) fn user_at(&self, host: Option<&str>, login: &str) -> Result<Option<u32>> {
        let mut local = None;
        for row in rows::rows_of_login(self.writer.derived.tables(), login)? {
            let head = self.head(row)?;
            match head.record.host().filter(|host| !host.is_empty()) {
                None => local = local.or(Some(row)),
                own if own == host => return Ok(Some(row)),
                Some(_) => {}
            }
        }
        Ok(local)
    }

    /// Gives the issues that bear a label another one in its place, and deletes it.
    fn merge_label(&mut self, repository: u32, row: u32, into: u32) -> Result<()> {
        let (old, new) = (self.id(row)?, self.id(into)?);
        let bearers = self.issues_where(repository, |columns, entry| {
            columns.part(entry, ColumnEntry::LABELS).contains(&row)
        })?;
        for issue in bearers {
            let record = self.head(issue)?.record;
            let (kind, id) = (RecordKind::Issue, record.id());
            let removed = vec![Change::Remove(Field::Labels, old)];
            self.change(EventKind::Unlabeled, id, kind, removed)?;
            if !record.labels().contains(&new) {
                let added = vec![Change::Add(Field::Labels, new)];
                self.change(EventKind::Labeled, id, kind, added)?;
            }
        }
        self.tombstone(old, RecordKind::Label)
    }

    /// Puts the issues of a milestone into another one, and deletes it.
    fn merge_milestone(&mut self, repository: u32, row: u32, into: u32) -> Result<()> {
        let (old, new) = (self.id(row)?, self.id(into)?);
        for issue in self.issues_where(repository, |_, entry| entry.milestone == row)? {
            let id = self.id(issue)?;
            let moved = vec![Change::Set(Value::Milestone(new))];
            self.change(EventKind::Milestoned, id, RecordKind::Issue, moved)?;
        }
        self.tombstone(old, RecordKind::Milestone)
    }
}
