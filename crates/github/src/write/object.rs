//! The keys of one object, each by its rule.

use backlot_model::{Field, Lookup, LossKind, Outgoing, RecordId, Tallies, Value, ViewId};

use super::complete::{has_value, left_out, loss};
use super::facts::{number, text, time};
use super::render::{Context, Renderer};
use super::version::{ApiVersion, lacks_other, says_something, would_say};
use crate::shape::{
    Aux, ExtraKey, Facts, Form, Overlay, Rule, Table, depends, derive, new_style, old_style,
    put_time,
};
use backlot_forge::WriteError;
use backlot_forge::bytes::find;
use backlot_forge::json::Keys;
use backlot_forge::json::write_string;
use backlot_forge::sink::put_decimal;

/// An object to be written.
pub(super) struct Job<'j, R> {
    pub(super) form: Form,
    pub(super) table: &'static Table,
    pub(super) facts: Facts<'j>,
    pub(super) values: &'j [Value<String, R>],
    /// What the source said beyond the values; none for what was born here.
    pub(super) overlay: Option<&'j Overlay<'j>>,
    /// The fields that were edited here, a bit for each.
    pub(super) edited: u64,
    /// The record; none for an embedded object.
    pub(super) outgoing: Option<&'j Outgoing>,
    /// Whether the number was made up.
    pub(super) minted_id: bool,
    /// The number of its repository, of which new style node ids are made.
    pub(super) repository_id: Option<u64>,
    /// What is counted of it, where it was made or edited here.
    pub(super) tallies: Tallies,
}

