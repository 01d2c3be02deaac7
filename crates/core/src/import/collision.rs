//! What becomes of numbers, titles and names that two forges have given in one repository.

use backlot_model::{Change, ForeignId, IncomingRecord, Parent, RecordId, RecordKind, Value};

use super::options::{Collisions, Outcome};
use super::record::number_of;
use super::repository::LocalRepository;
use super::session::{Session, unshifted};
use crate::error::{Error, ErrorKind, Result};
use crate::read::for_each_row;
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

/// Where the records of a source belong, and what its numbers are worth there.
#[derive(Clone, Copy)]
pub(super) struct Home {
    /// The repository, or the owner of a board.
    pub(super) row: u32,
    /// The forge, where its numbers are not those of the repository.
    pub(super) apart: Option<u8>,
    /// Whether another forge came first, whose word counts where both say something.
    pub(super) is_second: bool,
    /// Whether several forges have something there.
    pub(super) is_shared: bool,
    /// What tells the identifiers of this source's records from those of others.
    pub(super) seed: RecordId,
}

impl Home {
    pub(super) fn of(local: &LocalRepository) -> Self {
        Self {
            row: local.row,
            apart: local.apart(),
            is_second: local.is_second(),
            is_shared: local.is_shared,
            seed: local.seed,
        }
    }
}

/// The numbers that a record gets.
#[derive(Default)]
pub(super) struct Given {
    /// By which its forge calls it or its issue, where those are not the repository's numbers.
    pub(super) foreign: Option<u64>,
    /// Which a new one has here.
    pub(super) here: Option<u64>,
    /// Which a new one cannot have here, because another one has it.
    pub(super) collides: Option<(Space, u64)>,
}

impl Session<'_, '_> {
    /// Finds which number a record has here. Where the forge's numbers are apart, what it says of them is
    /// taken out of `said`.
    pub(super) fn give_number(
        &mut self,
        home: Home,
        incoming: &IncomingRecord,
        known: Option<(u32, RecordId)>,
        said: &mut Vec<Change>,
    ) -> Result<Given> {
        let mut given = Given::default();
        let (Some(space), Some(number)) = (Space::of(incoming.kind), number_of(said)) else {
            if home.apart.is_some() {
                given.foreign = said.iter().find_map(|change| match change {
                    Change::Set(Value::Parent(Parent::Number(number))) => Some(*number),
                    _ => None,
                });
            }
            return Ok(given);
        };
        if home.apart.is_none() {
            if let Some((row, _)) = known.filter(|_| home.is_shared) {
                self.claim(home, row, space, number)?;
            }
            return Ok(given);
        }
        given.foreign = Some(number);
        said.retain(|change| !matches!(change, Change::Set(Value::Number(_))));
        if known.is_some() {
            return Ok(given);
        }
        if self.is_free(home.row, space, number)? {
            given.here = Some(number);
            return Ok(given);
        }
        if self.options.collisions == Some(Collisions::Refuse) {
            let detail = format!(
                "{} number {number} is another one here, which came from another forge; nothing was written",
                incoming.kind.name(),
            );
            return Err(Error::new(
                ErrorKind::Contradiction,
                &incoming.place,
                detail,
            ));
        }
        given.collides = Some((space, number));
        Ok(given)
    }

    /// Whether a number is free for what came from a forge: what was made here gives way.
    pub(super) fn is_free(&mut self, owner: u32, space: Space, number: u64) -> Result<bool> {
        let key = keys::number(owner, space, number);
        let Some([row @ .., flags]) = self.tables().number(key)? else {
            return Ok(true);
        };
        if flags != 0 {
            return Ok(false);
        }
        self.displace(u32::from_be_bytes(row), owner, space, number)?;
        Ok(true)
    }

