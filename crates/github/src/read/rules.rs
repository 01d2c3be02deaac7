//! Whether a rule gives what came, and which change follows from it.

use backlot_model::{
    AuthorAssociation, Change, Field, Shape, State, StateReason, Timestamp, Value, ViewId,
};

use super::intake::{Around, Intake};
use super::object::Object;
use crate::shape::{Form, Node, Rule, derive};
use backlot_forge::bytes::{put_bytes, put_number, put_view};
use backlot_forge::json::{Fault, equal, number, string};
use backlot_forge::sink::Matcher;
use backlot_forge::slots::{elements, entry};

impl Intake {
    /// Whether the rule of the key at `at` gives `raw`; notes the change that follows.
    pub(super) fn take(
        &mut self,
        object: &mut Object<'_>,
        at: usize,
        rule: Rule,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        Ok(match rule {
            Rule::Text(field) => take_text(object, field, raw),
            Rule::Time(field) => take_time(object, field, raw),
            Rule::Number(field) => take_number(object, field, raw),
            Rule::Flag(field) => take_flag(object, field, raw),
            Rule::User(field) => self.take_one(object, Form::User, Some(field), raw, around)?,
            Rule::Milestone(field) => {
                self.take_one(object, Form::Milestone, Some(field), raw, around)?
            }
            Rule::Person => self.take_one(object, Form::User, None, raw, around)?,
            Rule::Users(field) => self.take_list(object, Form::User, field, raw, around)?,
            Rule::Labels(field) => self.take_list(object, Form::Label, field, raw, around)?,
            Rule::FirstAssignee => self.is_first_assignee(object, raw, around)?,
            Rule::OnlyAssignee => {
                let alone = object.slots.get(object.table, "assignees").is_empty();
                alone && self.take_one(object, Form::User, Some(Field::Assignees), raw, around)?
            }
            Rule::OtherNode => take_node(object, raw),
            Rule::Keep
            | Rule::Share
            | Rule::IssueType
            | Rule::Container
            | Rule::Board
            | Rule::Content
            | Rule::ParentUrl
            | Rule::PinnedComment
            | Rule::OpenIssues
            | Rule::ClosedIssues => false,
            Rule::Pin => take_mark(object, Field::Pinned, raw, |_| Value::Pinned(true)),
            Rule::Minimized => take_mark(object, Field::MinimizedReason, raw, |raw| {
                let reason = entry(raw, "reason").and_then(string);
                Value::MinimizedReason(reason.unwrap_or_default().into_owned())
            }),
            Rule::Reactions => {
                if let Some(reactions) = object.gathered.reactions {
                    object.change(Change::set_or_clear(
                        Field::Reactions,
                        (reactions.total() > 0).then_some(Value::Reactions(reactions)),
                    ));
                }
                matches(object, rule, raw)
            }
            Rule::PullRequest => {
                if raw.starts_with('{') {
                    object.set(Value::PullRequest(true));
                    if object.gathered.says_merged {
                        object.change(Change::set_or_clear(
                            Field::MergedAt,
                            object.gathered.merged_at.map(Value::MergedAt),
                        ));
                    }
                } else {
                    object.change(Change::Clear(Field::PullRequest));
                }
                matches(object, rule, raw)
            }
            Rule::Const("null") => {
                if raw != "null" {
                    return Ok(false);
                }
                if let Some(field) = reference(object, at) {
                    object.change(Change::Clear(field));
                }
                true
            }
            _ => matches(object, rule, raw),
        })
    }

