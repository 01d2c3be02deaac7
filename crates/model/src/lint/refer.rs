//! What becomes of the references in a text.

use super::check::Around;
use crate::reference::{Found, find_references};

/// What a text refers to, each as it is written, by what becomes of it.
#[derive(Debug, Default)]
pub(super) struct References {
    pub(super) mentions: Vec<String>,
    pub(super) rebinding: Vec<String>,
    pub(super) to_source: Vec<String>,
    pub(super) elsewhere: Vec<String>,
}

impl References {
    /// Those of a Markdown text.
    /// With `are_numbers_kept`, an issue has its number at the target too.
    pub(super) fn of(text: &str, around: &Around, are_numbers_kept: bool) -> Self {
        let mut references = Self::default();
        for found in find_references(text) {
            let written = text.get(found.span().clone()).unwrap_or_default();
            let (kind, told) = match &found {
                Found::Mention { .. } => (&mut references.mentions, written.to_owned()),
                Found::Issue {
                    reference, host, ..
                } => match &reference.repository {
                    Some(name) if around.is_source(name, host.as_deref()) => {
                        (&mut references.to_source, written.to_owned())
                    }
                    Some(_) => (&mut references.elsewhere, written.to_owned()),
                    None => match around.numbers.place(reference.number) {
                        Some(place) if are_numbers_kept || place == reference.number => continue,
                        Some(place) => {
                            let told = format!("{written} (becomes #{place})");
                            (&mut references.rebinding, told)
                        }
                        None => {
                            let told = format!("{written} (no issue here)");
                            (&mut references.rebinding, told)
                        }
                    },
                },
            };
            if !kind.contains(&told) {
                kind.push(told);
            }
        }
        references
    }
}
