//! Losses, as a person is told of them.

use std::collections::BTreeMap;

use backlot_convert::LossGroup;
use backlot_model::LossKind;
use serde_json::{Map, Value, json};

use crate::output::table::{Cell, Column, Table};
use crate::output::text;

/// How many losses of each kind there are; nothing where there are none.
pub(crate) fn counted(losses: &BTreeMap<LossKind, u64>) -> Option<String> {
    let told: Vec<String> = losses
        .iter()
        .filter(|(_, number)| **number > 0)
        .map(|(kind, number)| format!("{number} {}", kind.name()))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// The same for programs.
pub(crate) fn json(losses: &BTreeMap<LossKind, u64>) -> Value {
    let counts = losses.iter();
    let counts = counts.map(|(kind, number)| (kind.name().to_owned(), json!(number)));
    Value::Object(counts.collect::<Map<_, _>>())
}

/// A row for each field of each kind of record that was lost in the same way for the same reason.
pub(crate) fn table<'l>(losses: impl IntoIterator<Item = (&'l LossGroup, &'l u64)>) -> Table {
    let mut table = Table::new(vec![
        Column::left("loss"),
        Column::left("of"),
        Column::left("field"),
        Column::right("number"),
        Column::main("why"),
    ]);
    for (group, number) in losses {
        table.row(vec![
            Cell::plain(group.kind.name()),
            Cell::plain(group.record_kind.plural()),
            Cell::plain(&text::line(&group.field)),
            Cell::number(*number),
            Cell::plain(&text::line(&group.reason)),
        ]);
    }
    table
}
