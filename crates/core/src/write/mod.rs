//! Local edits: one transaction, one commit.

mod editor;
mod input;
mod issue;
mod transaction;

pub use input::{IssueEdit, NewIssue};
pub use transaction::{RepositoryWriter, WriteTransaction};
