//! Project boards: what projects, columns and cards say about other records by the names that a forge gives
//! them, and the order in which a source lists them.

use backlot_model::{
    Change, Event, EventKind, Field, ForeignId, IncomingRecord, Link, Rank, Record, RecordId,
    RecordKind, UserKind, Value,
};

use super::embedded::derive_id;
use super::repository::Numbers;
use super::session::Session;
use crate::codec::{Head, Malformed, decode_head};
use crate::derive::StatementEntry;
use crate::error::Result;
use crate::store::keys::{self, Scope};
use crate::store::reading::Read;

/// No forge in particular, as in the identities of repositories.
const NO_FORGE: u8 = 0;

/// Where a record belongs, and what became of its links. The outer none of a link: it has no such one; the
/// inner: the store does not have what it names.
pub(super) struct Seat {
    /// The repository, or the organisation or person, among whose records its identity is looked for.
    pub(super) row: u32,
    pub(super) id: RecordId,
    /// The repository that it came with.
    pub(super) repository: RecordId,
    /// The organisation or person to whom its board belongs.
    pub(super) owner: Option<RecordId>,
    container: Option<Option<(u32, RecordId)>>,
    issue: Option<Option<RecordId>>,
}

impl Session<'_, '_> {
    /// Finds what a record's links name, and notes the names among what it says.
    pub(super) fn seat(
        &mut self,
        incoming: &IncomingRecord,
        said: &mut Vec<Change>,
    ) -> Result<Seat> {
        let (row, id) = {
            let local = self.repository(incoming.repository)?;
            (local.row, local.id)
        };
        let mut seat = Seat {
            row,
            id,
            repository: id,
            owner: None,
            container: None,
            issue: None,
        };
        for link in &incoming.links {
            match link {
                Link::Owner { host, login, kind } => {
                    (seat.row, seat.id) = self.owner(host, login, kind)?;
                    seat.owner = Some(seat.id);
                    said.push(Change::Set(Value::Owner(seat.id)));
                }
                Link::Container(number) => {
                    said.push(Change::Set(Value::ForeignContainer(*number)));
                    let forge = incoming.view.forge;
                    let found = self.container(row, incoming.kind, forge, *number)?;
                    seat.container =
                        Some(found.as_ref().map(|(row, head)| (*row, head.record.id())));
                    let Some((_, head)) = found else { continue };
                    seat.owner = head.record.owner();
                    seat.repository = head.record.repository().unwrap_or(id);
                    if let Some(to) = head.record.belongs_to() {
                        seat.row = self.writer.derived.row(to)?.unwrap_or(row);
                        seat.id = to;
                    }
                }
                Link::Issue {
                    host,
                    repository,
                    number,
                } => {
                    let subject = format!("{host}/{repository}#{number}");
                    said.push(Change::Set(Value::Subject(subject)));
                    seat.issue =
                        Some(self.linked_issue(host, repository, incoming.view.forge, *number)?);
                }
            }
        }
        Ok(seat)
    }

    /// The organisation or the person of this login, made if there is none.
    fn owner(&mut self, host: &str, login: &str, kind: &UserKind) -> Result<(u32, RecordId)> {
        let found = match self.user(login, host)? {
            Some(found) => found,
            None => {
                let name = ForeignId::Text(login.to_lowercase());
                let id = derive_id(None, host, RecordKind::User, &name, &[]);
                let mut event = Event::new(EventKind::Created, id, RecordKind::User);
                event.changes = vec![
                    Change::Set(Value::Name(login.to_owned())),
                    Change::Set(Value::UserKind(kind.clone())),
                    Change::Set(Value::Host(host.to_owned())),
                ];
                self.report.counts.kind_mut(RecordKind::User).created += 1;
                (self.writer.append(&event)?, id)
            }
        };
        if !self.owners.contains(&found.0) {
            self.owners.push(found.0);
        }
        Ok(found)
    }

