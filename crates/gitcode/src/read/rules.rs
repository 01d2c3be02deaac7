//! Whether a rule gives what came, and which change follows from it.

use backlot_forge::bytes::{put_bytes, put_number, put_view};
use backlot_forge::json::{Fault, equal, number, string};
use backlot_forge::sink::Matcher;
use backlot_forge::slots::{elements, entries};
use backlot_model::{Change, Field, Shape, State, Value, ViewId};

use super::gather::plain;
use super::intake::{Around, Intake};
use super::object::Object;
use crate::shape::{EMOJI, Form, Moment, Rule, Style, color, derive, short_color};

impl Intake {
    /// Whether the rule of a key gives `raw`; notes the change that follows.
    pub(super) fn take(
        &mut self,
        object: &mut Object<'_>,
        rule: Rule,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        Ok(match rule {
            Rule::Text(field) => take_text(object, field, raw),
            Rule::State(open) => {
                let state = match string(raw).as_deref() {
                    Some(word) if word == open => State::Open,
                    Some("closed") => State::Closed,
                    _ => return Ok(false),
                };
                take(object, Value::State(state))
            }
            Rule::Color => match string(raw).as_deref().and_then(color) {
                Some(digits) => take(object, Value::Color(digits.to_owned())),
                None => false,
            },
            Rule::ShortColor => match string(raw).as_deref().and_then(short_color) {
                Some(digits) => take(object, Value::Color(digits)),
                None => false,
            },
            Rule::Emoji => {
                let word = string(raw).unwrap_or_default();
                match EMOJI.iter().find(|known| known.1 == word) {
                    Some((content, ..)) => take(object, Value::Content((*content).to_owned())),
                    None => false,
                }
            }
            Rule::Time(field) => take_time(object, field, raw, false),
            Rule::OtherTime(field) => take_time(object, field, raw, true),
            Rule::None(field, json) => {
                if raw != json || object.has(field) {
                    return Ok(false);
                }
                object.change(Change::Clear(field));
                true
            }
            Rule::Number(field) => take_number(object, field, number(raw)),
            Rule::Quoted(field) => take_number(object, field, plain(raw).and_then(number)),
            Rule::Flag(field) => take_flag(object, field, raw, "true", "false"),
            Rule::NotFlag(field) => take_flag(object, field, raw, "false", "true"),
            Rule::Amount => keep_number(object, number(raw)),
            Rule::QuotedAmount => keep_number(object, plain(raw).and_then(number)),
            Rule::Target(key) => take_target(object, key, raw),
            Rule::Hex => take_hex(object, raw),
            Rule::Words => match string(raw) {
                Some(text) => {
                    put_bytes(text.as_bytes(), &mut object.aux);
                    true
                }
                None => false,
            },
            Rule::Moment => match moment(raw) {
                Some(Moment {
                    at,
                    style: Some(style),
                }) => {
                    Moment::write(at, style, &mut object.aux);
                    true
                }
                _ => false,
            },
            Rule::User(field) => self.take_one(object, Form::User, field, raw, around)?,
            Rule::Milestone(field) => self.take_one(object, Form::Milestone, field, raw, around)?,
            Rule::Users(field) => self.take_users(object, field, raw, around)?,
            Rule::Labels(field) => self.take_labels(object, field, raw, around)?,
            Rule::FirstAssignee => self.is_first_assignee(object, raw, around)?,
            Rule::OnlyAssignee => {
                let list = object.slots.get(object.table, "assignees");
                list.is_empty()
                    && self.take_one(object, Form::User, Field::Assignees, raw, around)?
            }
            Rule::Keep | Rule::Share | Rule::TypeDetail => false,
            Rule::Id | Rule::QuotedId | Rule::Login | Rule::Url(_) | Rule::Const(_) => {
                matches(object, rule, raw)
            }
        })
    }

    /// The embedded object that `raw` is.
    pub(super) fn reference(
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
        field: Field,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        if object.has(field) {
            return Ok(false);
        }
        let Some(id) = self.reference(object, form, raw, around)? else {
            return Ok(false);
        };
        put_view(id, &mut object.aux);
        let shape = match field {
            Field::Assignees => Shape::Ids(vec![id]),
            _ => Shape::Id(id),
        };
        if let Some(value) = Value::from_shape(field, shape) {
            object.set(value);
        }
        Ok(true)
    }

