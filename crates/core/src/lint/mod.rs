//! Lint: what a target would refuse, cut or lose of a repository, and putting right what can be without a loss.

mod fix;
mod walk;

pub use fix::{Fixed, LintFixReport};
pub use walk::LintReport;
