//! Objects inside other objects: users, labels, milestones. Each is news only the first time it is seen
//! in its exact form, and never where the record's own list has spoken.

use backlot_model::{
    Change, Depicted, Embedded, Event, EventKind, Field, ForeignId, IncomingEmbedded, RecordId,
    RecordKind, Statement, Timestamp, Value, View, merge,
};

use super::collision::Home;
use super::record::number_of;
use super::session::{Session, next_number};
use crate::codec::{Head, Malformed, decode_head};
use crate::error::Result;
use crate::store::keys::{self, Scope, Space};
use crate::store::reading::Read;

/// What a forge calls an embedded object.
#[derive(Clone, Copy)]
struct Called<'a> {
    id: Option<u64>,
    /// What an export would have called one that was born here.
    minted: Option<u64>,
    name: &'a str,
}

impl Session<'_, '_> {
    pub(super) fn take_embedded(&mut self, incoming: IncomingEmbedded) -> Result<()> {
        let repository = match incoming
            .depicts
            .as_ref()
            .and_then(|depicted| depicted.repository)
        {
            Some(index) => {
                let local = self.repository(index)?;
                Some((Home::of(local), local.id))
            }
            None => None,
        };
        let home = repository.map(|(home, _)| home);
        let owner = home.map_or(0, |home| home.row);
        if self.depicted(incoming.id, owner)?.is_some() {
            return Ok(());
        }
        let embedded = Some(Embedded {
            id: incoming.id,
            bytes: incoming.bytes,
        });
        let Some(depicted) = incoming.depicts else {
            let mut event = Event::new(EventKind::Embedded, RecordId::NIL, RecordKind::Repository);
            event.embedded = embedded;
            self.writer.append(&event)?;
            self.remember(incoming.id, owner, RecordId::NIL);
            return Ok(());
        };
        let Depicted {
            host,
            kind,
            view,
            id,
            minted,
            name,
            changes,
            ..
        } = depicted;
        let mut said = self.resolve(changes, owner)?;
        match repository {
            Some((_, repository)) => said.insert(0, Change::Set(Value::Repository(repository))),
            None => said.push(Change::Set(Value::Host(host.to_string()))),
        }
        let scope = home.map_or(Scope::Host(&host), |home| Scope::Repository(home.row));
        let called = Called {
            id,
            minted,
            name: &name,
        };
        let row = match home {
            Some(home) if home.apart.is_some() && Space::of(kind).is_some() => {
                self.find_embedded_apart(home, kind, view, called, &said)?
            }
            _ => self.find_embedded(scope, home, kind, view, called, &said)?,
        };
        // What is only named is not made: what belongs to it belongs to nothing that is known.
        if row.is_none() && matches!(kind, RecordKind::Comment | RecordKind::Issue) {
            self.remember(incoming.id, owner, RecordId::NIL);
            return Ok(());
        }
        let foreign = id.map_or_else(|| ForeignId::Text(name.to_lowercase()), ForeignId::Number);
        let number = home
            .filter(|home| home.apart.is_some() && Space::of(kind).is_some())
            .and_then(|_| number_of(&said));
        let mut collides = None;
        let (mut event, is_stale) = match row {
            None => {
                let seed = home.map(|home| home.seed);
                let record = derive_id(seed, &host, kind, &foreign, &said);
                if let (Some(number), Some(space)) = (number, Space::of(kind))
                    && !self.is_free(owner, space, number)?
                {
                    said.retain(|change| change.field() != Field::Number);
                    collides = Some((space, number));
                }
                let mut event = Event::new(EventKind::Embedded, record, kind);
                event.changes = said.into_iter().filter(says_something).collect();
                if let Some(space) = Space::of(kind)
                    && number_of(&event.changes).is_none()
                    && collides.is_none()
                {
                    let next = next_number(self.tables(), owner, space)?;
                    event.changes.push(Change::Set(Value::Number(next)));
                    event.changes.sort_by_key(Change::field);
                }
                self.report.counts.kind_mut(kind).created += 1;
                (event, false)
            }
            Some(row) => {
                if let Some(home) = home {
                    self.note_same(home, row, view.forge, number)?;
                    self.leave_to_others(home, row, view, &mut said)?;
                }
                self.restate_embedded(row, kind, view, &said)?
            }
        };
        event.embedded = embedded;
        if !is_stale {
            let (overlay, position, fingerprint) = (Vec::new(), None, None);
            event.statement = Some(Statement {
                view,
                id: foreign,
                overlay,
                position,
                stated: 0,
                fingerprint,
                number,
                has_extras: false,
            });
        }
        let record = event.record;
        let row = self.writer.append(&event)?;
        if let Some((space, number)) = collides {
            self.displace(row, owner, space, number)?;
        }
        self.remember(incoming.id, owner, record);
        Ok(())
    }

