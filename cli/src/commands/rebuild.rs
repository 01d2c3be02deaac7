//! `backlot rebuild`

use backlot_core::RebuildReport;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text::count;

const FIELDS: Fields<RebuildReport> = &[
    ("commits", |report| json!(report.commits)),
    ("events", |report| json!(report.events)),
];

pub(crate) fn rebuild(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let mut store = context.open_to_write()?;
    let report = store.rebuild()?;
    // For a while the file held the tables twice.
    store.compact()?;
    drop(store);
    match json {
        Some(json) => json.object(&report, context.out)?,
        None => context.tell(&format!(
            "rebuilt from {} with {}",
            count(report.commits, "commit", "commits"),
            count(report.events, "event", "events"),
        ))?,
    }
    Ok(Exit::DONE)
}
