//! `backlot timeline`

use clap::Args;

use super::issue::reference::IssueRef;
use super::issue::{TIMELINE, print_item};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::table::{Cell, Column, Table};
use crate::repository::RepositoryArgs;

/// Show what happened to an issue: what its forge tells, and what was done here
///
/// Elsewhere than on a terminal, each entry is a line of moment, actor, event and what was said, with tabs between
/// them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot timeline 12
  backlot timeline 12 --json=event,actor,created_at")]
pub(crate) struct TimelineArgs {
    /// The number of the issue, or its address
    #[arg(value_name = "ISSUE")]
    issue: IssueRef,

    #[command(flatten)]
    repository: RepositoryArgs,
}

pub(crate) fn timeline(args: &TimelineArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(TIMELINE)?;
    let snapshot = context.open_to_read()?.read()?;
    let (_, issue) = args.issue.find(&args.repository, &snapshot, context)?;
    let items = snapshot.timeline(&issue)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&items, context.out)?;
        return Ok(Exit::DONE);
    }
    if items.is_empty() {
        context.note("nothing happened to it yet")?;
    }
    if context.screen.is_terminal() {
        for item in &items {
            print_item(item, context)?;
        }
        return Ok(Exit::DONE);
    }
    let heads = ["at", "actor", "event", "said"];
    let mut table = Table::new(heads.map(Column::left).into());
    for item in &items {
        let event = item.record.event().unwrap_or("commented");
        let said = match item.record.event() {
            Some(_) => super::issue::events::sentence(item),
            None => item.record.body().cloned().unwrap_or_default(),
        };
        table.row(vec![
            Cell::plain(&context.screen.time(item.at)),
            Cell::plain(item.actor.as_deref().unwrap_or_default()),
            Cell::plain(event),
            Cell::plain(&said),
        ]);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}
