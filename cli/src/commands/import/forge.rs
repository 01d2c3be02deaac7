//! What the imports of all forges share: which input is read into what, and how it is told.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use backlot_core::{ImportOptions, ImportReport, Store};
use backlot_github::{Batches, Limits, Source};
use backlot_model::{Mapping, Prefer, RecordKind, RepositoryName};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::carried::{RestoreArgs, Restored};
use super::collisions::CollisionsArgs;
use super::sniff::{self, Forge};
use super::{exit_of, report};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::mapping_file::MappingArgs;
use crate::progress::Progress;
use crate::repository::ActorArgs;

/// After so many events a file has grown in steps that leave much of it empty.
const WORTH_COMPACTING: u64 = 2_000;

/// What is read, and into which repository.
#[derive(Args, Debug)]
pub(super) struct InputArgs {
    /// The folder, file or archive; `-` for standard input
    pub(super) path: PathBuf,

    /// Put the main repository of the input into this one [default: its own name]
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepositoryName>,
}

/// What is done with it, and by whom.
#[derive(Args, Debug)]
pub(super) struct RunArgs {
    /// Show what the import would do, and write nothing
    #[arg(long, conflicts_with_all = ["map", "map_back", "restore_carried"])]
    pub(super) dry_run: bool,

    #[command(flatten)]
    collisions: CollisionsArgs,

    #[command(flatten)]
    restore: RestoreArgs,

    #[command(flatten)]
    mapping: MappingArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PreferArg {
    Ours,
    Theirs,
}

/// How the input is compared with what it said last.
pub(super) struct Rules<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) prefer: PreferArg,
    pub(super) complete: &'a [RecordKind],
}

pub(super) fn complete_help(completable: &[RecordKind]) -> String {
    let kinds: Vec<&str> = completable.iter().map(|kind| kind.plural()).collect();
    format!(
        "The input has every object of this kind, so those that it lacks are gone; may be repeated: {}",
        kinds.join(", ")
    )
}

/// Reads the kinds whose objects a source can be said to have all of.
pub(super) fn record_kind_parser(
    completable: &'static [RecordKind],
) -> impl TypedValueParser<Value = RecordKind> {
    let named = |kind: &RecordKind| PossibleValue::new(kind.plural()).alias(kind.name());
    PossibleValuesParser::new(completable.iter().map(named)).try_map(|word| {
        let meant = |kind: &&RecordKind| kind.plural() == word || kind.name() == word;
        completable
            .iter()
            .find(meant)
            .copied()
            .ok_or("unknown kind")
    })
}

