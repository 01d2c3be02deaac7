//! The Backlot store: a whole backlog in one file, with a log of everything that happened to it.
//!
//! A [`Store`] is one file, embedded in the program that opens it. What it holds is read through a
//! [`Snapshot`], which never changes and never blocks a writer, and changed through a
//! [`WriteTransaction`], which becomes one commit or nothing. What a forge says comes in through
//! [`Store::import`] and goes out through [`Snapshot::export`]; the forges' formats are in crates of
//! their own, such as `backlot-github`, which meet the store only in the values of `backlot-model`.
//!
//! ```
//! use backlot_core::{IssueEdit, NewIssue, Result, Store};
//! use backlot_model::{Actor, RepositoryName, State, StateReason};
//!
//! fn main() -> Result<()> {
//! #   let folder = tempfile::tempdir()?;
//! #   std::env::set_current_dir(folder.path())?;
//!     let store = Store::create("work.backlot")?;
//!     let mona = || Actor::login("mona");
//!     let hello: RepositoryName = "octo/hello".parse().expect("owner/name");
//!
//!     // Write: one transaction, one commit. All of it is on disk when `commit` returns.
//!     let mut tx = store.write(mona(), "first reports")?;
//!     let mut repository = tx.create_repository(&hello)?;
//!     let number = repository.create_issue(NewIssue::titled("Crash on start").label("bug"))?;
//!     repository.comment(number, "Seen on 1.2 too.")?;
//!     repository.create_issue(NewIssue::titled("Dark theme"))?;
//!     tx.commit()?;
//!
//!     // Query in the search language; read as many pages as are wanted.
//!     let snapshot = store.read()?;
//!     let bugs = snapshot.search("repo:octo/hello is:open label:bug sort:updated-desc")?;
//!     for issue in bugs.page(1, 30)? {
//!         println!("#{} {}", issue.number, issue.title);
//!     }
//!     assert_eq!(bugs.total(), 1);
//!
//!     // Close it, as a commit of its own.
//!     let mut tx = store.write(mona(), "fixed by 1.3")?;
//!     let closed = IssueEdit::default().state(State::Closed, Some(StateReason::Completed));
//!     tx.repository("octo/hello")?.edit_issue(number, &closed)?;
//!     let closing = tx.commit()?.expect("something changed");
//!
//!     // Ask an earlier state the same questions: before that commit it was open.
//!     let snapshot = store.read()?;
//!     assert_eq!(snapshot.issue(&hello, number)?.summary.state, State::Closed);
//!     let before = snapshot.as_known(closing.sequence - 1).issue(&hello, number)?;
//!     assert_eq!(before.summary.state, State::Open);
//!     let now = snapshot.as_of(closing.recorded_at).issue(&hello, number)?;
//!     assert_eq!(now.summary.state, State::Closed);
//!
//!     // Take the closing back. Nothing is lost: undoing is one more commit.
//!     let undo = store.undo(closing.sequence, mona())?;
//!     assert_eq!(undo.reason, "undo #2: fixed by 1.3");
//!     assert_eq!(store.read()?.search("is:open")?.total(), 2);
//!     Ok(())
//! }
//! ```
//!
//! [`Snapshot::search`] reads the language that people type, [`Snapshot::query`] takes the same as a value,
//! and [`Snapshot::issues`] and [`Snapshot::inbox`] take the filters of forges' lists; all give an
//! [`IssueList`]. [`Snapshot::as_of`] and [`Snapshot::as_known`] give a [`Past`], which answers for an
//! earlier state, and [`Store::watch`] tells of every commit. `docs/library.md` has a short example of each,
//! and `examples/` has whole programs: the model of a to-do window, a triage script, a weekly report.
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
mod lint;
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

/// The page of what texts carry.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/carry.md")]
struct CarryPage;

/// The map of the library.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/library.md")]
struct LibraryPage;

// Opening a store, and what can go wrong.
pub use environment::{Environment, SeededEnvironment, SystemEnvironment};
pub use error::{Error, ErrorKind, Result};
pub use store::{Store, StoreOptions};

// Writing.
pub use write::{
    CardEdit, CardPlace, ColumnPlace, IssueEdit, LabelEdit, MappingReport, MilestoneEdit, NewIssue,
    NewLabel, NewMilestone, NewProject, NewRepository, NotRestored, ProjectEdit, ProjectOwner,
    RepositoryEdit, RepositoryWriter, RestoreOptions, RestoreReport, SubIssuePlace, WhyNotRestored,
    WriteTransaction,
};

// Reading.
pub use read::{
    ArchivedFilter, CardDetail, ColumnSummary, CommentDetail, CommitLog, HistoryItem, IssueDetail,
    IssueLink, IssueSummary, LabelSummary, LogEvent, MilestoneList, MilestoneSort,
    MilestoneSummary, ProjectDetail, ReactionDetail, RepositoryStats, RepositorySummary, Revision,
    Snapshot, Stats, TimelineItem, UserSummary,
};

// Lists, counts, and how they were found.
pub use query::{
    Cursor, ExplainedOrder, ExplainedRepository, ExplainedStep, Explanation, Facet, Facets,
    InboxFilter, InboxKind, InboxScope, InvalidCursor, IssueFilter, IssueList, KindFilter,
    MilestoneFilter, Named, Paging, QueryOptions, ServedBy, StateFilter,
};
pub use text::{TextIndexProgress, TextIndexReport};

// The past, undo, and what happens meanwhile.
pub use past::{
    BurnDownPoint, Contradiction, ContradictionClass, Contradictions, Diff, Difference,
    DifferenceKind, FieldDifference, FieldSet, Past, PastColumn, PastIssue, PastList, PastRecord,
    PastSummary, Point,
};
pub use undo::{Obstacle, UndoReport};
pub use watch::{CommitSummary, Notice, RecordSummary, Watch};

// In and out, and care for the file.
pub use export::SnapshotLookup;
pub use import::{
    Collision, Collisions, ConflictReport, ImportError, ImportOptions, ImportReport, Outcome,
    Rebound, Renumbered,
};
pub use lint::{Fixed, LintFixReport, LintReport};
pub use maintain::{Problem, RebuildReport, TableCheck, VerifyReport};
