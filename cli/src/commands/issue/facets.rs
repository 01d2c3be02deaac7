//! Counts of what matches a query, and how it is answered.

use backlot_core::{Explanation, Facet, Facets, QueryOptions, Snapshot};
use backlot_model::Query;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::style::Style;
use crate::output::table::{Cell, Column, Table};

type Options<'a> = &'a dyn Fn(&Snapshot) -> Result<QueryOptions>;

const FACETS: Fields<Facets> = &[
    ("total", |facets| json!(facets.total)),
    ("open", |facets| json!(facets.open)),
    ("closed", |facets| json!(facets.closed)),
    ("labels", |facets| list(&facets.labels)),
    ("without_label", |facets| json!(facets.without_label)),
    ("milestones", |facets| list(&facets.milestones)),
    ("without_milestone", |facets| {
        json!(facets.without_milestone)
    }),
    ("assignees", |facets| list(&facets.assignees)),
    ("without_assignee", |facets| json!(facets.without_assignee)),
    ("authors", |facets| list(&facets.authors)),
    ("without_author", |facets| json!(facets.without_author)),
];

fn list(facets: &[Facet]) -> Value {
    let facets = facets.iter();
    facets
        .map(|facet| json!({"name": facet.name, "count": facet.count}))
        .collect()
}

const EXPLANATION: Fields<Explanation> = &[
    ("total", |told| json!(told.total)),
    ("left_out", |told| json!(told.left_out)),
    ("repositories", |told| {
        let repositories = told.repositories.iter();
        repositories
            .map(|repository| {
                let steps: Vec<Value> = (repository.steps.iter())
                    .map(|step| {
                        json!({
                            "test": step.test,
                            "served_by": step.served_by.to_string(),
                            "candidates": step.candidates,
                            "estimated": step.estimated,
                            "matches": step.matches,
                        })
                    })
                    .collect();
                json!({
                    "name": repository.name,
                    "issues": repository.issues,
                    "matches": repository.matches,
                    "steps": steps,
                })
            })
            .collect()
    }),
];

/// Shows how many issues match, by what they have.
pub(crate) fn facets(
    query: &Query,
    options: Options<'_>,
    most: usize,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(FACETS)?;
    let snapshot = context.open_to_read()?.read()?;
    let facets = snapshot.facets(query, &options(&snapshot)?, most)?;
    drop(snapshot);
    if let Some(json) = json {
        json.object(&facets, context.out)?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(vec![
        Column::left("BY"),
        Column::main("WHAT"),
        Column::right("COUNT"),
    ]);
    let mut put = |by: &str, what: &str, style, count: u64| {
        table.row(vec![
            Cell::plain(by),
            Cell::new(what, style),
            Cell::number(count),
        ]);
    };
    put("state", "open", Style::Plain, facets.open);
    put("state", "closed", Style::Plain, facets.closed);
    for (by, listed, without) in [
        ("label", &facets.labels, facets.without_label),
        ("milestone", &facets.milestones, facets.without_milestone),
        ("assignee", &facets.assignees, facets.without_assignee),
        ("author", &facets.authors, facets.without_author),
    ] {
        for facet in listed {
            put(by, &facet.name, Style::Cyan, facet.count);
        }
        if without > 0 {
            put(by, "", Style::Dim, without);
        }
    }
    table.print_list(&context.screen, context.out)?;
    Ok(Exit::DONE)
}

/// Shows which index answers which part of a query.
pub(crate) fn explain(
    query: &Query,
    options: Options<'_>,
    context: &mut Context<'_>,
) -> Result<Exit> {
    let json = context.json(EXPLANATION)?;
    let snapshot = context.open_to_read()?.read()?;
    let told = snapshot.explain(query, &options(&snapshot)?)?;
    drop(snapshot);
    if let Some(json) = json {
        json.object(&told, context.out)?;
        return Ok(Exit::DONE);
    }
    let shown = told.to_string();
    let shown = crate::output::text::body(&shown);
    writeln!(context.out, "{}", shown.trim_end())?;
    Ok(Exit::DONE)
}
