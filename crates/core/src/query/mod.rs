//! Queries: which issues match, in which order, a page at a time, and how it was found out.
//!
//! A query becomes a plan for each repository that can match (`plan`), the plan a set of places in that
//! repository's index (`evaluate`, `index`, `segment`), and the sets of all repositories one list that is
//! read in order, by page or from a cursor (`list`, `order`).

mod cursor;
mod evaluate;
mod explain;
mod facets;
mod filter;
mod inbox;
mod index;
mod list;
mod names;
mod options;
mod order;
mod plan;
mod segment;
mod text_source;

#[cfg(test)]
mod tests;

pub use cursor::{Cursor, InvalidCursor};
pub use explain::{ExplainedOrder, ExplainedRepository, ExplainedStep, Explanation, ServedBy};
pub use facets::{Facet, Facets};
pub(crate) use filter::check_milestone;
pub use filter::{IssueFilter, KindFilter, MilestoneFilter, Named, Paging, StateFilter};
pub use inbox::{InboxFilter, InboxKind, InboxScope};
pub(crate) use index::Index;
pub use list::IssueList;
pub(crate) use list::{Asked, Found, Sources, find, names_repositories};
pub(crate) use names::Names;
pub use options::QueryOptions;
pub(crate) use text_source::{TextSource, rank};