/// Reads a forge's kinds of objects by their names, or by those of many of them.
pub(super) fn kind_parser<K>(names: &[&'static str]) -> impl TypedValueParser<Value = K>
where
    K: FromStr + Clone + Send + Sync + 'static,
    K::Err: std::error::Error + Send + Sync + 'static,
{
    let plural = |name: &str| match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{name}s"),
    };
    let named = names
        .iter()
        .map(|name| PossibleValue::new(*name).alias(plural(name)));
    PossibleValuesParser::new(named).try_map(|word| word.parse())
}

/// Imports what `open` makes of the input, maps it where that is asked for, and gives the room that the file took
/// while it grew back.
pub(super) fn import(
    forge: Forge,
    (input, rules, run): (&InputArgs, &Rules<'_>, &RunArgs),
    context: &mut Context<'_>,
    open: impl FnOnce(Source) -> Result<Batches>,
) -> Result<report::Shown> {
    let mapping = run.mapping.read()?;
    // A store that cannot be opened is told at once; none is held while the input is looked through,
    // which can take its time on standard input.
    drop(context.open_to_read()?);
    let mut source = open_source(&input.path)?;
    let read = source.consumed();
    let progress = Progress::of_bytes(read, source.total_input_bytes(), context.global.quiet);
    progress.stage("looking through");
    sniff::check(forge, &mut source, &input.path, |word| {
        format!("use `backlot import {word}`")
    })?;
    let batches = open(source)?;
    progress.stage("importing");
    let mut store = context.open_to_write()?;
    let done = store.import(&options(forge, input, rules, run), batches)?;
    let actor = run.actor.actor();
    let restored = run.restore.run(&store, &done, actor, mapping.as_ref())?;
    let mapped = match (&restored, &mapping) {
        (Some(restored), _) => restored.mapped(),
        (None, Some(mapping)) => Some(map(&store, &done, mapping, run)?),
        (None, None) => None,
    };
    run.mapping.write(mapping.as_ref())?;
    let commits = [
        done.commit.as_ref(),
        mapped.as_ref().and_then(|mapped| mapped.commit.as_ref()),
        restored.as_ref().and_then(Restored::commit),
    ];
    if commits
        .iter()
        .flatten()
        .any(|commit| commit.events >= WORTH_COMPACTING)
    {
        // The import is on disk; room that the file took while it grew is given back on top of that.
        progress.stage("compacting");
        store.compact()?;
    }
    Ok(report::Shown {
        told: forge.told(),
        report: done,
        restored,
        mapped,
        attachments: None,
        dry_run: run.dry_run,
    })
}

/// Tells what the import did, and how it ends.
pub(super) fn tell(shown: &report::Shown, context: &mut Context<'_>) -> Result<Exit> {
    match context.json(report::FIELDS)? {
        Some(json) => json.object(shown, context.out)?,
        None => report::print(shown, context)?,
    }
    Ok(match &shown.attachments {
        Some((_, attachments)) if attachments.refused > 0 => Exit::SKIPPED,
        _ => exit_of(&shown.report),
    })
}

/// Applies a mapping to what the input stated, as a commit of its own: the input itself is kept as it is, so that
/// it is known again.
fn map(
    store: &Store,
    done: &ImportReport,
    mapping: &Mapping,
    run: &RunArgs,
) -> Result<report::Mapped> {
    let mut transaction = store.write(run.actor.actor(), "mapping of an import")?;
    let mut reports = Vec::new();
    for (_, local) in &done.repositories {
        reports.push(transaction.repository(local)?.apply_mapping(mapping)?);
    }
    let commit = transaction.commit()?;
    Ok(report::Mapped { reports, commit })
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

fn open_source(path: &Path) -> Result<Source> {
    let limits = Limits::default();
    Ok(match is_standard_input(path) {
        true => Source::from_reader(io::stdin().lock(), "standard input", limits)?,
        false => Source::open(path, limits)?,
    })
}

fn options(forge: Forge, input: &InputArgs, rules: &Rules<'_>, run: &RunArgs) -> ImportOptions {
    let source = match is_standard_input(&input.path) {
        true => "standard input".into(),
        false => input.path.to_string_lossy(),
    };
    let mut options = ImportOptions::new(forge.word(), source)
        .actor(run.actor.actor())
        .dry_run(run.dry_run)
        .prefer(match rules.prefer {
            PreferArg::Ours => Prefer::Ours,
            PreferArg::Theirs => Prefer::Theirs,
        });
    let name = rules.name.map(str::to_owned);
    if let Some(name) = name.or_else(|| last_part(&input.path)) {
        options = options.name(name);
    }
    if let Some(repository) = &input.repo {
        options = options.repository(repository.clone());
    }
    let options = run.collisions.apply(options);
    let complete = rules.complete.iter();
    complete.fold(options, |options, kind| options.complete(*kind))
}

/// The last part of a path, also of one such as `.` that does not spell it.
fn last_part(path: &Path) -> Option<String> {
    let whole;
    let name = match path.file_name() {
        Some(name) => name,
        None => {
            whole = path.canonicalize().ok()?;
            whole.file_name()?
        }
    };
    (!is_standard_input(path)).then(|| name.to_string_lossy().into_owned())
}
