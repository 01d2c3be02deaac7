//! Full text: an inverted index of titles, bodies and comments in tables of its own, which follows the log at
//! its own pace; what it does not know yet is read from the texts, so that a search finds everything.

mod catch_up;
mod check;
mod document;
mod gather;
mod merge;
mod posting;
mod search;
mod state;
mod tail;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

pub use catch_up::{TextIndexProgress, TextIndexReport};
pub(crate) use check::check_texts;
pub(crate) use document::{Comment, Document};
pub(crate) use search::{TextQuestion, TextSearch};
pub(crate) use tail::TextCache;
