//! What an operate log tells, in words.

use backlot_forge::json::string;
use backlot_model::{Change, Record, Value, ViewId};

use super::object::Object;

/// One thing that happened, as the model calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    event: String,
    subject: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// What a log of a type with a content tells; at least one thing.
fn told(action_type: &str, content: &str) -> Vec<Told> {
    let one = |event: &str, subject: &str| Told {
        event: event.to_owned(),
        subject: Some(subject.to_owned()),
        from: None,
        to: None,
    };
    let known = match action_type {
        "label" => content.strip_prefix("add label ").map(|names| {
            let names = names.split(", ");
            names.map(|name| one("labeled", name)).collect()
        }),
        "milestone" => content
            .strip_prefix("changed milestone to ")
            .map(|title| vec![one("milestoned", title)]),
        "title" => content
            .strip_prefix("changed title from **")
            .and_then(|rest| rest.strip_suffix("**"))
            .and_then(|rest| rest.split_once("** to **"))
            .map(|(from, to)| {
                vec![Told {
                    subject: None,
                    from: Some(from.to_owned()),
                    to: Some(to.to_owned()),
                    ..one("renamed", "")
                }]
            }),
        _ => None,
    };
    known.unwrap_or_else(|| vec![one(action_type, content)])
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

/// The type and the words of a log that tells an event; the event's own name where GitCode's words for it are
/// not known.
pub(crate) fn composed(record: &Record) -> (String, String) {
    let subject = record.subject().unwrap_or_default();
    let event = record.event().unwrap_or_default();
    let (action, content) = match event {
        "labeled" => ("label", format!("add label {subject}")),
        "milestoned" => ("milestone", format!("changed milestone to {subject}")),
        "renamed" => {
            let (from, to) = (record.from(), record.to());
            let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
            (
                "title",
                format!("changed title from **{from}** to **{to}**"),
            )
        }
        _ if subject.is_empty() => (event, event.to_owned()),
        _ => (event, subject.to_owned()),
    };
    (action.to_owned(), content)
}