    fn take_users(
        &mut self,
        object: &mut Object<'_>,
        field: Field,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        let Some(parts) = elements(raw).filter(|_| !object.has(field)) else {
            return Ok(false);
        };
        let mut ids = Vec::with_capacity(parts.len());
        for part in &parts {
            match self.reference(object, Form::User, part, around)? {
                Some(id) => ids.push(id),
                None => return self.odd_element("assignees"),
            }
        }
        put_number(ids.len() as u64, &mut object.aux);
        ids.iter().for_each(|id| put_view(*id, &mut object.aux));
        object.set_list(field, ids);
        Ok(true)
    }

    /// A label of an issue says when the issue was given it, which is kept with the issue: the label itself
    /// stays the same for all of them.
    fn take_labels(
        &mut self,
        object: &mut Object<'_>,
        field: Field,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        let Some(parts) = elements(raw).filter(|_| !object.has(field)) else {
            return Ok(false);
        };
        let mut ids = Vec::with_capacity(parts.len());
        let mut aux = Vec::with_capacity(parts.len() * 24);
        for part in &parts {
            let (alone, since) = without_moment(part);
            let part = alone.as_deref().unwrap_or(part);
            let Some(id) = self.reference(object, Form::Label, part, around)? else {
                return self.odd_element("labels");
            };
            put_view(id, &mut aux);
            aux.push(u8::from(since.is_some()));
            if let Some((at, style)) = since {
                Moment::write(at, style, &mut aux);
            }
            ids.push(id);
        }
        put_number(ids.len() as u64, &mut object.aux);
        object.aux.extend_from_slice(&aux);
        object.set_list(field, ids);
        Ok(true)
    }

    fn odd_element(&mut self, key: &str) -> Result<bool, Fault> {
        let reason = "an element is not understood; the whole list is only kept";
        self.skip(key, reason, true);
        Ok(false)
    }

    fn is_first_assignee(
        &mut self,
        object: &Object<'_>,
        raw: &str,
        around: &Around<'_>,
    ) -> Result<bool, Fault> {
        let list = object.slots.get(object.table, "assignees");
        let parts = elements(list).unwrap_or_default();
        if raw == "null" {
            return Ok(list.starts_with('[') && parts.is_empty());
        }
        if !raw.starts_with('{') {
            return Ok(false);
        }
        // The list is only kept where an element of it is not understood, and gives nobody then.
        let mut first = None;
        for part in parts {
            match self.reference(object, Form::User, part, around)? {
                Some(id) => first = first.or(Some(id)),
                None => return Ok(false),
            }
        }
        Ok(first.is_some() && first == self.reference(object, Form::User, raw, around)?)
    }
}

/// A label without the moment at which it was put where it is, and that moment.
fn without_moment(raw: &str) -> (Option<String>, Option<(backlot_model::Timestamp, Style)>) {
    let Ok(parts) = entries(raw) else {
        return (None, None);
    };
    let mut said = parts.iter().filter(|(key, _)| *key == "updated_at");
    let (Some((_, at)), None) = (said.next(), said.next()) else {
        return (None, None);
    };
    let Some(Moment {
        at,
        style: Some(style),
    }) = moment(at)
    else {
        return (None, None);
    };
    let mut alone = String::with_capacity(raw.len());
    for (key, value) in parts.iter().filter(|(key, _)| *key != "updated_at") {
        alone.push(if alone.is_empty() { '{' } else { ',' });
        alone.extend(["\"", key, "\":", value]);
    }
    if alone.is_empty() {
        alone.push('{');
    }
    alone.push('}');
    (Some(alone), Some((at, style)))
}

fn moment(raw: &str) -> Option<Moment> {
    Moment::parse(&string(raw)?)
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
    // Bytes may differ where the value does not: by space or by escapes.
    if !raw.starts_with(['{', '[']) && !raw.contains('\\') {
        return false;
    }
    let mut derived = Vec::new();
    derive(rule, &facts, &mut derived);
    std::str::from_utf8(&derived).is_ok_and(|derived| equal(derived, raw))
}

fn take(object: &mut Object<'_>, value: Value<String, ViewId>) -> bool {
    let is_new = !object.has(value.field());
    object.set(value);
    is_new
}

