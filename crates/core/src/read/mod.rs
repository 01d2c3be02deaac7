//! Reading: snapshots, and what can be asked of them.

mod board_events;
mod board_undone;
mod cache;
mod comments;
mod detail;
mod done_here;
mod find;
mod happened;
mod history_cache;
mod history_items;
mod history_since;
#[cfg(test)]
mod history_tests;
mod issues;
mod labels;
mod logbook;
mod milestones;
mod pins;
mod projects;
pub(crate) mod rows;
mod snapshot;
mod stats;
mod timeline;
mod untimed;
mod users;

pub(crate) use board_undone::boards_undone;
pub(crate) use cache::Caches;
pub use comments::{CommentDetail, ReactionDetail, Revision};
pub use detail::{IssueDetail, IssueLink};
pub(crate) use done_here::{event_id, for_each_done_here};
pub(crate) use happened::Happened;
pub use history_items::HistoryItem;
pub(crate) use history_items::Listed;
pub use issues::IssueSummary;
pub(crate) use issues::Summaries;
pub use labels::LabelSummary;
pub use logbook::{CommitLog, LogEvent};
pub use milestones::{MilestoneList, MilestoneSort, MilestoneSummary};
pub(crate) use pins::PinnedComment;
pub use projects::{ArchivedFilter, CardDetail, ColumnSummary, ProjectDetail};
pub(crate) use rows::{children, content_rows, for_each_row, rows_of_kind, rows_of_login};
pub use snapshot::{RepositorySummary, Snapshot};
pub use stats::{RepositoryStats, Stats};
pub use timeline::TimelineItem;
pub use users::UserSummary;
