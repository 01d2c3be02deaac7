//! `backlot verify`

use backlot_core::VerifyReport;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::text::{self, count};

const FIELDS: Fields<VerifyReport> = &[
    ("sound", |report| json!(report.is_clean())),
    ("commits", |report| json!(report.commits)),
    ("events", |report| json!(report.events)),
    ("problems", |report| {
        let problem = |problem: &backlot_core::Problem| json!({"part": problem.part, "detail": problem.detail});
        report.problems.iter().map(problem).collect()
    }),
    ("tables", |report| {
        let table = |table: &backlot_core::TableCheck| json!({"name": table.name, "digest": table.digest.to_string(), "sound": table.is_sound});
        report.tables.iter().map(table).collect()
    }),
];

const DAMAGED: &str = "it is damaged beyond what can be checked: go back to a copy of the file";

pub(crate) fn verify(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    // The engine checks its checksums only in a file that it may write to.
    let mut store = context
        .open_to_write()
        .map_err(|error| error.if_damaged(DAMAGED))?;
    let report = store.verify()?;
    drop(store);
    let exit = match report.is_clean() {
        true => Exit::DONE,
        false => Exit::UNSOUND,
    };
    if let Some(json) = json {
        json.object(&report, context.out)?;
        return Ok(exit);
    }
    for problem in &report.problems {
        let part = context.screen.paint(Style::Red, &text::line(&problem.part));
        writeln!(context.out, "{part}: {}", text::line(&problem.detail))?;
    }
    let checked = format!(
        "{}, {} and {} checked",
        count(report.commits, "commit", "commits"),
        count(report.events, "event", "events"),
        count(report.tables.len() as u64, "table", "tables"),
    );
    match report.problems.len() as u64 {
        0 => context.tell(&format!("sound: {checked}"))?,
        found => context.tell(&format!(
            "{}: {checked}",
            count(found, "problem", "problems")
        ))?,
    }
    Ok(exit)
}
