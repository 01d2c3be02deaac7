//! References from texts to issues and people: how they are written, and where they stand in Markdown.

mod defuse;
mod find;
mod html;
mod issue;
mod scan;
#[cfg(test)]
mod tests;

pub(crate) use defuse::{Wrapping, code_mentions};
pub(crate) use find::find_notifying;
pub use find::{Found, find_references, mentions};
pub use issue::{IssueReference, ReferenceError};
