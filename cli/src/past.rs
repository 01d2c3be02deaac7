//! Earlier states of the store.

use backlot_core::{FieldSet, Past, Snapshot};
use backlot_model::{Field, Timestamp};
use clap::Args;
use serde_json::{Value, json};

use crate::moment;

/// Which earlier state is meant, if any.
#[derive(Args, Debug)]
pub(crate) struct PastArgs {
    /// As it was then, as far as that is known; `?` marks what is not certain
    #[arg(long, value_name = "DATE", value_parser = moment::parse, conflicts_with = "as_known")]
    as_of: Option<Timestamp>,

    /// As the store knew it after this commit
    #[arg(long, value_name = "COMMIT")]
    as_known: Option<u64>,
}

impl PastArgs {
    pub(crate) const fn is_given(&self) -> bool {
        self.as_of.is_some() || self.as_known.is_some()
    }

    /// The past that is asked for; none where it is the present.
    pub(crate) fn of<'a>(&self, snapshot: &'a Snapshot) -> Option<Past<'a>> {
        match (self.as_of, self.as_known) {
            (Some(moment), _) => Some(snapshot.as_of(moment)),
            (None, Some(sequence)) => Some(snapshot.as_known(sequence)),
            (None, None) => None,
        }
    }
}

/// The names of fields that are not certain.
pub(crate) fn unknown(fields: FieldSet) -> Value {
    fields.iter().map(|field| json!(field.name())).collect()
}

/// A text with a mark, where its field is not certain.
pub(crate) fn sure(fields: FieldSet, field: Field, text: impl Into<String>) -> String {
    let text = text.into();
    match fields.contains(field) {
        true => format!("{text} ?").trim_start().to_owned(),
        false => text,
    }
}
