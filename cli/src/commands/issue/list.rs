//! `backlot issue list`

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::str::FromStr;

use backlot_core::{
    Cursor, IssueFilter, KindFilter, MilestoneFilter, Named, QueryOptions, Snapshot, StateFilter,
};
use backlot_model::{Condition, Direction, Query, RepositoryName, Sort, SortKey, Timestamp};
use clap::{Args, ValueEnum};

use super::rows::{FIELDS, Listed, Wanted, columns, lines};
use super::{facets, unknown};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::moment;
use crate::output::text::count;
use crate::past::PastArgs;
use crate::query;
use crate::repository::RepositoryArgs;

/// List issues and pull requests
///
/// On a terminal the list is a table. Elsewhere each issue is a line of number, state, title, labels, author,
/// comments, created and updated, with tabs between them and nothing cut.
///
/// A query is written in GitHub's search language. It is asked of issues and pull requests, open and closed, unless it
/// says otherwise.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot issue list
  backlot issue list --state all --label bug --label ui --sort updated
  backlot issue list --milestone 'Release 1.2' --assignee none
  backlot issue list --type pr --author mona --json=number,title
  backlot issue list 'is:open label:bug -label:wontfix sort:updated-desc'
  backlot issue list 'crash in:title' --facets
  backlot issue list --as-of 2025-01-01")]
pub(crate) struct ListArgs {
    /// What to look for, such as 'is:open label:bug'
    #[arg(value_name = "QUERY")]
    query: Option<String>,

    #[command(flatten)]
    repository: RepositoryArgs,

    /// Open or closed ones; without it, open ones, or all where there is a query
    #[arg(short, long)]
    state: Option<StateArg>,

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

    /// Only those that mention this user
    #[arg(long, value_name = "LOGIN")]
    mentioned: Option<String>,

    /// Only those of this type: its name, `none` or `any`
    #[arg(long, value_name = "NAME", value_parser = named)]
    issue_type: Option<Named<String>>,

    /// Only those that were changed then or later
    #[arg(long, value_name = "DATE", value_parser = moment::parse)]
    since: Option<Timestamp>,

    /// Only those with this text in their title
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["query", "explain", "facets"])]
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

    /// Go on behind the cursor that the page before ended with, or `start`; only with --json, which then prints an
    /// object of `issues` and `next`
    #[arg(long, value_name = "CURSOR", conflicts_with = "page")]
    after: Option<String>,

    /// Show which index answers which part
    #[arg(long, conflicts_with_all = ["after", "facets"])]
    explain: bool,

    /// Show how many match by state, label, milestone, assignee and author
    #[arg(long, conflicts_with = "after")]
    facets: bool,

    #[command(flatten)]
    past: PastArgs,
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
    Reactions,
    Interactions,
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
            state: match (self.state, &self.query) {
                (Some(StateArg::Open), _) | (None, None) => StateFilter::Open,
                (Some(StateArg::Closed), _) => StateFilter::Closed,
                (Some(StateArg::All), _) | (None, Some(_)) => StateFilter::All,
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
            mentioned: self.mentioned.clone(),
            issue_type: self.issue_type.clone(),
            since: self.since,
            title: self.search_title.clone(),
            sort: match self.sort {
                SortArg::Created => SortKey::Created,
                SortArg::Updated => SortKey::Updated,
                SortArg::Comments => SortKey::Comments,
                SortArg::Reactions => SortKey::Reactions,
                SortArg::Interactions => SortKey::Interactions,
                SortArg::Number => SortKey::Number,
            },
            direction: match self.direction {
                DirectionArg::Asc => Direction::Ascending,
                DirectionArg::Desc => Direction::Descending,
            },
        }
    }

    /// What is asked: the query and the options together.
    fn query(&self, filter: &IssueFilter, context: &Context<'_>) -> Result<Query> {
        let options = filter.to_query();
        let Some(text) = &self.query else {
            return Ok(options);
        };
        let asked = query::parse(text, context)?;
        Ok(Query {
            condition: Condition::All(vec![options.condition, asked.condition]),
            sort: asked.sort.or(options.sort),
        })
    }
}

/// Fields that were meant for `--json`, but stand apart from it, look like a query.
fn not_fields(text: &str) -> Result<()> {
    let is_field = |name: &str| FIELDS.iter().any(|(known, _)| *known == name);
    match text.contains(',') && text.split(',').all(is_field) {
        true => Err(Error::usage(format!("`{text}` is no query"))
            .hint(format!("fields are written with `=`: --json={text}"))),
        false => Ok(()),
    }
}

