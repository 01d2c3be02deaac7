//! Undo and redo: what a commit did is taken back, or done again, by another commit.
//!
//! Of a chain of undos only the commit at its root counts: to undo it an odd number of times is to undo it,
//! to undo it an even number of times is to do it again. Undoing goes record by record: what the record was
//! before and after the commit comes from its own events, and only what the commit made different is made
//! as it was.

mod again;
mod back;
mod fields;
mod obstacle;
mod past;
mod report;
mod run;
mod scan;
mod standing;

pub use obstacle::Obstacle;
pub use report::UndoReport;
