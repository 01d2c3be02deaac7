//! JSON that is kept as it came, with the objects in it that come again and again kept only once.

use backlot_forge::cache::Cache;
use backlot_forge::json::Fault;
use backlot_forge::keep::{self, Inside, Keeper};
use backlot_model::{Incoming, IncomingEmbedded};

use super::intake::{Around, Intake};
use crate::shape::{Embedded, Form};

impl Intake {
    /// Keeps a text.
    pub(super) fn keep(
        &mut self,
        raw: &str,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        keep::keep(
            &mut Kept {
                intake: self,
                around,
            },
            raw,
            out,
        )
    }

    /// Keeps a text once for all that have the same.
    pub(super) fn share(
        &mut self,
        raw: &str,
        around: &Around<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        keep::share(
            &mut Kept {
                intake: self,
                around,
            },
            raw,
            out,
        )
    }
}

/// What is kept of an object, and where that object stands.
struct Kept<'k, 't> {
    intake: &'k mut Intake,
    around: &'k Around<'t>,
}

impl Keeper for Kept<'_, '_> {
    const WORTH_IT: usize = 120;
    const SORTS: bool = true;

    fn cache(&mut self) -> &mut Cache {
        &mut self.intake.cache
    }

    fn begin(out: &mut Vec<u8>) {
        Embedded::begin_raw(out);
    }

    fn hand_on(&mut self, embedded: IncomingEmbedded) {
        self.intake.out.push(Incoming::Embedded(Box::new(embedded)));
    }

    fn inside(&mut self, key: &str, raw: &str) -> Result<Inside, Fault> {
        let is_user = matches!(
            key,
            "user" | "owner" | "creator" | "assignee" | "author" | "updated_user" | ""
        );
        if is_user
            && raw.contains("\"login\"")
            && let Some(id) = self.intake.embed(Form::User, raw, self.around)?
        {
            return Ok(Inside::Named(id));
        }
        Ok(
            if matches!(key, "repository" | "project" | "namespace" | "enterprise") {
                Inside::Shared
            } else {
                Inside::Other
            },
        )
    }
}
