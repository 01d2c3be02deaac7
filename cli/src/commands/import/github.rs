//! `backlot import github`

use std::io;
use std::path::{Path, PathBuf};

use backlot_core::{ImportOptions, ImportReport, Store};
use backlot_github::{Attachments, Kind, Limits, ReadOptions, Reader, Source};
use backlot_model::{Mapping, Prefer, RecordKind, RepositoryName};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::carried::{RestoreArgs, Restored};
use super::collisions::CollisionsArgs;
use super::{exit_of, help, report};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::mapping_file::MappingArgs;
use crate::progress::Progress;
use crate::repository::ActorArgs;

const EXAMPLES: &str = "\
Examples:
  backlot import github backup/                     a folder
  backlot import github octo-hello.tar.zst          an archive; or octo-hello.zip
  backlot import github migration_archive.tar.gz    one of the migrations API, with its attachments
  gh api --paginate repos/octo/hello/issues?state=all | backlot import github - --kind issue
  backlot import github backup/ --dry-run           see what it would do
  backlot import github export/ --complete issues   issues that it does not have are gone
  backlot import github backup/ --map people.toml   under other names here
  backlot import github backup/ --restore-carried   with what footers below its texts carry";

/// Import GitHub's JSON: a folder, a file, an archive, or standard input
///
/// Read are exports of `backlot export github`, the REST API's objects (one to a line, as arrays, pages, or single
/// answers), the folders of github-backup and github-metadata-backup, migration archives, and the IETF's archive.json;
/// also in zip and tar archives, the latter compressed with zstd or gzip or not at all. It needs no network. The input
/// is compared with what it said last, and only what is new is written, as one commit; an
/// import that fails or is interrupted leaves the store as it was.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = help::long(EXAMPLES))]
pub(crate) struct GithubArgs {
    /// The folder, file or archive; `-` for standard input
    path: PathBuf,

    /// Put the main repository of the input into this one [default: its own name]
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepositoryName>,

    /// What the objects are, where no file name says it
    #[arg(long, value_parser = kind_parser())]
    kind: Option<Kind>,

    /// Name the import [default: the last part of the path]
    #[arg(long)]
    name: Option<String>,

    /// Whose value a field keeps that was changed both here and at GitHub
    #[arg(long, value_name = "WHOSE", default_value = "ours")]
    prefer: PreferArg,

    #[command(flatten)]
    collisions: CollisionsArgs,

    /// The input has every object of this kind: those it lacks are gone (may be repeated)
    #[arg(long, value_name = "KIND", value_parser = record_kind_parser(), hide_possible_values = true)]
    #[arg(help = complete_help())]
    complete: Vec<RecordKind>,

    /// Keep the attachments of a migration archive in this folder [default: the store's name with
    /// .attachments]
    #[arg(long, value_name = "FOLDER")]
    attachments: Option<PathBuf>,

    /// Show what the import would do, and write nothing
    #[arg(long, conflicts_with_all = ["map", "map_back", "restore_carried"])]
    dry_run: bool,

    #[command(flatten)]
    restore: RestoreArgs,

    #[command(flatten)]
    mapping: MappingArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// After so many events a file has grown in steps that leave much of it empty.
const WORTH_COMPACTING: u64 = 2_000;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PreferArg {
    Ours,
    Theirs,
}

fn complete_help() -> String {
    let kinds: Vec<&str> = COMPLETABLE.iter().map(|kind| kind.plural()).collect();
    format!(
        "The input has every object of this kind, so those that it lacks are gone; may be repeated: {}",
        kinds.join(", ")
    )
}

/// The kinds whose objects a source can be said to have all of.
const COMPLETABLE: [RecordKind; 9] = [
    RecordKind::Label,
    RecordKind::Milestone,
    RecordKind::Issue,
    RecordKind::Comment,
    RecordKind::HistoryEvent,
    RecordKind::Reaction,
    RecordKind::Project,
    RecordKind::Column,
    RecordKind::Card,
];

fn record_kind_parser() -> impl TypedValueParser<Value = RecordKind> {
    let named = |kind: RecordKind| PossibleValue::new(kind.plural()).alias(kind.name());
    PossibleValuesParser::new(COMPLETABLE.map(named)).try_map(|word| {
        let meant = |kind: &RecordKind| kind.plural() == word || kind.name() == word;
        COMPLETABLE.into_iter().find(meant).ok_or("unknown kind")
    })
}

fn kind_parser() -> impl TypedValueParser<Value = Kind> {
    let plural = |name: &str| match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{name}s"),
    };
    let named = move |kind: &Kind| PossibleValue::new(kind.name()).alias(plural(kind.name()));
    PossibleValuesParser::new(Kind::ALL.iter().map(named)).try_map(|word| word.parse())
}

