//! The keys of one object that GitCode stated, each by its rule.

use std::ops::Range;

use backlot_forge::WriteError;
use backlot_forge::bytes::{Bytes, find};
use backlot_forge::json::{Keys, write_string};
use backlot_forge::sink::put_decimal;
use backlot_model::{Field, Lookup, Outgoing, RecordId, Timestamp, Value, ViewId};

use super::facts::{number, text, time};
use super::render::{Context, Renderer};
use crate::read::target;
use crate::shape::{
    EMOJI, ExtraKey, Facts, Form, Moment, Overlay, Rule, Style, Table, depends, derive, label,
    put_hex, put_moment,
};

/// An object to be written.
pub(super) struct Job<'j, R> {
    pub(super) form: Form,
    pub(super) table: &'static Table,
    pub(super) facts: Facts<'j>,
    pub(super) values: &'j [Value<String, R>],
    /// What the source said beyond the values.
    pub(super) overlay: &'j Overlay<'j>,
    /// The fields that were edited here, a bit for each.
    pub(super) edited: u64,
    /// The record; none for an embedded object.
    pub(super) outgoing: Option<&'j Outgoing>,
}

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;
/// A label of an issue, and since when the issue has it.
type Given = (ViewId, Option<(Timestamp, Style)>);

impl Renderer {
    /// Appends an object.
    pub(super) fn object<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let mut keys = Keys::begin(out);
        let mut first = 0;
        while first < job.table.keys.len() {
            let end = job.table.same_name(first).end;
            self.key(job, first..end, &mut keys, context)?;
            first = end;
        }
        for (key, pieces) in &job.overlay.extras {
            if let ExtraKey::Other(name) = key
                && !is_edited(job, name)
            {
                self.kept(name, *pieces, context, keys.key(name))?;
            }
        }
        keys.end();
        Ok(())
    }

    /// Appends the key that the places share, if the object has it.
    fn key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        places: Range<usize>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let first = places.start;
        let name = job.table.keys[first].name;
        let rule = |at: usize| job.table.keys[at].rule;
        if self.is_served() && self.served_key(job, name, keys, context)? {
            return Ok(());
        }
        let derived = places.clone().find(|at| job.overlay.mask & 1 << at != 0);
        let extra = job.overlay.extra(first);
        // An object inside another one is never told how many issues a milestone has.
        if job.outgoing.is_some()
            && context.depth > 0
            && job.form == Form::Milestone
            && name.ends_with("_issues")
        {
            return Ok(());
        }
        if job.edited != 0 && places.clone().any(|at| depends(rule(at)) & job.edited != 0) {
            return self.edited_key(job, places, derived, keys, context);
        }
        match (derived, extra) {
            (Some(at), _) => self.derived(job, at, context, keys.key(name)),
            (None, Some(pieces)) => self.kept(name, pieces, context, keys.key(name)),
            (None, None) => Ok(()),
        }
    }

    /// Appends the value that the rule at a place gives for what the source said.
    fn derived<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        at: usize,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let rule = job.table.keys[at].rule;
        if direct(rule, job.values, out) || derive(rule, &job.facts, out) {
            return Ok(());
        }
        let aux = match rule {
            Rule::FirstAssignee => assignees(job),
            _ => job.overlay.aux(at),
        };
        let mut aux = Bytes(aux.ok_or(WriteError::Damaged)?);
        match rule {
            Rule::OtherTime(field) => {
                let style = aux.byte().and_then(Style::of).ok_or(WriteError::Damaged)?;
                put_time(time(job.values, field), style, out);
            }
            Rule::Amount => put_decimal(aux.number().ok_or(WriteError::Damaged)?, out),
            Rule::QuotedAmount => {
                out.push(b'"');
                put_decimal(aux.number().ok_or(WriteError::Damaged)?, out);
                out.push(b'"');
            }
            Rule::Target(key) => {
                let issue = aux.number().ok_or(WriteError::Damaged)?;
                let number = job.facts.number.unwrap_or_default();
                // The running API has the key that it mistyped before right.
                let key = if self.is_served() { "number" } else { key };
                out.extend_from_slice(target(issue, key, number).as_bytes());
            }
            Rule::Hex => put_hex(aux.take(12).ok_or(WriteError::Damaged)?, out),
            Rule::Words => {
                let text = aux.text().ok_or(WriteError::Damaged)?;
                let new = match job.table.keys[at].name {
                    "content" => super::kept::told(job, text, context),
                    key => match &self.served {
                        Some(served) => served.address(key, text),
                        None => None,
                    },
                };
                write_string(new.as_deref().unwrap_or(text), out);
            }
            Rule::Moment => {
                let (at, style) = Moment::read(&mut aux).ok_or(WriteError::Damaged)?;
                put_time(Some(at), style, out);
            }
            Rule::Labels(field) => {
                let labels = labels(aux).ok_or(WriteError::Damaged)?;
                let records = base_ids(job, field, labels.len());
                out.push(b'[');
                for (at, label) in labels.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.label(*label, records.get(at).copied(), context, out)?;
                }
                out.push(b']');
            }
            Rule::Users(field) => {
                let users = users(aux).ok_or(WriteError::Damaged)?;
                let records = base_ids(job, field, users.len());
                out.push(b'[');
                for (at, user) in users.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.embedded(*user, records.get(at).copied(), context, out)?;
                }
                out.push(b']');
            }
            Rule::FirstAssignee => {
                let users = users(aux).ok_or(WriteError::Damaged)?;
                let records = base_ids(job, Field::Assignees, users.len());
                match users.first() {
                    Some(user) => {
                        self.embedded(*user, records.first().copied(), context, out)?;
                    }
                    None => out.extend_from_slice(b"null"),
                }
            }
            _ => {
                let id = aux.view().ok_or(WriteError::Damaged)?;
                let field = match rule {
                    Rule::User(field) | Rule::Milestone(field) => field,
                    _ => Field::Assignees,
                };
                let record = base_ids(job, field, 1).first().copied();
                self.embedded(id, record, context, out)?;
            }
        }
        Ok(())
    }

    /// Appends a label with the moment since which an issue has it.
    fn label<L: Lookup>(
        &mut self,
        (id, since): Given,
        record: Option<RecordId>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        self.embedded(id, record, context, out)?;
        if let Some((at, style)) = since {
            out.pop();
            let comma = if out.ends_with(b"{") { "" } else { "," };
            out.extend_from_slice(comma.as_bytes());
            out.extend_from_slice(b"\"updated_at\":");
            put_time(Some(at), style, out);
            out.push(b'}');
        }
        Ok(())
    }

    /// Appends a key one of whose fields was edited here.
    fn edited_key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        places: Range<usize>,
        derived: Option<usize>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let first = places.start;
        let name = job.table.keys[first].name;
        let rule = |at: usize| job.table.keys[at].rule;
        let extra = job.overlay.extra(first);
        let is_there = derived.is_some() || extra.is_some() || job.overlay.has_other(name);
        let gives = |at: &usize| gives(job, rule(*at));
        let primary = places.clone().find(|at| {
            let says = !matches!(rule(*at), Rule::None(..) | Rule::ShortColor);
            says && gives(at)
        });
        let place = derived.filter(gives).or(primary);
        let follows = |at: usize| {
            matches!(
                rule(at),
                Rule::Url(_)
                    | Rule::Login
                    | Rule::TypeDetail
                    | Rule::NotFlag(_)
                    | Rule::OnlyAssignee
            )
        };
        match place {
            // An address that did not follow from the login does not move with it.
            Some(_) if matches!(rule(first), Rule::Url(_)) && derived.is_none() => {
                if let Some(pieces) = extra {
                    self.pieces(pieces, context, keys.key(name))?;
                }
                Ok(())
            }
            Some(at) if is_there || !follows(at) => {
                let style = derived
                    .and_then(|at| {
                        job.overlay
                            .aux(at)
                            .filter(|_| matches!(rule(at), Rule::OtherTime(_)))
                    })
                    .and_then(|aux| Style::of(*aux.first()?));
                self.current(job, rule(at), style, name, context, keys.key(name))
            }
            Some(_) => Ok(()),
            None if !is_there => Ok(()),
            None => {
                if let Some(json) = self.nothing(job, &places) {
                    if matches!(rule(first), Rule::Text(Field::Body | Field::Description)) {
                        super::lost::emptied(job, name, context.losses);
                    }
                    keys.key(name).extend_from_slice(json.as_bytes());
                }
                Ok(())
            }
        }
    }

    /// What stands for a value that there is no more; none where the key is left out.
    fn nothing<R>(&self, job: &Job<'_, R>, places: &Range<usize>) -> Option<&'static str> {
        let mut rules = places.clone().map(|at| job.table.keys[at].rule);
        if let Some(Rule::Text(Field::Body | Field::Description)) = rules.clone().next() {
            return Some("\"\"");
        }
        let documented = self.shape == super::layout::Shape::Documented;
        rules.find_map(|rule| match rule {
            Rule::None(_, "null") if documented => Some("null"),
            Rule::None(Field::ClosedAt, "\"\"") if !documented => Some("\"\""),
            Rule::FirstAssignee if documented => Some("null"),
            _ => None,
        })
    }

    /// Appends the value that a rule gives for what is true now.
    fn current<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        rule: Rule,
        style: Option<Style>,
        name: &str,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        if direct(rule, job.values, out) || derive(rule, &job.facts, out) {
            return Ok(());
        }
        let record = job.outgoing.map(|outgoing| &*outgoing.record);
        match rule {
            Rule::OtherTime(field) => {
                let at = time(job.values, field);
                let usual = match field {
                    Field::DueOn => Style::Date,
                    _ => Style::Milliseconds,
                };
                let style = style.unwrap_or(usual);
                if style == Style::Date {
                    super::lost::time_of_day(job, at, name, context.losses);
                }
                put_time(at, style, out);
            }
            Rule::TypeDetail => {
                out.extend_from_slice(b"{\"title\":");
                write_string(text(job.values, Field::IssueType).unwrap_or_default(), out);
                out.push(b'}');
                super::lost::type_id(job, name, context.losses);
            }
            Rule::Labels(_) => {
                let given = job.table.find(name).and_then(|at| job.overlay.aux(at));
                let given = given.and_then(|aux| labels(Bytes(aux))).unwrap_or_default();
                let known = base_ids(job, Field::Labels, given.len());
                let ids = record.map_or(&[][..], |record| record.labels());
                out.push(b'[');
                for (at, id) in ids.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    match known.iter().position(|known| known == id) {
                        Some(at) => self.label(given[at], Some(*id), context, out)?,
                        None => self.reference(*id, context, out)?,
                    }
                }
                out.push(b']');
            }
            Rule::Users(_) => {
                let ids = record.map_or(&[][..], |record| record.assignees());
                out.push(b'[');
                for (at, id) in ids.iter().enumerate() {
                    if at > 0 {
                        out.push(b',');
                    }
                    self.one(job, Field::Assignees, *id, context, out)?;
                }
                out.push(b']');
            }
            _ => {
                let field = match rule {
                    Rule::User(field) | Rule::Milestone(field) => field,
                    _ => Field::Assignees,
                };
                let id = match record.and_then(|record| record.get(field)) {
                    Some(Value::Author(id) | Value::Milestone(id)) => Some(*id),
                    Some(Value::Assignees(ids)) => ids.first().copied(),
                    _ => None,
                };
                match id {
                    Some(id) => self.one(job, field, id, context, out)?,
                    None => out.extend_from_slice(b"null"),
                }
            }
        }
        Ok(())
    }

    /// Appends a record that a field names, as the source stated it there if it did.
    fn one<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        field: Field,
        id: RecordId,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        match stated(job, field, id) {
            Some(view) => self.embedded(view, Some(id), context, out),
            None => self.reference(id, context, out),
        }
    }
}

