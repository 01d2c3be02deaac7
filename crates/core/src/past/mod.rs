//! The past: what the store knew after a commit, what was so at a moment, and what became different.
//!
//! `build` puts together the `life` of a record from the `evidence`: the events of the log, and what the
//! forge tells of an issue's past, over which `walk` goes back. `looking` reads records as they were, and
//! `view`, `list`, `board`, `burn_down`, `diff` and `contradictions` answer with them. Lists are found by the
//! query engine (`crate::query`), which `asking` answers with the names, texts and issues of then.

mod asking;
mod board;
mod build;
mod burn_down;
mod contradictions;
mod diff;
mod evidence;
mod fields;
mod kept;
mod life;
mod list;
mod looking;
mod names;
mod rows;
#[cfg(test)]
mod tests;
mod view;
mod walk;

pub use board::PastColumn;
pub use burn_down::BurnDownPoint;
pub use contradictions::{Contradiction, ContradictionClass, Contradictions};
pub use diff::{Diff, Difference, DifferenceKind, FieldDifference, Point};
pub use fields::FieldSet;
pub use list::{PastList, PastSummary};
pub use view::{Past, PastIssue, PastRecord};
