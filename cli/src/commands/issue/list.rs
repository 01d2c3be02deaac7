//! `backlot issue list`

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::str::FromStr;

use backlot_core::{IssueFilter, KindFilter, MilestoneFilter, Named, StateFilter};
use backlot_model::{Direction, SortKey};
use clap::{Args, ValueEnum};

use super::rows::{FIELDS, columns, lines};
use super::unknown;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::text::count;
use crate::repository::RepositoryArgs;

/// List issues and pull requests
///
/// On a terminal the list is a table. Elsewhere each issue is a line of number, state, title, labels, author,
/// comments, created and updated, with tabs between them and nothing cut.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue list
  backlot issue list --state all --label bug --label ui --sort updated
  backlot issue list --milestone 'Release 1.2' --assignee none
  backlot issue list --type pr --author mona --json=number,title")]
pub(crate) struct ListArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    /// Open or closed ones
    #[arg(short, long, default_value = "open")]
    state: StateArg,

    /// Only those with this label (may be repeated: with all of them)
    #[arg(short, long = "label", value_name = "NAME")]
    labels: Vec<String>,

    /// Only those in this milestone: its number, its title, `none` or `any`
    #[arg(short, long, value_name = "MILESTONE", value_parser = milestone)]
    milestone: Option<Named<MilestoneFilter>>,

    /// Only those that this user is assigned to: a login, `none` or `any`
    #[arg(short, long, value_name = "LOGIN", value_parser = named)]
    assignee: Option<Named<String>>,

    /// Only those by this user
    #[arg(short = 'A', long, value_name = "LOGIN")]
    author: Option<String>,

    /// Only those with this text in their title
    #[arg(long, value_name = "TEXT")]
    search_title: Option<String>,

    /// Issues, pull requests, or both
    #[arg(long = "type", value_name = "TYPE", default_value = "all")]
    kind: KindArg,

    /// By what to sort
    #[arg(long, value_name = "KEY", default_value = "created")]
    sort: SortArg,

    /// In which direction to sort
    #[arg(long, value_name = "DIRECTION", default_value = "desc")]
    direction: DirectionArg,

    /// How many to show
    #[arg(short = 'L', long, value_name = "N", default_value = "30")]
    limit: NonZeroUsize,

    /// Which page of this many to show
    #[arg(short, long, value_name = "N", default_value = "1")]
    page: NonZeroUsize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum StateArg {
    Open,
    Closed,
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum KindArg {
    Issue,
    Pr,
    All,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SortArg {
    Created,
    Updated,
    Comments,
    Number,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DirectionArg {
    Asc,
    Desc,
}

fn named(text: &str) -> std::result::Result<Named<String>, Infallible> {
    Ok(match text {
        "any" => Named::Any,
        "none" => Named::None,
        name => Named::Is(name.to_owned()),
    })
}

fn milestone(text: &str) -> std::result::Result<Named<MilestoneFilter>, Infallible> {
    Ok(match named(text)? {
        Named::Any => Named::Any,
        Named::None => Named::None,
        Named::Is(name) => Named::Is(match u64::from_str(&name) {
            Ok(number) => MilestoneFilter::Number(number),
            Err(_) => MilestoneFilter::Title(name),
        }),
    })
}

impl ListArgs {
    fn filter(&self) -> IssueFilter {
        IssueFilter {
            state: match self.state {
                StateArg::Open => StateFilter::Open,
                StateArg::Closed => StateFilter::Closed,
                StateArg::All => StateFilter::All,
            },
            kind: match self.kind {
                KindArg::Issue => KindFilter::Issues,
                KindArg::Pr => KindFilter::PullRequests,
                KindArg::All => KindFilter::All,
            },
            labels: self.labels.clone(),
            milestone: self.milestone.clone(),
            assignee: self.assignee.clone(),
            author: self.author.clone(),
            title: self.search_title.clone(),
            sort: match self.sort {
                SortArg::Created => SortKey::Created,
                SortArg::Updated => SortKey::Updated,
                SortArg::Comments => SortKey::Comments,
                SortArg::Number => SortKey::Number,
            },
            direction: match self.direction {
                DirectionArg::Asc => Direction::Ascending,
                DirectionArg::Desc => Direction::Descending,
            },
            ..IssueFilter::default()
        }
    }
}

pub(super) fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let filter = args.filter();
    let found = snapshot.issues(&repository, &filter)?;
    let issues = found.page(args.page.get(), args.limit.get())?;
    let total = found.total();
    drop(found);
    let unknown = match total {
        0 => unknown::names(&snapshot, &repository, &filter)?,
        _ => Vec::new(),
    };
    drop(snapshot);
    if !context.global.quiet {
        unknown.iter().try_for_each(|note| context.warn(note))?;
    }
    if let Some(json) = json {
        json.array(&issues, context.out)?;
        return Ok(Exit::DONE);
    }
    let matches = count(total as u64, "match", "matches");
    let before = args
        .page
        .get()
        .saturating_sub(1)
        .saturating_mul(args.limit.get());
    context.note(&match issues.len() {
        0 if total == 0 => format!("nothing in {repository} matches"),
        0 => format!("page {} is empty: {matches} in {repository}", args.page),
        all if all == total => format!("{matches} in {repository}\n"),
        some => format!(
            "{} to {} of {matches} in {repository}\n",
            before + 1,
            before + some
        ),
    })?;
    if issues.is_empty() {
        return Ok(Exit::DONE);
    }
    let table = match context.screen.is_terminal() {
        true => columns(&filter, &issues, &context.screen),
        false => lines(&issues, &context.screen),
    };
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milestones_are_numbers_titles_or_words() {
        let parsed = |text| milestone(text).unwrap();
        assert_eq!(parsed("any"), Named::Any);
        assert_eq!(parsed("none"), Named::None);
        assert_eq!(parsed("3"), Named::Is(MilestoneFilter::Number(3)));
        let title = MilestoneFilter::Title("1.2".to_owned());
        assert_eq!(parsed("1.2"), Named::Is(title));
    }
}
