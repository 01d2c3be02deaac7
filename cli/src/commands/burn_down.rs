//! `backlot burn-down`

use std::time::Duration;

use backlot_core::BurnDownPoint;
use backlot_model::Timestamp;
use clap::Args;
use serde_json::json;

use super::milestone::MilestoneRef;
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::moment;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};
use crate::repository::RepositoryArgs;

/// How wide the widest bar is.
const BAR: u64 = 40;

/// Show how many issues of a milestone were open and closed, day by day
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot burn-down 3
  backlot burn-down 'Release 1.2' --from 2026-01-01 --to 2026-03-01 --step 7
  backlot burn-down 3 --json=at,open")]
pub(crate) struct BurnDownArgs {
    /// The milestone: its number or its title
    milestone: MilestoneRef,

    /// From when; without it, from the milestone's creation
    #[arg(long, value_name = "DATE", value_parser = moment::parse)]
    from: Option<Timestamp>,

    /// Until when; without it, until it was closed, or now
    #[arg(long, value_name = "DATE", value_parser = moment::parse)]
    to: Option<Timestamp>,

    /// How many days lie between two points; without it, as many as make 30 points at most
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=3660))]
    step: Option<u64>,

    #[command(flatten)]
    repository: RepositoryArgs,
}

const FIELDS: Fields<BurnDownPoint> = &[
    ("at", |point| json!(point.at.to_string())),
    ("open", |point| json!(point.open)),
    ("closed", |point| json!(point.closed)),
    ("uncertain", |point| json!(point.uncertain)),
];

const DAY: i64 = 86_400_000;

pub(crate) fn burn_down(args: &BurnDownArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    let milestone = args.milestone.find(&repository, &snapshot)?;
    let now = context.screen.now;
    let to = args.to.or(milestone.closed_at).unwrap_or(now);
    let from = args.from.or(milestone.created_at).unwrap_or(to);
    let days = (to.unix_milliseconds() - from.unix_milliseconds()).max(0) / DAY;
    let step = args.step.unwrap_or(days.unsigned_abs() / 30 + 1);
    let step = Duration::from_secs(step * 86_400);
    let points = snapshot
        .as_of(now)
        .burn_down(&repository, milestone.number, from, to, step)?;
    drop(snapshot);
    if let Some(json) = json {
        json.array(&points, context.out)?;
        return Ok(Exit::DONE);
    }
    let most = points.iter().map(|point| point.open + point.closed).max();
    let most = most.unwrap_or(0).max(1);
    let is_terminal = context.screen.is_terminal();
    let mut columns = vec![
        Column::left("AT"),
        Column::right("OPEN"),
        Column::right("CLOSED"),
        Column::left("UNCERTAIN"),
    ];
    columns.extend(is_terminal.then(|| Column::main("")));
    let mut table = Table::new(columns);
    for point in &points {
        let at = point.at.to_string();
        let day = at.split('T').next().unwrap_or(&at);
        let uncertain = match (point.uncertain, is_terminal) {
            (0, true) => String::new(),
            (number, true) => format!("{number} ?"),
            (number, false) => number.to_string(),
        };
        let mut cells = vec![
            Cell::plain(if is_terminal { day } else { &at }),
            Cell::number(point.open),
            Cell::number(point.closed),
            Cell::plain(&uncertain),
        ];
        let bar = usize::try_from(point.open * BAR.min(most) / most).unwrap_or(0);
        cells.extend(is_terminal.then(|| Cell::new(&"#".repeat(bar), Style::Green)));
        table.row(cells);
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}
