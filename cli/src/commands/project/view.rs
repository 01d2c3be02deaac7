//! `backlot project view`

use backlot_core::{ArchivedFilter, CardDetail, ColumnSummary, ProjectDetail};
use clap::Args;
use serde_json::{Value, json};

use super::reference::{OwnerArgs, ProjectRef};
use super::{board, past_board};
use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::past::PastArgs;

/// Show a project board, column by column
///
/// On a wide terminal the columns stand side by side. Elsewhere each card is a line of column, id, kind and text, with
/// tabs between them.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot project view 1
  backlot project view 1 --org octo --archived
  backlot project view 1 --as-of 2025-01-01
  backlot project view 1 --json=name,columns")]
pub(crate) struct ViewArgs {
    /// The number of the board, or its id
    #[arg(value_name = "PROJECT")]
    project: ProjectRef,

    /// With archived cards
    #[arg(long)]
    archived: bool,

    #[command(flatten)]
    past: PastArgs,

    #[command(flatten)]
    owner: OwnerArgs,
}

/// A board with everything on it.
pub(super) struct Board {
    pub(super) project: ProjectDetail,
    pub(super) columns: Vec<(ColumnSummary, Vec<CardDetail>)>,
}

const FIELDS: Fields<Board> = &[
    ("id", |board| json!(board.project.id.to_string())),
    ("owner", |board| json!(board.project.owner)),
    ("number", |board| json!(board.project.number)),
    ("name", |board| json!(board.project.name)),
    ("body", |board| json!(board.project.body)),
    ("state", |board| json!(board.project.state.as_word())),
    ("private", |board| json!(board.project.is_private)),
    ("permission", |board| json!(board.project.permission)),
    ("columns", |board| {
        board.columns.iter().map(column_json).collect()
    }),
];

fn column_json((column, cards): &(ColumnSummary, Vec<CardDetail>)) -> Value {
    json!({
        "id": column.id.to_string(),
        "name": column.name,
        "card_count": column.cards,
        "archived_card_count": column.archived_cards,
        "open_issues": column.open_issues,
        "closed_issues": column.closed_issues,
        "cards": cards.iter().map(card_json).collect::<Vec<_>>(),
    })
}

fn card_json(card: &CardDetail) -> Value {
    let issue = card.issue.as_ref().map(|(repository, issue)| {
        json!({
            "repository": repository,
            "number": issue.number,
            "title": issue.title,
            "state": issue.state.as_word(),
        })
    });
    json!({
        "id": card.id.to_string(),
        "note": card.note,
        "issue": issue,
        "archived": card.is_archived,
        "creator": card.creator,
    })
}

pub(super) fn view(args: &ViewArgs, context: &mut Context<'_>) -> Result<Exit> {
    if args.past.is_given() {
        let snapshot = context.open_to_read()?.read()?;
        let project = args.project.find(&args.owner, &snapshot)?;
        return past_board::view(snapshot, &args.past, project, args.archived, context);
    }
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let project = args.project.find(&args.owner, &snapshot)?;
    let archived = match args.archived {
        true => ArchivedFilter::All,
        false => ArchivedFilter::NotArchived,
    };
    let mut columns = Vec::new();
    for column in snapshot.columns(project.id)? {
        let cards = snapshot.cards(column.id, archived)?;
        columns.push((column, cards));
    }
    drop(snapshot);
    let board = Board { project, columns };
    match json {
        Some(json) => json.object(&board, context.out)?,
        None => board::print(&board, context)?,
    }
    Ok(Exit::DONE)
}
