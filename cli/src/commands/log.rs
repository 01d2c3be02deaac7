//! `backlot log`

use backlot_core::{LogEvent, Snapshot};
use backlot_model::{Commit, EventKind, Field, Origin};
use clap::Args;
use serde_json::{Value, json};

use super::undo::Undone;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text;

/// How many events of a commit are shown unless the user says otherwise.
const EVENTS: &str = "20";

/// Show the commits of the store, the newest first
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot log --limit 10
  backlot log --events          with the first 20 events of each commit
  backlot log --events=500 --json=sequence,events")]
pub(crate) struct LogArgs {
    /// How many commits to show
    #[arg(short = 'L', long, default_value = "30", value_name = "N")]
    limit: usize,

    /// Show the first events of each commit, too: 20 of them, or as many as --events=N says
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = EVENTS)]
    events: Option<usize>,
}

struct Entry {
    commit: Commit,
    is_undone: bool,
    events: Option<Vec<LogEvent>>,
}

const FIELDS: Fields<Entry> = &[
    ("sequence", |entry| json!(entry.commit.sequence)),
    ("id", |entry| json!(entry.commit.id.to_string())),
    ("recorded_at", |entry| {
        json!(entry.commit.recorded_at.to_string())
    }),
    ("actor", |entry| json!(entry.commit.actor.as_str())),
    ("reason", |entry| json!(entry.commit.reason)),
    ("origin", |entry| origin_json(&entry.commit)),
    ("undone", |entry| json!(entry.is_undone)),
    ("event_count", |entry| json!(entry.commit.events)),
    ("events", |entry| match &entry.events {
        Some(events) => events.iter().map(event_json).collect(),
        None => Value::Null,
    }),
    ("replica", |entry| json!(entry.commit.replica.to_string())),
    ("hash", |entry| json!(entry.commit.hash.to_string())),
    ("predecessor", |entry| {
        json!(entry.commit.predecessor.map(|hash| hash.to_string()))
    }),
];

fn origin_json(commit: &Commit) -> Value {
    match &commit.origin {
        Origin::Local => json!({"kind": "local"}),
        Origin::Undo(commit) => json!({"kind": "undo", "commit": commit.to_string()}),
        Origin::Import(import) => json!({
            "kind": "import",
            "forge": import.forge,
            "name": import.name,
            "source": import.source,
        }),
    }
}

fn event_json(event: &LogEvent) -> Value {
    let fields: Vec<&str> = event.fields.iter().map(|field| field.name()).collect();
    json!({
        "kind": event.kind.name(),
        "record": event.record.to_string(),
        "record_kind": event.record_kind.name(),
        "label": event.label,
        "fields": fields,
        "detail": event.detail,
    })
}

pub(crate) fn log(args: &LogArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let entries = entries(&snapshot, args)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&entries, context.out)?;
        return Ok(Exit::DONE);
    }
    let screen = context.screen;
    if args.events.is_some() {
        for entry in &entries {
            let line = table(std::slice::from_ref(entry), &screen);
            line.print_rows(&screen, context.out)?;
            print_events(entry, &screen, context.out)?;
        }
    } else if entries.is_empty() {
        context.note("the log is empty")?;
    } else {
        table(&entries, &screen).print_list(&screen, context.out)?;
    }
    Ok(Exit::DONE)
}

fn entries(snapshot: &Snapshot, args: &LogArgs) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut undone = Undone::default();
    for commit in snapshot.commits().take(args.limit) {
        let commit = commit?;
        let is_undone = undone.is_undone(&commit);
        let events = match args.events {
            Some(most) => Some(snapshot.events(commit.sequence, most)?),
            None => None,
        };
        entries.push(Entry {
            commit,
            is_undone,
            events,
        });
    }
    Ok(entries)
}

fn table(entries: &[Entry], screen: &Screen) -> Table {
    let mut table = Table::new(vec![
        Column::right("COMMIT"),
        Column::left("WHEN"),
        Column::left("WHO"),
        Column::main("WHY"),
        Column::flexible("FROM"),
        Column::right("EVENTS"),
    ]);
    for Entry {
        commit, is_undone, ..
    } in entries
    {
        let origin = match &commit.origin {
            Origin::Local => "here",
            Origin::Undo(_) => "undo",
            Origin::Import(import) => &import.forge,
        };
        let (style, origin) = match is_undone {
            true => (Style::Dim, format!("{origin}, undone")),
            false => (Style::Plain, origin.to_owned()),
        };
        table.row(vec![
            Cell::number(commit.sequence),
            Cell::new(&screen.time(Some(commit.recorded_at)), Style::Dim),
            Cell::new(commit.actor.as_str(), Style::Cyan),
            Cell::new(&commit.reason, style),
            Cell::plain(&origin),
            Cell::number(commit.events),
        ]);
    }
    table
}

fn print_events(entry: &Entry, screen: &Screen, out: &mut dyn std::io::Write) -> Result<()> {
    let events = entry.events.as_deref().unwrap_or_default();
    for event in events {
        let fields: Vec<&str> = event
            .fields
            .iter()
            .copied()
            .filter(is_told)
            .map(Field::name)
            .collect();
        let mut line = format!("    {} {}", event.kind.name(), event.record_kind.name());
        if !event.label.is_empty() {
            line.push_str(&format!(" {}", text::line(&event.label)));
        }
        if !fields.is_empty() {
            line.push_str(&format!(" ({})", fields.join(", ")));
        }
        // What was created or renamed is called by that name already.
        let is_named = matches!(event.kind, EventKind::Created | EventKind::Renamed);
        let is_news = |detail: &&str| !(is_named && event.label.ends_with(*detail));
        if let Some(detail) = event.detail.as_deref().filter(is_news) {
            line.push_str(&format!(": {}", text::line(detail)));
        }
        let line = screen
            .width
            .map_or(line.as_str().into(), |width| text::cut(&line, width));
        writeln!(out, "{line}")?;
    }
    let more = entry.commit.events.saturating_sub(events.len() as u64);
    if more > 0 {
        writeln!(out, "    and {} more", text::count(more, "event", "events"))?;
    }
    Ok(())
}

/// Whether a field tells a person something: all records have a repository, and each edit changes
/// `updated_at`, too.
fn is_told(field: &Field) -> bool {
    !matches!(field, Field::Repository | Field::UpdatedAt)
}