    /// The user of a login at a host, or one who is known only here.
    fn user(&self, login: &str, host: &str) -> Result<Option<(u32, RecordId)>> {
        for host in [host, ""] {
            if let Some(row) = self.tables().name(&keys::login(login, host))?
                && let Some(known) = self.named(row, false, NO_FORGE)?
            {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The project of a column, or the column of a card: in the repository of this row, in others of the
    /// input, or with an organisation or a person.
    fn container(
        &self,
        repository: u32,
        kind: RecordKind,
        forge: u8,
        number: u64,
    ) -> Result<Option<(u32, Head)>> {
        let kind = match kind {
            RecordKind::Column => RecordKind::Project,
            _ => RecordKind::Column,
        };
        let mut places = vec![repository];
        places.extend(self.repositories.iter().map(|local| local.row));
        places.extend(&self.owners);
        // A board of the owner of a repository comes along with that, perhaps from an earlier input.
        if let Some(head) = self.writer.derived.head(repository)?
            && let Some(name) = head.record.foreign_name()
            && let Some((login, _)) = name.split_once('/')
            && let Some((row, _)) = self.user(login, head.record.host().unwrap_or_default())?
        {
            places.push(row);
        }
        let id = ForeignId::Number(number);
        let born_here = RecordId::is_minted(number).then_some(keys::BORN_HERE);
        for place in places {
            for forge in [Some(forge), born_here].into_iter().flatten() {
                let key = keys::foreign(Scope::Repository(place), kind, forge, &id);
                if let Some(row) = self.tables().foreign_row(&key)?
                    && let Some(head) = self.writer.derived.head(row)?
                    && !head.record.is_absent()
                {
                    return Ok(Some((row, head)));
                }
            }
        }
        Ok(None)
    }

    /// The issue of a number in a repository, as a forge calls both.
    fn linked_issue(
        &mut self,
        host: &str,
        name: &str,
        forge: u8,
        number: u64,
    ) -> Result<Option<RecordId>> {
        let mut own = self.repositories.iter();
        let own =
            own.find(|local| local.host == host && local.foreign_name.eq_ignore_ascii_case(name));
        let row = match own {
            Some(local) => Some(local.row),
            None => {
                let id = ForeignId::Text(name.to_lowercase());
                let key = keys::foreign(Scope::Host(host), RecordKind::Repository, NO_FORGE, &id);
                self.tables().foreign_row(&key)?
            }
        };
        match row {
            Some(row) => {
                let apart = self.noted(row, forge)? == Some(Numbers::Apart);
                let apart = apart.then_some(forge);
                self.writer.derived.foreign_issue(row, apart, number)
            }
            None => Ok(None),
        }
    }

    /// What follows from a record's links: in what it stands, in which place, and what it shows.
    pub(super) fn placed(
        &mut self,
        seat: &Seat,
        known: Option<(u32, RecordId)>,
    ) -> Result<Vec<Change>> {
        let mut placed = Vec::new();
        match seat.container {
            Some(Some((container, id))) => {
                let stated = match known {
                    Some((row, _)) => Some(self.stated_last(row)?),
                    None => None,
                };
                let rank = stated.as_ref().filter(|base| base.container() == Some(id));
                let rank = rank.and_then(Record::rank);
                let row = known.map(|(row, _)| row);
                let rank = self.next_rank(container, rank, row)?;
                placed.push(Change::Set(Value::Container(id)));
                placed.push(Change::set_or_clear(Field::Rank, rank.map(Value::Rank)));
                placed.extend(seat.owner.map(|owner| Change::Set(Value::Owner(owner))));
            }
            Some(None) => {
                placed.push(Change::Clear(Field::Container));
                placed.push(Change::Clear(Field::Rank));
            }
            None => {}
        }
        if let Some(issue) = seat.issue {
            placed.push(Change::set_or_clear(Field::Issue, issue.map(Value::Issue)));
        }
        Ok(placed)
    }

    /// Whether what follows from a record's links is what followed from them last time.
    pub(super) fn stands(&self, row: u32, placed: &[Change]) -> Result<bool> {
        if placed.is_empty() {
            return Ok(true);
        }
        let base = self.stated_last(row)?;
        Ok(placed.iter().all(|change| {
            let value = match change {
                Change::Set(value) => Some(value.clone().try_map_text(&mut |_| Err(()))),
                _ => None,
            };
            // None of these values is a long text.
            base.get(change.field()).cloned() == value.and_then(std::result::Result::ok)
        }))
    }

    /// The record in a row as its source stated it last.
    fn stated_last(&self, row: u32) -> Result<Record<crate::codec::TextPointer>> {
        let head = match self.tables().base(row)? {
            Some(bytes) => decode_head(&bytes)?,
            None => self.writer.derived.head(row)?.ok_or(Malformed("row"))?,
        };
        Ok(head.record)
    }

    /// The rank of what a source lists next in a container: the one that it had, as long as the order is the
    /// same, else one behind what was listed before.
    fn next_rank(
        &mut self,
        container: u32,
        known: Option<&str>,
        row: Option<u32>,
    ) -> Result<Option<String>> {
        let last = self.places.get(&container).map(String::as_str);
        let rank = match known.filter(|rank| last.is_none_or(|last| last < *rank)) {
            Some(rank) => Some(rank.to_owned()),
            None => self.rank_behind(container, last, row)?,
        };
        if let Some(rank) = &rank {
            self.places.insert(container, rank.clone());
        }
        Ok(rank)
    }

    fn rank_behind(
        &self,
        container: u32,
        last: Option<&str>,
        row: Option<u32>,
    ) -> Result<Option<String>> {
        let mut from = match last {
            Some(last) => keys::content(container, last, u32::MAX),
            None => container.to_be_bytes().to_vec(),
        };
        let to = container.wrapping_add(1).to_be_bytes();
        if last.is_some() {
            from.push(0);
        }
        let page = self.tables().content_page(&from, &to, 2)?;
        let mut next = page.iter().filter(|key| keys::content_row(key) != row);
        let next = next.next().and_then(|key| keys::content_rank(key));
        if let Some(rank) = Rank::between(last, next).filter(|rank| rank.len() <= Rank::LONGEST) {
            return Ok(Some(rank));
        }
        let end = self.tables().last_content(&container.to_be_bytes(), &to)?;
        let end = end.as_deref().and_then(keys::content_rank);
        Ok(Rank::between(end.max(last), None))
    }

    /// Puts the columns and cards that wait for something where they belong, if it has come by now.
    pub(super) fn settle_waiting(&mut self) -> Result<()> {
        let (from, to) = keys::awaiting();
        // A card may wait for the same board as its column.
        for kind in [RecordKind::Column, RecordKind::Card] {
            for key in self.tables().orphans_of(from, to)? {
                let row = keys::content_row(&key).ok_or(Malformed("orphan"))?;
                if let Some(head) = self.writer.derived.head(row)?
                    && head.record.kind() == kind
                {
                    self.settle(row, &head)?;
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, row: u32, head: &Head) -> Result<()> {
        let record = &head.record;
        let statements = self.tables().statements_of(row)?;
        let Some(([.., forge, _], bytes)) = statements.first() else {
            return Ok(());
        };
        let mut changes = Vec::new();
        if let (None, Some(number), Some(home)) = (
            record.container(),
            record.foreign_container(),
            record.repository(),
        ) {
            let home = self.writer.derived.row(home)?.unwrap_or_default();
            if let Some((container, head)) = self.container(home, record.kind(), *forge, number)? {
                let rank = self.settled_rank(container, row)?;
                changes.push(Change::Set(Value::Container(head.record.id())));
                changes.extend(rank.map(|rank| Change::Set(Value::Rank(rank))));
                let owner = head.record.owner();
                changes.extend(owner.map(|owner| Change::Set(Value::Owner(owner))));
            }
        }
        if let (None, Some((host, name, number))) =
            (record.issue(), record.subject().and_then(named_issue))
            && let Some(issue) = self.linked_issue(host, name, *forge, number)?
        {
            changes.push(Change::Set(Value::Issue(issue)));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let entry = StatementEntry::decode(bytes)?;
        let mut event = Event::new(EventKind::Restated, record.id(), record.kind());
        event.changes = changes;
        event.statement = self.statement(&entry)?.map(|mut statement| {
            statement.fingerprint = Some(entry.fingerprint);
            statement
        });
        if row < self.first_row {
            self.report.counts.kind_mut(record.kind()).updated += 1;
        }
        self.writer.append(&event)?;
        Ok(())
    }

    /// The rank of what came before its container: in front of what this import listed behind it, else behind
    /// all the rest.
    fn settled_rank(&self, container: u32, row: u32) -> Result<Option<String>> {
        let mut from = container.to_be_bytes().to_vec();
        let to = container.wrapping_add(1).to_be_bytes();
        let mut before: Option<String> = None;
        loop {
            let page = self.tables().content_page(&from, &to, 256)?;
            for key in &page {
                let rank = keys::content_rank(key).unwrap_or_default();
                let other = keys::content_row(key).unwrap_or_default();
                if other > row && other >= self.first_row {
                    let found = Rank::between(before.as_deref(), Some(rank));
                    if found.is_some() {
                        return Ok(found);
                    }
                }
                before = Some(rank.to_owned());
            }
            match page.last() {
                Some(last) if page.len() == 256 => {
                    from.clone_from(last);
                    from.push(0);
                }
                _ => return Ok(Rank::between(before.as_deref(), None)),
            }
        }
    }

    /// Counts the columns and cards of this import's repositories that wait for something.
    pub(super) fn count_waiting(&mut self) -> Result<()> {
        let (from, to) = keys::awaiting();
        for key in self.tables().orphans_of(from, to)? {
            let row = keys::content_row(&key).ok_or(Malformed("orphan"))?;
            let Some(head) = self.writer.derived.head(row)? else {
                continue;
            };
            let home = head.record.repository();
            if self.repositories.iter().any(|local| Some(local.id) == home) {
                self.report.counts.kind_mut(head.record.kind()).orphans += 1;
            }
        }
        Ok(())
    }
}

/// The host, the `owner/name` and the number of what a card shows by the word of its forge.
fn named_issue(subject: &str) -> Option<(&str, &str, u64)> {
    let (place, number) = subject.rsplit_once('#')?;
    let (host, name) = place.split_once('/')?;
    Some((host, name, number.parse().ok()?))
}
