//! A board as it was.

use backlot_core::{PastRecord, ProjectDetail, Snapshot};
use backlot_model::Field;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::table::{Cell, Column, Table};
use crate::past::{PastArgs, sure, unknown};

struct Then {
    project: ProjectDetail,
    columns: Vec<(PastRecord, Vec<PastCard>)>,
}

struct PastCard {
    then: PastRecord,
    /// The `owner/name#12` of the issue that it shows.
    issue: Option<String>,
}

const FIELDS: Fields<Then> = &[
    ("id", |then| json!(then.project.id.to_string())),
    ("owner", |then| json!(then.project.owner)),
    ("number", |then| json!(then.project.number)),
    ("columns", |then| {
        then.columns.iter().map(column_json).collect()
    }),
];

fn column_json((column, cards): &(PastRecord, Vec<PastCard>)) -> Value {
    let cards: Vec<Value> = (cards.iter())
        .map(|card| {
            json!({
                "id": card.then.record.id().to_string(),
                "note": card.then.record.body(),
                "issue": card.issue,
                "archived": card.then.record.is_archived(),
                "unknown": unknown(card.then.unknown),
            })
        })
        .collect();
    json!({
        "id": column.record.id().to_string(),
        "name": column.record.name(),
        "unknown": unknown(column.unknown),
        "cards": cards,
    })
}

/// Shows the columns and cards that the board had.
pub(super) fn view(
    snapshot: Snapshot,
    args: &PastArgs,
    project: ProjectDetail,
    with_archived: bool,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let past = args.of(&snapshot);
    let board = past.map(|past| past.board(project.id)).transpose()?;
    let mut columns = Vec::new();
    for column in board.into_iter().flatten() {
        let mut cards = Vec::new();
        for then in column.cards {
            if then.record.is_archived() && !with_archived {
                continue;
            }
            let issue = issue_of(&then, &snapshot)?;
            cards.push(PastCard { then, issue });
        }
        columns.push((column.column, cards));
    }
    drop(snapshot);
    let then = Then { project, columns };
    if let Some(json) = json {
        json.object(&then, context.out)?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::flexible("COLUMN"),
        Column::left("ID"),
        Column::left("KIND"),
        Column::main("TEXT"),
    ]);
    for (column, cards) in &then.columns {
        let name = column.record.name().unwrap_or_default();
        for card in cards {
            let record = &card.then.record;
            let (kind, text) = match &card.issue {
                Some(issue) => ("issue", issue.clone()),
                None => ("note", record.body().cloned().unwrap_or_default()),
            };
            let column = sure(column.unknown, Field::Name, name);
            let column = sure(card.then.unknown, Field::Container, column);
            table.row(vec![
                Cell::plain(&column),
                Cell::plain(&record.id().to_string()),
                Cell::plain(kind),
                Cell::plain(&sure(card.then.unknown, Field::Body, text)),
            ]);
        }
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

fn issue_of(then: &PastRecord, snapshot: &Snapshot) -> Result<Option<String>> {
    let issue = match then.record.issue() {
        Some(issue) => snapshot.record(issue)?,
        None => None,
    };
    let Some(issue) = issue else {
        return Ok(None);
    };
    let repository = match issue.repository() {
        Some(repository) => snapshot.login(repository)?,
        None => None,
    };
    let number = issue.number().unwrap_or(0);
    Ok(Some(format!("{}#{number}", repository.unwrap_or_default())))
}