type Done<L> = Result<(), WriteError<<L as Lookup>::Error>>;

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
        for (key, pieces) in job.overlay.iter().flat_map(|overlay| &overlay.extras) {
            if lacks_other(self.version, job.form, key) {
                if let ExtraKey::Other(name) = key
                    && says_something(*pieces)
                {
                    context.losses.push(left_out(job, name));
                }
                continue;
            }
            if let ExtraKey::Other(name) = key {
                if is_edited(job, name) {
                    continue;
                }
                keys.key(name);
                self.kept(name, *pieces, context, keys.out)?;
            }
        }
        if self.is_served() {
            self.served_end(job, &mut keys);
        }
        keys.end();
        Ok(())
    }

    /// Appends the key that the places share, if the object has it.
    fn key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        places: std::ops::Range<usize>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let first = places.start;
        let name = job.table.keys[first].name;
        if self
            .version
            .is_some_and(|version| !version.has(job.form, name))
        {
            if would_say(job, places) {
                context.losses.push(left_out(job, name));
            }
            return Ok(());
        }
        if self.is_served() && self.served_key(job, name, keys, context)? {
            return Ok(());
        }
        let start = keys.out.len();
        self.written_key(job, places, keys, context)?;
        if let Some(version) = self.version
            && keys.out.len() > start
        {
            self.fit(job, version, name, start, keys.out, context)?;
        }
        Ok(())
    }

    /// Makes what was written of a key from `start` on fit a version, where its value could not be what the
    /// version wants.
    fn fit<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        version: ApiVersion,
        name: &str,
        start: usize,
        out: &mut Vec<u8>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let value = start + name.len() + 4;
        if name == "body" && out.get(value..) == Some(b"null") && version.wants_body(job) {
            out.truncate(value);
            out.extend_from_slice(b"\"\"");
            let reason = "the version has no text that is null";
            context
                .losses
                .push(loss(job, LossKind::Altered, name, reason));
        }
        if super::repository::is_embedded(job.form, name) && out.get(value) == Some(&b'{') {
            self.mend_repository(job, value, out, context)?;
        }
        Ok(())
    }

    /// Appends the key that the places share, if the object has it and the version too.
    fn written_key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        places: std::ops::Range<usize>,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let first = places.start;
        let name = job.table.keys[first].name;
        if job.tallies.pinned_here && name == "pinned_comment" && job.overlay.is_some() {
            keys.key(name);
            self.counted(job, Rule::PinnedComment, context, keys.out)?;
            return Ok(());
        }
        let edited = job.edited != 0
            && places
                .clone()
                .any(|at| depends(job.table.keys[at].rule) & job.edited != 0);
        let Some(overlay) = job.overlay else {
            return self.complete(job, places, keys, context);
        };
        let derived = places.clone().find(|at| overlay.mask & 1 << at != 0);
        if edited {
            let there = derived.is_some() || overlay.extra(first).is_some();
            return self.edited_key(job, places, there, keys, context);
        }
        if derived.is_none() && overlay.extra(first).is_none() {
            if overlay.has_other(name) {
                return Ok(());
            }
            if self.demands(job, name) || self.is_wanted_whole(job, &places) {
                return self.complete(job, places, keys, context);
            }
            return Ok(());
        }
        let out = keys.key(name);
        let start = out.len();
        match (derived, overlay.extra(first)) {
            (Some(at), _) => self.derived(job, overlay, at, context, out)?,
            (None, Some(pieces)) => self.kept(name, pieces, context, out)?,
            (None, None) => {}
        }
        if self.version.is_some() && super::event::is_event(job.form) {
            self.mend(job, name, start, out, context)?;
        }
        Ok(())
    }

    /// Whether an object has to have a key; none has to where objects go out as they came.
    pub(super) fn demands<R>(&self, job: &Job<'_, R>, name: &str) -> bool {
        let version = match job.overlay {
            Some(_) => self.version,
            // What was made here is always made as complete as the version of the day.
            None => Some(self.version.unwrap_or(ApiVersion::V2022)),
        };
        version.is_some_and(|version| super::version::demands(job, version, name))
    }

    /// Appends the value that the rule at a place gives for what the source said.
    fn derived<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        overlay: &Overlay<'_>,
        at: usize,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let rule = job.table.keys[at].rule;
        if direct(rule, job.values, out) || derive(rule, &job.facts, out) {
            return Ok(());
        }
        let assignees;
        let aux = match rule {
            Rule::FirstAssignee => {
                let users = |at: usize| matches!(job.table.keys[at].rule, Rule::Users(_));
                assignees = overlay
                    .aux
                    .iter()
                    .find(|(at, _)| users(*at))
                    .map(|(_, aux)| aux);
                assignees
            }
            _ => overlay.aux(at),
        };
        match (rule, aux) {
            (Rule::OtherNode, Some(Aux::Node(old, prefix, numbers, count))) => {
                out.push(b'"');
                let (own, between) = numbers[..*count].split_last().ok_or(WriteError::Damaged)?;
                match old {
                    true => old_style(prefix, *own, out),
                    false => new_style(prefix, between, *own, out),
                }
                out.push(b'"');
                Ok(())
            }
            (Rule::Users(field) | Rule::Labels(field), Some(views)) => {
                let records = base_ids(job, field, views.len());
                out.push(b'[');
                for at in 0..views.len() {
                    if at > 0 {
                        out.push(b',');
                    }
                    let id = views.view(at).ok_or(WriteError::Damaged)?;
                    match records.get(at) {
                        Some(record) => self.embedded(id, Some(*record), context, out)?,
                        None => self.unnamed(list_element(field), id, context, out)?,
                    }
                }
                out.push(b']');
                Ok(())
            }
            (Rule::FirstAssignee, Some(views)) if views.len() == 0 => {
                out.extend_from_slice(b"null");
                Ok(())
            }
            (_, Some(views)) => {
                let id = views.view(0).ok_or(WriteError::Damaged)?;
                let record = match rule {
                    Rule::User(field) | Rule::Milestone(field) => base_id(job, field),
                    Rule::FirstAssignee | Rule::OnlyAssignee => {
                        base_ids(job, Field::Assignees, views.len())
                            .first()
                            .copied()
                    }
                    _ => None,
                };
                if self.is_served()
                    && let (Rule::Milestone(_), Some(record)) = (rule, record)
                    && self.now(record, context, out)?
                {
                    return Ok(());
                }
                match record {
                    Some(_) => self.embedded(id, record, context, out),
                    None => self.unnamed(job.table.keys[at].name, id, context, out),
                }
            }
            (_, None) => Err(WriteError::Damaged),
        }
    }

    /// Appends a key one of whose fields was edited here.
    fn edited_key<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        mut places: std::ops::Range<usize>,
        there: bool,
        keys: &mut Keys<'_>,
        context: &mut Context<'_, L>,
    ) -> Done<L> {
        let first = places.start;
        if !there && self.is_wanted_whole(job, &places) {
            return self.complete(job, places, keys, context);
        }
        let rule = |at: usize| job.table.keys[at].rule;
        let place = places
            .find(|at| depends(rule(*at)) & job.edited != 0)
            .unwrap_or(first);
        let rule = rule(place);
        let plain = matches!(
            rule,
            Rule::Url(_)
                | Rule::Reactions
                | Rule::PullRequest
                | Rule::OnlyAssignee
                | Rule::FirstAssignee
        );
        // What a source of old did not count is counted now that there is something to count.
        let has_links = match rule {
            Rule::SubIssues | Rule::Dependencies => has_value(job, rule),
            Rule::ParentUrl => {
                if !has_value(job, rule) {
                    return Ok(());
                }
                true
            }
            Rule::Pin | Rule::Minimized => has_value(job, rule),
            _ => true,
        };
        if !there && (plain || !has_links) {
            return Ok(());
        }
        let name = job.table.keys[first].name;
        if super::links::is_link(rule) {
            // A note can become an issue; what a source does not say of a place is told by its file.
            if there || rule == Rule::Content {
                self.link_key(job, rule, name, keys, context)?;
            }
            return Ok(());
        }
        keys.key(name);
        // Where an app has its page does not follow from its login, and it does not move with it.
        if job.form == Form::User
            && context.lookup.maps()
            && let Some(pieces) = job.overlay.and_then(|overlay| overlay.extra(first))
            && matches!(rule, Rule::Url(_))
        {
            return self.pieces(pieces, context, keys.out);
        }
        if rule == Rule::IssueType {
            super::complete::issue_type(job, context.losses, keys.out);
            return Ok(());
        }
        self.current(job, rule, context, keys.out)
    }

    /// Appends the value that a rule gives for what is true now.
    pub(super) fn current<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        rule: Rule,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        if self.counted(job, rule, context, out)?
            || direct(rule, job.values, out)
            || derive(rule, &job.facts, out)
        {
            return Ok(());
        }
        let record = job.outgoing.map(|outgoing| &*outgoing.record);
        let id = |field: Field| match record.and_then(|record| record.get(field)) {
            Some(
                Value::Author(id) | Value::ClosedBy(id) | Value::Milestone(id) | Value::Person(id),
            ) => Some(*id),
            _ => None,
        };
        let one = match rule {
            Rule::User(field) | Rule::Milestone(field) => id(field),
            Rule::FirstAssignee | Rule::OnlyAssignee => {
                record.and_then(|record| record.assignees().first().copied())
            }
            Rule::Users(field) | Rule::Labels(field) => {
                return self.current_list(job, field, context, out);
            }
            _ => None,
        };
        let stated = |field| {
            job.overlay
                .and_then(|overlay| stated(job, overlay, field, one?))
        };
        let field = match rule {
            Rule::FirstAssignee | Rule::OnlyAssignee => Field::Assignees,
            Rule::User(field) | Rule::Milestone(field) => field,
            _ => Field::Repository,
        };
        if self.is_served()
            && let (Rule::Milestone(_), Some(one)) = (rule, one)
            && self.now(one, context, out)?
        {
            return Ok(());
        }
        match (one, stated(field)) {
            (_, Some(view)) => self.embedded(view, one, context, out),
            (Some(one), None) => self.reference(one, context, out),
            (None, None) => {
                out.extend_from_slice(b"null");
                Ok(())
            }
        }
    }

    fn current_list<R: Copy, L: Lookup>(
        &mut self,
        job: &Job<'_, R>,
        field: Field,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Done<L> {
        let ids = match job.outgoing.and_then(|outgoing| outgoing.record.get(field)) {
            Some(Value::Labels(ids) | Value::Assignees(ids)) => ids.as_slice(),
            _ => &[],
        };
        out.push(b'[');
        // An object inside of another one that is too old for a list names one user.
        if self.is_served()
            && job.outgoing.is_none()
            && field == Field::Assignees
            && let Some(one) = only_assignee(job)
        {
            self.unnamed(list_element(field), one, context, out)?;
        }
        for (at, id) in ids.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            match job
                .overlay
                .and_then(|overlay| stated(job, overlay, field, *id))
            {
                Some(view) => self.embedded(view, Some(*id), context, out)?,
                None => self.reference(*id, context, out)?,
            }
        }
        out.push(b']');
        Ok(())
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

/// The embedded form in which the source stated one of the records of a field.
fn stated<R>(
    job: &Job<'_, R>,
    overlay: &Overlay<'_>,
    field: Field,
    id: RecordId,
) -> Option<ViewId> {
    let names = |at: usize| match job.table.keys[at].rule {
        Rule::Users(named) | Rule::Labels(named) | Rule::User(named) | Rule::Milestone(named) => {
            named == field
        }
        Rule::OnlyAssignee => field == Field::Assignees,
        _ => false,
    };
    let views = overlay
        .aux
        .iter()
        .find(|(at, _)| names(*at))
        .map(|(_, aux)| aux)?;
    let at = base_ids(job, field, views.len())
        .iter()
        .position(|known| *known == id)?;
    views.view(at)
}

/// The records of a field as the source stated them, if they are as many as embedded objects.
fn base_ids<'j, R>(job: &Job<'j, R>, field: Field, count: usize) -> &'j [RecordId] {
    let base = job
        .outgoing
        .map(|outgoing| outgoing.base.as_ref().unwrap_or(&outgoing.record));
    let ids = match base.and_then(|base| base.get(field)) {
        Some(Value::Labels(ids) | Value::Assignees(ids)) => ids.as_slice(),
        Some(
            Value::Author(id) | Value::ClosedBy(id) | Value::Milestone(id) | Value::Person(id),
        ) => std::slice::from_ref(id),
        _ => &[],
    };
    if ids.len() == count { ids } else { &[] }
}

