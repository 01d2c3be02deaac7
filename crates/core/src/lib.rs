//! The Backlot store.
#![forbid(unsafe_code)]

mod codec;
mod derive;
mod environment;
mod error;
mod export;
mod import;
mod maintain;
mod read;
mod store;
mod write;

pub use environment::{Environment, SeededEnvironment, SystemEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use export::SnapshotLookup;
pub use import::{ConflictReport, ImportError, ImportOptions, ImportReport, Renumbered};
pub use maintain::{Problem, RebuildReport, TableCheck, VerifyReport};
pub use read::{
    CommitLog, Direction, IssueDetail, IssueFilter, IssueList, IssueSort, IssueSummary, KindFilter,
    LogEvent, MilestoneFilter, Named, RepositoryStats, RepositorySummary, Snapshot, StateFilter,
    Stats, TimelineItem,
};
pub use store::{Store, StoreOptions};
pub use write::{IssueEdit, NewIssue, RepositoryWriter, WriteTransaction};
