//! What an event does to the record it is about, and to what its source said last.

use backlot_model::{
    Change, Digest, Event, EventKind, Field, ForeignId, Parent, Record, RecordId, RecordKind,
    Value, View,
};
use rustc_hash::FxHashMap;

use super::columns::Columns;
use super::statement::{EmbeddedEntry, StatementEntry};
use crate::codec::{EventPointer, Head, TextPointer, decode_head, encode_head, head_id};
use crate::error::{Error, Result};
use crate::store::keys::{self, Scope, Space};
use crate::store::reading::Read;
use crate::store::tables::Tables;

/// A form with this bit is that of an object seen only inside others.
pub(crate) const EMBEDDED_FORM: u8 = 0x80;

/// How many rows are remembered by their names before the memory is emptied.
const REMEMBERED_ROWS: usize = 1 << 14;

/// A repository's row, the forge where its numbers are apart, and the number of an issue.
type ForeignIssue = (u32, Option<u8>, u64);

/// Brings the derived tables forward by one event after another.
pub(crate) struct Derived<'a, 'txn> {
    pub(super) tables: &'a mut Tables<'txn>,
    pub(crate) columns: Columns,
    rows: FxHashMap<RecordId, u32>,
    next_row: u32,
    /// The repository of the record that the last event was about.
    pub(crate) last_repository: Option<RecordId>,
    // Comments come issue by issue: the number that was looked up last is most often the next one too.
    last_parent: Option<(ForeignIssue, RecordId)>,
    scratch: Vec<u8>,
}

impl<'a, 'txn> Derived<'a, 'txn> {
    pub(crate) fn new(tables: &'a mut Tables<'txn>) -> Result<Self> {
        let next_row = tables.last_row()? + 1;
        Ok(Self {
            tables,
            columns: Columns::default(),
            rows: FxHashMap::default(),
            next_row,
            last_repository: None,
            last_parent: None,
            scratch: Vec::new(),
        })
    }

