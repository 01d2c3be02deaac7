//! The numbers by which the forge of an export calls records, and which records came from elsewhere.

use std::cell::RefCell;
use std::sync::Arc;

use backlot_model::{Elsewhere, Outgoing, Parent, Record, RecordId, RecordKind, Value, View};
use rustc_hash::FxHashMap;

use crate::derive::{EMBEDDED_FORM, StatementEntry};
use crate::error::Result;
use crate::import::{NO_FORGE, named_apart, shift};
use crate::read::Snapshot;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// What an export to one forge has to know of the others.
pub(super) struct Numbers<'a> {
    snapshot: &'a Snapshot,
    /// The forge for which the export is; none where it asks for no form.
    pub(super) forge: Option<u8>,
    /// Whether numbers are those of that forge, and not those of the store.
    fits: bool,
    known: RefCell<FxHashMap<RecordId, Share>>,
}

/// Who has something in a repository.
#[derive(Clone, Copy, Default)]
struct Share {
    /// Whether several forges do.
    is_shared: bool,
    /// Whether the numbers of the export's forge are not those of the repository.
    is_apart: bool,
}

/// The number by which a forge calls a record.
#[derive(Clone, Copy)]
enum Number {
    /// The forge gave it.
    Own(u64),
    /// The one here, behind all others.
    Shifted(u64),
}

impl Number {
    const fn value(self) -> u64 {
        match self {
            Self::Own(number) | Self::Shifted(number) => number,
        }
    }
}

