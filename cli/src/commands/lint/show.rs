//! Telling what lint finds.

use std::collections::BTreeMap;
use std::io::{self, Write};

use backlot_core::LintReport;
use backlot_model::lint::{Code, Finding, Severity, Subject, Target};
use serde_json::json;

use super::{LintArgs, Wanted};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::screen::Screen;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::output::text::count;

/// How many rows are laid out together.
const ROWS: usize = 256;

const FIELDS: Fields<Finding> = &[
    ("code", |found| json!(found.code.name())),
    ("severity", |found| json!(found.severity.name())),
    ("record", |found| json!(found.subject.kind())),
    ("number", |found| json!(found.subject.number())),
    ("id", |found| match &found.subject {
        Subject::Comment { id, .. } => json!(id.to_string()),
        _ => json!(null),
    }),
    ("name", |found| match &found.subject {
        Subject::Label { name } => json!(name),
        _ => json!(null),
    }),
    ("field", |found| json!(found.field)),
    ("there", |found| json!(found.there)),
    ("says", |found| json!(found.says)),
    ("source", |found| json!(found.source)),
    ("fix", |found| {
        json!(found.fix.as_ref().map(|fix| &fix.does))
    }),
    ("safe", |found| json!(found.is_fixable())),
];

pub(super) fn show(
    args: &LintArgs,
    target: &Target,
    wanted: &Wanted,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let only = wanted.as_ref().map(|(query, options)| (query, options));
    let mut tally = Tally::default();
    if let Some(json) = json {
        let mut array = json.begin_array();
        snapshot.lint(&repository, target, only, &mut |found| -> Result<()> {
            tally.add(&found);
            Ok(array.item(&found, context.out)?)
        })?;
        array.end(context.out)?;
        return Ok(tally.exit());
    }
    // What is found is shown at once, however much it is, so the store stays open meanwhile.
    let mut rows = Rows::new(context.screen);
    let report = snapshot.lint(&repository, target, only, &mut |found| -> Result<()> {
        tally.add(&found);
        if !args.summary {
            rows.add(&found, context.out)?;
        }
        Ok(())
    })?;
    drop(snapshot);
    rows.flush(context.out)?;
    let looked = looked_at(&report);
    if tally.codes.is_empty() {
        let target = target.name();
        context.tell(&format!(
            "nothing to tell of {repository} for {target}, in {looked}"
        ))?;
        return Ok(tally.exit());
    }
    if context.global.quiet && !args.summary {
        return Ok(tally.exit());
    }
    if rows.is_begun {
        writeln!(context.out)?;
    }
    tally.print(context)?;
    let safe = match tally.safe() {
        0 => String::new(),
        safe => format!("; --fix puts {safe} right"),
    };
    let (sum, looked) = (tally.sentence(), looked_at(&report));
    context.tell(&format!("\n{sum} in {looked}{safe}"))?;
    Ok(tally.exit())
}

fn looked_at(report: &LintReport) -> String {
    let counts = [
        (report.labels, "label", "labels"),
        (report.milestones, "milestone", "milestones"),
        (report.issues, "issue", "issues"),
        (report.comments, "comment", "comments"),
    ];
    let counts = counts.iter().filter(|(number, ..)| *number > 0);
    let counts: Vec<String> = counts
        .map(|(number, one, many)| count(*number as u64, one, many))
        .collect();
    match counts.as_slice() {
        [] => "no records".to_owned(),
        counts => counts.join(", "),
    }
}

/// How many findings there are.
#[derive(Default)]
pub(super) struct Tally {
    // Of each code: how bad it is, how many there are, and how many of them can be put right.
    codes: BTreeMap<Code, (Severity, u64, u64)>,
}

impl Tally {
    pub(super) fn add(&mut self, found: &Finding) {
        let counts = self
            .codes
            .entry(found.code)
            .or_insert((found.severity, 0, 0));
        counts.1 += 1;
        counts.2 += u64::from(found.is_fixable());
    }

