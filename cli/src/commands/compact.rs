//! `backlot compact`

use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text::bytes;

struct Sizes {
    before: u64,
    after: u64,
}

const FIELDS: Fields<Sizes> = &[
    ("bytes_before", |sizes| json!(sizes.before)),
    ("bytes_after", |sizes| json!(sizes.after)),
];

pub(crate) fn compact(context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let mut store = context.open_to_write()?;
    let path = store.path().to_owned();
    let size = || std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    let before = size();
    store.compact()?;
    drop(store);
    let sizes = Sizes {
        before,
        after: size(),
    };
    match json {
        Some(json) => json.object(&sizes, context.out)?,
        None => context.tell(&format!(
            "was {}, is {}",
            bytes(sizes.before),
            bytes(sizes.after)
        ))?,
    }
    Ok(Exit::DONE)
}
