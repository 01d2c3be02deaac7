//! The indexes: numbers, names, children, moments, contents, orphans.

use backlot_model::{Event, EventKind, Parent, Record, RecordId, RecordKind, Timestamp, Value};

use super::apply::{Derived, is_child};
use crate::codec::{Head, TextPointer};
use crate::error::Result;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// The keys under which a record stands in the indexes.
#[derive(Default, PartialEq)]
struct Keys {
    number: Option<[u8; 13]>,
    name: Option<Vec<u8>>,
    child: Option<[u8; 20]>,
    moment: Option<[u8; 21]>,
    orphan: Option<[u8; 16]>,
    // Where a column or a card stands, and the issue that a card shows; where an issue is pinned, and the
    // issue that it says again; that a project belongs to no repository.
    content: [Option<Vec<u8>>; 2],
}

impl Derived<'_, '_> {
    /// Moves the record from where it stood in the indexes to where it stands now. The number of one that
    /// leaves for another repository stays, to lead there.
    pub(super) fn index(
        &mut self,
        row: u32,
        before: Option<&Head>,
        after: &Head,
        event: &Event<TextPointer>,
    ) -> Result<()> {
        let leaves = event.kind == EventKind::Transferred;
        let old = match before {
            Some(before) => self.keys(row, before)?,
            None => Keys::default(),
        };
        let new = self.keys(row, after)?;
        let was_foreign = before.is_some_and(|before| before.is_foreign);
        if old != new || was_foreign != after.is_foreign {
            self.unindex(row, &old, &new, leaves)?;
            self.insert_keys(row, &new)?;
            if old.content[1] != new.content[1] {
                self.touch_carded(before)?;
                self.touch_carded(Some(after))?;
            }
        }
        let mut is_its_forges = false;
        if let Some(key) = new.number {
            let is_moved = old.number != new.number || was_foreign != after.is_foreign;
            if is_moved || self.may_become_its_forges(row, key, event)? {
                // A number that an issue got by going to another repository is none of its forge's.
                let flags = match after.is_foreign && !leaves {
                    false => 0,
                    true if self.says_own_number(row, event)? => keys::FOREIGN,
                    true => keys::APART,
                };
                is_its_forges = flags == keys::FOREIGN;
                self.insert_number(row, key, flags)?;
            }
        }
        self.remember_home(row, before, after)?;
        let left = before.and_then(|before| before.record.repository());
        if after.record.kind() == RecordKind::Issue
            && let Some(left) = left.filter(|left| after.record.repository() != Some(*left))
        {
            let left = self.known_row(left)?;
            self.columns.touch(left, row);
        }
        if after.record.kind() == RecordKind::Issue
            && let Some(repository) = after.record.repository()
        {
            let repository = self.known_row(repository)?;
            self.columns.touch(repository, row);
            if let Some(number) = after.record.number().filter(|_| is_its_forges) {
                self.adopt_orphans(repository, None, number, row, &after.record)?;
            }
            if let Some(statement) = &event.statement
                && let Some(number) = statement.number
            {
                let forge = Some(statement.view.forge);
                self.adopt_orphans(repository, forge, number, row, &after.record)?;
            }
            if self.columns.is_full() {
                self.put_head(row, after)?;
                self.flush_columns()?;
            }
        }
        Ok(())
    }

    /// Keeps where the record was, when it is there no longer: the past is asked for what is gone too.
    fn remember_home(&mut self, row: u32, before: Option<&Head>, after: &Head) -> Result<()> {
        if let Some(before) = before
            && let Some(left) = self.home(&before.record)?
            && self.home(&after.record)? != Some(left)
        {
            let key = keys::left(left, row);
            self.tables.contents.insert(key.as_slice(), ())?;
        }
        if let Some(before) = before
            && let Some(issue) = shown(&before.record)
            && shown(&after.record) != Some(issue)
        {
            let key = keys::left(self.known_row(issue)?, row);
            self.tables.contents.insert(key.as_slice(), ())?;
        }
        Ok(())
    }

    /// What the record is listed under.
    fn home(&mut self, record: &Record<TextPointer>) -> Result<Option<u32>> {
        if record.is_deleted() || record.is_absent() {
            return Ok(None);
        }
        let home = match record.kind() {
            RecordKind::User => None,
            RecordKind::Repository => return Ok(Some(0)),
            RecordKind::Column | RecordKind::Card => record.container(),
            kind if is_child(kind) => match record.parent() {
                Some(Parent::Record(parent)) => Some(parent),
                _ => None,
            },
            _ => record.belongs_to(),
        };
        home.map(|home| self.known_row(home)).transpose()
    }

