//! Whole objects: new ones become records, known ones are compared with what the source stated last.

use backlot_model::{
    Change, Conflict, Digest, Event, EventKind, Field, ForeignId, IncomingRecord, Parent, Prefer,
    Record, RecordId, RecordKind, Shape, Statement, Timestamp, Value, View, merge,
};

use super::collision::Home;
use super::embedded::{derive_id, says_something, updated_at};
use super::options::{ConflictReport, ImportReport};
use super::session::{Session, next_number};
use crate::codec::{Head, Malformed, decode_head, encode_event};
use crate::derive::StatementEntry;
use crate::error::{Error, ErrorKind, Result};
use crate::store::keys::{self, Space};
use crate::store::reading::Read;

impl Session<'_, '_> {
    pub(super) fn take_record(&mut self, mut incoming: IncomingRecord) -> Result<()> {
        let local = self.repository(incoming.repository)?;
        let (repository_row, repository) = (local.row, local.id);
        let home = Home::of(local);
        let kind = incoming.kind;
        let mut linked = Vec::new();
        let seat = match incoming.links.is_empty() {
            true => None,
            false => Some(self.seat(&incoming, &mut linked)?),
        };
        if incoming.has_extras {
            self.report.counts.kind_mut(kind).with_extras += 1;
            self.report.counts.extras_bytes += incoming.overlay.len() as u64;
        }
        let mut said = self.resolve(std::mem::take(&mut incoming.changes), repository_row)?;
        said.extend(linked);
        let stated = said
            .iter()
            .fold(0, |mask, change| mask | 1 << change.field().tag());
        if matches!(kind, RecordKind::HistoryEvent | RecordKind::Comment)
            && self.comes_back(home, &mut incoming, &said)?
        {
            self.report.counts.kind_mut(kind).unchanged += 1;
            return Ok(());
        }
        let known = if kind == RecordKind::Repository {
            // What a repository is called here, and what its forge called it first, is settled.
            said.retain(|change| {
                let is_settled = match change.field() {
                    Field::Name | Field::Host | Field::ForeignName => true,
                    Field::SeparateNumbers => home.is_second,
                    _ => false,
                };
                !is_settled
            });
            Some((repository_row, repository))
        } else {
            let came_with = seat.as_ref().map_or(repository, |seat| seat.repository);
            said.insert(0, Change::Set(Value::Repository(came_with)));
            let row = seat.as_ref().map_or(repository_row, |seat| seat.row);
            match self.find(Home { row, ..home }, &incoming, &said)? {
                // A board that stood in the repository before its owner was known.
                None if row != repository_row => self.find_identity(repository_row, &incoming)?,
                found => found,
            }
        };
        let mut numbered = None;
        if known.is_none()
            && matches!(kind, RecordKind::Issue | RecordKind::Milestone)
            && let Some(space) = Space::of(kind)
            && number_of(&said).is_none()
        {
            // A source without numbers, such as a table, leaves them to the store.
            numbered = Some(next_number(self.tables(), repository_row, space)?);
        }
        let record = match known {
            Some((_, record)) => record,
            None => {
                let owner = seat.as_ref().map_or(repository, |seat| seat.id);
                let owner = if owner == repository {
                    home.seed
                } else {
                    owner
                };
                derive_id(Some(owner), "", kind, &incoming.id, &said)
            }
        };
        let owner_row = seat.as_ref().map_or(repository_row, |seat| seat.row);
        let given = self.give_number(
            Home {
                row: owner_row,
                ..home
            },
            &incoming,
            known,
            &mut said,
        )?;
        // The board of an organisation or a person came with one repository first, and stays known by that.
        if known.is_some() && seat.as_ref().is_some_and(|seat| seat.owner.is_some()) {
            said.retain(|change| change.field() != Field::Repository);
        }
        let mut placed = match (&seat, known) {
            // Of what a list has twice, the first place counts.
            (Some(_), Some((row, _))) if self.was_seen_in(incoming.view.form, row) => Vec::new(),
            (Some(seat), _) => self.placed(seat, known)?,
            (None, _) => Vec::new(),
        };
        placed.extend(given.here.map(|number| Change::Set(Value::Number(number))));
        let mut event = Event::new(EventKind::Imported, record, kind);
        event.changes = said;
        let body = event.changes.iter().find_map(|change| match change {
            Change::Set(Value::Body(body)) if home.apart.is_some() => Some(body.clone()),
            _ => None,
        });
        if let Some(number) = numbered {
            event.changes.push(Change::Set(Value::Number(number)));
            event.changes.sort_by_key(Change::field);
        }
        event.statement = Some(Statement {
            view: incoming.view,
            id: incoming.id,
            overlay: incoming.overlay,
            position: incoming.position,
            stated,
            fingerprint: None,
            number: given.foreign,
            has_extras: incoming.has_extras,
        });
        // What was said to be absent matters only in a comparison; it is set aside meanwhile.
        let cleared: Vec<_> = event
            .changes
            .extract_if(.., |change| !says_something(change))
            .collect();
        self.encoded.clear();
        encode_event(&mut self.encoded, &mut self.scratch, &event);
        match known {
            None => {
                self.encode_placed(&mut event, &placed);
                let encoded = std::mem::take(&mut self.encoded);
                let row = self.writer.append_bytes(&encoded)?;
                self.encoded = encoded;
                self.mark_seen(incoming.view.form, row);
                self.report.counts.kind_mut(kind).created += 1;
                self.note_references(home, row, body.as_deref());
                if let Some((space, number)) = given.collides {
                    self.displace(row, owner_row, space, number)?;
                }
            }
            Some((row, _)) => {
                self.note_same(home, row, incoming.view.forge, given.foreign)?;
                let fingerprint = Digest::of(&self.encoded).short();
                event.changes.extend(cleared);
                let before = self.writer.events();
                self.take_known(row, home, event, incoming.view, fingerprint, &placed)?;
                if self.writer.events() > before {
                    self.note_references(home, row, body.as_deref());
                }
            }
        }
        Ok(())
    }