    /// How many there are of a severity, and how many of them can be put right.
    pub(super) fn of(&self, severity: Severity) -> (u64, u64) {
        let codes = self.codes.values().filter(|(known, ..)| *known == severity);
        codes.fold((0, 0), |sum, (_, all, safe)| (sum.0 + all, sum.1 + safe))
    }

    pub(super) fn exit(&self) -> Exit {
        match self.of(Severity::Error) {
            (0, _) => Exit::DONE,
            _ => Exit::REFUSED,
        }
    }

    /// How many can be put right.
    fn safe(&self) -> u64 {
        self.codes.values().map(|(_, _, safe)| safe).sum()
    }

    fn print(&self, context: &mut Context<'_>) -> io::Result<()> {
        let mut table = Table::new(vec![
            Column::left("SEVERITY"),
            Column::left("CODE"),
            Column::right("FINDINGS"),
            Column::right("FIXABLE"),
            Column::main("WHAT"),
        ]);
        let mut codes: Vec<_> = self.codes.iter().collect();
        codes.sort_by_key(|(code, (severity, ..))| (*severity, **code));
        for (code, (severity, all, safe)) in codes {
            table.row(vec![
                severity_cell(*severity),
                Cell::new(code.name(), Style::Cyan),
                Cell::number(*all),
                Cell::number(*safe),
                Cell::plain(code.about()),
            ]);
        }
        table.print(&context.screen, context.out)
    }

    fn sentence(&self) -> String {
        let severities = [
            (Severity::Error, "error", "errors"),
            (Severity::Warning, "warning", "warnings"),
            (Severity::Note, "note", "notes"),
        ];
        let counts = severities.map(|(severity, one, many)| count(self.of(severity).0, one, many));
        counts.join(", ")
    }
}

fn severity_cell(severity: Severity) -> Cell {
    let style = match severity {
        Severity::Error => Style::Red,
        Severity::Warning => Style::Plain,
        Severity::Note => Style::Dim,
    };
    Cell::new(severity.name(), style)
}

/// Rows that are shown some at a time.
struct Rows {
    screen: Screen,
    table: Table,
    number: usize,
    is_begun: bool,
}

impl Rows {
    fn new(screen: Screen) -> Self {
        Self {
            screen,
            table: Self::table(),
            number: 0,
            is_begun: false,
        }
    }

    fn table() -> Table {
        Table::new(vec![
            Column::left("SEVERITY"),
            Column::flexible("RECORD"),
            Column::left("CODE"),
            Column::main("THERE"),
            Column::flexible("FIX"),
        ])
    }

    fn add(&mut self, found: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let fix = found.fix.as_ref();
        let (fix, style) = match fix {
            Some(fix) if fix.is_safe => (fix.does.as_str(), Style::Green),
            Some(fix) => (fix.does.as_str(), Style::Plain),
            None => ("", Style::Plain),
        };
        self.table.row(vec![
            severity_cell(found.severity),
            Cell::plain(&record(&found.subject, &self.screen)),
            Cell::new(found.code.name(), Style::Cyan),
            Cell::plain(&found.there),
            Cell::new(fix, style),
        ]);
        self.number += 1;
        if self.number == ROWS {
            self.flush(out)?;
        }
        Ok(())
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.number == 0 {
            return Ok(());
        }
        let table = std::mem::replace(&mut self.table, Self::table());
        self.number = 0;
        match std::mem::replace(&mut self.is_begun, true) {
            false => table.print_list(&self.screen, out),
            true => table.print_rows(&self.screen, out),
        }
    }
}

/// What a finding is about; elsewhere than on a terminal with the name by which comments are edited.
pub(super) fn record(subject: &Subject, screen: &Screen) -> String {
    match subject {
        Subject::Comment { id, .. } if !screen.is_terminal() => format!("{subject} {id}"),
        subject => subject.to_string(),
    }
}
