//! `backlot search`

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use backlot_core::QueryOptions;
use backlot_model::{Direction, Sort, SortKey};
use clap::Args;

use super::issue::facets;
use super::issue::rows::{FIELDS, Listed, Wanted, columns, lines};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::text::count;
use crate::query;

/// A search that takes longer than this may do with an index.
const LONG: Duration = Duration::from_millis(500);

/// Search the whole store: titles, bodies and comments, in GitHub's search language
///
/// What fits best comes first. On a terminal the list is a table; elsewhere each issue is a line as of `backlot issue
/// list`, with the repository at its end.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot search 'crash on start'
  backlot search 'harbour is:open in:title sort:updated'
  backlot search 'repo:octo/hello \"exact words\" -label:wontfix' --json=number,title")]
pub(crate) struct SearchArgs {
    /// What to look for; several words are one query
    #[arg(value_name = "QUERY", required = true, num_args = 1..)]
    words: Vec<String>,

    /// How many to show
    #[arg(short = 'L', long, value_name = "N", default_value = "30")]
    limit: NonZeroUsize,

    /// Which page of this many to show
    #[arg(short, long, value_name = "N", default_value = "1")]
    page: NonZeroUsize,

    /// Show which index answers which part
    #[arg(long, conflicts_with = "facets")]
    explain: bool,

    /// Show how many match by state, label, milestone, assignee and author
    #[arg(long)]
    facets: bool,
}

pub(crate) fn search(args: &SearchArgs, context: &mut Context<'_>) -> Result<Exit> {
    let query = query::parse(&args.words.join(" "), context)?;
    let sort = Sort {
        key: SortKey::Relevance,
        direction: Direction::Descending,
    };
    let options = query::asked_by_me(QueryOptions::new().sort(sort));
    if args.explain {
        return facets::explain(&query, &|_| Ok(options.clone()), context);
    }
    if args.facets {
        let most = args.limit.get();
        return facets::facets(&query, &|_| Ok(options.clone()), most, context);
    }
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let begun = Instant::now();
    let list = snapshot.query(&query, &options)?;
    let issues = list.page(args.page.get(), args.limit.get())?;
    let total = list.total();
    let took = begun.elapsed();
    drop(list);
    drop(snapshot);
    let issues: Vec<Listed> = issues.into_iter().map(Listed::from).collect();
    if let Some(json) = json {
        json.array(&issues, context.out)?;
        return Ok(Exit::DONE);
    }
    match total {
        0 => context.note("nothing matches")?,
        total => context.note(&format!("{}\n", count(total as u64, "match", "matches")))?,
    }
    let wanted = Wanted {
        states: true,
        repositories: true,
        sort: query.sort.unwrap_or(sort).key,
    };
    if !issues.is_empty() {
        let table = match context.screen.is_terminal() {
            true => columns(wanted, &issues, &context.screen),
            false => lines(wanted, &issues, &context.screen),
        };
        table.print_list(&context.screen, context.out)?;
    }
    if took > LONG {
        context.note("\n`backlot index` may make searches faster")?;
    }
    Ok(Exit::DONE)
}
