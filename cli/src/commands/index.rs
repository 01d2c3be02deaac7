//! `backlot index`

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backlot_core::TextIndexReport;
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text::count;
use crate::progress::Progress;

/// Bring the index of texts up to date, which makes searches faster
///
/// Searches find everything without it, too. Stopped halfway, it goes on where it was.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot index
  backlot index --json")]
pub(crate) struct IndexArgs {}

const FIELDS: Fields<TextIndexReport> = &[
    ("issues", |report| json!(report.issues)),
    ("complete", |report| json!(report.is_complete)),
];

pub(crate) fn index(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let done = Arc::new(AtomicU64::new(0));
    let progress = Progress::of_objects(Arc::clone(&done), context.global.quiet);
    progress.stage("indexing");
    let store = context.open_to_write()?;
    let report = store.index_texts(&mut |progress| {
        done.store(progress.done, Ordering::Relaxed);
        ControlFlow::Continue(())
    })?;
    drop(store);
    drop(progress);
    match json {
        Some(json) => json.object(&report, context.out)?,
        None => context.tell(&format!(
            "indexed the texts of {}",
            count(report.issues, "issue", "issues")
        ))?,
    }
    Ok(Exit::DONE)
}