    /// Encodes a new record once more, with what follows from its links. The fingerprint stays that of what
    /// its source said.
    fn encode_placed(&mut self, event: &mut Event, placed: &[Change]) {
        if placed.is_empty() {
            return;
        }
        let fingerprint = Digest::of(&self.encoded).short();
        let news = placed.iter().filter(|change| says_something(change));
        for change in news {
            event
                .changes
                .retain(|known| known.field() != change.field());
            event.changes.push(change.clone());
        }
        if let Some(statement) = &mut event.statement {
            statement.fingerprint = Some(fingerprint);
        }
        self.encoded.clear();
        encode_event(&mut self.encoded, &mut self.scratch, event);
    }

    /// The record that an object is about, if it is known: by the forge's identity, by the number that an
    /// export gave a record that was born here, by its own ULID, else by number or name.
    fn find(
        &mut self,
        home: Home,
        incoming: &IncomingRecord,
        said: &[Change],
    ) -> Result<Option<(u32, RecordId)>> {
        let repository = home.row;
        if let Some(known) = self.find_identity(repository, incoming)? {
            return Ok(Some(known));
        }
        if let ForeignId::Text(text) = &incoming.id
            && let Ok(id) = text.parse::<RecordId>()
            && let Some(row) = self.tables().row_of(id.to_bytes())?
            && self.is_of(row, repository, incoming.kind)?
            && let Some(known) = self.known(row)?
        {
            return Ok(Some(known));
        }
        if let (Some(space), Some(number)) = (Space::of(incoming.kind), number_of(said)) {
            if let Some(forge) = home.apart {
                return self.find_apart(home, forge, space, number, incoming, said);
            }
            if let Some(known) = self.same_title(home, incoming.kind, incoming.view.forge, said)? {
                return Ok(Some(known));
            }
            let Some(value) = self
                .tables()
                .number(keys::number(repository, space, number))?
            else {
                return Ok(None);
            };
            let [row @ .., flags] = value;
            let row = u32::from_be_bytes(row);
            let Some((row, id)) = self.known(row)? else {
                return Ok(None);
            };
            // The number of a local issue that went elsewhere is free for one from the forge.
            if flags == keys::MOVED {
                return Ok(None);
            }
            if flags == keys::APART {
                self.displace(row, repository, space, number)?;
                return Ok(None);
            }
            if flags & keys::FOREIGN == 0 {
                // It was transferred here, so its identity is that of another repository.
                if self.is_called(row, &incoming.id)? {
                    return Ok(Some((row, id)));
                }
                self.displace(row, repository, space, number)?;
                return Ok(None);
            }
            self.check_identity(row, incoming, number)?;
            return Ok(Some((row, id)));
        }
        if let ForeignId::Number(id) = incoming.id
            && RecordId::is_minted(id)
            && let Some(known) = self.born_in_history(home, id, said)?
        {
            return Ok(Some(known));
        }
        if incoming.kind == RecordKind::Label {
            let name = said.iter().find_map(|change| match change {
                Change::Set(Value::Name(name)) => Some(name.as_str()),
                _ => None,
            });
            let key = keys::name(repository, RecordKind::Label, name.unwrap_or_default());
            if let Some(row) = self.tables().name(&key)? {
                let has_number = matches!(incoming.id, ForeignId::Number(_));
                return self.named(row, has_number, incoming.view.forge);
            }
        }
        Ok(None)
    }