    /// Brings the issue that a card shows up to date in lists, which know whether an issue has a card.
    fn touch_carded(&mut self, card: Option<&Head>) -> Result<()> {
        let Some(issue) = card.and_then(|card| card.record.issue()) else {
            return Ok(());
        };
        let row = self.known_row(issue)?;
        let repository = self.head(row)?.and_then(|issue| issue.record.repository());
        if let Some(repository) = repository {
            let repository = self.known_row(repository)?;
            self.columns.touch(repository, row);
        }
        Ok(())
    }

    fn keys(&mut self, row: u32, head: &Head) -> Result<Keys> {
        let record = &head.record;
        let mut keys = Keys::default();
        let owner = match record.belongs_to() {
            Some(owner) => self.known_row(owner)?,
            None => 0,
        };
        if let (Some(space), Some(number)) = (Space::of(record.kind()), record.number()) {
            keys.number = Some(keys::number(owner, space, number));
        }
        if record.is_deleted() || record.is_absent() {
            return Ok(keys);
        }
        if let (RecordKind::Label | RecordKind::User | RecordKind::Repository, Some(name)) =
            (record.kind(), record.name())
        {
            keys.name = Some(match record.kind() {
                RecordKind::User => keys::login(name, record.host().unwrap_or_default()),
                kind => keys::name(owner, kind, name),
            });
        }
        let at = record.created_at().unwrap_or_default();
        let tie = keys::tie(head.foreign_id, row);
        let is_child = is_child(record.kind());
        if is_child
            || matches!(
                record.kind(),
                RecordKind::Project | RecordKind::Column | RecordKind::Card
            )
        {
            keys.moment = Some(keys::moment(owner, record.kind(), at, tie));
        }
        if let (Some(container), Some(rank)) = (record.container(), record.rank()) {
            keys.content[0] = Some(keys::content(self.known_row(container)?, rank, row));
        }
        if let (RecordKind::Card, Some(issue)) = (record.kind(), record.issue()) {
            keys.content[1] = Some(keys::content(self.known_row(issue)?, "", row));
        }
        if record.kind() == RecordKind::Project && record.owner().is_some() {
            keys.content[0] = Some(keys::content(0, keys::OWNED, row));
        }
        if awaits(record) {
            keys.orphan = Some(keys::orphan(0, keys::AWAITING, row));
        }
        if record.kind() == RecordKind::Issue {
            if record.is_pinned() {
                keys.content[0] = Some(keys::content(owner, "", row));
            }
            if let Some(issue) = record.duplicate_of() {
                let issue = self.known_row(issue)?;
                keys.content[1] = Some(keys::content(issue, keys::DUPLICATE, row));
            }
        }
        if is_child {
            match record.parent() {
                Some(Parent::Record(parent)) => {
                    keys.child = Some(keys::child(self.known_row(parent)?, at, tie));
                }
                Some(Parent::Number(number)) => {
                    keys.orphan = Some(keys::orphan(owner, number, row));
                }
                None => keys.orphan = Some(keys::orphan(owner, 0, row)),
            }
        }
        Ok(keys)
    }

    /// Takes out what is no longer true. A number or a name may have passed to another record by now.
    fn unindex(&mut self, row: u32, old: &Keys, new: &Keys, leaves: bool) -> Result<()> {
        if let Some(key) = old.number.filter(|key| Some(key) != new.number.as_ref())
            && let Some(mut value) = self.tables.number(key)?
            && value[..4] == row.to_be_bytes()
        {
            if leaves {
                value[4] |= keys::MOVED;
                self.tables.numbers.insert(&key, &value)?;
            } else {
                self.tables.numbers.remove(&key)?;
            }
        }
        if let Some(key) = old
            .name
            .as_ref()
            .filter(|key| Some(*key) != new.name.as_ref())
            && self.tables.name(key)? == Some(row)
        {
            self.tables.names.remove(key.as_slice())?;
        }
        if let Some(key) = old.child.filter(|key| Some(key) != new.child.as_ref()) {
            self.tables.children.remove(&key)?;
        }
        if let Some(key) = old.moment.filter(|key| Some(key) != new.moment.as_ref()) {
            self.tables.moments.remove(&key)?;
        }
        for (old, new) in old.content.iter().zip(&new.content) {
            if let Some(key) = old.as_ref().filter(|key| Some(*key) != new.as_ref()) {
                self.tables.contents.remove(key.as_slice())?;
            }
        }
        if let Some(key) = old.orphan.filter(|key| Some(key) != new.orphan.as_ref()) {
            self.tables.orphans.remove(&key)?;
        }
        Ok(())
    }

