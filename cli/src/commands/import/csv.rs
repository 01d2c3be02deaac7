//! `backlot import csv`

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use backlot_core::ImportOptions;
use backlot_model::RepositoryName;
use backlot_tabular::{Column, CsvOptions, CsvReader};
use clap::Args;

use super::{exit_of, report};
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::repository::{ActorArgs, RepositoryArgs};

const EXAMPLES: &str = "\
Examples:
  backlot import csv issues.csv --dry-run
  backlot import csv issues.csv --repo octo/hello
  backlot import csv jira.csv --repo octo/hello --column \"Issue Type=labels\"

Columns, by the names of `backlot export csv`; the head of GitLab's and Jira's exports is understood too:
  number      keeps the number; without it, new issues get the next ones
  title, body
  state       open or closed
  reason      completed, not_planned, duplicate
  labels, assignees
              names with commas between them; one with a comma in it is quoted
  milestone   its title
  author      a login
  created_at, updated_at, closed_at
              2024-05-01T09:30:00Z, or 2024-05-01 09:30 in universal time
  comments    a JSON array of {author, created_at, updated_at, body, id}
  id          as `backlot export csv` gave it: how an issue that was made here is known again";

/// Import issues from a table: CSV with a row for each issue
///
/// What a column says is compared with what the same table said last, and only what is new is written, as one
/// commit. An empty cell says that there is no such value; a column that is not there says nothing. Rows that
/// are not there are left as they are.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CsvArgs {
    /// The file; `-` for standard input
    path: PathBuf,

    /// The repository; made if there is none of that name [default: the only one]
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepositoryName>,

    /// A head that means a column though it is called otherwise (may be repeated)
    #[arg(long, value_name = "HEAD=COLUMN", value_parser = head)]
    column: Vec<(String, Column)>,

    /// The table was written with `--safe`
    #[arg(long)]
    safe: bool,

    /// Show what the import would do, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    actor: ActorArgs,
}

fn head(text: &str) -> std::result::Result<(String, Column), String> {
    let (head, column) = text
        .rsplit_once('=')
        .ok_or("expected HEAD=COLUMN, such as Summary=title")?;
    let names = || {
        let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
        format!("the columns are {}", names.join(", "))
    };
    Ok((head.to_owned(), column.parse().map_err(|_| names())?))
}

pub(super) fn import(args: &CsvArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(report::FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = match &args.repo {
        Some(name) => name.clone(),
        None => RepositoryArgs::default().resolve(&snapshot)?,
    };
    // The logins are those of the forge that the repository came from.
    let known = snapshot.repository(&repository)?;
    let host = known.and_then(|known| known.foreign.map(|(host, _)| host));
    drop(snapshot);
    let file = args.path.to_string_lossy().into_owned();
    let is_standard_input = args.path == Path::new("-");
    let name = match is_standard_input {
        true => "standard input".to_owned(),
        false => file.clone(),
    };
    let input: Box<dyn Read> = match is_standard_input {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(&args.path).map_err(|error| {
            Error::new(Kind::BadInput, format!("cannot read {file}")).caused_by(&error)
        })?),
    };
    let options = CsvOptions {
        host: host.unwrap_or_default(),
        heads: args.column.clone(),
        safe: args.safe,
    };
    let reader = CsvReader::new(input, &name, options)?;
    let options = ImportOptions::new("csv", name)
        .actor(args.actor.actor())
        .dry_run(args.dry_run)
        .repository(repository);
    let store = context.open_to_write()?;
    let done = store.import(&options, reader)?;
    drop(store);
    let exit = exit_of(&done);
    let shown = report::Shown {
        told: report::Told::TABLE,
        report: done,
        dry_run: args.dry_run,
        restored: None,
        mapped: None,
        attachments: None,
    };
    match json {
        Some(json) => json.object(&shown, context.out)?,
        None => report::print(&shown, context)?,
    }
    Ok(exit)
}
