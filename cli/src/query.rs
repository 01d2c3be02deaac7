//! Queries as a user writes them.

use backlot_core::QueryOptions;
use backlot_model::{ParseOptions, Query};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::repository::me;

/// Reads a query; an error points at the word that is wrong.
pub(crate) fn parse(text: &str, context: &Context<'_>) -> Result<Query> {
    let options = ParseOptions {
        me: me(),
        now: Some(context.screen.now),
    };
    Query::parse(text, &options).map_err(|error| {
        let pointed = error.pointing_at(text).to_string();
        let told = pointed
            .lines()
            .take(2)
            .fold(Error::usage(error.message()), Error::item);
        match error.what_would_be_right() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    })
}

/// The options with who `@me` is.
pub(crate) fn asked_by_me(options: QueryOptions) -> QueryOptions {
    match me() {
        Some(login) => options.viewer(login),
        None => options,
    }
}
