//! Reading: snapshots, and what can be asked of them.

mod cache;
mod comments;
mod detail;
mod issues;
mod logbook;
pub(crate) mod rows;
mod snapshot;
mod stats;
mod timeline;

pub(crate) use cache::Caches;
pub use comments::{CommentDetail, ReactionDetail, Revision};
pub use detail::{IssueDetail, IssueLink};
pub use issues::{
    Direction, IssueFilter, IssueList, IssueSort, IssueSummary, KindFilter, MilestoneFilter, Named,
    StateFilter,
};
pub use logbook::{CommitLog, LogEvent};
pub(crate) use rows::{children, for_each_row, rows_of_kind, rows_of_login};
pub use snapshot::{RepositorySummary, Snapshot};
pub use stats::{RepositoryStats, Stats};
pub use timeline::TimelineItem;