fn take_text(object: &mut Object<'_>, field: Field, raw: &str) -> bool {
    let Some(text) = string(raw).filter(|_| !object.has(field)) else {
        return false;
    };
    let value = match field {
        Field::Body => Some(Value::Body(text.into_owned())),
        _ => Value::from_shape(field, Shape::Text(text.into_owned())),
    };
    value.is_some_and(|value| take(object, value))
}

fn take_time(object: &mut Object<'_>, field: Field, raw: &str, any_style: bool) -> bool {
    let Some(Moment { at, style }) = moment(raw) else {
        return false;
    };
    let Some(value) = Value::from_shape(field, Shape::Moment(at)) else {
        return false;
    };
    if object.has(field) || (!any_style && style != Some(Style::Seconds)) {
        return false;
    }
    object.set(value);
    if any_style && let Some(style) = style {
        object.aux.push(style as u8);
    }
    style.is_some()
}

fn take_number(object: &mut Object<'_>, field: Field, number: Option<u64>) -> bool {
    let value = number.and_then(|number| Value::from_shape(field, Shape::Number(number)));
    let Some(value) = value.filter(|_| !object.has(field)) else {
        return false;
    };
    object.change(Change::set_or_clear(
        field,
        Some(value).filter(|value| !value.says_nothing()),
    ));
    true
}

fn take_flag(object: &mut Object<'_>, field: Field, raw: &str, yes: &str, no: &str) -> bool {
    let is_set = raw == yes;
    if !is_set && raw != no {
        return false;
    }
    // Of two keys that say the same, the second need only agree.
    if object.has(field) {
        return object.is_set(field) == is_set;
    }
    let value = is_set
        .then(|| Value::from_shape(field, Shape::Flag))
        .flatten();
    object.change(Change::set_or_clear(field, value));
    true
}

fn keep_number(object: &mut Object<'_>, number: Option<u64>) -> bool {
    if let Some(number) = number {
        put_number(number, &mut object.aux);
    }
    number.is_some()
}

fn take_hex(object: &mut Object<'_>, raw: &str) -> bool {
    let Some(digits) = plain(raw).filter(|digits| digits.len() == 24 && digits.is_ascii()) else {
        return false;
    };
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 12];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let (Some(high), Some(low)) = (value(pair[0]), value(pair[1])) else {
            return false;
        };
        *byte = high << 4 | low;
    }
    object.aux.extend_from_slice(&bytes);
    true
}

fn take_target(object: &mut Object<'_>, key: &str, raw: &str) -> bool {
    let gathered = &object.gathered;
    let (Some(issue), Some(number)) = (gathered.issue, gathered.number) else {
        return false;
    };
    let expected = target(issue, key, number);
    if !equal(&expected, raw) {
        return false;
    }
    put_number(issue, &mut object.aux);
    true
}

/// What a comment says of its issue.
pub(crate) fn target(issue: u64, key: &str, number: u64) -> String {
    format!("{{\"issue\":{{\"id\":{issue},\"title\":\"\",\"{key}\":{number}}}}}")
}

/// What should have come where `raw` is of another type; none when its type is right.
pub(super) fn mistyped(rule: Rule, raw: &str) -> Option<String> {
    let any_number = || number(plain(raw).unwrap_or(raw)).is_some();
    let (wanted, fits) = match rule {
        Rule::Text(_) | Rule::State(_) => ("a string", raw.starts_with('"')),
        Rule::Color => ("a colour such as #2865E0", false),
        Rule::Time(_) | Rule::OtherTime(_) | Rule::None(Field::ClosedAt, _) => (
            "a moment such as 2024-05-01T09:30:00+08:00",
            moment(raw).is_some(),
        ),
        Rule::Number(_) | Rule::Quoted(_) | Rule::Id | Rule::QuotedId => {
            ("a whole number", any_number())
        }
        Rule::Flag(_) => ("true or false", matches!(raw, "true" | "false")),
        Rule::User(_) | Rule::Milestone(_) => ("an object", raw.starts_with('{')),
        Rule::Users(_) | Rule::Labels(_) => ("a list", raw.starts_with('[')),
        _ => return None,
    };
    if fits || matches!(raw, "null" | "\"\"") {
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
