//! Import: comparing what a source states with what it stated last, and writing the differences as one
//! commit.

mod board;
mod embedded;
mod options;
mod own_history;
mod record;
mod repository;
mod session;
mod withdraw;

pub use options::{ConflictReport, ImportError, ImportOptions, ImportReport, Renumbered};
pub(crate) use session::next_number;
