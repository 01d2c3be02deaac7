//! Local edits: one transaction, one commit.

mod editor;
mod input;
mod issue;
mod references;
mod transaction;

pub use input::{IssueEdit, NewIssue};
pub use transaction::{RepositoryWriter, WriteTransaction};
