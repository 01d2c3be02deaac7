//! What an operate log tells, in words.

use backlot_forge::json::string;
use backlot_model::{Change, Record, Value, ViewId};

use super::object::Object;
use crate::log;

/// One thing that happened, as the model calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    event: String,
    subject: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// What a log of a type with a content tells; at least one thing. Words that are not established are told as they
/// are, under a name that no other forge has: GitCode's type may be called as an event of theirs is, and mean
/// something else.
fn told(action_type: &str, content: &str) -> Vec<Told> {
    let one = |event: &str, subject: Option<&str>| Told {
        event: event.to_owned(),
        subject: subject.map(str::to_owned),
        from: None,
        to: None,
    };
    let Some(known) = log::parse(action_type, content) else {
        return vec![one(&log::unestablished(action_type), Some(content))];
    };
    let event = known.event();
    match known {
        log::Told::Labeled(names) => {
            let names = names.into_iter();
            names.map(|name| one(event, Some(name))).collect()
        }
        log::Told::Milestoned(title) | log::Told::Connected { title, .. } => {
            vec![one(event, Some(title))]
        }
        log::Told::Renamed { from, to } => vec![Told {
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
            ..one(event, None)
        }],
    }
}

fn of(object: &Object<'_>) -> Vec<Told> {
    let text = |key: &str| string(object.get(key)).unwrap_or_default();
    told(&text("action_type"), &text("content"))
}

fn values(told: Told) -> impl Iterator<Item = Value<String, ViewId>> {
    let texts = [
        Some(Value::Event(told.event)),
        told.subject.map(Value::Subject),
        told.from.map(Value::From),
        told.to.map(Value::To),
    ];
    texts.into_iter().flatten()
}

/// Notes the first thing that a log tells.
pub(super) fn changes(object: &mut Object<'_>) {
    if let Some(first) = of(object).into_iter().next() {
        values(first).for_each(|value| object.set(value));
    }
}

/// What a log tells beside the first thing, each with its place.
pub(super) fn parts(object: &Object<'_>) -> Vec<(usize, Vec<Change<String, ViewId>>)> {
    let all = of(object).into_iter().enumerate().skip(1);
    all.map(|(at, told)| (at, values(told).map(Change::Set).collect()))
        .collect()
}

/// The type and the words of a log that tells an event. One that GitCode told in words of no established meaning has
/// its type as its name, and these words.
pub(crate) fn composed(record: &Record) -> (String, String) {
    let subject = record.subject();
    let event = record.event().unwrap_or_default();
    match log::compose_event(event, subject, record.from(), record.to()) {
        Some(words) => (words.action.to_owned(), words.content),
        None => {
            let action = log::action_of(event).unwrap_or(event);
            (action.to_owned(), subject.unwrap_or(action).to_owned())
        }
    }
}