    pub(crate) fn tables(&self) -> &Tables<'txn> {
        self.tables
    }

    pub(crate) fn tables_mut(&mut self) -> &mut Tables<'txn> {
        self.tables
    }

    /// The row of a record, if the log has named it.
    pub(crate) fn row(&mut self, id: RecordId) -> Result<Option<u32>> {
        if let Some(row) = self.rows.get(&id) {
            return Ok(Some(*row));
        }
        let row = self.tables.row_of(id.to_bytes())?;
        if let Some(row) = row {
            self.remember(id, row);
        }
        Ok(row)
    }

    fn remember(&mut self, id: RecordId, row: u32) {
        if self.rows.len() >= REMEMBERED_ROWS {
            self.rows.clear();
        }
        self.rows.insert(id, row);
    }

    /// The row of a record that must be there.
    pub(super) fn known_row(&mut self, id: RecordId) -> Result<u32> {
        self.row(id)?.ok_or_else(|| {
            Error::corrupt(
                "",
                format_args!("the log refers to {id}, which it never made"),
            )
        })
    }

    /// The head in this row.
    pub(crate) fn head(&self, row: u32) -> Result<Option<Head>> {
        match self.tables.record(row)? {
            Some(bytes) => Ok(Some(decode_head(&bytes)?)),
            None => Ok(None),
        }
    }

    pub(super) fn put_head(&mut self, row: u32, head: &Head) -> Result<()> {
        encode_head(&mut self.scratch, head);
        self.tables.records.insert(row, self.scratch.as_slice())?;
        Ok(())
    }

    /// Applies the event that stands at `at`, whose own bytes are `bytes`, in the commit
    /// `sequence`. The row that it is about.
    pub(crate) fn apply(
        &mut self,
        event: &Event<TextPointer>,
        at: EventPointer,
        bytes: &[u8],
        sequence: u64,
    ) -> Result<u32> {
        self.last_repository = None;
        if event.record == RecordId::NIL {
            if let Some(embedded) = &event.embedded {
                self.put_embedded(keys::embedded(embedded.id, 0), 0, at)?;
            }
            return Ok(0);
        }
        let (row, before) = match self.row(event.record)? {
            Some(row) => (row, self.head(row)?),
            None => (self.new_row(event.record)?, None),
        };
        // What was made absent begins anew, in its old row.
        let is_new = before.as_ref().is_none_or(|head| head.record.is_absent());
        let mut head = match &before {
            Some(before) => before.clone(),
            None => {
                let mut head = Head::new(event.record, event.record_kind);
                head.first = (at, sequence);
                head
            }
        };
        if before.is_some() {
            let key = keys::happened(row, at);
            self.tables.happened.insert(&key, sequence)?;
        }
        self.change(&mut head, event, row, is_new)?;
        if let (EventKind::Undone, Some(before)) = (event.kind, &before) {
            self.unstate(&before.record, &mut head, event, at)?;
        } else if let Some(statement) = &event.statement {
            head.is_foreign = true;
            if let (None, ForeignId::Number(id)) = (head.foreign_id, &statement.id) {
                head.foreign_id = Some(*id);
            }
            let key = self.foreign_key(&head.record, statement.view.forge, &statement.id)?;
            self.tables.foreign.insert(key.as_slice(), row)?;
            let embedded = event.embedded.is_some();
            let form = statement.view.form | if embedded { EMBEDDED_FORM } else { 0 };
            let fingerprint = statement
                .fingerprint
                .unwrap_or_else(|| Digest::of(bytes).short());
            let entry = StatementEntry::of(statement, at, fingerprint);
            let key = keys::statement(
                row,
                View {
                    forge: statement.view.forge,
                    form,
                },
            );
            self.tables
                .statements
                .insert(&key, entry.encode().as_slice())?;
            self.expect_number(row, &head.record, statement)?;
        }
        if let Some(embedded) = event
            .embedded
            .as_ref()
            .filter(|_| event.kind != EventKind::Undone)
        {
            let repository = match head.record.repository() {
                Some(repository) => self.known_row(repository)?,
                None => 0,
            };
            self.put_embedded(keys::embedded(embedded.id, repository), row, at)?;
        }
        if event.kind == EventKind::Created {
            self.expect_again(&head, row)?;
        }
        if event.kind == EventKind::Withdrawn {
            self.forget_fingerprints(row)?;
        }
        self.resolve_parent(row, &mut head, event)?;
        self.last_repository = match head.record.kind() {
            RecordKind::Repository => Some(head.record.id()),
            _ => {
                let before = before
                    .as_ref()
                    .and_then(|before| before.record.repository());
                head.record.repository().or(before)
            }
        };
        self.index(row, before.as_ref(), &head, event)?;
        self.put_head(row, &head)?;
        if let Some(before) = before.filter(|_| head.record.is_absent()) {
            self.release_children(row, &before.record)?;
        }
        Ok(row)
    }

    fn put_embedded(&mut self, key: [u8; 20], depicts: u32, event: EventPointer) -> Result<()> {
        let entry = EmbeddedEntry { depicts, event };
        self.tables
            .embedded
            .insert(&key, entry.encode().as_slice())?;
        Ok(())
    }

    /// Makes a record that was born here known by the number that exports give it, so that it is the same
    /// record when an export is imported again.
    fn expect_again(&mut self, head: &Head, row: u32) -> Result<()> {
        let minted = ForeignId::Number(head.record.id().minted_number());
        let key = self.foreign_key(&head.record, keys::BORN_HERE, &minted)?;
        self.tables.foreign.insert(key.as_slice(), row)?;
        Ok(())
    }

    fn new_row(&mut self, id: RecordId) -> Result<u32> {
        let row = self.next_row;
        self.next_row = row
            .checked_add(1)
            .ok_or_else(|| Error::corrupt("", "too many records"))?;
        self.tables.ulids.insert(&id.to_bytes(), row)?;
        self.remember(id, row);
        Ok(row)
    }

    /// Changes the record, and keeps what its source said last wherever that becomes something else.
    fn change(
        &mut self,
        head: &mut Head,
        event: &Event<TextPointer>,
        row: u32,
        is_new: bool,
    ) -> Result<()> {
        let was_edited = head.is_edited;
        let base = if was_edited {
            self.tables.base(row)?
        } else {
            None
        };
        let base = base.map(|bytes| decode_head(&bytes)).transpose()?;
        match advance(head, base, event, is_new) {
            Some(base) => {
                encode_head(&mut self.scratch, &base);
                self.tables.bases.insert(row, self.scratch.as_slice())?;
            }
            None if was_edited => _ = self.tables.bases.remove(row)?,
            None => {}
        }
        Ok(())
    }

    /// The key by which a forge's identity of this record is found again.
    pub(crate) fn foreign_key(
        &mut self,
        record: &Record<TextPointer>,
        forge: u8,
        id: &ForeignId,
    ) -> Result<Vec<u8>> {
        // A repository can have names at other hosts than its own.
        if let (RecordKind::Repository, ForeignId::Text(text)) = (record.kind(), id)
            && let Some((host, name)) = text.split_once("//")
        {
            let name = ForeignId::Text(name.to_owned());
            return Ok(keys::foreign(
                Scope::Host(host),
                record.kind(),
                forge,
                &name,
            ));
        }
        let scope = match record.belongs_to() {
            Some(owner) => Scope::Repository(self.known_row(owner)?),
            None => Scope::Host(record.host().unwrap_or_default()),
        };
        Ok(keys::foreign(scope, record.kind(), forge, id))
    }

    /// A withdrawn record that comes again must be looked at closely, whatever it says.
    fn forget_fingerprints(&mut self, row: u32) -> Result<()> {
        for (key, value) in self.tables.statements_of(row)? {
            let mut entry = StatementEntry::decode(&value)?;
            entry.fingerprint = [0; 16];
            self.tables
                .statements
                .insert(&key, entry.encode().as_slice())?;
        }
        Ok(())
    }

    /// Turns the number of a parent on the forge into the record, once that is known.
    fn resolve_parent(
        &mut self,
        row: u32,
        head: &mut Head,
        event: &Event<TextPointer>,
    ) -> Result<()> {
        if let (Some(Parent::Number(number)), Some(repository)) =
            (head.record.parent(), head.record.repository())
        {
            let apart = match &event.statement {
                Some(statement) if event.kind != EventKind::Undone => {
                    statement.number.map(|_| statement.view.forge)
                }
                _ => self.numbered_apart(row)?.map(|(forge, _)| forge),
            };
            let repository = self.known_row(repository)?;
            if let Some(parent) = self.foreign_issue(repository, apart, number)? {
                head.record.set(Value::Parent(Parent::Record(parent)));
            }
        }
        Ok(())
    }

    /// The issue that has this number at the forge whose numbers the repository has, or at one whose numbers
    /// are apart.
    pub(crate) fn foreign_issue(
        &mut self,
        repository: u32,
        apart: Option<u8>,
        number: u64,
    ) -> Result<Option<RecordId>> {
        let asked = (repository, apart, number);
        if let Some((known, issue)) = self.last_parent
            && known == asked
        {
            return Ok(Some(issue));
        }
        let key = match apart {
            Some(forge) => keys::foreign_number(repository, Space::Issue, forge, number),
            None => keys::number(repository, Space::Issue, number),
        };
        let Some([a, b, c, d, flags]) = self.tables.number(key)? else {
            return Ok(None);
        };
        if flags & keys::FOREIGN == 0 {
            return Ok(None);
        }
        let row = u32::from_be_bytes([a, b, c, d]);
        let Some(bytes) = self.tables.record(row)? else {
            return Ok(None);
        };
        let issue = head_id(&bytes)?;
        self.remember(issue, row);
        self.last_parent = Some((asked, issue));
        Ok(Some(issue))
    }

    /// Forgets the number that was looked up last, because numbers have moved.
    pub(super) fn forget_parent(&mut self) {
        self.last_parent = None;
    }

    /// Writes what is still held back. To be called before the transaction commits.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.flush_columns()
    }
}

