//! What an export into a forge's objects wrote, and what it could not take over.

use std::path::PathBuf;
use std::time::Duration;

use backlot_github::WriteSummary;
use backlot_model::RepositoryName;
use serde_json::{Map, Value, json};

use crate::commands::losses;
use crate::context::Context;
use crate::error::Result;
use crate::output::json::Fields;
use crate::output::table::{Cell, Column, Table};
use crate::output::text::{self, count};

/// What an export wrote.
pub(super) struct Exported {
    pub(super) layout: &'static str,
    pub(super) repository: RepositoryName,
    pub(super) folder: PathBuf,
    pub(super) losses: Option<PathBuf>,
    pub(super) summary: WriteSummary,
    /// How many requests it is, and how long they take at the rate that the forge allows.
    pub(super) requests: Option<(u64, Duration)>,
}

pub(super) const FIELDS: Fields<Exported> = &[
    ("repository", |done| json!(done.repository.as_str())),
    ("folder", |done| json!(done.folder.to_string_lossy())),
    ("files", |done| json!(done.summary.files)),
    ("objects", |done| {
        let counts = done.summary.objects.iter();
        Value::Object(
            counts
                .map(|(kind, n)| (kind.plural().to_owned(), json!(n)))
                .collect::<Map<_, _>>(),
        )
    }),
    ("objects_by_file", |done| {
        json!(done.summary.objects_by_file)
    }),
    ("layout", |done| json!(done.layout)),
    ("losses", |done| losses::json(&done.summary.losses)),
];

/// Tells a person what was written.
pub(super) fn print(done: &Exported, context: &mut Context<'_>) -> Result<()> {
    if context.global.quiet {
        return Ok(());
    }
    let summary = &done.summary;
    let folder = done.folder.display().to_string();
    writeln!(
        context.out,
        "{} -> {}\n",
        done.repository,
        text::line(&folder)
    )?;
    let mut table = Table::new(vec![Column::left(""), Column::right("objects")]);
    for (file, number) in &summary.objects_by_file {
        table.row(vec![Cell::plain(file), Cell::number(*number)]);
    }
    table.print(&context.screen, context.out)?;
    writeln!(
        context.out,
        "\nwrote {}",
        count(summary.files, "file", "files")
    )?;
    if let Some((requests, duration)) = done.requests {
        writeln!(
            context.out,
            "{}: at least {} at the rate that is allowed",
            count(requests, "request", "requests"),
            shown(duration)
        )?;
    }
    let carried: u64 = summary.carried.values().sum();
    if carried > 0 {
        let told = count(carried, "value is", "values are");
        writeln!(context.out, "{told} carried in footers below texts")?;
    }
    print_losses(done, context)
}

fn print_losses(done: &Exported, context: &mut Context<'_>) -> Result<()> {
    let summary = &done.summary;
    let Some(counted) = losses::counted(&summary.losses) else {
        writeln!(context.out, "no losses")?;
        return Ok(());
    };
    let report = match &done.losses {
        Some(path) => path.to_string_lossy(),
        None => "losses.ndjson".into(),
    };
    writeln!(
        context.out,
        "losses: {}; {} names each\n",
        counted,
        text::line(&report)
    )?;
    losses::table(&summary.losses_by_field).print(&context.screen, context.out)?;
    Ok(())
}

/// A duration in hours and minutes, or in seconds where it is that short.
fn shown(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let minutes = seconds.div_ceil(60);
    match (seconds, minutes) {
        (0..60, _) => format!("{seconds} s"),
        (_, 0..60) => format!("{minutes} min"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        for (seconds, told) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (61, "2 min"),
            (3540, "59 min"),
            (3541, "1 h 0 min"),
            (9000, "2 h 30 min"),
        ] {
            assert_eq!(shown(Duration::from_secs(seconds)), told);
        }
    }
}
