//! The pure values of Backlot: identifiers, records, events and what they do, the search language, the
//! references in texts, the contract by which a forge's objects come in and go out, and the limits that forges
//! set for new input.
//!
//! Nothing here reads a file or a clock, spawns a thread, or knows a forge, a database or JSON; the
//! same inputs give the same values on every machine. The store (`backlot-core`) keeps these values,
//! the forge crates translate to and from them, and neither knows the other.
//!
//! ```
//! use backlot_model::{Change, Record, RecordId, RecordKind, State, Timestamp, Value};
//!
//! let created = Timestamp::parse("2024-05-01T09:30:00Z").unwrap();
//! let id = RecordId::derive(created, &[b"example"]);
//! let mut record: Record = Record::new(id, RecordKind::Issue);
//! record.apply(&Change::Set(Value::Title("Crash on start".into())));
//! record.apply(&Change::Set(Value::State(State::Open)));
//! assert_eq!(record.title(), Some("Crash on start"));
//! ```
#![forbid(unsafe_code)]

mod attribution;
pub mod carry;
mod change;
mod commit;
mod event;
mod exchange;
mod id;
mod kind;
mod limits;
pub mod lint;
mod mapping;
mod merge;
mod name;
mod query;
mod rank;
mod record;
mod reference;
mod time;
mod value;
mod word;

pub use attribution::Attribution;
pub use change::Change;
pub use commit::{Actor, Commit, Counts, HybridTime, ImportOrigin, KindCounts, Origin};
pub use event::{Embedded, Event, EventKind, ForeignId, Statement, View};
pub use exchange::{
    Depicted, Elsewhere, Incoming, IncomingEmbedded, IncomingRecord, Link, Lookup, Loss, LossKind,
    Outgoing, Pass, PassOrder, Place, Skipped, SourceRepository, Tallies, Wanted,
};
pub use id::{CommitId, Digest, RecordId, ReplicaId, ViewId};
pub use kind::RecordKind;
pub use limits::{
    ASSIGNEES_PER_ISSUE, BODY_CHARACTERS, DEPENDENCIES_PER_ISSUE, ISSUE_TYPE_CHARACTERS,
    InvalidField, LABEL_DESCRIPTION_CHARACTERS, LABEL_NAME_CHARACTERS, LABELS_PER_ISSUE,
    LOGIN_CHARACTERS, MINIMIZE_REASONS, NOTE_CHARACTERS, PINNED_ISSUES, Rule, SUB_ISSUE_LEVELS,
    SUB_ISSUES_PER_ISSUE, TITLE_CHARACTERS, check_body, check_color, check_issue_type,
    check_label_description, check_label_name, check_lock_reason, check_login,
    check_minimize_reason, check_name, check_note, check_reaction, check_title,
};
pub use mapping::{
    Ambiguity, Authorship, InvalidMapping, Inverse, MappedLookup, MappedText, Mapper, Mapping,
    Mentions, TextContext,
};
pub use merge::{Conflict, Merged, Prefer, merge};
pub use name::{NameError, RepositoryName};
pub use query::{
    Aspect, Bounds, Condition, Direction, MAX_DEPTH, ParseOptions, PointedError, Query, QueryError,
    QueryErrorKind, Sort, SortKey, Test, TextFields, TextTest,
};
pub use rank::Rank;
pub use record::Record;
pub use reference::{Found, IssueReference, ReferenceError, find_references, mentions};
pub use time::{InvalidTimestamp, Timestamp};
pub use value::{Field, Parent, Reactions, Shape, Value};
pub use word::{AuthorAssociation, LockReason, State, StateReason, UserKind};
