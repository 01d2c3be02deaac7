//! One object: its entries become changes, a mask, and extras.

use backlot_model::{
    Change, Field, ForeignId, Incoming, IncomingRecord, Parent, RecordKind, Value, ViewId,
};

use super::gather::Gathered;
use super::intake::{Around, Intake};
use crate::shape::{Form, NUMBERED, Rule, Table, write_overlay, write_own};
use backlot_forge::bytes::{VERSION, put_bytes, put_number};
use backlot_forge::json::Fault;
use backlot_forge::slots::Slots;

/// An object on its way to become a record.
pub(super) struct Object<'t> {
    pub(super) form: Form,
    pub(super) kind: RecordKind,
    pub(super) table: &'static Table,
    pub(super) slots: Slots<'t>,
    pub(super) gathered: Gathered<'t>,
    pub(super) changes: Vec<Change<String, ViewId>>,
    /// The fields that have a change, a bit for each.
    pub(super) seen: u64,
    pub(super) mask: u64,
    pub(super) aux: Vec<u8>,
    pub(super) extra_count: u64,
    pub(super) extras: Vec<u8>,
}

impl Object<'_> {
    /// Whether the object has a key, whatever its value is.
    pub(super) fn says(&self, key: &str) -> bool {
        !self.slots.get(self.table, key).is_empty()
            || self.slots.others.iter().any(|(other, _)| *other == key)
    }

    /// Whether a field has a change already.
    pub(super) fn has(&self, field: Field) -> bool {
        self.seen & 1 << field.tag() != 0
    }

    /// Notes a change of a field that has none yet.
    pub(super) fn change(&mut self, change: Change<String, ViewId>) {
        if !self.has(change.field()) {
            self.seen |= 1 << change.field().tag();
            self.changes.push(change);
        }
    }

    /// Notes a value.
    pub(super) fn set(&mut self, value: Value<String, ViewId>) {
        self.change(Change::Set(value));
    }

    /// Appends the overlay, but for its version.
    pub(super) fn write_overlay(&self, out: &mut Vec<u8>) {
        let extras = (self.extra_count, &*self.extras);
        write_overlay(
            self.gathered.site,
            self.table,
            self.mask,
            &self.aux,
            extras,
            out,
        );
    }
}