    /// Whether what an event states, or takes back, may decide anew whose number a number is.
    fn may_become_its_forges(
        &self,
        row: u32,
        key: [u8; 13],
        event: &Event<TextPointer>,
    ) -> Result<bool> {
        let Some(statement) = &event.statement else {
            return Ok(false);
        };
        let is_undone = event.kind == EventKind::Undone;
        if !is_undone && statement.number.is_some() {
            return Ok(false);
        }
        let Some([by @ .., flags]) = self.tables.number(key)? else {
            return Ok(false);
        };
        let may = flags == keys::APART || (is_undone && flags == keys::FOREIGN);
        Ok(may && by == row.to_be_bytes())
    }

    /// Whether the number of a record that a forge stated is that of the forge whose numbers the repository has.
    fn says_own_number(&self, row: u32, event: &Event<TextPointer>) -> Result<bool> {
        match &event.statement {
            Some(statement) if event.kind != EventKind::Undone && statement.number.is_none() => {
                Ok(true)
            }
            _ => self.is_numbered_by_its_forge(row),
        }
    }

    fn insert_number(&mut self, row: u32, key: [u8; 13], flags: u8) -> Result<()> {
        self.forget_parent();
        let [a, b, c, d] = row.to_be_bytes();
        self.tables.numbers.insert(&key, &[a, b, c, d, flags])?;
        Ok(())
    }

    fn insert_keys(&mut self, row: u32, new: &Keys) -> Result<()> {
        if let Some(key) = &new.name {
            self.tables.names.insert(key.as_slice(), row)?;
        }
        if let Some(key) = new.child {
            self.tables.children.insert(&key, row)?;
        }
        if let Some(key) = new.moment {
            self.tables.moments.insert(&key, row)?;
        }
        for key in new.content.iter().flatten() {
            self.tables.contents.insert(key.as_slice(), ())?;
        }
        if let Some(key) = new.orphan {
            self.tables.orphans.insert(&key, ())?;
        }
        Ok(())
    }

    /// Gives an issue the comments and events that came before it and wait for its number: for that of the
    /// repository, or for that of a forge whose numbers are apart.
    fn adopt_orphans(
        &mut self,
        repository: u32,
        apart: Option<u8>,
        number: u64,
        row: u32,
        issue: &Record<TextPointer>,
    ) -> Result<()> {
        let from = keys::orphan(repository, number, 0);
        let to = keys::orphan(repository, number, u32::MAX);
        for key in self.tables.orphans_of(from, to)? {
            let [.., a, b, c, d] = key;
            let child = u32::from_be_bytes([a, b, c, d]);
            let waits_for = self.numbered_apart(child)?.map(|(forge, _)| forge);
            let Some(mut head) = self.head(child)?.filter(|_| waits_for == apart) else {
                continue;
            };
            head.record.set(Value::Parent(Parent::Record(issue.id())));
            self.put_head(child, &head)?;
            let at = head.record.created_at().unwrap_or(Timestamp::default());
            let tie = keys::tie(head.foreign_id, child);
            self.tables
                .children
                .insert(&keys::child(row, at, tie), child)?;
            self.tables.orphans.remove(&key)?;
        }
        Ok(())
    }
}

/// Whether a column or a card names by the word of its forge what the store did not have when it came: the
/// project or the column that it is in, or the issue that it shows.
pub(crate) fn awaits<T>(record: &Record<T>) -> bool {
    let is_placed = record.foreign_container().is_none() || record.container().is_some();
    match record.kind() {
        RecordKind::Column => !is_placed,
        RecordKind::Card => !is_placed || (record.subject().is_some() && record.issue().is_none()),
        _ => false,
    }
}

/// The issue that a card shows.
fn shown(record: &Record<TextPointer>) -> Option<RecordId> {
    let is_there = !record.is_deleted() && !record.is_absent();
    record
        .issue()
        .filter(|_| is_there && record.kind() == RecordKind::Card)
}