    /// The row of the record that an embedded object depicts: by the forge's number, by its number in
    /// the repository, by its name.
    fn find_embedded(
        &mut self,
        scope: Scope<'_>,
        home: Option<Home>,
        kind: RecordKind,
        view: View,
        Called { id, minted, name }: Called<'_>,
        said: &[Change],
    ) -> Result<Option<u32>> {
        let born_here = match scope {
            Scope::Host(_) => Scope::Host(""),
            repository @ Scope::Repository(_) => repository,
        };
        let number = id.map(ForeignId::Number);
        let text = ForeignId::Text(name.to_lowercase());
        if let Some(minted) = minted.filter(|_| number.is_none()) {
            let id = ForeignId::Number(minted);
            let key = keys::foreign(born_here, kind, keys::BORN_HERE, &id);
            if let Some(row) = self.tables().foreign_row(&key)?
                && self.known(row)?.is_some()
            {
                return Ok(Some(row));
            }
        }
        let by_number = number
            .iter()
            .flat_map(|id| [(scope, view.forge, id), (born_here, keys::BORN_HERE, id)]);
        for (scope, forge, id) in by_number.chain([(scope, view.forge, &text)]) {
            let key = keys::foreign(scope, kind, forge, id);
            let is_other = number.is_some() && number.as_ref() != Some(id);
            if let Some(row) = self.tables().foreign_row(&key)?
                && self.named(row, is_other, view.forge)?.is_some()
            {
                return Ok(Some(row));
            }
        }
        if let (Scope::Repository(repository), Some(space)) = (scope, Space::of(kind)) {
            if let Some(home) = home.filter(|home| home.is_shared)
                && let Some(row) = self.titled(home.row, name, Some(view.forge))?
                && kind == RecordKind::Milestone
            {
                if let Some(number) = number_of(said) {
                    self.claim(home, row, space, number)?;
                }
                return Ok(Some(row));
            }
            if let Some(number) = number_of(said)
                && let Some(value) = self
                    .tables()
                    .number(keys::number(repository, space, number))?
            {
                let [row @ .., flags] = value;
                let row = u32::from_be_bytes(row);
                // What was born here gives way, whichever form of the forge's comes first.
                if flags & keys::FOREIGN == 0 {
                    self.displace(row, repository, space, number)?;
                    return Ok(None);
                }
                return Ok(Some(row));
            }
            if number_of(said).is_none() {
                return self.titled(repository, name, None);
            }
            return Ok(None);
        }
        let key = match scope {
            Scope::Repository(repository) => keys::name(repository, kind, name),
            Scope::Host(host) => keys::login(name, host),
        };
        match self.tables().name(&key)? {
            Some(row) => Ok(self
                .named(row, id.is_some(), view.forge)?
                .map(|(row, _)| row)),
            None => Ok(None),
        }
    }

    /// The row of the record that an embedded object depicts, where the forge's numbers are apart.
    fn find_embedded_apart(
        &mut self,
        home: Home,
        kind: RecordKind,
        view: View,
        Called { id, name, .. }: Called<'_>,
        said: &[Change],
    ) -> Result<Option<u32>> {
        let number = id.map(ForeignId::Number);
        let text = ForeignId::Text(name.to_lowercase());
        for id in number.iter().chain([&text]) {
            let key = keys::foreign(Scope::Repository(home.row), kind, view.forge, id);
            let is_other = number.is_some() && number.as_ref() != Some(id);
            if let Some(row) = self.tables().foreign_row(&key)?
                && self.named(row, is_other, view.forge)?.is_some()
            {
                return Ok(Some(row));
            }
        }
        if let (Some(space), Some(number)) = (Space::of(kind), number_of(said)) {
            let key = keys::foreign_number(home.row, space, view.forge, number);
            if let Some([row @ .., _]) = self.tables().number(key)?
                && let Some((row, _)) = self.known(u32::from_be_bytes(row))?
            {
                return Ok(Some(row));
            }
        }
        match kind {
            RecordKind::Milestone => self.titled(home.row, name, Some(view.forge)),
            _ => Ok(None),
        }
    }