fn base_id<R>(job: &Job<'_, R>, field: Field) -> Option<RecordId> {
    base_ids(job, field, 1).first().copied()
}

/// The user whom an object names that is too old for a list of them.
fn only_assignee<R>(job: &Job<'_, R>) -> Option<ViewId> {
    let is_only = |at: usize| job.table.keys[at].rule == Rule::OnlyAssignee;
    let mut stated = job.overlay?.aux.iter();
    stated.find(|(at, _)| is_only(*at))?.1.view(0)
}

/// What one of a list is called.
const fn list_element(field: Field) -> &'static str {
    match field {
        Field::Labels => "label",
        _ => "assignee",
    }
}

/// Appends the value of a field, for the rules that just say it.
fn direct<R>(rule: Rule, values: &[Value<String, R>], out: &mut Vec<u8>) -> bool {
    match rule {
        Rule::Text(field) => match text(values, field) {
            Some(text) => write_string(text, out),
            None => out.extend_from_slice(b"null"),
        },
        Rule::Time(field) => put_time(time(values, field), out),
        Rule::Number(field) => match number(values, field) {
            Some(number) => put_decimal(number, out),
            None => out.push(b'0'),
        },
        Rule::Flag(field) => {
            let flag = find(values, field).is_some();
            out.extend_from_slice(if flag { b"true" } else { b"false" });
        }
        _ => return false,
    }
    true
}
