//! `backlot diff`

use std::str::FromStr;

use backlot_core::{Difference, DifferenceKind, FieldDifference, Point, Snapshot};
use backlot_model::{Field, Parent, Reactions, RecordId, Shape, Value as FieldValue};
use clap::Args;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::moment;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::text;

/// Show what became different from one point to another
///
/// A point is the number of a commit, for what the store knew after it, or a moment, for what was so then. A `?` marks
/// what is not certain, because the forge's data does not tell it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot diff 7                     since commit 7
  backlot diff 3 7 --json=label,kind
  backlot diff 2026-01-01 2026-02-01")]
pub(crate) struct DiffArgs {
    /// The earlier point: a commit's number, a day or a moment
    #[arg(value_name = "FROM")]
    before: PointArg,

    /// The later point; without it, now
    #[arg(value_name = "TO")]
    after: Option<PointArg>,
}

#[derive(Clone, Copy, Debug)]
struct PointArg(Point);

impl FromStr for PointArg {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.parse() {
            Ok(sequence) => Ok(Self(Point::Commit(sequence))),
            Err(_) => match moment::parse(text) {
                Ok(at) => Ok(Self(Point::Moment(at))),
                Err(how) => Err(format!("give the number of a commit, or {how}")),
            },
        }
    }
}

struct Shown {
    difference: Difference,
    fields: Vec<ShownField>,
}

struct ShownField {
    field: Field,
    before: Value,
    after: Value,
    is_certain: bool,
}

const FIELDS: Fields<Shown> = &[
    ("id", |shown| json!(shown.difference.id.to_string())),
    ("kind", |shown| json!(word(shown.difference.kind))),
    ("record_kind", |shown| {
        json!(shown.difference.record_kind.name())
    }),
    ("label", |shown| json!(shown.difference.label)),
    ("repository", |shown| json!(shown.difference.repository)),
    ("fields", |shown| {
        let fields = shown.fields.iter();
        fields
            .map(|field| {
                json!({
                    "field": field.field.name(),
                    "before": field.before,
                    "after": field.after,
                    "certain": field.is_certain,
                })
            })
            .collect()
    }),
];

const fn word(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Created => "created",
        DifferenceKind::Changed => "changed",
        DifferenceKind::Deleted => "deleted",
    }
}

pub(crate) fn diff(args: &DiffArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let after = match (&args.after, args.before.0) {
        (Some(after), _) => after.0,
        (None, Point::Commit(_)) => Point::Commit(snapshot.sequence()),
        (None, Point::Moment(_)) => Point::Moment(context.screen.now),
    };
    let mut differences = Vec::new();
    for difference in snapshot.diff(args.before.0, after)? {
        differences.push(shown(difference?, &snapshot)?);
    }
    drop(snapshot);
    if let Some(json) = json {
        json.array(&differences, context.out)?;
        return Ok(Exit::DONE);
    }
    if differences.is_empty() {
        context.note("nothing is different")?;
    }
    for shown in &differences {
        print(shown, context)?;
    }
    Ok(Exit::DONE)
}

fn shown(difference: Difference, snapshot: &Snapshot) -> Result<Shown> {
    let mut fields = Vec::new();
    for field in &difference.fields {
        let FieldDifference {
            field,
            before,
            after,
            is_certain,
        } = field;
        fields.push(ShownField {
            field: *field,
            before: value(before.as_ref(), snapshot)?,
            after: value(after.as_ref(), snapshot)?,
            is_certain: *is_certain,
        });
    }
    Ok(Shown { difference, fields })
}

/// A value as JSON, with names in place of references where there are any.
fn value(value: Option<&FieldValue>, snapshot: &Snapshot) -> Result<Value> {
    let Some(value) = value else {
        return Ok(Value::Null);
    };
    Ok(match value.clone().shape() {
        Shape::Id(id) => json!(name(id, snapshot)?),
        Shape::Ids(ids) => {
            let mut names = Vec::with_capacity(ids.len());
            for id in ids {
                names.push(json!(name(id, snapshot)?));
            }
            Value::Array(names)
        }
        Shape::Number(number) => json!(number),
        Shape::Text(text) | Shape::Body(text) => json!(text),
        Shape::Flag => json!(true),
        Shape::Moment(at) => json!(at.to_string()),
        Shape::Reactions(reactions) => super::issue::reactions_json(Reactions { ..reactions }),
        Shape::Parent(Parent::Record(id)) => json!(name(id, snapshot)?),
        Shape::Parent(Parent::Number(number)) => json!(number),
    })
}

/// What a record is called: its name or title, or `owner/name#12` for an issue, or else its id.
fn name(id: RecordId, snapshot: &Snapshot) -> Result<String> {
    let Some(record) = snapshot.record(id)? else {
        return Ok(id.to_string());
    };
    if let (backlot_model::RecordKind::Issue, Some(number)) = (record.kind(), record.number()) {
        let repository = match record.repository() {
            Some(repository) => snapshot.login(repository)?,
            None => None,
        };
        return Ok(format!("{}#{number}", repository.unwrap_or_default()));
    }
    let name = record.name().or(record.title());
    Ok(name.map_or_else(|| id.to_string(), str::to_owned))
}

fn print(shown: &Shown, context: &mut Context<'_>) -> Result<()> {
    let screen = context.screen;
    let difference = &shown.difference;
    let style = match difference.kind {
        DifferenceKind::Created => Style::Green,
        DifferenceKind::Changed => Style::Plain,
        DifferenceKind::Deleted => Style::Red,
    };
    let kind = screen.paint(style, word(difference.kind));
    let label = match difference.label.as_str() {
        "" => String::new(),
        label => format!(" {}", text::line(label)),
    };
    let of = match &difference.repository {
        Some(repository) => format!(" of {}", text::line(repository)),
        None => String::new(),
    };
    writeln!(
        context.out,
        "{kind} {}{label}{of}",
        difference.record_kind.name()
    )?;
    for field in &shown.fields {
        let mark = if field.is_certain { "" } else { " ?" };
        let (before, after) = (plain(&field.before), plain(&field.after));
        let change = match difference.kind {
            DifferenceKind::Created => after,
            DifferenceKind::Deleted => before,
            DifferenceKind::Changed => format!("{before} -> {after}"),
        };
        let line = format!("  {}{mark}: {change}", field.field.name());
        let line = screen
            .width
            .map_or(line.as_str().into(), |width| text::cut(&line, width));
        writeln!(context.out, "{line}")?;
    }
    Ok(())
}

/// A value for people.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text::line(text).into_owned(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
