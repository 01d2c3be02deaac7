//! Keeping a store sound: rebuilding what is derived from the log, and verifying it all.

mod rebuild;
mod replay;
mod verify;

pub use rebuild::RebuildReport;
pub use verify::{Problem, TableCheck, VerifyReport};