/// What an event makes of a record, and of what its source said last (`base`), which is none where that is
/// the record itself.
pub(crate) fn advance(
    head: &mut Head,
    base: Option<Head>,
    event: &Event<TextPointer>,
    is_new: bool,
) -> Option<Head> {
    let from_source = event.statement.is_some() || event.kind == EventKind::Withdrawn;
    let base = if head.is_edited {
        base
    } else if is_new || (from_source && event.held.is_empty()) {
        // What is new here is what its source says, and so is what follows its source.
        None
    } else if head.is_foreign {
        Some(head.clone())
    } else if from_source {
        // Born here, and now stated by a source for the first time: nothing was stated before.
        Some(Head::new(head.record.id(), head.record.kind()))
    } else {
        None
    };
    for change in &event.changes {
        head.record.apply(change);
    }
    let mut base = base?;
    for change in &event.held {
        if from_source {
            continue;
        }
        // What is undone here is again just what the source says: the same text, in the same place.
        if let Change::Clear(field) = change
            && let Some(value) = base.record.get(*field)
        {
            head.record.set(value.clone());
        }
    }
    // Which number a record has here is for the store to say, as long as it is where its source has it.
    let number = |change: &&Change<TextPointer>| change.field() == Field::Number;
    if let Some(number) = event.changes.iter().find(number)
        && !from_source
        && base.record.repository() == head.record.repository()
    {
        base.record.apply(number);
    }
    if from_source {
        let said = event.changes.iter().chain(&event.held);
        said.for_each(|change| base.record.apply(change));
    }
    head.is_edited = base.record.values() != head.record.values();
    head.is_edited.then_some(base)
}

/// Whether records of this kind belong to an issue.
pub(super) const fn is_child(kind: RecordKind) -> bool {
    matches!(
        kind,
        RecordKind::Comment | RecordKind::HistoryEvent | RecordKind::Reaction
    )
}