    /// Leaves out of what an embedded object says what is for another forge to say.
    fn leave_to_others(
        &self,
        home: Home,
        row: u32,
        view: View,
        said: &mut Vec<Change>,
    ) -> Result<()> {
        if home.is_shared {
            let stated = self.stated_above(row, view, true)?;
            said.retain(|change| stated & 1 << change.field().tag() == 0);
        }
        if home.apart.is_some() {
            said.retain(|change| change.field() != Field::Number);
        }
        Ok(())
    }

    /// The event for a known record that is seen in a form not seen before, and whether that form is older
    /// than what is known.
    fn restate_embedded(
        &mut self,
        row: u32,
        kind: RecordKind,
        view: View,
        said: &[Change],
    ) -> Result<(Event, bool)> {
        let head = self.writer.derived.head(row)?.ok_or(Malformed("row"))?;
        let mut event = Event::new(EventKind::Embedded, head.record.id(), kind);
        if self
            .tables()
            .statement(keys::statement(row, view))?
            .is_some()
        {
            return Ok((event, false));
        }
        let base = match self.tables().base(row)? {
            Some(bytes) => decode_head(&bytes)?,
            None if !head.is_foreign => Head::new(head.record.id(), kind),
            None => head.clone(),
        };
        let (base, now) = (self.in_full(base)?, self.in_full(head)?);
        if updated_at(said).is_some_and(|said| base.updated_at().is_some_and(|known| said < known))
        {
            return Ok((event, true));
        }
        let merged = merge(&base, &now, said, self.options.prefer);
        if !merged.changes.is_empty() || !merged.held.is_empty() {
            self.report.counts.kind_mut(kind).updated += 1;
        }
        self.report_conflicts(kind, &now, said, &merged.conflicts)?;
        event.changes = merged.changes;
        event.held = merged.held;
        Ok((event, false))
    }
}

/// The identifier of an imported record: see invariant 4 in `docs/architecture.md`. Issues and milestones
/// are named by their number, which every form of them states, so that the order in which forms arrive
/// makes no difference.
pub(super) fn derive_id(
    repository: Option<RecordId>,
    host: &str,
    kind: RecordKind,
    id: &ForeignId,
    said: &[Change],
) -> RecordId {
    let created_at = said.iter().find_map(|change| match change {
        Change::Set(Value::CreatedAt(at)) => Some(*at),
        _ => None,
    });
    let owner = repository.map(RecordId::to_bytes);
    let owner: &[u8] = owner.as_ref().map_or(host.as_bytes(), |owner| owner);
    let tag = [kind.tag()];
    let at = created_at.unwrap_or_default();
    let number = number_of(said).filter(|_| Space::of(kind).is_some());
    match (number, id) {
        (Some(number), _) => RecordId::derive(at, &[owner, &tag, b"number", &number.to_be_bytes()]),
        (None, ForeignId::Number(id)) => {
            RecordId::derive(at, &[owner, &tag, b"id", &id.to_be_bytes()])
        }
        (None, ForeignId::Text(name)) => {
            RecordId::derive(at, &[owner, &tag, b"name", name.as_bytes()])
        }
    }
}

/// Whether a change sets anything: what it would clear is not there in a new record.
pub(super) fn says_something(change: &Change) -> bool {
    matches!(change, Change::Set(value) if !value.says_nothing())
}

pub(super) fn updated_at(said: &[Change]) -> Option<Timestamp> {
    said.iter().find_map(|change| match change {
        Change::Set(Value::UpdatedAt(at)) => Some(*at),
        _ => None,
    })
}
