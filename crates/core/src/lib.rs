//! The Backlot store: a whole backlog in one file, with a log of everything that happened to it.
//!
//! A [`Store`] is one file, embedded in the program that opens it. What it holds is read through a
//! [`Snapshot`], which never changes and never blocks a writer, and changed through a
//! [`WriteTransaction`], which becomes one commit or nothing. What a forge says comes in through
//! [`Store::import`] and goes out through [`Snapshot::export`]; the forges' formats are in crates of
//! their own, such as `backlot-github`, which meet the store only in the values of `backlot-model`.
//!
//! ```
//! use backlot_core::{IssueEdit, IssueFilter, NewIssue, Store};
//! use backlot_model::{Actor, State, StateReason};
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("work.backlot");
//! let store = Store::create(&path)?;
//!
//! // One transaction, one commit: all of it is on disk when `commit` returns.
//! let mut tx = store.write(Actor::login("mona"), "triage")?;
//! let mut repository = tx.create_repository(&"octo/hello".parse()?)?;
//! let number = repository.create_issue(NewIssue::titled("Crash on start").label("bug"))?;
//! repository.comment(number, "Seen on 1.2 too.")?;
//! repository.edit_issue(
//!     number,
//!     &IssueEdit::default().state(State::Closed, Some(StateReason::Completed)),
//! )?;
//! tx.commit()?;
//!
//! // Lists are found at once and read a page at a time; an open list is empty now.
//! let snapshot = store.read()?;
//! let name = "octo/hello".parse()?;
//! assert_eq!(snapshot.issues(&name, &IssueFilter::default())?.total(), 0);
//! let issue = snapshot.issue(&name, number)?;
//! assert_eq!(issue.summary.title, "Crash on start");
//! assert_eq!(snapshot.timeline(&issue)?.len(), 2);
//!
//! // Everything that happened is in the log.
//! let commit = snapshot.commits().next().ok_or("no commit")??;
//! assert_eq!((commit.reason.as_str(), commit.actor.as_str()), ("triage", "mona"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here prints, reads the environment, or opens a socket; time and random bits come from an
//! [`Environment`] that can be replaced.
#![forbid(unsafe_code)]

mod codec;
mod derive;
mod environment;
mod error;
mod export;
mod import;
mod maintain;
mod past;
mod query;
mod read;
mod store;
mod text;
mod undo;
mod watch;
mod write;

/// The program in the project's README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

pub use environment::{Environment, SeededEnvironment, SystemEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use export::SnapshotLookup;
pub use import::{ConflictReport, ImportError, ImportOptions, ImportReport, Renumbered};
pub use maintain::{Problem, RebuildReport, TableCheck, VerifyReport};
pub use past::{
    BurnDownPoint, Contradiction, ContradictionClass, Contradictions, Diff, Difference,
    DifferenceKind, FieldDifference, FieldSet, Past, PastColumn, PastIssue, PastList, PastRecord,
    PastSummary, Point,
};
pub use query::{
    Cursor, ExplainedOrder, ExplainedRepository, ExplainedStep, Explanation, Facet, Facets,
    InboxFilter, InboxKind, InboxScope, InvalidCursor, IssueFilter, IssueList, KindFilter,
    MilestoneFilter, Named, Paging, QueryOptions, ServedBy, StateFilter,
};
pub use read::{
    ArchivedFilter, CardDetail, ColumnSummary, CommentDetail, CommitLog, IssueDetail, IssueLink,
    IssueSummary, LabelSummary, LogEvent, MilestoneList, MilestoneSort, MilestoneSummary,
    ProjectDetail, ReactionDetail, RepositoryStats, RepositorySummary, Revision, Snapshot, Stats,
    TimelineItem, UserSummary,
};
pub use store::{Store, StoreOptions};
pub use text::{TextIndexProgress, TextIndexReport};
pub use undo::{Obstacle, UndoReport};
pub use watch::{CommitSummary, Notice, RecordSummary, Watch};
pub use write::{
    CardEdit, CardPlace, ColumnPlace, IssueEdit, LabelEdit, MilestoneEdit, NewIssue, NewLabel,
    NewMilestone, NewProject, NewRepository, ProjectEdit, ProjectOwner, RepositoryEdit,
    RepositoryWriter, SubIssuePlace, WriteTransaction,
};
