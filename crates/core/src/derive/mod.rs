//! The derived tables: what each event does to them. The same code runs when an event is first written
//! and when the log is replayed, so the tables never depend on which of the two happened.

mod apply;
mod columns;
mod index;
mod statement;
mod undone;

pub(crate) use apply::{Derived, EMBEDDED_FORM};
pub(crate) use columns::{ColumnEntry, Columns, RepositoryColumns};
pub(crate) use statement::{EmbeddedEntry, StatementEntry};
#[expect(unused_imports, reason = "undo is on its way")]
pub(crate) use undone::no_statement;