/// Whether a key of the table was edited here, which older overlays keep by its name.
fn is_edited<R>(job: &Job<'_, R>, name: &str) -> bool {
    job.edited != 0
        && job.table.find(name).is_some_and(|first| {
            let mut places = job.table.same_name(first);
            places.any(|at| depends(job.table.keys[at].rule) & job.edited != 0)
        })
}

/// Whether a rule has something to give for what is true now.
fn gives<R>(job: &Job<'_, R>, rule: Rule) -> bool {
    let has = |field| find(job.values, field).is_some();
    match rule {
        Rule::Text(field)
        | Rule::Time(field)
        | Rule::OtherTime(field)
        | Rule::Number(field)
        | Rule::Quoted(field)
        | Rule::User(field)
        | Rule::Milestone(field) => has(field),
        Rule::None(field, _) => !has(field),
        Rule::Color => has(Field::Color),
        Rule::ShortColor => pairs(text(job.values, Field::Color)),
        Rule::Emoji => emoji(text(job.values, Field::Content)).is_some(),
        Rule::FirstAssignee | Rule::OnlyAssignee => has(Field::Assignees),
        Rule::TypeDetail => has(Field::IssueType),
        Rule::State(_) => matches!(
            find(job.values, Field::State),
            Some(Value::State(
                backlot_model::State::Open | backlot_model::State::Closed
            ))
        ),
        _ => true,
    }
}

