//! Local edits: one transaction, one commit.

mod comment;
mod delete;
mod dependencies;
mod duplicate;
mod editor;
mod input;
mod issue;
mod lists;
mod lock;
mod pin;
mod reaction;
mod references;
mod repository;
mod sub_issues;
mod transaction;
mod transfer;

pub use input::{IssueEdit, NewIssue, SubIssuePlace};
pub use repository::RepositoryWriter;
pub use transaction::WriteTransaction;
