//! `backlot rebuild`

use backlot_core::RebuildReport;
use serde_json::json;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text::count;

const FIELDS: Fields<RebuildReport> = &[
    ("commits", |report| json!(report.commits)),
    ("events", |report| json!(report.events)),
];

/// What can be done where the log itself is damaged, from which all else follows.
const HOPELESS: &str =
    "`backlot verify` says what is damaged; where it is the log, go back to a copy of the file";

pub(crate) fn rebuild(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let mut store = context
        .open_to_write()
        .map_err(|error| error.if_damaged(HOPELESS))?;
    let report = store
        .rebuild()
        .map_err(|error| Error::from(error).if_damaged(HOPELESS))?;
    // For a while the file held the tables twice.
    store.compact()?;
    drop(store);
    match json {
        Some(json) => json.object(&report, context.out)?,
        None => context.tell(&format!(
            "rebuilt from {} with {}\nrun `backlot verify` to see whether all is sound now",
            count(report.commits, "commit", "commits"),
            count(report.events, "event", "events"),
        ))?,
    }
    Ok(Exit::DONE)
}