/// Whether a colour is three pairs, so that three digits say it.
fn pairs(color: Option<&str>) -> bool {
    color.is_some_and(|color| color.len() == 6 && color.as_bytes().chunks(2).all(|p| p[0] == p[1]))
}

fn emoji(content: Option<&str>) -> Option<&'static str> {
    let known = EMOJI.iter().find(|known| Some(known.0) == content);
    known.map(|known| known.1)
}

/// The embedded form in which the source stated one of the records of a field.
fn stated<R>(job: &Job<'_, R>, field: Field, id: RecordId) -> Option<ViewId> {
    let names = |at: usize| match job.table.keys[at].rule {
        Rule::Users(named) | Rule::User(named) | Rule::Milestone(named) => named == field,
        Rule::OnlyAssignee => field == Field::Assignees,
        _ => false,
    };
    let (at, aux) = job.overlay.aux.iter().find(|(at, _)| names(*at))?;
    let views = match job.table.keys[*at].rule {
        Rule::Users(_) => users(Bytes(aux))?,
        _ => vec![Bytes(aux).view()?],
    };
    let records = base_ids(job, field, views.len());
    let at = records.iter().position(|known| *known == id)?;
    views.get(at).copied()
}

/// The users of the key `assignees`, as bytes.
fn assignees<'j, R>(job: &'j Job<'_, R>) -> Option<&'j [u8]> {
    let is = |at: usize| matches!(job.table.keys[at].rule, Rule::Users(_));
    let mut aux = job.overlay.aux.iter();
    aux.find(|(at, _)| is(*at)).map(|(_, aux)| *aux)
}

