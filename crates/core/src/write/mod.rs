//! Edits: finding what they are about, checking them, appending what they do to the log.

mod access;
mod card;
mod column;
mod comment;
mod delete;
mod dependencies;
mod duplicate;
mod editor;
mod input;
mod input_board;
mod input_label;
mod input_milestone;
mod issue;
mod label;
mod lists;
mod lock;
mod milestone;
mod pin;
mod place;
mod project;
mod reaction;
mod references;
mod repository;
mod repository_edit;
mod sub_issues;
mod transaction;
mod transfer;
mod user;

pub use input::{IssueEdit, NewIssue, SubIssuePlace};
pub use input_board::{CardEdit, CardPlace, ColumnPlace, NewProject, ProjectEdit, ProjectOwner};
pub use input_label::{LabelEdit, NewLabel};
pub use input_milestone::{MilestoneEdit, NewMilestone};
pub use repository::RepositoryWriter;
pub use repository_edit::{NewRepository, RepositoryEdit};
pub use transaction::WriteTransaction;