impl<'a> Numbers<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, forge: Option<u8>) -> Self {
        Self {
            snapshot,
            forge,
            fits: true,
            known: RefCell::default(),
        }
    }

    /// The same, with the numbers of the store.
    pub(super) fn unfitted(self) -> Self {
        Self {
            fits: false,
            ..self
        }
    }

    fn share(&self, repository: RecordId) -> Result<Share> {
        if let Some(known) = self.known.borrow().get(&repository) {
            return Ok(*known);
        }
        let mut share = Share::default();
        if let Some(row) = self.snapshot.tables.row_of(repository.to_bytes())? {
            for ([.., forge, form], _) in self.snapshot.tables.statements_of(row)? {
                share.is_shared |= forge == NO_FORGE && form != 0;
                let is_apart = forge == NO_FORGE && form != 0 && Some(form) == self.forge;
                share.is_apart |= is_apart && self.fits;
            }
        }
        self.known.borrow_mut().insert(repository, share);
        Ok(share)
    }

    fn share_of(&self, record: &Record) -> Result<Share> {
        match record.repository() {
            Some(repository) => self.share(repository),
            None => Ok(Share::default()),
        }
    }

    /// Gives a record on its way out the numbers by which the export's forge calls it and its issue, and notes
    /// where else it was stated.
    pub(super) fn fit(&self, row: u32, outgoing: &mut Outgoing) -> Result<()> {
        let share = self.share_of(&outgoing.record)?;
        if outgoing.record.kind() == RecordKind::Repository {
            self.place(row, outgoing)?;
        }
        if share.is_shared || outgoing.stated.is_none() {
            outgoing.elsewhere = self.elsewhere(row)?;
        }
        if !share.is_apart {
            return Ok(());
        }
        if let Some(given) = self.number(row, &outgoing.record)? {
            let number = given.value();
            let renumbered = |record: &mut Arc<Record>| {
                Arc::make_mut(record).set(Value::Number(number));
            };
            if let Number::Shifted(_) = given {
                outgoing.own_number = outgoing.record.number();
            }
            renumbered(&mut outgoing.record);
            outgoing.base.iter_mut().for_each(renumbered);
        }
        if let (Some(Parent::Record(parent)), Some(_)) =
            (outgoing.record.parent(), outgoing.parent_number)
        {
            self.parent(parent, outgoing)?;
        }
        Ok(())
    }

    /// Gives what belongs to an issue the number by which the export's forge calls that.
    pub(super) fn parent(&self, issue: RecordId, outgoing: &mut Outgoing) -> Result<()> {
        if !self.share_of(&outgoing.record)?.is_apart {
            return Ok(());
        }
        if let Some(row) = self.snapshot.tables.row_of(issue.to_bytes())? {
            let issue = self.snapshot.in_full(self.snapshot.head(row)?)?;
            outgoing.parent_number = self
                .number(row, &issue)?
                .map(Number::value)
                .or(outgoing.parent_number);
        }
        Ok(())
    }

    /// The number by which the export's forge calls a record, where that is not the one that it has here. What
    /// came from elsewhere has its own number, or one behind all others where the forge has given that.
    fn number(&self, row: u32, record: &Record) -> Result<Option<Number>> {
        let (Some(forge), Some(space), Some(here), Some(owner)) = (
            self.forge,
            Space::of(record.kind()),
            record.number(),
            record.belongs_to(),
        ) else {
            return Ok(None);
        };
        let tables = &self.snapshot.tables;
        for ([.., by, _], bytes) in tables.statements_of(row)? {
            if by == forge
                && let Some(number) = StatementEntry::decode(&bytes)?.number
            {
                return Ok(Some(Number::Own(number)));
            }
        }
        let Some(owner) = tables.row_of(owner.to_bytes())? else {
            return Ok(None);
        };
        let taken = tables.number(keys::foreign_number(owner, space, forge, here))?;
        if taken.is_none() {
            return Ok(None);
        }
        let shifted = here.checked_add(shift(tables, owner, space, forge)?);
        Ok(shifted.map(Number::Shifted))
    }

    /// Has a repository stand where the export's forge has named it. Its values are those of the forge that it
    /// came from first.
    fn place(&self, row: u32, outgoing: &mut Outgoing) -> Result<()> {
        let Some(forge) = self.forge else {
            return Ok(());
        };
        for ([.., by, form], bytes) in self.snapshot.tables.statements_of(row)? {
            if by != NO_FORGE {
                continue;
            }
            let named = self.snapshot.event(StatementEntry::decode(&bytes)?.event)?;
            let Some(named) = named.and_then(|event| event.statement) else {
                continue;
            };
            if named.overlay.first() != Some(&forge) {
                continue;
            }
            outgoing.is_named = true;
            if form == 0 {
                continue;
            }
            let Some((host, name)) = named_apart(&named) else {
                continue;
            };
            let place = |record: &mut Arc<Record>| {
                let record = Arc::make_mut(record);
                record.set(Value::Host(host.clone()));
                record.set(Value::ForeignName(name.clone()));
            };
            place(&mut outgoing.record);
            outgoing.base.iter_mut().for_each(place);
        }
        Ok(())
    }

    /// The forms in which other forges stated a record.
    fn elsewhere(&self, row: u32) -> Result<Vec<Elsewhere>> {
        let mut found: Vec<Elsewhere> = Vec::new();
        for ([.., forge, form], bytes) in self.snapshot.tables.statements_of(row)? {
            // A repository can have been no more than named; the event says by which forge.
            let (forge, form) = match forge {
                NO_FORGE => {
                    let named = self.snapshot.event(StatementEntry::decode(&bytes)?.event)?;
                    let named = named.and_then(|event| event.statement);
                    let forge = named.and_then(|named| named.overlay.first().copied());
                    (forge.unwrap_or(NO_FORGE), 0)
                }
                forge => (forge, form),
            };
            if forge == NO_FORGE || Some(forge) == self.forge || self.forge.is_none() {
                continue;
            }
            let view = View {
                forge,
                form: form & !EMBEDDED_FORM,
            };

            let has_extras = StatementEntry::decode(&bytes)?.has_extras;
            match found.iter_mut().find(|known| known.view == view) {
                Some(known) => known.has_extras |= has_extras,
                None => found.push(Elsewhere { view, has_extras }),
            }
        }
        Ok(found)
    }
}