fn users(mut aux: Bytes<'_>) -> Option<Vec<ViewId>> {
    let count = aux.count()?;
    (0..count).map(|_| aux.view()).collect()
}

fn labels(mut aux: Bytes<'_>) -> Option<Vec<Given>> {
    let count = aux.count()?;
    (0..count).map(|_| label(&mut aux)).collect()
}

/// The records of a field as the source stated them, if they are as many as embedded objects.
fn base_ids<'j, R>(job: &Job<'j, R>, field: Field, count: usize) -> &'j [RecordId] {
    let base = job
        .outgoing
        .map(|outgoing| outgoing.base.as_ref().unwrap_or(&outgoing.record));
    let ids = match base.and_then(|base| base.get(field)) {
        Some(Value::Labels(ids) | Value::Assignees(ids)) => ids.as_slice(),
        Some(Value::Author(id) | Value::Milestone(id)) => std::slice::from_ref(id),
        _ => &[],
    };
    if ids.len() == count { ids } else { &[] }
}

/// Appends the value of a field, for the rules that just say it.
fn direct<R>(rule: Rule, values: &[Value<String, R>], out: &mut Vec<u8>) -> bool {
    let has = |field| find(values, field).is_some();
    match rule {
        Rule::Text(field) => match text(values, field) {
            Some(text) => write_string(text, out),
            None => out.extend_from_slice(b"null"),
        },
        Rule::State(open) => match text(values, Field::State) {
            Some("closed") => out.extend_from_slice(b"\"closed\""),
            _ => write_string(open, out),
        },
        Rule::Color => {
            let color = text(values, Field::Color).unwrap_or_default();
            out.extend_from_slice(format!("\"#{color}\"").as_bytes());
        }
        Rule::ShortColor => {
            let color = text(values, Field::Color).unwrap_or_default();
            let short: String = color.chars().step_by(2).collect();
            out.extend_from_slice(format!("\"#{short}\"").as_bytes());
        }
        Rule::Emoji => write_string(emoji(text(values, Field::Content)).unwrap_or_default(), out),
        Rule::Time(field) => put_time(time(values, field), Style::Seconds, out),
        Rule::Number(field) => put_decimal(number(values, field).unwrap_or_default(), out),
        Rule::Quoted(field) => {
            out.push(b'"');
            put_decimal(number(values, field).unwrap_or_default(), out);
            out.push(b'"');
        }
        Rule::Flag(field) => put_flag(has(field), out),
        Rule::NotFlag(field) => put_flag(!has(field), out),
        _ => return false,
    }
    true
}

fn put_flag(flag: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if flag { b"true" } else { b"false" });
}

/// Appends a moment as a JSON string, or null.
pub(super) fn put_time(at: Option<Timestamp>, style: Style, out: &mut Vec<u8>) {
    let Some(at) = at else {
        return out.extend_from_slice(b"null");
    };
    out.push(b'"');
    put_moment(at, style, out);
    out.push(b'"');
}
