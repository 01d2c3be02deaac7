//! New names and texts inside of what is kept in GitHub's own words, for a lookup that maps.

use backlot_model::{Lookup, ViewId};

use super::render::{Context, Renderer};
use crate::shape::in_address;
use backlot_forge::WriteError;
use backlot_forge::bytes::Pieces;
use backlot_forge::renames::{Words, rename};

/// Where GitHub's objects say names and texts.
const WORDS: Words = Words {
    logins: &["login"],
    labels: &["name"],
    texts: &["body"],
    people: |_| None,
    in_address,
};

impl Renderer {
    /// Appends the kept JSON of a key.
    pub(super) fn kept<L: Lookup>(
        &mut self,
        key: &str,
        pieces: Pieces<'_>,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if context.is_kept || !context.lookup.maps() {
            return self.pieces(pieces, context, out);
        }
        let start = out.len();
        context.is_kept = true;
        let done = self.pieces(pieces, context, out);
        context.is_kept = false;
        done?;
        rename(&WORDS, key, start, context.lookup, out);
        Ok(())
    }

    /// Appends an embedded object of which it is not known whose record it shows.
    pub(super) fn unnamed<L: Lookup>(
        &mut self,
        key: &str,
        id: ViewId,
        context: &mut Context<'_, L>,
        out: &mut Vec<u8>,
    ) -> Result<(), WriteError<L::Error>> {
        if context.is_kept || !context.lookup.maps() {
            return self.embedded(id, None, context, out);
        }
        let start = out.len();
        context.is_kept = true;
        let done = self.embedded(id, None, context, out);
        context.is_kept = false;
        done?;
        rename(&WORDS, key, start, context.lookup, out);
        Ok(())
    }
}
