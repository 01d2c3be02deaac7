//! One object: its entries become changes, a mask, and extras.

use backlot_forge::bytes::{VERSION, put_bytes, put_number};
use backlot_forge::json::{Fault, string};
use backlot_forge::slots::Slots;
use backlot_model::{
    Change, Field, ForeignId, Incoming, IncomingRecord, Parent, Shape, Value, ViewId,
};

use super::gather::Gathered;
use super::intake::{Around, Intake};
use crate::shape::{Form, Rule, Table, write_overlay, write_own};

/// An object on its way to become a record.
pub(super) struct Object<'t> {
    pub(super) form: Form,
    pub(super) table: &'static Table,
    pub(super) slots: Slots<'t>,
    pub(super) gathered: Gathered<'t>,
    pub(super) changes: Vec<Change<String, ViewId>>,
    /// The fields that have a change, a bit for each.
    seen: u64,
    mask: u64,
    pub(super) aux: Vec<u8>,
    pub(super) extra_count: u64,
    pub(super) extras: Vec<u8>,
    /// Whether a key that only GitCode has says something out of the usual.
    says_more: bool,
}

impl<'t> Object<'t> {
    /// The value of a key, whether the table has it or not; empty when there is none.
    pub(super) fn get(&self, key: &str) -> &'t str {
        match self.slots.get(self.table, key) {
            "" => {
                let mut others = self.slots.others.iter();
                others
                    .find(|(other, _)| *other == key)
                    .map_or("", |(_, raw)| *raw)
            }
            raw => raw,
        }
    }
}

impl Object<'_> {
    /// Whether a field has a change already.
    pub(super) fn has(&self, field: Field) -> bool {
        self.seen & 1 << field.tag() != 0
    }

    /// Whether a field has a value already.
    pub(super) fn is_set(&self, field: Field) -> bool {
        let set = |change: &Change<String, ViewId>| matches!(change, Change::Set(_));
        self.changes
            .iter()
            .any(|change| change.field() == field && set(change))
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

    /// Notes the elements of a list.
    pub(super) fn set_list(&mut self, field: Field, ids: Vec<ViewId>) {
        let value = Value::from_shape(field, Shape::Ids(ids)).filter(|value| !value.says_nothing());
        self.change(Change::set_or_clear(field, value));
    }

    /// Appends the overlay, but for its version.
    pub(super) fn write_overlay(&self, out: &mut Vec<u8>) {
        let extras = (self.extra_count, &*self.extras);
        let site = self.gathered.site;
        write_overlay(site, self.table, self.mask, &self.aux, extras, out);
    }
}