    /// Makes room for the number that the repository's forge says of a record which is known by its title.
    pub(super) fn claim(&mut self, home: Home, row: u32, space: Space, number: u64) -> Result<()> {
        let key = keys::number(home.row, space, number);
        if let Some([by @ .., flags]) = self.tables().number(key)?
            && u32::from_be_bytes(by) != row
            && flags & (keys::FOREIGN | keys::MOVED) == 0
        {
            self.displace(u32::from_be_bytes(by), home.row, space, number)?;
        }
        Ok(())
    }

    /// The record that a forge means whose numbers are apart: by its number, else what it has from an export
    /// of this repository, else the milestone of the same title.
    pub(super) fn find_apart(
        &mut self,
        home: Home,
        forge: u8,
        space: Space,
        number: u64,
        incoming: &IncomingRecord,
        said: &[Change],
    ) -> Result<Option<(u32, RecordId)>> {
        let key = keys::foreign_number(home.row, space, forge, number);
        if let Some([row @ .., _]) = self.tables().number(key)?
            && let Some((row, id)) = self.known(u32::from_be_bytes(row))?
        {
            self.check_identity(row, incoming, number)?;
            return Ok(Some((row, id)));
        }
        if let ForeignId::Number(minted) = incoming.id
            && RecordId::is_minted(minted)
        {
            for number in [Some(number), unshifted(number)].into_iter().flatten() {
                if let Some([row @ .., _]) = self
                    .tables()
                    .number(keys::number(home.row, space, number))?
                    && let Some((row, id)) = self.known(u32::from_be_bytes(row))?
                    && id.minted_number() == minted
                {
                    return Ok(Some((row, id)));
                }
            }
        }
        self.same_title(home, incoming.kind, forge, said)
    }

    /// The milestone of the title that a forge says, which another forge has stated and this one has not.
    pub(super) fn same_title(
        &self,
        home: Home,
        kind: RecordKind,
        forge: u8,
        said: &[Change],
    ) -> Result<Option<(u32, RecordId)>> {
        if kind != RecordKind::Milestone || !home.is_shared {
            return Ok(None);
        }
        let title = said.iter().find_map(|change| match change {
            Change::Set(Value::Title(title)) => Some(title.as_str()),
            _ => None,
        });
        match self.titled(home.row, title.unwrap_or_default(), Some(forge))? {
            Some(row) => self.known(row),
            None => Ok(None),
        }
    }

    /// The row of the milestone that has a title in a repository, of which there are few; where a forge is
    /// named, of one that this forge has not stated and another one has.
    pub(super) fn titled(
        &self,
        repository: u32,
        title: &str,
        forge: Option<u8>,
    ) -> Result<Option<u32>> {
        let mut found = None;
        let kind = RecordKind::Milestone;
        for_each_row(self.tables(), repository, kind, &mut |row| -> Result<()> {
            if found.is_none()
                && let Some(head) = self.writer.derived.head(row)?
                && !head.record.is_absent()
                && !head.record.is_deleted()
                && head.record.title() == Some(title)
            {
                let fits = match forge {
                    Some(forge) => head.is_foreign && !self.is_stated_by(row, forge)?,
                    None => true,
                };
                found = fits.then_some(row);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Reports that a forge means a record by its number, title or name that another forge has stated, the
    /// first time that it does.
    pub(super) fn note_same(
        &mut self,
        home: Home,
        row: u32,
        forge: u8,
        number: Option<u64>,
    ) -> Result<()> {
        if !home.is_shared {
            return Ok(());
        }
        let Some(head) = self
            .writer
            .derived
            .head(row)?
            .filter(|head| head.is_foreign)
        else {
            return Ok(());
        };
        let kind = head.record.kind();
        let is_named = matches!(
            kind,
            RecordKind::Issue | RecordKind::Milestone | RecordKind::Label
        );
        if is_named && !self.is_stated_by(row, forge)? {
            let number = number.or(head.record.number());
            self.report_collision(row, number, Outcome::Same)?;
        }
        Ok(())
    }
}