    /// Whether the record in a row is of a kind, and belongs to the repository in another row.
    fn is_of(&mut self, row: u32, repository: u32, kind: RecordKind) -> Result<bool> {
        let Some(head) = self.writer.derived.head(row)? else {
            return Ok(false);
        };
        let owner = match head.record.repository() {
            Some(owner) => self.writer.derived.row(owner)?,
            None => None,
        };
        Ok(head.record.kind() == kind && owner == Some(repository))
    }

    /// The record that the forge knows by this identity, or that was given it by an export.
    fn find_identity(
        &self,
        repository: u32,
        incoming: &IncomingRecord,
    ) -> Result<Option<(u32, RecordId)>> {
        let scope = keys::Scope::Repository(repository);
        let minted = matches!(incoming.id, ForeignId::Number(id) if RecordId::is_minted(id));
        let forges = [(incoming.view.forge, true), (keys::BORN_HERE, minted)];
        for (forge, _) in forges.into_iter().filter(|(_, possible)| *possible) {
            let key = keys::foreign(scope, incoming.kind, forge, &incoming.id);
            if let Some(row) = self.tables().foreign_row(&key)?
                && let Some(known) = self.known(row)?
            {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// Whether exports call the record in a row so.
    fn is_called(&self, row: u32, id: &ForeignId) -> Result<bool> {
        let head = self.writer.derived.head(row)?;
        Ok(head.is_some_and(|head| match id {
            ForeignId::Number(id) => {
                head.foreign_id.unwrap_or(head.record.id().minted_number()) == *id
            }
            ForeignId::Text(_) => false,
        }))
    }

    /// The record in a row that has the right name. One that the same forge knows by another number is another
    /// one, which had the name before.
    pub(super) fn named(
        &self,
        row: u32,
        has_number: bool,
        forge: u8,
    ) -> Result<Option<(u32, RecordId)>> {
        let head = self.writer.derived.head(row)?;
        let Some(head) = head.filter(|head| !head.record.is_absent()) else {
            return Ok(None);
        };
        let is_another =
            has_number && head.foreign_id.is_some() && self.is_stated_by(row, forge)?;
        Ok((!is_another).then(|| (row, head.record.id())))
    }

    /// The record in a row; none where its creation was undone, so that it is created again.
    pub(super) fn known(&self, row: u32) -> Result<Option<(u32, RecordId)>> {
        let head = self.writer.derived.head(row)?;
        let head = head.filter(|head| !head.record.is_absent());
        Ok(head.map(|head| (row, head.record.id())))
    }

    /// Refuses a second identity for one number. One form without a number of its own fits any.
    pub(super) fn check_identity(
        &self,
        row: u32,
        incoming: &IncomingRecord,
        number: u64,
    ) -> Result<()> {
        let Some(entry) = self.entry(row, incoming.view)? else {
            return Ok(());
        };
        let known = self.statement(&entry)?.map(|statement| statement.id);
        let (Some(ForeignId::Number(known)), ForeignId::Number(id)) = (known, &incoming.id) else {
            return Ok(());
        };
        let detail = format!(
            "{} number {number} has two identities at the forge: this one is {id}, and the one imported \
             before is {known}; import it into another repository",
            incoming.kind.name(),
        );
        Err(Error::new(
            ErrorKind::Contradiction,
            &incoming.place,
            detail,
        ))
    }

    pub(super) fn entry(&self, row: u32, view: View) -> Result<Option<StatementEntry>> {
        let entry = self.tables().statement(keys::statement(row, view))?;
        Ok(entry
            .map(|bytes| StatementEntry::decode(&bytes))
            .transpose()?)
    }

    /// Compares an object with what its source stated last, and writes the difference.
    fn take_known(
        &mut self,
        row: u32,
        home: Home,
        mut event: Event,
        view: View,
        fingerprint: [u8; 16],
        placed: &[Change],
    ) -> Result<()> {
        let kind = event.record_kind;
        let seen_before = self.mark_seen(view.form, row);
        let entry = self.entry(row, view)?;
        if entry
            .as_ref()
            .is_some_and(|entry| entry.fingerprint == fingerprint)
            && self.stands(row, placed)?
        {
            let counts = self.report.counts.kind_mut(kind);
            if seen_before {
                counts.duplicates += 1;
            } else {
                counts.unchanged += 1;
            }
            return Ok(());
        }
        let head = self.writer.derived.head(row)?.ok_or(Malformed("row"))?;
        let own_name = event.record.to_string();
        let by_own_name = event.statement.as_ref().is_some_and(
            |statement| matches!(&statement.id, ForeignId::Text(name) if *name == own_name),
        );
        if by_own_name && entry.is_none() {
            return self.take_edits(row, head, event);
        }
        let base = match self.tables().base(row)? {
            Some(bytes) => Some(decode_head(&bytes)?),
            // Born here, and stated for the first time: nothing was stated before.
            None if !head.is_foreign => Some(Head::new(head.record.id(), kind)),
            None => None,
        };
        if let Some(base) = &base {
            whole_seconds(&base.record, &head.record, &mut event.changes);
        }
        for change in placed {
            event
                .changes
                .retain(|known| known.field() != change.field());
            event.changes.push(change.clone());
        }
        let before = &base.as_ref().unwrap_or(&head).record;
        let outranking = self.stated_above(row, view, home.is_second)?;
        if entry.is_some() {
            let counts = self.report.counts.kind_mut(kind);
            match (before.updated_at(), updated_at(&event.changes)) {
                // The later one wins; where no moment tells them apart, the first one stands.
                (Some(known), Some(said)) if seen_before && said <= known => {
                    counts.duplicates += 1;
                    return Ok(());
                }
                (Some(known), Some(said)) if said < known && outranking == 0 => {
                    counts.stale += 1;
                    return Ok(());
                }
                (Some(_), Some(_)) => {}
                _ if seen_before => {
                    counts.duplicates += 1;
                    return Ok(());
                }
                _ => {}
            }
        }
        if before.is_deleted() {
            event.changes.push(Change::Clear(Field::Deleted));
        }
        let now = self.in_full(head)?;
        let base = base.map(|base| self.in_full(base)).transpose()?;
        let base = base.as_ref().unwrap_or(&now);
        self.settle_parent(row, home.apart, &now, &mut event.changes)?;
        // What a form of higher rank states, null or not, is not for this one to say.
        event
            .changes
            .retain(|change| outranking & 1 << change.field().tag() == 0);
        let merged = merge(base, &now, &event.changes, self.options.prefer);
        let nothing_new = merged.changes.is_empty() && merged.held.is_empty();
        let statement = event.statement.as_ref();
        if let Some(entry) = &entry
            && nothing_new
            && entry.position == statement.and_then(|s| s.position)
            && self.statement(entry)?.map(|s| s.overlay).as_ref() == statement.map(|s| &s.overlay)
        {
            self.report.counts.kind_mut(kind).unchanged += 1;
            return Ok(());
        }
        self.report_conflicts(kind, &now, &event.changes, &merged.conflicts)?;
        let counts = self.report.counts.kind_mut(kind);
        match (seen_before, entry.is_some(), nothing_new) {
            (true, ..) => counts.duplicates += 1,
            // A repository is created when it is first named, and counted then.
            _ if kind == RecordKind::Repository && counts.created > 0 => {}
            // Another form of a record that is known already, saying nothing else about it.
            (false, false, true) => counts.unchanged += 1,
            _ => counts.updated += 1,
        }
        event.kind = EventKind::Restated;
        event.changes = merged.changes;
        event.held = merged.held;
        if let Some(statement) = &mut event.statement {
            statement.fingerprint = Some(fingerprint);
        }
        self.writer.append(&event)?;
        Ok(())
    }

    /// Takes what a source says of a record that it names by the record's own ULID, as a table does that was
    /// written from the store. It states nothing by itself: where it says the moment of the last change that
    /// the record has here, it was written from what is here now, and differs in what was edited in it. Where
    /// the record has changed since, what differs is only reported.
    fn take_edits(&mut self, row: u32, head: Head, mut event: Event) -> Result<()> {
        let kind = event.record_kind;
        let is_of_now = {
            let now = head.record.updated_at();
            now.is_some() && now == updated_at(&event.changes)
        };
        let now = self.in_full(head)?;
        self.settle_parent(row, None, &now, &mut event.changes)?;
        // An empty cell cannot tell an empty text from none.
        if now.body().is_some_and(String::is_empty) {
            event
                .changes
                .retain(|change| *change != Change::Clear(Field::Body));
        }
        let merged = merge(&now, &now, &event.changes, self.options.prefer);
        let counts = self.report.counts.kind_mut(kind);
        if merged.changes.is_empty() {
            counts.unchanged += 1;
            return Ok(());
        }
        if !is_of_now && self.options.prefer == Prefer::Ours {
            counts.stale += 1;
            let conflict = |change: &Change| Conflict {
                field: change.field(),
                kept: Prefer::Ours,
            };
            let conflicts: Vec<Conflict> = merged.changes.iter().map(conflict).collect();
            return self.report_conflicts(kind, &now, &event.changes, &conflicts);
        }
        counts.updated += 1;
        let mut edit = Event::new(EventKind::Edited, event.record, kind);
        edit.changes = merged.changes;
        self.writer.append(&edit)?;
        Ok(())
    }

    /// Says of a parent's number which record it means, where the store knows, so that it compares equal.
    fn settle_parent(
        &mut self,
        row: u32,
        apart: Option<u8>,
        now: &Record,
        said: &mut [Change],
    ) -> Result<()> {
        let Some(Parent::Record(_)) = now.parent() else {
            return Ok(());
        };
        let Some(repository) = now.repository() else {
            return Ok(());
        };
        let repository = self.writer.derived.row(repository)?.unwrap_or(row);
        for change in said {
            if let Change::Set(Value::Parent(Parent::Number(number))) = change
                && let Some(issue) = self
                    .writer
                    .derived
                    .foreign_issue(repository, apart, *number)?
            {
                *change = Change::Set(Value::Parent(Parent::Record(issue)));
            }
        }
        Ok(())
    }

    /// The fields that forms of higher rank state of the record: those of lower numbers, and all of another
    /// forge, where that one came first.
    pub(super) fn stated_above(&self, row: u32, view: View, is_second: bool) -> Result<u64> {
        let mut stated = 0;
        for ([.., forge, form], bytes) in self.tables().statements_of(row)? {
            let is_first = is_second && forge != 0 && forge != view.forge;
            if is_first || (forge == view.forge && form < view.form) {
                stated |= StatementEntry::decode(&bytes)?.stated;
            }
        }
        Ok(stated)
    }

    pub(super) fn statement(&self, entry: &StatementEntry) -> Result<Option<Statement>> {
        self.writer.in_block(entry.event.block, |block| {
            let (event, _) = crate::codec::decode_event(block, entry.event)?;
            Ok(event.and_then(|event| event.statement))
        })
    }

    pub(super) fn report_conflicts(
        &mut self,
        kind: RecordKind,
        now: &Record,
        said: &[Change],
        conflicts: &[Conflict],
    ) -> Result<()> {
        self.report.counts.conflicts += conflicts.len() as u64;
        for conflict in conflicts {
            if self.report.conflicts.len() >= ImportReport::LISTED {
                break;
            }
            let theirs = said.iter().find_map(|change| match change {
                Change::Set(value) if value.field() == conflict.field => Some(value),
                _ => None,
            });
            let report = ConflictReport {
                kind,
                record: now.id(),
                number: now.number(),
                field: conflict.field,
                kept: conflict.kept,
                ours: now
                    .get(conflict.field)
                    .map(|value| self.in_words(value))
                    .transpose()?,
                theirs: theirs.map(|value| self.in_words(value)).transpose()?,
            };
            self.report.conflicts.push(report);
        }
        Ok(())
    }

    /// A value as a report shows it.
    fn in_words(&mut self, value: &Value) -> Result<String> {
        Ok(match value.shape() {
            Shape::Id(id) => match self.writer.derived.row(id)? {
                Some(row) => {
                    let record = self.writer.derived.head(row)?.map(|head| head.record);
                    let name = record
                        .as_ref()
                        .and_then(|record| record.name().or(record.title()));
                    name.unwrap_or_default().to_owned()
                }
                None => String::new(),
            },
            Shape::Text(text) | Shape::Body(text) => text.chars().take(200).collect(),
            Shape::Number(number) => number.to_string(),
            Shape::Moment(moment) => moment.to_string(),
            Shape::Flag => "yes".to_owned(),
            Shape::Reactions(reactions) => reactions.total().to_string(),
            Shape::Ids(_) | Shape::Parent(_) => String::new(),
        })
    }
}

/// Gives the moments at which something was done here to a source that says them to the second, as forges do. What
/// it said before is nothing that was done here.
fn whole_seconds<T>(base: &Record<T>, here: &Record<T>, said: &mut [Change]) {
    let second = |at: Timestamp| at.unix_milliseconds().div_euclid(1000);
    for change in said {
        let Change::Set(value) = change else { continue };
        let Shape::Moment(at) = value.shape() else {
            continue;
        };
        let field = value.field();
        let of = |record: &Record<T>| match field {
            Field::CreatedAt => record.created_at(),
            Field::UpdatedAt => record.updated_at(),
            Field::ClosedAt => record.closed_at(),
            _ => None,
        };
        if let Some(known) = of(here)
            && of(base) != Some(at)
            && at.is_whole_second()
            && second(known) == second(at)
            && let Some(exact) = Value::from_shape(field, Shape::Moment(known))
        {
            *value = exact;
        }
    }
}

pub(super) fn number_of(said: &[Change]) -> Option<u64> {
    said.iter().find_map(|change| match change {
        Change::Set(Value::Number(number)) => Some(*number),
        _ => None,
    })
}