impl Intake {
    /// Reads an object's entries.
    pub(super) fn object<'t>(
        &mut self,
        form: Form,
        text: &'t str,
        around: &Around<'t>,
    ) -> Result<Object<'t>, Fault> {
        let mut object = self.split(form, text, around)?;
        self.entries(&mut object, around)?;
        Ok(object)
    }

    /// Splits an object into its entries, which say nothing yet.
    fn split<'t>(
        &mut self,
        form: Form,
        text: &'t str,
        around: &Around<'t>,
    ) -> Result<Object<'t>, Fault> {
        let table = form.table();
        let (order, cache) = self.order(form);
        let slots = Slots::split(text, table, order, cache)?;
        let gathered = Gathered::new(form, &slots, table, around);
        Ok(Object {
            form,
            table,
            slots,
            gathered,
            changes: Vec::with_capacity(24),
            seen: 0,
            mask: 0,
            aux: Vec::with_capacity(64),
            extra_count: 0,
            extras: Vec::new(),
            says_more: false,
        })
    }

    fn entries(&mut self, object: &mut Object<'_>, around: &Around<'_>) -> Result<(), Fault> {
        let mut left = object.slots.present;
        while left != 0 {
            let first = left.trailing_zeros() as usize;
            left &= left - 1;
            self.entry(object, first, around)?;
        }
        self.last_changes(object, around)?;
        let mut others = std::mem::take(&mut object.slots.others);
        others.sort_by_key(|(key, _)| *key);
        for (key, raw) in others {
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
        let mut share = false;
        for at in object.table.same_name(first) {
            let rule = object.table.keys[at].rule;
            if self.take(object, rule, raw, around)? {
                object.mask |= 1 << at;
                object.says_more |= says_more(object, object.table.keys[first].name, raw);
                return Ok(());
            }
            share |= matches!(rule, Rule::Share | Rule::TypeDetail);
        }
        let key = object.table.keys[first];
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
    fn last_changes(&mut self, object: &mut Object<'_>, around: &Around<'_>) -> Result<(), Fault> {
        match object.form {
            Form::User => {
                let name = object.gathered.name.to_string();
                object.set(Value::Name(name));
            }
            Form::Milestone => {
                if let Some(number) = object.gathered.number {
                    object.set(Value::Number(number));
                }
            }
            Form::IssueHook => self.issue_hook(object, around)?,
            Form::NoteHook => self.note_hook(object, around)?,
            Form::OperateLog => super::told::changes(object),
            Form::ModifyHistory => {
                let is_first = object.get("created") == "true";
                let event = if is_first { "created" } else { "edited" };
                object.set(Value::Event(event.to_owned()));
            }
            _ => {}
        }
        let is_child = matches!(
            object.form,
            Form::Comment
                | Form::NoteHook
                | Form::OperateLog
                | Form::ModifyHistory
                | Form::Reaction
        );
        if !is_child {
            return Ok(());
        }
        let is_of_comment = matches!(object.form, Form::ModifyHistory | Form::Reaction);
        let site = object.gathered.site;
        let parent = match (around.comment.filter(|_| is_of_comment), &object.gathered) {
            (Some(comment), _) => Parent::Record(self.named_only(Form::Comment, comment, site)),
            (None, gathered) => match (gathered.number, gathered.issue) {
                (Some(number), _) => Parent::Number(number),
                (None, Some(issue)) => Parent::Record(self.named_only(Form::Issue, issue, site)),
                (None, None) => return Ok(()),
            },
        };
        object.set(Value::Parent(parent));
        Ok(())
    }

    /// Reads a whole object and hands it on as a record.
    pub(crate) fn record(
        &mut self,
        form: Form,
        text: &str,
        around: &Around<'_>,
    ) -> Result<(), Fault> {
        let mut object = self.split(form, text, around)?;
        if let Some(reason) = super::recognise::not_of_form(form, &object) {
            self.skip("", reason, false);
            return Ok(());
        }
        // Nothing else is said of an object that is skipped, and nothing of it comes in.
        let Some(id) = identity(&object) else {
            let reason = format!(
                "the {} has no identity: {}",
                form.kind().name(),
                wanted(form)
            );
            self.skip("", reason, false);
            return Ok(());
        };
        self.entries(&mut object, around)?;
        let mut overlay = Vec::with_capacity(64 + object.aux.len() + object.extras.len());
        overlay.push(VERSION);
        object.write_overlay(&mut overlay);
        if matches!(form, Form::IssueHook | Form::NoteHook) {
            // The same thing as an object of its own may say something else, and outranks this.
            let values = object.changes.iter().filter_map(|change| match change {
                Change::Set(value) => Some(value),
                _ => None,
            });
            write_own(values, &mut overlay);
            if let ForeignId::Number(id) = id
                && self.is_told_before(form, id, text)
            {
                self.skip("", ONE_HOOK, false);
            }
        }
        let site = match object.gathered.site.repo {
            "" => around.site,
            _ => object.gathered.site,
        };
        let parts = match form {
            Form::OperateLog => super::told::parts(&object),
            _ => Vec::new(),
        };
        let repository = self.repository(site);
        if form == Form::Label
            && let Some(other) = self.same_but_for_case(repository, &object.gathered.name)
        {
            let reason =
                format!("the label {other} differs only in case; only one of them is kept");
            self.skip("name", reason, false);
        }
        let record = IncomingRecord {
            place: self.place(""),
            repository,
            kind: form.kind(),
            view: form.view(),
            id,
            changes: object.changes,
            overlay,
            links: Vec::new(),
            position: is_listed(form).then_some(around.position),
            has_extras: object.extra_count > 0 || object.says_more,
        };
        for part in parts {
            self.part(&record, part);
        }
        self.out.push(Incoming::Record(Box::new(record)));
        Ok(())
    }

    /// Hands on what an operate log tells beside the first thing.
    fn part(
        &mut self,
        whole: &IncomingRecord,
        (at, changes): (usize, Vec<Change<String, ViewId>>),
    ) {
        let ForeignId::Number(id) = whole.id else {
            return;
        };
        let told = |change: &Change<String, ViewId>| {
            let field = change.field();
            changes.iter().any(|change| change.field() == field)
        };
        let same = whole.changes.iter().filter(|change| {
            matches!(
                change.field(),
                Field::Author | Field::CreatedAt | Field::UpdatedAt | Field::Parent
            ) && !told(change)
        });
        let mut changes: Vec<_> = changes.iter().chain(same).cloned().collect();
        changes.sort_by_key(Change::field);
        let form = Form::LogPart;
        let mut overlay = vec![VERSION];
        write_overlay(
            crate::shape::Site::new("", ""),
            form.table(),
            0,
            &[],
            (0, &[]),
            &mut overlay,
        );
        self.out.push(Incoming::Record(Box::new(IncomingRecord {
            view: form.view(),
            id: ForeignId::Text(format!("{id} part {at}")),
            changes,
            overlay,
            place: whole.place.clone(),
            repository: whole.repository,
            kind: whole.kind,
            links: Vec::new(),
            // A part never goes out by itself, so that it has no place among the logs.
            position: None,
            has_extras: false,
        })));
    }
}

/// Why a webhook is reported that is not the first one.
const ONE_HOOK: &str = "another webhook has told of the same; only the latest of them is kept";

/// Whether the order of a list of such objects counts.
const fn is_listed(form: Form) -> bool {
    matches!(form, Form::OperateLog | Form::ModifyHistory)
}

/// What tells an object apart; none where it does not say it.
fn identity(object: &Object<'_>) -> Option<ForeignId> {
    let gathered = &object.gathered;
    match (object.form, gathered.id) {
        (Form::Label | Form::User, _) => {
            let name = gathered.name.to_lowercase();
            (!name.is_empty()).then_some(ForeignId::Text(name))
        }
        (Form::Issue, None) => {
            let number = gathered.number?;
            Some(ForeignId::Text(format!("issue {number}")))
        }
        (Form::Issue | Form::IssueHook, Some(_)) if gathered.number.is_none() => None,
        (Form::Repository, None) => {
            let name = gathered.site.repo.to_lowercase();
            gathered.says_site.then_some(ForeignId::Text(name))
        }
        (Form::ModifyHistory, Some(id)) => Some(ForeignId::Text(format!("modify-history {id}"))),
        (_, id) => id.map(ForeignId::Number),
    }
}

/// Whether a key that only GitCode has says more than it does of nearly every object.
fn says_more(object: &Object<'_>, key: &str, raw: &str) -> bool {
    let usual: &[&str] = match (object.form, key) {
        (Form::Issue, "issue_state") => &["\"TODO\"", "\"opened\"", "\"closed\"", "\"待办的\""],
        (Form::Issue, "visibility_reason") => &["\"public\""],
        (Form::Issue, "priority" | "parent_id" | "depth") => &["0"],
        (Form::Issue, "severity" | "stage") | (Form::User, "nick_name" | "name_cn" | "email") => {
            &[]
        }
        (Form::User, "name") => {
            return string(raw)
                .is_some_and(|name| !name.is_empty() && *name != *object.gathered.name);
        }
        _ => return false,
    };
    !matches!(raw, "null" | "\"\"") && !usual.contains(&raw)
}

/// What an object of a form has to have.
const fn wanted(form: Form) -> &'static str {
    match form {
        Form::Issue | Form::Milestone => "`number` is missing",
        Form::IssueHook => "`object_attributes.iid` is missing",
        Form::NoteHook => "`object_attributes.id` is missing",
        Form::Label => "`name` is missing",
        Form::User => "`login` is missing",
        _ => "`id` is missing",
    }
}