impl Intake {
    /// Reads an object's entries.
    pub(super) fn object<'t>(
        &mut self,
        form: Form,
        kind: RecordKind,
        text: &'t str,
        around: &Around<'t>,
    ) -> Result<Object<'t>, Fault> {
        let mut object = self.split(form, kind, text, around)?;
        self.entries(&mut object, around)?;
        Ok(object)
    }

    /// Splits an object into its entries, which say nothing yet.
    fn split<'t>(
        &mut self,
        form: Form,
        kind: RecordKind,
        text: &'t str,
        around: &Around<'t>,
    ) -> Result<Object<'t>, Fault> {
        let table = form.table(kind);
        let (order, cache) = self.order(form, kind);
        let slots = Slots::split(text, table, order, cache)?;
        let gathered = Gathered::new(form, kind, &slots, table, around);
        Ok(Object {
            form,
            kind,
            table,
            slots,
            gathered,
            changes: Vec::with_capacity(24),
            seen: 0,
            mask: 0,
            aux: Vec::with_capacity(64),
            extra_count: 0,
            extras: Vec::new(),
        })
    }

    fn entries(&mut self, object: &mut Object<'_>, around: &Around<'_>) -> Result<(), Fault> {
        let mut left = object.slots.present;
        while left != 0 {
            let first = left.trailing_zeros() as usize;
            left &= left - 1;
            self.entry(object, first, around)?;
        }
        for (key, raw) in std::mem::take(&mut object.slots.others) {
            put_number(0, &mut object.extras);
            put_bytes(key.as_bytes(), &mut object.extras);
            self.keep(raw, around, &mut object.extras)?;
            object.extra_count += 1;
        }
        let mut repeated = std::mem::take(&mut object.slots.repeated);
        repeated.sort_unstable();
        for same in repeated.chunk_by(|one, other| one == other) {
            let reason = match same.len() {
                1 => "the key stands twice; the first value was dropped".to_owned(),
                more => format!(
                    "the key stands {} times; all values but the last were dropped",
                    more + 1
                ),
            };
            self.skip(same[0], reason, false);
        }
        self.last_changes(object, around);
        object.changes.sort_by_key(Change::field);
        Ok(())
    }

    fn entry(
        &mut self,
        object: &mut Object<'_>,
        first: usize,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let raw = object.slots.at(first);
        for at in object.table.same_name(first) {
            let rule = object.table.keys[at].rule;
            if self.take(object, at, rule, raw, around)? {
                object.mask |= 1 << at;
                return Ok(());
            }
        }
        let key = object.table.keys[first];
        let mut share = false;
        for at in object.table.same_name(first) {
            share |= object.table.keys[at].rule == Rule::Share;
        }
        if let Some(wanted) = super::rules::mistyped(key.rule, raw) {
            self.skip(key.name, wanted, true);
        }
        put_number(first as u64 + 1, &mut object.extras);
        object.extra_count += 1;
        if share {
            self.share(raw, around, &mut object.extras)
        } else {
            self.keep(raw, around, &mut object.extras)
        }
    }

    /// What follows from several entries, or from where the object stands.
    fn last_changes(&mut self, object: &mut Object<'_>, around: &Around<'_>) {
        match object.kind {
            RecordKind::Issue => {
                if let Some(at) = object.gathered.merged_at {
                    object.set(Value::MergedAt(at));
                }
                super::history::issue_type(object);
            }
            RecordKind::HistoryEvent => super::history::changes(object),
            _ => {}
        }
        let child = matches!(
            object.kind,
            RecordKind::Comment | RecordKind::HistoryEvent | RecordKind::Reaction
        );
        if let Some(comment) = around
            .comment
            .filter(|_| object.kind == RecordKind::Reaction)
        {
            let comment = self.comment(comment, around);
            object.set(Value::Parent(Parent::Record(comment)));
        }
        if let Some(number) = object.gathered.number.or(around.parent).filter(|_| child) {
            object.set(Value::Parent(Parent::Number(number)));
        }
    }

    /// Reads a whole object and hands it on as a record.
    pub(crate) fn record(
        &mut self,
        form: Form,
        kind: RecordKind,
        text: &str,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let mut object = self.split(form, kind, text, around)?;
        if let Some(reason) = super::mismatch::reason(form, &object) {
            self.skip("", reason, false);
            return Ok(());
        }
        // Nothing else is said of an object that is skipped, and nothing of it comes in.
        let Some(id) = self.identity(&object) else {
            self.skip(
                "",
                format!("the {} has no identity: {}", kind.name(), wanted(form)),
                false,
            );
            return Ok(());
        };
        self.entries(&mut object, around)?;
        let mut overlay = Vec::with_capacity(64 + object.aux.len() + object.extras.len());
        overlay.push(VERSION);
        object.write_overlay(&mut overlay);
        if form == Form::Pull {
            // The same thing as an issue may say something else, and outranks this.
            let values = object.changes.iter().filter_map(|change| match change {
                Change::Set(value) => Some(value),
                _ => None,
            });
            write_own(values, &mut overlay);
        }
        let repository = if object.gathered.site.repo.is_empty() {
            self.repository(around.site)
        } else {
            self.repository(object.gathered.site)
        };
        let links = self.links(&object, around);
        let record = IncomingRecord {
            place: self.place(""),
            repository,
            kind,
            view: form.view(),
            id,
            changes: object.changes,
            overlay,
            links,
            position: around.position,
            has_extras: object.extra_count > 0,
        };
        self.out.push(Incoming::Record(Box::new(record)));
        Ok(())
    }

    fn identity(&mut self, object: &Object<'_>) -> Option<ForeignId> {
        let gathered = &object.gathered;
        let text = |text: String| Some(ForeignId::Text(text));
        match (object.form, gathered.id) {
            (Form::Pull, id) => {
                gathered.number?;
                text(match id {
                    Some(id) => format!("pull {id}"),
                    None => format!("pull number {}", gathered.number?),
                })
            }
            (Form::Issue | Form::Milestone, id) => {
                let number = gathered.number?;
                id.map(ForeignId::Number)
                    .or_else(|| text(format!("{} {number}", object.kind.name())))
            }
            (Form::Label | Form::User, id) => {
                if gathered.name.is_empty() {
                    return None;
                }
                id.map(ForeignId::Number)
                    .or_else(|| text(gathered.name.to_lowercase()))
            }
            (_, Some(id)) if object.kind == RecordKind::HistoryEvent => {
                let own = NUMBERED.iter().find(|known| known.0 == gathered.event);
                Some(match own {
                    Some((_, space)) => ForeignId::Text(format!("{space} {id}")),
                    None => ForeignId::Number(id),
                })
            }
            (_, Some(id)) => Some(ForeignId::Number(id)),
            (Form::Repository, None) => {
                let site = gathered.site;
                (gathered.says_site && !site.repo.is_empty())
                    .then(|| ForeignId::Text(site.repo.to_lowercase()))
            }
            (Form::Reaction, None) => super::migration::reaction_name(object).map(ForeignId::Text),
            (Form::Timeline, None) => Some(ForeignId::Text(self.timeline_name(object))),
            (Form::Comment, None) => self.comment_name(object).map(ForeignId::Text),
            _ => None,
        }
    }
}

/// What an object of a form has to have.
const fn wanted(form: Form) -> &'static str {
    match form {
        Form::Issue | Form::Pull | Form::Milestone => "`number` is missing",
        Form::Label => "`name` is missing",
        Form::User => "`login` is missing",
        _ => "`id` is missing",
    }
}
