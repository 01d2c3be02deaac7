//! The derived tables: what each event does to them. The same code runs when an event is first written
//! and when the log is replayed, so the tables never depend on which of the two happened.

mod apart;
mod apply;
mod columns;
mod index;
mod statement;
mod undone;

pub(crate) use apply::{Derived, EMBEDDED_FORM, advance};
pub(crate) use columns::{ColumnEntry, Columns, RepositoryColumns, Touched, chunk_key};
pub(crate) use statement::{EmbeddedEntry, StatementEntry};
pub(crate) use undone::{fingerprint, kept_view, no_statement, states_nothing};
