//! `backlot lint`

mod fix;
mod show;

use backlot_core::QueryOptions;
use backlot_model::Query;
use backlot_model::lint::{Code, Target};
use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::query;
use crate::repository::{ActorArgs, RepositoryArgs};

/// List what a target would refuse, cut or lose, before anything is sent
///
/// Every finding has a code, which docs/lint.md explains, what the target says, and what would put it right. An error
/// is refused by the target, a warning is cut or changed, a note is lost or good to know. With --fix, what can be put
/// right without a loss is, in one commit that `backlot undo` takes back. Ends with code 10 when there are errors, or
/// when --fix left some.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot lint --for github                      everything
  backlot lint --for github --summary            how much of what
  backlot lint --for gitcode 'is:open'           open issues and their comments
  backlot lint --for github --code body-too-long --json=number,there
  backlot lint --for github --dry-run            what --fix would do
  backlot lint --for github --fix
  backlot undo                                   take that back")]
pub(crate) struct LintArgs {
    /// Only the issues that match, and their comments; several words are one query
    #[arg(value_name = "QUERY")]
    words: Vec<String>,

    /// Where the backlog is to be sent
    #[arg(long = "for", value_name = "TARGET")]
    target: TargetName,

    /// Only findings of this code (may be repeated)
    #[arg(long = "code", value_name = "CODE", value_parser = code)]
    codes: Vec<Code>,

    /// Show how many findings there are of each code, and not the findings
    #[arg(long)]
    summary: bool,

    /// Put right what can be without a loss, in one commit
    #[arg(long, conflicts_with = "summary")]
    fix: bool,

    /// Show what --fix would do, and write nothing
    #[arg(long, conflicts_with = "summary")]
    dry_run: bool,

    #[command(flatten)]
    repository: RepositoryArgs,

    #[command(flatten)]
    actor: ActorArgs,
}

/// The targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TargetName {
    /// GitHub's REST API, request by request
    Github,
    /// GitHub's import API for whole issues
    GithubImportApi,
    /// GitCode's API
    Gitcode,
}

impl TargetName {
    fn target(self) -> Target {
        let [rest, import] = backlot_github::lint_targets();
        match self {
            Self::Github => rest,
            Self::GithubImportApi => import,
            Self::Gitcode => backlot_gitcode::lint_target(),
        }
    }
}

fn code(text: &str) -> std::result::Result<Code, &'static str> {
    Code::from_name(text).ok_or("there is no such code; docs/lint.md lists them")
}

/// The query that was given, if one was.
type Wanted = Option<(Query, QueryOptions)>;

pub(crate) fn lint(args: &LintArgs, context: &mut Context<'_>) -> Result<Exit> {
    let mut target = args.target.target();
    if !args.codes.is_empty() {
        target = target.only(&args.codes);
    }
    let wanted = match args.words.as_slice() {
        [] => None,
        words => {
            let query = query::parse(&words.join(" "), context)?;
            Some((query, query::asked_by_me(QueryOptions::new())))
        }
    };
    match args.fix || args.dry_run {
        true => fix::fix(args, &target, &wanted, context),
        false => show::show(args, &target, &wanted, context),
    }
}