pub(super) fn import(args: &GithubArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(report::FIELDS)?;
    let mapping = args.mapping.read()?;
    // A store that cannot be opened is told at once; none is held while the input is looked through,
    // which can take its time on standard input.
    drop(context.open_to_read()?);
    let mut source = open(&args.path)?;
    let read = source.consumed();
    let progress = Progress::of_bytes(read, source.total_input_bytes(), context.global.quiet);
    progress.stage("looking through");
    let folder = match &args.attachments {
        Some(folder) => folder.clone(),
        None => context.attachments()?,
    };
    let attachments = Attachments::gather(&mut source, &folder)?;
    let mut reader = Reader::open(source, ReadOptions { kind: args.kind })?;
    if attachments.is_some() {
        reader = reader.without_attachments();
    }
    progress.stage("importing");
    let mut store = context.open_to_write()?;
    let done = store.import(&options(args), reader.batches())?;
    let actor = || args.actor.actor();
    let restored = args.restore.run(&store, &done, actor(), mapping.as_ref())?;
    let mapped = match (&restored, &mapping) {
        (Some(restored), _) => restored.mapped(),
        (None, Some(mapping)) => Some(map(&store, &done, mapping, args)?),
        (None, None) => None,
    };
    args.mapping.write(mapping.as_ref())?;
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
    drop((store, progress));
    let exit = exit_of(&done);
    // The files follow what is on disk by now.
    let attachments = match attachments {
        Some(attachments) if args.dry_run => Some(attachments.report().clone()),
        Some(attachments) => Some(attachments.keep()?),
        None => None,
    };
    let exit = match &attachments {
        Some(attachments) if attachments.refused > 0 => Exit::SKIPPED,
        _ => exit,
    };
    let shown = report::Shown {
        report: done,
        restored,
        mapped,
        attachments: attachments.map(|attachments| (folder, attachments)),
        dry_run: args.dry_run,
    };
    match json {
        Some(json) => json.object(&shown, context.out)?,
        None => report::print(&shown, context)?,
    }
    Ok(exit)
}

/// Applies a mapping to what the input stated, as a commit of its own: the input itself is kept as it is, so that
/// it is known again.
fn map(
    store: &Store,
    done: &ImportReport,
    mapping: &Mapping,
    args: &GithubArgs,
) -> Result<report::Mapped> {
    let mut transaction = store.write(args.actor.actor(), "mapping of an import")?;
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

fn open(path: &Path) -> Result<Source> {
    let limits = Limits::default();
    Ok(match is_standard_input(path) {
        true => Source::from_reader(io::stdin().lock(), "standard input", limits)?,
        false => Source::open(path, limits)?,
    })
}

fn options(args: &GithubArgs) -> ImportOptions {
    let source = match is_standard_input(&args.path) {
        true => "standard input".into(),
        false => args.path.to_string_lossy(),
    };
    let mut options = ImportOptions::new("github", source)
        .actor(args.actor.actor())
        .dry_run(args.dry_run)
        .prefer(match args.prefer {
            PreferArg::Ours => Prefer::Ours,
            PreferArg::Theirs => Prefer::Theirs,
        });
    if let Some(name) = args.name.clone().or_else(|| last_part(&args.path)) {
        options = options.name(name);
    }
    if let Some(repository) = &args.repo {
        options = options.repository(repository.clone());
    }
    let options = args.collisions.apply(options);
    args.complete
        .iter()
        .fold(options, |options, kind| options.complete(*kind))
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
