//! `backlot import github`

use std::path::PathBuf;

use backlot_github::{Attachments, Kind, ReadOptions, Reader};
use backlot_model::RecordKind;
use clap::Args;

use super::forge::{self, InputArgs, PreferArg, Rules, RunArgs};
use super::sniff::Forge;
use super::{help, report};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;

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

/// Import GitHub's JSON: a folder, a file, an archive, or standard input
///
/// Read are exports of `backlot export github`, the REST API's objects (one to a line, as arrays, pages, or single
/// answers), the folders of github-backup and github-metadata-backup, migration archives, and the IETF's archive.json;
/// also in zip and tar archives, the latter compressed with zstd or gzip or not at all. It needs no network. The input
/// is compared with what it said last, and only what is new is written, as one commit; an
/// import that fails or is interrupted leaves the store as it was.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = help::long(EXAMPLES, Forge::Github.told().name))]
pub(crate) struct GithubArgs {
    #[command(flatten)]
    input: InputArgs,

    /// What the objects are, where no file name says it
    #[arg(long, value_parser = forge::kind_parser::<Kind>(&kinds()))]
    kind: Option<Kind>,

    /// Name the import [default: the last part of the path]
    #[arg(long)]
    name: Option<String>,

    /// Whose value a field keeps that was changed both here and at GitHub
    #[arg(long, value_name = "WHOSE", default_value = "ours")]
    prefer: PreferArg,

    /// The input has every object of this kind: those it lacks are gone (may be repeated)
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    #[arg(value_parser = forge::record_kind_parser(&COMPLETABLE), help = forge::complete_help(&COMPLETABLE))]
    complete: Vec<RecordKind>,

    /// Keep the attachments of a migration archive in this folder [default: the store's name with
    /// .attachments]
    #[arg(long, value_name = "FOLDER")]
    attachments: Option<PathBuf>,

    #[command(flatten)]
    run: RunArgs,
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.name()).collect()
}

pub(super) fn import(args: &GithubArgs, context: &mut Context<'_>) -> Result<Exit> {
    context.json(report::FIELDS)?;
    let folder = match &args.attachments {
        Some(folder) => folder.clone(),
        None => context.attachments()?,
    };
    let rules = Rules {
        name: args.name.as_deref(),
        prefer: args.prefer,
        complete: &args.complete,
    };
    let mut attachments = None;
    let arguments = (&args.input, &rules, &args.run);
    let mut shown = forge::import(Forge::Github, arguments, context, |mut source| {
        attachments = Attachments::gather(&mut source, &folder)?;
        let mut reader = Reader::open(source, ReadOptions { kind: args.kind })?;
        if attachments.is_some() {
            reader = reader.without_attachments();
        }
        Ok(reader.batches())
    })?;
    // The files follow what is on disk by now.
    let attachments = match attachments {
        Some(attachments) if args.run.dry_run => Some(attachments.report().clone()),
        Some(attachments) => Some(attachments.keep()?),
        None => None,
    };
    shown.attachments = attachments.map(|attachments| (folder, attachments));
    forge::tell(&shown, context)
}