/// The issues that were found, and how many there are in all.
struct Found {
    issues: Vec<Listed>,
    total: usize,
    next: Option<Cursor>,
}

pub(super) fn list(args: &ListArgs, context: &mut Context<'_>) -> Result<Exit> {
    if let (Some(text), Some(_)) = (&args.query, &context.global.json) {
        not_fields(text)?;
    }
    let filter = args.filter();
    let query = args.query(&filter, context)?;
    let options = |repository: &RepositoryName| {
        let options = QueryOptions::new().repository(repository.clone());
        query::asked_by_me(options)
    };
    if args.explain || args.facets {
        if args.past.is_given() {
            return Err(Error::usage(
                "`--explain` and `--facets` tell of the present only",
            ));
        }
        let options = |snapshot: &Snapshot| Ok(options(&args.repository.resolve(snapshot)?));
        return match args.explain {
            true => facets::explain(&query, &options, context),
            false => facets::facets(&query, &options, args.limit.get(), context),
        };
    }
    let json = context.json(FIELDS)?;
    let cursor = match (args.after.as_deref(), &json) {
        (None, _) => None,
        (Some(_), None) => {
            return Err(Error::usage("`--after` is for programs: it needs --json"));
        }
        (Some("start"), _) => Some(None),
        (Some(text), _) => Some(Some(text.parse::<Cursor>().map_err(|_| {
            Error::usage("this is no cursor").hint(
                "`--after start` begins; each page ends with the cursor of the next one, as `next`",
            )
        })?)),
    };
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let found = match (args.past.of(&snapshot), &cursor) {
        (Some(_), Some(_)) => {
            return Err(Error::usage("`--after` reads on in the present only"));
        }
        (Some(past), None) => {
            let mut list = match &args.query {
                Some(_) => past.query(&query, &options(&repository))?,
                None => past.issues(&repository, &filter)?,
            };
            let issues = list.page(args.page.get(), args.limit.get())?.into_iter();
            let issues = issues.map(|past| Listed {
                summary: past.summary,
                unknown: Some(past.unknown),
            });
            Found {
                issues: issues.collect(),
                total: list.total(),
                next: None,
            }
        }
        (None, cursor) => {
            let list = match &args.query {
                Some(_) => snapshot.query(&query, &options(&repository))?,
                None => snapshot.issues(&repository, &filter)?,
            };
            let (issues, next) = match cursor {
                Some(cursor) => list.after(cursor.as_ref(), args.limit.get())?,
                None => (list.page(args.page.get(), args.limit.get())?, None),
            };
            Found {
                issues: issues.into_iter().map(Listed::from).collect(),
                total: list.total(),
                next,
            }
        }
    };
    let unknown = match found.total {
        0 if args.query.is_none() && !args.past.is_given() => {
            unknown::names(&snapshot, &repository, &filter)?
        }
        _ => Vec::new(),
    };
    drop(snapshot);
    if !context.global.quiet {
        unknown.iter().try_for_each(|note| context.warn(note))?;
    }
    if let Some(json) = json {
        if cursor.is_none() {
            json.array(&found.issues, context.out)?;
            return Ok(Exit::DONE);
        }
        let mut issues = Vec::new();
        json.array(&found.issues, &mut issues)?;
        let issues = String::from_utf8_lossy(&issues);
        let next = serde_json::json!(found.next.map(|cursor| cursor.to_string()));
        writeln!(
            context.out,
            "{{\"issues\":{},\"next\":{next}}}",
            issues.trim_end()
        )?;
        return Ok(Exit::DONE);
    }
    let sort = query.sort.unwrap_or(Sort {
        key: filter.sort,
        direction: filter.direction,
    });
    let wanted = Wanted {
        states: filter.state == StateFilter::All,
        repositories: (found.issues.iter())
            .any(|issue| !issue.repository.eq_ignore_ascii_case(repository.as_str())),
        sort: sort.key,
    };
    print(&found, wanted, repository.as_str(), args, context)
}

fn print(
    found: &Found,
    wanted: Wanted,
    repository: &str,
    args: &ListArgs,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let (issues, total) = (&found.issues, found.total);
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
        true => columns(wanted, issues, &context.screen),
        false => lines(wanted, issues, &context.screen),
    };
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_no_query() {
        for (text, is_query) in [("number,title", false), ("title", true), ("a,b", true)] {
            assert_eq!(not_fields(text).is_ok(), is_query, "{text}");
        }
    }

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
