//! `backlot export csv`

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backlot_core::Snapshot;
use backlot_model::{Loss, RepositoryName};
use backlot_tabular::{Column, CsvWriter, WriteOptions, WriteSummary};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::table::{self, Cell, Table};
use crate::output::text::{self, count};
use crate::progress::Progress;
use crate::repository::RepositoryArgs;

const EXAMPLES: &str = "\
Examples:
  backlot export csv --out issues.csv
  backlot export csv --out - --columns number,title,state,labels
  backlot export csv --out for-excel.csv --safe --losses lost.ndjson";

/// Export a repository's issues as a table: CSV with a row for each issue
///
/// Labels and assignees are lists with commas, comments a JSON array in their cell, moments in universal
/// time. What no column holds is counted, and named line by line with `--losses`. `backlot import csv` reads the
/// table again, also after it was edited; the column `id` is how it knows what was made here.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CsvArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    /// The file to write, in place of what is there; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,

    /// The columns, in their order [default: all]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', value_parser = column_parser())]
    columns: Vec<Column>,

    /// Put an apostrophe before what a spreadsheet could take for a formula
    #[arg(long)]
    safe: bool,

    /// Write the report of losses into this file, one to a line
    #[arg(long, value_name = "FILE")]
    losses: Option<PathBuf>,
}

pub(crate) fn column_parser() -> impl TypedValueParser<Value = Column> {
    PossibleValuesParser::new(Column::ALL.iter().map(|column| column.name()))
        .try_map(|name| name.parse())
}

struct Exported {
    repository: RepositoryName,
    file: PathBuf,
    summary: WriteSummary,
}

const FIELDS: Fields<Exported> = &[
    ("repository", |done| json!(done.repository.as_str())),
    ("file", |done| json!(done.file.to_string_lossy())),
    ("issues", |done| json!(done.summary.issues)),
    ("comments", |done| json!(done.summary.comments)),
    ("losses", |done| {
        let losses = done.summary.losses.iter();
        let losses = losses.map(|((kind, field), number)| {
            json!({"record_kind": kind.name(), "field": field, "number": number})
        });
        losses.collect()
    }),
];

pub(super) fn export(args: &CsvArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    if args.out == Path::new("-") {
        if json.is_some() {
            let both = "`--json` and `--out -` would both write to standard output";
            return Err(Error::usage(both).hint("give `--out` a file"));
        }
        write(&snapshot, &repository, args, true, &mut *context.out)?;
        return Ok(Exit::DONE);
    }
    let mut file = beside(&args.out)?;
    let quiet = context.global.quiet;
    let summary = write(
        &snapshot,
        &repository,
        args,
        quiet,
        BufWriter::new(&mut file),
    )?;
    file.persist(&args.out)
        .map_err(|error| unwritable(&args.out).caused_by(&error.error))?;
    let done = Exported {
        repository,
        file: args.out.clone(),
        summary,
    };
    match json {
        Some(json) => json.object(&done, context.out)?,
        None => print(&done, args, context)?,
    }
    Ok(Exit::DONE)
}

/// A new file that takes the place of another one only when it is whole.
fn beside(path: &Path) -> Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The table is for whoever the user lets read, not a secret of this process.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let file = builder.prefix(".backlot-").tempfile_in(folder);
    file.map_err(|error| unwritable(path).caused_by(&error))
}

fn unwritable(path: &Path) -> Error {
    Error::new(Kind::Usage, format!("cannot write {}", path.display()))
}

fn write(
    snapshot: &Snapshot,
    repository: &RepositoryName,
    args: &CsvArgs,
    is_quiet: bool,
    out: impl Write,
) -> Result<WriteSummary> {
    let mut options = WriteOptions {
        safe: args.safe,
        repository: repository.to_string(),
        file: args.out.to_string_lossy().into_owned(),
        ..WriteOptions::default()
    };
    if !args.columns.is_empty() {
        options.columns.clone_from(&args.columns);
    }
    let mut report = match &args.losses {
        Some(path) => Some((path, BufWriter::new(beside(path)?))),
        None => None,
    };
    let written = Arc::new(AtomicU64::new(0));
    let progress = Progress::of_objects(Arc::clone(&written), is_quiet);
    progress.stage("exporting");
    let mut writer = CsvWriter::new(out, options)?;
    let mut losses = Vec::new();
    let passes = backlot_tabular::passes();
    snapshot.export(repository, &passes, &mut |outgoing, lookup| -> Result<()> {
        written.fetch_add(1, Ordering::Relaxed);
        writer.write(outgoing, lookup, &mut losses)?;
        for loss in losses.drain(..) {
            if let Some((path, report)) = &mut report {
                writeln!(report, "{}", line(&loss))
                    .map_err(|error| unwritable(path).caused_by(&error))?;
            }
        }
        Ok(())
    })?;
    let summary = writer.finish()?;
    if let Some((path, report)) = report {
        let report = report
            .into_inner()
            .map_err(|error| unwritable(path).caused_by(error.error()))?;
        report
            .persist(path)
            .map_err(|error| unwritable(path).caused_by(&error.error))?;
    }
    Ok(summary)
}

/// A loss as a line of the report.
fn line(loss: &Loss) -> serde_json::Value {
    let mut line = json!({
        "kind": loss.kind.name(),
        "record_kind": loss.record_kind.name(),
        "record": loss.record,
        "field": loss.field,
        "reason": loss.reason,
    });
    if let Some(value) = loss.value {
        line["value"] = json!(value.to_string());
    }
    line
}

fn print(done: &Exported, args: &CsvArgs, context: &mut Context<'_>) -> Result<()> {
    if context.global.quiet {
        return Ok(());
    }
    let summary = &done.summary;
    let file = done.file.display().to_string();
    writeln!(
        context.out,
        "{} -> {}: {}, {}",
        done.repository,
        text::line(&file),
        count(summary.issues, "issue", "issues"),
        count(summary.comments, "comment", "comments"),
    )?;
    let lost: u64 = summary.losses.values().sum();
    if lost == 0 {
        writeln!(context.out, "no losses")?;
        return Ok(());
    }
    let named = match &args.losses {
        Some(path) => format!("{} names each", text::line(&path.display().to_string())),
        None => "`--losses FILE` names each".to_owned(),
    };
    writeln!(context.out, "no column holds {lost} values; {named}\n")?;
    let mut table = Table::new(vec![
        table::Column::left("of"),
        table::Column::main("lost"),
        table::Column::right("number"),
    ]);
    for ((kind, field), number) in &summary.losses {
        let field = match field.as_str() {
            "" => "all of it",
            field => field,
        };
        table.row(vec![
            Cell::plain(kind.plural()),
            Cell::plain(&text::line(field)),
            Cell::number(*number),
        ]);
    }
    table.print(&context.screen, context.out)?;
    Ok(())
}