    /// The embedded object that `raw` is.
    fn reference(
        &mut self,
        object: &Object<'_>,
        form: Form,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<Option<ViewId>, Fault> {
        if let Some(id) = object.slots.known(raw) {
            return Ok(Some(id));
        }
        if !raw.starts_with('{') {
            return Ok(None);
        }
        let around = Around {
            site: object.gathered.site,
            ..*around
        };
        self.embed(form, raw, &around)
    }

    fn take_one(
        &mut self,
        object: &mut Object<'_>,
        form: Form,
        field: Option<Field>,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        if field.is_some_and(|field| object.has(field)) {
            return Ok(false);
        }
        let Some(id) = self.reference(object, form, raw, around)? else {
            return Ok(false);
        };
        put_view(id, &mut object.aux);
        if let Some(field) = field {
            let shape = match field {
                Field::Assignees => Shape::Ids(vec![id]),
                _ => Shape::Id(id),
            };
            if let Some(value) = Value::from_shape(field, shape) {
                object.set(value);
            }
        }
        Ok(true)
    }

    fn take_list(
        &mut self,
        object: &mut Object<'_>,
        form: Form,
        field: Field,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        let Some(parts) = elements(raw).filter(|_| !object.has(field)) else {
            return Ok(false);
        };
        let mut ids = Vec::with_capacity(parts.len());
        for part in &parts {
            match self.reference(object, form, part, around)? {
                Some(id) => ids.push(id),
                None => {
                    self.skip(
                        crate::read::kind::list_name(field),
                        "an element is not understood; the whole list is only kept",
                        true,
                    );
                    return Ok(false);
                }
            }
        }
        put_number(ids.len() as u64, &mut object.aux);
        ids.iter().for_each(|id| put_view(*id, &mut object.aux));
        let value = Value::from_shape(field, Shape::Ids(ids)).filter(|value| !value.says_nothing());
        object.change(Change::set_or_clear(field, value));
        Ok(true)
    }

    fn is_first_assignee(
        &mut self,
        object: &Object<'_>,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        let list = object.slots.get(object.table, "assignees");
        let Some(first) = list.strip_prefix('[').map(str::trim_start) else {
            return Ok(false);
        };
        if raw == "null" {
            return Ok(first.starts_with(']'));
        }
        if raw.is_empty() || !raw.starts_with('{') || first.starts_with(']') {
            return Ok(false);
        }
        // The list is only kept where an element of it is not understood, and gives nobody then.
        let mut first = None;
        for part in elements(list).unwrap_or_default() {
            match self.reference(object, Form::User, part, around)? {
                Some(id) => first = first.or(Some(id)),
                None => return Ok(false),
            }
        }
        Ok(first.is_some() && first == self.reference(object, Form::User, raw, around)?)
    }
}

fn matches(object: &Object<'_>, rule: Rule, raw: &str) -> bool {
    let facts = object.gathered.facts();
    let mut matcher = Matcher::new(raw);
    if !derive(rule, &facts, &mut matcher) {
        return false;
    }
    if matcher.matched() {
        return true;
    }
    // Bytes may differ where the value does not: by space, the order of keys, or escapes.
    if !raw.starts_with(['{', '[']) && !raw.contains('\\') {
        return false;
    }
    let mut derived = Vec::new();
    derive(rule, &facts, &mut derived);
    std::str::from_utf8(&derived).is_ok_and(|derived| equal(derived, raw))
}

/// The field that an embedded object under the same name as the key at `at` would set.
fn reference(object: &Object<'_>, at: usize) -> Option<Field> {
    let name = object.table.keys[at].name;
    let first = object.table.find(name)?;
    object
        .table
        .same_name(first)
        .find_map(|at| match object.table.keys[at].rule {
            Rule::User(field) | Rule::Milestone(field) => Some(field),
            Rule::OnlyAssignee => Some(Field::Assignees),
            // What an event was about may be said by another key.
            Rule::Text(Field::Subject) => None,
            Rule::Text(field) | Rule::Time(field) => Some(field),
            _ => None,
        })
}

fn take_text(object: &mut Object<'_>, field: Field, raw: &str) -> bool {
    if object.has(field) {
        return false;
    }
    if raw == "null" {
        object.change(Change::Clear(field));
        return true;
    }
    let Some(text) = string(raw) else {
        return false;
    };
    let value = match field {
        Field::Body => Some(Value::Body(text.into_owned())),
        Field::Title => Some(Value::Title(text.into_owned())),
        Field::State => Some(Value::State(State::from_word(&text))),
        Field::StateReason => Some(Value::StateReason(StateReason::from_word(&text))),
        Field::AuthorAssociation => Some(Value::AuthorAssociation(AuthorAssociation::from_word(
            &text,
        ))),
        _ => Value::from_shape(field, Shape::Text(text.into_owned())),
    };
    match value {
        Some(value) => object.set(value),
        None => return false,
    }
    true
}

fn take_time(object: &mut Object<'_>, field: Field, raw: &str) -> bool {
    if object.has(field) {
        return false;
    }
    if raw == "null" {
        object.change(Change::Clear(field));
        return true;
    }
    let Some(moment) = string(raw).and_then(|text| Timestamp::parse(&text).ok()) else {
        return false;
    };
    if let Some(value) = Value::from_shape(field, Shape::Moment(moment)) {
        object.set(value);
    }
    // Just this form is written again the same; second 60 would not be.
    matches!(raw.as_bytes(), [b'"', text @ .., b'"']
        if text.len() == 20 && text[10] == b'T' && text[19] == b'Z' && text[17] < b'6')
}

fn take_number(object: &mut Object<'_>, field: Field, raw: &str) -> bool {
    if object.has(field) {
        return false;
    }
    if raw == "null" {
        object.change(Change::Clear(field));
        return false;
    }
    let Some(value) = number(raw).and_then(|n| Value::from_shape(field, Shape::Number(n))) else {
        return false;
    };
    object.change(Change::set_or_clear(
        field,
        Some(value).filter(|value| !value.says_nothing()),
    ));
    true
}

fn take_flag(object: &mut Object<'_>, field: Field, raw: &str) -> bool {
    if object.has(field) {
        return false;
    }
    match raw {
        "true" => match Value::from_shape(field, Shape::Flag) {
            Some(value) => object.set(value),
            None => return false,
        },
        "false" | "null" => object.change(Change::Clear(field)),
        _ => return false,
    }
    raw != "null"
}

/// What an object says that is there, or null; the object itself is kept.
fn take_mark(
    object: &mut Object<'_>,
    field: Field,
    raw: &str,
    said: impl FnOnce(&str) -> Value<String, ViewId>,
) -> bool {
    if raw.starts_with('{') {
        object.set(said(raw));
    } else if raw == "null" {
        object.change(Change::Clear(field));
    }
    raw == "null"
}

fn take_node(object: &mut Object<'_>, raw: &str) -> bool {
    let Some(node) = string(raw).and_then(|text| Node::parse(&text)) else {
        return false;
    };
    match node {
        Node::New(prefix, between, id) => {
            object.aux.push(1);
            put_bytes(prefix.as_bytes(), &mut object.aux);
            put_number(between.len() as u64 + 1, &mut object.aux);
            between
                .iter()
                .chain([&id])
                .for_each(|n| put_number(*n, &mut object.aux));
        }
        Node::Old(kind, id) => {
            object.aux.push(0);
            put_bytes(kind.as_bytes(), &mut object.aux);
            put_number(1, &mut object.aux);
            put_number(id, &mut object.aux);
        }
    }
    true
}

/// What should have come where `raw` is of another type; none when its type is right.
pub(super) fn mistyped(rule: Rule, raw: &str) -> Option<String> {
    let (wanted, fits) = match rule {
        Rule::Text(_) => ("a string", raw.starts_with('"')),
        Rule::Time(_) => {
            let moment = string(raw).is_some_and(|text| Timestamp::parse(&text).is_ok());
            ("a moment such as 2024-05-01T09:30:00Z", moment)
        }
        Rule::Number(_) | Rule::Id => ("a whole number", number(raw).is_some()),
        Rule::Flag(_) => ("true or false", matches!(raw, "true" | "false")),
        Rule::User(_) | Rule::Milestone(_) | Rule::Reactions => ("an object", raw.starts_with('{')),
        Rule::Users(_) | Rule::Labels(_) => ("a list", raw.starts_with('[')),
        _ => return None,
    };
    if fits || raw == "null" {
        return None;
    }
    let found = match raw.as_bytes().first() {
        Some(b'"') => "a string",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        _ => "a number",
    };
    let other = if found == wanted {
        "another one"
    } else {
        found
    };
    Some(format!("expected {wanted}, found {other}"))
}
