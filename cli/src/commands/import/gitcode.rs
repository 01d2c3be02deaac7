//! `backlot import gitcode`

use backlot_gitcode::{Kind, ReadOptions, Reader};
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
  backlot import gitcode backup/                    a folder
  backlot import gitcode octo-hello.tar.zst         an archive; or octo-hello.zip
  curl 'https://api.gitcode.com/api/v5/repos/octo/hello/issues?state=all&per_page=100' |
    backlot import gitcode -                        one answer; its keys say what it is
  backlot import gitcode logs.json --kind operate-log --repo octo/hello
  backlot import gitcode backup/ --dry-run          see what it would do
  backlot import gitcode backup/ --complete issues  issues that it does not have are gone
  backlot import gitcode backup/ --map people.toml  under other names here
  backlot import gitcode backup/ --restore-carried   with what footers below its texts carry";

/// The kinds whose objects a source can be said to have all of.
const COMPLETABLE: [RecordKind; 6] = [
    RecordKind::Label,
    RecordKind::Milestone,
    RecordKind::Issue,
    RecordKind::Comment,
    RecordKind::HistoryEvent,
    RecordKind::Reaction,
];

/// Import GitCode's JSON: a folder, a file, an archive, or standard input
///
/// Read are exports of `backlot export gitcode`, and the objects of GitCode's API v5 (one to a line, as arrays, pages,
/// or single answers) as it gives them and as its documentation shows them; also in zip and tar archives, the latter
/// compressed with zstd or gzip or not at all. It needs no network. The input is compared with what it said last, and
/// only what is new is written, as one commit; an import that fails or is interrupted leaves the store as it was.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = help::long(EXAMPLES, Forge::Gitcode.told().name))]
pub(crate) struct GitcodeArgs {
    #[command(flatten)]
    input: InputArgs,

    /// What the objects are, where no file name says it
    #[arg(long, value_parser = forge::kind_parser::<Kind>(&kinds()))]
    kind: Option<Kind>,

    /// Name the import [default: the last part of the path]
    #[arg(long)]
    name: Option<String>,

    /// Whose value a field keeps that was changed both here and at GitCode
    #[arg(long, value_name = "WHOSE", default_value = "ours")]
    prefer: PreferArg,

    /// The input has every object of this kind: those it lacks are gone (may be repeated)
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    #[arg(value_parser = forge::record_kind_parser(&COMPLETABLE), help = forge::complete_help(&COMPLETABLE))]
    complete: Vec<RecordKind>,

    #[command(flatten)]
    run: RunArgs,
}

fn kinds() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.name()).collect()
}

pub(super) fn import(args: &GitcodeArgs, context: &mut Context<'_>) -> Result<Exit> {
    context.json(report::FIELDS)?;
    let rules = Rules {
        name: args.name.as_deref(),
        prefer: args.prefer,
        complete: &args.complete,
    };
    let arguments = (&args.input, &rules, &args.run);
    let shown = forge::import(Forge::Gitcode, arguments, context, |source| {
        Ok(Reader::open(source, ReadOptions { kind: args.kind })?.batches())
    })?;
    forge::tell(&shown, context)
}
